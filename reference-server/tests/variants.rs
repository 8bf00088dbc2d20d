//! The legal ways of differing: one look at each family, on the wire.

mod client;

use client::{Client, GROUP, USER, config, sorted};
use scim_reference_server::{Config, Policy, variants};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn differing(names: &[&str]) -> Client {
    let mut policy = Policy::okta();
    for name in names {
        let variant = variants::named(name).unwrap_or_else(|| panic!("no variant {name}"));
        (variant.change)(&mut policy);
    }
    Client::with(Config { policy, ..config() })
}

fn rows(list: &Value) -> Vec<&str> {
    list["Resources"].as_array().into_iter().flatten().filter_map(|row| row["id"].as_str()).collect()
}

#[test]
fn each_changes_the_policy_and_has_a_name_of_its_own() {
    let mut names = BTreeSet::new();
    for variant in variants::all() {
        let mut policy = Policy::okta();
        (variant.change)(&mut policy);
        assert!(policy != Policy::okta(), "{} changes nothing", variant.name);
        assert!(names.insert(variant.name), "{} twice", variant.name);
        assert!(variant.legal_under.len() == 2 || !variant.shows.is_empty(), "{}: illegal how?", variant.name);
    }
    assert!(names.len() >= 30);
}

#[test]
fn what_wants_the_same_thing_excludes_each_other() {
    let excludes =
        |one, other| variants::named(one).expect("a variant").excludes(variants::named(other).expect("a variant"));
    assert!(excludes("id.number", "id.long"));
    assert!(!excludes("id.number", "time.offset"));
    assert!(!excludes("patch.strict", "patch.remove-needs-target"));
}

#[tokio::test]
async fn messages_are_written_in_other_ways() {
    let plain = Client::plain();
    let name = "Zoë/☃";
    plain.user(name).await;
    for names in [["json.spaced", "media.charset"], ["json.escaped", "media.upper-case"]] {
        let client = differing(&names);
        let id = client.user(name).await;
        let answer = client.get(&format!("/Users/{id}")).await;
        assert_eq!(answer.body["userName"], name);
        assert!(answer.header("content-type").to_lowercase().contains("charset"));
        assert_eq!(names[0] == "json.escaped", answer.bytes.is_ascii());
    }
    let reversed = differing(&["json.members-reversed", "error.with-trace"]).get("/Users/x").await;
    assert_eq!(reversed.body.as_object().expect("an object").keys().next_back().map(String::as_str), Some("schemas"));
    assert!(reversed.body["traceId"].is_string());
    assert_eq!(differing(&["error.without-detail"]).get("/Users/x").await.body.get("detail"), None);
}

#[tokio::test]
async fn one_request_of_eleven_is_put_off() {
    let client = differing(&["rate.busy"]);
    let mut busy = Vec::new();
    for number in 1..=22 {
        let answer = client.get("/Users").await;
        if answer.status == 429 {
            assert_eq!(answer.header("retry-after"), "1");
            busy.push(number);
        }
    }
    assert_eq!(busy, [11, 22]);
}

#[tokio::test]
async fn resources_look_different_and_mean_the_same() {
    let names =
        ["unassigned.null", "location.relative", "time.offset", "version.strong", "values.reversed", "members.bare"];
    let client = differing(&names);
    let id = client.user("a").await;
    let group = client.group("g", &[&id]).await;
    let user = client.get(&format!("/Users/{id}")).await;
    assert_eq!(user.body["nickName"], Value::Null);
    assert!(user.body.as_object().expect("an object").contains_key("nickName"));
    assert_eq!(user.body.get("password"), None);
    assert_eq!(user.body["meta"]["location"], format!("Users/{id}"));
    assert!(user.body["meta"]["created"].as_str().is_some_and(|time| time.ends_with("+02:00")));
    assert_eq!(user.header("etag"), user.body["meta"]["version"]);
    let part = client.get(&format!("/Users/{id}?attributes=userName,meta.version")).await;
    assert_eq!(part.header("etag"), user.header("etag"));
    let group = client.get(&format!("/Groups/{group}")).await;
    assert_eq!(group.body["members"], json!([{"value": id}]));
}

