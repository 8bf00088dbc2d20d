//! Resources as the server shows them, for whoever needs no server.

use std::sync::LazyLock;

use scimprove::scim::urn;
use serde_json::{Value, json};

/// The id of the user.
pub(crate) const USER_ID: &str = "2819c223-7f76-453a-919d-413861904646";
/// The id of the group.
pub(crate) const GROUP_ID: &str = "e9e30dba-f08f-4109-8486-d5c6a331660a";

/// A user with much in it.
pub(crate) static USER: LazyLock<Value> = LazyLock::new(|| {
    json!({
        "schemas": [urn::USER, urn::ENTERPRISE],
        "id": USER_ID,
        "externalId": "00uAda",
        "userName": "scim-kfuzzfuzzfuzz-s0@example.com",
        "name": {"givenName": "Ada", "familyName": "O'Neil"},
        "displayName": "Ada O'Neil",
        "title": "Tour Guide",
        "active": true,
        "emails": [
            {"value": "Ada@example.com", "type": "work", "primary": true},
            {"value": "ada@home.example", "type": "home"},
        ],
        "phoneNumbers": [{"value": "+1-555-0100", "type": "work"}],
        urn::ENTERPRISE: {"department": "Zo\u{eb} & Co", "employeeNumber": "7"},
        "meta": {
            "resourceType": "User", "created": "2027-01-15T08:00:00.001Z", "lastModified": "2027-01-15T08:00:00.005Z",
            "location": format!("http://scim.example/scim/v2/Users/{USER_ID}"), "version": "W/\"1\"",
        },
    })
});

/// A group with one member.
pub(crate) static GROUP: LazyLock<Value> = LazyLock::new(|| {
    json!({
        "schemas": [urn::GROUP],
        "id": GROUP_ID,
        "displayName": "scim kfuzzfuzzfuzz s1",
        "members": [{"value": USER_ID, "display": "Ada O'Neil", "type": "User"}],
        "meta": {
            "resourceType": "Group", "created": "2027-01-15T08:00:00.002Z", "lastModified": "2027-01-15T08:00:00.002Z",
            "location": format!("http://scim.example/scim/v2/Groups/{GROUP_ID}"), "version": "W/\"1\"",
        },
    })
});
