//! The application behind, where a product is played: what each way of writing leaves there, by what the profiles say.

mod client;

use axum::body::Body;
use axum::http::{Request, header};
use client::{Answer, Client, PATCH, USER, config};
use scim_profile::{NAMES, Profile};
use scim_reference_server::{Config, Product, Tenancy, Tenant};
use serde_json::{Value, json};

const KEY: &str = "console-key";

/// A sixth product, which has a little of everything.
const SIXTH: &str = include_str!("application/sixth.toml");

fn profiles() -> Vec<Profile> {
    let sixth = Profile::read(SIXTH).unwrap_or_else(|complaints| panic!("{complaints:?}"));
    NAMES.iter().map(|name| profile(name)).chain([sixth]).collect()
}

fn profile(name: &str) -> Profile {
    scim_profile::named(name).expect("published").clone()
}

fn playing(profile: Profile) -> Client {
    playing_with(profile, |_| {})
}

fn playing_with(profile: Profile, change: impl FnOnce(&mut Config)) -> Client {
    let policy = Product::of(profile).policy();
    let tenant = |name: &str, by| Tenant { name: name.into(), token: format!("{name}-token"), by };
    let tenants = vec![tenant("north", Tenancy::Path), tenant("south", Tenancy::Credential)];
    let mut config = Config { policy, tenants, console_key: Some(KEY.into()), ..config() };
    change(&mut config);
    Client::with(config)
}

/// A request to the pages, with the key.
async fn page(client: &Client, method: &str, path: &str, body: Option<Value>) -> Answer {
    let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {KEY}"));
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    client.send(request.body(body).expect("a request")).await
}

async fn seen(client: &Client, path: &str) -> Value {
    let answer = page(client, "GET", path, None).await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    assert_eq!(answer.header("content-type"), "application/json");
    answer.body
}

/// One member of each item of a list.
async fn each(client: &Client, path: &str, member: &str) -> Vec<String> {
    let list = seen(client, path).await;
    assert_eq!(list["next"], Value::Null, "one page");
    let items = list["items"].as_array().expect("items");
    items.iter().map(|item| item[member].as_str().unwrap_or_default().to_owned()).collect()
}

async fn events(client: &Client) -> Vec<String> {
    each(client, "/app/events", "event").await
}

/// Names of the advisories that were left.
async fn advisories(client: &Client) -> Vec<String> {
    each(client, "/app/events", "advisory").await.into_iter().filter(|name| !name.is_empty()).collect()
}

fn person(name: &str, more: &Value) -> Value {
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
enum Way {
    Put,
    PatchWithoutPath,
    PatchWithPath,
    BulkPut,
    BulkPatch,
}

const WAYS: [Way; 5] = [Way::Put, Way::PatchWithoutPath, Way::PatchWithPath, Way::BulkPut, Way::BulkPatch];

/// Makes a user, alone or in a bulk request, and gives the id.
async fn made(client: &Client, in_bulk: bool, body: Value) -> String {
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

async fn bulk(client: &Client, operation: Value) -> Value {
    let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [operation]});
    let answer = client.post("/Bulk", body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["Operations"][0].clone()
}

/// Gives attributes of a user other values; a null takes one away.
async fn changed(client: &Client, way: Way, id: &str, values: &Value) {
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

fn text(result: &Value) -> String {
    result["status"].as_str().unwrap_or_default().to_owned()
}

fn with_paths(values: &Value) -> Vec<Value> {
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
fn valued(attribute: &str, value: Value) -> Value {
    let value = match attribute {
        "phoneNumbers" if !value.is_null() => json!([{"value": value, "type": "work", "primary": true}]),
        _ => value,
    };
    match attribute.rsplit_once(':') {
        None => json!({ attribute: value }),
        Some((urn, name)) => json!({ urn: { name: value } }),
    }
}

/// Changes that an identity provider makes to somebody, in order; none of them makes anybody new.
async fn worked_over(client: &Client, way: Way, id: &str) {
    changed(client, way, id, &json!({"displayName": "Augusta"})).await;
    changed(client, way, id, &json!({"active": false})).await;
    changed(client, way, id, &json!({"active": false})).await;
    changed(client, way, id, &json!({"active": true})).await;
}

#[tokio::test]
async fn whoever_is_new_gets_mail_once_and_nobody_else() {
    for profile in profiles() {
        let wanted: Vec<String> = profile
            .mails
            .iter()
            .filter(|mail| mail.on == scim_profile::Moment::Create)
            .map(|mail| mail.name.get_ref().clone())
            .collect();
        for (way, in_bulk) in WAYS.into_iter().flat_map(|way| [(way, false), (way, true)]) {
            let client = playing(profile.clone());
            let id = made(&client, in_bulk, person("ada", &json!({}))).await;
            assert_eq!(each(&client, "/app/outbox", "mail").await, wanted, "{}", profile.name);
            assert!(each(&client, "/app/outbox", "to").await.iter().all(|to| to == "ada@example.com"));
            assert!(each(&client, "/app/outbox", "user").await.iter().all(|user| *user == id));
            worked_over(&client, way, &id).await;
            let of_create = |mail: &&String| wanted.contains(mail);
            let outbox = each(&client, "/app/outbox", "mail").await;
            assert_eq!(outbox.iter().filter(of_create).count(), wanted.len(), "{} {way:?}", profile.name);
            let refused = client.post("/Users", person("ada", &json!({}))).await;
            assert_eq!(refused.status, 409);
            assert_eq!(each(&client, "/app/outbox", "mail").await, outbox, "what is refused leaves nothing");
        }
    }
}
