//! Faults of PUT.

use super::Next;
use super::message::{current, member, take};
use crate::policy::{OmittedActive, Policy};
use crate::provider::{Operation, Reply};
use serde_json::Value;

pub(super) fn omitted_active_flips(policy: &mut Policy) {
    policy.put_omitted_active = OmittedActive::Defaults;
}

/// The attributes that the hurried implementer did carry over.
const APPLIED: [&str; 5] = ["schemas", "userName", "displayName", "active", "password"];

pub(super) fn accepted_not_applied(operation: Operation, next: Next<'_>) -> Reply {
    let Operation::Replace { kind, id, mut body, view } = operation else {
        return next(operation);
    };
    if let Some(mut old) = current(kind, &id, next)
        && body.is_object()
    {
        for name in APPLIED {
            take(&mut old, name);
            if let Some(value) = member(&body, name).cloned() {
                old[name] = value;
            }
        }
        // A refusal is to stay one: only a body that says who it is gets this treatment.
        let has_name = old.get("userName").or_else(|| old.get("displayName")).is_some_and(Value::is_string);
        if has_name {
            body = old;
        }
    }
    next(Operation::Replace { kind, id, body, view })
}
