//! The wire: headers, JSON and errors.

use crate::choice::{Choice, choice, prove, said};
use crate::client::{Client, TOKEN, USER};
use scim_reference_server::Policy;
use scim_reference_server::policy::{Errors, Etag, Repeated, StaleVersion, WrongMethod};
use serde_json::json;

#[tokio::test]
async fn each_reading_comes_to_what_is_said_of_it() {
    prove(CHOICES).await;
}

pub(crate) static CHOICES: &[Choice] = &[
    choice!(
        "A21",
        "`If-Match` names another version: with which status is it refused?",
        [offers.stale_version],
        "PUT with `If-Match: W/\"old\"`",
        stale_version,
        (StaleVersion::PreconditionFailed, "412"),
        (StaleVersion::Conflict, "409"),
    ),
    choice!(
        "A22",
        "A weak version in `If-Match`: can it match?",
        [offers.etag],
        "PUT with `If-Match: W/\"old\"`, and with the version of the user, which is weak",
        weak_version,
        (Etag::Offered, "412 and done"),
        (Etag::StrongMatch, "412 and 412"),
        (Etag::Ignored, "done and done"),
    ),
    choice!(
        "A44",
        "`meta.location` is the same as `Content-Location`: is there such a header?",
        [wire.content_location],
        "GET of a user; whether there is",
        content_location,
        (false, "false"),
        (true, "true"),
    ),
    choice!(
        "A62",
        "An address does not have that method: with which status is it refused?",
        [wire.wrong_method],
        "DELETE of `/Users`",
        wrong_method,
        (WrongMethod::NotAllowed, "405"),
        (WrongMethod::NotFound, "404"),
        (WrongMethod::NotImplemented, "501"),
    ),
    choice!(
        "A69",
        "JSON names a member twice: does the last one count?",
        [wire.repeated_names],
        "POST with two userNames",
        repeated_name,
        (Repeated::Refused, "400 invalidSyntax"),
        (Repeated::LastWins, "created"),
    ),
    choice!(
        "A70",
        "`scimType`: may there be keywords that the RFC does not have?",
        [wire.errors],
        "POST without userName",
        keyword,
        (Errors::Usual, "400 invalidValue"),
        (Errors::OwnKeywords, "400 valueRejected"),
        ..
    ),
    choice!(
        "",
        "The token stands in the Authorization header without a scheme: is it taken?",
        [raw_token],
        "GET of `/Users` with the token alone",
        token_without_scheme,
        (false, "401"),
        (true, "done"),
    ),
    choice!(
        "",
        "A client accepts `application/json` and says nothing of SCIM's own media type: does it get that?",
        [wire.json_on_request],
        "GET of `/Users` with `Accept: application/json`; the media type of the answer",
        plain_json,
        (false, "application/scim+json"),
        (true, "application/json"),
    ),
    choice!(
        "",
        "There is no token at all: may anybody write, as where people sign up themselves?",
        [anonymous_writes],
        "POST of a user without a token",
        stranger,
        (false, "401"),
        (true, "created"),
    ),
];

async fn plain_json(client: Client) -> String {
    let token = format!("Bearer {TOKEN}");
    let headers = [("authorization", token.as_str()), ("accept", "application/json")];
    client.bare("GET", "/Users", &headers, "").await.header("content-type").to_owned()
}

async fn stranger(client: Client) -> String {
    let body = json!({"schemas": [USER], "userName": "a"}).to_string();
    said(&client.bare("POST", "/Users", &[("content-type", "application/scim+json")], body).await)
}

async fn stale_version(client: Client) -> String {
    let id = client.user("a").await;
    put(&client, &id, "W/\"old\"").await
}

async fn weak_version(client: Client) -> String {
    let id = client.user("a").await;
    let stale = put(&client, &id, "W/\"old\"").await;
    let version = client.get(&format!("/Users/{id}")).await.body["meta"]["version"].clone();
    let version = version.as_str().expect("a version");
    assert!(version.starts_with("W/"), "{version}");
    format!("{stale} and {}", put(&client, &id, version).await)
}

async fn content_location(client: Client) -> String {
    let answer = client.get(&format!("/Users/{}", client.user("a").await)).await;
    let header = answer.header("content-location");
    assert!(header.is_empty() || answer.body["meta"]["location"] == header, "{answer:?}");
    (!header.is_empty()).to_string()
}

async fn wrong_method(client: Client) -> String {
    said(&client.delete("/Users").await)
}

async fn repeated_name(client: Client) -> String {
    let body = format!(r#"{{"schemas": ["{USER}"], "userName": "first", "userName": "last"}}"#);
    let answer = client.raw("POST", "/Users", "application/scim+json", Some(body)).await;
    assert!(answer.status == 400 || answer.body["userName"] == "last", "{answer:?}");
    said(&answer)
}

async fn keyword(client: Client) -> String {
    said(&client.post("/Users", json!({"schemas": [USER]})).await)
}

async fn token_without_scheme(client: Client) -> String {
    said(&client.bare("GET", "/Users", &[("authorization", TOKEN)], "").await)
}

/// What is said to a PUT under a condition.
async fn put(client: &Client, id: &str, version: &str) -> String {
    let token = format!("Bearer {TOKEN}");
    let headers = [("authorization", token.as_str()), ("if-match", version), ("content-type", "application/scim+json")];
    let body = json!({"schemas": [USER], "userName": "a"}).to_string();
    said(&client.bare("PUT", &format!("/Users/{id}"), &headers, body).await)
}
