//! PATCH messages (RFC 7644 §3.5.2).

use serde_json::{Value, json};

use super::urn;

/// A PatchOp message of these operations.
pub fn message(operations: Vec<Value>) -> Value {
    json!({"schemas": [urn::PATCH_OP], "Operations": operations})
}

/// `{"op": …, "path": …, "value": …}`.
pub fn operation(op: &str, path: &str, value: Value) -> Value {
    json!({"op": op, "path": path, "value": value})
}

/// `{"op": …, "value": {…}}`: the path-less form that Okta sends.
pub fn pathless(op: &str, value: Value) -> Value {
    json!({"op": op, "value": value})
}

/// `{"op": "remove", "path": …}`.
pub fn remove(path: &str) -> Value {
    json!({"op": "remove", "path": path})
}

/// `members[value eq "id"]`, the path by which Okta names a member.
pub fn member_path(id: &str) -> String {
    format!("members[value eq {}]", Value::from(id))
}

/// The change as PATCH paths with their values: sub-attributes by a dot, extension attributes behind their URN.
pub fn leaves(change: &Value) -> Vec<(String, Value)> {
    let Some(change) = change.as_object() else { return Vec::new() };
    let of_attribute = |(name, value): (&String, &Value)| match value {
        Value::Object(parts) => {
            let joint = if name.contains(':') { ":" } else { "." };
            parts.iter().map(|(part, value)| (format!("{name}{joint}{part}"), value.clone())).collect()
        }
        other => vec![(name.clone(), other.clone())],
    };
    change.iter().flat_map(of_attribute).collect()
}
