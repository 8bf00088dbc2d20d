//! Every limit: what is at it is served, what is over it gets its SCIM error, and nothing of it is kept.

mod client;

use axum::body::Body;
use axum::http::{Request, header};
use bytes::Bytes;
use client::{Answer, Client, GROUP, TOKEN, USER, config, encoded};
use futures::stream;
use scim_reference_server::scim::filter::FilterLimits;
use scim_reference_server::{Config, Limits};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::time::Duration;

fn limited(limits: Limits) -> Client {
    Client::with(Config { limits, ..config() })
}

/// The error that this limit has, which names the limit; and nobody is there.
async fn refuses(client: &Client, answer: &Answer, status: u16, keyword: &str, limit: &str) {
    assert_eq!(answer.error(), (status, keyword), "{answer:?}");
    let detail = answer.body["detail"].as_str().unwrap_or_default();
    assert!(detail.contains(limit), "{limit} is not in: {detail}");
    assert_eq!(client.get("").await.body["totalResults"], 0, "something was kept");
}

async fn takes(client: &Client, answer: &Answer) {
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(client.delete(&format!("/Users/{}", answer.id())).await.status, 204);
}

fn user() -> Value {
    json!({"schemas": [USER], "userName": "a"})
}

#[tokio::test]
async fn length_of_the_address() {
    let client = limited(Limits { url: 60, ..Limits::default() });
    let post = async |length: usize| {
        let query = "x".repeat(length - "/scim/v2/Users?".len());
        client.post(&format!("/Users?{query}"), user()).await
    };
    takes(&client, &post(60).await).await;
    refuses(&client, &post(61).await, 414, "", "60 bytes").await;
}

#[tokio::test]
async fn number_and_size_of_header_fields() {
    // The client itself sends two: Authorization and Content-Type.
    let post = async |client: &Client, more: &[(&str, String)]| {
        let mut request = Request::post("/scim/v2/Users")
            .header(header::AUTHORIZATION, format!("Bearer {TOKEN}"))
            .header(header::CONTENT_TYPE, "application/scim+json");
        for (name, value) in more {
            request = request.header(*name, value);
        }
        client.send(request.body(Body::from(user().to_string())).expect("a request")).await
    };
    let client = limited(Limits { headers: 5, ..Limits::default() });
    let field = ("x-field", String::new());
    takes(&client, &post(&client, &vec![field.clone(); 3]).await).await;
    refuses(&client, &post(&client, &vec![field; 4]).await, 431, "", "5 header fields").await;

    let client = limited(Limits { header_bytes: 200, ..Limits::default() });
    let own = "authorizationBearer content-typeapplication/scim+json".len() + TOKEN.len();
    let filled = |bytes: usize| ("x", "y".repeat(bytes - own - 1));
    takes(&client, &post(&client, &[filled(200)]).await).await;
    refuses(&client, &post(&client, &[filled(201)]).await, 431, "", "200 bytes").await;
}

#[tokio::test]
async fn size_of_a_body() {
    let client = limited(Limits { body: 300, ..Limits::default() });
    let body = |bytes: usize| {
        let empty = json!({"schemas": [USER], "userName": "a", "title": ""}).to_string().len();
        json!({"schemas": [USER], "userName": "a", "title": "x".repeat(bytes - empty)}).to_string()
    };
    let announced = async |bytes| client.raw("POST", "/Users", "application/json", Some(body(bytes))).await;
    let chunked = async |bytes| {
        let pieces = body(bytes).into_bytes().into_iter().map(|byte| Ok::<_, Infallible>(Bytes::from(vec![byte])));
        client.raw("POST", "/Users", "application/json", Some(Body::from_stream(stream::iter(pieces)))).await
    };
    takes(&client, &announced(300).await).await;
    takes(&client, &chunked(300).await).await;
    refuses(&client, &announced(301).await, 413, "", "300 bytes").await;
    refuses(&client, &chunked(301).await, 413, "", "300 bytes").await;
}

