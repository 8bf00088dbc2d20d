//! What the target announces of its users: the attributes that a client may read and write.
//!
//! The announcement is the target's word, so everything in it is bounded, and what is no plain name is left out.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::expect::is_unassigned;
use crate::probe::Facts;
use crate::scim::urn;

/// The attributes of users that may be read and written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Schema {
    /// Of the core schema first, in the order of the announcement.
    pub(crate) attributes: Vec<Attribute>,
}

/// One attribute.
#[derive(Debug, Clone)]
pub(crate) struct Attribute {
    /// The extension's URN, where it is not of the core schema.
    pub(crate) urn: Option<String>,
    /// Its name within the schema, or within the attribute that it is a part of.
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) multi_valued: bool,
    pub(crate) required: bool,
    /// Whether letter case counts; `None` where that is not said.
    pub(crate) case_exact: Option<bool>,
    /// Whether it is shown unless asked away, and not always.
    pub(crate) by_default: bool,
    /// The values that the target suggests.
    pub(crate) canonical: Vec<String>,
    /// The parts of a complex attribute.
    pub(crate) parts: Vec<Attribute>,
}

/// The types of values that can be made up. Binary values can't, since they are certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Boolean,
    Number,
    Date,
    Link,
    Complex,
}

/// Attributes, and parts of one, that are read at most.
pub(super) const MOST: usize = 60;
/// The longest name or suggested value.
const LONGEST: usize = 64;
/// The longest URN.
const LONGEST_URN: usize = 200;

/// What is set by rules of its own (identity, access, references), or follows from other attributes.
pub(super) const LEFT_OUT: [&str; 11] = [
    "id",
    "externalid",
    "meta",
    "schemas",
    "username",
    "password",
    "active",
    "groups",
    "members",
    "formatted",
    "display",
];

impl Schema {
    /// The attributes that the target's `/Schemas` announces for users; none if it can't be read.
    pub(crate) fn announced(facts: &Facts) -> Schema {
        let answer = facts.schemas.as_ref().map(|exchange| &exchange.answer).filter(|answer| answer.status == 200);
        let schemas = answer.and_then(|answer| answer.json.as_ref()?.get("Resources")?.as_array());
        let offered = offered_extensions(facts);
        let mut attributes = Vec::new();
        let mut add = |schema: &Value, urn: Option<String>| {
            let known = schema.get("attributes").and_then(Value::as_array);
            attributes.extend(known.into_iter().flatten().filter_map(|it| attribute(it, urn.as_deref())));
        };
        for schema in schemas.into_iter().flatten().take(MOST) {
            match schema.get("id").and_then(Value::as_str) {
                Some(id) if id.eq_ignore_ascii_case(urn::USER) => add(schema, None),
                Some(id) if is_extension(id) && offered.iter().any(|it| it == id) => add(schema, Some(id.into())),
                _ => {}
            }
        }
        attributes.sort_by_key(|attribute| attribute.urn.is_some());
        attributes.truncate(MOST);
        Schema { attributes }
    }

    /// What a representation says in these attributes, one entry for each that has a value: lists without their order,
    /// complex values part by part. Two representations that say the same have equal views.
    pub(crate) fn view(&self, resource: &Value) -> BTreeMap<String, Value> {
        let mut view = BTreeMap::new();
        for attribute in &self.attributes {
            let Some(value) = attribute.of(resource) else { continue };
            match (value, attribute.multi_valued) {
                (Value::Array(items), _) => {
                    let mut items: Vec<Value> = items.iter().map(|item| attribute.element(item)).collect();
                    items.sort_by_key(Value::to_string);
                    view.insert(attribute.path(), items.into());
                }
                (Value::Object(_), false) => {
                    for part in &attribute.parts {
                        let seen = member(value, &part.name).filter(|value| !is_unassigned(value));
                        view.extend(seen.map(|it| (format!("{}.{}", attribute.path(), part.name), it.clone())));
                    }
                }
                _ => _ = view.insert(attribute.path(), value.clone()),
            }
        }
        view
    }
}

impl Attribute {
    /// How filters and paths name it: `title`, or `urn:…:User:department`.
    pub(crate) fn path(&self) -> String {
        match &self.urn {
            Some(urn) => format!("{urn}:{}", self.name),
            None => self.name.clone(),
        }
    }

    /// Its value in a representation, where it has one.
    pub(crate) fn of<'a>(&self, resource: &'a Value) -> Option<&'a Value> {
        let holder = match &self.urn {
            Some(urn) => member(resource, urn)?,
            None => resource,
        };
        member(holder, &self.name).filter(|value| !is_unassigned(value))
    }

    /// The part with this name.
    pub(crate) fn part(&self, name: &str) -> Option<&Attribute> {
        self.parts.iter().find(|part| part.name == name)
    }

    /// One value of a list as it is compared: a value that is not primary need not say so.
    fn element(&self, item: &Value) -> Value {
        let Value::Object(map) = item else { return item.clone() };
        let says = |(name, value): &(&String, &Value)| {
            self.parts.iter().any(|part| part.name.eq_ignore_ascii_case(name))
                && !is_unassigned(value)
                && **value != Value::Bool(false)
        };
        let mut kept: Vec<(String, Value)> =
            map.iter().filter(says).map(|(name, value)| (name.to_lowercase(), value.clone())).collect();
        kept.sort_by(|left, right| left.0.cmp(&right.0));
        Value::Object(kept.into_iter().collect())
    }
}

