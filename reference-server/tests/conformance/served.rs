//! What the server says of its attributes, each with a way to send one.

use crate::client::{Client, USER};
use scim_reference_server::variants;
use serde_json::{Value, json};

/// An attribute or sub-attribute as `/Schemas` defines it.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    /// URN of its schema.
    pub(crate) schema: String,
    /// Name, behind that of the attribute that it is a part of: `emails.value`.
    pub(crate) path: String,
    /// The attribute that it is a part of.
    pub(crate) parent: Option<Value>,
    /// What the server says of it.
    pub(crate) said: Value,
}

/// A server for each vocabulary there is, by name.
pub(crate) fn vocabularies() -> Vec<(&'static str, Client)> {
    let differing = variants::all().filter(|variant| variant.name.starts_with("schema."));
    let differing = differing.map(|variant| (variant.name, Client::rfc_but(variant.change)));
    std::iter::once(("rfc", Client::rfc())).chain(differing).collect()
}

pub(crate) async fn schemas(client: &Client) -> Vec<Value> {
    let all = client.get("/Schemas").await;
    assert_eq!(all.status, 200, "{all:?}");
    all.body["Resources"].as_array().expect("an array").clone()
}

/// All attributes of all schemas, each before its parts.
pub(crate) async fn definitions(client: &Client) -> Vec<Definition> {
    let mut found = Vec::new();
    for schema in schemas(client).await {
        let urn = schema["id"].as_str().expect("a URN");
        for attribute in schema["attributes"].as_array().expect("attributes") {
            add(&mut found, urn, None, attribute);
        }
    }
    found
}

/// Those of users and of the extensions of users.
pub(crate) async fn of_users(client: &Client) -> Vec<Definition> {
    let user = client.get("/ResourceTypes/User").await.body;
    let is_of_users = |urn: &str| {
        let mut extensions = user["schemaExtensions"].as_array().into_iter().flatten();
        user["schema"] == urn || extensions.any(|extension| extension["schema"] == urn)
    };
    definitions(client).await.into_iter().filter(|definition| is_of_users(&definition.schema)).collect()
}

/// Those of users that a client may write.
pub(crate) async fn written(client: &Client) -> Vec<Definition> {
    let is_written = |definition: &Definition| {
        ["readWrite", "writeOnly"].iter().any(|word| definition.said["mutability"] == *word)
            && definition.parent.as_ref().is_none_or(|parent| parent["mutability"] == "readWrite")
    };
    of_users(client).await.into_iter().filter(is_written).collect()
}

fn add(found: &mut Vec<Definition>, schema: &str, parent: Option<&Definition>, said: &Value) {
    let name = said["name"].as_str().expect("a name");
    let path = parent.map_or_else(|| name.to_owned(), |parent| format!("{}.{name}", parent.path));
    let parent = parent.map(|parent| parent.said.clone());
    let definition = Definition { schema: schema.to_owned(), path, parent, said: said.clone() };
    found.push(definition.clone());
    for part in said["subAttributes"].as_array().into_iter().flatten() {
        add(found, schema, Some(&definition), part);
    }
}

impl Definition {
    /// Whether a keyword has a value, or its default where it is not given (RFC 7643 §2.2).
    pub(crate) fn has(&self, keyword: &str, value: impl Into<Value>) -> bool {
        self.characteristic(keyword) == value.into()
    }

    pub(crate) fn characteristic(&self, keyword: &str) -> Value {
        let default = || match keyword {
            "type" => json!("string"),
            "mutability" => json!("readWrite"),
            "returned" => json!("default"),
            "uniqueness" => json!("none"),
            "multiValued" | "required" | "caseExact" => json!(false),
            _ => Value::Null,
        };
        self.said.get(keyword).cloned().unwrap_or_else(default)
    }

    /// Its parts.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Definition> {
        let mut found = Vec::new();
        for part in self.said["subAttributes"].as_array().into_iter().flatten() {
            add(&mut found, &self.schema, Some(self), part);
        }
        found.into_iter()
    }

    /// A name for messages.
    pub(crate) fn name(&self) -> String {
        format!("{}:{}", self.schema, self.path)
    }

    /// The name by which a filter finds it; only what an extension has needs its URN.
    pub(crate) fn name_in_filters(&self) -> String {
        if self.schema == USER { self.path.clone() } else { self.name() }
    }

    /// A user of that name who has the value there; one value alone where the attribute takes several.
    pub(crate) fn user_with(&self, name: &str, value: Value) -> Value {
        let one_of = |said: &Value, value: Value| if said["multiValued"] == true { json!([value]) } else { value };
        let value = one_of(&self.said, value);
        let (attribute, value) = match (self.path.split_once('.'), &self.parent) {
            (Some((attribute, part)), Some(parent)) => (attribute, one_of(parent, json!({part: value}))),
            _ => (self.path.as_str(), value),
        };
        let mut user = json!({"schemas": [USER], "userName": name});
        if self.schema == USER {
            user[attribute] = value;
        } else {
            user["schemas"] = json!([USER, self.schema]);
            user[&self.schema] = json!({attribute: value});
        }
        user
    }

    /// The values that a resource has there, in their order.
    pub(crate) fn values<'a>(&self, resource: &'a Value) -> Vec<&'a Value> {
        let whole = if self.schema == USER { resource } else { &resource[&self.schema] };
        let each = |value: &'a Value| match value {
            Value::Array(values) => values.iter().collect(),
            Value::Null => Vec::new(),
            value => vec![value],
        };
        let mut values = vec![whole];
        for part in self.path.split('.') {
            values = values.into_iter().flat_map(|value| each(&value[part])).collect();
        }
        values
    }
}
