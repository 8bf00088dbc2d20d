//! The parts that every request pays for: reading a filter, applying a PATCH, the way through the router and back.

#![allow(missing_docs)]

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::Request;
use divan::{Bencher, black_box};
use scim_reference_server::policy::Policy;
use scim_reference_server::scim::filter::{FilterLimits, parse};
use scim_reference_server::scim::patch::{apply, read};
use scim_reference_server::scim::schema::ResourceKind;
use scim_reference_server::{Config, router};
use serde_json::{Map, Value, json};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

fn main() {
    divan::main();
}

#[divan::bench(args = [
    r#"userName eq "person.0000001@load.example""#,
    r#"active eq true and emails[type eq "work" and value co "@load.example"]"#,
    r#"not (title pr) or meta.lastModified gt "2026-01-01T00:00:00Z" and (name.familyName sw "L" or externalId eq "7")"#,
])]
fn filter_parse(bencher: Bencher<'_, '_>, text: &str) {
    let limits = FilterLimits::default();
    assert!(parse(text, limits).is_ok(), "{text}");
    bencher.bench(|| parse(black_box(text), limits));
}

#[divan::bench(args = [
    r#"{"op": "replace", "value": {"active": false}}"#,
    r#"{"op": "replace", "path": "name.familyName", "value": "Berg"}"#,
    r#"{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "other@load.example"}"#,
])]
fn patch_apply(bencher: Bencher<'_, '_>, operation: &str) {
    let policy = Policy::okta();
    let operation: Value = serde_json::from_str(operation).expect("the operation is JSON");
    let message = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation] });
    let before: Map<String, Value> = serde_json::from_str(&user(0)).expect("a user is JSON");
    let patched = |mut attributes: Map<String, Value>| {
        let steps = read(black_box(&message), &policy.patch, 100)?;
        let definition = ResourceKind::User.definition();
        apply(definition, &Map::new, &mut attributes, &steps, &policy.patch, FilterLimits::default())?;
        Ok::<_, scim_reference_server::scim::ScimError>(attributes)
    };
    assert_ne!(patched(before.clone()).expect("the operation is good"), before);
    bencher.with_inputs(|| before.clone()).bench_values(patched);
}

#[divan::bench]
fn router_read(bencher: Bencher<'_, '_>) {
    let server = Server::with_users(1000);
    let path = format!("/Users/{}", server.id);
    bencher.bench_local(|| server.ask("GET", &path, Bytes::new(), 200));
}

#[divan::bench]
fn router_filter(bencher: Bencher<'_, '_>) {
    let server = Server::with_users(1000);
    let path = "/Users?filter=userName%20eq%20%22person.0000500%40load.example%22";
    bencher.bench_local(|| server.ask("GET", path, Bytes::new(), 200));
}

#[divan::bench]
fn router_page(bencher: Bencher<'_, '_>) {
    let server = Server::with_users(1000);
    bencher.bench_local(|| server.ask("GET", "/Users?startIndex=501&count=100", Bytes::new(), 200));
}

#[divan::bench]
fn router_create(bencher: Bencher<'_, '_>) {
    let server = Server::with_users(1000);
    let mut users = 1000..;
    let next = || Bytes::from(user(users.next().expect("numbers do not end")));
    bencher.with_inputs(next).bench_local_values(|body| server.ask("POST", "/Users", body, 201));
}

#[divan::bench]
fn router_patch(bencher: Bencher<'_, '_>) {
    let server = Server::with_users(1000);
    let path = format!("/Users/{}", server.id);
    let mut active = true;
    let next = || {
        active = !active;
        let operation = json!({ "op": "replace", "value": { "active": active } });
        let schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
        Bytes::from(json!({ "schemas": schemas, "Operations": [operation] }).to_string())
    };
    bencher.with_inputs(next).bench_local_values(|body| server.ask("PATCH", &path, body, 200));
}

/// The whole server without a socket.
struct Server {
    router: Router,
    runtime: Runtime,
    /// Somebody's id.
    id: String,
}

impl Server {
    fn with_users(count: usize) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let router = router(Config::new("http://127.0.0.1", "load"));
        let mut server = Self { router, runtime, id: String::new() };
        for n in 0..count {
            let created = server.ask("POST", "/Users", Bytes::from(user(n)), 201);
            let created: Value = serde_json::from_slice(&created).expect("the answer is JSON");
            server.id = created["id"].as_str().expect("a user has an id").to_owned();
        }
        server
    }

    fn ask(&self, method: &str, path: &str, body: Bytes, status: u16) -> Bytes {
        let request = Request::builder().method(method).uri(format!("/scim/v2{path}"));
        let request = request.header("authorization", "Bearer load").body(Body::from(body)).expect("a request");
        self.runtime.block_on(async {
            let answer = self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
            assert_eq!(answer.status(), status);
            to_bytes(answer.into_body(), usize::MAX).await.expect("the body is whole")
        })
    }
}

fn user(n: usize) -> String {
    let user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": format!("person.{n:07}@load.example"),
        "externalId": format!("person-{n:07}"),
        "name": { "givenName": "Josephine", "familyName": format!("Lindqvist{n:07}") },
        "displayName": format!("Josephine Lindqvist{n:07}"),
        "title": "Senior Engineer",
        "active": true,
        "emails": [{ "value": format!("person.{n:07}@load.example"), "type": "work", "primary": true }],
        "phoneNumbers": [{ "value": "+46 8 5550 1234", "type": "work" }],
    });
    user.to_string()
}
