//! The values of an attribute that has several: which are meant, what they become, when two are one.

use super::Op;
use super::apply::{Patch, immutable, invalid, no_target};
use super::leniency::{LoneValues, Parts, PatchLeniency};
use crate::scim::error::ScimError;
use crate::scim::filter::{Filter, FilterReading, Operator, Predicate, compile_for_element};
use crate::scim::resource::Attributes;
use crate::scim::schema::{Attribute, Mutability, Target, Type};
use crate::scim::value::{check_primary, is_unassigned, normalize, same_element, same_value, single};
use serde_json::{Map, Value};

/// What an operation makes of each element that is meant.
enum New {
    /// These parts of it are set; `None` takes a part away.
    Parts(Vec<(&'static Attribute, Option<Value>)>),
    /// It becomes this.
    Whole(Value),
}

impl Patch<'_> {
    /// Operations on some or all elements of an attribute of several values.
    pub(super) fn elements(
        &mut self,
        op: Op,
        target: Target,
        filter: Option<&Filter>,
        value: Option<&Value>,
    ) -> Result<(), ScimError> {
        let attribute = target.attribute;
        let leniency = *self.leniency;
        let creates = match op {
            Op::Add => leniency.add_creates_element,
            Op::Replace => leniency.replace_creates_element,
            Op::Remove => false,
        };
        let reading = leniency.filter_reading();
        let predicate = filter.map(|filter| compile_for_element(filter, attribute, reading)).transpose()?;
        let holder = self.holder(target);
        let elements = holder.entry(attribute.name).or_insert_with(|| Value::Array(Vec::new()));
        let Value::Array(elements) = elements else {
            return Ok(());
        };
        let is_meant = |element: &Value| {
            predicate.as_ref().is_none_or(|predicate: &Predicate| predicate.is_true_of(attribute, element))
        };
        if op == Op::Remove {
            if leniency.remove_needs_a_target && !elements.iter().any(is_meant) {
                return Err(no_target(attribute));
            }
            return match target.sub {
                None => {
                    elements.retain(|element| !is_meant(element));
                    Ok(())
                }
                Some(sub) => elements.iter_mut().filter(|element| is_meant(element)).try_for_each(|it| take(it, sub)),
            };
        }
        let new = new_value(op, target, value.unwrap_or(&Value::Null), &leniency)?;
        let mut meant: Vec<usize> = (0..elements.len()).filter(|index| is_meant(&elements[*index])).collect();
        if meant.is_empty() {
            let demanded = filter.filter(|_| creates).and_then(demanded_parts).map(Value::Object);
            let made = match (&new, demanded) {
                (_, None) => None,
                (New::Whole(new), Some(_)) if attribute.kind != Type::Complex => Some(new.clone()),
                (_, Some(parts)) => single(attribute, &parts, &attribute.name, leniency.values)?,
            };
            meant.push(elements.len());
            elements.push(made.ok_or_else(|| no_target(attribute))?);
        }
        for index in &meant {
            set(&mut elements[*index], &new)?;
        }
        if meant.iter().any(|index| is_primary(&elements[*index])) {
            let others = elements.iter_mut().enumerate().filter(|(index, _)| !meant.contains(index));
            others.for_each(|(_, element)| demote(element));
        }
        check_primary(elements, &attribute.name)
    }
}

impl PatchLeniency {
    /// How the filters of paths are read.
    pub(super) fn filter_reading(&self) -> FilterReading {
        FilterReading { string_booleans: self.values.string_booleans, ..FilterReading::default() }
    }
}

/// What becomes of the elements that are meant: one part is set, or the parts of an object are.
fn new_value(op: Op, target: Target, value: &Value, leniency: &PatchLeniency) -> Result<New, ScimError> {
    let attribute = target.attribute;
    if let Some(sub) = target.sub {
        let place = format!("{}.{}", attribute.name, sub.name);
        let value = normalize(sub, value, &place, leniency.values)?;
        if value.is_none() && sub.required {
            return Err(invalid(&format!("{place} is required and must not be empty")));
        }
        return Ok(New::Parts(vec![(sub, value)]));
    }
    // A list of one is taken for the one.
    let value = match value {
        Value::Array(values) if values.len() == 1 && leniency.lone_values == LoneValues::Taken => &values[0],
        value => value,
    };
    let whole = single(attribute, value, &attribute.name, leniency.values)?;
    match whole {
        Some(Value::Object(parts)) if op == Op::Add || leniency.replaced_elements == Parts::Merged => {
            let part = |(name, value): (String, Value)| Some((attribute.sub(&name)?, Some(value)));
            Ok(New::Parts(parts.into_iter().filter_map(part).collect()))
        }
        Some(whole) => Ok(New::Whole(whole)),
        None => Err(invalid(&format!("a value of {} must not be empty", attribute.name))),
    }
}

/// Takes a part away from an element.
fn take(element: &mut Value, part: &Attribute) -> Result<(), ScimError> {
    let taken = element.as_object_mut().and_then(|parts| parts.shift_remove(part.name));
    match taken {
        Some(_) if part.required => Err(immutable(part, "is required")),
        Some(_) if part.mutability == Mutability::Immutable => Err(immutable(part, "is set once")),
        _ => Ok(()),
    }
}

fn set(element: &mut Value, new: &New) -> Result<(), ScimError> {
    let new = match new {
        New::Whole(new) => {
            *element = new.clone();
            return Ok(());
        }
        New::Parts(new) => new,
    };
    let Value::Object(parts) = element else {
        return Ok(());
    };
    for (part, value) in new {
        let old = parts.get(part.name).filter(|_| part.mutability == Mutability::Immutable);
        match (old, value) {
            (Some(old), Some(new)) if same_value(part, old, new) => {}
            (Some(_), _) => return Err(immutable(part, "is set once and cannot be changed")),
            (None, Some(new)) => drop(parts.insert(part.name.to_owned(), new.clone())),
            (None, None) => drop(parts.shift_remove(part.name)),
        }
    }
    Ok(())
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
    attributes.retain(|_, value| !is_hollow(value));
}

fn is_hollow(value: &mut Value) -> bool {
    match value {
        Value::Array(elements) => elements.retain_mut(|element| !is_hollow(element)),
        Value::Object(parts) => parts.retain(|_, part| !is_hollow(part)),
        _ => {}
    }
    is_unassigned(value)
}
