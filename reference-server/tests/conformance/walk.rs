//! A walk past everything that a client may do, with success and without: what a requirement says of every answer is
//! held against all of these.

use crate::client::{Answer, Client, ENTERPRISE, GROUP, TOKEN, USER, encoded};
use crate::sample::full_user;
use serde_json::{Value, json};

/// URN of the ListResponse message.
pub(crate) const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

/// A request in short, and its answer.
pub(crate) struct Exchange {
    pub(crate) request: String,
    pub(crate) answer: Answer,
}

/// The answers of a server that was empty before.
pub(crate) async fn walk(client: &Client) -> Vec<Exchange> {
    let full = client.post("/Users", full_user("full")).await;
    let ann = client.user("ann").await;
    let inner = client.group("inner", &[&ann]).await;
    let outer = client.group("outer", &[&inner]).await;
    let mut seen = vec![Exchange { request: "POST /Users".to_owned(), answer: full.clone() }];
    for (method, path, body) in requests(&full.id(), &ann, &inner, &outer) {
        let answer = client.scim(method, &path, body).await;
        seen.push(Exchange { request: format!("{method} {path}"), answer });
    }
    for (method, media_type, body) in [
        ("POST", "text/xml", "<user/>".to_owned()),
        ("POST", "application/scim+json", "{".to_owned()),
        ("POST", "application/scim+json", format!("\"{}\"", "x".repeat(1 << 20))),
    ] {
        let answer = client.raw(method, "/Users", media_type, Some(body)).await;
        seen.push(Exchange { request: format!("{method} /Users of {media_type}"), answer });
    }
    for headers in [&[] as &[(&str, &str)], &[("authorization", "Bearer wrong")]] {
        let answer = client.bare("GET", "/Users", headers, "").await;
        seen.push(Exchange { request: format!("GET /Users with {headers:?}"), answer });
    }
    let answer = client.bare("GET", "/Users", &[("authorization", &format!("Bearer {TOKEN}"))], "").await;
    seen.push(Exchange { request: "GET /Users with the token alone".to_owned(), answer });
    seen
}

