//! What the attributes of a user mean.

use crate::client::{Client, USER, sorted};
use crate::sample::{CERTIFICATE, full_user};
use crate::walk::walk;
use axum::http::Uri;
use serde_json::{Value, json};

fn minimal(name: &str) -> Value {
    json!({"schemas": [USER], "userName": name})
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

/// Creates a user with a value, and gives what is read afterwards; the value must come back as it was.
async fn kept(client: &Client, name: &str, attribute: &str, value: Value) -> Value {
    let created = client.post("/Users", with(minimal(name), attribute, value.clone())).await;
    assert_eq!(created.status, 201, "{attribute}: {value}: {created:?}");
    let read = client.get(&format!("/Users/{}", created.id())).await.body;
    assert_eq!(read[attribute], value);
    read
}

async fn groups_of(client: &Client, user: &str) -> Value {
    client.get(&format!("/Users/{user}")).await.body.get("groups").cloned().unwrap_or_else(|| json!([]))
}

/// RFC7643-4.1.1-01
#[tokio::test]
async fn a_user_needs_a_name() {
    let client = Client::rfc();
    for name in [json!(null), json!(""), json!([]), json!({}), json!(5)] {
        let answer = client.post("/Users", with(minimal(""), "userName", name.clone())).await;
        assert_eq!(answer.error(), (400, "invalidValue"), "{name}");
    }
    assert_eq!(client.post("/Users", json!({"schemas": [USER]})).await.error(), (400, "invalidValue"));
    assert_eq!(client.get("/Users").await.body["totalResults"], 0);
    let shown = walk(&client).await;
    for user in shown.iter().flat_map(|exchange| exchange.users_and_groups()) {
        assert!(user.get("userName").is_none_or(|name| name.as_str().is_some_and(|name| !name.is_empty())), "{user}");
    }
}

/// RFC7643-4.1.1-02, RFC7643-4.1.1-03
#[tokio::test]
async fn a_user_name_is_one_users_in_any_case() {
    let client = Client::rfc();
    client.user("alice1").await;
    for name in ["alice1", "ALICE1", "aLiCe1"] {
        assert_eq!(client.post("/Users", minimal(name)).await.error(), (409, "uniqueness"), "{name}");
        assert_eq!(client.names(&format!("userName eq \"{name}\"")).await, ["alice1"]);
    }
    assert_eq!(client.post("/Users", minimal("alice2")).await.status, 201);
}

/// RFC7643-4.1.1-04, RFC7643-4.1.1-05
#[tokio::test]
async fn a_name_comes_whole_or_in_parts_and_both_say_the_same() {
    let parts = json!({"givenName": "Maria", "familyName": "Rossi"});
    kept(&Client::rfc(), "a", "name", parts.clone()).await;
    kept(&Client::rfc(), "a", "name", json!({"formatted": "Maria Rossi"})).await;
    let client = Client::varied("name.formatted");
    let created = client.post("/Users", with(minimal("a"), "name", parts)).await;
    let whole = json!({"givenName": "Maria", "familyName": "Rossi", "formatted": "Maria Rossi"});
    assert_eq!(created.body["name"], whole);
    let change = json!([{"op": "replace", "path": "name.familyName", "value": "Bianchi"}]);
    let patched = client.patch(&format!("/Users/{}", created.id()), change).await;
    assert_eq!(patched.body["name"]["formatted"], "Maria Bianchi");
}

/// RFC7643-4.1.1-06
#[tokio::test]
async fn no_display_name_is_empty() {
    let client = Client::rfc();
    let created = client.post("/Users", with(minimal("ann"), "displayName", json!(""))).await;
    assert!(created.status == 201 && created.body.get("displayName").is_none());
    let path = format!("/Users/{}", created.id());
    for value in ["A", ""] {
        let change = json!([{"op": "replace", "path": "displayName", "value": value}]);
        let patched = client.patch(&path, change).await;
        assert_eq!(patched.status, 200);
        assert_eq!(client.get(&path).await.body.get("displayName").is_none(), value.is_empty());
    }
    assert_eq!(client.names("displayName pr").await, [""; 0]);
}

/// RFC7643-4.1.1-07, RFC7643-4.1.1-08, RFC7643-4.1.1-09, RFC7643-4.1.1-10
#[tokio::test]
async fn addresses_languages_and_zones_come_back_in_their_own_syntax() {
    let client = Client::rfc();
    for (index, (attribute, value)) in [
        ("profileUrl", "https://people.example/~Maria/?q=%C3%A9#top"),
        ("preferredLanguage", "en-US, fr;q=0.8"),
        ("preferredLanguage", "de"),
        ("locale", "en-US"),
        ("locale", "zh-Hant-TW"),
        ("timezone", "America/Los_Angeles"),
        ("timezone", "Etc/UTC"),
    ]
    .into_iter()
    .enumerate()
    {
        let user = kept(&client, &format!("u{index}"), attribute, json!(value)).await;
        assert!(attribute != "profileUrl" || user[attribute].as_str().unwrap().parse::<Uri>().is_ok());
    }
    // What is not in that syntax may be kept or refused, but not bent.
    for (attribute, value) in [("preferredLanguage", "???"), ("locale", "en_US"), ("timezone", "nowhere")] {
        let answer = client.post("/Users", with(minimal(&format!("u-{attribute}")), attribute, json!(value))).await;
        match answer.status {
            201 => assert_eq!(answer.body[attribute], value),
            _ => assert_eq!(answer.error(), (400, "invalidValue"), "{attribute}"),
        }
    }
}

/// RFC7643-4.1.1-11
#[tokio::test]
async fn active_is_what_the_client_says() {
    let client = Client::rfc();
    for (name, active) in [("off", false), ("on", true)] {
        let user = kept(&client, name, "active", json!(active)).await;
        let path = format!("/Users/{}", user["id"].as_str().expect("an id"));
        let put = client.put(&path, with(minimal(name), "active", json!(!active))).await;
        assert_eq!((&put.body["active"], &client.get(&path).await.body["active"]), (&json!(!active), &json!(!active)));
        assert_eq!(client.names(&format!("userName eq \"{name}\" and active eq {}", !active)).await, [name]);
    }
}

/// RFC7643-4.1.1-12
#[tokio::test]
async fn a_password_is_shown_to_nobody() {
    let client = Client::rfc();
    let body = with(minimal("ann"), "password", json!("clear Word 1"));
    let created = client.post("/Users?attributes=password", body.clone()).await;
    let path = format!("/Users/{}", created.id());
    let change = json!([{"op": "replace", "path": "password", "value": "clear Word 2"}]);
    let search = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "attributes": ["password"],
    });
    for answer in [
        created,
        client.get(&path).await,
        client.get(&format!("{path}?attributes=password,userName")).await,
        client.get("/Users").await,
        client.get("/Users?attributes=password").await,
        client.get("/Users?excludedAttributes=userName").await,
        client.post("/Users/.search", search).await,
        client.put(&path, body).await,
        client.patch(&path, change.clone()).await,
        client.patch(&format!("{path}?attributes=password"), change).await,
    ] {
        assert!((200..300).contains(&answer.status), "{answer:?}");
        let text = String::from_utf8_lossy(&answer.bytes);
        assert!(!text.contains("password") && !text.contains("clear Word"), "{text}");
    }
}

