//! Messages on the wire.

use super::{BOTH, Book, Variant};
use crate::policy::{Challenge, ContentType, Errors, Json, MemberOrder, Repeated, WrongMethod};
use std::num::NonZeroU64;

pub(super) static VARIANTS: &[Variant] = &[
    // White space means nothing (RFC 8259 §2).
    Variant {
        name: "json.spaced",
        sentence: "Answers are written with lines and indentation.",
        change: |policy| policy.wire.json = Json::Spaced,
        legal_under: BOTH,
        shows: &[],
    },
    // An escape and its letter are the same string (RFC 8259 §7).
    Variant {
        name: "json.escaped",
        sentence: "Letters beyond ASCII, and the solidus, are written as escapes.",
        change: |policy| policy.wire.json = Json::Escaped,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A69: names SHOULD be unique, and what a reader makes of others is its business (RFC 8259 §4).
    Variant {
        name: "json.last-name-wins",
        sentence: "Of members with the same name the last one counts.",
        change: |policy| policy.wire.repeated_names = Repeated::LastWins,
        legal_under: BOTH,
        shows: &[],
    },
    // An object is an unordered collection (RFC 8259 §4).
    Variant {
        name: "json.members-reversed",
        sentence: "The members of objects come the other way round, schemas last.",
        change: |policy| policy.wire.member_order = MemberOrder::Reversed,
        legal_under: BOTH,
        shows: &[],
    },
    // A media type may have parameters (RFC 9110 §8.3.1); RFC7644-3.8-03 names the type alone.
    Variant {
        name: "media.charset",
        sentence: "The media type of answers has a charset.",
        change: |policy| policy.wire.content_type = ContentType::Charset,
        legal_under: BOTH,
        shows: &[],
    },
    // Type, subtype and parameter names ignore case, and a value may be quoted (RFC 9110 §8.3.1).
    Variant {
        name: "media.upper-case",
        sentence: "The media type of answers is written in upper case, with a quoted charset.",
        change: |policy| policy.wire.content_type = ContentType::UpperCase,
        legal_under: BOTH,
        shows: &[],
    },
    // A client says by Accept what it can read (RFC 7644 §3.8).
    Variant {
        name: "media.json-on-request",
        sentence: "A client that asks for application/json gets it.",
        change: |policy| policy.wire.json_on_request = true,
        legal_under: BOTH,
        shows: &[],
    },
    // RFC 7643 §3.1 says what the header holds where there is one (RFC7643-3.1-23).
    Variant {
        name: "header.content-location",
        sentence: "Answers with one resource say in Content-Location where it is.",
        change: |policy| policy.wire.content_location = true,
        legal_under: BOTH,
        shows: &[],
    },
    // Both challenges may stand in one header, in any order (RFC 9110 §11.6.1).
    Variant {
        name: "auth.two-challenges",
        sentence: "A 401 offers Basic beside Bearer.",
        change: |policy| policy.wire.challenge = Challenge::BearerOrBasic,
        legal_under: BOTH,
        shows: &[],
    },
    // RFC 7644 §3.12: detail is OPTIONAL. Okta shows it to the admin and recommends one.
    Variant {
        name: "error.without-detail",
        sentence: "Errors have no detail.",
        change: |policy| policy.wire.errors = Errors::WithoutDetail,
        legal_under: &[Book::Rfc],
        shows: &["OKTA-AUT-010", "OKTA-ERR-001", "OKTA-GRP-027", "OKTA-USR-015", "OKTA-USR-019", "OKTA-USR-054"],
    },
    // RFC 7644 §3.12 says what an error holds at least.
    Variant {
        name: "error.with-trace",
        sentence: "Errors hold a member that SCIM does not know.",
        change: |policy| policy.wire.errors = Errors::WithTrace,
        legal_under: BOTH,
        shows: &[],
    },
    // RFC 6585 §4: a server may limit the rate, and says how long to wait.
    Variant {
        name: "rate.busy",
        sentence: "Every eleventh request is put off for a second by a 429.",
        change: |policy| policy.wire.busy = NonZeroU64::new(11),
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A62: 405 is what HTTP has; Okta never sees any of them.
    Variant {
        name: "method.not-found",
        sentence: "A method that an address does not have is answered with 404.",
        change: |policy| policy.wire.wrong_method = WrongMethod::NotFound,
        legal_under: &[Book::Okta],
        shows: &["RFC7644-3.2-05"],
    },
    Variant {
        name: "method.not-implemented",
        sentence: "A method that an address does not have is answered with 501.",
        change: |policy| policy.wire.wrong_method = WrongMethod::NotImplemented,
        legal_under: &[Book::Okta],
        shows: &["RFC7644-3.2-05"],
    },
    // The ambiguity A70: RFC 7644, table 9, has a list, which Okta does not look into.
    Variant {
        name: "error.own-keywords",
        sentence: "Errors have keywords of this server alone.",
        change: |policy| policy.wire.errors = Errors::OwnKeywords,
        legal_under: &[Book::Okta],
        shows: &["RFC7644-3.12-16"],
    },
];
