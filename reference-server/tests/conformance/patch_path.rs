//! PATCH: paths.

use crate::client::{Client, ENTERPRISE, USER};
use serde_json::{Value, json};

async fn ann(client: &Client) -> String {
    let id = client
        .user_with(json!({
            "userName": "ann", "nickName": "A", "name": {"givenName": "Ann", "familyName": "Lee"},
            "emails": [
                {"value": "ann@example.com", "type": "work", "primary": true},
                {"value": "ann@home.example", "type": "home"},
                {"value": "ann@other.example"},
            ],
            "addresses": [
                {"streetAddress": "1 High St", "locality": "Ware", "type": "work"},
                {"streetAddress": "2 Low St", "locality": "Hook", "type": "home"},
            ],
        }))
        .await;
    format!("/Users/{id}")
}

async fn patched(client: &Client, path: &str, operation: Value) -> Value {
    let answer = client.patch(path, json!([operation])).await;
    assert_eq!(answer.status, 200, "{operation}: {answer:?}");
    assert_eq!(client.get(path).await.body, answer.body);
    answer.body
}

async fn refuses(client: &Client, resource: &str, keyword: &str, paths: &[&str]) {
    let before = client.get(resource).await.body;
    for path in paths {
        for op in ["add", "replace", "remove"] {
            let mut operation = json!({"op": op, "path": path});
            if op != "remove" {
                operation["value"] = "x".into();
            }
            assert_eq!(client.patch(resource, json!([operation])).await.error(), (400, keyword), "{op} {path}");
        }
    }
    assert_eq!(client.get(resource).await.body, before);
}

/// The resource with all but what an operation was about.
fn but(mut resource: Value, attribute: &str) -> Value {
    let members = resource.as_object_mut().expect("an object");
    members.remove(attribute);
    members.remove("meta");
    resource
}

/// RFC7644-3.5.2-28, RFC7644-3.5.2-29
#[tokio::test]
async fn a_path_may_be_left_out_but_not_of_a_removal() {
    let client = Client::rfc();
    let path = ann(&client).await;
    for (op, title) in [("add", "T"), ("replace", "U")] {
        assert_eq!(patched(&client, &path, json!({"op": op, "value": {"title": title}})).await["title"], title);
    }
    for operation in [json!({"op": "remove"}), json!({"op": "remove", "value": {"title": "U"}})] {
        assert_eq!(client.patch(&path, json!([operation])).await.error(), (400, "noTarget"), "{operation}");
    }
    assert_eq!(client.get(&path).await.body["title"], "U");
    assert_eq!(patched(&client, &path, json!({"op": "remove", "path": "title"})).await.get("title"), None);
}

/// RFC7644-3.5.2-30, RFC7644-3.5.2-31, RFC7644-3.5.2-32, RFC7644-3.5.2-39
#[tokio::test]
async fn a_path_names_an_attribute_or_a_part_of_it() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let urn = format!("{USER}:nickName");
    let shouted = format!("{}:NICKNAME", USER.to_uppercase());
    for (index, name) in ["nickName", "NICKNAME", &urn, &shouted].into_iter().enumerate() {
        let before = client.get(&path).await.body;
        let value = format!("B{index}");
        let after = patched(&client, &path, json!({"op": "replace", "path": name, "value": value})).await;
        assert_eq!(after["nickName"], value, "{name}");
        assert_eq!(but(after, "nickName"), but(before, "nickName"), "{name}");
    }
    let urn = format!("{USER}:name.familyName");
    for (index, name) in ["name.familyName", "NAME.familyname", &urn].into_iter().enumerate() {
        let before = client.get(&path).await.body;
        let value = format!("Lea{index}");
        let after = patched(&client, &path, json!({"op": "replace", "path": name, "value": value})).await;
        assert_eq!(after["name"], json!({"givenName": "Ann", "familyName": value}), "{name}");
        assert_eq!(but(after, "name"), but(before, "name"), "{name}");
    }
    let name = r#"Emails[Type EQ "WORK"].VALUE"#;
    let after = patched(&client, &path, json!({"op": "replace", "path": name, "value": "new@example.com"})).await;
    assert_eq!(after["emails"][0], json!({"value": "new@example.com", "type": "work", "primary": true}));
}

