//! Security and privacy.

use crate::client::{Client, ENTERPRISE, GROUP, USER, encoded};
use crate::sample::full_user;
use crate::served::{of_users, schemas, written};
use crate::walk::{each_value, walk};
use axum::http::Uri;
use serde_json::{Map, Value, json};

const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/// RFC7644-7.5.2-01, RFC7644-7.5.2-02
#[tokio::test]
async fn who_keeps_a_filter_out_of_the_address_finds_the_same() {
    let client = Client::rfc();
    client.post("/Users", full_user("ann")).await;
    client.user("bob").await;
    for definition in of_users(&client).await {
        let filter = format!("{} pr", definition.name_in_filters());
        let in_address = client.filter("/Users", &filter).await;
        let in_body = client.post("/Users/.search", json!({"schemas": [SEARCH], "filter": filter})).await;
        match in_address.status {
            200 => assert_eq!((in_body.status, in_body.body), (200, in_address.body), "{filter}"),
            // Not in an address, but in a body.
            403 => assert_eq!((in_address.error(), in_body.status), ((403, "sensitive"), 200), "{filter}"),
            // Not at all.
            _ => assert_eq!((in_address.error(), in_body.error()), ((400, "invalidFilter"), (400, "invalidFilter"))),
        }
    }
}

/// RFC7644-7.1-01
#[tokio::test]
async fn no_address_that_is_given_out_holds_credentials() {
    let mut addresses = 0;
    for exchange in walk(&Client::rfc()).await {
        each_value("", &exchange.answer.body, &mut |name, value| {
            if matches!(name, "location" | "$ref") && value.is_string() {
                let uri: Uri = value.as_str().unwrap_or_default().parse().expect("an address");
                let authority = uri.authority().expect("a host");
                assert!(!authority.as_str().contains('@'), "{}: {uri}", exchange.request);
                addresses += 1;
            }
        });
    }
    assert!(addresses > 50);
}

/// RFC7644-7.7-01
#[tokio::test]
async fn what_looks_like_code_is_text() {
    let client = Client::rfc();
    let bystander = client.user("bystander").await;
    let before = client.get(&format!("/Users/{bystander}")).await.body;
    let codes = [
        "'; DROP TABLE users; --",
        "' OR '1'='1",
        "*)(uid=*))(|(uid=*",
        "{\"$gt\": \"\"}",
        "<script>alert(1)</script>",
        "${jndi:ldap://x.example/a}",
        "../../etc/passwd%00",
        "{{7*7}}",
        "\"} ], \"id\": \"x",
        "a\r\nX-Header: 1",
        "%s%n%x",
        "\u{0}",
    ];
    let is_free_text = |definition: &crate::served::Definition| {
        definition.has("type", "string") && !definition.has("returned", "never")
    };
    for definition in written(&client).await.into_iter().filter(is_free_text) {
        for code in codes {
            let body = definition.user_with("mallory", json!(code));
            let created = client.post("/Users", body).await;
            if created.status == 201 {
                assert_eq!(definition.values(&created.body), [&json!(code)], "{}", definition.name());
                let read = client.get(&format!("/Users/{}", created.id())).await;
                assert_eq!(read.body, created.body, "{}", definition.name());
                assert_eq!(client.delete(&format!("/Users/{}", created.id())).await.status, 204);
            } else {
                assert_eq!(created.error(), (400, "invalidValue"), "{}: {code:?}", definition.name());
            }
            let filter = format!("{} eq {}", definition.name_in_filters(), json!(code));
            let found = client.filter("/Users", &filter).await;
            assert!(found.status == 200 || found.error().0 == 400, "{filter}");
            assert!(found.status != 200 || found.body["totalResults"] == 0, "{filter}");
        }
    }
    for code in codes {
        let code = encoded(code);
        for path in [format!("/Users?filter={code}"), format!("/Users?sortBy={code}"), format!("/Users?count={code}")] {
            assert_eq!(client.get(&path).await.error().0, 400, "{path}");
        }
        assert_eq!(client.get(&format!("/Users/{code}")).await.error(), (404, ""));
        let whole = client.get(&format!("/Users?attributes={code}")).await;
        assert_eq!((whole.status, &whole.body["totalResults"]), (200, &json!(1)));
    }
    assert_eq!(client.get("/Users").await.body["Resources"], json!([before]));
}