/// RFC7643-4.1.1-13
#[tokio::test]
async fn a_password_can_be_set_and_set_again() {
    let client = Client::rfc();
    assert_eq!(client.get("/ServiceProviderConfig").await.body["changePassword"]["supported"], true);
    let id = client.user("ann").await;
    let (path, mut old) = (format!("/Users/{id}"), "correct horse");
    assert_eq!(client.login("ann", old).await.status, 200);
    for (method, new) in [("PUT", "word by put"), ("PATCH", "word by patch"), ("PATCH without path", "word inside")] {
        let answer = match method {
            "PUT" => client.put(&path, with(minimal("ann"), "password", json!(new))).await,
            "PATCH" => client.patch(&path, json!([{"op": "replace", "path": "password", "value": new}])).await,
            _ => client.patch(&path, json!([{"op": "replace", "value": {"password": new}}])).await,
        };
        assert!(matches!(answer.status, 200 | 204), "{method}: {answer:?}");
        assert_eq!(client.login("ann", new).await.status, 200, "{method}");
        assert_eq!(client.login("ann", old).await.status, 401, "{method}");
        old = new;
    }
    assert_eq!(client.put(&path, minimal("ann")).await.status, 200);
    assert_eq!(client.login("ann", old).await.status, 200, "who cannot read it cannot send it back");
}

