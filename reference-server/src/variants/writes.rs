//! Creating and changing.

use super::{BOTH, Book, Variant};
use crate::policy::{
    Emails, Free, Ids, NewStatus, Omitted, PatchAnswer, Policy, Primary, UnknownAttributes, UserNames,
};
use crate::scim::patch::PatchLeniency;

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
    // Attributes left out may be taken as not asserted (RFC7644-3.5.1-06).
    Variant {
        name: "put.keeps-omitted",
        sentence: "A PUT keeps what it leaves out.",
        change: |policy| policy.put_omitted = Omitted::Keeps,
        legal_under: BOTH,
        shows: &[],
    },
    // Only an add of what is there already must leave lastModified alone (RFC7644-3.5.2.1-11).
    Variant {
        name: "put.touches",
        sentence: "A PUT moves lastModified even if it changes nothing.",
        change: |policy| policy.writes.put_touches = true,
        legal_under: BOTH,
        shows: &[],
    },
    // RFC7643-3-03 and the ambiguity A16: unknown URNs in schemas are refused or dropped.
    Variant {
        name: "schemas.strict",
        sentence: "Unknown URNs in schemas are refused.",
        change: |policy| policy.ignore_unknown_schemas = false,
        legal_under: BOTH,
        shows: &[],
    },
    // An id is a string of the server's choice (RFC 7643 §3.1), caseExact, and no more is said of it.
    Variant {
        name: "id.upper-case",
        sentence: "Identifiers are UUIDs in upper case.",
        change: |policy| policy.writes.ids = Ids::UpperCase,
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "id.number",
        sentence: "Identifiers are numbers, one more each time.",
        change: |policy| policy.writes.ids = Ids::Number,
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "id.long",
        sentence: "Identifiers have some two hundred characters.",
        change: |policy| policy.writes.ids = Ids::Long,
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "id.odd-characters",
        sentence: "Identifiers hold characters that an address must escape.",
        change: |policy| policy.writes.ids = Ids::Odd,
        legal_under: BOTH,
        shows: &[],
    },
    // userName is not caseExact (RFC 7643 §4.1.1): any letter case of it is the same value.
    Variant {
        name: "user-name.lower-case",
        sentence: "A userName is kept in lower case.",
        change: |policy| policy.writes.user_names = UserNames::LowerCase,
        legal_under: BOTH,
        shows: &[],
    },
    // The meaning of active is the server's, and so is the default (RFC 7643 §4.1.1); Okta always says it.
    Variant {
        name: "create.inactive-by-default",
        sentence: "An account that is created without a status is inactive.",
        change: |policy| policy.writes.new_status = NewStatus::Inactive,
        legal_under: BOTH,
        shows: &[],
    },
    // What a client does not assert, a server may give a default (RFC 7644 §3.3).
    Variant {
        name: "create.display-name",
        sentence: "A user without displayName gets one.",
        change: |policy| policy.writes.names_users = true,
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "create.profile",
        sentence: "A user without locale, timezone and userType gets the organisation's.",
        change: |policy| policy.writes.fills_profile = true,
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "create.emails",
        sentence: "A user without mail addresses gets the userName for one.",
        change: |policy| policy.writes.emails = Emails::FromUserName,
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "emails.primary-assigned",
        sentence: "Where no mail address is primary, the first one becomes it.",
        change: |policy| policy.writes.primary = Primary::Assigned,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A54: two primary values may be refused or brought down to one, as long as one is returned.
    Variant {
        name: "emails.last-primary-wins",
        sentence: "Of several primary mail addresses the last one is it.",
        change: |policy| policy.writes.primary = Primary::LastWins,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A15: what does not conform to the schema may be refused (RFC 7644, table 9).
    Variant {
        name: "unknown.refused",
        sentence: "A resource with an attribute that nobody knows is refused.",
        change: |policy| policy.writes.unknown_attributes = UnknownAttributes::Refused,
        legal_under: BOTH,
        shows: &[],
    },
    // Uniqueness beyond what the schema demands is the server's business (RFC 7644 §3.3.1 says how to refuse).
    Variant {
        name: "group.name-unique",
        sentence: "No two groups have the same name.",
        change: |policy| policy.writes.group_names = Free::No,
        legal_under: BOTH,
        shows: &[],
    },
    // externalId is the client's, and its uniqueness the client's concern (RFC7643-3.1-15): a refusal warns.
    Variant {
        name: "external-id.unique",
        sentence: "No two users have the same externalId.",
        change: |policy| policy.writes.external_ids = Free::No,
        legal_under: BOTH,
        shows: &[],
    },
    // RFC 7644 §3.6: a deleted user SHOULD NOT count in conflicts. Okta never deletes users.
    Variant {
        name: "delete.name-kept",
        sentence: "The userName of a deleted user is never free again.",
        change: |policy| policy.writes.deleted_names = Free::No,
        legal_under: &[Book::Okta],
        shows: &["RFC7644-3.6-08"],
    },
];
