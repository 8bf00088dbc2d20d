//! `attributes` and `excludedAttributes`.

use crate::client::{Client, ENTERPRISE, USER};
use serde_json::{Value, json};

async fn with_ann() -> (Client, String) {
    let client = Client::rfc();
    let id = client
        .user_with(json!({
            "userName": "ann", "displayName": "Ann", "name": {"givenName": "Ann", "familyName": "Lee"},
            "emails": [
                {"value": "ann@x.example", "type": "work", "primary": true},
                {"value": "ann@home.example", "type": "home"},
            ],
            "password": "correct horse", "phoneNumbers": [{"value": "1"}],
            ENTERPRISE: {"department": "D", "division": "E", "manager": {"value": "m"}},
        }))
        .await;
    (client, format!("/Users/{id}"))
}

fn names(resource: &Value) -> Vec<&str> {
    resource.as_object().map(|object| object.keys().map(String::as_str).collect()).unwrap_or_default()
}

/// RFC7644-3.4.2.5-01, RFC7644-3.9-02, RFC7644-3.9-03, RFC7644-3.9-04, RFC7644-3.9-05, RFC7644-3.9-11
#[tokio::test]
async fn only_what_was_asked_for_is_shown_beside_the_minimum() {
    let (client, path) = with_ann().await;
    let whole = client.get(&path).await.body;
    for (asked, shown) in [
        ("userName", &["schemas", "id", "userName"] as &[&str]),
        ("userName,displayName", &["schemas", "id", "userName", "displayName"]),
        ("name,%20emails", &["schemas", "id", "name", "emails"]),
        ("id", &["schemas", "id"]),
        ("title", &["schemas", "id"]),
        ("meta", &["schemas", "id", "meta"]),
    ] {
        let part = client.get(&format!("{path}?attributes={asked}")).await;
        assert_eq!((part.status, names(&part.body)), (200, shown.to_vec()), "{asked}");
        for name in shown {
            assert_eq!(part.body[name], whole[name], "{asked}");
        }
    }
    assert_eq!(client.get(&format!("{path}?attributes=")).await.body, whole, "nothing asked for is no question");
}

/// RFC7644-3.4.2.5-02, RFC7644-3.4.2.5-03, RFC7644-3.9-05
#[tokio::test]
async fn what_is_excluded_is_left_out_of_what_is_usual() {
    let (client, path) = with_ann().await;
    let whole = client.get(&path).await.body;
    for (excluded, hidden) in [
        ("displayName", &["displayName"] as &[&str]),
        ("displayName,emails,%20meta", &["displayName", "emails", "meta"]),
        ("id", &[]),
        ("ID,schemas", &[]),
        ("noSuchAttr", &[]),
        ("password", &[]),
    ] {
        let mut expected = whole.clone();
        expected.as_object_mut().expect("an object").retain(|name, _| !hidden.contains(&name.as_str()));
        let part = client.get(&format!("{path}?excludedAttributes={excluded}")).await;
        assert_eq!((part.status, &part.body), (200, &expected), "{excluded}");
    }
}

/// RFC7644-3.9-06
#[tokio::test]
async fn the_two_exclude_each_other() {
    let (client, path) = with_ann().await;
    let both = "attributes=userName&excludedAttributes=name";
    assert_eq!(client.get(&format!("{path}?{both}")).await.error(), (400, "invalidValue"));
    assert_eq!(client.get(&format!("/Users?{both}")).await.error(), (400, "invalidValue"));
    let answer = client.put(&format!("{path}?{both}"), json!({"schemas": [USER], "userName": "other"})).await;
    assert_eq!(answer.error(), (400, "invalidValue"));
    assert_eq!(client.get(&path).await.body["userName"], "ann", "what is refused is not done");
}

