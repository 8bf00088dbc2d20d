//! The HTTP edge: what a client can get wrong, and what it is told.

mod client;

use axum::body::Body;
use axum::http::{Request, header};
use client::{Client, GROUP, TOKEN, USER, config, encoded};
use scim_reference_server::defects::{Defect, Twist};
use scim_reference_server::{Config, Limits, Policy};
use serde_json::{Value, json};
use std::io::{Read, Write};

#[tokio::test]
async fn create_answers_201_with_its_location() {
    let client = Client::plain();
    let answer = client.post("/Users", json!({"schemas": [USER], "userName": "a"})).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("content-type"), "application/scim+json");
    let location = answer.body["meta"]["location"].as_str().expect("a location");
    assert_eq!(answer.header("location"), location);
    assert_eq!(location, format!("http://scim.example/scim/v2/Users/{}", answer.id()));
    assert_eq!(answer.body["meta"]["created"], answer.body["meta"]["lastModified"]);
    assert_eq!(answer.body["active"], true);
    let read = client.get(&format!("/Users/{}", answer.id())).await;
    assert_eq!((read.status, &read.body), (200, &answer.body));
}

#[tokio::test]
async fn bodies_that_are_no_json_object() {
    let client = Client::plain();
    let duplicate = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a","userName":"b"}"#;
    let deep = format!("{{\"a\":{}", "[".repeat(5_000));
    for body in ["", "{", "[]", "null", "42", "\"x\"", duplicate, &deep, "{} {}", "{\"a\":\"\\ud800\"}"] {
        let answer = client.raw("POST", "/Users", "application/scim+json", Some(body.to_owned())).await;
        assert_eq!(answer.error(), (400, "invalidSyntax"), "{body:.60}");
    }
    let answer = client.raw("POST", "/Users", "application/scim+json", Some(b"{\"userName\":\"\xff\"}".to_vec())).await;
    assert_eq!(answer.error(), (400, "invalidSyntax"));
}

#[tokio::test]
async fn media_types() {
    let client = Client::plain();
    for (index, accepted) in [
        "application/scim+json",
        "application/json",
        "application/scim+json; charset=utf-8",
        "Application/JSON;charset=\"UTF-8\"",
    ]
    .iter()
    .enumerate()
    {
        let body = json!({"schemas": [USER], "userName": format!("a{index}")}).to_string();
        assert_eq!(client.raw("POST", "/Users", accepted, Some(body)).await.status, 201, "{accepted}");
    }
    for refused in ["text/xml", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"] {
        let answer = client.raw("POST", "/Users", refused, Some("{}")).await;
        assert_eq!(answer.error(), (415, ""), "{refused}");
    }
    // Okta sends the type on requests without body, too.
    assert_eq!(client.get("/Users").await.status, 200);
}

#[tokio::test]
async fn too_large_a_body() {
    let client = Client::plain();
    let body = format!("{{\"x\":\"{}\"}}", "x".repeat(1024 * 1024));
    assert_eq!(client.raw("POST", "/Users", "application/json", Some(body)).await.error(), (413, ""));
    let many: Vec<Value> = (0..2_001).map(|_| json!({"op": "remove", "path": "title"})).collect();
    let id = client.user("a").await;
    assert_eq!(client.patch(&format!("/Users/{id}"), many.into()).await.error(), (413, ""));
}

