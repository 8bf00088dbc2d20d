//! Who opens the pages, what leads to whom, and what hostile requests come to.

use crate::client::{Client, config};
use crate::stage::*;
use axum::body::Body;
use axum::http::{Request, header};
use scim_profile::Profile;
use scim_reference_server::{Config, Log, LogFormat, Product, service};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

#[tokio::test]
async fn nothing_leads_from_one_organisation_to_another() {
    for profile in profiles() {
        let client = playing(profile.clone());
        let id = made(&client, false, person("ada", &json!({}))).await;
        page(&client, "PUT", "/app/switches/access-groups", Some(json!({"on": true}))).await;
        for other in ["/tenants/north/app", "/tenants/south/app"] {
            for list in ["users", "outbox", "events"] {
                assert_eq!(seen(&client, &format!("{other}/{list}")).await["total"], 0, "{other}/{list}");
            }
            assert_eq!(page(&client, "GET", &format!("{other}/users/{id}"), None).await.status, 404);
            let staff = page(&client, "PUT", &format!("{other}/users/{id}/staff"), Some(json!({}))).await;
            assert_eq!(staff.status, 404);
            for gate in profile.gates.iter().filter(|gate| gate.closed_by == scim_profile::ClosedBy::Switch) {
                let path = format!("{other}/switches/{}", gate.name.get_ref());
                assert_eq!(page(&client, "PUT", &path, Some(json!({"on": false}))).await.status, 204);
                assert_eq!(client.get("/Users").await.status, 200);
            }
        }
        let body = person("own", &json!({})).to_string();
        let request = Request::post("/scim/v2/Users").header(header::AUTHORIZATION, "Bearer south-token");
        let answer = client.send(request.body(Body::from(body)).expect("a request")).await;
        let is_open = profile.gates.iter().all(|gate| gate.closed_by != scim_profile::ClosedBy::Switch);
        assert_eq!(answer.status, if is_open { 201 } else { 403 });
        assert_eq!(seen(&client, "/tenants/south/app/users").await["total"], u8::from(is_open));
        assert_eq!(seen(&client, "/app/users").await["total"], 1);
        assert_eq!(page(&client, "GET", "/tenants/nobody/app", None).await.status, 404);
    }
}

#[tokio::test]
async fn the_key_opens_the_pages_and_nothing_else_does() {
    let client = playing(profile("reftab"));
    let ask = |path: &'static str, authorization: Option<&'static str>| {
        let request = authorization
            .into_iter()
            .fold(Request::get(path), |request, value| request.header(header::AUTHORIZATION, value));
        client.send(request.body(Body::empty()).expect("a request"))
    };
    for wrong in [None, Some("Bearer sesame"), Some("Bearer console"), Some("Bearer "), Some("Basic console-key")] {
        for path in ["/app", "/app/users", "/app/nothing", "/tenants/north/app", "/app?key=console-key"] {
            let answer = ask(path, wrong).await;
            assert_eq!(answer.status, 401, "{path} {wrong:?}");
            assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"console\"");
        }
    }
    assert_eq!(ask("/scim/v2/Users", Some("Bearer console-key")).await.status, 401);
    assert_eq!(ask("/app", Some("Bearer console-key")).await.status, 200);
    for config in [
        Config { console_key: Some(KEY.into()), ..config() },
        Config { policy: Product::of(profile("reftab")).policy(), ..config() },
        Config { policy: Product::of(profile("reftab")).policy(), console_key: Some(String::new()), ..config() },
    ] {
        assert_eq!(page(&Client::with(config), "GET", "/app", None).await.status, 404, "there are no pages");
    }
    assert_eq!(page(&Client::plain(), "POST", "/access", Some(json!({}))).await.status, 404);
    let printed = format!("{:?}", Config { console_key: Some(KEY.into()), ..config() });
    assert!(!printed.contains(KEY));
}

