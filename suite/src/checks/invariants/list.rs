//! What holds for every list.

use serde_json::Value;

use super::list;
use crate::check::{Invariant, Judgement};
use crate::expect::{broken, quoted};

pub(super) static LIST_NUMBERS: Invariant = Invariant {
    id: "protocol.list-numbers",
    since: "0.1",
    title: "The numbers of a list are whole JSON numbers",
    effect: "Okta stops silently: no user is ever created.",
    rules: &["OKTA-USR-005", "RFC7643-2.3.4-01"],
    judge: |exchange, _| {
        let list = list(exchange)?;
        let wrong = ["totalResults", "startIndex", "itemsPerPage"].iter().find_map(|name| {
            let value = list.get(*name)?;
            (!value.is_u64()).then(|| broken("a whole number", quoted(Some(value)), format!("/{name}")))
        });
        Some(wrong.unwrap_or(Judgement::Holds))
    },
};

pub(super) static LIST_ITEMS: Invariant = Invariant {
    id: "protocol.items-per-page",
    since: "0.1",
    title: "itemsPerPage is the number of rows",
    effect: "Okta reads past the end or stops before it.",
    rules: &["OKTA-IMP-004", "RFC7644-3.4.2.4-10"],
    judge: |exchange, _| {
        let items = list(exchange)?.get("itemsPerPage")?;
        let rows = exchange.rows().count() as u64;
        // Text in place of a number is another finding.
        let items = items.as_u64()?;
        Some(if items == rows {
            Judgement::Holds
        } else {
            broken(rows.to_string(), items.to_string(), "/itemsPerPage")
        })
    },
};

pub(super) static LIST_ONCE: Invariant = Invariant {
    id: "protocol.rows-once",
    since: "0.1",
    title: "A list shows each resource once",
    effect: "An import brings people in twice.",
    rules: &["RFC7644-3.4.2-90"],
    judge: |exchange, _| {
        list(exchange)?;
        let mut ids: Vec<&str> = exchange.rows().filter_map(|(_, row)| row.get("id")?.as_str()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        Some(if ids.len() == all {
            Judgement::Holds
        } else {
            broken("each id once", format!("{} rows twice", all - ids.len()), "/Resources")
        })
    },
};

pub(super) static LIST_ROWS: Invariant = Invariant {
    id: "protocol.list-rows",
    since: "0.1",
    title: "Resources is a list, or absent where nothing matched; never null",
    effect: "Clients fail on every empty answer.",
    rules: &["RFC7644-3.4.2-04"],
    judge: |exchange, _| {
        let list = list(exchange)?;
        let total = list.get("totalResults").and_then(Value::as_u64);
        let count = exchange.request.parameter("count").and_then(|count| count.parse::<i64>().ok());
        Some(match list.get("Resources") {
            Some(Value::Array(_)) => Judgement::Holds,
            None if total == Some(0) || count.is_some_and(|count| count <= 0) => Judgement::Holds,
            // A page past the end has nothing to show either.
            None if exchange.request.parameter("startIndex").is_some() => Judgement::Holds,
            other => broken("a list", quoted(other), "/Resources"),
        })
    },
};
