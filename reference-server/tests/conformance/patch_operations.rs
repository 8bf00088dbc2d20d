//! PATCH: what add, remove and replace do.

use crate::client::{Client, ENTERPRISE, USER, sorted};
use serde_json::{Value, json};

async fn ann(client: &Client) -> String {
    let id = client
        .user_with(json!({
            "userName": "ann", "nickName": "A", "password": "correct horse",
            "name": {"givenName": "Ann", "familyName": "Lee", "middleName": "M"},
            "emails": [
                {"value": "a@x.example", "type": "work", "display": "Work", "primary": true},
                {"value": "b@x.example", "type": "home"},
            ],
        }))
        .await;
    format!("/Users/{id}")
}

fn a() -> Value {
    json!({"value": "a@x.example", "type": "work", "display": "Work", "primary": true})
}

fn b() -> Value {
    json!({"value": "b@x.example", "type": "home"})
}

fn email(value: &str) -> Value {
    json!({"value": value, "type": "other"})
}

/// What the operations make of a resource; what they do not speak of stays as it is.
async fn patched(client: &Client, path: &str, operations: Value, spoken_of: &[&str]) -> Value {
    let rest = |mut resource: Value| {
        let members = resource.as_object_mut().expect("an object");
        members.retain(|name, _| name != "meta" && !spoken_of.contains(&name.as_str()));
        resource
    };
    let before = client.get(path).await.body;
    let answer = client.patch(path, operations.clone()).await;
    assert_eq!(answer.status, 200, "{operations}: {answer:?}");
    assert_eq!(client.get(path).await.body, answer.body, "{operations}");
    assert_eq!(rest(answer.body.clone()), rest(before), "{operations}");
    answer.body
}

async fn refuses(client: &Client, path: &str, keyword: &str, operations: &[Value]) {
    let before = client.get(path).await.body;
    for operation in operations {
        assert_eq!(client.patch(path, json!([operation])).await.error(), (400, keyword), "{operation}");
        assert_eq!(client.get(path).await.body, before, "{operation}");
    }
}

async fn crew(client: &Client) -> (String, [String; 3]) {
    let users = [client.user("u1").await, client.user("u2").await, client.user("u3").await];
    let group = client.group("Crew", &[&users[0], &users[1]]).await;
    (group, users)
}

/// RFC7644-3.5.2.1-01, RFC7644-3.5.2.1-03, RFC7644-3.5.2.3-02
#[tokio::test]
async fn what_adds_and_replaces_has_a_value() {
    let client = Client::rfc();
    let path = ann(&client).await;
    for op in ["add", "replace"] {
        refuses(&client, &path, "invalidSyntax", &[json!({"op": op}), json!({"op": op, "path": "nickName"})]).await;
        let pathless = [json!("x"), json!(5), json!(true), json!([]), json!([{"nickName": "B"}]), json!(null)];
        for value in pathless {
            refuses(&client, &path, "invalidValue", &[json!({"op": op, "value": value})]).await;
        }
    }
    let null = json!([{"op": "replace", "path": "nickName", "value": null}]);
    assert_eq!(patched(&client, &path, null, &["nickName"]).await.get("nickName"), None);
    assert_eq!(client.names("nickName pr").await, Vec::<String>::new());
    refuses(&client, &path, "invalidValue", &[json!({"op": "replace", "path": "userName", "value": null})]).await;
}

/// RFC7644-3.5.2.1-02, RFC7644-3.5.2.1-04, RFC7644-3.5.2.1-09
#[tokio::test]
async fn add_sets_what_takes_one_value() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let both = json!([{"op": "add", "value": {"nickName": "B", "emails": [email("c@x.example")]}}]);
    let after = patched(&client, &path, both, &["nickName", "emails"]).await;
    assert_eq!((&after["nickName"], &after["emails"]), (&json!("B"), &json!([a(), b(), email("c@x.example")])));
    let title = json!([{"op": "add", "path": "title", "value": "T"}]);
    assert_eq!(patched(&client, &path, title, &["title"]).await["title"], "T");
    let nick = json!([{"op": "add", "path": "nickName", "value": "N2"}]);
    assert_eq!(patched(&client, &path, nick, &["nickName"]).await["nickName"], "N2");
}

