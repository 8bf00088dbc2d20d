//! Faults of taking access away and giving it back.

use super::Next;
use super::message::{current, is_false, member, patch_rest, silence, take, wanted_status};
use crate::provider::{Operation, Refusal, Reply};
use crate::scim::error::{ScimError, ScimType};
use crate::scim::schema::ResourceKind;
use serde_json::{Value, json};

pub(super) fn not_applied(operation: Operation, next: Next<'_>) -> Reply {
    match operation {
        Operation::Patch { kind: ResourceKind::User, id, mut body, view } => {
            silence(&mut body, "active", is_false);
            patch_rest(ResourceKind::User, id, body, view, next)
        }
        Operation::Replace { kind: ResourceKind::User, id, mut body, view } => {
            if member(&body, "active").is_some_and(is_false) {
                take(&mut body, "active");
            }
            next(Operation::Replace { kind: ResourceKind::User, id, body, view })
        }
        other => next(other),
    }
}

pub(super) fn deletes(operation: Operation, next: Next<'_>) -> Reply {
    let leaver = match &operation {
        Operation::Patch { id, .. } | Operation::Replace { id, .. } if wanted_status(&operation) == Some(false) => {
            Some(id.clone())
        }
        _ => None,
    };
    let reply = next(operation);
    if let (Some(id), true) = (leaver, reply.succeeded()) {
        next(Operation::Delete { kind: ResourceKind::User, id });
    }
    reply
}

pub(super) fn active_key_missing(_: &Operation, reply: &mut Reply) {
    let Some(body) = &mut reply.body else { return };
    drop_status(body);
    if let Some(Value::Array(resources)) = body.get_mut("Resources") {
        resources.iter_mut().for_each(drop_status);
    }
}

fn drop_status(resource: &mut Value) {
    if resource.get("active") == Some(&Value::Bool(false)) {
        take(resource, "active");
    }
}

pub(super) fn credentials_survive(_: &Operation, reply: &mut Reply) {
    if reply.refusal == Some(Refusal::Inactive) {
        *reply = Reply::ok(json!({ "userName": "still here" }));
    }
}

pub(super) fn refused(operation: Operation, next: Next<'_>) -> Reply {
    if let Operation::Patch { id, .. } | Operation::Replace { id, .. } = &operation
        && wanted_status(&operation) == Some(true)
        && current(ResourceKind::User, id, next).is_some_and(|user| user["active"] == false)
    {
        return ScimError::bad(ScimType::InvalidValue, "a deactivated user cannot be changed").into();
    }
    next(operation)
}

pub(super) fn inactive_hidden(operation: &mut Operation) {
    if let Operation::Search { kinds, query } = operation
        && kinds.contains(&ResourceKind::User)
    {
        const ACTIVE: &str = "not (active eq false)";
        query.filter = Some(match &query.filter {
            Some(filter) => format!("({filter}) and {ACTIVE}"),
            None => ACTIVE.to_owned(),
        });
    }
}
