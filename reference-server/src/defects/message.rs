//! Looking into messages and changing them, for the defects that need it.

use super::Next;
use crate::provider::{Operation, Reply};
use crate::scim::filter::{Filter, FilterLimits, parse};
use crate::scim::patch::PATCH_URN;
use crate::scim::projection::View;
use crate::scim::resource::member_of;
use crate::scim::schema::ResourceKind;
use serde_json::{Map, Value, json};

/// The operations of a PatchOp message.
pub(super) fn operations(body: &Value) -> &[Value] {
    let operations = body.as_object().and_then(|body| member_of(body, "Operations"));
    operations.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The operations of a PatchOp message, to be changed.
pub(super) fn operations_mut(body: &mut Value) -> Option<&mut Vec<Value>> {
    let body = body.as_object_mut()?;
    let key = key_of(body, "Operations")?;
    body.get_mut(&key)?.as_array_mut()
}

/// Whether an operation is `add`, `remove` or `replace`.
pub(super) fn is_op(operation: &Value, name: &str) -> bool {
    member(operation, "op").and_then(Value::as_str).is_some_and(|op| op.eq_ignore_ascii_case(name))
}

/// The path of an operation.
pub(super) fn path(operation: &Value) -> Option<&str> {
    member(operation, "path")?.as_str()
}

/// Whether a path, or a key in its place, leads to that attribute or into it.
pub(super) fn leads_to(path: &str, attribute: &str) -> bool {
    let plain = path.split('[').next().unwrap_or_default();
    let name = plain.rsplit(':').next().unwrap_or_default();
    name.split('.').next().is_some_and(|name| name.eq_ignore_ascii_case(attribute))
}

/// What an operation says about an attribute, by path or by key.
pub(super) fn value_for<'a>(operation: &'a Value, attribute: &str) -> Option<&'a Value> {
    let value = member(operation, "value");
    match path(operation) {
        Some(path) if leads_to(path, attribute) => Some(value.unwrap_or(&Value::Null)),
        Some(_) => None,
        None => value?.as_object()?.iter().find(|(key, _)| leads_to(key, attribute)).map(|(_, value)| value),
    }
}

/// The same, to be changed.
pub(super) fn value_for_mut<'a>(operation: &'a mut Value, attribute: &str) -> Option<&'a mut Value> {
    let by_path = path(operation).map(|path| leads_to(path, attribute));
    let operation = operation.as_object_mut()?;
    let value = operation.get_mut(&key_of(operation, "value")?)?;
    match by_path {
        Some(true) => Some(value),
        Some(false) => None,
        None => value.as_object_mut()?.iter_mut().find(|(key, _)| leads_to(key, attribute)).map(|(_, value)| value),
    }
}

/// A PatchOp message.
pub(super) fn patch_message(operations: Vec<Value>) -> Value {
    json!({ "schemas": [PATCH_URN], "Operations": operations })
}

/// The ids in a list of members; one object counts as a list of one.
pub(super) fn ids(members: &Value) -> impl Iterator<Item = String> + '_ {
    let members = match members {
        Value::Array(members) => members.as_slice(),
        single => std::slice::from_ref(single),
    };
    members.iter().filter_map(|member| Some(member.get("value")?.as_str()?.to_owned()))
}

/// Takes what is said about an attribute out of a PatchOp message, where the condition holds; empty operations go.
pub(super) fn silence(body: &mut Value, attribute: &str, when: fn(&Value) -> bool) {
    let Some(operations) = operations_mut(body) else {
        return;
    };
    operations.retain_mut(|operation| {
        if !value_for(operation, attribute).is_some_and(when) {
            return true;
        }
        if path(operation).is_some() {
            return false;
        }
        let Some(operation) = operation.as_object_mut() else {
            return false;
        };
        let Some(Value::Object(values)) = key_of(operation, "value").and_then(|key| operation.get_mut(&key)) else {
            return false;
        };
        values.retain(|key, _| !leads_to(key, attribute));
        !values.is_empty()
    });
}

