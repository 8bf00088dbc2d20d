//! Single values: whether they fit their attribute, and when two of them are the same.

use super::error::{ScimError, ScimType, quoted};
use super::fold::fold_unless;
use super::resource::{invalid, put_once};
use super::schema::{Attribute, Mutability, Type};
use super::time::{instant, zoned};
use serde_json::{Map, Value};
use std::fmt::Display;

/// How values are read. The default is what the RFC says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ValueLeniency {
    /// `"True"` and `"False"` in any case are booleans (A06).
    pub string_booleans: bool,
    /// A bare string stands for the `value` of a single complex attribute, such as `manager` (A51).
    pub bare_complex: bool,
    /// A list of one stands for the value of an attribute that has one.
    pub lists_of_one: bool,
    /// An empty string is no value.
    pub empty_text_clears: bool,
    /// Of several primary values the last one counts (A54).
    pub last_primary_wins: bool,
    /// What becomes of parts of a complex value that nobody knows.
    pub unknown_parts: UnknownParts,
    /// What a country is (A59).
    pub countries: Countries,
    /// What a point in time is (A64).
    pub times: DateTimes,
    /// What `canonicalValues` mean.
    pub canonical_values: CanonicalValues,
}

/// Fate of parts of a complex value that nobody knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownParts {
    /// They are dropped.
    #[default]
    Dropped,
    /// The value is refused.
    Refused,
}

/// What is taken for a country.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Countries {
    /// Any text: the examples of RFC 7643 have `USA`.
    #[default]
    AnyText,
    /// Two letters, as in ISO 3166-1 (RFC 7643 §4.1.2).
    TwoLetters,
}

/// What is taken for a point in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateTimes {
    /// An xsd:dateTime, which may do without a zone (RFC 7643 §2.3.5).
    #[default]
    Xsd,
    /// One with a zone, as RFC 3339 wants it.
    Zoned,
}

/// Whether values may be others than the canonical ones (RFC 7643 §2.3.1 leaves it open).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CanonicalValues {
    /// They may.
    #[default]
    Suggested,
    /// They may not.
    Demanded,
}

impl ValueLeniency {
    /// As narrow as the RFC allows.
    #[must_use]
    pub fn strict() -> Self {
        Self {
            unknown_parts: UnknownParts::Refused,
            countries: Countries::TwoLetters,
            times: DateTimes::Zoned,
            canonical_values: CanonicalValues::Demanded,
            ..Self::default()
        }
    }
}

/// Checks one value against its attribute and gives the form that is kept; `None` means unassigned.
///
/// # Errors
/// 400 `invalidValue` when the value does not fit the attribute.
pub fn normalize(
    attribute: &'static Attribute,
    value: &Value,
    place: &dyn Display,
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
    place: &dyn Display,
    leniency: ValueLeniency,
) -> Result<Option<Value>, ScimError> {
    match attribute.kind {
        _ if leniency.lists_of_one && value.as_array().is_some_and(|values| values.len() == 1) => {
            single(attribute, &value[0], place, leniency)
        }
        Type::Boolean => boolean(value, place, leniency).map(Some),
        Type::Integer if value.is_i64() || value.is_u64() => Ok(Some(value.clone())),
        Type::Integer => Err(invalid(place, "takes an integer")),
        Type::Decimal if value.is_number() => Ok(Some(value.clone())),
        Type::Decimal => Err(invalid(place, "takes a number")),
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
            if text.is_empty() && (attribute.non_empty || leniency.empty_text_clears) {
                return Ok(None);
            }
            text_fits(attribute, text, place, leniency)?;
            Ok(Some(value.clone()))
        }
    }
}

pub(super) fn object(
    attributes: &'static [Attribute],
    parts: &Map<String, Value>,
    place: &dyn Display,
    leniency: ValueLeniency,
) -> Result<Option<Value>, ScimError> {
    let mut kept = Map::new();
    for (name, value) in parts {
        let known = attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name));
        if known.is_none() && leniency.unknown_parts == UnknownParts::Refused {
            return Err(ScimError::bad(ScimType::InvalidSyntax, format!("{place} has no part {}", quoted(name))));
        }
        let Some(attribute) = known.filter(|attribute| attribute.mutability != Mutability::ReadOnly) else {
            continue;
        };
        if let Some(value) = normalize(attribute, value, &format_args!("{place}.{}", attribute.name), leniency)? {
            put_once(&mut kept, attribute.name, value)?;
        }
    }
    Ok((!kept.is_empty()).then_some(Value::Object(kept)))
}