/// A body that comes a byte every second.
#[tokio::test(start_paused = true)]
async fn time_for_a_body() {
    let client = limited(Limits { body_time: Duration::from_secs(100), ..Limits::default() });
    let post = async |bytes: usize| {
        let mut text = user().to_string();
        text.push_str(&" ".repeat(bytes - text.len()));
        let drip = stream::unfold(text.into_bytes().into_iter(), |mut bytes| async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Some((Ok::<_, Infallible>(Bytes::from(vec![bytes.next()?])), bytes))
        });
        client.raw("POST", "/Users", "application/json", Some(Body::from_stream(drip))).await
    };
    takes(&client, &post(98).await).await;
    refuses(&client, &post(101).await, 408, "", "100 s").await;
}

#[tokio::test]
async fn depth_of_a_body() {
    let client = limited(Limits { depth: 4, ..Limits::default() });
    let post = async |levels: usize| {
        let deep = format!("{}{}", "[".repeat(levels - 1), "]".repeat(levels - 1));
        let body = format!(r#"{{"schemas":["{USER}"],"userName":"a","x":{deep}}}"#);
        client.raw("POST", "/Users", "application/json", Some(body)).await
    };
    takes(&client, &post(4).await).await;
    refuses(&client, &post(5).await, 400, "invalidSyntax", "4 levels").await;
}

#[tokio::test]
async fn depth_has_an_end_below_any_limit() {
    let client = limited(Limits { depth: usize::MAX, body: usize::MAX, ..Limits::default() });
    let body = "[".repeat(1_000_000);
    let answer = client.raw("POST", "/Users", "application/json", Some(body)).await;
    refuses(&client, &answer, 400, "invalidSyntax", "limit").await;
}

#[tokio::test]
async fn length_terms_and_nesting_of_a_filter() {
    let client = limited(Limits { filter: FilterLimits { length: 60, nodes: 3, depth: 2 }, ..Limits::default() });
    let long = |bytes: usize| format!("userName eq \"{}\"", "x".repeat(bytes - "userName eq \"\"".len()));
    let wide = |terms: usize| vec!["title pr"; terms].join(" or ");
    let deep = |levels: usize| format!("{}title pr{}", "(".repeat(levels), ")".repeat(levels));
    for (at, over, limit) in
        [(long(60), long(61), "60 bytes"), (wide(3), wide(4), "3 terms"), (deep(2), deep(3), "2 levels")]
    {
        assert_eq!(client.filter("/Users", &at).await.status, 200, "{at}");
        refuses(&client, &client.filter("/Users", &over).await, 400, "invalidFilter", limit).await;
        let search = |filter: &str| json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": filter});
        assert_eq!(client.post("/.search", search(&at)).await.status, 200, "{at}");
        refuses(&client, &client.post("/.search", search(&over)).await, 400, "invalidFilter", limit).await;
    }
}

#[tokio::test]
async fn a_filter_at_its_limit_fits_into_an_address() {
    let client = Client::plain();
    let length = FilterLimits::default().length;
    let filter = |bytes: usize| format!("userName eq \"{}\"", "é".repeat((bytes - "userName eq \"\"".len()) / 2));
    assert_eq!(client.get(&format!("/Users?filter={}", encoded(&filter(length)))).await.status, 200);
    assert_eq!(client.filter("/Users", &filter(length + 2)).await.error(), (400, "invalidFilter"));
}

#[tokio::test]
async fn length_and_filter_of_a_patch_path() {
    let client = limited(Limits { filter: FilterLimits { length: 60, nodes: 2, depth: 2 }, ..Limits::default() });
    let id = client.user("a").await;
    let before = client.get(&format!("/Users/{id}")).await.body;
    let long = |bytes: usize| format!("emails[value eq \"{}\"]", "x".repeat(bytes - "emails[value eq \"\"]".len()));
    let wide = |terms: usize| format!("emails[{}]", vec!["type pr"; terms].join(" and "));
    let deep = |levels: usize| format!("emails[{}type pr{}]", "(".repeat(levels - 1), ")".repeat(levels - 1));
    for (path, keyword, limit) in [
        (long(61), "invalidPath", "60 bytes"),
        (wide(3), "invalidFilter", "2 terms"),
        (deep(3), "invalidFilter", "2 levels"),
    ] {
        let steps = json!([{"op": "replace", "path": "title", "value": "new"}, {"op": "remove", "path": path}]);
        let answer = client.patch(&format!("/Users/{id}"), steps).await;
        assert_eq!(answer.error(), (400, keyword), "{path}");
        assert!(answer.body["detail"].as_str().is_some_and(|detail| detail.contains(limit)), "{answer:?}");
        assert_eq!(client.get(&format!("/Users/{id}")).await.body, before, "{path}");
    }
    for path in [long(60), wide(2), deep(2)] {
        let answer = client.patch(&format!("/Users/{id}"), json!([{"op": "remove", "path": path}])).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn operations_of_a_patch() {
    let client = limited(Limits { operations: 3, ..Limits::default() });
    let id = client.user("a").await;
    let path = format!("/Users/{id}");
    let before = client.get(&path).await.body;
    let steps =
        |number: usize| (0..number).map(|at| json!({"op": "replace", "path": "title", "value": format!("{at}")}));
    let over = client.patch(&path, steps(4).collect()).await;
    assert_eq!(over.error(), (413, ""));
    assert!(over.body["detail"].as_str().is_some_and(|detail| detail.contains("3 operations")), "{over:?}");
    assert_eq!(client.get(&path).await.body, before);
    assert_eq!(client.patch(&path, steps(3).collect()).await.body["title"], "2");
}

#[tokio::test]
async fn operations_of_a_bulk_request() {
    let client = limited(Limits { bulk_operations: 2, ..Limits::default() });
    let bulk = async |number: usize| {
        let create = |at| {
            let data = json!({"schemas": [USER], "userName": format!("a{at}")});
            json!({"method": "POST", "path": "/Users", "bulkId": format!("b{at}"), "data": data})
        };
        let operations: Vec<Value> = (0..number).map(create).collect();
        let urn = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
        client.post("/Bulk", json!({"schemas": [urn], "Operations": operations})).await
    };
    refuses(&client, &bulk(3).await, 413, "", "2").await;
    assert_eq!(bulk(2).await.status, 200);
    assert_eq!(client.get("/Users").await.body["totalResults"], 2);
    assert_eq!(client.get("/ServiceProviderConfig").await.body["bulk"]["maxOperations"], 2);
}

#[tokio::test]
async fn members_of_a_group() {
    let client = limited(Limits { members: 2, ..Limits::default() });
    let mut people = Vec::new();
    for name in ["a", "b", "c"] {
        people.push(json!({"value": client.user(name).await}));
    }
    let too_many = |answer: &Answer| {
        assert_eq!(answer.error(), (400, "invalidValue"));
        assert!(answer.body["detail"].as_str().is_some_and(|detail| detail.contains("2 members")), "{answer:?}");
    };
    let group = |members: &[Value]| json!({"schemas": [GROUP], "displayName": "g", "members": members});
    too_many(&client.post("/Groups", group(&people)).await);
    assert_eq!(client.get("/Groups").await.body["totalResults"], 0);

    // Somebody who is named twice is one member.
    let twice = [people[0].clone(), people[1].clone(), people[0].clone()];
    let created = client.post("/Groups", group(&twice)).await;
    assert_eq!(created.status, 201);
    let path = format!("/Groups/{}", created.id());
    let before = client.get(&path).await.body;
    too_many(&client.put(&path, group(&people)).await);
    for op in ["add", "replace"] {
        too_many(&client.patch(&path, json!([{"op": op, "path": "members", "value": people}])).await);
    }
    too_many(&client.patch(&path, json!([{"op": "add", "path": "members", "value": [people[2]]}])).await);
    assert_eq!(client.get(&path).await.body, before);

    let swap = json!([
        {"op": "add", "path": "members", "value": [people[2]]},
        {"op": "remove", "path": format!("members[value eq {}]", people[0]["value"])},
    ]);
    assert_eq!(client.patch(&path, swap).await.status, 200, "what counts is how many there are in the end");
    assert_eq!(client.members(&created.id()).await.len(), 2);
    assert_eq!(client.put(&path, group(&people[..2])).await.status, 200);
}
