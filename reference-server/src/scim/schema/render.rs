//! The discovery resources that describe schemas and resource types.

use super::{Attribute, Mutability, ResourceType, Returned, Schema, Type};
use serde_json::{Map, Value, json};

const SCHEMA_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";
const RESOURCE_TYPE_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";

/// A Schema resource; `base` is the address of the service.
#[must_use]
pub fn schema(schema: &Schema, base: &str) -> Value {
    json!({
        "schemas": [SCHEMA_URN],
        "id": schema.id,
        "name": schema.name,
        "description": schema.description,
        "attributes": schema.attributes.iter().map(attribute).collect::<Vec<_>>(),
        "meta": { "resourceType": "Schema", "location": format!("{base}/Schemas/{}", schema.id) },
    })
}

/// A ResourceType resource; `base` is the address of the service.
#[must_use]
pub fn resource_type(definition: &ResourceType, base: &str) -> Value {
    let extensions: Vec<Value> =
        definition.extensions.iter().map(|schema| json!({ "schema": schema.id, "required": false })).collect();
    json!({
        "schemas": [RESOURCE_TYPE_URN],
        "id": definition.name,
        "name": definition.name,
        "description": definition.description,
        "endpoint": definition.endpoint,
        "schema": definition.schema.id,
        "schemaExtensions": extensions,
        "meta": {
            "resourceType": "ResourceType",
            "location": format!("{base}/ResourceTypes/{}", definition.name),
        },
    })
}

fn attribute(attribute: &Attribute) -> Value {
    let mut out = Map::new();
    out.insert("name".into(), attribute.name.into());
    out.insert("type".into(), type_name(attribute.kind).into());
    out.insert("multiValued".into(), attribute.multi_valued.into());
    out.insert("description".into(), attribute.description.into());
    out.insert("required".into(), attribute.required.into());
    if !attribute.canonical_values.is_empty() {
        out.insert("canonicalValues".into(), attribute.canonical_values.into());
    }
    // Case and uniqueness mean nothing for the types whose values are no text.
    let textual = matches!(attribute.kind, Type::String | Type::Reference | Type::Binary);
    if textual {
        out.insert("caseExact".into(), attribute.case_exact.into());
    }
    out.insert("mutability".into(), mutability_name(attribute.mutability).into());
    out.insert("returned".into(), returned_name(attribute.returned).into());
    if textual || attribute.kind == Type::Integer {
        out.insert("uniqueness".into(), if attribute.unique { "server" } else { "none" }.into());
    }
    if !attribute.reference_types.is_empty() {
        out.insert("referenceTypes".into(), attribute.reference_types.into());
    }
    if !attribute.sub_attributes.is_empty() {
        let parts: Vec<Value> = attribute.sub_attributes.iter().map(self::attribute).collect();
        out.insert("subAttributes".into(), parts.into());
    }
    Value::Object(out)
}

fn type_name(kind: Type) -> &'static str {
    match kind {
        Type::String => "string",
        Type::Boolean => "boolean",
        Type::Integer => "integer",
        Type::DateTime => "dateTime",
        Type::Reference => "reference",
        Type::Binary => "binary",
        Type::Complex => "complex",
    }
}

fn mutability_name(mutability: Mutability) -> &'static str {
    match mutability {
        Mutability::ReadOnly => "readOnly",
        Mutability::ReadWrite => "readWrite",
        Mutability::Immutable => "immutable",
        Mutability::WriteOnly => "writeOnly",
    }
}

fn returned_name(returned: Returned) -> &'static str {
    match returned {
        Returned::Always => "always",
        Returned::Never => "never",
        Returned::Default => "default",
    }
}