/// RFC7644-3.5.2.1-05
#[tokio::test]
async fn add_completes_a_complex_attribute() {
    let client = Client::rfc();
    let path = ann(&client).await;
    for operation in [
        json!({"op": "add", "path": "name", "value": {"givenName": "B", "honorificPrefix": "Dr"}}),
        json!({"op": "add", "value": {"name": {"givenName": "C"}}}),
        json!({"op": "add", "path": "name.givenName", "value": "D"}),
    ] {
        let after = patched(&client, &path, json!([operation]), &["name"]).await;
        let given = operation.pointer("/value/givenName").or(operation.pointer("/value/name/givenName"));
        let given = given.unwrap_or(&operation["value"]);
        let name = json!({"givenName": given, "familyName": "Lee", "middleName": "M", "honorificPrefix": "Dr"});
        assert_eq!(after["name"], name, "{operation}");
    }
    let bare = format!("/Users/{}", client.user_with(json!({"userName": "bare"})).await);
    let after =
        patched(&client, &bare, json!([{"op": "add", "path": "name.givenName", "value": "B"}]), &["name"]).await;
    assert_eq!(after["name"], json!({"givenName": "B"}));
}

/// RFC7644-3.5.2.1-06, RFC7644-3.5.2.1-07, RFC7644-3.5.2.1-08
#[tokio::test]
async fn add_appends_to_what_takes_several_values() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let (c, d, e) = (email("c@x.example"), email("d@x.example"), email("e@x.example"));
    let add = |value: Value| json!([{"op": "add", "path": "emails", "value": value}]);
    let after = patched(&client, &path, add(json!([c])), &["emails"]).await;
    assert_eq!(after["emails"], json!([a(), b(), c]));
    let after = patched(&client, &path, add(json!([d, e])), &["emails"]).await;
    assert_eq!(after["emails"], json!([a(), b(), c, d, e]));
    // One object is taken for a list of it.
    let f = email("f@x.example");
    let after = patched(&client, &path, add(f.clone()), &["emails"]).await;
    assert_eq!(after["emails"], json!([a(), b(), c, d, e, f]));
    let phone = json!([{"op": "add", "path": "phoneNumbers", "value": [{"value": "1"}]}]);
    assert_eq!(patched(&client, &path, phone, &["phoneNumbers"]).await["phoneNumbers"], json!([{"value": "1"}]));
}

/// RFC7644-3.5.2.1-10, RFC7644-3.5.2.1-11
#[tokio::test]
async fn add_of_what_is_there_changes_nothing() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let (group, users) = crew(&client).await;
    let group = format!("/Groups/{group}");
    for (path, operation) in [
        (&path, json!({"op": "add", "path": "emails", "value": [b()]})),
        (&path, json!({"op": "add", "path": "emails", "value": [a(), b()]})),
        (&path, json!({"op": "add", "value": {"emails": [a()]}})),
        (&path, json!({"op": "add", "path": "nickName", "value": "A"})),
        (&path, json!({"op": "add", "path": "name", "value": {"givenName": "Ann"}})),
        (&path, json!({"op": "add", "path": "password", "value": "correct horse"})),
        (&group, json!({"op": "add", "path": "members", "value": [{"value": users[0]}]})),
        (&group, json!({"op": "add", "value": {"members": [{"value": users[1]}, {"value": users[0]}]}})),
    ] {
        let before = client.get(path).await.body;
        assert!(before["meta"]["lastModified"].is_string() && before["meta"]["version"].is_string());
        let answer = client.patch(path, json!([operation])).await;
        assert_eq!((answer.status, &answer.body), (200, &before), "{operation}");
        assert_eq!(client.get(path).await.body, before, "{operation}");
    }
}

