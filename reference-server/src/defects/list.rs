//! Faults of filters, pages and imports.

use super::Next;
use crate::provider::{Operation, Query, Reply};
use crate::scim::error::ScimError;
use crate::scim::filter::{Filter, FilterLimits, Operator, parse};
use crate::scim::list;
use crate::scim::schema::{ResourceKind, USER};
use serde_json::{Value, json};

/// The filters that a hurried implementer supports; every other one is dropped.
const SUPPORTED: [&str; 3] = ["userName", "displayName", "id"];

pub(super) fn unsupported_returns_all(operation: &mut Operation) {
    let Operation::Search { query, .. } = operation else {
        return;
    };
    let is_supported = match parsed(query) {
        Some(Filter::Compare(path, Operator::Eq, Value::String(_))) => {
            path.sub.is_none() && SUPPORTED.iter().any(|name| path.name.eq_ignore_ascii_case(name))
        }
        _ => false,
    };
    if !is_supported {
        query.filter = None;
    }
}

pub(super) fn user_name_case_sensitive(operation: &Operation, reply: &mut Reply) {
    let Operation::Search { query, .. } = operation else {
        return;
    };
    let Some(Filter::Compare(path, operator, Value::String(wanted))) = parsed(query) else {
        return;
    };
    if !path.name.eq_ignore_ascii_case("userName") {
        return;
    }
    let fits = |resource: &Value| match (resource["userName"].as_str(), operator) {
        (Some(name), Operator::Eq) => name == wanted,
        (Some(name), Operator::Sw) => name.starts_with(&wanted),
        (Some(name), Operator::Ew) => name.ends_with(&wanted),
        (Some(name), Operator::Co) => name.contains(&wanted),
        _ => true,
    };
    let Some(body) = &mut reply.body else { return };
    let Some(Value::Array(resources)) = body.get_mut("Resources") else {
        return;
    };
    let before = resources.len();
    resources.retain(fits);
    let left = resources.len();
    if left < before {
        body["totalResults"] = left.into();
        body["itemsPerPage"] = left.into();
    }
}

pub(super) fn no_match_404(operation: &Operation, reply: &mut Reply) {
    if let (Operation::Search { query: Query { filter: Some(_), .. }, .. }, Some(body)) = (operation, &reply.body)
        && body["totalResults"] == 0
    {
        *reply = ScimError::new(404, "nothing was found").into();
    }
}

pub(super) fn compound_truncated(operation: &mut Operation) {
    let Operation::Search { query, .. } = operation else {
        return;
    };
    if let Some(Filter::And(terms) | Filter::Or(terms)) = parsed(query) {
        query.filter = terms.first().map(Filter::to_string);
    }
}

pub(super) fn plus_decoded(operation: &mut Operation) {
    if let Operation::Search { query, .. } = operation {
        query.filter = query.filter.take().map(|filter| filter.replace('+', " "));
    }
}

fn parsed(query: &Query) -> Option<Filter> {
    parse(query.filter.as_deref()?, FilterLimits::default()).ok()
}

pub(super) fn total_is_page_size(_: &Operation, reply: &mut Reply) {
    if let Some(body) = list_body(reply) {
        body["totalResults"] = body["itemsPerPage"].clone();
    }
}

pub(super) fn items_per_page_is_count(operation: &Operation, reply: &mut Reply) {
    if let (Operation::Search { query: Query { count: Some(count), .. }, .. }, Some(body)) =
        (operation, list_body(reply))
    {
        body["itemsPerPage"] = (*count).into();
    }
}

/// Every page but the first starts one too early, and says otherwise.
pub(super) fn pages_overlap(operation: Operation, next: Next<'_>) -> Reply {
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

pub(super) fn numbers_as_strings(_: &Operation, reply: &mut Reply) {
    if let Some(body) = list_body(reply) {
        for name in ["totalResults", "startIndex", "itemsPerPage"] {
            body[name] = body[name].to_string().into();
        }
    }
}

pub(super) fn list_is_fake(operation: &Operation, reply: &mut Reply) {
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

fn list_body(reply: &mut Reply) -> Option<&mut Value> {
    reply.body.as_mut().filter(|body| body.get("Resources").is_some())
}