/// RFC7644-7.7-01
#[tokio::test]
async fn no_attribute_makes_a_user_more_than_a_user() {
    let client = Client::rfc();
    let mut body = full_user("mallory");
    let grand = json!([{"value": "admin", "type": "admin", "primary": true}, {"value": "owner"}, {"value": "*"}]);
    body["roles"] = grand.clone();
    body["entitlements"] = grand;
    body["userType"] = json!("admin");
    body["isAdmin"] = json!(true);
    let path = format!("/Users/{}", client.post("/Users", body).await.id());
    let bystander = format!("/Users/{}", client.user("bystander").await);
    let session =
        client.login("mallory", "a clear Word 1").await.body["access_token"].as_str().expect("a session").to_owned();
    let who = format!("Bearer {session}");
    let headers = [("authorization", who.as_str()), ("content-type", "application/scim+json")];
    let new = json!({"schemas": [USER], "userName": "eve"}).to_string();
    for (method, address, body) in [
        ("GET", "/Users", ""),
        ("POST", "/Users", &new),
        ("GET", &bystander, ""),
        ("PUT", &bystander, &new),
        ("DELETE", &bystander, ""),
        ("DELETE", &path, ""),
    ] {
        let answer = client.bare(method, address, &headers, body.to_owned()).await;
        assert_eq!(answer.error(), (403, ""), "{method} {address}");
    }
    assert_eq!(client.get("/Users").await.body["totalResults"], 2);
}

/// RFC7643-9.3-01
#[tokio::test]
async fn nothing_is_shown_that_no_schema_tells_of() {
    let client = Client::rfc();
    let exchanges = walk(&client).await;
    let schemas = schemas(&client).await;
    let attributes = |urn: &str| {
        let schema = schemas.iter().find(|schema| schema["id"] == urn).expect("a schema");
        schema["attributes"].as_array().expect("attributes").clone()
    };
    let mut seen = 0;
    for resource in exchanges.iter().flat_map(|exchange| exchange.users_and_groups()) {
        let mut resource = resource.as_object().expect("an object").clone();
        let is_group = resource["schemas"] == json!([GROUP]);
        for common in ["schemas", "id", "externalId", "meta"] {
            resource.remove(common);
        }
        if let Some(Value::Object(extension)) = resource.remove(ENTERPRISE) {
            check_known(&extension, &attributes(ENTERPRISE));
        }
        check_known(&resource, &attributes(if is_group { GROUP } else { USER }));
        seen += resource.len();
    }
    assert!(seen > 50, "{seen}");
}

fn check_known(shown: &Map<String, Value>, attributes: &[Value]) {
    for (name, value) in shown {
        let said = attributes.iter().find(|said| said["name"] == json!(name));
        let said = said.unwrap_or_else(|| panic!("nothing is said of {name}"));
        let values = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
        for parts in values.iter().filter_map(Value::as_object) {
            check_known(parts, said["subAttributes"].as_array().expect("parts"));
        }
    }
}

/// RFC7644-7.6-01
#[tokio::test]
async fn whoever_signs_up_alone_may_have_to_wait() {
    let body = json!({"schemas": [USER], "userName": "stranger", "password": "a clear Word"}).to_string();
    let media_type = [("content-type", "application/scim+json")];
    let client = Client::rfc_but(|policy| {
        policy.anonymous_writes = true;
        policy.writes.new_status = scim_reference_server::policy::NewStatus::Inactive;
    });
    let created = client.bare("POST", "/Users", &media_type, body.clone()).await;
    assert_eq!((created.status, &created.body["active"]), (201, &json!(false)));
    assert_eq!(client.login("stranger", "a clear Word").await.status, 401);
    let open = Client::rfc_but(|policy| policy.anonymous_writes = true);
    assert_eq!(open.bare("POST", "/Users", &media_type, body).await.body["active"], true);
}