#[tokio::test]
async fn unknown_addresses_and_wrong_methods() {
    let client = Client::plain();
    for path in [
        "/Nothing",
        "/users",
        "/Users/a/b",
        "/Users/%00",
        "/Users/%2e%2e",
        "/Users/a%2Fb",
        "/Schemas/urn:x",
        "/ResourceTypes/X",
    ] {
        assert_eq!(client.get(path).await.error(), (404, ""), "{path}");
    }
    assert_eq!(client.get(&format!("/Users/{}", "x".repeat(5_000))).await.error(), (404, ""));
    assert_eq!(client.get("/Users/%zz").await.error().0, 400);
    for (method, path, allow) in [
        ("DELETE", "/Users", "GET, HEAD, POST"),
        ("POST", "/Users/x", "GET, HEAD, PUT, PATCH, DELETE"),
        ("GET", "/Users/.search", "POST"),
        ("PUT", "/Schemas", "GET, HEAD"),
        ("PATCH", "/ServiceProviderConfig", "GET, HEAD"),
    ] {
        let answer = client.scim(method, path, None).await;
        assert_eq!(answer.error(), (405, ""), "{method} {path}");
        assert_eq!(answer.header("allow"), allow);
    }
    assert_eq!(client.get("/Me").await.error(), (501, ""));
    for (outside, error) in [("/scim/v1/Users", (400, "invalidVers")), ("/scim/Users", (404, ""))] {
        let answer = client.send(Request::get(outside).body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.error(), error, "{outside}");
    }
}

#[tokio::test]
async fn ids_of_the_wrong_kind_are_unknown() {
    let client = Client::plain();
    let (user, group) = (client.user("a").await, client.group("g", &[]).await);
    assert_eq!(client.get(&format!("/Groups/{user}")).await.error(), (404, ""));
    assert_eq!(client.get(&format!("/Users/{group}")).await.error(), (404, ""));
    for method in ["PUT", "PATCH", "DELETE"] {
        let body = json!({"schemas": [USER, client::PATCH], "userName": "z", "Operations": [{"op": "remove", "path": "title"}]});
        assert_eq!(client.scim(method, "/Users/nobody", Some(body)).await.error(), (404, ""), "{method}");
    }
    assert_eq!(client.names(r#"userName eq "z""#).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_token_opens_and_nothing_else_does() {
    let client = Client::plain();
    let send = async |method: &str, path: &str, authorization: Option<&str>| {
        let mut request = Request::builder().method(method).uri(format!("/scim/v2{path}"));
        if let Some(value) = authorization {
            request = request.header(header::AUTHORIZATION, value);
        }
        client.send(request.body(Body::empty()).expect("a request")).await
    };
    assert_eq!(send("GET", "/Users", Some("bEaReR sesame")).await.status, 200);
    for (method, path) in [
        ("GET", "/Users"),
        ("POST", "/Users"),
        ("PUT", "/Users/x"),
        ("PATCH", "/Users/x"),
        ("DELETE", "/Users/x"),
        ("GET", "/Schemas"),
        ("GET", "/Me"),
        ("POST", "/Bulk"),
        ("GET", "/Nothing"),
        ("POST", "/.search"),
        ("GET", ""),
    ] {
        let answer = send(method, path, None).await;
        assert_eq!(answer.error(), (401, ""), "{method} {path}");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"scim\"");
        for wrong in ["Bearer wrong", "Basic Zm9vOmJhcg==", "sesame", "Bearer "] {
            let answer = send(method, path, Some(wrong)).await;
            assert_eq!(answer.status, 401, "{method} {path} {wrong}");
            assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""));
        }
    }
    assert_eq!(send("GET", &format!("/Users?access_token={TOKEN}"), None).await.status, 401);
    assert_eq!(send("GET", "/ServiceProviderConfig", None).await.status, 200);
    let raw = Client::with(Config { policy: Policy { raw_token: true, ..Policy::okta() }, ..config() });
    let request = Request::get("/scim/v2/Users").header(header::AUTHORIZATION, TOKEN);
    assert_eq!(raw.send(request.body(Body::empty()).expect("a request")).await.status, 200);
}

#[tokio::test]
async fn head_is_get_without_body() {
    let client = Client::plain();
    let id = client.user("a").await;
    let get = client.get(&format!("/Users/{id}")).await;
    let head = client.scim("HEAD", &format!("/Users/{id}"), None).await;
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    assert_eq!(head.header("content-length"), get.bytes.len().to_string());
    assert_eq!(head.header("content-type"), get.header("content-type"));
    assert_eq!(client.scim("HEAD", "/Users/nobody", None).await.status, 404);
}

