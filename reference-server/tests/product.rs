//! Servers that play the published systems: what each does with what is written, over HTTP.

mod client;

use client::{Client, ENTERPRISE, GROUP, USER, config};
use scim_reference_server::{Config, Product};
use serde_json::{Value, json};

const MDSCRIPTS: &str = "urn:ietf:params:scim:schemas:extension:mdscripts:2.0:User";

fn playing(name: &str) -> Client {
    let profile = scim_profile::named(name).expect("published").clone();
    Client::with(Config { policy: Product::of(profile).policy(), ..config() })
}

fn person(more: Value) -> Value {
    let mut body = json!({
        "schemas": [USER], "userName": "ada@example.com", "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"value": "ada@example.com", "primary": true}], "active": true,
    });
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body
}

/// A value that each way of writing brings to a user who is there: by POST, PUT, and PATCH in three forms.
async fn written(client: &Client, way: usize, more: &Value) -> (u16, Option<Value>) {
    if way == 0 {
        let made = client.post("/Users", person(more.clone())).await;
        return (made.status, made.body["id"].as_str().map(|_| made.body.clone()));
    }
    let made = client.post("/Users", person(json!({}))).await;
    let path = format!("/Users/{}", made.body["id"].as_str().expect("an id"));
    let answer =
        match way {
            1 => client.put(&path, person(more.clone())).await,
            2 => client.patch(&path, json!([{"op": "replace", "value": more}])).await,
            _ => {
                let mut operations = Vec::new();
                for (name, value) in more.as_object().expect("an object") {
                    match value.as_object().filter(|_| name.starts_with("urn:")) {
                        Some(parts) => operations.extend(parts.iter().map(
                            |(part, value)| json!({"op": "add", "path": format!("{name}:{part}"), "value": value}),
                        )),
                        None => operations.push(json!({"op": "replace", "path": name, "value": value})),
                    }
                }
                client.patch(&path, json!(operations)).await
            }
        };
    let seen = client.get(&path).await.body;
    (
        answer.status,
        if answer.status < 300 {
            Some(seen)
        } else {
            assert_eq!(seen, made.body, "nothing is stored");
            None
        },
    )
}

/// Every way of writing comes to the same: a status, and what is read back at a pointer.
async fn holds(product: &str, more: Value, status: u16, seen: &[(&str, Value)]) {
    for way in 0..4 {
        let client = playing(product);
        let (got, user) = written(&client, way, &more).await;
        let wanted = if way > 0 && status == 201 { 200 } else { status };
        assert_eq!(got, wanted, "{product}, way {way}: {more}");
        for (pointer, value) in seen {
            let user = user.as_ref().expect("a user");
            assert_eq!(
                user.pointer(pointer).unwrap_or(&Value::Null),
                value,
                "{product}, way {way}: {more} at {pointer}"
            );
        }
    }
}

#[tokio::test]
async fn mdscripts_takes_providers_by_their_numbers() {
    let at = |name: &str| format!("/{MDSCRIPTS}/{name}");
    let provider = |more: Value| {
        let mut provider = json!({"isProvider": true, "npi": "1234567893"});
        for (name, value) in more.as_object().expect("an object") {
            provider[name] = value.clone();
        }
        json!({ MDSCRIPTS: provider })
    };
    holds(
        "mdscripts",
        provider(json!({})),
        201,
        &[(&at("npi"), json!("1234567893")), (&at("role"), json!("Assistant"))],
    )
    .await;
    let full = provider(
        json!({"isPhysicianAssistant": true, "deaLicense": "AB1234563", "role": "Manager", "siteNumbers": "1001, 2001"}),
    );
    holds("mdscripts", full, 201, &[(&at("deaLicense"), json!("AB1234563")), (&at("siteNumbers"), json!("1001,2001"))])
        .await;
    for wrong in [
        provider(json!({"npi": "1234567890"})),
        provider(json!({"deaLicense": "AB1234560"})),
        provider(json!({"role": "Director"})),
        provider(json!({"siteNumbers": "1001,9999"})),
        json!({MDSCRIPTS: {"isProvider": true}}),
        json!({"timezone": "Mars/Olympus"}),
        json!({"userName": "ada"}),
    ] {
        holds("mdscripts", wrong, 400, &[]).await;
    }
}

