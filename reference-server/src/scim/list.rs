//! The ListResponse message.

use serde_json::{Value, json};

/// URN of the ListResponse message.
pub const LIST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// One page of a query's result, paged by cursor (RFC 9865 §2).
#[must_use]
pub fn cursor_response(total: usize, previous: Option<String>, next: Option<String>, resources: Vec<Value>) -> Value {
    let mut list = json!({ "schemas": [LIST_URN], "totalResults": total, "itemsPerPage": resources.len() });
    for (name, cursor) in [("previousCursor", previous), ("nextCursor", next)] {
        if let Some(cursor) = cursor {
            list[name] = cursor.into();
        }
    }
    list["Resources"] = resources.into();
    list
}

/// One page of a query's result. `Resources` is there even when empty: clients of both great identity providers read it.
#[must_use]
pub fn response(total: usize, start_index: usize, resources: Vec<Value>) -> Value {
    json!({
        "schemas": [LIST_URN],
        "totalResults": total,
        "startIndex": start_index,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })
}
