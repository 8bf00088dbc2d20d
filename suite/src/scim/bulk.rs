//! Bulk messages (RFC 7644 §3.7).

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

/// A BulkRequest message of these operations.
pub fn message(operations: Vec<Value>) -> Value {
    json!({"schemas": [super::urn::BULK_REQUEST], "Operations": operations})
}

/// The same that ends after so many errors.
pub fn message_until(fail_on_errors: u64, operations: Vec<Value>) -> Value {
    json!({"schemas": [super::urn::BULK_REQUEST], "failOnErrors": fail_on_errors, "Operations": operations})
}

/// A create, under a name for the other operations.
pub fn post(collection: &str, bulk_id: &str, data: Value) -> Value {
    json!({"method": "POST", "path": collection, "bulkId": bulk_id, "data": data})
}

/// A change of what is there.
pub fn change(method: &str, path: &str, data: Value) -> Value {
    json!({"method": method, "path": path, "data": data})
}

/// A removal.
pub fn delete(path: &str) -> Value {
    json!({"method": "DELETE", "path": path})
}

/// The results of an answer.
pub fn results(answer: &Value) -> &[Value] {
    answer.get("Operations").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The status of one result as a number: the RFC has it as a text, and speaks of an object with a code, too.
pub fn status_of(result: &Value) -> Option<u16> {
    let status = result.get("status")?;
    let code = status.get("code").unwrap_or(status);
    code.as_str().and_then(|text| text.parse().ok()).or_else(|| code.as_u64()?.try_into().ok())
}

/// The result of the operation at this place or, where the results stand in another order, of that with this name.
pub fn result<'a>(answer: &'a Value, at: usize, bulk_id: Option<&str>) -> Option<&'a Value> {
    let name = |result: &'a Value| result.get("bulkId").and_then(Value::as_str);
    let here = results(answer).get(at);
    match bulk_id {
        Some(_) if here.and_then(name) != bulk_id => {
            results(answer).iter().find(|result| name(result) == bulk_id).or(here.filter(|it| name(it).is_none()))
        }
        _ => here,
    }
}

/// Every create that succeeded.
pub fn all_created(answer: &Value) -> Vec<(&'static str, String)> {
    let creates = |result: &&Value| {
        let method = result.get("method").and_then(Value::as_str);
        method.is_none_or(|method| method.eq_ignore_ascii_case("POST"))
    };
    results(answer).iter().filter(creates).filter_map(placed).collect()
}

/// Where a create led to, if it succeeded: its collection and its id.
pub fn placed(result: &Value) -> Option<(&'static str, String)> {
    status_of(result).filter(|status| (200..300).contains(status))?;
    place(result.get("location")?.as_str()?)
}

/// The collection and the id that a location ends with.
pub fn place(location: &str) -> Option<(&'static str, String)> {
    let mut parts = location.trim_end_matches('/').rsplit('/');
    let (id, collection) = (parts.next()?, parts.next()?);
    let collection = ["/Users", "/Groups"].into_iter().find(|known| known[1..].eq_ignore_ascii_case(collection))?;
    Some((collection, percent_decode_str(id).decode_utf8().ok()?.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::result as result_of;
    use super::*;

    #[test]
    fn a_status_may_be_written_in_three_ways() {
        for status in [json!("201"), json!(201), json!({"code": "201"})] {
            assert_eq!(status_of(&json!({"status": status})), Some(201));
        }
        assert_eq!(status_of(&json!({"status": "created"})), None);
    }

    #[test]
    fn what_was_created_is_where_its_location_says() {
        let result = |id: &str, status: &str| {
            json!({"method": "POST", "bulkId": id, "status": status,
            "location": format!("https://h.example/scim/v2/Users/{id}%20x")})
        };
        let answer = json!({"Operations": [result("a", "400"), result("b", "201")]});
        let named = |at, name| result_of(&answer, at, Some(name)).and_then(placed);
        assert_eq!((named(1, "b"), named(0, "b")), (Some(("/Users", "b x".into())), Some(("/Users", "b x".into()))));
        assert_eq!((named(0, "a"), named(0, "c")), (None, None));
        assert_eq!(all_created(&answer).len(), 1);
        assert_eq!(place("https://h.example/Bulk/x"), None);
    }
}