fn requests(full: &str, ann: &str, inner: &str, outer: &str) -> Vec<(&'static str, String, Option<Value>)> {
    let get = |path: &str| ("GET", path.to_owned(), None);
    let filter = |endpoint: &str, filter: &str| ("GET", format!("{endpoint}?filter={}", encoded(filter)), None);
    let patch = |path: &str, operations: Value| {
        let message = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations});
        ("PATCH", path.to_owned(), Some(message))
    };
    let search = |path: &str, filter: &str| {
        let message =
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": filter, "count": 5});
        ("POST", path.to_owned(), Some(message))
    };
    let user = json!({"schemas": [USER], "userName": "cy", ENTERPRISE: {"department": "D"}});
    let in_bulk =
        json!({"method": "POST", "path": "/Users", "bulkId": "b", "data": {"schemas": [USER], "userName": "bea"}});
    let by_bulk = json!({"method": "DELETE", "path": "/Users/nobody"});
    let (ann, outer) = (format!("/Users/{ann}"), format!("/Groups/{outer}"));
    vec![
        get("/ServiceProviderConfig"),
        get("/ResourceTypes"),
        get("/ResourceTypes/User"),
        get("/ResourceTypes/Nothing"),
        get("/Schemas"),
        get(&format!("/Schemas/{USER}")),
        get("/Schemas/urn:example:nothing"),
        filter("/Schemas", "id pr"),
        ("POST", "/Users".to_owned(), Some(user.clone())),
        ("POST", "/Users".to_owned(), Some(user.clone())),
        ("POST", "/Users?attributes=userName".to_owned(), Some(json!({"schemas": [USER], "userName": "dan"}))),
        ("POST", "/Users".to_owned(), Some(json!({"schemas": [USER], "password": "a clear Word 2"}))),
        ("POST", "/Users".to_owned(), Some(json!({"schemas": [USER], "userName": 1, "password": "a clear Word 2"}))),
        ("POST", "/Users".to_owned(), Some(json!([]))),
        ("POST", "/Users".to_owned(), Some(json!({"userName": "eve"}))),
        get(&format!("/Users/{full}")),
        get(&format!("/Users/{full}?attributes=password,name.givenName")),
        get(&format!("/Users/{full}?excludedAttributes=emails,id,schemas")),
        get(&ann),
        get("/Users"),
        get("/Users?startIndex=2&count=1"),
        get("/Users?count=0"),
        get("/Users?sortBy=userName&sortOrder=descending"),
        get("/Users?attributes=userName"),
        get("/Users?count=x"),
        get("/Users?filter=%zz"),
        filter("/Users", "userName eq \"ann\""),
        filter("/Users", "userName eq \"nobody\""),
        filter("/Users", "userName"),
        filter("/Users", "password eq \"a clear Word 1\""),
        get("/Groups"),
        get(&outer),
        get(&format!("/Groups/{inner}")),
        filter("/Groups", "displayName eq \"inner\""),
        search("/Users/.search", "userName sw \"a\""),
        search("/Groups/.search", "displayName pr"),
        search("/.search", "id pr"),
        search("/.search", "id"),
        get(""),
        ("PUT", ann.clone(), Some(json!({"schemas": [USER], "userName": "ann", "displayName": "A", "title": null}))),
        ("PUT", ann.clone(), Some(json!({"schemas": [USER], "userName": "full"}))),
        ("PUT", ann.clone(), Some(json!({"schemas": [USER]}))),
        ("PUT", "/Users/nobody".to_owned(), Some(user)),
        patch(&ann, json!([{"op": "replace", "path": "password", "value": "a clear Word 3"}])),
        patch(&ann, json!([{"op": "add", "value": {"nickName": "N", ENTERPRISE: {"department": "E"}}}])),
        patch(&ann, json!([{"op": "replace", "path": "emails[type eq \"none\"].value", "value": "x"}])),
        patch(&ann, json!([{"op": "replace", "path": "id", "value": "x"}])),
        patch(&ann, json!([{"op": "replace", "path": "emails[", "value": "x"}])),
        patch(&ann, json!([{"op": "replace", "path": "active", "value": 7}])),
        patch(&outer, json!([{"op": "add", "path": "members", "value": [{"value": full}]}])),
        patch(&outer, json!([{"op": "add", "path": "members", "value": [{"value": "nobody"}]}])),
        get(&outer),
        ("PUT", outer.clone(), Some(json!({"schemas": [GROUP], "displayName": "outer", "members": []}))),
        ("POST", "/Groups".to_owned(), Some(json!({"schemas": [GROUP]}))),
        get("/Users/nobody"),
        get("/Nothing"),
        get("/Me"),
        ("POST", "/Bulk".to_owned(), Some(json!({"schemas": [BULK], "Operations": [in_bulk, by_bulk]}))),
        ("POST", "/Bulk".to_owned(), Some(json!({"schemas": [BULK]}))),
        ("DELETE", "/Users".to_owned(), None),
        ("PUT", "/Schemas".to_owned(), Some(json!({}))),
        ("HEAD", ann.clone(), None),
        ("DELETE", ann.clone(), None),
        ("DELETE", ann.clone(), None),
        get(&ann),
        ("DELETE", outer, None),
    ]
}

impl Exchange {
    /// The resources that the answer shows: itself, or what its list holds.
    pub(crate) fn resources(&self) -> Vec<&Value> {
        let body = &self.answer.body;
        let is_message = |urn: &Value| urn.as_str().is_some_and(|urn| urn.starts_with("urn:ietf:params:scim:api:"));
        if body["schemas"].as_array().is_some_and(|urns| urns.iter().any(is_message)) {
            return body["Resources"].as_array().into_iter().flatten().collect();
        }
        if body.is_object() { vec![body] } else { Vec::new() }
    }

    /// Users and groups among them.
    pub(crate) fn users_and_groups(&self) -> Vec<&Value> {
        let is_discovery = ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"];
        if is_discovery.iter().any(|path| self.request.contains(path)) {
            return Vec::new();
        }
        self.resources()
    }
}

/// Calls with every value of a JSON text, outermost first, and the name of the member that it is the value of.
pub(crate) fn each_value(name: &str, value: &Value, look: &mut impl FnMut(&str, &Value)) {
    look(name, value);
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| each_value(name, value, look)),
        Value::Array(elements) => elements.iter().for_each(|element| each_value(name, element, look)),
        _ => {}
    }
}
