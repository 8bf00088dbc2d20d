//! Query strings and SearchRequest messages.

use crate::provider::Query;
use crate::scim::error::{ScimError, ScimType, quoted};
use crate::scim::projection::View;
use crate::scim::resource::member_of;
use serde_json::Value;
use std::borrow::Cow;

const SEARCH_URN: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/// The parameters that mean something here; all others are ignored.
pub(crate) const KNOWN: [&str; 8] =
    ["attributes", "excludedAttributes", "filter", "sortBy", "sortOrder", "startIndex", "count", "cursor"];

/// Decoded parameters, each once.
pub(super) struct Parameters<'a>(Vec<(&'static str, Cow<'a, str>)>);

impl Parameters<'_> {
    pub(super) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_ref())
    }
}

pub(super) fn parameters(query: &str) -> Result<Parameters<'_>, ScimError> {
    let mut found = Parameters(Vec::new());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode_query(name)?;
        let Some(known) = KNOWN.iter().find(|known| **known == name) else {
            continue;
        };
        if found.has(known) {
            return Err(invalid(format!("the parameter {known} is given twice")));
        }
        found.0.push((known, decode_query(value)?));
    }
    Ok(found)
}

/// In a query a plus is a space; a plus itself comes as `%2B`.
fn decode_query(text: &str) -> Result<Cow<'_, str>, ScimError> {
    match text.contains('+') {
        true => decode(&text.replace('+', " ")).map(|decoded| Cow::Owned(decoded.into_owned())),
        false => decode(text),
    }
}

/// Undoes percent-encoding, once.
pub(super) fn decode(text: &str) -> Result<Cow<'_, str>, ScimError> {
    if !text.contains('%') {
        return Ok(Cow::Borrowed(text));
    }
    let mut parts = text.as_bytes().split(|byte| *byte == b'%');
    let mut decoded = Vec::with_capacity(text.len());
    decoded.extend_from_slice(parts.next().unwrap_or_default());
    for part in parts {
        let [high, low, rest @ ..] = part else {
            return Err(no_escape());
        };
        let value = |digit: u8| char::from(digit).to_digit(16).ok_or_else(no_escape);
        decoded.push((value(*high)? << 4 | value(*low)?) as u8);
        decoded.extend_from_slice(rest);
    }
    String::from_utf8(decoded).map(Cow::Owned).map_err(|_| invalid("the address is not in UTF-8".to_owned()))
}

fn no_escape() -> ScimError {
    invalid("the address holds a percent sign that is no escape".to_owned())
}

pub(super) fn view(parameters: &Parameters<'_>) -> Result<View, ScimError> {
    let names = |name| {
        let text = parameters.find(name).filter(|text| !text.trim().is_empty())?;
        Some(text.split(',').map(|name| name.trim().to_owned()).collect())
    };
    Ok(View { attributes: names("attributes"), excluded: names("excludedAttributes") })
}

pub(super) fn from_parameters(parameters: &Parameters<'_>) -> Result<Query, ScimError> {
    let number = |name| parameters.find(name).map(|text| integer(name, text)).transpose();
    Ok(Query {
        filter: parameters.find("filter").map(str::to_owned),
        sort_by: parameters.find("sortBy").filter(|path| !path.is_empty()).map(str::to_owned),
        descending: descending(parameters.find("sortOrder"))?,
        start_index: number("startIndex")?,
        count: number("count")?,
        cursor: parameters.find("cursor").map(str::to_owned),
        view: view(parameters)?,
    })
}

pub(super) fn from_message(message: &Value) -> Result<Query, ScimError> {
    let syntax = |detail: &str| ScimError::bad(ScimType::InvalidSyntax, detail);
    let message = message.as_object().ok_or_else(|| syntax("the body must be a JSON object"))?;
    let member = |name| member_of(message, name).filter(|value| !value.is_null());
    let is_search = |urn: &Value| urn.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(SEARCH_URN));
    if !member("schemas").and_then(Value::as_array).is_some_and(|urns| urns.iter().any(is_search)) {
        return Err(syntax("schemas must hold the URN of SearchRequest"));
    }
    let text = |name: &'static str| match member(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(invalid(format!("{name} takes a string"))),
    };
    let number = |name: &'static str| match member(name) {
        None => Ok(None),
        Some(Value::Number(number)) if number.is_i64() => Ok(number.as_i64()),
        Some(Value::Number(number)) if number.is_u64() => Ok(Some(i64::MAX)),
        Some(_) => Err(invalid(format!("{name} takes an integer"))),
    };
    let names = |name: &'static str| match member(name) {
        None => Ok(None),
        Some(Value::Array(names)) => {
            let names = names.iter().map(|name| name.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
            let names = names.ok_or_else(|| invalid(format!("{name} takes strings")))?;
            Ok((!names.is_empty()).then_some(names))
        }
        Some(_) => Err(invalid(format!("{name} takes an array of strings"))),
    };
    Ok(Query {
        filter: text("filter")?,
        sort_by: text("sortBy")?,
        descending: descending(text("sortOrder")?.as_deref())?,
        start_index: number("startIndex")?,
        count: number("count")?,
        cursor: text("cursor")?,
        view: View { attributes: names("attributes")?, excluded: names("excludedAttributes")? },
    })
}

fn descending(order: Option<&str>) -> Result<bool, ScimError> {
    match order {
        None | Some("") => Ok(false),
        Some(order) if order.eq_ignore_ascii_case("ascending") => Ok(false),
        Some(order) if order.eq_ignore_ascii_case("descending") => Ok(true),
        Some(order) => Err(invalid(format!("sortOrder is ascending or descending, not {}", quoted(order)))),
    }
}

/// An integer of any length; one that does not fit is as good as the largest.
fn integer(name: &str, text: &str) -> Result<i64, ScimError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid(format!("{name} takes an integer, not {}", quoted(text))));
    }
    Ok(text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX }))
}

fn invalid(detail: String) -> ScimError {
    ScimError::bad(ScimType::InvalidValue, detail)
}
