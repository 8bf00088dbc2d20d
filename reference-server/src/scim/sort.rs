//! `sortBy`: the key of a resource, and how keys compare.

use super::error::{ScimError, ScimType, quoted};
use super::filter::number_order;
use super::fold::fold_unless;
use super::path::AttrPath;
use super::schema::{Attribute, Located, ResourceType, Returned, Target, Type};
use super::time::instant;
use jiff::Timestamp;
use serde_json::{Map, Number, Value};
use std::cmp::Ordering;

/// What resources are sorted by: whether there is no value, and the value. A resource without value comes last, and first
/// when the order is turned round.
pub type Key = (bool, Sorted);

/// A value in an order of its kind.
#[derive(Clone, Debug, Default)]
pub enum Sorted {
    /// None.
    #[default]
    Nothing,
    /// A boolean; false comes first.
    Truth(bool),
    /// A number.
    Number(Number),
    /// A point in time.
    Instant(Timestamp),
    /// Text, folded where case does not matter.
    Text(String),
}

/// Where resources without a value stand in an order that goes up; the other way round where it goes down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnassignedSorts {
    /// At the end (RFC 7644 §3.4.2.3).
    #[default]
    Last,
    /// At the beginning, as in many a database.
    First,
}

impl PartialEq for Sorted {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Sorted {}

impl Ord for Sorted {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Truth(one), Self::Truth(other)) => one.cmp(other),
            (Self::Number(one), Self::Number(other)) => number_order(one, other).unwrap_or(Ordering::Equal),
            (Self::Instant(one), Self::Instant(other)) => one.cmp(other),
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            // The values of one attribute are of one kind.
            _ => Ordering::Equal,
        }
    }
}

impl PartialOrd for Sorted {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Finds the attribute to sort by; `None` when only another resource type has it.
///
/// # Errors
/// 400 `invalidValue` for an unknown attribute, a password, or a complex attribute without its part.
pub fn target(
    path: &str,
    definition: &'static ResourceType,
    others: &[&'static ResourceType],
) -> Result<Option<Target>, ScimError> {
    let refused = || ScimError::bad(ScimType::InvalidValue, format!("cannot sort by {}", quoted(path)));
    let parsed = AttrPath::parse(path).ok_or_else(refused)?;
    let Some(Located::Attribute(mut target)) = definition.locate(&parsed) else {
        return if others.iter().any(|other| other.locate(&parsed).is_some()) { Ok(None) } else { Err(refused()) };
    };
    if target.attribute.returned == Returned::Never {
        return Err(refused());
    }
    if target.attribute.kind == Type::Complex && target.sub.is_none() {
        let value = target.attribute.sub("value").filter(|_| target.attribute.multi_valued);
        target.sub = Some(value.ok_or_else(refused)?);
    }
    Ok(Some(target))
}

/// The key of one resource: of several values the primary one counts, else the first.
#[must_use]
pub fn key(target: Option<&Target>, resource: &Map<String, Value>, unassigned: UnassignedSorts) -> Key {
    let sorted = target.and_then(|target| {
        let whole = Target { sub: None, ..*target };
        let primary = whole.values(resource).find(|element| element.get("primary") == Some(&Value::Bool(true)));
        let element = primary.or_else(|| whole.values(resource).next())?;
        match target.sub {
            Some(sub) => sorted(sub, element.get(sub.name)?),
            None => sorted(target.attribute, element),
        }
    });
    let is_last = unassigned == UnassignedSorts::Last;
    (sorted.is_none() == is_last, sorted.unwrap_or_default())
}

fn sorted(attribute: &Attribute, value: &Value) -> Option<Sorted> {
    match value {
        Value::String(text) if attribute.kind == Type::DateTime => instant(text).map(Sorted::Instant),
        Value::String(text) if !text.is_empty() => Some(Sorted::Text(fold_unless(attribute.case_exact, text))),
        Value::Bool(truth) => Some(Sorted::Truth(*truth)),
        Value::Number(number) => Some(Sorted::Number(number.clone())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::schema::ResourceKind;
    use serde_json::json;

    fn key_of(path: &str, resource: Value) -> Key {
        let target = target(path, ResourceKind::User.definition(), &[]).expect("known attribute");
        key(target.as_ref(), resource.as_object().expect("an object"), UnassignedSorts::Last)
    }

    fn text(text: &str) -> Sorted {
        Sorted::Text(text.to_owned())
    }

    #[test]
    fn case_counts_only_where_the_schema_says_so() {
        assert_eq!(key_of("userName", json!({"userName": "Bob"})).1, text("bob"));
        assert_eq!(key_of("externalId", json!({"externalId": "Bob"})).1, text("Bob"));
    }

    #[test]
    fn the_primary_value_counts() {
        let emails = json!({"emails": [{"value": "a"}, {"value": "z", "primary": true}]});
        assert_eq!(key_of("emails.value", emails.clone()).1, text("z"));
        assert_eq!(key_of("emails", emails).1, text("z"));
    }

    #[test]
    fn nothing_sorts_last() {
        assert!(key_of("title", json!({})) > key_of("title", json!({"title": "zzz"})));
        let target = target("title", ResourceKind::User.definition(), &[]).expect("known attribute");
        let first = |resource: Value| key(target.as_ref(), resource.as_object().expect("one"), UnassignedSorts::First);
        assert!(first(json!({})) < first(json!({"title": "zzz"})));
    }

    #[test]
    fn times_sort_as_they_pass_and_truth_after_falsehood() {
        let at = |time: &str| key_of("meta.created", json!({"meta": {"created": time}}));
        assert!(at("2024-05-01T12:00:00Z") < at("2024-05-01T11:00:00-02:00"));
        assert!(key_of("active", json!({"active": false})) < key_of("active", json!({"active": true})));
    }

    #[test]
    fn some_things_cannot_be_sorted_by() {
        for path in ["name", "password", "nope", "", "a b"] {
            assert!(target(path, ResourceKind::User.definition(), &[]).is_err(), "{path}");
        }
    }
}
