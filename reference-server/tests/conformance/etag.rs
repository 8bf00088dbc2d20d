//! Versions and preconditions.

use crate::client::{Answer, Client, GROUP, USER, config};
use axum::body::Body;
use axum::http::{HeaderName, Request, header};
use scim_reference_server::policy::{Etag, StaleVersion, Versions};
use scim_reference_server::{Config, Policy};
use serde_json::{Value, json};

/// A request with one condition.
async fn under(client: &Client, method: &str, path: &str, name: HeaderName, tag: &str, body: Option<Value>) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("/scim/v2{path}"))
        .header(header::AUTHORIZATION, "Bearer sesame")
        .header(header::CONTENT_TYPE, "application/scim+json")
        .header(name, tag);
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    client.send(request.body(body).expect("a request")).await
}

fn with(change: impl FnOnce(&mut Policy)) -> Client {
    let mut policy = Policy::rfc();
    change(&mut policy);
    Client::with(Config { policy, ..config() })
}

/// RFC7644-3.14-01 RFC7644-3.14-02 RFC7644-3.14-03 RFC7232-2.3-01 RFC7232-2.1-01 RFC7643-3.1-25
#[tokio::test]
async fn a_resource_shows_its_version_in_header_and_meta() {
    for (versions, start) in [(Versions::Weak, "W/\""), (Versions::Strong, "\"")] {
        let client = with(|policy| policy.shown.versions = versions);
        let created = client.post("/Users", json!({"schemas": [USER], "userName": "ann"})).await;
        let path = format!("/Users/{}", created.id());
        let mut seen: Vec<String> = Vec::new();
        let put = json!({"schemas": [USER], "userName": "ann", "title": "Boss"});
        for answer in [
            created,
            client.put(&path, put).await,
            client.patch(&path, json!([{"op": "replace", "path": "title", "value": "Chief"}])).await,
        ] {
            let tag = answer.header("etag").to_owned();
            assert!(tag.starts_with(start) && tag.ends_with('"') && tag.len() > start.len() + 1, "{tag}");
            assert_eq!(answer.body["meta"]["version"], tag);
            assert!(!seen.contains(&tag), "{tag} stood for another representation");
            seen.push(tag);
        }
        let last = seen.last().map(String::as_str);
        for _ in 0..2 {
            assert_eq!(Some(client.get(&path).await.header("etag")), last);
        }
        let thin = client.get(&format!("{path}?attributes=userName")).await;
        assert_eq!(Some(thin.header("etag")), last);
    }
}

/// What leaves a resource as it is leaves its version; members count as a part of a group.
/// RFC7232-2.1-01
#[tokio::test]
async fn a_version_changes_with_the_resource_and_only_then() {
    let client = Client::rfc();
    let user = client.user("ann").await;
    let group = format!("/Groups/{}", client.group("g", &[]).await);
    let version = async || client.get(&group).await.header("etag").to_owned();
    let empty = version().await;
    let join = json!([{"op": "add", "path": "members", "value": [{"value": user}]}]);
    client.patch(&group, join.clone()).await;
    let joined = version().await;
    assert_ne!(empty, joined);
    client.patch(&group, join).await;
    assert_eq!(version().await, joined);
    let refused = client.patch(&group, json!([{"op": "replace", "path": "nope", "value": "x"}])).await;
    assert_eq!((refused.status, version().await), (400, joined.clone()));
    client.delete(&format!("/Users/{user}")).await;
    assert_ne!(version().await, joined);
}

/// RFC7644-3.14-04 RFC7232-3.2-01 RFC7232-3.2-02 RFC7232-4.1-01
#[tokio::test]
async fn a_reader_who_has_it_gets_nothing() {
    let client = Client::rfc();
    let path = format!("/Users/{}", client.user("ann").await);
    let tag = client.get(&path).await.header("etag").to_owned();
    let strong = tag.trim_start_matches("W/").to_owned();
    let several = format!("\"other\", {tag}");
    for known in [tag.as_str(), &strong, &several, "*"] {
        for method in ["GET", "HEAD"] {
            let answer = under(&client, method, &path, header::IF_NONE_MATCH, known, None).await;
            assert_eq!((answer.status, answer.header("etag"), answer.bytes.len()), (304, &*tag, 0), "{known}");
            assert!(!answer.headers.contains_key("content-type"));
        }
    }
    client.patch(&path, json!([{"op": "replace", "path": "title", "value": "Chief"}])).await;
    for old in [tag.as_str(), "\"other\"", "nonsense"] {
        let answer = under(&client, "GET", &path, header::IF_NONE_MATCH, old, None).await;
        assert_eq!((answer.status, &answer.body["title"]), (200, &json!("Chief")), "{old}");
    }
}

