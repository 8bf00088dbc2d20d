//! Bulk requests.

use crate::client::{Answer, Client, ENTERPRISE, GROUP, PATCH, USER, config};
use scim_reference_server::policy::{Bulk, BulkIds, BulkStatus, Cycle};
use scim_reference_server::{Config, Limits, Policy};
use serde_json::{Value, json};

const REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

async fn bulk(client: &Client, operations: Value) -> Answer {
    client.post("/Bulk", json!({"schemas": [REQUEST], "Operations": operations})).await
}

fn with(change: impl FnOnce(&mut Policy)) -> Client {
    let mut policy = Policy::rfc();
    change(&mut policy);
    Client::with(Config { policy, ..config() })
}

fn new_user(name: &str) -> Value {
    json!({"method": "POST", "path": "/Users", "bulkId": name, "data": {"schemas": [USER], "userName": name}})
}

fn new_group(name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
    let data = json!({"schemas": [GROUP], "displayName": name, "members": members});
    json!({"method": "POST", "path": "/Groups", "bulkId": name, "data": data})
}

fn statuses(answer: &Answer) -> Vec<&str> {
    results(answer).iter().map(|result| result["status"].as_str().expect("a status")).collect()
}

fn results(answer: &Answer) -> &[Value] {
    assert_eq!((answer.status, &answer.body["schemas"]), (200, &json!([RESPONSE])), "{answer:?}");
    answer.body["Operations"].as_array().expect("operations")
}

/// The id that a result's location ends with.
fn made(result: &Value) -> String {
    let location = result["location"].as_str().expect("a location");
    location.rsplit('/').next().unwrap_or_default().to_owned()
}

/// RFC7644-3.7-02 RFC7644-3.7-13 RFC7644-3.7.3-01 RFC7644-3.7.3-04 RFC7644-3.7-15 RFC7644-3.7-20 RFC7644-3.7-25
#[tokio::test]
async fn one_operation() {
    let client = Client::rfc();
    let body = json!({"schemas": [REQUEST], "failOnErrors": 3, "Operations": [new_user("ann")]});
    let answer = client.post("/Bulk", body).await;
    assert!(answer.body.get("failOnErrors").is_none());
    let result = &results(&answer)[0];
    let read = client.get(&format!("/Users/{}", made(result))).await;
    let location = &read.body["meta"]["location"];
    let version = &read.body["meta"]["version"];
    let wanted = json!({"location": location, "method": "POST", "bulkId": "ann", "version": version, "status": "201"});
    assert_eq!((read.status, result), (200, &wanted));
}

/// RFC7644-3.7-03 RFC7644-3.7-04 RFC7644-3.7-26 RFC7644-3.7-22
#[tokio::test]
async fn what_is_no_bulk_request_is_refused_whole() {
    let client = Client::rfc();
    let one = json!([new_user("ann")]);
    for wrong in [
        json!([]),
        json!({"Operations": one}),
        json!({"schemas": [USER], "Operations": one}),
        json!({"schemas": [REQUEST]}),
        json!({"schemas": [REQUEST], "Operations": {}}),
        json!({"schemas": [REQUEST], "Operations": ["x"]}),
        json!({"schemas": [REQUEST], "failOnErrors": "1", "Operations": one}),
    ] {
        assert_eq!(client.post("/Bulk", wrong.clone()).await.error(), (400, "invalidSyntax"), "{wrong}");
    }
    let broken = client.raw("POST", "/Bulk", "application/scim+json", Some("{\"schemas\":[")).await;
    assert_eq!(broken.error(), (400, "invalidSyntax"));
    let twice = json!([new_user("ann"), {"method": "POST", "path": "/Users", "bulkId": "ann", "data": {}}]);
    assert_eq!(bulk(&client, twice).await.error(), (400, "invalidValue"));
    assert_eq!(client.get("/Users").await.body["totalResults"], 0);
}

