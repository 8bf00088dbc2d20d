//! `init` against servers of many kinds: it only reads, and whatever they show, what it writes has nothing wrong with it.

mod program;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;
use program::{Ran, run};
use scim_profile::{Basis, Feature, NAMES, Profile, named};
use scim_reference_server::{BASE_PATH, Config, Policy, Product, router};
use serde_json::{Value, json};

const TOKEN: &str = "t0k3n-th4t-n0b0dy-m4y-s33";

fn acme() -> Profile {
    Profile::read(include_str!("../../examples/profiles/acme.toml")).expect("a profile")
}

/// Drafts from a server, and gives the methods of the requests that it got.
fn init(folder: &Path, server: impl FnOnce(String) -> Router, more: &[&str]) -> (Ran, Vec<Method>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let asked = Arc::new(Mutex::new(Vec::new()));
    let origin = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let hears = Arc::clone(&asked);
        let app = server(origin.clone()).layer(from_fn(move |request: Request, next: Next| {
            hears.lock().expect("the list").push(request.method().clone());
            next.run(request)
        }));
        tokio::spawn(async move { axum::serve(listener, app).await });
        origin
    });
    let url = format!("{origin}{BASE_PATH}");
    let ran = run(folder, &[&["init", "--url", &url, "--token", TOKEN], more].concat());
    let asked = asked.lock().expect("the list").clone();
    (ran, asked)
}

