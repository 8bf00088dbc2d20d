//! The values of an attribute that has several: which are meant, what they become, when two are one.

use super::apply::invalid;
use crate::scim::error::ScimError;
use crate::scim::filter::{Filter, Operator};
use crate::scim::resource::Attributes;
use crate::scim::schema::{Attribute, Target, Type};
use crate::scim::value::{ValueLeniency, normalize, same_element, single};
use serde_json::{Map, Value};

/// What an operation on elements sets in each: one part, or the parts of an object; `None` takes a part away.
pub(super) fn parts_to_set(
    target: Target,
    value: &Value,
    leniency: ValueLeniency,
) -> Result<Vec<(&'static str, Option<Value>)>, ScimError> {
    if let Some(sub) = target.sub {
        let place = format!("{}.{}", target.attribute.name, sub.name);
        return Ok(vec![(sub.name, normalize(sub, value, &place, leniency)?)]);
    }
    // A list of one is taken for the one.
    let value = match value {
        Value::Array(values) if values.len() == 1 => &values[0],
        value => value,
    };
    let Some(Value::Object(parts)) = single(target.attribute, value, target.attribute.name, leniency)? else {
        return Err(invalid(&format!("a value of {} is a JSON object", target.attribute.name)));
    };
    let named = |name: &str| target.attribute.sub(name).map(|sub| sub.name);
    Ok(parts.into_iter().filter_map(|(name, value)| Some((named(&name)?, Some(value)))).collect())
}

/// The parts that an element must have to satisfy a filter of equalities.
pub(super) fn demanded_parts(filter: &Filter) -> Option<Map<String, Value>> {
    match filter {
        Filter::Compare(path, Operator::Eq, value) => Some(Map::from_iter([(path.name.clone(), value.clone())])),
        Filter::And(terms) => terms.iter().try_fold(Map::new(), |mut parts, term| {
            parts.extend(demanded_parts(term)?);
            Some(parts)
        }),
        _ => None,
    }
}

/// Adds an element, or completes the one that stands for the same thing. A new primary value takes the place of the old.
pub(super) fn add_element(attribute: &Attribute, elements: &mut Vec<Value>, new: Value) {
    let at = match elements.iter().position(|element| same_element(attribute, element, &new)) {
        None => {
            elements.push(new.clone());
            elements.len() - 1
        }
        Some(at) => {
            if let (Value::Object(parts), Value::Object(new)) = (&mut elements[at], new.clone()) {
                parts.extend(new);
            }
            at
        }
    };
    if is_primary(&new) {
        elements.iter_mut().enumerate().filter(|(index, _)| *index != at).for_each(|(_, element)| demote(element));
    }
}

pub(super) fn is_primary(element: &Value) -> bool {
    element.get("primary") == Some(&Value::Bool(true))
}

pub(super) fn demote(element: &mut Value) {
    if is_primary(element) {
        element["primary"] = Value::Bool(false);
    }
}

/// One value stands for a list of it.
pub(super) fn listed(value: &Value) -> Value {
    match value {
        Value::Array(_) | Value::Null => value.clone(),
        single => Value::Array(vec![single.clone()]),
    }
}

pub(super) fn element_value(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("value")?.as_str())
}

/// Whether a listed value means this element: equal in every part that the list gives.
pub(super) fn is_listed(attribute: &Attribute, element: &Value, listed: &Value) -> bool {
    match listed {
        Value::Object(parts) => {
            !parts.is_empty()
                && parts
                    .iter()
                    .all(|(name, value)| attribute.sub(name).is_some_and(|sub| element.get(sub.name) == Some(value)))
        }
        _ => attribute.kind != Type::Complex && element == listed,
    }
}

/// An attribute without values is unassigned, and so is an object without parts.
pub(super) fn prune(attributes: &mut Attributes) {
    for value in attributes.values_mut() {
        match value {
            Value::Array(elements) => elements.retain(|element| !is_hollow(element)),
            Value::Object(parts) => parts.retain(|_, part| !is_hollow(part)),
            _ => {}
        }
    }
    attributes.retain(|_, value| !is_hollow(value));
}

fn is_hollow(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(elements) => elements.is_empty(),
        Value::Object(parts) => parts.is_empty(),
        _ => false,
    }
}
