//! Faults of discovery: a server that does not say what it is.

use crate::provider::{Operation, Reply};
use crate::scim::error::ScimError;
use serde_json::{Value, json};

pub(super) fn config_missing(operation: &Operation, reply: &mut Reply) {
    if matches!(operation, Operation::ServiceProviderConfig) {
        *reply = ScimError::new(404, "there is no ServiceProviderConfig").into();
    }
}

pub(super) fn config_incomplete(operation: &Operation, reply: &mut Reply) {
    if let (Operation::ServiceProviderConfig, Some(Value::Object(config))) = (operation, &mut reply.body) {
        config.remove("patch");
        config.remove("etag");
        config.insert("bulk".into(), json!({"supported": false}));
        config.insert("authenticationSchemes".into(), json!([{"name": "token"}]));
    }
}

pub(super) fn not_list_response(operation: &Operation, reply: &mut Reply) {
    if is_list(operation) {
        reply.body = reply.body.take().map(|list| list["Resources"].clone());
    }
}

pub(super) fn empty(operation: &Operation, reply: &mut Reply) {
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
