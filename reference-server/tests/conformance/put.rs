//! Replacing a resource by PUT.

use crate::client::{Client, ENTERPRISE, GROUP, USER};
use scim_reference_server::policy::{Omitted, OmittedActive};
use serde_json::{Value, json};

/// Somebody with values of every kind, and the path to them.
async fn ann(client: &Client) -> String {
    let id = client
        .user_with(json!({
            "userName": "ann", "displayName": "Ann", "title": "Boss", "password": "correct horse",
            "name": {"givenName": "Ann", "familyName": "Lee"},
            "emails": [{"value": "a@x.example", "type": "work", "primary": true}, {"value": "b@x.example"}],
        }))
        .await;
    format!("/Users/{id}")
}

fn user(mut attributes: Value) -> Value {
    attributes["schemas"] = json!([USER]);
    attributes
}

/// RFC7644-3.5.1-01, RFC7644-3.5.1-03, RFC7644-3.5.1-04
#[tokio::test]
async fn what_is_given_takes_the_place_of_what_was() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let before = client.get(&path).await.body;
    let body = user(json!({
        "userName": "ann", "displayName": "Ann-Kathrin", "title": "Chief", "name": {"familyName": "Lea"},
        "emails": [{"value": "c@x.example", "type": "home"}], "active": false,
    }));
    let answer = client.put(&path, body.clone()).await;
    assert_eq!(answer.status, 200);
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&answer.body[name], value, "{name}");
    }
    assert_eq!(answer.body["id"], before["id"]);
    assert_eq!(answer.body["meta"]["created"], before["meta"]["created"]);
    assert_eq!(client.get(&path).await.body, answer.body, "the answer is the whole resource");
    assert_eq!(client.names(r#"emails.value eq "a@x.example""#).await, Vec::<String>::new());
    assert_eq!(client.names(r#"emails.value eq "c@x.example" and title eq "chief""#).await, ["ann"]);
}

/// RFC7644-3.5.1-02
#[tokio::test]
async fn it_creates_nothing() {
    let client = Client::rfc();
    let body = user(json!({"userName": "ann"}));
    assert_eq!(client.put("/Users/nobody", body.clone()).await.error(), (404, ""));
    assert_eq!(client.put("/Groups/none", json!({"schemas": [GROUP], "displayName": "g"})).await.error(), (404, ""));
    assert_eq!(client.put("/Users", body).await.error(), (405, ""));
    assert_eq!(client.get("").await.body["totalResults"], 0);
}

/// RFC7644-3.5.1-05
#[tokio::test]
async fn a_password_is_replaced_and_not_shown() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let answer = client.put(&path, user(json!({"userName": "ann", "password": "battery staple"}))).await;
    assert_eq!(answer.status, 200);
    let text = String::from_utf8_lossy(&answer.bytes).to_lowercase();
    assert!(!text.contains("password") && !text.contains("staple"), "{text}");
    assert_eq!(client.login("ann", "battery staple").await.status, 200);
    assert_eq!(client.login("ann", "correct horse").await.status, 401);
}

/// RFC7644-3.5.1-06, RFC7644-3.5.1-07
#[tokio::test]
async fn what_is_left_out_is_cleared_or_kept_and_null_always_clears() {
    for (put_omitted, is_kept) in [(Omitted::Clears, false), (Omitted::Keeps, true)] {
        let client = Client::rfc_but(|policy| policy.put_omitted = put_omitted);
        let path = ann(&client).await;
        let answer = client.put(&path, user(json!({"userName": "ann", "displayName": "Ann"}))).await;
        for name in ["title", "name", "emails"] {
            assert_eq!(answer.body.get(name).is_some(), is_kept, "{name}");
        }
        assert_eq!(client.names("title pr").await.len(), usize::from(is_kept));
        let nothing = json!({"userName": "ann", "title": null, "emails": [], "name": {}, "displayName": ""});
        let answer = client.put(&path, user(nothing)).await;
        assert_eq!(answer.status, 200);
        for name in ["title", "emails", "name", "displayName"] {
            assert_eq!(answer.body.get(name), None, "{name}");
            assert_eq!(client.names(&format!("{name} pr")).await, Vec::<String>::new(), "{name}");
        }
    }
    for (omitted_active, is_active) in [(OmittedActive::Keeps, false), (OmittedActive::Defaults, true)] {
        let client = Client::rfc_but(|policy| policy.put_omitted_active = omitted_active);
        let path = ann(&client).await;
        client.put(&path, user(json!({"userName": "ann", "active": false}))).await;
        let answer = client.put(&path, user(json!({"userName": "ann"}))).await;
        assert_eq!(answer.body["active"], is_active);
    }
}

/// RFC7644-3.5.1-11
#[tokio::test]
async fn what_is_read_only_is_ignored_whatever_it_says() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let id = path.rsplit('/').next().unwrap_or_default();
    client.group("Crew", &[id]).await;
    let before = client.get(&path).await.body;
    assert_eq!(before["groups"][0]["display"], "Crew");
    let changes = [
        ("id", json!("other")),
        ("id", json!(5)),
        ("id", json!(null)),
        ("meta", json!({"created": "1999-01-01T00:00:00Z", "location": "x", "resourceType": "Group"})),
        ("meta", json!("nonsense")),
        ("groups", json!([])),
        ("groups", json!([{"value": "elsewhere", "display": "Others"}])),
        ("groups", json!({"value": 1})),
    ];
    for (name, value) in changes {
        let mut body = before.clone();
        body[name] = value.clone();
        let answer = client.put(&path, body).await;
        assert_eq!((answer.status, &answer.body), (200, &before), "{name} {value}");
    }
    assert_eq!(client.get("/Users/other").await.error(), (404, ""));
}

/// RFC7644-3.5.1-12
#[tokio::test]
async fn what_was_read_can_be_written_back() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let id = path.rsplit('/').next().unwrap_or_default();
    client.patch(&path, json!([{"op": "add", "path": format!("{ENTERPRISE}:department"), "value": "D"}])).await;
    let group = format!("/Groups/{}", client.group("Crew", &[id]).await);
    for path in [path, group] {
        let read = client.get(&path).await.body;
        let answer = client.put(&path, read.clone()).await;
        assert_eq!((answer.status, &answer.body), (200, &read));
        assert_eq!(client.get(&path).await.body, read);
    }
}

