//! Error messages.

use crate::client::{Answer, Client, GROUP, PATCH, TOKEN, USER, config, encoded};
use axum::body::Body;
use axum::http::Request;
use scim_reference_server::defects::{Defect, Twist};
use scim_reference_server::{Config, Policy};
use serde_json::{Value, json};
use std::num::NonZeroU64;

/// The keywords of RFC 7644, table 9, and of RFC 9865, table 3.
const KEYWORDS: [&str; 13] = [
    "invalidFilter",
    "tooMany",
    "uniqueness",
    "mutability",
    "invalidSyntax",
    "invalidPath",
    "noTarget",
    "invalidValue",
    "invalidVers",
    "sensitive",
    "invalidCursor",
    "expiredCursor",
    "invalidCount",
];

/// One refusal of each kind.
async fn refusals(client: &Client) -> Vec<(u16, &'static str, Answer)> {
    let user = format!("/Users/{}", client.user("ann").await);
    client.user("bob").await;
    let patch = |operation: Value| json!({"schemas": [PATCH], "Operations": [operation]});
    let large = json!({"schemas": [USER], "userName": "x".repeat(1024 * 1024)});
    let wrong = |query: &str| format!("/Users?{query}");
    let filter = wrong(&format!("filter={}", encoded("userName zz 1")));
    let mut all = Vec::new();
    for (status, keyword, method, path, body) in [
        (400, "invalidSyntax", "POST", "/Users", json!({"userName": "c"})),
        (400, "invalidSyntax", "POST", "/Users", json!([])),
        (400, "invalidSyntax", "PATCH", &user, json!({"schemas": [PATCH]})),
        (400, "invalidValue", "POST", "/Users", json!({"schemas": [USER]})),
        (400, "invalidValue", "POST", "/Users", json!({"schemas": [USER], "userName": "c", "active": "no"})),
        (400, "invalidValue", "GET", &wrong("count=many"), Value::Null),
        (400, "invalidFilter", "GET", &filter, Value::Null),
        (400, "invalidPath", "PATCH", &user, patch(json!({"op": "replace", "path": "name..x", "value": "x"}))),
        (400, "noTarget", "PATCH", &user, patch(json!({"op": "remove"}))),
        (400, "mutability", "PATCH", &user, patch(json!({"op": "replace", "path": "id", "value": "x"}))),
        (400, "invalidCursor", "GET", &wrong("cursor=nonsense"), Value::Null),
        (409, "uniqueness", "POST", "/Users", json!({"schemas": [USER], "userName": "bob"})),
        (409, "uniqueness", "PUT", &user, json!({"schemas": [USER], "userName": "bob"})),
        (404, "", "GET", "/Users/nobody", Value::Null),
        (404, "", "DELETE", "/Groups/nobody", Value::Null),
        (404, "", "GET", "/Nothing", Value::Null),
        (405, "", "DELETE", "/Users", Value::Null),
        (413, "", "POST", "/Users", large),
    ] {
        let body = (!body.is_null()).then_some(body);
        all.push((status, keyword, client.scim(method, path, body).await));
    }
    let media = client.raw("POST", "/Users", "text/plain", Some("x")).await;
    all.push((415, "", media));
    all
}

