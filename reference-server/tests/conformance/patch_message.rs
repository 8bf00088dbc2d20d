//! PATCH: the message, and how it is carried out.

use crate::client::{Client, ENTERPRISE, PATCH, USER};
use serde_json::{Value, json};

async fn ann(client: &Client) -> String {
    let id = client
        .user_with(json!({
            "userName": "ann", "title": "Boss", "nickName": "A", "password": "correct horse",
            "name": {"givenName": "Ann", "familyName": "Lee"},
            "emails": [{"value": "a@x.example", "type": "work", "primary": true}, {"value": "b@x.example"}],
        }))
        .await;
    format!("/Users/{id}")
}

/// Every one of these bodies is refused like that, and leaves no trace.
async fn refuses(client: &Client, path: &str, keyword: &str, bodies: &[Value]) {
    let before = client.get(path).await.body;
    for body in bodies {
        assert_eq!(client.scim("PATCH", path, Some(body.clone())).await.error(), (400, keyword), "{body}");
        assert_eq!(client.get(path).await.body, before, "{body}");
    }
}

fn message(operations: Value) -> Value {
    json!({"schemas": [PATCH], "Operations": operations})
}

fn title(op: &str) -> Value {
    json!([{"op": op, "path": "title", "value": "Chief"}])
}

/// RFC7644-3.5.2-03, RFC7644-3.5.2-04, RFC7644-3.5.2-05, RFC7644-3.5.2-06
#[tokio::test]
async fn a_patch_is_a_message_with_operations() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let operations = title("replace");
    let operation = operations[0].clone();
    let without = |name: &str| {
        let mut operation = operation.clone();
        operation.as_object_mut().unwrap().remove(name);
        operation
    };
    refuses(
        &client,
        &path,
        "invalidSyntax",
        &[
            json!({"Operations": operations}),
            json!({"schemas": [], "Operations": operations}),
            json!({"schemas": [USER], "Operations": operations}),
            json!({"schemas": PATCH, "Operations": operations}),
            json!({"schemas": [PATCH]}),
            message(json!({})),
            message(json!([])),
            message(json!(null)),
            message(operation.clone()),
            message(json!([[operation]])),
            message(json!([operation, "replace"])),
            message(json!([without("op")])),
            message(json!([operation, without("op")])),
            message(json!([{"op": 1, "path": "title", "value": "x"}])),
            message(json!([{"op": ["replace"], "path": "title", "value": "x"}])),
            json!([]),
        ],
    )
    .await;
    for op in ["move", "copy", "test", "foo", "", "replace "] {
        refuses(&client, &path, "invalidSyntax", &[message(title(op))]).await;
    }
    for (op, expected) in [("replace", json!("Chief")), ("remove", json!(null)), ("add", json!("Chief"))] {
        let operation = if op == "remove" { json!([{"op": op, "path": "title"}]) } else { title(op) };
        let answer = client.patch(&path, operation).await;
        assert_eq!((answer.status, &answer.body["title"]), (200, &expected), "{op}");
    }
}

/// RFC7644-3.5.2-07, RFC7644-3.5.2-26
#[tokio::test]
async fn names_of_the_message_may_be_in_any_case_and_operations_where_the_server_lets_them() {
    let strict = Client::rfc();
    let path = ann(&strict).await;
    for op in ["Replace", "REPLACE", "Add"] {
        refuses(&strict, &path, "invalidSyntax", &[message(title(op))]).await;
    }
    let lenient = Client::plain();
    let path = ann(&lenient).await;
    for op in ["Replace", "REPLACE", "Add", "replace"] {
        assert_eq!(lenient.patch(&path, title(op)).await.body["title"], "Chief", "{op}");
        assert_eq!(lenient.patch(&path, json!([{"op": "Remove", "path": "title"}])).await.body.get("title"), None);
    }
    for client in [strict, lenient] {
        let path = format!("/Users/{}", client.user("bob").await);
        let body = json!({"SCHEMAS": [PATCH], "operations": [{"Op": "replace", "PATH": "title", "vaLue": "Chief"}]});
        let answer = client.scim("PATCH", &path, Some(body)).await;
        assert_eq!((answer.status, &answer.body["title"]), (200, &json!("Chief")));
    }
}

