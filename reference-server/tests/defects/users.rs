//! Probes of what happens to one user.

use crate::NOBODY;
use crate::client::{Client, ENTERPRISE, GROUP, USER};
use serde_json::json;

pub(crate) async fn create(defect: &str, client: &Client) -> bool {
    let name = "ann@x.example";
    match defect {
        "create.active-false-ignored" => {
            let created = client.post("/Users", json!({"schemas": [USER], "userName": name, "active": false})).await;
            let read = client.get(&format!("/Users/{}", created.id())).await;
            created.body["active"] == false && read.body["active"] == false
        }
        "create.active-default-wrong" => {
            let created = client.post("/Users", json!({"schemas": [USER], "userName": name})).await;
            let read = client.get(&format!("/Users/{}", created.id())).await;
            assert_eq!(created.body["active"], true);
            read.body["active"] == true
        }
        "create.external-id-dropped" => {
            let id = client.user(name).await;
            client.get(&format!("/Users/{id}")).await.body["externalId"] == format!("Ext-{name}")
        }
        "create.location-mismatch" => {
            let created = client.post("/Users", json!({"schemas": [USER], "userName": name})).await;
            created.body["meta"]["location"] == created.header("location")
        }
        "create.duplicate-accepted" => {
            let first = client.user(name).await;
            let body = json!({"schemas": [USER], "userName": name.to_uppercase()});
            let second = client.post("/Users", body.clone()).await;
            let third = client.post("/Users", body).await;
            let rows = client.names(&format!("userName eq \"{name}\"")).await;
            if second.status == 201 {
                assert_eq!((third.status, rows.len()), (201, 3));
                assert_eq!(second.body["userName"], name.to_uppercase());
                assert_ne!(second.id(), first);
                let path = format!("/Users/{}", second.id());
                let read = client.get(&path).await.body;
                assert_eq!(client.put(&path, read).await.body["userName"], name.to_uppercase());
            }
            second.status == 409 && rows.len() == 1
        }
        "create.null-values-rejected" => {
            let body = json!({"schemas": [USER], "userName": name, "externalId": null});
            client.post("/Users", body).await.status == 201
        }
        "create.names-lost" => {
            let id = client.user(name).await;
            client.get(&format!("/Users/{id}")).await.body["name"]["givenName"] == "Given"
        }
        "create.unknown-attribute-500" => {
            let body = json!({"schemas": [USER], "userName": name, "favouriteColour": "blue"});
            client.post("/Users", body).await.status == 201
        }
        _ => {
            client.user(name).await;
            let second = client.post("/Users", json!({"schemas": [USER], "userName": name})).await;
            assert_eq!(client.names(&format!("userName eq \"{name}\"")).await.len(), 1);
            second.error() == (409, "uniqueness")
        }
    }
}

pub(crate) async fn read(defect: &str, client: &Client) -> bool {
    let path = format!("/Users/{}", client.user("ann").await);
    match defect {
        "read.bad-id-not-404" => client.get("/Users/no-uuid").await.status == 404,
        "read.delete-unknown-wrong" => client.delete(&format!("/Users/{NOBODY}")).await.status == 404,
        "read.delete-500-but-done" => {
            let status = client.delete(&path).await.status;
            assert_eq!(client.get(&path).await.status, 404);
            status == 204
        }
        "read.attributes-drops-id" => {
            client.get(&format!("{path}?attributes=userName")).await.body["id"].is_string()
                && client.get("/Users?attributes=userName").await.body["Resources"][0]["id"].is_string()
        }
        "read.meta-location-404" => {
            let location = client.get(&path).await.body["meta"]["location"].clone();
            location == format!("http://scim.example/scim/v2{path}")
        }
        shown => {
            let mut user = client.get(&path).await.body;
            user["schemas"] = json!([USER, ENTERPRISE]);
            user[ENTERPRISE] = json!({"manager": {"value": user["id"]}});
            assert_eq!(client.put(&path, user).await.status, 200);
            let user = client.get(&path).await.body;
            // What the server gives out it takes back.
            assert_eq!(client.put(&path, user.clone()).await.status, 200);
            match shown {
                "read.empty-nested-array" => user.get("addresses").is_none(),
                "read.manager-not-complex" => user[ENTERPRISE]["manager"].is_object(),
                unknown => panic!("no probe for {unknown}"),
            }
        }
    }
}

