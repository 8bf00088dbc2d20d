//! Faults of reading and deleting one resource.

use super::message::{resource_mut, resources_mut, subject, take};
use super::{Defect, Next, Twist};
use crate::provider::{Operation, Reply};
use crate::scim::error::ScimError;
use crate::scim::schema::{ENTERPRISE_USER, ResourceKind};
use serde_json::{Value, json};
use uuid::Uuid;

pub(super) const TABLE: &[Defect] = &[
    Defect {
        name: "read.bad-id-not-404",
        sentence: "An id that is no UUID makes the database fail: 500 instead of 404.",
        area: "read",
        breaks: &["OKTA-USR-054", "RFC7644-3.4.1-06", "RFC7644-3.12-07"],
        twist: Twist::Around(bad_id_not_404),
    },
    Defect {
        name: "read.delete-unknown-wrong",
        sentence: "DELETE of what is not there is answered 204.",
        area: "read",
        breaks: &["RFC7644-3.6-06", "RFC7644-3.6-09"],
        twist: Twist::Reply(delete_unknown_wrong),
    },
    Defect {
        name: "read.delete-500-but-done",
        sentence: "DELETE of a user removes the user and is answered 500.",
        area: "read",
        breaks: &["RFC7644-3.6-02", "RFC7644-3.12-23"],
        twist: Twist::Reply(delete_500_but_done),
    },
    Defect {
        name: "read.empty-nested-array",
        sentence: "A list of addresses that is empty is shown as a list of an empty list.",
        area: "read",
        breaks: &["RFC7643-2.3.8-04", "RFC7644-3.8-08"],
        twist: Twist::Around(empty_nested_array),
    },
    Defect {
        name: "read.manager-not-complex",
        sentence: "The manager is shown as a string.",
        area: "read",
        breaks: &["RFC7643-4.3-03"],
        twist: Twist::Around(manager_not_complex),
    },
    Defect {
        name: "read.attributes-drops-id",
        sentence: "With `attributes` the id is left out unless it is asked for.",
        area: "read",
        breaks: &["RFC7643-3.1-09", "RFC7643-7-29", "RFC7644-3.9-02"],
        twist: Twist::Reply(attributes_drops_id),
    },
    Defect {
        name: "read.meta-location-404",
        sentence: "Location and meta.location lack the base path and lead nowhere.",
        area: "read",
        breaks: &["RFC7643-3.1-22", "RFC7644-3.3-03"],
        twist: Twist::Reply(meta_location_404),
    },
];

fn bad_id_not_404(operation: Operation, next: Next<'_>) -> Reply {
    if subject(&operation).is_some_and(|(_, id)| Uuid::try_parse(id).is_err()) {
        return ScimError::new(500, "the database refused the key").into();
    }
    next(operation)
}

fn delete_unknown_wrong(operation: &Operation, reply: &mut Reply) {
    if matches!(operation, Operation::Delete { .. }) && reply.status == 404 {
        *reply = Reply::no_content();
    }
}

/// What is told of a deletion fails after the deletion.
fn delete_500_but_done(operation: &Operation, reply: &mut Reply) {
    if matches!(operation, Operation::Delete { kind: ResourceKind::User, .. }) && reply.succeeded() {
        *reply = ScimError::new(500, "the event could not be sent").into();
    }
}

/// The server takes back what it gives out.
fn empty_nested_array(operation: Operation, next: Next<'_>) -> Reply {
    let mut operation = operation;
    let nothing = json!([[]]);
    if let Some((ResourceKind::User, body)) = resource_mut(&mut operation)
        && body.get("addresses") == Some(&nothing)
    {
        take(body, "addresses");
    }
    let mut reply = next(operation);
    let whole = |user: &&mut Value| user.get("userName").is_some() && user.get("meta").is_some();
    for user in resources_mut(&mut reply).iter_mut().filter(whole) {
        if user.get("addresses").is_none() {
            user["addresses"] = nothing.clone();
        }
    }
    reply
}

/// Here, too, the server takes back what it gives out.
fn manager_not_complex(operation: Operation, next: Next<'_>) -> Reply {
    let mut operation = operation;
    if let Some((ResourceKind::User, body)) = resource_mut(&mut operation)
        && let Some(manager @ Value::String(_)) =
            body.get_mut(ENTERPRISE_USER.id).and_then(|part| part.get_mut("manager"))
    {
        *manager = json!({ "value": manager.take() });
    }
    let mut reply = next(operation);
    for user in resources_mut(&mut reply) {
        if let Some(manager) = user.get_mut(ENTERPRISE_USER.id).and_then(|part| part.get_mut("manager"))
            && let Some(id) = manager.get("value").cloned()
        {
            *manager = id;
        }
    }
    reply
}

fn attributes_drops_id(operation: &Operation, reply: &mut Reply) {
    let view = match operation {
        Operation::Search { query, .. } => &query.view,
        Operation::Read { view, .. } => view,
        _ => return,
    };
    let Some(names) = &view.attributes else { return };
    if !names.iter().any(|name| name.eq_ignore_ascii_case("id")) {
        resources_mut(reply).iter_mut().for_each(|resource| drop(take(resource, "id")));
    }
}

fn meta_location_404(_: &Operation, reply: &mut Reply) {
    let shortened = |location: &str| location.replacen(crate::BASE_PATH, "", 1);
    reply.location = reply.location.take().map(|location| shortened(&location));
    for resource in resources_mut(reply) {
        if let Some(Value::String(location)) = resource.pointer_mut("/meta/location") {
            *location = shortened(location);
        }
    }
}