#[tokio::test]
async fn what_was_read_can_be_sent_back() {
    let every = variants::all().filter(|variant| !variant.name.starts_with("offers."));
    for variant in every {
        let client = differing(&[variant.name]);
        let id = client.user("a").await;
        let path = format!("/Users/{}", client::encoded(&id));
        let read = client.get(&path).await;
        assert_eq!(read.status, 200, "{}", variant.name);
        let put = client.put(&path, read.body.clone()).await;
        assert_eq!(put.status, 200, "{}: {put:?}", variant.name);
    }
}

#[tokio::test]
async fn identifiers_of_every_form_lead_back() {
    for name in ["id.upper-case", "id.number", "id.long", "id.odd-characters"] {
        let client = differing(&[name]);
        let (a, b) = (client.user("a").await, client.user("b").await);
        assert_ne!(a, b);
        let location = client.get(&format!("/Users/{}", client::encoded(&a))).await.body["meta"]["location"].clone();
        let path = location.as_str().and_then(|uri| uri.split("/scim/v2").nth(1)).expect("an address").to_owned();
        assert_eq!(client.get(&path).await.id(), a, "{name}");
        let group = client.group("g", &[&a, &b]).await;
        assert_eq!(client.members(&client::encoded(&group)).await, sorted(&[&a, &b]));
        let filter = format!("members.value eq {}", Value::from(a.as_str()));
        assert_eq!(rows(&client.filter("/Groups", &filter).await.body), [group.as_str()], "{name}");
        let remove = json!([{"op": "remove", "path": format!("members[value eq {}]", Value::from(a.as_str()))}]);
        client.patch(&format!("/Groups/{}", client::encoded(&group)), remove).await;
        assert_eq!(client.members(&client::encoded(&group)).await, [b]);
    }
}

#[tokio::test]
async fn defaults_come_only_to_what_is_not_spoken_of() {
    let client = differing(&["create.display-name", "create.profile", "create.emails", "create.inactive-by-default"]);
    let made = client.post("/Users", json!({"schemas": [USER], "userName": "a@x.example", "locale": null})).await.body;
    assert_eq!(
        (&made["displayName"], &made["userType"], &made["active"]),
        (&json!("a"), &json!("Employee"), &json!(false))
    );
    assert_eq!(made["emails"][0]["value"], "a@x.example");
    assert_eq!(made.get("locale"), None);
}

#[tokio::test]
async fn names_that_may_not_come_twice() {
    let client = differing(&["group.name-unique", "external-id.unique", "delete.name-kept"]);
    let id = client.user("a").await;
    client.group("G", &[]).await;
    let again = client.post("/Groups", json!({"schemas": [GROUP], "displayName": "g"})).await;
    assert_eq!(again.error(), (409, "uniqueness"));
    let taken = client.post("/Users", json!({"schemas": [USER], "userName": "b", "externalId": "Ext-a"})).await;
    assert_eq!(taken.error(), (409, "uniqueness"));
    assert_eq!(client.delete(&format!("/Users/{id}")).await.status, 204);
    let ghost = client.post("/Users", json!({"schemas": [USER], "userName": "A"})).await;
    assert_eq!(ghost.error(), (409, "uniqueness"));
}

#[tokio::test]
async fn lists_differ() {
    let client = differing(&["list.newest-first", "list.capped", "list.bare-when-whole", "list.no-empty-resources"]);
    let mut ids = Vec::new();
    for number in 0..6 {
        ids.push(client.user(&format!("u{number}")).await);
    }
    ids.reverse();
    let page = client.get("/Users?count=100").await.body;
    assert_eq!(rows(&page), ids[..4]);
    assert_eq!((&page["totalResults"], &page["itemsPerPage"]), (&json!(6), &json!(4)));
    let none = client.filter("/Users", "userName eq \"nobody\"").await.body;
    assert_eq!((none.get("Resources"), none.get("startIndex")), (None, None));
}

