//! What Okta sends in both of its dialects, and what Entra sends, with the effects they count on.

mod client;

use client::{Client, ENTERPRISE, GROUP, PATCH, USER, config, sorted};
use scim_reference_server::policy::{Omitted, PatchAnswer};
use scim_reference_server::{Config, Policy};
use serde_json::{Value, json};

async fn active(client: &Client, id: &str) -> Value {
    client.get(&format!("/Users/{id}")).await.body["active"].clone()
}

#[tokio::test]
async fn connection_test_on_an_empty_server() {
    let client = Client::plain();
    for path in ["/Users?startIndex=1&count=2", "/Groups?startIndex=1&count=100"] {
        let expected = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": [],
        });
        assert_eq!(client.get(path).await.body, expected);
    }
}

#[tokio::test]
async fn assign_finds_or_creates() {
    let client = Client::plain();
    let lookup = "/Users?filter=userName%20eq%20%22test.user%40okta.local%22&startIndex=1&count=100";
    assert_eq!(client.get(lookup).await.body["totalResults"], 0);
    let body = json!({
        "schemas": [USER], "userName": "test.user@okta.local", "name": {"givenName": "Test", "familyName": "User"},
        "emails": [{"primary": true, "value": "test.user@okta.local", "type": "work"}], "displayName": "Test User",
        "locale": "en-US", "externalId": "00ujl29u0le5T6Aj10h7", "groups": [], "password": "1mz050nq", "active": true,
    });
    let created = client.post("/Users", body.clone()).await;
    assert_eq!(created.status, 201);
    assert_eq!(created.body.get("password"), None);
    assert_eq!(created.body["externalId"], "00ujl29u0le5T6Aj10h7");
    assert_eq!(client.get(lookup).await.body["Resources"][0], created.body);
    assert_eq!(client.post("/Users", body.clone()).await.error(), (409, "uniqueness"));
    let mut shouted = body;
    shouted["userName"] = "TEST.USER@okta.local".into();
    assert_eq!(client.post("/Users", shouted).await.error(), (409, "uniqueness"));
    assert_eq!(client.get(lookup).await.body["totalResults"], 1);
}

