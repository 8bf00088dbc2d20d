//! Who signs in, and who reaches the organisation.

use crate::client::Client;
use crate::stage::*;
use axum::body::Body;
use axum::http::{Request, header};
use serde_json::json;

/// Whether somebody signs in with a password, and reaches the organisation by it.
async fn enters(client: &Client, password: &str) -> (u16, u16) {
    let login = client.login("ada@example.com", password).await.status;
    let body = json!({"userName": "ada@example.com", "password": password}).to_string();
    let request = Request::post("/access").header(header::CONTENT_TYPE, "application/json");
    (login, client.send(request.body(Body::from(body)).expect("a request")).await.status)
}

#[tokio::test]
async fn a_password_past_the_identity_provider_dies_with_the_account() {
    for profile in profiles() {
        let accounts = &profile.accounts;
        let is_elsewhere = accounts.password.as_ref().is_some_and(|it| *it.get() == scim_profile::Password::Ignored);
        let is_access = accounts.probe.as_ref().is_some_and(|it| *it.get() == scim_profile::Probe::Access);
        for way in WAYS {
            let client = playing(profile.clone());
            let id = made(&client, way == Way::BulkPut, person("ada", &json!({"password": "from outside"}))).await;
            let path = format!("/app/users/{id}");
            let expected = if is_elsewhere { (401, 401) } else { (200, 200) };
            assert_eq!(enters(&client, "from outside").await, expected, "{}", profile.name);
            let made = page(&client, "PUT", &format!("{path}/password"), Some(json!({"password": "my own"}))).await;
            let kind = if is_elsewhere && !is_access { "stand-alone" } else { "usual" };
            assert_eq!((made.status, &made.body["password"]), (200, &json!(kind)), "{}", profile.name);
            assert!(!String::from_utf8_lossy(&made.bytes).contains("my own"));
            assert_eq!(enters(&client, "my own").await, (200, 200));
            changed(&client, way, &id, &json!({"displayName": "Augusta"})).await;
            assert_eq!(enters(&client, "my own").await, (200, 200), "an update is no deactivation");
            changed(&client, way, &id, &json!({"active": false})).await;
            assert_eq!(enters(&client, "my own").await, (if is_access { 200 } else { 401 }, 401), "{way:?}");
            let again = page(&client, "PUT", &format!("{path}/password"), Some(json!({"password": "my own"}))).await;
            assert_eq!(again.status, if is_access { 200 } else { 409 });
            changed(&client, way, &id, &json!({"active": true})).await;
            let expected = if kind == "stand-alone" { (401, 401) } else { (200, 200) };
            assert_eq!(enters(&client, "my own").await, expected, "{} {way:?}", profile.name);
            let ended = events(&client).await.iter().filter(|event| *event == "password.ended").count();
            assert_eq!(ended, usize::from(kind == "stand-alone"));
        }
    }
}

#[tokio::test]
async fn whom_the_identity_provider_vouches_for_signs_in_and_reaches_what_the_account_reaches() {
    for profile in profiles() {
        let is_access = profile.accounts.probe.as_ref().is_some_and(|it| *it.get() == scim_profile::Probe::Access);
        for way in WAYS {
            let client = playing(profile.clone());
            let id = made(&client, false, person("ada", &json!({}))).await;
            let path = format!("/app/users/{id}");
            let sign_in = || page(&client, "POST", "/app/sign-in", Some(json!({"userName": "ADA@example.com"})));
            let first = sign_in().await;
            assert_eq!((first.status, &first.body["access"]), (200, &json!(true)), "{}", profile.name);
            let session = first.body["access_token"].as_str().expect("a session").to_owned();
            assert_eq!(client.session(&session).await, 200);
            changed(&client, way, &id, &json!({"active": false})).await;
            let seen_now = seen(&client, &path).await;
            assert_eq!((&seen_now["signsIn"], &seen_now["access"]), (&json!(is_access), &json!(false)));
            assert_eq!(client.session(&session).await, 401, "{way:?}: the session is over");
            let second = sign_in().await;
            assert_eq!(second.status, if is_access { 200 } else { 401 }, "{} {way:?}", profile.name);
            if is_access {
                assert_eq!(second.body["access"], false);
                let session = format!("Bearer {}", second.body["access_token"].as_str().expect("a session"));
                let me = client.bare("GET", "/Me", &[("authorization", &session)], "").await;
                assert_ne!(me.status, 200, "nothing is reached");
            }
            changed(&client, way, &id, &json!({"active": true})).await;
            assert_eq!(sign_in().await.body["access"], true);
            let nobody = page(&client, "POST", "/app/sign-in", Some(json!({"userName": "nobody@example.com"}))).await;
            assert_eq!(nobody.status, 401);
        }
    }
}
