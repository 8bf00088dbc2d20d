//! POST: how a resource comes into being.

use crate::client::{BASE, Client, GROUP, USER};
use crate::sample::full_user;
use crate::served::written;
use serde_json::{Value, json};

fn minimal(name: &str) -> Value {
    json!({"schemas": [USER], "userName": name})
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

/// RFC7644-3.3-01, RFC7644-3.3-02, RFC7644-3.3-03, RFC7644-3.3-04, RFC7644-3.3-12, RFC7643-3.1-22
#[tokio::test]
async fn what_is_created_is_shown_with_its_address() {
    let client = Client::rfc();
    for (endpoint, body) in
        [("/Users", minimal("ann")), ("/Groups", json!({"schemas": [GROUP], "displayName": "crew"}))]
    {
        let created = client.post(endpoint, body.clone()).await;
        assert_eq!(created.status, 201);
        for (name, value) in body.as_object().expect("an object") {
            assert_eq!(&created.body[name], value);
        }
        assert!(!created.id().is_empty() && created.body["meta"].is_object());
        let location = created.header("location").to_owned();
        assert_eq!(location, format!("{BASE}{endpoint}/{}", created.id()));
        assert_eq!(created.body["meta"]["location"], location);
        let read = client.follow(&json!(location)).await;
        assert_eq!((read.status, read.id()), (200, created.id()));
        // Whatever host the client believes to speak to.
        let headers =
            [("authorization", "Bearer sesame"), ("host", "evil.example"), ("x-forwarded-host", "evil.example")];
        let again = client.bare("GET", &format!("{endpoint}/{}", created.id()), &headers, "").await;
        assert_eq!(again.body["meta"]["location"], location);
        let another = with(body, "userName", json!("bob"));
        let another = client.bare("POST", endpoint, &headers, another.to_string()).await;
        assert_eq!(another.header("location"), format!("{BASE}{endpoint}/{}", another.id()));
    }
}

/// RFC7644-3.3-05
#[tokio::test]
async fn what_only_the_server_writes_is_ignored_whatever_it_is() {
    let client = Client::rfc();
    let (ann, crew) = (client.user("ann").await, client.group("crew", &[]).await);
    let before = client.get(&format!("/Users/{ann}")).await.body;
    for (index, (name, value)) in [
        ("id", json!("mine")),
        ("id", json!(ann)),
        ("id", json!(crew)),
        ("id", json!(7)),
        ("meta", json!({"resourceType": "X", "created": "x"})),
        ("meta", json!("x")),
        ("groups", json!([{"value": crew}])),
        ("groups", json!("x")),
    ]
    .into_iter()
    .enumerate()
    {
        let created = client.post("/Users", with(minimal(&format!("u{index}")), name, value.clone())).await;
        assert_eq!(created.status, 201, "{name}: {value}: {created:?}");
        assert_ne!(created.body[name], value);
        assert_eq!(created.body["meta"]["resourceType"], "User");
    }
    assert_eq!(client.members(&crew).await, [""; 0]);
    assert_eq!(client.get(&format!("/Users/{ann}")).await.body, before);
}

/// RFC7644-3.3-06, RFC7644-3.3-07
#[tokio::test]
async fn a_default_is_for_who_says_nothing() {
    let client = Client::varied("create.profile");
    let given = client.post("/Users", minimal("ann")).await.body;
    assert_eq!((&given["active"], &given["locale"]), (&json!(true), &json!("en-US")));
    for (index, nothing) in ["locale", "timezone", "userType"].into_iter().enumerate() {
        let created = client.post("/Users", with(minimal(&format!("u{index}")), nothing, Value::Null)).await;
        assert!(created.status == 201 && created.body.get(nothing).is_none(), "{nothing}: {created:?}");
    }
    let body = json!({"schemas": [USER], "userName": "bob", "emails": [], "active": null, "nickName": null});
    let created = client.post("/Users", body).await;
    assert!(created.status == 201 && created.body.get("emails").is_none() && created.body.get("nickName").is_none());
    // Without a word of the client a new account is active or not, as the organisation wants it.
    let careful = Client::varied("create.inactive-by-default");
    assert_eq!(careful.post("/Users", minimal("ann")).await.body["active"], false);
    assert_eq!(careful.post("/Users", with(minimal("bob"), "active", json!(true))).await.body["active"], true);
}

/// RFC7644-3.3-08, RFC7644-3.3-09
#[tokio::test]
async fn a_name_in_use_is_a_conflict_and_nothing_comes_of_it() {
    let client = Client::rfc();
    let first = client.post("/Users", with(minimal("ann"), "title", json!("first"))).await.body;
    for name in ["ann", "ANN"] {
        let body = with(minimal(name), "title", json!("second"));
        assert_eq!(client.post("/Users", body).await.error(), (409, "uniqueness"), "{name}");
    }
    assert_eq!(client.get("/Users").await.body["Resources"], json!([first]));
    assert_eq!(client.filter("/Users", "userName eq \"ann\"").await.body["Resources"], json!([first]));
    assert_eq!(client.names("title eq \"second\"").await, [""; 0]);
}

/// RFC7644-3.3-08, RFC7644-3.3-09
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_want_a_name_at_once_one_gets_it() {
    let client = Client::rfc();
    for turn in 0..10 {
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { client.post("/Users", minimal(&format!("u{turn}"))).await })
            })
            .collect();
        let mut created = 0;
        for task in tasks {
            let answer = task.await.expect("no panic");
            match answer.status {
                201 => created += 1,
                _ => assert_eq!(answer.error(), (409, "uniqueness")),
            }
        }
        assert_eq!((created, client.get("/Users").await.body["totalResults"].as_u64()), (1, Some(turn + 1)));
    }
}

