//! What `/Schemas` says of one attribute of users, characteristics and all: for checks that hold a target to its own word.

use serde_json::{Value, json};

use super::Facts;
use super::schema::{LEFT_OUT, MOST, is_extension, is_name, member, offered_extensions};
use crate::expect::is_unassigned;
use crate::scim::urn;

/// One attribute, by the target's own definition. What is not said has the default of RFC 7643 §2.2.
#[derive(Debug, Clone)]
pub(crate) struct Definition {
    /// The extension's URN, where it is not of the core schema.
    urn: Option<String>,
    /// Attributes of the same extension that nobody may leave out.
    required: Vec<Definition>,
    name: String,
    said: Value,
}

/// Every attribute of users with a plain name that is not the business of other checks; none if the schemas can't be read.
pub(crate) fn of_users(facts: &Facts) -> Vec<Definition> {
    let answer = facts.schemas.as_ref().map(|exchange| &exchange.answer).filter(|answer| answer.status == 200);
    let schemas = answer.and_then(|answer| answer.json.as_ref()?.get("Resources")?.as_array());
    let offered = offered_extensions(facts);
    let mut all = Vec::new();
    for schema in schemas.into_iter().flatten().take(MOST) {
        let Some(id) = schema.get("id").and_then(Value::as_str) else { continue };
        let is_core = id.eq_ignore_ascii_case(urn::USER);
        if !(is_core || is_extension(id) && offered.iter().any(|it| it == id)) {
            continue;
        }
        let urn = (!is_core).then(|| id.to_string());
        let known = schema.get("attributes").and_then(Value::as_array).into_iter().flatten().take(MOST);
        let own: Vec<Definition> = known.filter_map(|said| Definition::of(said, urn.as_deref())).collect();
        let required: Vec<Definition> =
            own.iter().filter(|it| !is_core && it.said["required"] == true).cloned().collect();
        all.extend(own.into_iter().map(|it| Definition { required: required.clone(), ..it }));
    }
    all.truncate(MOST);
    all
}

impl Definition {
    fn of(said: &Value, urn: Option<&str>) -> Option<Definition> {
        let name = said.get("name")?.as_str()?;
        let is_taken = LEFT_OUT.contains(&name.to_lowercase().as_str()) || !is_name(name);
        (!is_taken).then(|| Definition {
            urn: urn.map(String::from),
            required: Vec::new(),
            name: name.into(),
            said: said.clone(),
        })
    }

    fn word<'a>(&'a self, characteristic: &str, default: &'a str) -> &'a str {
        self.said.get(characteristic).and_then(Value::as_str).unwrap_or(default)
    }

    /// Its type; `string` where none is said.
    pub(crate) fn kind(&self) -> &str {
        self.word("type", "string")
    }

    /// `readWrite` where none is said.
    pub(crate) fn mutability(&self) -> &str {
        self.word("mutability", "readWrite")
    }

    /// `default` where none is said.
    pub(crate) fn returned(&self) -> &str {
        self.word("returned", "default")
    }

    /// Whether one of the characteristics is left to the defaults.
    pub(crate) fn is_left_to_defaults(&self) -> bool {
        ["type", "mutability", "returned", "required", "uniqueness", "caseExact"]
            .iter()
            .any(|it| self.said.get(*it).is_none())
    }

    pub(crate) fn is_required(&self) -> bool {
        self.said["required"] == true
    }

    pub(crate) fn is_multi_valued(&self) -> bool {
        self.said["multiValued"] == true
    }

    /// Whether a client may set it when a user is created, and sees it then.
    pub(crate) fn is_kept(&self) -> bool {
        matches!(self.mutability(), "readWrite" | "immutable") && matches!(self.returned(), "default" | "always")
    }

    /// How filters and paths name it.
    pub(crate) fn path(&self) -> String {
        match &self.urn {
            Some(urn) => format!("{urn}:{}", self.name),
            None => self.name.clone(),
        }
    }

    /// Where it stands in a representation.
    pub(crate) fn pointer(&self) -> String {
        match &self.urn {
            Some(urn) => format!("/{urn}/{}", self.name),
            None => format!("/{}", self.name),
        }
    }

    /// Its value in a representation, where it has one.
    pub(crate) fn shown<'a>(&self, user: &'a Value) -> Option<&'a Value> {
        let holder = match &self.urn {
            Some(urn) => member(user, urn)?,
            None => user,
        };
        member(holder, &self.name).filter(|value| !is_unassigned(value))
    }

    /// A value of its type, another one for each number; none for what can't be made up.
    pub(crate) fn value(&self, number: usize) -> Option<Value> {
        let one = simple(&self.said, number)?;
        Some(if self.is_multi_valued() { json!([one]) } else { one })
    }

    /// A change of a user that gives it this value, and its extension what that demands.
    pub(crate) fn change(&self, value: Value) -> Value {
        let Some(urn) = &self.urn else { return json!({ &self.name: value }) };
        let mut extension = serde_json::Map::new();
        for other in &self.required {
            extension.extend(other.value(1).map(|value| (other.name.clone(), value)));
        }
        extension.insert(self.name.clone(), value);
        json!({ "schemas": [urn::USER, urn], urn: extension })
    }
}

/// A single value by its definition. A reference to another resource can't be made up, nor can a complex value.
fn simple(said: &Value, number: usize) -> Option<Value> {
    let suggested = said.get("canonicalValues").and_then(Value::as_array).filter(|all| !all.is_empty());
    if let Some(all) = suggested {
        return all.get(number % all.len()).filter(|value| value.is_string()).cloned();
    }
    Some(match said.get("type").and_then(Value::as_str).unwrap_or("string") {
        "string" => json!(format!("Sample {number}")),
        "boolean" => json!(number % 2 == 1),
        "integer" => json!(number),
        "decimal" => json!(number as f64 + 0.5),
        "dateTime" => json!(format!("2031-05-{:02}T07:08:09Z", number % 28 + 1)),
        "binary" => json!(["QUJD", "REVG"][number % 2]),
        "reference" => {
            let kinds = said.get("referenceTypes").and_then(Value::as_array).into_iter().flatten();
            let is_free =
                kinds.clone().count() > 0 && kinds.into_iter().all(|kind| kind == "external" || kind == "uri");
            is_free.then(|| json!(format!("https://example.com/sample/{number}")))?
        }
        _ => return None,
    })
}
