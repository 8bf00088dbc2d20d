//! GET of one resource.

use crate::client::{Client, USER};
use crate::served::{full_user, of_users, vocabularies};
use serde_json::{Value, json};

/// RFC7644-3.4.1-03, RFC7644-3.4.1-07
#[tokio::test]
async fn a_resource_is_found_by_its_id() {
    let client = Client::rfc();
    for path in [format!("/Users/{}", client.user("ann").await), format!("/Groups/{}", client.group("crew", &[]).await)]
    {
        let answer = client.get(&path).await;
        assert_eq!(answer.status, 200);
        assert!(path.ends_with(&answer.id()));
        let location = answer.body["meta"]["location"].as_str().expect("a location");
        assert!(location.ends_with(&path));
        assert!(["", location].contains(&answer.header("location")));
    }
}

/// RFC7644-3.12-07, RFC7644-3.4.1-04
#[tokio::test]
async fn an_id_of_nobody_or_of_another_type_is_not_found() {
    let client = Client::rfc();
    let (user, group) = (client.user("ann").await, client.group("crew", &[]).await);
    for path in [
        "/Users/nobody".to_owned(),
        "/Users/26118915-6090-4610-87e4-49d8ca9f808d".to_owned(),
        "/Groups/nobody".to_owned(),
        format!("/Groups/{user}"),
        format!("/Users/{group}"),
        "/Users/ann".to_owned(),
    ] {
        assert_eq!(client.get(&path).await.error(), (404, ""), "{path}");
    }
}

/// RFC7644-3.4-01
#[tokio::test]
async fn what_is_returned_by_default_is_and_what_never_is_is_not() {
    for (vocabulary, client) in vocabularies() {
        let created = client.post("/Users", full_user(&client, "ann").await).await;
        assert_eq!(created.status, 201, "{vocabulary}: {created:?}");
        let path = format!("/Users/{}", created.id());
        let read = client.get(&path).await.body;
        for definition in of_users(&client).await {
            let is_there = !definition.values(&read).is_empty();
            let name = definition.name_in_filters();
            let on_request = client.get(&format!("{path}?attributes={name}")).await.body;
            let is_there_on_request = !definition.values(&on_request).is_empty();
            // Nobody gave the user a value of what only the server writes.
            let was_given = definition.has("mutability", "readWrite") && !is_read_only(definition.parent.as_ref());
            match definition.characteristic("returned").as_str().expect("a word") {
                "always" => assert!(is_there && is_there_on_request, "{vocabulary}: {name}"),
                "never" => assert!(!is_there && !is_there_on_request, "{vocabulary}: {name}"),
                "request" => assert!(!is_there && is_there_on_request, "{vocabulary}: {name}"),
                _ if was_given => assert!(is_there && is_there_on_request, "{vocabulary}: {name}"),
                _ => {}
            }
        }
        assert_ne!(read["id"], Value::Null);
    }
}

fn is_read_only(said: Option<&Value>) -> bool {
    said.is_some_and(|said| said["mutability"] == "readOnly")
}

/// RFC7644-3.4.1-05
#[tokio::test]
async fn looking_at_a_resource_leaves_it_as_it_is() {
    let client = Client::rfc();
    let ann = client.user("ann").await;
    let group = client.group("crew", &[&ann]).await;
    for path in [format!("/Users/{ann}"), format!("/Groups/{group}"), "/Users".to_owned(), "/Schemas".to_owned()] {
        let first = client.get(&path).await;
        client.get(&format!("{path}?attributes=meta")).await;
        client.scim("HEAD", &path, None).await;
        let second = client.get(&path).await;
        assert_eq!((&first.bytes, first.header("etag")), (&second.bytes, second.header("etag")), "{path}");
    }
}

/// RFC7644-3.4.1-06
#[tokio::test]
async fn odd_ids_are_nobodys() {
    let client = Client::rfc();
    client.user("ann").await;
    let long = format!("/Users/{}", "x".repeat(5_000));
    for path in [
        "/Users/%2e%2e",
        "/Users/%00",
        "/Users/..%2FGroups",
        "/Users/%2F",
        "/Users/%20",
        "/Users/*",
        "/Users/null",
        "/Users/%F0%9F%98%80",
        "/Users/'%20or%20'1'='1",
        "/Users/%2e%2e%2f%2e%2e%2fetc",
        &long,
    ] {
        assert_eq!(client.get(path).await.error(), (404, ""), "{path:.60}");
    }
    for broken in ["/Users/%zz", "/Users/%", "/Users/%ff"] {
        assert_eq!(client.get(broken).await.error().0, 400, "{broken}");
    }
    assert_eq!(client.get("/Users").await.body["totalResults"], 1);
    let odd = Client::varied("id.odd-characters");
    let created = odd.post("/Users", json!({"schemas": [USER], "userName": "ann"})).await;
    assert_eq!(odd.follow(&created.body["meta"]["location"]).await.body, created.body);
}