/// RFC7644-3.5.2-33, RFC7644-3.5.2-34
#[tokio::test]
async fn a_path_names_an_extension_or_a_part_of_it() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let at = |path: String, value: Value| json!({"op": "replace", "path": path, "value": value});
    let after = patched(&client, &path, at(format!("{ENTERPRISE}:department"), json!("D"))).await;
    assert_eq!((&after[ENTERPRISE], &after["schemas"]), (&json!({"department": "D"}), &json!([USER, ENTERPRISE])));
    let after = patched(&client, &path, at(format!("{ENTERPRISE}:manager.value"), json!("m"))).await;
    assert_eq!(after[ENTERPRISE], json!({"department": "D", "manager": {"value": "m"}}));
    let after = patched(&client, &path, at(ENTERPRISE.to_owned(), json!({"division": "E", "department": "F"}))).await;
    assert_eq!(after[ENTERPRISE], json!({"department": "F", "manager": {"value": "m"}, "division": "E"}));
    let remove = |path: String| json!({"op": "remove", "path": path});
    let after = patched(&client, &path, remove(format!("{ENTERPRISE}:manager"))).await;
    assert_eq!(after[ENTERPRISE], json!({"department": "F", "division": "E"}));
    let after = patched(&client, &path, remove(ENTERPRISE.to_owned())).await;
    assert_eq!((after.get(ENTERPRISE), &after["schemas"]), (None, &json!([USER])));
    let answer = client.patch(&path, json!([at(ENTERPRISE.to_owned(), json!("D"))])).await;
    assert_eq!(answer.error(), (400, "invalidValue"));
    let answer = client.patch(&path, json!([at(ENTERPRISE.to_owned(), json!({"noSuchAttr": "D"}))])).await;
    assert_eq!(answer.error(), (400, "invalidPath"));
}

