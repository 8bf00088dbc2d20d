//! A client without network: requests go straight into the router.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part")]

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, header};
use http_body_util::BodyExt;
use jiff::Timestamp;
use scim_reference_server::{Clock, Config, Policy, defects, router, variants};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tower::ServiceExt;

pub const TOKEN: &str = "sesame";
pub const BASE: &str = "http://scim.example/scim/v2";
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
pub const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

#[derive(Clone)]
pub struct Client(pub Router);

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// The body as JSON; null when it is none.
    pub body: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub fn id(&self) -> String {
        self.body["id"].as_str().unwrap_or_default().to_owned()
    }

    /// The resources of a list, which must be one.
    pub fn resources(&self) -> &[Value] {
        assert_eq!(self.status, 200, "{self:?}");
        assert_eq!(self.body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"]), "{self:?}");
        self.body["Resources"].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    /// One attribute of each resource of a list, which is empty where there is none.
    pub fn each(&self, attribute: &str) -> Vec<&str> {
        self.resources().iter().map(|resource| resource[attribute].as_str().unwrap_or_default()).collect()
    }

    /// Status and keyword of an error, with its shape checked.
    pub fn error(&self) -> (u16, &str) {
        assert_eq!(self.body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]), "{self:?}");
        assert_eq!(self.body["status"], self.status.to_string(), "{self:?}");
        assert!(self.body["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{self:?}");
        assert_eq!(self.header("content-type"), "application/scim+json");
        (self.status, self.body["scimType"].as_str().unwrap_or_default())
    }
}

impl Client {
    pub fn plain() -> Self {
        Self::with(config())
    }

    /// A server that keeps to the RFCs.
    pub fn rfc() -> Self {
        Self::with(Config { policy: Policy::rfc(), ..config() })
    }

    /// A server that keeps to the RFCs, after one change of its policy.
    pub fn rfc_but(change: impl FnOnce(&mut Policy)) -> Self {
        let mut policy = Policy::rfc();
        change(&mut policy);
        Self::with(Config { policy, ..config() })
    }

    /// One that keeps to the RFCs and differs in one of the ways that have a name.
    pub fn varied(name: &str) -> Self {
        let variant = variants::named(name).unwrap_or_else(|| panic!("no variant {name}"));
        Self::rfc_but(variant.change)
    }

    pub fn with(config: Config) -> Self {
        Self(router(config))
    }

    pub fn defective(name: &str) -> Self {
        let defect = defects::named(name).unwrap_or_else(|| panic!("no defect {name}"));
        Self::with(Config { defects: vec![defect], ..config() })
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.0.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.map(|body| body.to_bytes().to_vec()).unwrap_or_default();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Answer { status: parts.status.as_u16(), headers: parts.headers, bytes, body }
    }

    /// A request under the base path, with the token.
    pub async fn scim(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.raw(method, path, "application/scim+json; charset=utf-8", body.map(|body| body.to_string())).await
    }

    pub async fn raw(&self, method: &str, path: &str, media_type: &str, body: Option<impl Into<Body>>) -> Answer {
        let request = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).expect("a method"))
            .uri(format!("/scim/v2{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {TOKEN}"))
            .header(header::CONTENT_TYPE, media_type);
        self.send(request.body(body.map_or_else(Body::empty, Into::into)).expect("a request")).await
    }

    /// A request with these headers, and no others.
    pub async fn bare(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = Request::builder().method(method).uri(format!("/scim/v2{path}"));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request.body(body.into()).expect("a request")).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.scim("GET", path, None).await
    }

    /// What a reference leads to; a relative one starts at the base address (RFC 7643 §2.3.7).
    pub async fn follow(&self, reference: &Value) -> Answer {
        let reference = reference.as_str().expect("a reference");
        let path = reference.strip_prefix(BASE).map_or_else(|| format!("/{reference}"), str::to_owned);
        assert!(!path.contains("://"), "{reference} leads away");
        self.get(&path).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.scim("POST", path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.scim("PUT", path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, operations: Value) -> Answer {
        self.scim("PATCH", path, Some(json!({"schemas": [PATCH], "Operations": operations}))).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.scim("DELETE", path, None).await
    }

    pub async fn filter(&self, endpoint: &str, filter: &str) -> Answer {
        self.get(&format!("{endpoint}?filter={}", encoded(filter))).await
    }

    /// Names in a filtered list; a filter that is refused is no empty list.
    pub async fn names(&self, filter: &str) -> Vec<String> {
        let list = self.filter("/Users", filter).await;
        assert_eq!(list.status, 200, "{filter}: {list:?}");
        list.each("userName").into_iter().map(str::to_owned).collect()
    }

    /// A query by POST.
    pub async fn search(&self, endpoint: &str, mut query: Value) -> Answer {
        query["schemas"] = json!([SEARCH]);
        self.post(&format!("{endpoint}/.search"), query).await
    }

    /// A user with these attributes, and the schemas that they need.
    pub async fn user_with(&self, mut attributes: Value) -> String {
        let urns: Vec<&str> = [USER].into_iter().chain(attributes.get(ENTERPRISE).map(|_| ENTERPRISE)).collect();
        attributes["schemas"] = json!(urns);
        let answer = self.post("/Users", attributes).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.id()
    }

    pub async fn user(&self, name: &str) -> String {
        let body = json!({
            "schemas": [USER], "userName": name, "name": {"givenName": "Given", "familyName": "Family"},
            "emails": [{"value": format!("{name}@x.example"), "type": "work", "primary": true}],
            "displayName": format!("The {name}"), "title": "Tester", "externalId": format!("Ext-{name}"), "active": true,
            "password": "correct horse", "groups": [],
        });
        let answer = self.post("/Users", body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.id()
    }

    pub async fn group(&self, name: &str, members: &[&str]) -> String {
        let members: Vec<Value> = members.iter().map(|id| json!({"value": id, "display": null})).collect();
        let answer = self.post("/Groups", json!({"schemas": [GROUP], "displayName": name, "members": members})).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.id()
    }

    /// Ids of the members, sorted.
    pub async fn members(&self, group: &str) -> Vec<String> {
        let group = self.get(&format!("/Groups/{group}")).await;
        let members = group.body["members"].as_array().cloned().unwrap_or_default();
        let mut ids: Vec<String> =
            members.iter().map(|member| member["value"].as_str().unwrap_or_default().to_owned()).collect();
        ids.sort();
        ids
    }

    pub async fn login(&self, name: &str, password: &str) -> Answer {
        let body = json!({"userName": name, "password": password}).to_string();
        let request = Request::post("/login").header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body)).expect("a request")).await
    }

    pub async fn session(&self, session: &str) -> u16 {
        let request = Request::get("/session").header(header::AUTHORIZATION, format!("Session {session}"));
        self.send(request.body(Body::empty()).expect("a request")).await.status
    }
}

pub fn config() -> Config {
    Config::new("http://scim.example", TOKEN)
}

/// A clock that shows one moment after the other, and the last one for ever.
pub fn at(moments: &[&str]) -> Clock {
    let moments: Vec<Timestamp> = moments.iter().map(|moment| moment.parse().expect("a moment")).collect();
    let looks = AtomicUsize::new(0);
    Arc::new(move || moments[looks.fetch_add(1, Ordering::Relaxed).min(moments.len() - 1)])
}

pub fn sorted(ids: &[&String]) -> Vec<String> {
    let mut ids: Vec<String> = ids.iter().map(|id| (*id).clone()).collect();
    ids.sort();
    ids
}

pub fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