#[tokio::test]
async fn a_panic_is_a_500_and_not_the_end() {
    static PANIC: Defect = Defect {
        name: "test.panic",
        sentence: "Deleting panics.",
        area: "test",
        breaks: &[],
        twist: Twist::Request(|operation| {
            assert!(!format!("{operation:?}").starts_with("Delete"), "provoked by a test");
        }),
    };
    let client = Client::with(Config { defects: vec![&PANIC], ..config() });
    let id = client.user("a").await;
    assert_eq!(client.delete(&format!("/Users/{id}")).await.error(), (500, ""));
    assert_eq!(client.get(&format!("/Users/{id}")).await.status, 200);
}

#[tokio::test]
async fn query_strings_are_decoded_once() {
    let client = Client::plain();
    client.user("a+b@x.example").await;
    client.user("50%25").await;
    for found in [
        "/Users?filter=userName+eq+%22a%2Bb%40x.example%22&startIndex=1&count=100",
        "/Users?filter=userName%20eq%20%22A%2bB@x.example%22",
        "/Users?filter=userName%20eq%20%2250%2525%22&x-unknown=%20",
    ] {
        assert_eq!(client.get(found).await.body["totalResults"], 1, "{found}");
    }
    assert_eq!(client.get("/Users?filter=userName+eq+%22a+b%40x.example%22").await.body["totalResults"], 0);
    for broken in
        ["/Users?filter=%", "/Users?filter=%2", "/Users?count=%zz", "/Users?filter=%ff", "/Users?count=1&count=2"]
    {
        assert_eq!(client.get(broken).await.error(), (400, "invalidValue"), "{broken}");
    }
    assert_eq!(client.get("/Users?filter=").await.error(), (400, "invalidFilter"));
}

#[tokio::test]
async fn pages() {
    let client = Client::plain();
    let mut ids = Vec::new();
    for index in 0..7 {
        ids.push(client.user(&format!("user{index}")).await);
    }
    client.delete(&format!("/Users/{}", ids.remove(3))).await;
    let page = async |query: &str| {
        let answer = client.get(&format!("/Users?{query}")).await;
        assert_eq!(answer.status, 200, "{query}");
        let resources = answer.body["Resources"].as_array().expect("an array").clone();
        assert_eq!(answer.body["totalResults"], 6, "{query}");
        assert_eq!(answer.body["itemsPerPage"], resources.len(), "{query}");
        let found: Vec<String> = resources.iter().map(|user| user["id"].as_str().expect("an id").to_owned()).collect();
        (answer.body["startIndex"].clone(), found)
    };
    assert_eq!(page("").await, (json!(1), ids.clone()));
    assert_eq!(page("startIndex=0&count=2").await, (json!(1), ids[..2].to_vec()));
    assert_eq!(page("startIndex=-100&count=2").await, (json!(1), ids[..2].to_vec()));
    assert_eq!(page("startIndex=3&count=2").await, (json!(3), ids[2..4].to_vec()));
    assert_eq!(page("startIndex=3&count=2&filter=userName%20pr").await, (json!(3), ids[2..4].to_vec()));
    assert_eq!(page("startIndex=7").await, (json!(7), vec![]));
    assert_eq!(page("startIndex=101&count=100").await, (json!(101), vec![]));
    assert_eq!(page("count=0").await, (json!(1), vec![]));
    assert_eq!(page("count=-5").await, (json!(1), vec![]));
    assert_eq!(page("count=99999999999999999999").await.1, ids);
    assert_eq!(page("startIndex=9223372036854775808").await.1, Vec::<String>::new());
    for wrong in ["count=abc", "startIndex=1.5", "count=", "count=+1", "startIndex=0x1"] {
        assert_eq!(client.get(&format!("/Users?{wrong}")).await.error(), (400, "invalidValue"), "{wrong}");
    }
}