#[tokio::test]
async fn mdscripts_keeps_what_is_for_providers_from_others() {
    for is_provider in [json!({}), json!({"isProvider": false})] {
        let mut part = json!({"npi": "1234567893", "deaLicense": "nonsense", "isPhysicianAssistant": true});
        for (name, value) in is_provider.as_object().expect("an object") {
            part[name] = value.clone();
        }
        let gone: Vec<(String, Value)> = ["npi", "deaLicense", "isPhysicianAssistant"]
            .iter()
            .map(|name| (format!("/{MDSCRIPTS}/{name}"), Value::Null))
            .collect();
        let gone: Vec<(&str, Value)> = gone.iter().map(|(pointer, value)| (pointer.as_str(), value.clone())).collect();
        holds("mdscripts", json!({ MDSCRIPTS: part }), 201, &gone).await;
    }
    let client = playing("mdscripts");
    let made = client.post("/Users", person(json!({MDSCRIPTS: {"isProvider": true, "npi": "1234567893"}}))).await;
    let path = format!("/Users/{}", made.body["id"].as_str().expect("an id"));
    let no_more = json!({"op": "replace", "path": format!("{MDSCRIPTS}:isProvider"), "value": false});
    assert_eq!(client.patch(&path, json!([no_more])).await.status, 200);
    assert_eq!(client.get(&path).await.body[MDSCRIPTS], json!({"role": "Assistant", "isProvider": false}));
}

/// The name is a reason, whatever was there first.
#[tokio::test]
async fn mdscripts_wants_names_of_providers_without_digits() {
    let provider = json!({"isProvider": true, "npi": "1234567893"});
    for name in [json!({"givenName": "Ada2", "familyName": "Lovelace"}), json!({"givenName": "Ada", "familyName": "3"})]
    {
        holds("mdscripts", json!({"name": name, MDSCRIPTS: provider}), 400, &[]).await;
        holds("mdscripts", json!({"name": name}), 201, &[("/name", name)]).await;
    }
}

#[tokio::test]
async fn mdscripts_names_the_type_of_the_address() {
    let client = playing("mdscripts");
    let made = client.post("/Users", person(json!({}))).await;
    assert_eq!(made.body["emails"][0]["type"], "work");
}

#[tokio::test]
async fn rubiconmd_takes_another_user_type_for_the_default_one() {
    for (sent, kept) in [
        ("rmd:econsult:admin", "rmd:econsult:admin"),
        ("RMD:Econsult:Admin", "rmd:econsult:provider"),
        ("Employee", "rmd:econsult:provider"),
    ] {
        holds("rubiconmd", json!({"userType": sent}), 201, &[("/userType", json!(kept))]).await;
    }
    let made = playing("rubiconmd").post("/Users", person(json!({}))).await;
    assert_eq!(made.body["userType"], "rmd:econsult:provider");
    holds(
        "rubiconmd",
        json!({ENTERPRISE: {"organization": "North Clinic"}}),
        201,
        &[(&format!("/{ENTERPRISE}/organization"), json!("North Clinic"))],
    )
    .await;
    holds("rubiconmd", json!({ENTERPRISE: {"organization": "Nowhere"}}), 400, &[]).await;
    let schema = playing("rubiconmd").get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:User").await.body;
    let attributes = schema["attributes"].as_array().expect("attributes");
    let user_type = attributes.iter().find(|attribute| attribute["name"] == "userType").expect("one");
    assert_eq!(user_type["caseExact"], true);
    assert_eq!(user_type["canonicalValues"].as_array().expect("values").len(), 5);
}

#[tokio::test]
async fn rxnt_ignores_whatever_it_does_not_take() {
    let more = json!({
        "displayName": 7, "title": {"not": "text"}, "addresses": "nowhere", "nonsense": [null], "locale": null,
        "name": {"givenName": "Ada", "familyName": "Lovelace", "middleName": 9},
        "phoneNumbers": [{"value": "1", "type": "mobile", "primary": 4}, {"value": "2", "type": "work"}],
        ENTERPRISE: {"department": 1},
    });
    let seen = [
        ("/displayName", Value::Null),
        ("/name", json!({"givenName": "Ada", "familyName": "Lovelace"})),
        ("/phoneNumbers", json!([{"value": "1", "type": "mobile"}])),
        ("/title", Value::Null),
    ];
    holds("rxnt", more, 201, &seen).await;
}

