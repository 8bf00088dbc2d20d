//! Accounts that were made in the application itself, and what its pages may change.

use crate::client::{Client, config};
use crate::stage::*;
use scim_reference_server::{Account, Config, variants};
use serde_json::{Value, json};

#[tokio::test]
async fn whoever_is_made_here_is_found_and_taken_over_without_mail() {
    for profile in profiles() {
        for way in WAYS {
            let client = playing(profile.clone());
            let made = page(&client, "POST", "/app/users", Some(person("ada", &json!({})))).await;
            assert_eq!((made.status, &made.body["origin"]), (201, &json!("application")), "{}", profile.name);
            let id = made.id();
            let list = client.get("/Users?filter=userName%20eq%20%22ada@example.com%22").await;
            assert_eq!(list.each("id"), [id.as_str()]);
            assert_eq!(client.post("/Users", person("ada", &json!({}))).await.status, 409);
            worked_over(&client, way, &id).await;
            let seen_now = seen(&client, &format!("/app/users/{id}")).await;
            assert_eq!((&seen_now["origin"], &seen_now["id"]), (&json!("provisioning"), &json!(id)));
            assert_eq!(events(&client).await.iter().filter(|event| *event == "user.linked").count(), 1);
            let created = profile.mails.iter().filter(|mail| mail.on == scim_profile::Moment::Create);
            let outbox = each(&client, "/app/outbox", "mail").await;
            assert!(created.into_iter().all(|mail| !outbox.contains(mail.name.get_ref())), "{outbox:?}");
        }
    }
}

#[tokio::test]
async fn whoever_is_made_here_and_unlisted_is_taken_over_by_a_post() {
    for profile in profiles() {
        for in_bulk in [false, true] {
            let client = playing_with(profile.clone(), |config| {
                (variants::named("create.links-on-post").expect("a variant").change)(&mut config.policy);
            });
            let body = json!({"userName": "Ada@Example.com", "emails": [{"value": "a@home.example", "primary": true}]});
            let hidden = page(&client, "POST", "/app/users", Some(person("ada", &body))).await;
            assert_eq!((hidden.status, &hidden.body["listed"]), (201, &json!(false)), "{}", profile.name);
            let again = page(&client, "POST", "/app/users", Some(person("ada", &body))).await;
            assert_eq!(again.status, 409);
            assert_eq!(each(&client, "/app/unlisted", "userName").await, ["Ada@Example.com"]);
            assert_eq!(client.get("/Users").await.each("id"), [""; 0]);
            assert_eq!(client.get(&format!("/Users/{}", hidden.id())).await.status, 404);
            let other = made(&client, in_bulk, person("other", &json!({}))).await;
            if profile.name != "rudderstack" {
                let name = json!([{"op": "replace", "path": "userName", "value": "ada@example.com"}]);
                assert_eq!(client.patch(&format!("/Users/{other}"), name).await.status, 409);
            }
            let id = made(&client, in_bulk, person("ada", &json!({"displayName": "Augusta"}))).await;
            assert_eq!(id, hidden.id());
            let linked = client.get(&format!("/Users/{id}")).await.body;
            assert_eq!(linked["userName"], "Ada@Example.com", "the name to sign in with stays");
            assert_eq!(linked["emails"][0]["value"], "a@home.example");
            assert_eq!(seen(&client, "/app/unlisted").await["total"], 0);
            assert!(!each(&client, "/app/outbox", "user").await.contains(&id), "nobody is new");
            assert_eq!(client.post("/Users", person("ada", &json!({}))).await.status, 409);
            let log = events(&client).await;
            assert_eq!(log.iter().filter(|event| *event == "user.linked").count(), 1, "{log:?}");
        }
    }
}

async fn in_pages(client: &Client, id: &str, values: &Value) -> u16 {
    page(client, "PATCH", &format!("/app/users/{id}"), Some(values.clone())).await.status
}

