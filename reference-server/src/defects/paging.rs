//! Faults of pages and imports.

use super::{Defect, Next, Twist};
use crate::provider::{Operation, Query, Reply};
use crate::scim::error::{ScimError, ScimType};
use crate::scim::list;
use crate::scim::projection::View;
use crate::scim::schema::{ResourceKind, USER};
use serde_json::{Value, json};

pub(super) const TABLE: &[Defect] = &[
    Defect {
        name: "paging.total-is-page-size",
        sentence: "totalResults is the size of the page.",
        area: "paging",
        breaks: &["OKTA-IMP-002", "RFC7644-3.4.2.4-11"],
        twist: Twist::Reply(total_is_page_size),
    },
    Defect {
        name: "paging.items-per-page-is-count",
        sentence: "itemsPerPage repeats the count that was asked for.",
        area: "paging",
        breaks: &["OKTA-IMP-004", "RFC7644-3.4.2.4-10"],
        twist: Twist::Reply(items_per_page_is_count),
    },
    Defect {
        name: "paging.pages-overlap",
        sentence: "Every page but the first starts one too early.",
        area: "paging",
        breaks: &["OKTA-IMP-003", "OKTA-IMP-005", "RFC7644-3.4.2.4-14"],
        twist: Twist::Around(pages_overlap),
    },
    Defect {
        name: "paging.numbers-as-strings",
        sentence: "The numbers of a list are strings.",
        area: "paging",
        breaks: &["OKTA-USR-005", "OKTA-IMP-002", "RFC7643-2.3.4-01", "RFC7644-3.4.2-03"],
        twist: Twist::Reply(numbers_as_strings),
    },
    Defect {
        name: "import.list-is-fake",
        sentence: "A list without filter shows one made-up user.",
        area: "import",
        breaks: &["OKTA-IMP-003", "OKTA-IMP-008", "RFC7644-3.4.2-08", "RFC7644-3.4.2.4-14"],
        twist: Twist::Reply(list_is_fake),
    },
    Defect {
        name: "paging.start-index-below-one",
        sentence: "A startIndex below 1 is refused.",
        area: "paging",
        breaks: &["OKTA-IMP-005", "RFC7644-3.4.2.4-03"],
        twist: Twist::Around(start_index_below_one),
    },
    Defect {
        name: "paging.ignored",
        sentence: "startIndex and count are ignored.",
        area: "paging",
        breaks: &["OKTA-IMP-005", "RFC7644-3.4.2.4-04"],
        twist: Twist::Request(ignored),
    },
    Defect {
        name: "paging.past-end-returns-rows",
        sentence: "A page past the end shows the last rows again.",
        area: "paging",
        breaks: &["OKTA-IMP-004", "RFC7644-3.4.2.4-13"],
        twist: Twist::Around(past_end_returns_rows),
    },
    Defect {
        name: "paging.count-zero",
        sentence: "A count of 0 or less counts as none, and the page is full.",
        area: "paging",
        breaks: &["RFC7644-3.4.2.4-06", "RFC7644-3.4.2.4-07"],
        twist: Twist::Request(count_zero),
    },
    Defect {
        name: "import.poison-row",
        sentence: "A user without a name makes every list that holds the user fail.",
        area: "import",
        breaks: &["OKTA-IMP-014", "RFC7644-3.12-23"],
        twist: Twist::Reply(poison_row),
    },
    Defect {
        name: "import.unmanaged-invisible",
        sentence: "Accounts that no client has given an externalId are in no list.",
        area: "import",
        breaks: &["OKTA-IMP-008"],
        twist: Twist::Around(unmanaged_invisible),
    },
];

fn total_is_page_size(_: &Operation, reply: &mut Reply) {
    if let Some(body) = list_body(reply) {
        body["totalResults"] = body["itemsPerPage"].clone();
    }
}

fn items_per_page_is_count(operation: &Operation, reply: &mut Reply) {
    if let (Operation::Search { query: Query { count: Some(count), .. }, .. }, Some(body)) =
        (operation, list_body(reply))
    {
        body["itemsPerPage"] = (*count).into();
    }
}

