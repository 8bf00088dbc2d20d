//! Schemas: what the attributes are, and how each behaves.

use crate::client::{Client, ENTERPRISE, GROUP, USER};
use crate::served::{Definition, definitions, schemas, vocabularies};
use crate::walk::{LIST, walk};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/// Characteristics of the core schemas as RFC 7643 §8.7 prints them, with its verified errata.
const PRINTED: &str = include_str!("core-schemas.json");

/// Calls with every definition of every vocabulary.
async fn each(mut look: impl FnMut(&Definition)) {
    for (_, client) in vocabularies() {
        definitions(&client).await.iter().for_each(&mut look);
    }
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

/// RFC7644-4-07
#[tokio::test]
async fn all_schemas_come_in_one_list() {
    for (vocabulary, client) in vocabularies() {
        let list = client.get("/Schemas").await;
        assert_eq!((list.status, &list.body["schemas"]), (200, &json!([LIST])));
        let schemas = list.body["Resources"].as_array().expect("an array");
        assert_eq!(list.body["totalResults"], schemas.len());
        let listed: Vec<&Value> = schemas.iter().map(|schema| &schema["id"]).collect();
        assert!([USER, GROUP].iter().all(|urn| listed.contains(&&json!(urn))), "{vocabulary}: {listed:?}");
        let types = client.get("/ResourceTypes").await.body;
        for one in types["Resources"].as_array().expect("an array") {
            let extensions = one["schemaExtensions"].as_array().expect("an array").iter();
            for urn in std::iter::once(&one["schema"]).chain(extensions.map(|extension| &extension["schema"])) {
                assert_eq!(listed.iter().filter(|listed| **listed == urn).count(), 1, "{vocabulary}: {urn}");
            }
        }
    }
}

/// RFC7644-4-08, RFC7644-3.4.1-02, RFC7644-3.10-01
#[tokio::test]
async fn one_schema_is_found_by_its_urn_in_any_case() {
    let client = Client::rfc();
    for schema in schemas(&client).await {
        let urn = schema["id"].as_str().expect("a URN");
        for written in [urn.to_owned(), urn.to_uppercase(), urn.to_lowercase()] {
            let alone = client.get(&format!("/Schemas/{written}")).await;
            assert_eq!((alone.status, &alone.body), (200, &schema), "{written}");
        }
        assert_eq!(client.follow(&schema["meta"]["location"]).await.body, schema);
    }
    for unknown in ["urn:example:nope", "User", &format!("{USER}:userName")] {
        assert_eq!(client.get(&format!("/Schemas/{unknown}")).await.error(), (404, ""), "{unknown}");
    }
}

/// RFC7644-3.1-01, RFC7643-7-01, RFC7643-7-02, RFC7643-7-03, RFC7643-7-04, RFC7643-3.1-26
#[tokio::test]
async fn every_schema_is_a_resource_with_urn_name_and_attributes() {
    for (vocabulary, client) in vocabularies() {
        let schemas = schemas(&client).await;
        let urns: BTreeSet<&str> = schemas.iter().filter_map(|schema| schema["id"].as_str()).collect();
        assert_eq!(urns.len(), schemas.len(), "{vocabulary}: every schema has a URN of its own");
        assert!(urns.iter().all(|urn| urn.to_lowercase().starts_with("urn:")), "{vocabulary}");
        assert!(!urns.iter().any(|urn| urn.to_lowercase().starts_with("urn:ietf:params:scim:api:")), "{vocabulary}");
        for schema in &schemas {
            assert_eq!(schema["schemas"], json!([SCHEMA]), "{vocabulary}: {}", schema["id"]);
            assert_eq!(schema["meta"]["resourceType"], "Schema", "{vocabulary}: {}", schema["id"]);
            assert!(is_text(&schema["name"]) && is_text(&schema["description"]), "{vocabulary}: {}", schema["id"]);
            assert!(schema["attributes"].as_array().is_some_and(|attributes| !attributes.is_empty()));
        }
    }
    let message = "/Schemas/urn:ietf:params:scim:api:messages:2.0:PatchOp";
    assert_eq!(Client::rfc().get(message).await.error(), (404, ""));
}

/// RFC7643-7-05, RFC7643-2.1-01
#[tokio::test]
async fn every_attribute_has_a_name_of_letters_digits_and_a_few_signs() {
    each(|definition| {
        let name = definition.said["name"].as_str().unwrap_or_default();
        let follows = |c: char| c.is_ascii_alphanumeric() || matches!(c, '$' | '-' | '_');
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(follows);
        assert!(is_name || name == "$ref", "{}", definition.name());
    })
    .await;
}

/// RFC7643-7-06, RFC7643-7-07, RFC7643-7-08, RFC7643-7-09, RFC7643-7-10, RFC7643-7-11, RFC7643-7-12
#[tokio::test]
async fn every_characteristic_is_one_that_the_rfc_knows() {
    each(|definition| {
        let said = &definition.said;
        let is_one_of = |keyword: &str, words: &[&str]| {
            assert!(words.iter().any(|word| said[keyword] == *word), "{}: {keyword}", definition.name());
        };
        let types = ["string", "boolean", "decimal", "integer", "dateTime", "reference", "complex", "binary"];
        is_one_of("type", &types);
        is_one_of("mutability", &["readOnly", "readWrite", "immutable", "writeOnly"]);
        is_one_of("returned", &["always", "never", "default", "request"]);
        assert!(said["multiValued"].is_boolean() && said["required"].is_boolean(), "{}", definition.name());
        let has_case = ["string", "reference", "binary"].iter().any(|kind| said["type"] == *kind);
        assert_eq!(said.get("caseExact").is_some_and(Value::is_boolean), has_case, "{}", definition.name());
        if said.get("uniqueness").is_some() || has_case {
            is_one_of("uniqueness", &["none", "server", "global"]);
        }
    })
    .await;
}

/// RFC7643-7-13, RFC7643-2.3.8-01, RFC7643-2.3.8-02
#[tokio::test]
async fn complex_attributes_have_parts_which_are_simple() {
    each(|definition| {
        let said = &definition.said;
        let has_parts = said["subAttributes"].as_array().is_some_and(|parts| !parts.is_empty());
        assert_eq!(has_parts, definition.has("type", "complex"), "{}", definition.name());
        if has_parts {
            assert!(
                definition.has("uniqueness", "none") && definition.has("caseExact", false),
                "{}",
                definition.name()
            );
            // The Schema schema alone describes parts of parts.
            assert!(definition.parent.is_none() || definition.schema == SCHEMA, "{}", definition.name());
        }
    })
    .await;
}

/// RFC7643-2.3.7-01, RFC7643-7-14
#[tokio::test]
async fn references_say_what_they_lead_to() {
    for (vocabulary, client) in vocabularies() {
        let types = client.get("/ResourceTypes").await.body;
        let names = types["Resources"].as_array().expect("an array").iter().filter_map(|one| one["name"].as_str());
        let known: BTreeSet<&str> = names.chain(["external", "uri"]).collect();
        for definition in definitions(&client).await {
            let to = definition.said["referenceTypes"].as_array().cloned().unwrap_or_default();
            assert_eq!(!to.is_empty(), definition.has("type", "reference"), "{vocabulary}: {}", definition.name());
            for to in to {
                assert!(to.as_str().is_some_and(|to| known.contains(to)), "{vocabulary}: {}: {to}", definition.name());
            }
        }
    }
}

/// RFC7643-7-15, RFC7643-7-16
#[tokio::test]
async fn what_is_only_written_is_never_returned_and_suggestions_are_strings() {
    let mut only_written = 0;
    each(|definition| {
        if definition.has("mutability", "writeOnly") {
            only_written += 1;
            assert!(definition.has("returned", "never"), "{}", definition.name());
        }
        if let Some(values) = definition.said.get("canonicalValues") {
            assert!(values.as_array().expect("an array").iter().all(Value::is_string), "{}", definition.name());
        }
    })
    .await;
    assert!(only_written > 0, "a password is");
}

/// RFC7643-7-17
#[tokio::test]
async fn schemas_cannot_be_changed() {
    let client = Client::rfc();
    let before = schemas(&client).await;
    for path in ["/Schemas".to_owned(), format!("/Schemas/{USER}")] {
        let other = json!({"schemas": [SCHEMA], "id": USER, "name": "User", "attributes": []});
        for method in ["POST", "PUT", "DELETE"] {
            assert_eq!(client.scim(method, &path, Some(other.clone())).await.error().0, 405, "{method} {path}");
        }
        let change = json!([{"op": "remove", "path": "attributes"}]);
        assert_eq!(client.patch(&path, change).await.error().0, 405, "{path}");
    }
    assert_eq!(schemas(&client).await, before);
}

/// RFC7643-7-18
#[tokio::test]
async fn every_schema_in_use_is_described() {
    let client = Client::rfc();
    let described: BTreeSet<String> =
        schemas(&client).await.iter().filter_map(|schema| schema["id"].as_str().map(str::to_owned)).collect();
    let mut used = BTreeSet::new();
    for exchange in walk(&client).await {
        for resource in exchange.resources() {
            let urns = resource["schemas"].as_array().expect("schemas").iter();
            used.extend(urns.map(|urn| urn.as_str().expect("a URN").to_owned()));
        }
    }
    assert!([USER, GROUP, ENTERPRISE, SCHEMA].iter().all(|urn| used.contains(*urn)), "{used:?}");
    assert!(used.is_subset(&described), "{used:?}");
}

/// RFC7644-4-09, RFC7644-4-10, RFC7644-4-02
#[tokio::test]
async fn schemas_are_neither_filtered_nor_sorted_nor_paged() {
    let client = Client::rfc();
    for filter in ["id pr", &format!("id eq \"{USER}\""), "nonsense"] {
        assert_eq!(client.filter("/Schemas", filter).await.error(), (403, ""), "{filter}");
    }
    let whole = client.get("/Schemas").await;
    for parameters in ["startIndex=2&count=1", "count=0", "sortBy=id&sortOrder=descending"] {
        let list = client.get(&format!("/Schemas?{parameters}")).await;
        assert_eq!((list.status, &list.body), (200, &whole.body), "{parameters}");
    }
}

/// RFC7643-8.7.1-01
#[tokio::test]
async fn the_core_schemas_are_those_of_the_rfc() {
    let printed: Vec<Value> = serde_json::from_str(PRINTED).expect("a list");
    let printed: Vec<Definition> = printed.into_iter().map(as_printed).collect();
    let printed: BTreeMap<String, &Definition> = printed.iter().map(|printed| (printed.name(), printed)).collect();
    let urns: BTreeSet<&str> = printed.values().map(|printed| printed.schema.as_str()).collect();
    for (vocabulary, client) in vocabularies() {
        let mut met = 0;
        for served in definitions(&client).await {
            let Some(printed) = printed.get(&served.name()) else {
                assert!(!urns.contains(served.schema.as_str()), "{vocabulary}: {} is none of the RFC's", served.name());
                continue;
            };
            met += 1;
            let keywords = ["type", "multiValued", "required", "caseExact", "mutability", "returned", "uniqueness"];
            for keyword in keywords.into_iter().chain(["canonicalValues", "referenceTypes"]) {
                let (served_as, printed_as) = (served.characteristic(keyword), printed.characteristic(keyword));
                if is_read_otherwise(vocabulary, &served, keyword) {
                    assert_ne!(served_as, printed_as, "{vocabulary}: {}: {keyword}", served.name());
                    continue;
                }
                assert_eq!(served_as, printed_as, "{vocabulary}: {}: {keyword}", served.name());
            }
        }
        // A server may have fewer of them; this one has all unless it is told otherwise.
        assert!(vocabulary != "rfc" || met == printed.len(), "{met} of {}", printed.len());
    }
}

/// Whether a vocabulary is there to read that characteristic in the other way of two (A41, A42).
fn is_read_otherwise(vocabulary: &str, served: &Definition, keyword: &str) -> bool {
    match (vocabulary, keyword) {
        ("schema.optional-group-names", "required") => served.schema == GROUP && served.path == "displayName",
        ("schema.exact-references", "caseExact") => {
            [USER, GROUP, ENTERPRISE].contains(&served.schema.as_str()) && served.said["type"] == "reference"
        }
        ("schema.as-printed", "caseExact") => served.path == "manager.value",
        ("schema.as-printed", "referenceTypes") => served.path == "groups.$ref",
        _ => false,
    }
}

fn as_printed(line: Value) -> Definition {
    let text = |name: &str| line[name].as_str().expect("a string").to_owned();
    Definition { schema: text("schema"), path: text("path"), parent: None, said: line }
}