/// The value under a name, whatever its letter case.
pub(crate) fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let map = value.as_object()?;
    map.get(name).or_else(|| map.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// The extensions that the User resource type lists.
pub(super) fn offered_extensions(facts: &Facts) -> Vec<String> {
    let kinds = facts.resource_types.as_ref().and_then(|it| it.answer.json.as_ref()?.get("Resources")?.as_array());
    let user = kinds.and_then(|all| all.iter().find(|kind| kind.get("name").and_then(Value::as_str) == Some("User")));
    let extensions = user.and_then(|user| user.get("schemaExtensions")?.as_array());
    let urns = extensions.into_iter().flatten().take(MOST).filter_map(|it| it.get("schema")?.as_str());
    urns.map(String::from).collect()
}

fn attribute(definition: &Value, urn: Option<&str>) -> Option<Attribute> {
    let text = |name: &str| definition.get(name).and_then(Value::as_str);
    let flag = |name: &str| definition.get(name).and_then(Value::as_bool);
    let name = text("name").filter(|name| is_name(name) && !LEFT_OUT.contains(&name.to_lowercase().as_str()))?;
    let is_shown = matches!(text("returned"), None | Some("default" | "always"));
    if text("mutability") != Some("readWrite") || !is_shown {
        return None;
    }
    let kind = match text("type")? {
        "string" => Kind::Text,
        "boolean" => Kind::Boolean,
        "integer" | "decimal" => Kind::Number,
        "dateTime" => Kind::Date,
        "reference" => Kind::Link,
        "complex" => Kind::Complex,
        _ => return None,
    };
    let announced = || definition.get("subAttributes").and_then(Value::as_array).into_iter().flatten().take(MOST);
    let is_closed = |part: &Value| {
        let is = |name: &str, value: &str| part.get(name).and_then(Value::as_str) == Some(value);
        // A reference to another resource, or a certificate, can't be made up.
        is("name", "$ref") || is("type", "binary")
    };
    let parts: Vec<Attribute> = announced().filter_map(|part| attribute(part, None)).collect();
    if kind == Kind::Complex && (parts.is_empty() || announced().any(is_closed)) {
        return None;
    }
    let canonical = definition.get("canonicalValues").and_then(Value::as_array).into_iter().flatten().take(MOST);
    let canonical = canonical.filter_map(Value::as_str).filter(|it| is_tame(it)).map(String::from).collect();
    Some(Attribute {
        urn: urn.map(String::from),
        name: name.into(),
        kind,
        multi_valued: flag("multiValued").unwrap_or(false),
        required: flag("required").unwrap_or(false),
        case_exact: flag("caseExact"),
        by_default: text("returned") == Some("default"),
        canonical,
        parts,
    })
}

/// `ALPHA *("$" / "-" / "_" / DIGIT / ALPHA)`, and not too long.
pub(super) fn is_name(name: &str) -> bool {
    name.len() <= LONGEST
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '$' | '-' | '_'))
}

/// Only such URNs say for certain where they end and the attribute begins.
pub(super) fn is_extension(urn: &str) -> bool {
    urn.len() <= LONGEST_URN
        && urn.to_lowercase().contains(":extension:")
        && urn.to_lowercase().ends_with(":user")
        && urn.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '-' | '_'))
}

fn is_tame(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= LONGEST && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn announced(definition: Value) -> Option<Attribute> {
        attribute(&definition, None)
    }

    #[test]
    fn only_what_can_be_made_up_is_taken() {
        let named =
            |name: &str| json!({"name": name, "type": "string", "mutability": "readWrite", "returned": "default"});
        assert!(announced(named("title")).is_some());
        for bad in ["", "1st", "a b", "password", "Members", "a\n", &"x".repeat(65)] {
            assert!(announced(named(bad)).is_none(), "{bad:?}");
        }
        assert!(announced(json!({"name": "title", "type": "string", "mutability": "readOnly"})).is_none());
        assert!(announced(json!({"name": "title", "type": 7, "mutability": "readWrite"})).is_none());
        let manager = json!({"name": "manager", "type": "complex", "mutability": "readWrite", "subAttributes":
            [named("value"), {"name": "$ref", "type": "reference"}]});
        assert!(announced(manager).is_none());
    }

    #[test]
    fn a_view_knows_no_order_and_no_absent_values() {
        let emails = json!({"name": "emails", "type": "complex", "multiValued": true, "mutability": "readWrite",
            "subAttributes": [{"name": "value", "type": "string", "mutability": "readWrite"},
                {"name": "primary", "type": "boolean", "mutability": "readWrite"}]});
        let schema = Schema { attributes: announced(emails).into_iter().collect() };
        let one = json!({"emails": [{"value": "a", "primary": false}, {"value": "b"}], "title": "x"});
        let two = json!({"Emails": [{"value": "b"}, {"value": "a", "display": "A"}]});
        assert_eq!(schema.view(&one), schema.view(&two));
        assert_ne!(schema.view(&one), schema.view(&json!({"emails": []})));
    }
}
