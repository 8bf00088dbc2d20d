//! What Okta sends, word for word (OKTA-USR-…, OKTA-GRP-… of the catalogue).

pub mod organisation;
pub mod runscope;

use serde_json::{Value, json};

use crate::scim::patch;
use crate::target::Request;

/// The page size of imports and look-ups (OKTA-LIM-001).
pub const PAGE: usize = 100;

/// The look-up before every create: `userName eq "…"` (OKTA-USR-001).
pub fn look_up_user(user_name: &str) -> Request {
    look_up("/Users", "userName", user_name)
}

/// The look-up of a group whose id Okta does not know (OKTA-GRP-003).
pub fn look_up_group(display_name: &str) -> Request {
    look_up("/Groups", "displayName", display_name)
}

fn look_up(collection: &str, attribute: &str, value: &str) -> Request {
    filtered(collection, &format!("{attribute} eq {}", Value::from(value)))
}

/// The first page of those that a filter finds.
pub fn filtered(collection: &str, filter: &str) -> Request {
    Request::get(collection).query("filter", filter).query("startIndex", 1).query("count", PAGE)
}

/// One page of an import (OKTA-IMP-001).
pub fn import_page(collection: &str, start_index: usize) -> Request {
    Request::get(collection).query("startIndex", start_index).query("count", PAGE)
}

/// The first request when an admin saves the integration (OKTA-TST-001).
pub fn test_connection() -> Request {
    Request::get("/Users").query("startIndex", 1).query("count", 2)
}

/// Activation and deactivation of catalogue integrations: path-less (OKTA-USR-036).
pub fn set_active(active: bool) -> Value {
    patch::message(vec![patch::pathless("replace", json!({ "active": active }))])
}

/// The rename that precedes each change of members (OKTA-GRP-005).
pub fn rename_group(id: &str, display_name: &str) -> Value {
    patch::message(vec![patch::pathless("replace", json!({"id": id, "displayName": display_name}))])
}
