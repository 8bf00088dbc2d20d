//! Faults of groups and their members.

use super::Next;
use super::message::{
    current, is_op, leads_to, member, operations, operations_mut, patch_rest, path, silence, take, value_for,
};
use crate::provider::{Operation, Reply};
use crate::scim::error::{ScimError, ScimType};
use crate::scim::patch::PATCH_URN;
use crate::scim::schema::ResourceKind;
use serde_json::{Value, json};
use std::collections::HashSet;

pub(super) fn update_without_members_empties(operation: Operation, next: Next<'_>) -> Reply {
    let Operation::Patch { kind: ResourceKind::Group, id, body, view } = operation else {
        return next(operation);
    };
    let speaks_of_members = operations(&body).iter().any(|operation| value_for(operation, "members").is_some());
    let kind = ResourceKind::Group;
    let reply = next(Operation::Patch { kind, id: id.clone(), body, view: view.clone() });
    if speaks_of_members || !reply.succeeded() {
        return reply;
    }
    let body = json!({ "schemas": [PATCH_URN], "Operations": [{ "op": "remove", "path": "members" }] });
    next(Operation::Patch { kind, id, body, view })
}

pub(super) fn rename_ignored(operation: Operation, next: Next<'_>) -> Reply {
    match operation {
        Operation::Patch { kind: ResourceKind::Group, id, mut body, view } => {
            silence(&mut body, "displayName", |_| true);
            patch_rest(ResourceKind::Group, id, body, view, next)
        }
        Operation::Replace { kind: ResourceKind::Group, id, mut body, view } => {
            if let Some(old) = current(ResourceKind::Group, &id, next)
                && take(&mut body, "displayName").is_some()
            {
                body["displayName"] = old["displayName"].clone();
            }
            next(Operation::Replace { kind: ResourceKind::Group, id, body, view })
        }
        other => next(other),
    }
}

pub(super) fn empty_members_refused(operation: Operation, next: Next<'_>) -> Reply {
    let is_empty = |members: &Value| members.as_array().is_some_and(Vec::is_empty);
    let refused = match &operation {
        Operation::Patch { kind: ResourceKind::Group, body, .. } => operations(body)
            .iter()
            .any(|operation| is_op(operation, "replace") && value_for(operation, "members").is_some_and(is_empty)),
        Operation::Replace { kind: ResourceKind::Group, body, .. } => member(body, "members").is_some_and(is_empty),
        _ => false,
    };
    if refused {
        return ScimError::bad(ScimType::InvalidValue, "members.value is missing").into();
    }
    next(operation)
}

fn is_filtered_remove(operation: &Value) -> bool {
    is_op(operation, "remove") && path(operation).is_some_and(|path| path.contains('[') && leads_to(path, "members"))
}

pub(super) fn filtered_remove_ignored(operation: Operation, next: Next<'_>) -> Reply {
    let Operation::Patch { kind, id, mut body, view } = operation else {
        return next(operation);
    };
    if let Some(operations) = operations_mut(&mut body) {
        operations.retain(|operation| !is_filtered_remove(operation));
    }
    patch_rest(kind, id, body, view, next)
}

pub(super) fn filtered_remove_wipes(operation: &mut Operation) {
    each_operation(operation, |operation| {
        if is_filtered_remove(operation) {
            *operation = json!({ "op": "remove", "path": "members" });
        }
    });
}

pub(super) fn add_replaces(operation: &mut Operation) {
    each_operation(operation, |operation| {
        if is_op(operation, "add") && value_for(operation, "members").is_some() {
            take(operation, "op");
            operation["op"] = "replace".into();
        }
    });
}

pub(super) fn replace_is_additive(operation: &mut Operation) {
    each_operation(operation, |operation| {
        if is_op(operation, "replace") && value_for(operation, "members").is_some() {
            take(operation, "op");
            operation["op"] = "add".into();
        }
    });
}

fn each_operation(operation: &mut Operation, twist: fn(&mut Value)) {
    if let Operation::Patch { kind: ResourceKind::Group, body, .. } = operation
        && let Some(operations) = operations_mut(body)
    {
        operations.iter_mut().for_each(twist);
    }
}

pub(super) fn add_existing_500(operation: Operation, next: Next<'_>) -> Reply {
    if let Operation::Patch { kind: ResourceKind::Group, id, body, .. } = &operation
        && let Some(group) = current(ResourceKind::Group, id, next)
    {
        let mut present: HashSet<String> = ids(&group["members"]).collect();
        let adds = operations(body).iter().filter(|operation| is_op(operation, "add"));
        let mut joining = adds.filter_map(|operation| value_for(operation, "members")).flat_map(ids);
        if joining.any(|id| !present.insert(id)) {
            return ScimError::new(500, "the database refused the row").into();
        }
    }
    next(operation)
}

fn ids(members: &Value) -> impl Iterator<Item = String> + '_ {
    let members = match members {
        Value::Array(members) => members.as_slice(),
        single => std::slice::from_ref(single),
    };
    members.iter().filter_map(|member| Some(member.get("value")?.as_str()?.to_owned()))
}
