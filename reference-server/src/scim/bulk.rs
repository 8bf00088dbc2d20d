//! Bulk requests (RFC 7644 §3.7): the message, the references between its operations, and the order in which they are
//! carried out.
//!
//! What one operation does is for the caller to say; here is only what binds them together. An operation that refers to
//! a resource of the same request waits until that is created. Where several wait for each other, one is created
//! without what it refers to, and completed at the end.

mod references;
mod schedule;

pub use schedule::{Cycle, Done, run};

use super::error::{ScimError, ScimType, quoted};
use super::resource::member_of;
use serde_json::{Map, Value};
use std::collections::HashSet;

/// URN of the BulkRequest message.
pub const REQUEST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

/// URN of the BulkResponse message.
pub const RESPONSE_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

/// A bulk request that can be carried out.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Its operations, in the order of the client.
    pub entries: Vec<Entry>,
    /// After so many errors the rest is left.
    pub fail_on_errors: Option<u64>,
}

/// One operation as the client wrote it; whether it makes sense is seen when its turn comes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// HTTP method.
    pub method: String,
    /// Name of the new resource within the request.
    pub bulk_id: Option<String>,
    /// Address below the base address.
    pub path: String,
    /// The version that the resource must have.
    pub version: Option<String>,
    /// Body of the operation.
    pub data: Option<Value>,
    /// Refused, because it is one too many.
    pub surplus: bool,
}

/// Fate of a request with too many operations (the ambiguity A27).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OverBulk {
    /// It is refused with 413 (RFC 7644 §3.7.4).
    #[default]
    AllRefused,
    /// So many are carried out, and the rest is refused one by one.
    RestRefused,
}

impl Entry {
    /// Whether it creates something.
    #[must_use]
    pub fn creates(&self) -> bool {
        self.method == "POST"
    }
}

/// Reads a BulkRequest message.
///
/// # Errors
/// 400 `invalidSyntax` for anything that is not one, `invalidValue` for a bulkId that two operations have, 413 for more
/// operations than allowed, where that is the fate of all.
pub fn read(body: &Value, most: usize, over: OverBulk) -> Result<Request, ScimError> {
    let body = body.as_object().ok_or_else(|| syntax("the body must be a JSON object"))?;
    let is_bulk = |urn: &Value| urn.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(REQUEST_URN));
    if !member_of(body, "schemas").and_then(Value::as_array).is_some_and(|urns| urns.iter().any(is_bulk)) {
        return Err(syntax("schemas must hold the URN of BulkRequest"));
    }
    let fail_on_errors = match member_of(body, "failOnErrors").filter(|value| !value.is_null()) {
        None => None,
        Some(number) => {
            let number = number.as_u64().filter(|number| *number > 0);
            Some(number.ok_or_else(|| syntax("failOnErrors takes an integer above 0"))?)
        }
    };
    let Some(Value::Array(operations)) = member_of(body, "Operations") else {
        return Err(syntax("Operations is required and must be an array"));
    };
    if operations.len() > most && over == OverBulk::AllRefused {
        return Err(ScimError::new(
            413,
            format!("maxOperations is {most}: a bulk request may hold no more operations"),
        ));
    }
    let mut entries = operations.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    entries.iter_mut().skip(most).for_each(|entry| entry.surplus = true);
    let mut names = HashSet::new();
    for name in entries.iter().filter_map(|entry| entry.bulk_id.as_deref()) {
        if !names.insert(name) {
            let detail = format!("two operations have the bulkId {}", quoted(name));
            return Err(ScimError::bad(ScimType::InvalidValue, detail));
        }
    }
    Ok(Request { entries, fail_on_errors })
}

fn entry(operation: &Value) -> Result<Entry, ScimError> {
    let operation: &Map<String, Value> =
        operation.as_object().ok_or_else(|| syntax("an operation must be a JSON object"))?;
    let text = |name: &str| match member_of(operation, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(syntax(&format!("{name} takes a string"))),
    };
    Ok(Entry {
        method: text("method")?.unwrap_or_default(),
        bulk_id: text("bulkId")?,
        path: text("path")?.unwrap_or_default(),
        version: text("version")?,
        data: member_of(operation, "data").filter(|data| !data.is_null()).cloned(),
        surplus: false,
    })
}

fn syntax(detail: &str) -> ScimError {
    ScimError::bad(ScimType::InvalidSyntax, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn messages_that_are_none() {
        let refused =
            |body: Value| read(&body, 2, OverBulk::AllRefused).err().map(|error| (error.status, error.scim_type));
        let one = json!({"method": "DELETE", "path": "/Users/1"});
        let with = |name: &str, value: Value| {
            let mut body = json!({"schemas": [REQUEST_URN], "Operations": [one]});
            body[name] = value;
            body
        };
        assert_eq!(refused(with("failOnErrors", Value::Null)), None);
        for wrong in [
            json!([]),
            with("schemas", json!(["urn:x"])),
            with("schemas", Value::Null),
            with("Operations", Value::Null),
            with("Operations", json!(["x"])),
            with("Operations", json!([{"method": 1}])),
            with("failOnErrors", json!(0)),
            with("failOnErrors", json!("1")),
        ] {
            assert_eq!(refused(wrong.clone()), Some((400, Some(ScimType::InvalidSyntax))), "{wrong}");
        }
        assert_eq!(refused(with("Operations", json!([one, one, one]))), Some((413, None)));
        let double = json!([{"bulkId": "a"}, {"bulkId": "a"}]);
        assert_eq!(refused(with("Operations", double)), Some((400, Some(ScimType::InvalidValue))));
    }
}