/// Every write × every condition that holds, and that does not.
/// RFC7644-3.14-05 RFC7644-3.12-13 RFC7644-3.12-21 RFC7232-3.1-01 RFC7232-3.1-02 RFC7232-3.1-03 RFC7232-3.2-03
#[tokio::test]
async fn a_write_is_carried_out_only_if_the_condition_holds() {
    let client = Client::rfc();
    for method in ["PUT", "PATCH", "DELETE"] {
        for (endpoint, schema, name) in [("/Users", USER, "userName"), ("/Groups", GROUP, "displayName")] {
            let body = json!({"schemas": [schema], name: format!("{method}-0")});
            let path = format!("{endpoint}/{}", client.post(endpoint, body).await.id());
            let write = |number: u8| match method {
                "PUT" => Some(json!({"schemas": [schema], name: format!("{method}-{number}")})),
                "PATCH" => Some(json!({
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                    "Operations": [{"op": "replace", "path": name, "value": format!("{method}-{number}")}],
                })),
                _ => None,
            };
            let before = client.get(&path).await;
            let tag = before.header("etag").to_owned();
            for (condition, wrong) in [
                (header::IF_MATCH, "W/\"stale\"".to_owned()),
                (header::IF_MATCH, "\"a\", \"b\"".to_owned()),
                (header::IF_MATCH, "nonsense".to_owned()),
                (header::IF_MATCH, String::new()),
                (header::IF_NONE_MATCH, tag.clone()),
                (header::IF_NONE_MATCH, "*".to_owned()),
            ] {
                let answer = under(&client, method, &path, condition, &wrong, write(1)).await;
                assert_eq!(answer.error(), (412, ""), "{method} {wrong:?}");
                assert_eq!(client.get(&path).await.body, before.body, "{method} {wrong:?}");
            }
            if method != "DELETE" {
                let answer = under(&client, method, &path, header::IF_MATCH, &tag, write(2)).await;
                assert_eq!((answer.status, &answer.body[name]), (200, &json!(format!("{method}-2"))));
                let answer = under(&client, method, &path, header::IF_NONE_MATCH, &tag, write(3)).await;
                assert_eq!((answer.status, &answer.body[name]), (200, &json!(format!("{method}-3"))));
            }
            let answer = under(&client, method, &path, header::IF_MATCH, "*", write(4)).await;
            assert_eq!(answer.status, if method == "DELETE" { 204 } else { 200 });
            let gone = format!("{endpoint}/nobody");
            assert_eq!(under(&client, method, &gone, header::IF_MATCH, "*", write(5)).await.error(), (404, ""));
        }
    }
}

/// RFC7644-3.14-06
#[tokio::test]
async fn without_a_condition_a_write_is_unconditional() {
    let client = Client::rfc();
    let path = format!("/Users/{}", client.user("ann").await);
    let body = json!({"schemas": [USER], "userName": "ann"});
    assert_eq!(client.put(&path, body.clone()).await.status, 200);
    assert_eq!(client.put(&path, body).await.status, 200);
    assert_eq!(client.delete(&path).await.status, 204);
}

/// A server without ETags neither shows them nor heeds them.
/// RFC7644-3.14-07 RFC7643-5-19
#[tokio::test]
async fn a_server_without_versions_ignores_conditions() {
    let client = with(|policy| {
        policy.shown.versions = Versions::None;
        policy.offers.etag = Etag::Ignored;
    });
    assert_eq!(client.get("/ServiceProviderConfig").await.body["etag"]["supported"], false);
    let path = format!("/Users/{}", client.user("ann").await);
    let read = client.get(&path).await;
    assert!(!read.headers.contains_key("etag") && read.body["meta"].get("version").is_none());
    let body = json!({"schemas": [USER], "userName": "bob"});
    let put = under(&client, "PUT", &path, header::IF_MATCH, "\"x\"", Some(body)).await;
    assert_eq!((put.status, &put.body["userName"]), (200, &json!("bob")));
    assert_eq!(under(&client, "GET", &path, header::IF_NONE_MATCH, "*", None).await.status, 200);
}

/// The other readings: weak tags never match, and a stale version is a conflict.
/// RFC7232-3.1-03 RFC7644-3.12-13
#[tokio::test]
async fn other_readings() {
    let client = with(|policy| {
        policy.offers.etag = Etag::StrongMatch;
        policy.offers.stale_version = StaleVersion::Conflict;
    });
    let path = format!("/Users/{}", client.user("ann").await);
    let tag = client.get(&path).await.header("etag").to_owned();
    assert!(tag.starts_with("W/"));
    assert_eq!(under(&client, "DELETE", &path, header::IF_MATCH, &tag, None).await.error(), (409, ""));
    assert_eq!(under(&client, "DELETE", &path, header::IF_MATCH, "*", None).await.status, 204);
}