/// RFC7643-4.1.1-14, RFC7643-9.2-01
#[tokio::test]
async fn a_filter_learns_nothing_of_a_password() {
    let client = Client::rfc();
    client.user("ann").await;
    for comparison in ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"] {
        // The password, a beginning of it, and neither: the answers say the same.
        let mut details = Vec::new();
        for text in ["correct horse", "c", "x"] {
            let filter = format!("password {comparison} \"{text}\"");
            let answer = client.filter("/Users", &filter).await;
            assert_eq!(answer.error(), (400, "invalidFilter"), "{filter}");
            assert_eq!(client.filter("/Users", &format!("not ({filter})")).await.error(), (400, "invalidFilter"));
            details.push(answer.body["detail"].clone());
        }
        assert!(details.iter().all(|detail| *detail == details[0]), "{details:?}");
    }
    for filter in ["password pr", "userName eq \"ann\" and password sw \"c\"", &format!("{USER}:password eq \"x\"")] {
        assert_eq!(client.filter("/Users", filter).await.error(), (400, "invalidFilter"), "{filter}");
    }
    assert_eq!(client.get("/Users?sortBy=password").await.error(), (400, "invalidValue"), "an order tells, too");
}

/// RFC7643-4.1.2-01, RFC7643-4.1.2-02, RFC7643-4.1.2-03, RFC7643-4.1.2-04, RFC7643-4.1.2-08
#[tokio::test]
async fn values_of_several_come_back_with_their_types() {
    let client = Client::rfc();
    let types = |types: &[&str], value: &dyn Fn(&str) -> String| {
        types.iter().map(|kind| json!({"value": value(kind), "type": kind})).collect::<Value>()
    };
    let ims = ["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo", "other"];
    let kinds = ["work", "home", "other"];
    for (attribute, values) in [
        ("emails", types(&kinds, &|kind| format!("\"odd one\"+{kind}@x.example"))),
        ("phoneNumbers", types(&["work", "mobile", "fax", "pager"], &|kind| format!("tel:+1-201-555-0123;ext={kind}"))),
        ("ims", types(&ims, &|kind| format!("me-{kind}"))),
        ("photos", types(&["photo", "thumbnail"], &|kind| format!("https://x.example/{kind}.png"))),
        ("roles", json!([{"value": "Student"}, {"value": "Ωμέγα / anything & more"}])),
        ("entitlements", json!([{"value": "Some licence: 7"}])),
    ] {
        kept(&client, &format!("u-{attribute}"), attribute, values).await;
    }
    for (attribute, value) in [("emails", "not an email"), ("phoneNumbers", "call me")] {
        let body = with(minimal(&format!("odd-{attribute}")), attribute, json!([{"value": value}]));
        let answer = client.post("/Users", body).await;
        match answer.status {
            201 => assert_eq!(answer.body[attribute][0]["value"], value),
            _ => assert_eq!(answer.error(), (400, "invalidValue"), "{attribute}"),
        }
    }
}

/// RFC7643-4.1.2-05, RFC7643-4.1.2-06, RFC7643-4.1.2-07
#[tokio::test]
async fn an_address_may_have_any_part_or_none() {
    let client = Client::rfc();
    let full = full_user("x")["addresses"][0].as_object().expect("an object").clone();
    for (index, (part, value)) in full.into_iter().enumerate() {
        kept(&client, &format!("u{index}"), "addresses", json!([{part: value}])).await;
    }
    for (index, country) in ["US", "IT", "DE"].into_iter().enumerate() {
        kept(&client, &format!("c{index}"), "addresses", json!([{"country": country}])).await;
    }
    for country in ["USA", "Italy", "X", ""] {
        let body = with(minimal(&format!("no-{country}")), "addresses", json!([{"country": country}]));
        let answer = client.post("/Users", body).await;
        match answer.status {
            // RFC 7643 itself wrote "USA" (erratum 5990): who takes it keeps it.
            201 => assert_eq!(answer.body["addresses"][0]["country"], country),
            _ => assert_eq!(answer.error(), (400, "invalidValue"), "{country}"),
        }
    }
    let lines = json!([{"formatted": "Via Roma 1\n00184 Roma\r\nItalia", "streetAddress": "Via Roma 1\nScala B\n"}]);
    kept(&client, "lines", "addresses", lines).await;
}

/// RFC7643-4.1.2-09
#[tokio::test]
async fn a_certificate_comes_back_to_the_last_letter() {
    let client = Client::rfc();
    kept(&client, "ann", "x509Certificates", json!([{"value": CERTIFICATE}])).await;
    let no_padding = CERTIFICATE.trim_end_matches('=');
    assert_ne!(no_padding, CERTIFICATE);
    kept(&client, "bob", "x509Certificates", json!([{"value": no_padding}])).await;
    let in_lines = format!("{}\n{}", &CERTIFICATE[..64], &CERTIFICATE[64..]);
    for wrong in ["!!!not base64", &in_lines, "-----BEGIN CERTIFICATE-----"] {
        let body = with(minimal("cy"), "x509Certificates", json!([{"value": wrong}]));
        assert_eq!(client.post("/Users", body).await.error(), (400, "invalidValue"), "{wrong}");
    }
}