/// RFC7644-3.9-07, RFC7644-3.9-08, RFC7644-3.9-09
#[tokio::test]
async fn parts_can_be_asked_for_and_excluded() {
    let (client, path) = with_ann().await;
    let part = async |query: &str| client.get(&format!("{path}?{query}")).await.body;
    assert_eq!(part("attributes=name.givenName").await["name"], json!({"givenName": "Ann"}));
    let only = json!([{"value": "ann@x.example"}, {"value": "ann@home.example"}]);
    assert_eq!(part("attributes=emails.value").await["emails"], only);
    let two = part("attributes=emails.value,emails.type").await;
    assert_eq!(two["emails"][0], json!({"value": "ann@x.example", "type": "work"}));
    assert_eq!(part("attributes=emails.primary").await["emails"], json!([{"primary": true}]));
    assert_eq!(part("attributes=name.middleName").await.get("name"), None);
    assert_eq!(part("attributes=name.givenName,name").await["name"], json!({"givenName": "Ann", "familyName": "Lee"}));
    assert_eq!(part("excludedAttributes=name.familyName").await["name"], json!({"givenName": "Ann"}));
    assert_eq!(part("excludedAttributes=emails.primary,emails.type").await["emails"], only);
    // Nothing is left of these, and what is empty has no value.
    let bare = part("excludedAttributes=phoneNumbers.value,name.givenName,name.familyName").await;
    assert_eq!((bare.get("phoneNumbers"), bare.get("name")), (None, None));
}

/// RFC7644-3.10-08, RFC7644-3.10-09, RFC7644-3.10-10
#[tokio::test]
async fn names_may_be_in_any_case_and_with_their_urn() {
    let (client, path) = with_ann().await;
    let part = async |query: String| client.get(&format!("{path}?{query}")).await.body;
    for name in ["USERNAME", &format!("{USER}:userName"), &format!("{}:USERNAME", USER.to_uppercase())] {
        assert_eq!(names(&part(format!("attributes={name}")).await), ["schemas", "id", "userName"], "{name}");
        assert_eq!(part(format!("excludedAttributes={name}")).await.get("userName"), None, "{name}");
    }
    let qualified = part(format!("attributes={USER}:name.givenName")).await;
    assert_eq!(qualified["name"], json!({"givenName": "Ann"}));
    let department = part(format!("attributes={ENTERPRISE}:department")).await;
    assert_eq!(names(&department), ["schemas", "id", ENTERPRISE]);
    assert_eq!(department[ENTERPRISE], json!({"department": "D"}));
    let manager = part(format!("attributes={ENTERPRISE}:manager.value")).await;
    assert_eq!(manager[ENTERPRISE], json!({"manager": {"value": "m"}}));
    let without = part(format!("excludedAttributes={ENTERPRISE}:department,{ENTERPRISE}:manager")).await;
    assert_eq!(without[ENTERPRISE], json!({"division": "E"}));
    let extension = part(format!("attributes={ENTERPRISE}")).await;
    assert_eq!(extension[ENTERPRISE], json!({"department": "D", "division": "E", "manager": {"value": "m"}}));
    assert_eq!(part(format!("excludedAttributes={ENTERPRISE}")).await.get(ENTERPRISE), None);
}

/// RFC7643-7-26
#[tokio::test]
async fn what_is_never_returned_is_not_returned_on_request() {
    let (client, path) = with_ann().await;
    for query in ["", "?attributes=password", &format!("?attributes={USER}:PASSWORD"), "?excludedAttributes=userName"] {
        for path in [format!("{path}{query}"), format!("/Users{query}")] {
            let answer = client.get(&path).await;
            assert_eq!(answer.status, 200);
            let text = String::from_utf8_lossy(&answer.bytes).to_lowercase();
            assert!(!text.contains("password") && !text.contains("horse"), "{path}: {text}");
        }
    }
    let answer = client.search("/Users", json!({"attributes": ["password"]})).await;
    assert_eq!(names(&answer.resources()[0]), ["schemas", "id"]);
}

