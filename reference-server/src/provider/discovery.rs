//! What the server says about itself.

use super::Reply;
use crate::policy::Policy;
use crate::scim::error::{ScimError, quoted};
use crate::scim::list;
use crate::scim::schema::{self, RESOURCE_TYPES, SCHEMAS};
use serde_json::{Value, json};

const CONFIG_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";

pub(crate) fn service_provider_config(policy: &Policy, base: &str) -> Value {
    json!({
        "schemas": [CONFIG_URN],
        "patch": { "supported": true },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": true, "maxResults": policy.max_results },
        "changePassword": { "supported": true },
        "sort": { "supported": true },
        "etag": { "supported": false },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "A token in the Authorization header, given out by whoever runs the server",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }],
        "meta": { "resourceType": "ServiceProviderConfig", "location": format!("{base}/ServiceProviderConfig") },
    })
}

pub(crate) fn resource_types(name: Option<&str>, filtered: bool, base: &str) -> Result<Reply, ScimError> {
    refuse_filter(filtered)?;
    let Some(name) = name else {
        let all = RESOURCE_TYPES.iter().map(|definition| schema::resource_type(definition, base)).collect();
        return Ok(Reply::ok(list::response(RESOURCE_TYPES.len(), 1, all)));
    };
    match RESOURCE_TYPES.iter().find(|definition| definition.name == name) {
        Some(definition) => Ok(Reply::ok(schema::resource_type(definition, base))),
        None => Err(ScimError::new(404, format!("there is no resource type {}", quoted(name)))),
    }
}

pub(crate) fn schemas(urn: Option<&str>, filtered: bool, base: &str) -> Result<Reply, ScimError> {
    refuse_filter(filtered)?;
    let Some(urn) = urn else {
        let all = SCHEMAS.iter().map(|schema| schema::schema(schema, base)).collect();
        return Ok(Reply::ok(list::response(SCHEMAS.len(), 1, all)));
    };
    match SCHEMAS.iter().find(|schema| schema.id.eq_ignore_ascii_case(urn)) {
        Some(schema) => Ok(Reply::ok(schema::schema(schema, base))),
        None => Err(ScimError::new(404, format!("there is no schema {}", quoted(urn)))),
    }
}

/// A client that filters would take a full list for a filtered one.
fn refuse_filter(filtered: bool) -> Result<(), ScimError> {
    if filtered { Err(ScimError::new(403, "this list cannot be filtered")) } else { Ok(()) }
}