/// RFC7644-3.5.2.1-12, RFC7644-3.5.2.2-13, RFC7644-3.5.2.3-11
#[tokio::test]
async fn members_join_leave_and_are_replaced() {
    let client = Client::rfc();
    let (group, [u1, u2, u3]) = crew(&client).await;
    let path = format!("/Groups/{group}");
    let ids = |ids: &[&String]| ids.iter().map(|id| json!({"value": id})).collect::<Value>();
    let add = json!({"op": "add", "path": "members", "value": ids(&[&u3])});
    patched(&client, &path, json!([add]), &["members"]).await;
    assert_eq!(client.members(&group).await, sorted(&[&u1, &u2, &u3]));
    assert_eq!(client.get(&format!("/Users/{u3}")).await.body["groups"][0]["value"], group);
    let leave = json!({"op": "remove", "path": format!(r#"members[value eq "{u1}"]"#)});
    patched(&client, &path, json!([leave]), &["members"]).await;
    assert_eq!(client.members(&group).await, sorted(&[&u2, &u3]));
    let swap = json!([
        {"op": "remove", "path": format!(r#"members[value eq "{u2}"]"#)},
        {"op": "add", "path": "members", "value": ids(&[&u1])},
    ]);
    patched(&client, &path, swap, &["members"]).await;
    assert_eq!(client.members(&group).await, sorted(&[&u1, &u3]));
    for (operation, members) in [
        (json!({"op": "replace", "path": "members", "value": ids(&[&u2, &u3])}), vec![&u2, &u3]),
        (json!({"op": "replace", "value": {"members": ids(&[&u1])}}), vec![&u1]),
        (json!({"op": "replace", "path": "members", "value": []}), vec![]),
    ] {
        patched(&client, &path, json!([operation]), &["members"]).await;
        assert_eq!(client.members(&group).await, sorted(&members), "{operation}");
    }
    assert_eq!(client.get(&format!("/Users/{u1}")).await.body.get("groups"), None);
}

/// RFC7644-3.5.2.1-13, RFC7644-3.5.2.1-14
#[tokio::test]
async fn add_at_a_filter_sets_a_part_of_what_matches() {
    let operation = |filter: &str| json!([{"op": "add", "path": format!("emails[{filter}].display"), "value": "D"}]);
    let lenient = Client::plain();
    let client = Client::rfc();
    for client in [&client, &lenient] {
        let path = ann(client).await;
        let after = patched(client, &path, operation(r#"type eq "home""#), &["emails"]).await;
        assert_eq!(after["emails"], json!([a(), {"value": "b@x.example", "type": "home", "display": "D"}]));
    }
    let path = format!("/Users/{}", client.user("bob").await);
    refuses(&client, &path, "noTarget", &[operation(r#"type eq "none""#)[0].clone()]).await;
    // The other reading: what the filter asks for is made.
    let path = format!("/Users/{}", lenient.user_with(json!({"userName": "bob", "emails": [b()]})).await);
    let after = patched(&lenient, &path, operation(r#"type eq "none""#), &["emails"]).await;
    assert_eq!(after["emails"], json!([b(), {"type": "none", "display": "D"}]));
}

/// RFC7644-3.5.2.1-15, RFC7644-3.5.2.1-16
#[tokio::test]
async fn add_without_path_may_name_an_extension_and_paths_where_the_server_lets_it() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let after = patched(
        &client,
        &path,
        json!([{"op": "add", "value": {ENTERPRISE: {"department": "D"}}}]),
        &[ENTERPRISE, "schemas"],
    )
    .await;
    assert_eq!((&after[ENTERPRISE], &after["schemas"]), (&json!({"department": "D"}), &json!([USER, ENTERPRISE])));
    let department = format!("{ENTERPRISE}:department");
    let dotted = json!({"op": "add", "value": {"name.givenName": "X"}});
    let qualified = json!({"op": "add", "value": {department: "E"}});
    refuses(&client, &path, "invalidPath", &[dotted.clone(), qualified.clone()]).await;
    let client = Client::plain();
    let path = ann(&client).await;
    let after = patched(&client, &path, json!([dotted, qualified]), &["name", ENTERPRISE, "schemas"]).await;
    assert_eq!(after["name"], json!({"givenName": "X", "familyName": "Lee", "middleName": "M"}));
    assert_eq!(after[ENTERPRISE], json!({"department": "E"}));
}

/// RFC7644-3.5.2.2-01, RFC7644-3.5.2.2-08, RFC7644-3.5.2.2-09
#[tokio::test]
async fn what_is_required_or_read_only_is_not_removed() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let id = path.rsplit('/').next().unwrap_or_default();
    let crew = client.group("Crew", &[id]).await;
    let group = format!("/Groups/{crew}");
    refuses(&client, &path, "noTarget", &[json!({"op": "remove"})]).await;
    let remove = |path: &str| json!({"op": "remove", "path": path});
    for attribute in ["userName", "USERNAME", &format!("{USER}:userName"), "schemas"] {
        refuses(&client, &path, "mutability", &[remove(attribute)]).await;
    }
    refuses(&client, &group, "mutability", &[remove("displayName")]).await;
    for attribute in ["id", "meta", "meta.created", "groups", "groups.value", &format!(r#"groups[value eq "{crew}"]"#)]
    {
        refuses(&client, &path, "mutability", &[remove(attribute)]).await;
    }
}

/// RFC7644-3.5.2.2-02, RFC7644-3.5.2.2-03, RFC7644-3.5.2.2-07, RFC7644-3.5.2.2-11
#[tokio::test]
async fn remove_takes_an_attribute_away() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let remove = |path: &str| json!([{"op": "remove", "path": path}]);
    for attribute in ["nickName", "emails"] {
        assert_eq!(client.names(&format!("{attribute} pr")).await, ["ann"]);
        assert_eq!(patched(&client, &path, remove(attribute), &[attribute]).await.get(attribute), None);
        assert_eq!(client.names(&format!("{attribute} pr")).await, Vec::<String>::new());
    }
    let after = patched(&client, &path, remove("name.middleName"), &["name"]).await;
    assert_eq!(after["name"], json!({"givenName": "Ann", "familyName": "Lee"}));
    for part in ["name.givenName", "name.familyName"] {
        patched(&client, &path, remove(part), &["name"]).await;
    }
    assert_eq!(client.get(&path).await.body.get("name"), None, "a name without parts is none");
    assert_eq!(client.names("name pr").await, Vec::<String>::new());
    let before = client.get(&path).await.body;
    for absent in ["nickName", "title", "emails", "name", "name.givenName", "emails.value", ENTERPRISE] {
        assert_eq!(patched(&client, &path, remove(absent), &[]).await, before, "{absent}");
    }
}

/// RFC7644-3.5.2.2-04, RFC7644-3.5.2.2-05, RFC7644-3.5.2.2-06
#[tokio::test]
async fn remove_at_a_filter_takes_away_what_matches() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let remove = |path: &str| json!([{"op": "remove", "path": path}]);
    let after = patched(&client, &path, remove(r#"emails[type eq "work"].display"#), &["emails"]).await;
    assert_eq!(after["emails"], json!([{"value": "a@x.example", "type": "work", "primary": true}, b()]));
    let after = patched(&client, &path, remove(r#"emails[type eq "work"]"#), &["emails"]).await;
    assert_eq!(after["emails"], json!([b()]));
    let after = patched(&client, &path, remove(r#"emails[value ew "example"]"#), &["emails"]).await;
    assert_eq!(after.get("emails"), None);
    assert_eq!(client.names("emails pr").await, Vec::<String>::new());
}

/// RFC7644-3.5.2.2-10
#[tokio::test]
async fn whoever_is_no_member_cannot_leave() {
    let remove = |filter: &str| json!({"op": "remove", "path": format!("members[{filter}]")});
    let client = Client::rfc();
    let (group, [_, _, u3]) = crew(&client).await;
    let path = format!("/Groups/{group}");
    let before = client.get(&path).await.body;
    for filter in [format!(r#"value eq "{u3}""#), r#"value eq "nobody""#.to_owned(), r#"type eq "Group""#.to_owned()] {
        assert_eq!(patched(&client, &path, json!([remove(&filter)]), &[]).await, before, "{filter}");
    }
    // The other reading, by table 9.
    let client = Client::varied("patch.remove-needs-target");
    let (group, [_, _, u3]) = crew(&client).await;
    let path = format!("/Groups/{group}");
    refuses(&client, &path, "noTarget", &[remove(&format!(r#"value eq "{u3}""#)), remove(r#"value eq "nobody""#)])
        .await;
}

/// RFC7644-3.5.2.2-12
#[tokio::test]
async fn remove_with_a_list_of_values_never_takes_everything() {
    let client = Client::rfc();
    let (group, [u1, u2, u3]) = crew(&client).await;
    let listed = |id: &str| json!({"op": "remove", "path": "members", "value": [{"value": id}]});
    let path = format!("/Groups/{group}");
    refuses(&client, &path, "invalidSyntax", &[listed(&u1), listed(&u3)]).await;
    patched(&client, &path, json!([{"op": "remove", "path": "members"}]), &["members"]).await;
    assert_eq!(client.members(&group).await, Vec::<String>::new());
    // As Entra means it.
    let client = Client::plain();
    let (group, [u1, _, u3]) = crew(&client).await;
    let path = format!("/Groups/{group}");
    patched(&client, &path, json!([listed(&u1), listed(&u3)]), &["members"]).await;
    let left = client.members(&group).await;
    assert_eq!(left.len(), 1);
    assert!(!left.contains(&u1) && !left.contains(&u2), "{left:?}");
}

/// RFC7644-3.5.2.3-01, RFC7644-3.5.2.3-03, RFC7644-3.5.2.3-04, RFC7644-3.5.2.3-05, RFC7644-3.5.2.3-14
#[tokio::test]
async fn replace_puts_values_in_the_place_of_others() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let (c, d) = (email("c@x.example"), email("d@x.example"));
    for (operation, attribute, value) in [
        (json!({"op": "replace", "path": "nickName", "value": "B"}), "nickName", json!("B")),
        (json!({"op": "replace", "path": "emails", "value": [c]}), "emails", json!([c])),
        (json!({"op": "replace", "path": "emails", "value": [d, c]}), "emails", json!([d, c])),
        (json!({"op": "replace", "path": "title", "value": "T"}), "title", json!("T")),
        (json!({"op": "replace", "path": "emails", "value": []}), "emails", json!(null)),
        (
            json!({"op": "replace", "path": "phoneNumbers", "value": [{"value": "1"}]}),
            "phoneNumbers",
            json!([{"value": "1"}]),
        ),
    ] {
        let after = patched(&client, &path, json!([operation]), &[attribute]).await;
        assert_eq!(after.get(attribute).unwrap_or(&Value::Null), &value, "{operation}");
    }
    let operation =
        json!([{"op": "replace", "value": {"emails": [a()], "nickName": "C", "profileUrl": "https://x.example/"}}]);
    let after = patched(&client, &path, operation, &["emails", "nickName", "profileUrl"]).await;
    assert_eq!((&after["emails"], &after["nickName"]), (&json!([a()]), &json!("C")));
    assert_eq!(after["profileUrl"], "https://x.example/");
    assert_eq!(client.names("emails[type eq \"other\"]").await, Vec::<String>::new());
}

/// RFC7644-3.5.2.3-06
#[tokio::test]
async fn replace_changes_the_parts_of_a_complex_attribute_that_are_given() {
    let client = Client::rfc();
    let path = ann(&client).await;
    for (operation, given) in [
        (json!({"op": "replace", "path": "name", "value": {"givenName": "X"}}), "X"),
        (json!({"op": "replace", "value": {"name": {"givenName": "Y"}}}), "Y"),
        (json!({"op": "replace", "path": "name.givenName", "value": "Z"}), "Z"),
    ] {
        let after = patched(&client, &path, json!([operation]), &["name"]).await;
        assert_eq!(after["name"], json!({"givenName": given, "familyName": "Lee", "middleName": "M"}), "{operation}");
    }
    let suffix = json!([{"op": "replace", "path": "name", "value": {"honorificSuffix": "II"}}]);
    assert_eq!(patched(&client, &path, suffix, &["name"]).await["name"]["honorificSuffix"], "II");
}

/// RFC7644-3.5.2.3-07, RFC7644-3.5.2.3-08, RFC7644-3.5.2.3-09
#[tokio::test]
async fn replace_at_a_filter_changes_all_that_match() {
    let client = Client::rfc();
    let work = json!({"streetAddress": "1 High St", "locality": "Ware", "type": "work"});
    let other = |street: &str, town: &str| json!({"streetAddress": street, "locality": town, "type": "other"});
    let addresses = json!([other("2 Low St", "Hook"), work, other("3 Mid St", "Diss")]);
    let path = format!("/Users/{}", client.user_with(json!({"userName": "ann", "addresses": addresses})).await);
    let replace = |path: &str, value: Value| json!([{"op": "replace", "path": path, "value": value}]);
    let towns = replace(r#"addresses[type eq "other"].locality"#, json!("Bath"));
    let after = patched(&client, &path, towns, &["addresses"]).await;
    assert_eq!(after["addresses"], json!([other("2 Low St", "Bath"), work, other("3 Mid St", "Bath")]));

    // Both become the same, and one of two equal values may be left out.
    let whole = json!({"streetAddress": "4 New St", "locality": "York", "type": "home"});
    let after = patched(&client, &path, replace(r#"addresses[type eq "other"]"#, whole.clone()), &["addresses"]).await;
    let after = after["addresses"].as_array().expect("addresses");
    assert!(after.contains(&whole) && after.contains(&work), "{after:?}");
    assert!(after.iter().all(|address| *address == whole || *address == work), "{after:?}");

    let nothing = [
        replace(r#"addresses[type eq "none"].locality"#, json!("x"))[0].clone(),
        replace(r#"addresses[type eq "none"]"#, whole)[0].clone(),
        replace(r#"emails[type eq "work"].value"#, json!("x"))[0].clone(),
    ];
    refuses(&client, &path, "noTarget", &nothing).await;
}

/// RFC7644-3.5.2.3-10
#[tokio::test]
async fn a_replaced_value_that_is_primary_resets_the_others() {
    let client = Client::rfc();
    let id = client
        .user_with(json!({"userName": "ann", "addresses": [
            {"locality": "Ware", "type": "work"}, {"locality": "Hook", "type": "home", "primary": true},
        ]}))
        .await;
    let work = json!({"streetAddress": "911 Bath Rd", "locality": "Bath", "type": "work", "primary": true});
    let operation = json!([{"op": "replace", "path": r#"addresses[type eq "work"]"#, "value": work}]);
    let after = patched(&client, &format!("/Users/{id}"), operation, &["addresses"]).await;
    assert_eq!(after["addresses"][0], work);
    assert_eq!((&after["addresses"][1]["locality"], after["addresses"][1]["primary"] == true), (&json!("Hook"), false));
}

/// RFC7644-3.5.2.3-12
#[tokio::test]
async fn a_group_is_renamed_in_every_form() {
    let client = Client::rfc();
    let (group, _) = crew(&client).await;
    let path = format!("/Groups/{group}");
    for (index, operation) in [
        json!({"op": "replace", "path": "displayName", "value": "N0"}),
        json!({"op": "replace", "value": {"displayName": "N1"}}),
        json!({"op": "replace", "value": {"id": group, "displayName": "N2"}}),
        json!({"op": "add", "path": "displayName", "value": "N3"}),
    ]
    .into_iter()
    .enumerate()
    {
        let after = patched(&client, &path, json!([operation]), &["displayName"]).await;
        assert_eq!(after["displayName"], format!("N{index}"), "{operation}");
        let found = client.filter("/Groups", &format!(r#"displayName eq "n{index}""#)).await;
        assert_eq!(found.each("id"), [&group]);
    }
    assert_eq!(client.filter("/Groups", r#"displayName eq "Crew""#).await.resources().len(), 0);
    let other = json!({"op": "replace", "value": {"id": "other", "displayName": "N4"}});
    refuses(&client, &path, "mutability", &[other]).await;
}

/// RFC7644-3.5.2.3-13
#[tokio::test]
async fn a_user_is_deactivated_with_and_without_path() {
    let client = Client::rfc();
    let path = ann(&client).await;
    for (off, on) in [
        (
            json!({"op": "replace", "path": "active", "value": false}),
            json!({"op": "replace", "path": "active", "value": true}),
        ),
        (json!({"op": "replace", "value": {"active": false}}), json!({"op": "replace", "value": {"active": true}})),
    ] {
        assert_eq!(patched(&client, &path, json!([off]), &["active"]).await["active"], false, "{off}");
        assert_eq!(client.names("active eq false").await, ["ann"]);
        assert_eq!(client.login("ann", "correct horse").await.status, 401, "whoever is not active does not get in");
        assert_eq!(patched(&client, &path, json!([on]), &["active"]).await["active"], true, "{on}");
        assert_eq!(client.names("active eq true").await, ["ann"]);
        assert_eq!(client.login("ann", "correct horse").await.status, 200);
    }
}
