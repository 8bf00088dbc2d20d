//! Gates of the published systems: what a product answers until it is switched on, paid for, or asked by the right person.

mod client;

use axum::http::header;
use client::{Client, TOKEN, USER, config};
use scim_profile::{ClosedBy, NAMES, Profile};
use scim_reference_server::{Config, Console, Organisation, Product, Tenancy, Tenant, service};
use serde_json::json;

fn profile(name: &str) -> Profile {
    scim_profile::named(name).expect("published").clone()
}

fn playing(name: &str, organisation: Organisation) -> (Client, Console) {
    let tenant = Tenant { name: "other".into(), token: "other-token".into(), by: Tenancy::Path };
    let policy = Product::of(profile(name)).policy();
    let service = service(Config { policy, organisation, tenants: vec![tenant], ..config() });
    let console = service.console(0).expect("it plays a product");
    (Client(axum::Router::new().fallback_service(service)), console)
}

/// Everything there is to be asked, and what nobody has.
const REQUESTS: &[(&str, &str)] = &[
    ("GET", "/Users"),
    ("GET", "/Users?filter=userName%20eq%20%22a%22"),
    ("GET", "/Users/1"),
    ("POST", "/Users"),
    ("POST", "/Users/.search"),
    ("PUT", "/Users/1"),
    ("PATCH", "/Users/1"),
    ("DELETE", "/Users/1"),
    ("GET", "/Groups"),
    ("POST", "/Groups"),
    ("POST", "/Bulk"),
    ("GET", "/Me"),
    ("GET", "/Schemas"),
    ("GET", "/ResourceTypes"),
    ("GET", "/nothing"),
];

async fn is_closed(client: &Client, detail: &str) {
    let person = json!({"schemas": [USER], "userName": "ada@example.com"});
    for (method, path) in REQUESTS {
        let answer = client.scim(method, path, (*method != "GET").then(|| person.clone())).await;
        assert_eq!((answer.error(), &answer.body["detail"]), ((403, ""), &json!(detail)), "{method} {path}");
        for headers in [&[][..], &[(header::AUTHORIZATION.as_str(), "Bearer wrong")]] {
            let answer = client.bare(method, path, headers, "{}").await;
            let is_open = matches!(*path, "/Schemas" | "/ResourceTypes") && answer.status == 200;
            assert!(is_open || answer.status == 401, "{method} {path}: {answer:?}");
            assert!(!String::from_utf8_lossy(&answer.bytes).contains(detail), "strangers hear nothing of it");
        }
    }
    assert_eq!(client.get("/ServiceProviderConfig").await.status, 200);
}

async fn is_open(client: &Client) {
    assert_eq!(client.get("/Users").await.each("userName"), Vec::<&str>::new(), "nothing was stored");
    assert_eq!(client.get("/Schemas").await.status, 200);
}

#[tokio::test]
async fn each_gate_of_the_published_systems_closes_and_opens() {
    let mut seen = 0;
    for name in NAMES {
        for gate in profile(name).gates {
            let (client, console) = playing(name, Organisation::default());
            is_open(&client).await;
            let word = gate.name.get_ref();
            match gate.closed_by {
                ClosedBy::Switch => console.switch(word, false),
                ClosedBy::Plan => console.change_plan(&gate.closed_for[0]),
                ClosedBy::Role => console.change_token_role(&gate.closed_for[0]),
            }
            is_closed(&client, &gate.detail).await;
            match gate.closed_by {
                ClosedBy::Switch => console.switch(word, true),
                ClosedBy::Plan => console.change_plan(&gate.open_for[0]),
                ClosedBy::Role => console.change_token_role(&gate.open_for[0]),
            }
            is_open(&client).await;
            seen += 1;
        }
    }
    assert_eq!(seen, 5);
}

#[tokio::test]
async fn a_server_can_start_with_its_gate_closed() {
    let off = Organisation { switched_off: vec!["provisioning".into()], ..Organisation::default() };
    let (client, console) = playing("rxnt", off);
    is_closed(&client, &profile("rxnt").gates[0].detail).await;
    console.switch("provisioning", true);
    is_open(&client).await;
}

#[tokio::test]
async fn a_token_is_worth_no_more_than_whoever_made_it() {
    let (client, console) = playing("rudderstack", Organisation::default());
    console.change_maker_role("Member");
    is_closed(&client, &profile("rudderstack").gates[0].detail).await;
    console.change_maker_role("Admin");
    is_open(&client).await;
}

#[tokio::test]
async fn a_gate_is_that_of_one_organisation() {
    let (client, console) = playing("mdscripts", Organisation::default());
    console.switch("okta-scim", false);
    assert_eq!(client.get("/Users").await.status, 403);
    let request =
        axum::http::Request::get("/tenants/other/scim/v2/Users").header("authorization", "Bearer other-token");
    assert_eq!(client.send(request.body(axum::body::Body::empty()).expect("a request")).await.status, 200);
}

#[tokio::test]
async fn a_server_that_plays_nothing_has_no_pages() {
    assert!(service(config()).console(0).is_none());
    let (_, console) = playing("rxnt", Organisation::default());
    assert!(!format!("{console:?}").contains(TOKEN));
}
