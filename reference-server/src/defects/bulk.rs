//! Faults of bulk requests.

use super::message::member;
use super::{Defect, Next, Twist};
use crate::provider::{Operation, Reply};
use crate::scim::bulk::RESPONSE_URN;
use crate::scim::schema::ResourceKind;
use serde_json::{Value, json};

pub(super) const TABLE: &[Defect] = &[
    Defect {
        name: "bulk.limits-not-enforced",
        sentence: "A bulk request may hold any number of operations, whatever is announced.",
        area: "bulk",
        breaks: &["RFC7644-3.7.4-02"],
        twist: Twist::Around(limits_not_enforced),
    },
    Defect {
        name: "bulk.bulkid-unresolved",
        sentence: "References to resources of the same bulk request are taken for ids.",
        area: "bulk",
        breaks: &["RFC7644-3.7.2-01", "RFC7644-3.7.2-02"],
        twist: Twist::Request(bulkid_unresolved),
    },
    Defect {
        name: "bulk.not-persisted",
        sentence: "What a bulk request creates is confirmed, and not kept.",
        area: "bulk",
        breaks: &["RFC7644-3.7.3-01", "RFC7644-3.7.3-03"],
        twist: Twist::Around(not_persisted),
    },
];

/// Operations that are carried out at a time.
const PART: usize = 100;

fn limits_not_enforced(operation: Operation, next: Next<'_>) -> Reply {
    let reply = next(operation.clone());
    let Operation::Bulk { body } = operation else {
        return reply;
    };
    let Some(operations) = member(&body, "Operations").and_then(Value::as_array).filter(|_| reply.status == 413) else {
        return reply;
    };
    let mut results = Vec::new();
    for part in operations.chunks(PART) {
        let mut body = body.clone();
        body["Operations"] = part.into();
        let reply = next(Operation::Bulk { body });
        match reply.body.and_then(|mut body| body.get_mut("Operations").map(Value::take)) {
            Some(Value::Array(done)) => results.extend(done),
            _ => break,
        }
    }
    Reply::ok(json!({ "schemas": [RESPONSE_URN], "Operations": results }))
}

fn bulkid_unresolved(operation: &mut Operation) {
    if let Operation::Bulk { body } = operation {
        misspell(body);
    }
}

/// Nobody looks for a reference in lower case.
fn misspell(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(misspell),
        Value::Object(members) => members.values_mut().for_each(misspell),
        Value::String(text) => *text = text.replace("bulkId:", "bulkid:"),
        _ => {}
    }
}

fn not_persisted(operation: Operation, next: Next<'_>) -> Reply {
    let is_bulk = matches!(operation, Operation::Bulk { .. });
    let reply = next(operation);
    let results = reply.body.as_ref().filter(|_| is_bulk).and_then(|body| body["Operations"].as_array());
    for result in results.into_iter().flatten().filter(|result| result["status"] == "201") {
        let mut parts = result["location"].as_str().unwrap_or_default().rsplit('/');
        let id = parts.next().unwrap_or_default().to_owned();
        let kind = if parts.next() == Some("Groups") { ResourceKind::Group } else { ResourceKind::User };
        next(Operation::Delete { kind, id });
    }
    reply
}