/// RFC9110-17-01
#[tokio::test]
async fn nothing_that_is_too_much_stops_the_server() {
    let client = Client::rfc();
    let path = format!("/Users/{}", client.user("ann").await);
    let before = client.get(&path).await.body;
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let members: Vec<Value> = (0..100_000).map(|number| json!({"value": format!("{number}")})).collect();
    let group = json!({"schemas": [GROUP], "displayName": "all", "members": members}).to_string();
    let deep = nested(10_000);
    let patch = |value: &str| {
        let operation = format!(r#"{{"op":"add","path":"title","value":{value}}}"#);
        format!(r#"{{"schemas":["{}"],"Operations":[{operation}]}}"#, crate::client::PATCH)
    };
    for (method, endpoint, body) in [
        ("POST", "/Users", format!(r#"{{"schemas":["{USER}"],"userName":"x","a":{deep}}}"#)),
        ("POST", "/Users", deep.clone()),
        ("POST", "/Users", "x".repeat(50 << 20)),
        ("POST", "/Groups", group),
        ("PUT", &path, format!("{{\"a\":{deep}")),
        ("PATCH", &path, patch(&deep)),
        ("PATCH", &path, patch(&format!("\"{}\"", "x".repeat(5 << 20)))),
        ("POST", "/Users/.search", format!(r#"{{"schemas":["{SEARCH}"],"filter":"{}"}}"#, "(".repeat(100_000))),
    ] {
        let size = body.len();
        let answer = client.raw(method, endpoint, "application/scim+json", Some(body)).await;
        assert!(matches!(answer.error().0, 400 | 413), "{method} {endpoint} of {size}");
        assert!(answer.bytes.len() < 1_000, "the answer is small");
        assert_eq!(client.get(&path).await.body, before);
    }
    for (open, close) in [("(", ")"), ("not (", ")"), ("userName pr and ", "")] {
        let filter = format!("{}userName pr{}", open.repeat(5_000), close.repeat(5_000));
        let answer = client.post("/Users/.search", json!({"schemas": [SEARCH], "filter": filter})).await;
        assert_eq!(answer.error(), (400, "invalidFilter"), "{open}");
    }
    let list = client.get("/Users?count=999999999999&startIndex=1").await;
    assert_eq!((list.status, &list.body["totalResults"]), (200, &json!(1)));
    assert_eq!(client.get("/Groups").await.body["totalResults"], 0);
}

/// RFC7643-9.2-02
#[tokio::test]
async fn no_error_tells_a_password() {
    const SECRET: &str = "S3cr3t-Passw0rd";
    let client = Client::rfc();
    client.user("ann").await;
    let path = format!("/Users/{}", client.user("bob").await);
    let text = |body: Value| body.to_string();
    let patch = |operation: Value| text(json!({"schemas": [crate::client::PATCH], "Operations": [operation]}));
    for (method, endpoint, body) in [
        ("POST", "/Users", text(json!({"schemas": [USER], "userName": "", "password": SECRET}))),
        ("POST", "/Users", text(json!({"schemas": [USER], "userName": "ann", "password": SECRET}))),
        ("POST", "/Users", text(json!({"schemas": [USER], "userName": "cy", "password": [SECRET]}))),
        ("POST", "/Users", text(json!({"schemas": [USER], "userName": "cy", "password": {"value": SECRET}}))),
        ("POST", "/Users", text(json!({"password": SECRET}))),
        ("POST", "/Users", format!("{{\"password\": \"{SECRET}\"")),
        ("POST", "/Users", format!("{{\"password\": \"{SECRET}\", \"password\": \"{SECRET}\"}}")),
        ("POST", "/Users", format!("{{\"password\": \"{SECRET}\u{1}\"}}")),
        ("PUT", &path, text(json!({"schemas": [USER], "userName": "ann", "password": SECRET}))),
        ("PUT", "/Users/nobody", text(json!({"schemas": [USER], "userName": "x", "password": SECRET}))),
        ("PATCH", &path, patch(json!({"op": "replace", "path": "password", "value": [SECRET]}))),
        ("PATCH", &path, patch(json!({"op": "replace", "value": {"password": SECRET, "active": "maybe"}}))),
        ("PATCH", &path, patch(json!({"op": "replace", "path": "nope", "value": SECRET}))),
        ("PATCH", &path, patch(json!({"op": "set", "path": "password", "value": SECRET}))),
    ] {
        let answer = client.raw(method, endpoint, "application/scim+json", Some(body.clone())).await;
        assert!(answer.error().0 >= 400);
        assert!(!String::from_utf8_lossy(&answer.bytes).contains(SECRET), "{method} {endpoint} {body}");
    }
    let refused = client.login("bob", SECRET).await;
    assert!(refused.status == 401 && !String::from_utf8_lossy(&refused.bytes).contains(SECRET));
}
