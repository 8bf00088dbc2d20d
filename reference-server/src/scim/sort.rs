//! `sortBy`: the key of a resource, and how keys compare.

use super::error::{ScimError, ScimType, quoted};
use super::fold::fold_unless;
use super::path::AttrPath;
use super::schema::{Located, ResourceType, Returned, Target, Type};
use serde_json::{Map, Value};

/// What resources are sorted by. Text is folded where case does not matter; points in time are all written in one form,
/// so their text sorts as they do. A resource without value comes last, and first when the order is turned round.
pub type Key = (bool, String);

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
pub fn key(target: Option<&Target>, resource: &Map<String, Value>) -> Key {
    let value = target.and_then(|target| {
        let whole = Target { sub: None, ..*target };
        let primary = whole.values(resource).find(|element| element.get("primary") == Some(&Value::Bool(true)));
        let element = primary.or_else(|| whole.values(resource).next())?;
        match target.sub {
            Some(sub) => element.get(sub.name),
            None => Some(element),
        }
    });
    let case_exact = target.is_some_and(|target| target.sub.unwrap_or(target.attribute).case_exact);
    match value {
        Some(Value::String(text)) if !text.is_empty() => (false, fold_unless(case_exact, text)),
        Some(Value::Bool(truth)) => (false, if *truth { "1" } else { "0" }.to_owned()),
        _ => (true, String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::schema::ResourceKind;
    use serde_json::json;

    fn key_of(path: &str, resource: Value) -> Key {
        let target = target(path, ResourceKind::User.definition(), &[]).expect("known attribute");
        key(target.as_ref(), resource.as_object().expect("an object"))
    }

    #[test]
    fn case_counts_only_where_the_schema_says_so() {
        assert_eq!(key_of("userName", json!({"userName": "Bob"})).1, "bob");
        assert_eq!(key_of("externalId", json!({"externalId": "Bob"})).1, "Bob");
    }

    #[test]
    fn the_primary_value_counts() {
        let emails = json!({"emails": [{"value": "a"}, {"value": "z", "primary": true}]});
        assert_eq!(key_of("emails.value", emails.clone()).1, "z");
        assert_eq!(key_of("emails", emails).1, "z");
    }

    #[test]
    fn nothing_sorts_last() {
        assert!(key_of("title", json!({})) > key_of("title", json!({"title": "zzz"})));
    }

    #[test]
    fn some_things_cannot_be_sorted_by() {
        for path in ["name", "password", "nope", "", "a b"] {
            assert!(target(path, ResourceKind::User.definition(), &[]).is_err(), "{path}");
        }
    }
}