/// Every page but the first starts one too early, and says otherwise.
fn pages_overlap(operation: Operation, next: Next<'_>) -> Reply {
    let mut operation = operation;
    let mut said = None;
    if let Operation::Search { query, .. } = &mut operation
        && let Some(start) = query.start_index.filter(|start| *start > 1)
    {
        query.start_index = Some(start - 1);
        said = Some(start);
    }
    let mut reply = next(operation);
    if let (Some(start), Some(body)) = (said, list_body(&mut reply)) {
        body["startIndex"] = start.into();
    }
    reply
}

fn numbers_as_strings(_: &Operation, reply: &mut Reply) {
    if let Some(body) = list_body(reply) {
        for name in ["totalResults", "startIndex", "itemsPerPage"] {
            body[name] = body[name].to_string().into();
        }
    }
}

fn start_index_below_one(operation: Operation, next: Next<'_>) -> Reply {
    if let Operation::Search { query: Query { start_index: Some(start), .. }, .. } = &operation
        && *start < 1
    {
        return ScimError::bad(ScimType::InvalidValue, "startIndex must be at least 1").into();
    }
    next(operation)
}

fn ignored(operation: &mut Operation) {
    if let Operation::Search { query, .. } = operation {
        query.start_index = None;
        query.count = Some(i64::MAX);
    }
}

fn past_end_returns_rows(operation: Operation, next: Next<'_>) -> Reply {
    let mut reply = next(operation.clone());
    let Operation::Search { kinds, mut query } = operation else {
        return reply;
    };
    let total = reply.body.as_ref().and_then(|body| body["totalResults"].as_i64()).unwrap_or_default();
    let (start, count) = (query.start_index.unwrap_or(1), query.count.unwrap_or(1));
    if start > total && total > 0 && count > 0 {
        query.start_index = Some(total.saturating_sub(count).saturating_add(1).max(1));
        reply = next(Operation::Search { kinds, query });
        if let Some(body) = list_body(&mut reply) {
            body["startIndex"] = start.into();
        }
    }
    reply
}

/// As where 0 is the same as nothing.
fn count_zero(operation: &mut Operation) {
    if let Operation::Search { query, .. } = operation {
        query.count = query.count.filter(|count| *count > 0);
    }
}

fn list_is_fake(operation: &Operation, reply: &mut Reply) {
    if let Operation::Search { kinds, query: Query { filter: None, .. } } = operation
        && kinds.contains(&ResourceKind::User)
        && reply.succeeded()
    {
        let sample = json!({
            "schemas": [USER.id],
            "id": "1",
            "userName": "sample_user",
            "name": { "givenName": "Sample", "familyName": "User" },
            "active": true,
            "meta": { "resourceType": "User" },
        });
        reply.body = Some(list::response(1, 1, vec![sample]));
    }
}

/// One record that cannot be shown takes the others with it.
fn poison_row(operation: &Operation, reply: &mut Reply) {
    let Operation::Search { query: Query { view, .. }, .. } = operation else {
        return;
    };
    let rows = list_body(reply).and_then(|body| body["Resources"].as_array());
    let is_nameless = |row: &Value| row.get("userName").is_some() && row.get("name").is_none();
    if *view == View::default() && rows.is_some_and(|rows| rows.iter().any(is_nameless)) {
        *reply = ScimError::new(500, "no value present").into();
    }
}

fn list_body(reply: &mut Reply) -> Option<&mut Value> {
    reply.body.as_mut().filter(|body| body.get("Resources").is_some())
}

fn unmanaged_invisible(operation: Operation, next: Next<'_>) -> Reply {
    match operation {
        Operation::Search { kinds, mut query } if kinds.contains(&ResourceKind::User) && query.filter.is_none() => {
            query.filter = Some("externalId pr or meta.resourceType ne \"User\"".to_owned());
            next(Operation::Search { kinds, query })
        }
        other => next(other),
    }
}