#[tokio::test]
async fn hostile_requests_are_refused_and_leave_nothing() {
    let client = playing(Profile::read(SIXTH).expect("a profile"));
    let id = made(&client, false, person("ada", &json!({}))).await;
    let before = seen(&client, "/app/events").await;
    let send = |method: &str, path: &str, body: Vec<u8>| {
        let request =
            Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {KEY}"));
        client.send(request.body(Body::from(body)).expect("a request"))
    };
    let large = format!("{{\"password\": \"{}\"}}", "x".repeat(1 << 20)).into_bytes();
    let deep = format!("{{\"password\": {}{}}}", "[".repeat(200), "]".repeat(200)).into_bytes();
    let staff = format!("/app/users/{id}/staff");
    for (method, path, body, status) in [
        ("PUT", "/app/users/x/password", large, 413),
        ("PUT", "/app/users/x/password", deep, 400),
        ("PUT", "/app/plan", b"".to_vec(), 400),
        ("PUT", "/app/plan", b"{".to_vec(), 400),
        ("PUT", "/app/plan", b"[]".to_vec(), 400),
        ("PUT", "/app/plan", b"{\"plan\": null}".to_vec(), 400),
        ("PUT", "/app/plan", b"{\"plan\": \"\xff\"}".to_vec(), 400),
        ("PUT", &staff, b"{\"locations\": {}}".to_vec(), 400),
        ("POST", "/app/users", b"{}".to_vec(), 400),
        ("POST", "/app/users", b"7".to_vec(), 400),
        ("GET", "/app/users/%zz", b"".to_vec(), 400),
        ("GET", "/app/users/%ff", b"".to_vec(), 400),
        ("GET", "/app/users//", b"".to_vec(), 404),
        ("GET", "/app/users/a/b/c", b"".to_vec(), 404),
        ("GET", "/app/outbox?after=-1", b"".to_vec(), 400),
        ("GET", "/app/users?after=x", b"".to_vec(), 400),
        ("DELETE", "/app/users", b"".to_vec(), 405),
        ("GET", "/app/plan", b"".to_vec(), 405),
        ("BREW", "/app", b"".to_vec(), 405),
    ] {
        let answer = send(method, path, body).await;
        assert_eq!(answer.status, status, "{method} {path}: {answer:?}");
        assert_eq!(answer.header("content-type"), "application/json", "{method} {path}");
    }
    assert_eq!(send("GET", "/app/outbox?after=18446744073709551615", Vec::new()).await.body["items"], json!([]));
    assert_eq!(send("GET", "/app/users?after=18446744073709551615", Vec::new()).await.body["items"], json!([]));
    let head = send("HEAD", "/app/users", Vec::new()).await;
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    assert_eq!(send("DELETE", "/app/users", Vec::new()).await.header("allow"), "GET, HEAD, POST");
    assert_eq!(seen(&client, "/app/events").await, before, "nothing has happened");
}

#[tokio::test]
async fn what_is_kept_of_a_long_name_is_short() {
    let client = playing(profile("rudderstack"));
    let long = "é".repeat(100_000);
    made(&client, false, person("ada", &json!({"userName": long, "displayName": long}))).await;
    let log = page(&client, "GET", "/app/events", None).await;
    assert!(log.status == 200 && log.bytes.len() < 2_000, "{}", log.bytes.len());
    let people = page(&client, "GET", "/app/users", None).await;
    assert!(people.bytes.len() < 4_000, "{}", people.bytes.len());
}

#[tokio::test]
async fn lists_of_people_are_paged() {
    let client = playing(profile("reftab"));
    for number in 0..230 {
        made(&client, false, person(&format!("p{number}"), &json!({}))).await;
    }
    let (mut after, mut names) = (json!(0), Vec::new());
    while !after.is_null() {
        let list = seen(&client, &format!("/app/users?after={after}")).await;
        assert_eq!(list["total"], 230);
        let items = list["items"].as_array().expect("items").clone();
        assert!(items.len() <= 100);
        names.extend(items.into_iter().map(|item| item["userName"].clone()));
        after = list["next"].clone();
    }
    let wanted: Vec<Value> = (0..230).map(|number| json!(format!("p{number}@example.com"))).collect();
    assert_eq!(names, wanted);
}

#[tokio::test]
async fn the_key_is_not_logged() {
    let lines: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = Arc::clone(&lines);
    let log = Log::new(LogFormat::Text, move |line| kept.lock().expect("no panic").push(line.to_owned()));
    let policy = Product::of(profile("reftab")).policy();
    let config = Config { policy, console_key: Some(KEY.into()), ..config() };
    let service = log.around(service(config.clone()), &config);
    let client = Client(axum::Router::new().fallback_service(service));
    for path in ["/app", "/app/users?console-key=console-key", "/app/console-key", "/app/switches/console-key"] {
        page(&client, "GET", path, None).await;
    }
    let bare = Request::get("/app").header("x-request-id", KEY).body(Body::empty()).expect("a request");
    client.send(bare).await;
    let lines = lines.lock().expect("no panic").join("\n");
    assert!(lines.contains(" GET /app 200 ") && !lines.contains(KEY), "{lines}");
}