/// RFC7644-3.5.2-35, RFC7644-3.5.2-36
#[tokio::test]
async fn a_filter_picks_values_out() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let home = json!({"streetAddress": "2 Low St", "locality": "Hook", "type": "home"});
    let street = r#"addresses[type eq "work"].streetAddress"#;
    let after = patched(&client, &path, json!({"op": "replace", "path": street, "value": "3 New St"})).await;
    let work = json!({"streetAddress": "3 New St", "locality": "Ware", "type": "work"});
    assert_eq!(after["addresses"], json!([work, home]));
    let after = patched(&client, &path, json!({"op": "remove", "path": r#"addresses[type eq "work"]"#})).await;
    assert_eq!(after["addresses"], json!([home]));
    let urn = format!(r#"{USER}:addresses[locality sw "h"]"#);
    assert_eq!(patched(&client, &path, json!({"op": "remove", "path": urn})).await.get("addresses"), None);
}

/// RFC7644-3.5.2-37
#[tokio::test]
async fn a_filter_picks_members_out() {
    let client = Client::rfc();
    let [a, b] = [client.user("a").await, client.user("b").await];
    let inner = client.group("Inner", &[]).await;
    let group = client.group("Crew", &[&a, &b, &inner]).await;
    let remove = |filter: String| json!({"op": "remove", "path": format!("members[{filter}]")});
    let path = format!("/Groups/{group}");
    patched(&client, &path, remove(format!(r#"value eq "{a}""#))).await;
    let mut rest = [b.clone(), inner.clone()];
    rest.sort();
    assert_eq!(client.members(&group).await, rest);
    patched(&client, &path, remove(r#"type eq "Group""#.to_owned())).await;
    assert_eq!(client.members(&group).await, [b]);
}

/// RFC7644-3.5.2-38
#[tokio::test]
async fn every_operator_can_stand_in_the_filter_of_a_path() {
    let client = Client::rfc();
    let all = ["ann@example.com", "ann@home.example", "ann@other.example"];
    for (index, (filter, removed)) in [
        (r#"type eq "work""#, &[0_usize] as &[usize]),
        (r#"type ne "work""#, &[1, 2]),
        (r#"value co "@HOME""#, &[1]),
        (r#"value sw "ann@o""#, &[2]),
        (r#"value ew "example.com""#, &[0]),
        (r#"value gt "ann@home.example""#, &[2]),
        (r#"value ge "ann@home.example""#, &[1, 2]),
        (r#"value lt "ann@home.example""#, &[0]),
        (r#"value le "ann@home.example""#, &[0, 1]),
        ("type pr", &[0, 1]),
        ("primary eq true", &[0]),
        (r#"type eq "work" and value ew "example.com""#, &[0]),
        (r#"type eq "work" and value ew "home.example""#, &[]),
        (r#"type eq "work" or type eq "home""#, &[0, 1]),
        (r#"not (type eq "work")"#, &[1, 2]),
        (r#"not (type pr) or (primary eq true and type eq "work")"#, &[0, 2]),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("user{index}");
        let emails = json!([
            {"value": all[0], "type": "work", "primary": true}, {"value": all[1], "type": "home"}, {"value": all[2]},
        ]);
        let id = client.user_with(json!({"userName": name, "emails": emails})).await;
        let after =
            patched(&client, &format!("/Users/{id}"), json!({"op": "remove", "path": format!("emails[{filter}]")}))
                .await;
        let kept = after["emails"].as_array().cloned().unwrap_or_default();
        let kept: Vec<&str> = kept.iter().filter_map(|email| email["value"].as_str()).collect();
        let expected: Vec<&str> =
            all.iter().enumerate().filter(|(at, _)| !removed.contains(at)).map(|(_, value)| *value).collect();
        assert_eq!(kept, expected, "{filter}");
    }
}

/// RFC7644-3.12-09, RFC7644-3.5.2-40
#[tokio::test]
async fn a_malformed_path_is_refused() {
    let client = Client::rfc();
    let path = ann(&client).await;
    refuses(
        &client,
        &path,
        "invalidPath",
        &[
            "",
            " ",
            "name..x",
            ".x",
            "name.",
            "name.givenName.x",
            "emails[",
            "emails[]",
            "emails]",
            r#"emails[type eq "work""#,
            "[type eq 1]",
            r#"emails[type eq "work"]x"#,
            r#"emails[type eq "work"]."#,
            r#"emails[type eq "work"].value.x"#,
            r#"emails[type eq "work"][type eq "work"]"#,
            "nick Name",
            "nickName ",
            "nickName,title",
            "urn:",
            ":nickName",
        ],
    )
    .await;
}

/// RFC7644-3.12-10
#[tokio::test]
async fn a_wrong_filter_in_a_path_is_refused() {
    let client = Client::rfc();
    let path = ann(&client).await;
    refuses(
        &client,
        &path,
        "invalidFilter",
        &[
            r#"emails[type zz "work"]"#,
            r#"emails[type zz "work"].value"#,
            "emails[type eq work]",
            "emails[type]",
            r#"emails[type eq "work" and]"#,
            r#"emails[noSuchPart eq "x"]"#,
            "emails[primary gt true]",
            r#"emails[primary eq "yes"]"#,
            r#"emails[type eq "work" and emails[value pr]]"#,
        ],
    )
    .await;
}

/// RFC7644-3.12-11
#[tokio::test]
async fn a_path_to_what_is_not_known_is_refused() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let unknown = format!("{ENTERPRISE}:noSuchAttr");
    let members = ["noSuchAttr", "name.noSuchPart", "members", "urn:example:none:nickName", "department", &unknown];
    refuses(&client, &path, "invalidPath", &members).await;
    for op in ["add", "replace"] {
        let answer = client.patch(&path, json!([{"op": op, "value": {"title": "T", "noSuchAttr": 1}}])).await;
        assert_eq!(answer.error(), (400, "invalidPath"));
    }
    assert_eq!(client.get(&path).await.body.get("title"), None);
}

/// RFC7644-3.12-12
#[tokio::test]
async fn one_value_needs_no_filter() {
    let client = Client::rfc();
    let path = ann(&client).await;
    let manager = format!(r#"{ENTERPRISE}:manager[value eq "m"]"#);
    let filters =
        [r#"name[givenName eq "Ann"]"#, r#"name[givenName eq "x"].familyName"#, "nickName[value pr]", &manager];
    refuses(&client, &path, "invalidPath", &filters).await;
}
