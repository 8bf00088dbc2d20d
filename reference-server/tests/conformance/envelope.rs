//! What every resource has around its attributes: schemas, id, externalId, meta.

use crate::client::{Client, ENTERPRISE, GROUP, USER, config};
use crate::sample::full_user;
use crate::walk::walk;
use jiff::Timestamp;
use scim_reference_server::policy::Ids;
use scim_reference_server::{Config, Policy, Tenancy, Tenant, variants};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

fn minimal(name: &str) -> Value {
    json!({"schemas": [USER], "userName": name})
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

/// A server whose time stands still, at so many seconds after 1970.
fn frozen(seconds: &Arc<AtomicI64>) -> Client {
    let seconds = Arc::clone(seconds);
    let clock = Arc::new(move || Timestamp::from_second(seconds.load(Ordering::Relaxed)).expect("a moment"));
    Client::with(Config { policy: Policy::rfc(), clock, ..config() })
}

fn moment(value: &Value) -> Timestamp {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{value} is no moment"))
}

/// RFC7643-3-01, RFC7643-3-02, RFC7643-3-03, RFC7643-3.3-01
#[tokio::test]
async fn every_resource_names_its_schemas_once_each() {
    let client = Client::rfc();
    for exchange in walk(&client).await {
        for resource in exchange.users_and_groups() {
            let urns = resource["schemas"].as_array().expect(&exchange.request);
            let urns: Vec<&str> = urns.iter().map(|urn| urn.as_str().expect("a string")).collect();
            let known: &[&str] = if urns.contains(&GROUP) { &[GROUP] } else { &[USER, ENTERPRISE] };
            assert!(urns.contains(&known[0]), "{}: {urns:?}", exchange.request);
            assert!(urns.iter().all(|urn| known.contains(urn)), "{}: {urns:?}", exchange.request);
            let once: BTreeSet<String> = urns.iter().map(|urn| urn.to_lowercase()).collect();
            assert_eq!(once.len(), urns.len(), "{}: {urns:?}", exchange.request);
        }
    }
    let twice = with(minimal("twice"), "schemas", json!([USER, USER, USER.to_uppercase()]));
    let created = client.post("/Users", twice).await;
    assert_eq!((created.status, &created.body["schemas"]), (201, &json!([USER])));
}

/// RFC7643-2.1-02, RFC7643-3-03, RFC7643-3.3-01
#[tokio::test]
async fn a_resource_whose_schemas_do_not_fit_is_refused() {
    let client = Client::rfc();
    let mut without = minimal("ann");
    without.as_object_mut().expect("an object").remove("schemas");
    assert_eq!(client.post("/Users", without).await.error(), (400, "invalidSyntax"));
    for schemas in [json!(null), json!(USER), json!({})] {
        let body = with(minimal("ann"), "schemas", schemas.clone());
        assert_eq!(client.post("/Users", body).await.error(), (400, "invalidSyntax"), "{schemas}");
    }
    for schemas in [json!([]), json!([1]), json!([ENTERPRISE]), json!([GROUP]), json!([USER, "urn:example:nope"])] {
        let body = with(minimal("ann"), "schemas", schemas.clone());
        assert_eq!(client.post("/Users", body).await.error(), (400, "invalidValue"), "{schemas}");
    }
    assert_eq!(client.get("/Users").await.body["totalResults"], 0);
    let lenient = Client::rfc_but(|policy| policy.ignore_unknown_schemas = true);
    let body = with(minimal("ann"), "schemas", json!([USER, "urn:example:nope"]));
    let created = lenient.post("/Users", body).await;
    assert_eq!((created.status, &created.body["schemas"]), (201, &json!([USER])), "it is not repeated");
}

/// RFC7643-3-04
#[tokio::test]
async fn the_order_of_schemas_means_nothing() {
    let mut seen = Vec::new();
    for schemas in [[USER, ENTERPRISE], [ENTERPRISE, USER]] {
        let body = with(minimal("ann"), "schemas", json!(schemas));
        let created = Client::rfc().post("/Users", with(body, ENTERPRISE, json!({"department": "D"}))).await;
        assert_eq!(created.status, 201);
        let mut resource = created.body;
        resource["id"].take();
        resource["meta"].take();
        seen.push(resource);
    }
    assert_eq!(seen[0], seen[1]);
}

/// RFC7643-3.1-02, RFC7643-3.1-09
#[tokio::test]
async fn every_resource_shows_its_id_whatever_was_asked_for() {
    let client = Client::rfc();
    for exchange in walk(&client).await {
        for resource in exchange.users_and_groups() {
            assert!(resource["id"].as_str().is_some_and(|id| !id.is_empty()), "{}", exchange.request);
        }
    }
    let id = client.user("last").await;
    for selection in ["attributes=userName", "attributes=nope", "excludedAttributes=id", "excludedAttributes=ID,meta"] {
        assert_eq!(client.get(&format!("/Users/{id}?{selection}")).await.id(), id, "{selection}");
    }
}

/// RFC7643-3.1-03, RFC7643-3.1-06
#[tokio::test]
async fn no_two_resources_share_an_id() {
    for form in [Ids::Uuid, Ids::UpperCase, Ids::Number, Ids::Long, Ids::Odd] {
        let client = Client::rfc_but(|policy| policy.writes.ids = form);
        let mut ids = BTreeSet::new();
        for number in 0..20 {
            ids.insert(client.user(&format!("u{number}")).await);
        }
        for _ in 0..5 {
            ids.insert(client.group("crew", &[]).await);
        }
        assert_eq!(ids.len(), 25, "{form:?}");
        assert!(ids.iter().all(|id| !id.to_lowercase().contains("bulkid")), "{form:?}");
    }
}

/// RFC7643-3.1-04, RFC7643-3.1-05, RFC7643-3.1-07
#[tokio::test]
async fn an_id_is_given_by_the_server_and_stays() {
    let client = Client::rfc();
    let created = client.post("/Users", with(minimal("ann"), "id", json!("client-chosen"))).await;
    let (id, path) = (created.id(), format!("/Users/{}", created.id()));
    assert!(created.status == 201 && id != "client-chosen");
    assert_eq!(client.get("/Users/client-chosen").await.error(), (404, ""));
    let other = client.post("/Users", full_user("bob")).await.id();
    let before = client.get(&format!("/Users/{other}")).await.body;
    // What a new user shares with another does not make it the other.
    for (index, (shared, value)) in [
        ("id", json!(other)),
        ("externalId", before["externalId"].clone()),
        ("externalId", json!(other)),
        ("emails", before["emails"].clone()),
    ]
    .into_iter()
    .enumerate()
    {
        let another = client.post("/Users", with(minimal(&format!("u{index}")), shared, value)).await;
        assert!(another.status == 201 && another.id() != other, "{shared}");
    }
    for given in [json!(other), json!("client-chosen"), json!(null), json!(7)] {
        let body = with(with(minimal("ann"), "id", given.clone()), "title", given.to_string().into());
        let replaced = client.put(&path, body).await;
        assert_eq!((replaced.status, replaced.id()), (200, id.clone()), "{given}");
        assert_eq!(replaced.body["title"], given.to_string());
    }
    assert_eq!(client.get(&format!("/Users/{other}")).await.body, before);
    assert_eq!(client.patch(&path, json!([{"op": "add", "path": "title", "value": "x"}])).await.id(), id);
    assert_eq!(client.get(&path).await.id(), id);
    assert_eq!(client.delete(&path).await.status, 204);
    assert_ne!(client.user("ann").await, id);
    assert_eq!(client.get(&path).await.error(), (404, ""));
}

/// RFC7643-3.1-08
#[tokio::test]
async fn ids_differ_when_their_case_does() {
    let client = Client::rfc();
    let id = client.user("ann").await;
    let flipped: String = id
        .chars()
        .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
        .collect();
    assert_ne!(id, flipped, "it has letters");
    assert_eq!(client.filter("/Users", &format!("id eq \"{id}\"")).await.body["totalResults"], 1);
    assert_eq!(client.filter("/Users", &format!("id eq \"{flipped}\"")).await.body["totalResults"], 0);
    assert_eq!(client.get(&format!("/Users/{flipped}")).await.error(), (404, ""));
}

/// RFC7643-3.1-10, RFC7643-3.1-11, RFC7643-3.1-12, RFC7643-3.1-14
#[tokio::test]
async fn an_external_id_is_the_clients_and_nobody_elses() {
    let client = Client::rfc();
    for (endpoint, body) in
        [("/Users", minimal("ann")), ("/Groups", json!({"schemas": [GROUP], "displayName": "crew"}))]
    {
        let plain = client.post(endpoint, with(body.clone(), "userName", json!("bob"))).await;
        assert!(plain.status == 201 && plain.body.get("externalId").is_none());
        let created = client.post(endpoint, with(body.clone(), "externalId", json!(" AbC 1"))).await;
        assert_eq!((created.status, &created.body["externalId"]), (201, &json!(" AbC 1")));
        let path = format!("{endpoint}/{}", created.id());
        client.patch(&path, json!([{"op": "replace", "path": "displayName", "value": "D"}])).await;
        assert_eq!(client.get(&path).await.body["externalId"], " AbC 1");
        client.patch(&path, json!([{"op": "replace", "path": "externalId", "value": "pAtch"}])).await;
        assert_eq!(client.get(&path).await.body["externalId"], "pAtch");
        client.put(&path, with(body.clone(), "externalId", json!("pUt"))).await;
        assert_eq!(client.get(&path).await.body["externalId"], "pUt");
        client.put(&path, body).await;
        assert!(client.get(&path).await.body.get("externalId").is_none());
    }
}

/// RFC7643-3.1-13, RFC7643-3.1-15
#[tokio::test]
async fn external_ids_compare_by_case_and_may_be_shared() {
    let client = Client::rfc();
    for (name, id) in [("ann", "AbC"), ("bob", "AbC"), ("cy", "ABC")] {
        assert_eq!(client.post("/Users", with(minimal(name), "externalId", json!(id))).await.status, 201);
    }
    assert_eq!(client.names("externalId eq \"AbC\"").await, ["ann", "bob"]);
    assert_eq!(client.names("externalId eq \"ABC\"").await, ["cy"]);
    assert_eq!(client.names("externalId eq \"abc\"").await, [""; 0]);
}

/// RFC7643-3.1-16
#[tokio::test]
async fn an_external_id_belongs_to_its_organisation() {
    let tenant = Tenant { name: "other".to_owned(), token: "open".to_owned(), by: Tenancy::Credential };
    let client = Client::with(Config { policy: Policy::rfc(), tenants: vec![tenant], ..config() });
    assert_eq!(client.post("/Users", with(minimal("ann"), "externalId", json!("x-1"))).await.status, 201);
    assert_eq!(client.names("externalId eq \"x-1\"").await, ["ann"]);
    let path = "/Users?filter=externalId+eq+%22x-1%22";
    let list = client.bare("GET", path, &[("authorization", "Bearer open")], "").await;
    assert_eq!((list.status, &list.body["totalResults"]), (200, &json!(0)));
}

/// RFC7643-3.1-17, RFC7644-3.3.1-01, RFC7643-3.1-22, RFC7643-3.1-26
#[tokio::test]
async fn the_server_gives_every_resource_its_meta() {
    let client = Client::rfc();
    for (endpoint, kind, body) in
        [("/Users", "User", minimal("ann")), ("/Groups", "Group", json!({"schemas": [GROUP], "displayName": "crew"}))]
    {
        let created = client.post(endpoint, body).await;
        let meta = &created.body["meta"];
        assert_eq!(meta["resourceType"], kind);
        moment(&meta["created"]);
        moment(&meta["lastModified"]);
        let read = client.follow(&meta["location"]).await;
        assert_eq!((read.status, &read.body), (200, &created.body));
        assert_eq!(created.header("location"), meta["location"]);
        let list = client.get(endpoint).await;
        assert_eq!(list.body["Resources"], json!([created.body]));
    }
}

/// RFC7643-3.1-18
#[tokio::test]
async fn meta_that_a_client_sends_means_nothing() {
    let client = Client::rfc();
    let forged = json!({
        "created": "1999-01-01T00:00:00Z", "lastModified": "1999-01-01T00:00:00Z", "resourceType": "X",
        "location": "http://x", "version": "W/\"x\"",
    });
    for (index, meta) in [forged, json!("x"), json!(null), json!({"created": 5})].into_iter().enumerate() {
        let created = client.post("/Users", with(minimal(&format!("u{index}")), "meta", meta.clone())).await;
        assert_eq!(created.status, 201, "{meta}");
        let given = created.body["meta"].clone();
        assert_eq!(given["resourceType"], "User", "{meta}");
        assert_eq!(client.follow(&given["location"]).await.body["meta"], given);
        assert!(!created.body.to_string().contains("1999"), "{meta}");
        let path = format!("/Users/{}", created.id());
        let replaced = client.put(&path, with(created.body, "meta", meta.clone())).await;
        assert_eq!((replaced.status, &replaced.body["meta"]), (200, &given), "{meta}");
    }
}

/// RFC7643-3.1-19, RFC7643-3.1-20, RFC7643-3.1-21
#[tokio::test]
async fn created_stands_and_last_modified_moves() {
    let seconds = Arc::new(AtomicI64::new(1_900_000_000));
    let client = frozen(&seconds);
    let now = || Timestamp::from_second(seconds.load(Ordering::Relaxed)).expect("a moment");
    let start = now();
    let path = format!("/Users/{}", client.post("/Users", minimal("ann")).await.id());
    let times = async || {
        let meta = client.get(&path).await.body["meta"].clone();
        (moment(&meta["created"]), moment(&meta["lastModified"]))
    };
    assert_eq!(times().await, (start, start));
    seconds.fetch_add(5, Ordering::Relaxed);
    assert_eq!(times().await, (start, start), "looking changes nothing");
    client.put(&path, with(minimal("ann"), "title", json!("T"))).await;
    assert_eq!(times().await, (start, now()));
    seconds.fetch_add(5, Ordering::Relaxed);
    client.patch(&path, json!([{"op": "replace", "path": "title", "value": "U"}])).await;
    assert_eq!(times().await, (start, now()));
    let changed = now();
    seconds.fetch_add(5, Ordering::Relaxed);
    client.patch(&path, json!([{"op": "replace", "path": "title", "value": {}}])).await;
    assert_eq!(times().await, (start, changed), "a refused change is none");
}

/// RFC7643-3.1-23
#[tokio::test]
async fn content_location_is_where_meta_says() {
    let client = Client::varied("header.content-location");
    let created = client.post("/Users", minimal("ann")).await;
    let path = format!("/Users/{}", created.id());
    let change = json!([{"op": "replace", "path": "title", "value": "U"}]);
    let answers =
        [client.get(&path).await, client.put(&path, minimal("ann")).await, client.patch(&path, change).await, created];
    for answer in answers {
        assert!(!answer.header("content-location").is_empty(), "{answer:?}");
        assert_eq!(answer.header("content-location"), answer.body["meta"]["location"]);
    }
}

/// RFC7643-3.1-24, RFC7643-3.1-25
#[tokio::test]
async fn a_version_is_the_etag_and_marks_a_weak_one() {
    let forms = variants::all().filter(|variant| variant.name.starts_with("version."));
    let servers = forms.map(|variant| (variant.name, Client::rfc_but(variant.change))).chain([("rfc", Client::rfc())]);
    let mut forms = BTreeSet::new();
    for (name, client) in servers {
        for exchange in walk(&client).await {
            let tag = exchange.answer.header("etag");
            let shown = exchange.answer.body["meta"]["version"].as_str();
            if shown.is_some() {
                assert_eq!(shown, Some(tag), "{name}: {}", exchange.request);
            }
            for version in
                exchange.users_and_groups().iter().filter_map(|resource| resource["meta"]["version"].as_str())
            {
                let opaque = version.strip_prefix("W/").unwrap_or(version);
                let opaque = opaque.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                let is_tag = |text: &str| text.bytes().all(|byte| byte == b'!' || (b'#'..=b'~').contains(&byte));
                assert!(opaque.is_some_and(is_tag), "{name}: {}: {version}", exchange.request);
                forms.insert(version.starts_with("W/"));
            }
        }
    }
    assert_eq!(forms, BTreeSet::from([false, true]), "both were seen");
}

/// RFC7643-3.1-27
#[tokio::test]
async fn meta_is_shown_unless_something_else_is_asked_for() {
    let client = Client::rfc();
    let id = client.user("ann").await;
    let whole = client.get(&format!("/Users/{id}")).await.body;
    for part in ["resourceType", "created", "lastModified", "location"] {
        assert!(whole["meta"][part].is_string(), "{part}");
        let alone = client.get(&format!("/Users/{id}?attributes=meta.{part}")).await.body;
        assert_eq!(alone, json!({"schemas": [USER], "id": id, "meta": {part: whole["meta"][part]}}));
    }
    assert!(client.get(&format!("/Users/{id}?attributes=userName")).await.body.get("meta").is_none());
    assert_eq!(client.get(&format!("/Users/{id}?attributes=meta")).await.body["meta"], whole["meta"]);
    assert!(client.get(&format!("/Users/{id}?excludedAttributes=meta")).await.body.get("meta").is_none());
}
