//! Schemas of the discovery resources themselves: the server describes its own description, too.

use super::core::{attribute, complex, reference, string};
use super::{Attribute, Schema, Type};

const fn flag(name: &'static str, description: &'static str) -> Attribute {
    attribute(name, description, Type::Boolean).read_only()
}

const fn number(name: &'static str, description: &'static str) -> Attribute {
    attribute(name, description, Type::Integer).read_only().required()
}

const fn text(name: &'static str, description: &'static str) -> Attribute {
    string(name, description).read_only()
}

const fn link(name: &'static str, description: &'static str, to: &'static [&'static str]) -> Attribute {
    reference(name, description, to).read_only()
}

const fn group(name: &'static str, description: &'static str, parts: &'static [Attribute]) -> Attribute {
    complex(name, description, parts).read_only().required()
}

const SUPPORTED: Attribute = flag("supported", "Whether it works here").required();

/// The ServiceProviderConfig schema.
pub(super) static SERVICE_PROVIDER_CONFIG: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig",
    name: "ServiceProviderConfig",
    description: "What the server can do",
    attributes: &[
        link("documentationUri", "Address of documentation for people", &["external"]),
        group("patch", "PATCH", &[SUPPORTED]),
        group(
            "bulk",
            "Bulk requests",
            &[
                SUPPORTED,
                number("maxOperations", "Most operations in a request"),
                number("maxPayloadSize", "Most bytes in a request"),
            ],
        ),
        group("filter", "Filters", &[SUPPORTED, number("maxResults", "Most resources in an answer")]),
        group("changePassword", "Setting passwords", &[SUPPORTED]),
        group("sort", "Sorting", &[SUPPORTED]),
        group("etag", "Versions and preconditions", &[SUPPORTED]),
        group(
            "authenticationSchemes",
            "Ways to authenticate",
            &[
                text("type", "Kind of scheme").required().canonical(&[
                    "oauth",
                    "oauth2",
                    "oauthbearertoken",
                    "httpbasic",
                    "httpdigest",
                ]),
                text("name", "Name of the scheme").required(),
                text("description", "What the scheme is").required(),
                link("specUri", "Address of its specification", &["external"]),
                link("documentationUri", "Address of documentation about its use", &["external"]),
                flag("primary", "The preferred scheme"),
            ],
        )
        .multi(),
    ],
};

/// The ResourceType schema.
pub(super) static RESOURCE_TYPE: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:core:2.0:ResourceType",
    name: "ResourceType",
    description: "A kind of resource and where it is found",
    attributes: &[
        text("id", "Identifier of the resource type"),
        text("name", "Name of the resource type").required(),
        text("description", "What its resources are"),
        link("endpoint", "Address of its resources below the base address", &["uri"]).required(),
        link("schema", "URN of its core schema", &["uri"]).required().case_exact(),
        group(
            "schemaExtensions",
            "Schemas that its resources may use besides",
            &[
                link("schema", "URN of the extension", &["uri"]).required().case_exact(),
                flag("required", "Whether every resource uses it").required(),
            ],
        )
        .multi(),
    ],
};

/// The Schema schema.
pub(super) static SCHEMA: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:core:2.0:Schema",
    name: "Schema",
    description: "A set of attribute definitions",
    attributes: &[
        text("id", "URN of the schema").required(),
        text("name", "Name of the schema").required(),
        text("description", "What it describes"),
        group("attributes", "Definitions of its attributes", ATTRIBUTE).multi(),
    ],
};

const ATTRIBUTE: &[Attribute] = &[
    NAME,
    type_of(&["string", "complex", "boolean", "decimal", "integer", "dateTime", "binary", "reference"]),
    MULTI_VALUED,
    DESCRIPTION,
    REQUIRED,
    CANONICAL_VALUES,
    CASE_EXACT,
    MUTABILITY,
    RETURNED,
    UNIQUENESS,
    REFERENCE_TYPES,
    complex("subAttributes", "Definitions of its parts", SUB_ATTRIBUTE).read_only().multi(),
];

const SUB_ATTRIBUTE: &[Attribute] = &[
    NAME,
    type_of(&["string", "boolean", "decimal", "integer", "dateTime", "binary", "reference"]),
    MULTI_VALUED,
    DESCRIPTION,
    REQUIRED,
    CANONICAL_VALUES,
    CASE_EXACT,
    MUTABILITY,
    RETURNED,
    UNIQUENESS,
    REFERENCE_TYPES,
];

const fn type_of(types: &'static [&'static str]) -> Attribute {
    text("type", "Data type").required().canonical(types)
}

const NAME: Attribute = text("name", "Name of the attribute").required().case_exact();
const MULTI_VALUED: Attribute = flag("multiValued", "Whether it holds an array").required();
const DESCRIPTION: Attribute = text("description", "What it holds").case_exact();
const REQUIRED: Attribute = flag("required", "Whether every resource has it");
const CANONICAL_VALUES: Attribute = text("canonicalValues", "Suggested values").multi().case_exact();
const CASE_EXACT: Attribute = flag("caseExact", "Whether case makes a difference");
const MUTABILITY: Attribute = text("mutability", "Who may change it").case_exact().canonical(&[
    "readOnly",
    "readWrite",
    "immutable",
    "writeOnly",
]);
const RETURNED: Attribute =
    text("returned", "When it is returned").case_exact().canonical(&["always", "never", "default", "request"]);
const UNIQUENESS: Attribute =
    text("uniqueness", "How far values must differ").case_exact().canonical(&["none", "server", "global"]);
const REFERENCE_TYPES: Attribute = text("referenceTypes", "What a reference may point at").multi().case_exact();