#[tokio::test]
async fn filters_are_read_in_other_ways() {
    let client = differing(&["filter.ne-needs-value", "filter.no-brackets", "filter.unknown-finds-nothing"]);
    client.user("a").await;
    client.post("/Users", json!({"schemas": [USER], "userName": "b"})).await;
    assert_eq!(client.names("title ne \"Cook\"").await, ["a"]);
    assert_eq!(client.names("not (title eq \"Cook\")").await, ["a", "b"]);
    assert_eq!(client.filter("/Users", "noSuchThing eq \"x\"").await.body["totalResults"], 0);
    assert_eq!(client.filter("/Users", "emails[type eq \"work\"]").await.error(), (400, "invalidFilter"));
}

#[tokio::test]
async fn a_lagging_list_catches_up() {
    let now = std::sync::Arc::new(std::sync::atomic::AtomicI64::new(1_800_000_000_000));
    let clock = std::sync::Arc::clone(&now);
    let mut policy = Policy::okta();
    (variants::named("list.lags").expect("the variant").change)(&mut policy);
    let clock: scim_reference_server::Clock = std::sync::Arc::new(move || {
        let now = clock.load(std::sync::atomic::Ordering::Relaxed);
        jiff::Timestamp::from_millisecond(now).expect("a time")
    });
    let client = Client::with(Config { policy, clock, ..config() });
    assert_eq!(client.get("/Users").await.body["totalResults"], 0);
    let id = client.user("a").await;
    assert_eq!(client.get(&format!("/Users/{id}")).await.status, 200);
    assert_eq!(client.get("/Users").await.body["totalResults"], 0);
    now.fetch_add(200, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(client.get("/Users").await.body["totalResults"], 1);
}

#[tokio::test]
async fn what_is_not_offered_is_neither_announced_nor_there() {
    let client =
        differing(&["offers.no-patch", "offers.no-filter", "offers.no-groups", "offers.no-passwords", "address.exact"]);
    let config = client.get("/ServiceProviderConfig").await.body;
    for feature in ["patch", "filter", "changePassword"] {
        assert_eq!(config[feature]["supported"], false, "{feature}");
    }
    let id = client.user("a").await;
    assert_eq!(client.patch(&format!("/Users/{id}"), json!([])).await.error(), (501, ""));
    assert_eq!(client.filter("/Users", "id pr").await.error(), (400, "invalidFilter"));
    assert_eq!(client.get("/Groups").await.error(), (404, ""));
    assert_eq!(client.get("/Users/").await.error(), (404, ""));
    assert_eq!(client.get("/ResourceTypes").await.body["totalResults"], 1);
    assert_eq!(client.login("a", "correct horse").await.status, 401);
}

#[tokio::test]
async fn schemas_are_smaller_or_larger() {
    let small = differing(&["schema.small"]);
    let id = small.user("a").await;
    let user = small.get(&format!("/Users/{id}")).await.body;
    assert_eq!((user.get("title"), user.get("displayName")), (None, None));
    assert_eq!(
        small.patch(&format!("/Users/{id}"), json!([{"op": "add", "path": "title", "value": "x"}])).await.error().1,
        "invalidPath"
    );
    let large = differing(&["schema.own-extension"]);
    let id = large.user("a").await;
    let user = large.get(&format!("/Users/{id}")).await.body;
    let urn = user["schemas"][1].as_str().expect("a second schema").to_owned();
    assert!(user[&urn]["number"].is_string());
    assert_eq!(large.get(&format!("/Schemas/{urn}")).await.body["id"], urn);
    let filter = format!("{urn}:number sw \"B-\"");
    assert_eq!(large.names(&filter).await, ["a"]);
}
