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

/// The schema of ServiceProviderConfig as RFC 7643 §8.7.2 prints it, without what its §5 requires.
pub fn as_printed(schema: &mut Value) {
    let without = |attributes: &mut Value, name: &str| {
        attributes.as_array_mut().into_iter().for_each(|all| all.retain(|attribute| attribute["name"] != name));
    };
    without(&mut schema["attributes"], "etag");
    for attribute in schema["attributes"].as_array_mut().into_iter().flatten() {
        if attribute["name"] == "authenticationSchemes" {
            without(&mut attribute["subAttributes"], "type");
        }
    }
}

/// A ResourceType resource; `base` is the address of the service.
#[must_use]
pub fn resource_type(definition: &ResourceType, base: &str) -> Value {
    let extension = |schema: &&Schema| json!({ "schema": schema.id, "required": definition.demands(schema) });
    let extensions: Vec<Value> = definition.extensions.iter().map(extension).collect();
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
    // Case means nothing where values are no text, and uniqueness nothing where they are no single values.
    let textual = matches!(attribute.kind, Type::String | Type::Reference | Type::Binary);
    if textual {
        out.insert("caseExact".into(), attribute.case_exact.into());
    }
    out.insert("mutability".into(), mutability_name(attribute.mutability).into());
    out.insert("returned".into(), returned_name(attribute.returned).into());
    if textual || matches!(attribute.kind, Type::Integer | Type::Decimal | Type::DateTime) {
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
        Type::Decimal => "decimal",
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
        Returned::Request => "request",
    }
}