/// RFC7644-3.5.2-08, RFC7644-3.5.2-09, RFC7644-3.5.2-10
#[tokio::test]
async fn success_is_the_whole_resource_or_no_content() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let answer = client.patch(&path, title("replace")).await;
    assert_eq!((answer.status, &answer.body["title"]), (200, &json!("Chief")));
    assert_eq!(client.get(&path).await.body, answer.body);
    let projected = client.patch(&format!("{path}?attributes=nickName"), title("replace")).await;
    let expected = json!({"schemas": [USER], "id": answer.body["id"], "nickName": "A"});
    assert_eq!((projected.status, &projected.body), (200, &expected));

    let client = Client::varied("patch.no-content");
    let path = ann(&client).await;
    let answer = client.patch(&path, title("replace")).await;
    assert_eq!((answer.status, answer.bytes.len(), answer.header("content-type")), (204, 0, ""));
    let read = client.get(&path).await.body;
    assert_eq!(read["title"], "Chief");
    let projected = client.patch(&format!("{path}?attributes=nickName"), title("replace")).await;
    let expected = json!({"schemas": [USER], "id": read["id"], "nickName": "A"});
    assert_eq!((projected.status, &projected.body), (200, &expected));
}

/// RFC7644-3.5.2-11
#[tokio::test]
async fn each_operation_works_on_what_the_one_before_left() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let answer = client
        .patch(
            &path,
            json!([
                {"op": "replace", "path": "nickName", "value": "first"},
                {"op": "replace", "path": "nickName", "value": "second"},
                {"op": "add", "path": "emails", "value": [{"value": "c@x.example"}]},
                {"op": "replace", "path": r#"emails[value eq "c@x.example"].type"#, "value": "other"},
                {"op": "remove", "path": "title"},
                {"op": "add", "path": "title", "value": "new"},
                {"op": "add", "path": "displayName", "value": "D"},
                {"op": "remove", "path": "displayName"},
            ]),
        )
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!((&answer.body["nickName"], &answer.body["title"]), (&json!("second"), &json!("new")));
    assert_eq!(answer.body["emails"][2], json!({"value": "c@x.example", "type": "other"}));
    assert_eq!(answer.body.get("displayName"), None);
}

