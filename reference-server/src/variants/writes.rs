//! Creating and changing.

use super::{BOTH, Book, Variant};
use crate::policy::{
    Emails, Free, Ids, Integrity, Links, Missing, NewStatus, Omitted, OtherId, Primary, Required, Undeclared,
    UnknownAttributes, UpdateConflict, UserNameText, UserNames,
};
use crate::scim::filter::Comparison;
use crate::scim::value::{CanonicalValues, Countries, DateTimes, UnknownParts};

pub(super) static VARIANTS: &[Variant] = &[
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
    // Who is unlisted was not created by any client, and RFC 7644 has no word on accounts of that kind.
    Variant {
        name: "create.links-on-post",
        sentence: "Accounts that were made in the application itself are in no list, and a POST of their userName takes them over.",
        change: |policy| policy.writes.links = Links::OnPost,
        legal_under: BOTH,
        shows: &[],
    },
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
    // The ambiguity A08: clients MUST send it (RFC7644-3.5.1-13).
    Variant {
        name: "put.keeps-required",
        sentence: "A PUT keeps a required attribute that it leaves out.",
        change: |policy| policy.writes.put_required = Required::Kept,
        legal_under: &[Book::Okta],
        shows: &["RFC7644-3.5.1-13"],
    },
    // The ambiguity A09: the example of RFC 7644 §3.12 refuses what its §3.5.1 ignores.
    Variant {
        name: "put.other-id-refused",
        sentence: "A PUT whose body has another id than its address is refused.",
        change: |policy| policy.writes.put_other_id = OtherId::Refused,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A20: table 9 of RFC 7644, which has uniqueness, is about 400.
    Variant {
        name: "update.conflict-is-400",
        sentence: "A unique value that is in use is answered with 400 in PUT and PATCH.",
        change: |policy| policy.writes.update_conflict = UpdateConflict::BadRequest,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A19: table 9 of RFC 7644 says "a required value was missing" of invalidValue.
    Variant {
        name: "required.invalid-syntax",
        sentence: "A required value that is missing is called invalidSyntax.",
        change: |policy| policy.writes.missing_required = Missing::InvalidSyntax,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A53: RFC 7643 §2.3.7 lets a server enforce references, and lets it be. Okta would
    // take a member who is dropped for one who is there (OKTA-GRP-027).
    Variant {
        name: "members.unchecked",
        sentence: "Members who are not there are left out of a group.",
        change: |policy| policy.writes.integrity = Integrity::Nobody,
        legal_under: &[Book::Rfc],
        shows: &["OKTA-GRP-027"],
    },
    Variant {
        name: "manager.checked",
        sentence: "A manager has to be a user who is there.",
        change: |policy| policy.writes.integrity = Integrity::MembersAndManagers,
        legal_under: BOTH,
        shows: &[],
    },
    // RFC 7643 §3: schemas lists what a resource uses (RFC7643-3-06).
    Variant {
        name: "extension.undeclared-refused",
        sentence: "An extension that schemas does not name is refused.",
        change: |policy| policy.writes.undeclared_extensions = Undeclared::Refused,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A06: text is no boolean (RFC7643-2.3.2-02).
    Variant {
        name: "values.string-booleans",
        sentence: "Whole resources may have text for booleans.",
        change: |policy| policy.writes.values.string_booleans = true,
        legal_under: BOTH,
        shows: &[],
    },
    // RFC 7643 §2.3.1: a server may restrict values to the canonical ones.
    Variant {
        name: "values.canonical-only",
        sentence: "Values are among the canonical ones, where there are any.",
        change: |policy| {
            policy.writes.values.canonical_values = CanonicalValues::Demanded;
            policy.patch.values.canonical_values = CanonicalValues::Demanded;
        },
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A59: it MUST be one of ISO 3166-1 (RFC7643-4.1.2-06), and the examples have USA.
    Variant {
        name: "values.two-letter-countries",
        sentence: "A country has two letters.",
        change: |policy| {
            policy.writes.values.countries = Countries::TwoLetters;
            policy.patch.values.countries = Countries::TwoLetters;
        },
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A64: xsd:dateTime may do without, and RFC 3339 may not.
    Variant {
        name: "values.zoned-times",
        sentence: "A point in time has a zone.",
        change: |policy| {
            policy.writes.values.times = DateTimes::Zoned;
            policy.patch.values.times = DateTimes::Zoned;
        },
        legal_under: BOTH,
        shows: &[],
    },
    // What holds for attributes (A15) holds for their parts.
    Variant {
        name: "values.unknown-parts-refused",
        sentence: "A complex value with a part that nobody knows is refused.",
        change: |policy| {
            policy.writes.values.unknown_parts = UnknownParts::Refused;
            policy.patch.values.unknown_parts = UnknownParts::Refused;
        },
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A68: that is what PRECIS allows (RFC 8265 §3.3).
    Variant {
        name: "user-name.identifier",
        sentence: "A userName holds no spaces, no controls and no symbols beyond ASCII.",
        change: |policy| policy.writes.user_name_text = UserNameText::Identifier,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A68: RFC 7644 §5 names a document that is obsolete by now.
    Variant {
        name: "text.case-only",
        sentence: "Text is compared without its case, and in no other way prepared.",
        change: |policy| policy.filters.comparison = Comparison::LowerCase,
        legal_under: BOTH,
        shows: &[],
    },
];