#[tokio::test]
async fn what_is_fixed_in_pages_is_changed_through_scim_alone() {
    let mut seen_so_far = 0;
    let phone = |value: &str| json!({"phoneNumbers": [{"value": value, "type": "mobile"}]});
    for profile in profiles() {
        let fixed = profile.accounts.fixed_in_pages.as_ref().map(|fixed| fixed.get().clone()).unwrap_or_default();
        for (path, values) in [
            ("name.givenName", json!({"name": {"givenName": "Augusta", "familyName": "Lovelace"}})),
            ("name.familyName", json!({"name": {"givenName": "Ada", "familyName": "King"}})),
            ("userName", json!({"userName": "augusta@example.com"})),
            ("phoneNumbers[type eq \"mobile\"].value", phone("+1 555 0100")),
            ("displayName", json!({"displayName": "Augusta"})),
            ("emails", json!({"emails": [{"value": "augusta@example.com", "primary": true}]})),
        ] {
            let is_fixed = fixed.iter().any(|known| known == path);
            let client = playing(profile.clone());
            let id = made(&client, false, person("ada", &phone("+1 555 0199"))).await;
            let before = client.get(&format!("/Users/{id}")).await.body;
            let echo: Vec<&str> = values.as_object().expect("an object").keys().map(String::as_str).collect();
            let same = json!({ echo[0]: before[echo[0]] });
            if !same[echo[0]].is_null() {
                assert_eq!(in_pages(&client, &id, &same).await, 200, "{} {path}: no other value", profile.name);
            }
            let status = in_pages(&client, &id, &values).await;
            if is_fixed {
                assert_eq!(status, 409, "{} {path}", profile.name);
                assert_eq!(client.get(&format!("/Users/{id}")).await.body, before, "nothing is stored");
                changed(&client, Way::PatchWithoutPath, &id, &values).await;
                // Whoever was made here, and is nobody else's yet, is changed here.
                let own = page(&client, "POST", "/app/users", Some(person("own", &json!({})))).await.id();
                assert_eq!(in_pages(&client, &own, &values).await, if path == "userName" { 409 } else { 200 });
                seen_so_far += 1;
            } else if profile.name != "rudderstack" {
                assert_eq!(status, 200, "{} {path}", profile.name);
            }
            assert_eq!(in_pages(&client, "nobody", &values).await, 404);
        }
    }
    assert_eq!(seen_so_far, 4 + 2);
}

/// Also where they were there before the server began.
#[tokio::test]
async fn whoever_was_there_from_the_start_was_made_here() {
    let account = || Account { user_name: "ada@example.com".into(), password: Some("old".into()), owner: false };
    for profile in profiles() {
        let client = playing_with(profile, |config| config.accounts = vec![account()]);
        assert_eq!(each(&client, "/app/users", "origin").await, ["application"]);
        assert_eq!(each(&client, "/app/outbox", "to").await, [""; 0]);
        assert_eq!(each(&client, "/app/events", "by").await[0], "administrator");
    }
}

#[tokio::test]
async fn an_unlisted_account_needs_no_product() {
    let accounts = vec![
        Account { user_name: "ada@example.com".into(), password: Some("old".into()), owner: false },
        Account { user_name: "owner@example.com".into(), password: None, owner: true },
    ];
    let mut config = Config { accounts, ..config() };
    (variants::named("create.links-on-post").expect("a variant").change)(&mut config.policy);
    let client = Client::with(config);
    assert_eq!(client.get("/Users").await.each("userName"), ["owner@example.com"], "owners are listed");
    assert_eq!(client.login("ada@example.com", "old").await.status, 401, "nobody is there yet");
    let linked = client.post("/Users", person("ada", &json!({}))).await;
    assert_eq!(linked.status, 201);
    assert_eq!(client.login("ada@example.com", "old").await.status, 200, "the password stays");
    assert_eq!(client.post("/Users", person("owner", &json!({}))).await.status, 409);
}
