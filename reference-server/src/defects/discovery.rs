//! Faults of discovery: a server that does not say what it is.

use super::message::{resources_mut, take};
use super::{Defect, Next, Twist};
use crate::provider::{Operation, Reply};
use crate::scim::error::ScimError;
use crate::scim::list;
use crate::scim::schema::USER;
use serde_json::{Value, json};

pub(super) const TABLE: &[Defect] = &[
    Defect {
        name: "discovery.spc-missing",
        sentence: "There is no ServiceProviderConfig.",
        area: "discovery",
        breaks: &["RFC7644-4-01", "OKTA-DIS-007", "RFC7643-5-16", "RFC7644-4-02"],
        twist: Twist::Reply(config_missing),
    },
    Defect {
        name: "discovery.spc-incomplete",
        sentence: "ServiceProviderConfig leaves out what it must say.",
        area: "discovery",
        breaks: &["RFC7643-5-01", "RFC7643-5-03", "RFC7643-5-04", "RFC7643-5-09", "RFC7643-5-11", "RFC7643-5-13"],
        twist: Twist::Reply(config_incomplete),
    },
    Defect {
        name: "discovery.not-list-response",
        sentence: "The lists of resource types and schemas are bare arrays.",
        area: "discovery",
        breaks: &["RFC7644-4-03", "RFC7644-4-07"],
        twist: Twist::Reply(not_list_response),
    },
    Defect {
        name: "discovery.empty",
        sentence: "The lists of resource types and schemas are empty.",
        area: "discovery",
        breaks: &["RFC7644-4-03", "RFC7644-4-07"],
        twist: Twist::Reply(empty),
    },
    Defect {
        name: "discovery.schemas-attribute-missing",
        sentence: "Schemas lack their own `schemas`.",
        area: "discovery",
        breaks: &["RFC7643-7-02"],
        twist: Twist::Reply(schemas_attribute_missing),
    },
    Defect {
        name: "discovery.schema-lies",
        sentence: "The schema of users calls displayName read-only and active a string.",
        area: "discovery",
        breaks: &["RFC7643-8.7.1-01"],
        twist: Twist::Reply(schema_lies),
    },
    Defect {
        name: "discovery.claims-unsupported",
        sentence: "ServiceProviderConfig announces ETags, and there are none.",
        area: "discovery",
        breaks: &["RFC7643-5-19"],
        twist: Twist::Reply(claims_unsupported),
    },
    Defect {
        name: "discovery.meta-missing",
        sentence: "Discovery resources have a meta without resourceType.",
        area: "discovery",
        breaks: &["RFC7643-3.1-01", "RFC7643-3.1-26"],
        twist: Twist::Reply(meta_missing),
    },
    Defect {
        name: "discovery.filter-not-403",
        sentence: "A filter on a discovery list finds nothing.",
        area: "discovery",
        breaks: &["RFC7644-4-02", "RFC7644-4-05", "RFC7644-4-09"],
        twist: Twist::Around(filter_not_403),
    },
];

fn config_missing(operation: &Operation, reply: &mut Reply) {
    if matches!(operation, Operation::ServiceProviderConfig) {
        *reply = ScimError::new(404, "there is no ServiceProviderConfig").into();
    }
}

fn config_incomplete(operation: &Operation, reply: &mut Reply) {
    if let (Operation::ServiceProviderConfig, Some(Value::Object(config))) = (operation, &mut reply.body) {
        config.remove("patch");
        config.remove("etag");
        config.insert("bulk".into(), json!({"supported": false}));
        config.insert("authenticationSchemes".into(), json!([{"name": "token"}]));
    }
}

fn not_list_response(operation: &Operation, reply: &mut Reply) {
    if is_list(operation) {
        reply.body = reply.body.take().map(|list| list["Resources"].clone());
    }
}

fn empty(operation: &Operation, reply: &mut Reply) {
    if let (true, Some(list)) = (is_list(operation), &mut reply.body) {
        list["totalResults"] = json!(0);
        list["itemsPerPage"] = json!(0);
        list["Resources"] = json!([]);
    }
}

fn is_list(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::ResourceTypes { name: None, filtered: false } | Operation::Schemas { urn: None, filtered: false }
    )
}

fn schemas_attribute_missing(operation: &Operation, reply: &mut Reply) {
    if matches!(operation, Operation::Schemas { .. }) {
        resources_mut(reply).iter_mut().for_each(|schema| drop(take(schema, "schemas")));
    }
}

fn schema_lies(operation: &Operation, reply: &mut Reply) {
    if !matches!(operation, Operation::Schemas { .. }) {
        return;
    }
    let users = resources_mut(reply).iter_mut().filter(|schema| schema["id"] == USER.id);
    for attribute in users.filter_map(|schema| schema["attributes"].as_array_mut()).flatten() {
        match attribute["name"].as_str() {
            Some("displayName") => attribute["mutability"] = "readOnly".into(),
            Some("active") => attribute["type"] = "string".into(),
            _ => {}
        }
    }
}

fn claims_unsupported(_: &Operation, reply: &mut Reply) {
    reply.version = None;
    let metas = resources_mut(reply).iter_mut().filter_map(|resource| resource.get_mut("meta"));
    metas.for_each(|meta| drop(take(meta, "version")));
}

fn meta_missing(operation: &Operation, reply: &mut Reply) {
    if matches!(
        operation,
        Operation::ServiceProviderConfig | Operation::ResourceTypes { .. } | Operation::Schemas { .. }
    ) {
        let metas = resources_mut(reply).iter_mut().filter_map(|resource| resource.get_mut("meta"));
        metas.for_each(|meta| drop(take(meta, "resourceType")));
    }
}

fn filter_not_403(operation: Operation, next: Next<'_>) -> Reply {
    match operation {
        Operation::ResourceTypes { name: None, filtered: true } | Operation::Schemas { urn: None, filtered: true } => {
            Reply::ok(list::response(0, 1, Vec::new()))
        }
        other => next(other),
    }
}
