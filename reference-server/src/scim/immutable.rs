//! Attributes that are set once: nobody changes their value afterwards (RFC 7643 §7, RFC 7644 §3.5.1 and §3.5.2).

use super::error::{ScimError, ScimType};
use super::resource::Attributes;
use super::schema::{Attribute, Mutability, ResourceType};
use super::value::{same_element, same_value};
use serde_json::{Map, Value};

/// What becomes of a value that is there no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// It comes back: nobody asked for it to go.
    Returns,
    /// It may not go.
    Refused,
}

/// Whether resources of a type have any, besides the members of groups, which join and leave as a whole.
#[must_use]
pub fn occur_in(definition: &ResourceType) -> bool {
    let schemas = std::iter::once(definition.schema).chain(definition.extensions.iter().copied());
    schemas.flat_map(|schema| schema.attributes).any(is_or_has_one)
}

/// Holds what a resource is to be against what it was. Values that are equal keep their writing.
///
/// # Errors
/// 400 `mutability` when a value is another.
pub fn hold(definition: &ResourceType, was: &Attributes, is: &mut Attributes, gone: Gone) -> Result<(), ScimError> {
    hold_all(definition.schema.attributes, was, is, gone)?;
    for extension in definition.extensions {
        let Some(Value::Object(old)) = was.get(extension.id) else {
            continue;
        };
        match is.get_mut(extension.id) {
            Some(Value::Object(new)) => hold_all(extension.attributes, old, new, gone)?,
            _ => {
                let mut new = Map::new();
                hold_all(extension.attributes, old, &mut new, gone)?;
                if !new.is_empty() {
                    is.insert(extension.id.to_owned(), new.into());
                }
            }
        }
    }
    Ok(())
}

fn hold_all(
    attributes: &[Attribute],
    was: &Map<String, Value>,
    is: &mut Map<String, Value>,
    gone: Gone,
) -> Result<(), ScimError> {
    for attribute in attributes.iter().filter(|attribute| is_or_has_one(attribute)) {
        if attribute.mutability == Mutability::Immutable {
            hold_one(attribute, was, is, gone)?;
        } else if attribute.multi_valued {
            hold_elements(attribute, was, is, gone)?;
        } else {
            hold_parts(attribute, was, is, gone)?;
        }
    }
    Ok(())
}

fn hold_one(
    attribute: &Attribute,
    was: &Map<String, Value>,
    is: &mut Map<String, Value>,
    gone: Gone,
) -> Result<(), ScimError> {
    let Some(old) = was.get(attribute.name) else {
        return Ok(());
    };
    let stays = match is.get(attribute.name) {
        Some(new) => same_value(attribute, old, new),
        None => gone == Gone::Returns,
    };
    if !stays {
        return Err(refused(attribute));
    }
    is.insert(attribute.name.to_owned(), old.clone());
    Ok(())
}

/// An element that goes takes its parts with it; one that stays keeps them.
fn hold_elements(
    attribute: &Attribute,
    was: &Map<String, Value>,
    is: &mut Map<String, Value>,
    gone: Gone,
) -> Result<(), ScimError> {
    let (Some(Value::Array(old)), Some(Value::Array(new))) = (was.get(attribute.name), is.get_mut(attribute.name))
    else {
        return Ok(());
    };
    for new in new {
        if let Some(Value::Object(old)) = old.iter().find(|old| same_element(attribute, old, new))
            && let Value::Object(new) = new
        {
            hold_all(attribute.sub_attributes, old, new, gone)?;
        }
    }
    Ok(())
}

/// A complex value of which a part cannot go comes back whole.
fn hold_parts(
    attribute: &Attribute,
    was: &Map<String, Value>,
    is: &mut Map<String, Value>,
    gone: Gone,
) -> Result<(), ScimError> {
    let Some(Value::Object(old)) = was.get(attribute.name) else {
        return Ok(());
    };
    if let Some(Value::Object(new)) = is.get_mut(attribute.name) {
        return hold_all(attribute.sub_attributes, old, new, gone);
    }
    let is_held = |part: &&Attribute| part.mutability == Mutability::Immutable && old.contains_key(part.name);
    match attribute.sub_attributes.iter().find(is_held) {
        None => Ok(()),
        Some(_) if gone == Gone::Returns => {
            is.insert(attribute.name.to_owned(), old.clone().into());
            Ok(())
        }
        Some(part) => Err(refused(part)),
    }
}

fn is_or_has_one(attribute: &Attribute) -> bool {
    let is_one = |attribute: &Attribute| attribute.mutability == Mutability::Immutable;
    is_one(attribute) || (attribute.name != "members" && attribute.sub_attributes.iter().any(is_one))
}

fn refused(attribute: &Attribute) -> ScimError {
    ScimError::bad(ScimType::Mutability, format!("{} is set once and cannot be changed", attribute.name))
}