/// RFC7644-3.5.1-13, RFC7644-3.5.1-15, RFC7644-3.12-08, RFC7644-3.5.1-16
#[tokio::test]
async fn what_is_refused_changes_nothing() {
    let client = Client::rfc();
    let path = ann(&client).await;
    client.user("bob").await;
    let group = format!("/Groups/{}", client.group("Crew", &[]).await);
    let nobody = json!([{"value": "nobody"}]);
    for (path, body, error) in [
        (&path, user(json!({"displayName": "Other"})), (400, "invalidValue")),
        (&path, user(json!({"userName": null, "displayName": "Other"})), (400, "invalidValue")),
        (&path, user(json!({"userName": "", "displayName": "Other"})), (400, "invalidValue")),
        (&path, json!({"userName": "ann", "displayName": "Other"}), (400, "invalidSyntax")),
        (&path, json!({"schemas": [], "userName": "ann", "displayName": "Other"}), (400, "invalidValue")),
        (&path, json!({"schemas": [GROUP], "userName": "ann", "displayName": "Other"}), (400, "invalidValue")),
        (&path, user(json!({"userName": "bob", "displayName": "Other"})), (409, "uniqueness")),
        (&path, user(json!({"userName": "BOB", "displayName": "Other"})), (409, "uniqueness")),
        (&path, user(json!({"userName": "ann", "displayName": "Other", "active": "no"})), (400, "invalidValue")),
        (&path, user(json!({"userName": "ann", "displayName": "Other", "emails": {}})), (400, "invalidValue")),
        (&path, json!([]), (400, "invalidSyntax")),
        (&group, json!({"schemas": [GROUP], "members": []}), (400, "invalidValue")),
        (&group, json!({"schemas": [GROUP], "displayName": "Other", "members": nobody}), (400, "invalidValue")),
    ] {
        let before = client.get(path).await.body;
        assert_eq!(client.put(path, body.clone()).await.error(), error, "{body}");
        assert_eq!(client.get(path).await.body, before, "{body}");
    }
}

