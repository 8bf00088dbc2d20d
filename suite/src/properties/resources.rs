//! Users and values to write, drawn from what the target announces. They are tame: plain words, some of another script
//! or with a quote in them, and mail addresses of the run's own domain.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::probe::schema::{Attribute, Kind, Schema};
use crate::scim::urn;

/// Stands for the userName of the user that a value is written to: mail addresses may have to be unique.
const NAME: &str = "{name}";

const WORDS: &[&str] = &[
    "Guide",
    "Tour guide",
    "Ann",
    "Bloggs-Smith",
    "O'Hara",
    "Zoë",
    "R+D & Tours",
    "the \"tall\" one",
    "left\\right",
    "100% sure",
    "名前",
];

/// What a user has besides a userName: any of the announced attributes.
pub(super) fn user(schema: &Schema) -> BoxedStrategy<Value> {
    let values: Vec<BoxedStrategy<Option<(Attribute, Value)>>> = schema
        .attributes
        .iter()
        .map(|attribute| {
            let known = attribute.clone();
            maybe(attribute.required, 0.3, value(attribute))
                .prop_map(move |value| value.map(|value| (known.clone(), value)))
                .boxed()
        })
        .collect();
    values
        .prop_map(|values| values.into_iter().flatten().fold(json!({}), |body, (it, value)| with(body, &it, value)))
        .boxed()
}

/// A value that is always there, or as often as this.
fn maybe(always: bool, share: f64, value: BoxedStrategy<Value>) -> BoxedStrategy<Option<Value>> {
    if always { value.prop_map(Some).boxed() } else { prop::option::weighted(share, value).boxed() }
}

/// Puts a value into a body, with its extension's URN where it needs one.
pub(super) fn with(mut body: Value, attribute: &Attribute, value: Value) -> Value {
    match &attribute.urn {
        None => body[attribute.name.as_str()] = value,
        Some(urn) => {
            body[urn.as_str()][attribute.name.as_str()] = value;
            let schemas = body["schemas"].as_array().cloned().unwrap_or_else(|| vec![urn::USER.into()]);
            let is_known = schemas.contains(&json!(urn));
            body["schemas"] = schemas.into_iter().chain((!is_known).then(|| json!(urn))).collect();
        }
    }
    body
}

/// A value that fits an attribute.
pub(super) fn value(attribute: &Attribute) -> BoxedStrategy<Value> {
    let one = if attribute.kind == Kind::Complex { complex(attribute) } else { simple(attribute, "") };
    if !attribute.multi_valued {
        return one;
    }
    let known = attribute.clone();
    (prop::collection::vec(one, 1..=2), any::<bool>())
        .prop_map(move |(items, is_primary)| list(&known, items, is_primary))
        .boxed()
}

/// One value of a multi-valued attribute that a list may hold beside others.
pub(super) fn element(attribute: &Attribute) -> BoxedStrategy<Value> {
    complex(attribute)
}

/// The values of a list differ, each has a type of its own, and one at most is the primary one.
fn list(attribute: &Attribute, items: Vec<Value>, is_primary: bool) -> Value {
    let mut different: Vec<Value> = Vec::new();
    for item in items {
        let is_same =
            |known: &Value| known == &item || (item.get("value").is_some() && known.get("value") == item.get("value"));
        if !different.iter().any(is_same) {
            different.push(item);
        }
    }
    let types = attribute.part("type").map(types).unwrap_or_default();
    for (at, item) in different.iter_mut().enumerate().filter(|(_, item)| item.is_object()) {
        if let Some(kind) = types.get(at % types.len().max(1)) {
            item["type"] = json!(kind);
        }
        if at == 0 && is_primary && attribute.part("primary").is_some() {
            item["primary"] = true.into();
        }
    }
    different.into()
}

fn types(part: &Attribute) -> Vec<String> {
    if part.canonical.is_empty() { vec!["work".into(), "home".into()] } else { part.canonical.clone() }
}

fn complex(attribute: &Attribute) -> BoxedStrategy<Value> {
    // The type and the primary one are settled for the list as a whole.
    let drawn = |part: &&Attribute| !part.multi_valued && part.kind != Kind::Complex && !is_settled(attribute, part);
    let parts: Vec<BoxedStrategy<Option<(String, Value)>>> = attribute
        .parts
        .iter()
        .filter(drawn)
        .enumerate()
        .map(|(at, part)| {
            let name = part.name.clone();
            let is_there = at == 0 || part.required || part.name == "value";
            maybe(is_there, 0.4, simple(part, &attribute.name))
                .prop_map(move |value| value.map(|value| (name.clone(), value)))
                .boxed()
        })
        .collect();
    parts.prop_map(|parts| Value::Object(parts.into_iter().flatten().collect::<Map<String, Value>>())).boxed()
}

fn is_settled(attribute: &Attribute, part: &Attribute) -> bool {
    attribute.multi_valued && matches!(part.name.as_str(), "type" | "primary")
}

/// A value of a simple type. What its name says of it counts, since servers look closer than the schema tells.
pub(super) fn simple(attribute: &Attribute, of: &str) -> BoxedStrategy<Value> {
    let texts = |texts: &[&str]| texts.iter().map(|text| json!(text)).collect::<Vec<Value>>();
    let values = match (of.to_lowercase().as_str(), attribute.name.to_lowercase().as_str(), attribute.kind) {
        (_, _, Kind::Boolean) => vec![json!(true), json!(false)],
        (_, _, Kind::Number) => vec![json!(1), json!(7), json!(30)],
        (_, _, Kind::Date) => texts(&["2020-01-02T03:04:05Z", "2011-05-13T04:42:34Z"]),
        (_, _, Kind::Link) | ("photos", "value", _) | (_, "profileurl", _) => {
            texts(&["https://example.com/1", "https://example.com/2"])
        }
        _ if !attribute.canonical.is_empty() => attribute.canonical.iter().map(|text| json!(text)).collect(),
        ("emails", "value", _) => vec![json!(format!("a-{NAME}")), json!(format!("b-{NAME}"))],
        ("phonenumbers", "value", _) => texts(&["+1-201-555-0123", "+1-201-555-0199"]),
        (_, "country", _) => texts(&["US", "DE", "JP"]),
        (_, "postalcode", _) => texts(&["10115", "94107"]),
        (_, "locale" | "preferredlanguage", _) => texts(&["en-US", "de-DE", "fr-FR"]),
        (_, "timezone", _) => texts(&["Europe/Berlin", "America/New_York"]),
        _ => texts(WORDS),
    };
    select(values).boxed()
}

/// A drawn value for the user of this name.
pub(super) fn filled(value: &Value, name: &str) -> Value {
    match value {
        Value::String(text) => text.replace(NAME, name).into(),
        Value::Array(items) => items.iter().map(|item| filled(item, name)).collect(),
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.clone(), filled(value, name))).collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}
