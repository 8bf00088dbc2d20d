//! What opens SCIM, made and ended in the pages of the application.

mod client;
mod played;

use axum::body::Body;
use axum::http::{Request, header};
use client::{Answer, TOKEN};
use played::{ID, Played, SECRET, basic, refusal};
use serde_json::{Value, json};

const KEY: &str = "console-key";
const GRANT: (&str, &str) = ("grant_type", "client_credentials");

fn playing(name: &str) -> Played {
    Played::but(name, |config| config.console_key = Some(KEY.into()))
}

/// A request to the pages.
async fn page(server: &Played, method: &str, path: &str, body: Option<Value>) -> Answer {
    let request = Request::builder().method(method).uri(format!("/app{path}"));
    let request = request.header(header::AUTHORIZATION, format!("Bearer {KEY}"));
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let answer = server.client.send(request.body(body).expect("a request")).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    answer
}

#[tokio::test]
async fn a_configuration_is_seen_renewed_deleted_and_made() {
    let server = playing("rxnt");
    let shown = page(&server, "GET", "/configuration", None).await;
    let expected = json!({
        "scimEndpoint": "http://scim.example/scim/v2", "tokenEndpoint": "http://scim.example/oauth/token",
        "authorizationEndpoint": null, "clientId": ID, "clientSecret": null, "token": null,
    });
    assert_eq!((shown.status, &shown.body), (200, &expected));
    assert_eq!(page(&server, "POST", "/configuration", None).await.status, 409);

    let renewed = page(&server, "POST", "/configuration/secret", None).await;
    let secret = renewed.body["clientSecret"].as_str().expect("it is new");
    assert_eq!(refusal(&server.ask(&[GRANT]).await), (401, "invalid_client"));
    assert_eq!(server.post("/oauth/token", Some(&basic(ID, secret)), &[GRANT]).await.status, 200);

    assert_eq!(page(&server, "DELETE", "/configuration", None).await.status, 204);
    for (method, path) in [("GET", "/configuration"), ("DELETE", "/configuration"), ("POST", "/configuration/secret")] {
        assert_eq!(page(&server, method, path, None).await.status, 404, "{method} {path}");
    }
    assert_eq!(server.status(TOKEN).await, 401);

    let made = page(&server, "POST", "/configuration", None).await;
    assert_eq!(made.status, 201);
    let text = |name: &str| made.body[name].as_str().expect("it is new").to_owned();
    let header = basic(&text("clientId"), &text("clientSecret"));
    assert_eq!(server.post("/oauth/token", Some(&header), &[GRANT]).await.status, 200);
    assert_eq!(server.status(&text("token")).await, 200);
    let events = String::from_utf8(page(&server, "GET", "/events", None).await.bytes).expect("UTF-8");
    assert!(events.contains("secret made anew") && events.contains("configuration deleted"));
    for secret in [SECRET, secret, &text("clientSecret"), &text("token")] {
        assert!(!events.contains(secret), "events hold no secrets");
    }
}

#[tokio::test]
async fn people_make_tokens_and_take_them_back() {
    let server = playing("rudderstack");
    let made = page(&server, "POST", "/tokens", Some(json!({"role": "Member"}))).await;
    assert_eq!(made.status, 201);
    let token = made.body["token"].as_str().expect("a token");
    assert_eq!(server.status(token).await, 403);
    let list = page(&server, "GET", "/tokens", None).await;
    assert_eq!((&list.body["total"], &list.body["items"][0]["role"]), (&json!(1), &json!("Member")));
    assert!(!String::from_utf8_lossy(&list.bytes).contains(token), "it is shown once");
    let number = &list.body["items"][0]["number"];
    assert_eq!(page(&server, "DELETE", &format!("/tokens/{number}"), None).await.status, 204);
    assert_eq!(page(&server, "DELETE", &format!("/tokens/{number}"), None).await.status, 404);
    assert_eq!(page(&server, "DELETE", "/tokens/first", None).await.status, 404);
    assert_eq!(server.status(token).await, 401);
    assert_eq!(page(&server, "POST", "/tokens", Some(json!({"role": "Owner"}))).await.status, 422);
    assert_eq!(page(&server, "POST", "/tokens", None).await.status, 400);
}

#[tokio::test]
async fn what_a_product_does_not_have_is_not_there() {
    for name in ["mdscripts", "reftab", "rudderstack"] {
        let server = playing(name);
        for (method, path) in [("GET", "/configuration"), ("POST", "/configuration"), ("DELETE", "/configuration")] {
            assert_eq!(page(&server, method, path, None).await.status, 404, "{name} {method} {path}");
        }
        assert_eq!(server.status(TOKEN).await, 200);
    }
    let server = playing("rxnt");
    assert_eq!(page(&server, "POST", "/tokens", Some(json!({"role": "Admin"}))).await.status, 404);
    assert_eq!(page(&playing("rubiconmd"), "DELETE", "/configuration", None).await.status, 404);
}