#[tokio::test]
async fn rudderstack_changes_the_display_name_alone() {
    let client = playing("rudderstack");
    let made = client.post("/Users", person(json!({"displayName": "Ada", "title": "Countess"}))).await;
    assert_eq!((made.status, &made.body["title"]), (201, &Value::Null));
    let path = format!("/Users/{}", made.body["id"].as_str().expect("an id"));
    let mut body = made.body.clone();
    body["displayName"] = "Augusta".into();
    body["title"] = "Countess".into();
    let changed = client.put(&path, body.clone()).await;
    assert_eq!((changed.status, &changed.body["displayName"]), (200, &json!("Augusta")));
    for (name, value) in
        [("userName", json!("other@example.com")), ("emails", json!([{"value": "other@example.com", "primary": true}]))]
    {
        let mut other = body.clone();
        other["displayName"] = "Nobody".into();
        other[name] = value.clone();
        assert_eq!(client.put(&path, other).await.error(), (400, "mutability"), "{name}");
        let step = json!({"op": "replace", "value": {name: value, "displayName": "Nobody"}});
        assert_eq!(client.patch(&path, json!([step])).await.error(), (400, "mutability"));
        assert_eq!(client.get(&path).await.body["displayName"], "Augusta");
    }
}

#[tokio::test]
async fn without_groups_there_is_an_empty_list_and_no_more() {
    for name in ["rubiconmd", "mdscripts", "rudderstack", "rxnt"] {
        let client = playing(name);
        let list = client.get("/Groups?startIndex=1&count=100").await;
        assert_eq!((list.status, &list.body["totalResults"]), (200, &json!(0)), "{name}");
        assert_eq!(client.get("/Groups/1").await.status, 404);
        assert_eq!(client.post("/Groups", json!({"schemas": [GROUP], "displayName": "G"})).await.status, 501);
        assert_eq!(client.put("/Groups/1", json!({"schemas": [GROUP], "displayName": "G"})).await.status, 501);
        assert_eq!(client.delete("/Groups/1").await.status, 501);
        let types = client.get("/ResourceTypes").await.body;
        assert_eq!(types["totalResults"], 1);
    }
    assert_eq!(playing("reftab").post("/Groups", json!({"schemas": [GROUP], "displayName": "G"})).await.status, 201);
}

#[tokio::test]
async fn what_a_product_refuses_is_not_done_in_any_way() {
    let client = playing("rudderstack");
    let made = client.post("/Users", person(json!({"displayName": "Ada"}))).await.body;
    let path = format!("/Users/{}", made["id"].as_str().expect("an id"));
    let refused = client.delete(&path).await;
    assert_eq!(
        (refused.error(), &refused.body["detail"]),
        ((501, ""), &json!("users are not removed; deactivate them"))
    );
    let delete = json!({"method": "DELETE", "path": path});
    let bulk = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [delete]});
    assert_eq!(client.post("/Bulk", bulk).await.body["Operations"][0]["status"], "501");
    assert_eq!(client.get(&path).await.body, made);
    assert_eq!(client.delete("/Users/none").await.status, 501, "whether there is such a user or not");
}

#[tokio::test]
async fn groups_that_are_not_offered_cannot_be_made_in_bulk() {
    let data = json!({"schemas": [GROUP], "displayName": "G"});
    let make = json!({"method": "POST", "path": "/Groups", "bulkId": "a", "data": data});
    let bulk = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [make]});
    let client = playing("mdscripts");
    assert_eq!(client.post("/Bulk", bulk).await.body["Operations"][0]["status"], "501");
    assert_eq!(client.get("/Groups").await.body["totalResults"], 0);
}

#[tokio::test]
async fn a_password_that_is_ignored_fails_no_request() {
    for name in ["rudderstack", "rxnt"] {
        holds(name, json!({"password": "Pw-never-kept-1"}), 201, &[("/password", Value::Null)]).await;
    }
}
