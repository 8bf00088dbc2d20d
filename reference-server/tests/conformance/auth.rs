//! Authentication and authorization.

use crate::client::{Answer, Client, TOKEN, USER, config};
use scim_reference_server::{Config, Policy};
use serde_json::{Value, json};

/// Headers that open nothing.
const WRONG: [&str; 6] =
    ["Bearer invalid", "Bearer ", "Bearer sesame x", "Basic Zm9vOmJhcg==", "sesame", "Token sesame"];

async fn send(client: &Client, method: &str, path: &str, authorization: Option<&str>, body: &Value) -> Answer {
    let headers = [("content-type", "application/scim+json"), ("authorization", authorization.unwrap_or_default())];
    let headers = &headers[..if authorization.is_some() { 2 } else { 1 }];
    client.bare(method, path, headers, body.to_string()).await
}

async fn get(client: &Client, authorization: Option<&str>) -> Answer {
    send(client, "GET", "/Users", authorization, &Value::Null).await
}

/// RFC7644-2-01, RFC7644-3.12-02
#[tokio::test]
async fn who_does_not_show_the_token_is_told_how_to() {
    let client = Client::rfc();
    for authorization in std::iter::once(None).chain(WRONG.map(Some)) {
        for (method, path) in
            [("GET", "/Users"), ("POST", "/Users"), ("DELETE", "/Users/x"), ("GET", "/Schemas"), ("GET", "/Nothing")]
        {
            let answer = send(&client, method, path, authorization, &json!({})).await;
            assert_eq!(answer.error(), (401, ""), "{method} {path} {authorization:?}");
            assert!(!answer.header("www-authenticate").is_empty(), "{method} {path} {authorization:?}");
            assert!(!String::from_utf8_lossy(&answer.bytes).contains(TOKEN), "{method} {path} {authorization:?}");
        }
    }
    assert_eq!(get(&client, Some("Bearer sesame")).await.status, 200);
}

/// RFC6750-3-01, RFC6750-3-02, RFC6750-3.1-01
#[tokio::test]
async fn the_challenge_names_the_realm_and_what_was_wrong_with_a_token() {
    let client = Client::rfc();
    assert_eq!(get(&client, None).await.header("www-authenticate"), "Bearer realm=\"scim\"");
    for wrong in WRONG {
        let challenge = get(&client, Some(wrong)).await.header("www-authenticate").to_owned();
        assert_eq!(challenge, "Bearer realm=\"scim\", error=\"invalid_token\"", "{wrong}");
    }
    let client = Client::varied("auth.two-challenges");
    let challenge = get(&client, None).await.header("www-authenticate").to_owned();
    assert!(challenge.contains("Bearer realm=\"scim\"") && !challenge.contains("error="), "{challenge}");
}

/// RFC6750-3.1-02
#[tokio::test]
async fn whoever_shows_two_tokens_is_told_to_show_one() {
    let client = Client::rfc();
    for (one, other) in [("Bearer sesame", "Bearer sesame"), ("Bearer sesame", "Basic Zm9vOmJhcg=="), ("x", "y")] {
        let answer = client.bare("GET", "/Users", &[("authorization", one), ("authorization", other)], "").await;
        assert_eq!(answer.error(), (400, ""), "{one}, {other}");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"scim\", error=\"invalid_request\"");
    }
}

/// RFC6750-2.3-01
#[tokio::test]
async fn a_token_in_the_address_opens_nothing() {
    let client = Client::rfc();
    for path in ["/Users?access_token=sesame", "/Users?access_token=Bearer+sesame&count=1", "/Users?token=sesame"] {
        let answer = client.bare("GET", path, &[], "").await;
        assert_eq!(answer.error(), (401, ""), "{path}");
    }
    let form = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(client.bare("POST", "/Users/.search", &form, "access_token=sesame").await.error(), (401, ""));
}

/// RFC9110-11.1-01
#[tokio::test]
async fn the_scheme_is_read_in_any_case_and_the_token_is_not() {
    let client = Client::rfc();
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        assert_eq!(get(&client, Some(&format!("{scheme} sesame"))).await.status, 200, "{scheme}");
        assert_eq!(get(&client, Some(&format!("{scheme} SESAME"))).await.status, 401, "{scheme}");
    }
}

/// RFC7644-3.12-04
#[tokio::test]
async fn who_is_not_let_in_changes_nothing() {
    let client = Client::rfc();
    let ann = client.user("ann").await;
    let (user, group) = (format!("/Users/{ann}"), format!("/Groups/{}", client.group("crew", &[&ann]).await));
    let before = [client.get("/Users").await.body, client.get("/Groups").await.body];
    let new = json!({"schemas": [USER], "userName": "bob"});
    let changes = json!([{"op": "replace", "path": "displayName", "value": "X"}]);
    let patch = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": changes});
    for authorization in std::iter::once(None).chain(WRONG.map(Some)) {
        for (method, path, body) in [
            ("POST", "/Users", &new),
            ("PUT", &user, &new),
            ("PATCH", &user, &patch),
            ("PATCH", &group, &patch),
            ("DELETE", &user, &Value::Null),
            ("DELETE", &group, &Value::Null),
        ] {
            let answer = send(&client, method, path, authorization, body).await;
            assert_eq!(answer.error(), (401, ""), "{method} {path} {authorization:?}");
        }
    }
    assert_eq!([client.get("/Users").await.body, client.get("/Groups").await.body], before);
}

/// RFC7644-2.2-01
#[tokio::test]
async fn strangers_may_sign_up_only_where_that_is_wanted() {
    let new = json!({"schemas": [USER], "userName": "bob"});
    assert_eq!(send(&Client::rfc(), "POST", "/Users", None, &new).await.error(), (401, ""));
    let open = Client::rfc_but(|policy| policy.anonymous_writes = true);
    assert_eq!(send(&open, "POST", "/Users", None, &new).await.status, 201);
    assert_eq!(get(&open, None).await.error(), (401, ""), "writing is not reading");
}

/// RFC7644-3.12-03, RFC6750-3.1-02
#[tokio::test]
async fn a_token_for_reading_alone_changes_nothing() {
    let client = Client::with(Config { policy: Policy::rfc(), reader_token: Some("peep".to_owned()), ..config() });
    let path = format!("/Users/{}", client.user("ann").await);
    let before = client.get("/Users").await.body;
    let new = json!({"schemas": [USER], "userName": "bob"});
    for (method, path, body) in [("POST", "/Users", &new), ("PUT", &path, &new), ("DELETE", &path, &Value::Null)] {
        let answer = send(&client, method, path, Some("Bearer peep"), body).await;
        assert_eq!(answer.error(), (403, ""), "{method}");
        let challenge = "Bearer realm=\"scim\", error=\"insufficient_scope\"";
        assert_eq!(answer.header("www-authenticate"), challenge, "{method}");
    }
    let read = get(&client, Some("Bearer peep")).await;
    assert_eq!((read.status, read.body), (200, before));
}
