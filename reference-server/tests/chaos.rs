//! No request makes the server fail, and none makes it forget that its answers are SCIM.

mod client;

use client::{Client, ENTERPRISE, GROUP, PATCH, USER, encoded};
use proptest::prelude::*;
use serde_json::{Value, json};

#[derive(Clone, Debug)]
struct Sent {
    method: &'static str,
    path: String,
    body: Option<Value>,
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "a",
            "b",
            "True",
            "",
            "work",
            "members",
            "emails",
            "emails[type eq \"work\"].value",
            "members[value eq \"a\"]",
            "name.givenName",
            "id",
            "meta",
            "schemas",
            "userName",
            "active",
            "password",
            "groups",
            "displayName",
            "title",
            "addresses[type eq \"x\" and country eq \"y\"].region",
            "urn:x:y",
            "x509Certificates",
            "profileUrl",
        ])
        .prop_map(str::to_owned),
        Just(USER.to_owned()),
        Just(format!("{ENTERPRISE}:manager")),
        Just(format!("{ENTERPRISE}:manager.value")),
        Just(ENTERPRISE.to_owned()),
        ".{0,10}",
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => text().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i32>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec((text(), inner.clone()), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
            (inner.clone(), text(), any::<bool>())
                .prop_map(|(value, kind, primary)| json!({"value": value, "type": kind, "primary": primary})),
        ]
    })
}

fn body() -> impl Strategy<Value = Value> {
    let operation =
        (prop::sample::select(vec!["add", "remove", "Replace", "replace", "x"]), prop::option::of(text()), value())
            .prop_map(|(op, path, value)| json!({"op": op, "path": path, "value": value}));
    prop_oneof![
        2 => prop::collection::vec(operation, 0..4).prop_map(|steps| json!({"schemas": [PATCH], "Operations": steps})),
        1 => prop::collection::vec((text(), value()), 0..5).prop_map(|members| {
            let mut body = json!({"schemas": [USER, GROUP, "urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "userName": "n", "displayName": "d"});
            for (name, value) in members {
                body[name] = value;
            }
            body
        }),
        1 => value(),
    ]
}

fn sent() -> impl Strategy<Value = Sent> {
    let method =
        prop::sample::select(vec!["GET", "HEAD", "POST", "PUT", "PATCH", "PATCH", "PATCH", "DELETE", "OPTIONS"]);
    let path = prop_oneof![
        4 => prop::sample::select(vec!["/Users/{u}", "/Groups/{g}", "/Users", "/Groups", "/.search", "/Users/.search", "", "/Schemas"])
            .prop_map(str::to_owned),
        1 => (text(), text()).prop_map(|(name, value)| format!("/Users?{}={}", encoded(&name), encoded(&value))),
        1 => (text(), text(), text()).prop_map(|(a, b, c)| format!("/Users?filter={}", encoded(&format!("{a} eq \"{b}\" or {c} pr")))),
        1 => (text(), text()).prop_map(|(a, b)| format!("/Groups?sortBy={}&attributes={}", encoded(&a), encoded(&b))),
        1 => "[a-zA-Z%./?&=0-9-]{0,12}".prop_map(|rest| format!("/{rest}")),
    ];
    (method, path, prop::option::weighted(0.8, body())).prop_map(|(method, path, body)| Sent { method, path, body })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn every_answer_is_an_answer(requests in prop::collection::vec(sent(), 1..16)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let client = Client::plain();
            let user = client.user("a").await;
            let group = client.group("g", &[&user]).await;
            for Sent { method, path, body } in requests {
                let path = path.replace("{u}", &user).replace("{g}", &group);
                if path.parse::<axum::http::Uri>().is_err() {
                    continue;
                }
                let answer = client.scim(method, &path, body).await;
                prop_assert!(answer.status < 500 || answer.status == 501, "{method} {path}: {answer:?}");
                if method != "HEAD" && answer.status != 204 {
                    prop_assert_eq!(answer.header("content-type"), "application/scim+json");
                    prop_assert!(answer.body.is_object());
                    if answer.status >= 400 {
                        answer.error();
                    }
                }
                let read = client.get(&format!("/Users/{user}")).await;
                if read.status == 200 {
                    prop_assert!(read.body.get("active").is_none_or(Value::is_boolean));
                    prop_assert!(read.body.get("password").is_none());
                    let again = client.put(&format!("/Users/{user}"), read.body.clone()).await;
                    prop_assert_eq!((again.status, &again.body), (200, &read.body));
                }
            }
            Ok(())
        })?;
    }
}