/// What is wrong with one operation is told in its place, and the rest is done.
/// RFC7644-3.7-05 RFC7644-3.7-06 RFC7644-3.7-07 RFC7644-3.7-08 RFC7644-3.7-09 RFC7644-3.7-10 RFC7644-3.7-27
/// RFC7644-3.7-28 RFC7644-3.7-14 RFC7644-3.7-17
#[tokio::test]
async fn an_operation_that_is_wrong_fails_alone() {
    let client = Client::rfc();
    let id = client.user("bob").await;
    let data = json!({"schemas": [USER], "userName": "x"});
    for (operation, status) in [
        (json!({"path": "/Users", "bulkId": "b", "data": data}), "400"),
        (json!({"method": "GET", "path": format!("/Users/{id}")}), "400"),
        (json!({"method": "post", "path": "/Users", "bulkId": "b", "data": data}), "400"),
        (json!({"method": "POST", "path": "/Users", "data": data}), "400"),
        (json!({"method": "POST", "bulkId": "b", "data": data}), "400"),
        (json!({"method": "POST", "path": format!("/Users/{id}"), "bulkId": "b", "data": data}), "405"),
        (json!({"method": "PUT", "path": "/Users", "data": data}), "405"),
        (json!({"method": "DELETE", "path": "/Users"}), "405"),
        (json!({"method": "POST", "path": "/Users", "bulkId": "b"}), "400"),
        (json!({"method": "PUT", "path": format!("/Users/{id}")}), "400"),
        (json!({"method": "PATCH", "path": format!("/Users/{id}")}), "400"),
        (json!({"method": "POST", "path": "/Nope", "bulkId": "b", "data": data}), "404"),
        (json!({"method": "POST", "path": "/Bulk", "bulkId": "b", "data": data}), "400"),
        (json!({"method": "DELETE", "path": "/Schemas"}), "400"),
        (json!({"method": "POST", "path": "/Users/.search", "bulkId": "b", "data": data}), "400"),
        (json!({"method": "DELETE", "path": "/Me"}), "400"),
    ] {
        let name = format!("good-{}", client.get("/Users").await.body["totalResults"]);
        let answer = bulk(&client, json!([operation, new_user(&name)])).await;
        assert_eq!(statuses(&answer), [status, "201"], "{operation}");
        let response = &results(&answer)[0]["response"];
        assert_eq!(response["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]), "{operation}");
        assert_eq!((&response["status"], response["detail"].is_string()), (&json!(status), true), "{operation}");
    }
    assert_eq!(client.names("userName eq \"x\"").await, Vec::<String>::new());
    assert_eq!(client.get(&format!("/Users/{id}")).await.body["userName"], "bob");
}

/// Each method, done and failed.
/// RFC7644-3.7.3-02 RFC7644-3.7.3-03 RFC7644-3.7-11 RFC7644-3.7-12 RFC7644-3.7-16
#[tokio::test]
async fn every_result_is_that_of_a_single_request() {
    let client = Client::rfc();
    let (one, two) = (client.user("one").await, client.user("two").await);
    let put = |id: &str, name: &str| json!({"method": "PUT", "path": format!("/Users/{id}"), "data": {"schemas": [USER], "userName": name}});
    let patch = |id: &str, path: &str| {
        let data = json!({"schemas": [PATCH], "Operations": [{"op": "replace", "path": path, "value": "P"}]});
        json!({"method": "PATCH", "path": format!("/Users/{id}"), "data": data})
    };
    let delete = |id: &str| json!({"method": "DELETE", "path": format!("/Users/{id}")});
    let operations = json!([
        new_user("three"),
        new_user("ONE"),
        put(&one, "uno"),
        put(&one, "two"),
        put("nobody", "x"),
        patch(&one, "title"),
        patch(&one, "nope"),
        patch("nobody", "title"),
        delete(&two),
        delete(&two),
    ]);
    let answer = bulk(&client, operations.clone()).await;
    assert_eq!(statuses(&answer), ["201", "409", "200", "409", "404", "200", "400", "404", "204", "404"]);
    for (asked, result) in operations.as_array().expect("operations").iter().zip(results(&answer)) {
        assert_eq!(result["method"], asked["method"]);
        let failed = result["status"].as_str().is_some_and(|status| status >= "400");
        assert_eq!(result["response"].is_object(), failed, "{result}");
        if asked["method"] != "POST" {
            let path = asked["path"].as_str().expect("a path");
            assert_eq!(result["location"], format!("http://scim.example/scim/v2{path}"));
        }
    }
    let read = client.get(&format!("/Users/{one}")).await;
    assert_eq!((&read.body["userName"], &read.body["title"]), (&json!("uno"), &json!("P")));
    assert_eq!(client.get(&format!("/Users/{two}")).await.status, 404);
}

/// RFC7644-3.7-18 RFC7644-3.7-19 RFC7644-3.7-21
#[tokio::test]
async fn so_many_errors_end_it_and_nothing_is_taken_back() {
    for (most, done) in [(Some(1), 2), (Some(2), 4), (Some(3), 5), (None, 5)] {
        let client = Client::rfc();
        let bad = json!({"method": "DELETE", "path": "/Users/nobody"});
        let mut body = json!({
            "schemas": [REQUEST],
            "Operations": [new_user("a"), bad, new_user("b"), bad, new_user("c")],
        });
        if let Some(most) = most {
            body["failOnErrors"] = json!(most);
        }
        let answer = client.post("/Bulk", body).await;
        assert_eq!(statuses(&answer), ["201", "404", "201", "404", "201"][..done], "{most:?}");
        let there = client.get("/Users").await.body["totalResults"].as_u64();
        assert_eq!(there, Some(done.div_ceil(2) as u64), "{most:?}");
    }
}

/// In every order, and wherever a reference may stand.
/// RFC7644-3.7.2-01 RFC7644-3.7.2-02 RFC7644-3.7.2-03 RFC7644-3.7-23
#[tokio::test]
async fn references_become_ids() {
    let user = new_user("alice");
    let group = new_group("tour", &["bulkId:alice"]);
    for operations in [json!([user, group]), json!([group, user])] {
        let client = Client::rfc();
        let answer = bulk(&client, operations.clone()).await;
        assert_eq!(statuses(&answer), ["201", "201"]);
        for (asked, result) in operations.as_array().expect("operations").iter().zip(results(&answer)) {
            assert_eq!(asked["bulkId"], result["bulkId"], "the order is that of the request");
        }
        let find = |name: &str| results(&answer).iter().find(|result| result["bulkId"] == name).map(made).expect("it");
        assert_eq!(client.members(&find("tour")).await, [find("alice")]);
    }
    let client = Client::rfc();
    let group = client.group("old", &[&client.user("bob").await]).await;
    let boss = json!({"schemas": [USER, ENTERPRISE], "userName": "boss"});
    let report =
        json!({"schemas": [USER, ENTERPRISE], "userName": "report", ENTERPRISE: {"manager": {"value": "bulkId:boss"}}});
    let join = json!({"schemas": [PATCH], "Operations": [
        {"op": "replace", "path": "members", "value": [{"value": "bulkId:boss"}, {"value": "bulkId:report"}]},
        {"op": "remove", "path": "members[value eq \"bulkId:boss\"]"},
    ]});
    let rename = json!({"schemas": [PATCH], "Operations": [{"op": "add", "path": "title", "value": "Boss"}]});
    let answer = bulk(
        &client,
        json!([
            {"method": "PATCH", "path": format!("/Groups/{group}"), "data": join},
            {"method": "PATCH", "path": "/Users/bulkId:boss", "data": rename},
            {"method": "POST", "path": "/Users", "bulkId": "report", "data": report},
            {"method": "POST", "path": "/Users", "bulkId": "boss", "data": boss},
        ]),
    )
    .await;
    assert_eq!(statuses(&answer), ["200", "200", "201", "201"]);
    let [report, boss] = [2, 3].map(|at| made(&results(&answer)[at]));
    assert_eq!(client.get(&format!("/Users/{report}")).await.body[ENTERPRISE]["manager"]["value"], boss);
    assert_eq!(client.get(&format!("/Users/{boss}")).await.body["title"], "Boss");
    assert_eq!(client.members(&group).await, [report]);
}

/// RFC7644-3.7.2-04 RFC7644-3.7.2-05
#[tokio::test]
async fn a_reference_to_nothing_fails_where_it_stands() {
    let client = Client::rfc();
    let bad = json!({"method": "POST", "path": "/Users", "bulkId": "bad", "data": {"schemas": [USER]}});
    let answer = bulk(
        &client,
        json!([new_group("a", &["bulkId:nope"]), new_group("b", &["bulkId:bad"]), bad, new_group("c", &[])]),
    )
    .await;
    assert_eq!(statuses(&answer), ["400", "400", "400", "201"]);
    assert!(results(&answer)[..3].iter().all(|result| result["response"]["detail"].is_string()));
    assert_eq!(client.get("/Groups").await.body["totalResults"], 1);
}

/// Two that hold each other, one that holds itself, three in a ring.
/// RFC7644-3.7.1-01
#[tokio::test]
async fn circles_are_closed() {
    let client = Client::rfc();
    let answer = bulk(
        &client,
        json!([
            new_group("a", &["bulkId:b"]),
            new_group("b", &["bulkId:a"]),
            new_group("self", &["bulkId:self"]),
            new_group("x", &["bulkId:z"]),
            new_group("y", &["bulkId:x"]),
            new_group("z", &["bulkId:y"]),
        ]),
    )
    .await;
    assert_eq!(statuses(&answer), ["201"; 6]);
    let ids: Vec<String> = results(&answer).iter().map(made).collect();
    for (group, member) in [(0, 1), (1, 0), (2, 2), (3, 5), (4, 3), (5, 4)] {
        assert_eq!(client.members(&ids[group]).await, [ids[member].clone()], "{group}");
    }
}

/// RFC7644-3.7.1-02
#[tokio::test]
async fn or_circles_are_refused() {
    let client = with(|policy| policy.offers.bulk_cycles = Cycle::Refused);
    let answer = bulk(&client, json!([new_group("a", &["bulkId:b"]), new_group("b", &["bulkId:a"])])).await;
    assert_eq!(results(&answer)[1]["status"], "409");
    assert_eq!(client.get("/Groups").await.body["totalResults"], 0);
}

/// RFC7644-3.7-23
#[tokio::test]
async fn a_long_chain_is_followed_to_its_end() {
    let client = Client::rfc();
    let chain = |at: usize| new_group(&format!("g{at}"), &[&format!("bulkId:g{}", at + 1)]);
    let mut operations: Vec<Value> = (0..999).map(chain).collect();
    operations.push(new_group("g999", &[]));
    let answer = bulk(&client, operations.into()).await;
    assert!(statuses(&answer).iter().all(|status| *status == "201"));
    assert_eq!(results(&answer).len(), 1000);
}

/// RFC7644-3.7.4-01 RFC7644-3.7.4-02 RFC7644-3.7.4-03 RFC7644-3.7.4-04
#[tokio::test]
async fn limits_are_told_and_kept() {
    let limits = Limits { bulk_operations: 3, body: 2_000, ..Limits::default() };
    let client = Client::with(Config { policy: Policy::rfc(), limits, ..config() });
    let told = client.get("/ServiceProviderConfig").await;
    assert_eq!(told.body["bulk"], json!({"supported": true, "maxOperations": 3, "maxPayloadSize": 2_000}));
    let four: Vec<Value> = ["a", "b", "c", "d"].map(new_user).into();
    let answer = bulk(&client, four.clone().into()).await;
    assert_eq!(answer.error(), (413, ""));
    assert!(answer.body["detail"].as_str().is_some_and(|detail| detail.contains("maxOperations")));
    let padding = "x".repeat(2_000);
    let large =
        json!([{"method": "POST", "path": "/Users", "bulkId": "a", "data": {"schemas": [USER], "userName": padding}}]);
    let answer = bulk(&client, large).await;
    assert_eq!(answer.error(), (413, ""));
    assert!(answer.body["detail"].as_str().is_some_and(|detail| detail.contains("2000")));
    assert_eq!(client.get("/Users").await.body["totalResults"], 0);
    assert_eq!(statuses(&bulk(&client, four[..3].into()).await), ["201"; 3]);
}

/// RFC7644-3.7-24
#[tokio::test]
async fn a_version_is_a_condition() {
    let client = Client::rfc();
    let id = client.user("ann").await;
    let path = format!("/Users/{id}");
    let version = client.get(&path).await.body["meta"]["version"].clone();
    let put = json!({"schemas": [USER], "userName": "bob"});
    let patch = json!({"schemas": [PATCH], "Operations": [{"op": "replace", "path": "title", "value": "T"}]});
    for (method, data) in [("PUT", put), ("PATCH", patch), ("DELETE", Value::Null)] {
        let stale = json!([{"method": method, "path": path, "version": "W/\"stale\"", "data": data}]);
        assert_eq!(statuses(&bulk(&client, stale).await), ["412"], "{method}");
    }
    assert_eq!(client.get(&path).await.body["meta"]["version"], version);
    let right = json!([{"method": "DELETE", "path": path, "version": version}]);
    assert_eq!(statuses(&bulk(&client, right).await), ["204"]);
}

/// RFC7644-3.7-01
#[tokio::test]
async fn a_server_without_bulk_says_so() {
    for (bulk_support, status) in [(Bulk::NotImplemented, 501), (Bulk::NotFound, 404)] {
        let client = with(|policy| policy.offers.bulk = bulk_support);
        let told = client.get("/ServiceProviderConfig").await;
        assert_eq!(told.body["bulk"], json!({"supported": false, "maxOperations": 0, "maxPayloadSize": 0}));
        assert_eq!(bulk(&client, json!([new_user("a")])).await.error(), (status, ""));
        assert_eq!(client.get("/Users").await.body["totalResults"], 0);
    }
}

/// The other readings: PATCH operations alone as data, no bulkId, an object for the status.
/// RFC7644-3.7-07 RFC7644-3.7-11 RFC7644-3.7.3-04
#[tokio::test]
async fn other_readings() {
    let client = with(|policy| {
        policy.offers.bulk_bare_patch = true;
        policy.offers.bulk_ids = BulkIds::Optional;
        policy.offers.bulk_status = BulkStatus::Object;
    });
    let id = client.user("ann").await;
    let patch = json!([{"op": "replace", "path": "title", "value": "T"}]);
    let answer = bulk(
        &client,
        json!([
            {"method": "PATCH", "path": format!("/Users/{id}"), "data": patch},
            {"method": "POST", "path": "/Users", "data": {"schemas": [USER], "userName": "bob"}},
        ]),
    )
    .await;
    assert_eq!(results(&answer)[0]["status"], json!({"code": "200"}));
    assert_eq!(results(&answer)[1]["status"], json!({"code": "201"}));
    assert_eq!(client.get(&format!("/Users/{id}")).await.body["title"], "T");
    let bare = json!([{"method": "PATCH", "path": format!("/Users/{id}"), "data": patch}]);
    let plain = Client::rfc();
    assert_eq!(statuses(&bulk(&plain, bare).await), ["400"]);
}
