//! What the server says about itself.

use super::Reply;
use super::cursor::CURSOR_TIMEOUT;
use crate::limits::Limits;
use crate::policy::{Bulk, ConfigSchema, Cursor, DiscoveryFilter, Etag, Groups, Listing, Policy, Sort};
use crate::scim::error::{ScimError, quoted};
use crate::scim::list;
use crate::scim::schema::{self, DISCOVERY_SCHEMAS, ResourceKind, ResourceType, Schema};
use serde_json::{Value, json};

const CONFIG_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";

pub(crate) fn service_provider_config(policy: &Policy, limits: &Limits, base: &str) -> Value {
    let offers = &policy.offers;
    let mut config = json!({
        "schemas": [CONFIG_URN],
        "patch": { "supported": offers.patch },
        "bulk": bulk(offers.bulk == Bulk::Offered, limits),
        "filter": { "supported": offers.filter, "maxResults": policy.max_results },
        "changePassword": { "supported": offers.passwords },
        "sort": { "supported": offers.sort == Sort::Offered },
        "etag": { "supported": offers.etag != Etag::Ignored },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "A token in the Authorization header, given out by whoever runs the server",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }],
        "meta": { "resourceType": "ServiceProviderConfig", "location": format!("{base}/ServiceProviderConfig") },
    });
    if offers.cursor != Cursor::None {
        let default = if offers.cursor == Cursor::Default { "cursor" } else { "index" };
        config["pagination"] = json!({
            "cursor": true,
            "index": true,
            "defaultPaginationMethod": default,
            "defaultPageSize": policy.default_page_size,
            "maxPageSize": policy.max_results,
            "cursorTimeout": CURSOR_TIMEOUT.as_secs(),
        });
    }
    if offers.later_features {
        config["securityEvents"] = json!({ "asyncRequest": "none", "eventUris": [] });
    }
    config
}

fn bulk(supported: bool, limits: &Limits) -> Value {
    let [operations, bytes] = if supported { [limits.bulk_operations, limits.body] } else { [0, 0] };
    json!({ "supported": supported, "maxOperations": operations, "maxPayloadSize": bytes })
}

pub(crate) fn resource_types(
    policy: &Policy,
    name: Option<&str>,
    filtered: bool,
    base: &str,
) -> Result<Reply, ScimError> {
    refuse_filter(policy, filtered)?;
    let Some(name) = name else {
        let all: Vec<Value> = served(policy).map(|definition| schema::resource_type(definition, base)).collect();
        return Ok(Reply::ok(list::response(all.len(), 1, all)));
    };
    match served(policy).find(|definition| definition.name == name) {
        Some(definition) => Ok(Reply::ok(schema::resource_type(definition, base))),
        None => Err(ScimError::new(404, format!("there is no resource type {}", quoted(name)))),
    }
}

pub(crate) fn schemas(policy: &Policy, urn: Option<&str>, filtered: bool, base: &str) -> Result<Reply, ScimError> {
    refuse_filter(policy, filtered)?;
    let all = published(policy);
    let Some(urn) = urn else {
        let all: Vec<Value> = all.into_iter().map(|schema| described(policy, schema, base)).collect();
        return Ok(Reply::ok(list::response(all.len(), 1, all)));
    };
    match all.into_iter().find(|schema| schema.id.eq_ignore_ascii_case(urn)) {
        Some(schema) => Ok(Reply::ok(described(policy, schema, base))),
        None => Err(ScimError::new(404, format!("there is no schema {}", quoted(urn)))),
    }
}

fn served(policy: &Policy) -> impl Iterator<Item = &'static ResourceType> {
    let groups = policy.offers.groups == Groups::Offered;
    policy.vocabulary.resource_types().iter().filter(move |definition| groups || definition.kind == ResourceKind::User)
}

fn published(policy: &Policy) -> Vec<&'static Schema> {
    let mut all: Vec<&'static Schema> = served(policy).map(|definition| definition.schema).collect();
    all.extend(served(policy).flat_map(|definition| definition.extensions));
    if policy.offers.schemas == Listing::All {
        all.extend(DISCOVERY_SCHEMAS);
    }
    all
}

fn described(policy: &Policy, schema: &Schema, base: &str) -> Value {
    let mut described = schema::schema(schema, base);
    if let Some(Value::Array(attributes)) = described.get_mut("attributes").filter(|_| !policy.shows_user_groups()) {
        attributes.retain(|attribute| attribute["name"] != "groups");
    }
    if schema.id == CONFIG_URN && policy.offers.config_schema == ConfigSchema::AsPrinted {
        schema::as_printed(&mut described);
    }
    described
}

/// A client that filters would take a full list for a filtered one.
fn refuse_filter(policy: &Policy, filtered: bool) -> Result<(), ScimError> {
    match policy.offers.discovery_filter {
        DiscoveryFilter::Refused if filtered => Err(ScimError::new(403, "this list cannot be filtered")),
        _ => Ok(()),
    }
}
