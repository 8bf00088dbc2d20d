//! What the server says of its attributes, each with a way to send one.

use crate::client::{Client, USER};
use crate::sample::CERTIFICATE;
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
        definition.is_written() && definition.parent.as_ref().is_none_or(|parent| parent["mutability"] == "readWrite")
    };
    of_users(client).await.into_iter().filter(is_written).collect()
}

/// A user of that name with everything that a client may write.
pub(crate) async fn full_user(client: &Client, name: &str) -> Value {
    let mut user = json!({"schemas": [USER], "userName": name});
    for definition in written(client).await.into_iter().filter(|definition| definition.parent.is_none()) {
        let mut with = definition.user_with(name, definition.fitting());
        if definition.schema != USER {
            let urns = user["schemas"].as_array_mut().expect("an array");
            if !urns.contains(&json!(definition.schema)) {
                urns.push(json!(definition.schema));
            }
            user[&definition.schema][&definition.path] = with[&definition.schema][&definition.path].take();
        } else if definition.path != "userName" {
            user[&definition.path] = with[&definition.path].take();
        }
    }
    user
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

    /// A value of it, or one of several, that a client may send; of a complex one with all parts that it may.
    pub(crate) fn fitting(&self) -> Value {
        let suggested = self.said["canonicalValues"].as_array().and_then(|values| values.first().cloned());
        match (self.path.as_str(), self.said["type"].as_str().expect("a type")) {
            ("addresses.country", _) => json!("IT"),
            ("locale" | "preferredLanguage", _) => json!("it-IT"),
            ("timezone", _) => json!("Europe/Rome"),
            ("phoneNumbers.value", _) => json!("tel:+39-06-555-0100"),
            ("emails.value", _) => json!("Some.Text@x.example"),
            (_, "string") => suggested.unwrap_or_else(|| json!("SomeText")),
            (_, "boolean") => json!(true),
            (_, "integer") => json!(7),
            (_, "decimal") => json!(1.5),
            (_, "dateTime") => json!("2020-02-29T23:59:59.5Z"),
            (_, "reference") => json!("https://people.example/Some/Path?q=A"),
            (_, "binary") => json!(CERTIFICATE),
            (_, "complex") => {
                let parts = self.parts().filter(Self::is_written);
                parts.map(|part| (part.said["name"].as_str().unwrap().to_owned(), part.fitting())).collect()
            }
            (path, kind) => panic!("{path} is {kind}"),
        }
    }

    /// Whether a client may write it at any time.
    fn is_written(&self) -> bool {
        self.has("mutability", "readWrite") || self.has("mutability", "writeOnly")
    }

    /// A user of that name who has the value there; one value alone where the attribute takes several. Beside a part
    /// stand those without which there can be none.
    pub(crate) fn user_with(&self, name: &str, value: Value) -> Value {
        let one_of = |said: &Value, value: Value| if said["multiValued"] == true { json!([value]) } else { value };
        let value = one_of(&self.said, value);
        let (Some((_, part)), Some(parent)) = (self.path.split_once('.'), self.parent()) else {
            return self.user_having(name, value);
        };
        let needed = parent.parts().filter(|part| part.has("required", true));
        let mut whole: Value =
            needed.map(|part| (part.said["name"].as_str().unwrap().to_owned(), part.fitting())).collect();
        whole[part] = value;
        self.user_having(name, one_of(&parent.said, whole))
    }

    /// A user of that name with all that the attribute is to have.
    pub(crate) fn user_having(&self, name: &str, whole: Value) -> Value {
        let attribute = self.path.split('.').next().expect("a name");
        let mut user = json!({"schemas": [USER], "userName": name});
        if self.schema == USER {
            user[attribute] = whole;
        } else {
            user["schemas"] = json!([USER, self.schema]);
            user[&self.schema] = json!({attribute: whole});
        }
        user
    }

    fn parent(&self) -> Option<Self> {
        let (path, _) = self.path.rsplit_once('.')?;
        Some(Self { schema: self.schema.clone(), path: path.to_owned(), parent: None, said: self.parent.clone()? })
    }

    /// What of a value is shown: not what never is, nor parts that nobody asked for.
    pub(crate) fn shown(&self, mut value: Value) -> Vec<Value> {
        if self.has("returned", "never") {
            return Vec::new();
        }
        for part in self.parts().filter(|part| part.has("returned", "never") || part.has("returned", "request")) {
            value.as_object_mut().expect("parts").remove(part.said["name"].as_str().expect("a name"));
        }
        vec![value]
    }

    /// What the server shows of it, asked in the way that it takes.
    pub(crate) async fn read(&self, client: &Client, id: &str) -> Vec<Value> {
        let selection = match self.has("returned", "request") {
            true => format!("?attributes={}", self.name_in_filters()),
            false => String::new(),
        };
        let read = client.get(&format!("/Users/{id}{selection}")).await;
        assert_eq!(read.status, 200, "{read:?}");
        self.values(&read.body).into_iter().cloned().collect()
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
