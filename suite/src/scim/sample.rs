//! Resources to create.

use serde_json::{Value, json};

use super::urn;

/// The user that Okta would create, key for key (Okta's SCIM 2.0 reference, "Create Users"); without a password.
pub fn okta_user(user_name: &str, given: &str, family: &str, external_id: &str) -> Value {
    json!({
        "schemas": [urn::USER],
        "userName": user_name,
        "name": {"givenName": given, "familyName": family},
        "emails": [{"primary": true, "value": user_name, "type": "work"}],
        "displayName": format!("{given} {family}"),
        "locale": "en-US",
        "externalId": external_id,
        "groups": [],
        "active": true,
    })
}

/// The least that a user can be.
pub fn minimal_user(user_name: &str) -> Value {
    json!({"schemas": [urn::USER], "userName": user_name})
}

/// A group with these members, each with a display as Okta sends it.
pub fn group(display_name: &str, members: &[(&str, &str)]) -> Value {
    let members: Vec<Value> = members.iter().map(|(id, name)| json!({"value": id, "display": name})).collect();
    json!({"schemas": [urn::GROUP], "displayName": display_name, "members": members})
}

/// Lays `change` over `resource`: objects are merged, everything else is replaced.
pub fn overlay(resource: &mut Value, change: &Value) {
    match (resource, change) {
        (Value::Object(resource), Value::Object(change)) => {
            for (name, value) in change {
                match resource.get_mut(name) {
                    Some(old) if old.is_object() => overlay(old, value),
                    _ => _ = resource.insert(name.clone(), value.clone()),
                }
            }
        }
        (resource, change) => *resource = change.clone(),
    }
}
