//! What groups and their members are.

use crate::client::{Client, GROUP, sorted};
use serde_json::{Value, json};

fn group(name: &str, members: Value) -> Value {
    json!({"schemas": [GROUP], "displayName": name, "members": members})
}

/// RFC7643-4.2-02, RFC7643-4.2-03, RFC7643-4.2-10
#[tokio::test]
async fn a_group_needs_a_name_and_no_members() {
    let client = Client::rfc();
    for name in [json!(null), json!(""), json!(5), json!([])] {
        let body = json!({"schemas": [GROUP], "displayName": name});
        assert_eq!(client.post("/Groups", body).await.error(), (400, "invalidValue"), "{name}");
    }
    assert_eq!(client.post("/Groups", json!({"schemas": [GROUP]})).await.error(), (400, "invalidValue"));
    let created = client.post("/Groups", json!({"schemas": [GROUP], "displayName": "crew"})).await;
    assert_eq!(created.status, 201);
    assert!(created.body.get("members").is_none_or(|members| *members == json!([])));
    let schema = client.get(&format!("/Schemas/{GROUP}")).await.body;
    assert_eq!(schema["attributes"][0]["name"], "displayName");
    assert_eq!(schema["attributes"][0]["uniqueness"], "none");
    for members in [json!([]), json!(null)] {
        assert_eq!(client.post("/Groups", group("crew", members)).await.status, 201, "its name is not unique");
    }
    let other = client.post("/Groups", group("other", json!([]))).await;
    let path = format!("/Groups/{}", other.id());
    let renamed = client.put(&path, group("crew", json!([]))).await;
    assert_eq!((renamed.status, &renamed.body["displayName"]), (200, &json!("crew")));
    client.put(&path, group("other", json!([]))).await;
    let renamed = client.patch(&path, json!([{"op": "replace", "path": "displayName", "value": "crew"}])).await;
    assert_eq!((renamed.status, &renamed.body["displayName"]), (200, &json!("crew")));
}

/// RFC7643-4.2-04, RFC7643-4.2-05, RFC7643-4.2-06, RFC7643-4.2-07
#[tokio::test]
async fn members_are_users_and_groups_with_their_addresses() {
    let client = Client::rfc();
    let (ann, inner) = (client.user("ann").await, client.group("inner", &[]).await);
    let members = json!([{"value": ann}, {"value": inner, "type": "Group"}]);
    let created = client.post("/Groups", group("outer", members)).await;
    assert_eq!(created.status, 201);
    let mut ids = Vec::new();
    for member in created.body["members"].as_array().expect("an array") {
        let resource = client.follow(&member["$ref"]).await;
        assert_eq!((resource.status, &resource.body["id"]), (200, &member["value"]));
        assert_eq!(resource.body["meta"]["resourceType"], member["type"]);
        ids.push(resource.id());
    }
    ids.sort();
    assert_eq!(ids, sorted(&[&ann, &inner]));
}

/// RFC7643-4.2-09
#[tokio::test]
async fn a_member_needs_an_id() {
    let client = Client::rfc();
    let path = format!("/Groups/{}", client.group("crew", &[]).await);
    for member in [json!({"value": ""}), json!({"display": "Ann"}), json!({"type": "User"}), json!(null)] {
        let members = json!([member]);
        assert_eq!(
            client.post("/Groups", group("x", members.clone())).await.error(),
            (400, "invalidValue"),
            "{member}"
        );
        let add = json!([{"op": "add", "path": "members", "value": members}]);
        assert_eq!(client.patch(&path, add).await.error(), (400, "invalidValue"), "{member}");
    }
    assert_eq!(client.get("/Groups").await.body["totalResults"], 1);
    // A complex value without parts is none.
    for member in [json!({}), json!({"value": null})] {
        let created = client.post("/Groups", group("x", json!([member]))).await;
        assert_eq!((created.status, client.members(&created.id()).await), (201, vec![]), "{member}");
    }
    assert_eq!(client.members(&path["/Groups/".len()..]).await, [""; 0]);
}

/// RFC7643-4.2-11
#[tokio::test]
async fn who_is_deleted_is_no_member_any_more() {
    let client = Client::rfc();
    let (ann, bob) = (client.user("ann").await, client.user("bob").await);
    let inner = client.group("inner", &[]).await;
    let crew = client.group("crew", &[&ann, &bob, &inner]).await;
    client.delete(&format!("/Users/{ann}")).await;
    client.delete(&format!("/Groups/{inner}")).await;
    assert_eq!(client.members(&crew).await, [bob.as_str()]);
    let found = client.filter("/Groups", &format!("members.value eq \"{ann}\"")).await;
    assert_eq!(found.body["totalResults"], 0);
    client.user("ann").await;
    assert_eq!(client.members(&crew).await, [bob], "whoever has the name now is somebody else");
}

/// RFC7643-4.2-12
#[tokio::test]
async fn groups_in_a_circle_can_be_read() {
    let client = Client::rfc();
    let ann = client.user("ann").await;
    let (a, b) = (client.group("a", &[&ann]).await, client.group("b", &[]).await);
    for (group, member) in [(&a, &a), (&a, &b), (&b, &a)] {
        let join = json!([{"op": "add", "path": "members", "value": [{"value": member}]}]);
        let answer = client.patch(&format!("/Groups/{group}"), join).await;
        assert!(answer.status == 200 || answer.error().0 == 400, "{answer:?}");
    }
    for path in [format!("/Groups/{a}"), format!("/Groups/{b}"), format!("/Users/{ann}"), "/Groups".to_owned()] {
        assert_eq!(client.get(&path).await.status, 200, "{path}");
    }
    assert!(client.members(&a).await.contains(&ann));
    let groups = client.get(&format!("/Users/{ann}")).await.body["groups"].clone();
    let direct = groups.as_array().expect("an array").iter().filter(|group| group["value"] == json!(a));
    assert_eq!(direct.map(|group| &group["type"]).collect::<Vec<_>>(), ["direct"], "each group is shown once");
    for group in [a, b] {
        assert_eq!(client.delete(&format!("/Groups/{group}")).await.status, 204);
    }
}

