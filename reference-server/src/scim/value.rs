//! Single values: whether they fit their attribute, and when two of them are the same.

use super::error::ScimError;
use super::fold::fold_unless;
use super::resource::{invalid, put_once};
use super::schema::{Attribute, Mutability, Type};
use serde_json::{Map, Value};

/// Writings that are not the RFC's, and that a client in the field needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ValueLeniency {
    /// `"True"` and `"False"` in any case are booleans.
    pub string_booleans: bool,
    /// A bare string stands for the `value` of a single complex attribute (`manager`).
    pub bare_complex: bool,
    /// Of several primary values the last one counts.
    pub last_primary_wins: bool,
}

/// Checks one value against its attribute and gives the form that is kept; `None` means unassigned.
///
/// # Errors
/// 400 `invalidValue` when the value does not fit the attribute.
pub fn normalize(
    attribute: &'static Attribute,
    value: &Value,
    place: &str,
    leniency: ValueLeniency,
) -> Result<Option<Value>, ScimError> {
    if value.is_null() {
        return Ok(None);
    }
    if !attribute.multi_valued {
        return single(attribute, value, place, leniency);
    }
    let Value::Array(values) = value else {
        return Err(invalid(place, "takes an array"));
    };
    let mut kept = Vec::with_capacity(values.len());
    for value in values {
        if value.is_null() {
            return Err(invalid(place, "must not hold null"));
        }
        kept.extend(single(attribute, value, place, leniency)?);
    }
    fold_duplicates(attribute, &mut kept);
    if leniency.last_primary_wins {
        keep_last_primary(&mut kept);
    }
    check_primary(&kept, place)?;
    Ok((!kept.is_empty()).then_some(Value::Array(kept)))
}

/// Checks one value of an attribute, which is one element where the attribute has several.
///
/// # Errors
/// 400 `invalidValue` when the value does not fit.
pub fn single(
    attribute: &'static Attribute,
    value: &Value,
    place: &str,
    leniency: ValueLeniency,
) -> Result<Option<Value>, ScimError> {
    match attribute.kind {
        Type::Boolean => boolean(value, place, leniency).map(Some),
        Type::Integer if value.is_i64() || value.is_u64() => Ok(Some(value.clone())),
        Type::Integer => Err(invalid(place, "takes an integer")),
        Type::Complex => match value {
            Value::Object(parts) => object(attribute.sub_attributes, parts, place, leniency),
            Value::String(text)
                if leniency.bare_complex && !attribute.multi_valued && attribute.sub("value").is_some() =>
            {
                // An empty string is how Entra takes a manager away.
                Ok((!text.is_empty()).then(|| Value::Object(Map::from_iter([("value".to_owned(), value.clone())]))))
            }
            _ => Err(invalid(place, "takes a JSON object")),
        },
        Type::String | Type::Reference | Type::Binary | Type::DateTime => {
            let Value::String(text) = value else {
                return Err(invalid(place, "takes a string"));
            };
            text_fits(attribute, text, place)?;
            Ok((!(attribute.non_empty && text.is_empty())).then(|| value.clone()))
        }
    }
}

pub(super) fn object(
    attributes: &'static [Attribute],
    parts: &Map<String, Value>,
    place: &str,
    leniency: ValueLeniency,
) -> Result<Option<Value>, ScimError> {
    let mut kept = Map::new();
    for (name, value) in parts {
        let known = attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name));
        let Some(attribute) = known.filter(|attribute| attribute.mutability != Mutability::ReadOnly) else {
            continue;
        };
        if let Some(value) = normalize(attribute, value, &format!("{place}.{}", attribute.name), leniency)? {
            put_once(&mut kept, attribute.name, value)?;
        }
    }
    Ok((!kept.is_empty()).then_some(Value::Object(kept)))
}

fn boolean(value: &Value, place: &str, leniency: ValueLeniency) -> Result<Value, ScimError> {
    match value {
        Value::Bool(_) => Ok(value.clone()),
        Value::String(text) if leniency.string_booleans && text.eq_ignore_ascii_case("true") => Ok(true.into()),
        Value::String(text) if leniency.string_booleans && text.eq_ignore_ascii_case("false") => Ok(false.into()),
        _ => Err(invalid(place, "takes true or false")),
    }
}

fn text_fits(attribute: &Attribute, text: &str, place: &str) -> Result<(), ScimError> {
    match attribute.kind {
        Type::Reference if !is_uri_reference(text) => Err(invalid(place, "takes a URI")),
        Type::Binary if !is_base64(text) => Err(invalid(place, "takes base64")),
        _ => Ok(()),
    }
}

fn is_uri_reference(text: &str) -> bool {
    !text.chars().any(|c| {
        c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '\\' | '^' | '`')
    })
}

/// Both alphabets of RFC 4648; padding may be left out.
fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let padding = text.len() - body.len();
    body.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_'))
        && body.len() % 4 != 1
        && (padding == 0 || (padding <= 2 && text.len().is_multiple_of(4)))
}

/// Whether two elements of a multi-valued attribute stand for the same thing: equal type and value, or equal throughout
/// where there is no `value`.
#[must_use]
pub fn same_element(attribute: &Attribute, a: &Value, b: &Value) -> bool {
    let part = |element: &Value, name: &str| {
        let case_exact = attribute.sub(name).is_some_and(|sub| sub.case_exact || sub.kind == Type::Binary);
        element.get(name).and_then(Value::as_str).map(|text| fold_unless(case_exact, text))
    };
    match (part(a, "value"), part(b, "value")) {
        (Some(left), Some(right)) => left == right && part(a, "type") == part(b, "type"),
        (None, None) => a == b,
        _ => false,
    }
}

/// Makes one of elements that stand for the same thing.
pub fn fold_duplicates(attribute: &Attribute, values: &mut Vec<Value>) {
    // Long lists are member lists, which are made unique where they are kept.
    if attribute.kind != Type::Complex || attribute.name == "members" {
        return;
    }
    let mut kept: Vec<Value> = Vec::with_capacity(values.len());
    for value in values.drain(..) {
        match kept.iter_mut().find(|other| same_element(attribute, other, &value)) {
            None => kept.push(value),
            Some(Value::Object(other)) => {
                if let Value::Object(value) = value {
                    other.extend(value);
                }
            }
            Some(_) => {}
        }
    }
    *values = kept;
}

/// At most one value is the primary one.
///
/// # Errors
/// 400 `invalidValue` when two are.
pub fn check_primary(values: &[Value], place: &str) -> Result<(), ScimError> {
    match values.iter().filter(|value| value.get("primary") == Some(&Value::Bool(true))).count() {
        0 | 1 => Ok(()),
        _ => Err(invalid(place, "has more than one primary value")),
    }
}

fn keep_last_primary(values: &mut [Value]) {
    let is_primary = |value: &Value| value.get("primary") == Some(&Value::Bool(true));
    for value in values.iter_mut().filter(|value| is_primary(value)).rev().skip(1) {
        value["primary"] = false.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_in_both_alphabets() {
        for good in ["", "TWFu", "TWE=", "TWE", "_-+/"] {
            assert!(is_base64(good), "{good}");
        }
        for bad in ["T", "TW=u", "T===", "TWF u", "!!!"] {
            assert!(!is_base64(bad), "{bad}");
        }
    }
}
