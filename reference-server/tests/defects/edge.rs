//! Probes of errors, authentication, media types and what an attacker tries.

use crate::client::{Answer, Client, TOKEN, USER, encoded};
use crate::together::OTHER_TOKEN;
use axum::body::Body;
use axum::http::{Request, header};
use serde_json::json;
use std::time::Duration;

const SCIM: &str = "application/scim+json";

pub(crate) async fn edge(defect: &str, client: &Client) -> bool {
    match defect {
        "error.plain-text" => {
            let mut right = true;
            for path in ["/Users/nobody", "/Nothing", "/Users?filter=", "/Me"] {
                right &= client.get(path).await.body.is_object();
            }
            right
        }
        "error.status-not-string" => client.get("/Users/nobody").await.body["status"] == "404",
        "media.plain-json-answer" => client.get("/Users").await.header("content-type") == "application/scim+json",
        "auth.write-without-token" => {
            let body = json!({"schemas": [USER], "userName": "stranger"}).to_string();
            let request = Request::post("/scim/v2/Users").header(header::CONTENT_TYPE, "application/scim+json");
            let write = client.send(request.body(Body::from(body)).expect("a request")).await;
            let read = Request::get(format!("/scim/v2/Users?filter={}", encoded("userName pr")));
            assert_eq!(client.send(read.body(Body::empty()).expect("a request")).await.status, 401);
            write.status == 401 && client.get("/Users").await.body["totalResults"] == 0
        }
        "security.password-returned" => {
            let body = json!({"schemas": [USER], "userName": "a", "password": "canary"});
            let created = client.post("/Users", body.clone()).await;
            let path = format!("/Users/{}", created.id());
            let put = client.put(&path, body).await;
            let patched = client.patch(&path, json!([{"op": "replace", "value": {"password": "canary2"}}])).await;
            let shows = [created, put, patched].map(|answer| String::from_utf8_lossy(&answer.bytes).contains("canary"));
            assert!(shows == [true; 3] || shows == [false; 3]);
            !shows[0]
        }
        "error.foreign-envelope" => client.get("/Users/nobody").await.body["schemas"].is_array(),
        "error.no-scim-type" => client.filter("/Users", "nonsense").await.body["scimType"] == "invalidFilter",
        "error.client-fault-500" => client.raw("POST", "/Users", SCIM, Some("{")).await.status == 400,
        "error.unknown-path-html" => client.get("/Nothing").await.body.is_object(),
        "auth.empty-bearer" => knock(client, Some("Bearer ")).await == 401,
        "auth.missing-token-500" => knock(client, None).await == 401,
        "auth.redirect-to-login" => knock(client, Some("Bearer wrong")).await == 401,
        "auth.bearer-scheme-refused" => knock(client, Some(&format!("bearer {TOKEN}"))).await == 200,
        "media.wrong-type" => client.get("/Users").await.header("content-type") == SCIM,
        "media.request-json-refused" => create_as(client, "application/json").await == 201,
        "media.request-scim-refused" => create_as(client, SCIM).await == 201,
        "media.charset-refused" => create_as(client, "application/scim+json; charset=utf-8").await == 201,
        "security.client-id-overwrites" | "security.external-id-maps-internal" => {
            let path = format!("/Users/{}", client.user("victim").await);
            let victim = client.get(&path).await.body;
            let key = if defect == "security.client-id-overwrites" { "id" } else { "externalId" };
            let body = json!({"schemas": [USER], "userName": "evil", key: victim[key]});
            assert_eq!(client.post("/Users", body).await.status, 201);
            client.get(&path).await.body["userName"] == "victim"
        }
        "security.filter-depth" => {
            let filter = format!("{}userName pr{}", "(".repeat(60), ")".repeat(60));
            in_time(client.filter("/Users", &filter)).await
        }
        "security.filter-injection" => {
            client.user("ann").await;
            client.names("userName eq \"x' or '1'='1\"").await.is_empty()
        }
        "performance.excluded-members-loaded" => {
            let path = format!("/Groups/{}?excludedAttributes=members", client.group("g", &[]).await);
            client.get(&path).await.body.get("members").is_none()
        }
        "performance.large-group-timeout" => {
            let path = format!("/Groups/{}", client.group("g", &[]).await);
            let mut members = Vec::new();
            for index in 0..60 {
                members.push(json!({"value": client.user(&format!("user{index}")).await}));
            }
            let push = client.patch(&path, json!([{"op": "add", "path": "members", "value": members}]));
            in_time(push).await && client.members(path.trim_start_matches("/Groups/")).await.len() == 60
        }
        "performance.throttle-without-retry-after" => {
            let mut right = true;
            for _ in 0..50 {
                let answer = client.get("/ServiceProviderConfig").await;
                right &= answer.status != 429 || answer.headers.contains_key("retry-after");
            }
            right
        }
        "security.email-adoption" => {
            let path = format!("/Users/{}", client.user("ann").await);
            let ann = client.get(&path).await.body;
            let body = json!({"schemas": [USER], "userName": "eve", "emails": ann["emails"]});
            let created = client.post("/Users", body).await;
            created.status == 201 && client.get(&path).await.body == ann
        }
        "security.cross-tenant" => {
            let path = format!("/scim/v2/Users/{}", client.user("ann").await);
            let mut statuses = Vec::new();
            for method in ["GET", "DELETE"] {
                let request = Request::builder().method(method).uri(&path);
                let request = request.header(header::AUTHORIZATION, format!("Bearer {OTHER_TOKEN}"));
                statuses.push(client.send(request.body(Body::empty()).expect("a request")).await.status);
            }
            assert_eq!(statuses[0] == 404, client.names("userName eq \"ann\"").await == ["ann"]);
            statuses == [404, 404]
        }
        "security.privilege-by-attribute" => {
            let path = format!("/Users/{}", client.user("ann").await);
            let rise = json!([{"op": "add", "path": "roles", "value": [{"value": "admin"}]}]);
            assert_eq!(client.patch(&path, rise).await.status, 200);
            let session = client.login("ann", "correct horse").await.body["access_token"].clone();
            let session = session.as_str().expect("a session");
            knock(client, Some(&format!("Bearer {session}"))).await == 403
        }
        "security.password-preset" => {
            client.user("ann").await;
            let opens = client.login("ann", "correct horse").await.status == 200;
            client.get("/ServiceProviderConfig").await.body["changePassword"]["supported"] == opens
        }
        "security.last-admin" => {
            let owner = client.filter("/Users", "userName eq \"owner\"").await.body["Resources"][0].clone();
            let path = format!("/Users/{}", owner["id"].as_str().expect("an id"));
            let off = client.patch(&path, json!([{"op": "replace", "path": "active", "value": false}])).await;
            let put = client.put(&path, json!({"schemas": [USER], "userName": "owner", "active": false})).await;
            let gone = client.delete(&path).await;
            let statuses = [off.status, put.status, gone.status];
            assert_eq!(statuses == [403; 3], client.get(&path).await.body == owner);
            statuses == [403; 3]
        }
        "security.host-header" => {
            let path = format!("/scim/v2/Users/{}", client.user("ann").await);
            let mut right = true;
            for name in ["host", "x-forwarded-host"] {
                let request = Request::get(&path).header(name, "evil.example");
                let request = request.header(header::AUTHORIZATION, format!("Bearer {TOKEN}"));
                let answer = client.send(request.body(Body::empty()).expect("a request")).await;
                right &= !String::from_utf8_lossy(&answer.bytes).contains("evil");
            }
            right
        }
        unknown => panic!("no probe for {unknown}"),
    }
}

/// The answer to a list that is asked for with these credentials.
async fn knock(client: &Client, authorization: Option<&str>) -> u16 {
    let request = Request::get("/scim/v2/Users");
    let request = match authorization {
        Some(value) => request.header(header::AUTHORIZATION, value),
        None => request,
    };
    client.send(request.body(Body::empty()).expect("a request")).await.status
}

async fn create_as(client: &Client, media_type: &str) -> u16 {
    let body = json!({"schemas": [USER], "userName": "ann"}).to_string();
    client.raw("POST", "/Users", media_type, Some(body)).await.status
}

/// Whether an answer comes at all.
async fn in_time(answer: impl Future<Output = Answer>) -> bool {
    tokio::time::timeout(Duration::from_secs(60), answer).await.is_ok()
}