/// RFC7644-3.5.2-12, RFC7644-3.5.2-13, RFC7644-3.5.2-14
#[tokio::test]
async fn all_operations_are_done_or_none() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let user = path.rsplit('/').next().unwrap_or_default();
    client.user("bob").await;
    let group = format!("/Groups/{}", client.group("Crew", &[user]).await);
    let first = json!({"op": "replace", "path": "title", "value": "X"});
    let rename = json!({"op": "replace", "path": "displayName", "value": "X"});
    let leave = json!({"op": "remove", "path": "members"});
    let password = json!({"op": "replace", "path": "password", "value": "battery staple"});
    for (path, operations, error) in [
        (
            &path,
            json!([first, {"op": "replace", "path": r#"emails[type eq "none"].value"#, "value": "y"}]),
            (400, "noTarget"),
        ),
        (&path, json!([first, password, {"op": "replace", "path": "noSuchAttr", "value": 1}]), (400, "invalidPath")),
        (&path, json!([first, {"op": "replace", "path": "active", "value": "notabool"}]), (400, "invalidValue")),
        (&path, json!([first, {"op": "remove", "path": "userName"}]), (400, "mutability")),
        (&path, json!([first, {"op": "replace", "path": "userName", "value": "bob"}]), (409, "uniqueness")),
        (&path, json!([{"op": "remove", "path": "emails"}, {"op": "remove"}]), (400, "noTarget")),
        (&path, json!([{"op": "replace", "value": {"title": "X", "active": 5}}]), (400, "invalidValue")),
        (&group, json!([rename, leave, {"op": "remove", "path": "displayName"}]), (400, "mutability")),
        (
            &group,
            json!([rename, leave, {"op": "add", "path": "members", "value": [{"value": "nobody"}]}]),
            (400, "invalidValue"),
        ),
    ] {
        let before = client.get(path).await.body;
        assert!(before["meta"]["version"].is_string() && before["meta"]["lastModified"].is_string());
        assert_eq!(client.patch(path, operations.clone()).await.error(), error, "{operations}");
        assert_eq!(client.get(path).await.body, before, "{operations}");
    }
    assert_eq!(client.login("ann", "correct horse").await.status, 200, "nor was the password changed");
    assert_eq!(client.get(&path).await.body["groups"][0]["display"], "Crew");
}

/// RFC7644-3.5.2-15, RFC7644-3.5.2-16
#[tokio::test]
async fn nobody_changes_what_may_not_be_changed() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let user = path.rsplit('/').next().unwrap_or_default();
    let crew = client.group("Crew", &[user]).await;
    let group = format!("/Groups/{crew}");
    let moment = json!("1999-01-01T00:00:00Z");
    refuses(&client, &path, "mutability", &[message(json!([{"op": "replace", "value": {"groups": []}}]))]).await;
    for op in ["add", "replace"] {
        for (attribute, value) in [
            ("id", json!("other")),
            ("meta", json!({"created": moment})),
            ("meta.created", moment.clone()),
            ("meta.location", json!("http://elsewhere.example")),
            ("groups", json!([{"value": "elsewhere"}])),
            ("groups.display", json!("Others")),
            (&format!(r#"groups[value eq "{crew}"].display"#), json!("Others")),
        ] {
            let operation = json!([{"op": op, "path": attribute, "value": value}]);
            refuses(&client, &path, "mutability", &[message(operation)]).await;
        }
        for (attribute, value) in
            [("id", json!("other")), ("meta", json!({"created": moment})), ("groups", json!([{"value": "elsewhere"}]))]
        {
            refuses(&client, &path, "mutability", &[message(json!([{"op": op, "value": {attribute: value}}]))]).await;
        }
        // A member is who it is: it joins and leaves.
        for part in ["value", "display", "type", "$ref"] {
            let member = format!(r#"members[value eq "{user}"].{part}"#);
            let operations = message(json!([{"op": op, "path": member, "value": "Group"}]));
            refuses(&client, &group, "mutability", &[operations]).await;
        }
    }
}

/// Whatever a reading shows, whole or by path, a client may say again.
/// RFC7644-3.5.2-15
#[tokio::test]
async fn what_may_not_be_changed_may_be_repeated() {
    for client in [Client::rfc(), Client::plain()] {
        let path = ann(&client).await;
        let user = path.rsplit('/').next().unwrap_or_default();
        client.group("Crew", &[user]).await;
        let before = client.get(&path).await.body;
        for op in ["add", "replace"] {
            for attribute in ["id", "meta", "groups", "schemas"] {
                for operation in [
                    json!({"op": op, "path": attribute, "value": before[attribute]}),
                    json!({"op": op, "value": {attribute: before[attribute]}}),
                ] {
                    let answer = client.patch(&path, json!([operation])).await;
                    assert_eq!((answer.status, &answer.body), (200, &before), "{operation}");
                    assert_eq!(client.get(&path).await.body, before, "{operation}");
                }
            }
            let part = json!([{"op": op, "path": "meta.version", "value": before["meta"]["version"]}]);
            assert_eq!(client.patch(&path, part).await.status, 200);
        }
    }
}

/// RFC7644-3.5.2-18
#[tokio::test]
async fn what_does_not_fit_the_schema_is_refused() {
    let client = Client::rfc();
    let path = ann(&client).await;
    for op in ["add", "replace"] {
        for (attribute, value) in [
            ("active", json!("notabool")),
            ("active", json!("True")),
            ("active", json!(1)),
            ("name", json!("Ann Lee")),
            ("name", json!([{"givenName": "Ann"}])),
            ("name.givenName", json!({"x": 1})),
            ("emails", json!(5)),
            ("emails", json!("c@x.example")),
            ("emails", json!([["c@x.example"]])),
            (r#"emails[type eq "work"]"#, json!("c@x.example")),
            (r#"emails[type eq "work"].primary"#, json!("yes")),
            ("title", json!(5)),
            ("title", json!(["Chief"])),
            ("title", json!({"value": "Chief"})),
            ("profileUrl", json!("not a uri")),
            ("x509Certificates", json!([{"value": "!!!"}])),
        ] {
            let operation = json!([{"op": op, "path": attribute, "value": value}]);
            refuses(&client, &path, "invalidValue", &[message(operation)]).await;
        }
        let pathless = json!([{"op": op, "value": {"title": "Chief", "active": "notabool"}}]);
        refuses(&client, &path, "invalidValue", &[message(pathless)]).await;
    }
}

/// RFC7644-3.5.2-19
#[tokio::test]
async fn a_new_primary_value_takes_the_place_of_the_old() {
    let client = Client::rfc();
    for (index, operation) in [
        json!({"op": "add", "path": "emails", "value": [{"value": "c@x.example", "primary": true}]}),
        json!({"op": "add", "value": {"emails": [{"value": "c@x.example", "primary": true}]}}),
        json!({"op": "replace", "path": r#"emails[value eq "b@x.example"].primary"#, "value": true}),
        json!({"op": "add", "path": r#"emails[value eq "b@x.example"].primary"#, "value": true}),
        json!({"op": "replace", "path": r#"emails[value eq "b@x.example"]"#, "value": {"primary": true}}),
    ]
    .into_iter()
    .enumerate()
    {
        let emails = json!([{"value": "a@x.example", "primary": true}, {"value": "b@x.example"}]);
        let id = client.user_with(json!({"userName": format!("user{index}"), "emails": emails})).await;
        let answer = client.patch(&format!("/Users/{id}"), json!([operation])).await;
        assert_eq!(answer.status, 200, "{operation}");
        let emails = answer.body["emails"].as_array().expect("addresses");
        let primary: Vec<&str> = emails
            .iter()
            .filter(|email| email["primary"] == true)
            .filter_map(|email| email["value"].as_str())
            .collect();
        assert_eq!(primary, [if operation["op"] == "add" && index < 2 { "c@x.example" } else { "b@x.example" }]);
        assert_eq!(emails[0]["value"], "a@x.example");
    }
}

/// RFC7644-3.5.2-20, RFC7644-3.5.2-21
#[tokio::test]
async fn schemas_follow_what_is_added() {
    let client = Client::rfc();
    let path = ann(&client).await;
    assert_eq!(client.get(&path).await.body["schemas"], json!([USER]));
    let number = json!({"op": "add", "path": format!("{ENTERPRISE}:employeeNumber"), "value": "1"});
    let answer = client.patch(&path, json!([number])).await;
    assert_eq!(answer.body[ENTERPRISE], json!({"employeeNumber": "1"}));
    assert_eq!(answer.body["schemas"], json!([USER, ENTERPRISE]));
    let answer = client.patch(&path, json!([{"op": "remove", "path": format!("{ENTERPRISE}:employeeNumber")}])).await;
    assert_eq!((answer.body.get(ENTERPRISE), &answer.body["schemas"]), (None, &json!([USER])));
    let path = format!("/Users/{}", client.user("bob").await);
    let answer = client.patch(&path, json!([{"op": "add", "path": "schemas", "value": [ENTERPRISE]}, number])).await;
    assert_eq!((answer.status, &answer.body[ENTERPRISE]["employeeNumber"]), (200, &json!("1")));
    assert_eq!(answer.body["schemas"], json!([USER, ENTERPRISE]));
    let unknown = json!([{"op": "add", "path": "schemas", "value": ["urn:example:nope"]}]);
    refuses(&client, &path, "invalidValue", &[message(unknown)]).await;
}

/// RFC7644-3.5.2-22
#[tokio::test]
async fn nobody_is_there_to_be_changed() {
    let client = Client::rfc();
    let user = client.user("ann").await;
    for path in ["/Users/nobody".to_owned(), "/Groups/nobody".to_owned(), format!("/Groups/{user}")] {
        let answer = client.patch(&path, json!([{"op": "replace", "path": "displayName", "value": "x"}])).await;
        assert_eq!(answer.error(), (404, ""), "{path}");
    }
}

/// RFC7644-3.5.2-23
#[tokio::test]
async fn a_change_shows_in_meta() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let user = path.rsplit('/').next().unwrap_or_default().to_owned();
    let group = format!("/Groups/{}", client.group("Crew", &[]).await);
    for (path, operation) in [
        (&path, json!({"op": "replace", "path": "nickName", "value": "B"})),
        (&path, json!({"op": "remove", "path": r#"emails[type eq "work"]"#})),
        (&group, json!({"op": "replace", "path": "displayName", "value": "Staff"})),
        (&group, json!({"op": "add", "path": "members", "value": [{"value": user}]})),
        (&group, json!({"op": "remove", "path": "members"})),
    ] {
        let before = client.get(path).await.body;
        let after = client.patch(path, json!([operation])).await.body;
        let modified = |body: &Value| body["meta"]["lastModified"].as_str().unwrap_or_default().to_owned();
        assert!(modified(&after) > modified(&before), "{operation}");
        assert_eq!(after["meta"]["created"], before["meta"]["created"]);
        assert!(after["meta"]["version"].is_string() && before["meta"]["version"].is_string());
        assert_ne!(after["meta"]["version"], before["meta"]["version"], "{operation}");
    }
}

/// RFC7644-3.5.2-24
#[tokio::test]
async fn a_unique_value_stays_unique() {
    let client = Client::rfc();
    let path = ann(&client).await;
    client.user("bob").await;
    let before = client.get(&path).await.body;
    for taken in ["bob", "BOB"] {
        for operation in [
            json!({"op": "replace", "path": "userName", "value": taken}),
            json!({"op": "add", "path": "userName", "value": taken}),
            json!({"op": "replace", "value": {"userName": taken}}),
        ] {
            assert_eq!(client.patch(&path, json!([operation])).await.error(), (409, "uniqueness"), "{operation}");
        }
    }
    assert_eq!(client.get(&path).await.body, before);
    let answer = client.patch(&path, json!([{"op": "replace", "path": "userName", "value": "ANN"}])).await;
    assert_eq!((answer.status, &answer.body["userName"]), (200, &json!("ANN")), "one's own name is free");
}

/// RFC7644-3.5.2-25
#[tokio::test]
async fn a_password_is_replaced_and_not_shown() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let mut old = "correct horse";
    for (new, operation) in [
        ("battery staple", json!({"op": "replace", "path": "password", "value": "battery staple"})),
        ("clip", json!({"op": "replace", "value": {"password": "clip"}})),
    ] {
        let answer = client.patch(&path, json!([operation])).await;
        assert_eq!(answer.status, 200);
        let text = String::from_utf8_lossy(&answer.bytes).to_lowercase();
        assert!(!text.contains("password") && !text.contains(new), "{text}");
        assert_eq!(client.login("ann", new).await.status, 200);
        assert_eq!(client.login("ann", old).await.status, 401);
        old = new;
    }
}

/// RFC7644-3.5.2-27
#[tokio::test]
async fn a_json_pointer_is_no_path() {
    let client = Client::rfc();
    let path = ann(&client).await;
    for pointer in ["/title", "emails/0", "/emails/0/value", "/emails/-", "emails.0", "emails[0]", "emails[0].value"] {
        let operation = json!([{"op": "replace", "path": pointer, "value": "x"}]);
        let before = client.get(&path).await.body;
        let answer = client.patch(&path, operation).await;
        let expected = if pointer.contains('[') { "invalidFilter" } else { "invalidPath" };
        assert_eq!(answer.error(), (400, expected), "{pointer}");
        assert_eq!(client.get(&path).await.body, before, "{pointer}");
    }
}
