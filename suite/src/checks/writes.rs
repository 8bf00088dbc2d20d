//! The ways of writing a change. A change is an object of attributes with their new values.

use serde_json::{Value, json};

use crate::check::{Case, Fut, Resource};
use crate::scim::patch::{self, leaves};
use crate::scim::urn;
use crate::target::Exchange;

/// `{"op":"replace","value":{…}}`: Okta's form.
pub(super) fn replace_pathless<'a>(t: &'a Case, resource: &'a Resource, change: &'a Value) -> Fut<'a, Exchange> {
    Box::pin(t.patch_ops(resource, vec![patch::pathless("replace", change.clone())]))
}

/// `{"op":"add","value":{…}}`.
pub(super) fn add_pathless<'a>(t: &'a Case, resource: &'a Resource, change: &'a Value) -> Fut<'a, Exchange> {
    Box::pin(t.patch_ops(resource, vec![patch::pathless("add", change.clone())]))
}

/// `{"op":"replace","path":…,"value":…}`, one operation for each attribute.
pub(super) fn replace_path<'a>(t: &'a Case, resource: &'a Resource, change: &'a Value) -> Fut<'a, Exchange> {
    let operations = leaves(change).into_iter().map(|(path, value)| patch::operation("replace", &path, value));
    Box::pin(t.patch_ops(resource, operations.collect()))
}

/// `{"op":"add","path":…,"value":…}`, one operation for each attribute.
pub(super) fn add_path<'a>(t: &'a Case, resource: &'a Resource, change: &'a Value) -> Fut<'a, Exchange> {
    let operations = leaves(change).into_iter().map(|(path, value)| patch::operation("add", &path, value));
    Box::pin(t.patch_ops(resource, operations.collect()))
}

/// `{"op":"remove","path":…}`, one operation for each attribute; the values do not matter.
pub(super) fn remove_path<'a>(t: &'a Case, resource: &'a Resource, change: &'a Value) -> Fut<'a, Exchange> {
    let operations = leaves(change).into_iter().map(|(path, _)| patch::remove(&path));
    Box::pin(t.patch_ops(resource, operations.collect()))
}

/// Several operations, the change last, as clients batch them.
pub(super) fn replace_among_others<'a>(t: &'a Case, resource: &'a Resource, change: &'a Value) -> Fut<'a, Exchange> {
    let other = if t.keeps("name.givenName") { "name.givenName" } else { "displayName" };
    let mut operations = vec![patch::operation("replace", other, json!("Batched"))];
    operations.push(patch::pathless("replace", change.clone()));
    Box::pin(t.patch_ops(resource, operations))
}

/// Read, change, `PUT` the whole: Okta's update.
pub(super) fn put<'a>(t: &'a Case, resource: &'a Resource, change: &'a Value) -> Fut<'a, Exchange> {
    Box::pin(t.put_changed(resource, change))
}

/// `PUT` of what is writable only, as the creating body was, with the change.
pub(super) fn put_as_created<'a>(t: &'a Case, resource: &'a Resource, change: &'a Value) -> Fut<'a, Exchange> {
    let mut body = resource.sent.clone();
    crate::scim::sample::overlay(&mut body, change);
    if change.get(urn::ENTERPRISE).is_some() {
        body["schemas"] = json!([urn::USER, urn::ENTERPRISE]);
    }
    Box::pin(t.put(resource, body))
}