fn boolean(value: &Value, place: &dyn Display, leniency: ValueLeniency) -> Result<Value, ScimError> {
    match value {
        Value::Bool(_) => Ok(value.clone()),
        Value::String(text) if leniency.string_booleans && text.eq_ignore_ascii_case("true") => Ok(true.into()),
        Value::String(text) if leniency.string_booleans && text.eq_ignore_ascii_case("false") => Ok(false.into()),
        _ => Err(invalid(place, "takes true or false")),
    }
}

/// Checks a text that is there.
pub(super) fn text_fits(
    attribute: &Attribute,
    text: &str,
    place: &dyn Display,
    leniency: ValueLeniency,
) -> Result<(), ScimError> {
    let is_canonical = || attribute.canonical_values.iter().any(|known| known.eq_ignore_ascii_case(text));
    match attribute.kind {
        Type::Reference if !is_uri_reference(text) => Err(invalid(place, "takes a URI")),
        Type::Binary if !is_base64(text) => Err(invalid(place, "takes base64")),
        Type::DateTime if instant(text).is_none() => Err(invalid(place, "takes a date and a time")),
        Type::DateTime if leniency.times == DateTimes::Zoned && zoned(text).is_none() => {
            Err(invalid(place, "takes a time with its zone"))
        }
        _ if attribute.is_country && leniency.countries == Countries::TwoLetters && !is_two_letters(text) => {
            Err(invalid(place, "takes the two letters of a country"))
        }
        _ if leniency.canonical_values == CanonicalValues::Demanded
            && !attribute.canonical_values.is_empty()
            && !is_canonical() =>
        {
            Err(invalid(place, &format!("takes one of {}", attribute.canonical_values.join(", "))))
        }
        _ => Ok(()),
    }
}

fn is_two_letters(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic())
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

/// No value, however it is written (RFC 7643 §2.5).
#[must_use]
pub fn is_unassigned(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(elements) => elements.is_empty(),
        Value::Object(parts) => parts.is_empty(),
        _ => false,
    }
}

/// Whether a client that says `said` speaks of what is there. The order of several values means nothing, and parts
/// that are not said may be anything.
#[must_use]
pub fn same_value(attribute: &Attribute, there: &Value, said: &Value) -> bool {
    match (there, said) {
        (Value::Array(there), Value::Array(said)) => {
            let is_said = |there: &Value| said.iter().any(|said| same_value(attribute, there, said));
            let is_there = |said: &Value| there.iter().any(|there| same_value(attribute, there, said));
            there.iter().all(is_said) && said.iter().all(is_there)
        }
        (Value::Object(there), Value::Object(said)) => said.iter().all(|(name, said)| {
            let part = attribute.sub(name).and_then(|part| Some((part, there.get(part.name)?)));
            match part {
                Some((part, there)) => same_value(part, there, said),
                None => is_unassigned(said),
            }
        }),
        (Value::String(there), Value::String(said)) if attribute.kind == Type::DateTime => {
            there == said || instant(there).is_some_and(|there| Some(there) == instant(said))
        }
        (Value::String(there), Value::String(said)) => {
            let case_exact = attribute.case_exact || attribute.kind == Type::Binary;
            fold_unless(case_exact, there) == fold_unless(case_exact, said)
        }
        (Value::Number(there), Value::Number(said)) => there == said || there.as_f64() == said.as_f64(),
        _ => there == said,
    }
}

/// Whether two elements of a multi-valued attribute stand for the same thing: equal type and value, or equal throughout
/// where there is no `value`.
#[must_use]
pub fn same_element(attribute: &Attribute, a: &Value, b: &Value) -> bool {
    if attribute.kind != Type::Complex {
        return same_value(attribute, a, b);
    }
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
    if attribute.name == "members" {
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
pub fn check_primary(values: &[Value], place: &dyn Display) -> Result<(), ScimError> {
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