/// RFC7643-4.2-13
#[tokio::test]
async fn a_member_is_listed_once() {
    let client = Client::rfc();
    let ann = client.user("ann").await;
    let twice = json!([{"value": ann}, {"value": ann, "type": "User"}, {"value": ann, "display": "A"}]);
    let created = client.post("/Groups", group("crew", twice.clone())).await;
    let (id, path) = (created.id(), format!("/Groups/{}", created.id()));
    assert_eq!((created.status, client.members(&id).await), (201, vec![ann.clone()]));
    for op in ["add", "replace"] {
        client.patch(&path, json!([{"op": op, "path": "members", "value": twice}])).await;
        assert_eq!(client.members(&id).await, [ann.as_str()], "{op}");
    }
    client.put(&path, group("crew", twice)).await;
    assert_eq!(client.members(&id).await, [ann]);
}

/// RFC7643-4.2-14
#[tokio::test]
async fn a_group_lives_like_a_user() {
    let client = Client::rfc();
    let (ann, bob) = (client.user("ann").await, client.user("bob").await);
    let created = client.post("/Groups", group("crew", json!([{"value": ann}]))).await;
    let path = format!("/Groups/{}", created.id());
    assert_eq!((created.status, created.header("location")), (201, format!("{}{path}", crate::client::BASE).as_str()));
    let read = client.get(&path).await;
    assert_eq!((read.status, &read.body), (200, &created.body));
    assert_eq!(client.filter("/Groups", "displayName eq \"CREW\"").await.body["Resources"], json!([created.body]));
    let replaced = client.put(&path, group("team", json!([{"value": bob}]))).await;
    assert_eq!((replaced.status, &replaced.body["displayName"]), (200, &json!("team")));
    assert_eq!((replaced.id(), &replaced.body["meta"]["created"]), (created.id(), &created.body["meta"]["created"]));
    assert_eq!(client.members(&created.id()).await, [bob]);
    assert_eq!(client.put(&path, json!({"schemas": [GROUP]})).await.error(), (400, "invalidValue"));
    assert_eq!(client.put(&path, json!({"displayName": "x"})).await.error(), (400, "invalidSyntax"));
    assert_eq!(client.get(&path).await.body, replaced.body);
    let deleted = client.delete(&path).await;
    assert_eq!((deleted.status, deleted.bytes.len()), (204, 0));
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        let body = json!({"schemas": [GROUP, crate::client::PATCH], "displayName": "x", "Operations": [{"op": "remove", "path": "members"}]});
        assert_eq!(client.scim(method, &path, Some(body)).await.error(), (404, ""), "{method}");
    }
    assert_eq!(client.get("/Groups").await.body["totalResults"], 0);
}

/// RFC7643-4.2-15
#[tokio::test]
async fn groups_are_found_by_member() {
    let client = Client::rfc();
    let (ann, bob) = (client.user("ann").await, client.user("bob").await);
    let (first, both) = (client.group("first", &[&ann]).await, client.group("both", &[&ann, &bob]).await);
    let found = async |filter: String| {
        let list = client.filter("/Groups", &filter).await;
        assert_eq!(list.status, 200, "{filter}");
        let groups = list.body["Resources"].as_array().expect("an array").clone();
        groups.iter().map(|group| group["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(format!("members.value eq \"{bob}\"")).await, [both.as_str()]);
    assert_eq!(found(format!("members[value eq \"{bob}\"]")).await, [both.as_str()]);
    assert_eq!(found(format!("members[value eq \"{ann}\" and type eq \"User\"]")).await, [first.as_str(), &both]);
    assert_eq!(found(format!("members.value eq \"{ann}\" and displayName ne \"both\"")).await, [first]);
    assert_eq!(found("members.value eq \"nobody\"".to_owned()).await, [""; 0]);
}

/// RFC7643-4.2-08, RFC7643-7-23
#[tokio::test]
async fn a_member_comes_and_goes_and_never_changes() {
    let client = Client::rfc();
    let (ann, bob) = (client.user("ann").await, client.user("bob").await);
    let crew = client.group("crew", &[&ann]).await;
    let path = format!("/Groups/{crew}");
    let before = client.get(&path).await.body;
    let member = format!("members[value eq \"{ann}\"]");
    for (part, value) in
        [("value", bob.as_str()), ("type", "Group"), ("display", "Bob"), ("$ref", "http://x.example/y")]
    {
        let changes = [
            json!({"op": "replace", "path": format!("{member}.{part}"), "value": value}),
            json!({"op": "add", "path": format!("{member}.{part}"), "value": value}),
            json!({"op": "remove", "path": format!("{member}.{part}")}),
        ];
        for change in changes {
            assert_eq!(client.patch(&path, json!([change])).await.error(), (400, "mutability"), "{change}");
        }
    }
    assert_eq!(client.get(&path).await.body, before);
    assert_eq!(client.members(&crew).await, [ann]);
}