#[tokio::test]
async fn page_sizes_are_the_policy_s() {
    let client =
        Client::with(Config { policy: Policy { default_page_size: 2, max_results: 3, ..Policy::rfc() }, ..config() });
    for index in 0..5 {
        client.user(&format!("user{index}")).await;
    }
    assert_eq!(client.get("/Users").await.body["itemsPerPage"], 2);
    assert_eq!(client.get("/Users?count=5").await.body["itemsPerPage"], 3);
    assert_eq!(client.get("/ServiceProviderConfig").await.body["filter"]["maxResults"], 3);
}

#[tokio::test]
async fn the_root_covers_everything() {
    let client = Client::plain();
    let (user, group) = (client.user("a").await, client.group("The a", &[]).await);
    let all = client.get("").await;
    assert_eq!(all.body["Resources"][0]["id"], user);
    assert_eq!(all.body["Resources"][1]["id"], group);
    assert_eq!(client.get("?startIndex=2").await.body["Resources"][0]["id"], group);
    assert_eq!(client.filter("", r#"meta.resourceType eq "Group""#).await.body["totalResults"], 1);
    assert_eq!(client.filter("", "userName pr").await.body["totalResults"], 1);
    assert_eq!(client.filter("", r#"userName eq "a" or displayName eq "the A""#).await.body["totalResults"], 2);
    assert_eq!(client.filter("", "nope pr").await.error(), (400, "invalidFilter"));
    let search = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": "displayName sw \"The\"", "sortBy": "displayName", "count": 1, "attributes": ["displayName"],
    });
    let found = client.post("/.search", search.clone()).await;
    assert_eq!((found.status, &found.body["totalResults"]), (200, &json!(2)));
    assert_eq!(found.body["Resources"][0].as_object().map(serde_json::Map::len), Some(3));
    assert_eq!(client.post("/Groups/.search", search).await.body["totalResults"], 1);
    for wrong in [json!([]), json!({}), json!({"schemas": [USER]})] {
        assert_eq!(client.post("/Users/.search", wrong).await.error(), (400, "invalidSyntax"));
    }
}

#[tokio::test]
async fn sorting() {
    let client = Client::plain();
    for (name, title) in [("b", Some("x")), ("A", None), ("C", Some("Y"))] {
        client.post("/Users", json!({"schemas": [USER], "userName": name, "title": title})).await;
    }
    let order = async |query: &str| {
        let list = client.get(&format!("/Users?{query}")).await;
        let names = list.body["Resources"].as_array().expect("an array").iter();
        names.map(|user| user["userName"].as_str().unwrap_or_default().to_owned()).collect::<String>()
    };
    assert_eq!(order("sortBy=USERNAME").await, "AbC");
    assert_eq!(order("sortBy=userName&sortOrder=descending").await, "CbA");
    assert_eq!(order("sortBy=title").await, "bCA");
    assert_eq!(order("sortBy=title&sortOrder=descending").await, "ACb");
    assert_eq!(order("sortBy=meta.created").await, "bAC");
    assert_eq!(order("sortBy=userName&startIndex=2&count=1").await, "b");
    assert_eq!(client.get("/Users?sortBy=userName&sortOrder=up").await.error(), (400, "invalidValue"));
    assert_eq!(client.get("/Users?sortBy=nope").await.error(), (400, "invalidValue"));
}

#[tokio::test]
async fn discovery() {
    let client = Client::plain();
    let config = client.get("/ServiceProviderConfig").await;
    assert_eq!(config.body["patch"]["supported"], true);
    assert_eq!(config.body["bulk"], json!({"supported": true, "maxOperations": 1000, "maxPayloadSize": 1_048_576}));
    assert_eq!(config.body["filter"], json!({"supported": true, "maxResults": 1000}));
    for list in ["/ResourceTypes", "/Schemas"] {
        let all = client.get(&format!("{list}?startIndex=2&count=1&sortBy=id")).await;
        let resources = all.body["Resources"].as_array().expect("an array");
        assert_eq!(all.body["totalResults"], resources.len());
        for resource in resources {
            let location = resource["meta"]["location"].as_str().expect("a location");
            let path = location.strip_prefix("http://scim.example/scim/v2").expect("under the base");
            assert_eq!(&client.get(path).await.body, resource);
        }
        assert_eq!(client.filter(list, "id pr").await.error(), (403, ""));
    }
    assert_eq!(client.get(&format!("/Schemas/{}", USER.to_uppercase())).await.status, 200);
}

#[tokio::test]
async fn filters_that_are_wrong_or_endless() {
    let client = Client::plain();
    client.user("a").await;
    let deep = format!("{}userName pr{}", "(".repeat(1_000), ")".repeat(1_000));
    let long = format!("userName eq \"{}\"", "x".repeat(20_000));
    for wrong in ["userName", "userName regex \".*\"", "password eq \"x\"", "active gt true", "nope eq 1", &deep, &long]
    {
        assert_eq!(client.filter("/Users", wrong).await.error(), (400, "invalidFilter"), "{wrong:.40}");
    }
    for nobody in [r#"userName eq "x' OR '1'='1""#, r#"userName co "%""#, r#"userName eq "*""#] {
        assert_eq!(client.filter("/Users", nobody).await.body["totalResults"], 0, "{nobody}");
    }
}

#[tokio::test]
async fn indexes_and_scans_find_the_same() {
    let client = Client::plain();
    let id = client.user("Jörg").await;
    let member = client.user("b").await;
    let group = client.group("Crew", &[&member]).await;
    for filter in [
        r#"userName eq "JÖRG""#.to_owned(),
        r#"externalId eq "Ext-Jörg""#.to_owned(),
        r#"displayName eq "the jörg""#.to_owned(),
        r#"emails.value eq "jörg@X.example""#.to_owned(),
        r#"emails[value eq "jörg@x.example"]"#.to_owned(),
        r#"emails eq "jörg@x.example" and active eq true"#.to_owned(),
        format!("id eq \"{id}\""),
    ] {
        assert_eq!(client.names(&filter).await, ["Jörg"], "{filter}");
        assert_eq!(client.names(&format!("not (not ({filter}))")).await, ["Jörg"], "{filter}");
        assert_eq!(client.names(&format!("{filter} and title eq \"other\"")).await, Vec::<String>::new());
    }
    assert_eq!(client.names(r#"externalId eq "ext-jörg""#).await, Vec::<String>::new());
    assert_eq!(client.names(&format!("groups.value eq \"{group}\"")).await, ["b"]);
    for filter in
        [format!("members.value eq \"{member}\""), format!("members[value eq \"{member}\" and type eq \"User\"]")]
    {
        let found = client.filter("/Groups", &filter).await;
        assert_eq!(
            (&found.body["totalResults"], &found.body["Resources"][0]["id"]),
            (&json!(1), &json!(group)),
            "{filter}"
        );
    }
    client.patch(&format!("/Users/{id}"), json!([{"op": "replace", "path": "userName", "value": "new"}])).await;
    assert_eq!(client.names(r#"userName eq "jörg""#).await, Vec::<String>::new());
    assert_eq!(client.names(r#"userName eq "NEW""#).await, ["new"]);
}

#[tokio::test]
async fn projection_applies_to_every_answer() {
    let client = Client::plain();
    let body = json!({"schemas": [USER], "userName": "a", "displayName": "A", "password": "secret"});
    let created = client.post("/Users?attributes=userName,password", body.clone()).await;
    let expected = json!({"schemas": [USER], "id": created.body["id"], "userName": "a"});
    assert_eq!(created.body, expected);
    let path = format!("/Users/{}?attributes=userName", created.id());
    assert_eq!(client.get(&path).await.body, expected);
    assert_eq!(client.put(&path, body).await.body, expected);
    assert_eq!(client.patch(&path, json!([{"op": "remove", "path": "title"}])).await.body, expected);
    assert_eq!(client.get("/Users?excludedAttributes=meta,displayName,active,id").await.body["Resources"][0], expected);
    assert_eq!(client.get("/Users?attributes=a&excludedAttributes=b").await.error(), (400, "invalidValue"));
    let group = client.group("G", &[&created.id()]).await;
    let without =
        client.get(&format!("/Groups?excludedAttributes=members&filter={}", encoded("displayName eq \"g\""))).await;
    assert_eq!(without.body["Resources"][0]["id"], group);
    assert_eq!(without.body["Resources"][0].get("members"), None);
}

#[tokio::test]
async fn login_follows_the_account() {
    let client = Client::plain();
    let id = client.user("Ann").await;
    let path = format!("/Users/{id}");
    assert_eq!(client.login("ann", "wrong").await.status, 401);
    assert_eq!(client.login("nobody", "correct horse").await.status, 401);
    let enter = async |password: &str| {
        let answer = client.login("ANN", password).await;
        assert_eq!(answer.status, 200);
        answer.body["access_token"].as_str().expect("a session").to_owned()
    };
    let session = enter("correct horse").await;
    assert_eq!(client.session(&session).await, 200);
    assert_eq!(client.session("nothing").await, 401);
    client.patch(&path, json!([{"op": "replace", "path": "title", "value": "x"}])).await;
    client.patch(&path, json!([{"op": "replace", "value": {"password": "correct horse"}}])).await;
    assert_eq!(client.session(&session).await, 200, "neither a title nor the same password ends a session");
    client.patch(&path, json!([{"op": "replace", "value": {"active": false}}])).await;
    assert_eq!(client.session(&session).await, 401);
    assert_eq!(client.login("ann", "correct horse").await.status, 401);
    client.patch(&path, json!([{"op": "replace", "value": {"active": true}}])).await;
    assert_eq!(client.session(&session).await, 401, "a session that ended stays ended");
    let session = enter("correct horse").await;
    let answer = client.patch(&path, json!([{"op": "replace", "path": "password", "value": "new"}])).await;
    assert!(!String::from_utf8_lossy(&answer.bytes).contains("password"));
    assert_eq!(client.session(&session).await, 401);
    assert_eq!(client.login("ann", "correct horse").await.status, 401);
    let session = enter("new").await;
    client.delete(&path).await;
    assert_eq!(client.session(&session).await, 401);
    assert_eq!(client.login("ann", "new").await.status, 401);
}

#[tokio::test]
async fn without_a_status_nobody_gets_in() {
    let client = Client::plain();
    let id = client.user("ann").await;
    let path = format!("/Users/{id}");
    let session =
        client.login("ann", "correct horse").await.body["access_token"].as_str().expect("a session").to_owned();
    let answer = client.patch(&path, json!([{"op": "remove", "path": "active"}])).await;
    assert_eq!((answer.status, answer.body.get("active")), (200, None));
    let total = async |filter: &str| {
        client.get(&format!("/Users?filter={}", encoded(filter))).await.body["totalResults"].clone()
    };
    assert_eq!(total("active pr").await, 0);
    // A PUT that says nothing of the status lets nobody in again.
    let put = client.put(&path, answer.body.clone()).await;
    assert_eq!((put.status, &put.body), (200, &answer.body));
    assert_eq!(client.session(&session).await, 401);
    assert_eq!(client.login("ann", "correct horse").await.status, 401);
    client.patch(&path, json!([{"op": "add", "path": "active", "value": true}])).await;
    assert_eq!(client.session(&session).await, 401, "a session that ended stays ended");
    assert_eq!(client.login("ann", "correct horse").await.status, 200);
}

#[tokio::test]
async fn login_door_refusals() {
    let client = Client::plain();
    let login = async |media_type: &str, body: &str| {
        let request = Request::post("/login").header(header::CONTENT_TYPE, media_type);
        client.send(request.body(Body::from(body.to_owned())).expect("a request")).await.status
    };
    assert_eq!(login("application/json", "{}").await, 400);
    assert_eq!(login("application/json", "{").await, 400);
    assert_eq!(login("text/plain", "{}").await, 415);
    let get = Request::get("/login").body(Body::empty()).expect("a request");
    assert_eq!(client.send(get).await.status, 405);
}

#[tokio::test]
async fn a_frozen_clock_still_moves_last_modified() {
    let mut config = config();
    let moment: jiff::Timestamp = "2030-01-02T03:04:05.678901Z".parse().expect("a moment");
    config.clock = std::sync::Arc::new(move || moment);
    let client = Client::with(config);
    let id = client.user("a").await;
    let group = client.group("g", &[]).await;
    let modified = async |path: &str| client.get(path).await.body["meta"]["lastModified"].clone();
    let user_path = format!("/Users/{id}");
    let group_path = format!("/Groups/{group}");
    assert_eq!(modified(&user_path).await, "2030-01-02T03:04:05.678Z");
    let rename = |name: &str| json!([{"op": "replace", "path": "nickName", "value": name}]);
    for (name, expected) in [("n", "679"), ("n", "679"), ("m", "680")] {
        client.patch(&user_path, rename(name)).await;
        assert_eq!(modified(&user_path).await, format!("2030-01-02T03:04:05.{expected}Z"));
    }
    let same = client.get(&user_path).await.body;
    client.put(&user_path, same.clone()).await;
    assert_eq!(client.get(&user_path).await.body, same);
    let join = json!([{"op": "add", "path": "members", "value": [{"value": id}]}]);
    for _ in 0..2 {
        client.patch(&group_path, join.clone()).await;
        assert_eq!(modified(&group_path).await, "2030-01-02T03:04:05.679Z");
        assert_eq!(modified(&user_path).await, "2030-01-02T03:04:05.680Z");
    }
    client.delete(&user_path).await;
    assert_eq!(modified(&group_path).await, "2030-01-02T03:04:05.680Z");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_writers_lose_nothing() {
    let client = Client::plain();
    let group = client.group("g", &[]).await;
    let mut users = Vec::new();
    for index in 0..40 {
        users.push(client.user(&format!("u{index}")).await);
    }
    let tasks: Vec<_> = users
        .iter()
        .cloned()
        .map(|user| {
            let (client, path) = (client.clone(), format!("/Groups/{group}"));
            tokio::spawn(async move {
                let join = json!([{"op": "add", "path": "members", "value": [{"value": user}]}]);
                assert_eq!(client.patch(&path, join).await.status, 200);
                client.post("/Users", json!({"schemas": [USER], "userName": "contested"})).await.status
            })
        })
        .collect();
    let mut created = 0;
    for task in tasks {
        match task.await.expect("no panic") {
            201 => created += 1,
            status => assert_eq!(status, 409),
        }
    }
    users.sort();
    assert_eq!(client.members(&group).await, users);
    assert_eq!(created, 1);
}

#[tokio::test]
async fn limits_can_be_set() {
    let client = Client::with(Config { limits: Limits { body: 200, ..Limits::default() }, ..config() });
    let long = json!({"schemas": [GROUP], "displayName": "x".repeat(200)});
    assert_eq!(client.post("/Groups", long).await.error(), (413, ""));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_served_over_a_socket() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(scim_reference_server::serve(listener, config()));
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(address).expect("a connection");
        let request = "HEAD /scim/v2/ServiceProviderConfig HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("received");
        answer
    });
    let answer = answer.await.expect("no panic").to_lowercase();
    assert!(answer.starts_with("http/1.1 200 ok"), "{answer}");
    let length = answer.lines().find_map(|line| line.strip_prefix("content-length: "));
    assert!(length.is_some_and(|length| length != "0"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
    server.abort();
}

#[tokio::test]
async fn an_empty_password_is_none() {
    let client = Client::plain();
    let body = json!({"schemas": [USER], "userName": "a", "password": ""});
    let path = format!("/Users/{}", client.post("/Users", body).await.id());
    assert_eq!(client.login("a", "").await.status, 401);
    client.patch(&path, json!([{"op": "replace", "path": "password", "value": "x"}])).await;
    assert_eq!(client.login("a", "x").await.status, 200);
    client.patch(&path, json!([{"op": "replace", "path": "password", "value": ""}])).await;
    assert_eq!(client.login("a", "").await.status, 401);
    assert_eq!(client.login("a", "x").await.status, 401);
}