fn drafted(policy: Policy) -> Profile {
    let folder = tempfile::tempdir().expect("a folder");
    let server = |origin| router(Config { policy, ..Config::new(origin, TOKEN) });
    let (ran, asked) = init(folder.path(), server, &["--name", "acme"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(asked.len() >= 3 && asked.iter().all(|method| *method == Method::GET), "it only reads: {asked:?}");
    let profile = Profile::read(&ran.out).unwrap_or_else(|found| panic!("{found:#?}\n{}", ran.out));
    assert_eq!(profile.name, "acme");
    assert!(
        profile.claims.iter().all(|claim| claim.basis == Basis::Chosen && claim.id.get_ref().starts_with("DRAFT-"))
    );
    assert!(profile.statements().iter().all(|statement| statement.from.get_ref().basis == Basis::Chosen));
    profile
}

#[test]
fn every_mode_is_drafted() {
    for policy in [Policy::strict(), Policy::rfc(), Policy::okta(), Policy::entra()] {
        let profile = drafted(policy);
        for feature in [Feature::CreateUsers, Feature::Deactivate, Feature::GroupPush] {
            assert_eq!(profile.features.get(&feature).map(|offer| *offer.get()), Some(true), "{}", feature.name());
        }
        assert!(profile.groups.is_some() && profile.extensions.is_empty() && profile.accounts.accepts.is_none());
    }
}

/// What a product's own profile says of schemas and groups is found again.
#[test]
fn every_product_is_drafted() {
    let published = NAMES.map(|name| named(name).expect("published").clone());
    for product in published.into_iter().chain([acme()]) {
        let profile = drafted(Product::of(product.clone()).policy());
        assert_eq!(profile.groups.is_some(), product.groups.is_some(), "{}", product.name);
        let own = |profile: &Profile| -> Vec<Value> {
            let attributes = profile.extensions.iter().flat_map(|extension| {
                extension.attributes.iter().map(move |attribute| (extension.urn.get_ref(), attribute))
            });
            attributes
                .map(|(urn, it)| {
                    let kind = format!("{:?}", it.kind);
                    let mutability = it.mutability.as_ref().map(|it| format!("{:?}", it.get()));
                    let mutability = mutability.filter(|it| it != "ReadWrite");
                    json!([urn, it.name.get_ref(), kind, it.multi_valued, mutability, it.required.is_some()])
                })
                .collect()
        };
        assert_eq!(own(&profile), own(&product), "{}", product.name);
        assert_eq!(taken(&profile), taken(&product), "{}", product.name);
    }
}

/// The attributes that are taken; of complex ones discovery shows the whole.
fn taken(profile: &Profile) -> Option<BTreeSet<String>> {
    let accepts = profile.accounts.accepts.as_ref()?;
    let whole = |name: &String| match name.starts_with("urn:") {
        true => name.clone(),
        false => name.split(['.', '[']).next().unwrap_or_default().to_owned(),
    };
    Some(accepts.attributes.get().iter().map(whole).collect())
}

#[test]
fn without_a_target_it_is_the_built_in_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = run(folder.path(), &["init", "--output", "draft.toml"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    let text = std::fs::read_to_string(folder.path().join("draft.toml")).expect("a file");
    assert!(Profile::read(&text).is_ok_and(|profile| profile.name == "draft"), "{text}");
    let again = run(folder.path(), &["init", "--output", "draft.toml"]);
    assert_eq!(again.code, 2, "{}", again.err);
    assert_eq!(std::fs::read_to_string(folder.path().join("draft.toml")).expect("a file"), text);
}

/// A server that answers everything with this.
fn answers(status: StatusCode, body: String) -> impl FnOnce(String) -> Router {
    move |_| {
        Router::new().fallback(async move || {
            (status, [(header::CONTENT_TYPE, "application/scim+json")], body.clone()).into_response()
        })
    }
}

#[test]
fn whatever_is_shown_it_writes_a_profile_or_says_why_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let attribute =
        |name: &str, kind: Value| json!({"name": name, "type": kind, "description": "\"\"\"\n[x]\n\u{202e}"});
    let user = "urn:ietf:params:scim:schemas:core:2.0:User";
    let own = "urn:evil\"]\n[features]\nlink = 1:User";
    let schemas = json!({"Resources": [
        {"id": user, "attributes": "none"}, {"id": 7}, null, [],
        {"id": own, "name": ["x"], "attributes": [attribute("a", json!("string"))]},
        {"id": "urn:x:y", "name": "\u{0}\u{1b}[31m", "description": {}, "attributes": [
            attribute("fine", json!("string")), attribute("fine", json!("boolean")), attribute("", json!("string")),
            attribute("a\nb = 1", json!("string")), attribute("n", json!(7)), attribute("c", json!("complex")), 7, null,
            json!({"name": "big", "canonicalValues": ["x".repeat(100_000), "#\n[x]"], "mutability": "sometimes"})]},
    ]});
    let types =
        json!({"Resources": [{"name": "User", "schemaExtensions": [{"schema": own}, {"schema": "urn:x:y"}, 7]}]});
    let all = |part: &Value| {
        let mut all = types.clone();
        for (name, value) in part.as_object().expect("an object") {
            all[name] = value.clone();
        }
        all
    };
    let both = [&types, &schemas].map(|it| it["Resources"].as_array().expect("a list").clone()).concat();
    let mixed = json!({ "Resources": both });
    for (body, code) in [
        ("{}".to_owned(), 0),
        ("[]".to_owned(), 0),
        ("7".to_owned(), 0),
        (deep, 3),
        (all(&json!({"changePassword": 7, "authenticationSchemes": {"type": "x"}})).to_string(), 0),
        (schemas.to_string(), 0),
        (mixed.to_string(), 0),
        ("{\"Resources\":".to_owned(), 3),
        ("no JSON".to_owned(), 3),
    ] {
        let shown: String = body.chars().take(80).collect();
        let (ran, _) = init(folder.path(), answers(StatusCode::OK, body), &[]);
        assert_eq!(ran.code, code, "{shown}: {}", ran.err);
        assert_eq!(code == 0, Profile::read(&ran.out).is_ok(), "{shown}: {}", ran.out);
        assert!(ran.out.len() < 20_000 && !ran.out.contains(['\u{1b}', '\u{202e}']), "{shown}: {}", ran.out);
    }
    let (ran, _) = init(folder.path(), answers(StatusCode::NOT_FOUND, "{}".into()), &[]);
    assert_eq!(ran.code, 4, "{}", ran.err);
}
