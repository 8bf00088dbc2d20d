//! Representations of resources.

use super::{BOTH, Variant};
use crate::policy::{
    BothLists, Elements, Etag, Locations, MemberForm, PartialSchemas, Times, Unassigned, UnknownNames, Versions,
};

pub(super) static VARIANTS: &[Variant] = &[
    // Unassigned, null and an empty array are one state (RFC7643-2.5-02).
    Variant {
        name: "unassigned.null",
        sentence: "Attributes without value are shown as null.",
        change: |policy| policy.shown.unassigned = Unassigned::Null,
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "unassigned.empty-list",
        sentence: "Attributes with several values are shown as [] where there is none.",
        change: |policy| policy.shown.unassigned = Unassigned::EmptyList,
        legal_under: BOTH,
        shows: &[],
    },
    // A reference may be relative, to the base address (RFC 7643 §2.3.7); meta.location is one.
    Variant {
        name: "location.relative",
        sentence: "Addresses of resources are relative to the base address.",
        change: |policy| policy.shown.locations = Locations::Relative,
        legal_under: BOTH,
        shows: &[],
    },
    // An xsd:dateTime may have any fraction, or none, and any offset (RFC7643-2.3.5-01).
    Variant {
        name: "time.seconds",
        sentence: "Times are given to the second.",
        change: |policy| policy.shown.times = Times::Seconds,
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "time.nanoseconds",
        sentence: "Times are given with nine digits of fraction.",
        change: |policy| policy.shown.times = Times::Nanoseconds,
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "time.offset",
        sentence: "Times are given with an offset from UTC.",
        change: |policy| policy.shown.times = Times::Offset,
        legal_under: BOTH,
        shows: &[],
    },
    // ETags are OPTIONAL, weak or strong (RFC 7644 §3.14); what is announced is that preconditions are honoured.
    Variant {
        name: "version.none",
        sentence: "Resources show no version, and there are no preconditions.",
        change: |policy| {
            policy.shown.versions = Versions::None;
            policy.offers.etag = Etag::Ignored;
        },
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "version.strong",
        sentence: "The version of a resource stands for every byte.",
        change: |policy| policy.shown.versions = Versions::Strong,
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "version.unannounced",
        sentence: "Resources show a version, and preconditions are not offered.",
        change: |policy| policy.offers.etag = Etag::Ignored,
        legal_under: BOTH,
        shows: &[],
    },
    // RFC 7232 §3.1 has weak tags never match; the examples of RFC 7644 §3.14 have them match (A22).
    Variant {
        name: "version.strong-match",
        sentence: "A weak version never satisfies If-Match.",
        change: |policy| policy.offers.etag = Etag::StrongMatch,
        legal_under: BOTH,
        shows: &[],
    },
    // The order of a multi-valued attribute is not significant (RFC 7643 §2.4), nor that of schemas (§3).
    Variant {
        name: "values.reversed",
        sentence: "The values of an attribute with several come the other way round.",
        change: |policy| policy.shown.elements = Elements::Reversed,
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "values.alternating",
        sentence: "The values of an attribute with several come in another order each time.",
        change: |policy| policy.shown.elements = Elements::Alternating,
        legal_under: BOTH,
        shows: &[],
    },
    // The parts of a member beside its value are not required (RFC 7643 §4.2).
    Variant {
        name: "members.bare",
        sentence: "Of a member nothing is shown but its id.",
        change: |policy| policy.shown.members = MemberForm::Bare,
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "members.nameless",
        sentence: "Members have no display.",
        change: |policy| policy.shown.members = MemberForm::Nameless,
        legal_under: BOTH,
        shows: &[],
    },
    // A server may support a part of a schema (RFC 7644 §3.1), and then publishes that part.
    Variant {
        name: "groups.not-on-users",
        sentence: "Users do not show their groups, and the schema has no such attribute.",
        change: |policy| policy.shown.no_user_groups = true,
        legal_under: BOTH,
        shows: &[],
    },
    // A server may give values to what a client left out (RFC 7644 §3.3).
    Variant {
        name: "name.formatted",
        sentence: "name.formatted is put together where the client gave none.",
        change: |policy| policy.shown.formats_names = true,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A66: so is the example of RFC 7643 §8.3, against its §2.3.7.
    Variant {
        name: "location.from-resource",
        sentence: "Addresses of resources are relative to that of the resource.",
        change: |policy| policy.shown.locations = Locations::FromResource,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A55: they exclude each other, and nothing says how.
    Variant {
        name: "view.attributes-win",
        sentence: "attributes counts if it comes with excludedAttributes.",
        change: |policy| policy.shown.both_lists = BothLists::AttributesWin,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A56: nothing says that it is to be refused.
    Variant {
        name: "view.unknown-refused",
        sentence: "A name in attributes that names nothing is refused.",
        change: |policy| policy.shown.unknown_names = UnknownNames::Refused,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A57: so is the example of RFC 7644 §3.4.2, against RFC 7643 §3.
    Variant {
        name: "view.no-schemas",
        sentence: "A part of a resource has its schemas only on request.",
        change: |policy| policy.shown.partial_schemas = PartialSchemas::OnRequest,
        legal_under: BOTH,
        shows: &[],
    },
];
