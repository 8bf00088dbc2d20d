//! Readings of PATCH.

use super::{BOTH, Book, Variant};
use crate::policy::{PatchAnswer, Policy};
use crate::scim::patch::{
    BareUrns, ListedValues, LoneValues, Nulls, Parts, PatchLeniency, UnknownMembers, UnknownPaths,
};

pub(super) static VARIANTS: &[Variant] = &[
    // Either answer is right (RFC7644-3.5.2-10).
    Variant {
        name: "patch.no-content",
        sentence: "A PATCH is answered with 204.",
        change: |policy| policy.patch_answer = PatchAnswer::NoContent,
        legal_under: BOTH,
        shows: &[],
    },
    // What Entra writes and the RFC does not have (RFC 7644 §3.5.2) may be refused; Okta does not write it.
    Variant {
        name: "patch.strict",
        sentence: "Writings of PATCH that the RFC does not have are refused.",
        change: |policy| {
            let kept = policy.patch.remove_needs_a_target;
            policy.patch = PatchLeniency { remove_needs_a_target: kept, ..Policy::rfc().patch };
        },
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A02: table 9 of RFC 7644 has noTarget where a filter yields no match, and §3.5.2.2 has success.
    Variant {
        name: "patch.remove-needs-target",
        sentence: "A PATCH that removes what is not there is refused with noTarget.",
        change: |policy| policy.patch.remove_needs_a_target = true,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A01: RFC 7644 §3.5.2.2 takes all values away, and knows no value of a remove.
    Variant {
        name: "patch.listed-ignored",
        sentence: "A PATCH that removes an attribute takes all its values away, whichever it lists.",
        change: |policy| policy.patch.listed_values = ListedValues::Ignored,
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "patch.listed-refused",
        sentence: "A PATCH that removes an attribute may not list values.",
        change: |policy| policy.patch.listed_values = ListedValues::Refused,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A17: either keyword says it.
    Variant {
        name: "patch.unknown-no-target",
        sentence: "A PATCH path that names nothing is refused with noTarget.",
        change: |policy| policy.patch.unknown_paths = UnknownPaths::NoTarget,
        legal_under: BOTH,
        shows: &[],
    },
    // Success would say that something was done (RFC7644-3.12-11).
    Variant {
        name: "patch.unknown-ignored",
        sentence: "An operation whose path names nothing does nothing.",
        change: |policy| policy.patch.unknown_paths = UnknownPaths::Ignored,
        legal_under: &[Book::Okta],
        shows: &["RFC7644-3.12-11"],
    },
    Variant {
        name: "patch.unknown-keys-ignored",
        sentence: "Keys of a value without path that name nothing do nothing.",
        change: |policy| policy.patch.unknown_keys = UnknownPaths::Ignored,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A46: what is said of complex attributes may be said of their elements, or not.
    Variant {
        name: "patch.replaces-elements",
        sentence: "A PATCH that replaces an element keeps nothing of it.",
        change: |policy| policy.patch.replaced_elements = Parts::Replaced,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A47: the list in RFC 7644 §3.5.2.1 says both.
    Variant {
        name: "patch.add-replaces",
        sentence: "A PATCH that adds to a complex attribute keeps nothing of it.",
        change: |policy| policy.patch.added_parts = Parts::Replaced,
        legal_under: &[Book::Okta],
        shows: &["RFC7644-3.5.2.1-05"],
    },
    // The ambiguity A48: RFC 7643 §2.5 makes it the same as no value, which an operation must have.
    Variant {
        name: "patch.null-refused",
        sentence: "null is no value of a PATCH.",
        change: |policy| policy.patch.nulls = Nulls::Refused,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A50: the grammar has a name behind the URN.
    Variant {
        name: "patch.no-bare-urn",
        sentence: "The URN of an extension is no path, and no name in attributes.",
        change: |policy| policy.patch.bare_urns = BareUrns::Refused,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A51: value paths are for attributes with several values.
    Variant {
        name: "patch.single-filter",
        sentence: "A filter in a PATCH path may select the one value of an attribute.",
        change: |policy| policy.patch.filters_lone_values = true,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A52: the parts of a member are immutable (RFC 7643 §4.2).
    Variant {
        name: "patch.exchanges-members",
        sentence: "A PATCH may put one member in the place of another.",
        change: |policy| policy.patch.exchanges_members = true,
        legal_under: BOTH,
        shows: &[],
    },
    // RFC 7644 §3.10 SHOULD-s the URN, and does not forbid to do without.
    Variant {
        name: "patch.unqualified",
        sentence: "A PATCH may name attributes of extensions without their URN.",
        change: |policy| policy.patch.unqualified_names = true,
        legal_under: BOTH,
        shows: &[],
    },
    // RFC 7643 §2.4 has a list; RFC 7644 §3.5.2.1 does not say what one value means.
    Variant {
        name: "patch.lists-only",
        sentence: "A PATCH sets attributes with several values to lists alone.",
        change: |policy| policy.patch.lone_values = LoneValues::Refused,
        legal_under: BOTH,
        shows: &[],
    },
    // Nothing says that a message may hold more.
    Variant {
        name: "patch.unknown-members-refused",
        sentence: "A PatchOp message holds nothing that RFC 7644 does not know.",
        change: |policy| policy.patch.unknown_members = UnknownMembers::Refused,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A65: an add of what is there must leave it alone (RFC7644-3.5.2.1-11).
    Variant {
        name: "patch.touches",
        sentence: "A PATCH moves lastModified even if it changes nothing.",
        change: |policy| policy.writes.patch_touches = true,
        legal_under: &[Book::Okta],
        shows: &["RFC7644-3.5.2.1-11"],
    },
];
