//! Faults that show when several clients come at once.

use super::member::pushed;
use super::message::{current, ids};
use super::{Defect, Late, Next, Twist};
use crate::provider::{Operation, Query, Reply};
use crate::scim::ScimError;
use crate::scim::filter::{Filter, Operator};
use crate::scim::path::AttrPath;
use crate::scim::schema::ResourceKind;
use serde_json::Value;

pub(super) const TABLE: &[Defect] = &[
    Defect {
        name: "concurrency.create-race-500",
        sentence: "Of two who create the same user at once, the second gets a 500.",
        area: "concurrency",
        breaks: &["RFC7644-3.3-08", "RFC7644-3.12-23"],
        twist: Twist::Late(Late { look: name_is_free, act: conflict_is_500 }),
    },
    Defect {
        name: "concurrency.member-lost-update",
        sentence: "Of two who change the members of a group at once, only one has an effect.",
        area: "concurrency",
        breaks: &["RFC7644-3.5.2.1-12"],
        twist: Twist::Late(Late { look: group_afterwards, act: write_back }),
    },
    Defect {
        name: "concurrency.same-member-race-500",
        sentence: "Of two who add the same member at once, the second gets a 500.",
        area: "concurrency",
        breaks: &["RFC7644-3.5.2.1-10", "RFC7644-3.12-23"],
        twist: Twist::Late(Late { look: newcomers, act: double_is_500 }),
    },
];

fn broken() -> Reply {
    ScimError::new(500, "duplicate key").into()
}

fn name_is_free(operation: &Operation, next: Next<'_>) -> Option<Value> {
    let Operation::Create { kind: ResourceKind::User, body, .. } = operation else {
        return None;
    };
    let filter = Filter::Compare(AttrPath::named("userName"), Operator::Eq, body.get("userName")?.clone());
    let query = Query { filter: Some(filter.to_string()), ..Query::default() };
    let found = next(Operation::Search { kinds: &[ResourceKind::User], query });
    (found.body?["totalResults"] == 0).then_some(Value::Null)
}

fn conflict_is_500(operation: Operation, _: &Value, next: Next<'_>) -> Reply {
    let reply = next(operation);
    if reply.status == 409 { broken() } else { reply }
}

/// The group as a change of its members leaves it. The change is tried, and taken back at once.
fn group_afterwards(operation: &Operation, next: Next<'_>) -> Option<Value> {
    let Operation::Patch { kind: ResourceKind::Group, id, .. } = operation else {
        return None;
    };
    let before = current(ResourceKind::Group, id, next).filter(|_| !pushed(operation).is_empty())?;
    let tried = next(operation.clone());
    let after = current(ResourceKind::Group, id, next).filter(|_| tried.succeeded());
    next(replacement(id, before));
    after
}

fn write_back(operation: Operation, after: &Value, next: Next<'_>) -> Reply {
    match operation {
        Operation::Patch { id, .. } => next(replacement(&id, after.clone())),
        other => next(other),
    }
}

fn replacement(id: &str, body: Value) -> Operation {
    Operation::Replace { kind: ResourceKind::Group, id: id.to_owned(), body, view: Default::default() }
}

/// Those who join a group and were no members so far.
fn newcomers(operation: &Operation, next: Next<'_>) -> Option<Value> {
    let Operation::Patch { kind: ResourceKind::Group, id, .. } = operation else {
        return None;
    };
    let joining: Vec<String> = pushed(operation).concat();
    let members = members(id, next);
    (!joining.is_empty() && joining.iter().all(|id| !members.contains(id))).then(|| joining.into())
}

fn double_is_500(operation: Operation, joining: &Value, next: Next<'_>) -> Reply {
    let Operation::Patch { id, .. } = &operation else {
        return next(operation);
    };
    let members = members(id, next);
    let mut joining = joining.as_array().into_iter().flatten().filter_map(Value::as_str);
    match joining.any(|id| members.iter().any(|member| member == id)) {
        true => broken(),
        false => next(operation),
    }
}

fn members(group: &str, next: Next<'_>) -> Vec<String> {
    let group = current(ResourceKind::Group, group, next);
    group.map(|group| ids(&group["members"]).collect()).unwrap_or_default()
}