/// RFC7644-3.5.1-14
#[tokio::test]
async fn a_user_name_can_be_changed() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let before = client.get(&path).await.body;
    for name in ["anna", "Anna"] {
        let answer = client.put(&path, user(json!({"userName": name}))).await;
        assert_eq!((answer.status, &answer.body["userName"]), (200, &json!(name)));
        assert_eq!(answer.body["id"], before["id"]);
        assert_eq!(client.names(r#"userName eq "anna""#).await, [name]);
    }
    assert_eq!(client.names(r#"userName eq "ann""#).await, Vec::<String>::new());
    client.user("ann").await;
}

/// RFC7644-3.5.1-17
#[tokio::test]
async fn the_members_of_a_group_are_replaced() {
    let client = Client::rfc();
    let [a, b, c] = [client.user("a").await, client.user("b").await, client.user("c").await];
    let group = client.group("Crew", &[&a, &b]).await;
    let body = json!({"schemas": [GROUP], "displayName": "Crew", "members": [{"value": c}]});
    let answer = client.put(&format!("/Groups/{group}"), body).await;
    assert_eq!(answer.status, 200);
    assert_eq!(client.members(&group).await, [&*c]);
    assert_eq!(client.get(&format!("/Users/{a}")).await.body.get("groups"), None);
    assert_eq!(client.get(&format!("/Users/{c}")).await.body["groups"][0]["value"], group);
}

/// RFC7644-3.5.1-18
#[tokio::test]
async fn an_extension_comes_and_goes_with_its_urn() {
    for (put_omitted, is_kept) in [(Omitted::Clears, false), (Omitted::Keeps, true)] {
        let client = Client::rfc_but(|policy| policy.put_omitted = put_omitted);
        let path = ann(&client).await;
        assert_eq!(client.get(&path).await.body["schemas"], json!([USER]));
        let body = json!({"schemas": [USER, ENTERPRISE], "userName": "ann", ENTERPRISE: {"department": "D"}});
        let answer = client.put(&path, body).await;
        assert_eq!((&answer.body[ENTERPRISE], answer.status), (&json!({"department": "D"}), 200));
        assert_eq!(answer.body["schemas"], json!([USER, ENTERPRISE]));
        let answer = client.put(&path, user(json!({"userName": "ann"}))).await;
        assert_eq!(answer.body.get(ENTERPRISE).is_some(), is_kept);
        let urns = if is_kept { json!([USER, ENTERPRISE]) } else { json!([USER]) };
        assert_eq!(client.get(&path).await.body["schemas"], urns);
        let body = json!({"schemas": [USER, ENTERPRISE], "userName": "ann", ENTERPRISE: {"department": null}});
        let answer = client.put(&path, body).await;
        assert_eq!((answer.body.get(ENTERPRISE), &answer.body["schemas"]), (None, &json!([USER])));
    }
}

/// RFC7644-3.5.1-19
#[tokio::test]
async fn a_change_shows_in_meta() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let before = client.get(&path).await.body;
    let after = client.put(&path, user(json!({"userName": "ann", "title": "Chief"}))).await.body;
    let modified = |body: &Value| body["meta"]["lastModified"].as_str().unwrap_or_default().to_owned();
    assert!(modified(&after) > modified(&before), "{before} {after}");
    assert_eq!(after["meta"]["created"], before["meta"]["created"]);
    let versions = [&before, &after].map(|body| body["meta"]["version"].as_str());
    assert!(versions[0].is_some() && versions[1].is_some() && versions[0] != versions[1], "{versions:?}");
}

/// RFC7644-3.9-14
#[tokio::test]
async fn the_answer_can_be_cut_down() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let answer =
        client.put(&format!("{path}?attributes=userName"), user(json!({"userName": "anna", "title": "T"}))).await;
    let expected = json!({"schemas": [USER], "id": client.get(&path).await.body["id"], "userName": "anna"});
    assert_eq!((answer.status, &answer.body), (200, &expected));
    assert_eq!(client.get(&path).await.body["title"], "T", "what is not shown is done all the same");
}