pub(crate) async fn put(defect: &str, client: &Client) -> bool {
    let id = client.user("ann").await;
    let path = format!("/Users/{id}");
    match defect {
        "put.omitted-active-flips" => {
            client.patch(&path, json!([{"op": "replace", "value": {"active": false}}])).await;
            client.put(&path, json!({"schemas": [USER], "userName": "ann"})).await;
            client.get(&path).await.body["active"] == false
        }
        "put.accepted-not-applied" => {
            let mut body = client.get(&path).await.body;
            body["title"] = "New".into();
            body["displayName"] = "Other".into();
            assert_eq!(client.put(&path, body).await.status, 200);
            let group = client.group("old", &[]).await;
            let members = json!({"schemas": [GROUP], "displayName": "new", "members": [{"value": id}]});
            assert_eq!(client.put(&format!("/Groups/{group}"), members).await.body["displayName"], "new");
            let read = client.get(&path).await.body;
            assert_eq!(read["displayName"], "Other");
            read["title"] == "New" && client.members(&group).await.len() == 1
        }
        "put.self-conflict" | "put.members-immutable" => {
            let path = format!("/Groups/{}", client.group("g", &[&id]).await);
            let members = if defect == "put.self-conflict" { json!([{"value": id}]) } else { json!([]) };
            let body = json!({"schemas": [GROUP], "displayName": "g", "members": members});
            client.put(&path, body).await.status == 200
        }
        "put.missing" => client.put(&path, json!({"schemas": [USER], "userName": "ann"})).await.status == 200,
        unknown => panic!("no probe for {unknown}"),
    }
}

