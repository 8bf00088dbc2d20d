//! Filters: what the operators mean for each type of value.

use crate::client::{Client, ENTERPRISE, at, config};
use scim_reference_server::policy::NewStatus;
use scim_reference_server::{Config, Policy};
use serde_json::{Value, json};

async fn with(users: &[Value]) -> Client {
    let client = Client::rfc();
    for user in users {
        client.user_with(user.clone()).await;
    }
    client
}

async fn refuses(client: &Client, filters: &[&str]) {
    for filter in filters {
        assert_eq!(client.filter("/Users", filter).await.error(), (400, "invalidFilter"), "{filter}");
    }
}

async fn finds(client: &Client, expected: &[(&str, &[&str])]) {
    for (filter, names) in expected {
        assert_eq!(client.names(filter).await, *names, "{filter}");
    }
}

/// RFC7644-3.4.2.2-32, RFC7644-3.4.2.2-33, RFC7644-3.4.2.2-34, RFC7644-3.4.2.2-35, RFC7644-3.4.2.2-36
#[tokio::test]
async fn strings_are_equal_or_hold_begin_and_end_with_others() {
    let client = with(&[json!({"userName": "abel"}), json!({"userName": "bea"}), json!({"userName": "carab"})]).await;
    finds(
        &client,
        &[
            (r#"userName eq "bea""#, &["bea"]),
            (r#"userName eq "be""#, &[]),
            (r#"userName ne "bea""#, &["abel", "carab"]),
            (r#"userName co "be""#, &["abel", "bea"]),
            (r#"userName co "bea""#, &["bea"]),
            (r#"userName co """#, &["abel", "bea", "carab"]),
            (r#"userName sw "ab""#, &["abel"]),
            (r#"userName sw "abel""#, &["abel"]),
            (r#"userName sw "abela""#, &[]),
            (r#"userName ew "ab""#, &["carab"]),
            (r#"userName ew "carab""#, &["carab"]),
            (r#"userName ew "xcarab""#, &[]),
        ],
    )
    .await;
}

/// RFC7644-3.4.2.2-37, RFC7644-3.4.2.2-38
#[tokio::test]
async fn present_is_what_is_neither_empty_nor_null() {
    let client = with(&[
        json!({"userName": "full", "title": "T", "name": {"givenName": "G"}, "emails": [{"value": "f@x.example"}]}),
        json!({"userName": "empty", "title": "", "name": {"givenName": ""}, "emails": []}),
        json!({"userName": "null", "title": null, "name": null, "emails": null}),
        json!({"userName": "hollow", "name": {}, "emails": [{}], "active": false}),
        json!({"userName": "none"}),
    ])
    .await;
    let others: &[&str] = &["empty", "null", "hollow", "none"];
    for path in ["title", "name", "name.givenName", "emails", "emails.value"] {
        assert_eq!(client.names(&format!("{path} pr")).await, ["full"], "{path}");
        assert_eq!(client.names(&format!("not ({path} pr)")).await, others, "{path}");
    }
    assert_eq!(client.names("active pr").await.len(), 5, "false is a value");
}

/// RFC7644-3.4.2.2-39, RFC7644-3.4.2.2-40, RFC7644-3.4.2.2-41, RFC7644-3.4.2.2-42
#[tokio::test]
async fn strings_come_before_and_after_each_other() {
    let client = with(&[json!({"userName": "a10"}), json!({"userName": "a9"}), json!({"userName": "b"})]).await;
    finds(
        &client,
        &[
            (r#"userName gt "a9""#, &["b"]),
            (r#"userName ge "a9""#, &["a9", "b"]),
            (r#"userName lt "a9""#, &["a10"]),
            (r#"userName le "a9""#, &["a10", "a9"]),
            (r#"userName gt "a""#, &["a10", "a9", "b"]),
            (r#"userName lt "a""#, &[]),
            (r#"userName gt "A9""#, &["b"]),
            (r#"nickName lt "z" or nickName gt """#, &[]),
        ],
    )
    .await;
}

/// RFC7644-3.4.2.2-43, RFC7644-3.4.2.2-61
#[tokio::test]
async fn points_in_time_are_compared_as_such() {
    let clock = at(&["2011-05-13T04:42:34Z", "2011-05-13T04:42:34.5Z", "2011-05-13T04:42:35Z"]);
    let client = Client::with(Config { policy: Policy::rfc(), clock, ..config() });
    for name in ["on", "half", "next"] {
        client.user_with(json!({"userName": name})).await;
    }
    for moment in [
        "2011-05-13T04:42:34Z",
        "2011-05-13T04:42:34.000Z",
        "2011-05-13T04:42:34.000000000Z",
        "2011-05-13T06:42:34+02:00",
        "2011-05-12T23:42:34.0-05:00",
        "2011-05-13T04:42:34",
    ] {
        for attribute in ["meta.created", "meta.lastModified"] {
            for (operator, names) in [
                ("gt", &["half", "next"] as &[&str]),
                ("ge", &["on", "half", "next"]),
                ("eq", &["on"]),
                ("ne", &["half", "next"]),
                ("le", &["on"]),
                ("lt", &[]),
            ] {
                let filter = format!(r#"{attribute} {operator} "{moment}""#);
                assert_eq!(client.names(&filter).await, names, "{filter}");
            }
        }
    }
    finds(
        &client,
        &[
            (r#"meta.created lt "2011-05-13T04:42:34.51Z""#, &["on", "half"]),
            (r#"meta.created ge "2011-05-13T04:42:34.500001Z""#, &["next"]),
            (r#"meta.created gt "2011-05-13T05:00:00Z""#, &[]),
            (r#"meta.created gt "2011-05-13T05:00:00+02:00""#, &["on", "half", "next"]),
        ],
    )
    .await;
}

/// RFC7644-3.4.2.2-44
#[tokio::test]
async fn what_is_no_point_in_time_is_refused() {
    let client = with(&[json!({"userName": "a"})]).await;
    refuses(
        &client,
        &[
            r#"meta.created gt "yesterday""#,
            r#"meta.created gt """#,
            r#"meta.created gt "2011-05-13""#,
            r#"meta.created gt "2011-05-13 04:42:34Z""#,
            r#"meta.created gt "2011-13-13T04:42:34Z""#,
            r#"meta.created gt "2011-02-30T04:42:34Z""#,
            "meta.created gt 1305261754",
        ],
    )
    .await;
}

/// RFC7644-3.4.2.2-46, RFC7644-3.4.2.2-47, RFC7644-3.4.2.2-48, RFC7644-3.4.2.2-49
#[tokio::test]
async fn booleans_and_binary_values_have_no_order() {
    let client = with(&[
        json!({"userName": "on", "active": true, "x509Certificates": [{"value": "TWFu", "primary": true}]}),
        json!({"userName": "off", "active": false, "x509Certificates": [{"value": "TWFO", "primary": false}]}),
    ])
    .await;
    for operator in ["gt", "ge", "lt", "le", "GT"] {
        refuses(
            &client,
            &[
                &format!("active {operator} true"),
                &format!("emails.primary {operator} false"),
                &format!("x509Certificates[primary {operator} true]"),
                &format!(r#"x509Certificates.value {operator} "a""#),
                &format!(r#"x509Certificates {operator} "a""#),
                &format!(r#"x509Certificates[value {operator} "a"]"#),
            ],
        )
        .await;
    }
    for operator in ["co", "sw", "ew"] {
        refuses(&client, &[&format!(r#"active {operator} "t""#), &format!("active {operator} true")]).await;
    }
    refuses(&client, &[r#"active eq "true""#, r#"active ne "false""#, "active eq 1", r#"active eq "yes""#]).await;
    finds(
        &client,
        &[
            ("active eq true", &["on"]),
            ("active eq false", &["off"]),
            ("active ne true", &["off"]),
            ("active ne false", &["on"]),
            ("x509Certificates[primary eq true]", &["on"]),
            (r#"x509Certificates.value eq "TWFu""#, &["on"]),
            (r#"x509Certificates.value eq "twfu""#, &[]),
        ],
    )
    .await;
}

/// RFC7644-3.4.2.2-50, RFC7644-3.4.2.2-62
#[tokio::test]
async fn a_comparison_may_find_no_value() {
    let users = [json!({"userName": "boss", "title": "Boss"}), json!({"userName": "none"})];
    let client = with(&users).await;
    finds(
        &client,
        &[
            ("title eq null", &["none"]),
            ("title ne null", &["boss"]),
            (r#"title eq "X""#, &[]),
            (r#"title ne "X""#, &["boss", "none"]),
            (r#"title ne "Boss""#, &["none"]),
        ],
    )
    .await;
    refuses(&client, &["title gt null", "title co null"]).await;
    // The other reading of "ne".
    let client = Client::varied("filter.ne-needs-value");
    for user in users {
        client.user_with(user).await;
    }
    finds(&client, &[(r#"title ne "X""#, &["boss"]), (r#"title ne "Boss""#, &[]), ("title eq null", &["none"])]).await;
}

/// RFC7644-3.4.2.2-51, RFC7644-3.4.2.2-52, RFC7644-3.4.2.2-53
#[tokio::test]
async fn case_matters_where_the_schema_says_so() {
    let client = Client::rfc();
    let certificate = json!([{"value": "TWFu"}]);
    let id = client
        .user_with(json!({
            "userName": "Ann", "displayName": "Ann Äpfel ÉCOLE", "externalId": "Ext", "x509Certificates": certificate,
            "emails": [{"value": "Ann@X.example", "type": "Work"}], ENTERPRISE: {"manager": {"value": "Mgr"}},
        }))
        .await;
    let upper = id.to_uppercase();
    assert_ne!(id, upper, "an id with letters");
    for filter in [
        r#"userName eq "ANN""#,
        r#"userName sw "aN""#,
        r#"displayName co "ANN""#,
        r#"displayName ew "ÄPFEL école""#,
        r#"displayName eq "ann äpfel École""#,
        r#"displayName gt "ANN ÄPFEK" and displayName le "ann äpfel école""#,
        r#"emails[type eq "WORK" and value eq "ann@x.EXAMPLE"]"#,
        r#"externalId eq "Ext""#,
        r#"externalId co "xt""#,
        r#"meta.resourceType eq "User""#,
        &format!(r#"{ENTERPRISE}:manager.value eq "Mgr""#),
        &format!(r#"id eq "{id}""#),
    ] {
        assert_eq!(client.names(filter).await, ["Ann"], "{filter}");
    }
    for filter in [
        r#"externalId eq "eXT""#,
        r#"externalId sw "e""#,
        r#"externalId co "XT""#,
        r#"meta.resourceType eq "user""#,
        &format!(r#"{ENTERPRISE}:manager.value eq "mgr""#),
        &format!(r#"id eq "{upper}""#),
    ] {
        assert_eq!(client.names(filter).await, Vec::<String>::new(), "{filter}");
    }
}

/// RFC7644-3.4.2.2-54, RFC7644-3.4.2.2-55, RFC7644-3.4.2.2-56, RFC7644-3.4.2.2-63
#[tokio::test]
async fn of_several_values_one_suffices() {
    let emails = json!([{"value": "a@one.example", "type": "work"}, {"value": "b@two.example", "type": "home"}]);
    let client = with(&[
        json!({"userName": "two", "emails": emails, "name": {"familyName": "O'Malley"}}),
        json!({"userName": "one", "emails": [{"value": "a@one.example", "type": "work"}]}),
    ])
    .await;
    finds(
        &client,
        &[
            (r#"emails.value eq "b@two.example""#, &["two"]),
            (r#"emails.value eq "a@one.example""#, &["two", "one"]),
            (r#"emails.type eq "home""#, &["two"]),
            (r#"emails co "two.example""#, &["two"]),
            (r#"emails.value co "two.example""#, &["two"]),
            (r#"emails eq "A@one.example""#, &["two", "one"]),
            // Some value differs, or none is it: that is not the same.
            (r#"emails.value ne "a@one.example""#, &["two"]),
            (r#"not (emails.value eq "a@one.example")"#, &[]),
            (r#"not (emails.value eq "b@two.example")"#, &["one"]),
            (r#"name.familyName co "O'Malley""#, &["two"]),
        ],
    )
    .await;
    refuses(&client, &[r#"name eq "x""#, r#"name co "O'Malley""#, r#"meta gt "2011-05-13T04:42:34Z""#]).await;
}

/// RFC7644-3.4.2.2-57
#[tokio::test]
async fn a_default_is_a_value() {
    for (status, is_active) in [(NewStatus::Active, true), (NewStatus::Inactive, false)] {
        let client = Client::rfc_but(|policy| policy.writes.new_status = status);
        let id = client.user_with(json!({"userName": "a"})).await;
        assert_eq!(client.get(&format!("/Users/{id}")).await.body["active"], is_active);
        assert_eq!(client.names(&format!("active eq {is_active}")).await, ["a"]);
        assert_eq!(client.names(&format!("active eq {}", !is_active)).await, Vec::<String>::new());
    }
}

/// RFC7644-3.4.2.2-58, RFC7644-3.4.2.2-59, RFC7644-3.4.2.2-60, RFC7644-3.4.2.2-61
#[tokio::test]
async fn common_attributes_can_be_asked_for() {
    let clock = at(&["2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z", "2020-01-03T00:00:00Z"]);
    let client = Client::with(Config { policy: Policy::rfc(), clock, ..config() });
    let id = client.user_with(json!({"userName": "staff", "externalId": "E1", ENTERPRISE: {"department": "D"}})).await;
    let other = client.user_with(json!({"userName": "guest", "externalId": "E1"})).await;
    client.patch(&format!("/Users/{id}"), json!([{"op": "replace", "path": "title", "value": "T"}])).await;
    let location = client.get(&format!("/Users/{id}")).await.body["meta"]["location"].clone();
    finds(
        &client,
        &[
            (&format!(r#"schemas eq "{ENTERPRISE}""#), &["staff"]),
            (&format!(r#"not (schemas eq "{ENTERPRISE}")"#), &["guest"]),
            (&format!(r#"id eq "{id}""#), &["staff"]),
            (&format!(r#"id eq "{id}" or id eq "{other}""#), &["staff", "guest"]),
            (r#"id eq "nobody""#, &[]),
            (r#"externalId eq "E1""#, &["staff", "guest"]),
            (r#"externalId eq "E2""#, &[]),
            (r#"meta.lastModified ge "2020-01-03T00:00:00Z""#, &["staff"]),
            (r#"meta.lastModified lt "2020-01-03T00:00:00Z""#, &["guest"]),
            (r#"meta.created lt "2020-01-02T00:00:00Z""#, &["staff"]),
            (&format!("meta.location eq {location}"), &["staff"]),
            (r#"meta.resourceType eq "User" and meta.created pr"#, &["staff", "guest"]),
        ],
    )
    .await;
}

/// RFC7644-3.4.2.2-64
#[tokio::test]
async fn not_is_the_complement() {
    for client in [Client::rfc(), Client::varied("filter.ne-needs-value")] {
        let emails = json!([{"value": "a@x.example", "type": "work"}, {"value": "b@x.example", "type": "home"}]);
        for user in [
            json!({"userName": "a", "title": "T", "emails": emails}),
            json!({"userName": "b", "title": "U", "emails": [{"value": "b@x.example"}], "active": false}),
            json!({"userName": "c", "name": {"familyName": "F"}}),
        ] {
            client.user_with(user).await;
        }
        for filter in [
            r#"userName eq "a""#,
            r#"title ne "T""#,
            r#"title gt "T""#,
            "title pr",
            "title eq null",
            "name pr",
            "active eq false",
            r#"emails.value ne "a@x.example""#,
            r#"emails[type eq "work"]"#,
            r#"emails[value ew "example" and not (type pr)]"#,
            r#"title pr and emails.type eq "home""#,
            r#"title eq "T" or name.familyName sw "F""#,
            r#"not (title ew "U")"#,
        ] {
            let (inside, outside) = (client.names(filter).await, client.names(&format!("not ({filter})")).await);
            let mut all = [inside, outside].concat();
            all.sort();
            assert_eq!(all, ["a", "b", "c"], "{filter}");
        }
    }
}

/// RFC7644-3.4.2.2-65
#[tokio::test]
async fn a_value_is_data_and_nothing_else() {
    let client = with(&[json!({"userName": "ann"}), json!({"userName": "bob"})]).await;
    let literals =
        ["x' OR '1'='1", "%", "*", "_", ".*", "\\", "ann\0", "ann' --", "*)(uid=*", "{\"$ne\":null}", "ann\""];
    for literal in literals {
        let quoted = Value::from(literal);
        for operator in ["eq", "co", "sw", "ew"] {
            assert_eq!(
                client.names(&format!("userName {operator} {quoted}")).await,
                Vec::<String>::new(),
                "{literal:?}"
            );
        }
    }
    for literal in literals {
        client.user_with(json!({"userName": format!("<{literal}>")})).await;
    }
    for literal in literals {
        let found = client.names(&format!("userName co {}", Value::from(format!("<{literal}>")))).await;
        assert_eq!(found, [format!("<{literal}>")]);
    }
}