/// RFC7643-7-28, RFC7643-7-29
#[tokio::test]
async fn the_schema_says_what_is_shown() {
    let client = Client::rfc();
    let published = client.get(&format!("/Schemas/{USER}")).await.body;
    let attributes = published["attributes"].as_array().expect("attributes");
    let sample = |attribute: &Value| match attribute["type"].as_str() {
        Some("boolean") => json!(true),
        Some("reference") => json!("https://x.example/"),
        Some("binary") => json!("TWFu"),
        _ => json!("x"),
    };
    let mut user = json!({});
    for attribute in attributes {
        let name = attribute["name"].as_str().expect("a name");
        let value = match attribute["subAttributes"].as_array() {
            None => sample(attribute),
            Some(parts) => parts.iter().map(|part| (part["name"].as_str().unwrap().to_owned(), sample(part))).collect(),
        };
        user[name] = if attribute["multiValued"] == true { json!([value]) } else { value };
    }
    let id = client.user_with(user.clone()).await;
    let group = client.group("g", &[&id]).await;
    let whole = client.get(&format!("/Users/{id}")).await.body;
    let narrow = client.get(&format!("/Users/{id}?attributes=nickName")).await.body;
    for attribute in attributes {
        let name = attribute["name"].as_str().expect("a name");
        let returned = attribute["returned"].as_str().expect("it says when");
        assert_eq!(whole.get(name).is_some(), matches!(returned, "default" | "always"), "{name}");
        assert_eq!(narrow.get(name).is_some(), name == "nickName" || returned == "always", "{name}");
        if returned == "default" && attribute["mutability"] == "readWrite" {
            assert_eq!(whole[name], user[name], "{name}");
        }
    }
    assert_eq!(whole["groups"][0]["value"], group);
    assert_eq!(names(&narrow), ["schemas", "id", "nickName"]);
    let narrow = client.get(&format!("/Groups/{group}?excludedAttributes=id,displayName,members,meta")).await.body;
    assert_eq!(names(&narrow), ["schemas", "id"]);
}

/// RFC7644-3.9-10
#[tokio::test]
async fn every_answer_with_a_resource_can_be_cut_down() {
    let client = Client::rfc();
    let body = json!({"schemas": [USER], "userName": "a", "displayName": "A"});
    for (query, shown) in [
        ("attributes=userName", &["schemas", "id", "userName"] as &[&str]),
        ("excludedAttributes=meta,active,displayName,title", &["schemas", "id", "userName"]),
    ] {
        let created = client.post(&format!("/Users?{query}"), body.clone()).await;
        assert_eq!((created.status, names(&created.body)), (201, shown.to_vec()));
        let path = format!("/Users/{}?{query}", created.id());
        let title = json!([{"op": "replace", "path": "title", "value": "T"}]);
        for answer in [client.put(&path, body.clone()).await, client.patch(&path, title).await, client.get(&path).await]
        {
            assert_eq!((answer.status, names(&answer.body)), (200, shown.to_vec()));
        }
        assert_eq!(names(&client.get(&format!("/Users?{query}")).await.resources()[0]), shown);
        assert_eq!(client.get(&format!("/Users/{}", created.id())).await.body["title"], "T");
        client.delete(&format!("/Users/{}", created.id())).await;
    }
}

/// RFC7644-3.9-12
#[tokio::test]
async fn an_unknown_name_selects_nothing() {
    let (client, path) = with_ann().await;
    for unknown in ["nope", "name.nope", "urn:example:nope:userName", "userName.value", "a%20b", ","] {
        let part = client.get(&format!("{path}?attributes={unknown}")).await;
        assert_eq!((part.status, names(&part.body)), (200, vec!["schemas", "id"]), "{unknown}");
    }
    let beside = client.get(&format!("{path}?attributes=nope,userName")).await.body;
    assert_eq!(names(&beside), ["schemas", "id", "userName"]);
}

/// RFC7644-3.9-13
#[tokio::test]
async fn long_member_lists_can_be_left_out() {
    let client = Client::rfc();
    let user = client.user("a").await;
    let groups = [client.group("g", &[&user]).await, client.group("h", &[&user]).await];
    let list = client.get("/Groups?excludedAttributes=members").await;
    assert_eq!(list.each("id"), groups);
    assert!(list.resources().iter().all(|group| group.get("members").is_none()), "{list:?}");
    assert_eq!(list.each("displayName"), ["g", "h"]);
    for group in client.get("/Groups").await.resources() {
        assert_eq!(group["members"][0]["value"], user);
    }
    let alone = client.get(&format!("/Groups/{}?excludedAttributes=Members", groups[0])).await.body;
    assert_eq!(alone.get("members"), None);
}
