//! Faults of PATCH.

use super::Next;
use super::message::{current, is_op, member, operations, operations_mut, patch_rest, path};
use crate::provider::{Operation, Reply};
use crate::scim::projection::View;
use crate::scim::schema::ResourceKind;
use serde_json::{Value, json};

pub(super) fn pathless_ignored(operation: Operation, next: Next<'_>) -> Reply {
    let Operation::Patch { kind, id, mut body, view } = operation else {
        return next(operation);
    };
    dropping(&mut body, |operation| path(operation).is_none() && !is_op(operation, "remove"));
    patch_rest(kind, id, body, view, next)
}

pub(super) fn remove_ignored(operation: Operation, next: Next<'_>) -> Reply {
    let Operation::Patch { kind, id, mut body, view } = operation else {
        return next(operation);
    };
    dropping(&mut body, |operation| is_op(operation, "remove") && path(operation).is_some());
    patch_rest(kind, id, body, view, next)
}

/// Leaves a message as it is if it would be refused for having no operations in the first place.
fn dropping(body: &mut Value, ignored: fn(&Value) -> bool) {
    if let Some(operations) = operations_mut(body) {
        operations.retain(|operation| !ignored(operation));
    }
}

pub(super) fn pathless_replaces_whole(operation: Operation, next: Next<'_>) -> Reply {
    let Operation::Patch { kind, id, body, view } = operation else {
        return next(operation);
    };
    let is_whole = |operation: &Value| {
        path(operation).is_none()
            && is_op(operation, "replace")
            && member(operation, "value").is_some_and(Value::is_object)
    };
    let (whole, rest): (Vec<Value>, Vec<Value>) = operations(&body).iter().cloned().partition(is_whole);
    let Some(old) = current(kind, &id, next).filter(|_| !whole.is_empty()) else {
        return next(Operation::Patch { kind, id, body, view });
    };
    if !rest.is_empty() {
        let reply = next(Operation::Patch { kind, id: id.clone(), body: message(rest), view: view.clone() });
        if !reply.succeeded() {
            return reply;
        }
    }
    let name = if kind == ResourceKind::User { "userName" } else { "displayName" };
    let mut new = json!({ "schemas": [kind.definition().schema.id], name: old[name] });
    for operation in &whole {
        let values = member(operation, "value").and_then(Value::as_object).into_iter().flatten();
        for (key, value) in values {
            new[key] = value.clone();
        }
    }
    next(Operation::Replace { kind, id, body: new, view })
}

pub(super) fn not_atomic(operation: Operation, next: Next<'_>) -> Reply {
    let Operation::Patch { kind, id, body, view } = operation else {
        return next(operation);
    };
    if operations(&body).len() < 2 {
        return next(Operation::Patch { kind, id, body, view });
    }
    let mut last = None;
    for operation in operations(&body) {
        let body = message(vec![operation.clone()]);
        let reply = next(Operation::Patch { kind, id: id.clone(), body, view: view.clone() });
        let failed = !reply.succeeded();
        last = Some(reply);
        if failed {
            break;
        }
    }
    last.unwrap_or_else(Reply::no_content)
}

pub(super) fn silent_no_op(operation: Operation, next: Next<'_>) -> Reply {
    let asked = match &operation {
        Operation::Patch { kind, id, .. } => Some((*kind, id.clone())),
        _ => None,
    };
    let reply = next(operation);
    match asked {
        Some((kind, id)) if reply.status == 400 => next(Operation::Read { kind, id, view: View::default() }),
        _ => reply,
    }
}

fn message(operations: Vec<Value>) -> Value {
    json!({ "schemas": [crate::scim::patch::PATCH_URN], "Operations": operations })
}