/// RFC7643-4.1.2-10, RFC7643-4.1.2-11, RFC7644-3.5.2-02
#[tokio::test]
async fn a_user_cannot_write_its_own_groups() {
    let client = Client::rfc();
    let ann = client.user("ann").await;
    let (crew, admins) = (client.group("crew", &[&ann]).await, client.group("admins", &[]).await);
    let (path, before) = (format!("/Users/{ann}"), groups_of(&client, &ann).await);
    let wanted = json!([{"value": admins}]);
    assert_eq!(client.put(&path, with(minimal("ann"), "groups", wanted.clone())).await.body["groups"], before);
    let bob = client.post("/Users", with(minimal("bob"), "groups", wanted.clone())).await;
    assert!(bob.status == 201 && bob.body.get("groups").is_none());
    for change in [
        json!({"op": "add", "path": "groups", "value": wanted}),
        json!({"op": "replace", "path": "groups", "value": []}),
        json!({"op": "remove", "path": "groups"}),
        json!({"op": "remove", "path": format!("groups[value eq \"{crew}\"]")}),
        json!({"op": "add", "value": {"groups": wanted}}),
    ] {
        assert_eq!(client.patch(&path, json!([change])).await.error(), (400, "mutability"), "{change}");
    }
    assert_eq!(client.members(&admins).await, [""; 0]);
    assert_eq!((client.members(&crew).await, groups_of(&client, &ann).await), (vec![ann], before));
}

/// RFC7643-4.1.2-11, RFC7643-4.1.2-12, RFC7643-4.1.2-13, RFC7643-4.1.2-14, RFC7643-4.1.2-16
#[tokio::test]
async fn a_user_shows_the_groups_that_hold_it() {
    let client = Client::rfc();
    let ann = client.user("ann").await;
    let (crew, admins) = (client.group("crew", &[]).await, client.group("admins", &[]).await);
    assert_eq!(groups_of(&client, &ann).await, json!([]));
    for group in [&crew, &admins] {
        let join = json!([{"op": "add", "path": "members", "value": [{"value": ann}]}]);
        assert_eq!(client.patch(&format!("/Groups/{group}"), join).await.status, 200);
    }
    let groups = groups_of(&client, &ann).await;
    let groups = groups.as_array().expect("an array");
    let mut ids = Vec::new();
    for group in groups {
        let resource = client.follow(&group["$ref"]).await;
        assert_eq!((resource.status, &resource.body["id"]), (200, &group["value"]));
        assert_eq!(client.get(&format!("/Groups/{}", resource.id())).await.body, resource.body);
        assert_eq!((&group["type"], &group["display"]), (&json!("direct"), &resource.body["displayName"]));
        ids.push(resource.id());
    }
    ids.sort();
    assert_eq!(ids, sorted(&[&crew, &admins]));
    let leave = json!([{"op": "remove", "path": format!("members[value eq \"{ann}\"]")}]);
    assert_eq!(client.patch(&format!("/Groups/{crew}"), leave).await.status, 200);
    let groups = groups_of(&client, &ann).await;
    assert_eq!((groups.as_array().map(Vec::len), &groups[0]["value"]), (Some(1), &json!(admins)));
    assert_eq!(client.delete(&format!("/Groups/{admins}")).await.status, 204);
    assert_eq!(groups_of(&client, &ann).await, json!([]));
}

/// RFC7643-4.1.2-14, RFC7643-4.1.2-15
#[tokio::test]
async fn a_group_within_a_group_holds_its_users_indirectly() {
    let client = Client::rfc();
    let ann = client.user("ann").await;
    let inner = client.group("inner", &[&ann]).await;
    let outer = client.group("outer", &[&inner]).await;
    let both = client.group("both", &[&inner, &ann]).await;
    let groups = groups_of(&client, &ann).await;
    let mut seen: Vec<(&str, &str)> = groups
        .as_array()
        .expect("an array")
        .iter()
        .map(|group| (group["value"].as_str().unwrap(), group["type"].as_str().unwrap()))
        .collect();
    seen.sort();
    let mut expected = [(inner.as_str(), "direct"), (&outer, "indirect"), (&both, "direct")];
    expected.sort();
    assert_eq!(seen, expected);
    client.delete(&format!("/Groups/{inner}")).await;
    assert_eq!(groups_of(&client, &ann).await.as_array().map(Vec::len), Some(1), "the way through it is gone");
}