/// A member of an object by name in any case.
pub(super) fn member<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    member_of(object.as_object()?, name)
}

/// Takes a member out of an object, whatever its case.
pub(super) fn take(object: &mut Value, name: &str) -> Option<Value> {
    let object = object.as_object_mut()?;
    let key = key_of(object, name)?;
    object.shift_remove(&key)
}

fn key_of(object: &Map<String, Value>, name: &str) -> Option<String> {
    object.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned()
}

/// The one resource that an operation is about, if it is about one.
pub(super) fn subject(operation: &Operation) -> Option<(ResourceKind, &str)> {
    match operation {
        Operation::Read { kind, id, .. }
        | Operation::Replace { kind, id, .. }
        | Operation::Patch { kind, id, .. }
        | Operation::Delete { kind, id } => Some((*kind, id)),
        _ => None,
    }
}

/// The body of a create or PUT.
pub(super) fn resource_mut(operation: &mut Operation) -> Option<(ResourceKind, &mut Value)> {
    match operation {
        Operation::Create { kind, body, .. } | Operation::Replace { kind, body, .. } => Some((*kind, body)),
        _ => None,
    }
}

/// The same, to be read.
pub(super) fn resource(operation: &Operation) -> Option<(ResourceKind, &Value)> {
    match operation {
        Operation::Create { kind, body, .. } | Operation::Replace { kind, body, .. } => Some((*kind, body)),
        _ => None,
    }
}

/// The filter of a query, if it can be read.
pub(super) fn filter_of(operation: &Operation) -> Option<Filter> {
    match operation {
        Operation::Search { query, .. } => parse(query.filter.as_deref()?, FilterLimits::default()).ok(),
        _ => None,
    }
}

/// Whether a filter is of that kind somewhere.
pub(super) fn has_term(filter: &Filter, is_meant: &dyn Fn(&Filter) -> bool) -> bool {
    let within = match filter {
        Filter::And(terms) | Filter::Or(terms) => terms.iter().any(|term| has_term(term, is_meant)),
        Filter::Not(inner) | Filter::Element(_, inner) => has_term(inner, is_meant),
        Filter::Compare(..) | Filter::Present(_) => false,
    };
    within || is_meant(filter)
}

/// The resource in a successful answer, or those in a list.
pub(super) fn resources_mut(reply: &mut Reply) -> &mut [Value] {
    let succeeded = reply.succeeded();
    let Some(body) = reply.body.as_mut().filter(|_| succeeded) else {
        return &mut [];
    };
    if body.get("Resources").is_none() {
        return std::slice::from_mut(body);
    }
    body["Resources"].as_array_mut().map(Vec::as_mut_slice).unwrap_or_default()
}

/// The resource as it is now, if there is one.
pub(super) fn current(kind: ResourceKind, id: &str, next: Next<'_>) -> Option<Value> {
    let reply = next(Operation::Read { kind, id: id.to_owned(), view: View::default() });
    reply.body.filter(|_| reply.status == 200)
}

/// Carries out a PATCH of what is left of a message; of nothing, the answer is the resource as it is.
pub(super) fn patch_rest(kind: ResourceKind, id: String, body: Value, view: View, next: Next<'_>) -> Reply {
    if operations(&body).is_empty() {
        next(Operation::Read { kind, id, view })
    } else {
        next(Operation::Patch { kind, id, body, view })
    }
}

/// The status an update asks for, if it asks for one.
pub(super) fn wanted_status(operation: &Operation) -> Option<bool> {
    match operation {
        Operation::Replace { kind: ResourceKind::User, body, .. } => truth(member(body, "active")?),
        Operation::Patch { kind: ResourceKind::User, body, .. } => {
            operations(body).iter().rev().find_map(|operation| truth(value_for(operation, "active")?))
        }
        _ => None,
    }
}

/// A boolean, or what Entra writes for one.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Whether a value says no.
pub(super) fn is_false(value: &Value) -> bool {
    truth(value) == Some(false)
}
