//! What Entra writes, as its documents and those who serve it have it, to a server in mode `entra`.

mod client;

use client::{Client, ENTERPRISE, GROUP, USER, config, encoded};
use scim_reference_server::{Config, Policy};
use serde_json::{Value, json};

fn client() -> Client {
    Client::with(Config { policy: Policy::entra(), ..config() })
}

/// Forms in which users are created, and the part of them that tells whether they were understood.
#[tokio::test]
async fn users_are_created_in_every_form() {
    let client = client();
    let boss = client.user("boss").await;
    for (number, (schemas, attributes, at, wanted)) in [
        (json!([USER, ENTERPRISE]), json!({"meta": {"resourceType": "User"}, "roles": []}), "/roles", Value::Null),
        (json!([USER]), json!({"addresses": null, "department": null, "manager": null}), "/addresses", Value::Null),
        (
            json!([USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0User"]),
            json!({}),
            "/schemas",
            json!([USER]),
        ),
        (json!([USER]), json!({ENTERPRISE: {"department": "Tools"}}), "/schemas/1", json!(ENTERPRISE)),
        (json!([USER]), json!({"roles": [{"primary": "True", "value": "Admin"}]}), "/roles/0/primary", json!(true)),
        (json!([USER]), json!({"title": ""}), "/title", Value::Null),
    ]
    .into_iter()
    .enumerate()
    {
        let mut body = attributes;
        (body["schemas"], body["userName"]) = (schemas, format!("user {number}").into());
        let answer = client.post("/Users", body.clone()).await;
        assert_eq!(answer.status, 201, "{body}: {answer:?}");
        assert_eq!(answer.body.pointer(at).cloned().unwrap_or_default(), wanted, "{body}");
    }
    let staff = json!({"schemas": [USER, ENTERPRISE], "userName": "staff", ENTERPRISE: {"manager": boss}});
    let answer = client.post("/Users", staff).await;
    assert_eq!(answer.body[ENTERPRISE]["manager"]["value"], boss, "a string is understood, and not sent back");
}

/// Operations, one PATCH after the other, and what is then at a place of the user.
#[tokio::test]
async fn users_are_changed_in_every_form() {
    let client = client();
    let boss = client.user("boss").await;
    let path = format!("/Users/{}", client.user("a").await);
    let address = format!("http://x.example/scim/Users/{boss}");
    let manager = format!("{ENTERPRISE}:manager");
    let [at_manager, at_department] = ["manager/value", "department"].map(|it| format!("/{ENTERPRISE}/{it}"));
    for (operations, at, wanted) in [
        (json!([{"op": "Replace", "path": "active", "value": "False"}]), "/active", json!(false)),
        (json!([{"op": "Replace", "path": "active", "value": "true"}]), "/active", json!(true)),
        (json!([{"op": "Add", "path": "nickName", "value": "Babs"}]), "/nickName", json!("Babs")),
        (
            json!([{"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "new@x.example"}]),
            "/emails/0",
            json!({"value": "new@x.example", "type": "work", "primary": true}),
        ),
        (
            json!([
                {"op": "Add", "path": "emails[type eq \"other\"].value", "value": "o@x.example"},
                {"op": "Add", "path": "emails[type eq \"other\"].display", "value": "Other"},
            ]),
            "/emails/1",
            json!({"type": "other", "value": "o@x.example", "display": "Other"}),
        ),
        (
            json!([{"op": "Replace", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "1"}]),
            "/phoneNumbers",
            json!([{"type": "mobile", "value": "1"}]),
        ),
        (
            json!([{"op": "Add", "path": "addresses[type eq \"work\"].formatted", "value": "Here"}]),
            "/addresses",
            json!([{"type": "work", "formatted": "Here"}]),
        ),
        (
            json!([{"op": "replace", "value": {"name.familyName": "Unua", format!("{ENTERPRISE}:department"): "D"}}]),
            "/name",
            json!({"givenName": "Given", "familyName": "Unua"}),
        ),
        (json!([{"op": "replace", "value": {"noSuchThing": 1, "title": "Cook"}}]), "/title", json!("Cook")),
        (json!([{"op": "Add", "path": format!("{ENTERPRISE}:department"), "value": "E"}]), &at_department, json!("E")),
        (
            json!([
                {"op": "Add", "path": "roles[primary eq \"True\"].value", "value": "admin"},
                {"op": "Add", "path": "roles[primary eq \"True\"].display", "value": "Admin"},
            ]),
            "/roles",
            json!([{"primary": true, "value": "admin", "display": "Admin"}]),
        ),
        (
            json!([{"op": "replace", "path": "roles[primary eq \"True\"].value", "value": "cook"}]),
            "/roles/0/value",
            json!("cook"),
        ),
        (
            json!([{"op": "Replace", "path": "roles", "value": [{"primary": "False", "value": "User"}]}]),
            "/roles",
            json!([{"primary": false, "value": "User"}]),
        ),
        (
            json!([{"op": "Add", "path": "roles", "value": [{"value": "{\"id\":\"1\",\"value\":\"25\"}"}]}]),
            "/roles/1/value",
            json!("{\"id\":\"1\",\"value\":\"25\"}"),
        ),
        (json!([{"op": "Add", "path": manager, "value": boss}]), &at_manager, json!(boss)),
        (json!([{"op": "replace", "path": manager, "value": ""}]), &at_manager, Value::Null),
        (
            json!([{"op": "Add", "path": "manager", "value": [{"$ref": address, "value": boss}]}]),
            &at_manager,
            json!(boss),
        ),
        (json!([{"op": "replace", "path": manager, "value": {"value": ""}}]), &at_manager, Value::Null),
        (json!([{"op": "replace", "path": "title", "value": ""}]), "/title", Value::Null),
        (json!([{"op": "replace", "path": "title", "value": null}]), "/title", Value::Null),
        (json!([{"op": "replace", "value": {"nickName": "", "displayName": ""}}]), "/nickName", Value::Null),
        (json!([]), "/userName", json!("a")),
    ] {
        let answer = client.patch(&path, operations.clone()).await;
        assert!(matches!(answer.status, 200 | 204), "{operations}: {answer:?}");
        let user = client.get(&path).await.body;
        assert_eq!(user.pointer(at).cloned().unwrap_or_default(), wanted, "{operations}");
    }
}

#[tokio::test]
async fn users_are_found_in_every_form() {
    let client = client();
    let boss = client.user("boss").await;
    let staff = json!({
        "userName": "staff", "externalId": "jyoung", ENTERPRISE: {"manager": {"value": boss}},
        "emails": [{"type": "work", "value": "w@x.example"}, {"type": "home", "value": "h@x.example"}],
    });
    let id = client.user_with(staff).await;
    for filter in [
        "userName eq \"STAFF\"",
        "externalId eq \"jyoung\"",
        "externalId eq jyoung",
        "emails[type eq \"work\"].value eq \"w@x.example\"",
        &format!("id eq \"{id}\" and manager eq \"{boss}\""),
        &format!("id eq {id} and manager eq {boss}"),
    ] {
        assert_eq!(client.names(filter).await, ["staff"], "{filter}");
    }
    let other = "emails[type eq \"work\"].value eq \"h@x.example\"";
    assert_eq!(client.names(other).await, Vec::<String>::new(), "the address of one type, the value of another");
    let filter = encoded(&format!("id eq \"{id}\" and manager eq \"{boss}\""));
    let only_id = client.get(&format!("/Users?filter={filter}&attributes=id")).await;
    assert_eq!((only_id.body["totalResults"].clone(), only_id.resources()[0].get("userName")), (json!(1), None));
    assert_eq!(client.names("userName eq \"nobody\"").await, Vec::<String>::new());
}

#[tokio::test]
async fn groups_are_written_in_every_form() {
    let client = client();
    let (a, b) = (client.user("a").await, client.user("b").await);
    let group = json!({
        "schemas": [GROUP, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
        "externalId": "8aa1a0c0", "displayName": "G", "meta": {"resourceType": "Group"},
    });
    let made = client.post("/Groups", group.clone()).await;
    assert_eq!((made.status, &made.body["schemas"]), (201, &json!([GROUP])), "{made:?}");
    assert_eq!(client.post("/Groups", group).await.error(), (409, "uniqueness"));
    let (id, path) = (made.id(), format!("/Groups/{}", made.id()));
    let members = |op: &str, ids: &[&String]| {
        let values: Vec<Value> = ids.iter().map(|id| json!({"$ref": null, "value": id})).collect();
        json!([{"op": op, "path": "members", "value": values}])
    };
    for (operations, wanted) in [
        (members("Add", &[&a, &b]), client::sorted(&[&a, &b])),
        (json!([{"op": "Replace", "path": "displayName", "value": "H"}]), client::sorted(&[&a, &b])),
        (json!([{"op": "replace", "value": {"externalId": "x"}}]), client::sorted(&[&a, &b])),
        (members("Remove", &[&a]), vec![b.clone()]),
        (members("replace", &[&a]), vec![a.clone()]),
        (json!([{"op": "remove", "path": format!("members[value eq \"{a}\"]")}]), vec![]),
        (members("Add", &[&a, &b]), client::sorted(&[&a, &b])),
        (json!([{"op": "remove", "path": "members"}]), vec![]),
    ] {
        let answer = client.patch(&path, operations.clone()).await;
        assert_eq!(answer.status, 204, "{operations}: {answer:?}");
        assert_eq!(client.members(&id).await, wanted, "{operations}");
    }
    let slim = client.get(&format!("{path}?excludedAttributes=members")).await.body;
    assert_eq!((&slim["displayName"], slim.get("members")), (&json!("H"), None));
}