#[tokio::test]
async fn wizard_apps_update_by_put_of_what_they_read() {
    let client = Client::plain();
    let id = client.user("jsmith").await;
    let group = client.group("Tour Guides", &[&id]).await;
    let path = format!("/Users/{id}");
    let mut read = client.get(&path).await.body;
    assert_eq!(read["groups"][0]["value"], group);
    let unchanged = client.put(&path, read.clone()).await;
    assert_eq!((unchanged.status, &unchanged.body), (200, &read));
    read["name"]["familyName"] = "Jensen".into();
    read["meta"] = json!({"created": "1999-01-01T00:00:00Z", "version": "W/\"1\"", "resourceType": "X"});
    read["groups"] = json!([{"value": "stale", "$ref": "http://x.example/Groups/stale", "type": "direct"}]);
    let updated = client.put(&path, read.clone()).await;
    assert_eq!(updated.status, 200);
    assert_eq!(updated.body["name"]["familyName"], "Jensen");
    assert_eq!(updated.body["groups"][0]["value"], group);
    assert_eq!(updated.body["id"], id);
    // Deactivated, pushed without status, reactivated twice with stale parts.
    read["active"] = false.into();
    assert_eq!(client.put(&path, read.clone()).await.body["active"], false);
    let mut silent = read.clone();
    silent.as_object_mut().expect("an object").remove("active");
    assert_eq!(client.put(&path, silent).await.body["active"], false);
    assert_eq!(client.names(r#"userName eq "jsmith""#).await, ["jsmith"]);
    read["active"] = true.into();
    for _ in 0..2 {
        assert_eq!(client.put(&path, read.clone()).await.status, 200);
    }
    assert_eq!(active(&client, &id).await, true);
}

#[tokio::test]
async fn put_clears_or_keeps_what_it_leaves_out() {
    for (put_omitted, title) in [(Omitted::Clears, json!(null)), (Omitted::Keeps, json!("Tester"))] {
        let client = Client::with(Config { policy: Policy { put_omitted, ..Policy::okta() }, ..config() });
        let id = client.user("a").await;
        let group = client.group("g", &[&id]).await;
        let path = format!("/Users/{id}");
        let body = json!({"schemas": [USER], "userName": "a", "emails": [], "displayName": null});
        let answer = client.put(&path, body).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body["title"], title);
        assert_eq!(answer.body.get("emails"), None);
        assert_eq!(answer.body.get("displayName"), None);
        client.put(&format!("/Groups/{group}"), json!({"schemas": [GROUP], "displayName": "h"})).await;
        assert_eq!(client.members(&group).await.len(), usize::from(put_omitted == Omitted::Keeps));
    }
}

#[tokio::test]
async fn put_refusals_change_nothing() {
    let client = Client::plain();
    let (first, _) = (client.user("a").await, client.user("b").await);
    let path = format!("/Users/{first}");
    let before = client.get(&path).await.body;
    for (body, error) in [
        (json!({"schemas": [USER], "userName": "B"}), (409, "uniqueness")),
        (json!({"schemas": [USER]}), (400, "invalidValue")),
        (json!({"userName": "a"}), (400, "invalidSyntax")),
        (json!({"schemas": [USER], "userName": "a", "active": "no"}), (400, "invalidValue")),
    ] {
        assert_eq!(client.put(&path, body).await.error(), error);
    }
    assert_eq!(
        client.patch(&path, json!([{"op": "replace", "path": "userName", "value": "B"}])).await.error(),
        (409, "uniqueness")
    );
    assert_eq!(client.get(&path).await.body, before);
    assert_eq!(client.put(&path, json!({"schemas": [USER], "userName": "A"})).await.body["userName"], "A");
}

#[tokio::test]
async fn catalogue_apps_deactivate_and_reactivate_without_path() {
    let client = Client::plain();
    let id = client.user("a").await;
    let path = format!("/Users/{id}");
    let before = client.get(&path).await.body;
    for wanted in [false, false, true, true] {
        let answer = client.patch(&path, json!([{"op": "replace", "value": {"active": wanted}}])).await;
        assert_eq!((answer.status, &answer.body["active"]), (200, &json!(wanted)));
        assert_eq!(answer.body["emails"], before["emails"]);
        assert_eq!(client.names(&format!("userName eq \"A\" and active eq {wanted}")).await, ["a"]);
    }
}

#[tokio::test]
async fn group_push_by_patch() {
    let client = Client::plain();
    let (a, b, c) = (client.user("a").await, client.user("b").await, client.user("c").await);
    let group = client.group("Test SCIMv2", &[&a, &b]).await;
    let path = format!("/Groups/{group}");
    let rename = json!([{"op": "replace", "value": {"id": group, "displayName": "Tour Guides"}}]);
    for _ in 0..2 {
        assert_eq!(client.patch(&path, rename.clone()).await.body["displayName"], "Tour Guides");
        assert_eq!(client.members(&group).await, sorted(&[&a, &b]));
    }
    let foreign = json!([{"op": "replace", "value": {"id": "other", "displayName": "X"}}]);
    assert_eq!(client.patch(&path, foreign).await.error(), (400, "mutability"));
    for _ in 0..2 {
        let remove = json!([{"op": "remove", "path": format!("members[value eq \"{a}\"]")}]);
        assert_eq!(client.patch(&path, remove).await.status, 200);
        assert_eq!(client.members(&group).await, std::slice::from_ref(&b));
    }
    let both = json!([
        {"op": "remove", "path": format!("members[value eq \"{b}\"]")},
        {"op": "add", "path": "members", "value": [{"value": c, "display": "c@x"}, {"value": c}]},
    ]);
    for _ in 0..2 {
        assert_eq!(client.patch(&path, both.clone()).await.status, 200);
        assert_eq!(client.members(&group).await, std::slice::from_ref(&c));
    }
    let push = |members: Value| json!([{"op": "replace", "path": "members", "value": members}]);
    client.patch(&path, push(json!([{"value": a, "display": "a@x"}, {"value": b, "display": "b@x"}]))).await;
    assert_eq!(client.members(&group).await, sorted(&[&a, &b]));
    client.patch(&path, push(json!([]))).await;
    assert_eq!(client.members(&group).await, Vec::<String>::new());
    let pathless = json!([{"op": "replace", "value": {"id": group, "displayName": "G", "members": [{"value": c}]}}]);
    client.patch(&path, pathless).await;
    assert_eq!(client.members(&group).await, std::slice::from_ref(&c));
    let unknown = client
        .patch(&path, json!([{"op": "add", "path": "members", "value": [{"value": a}, {"value": "ghost"}]}]))
        .await;
    assert_eq!(unknown.error(), (400, "invalidValue"));
    assert!(unknown.body["detail"].as_str().is_some_and(|detail| detail.contains("ghost")));
    assert_eq!(client.members(&group).await, [c]);
}

#[tokio::test]
async fn group_push_by_put() {
    let client = Client::plain();
    let (a, b) = (client.user("a").await, client.user("b").await);
    let group = client.group("Team", &[]).await;
    client.group("Team", &[]).await;
    let path = format!("/Groups/{group}");
    let body = |name: &str, members: &[&String]| {
        let members: Vec<Value> = members.iter().map(|id| json!({"value": id, "display": null})).collect();
        json!({"schemas": [GROUP], "id": group, "displayName": name, "members": members})
    };
    for (name, members) in [("Team", vec![]), ("Team", vec![&a, &b]), ("Team", vec![&a, &b]), ("Crew", vec![&b])] {
        let answer = client.put(&path, body(name, &members)).await;
        assert_eq!((answer.status, &answer.body["displayName"]), (200, &json!(name)));
        assert_eq!(client.members(&group).await, sorted(&members));
    }
    assert_eq!(client.put(&path, body("Crew", &[&"ghost".to_owned()])).await.error(), (400, "invalidValue"));
    assert_eq!(client.members(&group).await, std::slice::from_ref(&b));
    assert_eq!(client.delete(&path).await.status, 204);
    assert_eq!(client.delete(&path).await.error(), (404, ""));
    assert_eq!(client.get(&format!("/Users/{b}")).await.body.get("groups"), None);
}

#[tokio::test]
async fn membership_shows_on_both_sides() {
    let client = Client::plain();
    let (user, other) = (client.user("a").await, client.user("b").await);
    let inner = client.group("Inner", &[&user, &other]).await;
    let outer = client.group("Outer", &[&inner]).await;
    client
        .patch(&format!("/Groups/{inner}"), json!([{"op": "add", "path": "members", "value": {"value": outer}}]))
        .await;
    let shown = client.get(&format!("/Users/{user}")).await.body["groups"].clone();
    let part = |id: &str, name: &str, how: &str| json!({"value": id, "$ref": format!("http://scim.example/scim/v2/Groups/{id}"), "type": how, "display": name});
    assert_eq!(shown, json!([part(&inner, "Inner", "direct"), part(&outer, "Outer", "indirect")]));
    let members = client.get(&format!("/Groups/{inner}")).await.body["members"].clone();
    assert_eq!(members[0]["display"], "The a");
    assert_eq!(members[2]["type"], "Group");
    client.delete(&format!("/Users/{user}")).await;
    assert_eq!(client.members(&inner).await, sorted(&[&other, &outer]));
    client.delete(&format!("/Groups/{outer}")).await;
    assert_eq!(client.members(&inner).await, [other]);
    let write = json!([{"op": "add", "path": "groups", "value": [{"value": inner}]}]);
    assert_eq!(client.patch(&format!("/Users/{user}"), write.clone()).await.error(), (404, ""));
    let third = client.user("c").await;
    assert_eq!(client.patch(&format!("/Users/{third}"), write).await.error(), (400, "mutability"));
}

#[tokio::test]
async fn a_patch_is_all_or_nothing() {
    let client = Client::plain();
    let id = client.user("a").await;
    let path = format!("/Users/{id}");
    let before = client.get(&path).await.body;
    let good = json!({"op": "replace", "path": "title", "value": "changed"});
    for (bad, error) in [
        (json!({"op": "replace", "path": "emails[type eq \"none\"].value", "value": "x"}), "noTarget"),
        (json!({"op": "replace", "path": "nope", "value": "x"}), "invalidPath"),
        (json!({"op": "replace", "path": "id", "value": "x"}), "mutability"),
        (json!({"op": "remove", "path": "userName"}), "mutability"),
        (json!({"op": "remove"}), "noTarget"),
        (json!({"op": "replace", "path": "active", "value": "maybe"}), "invalidValue"),
        (json!({"op": "replace", "path": "userName", "value": ""}), "invalidValue"),
        (json!({"op": "move", "path": "title"}), "invalidSyntax"),
        (json!({"path": "title", "value": "x"}), "invalidSyntax"),
        (json!({"op": "add", "path": "title"}), "invalidSyntax"),
        (json!({"op": "replace", "path": "/title", "value": "x"}), "invalidPath"),
        (json!({"op": "replace", "path": "", "value": "x"}), "invalidPath"),
        (json!({"op": "replace", "path": "name[givenName eq \"x\"]", "value": "x"}), "invalidPath"),
        (json!({"op": "remove", "path": "emails[type zz \"work\"]"}), "invalidFilter"),
    ] {
        for operations in [json!([good, bad]), json!([bad, good])] {
            assert_eq!(client.patch(&path, operations).await.error(), (400, error), "{bad}");
        }
    }
    for message in [
        json!({}),
        json!({"schemas": [PATCH]}),
        json!({"schemas": [USER], "Operations": [good]}),
        json!({"schemas": [PATCH], "Operations": []}),
    ] {
        assert_eq!(client.scim("PATCH", &path, Some(message)).await.error(), (400, "invalidSyntax"));
    }
    assert_eq!(client.get(&path).await.body, before);
}

#[tokio::test]
async fn entra_dialect() {
    let client = Client::plain();
    let boss = client.user("boss").await;
    let id = client.user("a").await;
    let path = format!("/Users/{id}");
    let answer = client
        .patch(
            &path,
            json!([
                {"op": "Replace", "path": "active", "value": "False"},
                {"op": "Add", "path": "emails[type eq \"home\"].value", "value": "home@x.example"},
                {"op": "Add", "path": "emails[type eq \"home\"].display", "value": "Home"},
                {"op": "Add", "path": "roles[primary eq \"True\"].value", "value": "admin"},
                {"op": "Replace", "value": {"name.givenName": "Gtfd", format!("{ENTERPRISE}:department"): "Retail"}},
                {"op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": boss},
            ]),
        )
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.body["active"], false);
    assert_eq!(answer.body["emails"][1], json!({"type": "home", "value": "home@x.example", "display": "Home"}));
    assert_eq!(answer.body["roles"], json!([{"primary": true, "value": "admin"}]));
    assert_eq!(answer.body["name"], json!({"givenName": "Gtfd", "familyName": "Family"}));
    assert_eq!(answer.body[ENTERPRISE], json!({"department": "Retail", "manager": {"value": boss}}));
    assert_eq!(answer.body["schemas"], json!([USER, ENTERPRISE]));
    let away = json!([{"op": "replace", "path": format!("{ENTERPRISE}:manager"), "value": ""}]);
    assert_eq!(client.patch(&path, away).await.body[ENTERPRISE], json!({"department": "Retail"}));
    let group = json!({
        "schemas": [GROUP, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
        "externalId": "8aa1a0c0", "displayName": "G", "meta": {"resourceType": "Group"},
    });
    let created = client.post("/Groups", group).await;
    assert_eq!((created.status, &created.body["schemas"]), (201, &json!([GROUP])));
    let path = format!("/Groups/{}", created.id());
    let list = |op: &str, ids: &[&str]| {
        let values: Vec<Value> = ids.iter().map(|id| json!({"$ref": null, "value": id})).collect();
        json!([{"op": op, "path": "members", "value": values}])
    };
    client.patch(&path, list("Add", &[&id, &boss])).await;
    assert_eq!(client.patch(&path, list("Remove", &[&id])).await.status, 200);
    assert_eq!(client.members(&created.id()).await, [boss]);
}

#[tokio::test]
async fn the_rfc_preset_is_strict() {
    let client = Client::with(Config { policy: Policy::rfc(), ..config() });
    let id = client.user("a").await;
    let path = format!("/Users/{id}");
    for (operation, error) in [
        (json!({"op": "Replace", "path": "title", "value": "x"}), "invalidSyntax"),
        (json!({"op": "replace", "path": "active", "value": "False"}), "invalidValue"),
        (json!({"op": "add", "path": "emails[type eq \"home\"].value", "value": "x"}), "noTarget"),
        (json!({"op": "replace", "value": {"name.givenName": "x"}}), "invalidPath"),
        (json!({"op": "replace", "path": format!("{ENTERPRISE}:manager"), "value": "x"}), "invalidValue"),
    ] {
        assert_eq!(client.patch(&path, json!([operation])).await.error(), (400, error));
    }
    let group = client.group("g", &[&id]).await;
    let remove = json!([{"op": "remove", "path": "members", "value": [{"value": id}]}]);
    assert_eq!(client.patch(&format!("/Groups/{group}"), remove).await.error(), (400, "invalidSyntax"));
    let body = json!({"schemas": [USER, "urn:example:x"], "userName": "b"});
    assert_eq!(client.post("/Users", body).await.error(), (400, "invalidValue"));
}

#[tokio::test]
async fn patch_may_be_answered_without_body() {
    let policy = Policy { patch_answer: PatchAnswer::NoContent, ..Policy::okta() };
    let client = Client::with(Config { policy, ..config() });
    let path = format!("/Users/{}", client.user("a").await);
    let operations = json!([{"op": "replace", "path": "title", "value": "x"}]);
    let answer = client.patch(&path, operations.clone()).await;
    assert_eq!((answer.status, answer.bytes.len(), answer.header("content-type")), (204, 0, ""));
    let answer = client.patch(&format!("{path}?attributes=title"), operations).await;
    assert_eq!((answer.status, &answer.body["title"]), (200, &json!("x")));
}
