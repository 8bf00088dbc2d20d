//! Probes of versions, of bulk requests, and of several clients at once.

use crate::client::{Client, GROUP, TOKEN, USER, sorted};
use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};

/// The token of another organisation.
pub(crate) const OTHER_TOKEN: &str = "open-umbra";

const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

pub(crate) async fn together(defect: &str, client: &Client) -> bool {
    match defect {
        "etag.if-match-ignored" => {
            let path = format!("/Users/{}", client.user("ann").await);
            let delete = Request::delete(format!("/scim/v2{path}")).header(header::IF_MATCH, "W/\"stale\"");
            let status = authorised(client, delete).await;
            let is_there = client.get(&path).await.status == 200;
            assert_eq!(is_there, status == 412);
            is_there
        }
        "etag.no-304" => {
            let path = format!("/Users/{}", client.user("ann").await);
            let tag = client.get(&path).await.header("etag").to_owned();
            let read = Request::get(format!("/scim/v2{path}")).header(header::IF_NONE_MATCH, tag);
            authorised(client, read).await == 304
        }
        "etag.version-stuck" => {
            let path = format!("/Users/{}", client.user("ann").await);
            let before = client.get(&path).await;
            client.patch(&path, json!([{"op": "replace", "path": "title", "value": "Chief"}])).await;
            let after = client.get(&path).await;
            assert_eq!(after.header("etag"), after.body["meta"]["version"]);
            assert_ne!(before.body["meta"]["lastModified"], after.body["meta"]["lastModified"]);
            before.header("etag") != after.header("etag")
        }
        "bulk.limits-not-enforced" => {
            let one = |at: usize| json!({"method": "DELETE", "path": format!("/Users/{at}")});
            bulk(client, (0..=1_000).map(one).collect()).await.0 == 413
        }
        "bulk.bulkid-unresolved" => {
            let member = json!([{"value": "bulkId:u"}]);
            let group = json!({"schemas": [GROUP], "displayName": "g", "members": member});
            let group = json!({"method": "POST", "path": "/Groups", "bulkId": "g", "data": group});
            let (_, results) = bulk(client, vec![new_user("u"), group]).await;
            assert_eq!(results[0]["status"], "201");
            results[1]["status"] == "201"
        }
        "bulk.not-persisted" => {
            let (_, results) = bulk(client, vec![new_user("u")]).await;
            assert_eq!(results[0]["status"], "201");
            client.names("userName eq \"u\"").await == ["u"]
        }
        "concurrency.create-race-500" => {
            let create = || client.post("/Users", json!({"schemas": [USER], "userName": "ann"}));
            let (a, b) = tokio::join!(create(), create());
            assert_eq!(client.names("userName eq \"ann\"").await.len(), 1);
            sorted_statuses([a.status, b.status]) == [201, 409]
        }
        "concurrency.member-lost-update" => {
            let (ann, bob) = (client.user("ann").await, client.user("bob").await);
            let group = client.group("g", &[]).await;
            let (a, b) = tokio::join!(join(client, &group, &ann), join(client, &group, &bob));
            assert_eq!([a, b], [200, 200]);
            client.members(&group).await == sorted(&[&ann, &bob])
        }
        "concurrency.same-member-race-500" => {
            let ann = client.user("ann").await;
            let group = client.group("g", &[]).await;
            let (a, b) = tokio::join!(join(client, &group, &ann), join(client, &group, &ann));
            assert_eq!(client.members(&group).await, [ann]);
            [a, b] == [200, 200]
        }
        unknown => panic!("no probe for {unknown}"),
    }
}

async fn join(client: &Client, group: &str, member: &str) -> u16 {
    let join = json!([{"op": "add", "path": "members", "value": [{"value": member}]}]);
    client.patch(&format!("/Groups/{group}"), join).await.status
}

fn sorted_statuses(mut statuses: [u16; 2]) -> [u16; 2] {
    statuses.sort_unstable();
    statuses
}

fn new_user(name: &str) -> Value {
    json!({"method": "POST", "path": "/Users", "bulkId": name, "data": {"schemas": [USER], "userName": name}})
}

async fn bulk(client: &Client, operations: Vec<Value>) -> (u16, Vec<Value>) {
    let answer = client.post("/Bulk", json!({"schemas": [BULK], "Operations": operations})).await;
    (answer.status, answer.body["Operations"].as_array().cloned().unwrap_or_default())
}

async fn authorised(client: &Client, request: axum::http::request::Builder) -> u16 {
    let request = request.header(header::AUTHORIZATION, format!("Bearer {TOKEN}"));
    client.send(request.body(Body::empty()).expect("a request")).await.status
}
