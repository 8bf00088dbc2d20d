//! What a client says of attributes that it cannot change: saying what is so already is no fault.

use super::Op;
use super::elements::listed;
use crate::scim::filter::Predicate;
use crate::scim::resource::Attributes;
use crate::scim::schema::{Attribute, Mutability, Target};
use crate::scim::value::{is_unassigned, same_value};
use serde_json::Value;

/// Whether an operation asks for what a read-only attribute holds already. Nothing can be taken away from one.
pub(super) fn repeats(
    op: Op,
    target: Target,
    predicate: Option<&Predicate>,
    value: Option<&Value>,
    shown: &Attributes,
) -> bool {
    let (Some(value), true) = (value, op != Op::Remove) else {
        return false;
    };
    let holder = match target.extension {
        Some(extension) => shown.get(extension.id).and_then(Value::as_object),
        None => Some(shown),
    };
    let current = holder.and_then(|holder| holder.get(target.attribute.name));
    if !target.attribute.multi_valued {
        let current = if let Some(sub) = target.sub { current.and_then(|whole| whole.get(sub.name)) } else { current };
        return says(target.sub.unwrap_or(target.attribute), current, value);
    }
    let elements = current.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_meant = |element: &&Value| predicate.is_none_or(|predicate| predicate.is_true_of(target.attribute, element));
    if predicate.is_some() || target.sub.is_some() {
        let mut meant = elements.iter().filter(is_meant).peekable();
        return meant.peek().is_some()
            && meant.all(|element| match target.sub {
                Some(sub) => says(sub, element.get(sub.name), value),
                None => says_element(target.attribute, element, value),
            });
    }
    let Value::Array(values) = listed(value) else {
        return elements.is_empty();
    };
    let is_there = |value: &Value| elements.iter().any(|element| says_element(target.attribute, element, value));
    let is_named = |element: &Value| values.iter().any(|value| says_element(target.attribute, element, value));
    values.iter().all(is_there) && (op == Op::Add || elements.iter().all(is_named))
}

/// Whether the read-only parts of a value that is to be set say what is so already.
pub(super) fn repeats_parts(target: Target, value: &Value, shown: &Attributes) -> bool {
    let parts = target.attribute.sub_attributes.iter().filter(|part| part.mutability == Mutability::ReadOnly);
    let values = if let Value::Array(values) = value { values.as_slice() } else { std::slice::from_ref(value) };
    parts.into_iter().all(|part| {
        let whole = Target { sub: None, ..target };
        values.iter().filter_map(|value| part_of(value, part)).all(|said| {
            is_unassigned(said) || whole.values(shown).any(|element| says(part, element.get(part.name), said))
        })
    })
}

fn part_of<'a>(value: &'a Value, part: &Attribute) -> Option<&'a Value> {
    value.as_object()?.iter().find(|(name, _)| name.eq_ignore_ascii_case(part.name)).map(|(_, value)| value)
}

fn says(attribute: &Attribute, current: Option<&Value>, value: &Value) -> bool {
    match current.filter(|current| !is_unassigned(current)) {
        None => is_unassigned(value),
        Some(current) => same_value(attribute, current, value),
    }
}

/// The name that goes with an element is somebody else's, and may have changed since the client read it.
fn says_element(attribute: &Attribute, element: &Value, value: &Value) -> bool {
    let Value::Object(parts) = value else {
        return same_value(attribute, element, value);
    };
    let mut said = parts.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("display")).peekable();
    said.peek().is_some()
        && said.all(|(name, value)| attribute.sub(name).is_some_and(|sub| says(sub, element.get(sub.name), value)))
}
