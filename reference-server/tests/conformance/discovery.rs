//! ServiceProviderConfig, ResourceTypes and Schemas.

use crate::client::Client;
use serde_json::json;

/// RFC7644-4-01
#[tokio::test]
async fn the_config_is_one_object() {
    let config = Client::rfc().get("/ServiceProviderConfig").await;
    assert_eq!(config.status, 200);
    assert_eq!(config.body["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"]));
    assert!(config.body.get("Resources").is_none());
}
