//! Asynchronous requests and security events (RFC 9967), which this server does not offer.

use crate::client::{Client, USER, config};
use axum::body::Body;
use axum::http::Request;
use scim_reference_server::{Config, Policy};
use serde_json::json;

/// RFC9967-4-01 RFC9967-4-02 RFC9967-4-03
#[tokio::test]
async fn the_config_says_that_there_are_none_or_nothing() {
    assert!(Client::rfc().get("/ServiceProviderConfig").await.body.get("securityEvents").is_none());
    let mut policy = Policy::rfc();
    policy.offers.later_features = true;
    let told = Client::with(Config { policy, ..config() }).get("/ServiceProviderConfig").await;
    assert_eq!(told.body["securityEvents"], json!({"asyncRequest": "none", "eventUris": []}));
}

/// RFC9967-4-04
#[tokio::test]
async fn a_wish_for_an_answer_later_means_nothing() {
    let request = Request::post("/scim/v2/Users")
        .header("authorization", "Bearer sesame")
        .header("content-type", "application/scim+json")
        .header("prefer", "respond-async")
        .body(Body::from(json!({"schemas": [USER], "userName": "ann"}).to_string()));
    let answer = Client::rfc().send(request.expect("a request")).await;
    assert_eq!((answer.status, &answer.body["userName"]), (201, &json!("ann")));
    assert!(!answer.headers.contains_key("preference-applied"));
}