pub(crate) async fn patch(defect: &str, client: &Client) -> bool {
    let path = format!("/Users/{}", client.user("ann").await);
    let before = client.get(&path).await.body;
    let titled = json!({"op": "replace", "path": "title", "value": "New"});
    match defect {
        "patch.pathless-ignored" => {
            assert_eq!(client.patch(&path, json!([{"op": "replace", "value": {"title": "New"}}])).await.status, 200);
            client.get(&path).await.body["title"] == "New"
        }
        "patch.pathless-replaces-whole" => {
            assert_eq!(client.patch(&path, json!([{"op": "replace", "value": {"active": false}}])).await.status, 200);
            let after = client.get(&path).await.body;
            assert_eq!(after["active"], false);
            after["emails"] == before["emails"]
        }
        "patch.not-atomic" => {
            let operations = json!([titled, {"op": "replace", "path": "nope", "value": 1}]);
            assert_eq!(client.patch(&path, operations).await.status, 400);
            client.get(&path).await.body == before
        }
        "patch.remove-ignored" => {
            assert_eq!(client.patch(&path, json!([{"op": "remove", "path": "title"}])).await.status, 200);
            client.get(&path).await.body.get("title").is_none()
        }
        "patch.silent-no-op" => {
            let operations = json!([{"op": "replace", "path": "nope", "value": 1}]);
            let answer = client.patch(&path, operations).await;
            assert_eq!(client.get(&path).await.body, before);
            answer.status == 400
        }
        "patch.string-boolean" => {
            let off = json!([{"op": "Replace", "path": "active", "value": "False"}]);
            client.patch(&path, off).await.body["active"] == false
        }
        "patch.valuepath-email-refused" => {
            let operation =
                json!({"op": "replace", "path": "emails[type eq \"work\"].value", "value": "new@x.example"});
            client.patch(&path, json!([operation])).await.body["emails"][0]["value"] == "new@x.example"
        }
        "patch.extension-urn-path" => {
            let operation = json!({"op": "add", "path": format!("{ENTERPRISE}:department"), "value": "Tours"});
            client.patch(&path, json!([operation])).await.body[ENTERPRISE]["department"] == "Tours"
        }
        "patch.mutability-not-enforced" => {
            let operation = json!({"op": "replace", "path": "meta.created", "value": "2001-01-01T00:00:00Z"});
            let answer = client.patch(&path, json!([operation])).await;
            assert_eq!(client.get(&path).await.body, before);
            answer.status == 400
        }
        "patch.no-change-400" => {
            client.patch(&path, json!([{"op": "replace", "path": "title", "value": "Tester"}])).await.status == 200
        }
        "patch.replace-no-match-adds" => {
            let operation = json!({"op": "replace", "path": "emails[type eq \"home\"].value", "value": "h@x.example"});
            client.patch(&path, json!([operation])).await.status == 400
        }
        "patch.remove-without-path" => client.patch(&path, json!([{"op": "remove"}])).await.status == 400,
        "patch.required-removable" => {
            client.patch(&path, json!([{"op": "remove", "path": "userName"}])).await.status == 400
        }
        "patch.op-case-sensitive" => {
            let change = json!([{"op": "Replace", "path": "title", "value": "T"}]);
            client.patch(&path, change).await.status == 200 && client.get(&path).await.body["title"] == "T"
        }
        "patch.dotted-keys-literal" => {
            let change = json!([{"op": "replace", "value": {"name.givenName": "Anna", "title": "T"}}]);
            assert_eq!(client.patch(&path, change).await.body["title"], "T");
            client.get(&path).await.body["name"]["givenName"] == "Anna"
        }
        "patch.valuepath-add-needs-target" => {
            let change = json!([{"op": "add", "path": "addresses[type eq \"work\"].locality", "value": "Kyiv"}]);
            client.patch(&path, change).await.body["addresses"] == json!([{"type": "work", "locality": "Kyiv"}])
        }
        "patch.empty-operations" => client.patch(&path, json!([])).await.status == 400,
        "patch.unknown-id-400" => client.patch(&format!("/Users/{NOBODY}"), json!([titled])).await.status == 404,
        unknown => panic!("no probe for {unknown}"),
    }
}

pub(crate) async fn status(defect: &str, client: &Client) -> bool {
    let path = format!("/Users/{}", client.user("ann").await);
    let session =
        client.login("ann", "correct horse").await.body["access_token"].as_str().unwrap_or_default().to_owned();
    let forms = |wanted: bool| {
        let word = if wanted { "True" } else { "False" };
        [
            json!([{"op": "replace", "value": {"active": wanted}}]),
            json!([{"op": "replace", "path": "active", "value": wanted}]),
            json!([{"op": "Replace", "path": "active", "value": word}]),
        ]
    };
    match defect {
        "reactivate.refused" => {
            let mut right = true;
            for form in forms(true) {
                client.patch(&path, forms(false)[0].clone()).await;
                client.patch(&path, form).await;
                right &= client.get(&path).await.body["active"] == true;
            }
            right
        }
        "deactivate.not-applied" => {
            let mut put = client.get(&path).await.body;
            put["active"] = false.into();
            assert_eq!(client.put(&path, put).await.status, 200);
            let mut right = client.get(&path).await.body["active"] == false;
            for form in forms(false) {
                client.patch(&path, forms(true)[0].clone()).await;
                assert_eq!(client.patch(&path, form).await.status, 200);
                right &= client.get(&path).await.body["active"] == false;
                right &= client.login("ann", "correct horse").await.status == 401;
            }
            right
        }
        _ => {
            assert_eq!(client.patch(&path, forms(false)[0].clone()).await.status, 200);
            let read = client.get(&path).await;
            let found = client.filter("/Users", r#"userName eq "ann""#).await.body;
            read.status == 200
                && read.body["active"] == false
                && found["Resources"][0]["active"] == false
                && client.session(&session).await == 401
        }
    }
}
