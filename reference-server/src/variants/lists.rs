//! Lists.

use super::{BOTH, Book, Variant};
use crate::policy::{ListOrder, OverCount, UnassignedSorts};
use std::time::Duration;

pub(super) static VARIANTS: &[Variant] = &[
    // A page may hold less than was asked for (RFC 7644, table 6); Okta steps on by what it asked for (OKTA-IMP-001).
    Variant {
        name: "list.capped",
        sentence: "No page holds more than four resources.",
        change: |policy| policy.max_results = 4,
        legal_under: &[Book::Rfc],
        shows: &["OKTA-IMP-005"],
    },
    // The page size is the server's where the client says none (RFC 7644, table 6).
    Variant {
        name: "list.small-default",
        sentence: "A page holds five resources if the client asks for no number.",
        change: |policy| policy.default_page_size = 5,
        legal_under: BOTH,
        shows: &[],
    },
    // The order is the server's where nobody sorts (RFC 7644 §3.4.2.3).
    Variant {
        name: "list.newest-first",
        sentence: "Lists begin with the newest resource.",
        change: |policy| policy.lists.order = ListOrder::NewestFirst,
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "list.scattered",
        sentence: "Lists come in an order that means nothing.",
        change: |policy| policy.lists.order = ListOrder::Scattered,
        legal_under: BOTH,
        shows: &[],
    },
    // Resources is REQUIRED if totalResults is not zero (RFC7644-3.4.2-07).
    Variant {
        name: "list.no-empty-resources",
        sentence: "A list without a match has no Resources.",
        change: |policy| policy.lists.no_empty_resources = true,
        legal_under: BOTH,
        shows: &[],
    },
    // startIndex and itemsPerPage are REQUIRED when a part of the result is returned (RFC 7644 §3.4.2).
    Variant {
        name: "list.bare-when-whole",
        sentence: "startIndex and itemsPerPage are left out of a list that holds everything.",
        change: |policy| policy.lists.bare_when_whole = true,
        legal_under: BOTH,
        shows: &[],
    },
    // Nothing says how soon a list shows a change; the suite grants two seconds.
    Variant {
        name: "list.lags",
        sentence: "Lists and filters show what was up to a fifth of a second ago.",
        change: |policy| policy.lists.lag = Duration::from_millis(200),
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A13: RFC 7644 §3.4.2.1 knows tooMany.
    Variant {
        name: "list.over-count-refused",
        sentence: "A count above the largest page is refused.",
        change: |policy| policy.lists.over_count = OverCount::Refused,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A63: RFC 7644 §3.4.2.3 has them last.
    Variant {
        name: "sort.unassigned-first",
        sentence: "Resources without a value come first in an order that goes up.",
        change: |policy| policy.lists.unassigned = UnassignedSorts::First,
        legal_under: BOTH,
        shows: &[],
    },
];