/// RFC7644-3.12-05, RFC7644-3.12-06
#[tokio::test]
async fn what_is_no_user_is_refused_and_nothing_comes_of_it() {
    let client = Client::rfc();
    for body in [
        json!({"schemas": [USER]}),
        with(minimal(""), "userName", json!({})),
        with(minimal(""), "userName", json!(null)),
        with(minimal("ann"), "emails", json!("x")),
        with(minimal("ann"), "emails", json!([["x"]])),
        with(minimal("ann"), "name", json!([{}])),
        with(minimal("ann"), "active", json!("maybe")),
    ] {
        assert_eq!(client.post("/Users", body.clone()).await.error(), (400, "invalidValue"), "{body}");
    }
    for body in [json!([minimal("ann")]), json!("ann"), json!({"userName": "ann"}), json!({})] {
        assert_eq!(client.post("/Users", body.clone()).await.error(), (400, "invalidSyntax"), "{body}");
    }
    assert_eq!(client.get("/Users").await.body["totalResults"], 0);
}

/// RFC7644-3.3-10
#[tokio::test]
async fn a_user_with_everything_comes_back_with_everything() {
    let client = Client::rfc();
    let mut sent = full_user("ann");
    for definition in written(&client).await {
        assert!(!definition.values(&sent).is_empty(), "{}: the sample is to have it", definition.name());
    }
    let created = client.post("/Users", sent.clone()).await;
    assert_eq!(created.status, 201, "{created:?}");
    let mut read = client.get(&format!("/Users/{}", created.id())).await.body;
    sent.as_object_mut().expect("an object").remove("password");
    for own in ["id", "meta"] {
        assert!(read.as_object_mut().expect("an object").remove(own).is_some());
    }
    assert_eq!(read, sent);
}

/// RFC7644-3.3-11
#[tokio::test]
async fn what_was_created_is_there_at_once() {
    let client = Client::rfc();
    for number in 0..5 {
        let name = format!("u{number}");
        let created = client.post("/Users", minimal(&name)).await;
        assert_eq!(client.follow(&json!(created.header("location"))).await.body, created.body);
        assert_eq!(client.names(&format!("userName eq \"{name}\"")).await, [name.as_str()]);
        assert_eq!(client.names(&format!("id eq \"{}\" and active eq true", created.id())).await, [name]);
        let list = client.get("/Users").await.body;
        assert_eq!((&list["totalResults"], &list["Resources"][number]), (&json!(number + 1), &created.body));
    }
}

/// RFC7644-3.9-01
#[tokio::test]
async fn the_answer_to_a_create_holds_what_is_asked_for() {
    let client = Client::rfc();
    let only = client.post("/Users?attributes=userName", full_user("ann")).await;
    assert_eq!(
        (only.status, &only.body),
        (201, &json!({"schemas": only.body["schemas"], "id": only.id(), "userName": "ann"}))
    );
    let except = client.post("/Users?excludedAttributes=emails,name.givenName,id,meta", full_user("bob")).await;
    assert_eq!((except.status, &except.body["name"]["familyName"]), (201, &json!("Rossi")));
    assert!(!except.id().is_empty());
    assert!(["emails", "meta"].iter().all(|name| except.body.get(name).is_none()));
    assert!(except.body["name"].get("givenName").is_none());
    for answer in [only, except] {
        assert_eq!(answer.header("location"), format!("{BASE}/Users/{}", answer.id()));
        assert!(client.get(&format!("/Users/{}", answer.id())).await.body["emails"].is_array(), "it was kept whole");
    }
}

/// RFC7644-3.3-13
#[tokio::test]
async fn nothing_is_created_inside_a_resource() {
    let client = Client::rfc();
    let id = client.user("ann").await;
    for path in [format!("/Users/{id}"), "/Users/nobody".to_owned(), format!("/Groups/{id}")] {
        let answer = client.post(&path, minimal("bob")).await;
        assert_eq!(answer.error(), (405, ""), "{path}");
    }
    assert_eq!(client.get("/Users").await.body["totalResults"], 1);
}
