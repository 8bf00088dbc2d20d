//! What the tests of the application stand on: the products, the ways of writing, and what the pages show.

use crate::client::{Answer, Client, PATCH, USER, config};
use axum::body::Body;
use axum::http::{Request, header};
use scim_profile::{NAMES, Profile};
use scim_reference_server::{Config, Product, Tenancy, Tenant};
use serde_json::{Value, json};

pub(crate) const KEY: &str = "console-key";

/// A sixth product, which has a little of everything.
pub(crate) const SIXTH: &str = include_str!("sixth.toml");

pub(crate) fn profiles() -> Vec<Profile> {
    let sixth = Profile::read(SIXTH).unwrap_or_else(|complaints| panic!("{complaints:?}"));
    NAMES.iter().map(|name| profile(name)).chain([sixth]).collect()
}

pub(crate) fn profile(name: &str) -> Profile {
    scim_profile::named(name).expect("published").clone()
}

pub(crate) fn playing(profile: Profile) -> Client {
    playing_with(profile, |_| {})
}

pub(crate) fn playing_with(profile: Profile, change: impl FnOnce(&mut Config)) -> Client {
    let policy = Product::of(profile).policy();
    let tenant = |name: &str, by| Tenant { name: name.into(), token: format!("{name}-token"), by };
    let tenants = vec![tenant("north", Tenancy::Path), tenant("south", Tenancy::Credential)];
    let mut config = Config { policy, tenants, console_key: Some(KEY.into()), ..config() };
    change(&mut config);
    Client::with(config)
}

/// A request to the pages, with the key.
pub(crate) async fn page(client: &Client, method: &str, path: &str, body: Option<Value>) -> Answer {
    let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {KEY}"));
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    client.send(request.body(body).expect("a request")).await
}

pub(crate) async fn seen(client: &Client, path: &str) -> Value {
    let answer = page(client, "GET", path, None).await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    assert_eq!(answer.header("content-type"), "application/json");
    answer.body
}

/// One member of each item of a list.
pub(crate) async fn each(client: &Client, path: &str, member: &str) -> Vec<String> {
    let list = seen(client, path).await;
    assert_eq!(list["next"], Value::Null, "one page");
    let items = list["items"].as_array().expect("items");
    items.iter().map(|item| item[member].as_str().unwrap_or_default().to_owned()).collect()
}

pub(crate) async fn events(client: &Client) -> Vec<String> {
    each(client, "/app/events", "event").await
}

/// Names of the advisories that were left.
pub(crate) async fn advisories(client: &Client) -> Vec<String> {
    each(client, "/app/events", "advisory").await.into_iter().filter(|name| !name.is_empty()).collect()
}

pub(crate) fn person(name: &str, more: &Value) -> Value {
    let address = format!("{name}@example.com");
    let mut body = json!({
        "schemas": [USER], "userName": address, "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "displayName": "Ada", "emails": [{"value": address, "type": "work", "primary": true}], "active": true,
    });
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body
}

/// The ways of changing a user.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Way {
    Put,
    PatchWithoutPath,
    PatchWithPath,
    BulkPut,
    BulkPatch,
}

pub(crate) const WAYS: [Way; 5] = [Way::Put, Way::PatchWithoutPath, Way::PatchWithPath, Way::BulkPut, Way::BulkPatch];

/// Makes a user, alone or in a bulk request, and gives the id.
pub(crate) async fn made(client: &Client, in_bulk: bool, body: Value) -> String {
    if !in_bulk {
        let answer = client.post("/Users", body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        return answer.id();
    }
    let result = bulk(client, json!({"method": "POST", "path": "/Users", "bulkId": "b", "data": body})).await;
    assert_eq!(result["status"], "201", "{result}");
    let location = result["location"].as_str().expect("a location");
    location.rsplit_once('/').expect("an address").1.to_owned()
}

pub(crate) async fn bulk(client: &Client, operation: Value) -> Value {
    let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [operation]});
    let answer = client.post("/Bulk", body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["Operations"][0].clone()
}

/// Gives attributes of a user other values; a null takes one away.
pub(crate) async fn changed(client: &Client, way: Way, id: &str, values: &Value) {
    let path = format!("/Users/{id}");
    let whole = || async {
        let mut body = client.get(&path).await.body;
        for (name, value) in values.as_object().expect("an object") {
            body[name] = value.clone();
        }
        body
    };
    let patch = |operations: Vec<Value>| json!({"schemas": [PATCH], "Operations": operations});
    let without_path = || patch(vec![json!({"op": "replace", "value": values})]);
    let status = match way {
        Way::Put => client.put(&path, whole().await).await.status.to_string(),
        Way::PatchWithoutPath => client.scim("PATCH", &path, Some(without_path())).await.status.to_string(),
        Way::PatchWithPath => client.scim("PATCH", &path, Some(patch(with_paths(values)))).await.status.to_string(),
        Way::BulkPut => text(&bulk(client, json!({"method": "PUT", "path": path, "data": whole().await})).await),
        Way::BulkPatch => text(&bulk(client, json!({"method": "PATCH", "path": path, "data": without_path()})).await),
    };
    assert_eq!(status, "200", "{way:?}: {values}");
}

pub(crate) fn text(result: &Value) -> String {
    result["status"].as_str().unwrap_or_default().to_owned()
}

pub(crate) fn with_paths(values: &Value) -> Vec<Value> {
    let step = |path: String, value: &Value| match value {
        Value::Null => json!({"op": "remove", "path": path}),
        value => json!({"op": "replace", "path": path, "value": value}),
    };
    let of = |(name, value): (&String, &Value)| match value.as_object() {
        Some(parts) if name.starts_with("urn:") => {
            parts.iter().map(|(part, value)| step(format!("{name}:{part}"), value)).collect()
        }
        _ => vec![step(name.clone(), value)],
    };
    values.as_object().expect("an object").iter().flat_map(of).collect()
}

/// A value of an attribute as a body has it.
pub(crate) fn valued(attribute: &str, value: Value) -> Value {
    let value = match attribute {
        "phoneNumbers" if !value.is_null() => json!([{"value": value, "type": "work", "primary": true}]),
        _ => value,
    };
    match attribute.rsplit_once(':') {
        None => json!({ attribute: value }),
        Some((urn, name)) => json!({ urn: { name: value } }),
    }
}

/// An attribute of an extension with its URN.
pub(crate) fn qualified(profile: &Profile, attribute: &str) -> String {
    let has = |extension: &&scim_profile::Extension| {
        extension.attributes.iter().any(|known| known.name.get_ref() == attribute)
    };
    let extension = profile.extensions.iter().find(has);
    extension.map_or_else(|| attribute.to_owned(), |extension| format!("{}:{attribute}", extension.urn.get_ref()))
}

/// A value that an attribute may have.
pub(crate) fn value_for(profile: &Profile, attribute: &str) -> Value {
    let ruled = profile.all_attributes().find(|ruled| ruled.name.get_ref() == attribute);
    let known = ruled.map(|ruled| ruled.known.as_slice()).unwrap_or_default();
    known.first().map_or("one", String::as_str).into()
}

/// Changes that an identity provider makes to somebody, in order; none of them makes anybody new.
pub(crate) async fn worked_over(client: &Client, way: Way, id: &str) {
    changed(client, way, id, &json!({"displayName": "Augusta"})).await;
    changed(client, way, id, &json!({"active": false})).await;
    changed(client, way, id, &json!({"active": false})).await;
    changed(client, way, id, &json!({"active": true})).await;
}