/// RFC7644-3.12-14, RFC7644-3.12-15, RFC7644-3.12-17, RFC7644-3.12-26, RFC7644-3.2-06
#[tokio::test]
async fn an_error_is_told_in_the_status_and_in_the_body() {
    let client = Client::rfc();
    for (status, _, answer) in refusals(&client).await {
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(answer.header("content-type"), "application/scim+json", "{answer:?}");
        let names: Vec<&str> = answer.body.as_object().unwrap().keys().map(String::as_str).collect();
        assert!(names.iter().all(|name| ["schemas", "status", "scimType", "detail"].contains(name)), "{names:?}");
        assert_eq!(answer.body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
        assert_eq!(answer.body["status"], json!(status.to_string()));
        let detail = answer.body["detail"].as_str().expect("a sentence");
        assert!(!detail.is_empty() && detail.len() < 400 && !detail.contains('\n'), "{detail}");
        for inside in ["panicked", ".rs", "src/", "0x", "thread"] {
            assert!(!detail.contains(inside), "{detail}");
        }
    }
    let client = Client::varied("error.without-detail");
    for (status, _, answer) in refusals(&client).await {
        assert_eq!((answer.status, answer.body.get("detail")), (status, None));
    }
}

/// RFC7644-3.12-16, RFC7644-3.12-18, RFC7644-3.12-19, RFC7644-3.12-20, RFC7644-3.12-21
#[tokio::test]
async fn a_keyword_says_what_was_wrong_where_there_is_one() {
    for (status, keyword, answer) in refusals(&Client::rfc()).await {
        assert_eq!(answer.error(), (status, keyword));
        assert_eq!(answer.body.get("scimType").is_some(), !keyword.is_empty(), "{answer:?}");
        assert!(keyword.is_empty() || KEYWORDS.contains(&keyword), "{answer:?}");
        assert!(keyword.is_empty() || status == 400 || (status, keyword) == (409, "uniqueness"), "{answer:?}");
    }
}

/// RFC7644-3.12-20, RFC7644-3.12-21
#[tokio::test]
async fn what_is_missing_and_what_is_taken_have_a_status_each() {
    let client = Client::rfc();
    let id = client.user("ann").await;
    for path in ["/Users/x", "/Groups/x", "/ResourceTypes/X", "/Schemas/urn:x", "/X", "/X/y"] {
        assert_eq!(client.get(path).await.error(), (404, ""), "{path}");
    }
    let group = json!({"schemas": [GROUP], "displayName": "g"});
    assert_eq!(client.put(&format!("/Groups/{id}"), group).await.error(), (404, ""), "a user is no group");
    assert_eq!(client.post("/Users", json!({"schemas": [USER], "userName": "ANN"})).await.error(), (409, "uniqueness"));
}

/// RFC7644-3.12-22
#[tokio::test]
async fn what_is_not_offered_is_not_implemented() {
    let client = Client::varied("offers.no-patch");
    let path = format!("/Users/{}", client.user("ann").await);
    assert_eq!(client.get("/ServiceProviderConfig").await.body["patch"]["supported"], false);
    let title = json!([{"op": "replace", "path": "title", "value": "T"}]);
    assert_eq!(client.patch(&path, title.clone()).await.error(), (501, ""));
    assert_eq!(client.get(&path).await.body["title"], "Tester");
    let client = Client::varied("patch.no-content");
    let path = format!("/Users/{}", client.user("ann").await);
    assert_eq!(client.patch(&path, title).await.status, 204, "what is offered is done");
}

/// RFC7644-3.12-25, RFC7644-3.13-01
#[tokio::test]
async fn another_version_of_the_protocol_is_refused_as_such() {
    let client = Client::rfc();
    let ann = format!("/Users/{}", client.user("ann").await);
    let before = client.get(&ann).await.body;
    let user = json!({"schemas": [USER], "userName": "bob"});
    let patch = json!({"schemas": [PATCH], "Operations": [{"op": "replace", "path": "title", "value": "T"}]});
    for version in ["v1", "v3", "v2.1", "v1.1", "v02"] {
        for (method, rest, body) in [
            ("GET", "", &Value::Null),
            ("GET", "/ServiceProviderConfig", &Value::Null),
            ("GET", "/Users", &Value::Null),
            ("GET", &ann, &Value::Null),
            ("POST", "/Users", &user),
            ("PUT", &ann, &user),
            ("PATCH", &ann, &patch),
            ("DELETE", &ann, &Value::Null),
        ] {
            let request = Request::builder()
                .method(method)
                .uri(format!("/scim/{version}{rest}"))
                .header("authorization", format!("Bearer {TOKEN}"))
                .header("content-type", "application/scim+json")
                .body(Body::from(body.to_string()))
                .unwrap();
            assert_eq!(client.send(request).await.error(), (400, "invalidVers"), "{method} {version}{rest}");
        }
    }
    assert_eq!(client.get("/Users").await.resources(), [before]);
}

/// RFC7644-3.12-23
#[tokio::test]
async fn a_mistake_of_the_server_s_own_is_told_without_its_secrets() {
    static MISTAKE: Defect = Defect {
        name: "test.mistake",
        sentence: "Deleting fails with a stack trace.",
        area: "test",
        breaks: &[],
        twist: Twist::Request(|operation| {
            assert!(!format!("{operation:?}").starts_with("Delete"), "at src/secret.rs, provoked by a test");
        }),
    };
    let client = Client::with(Config { policy: Policy::rfc(), defects: vec![&MISTAKE], ..config() });
    let path = format!("/Users/{}", client.user("ann").await);
    let answer = client.delete(&path).await;
    assert_eq!(answer.error(), (500, ""));
    let text = String::from_utf8_lossy(&answer.bytes);
    assert!(!text.contains("secret") && !text.contains("provoked"), "{text}");
    assert_eq!(client.get(&path).await.status, 200, "the server lives on");
    for (status, _, answer) in refusals(&Client::rfc()).await {
        assert!(status < 500 && answer.status < 500, "no client's mistake is the server's: {answer:?}");
    }
}

/// RFC6585-4-01, RFC6585-4-02
#[tokio::test]
async fn whoever_asks_too_often_is_told_to_wait() {
    let client = Client::rfc_but(|policy| policy.wire.busy = NonZeroU64::new(2));
    let body = json!({"schemas": [USER], "userName": "ann"});
    assert_eq!(client.get("/Users").await.body["totalResults"], 0);
    let answer = client.post("/Users", body.clone()).await;
    assert_eq!(answer.error(), (429, ""));
    assert!(answer.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0), "{answer:?}");
    assert_eq!(client.get("/Users").await.body["totalResults"], 0, "what is put off is not done");
    client.get("/Users").await;
    assert_eq!(client.post("/Users", body).await.status, 201, "what is sent again is done");
}
