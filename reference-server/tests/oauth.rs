//! Credentials of the published systems, as their documents describe them: what is given out opens SCIM until it is over.

mod client;
mod played;

use client::TOKEN;
use played::{HOUR, ID, Played, SECRET, basic, refusal};

#[tokio::test]
async fn rxn_01_a_client_gets_a_token_by_header_and_by_form() {
    let server = Played::new("rxnt");
    let grant = ("grant_type", "client_credentials");
    for answer in [
        server.ask(&[grant]).await,
        server.ask(&[grant, ("client_id", ID), ("scope", "anything")]).await,
        server.post("/oauth/token", None, &[grant, ("client_id", ID), ("client_secret", SECRET)]).await,
    ] {
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!((&answer.body["token_type"], &answer.body["expires_in"]), (&"Bearer".into(), &3600.into()));
        assert!(answer.body.get("refresh_token").is_none(), "RFC 6749 §4.4.3");
        let token = answer.body["access_token"].as_str().expect("a token");
        assert_eq!(server.status(token).await, 200);
        assert_eq!(server.create(token, &format!("{}@example.com", &token[..8])).await.status, 201);
    }
}

#[tokio::test]
async fn rxn_01_a_token_is_over_after_its_time() {
    let server = Played::new("rxnt");
    let token = server.token().await;
    server.wait(HOUR - 1);
    assert_eq!(server.status(&token).await, 200);
    server.wait(1);
    assert_eq!(server.status(&token).await, 401);
    assert_eq!(server.status(&server.token().await).await, 200);
}

#[tokio::test]
async fn rxn_02_the_secret_is_shown_once() {
    let server = Played::but("rxnt", |config| config.client = None);
    let made = server.console.create_configuration().expect("there is none");
    let secret = made.client_secret.clone().expect("it is new");
    let shown = server.console.configuration().expect("there is one");
    assert_eq!((&shown.client_id, shown.client_secret, shown.lasting_token), (&made.client_id, None, None));
    assert_eq!(made.token_endpoint, "http://scim.example/oauth/token");
    assert_eq!(made.scim_endpoint, "http://scim.example/scim/v2");
    assert_eq!(made.authorization_endpoint, None);
    let printed = format!("{made:?} {:?}", server.console);
    assert!(!printed.contains(&secret) && !printed.contains(made.lasting_token.as_deref().expect("it is new")));
    assert!(server.console.create_configuration().is_none(), "there is one");
    let header = basic(&made.client_id, &secret);
    let answer = server.post("/oauth/token", Some(&header), &[("grant_type", "client_credentials")]).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn rxn_03_disabled_means_paused() {
    let server = Played::new("rxnt");
    let token = server.token().await;
    server.console.switch("provisioning", false);
    assert_eq!(server.status(&token).await, 403);
    let other = server.token().await;
    let answer = server.list(&other).await;
    assert_eq!(answer.error(), (403, ""));
    assert_eq!(server.status("nobody's").await, 401, "401 comes before 403");
    server.console.switch("provisioning", true);
    assert_eq!((server.status(&token).await, server.status(&other).await), (200, 200));
}

#[tokio::test]
async fn rxn_04_a_new_secret_ends_the_old_one_and_its_tokens() {
    let server = Played::new("rxnt");
    let token = server.token().await;
    let secret = server.console.regenerate_secret().expect("there is a client");
    assert_eq!(server.status(&token).await, 401);
    let grant = ("grant_type", "client_credentials");
    assert_eq!(refusal(&server.ask(&[grant]).await), (401, "invalid_client"));
    let answer = server.post("/oauth/token", Some(&basic(ID, &secret)), &[grant]).await;
    assert_eq!(server.status(answer.body["access_token"].as_str().expect("a token")).await, 200);
    assert_eq!(server.status(TOKEN).await, 200, "the long-lived token does not come from the secret");
}

#[tokio::test]
async fn rxn_05_a_configuration_is_deleted_for_good() {
    let server = Played::new("rxnt");
    let token = server.token().await;
    assert_eq!(server.create(&token, "ada@example.com").await.status, 201);
    assert!(server.console.delete_configuration());
    assert!(!server.console.delete_configuration(), "it is gone");
    assert!(server.console.configuration().is_none() && server.console.regenerate_secret().is_none());
    for opened in [&token, TOKEN] {
        assert_eq!(server.status(opened).await, 401);
    }
    let answer = server.ask(&[("grant_type", "client_credentials")]).await;
    assert_eq!(refusal(&answer), (401, "invalid_client"));
    assert!(answer.header("www-authenticate").starts_with("Basic "));

    let made = server.console.create_configuration().expect("there is none");
    assert_ne!(made.client_id, ID);
    for closed in [&token, TOKEN] {
        assert_eq!(server.status(closed).await, 401, "a new one shares nothing with it");
    }
    let list = server.list(&made.lasting_token.expect("RXN-12")).await;
    assert_eq!(list.each("userName"), ["ada@example.com"], "users stay");
}

#[tokio::test]
async fn rud_04_a_personal_token_has_the_role_it_was_made_with() {
    let server = Played::new("rudderstack");
    let admin = server.console.create_token("Admin").expect("a role");
    let member = server.console.create_token("Member").expect("a role");
    assert!(server.console.create_token("Owner").is_none(), "there is no such role");
    assert_eq!((server.status(&admin).await, server.status(&member).await), (200, 403));
    assert_eq!(server.create(&member, "ada@example.com").await.status, 403);
    assert_eq!(server.status("unknown").await, 401);
    assert!(server.list(&admin).await.resources().is_empty(), "nothing was stored");

    server.console.change_maker_role("Member");
    assert_eq!(server.status(&admin).await, 403, "who made it counts on every request");
    server.console.change_maker_role("Admin");
    assert_eq!(server.status(&admin).await, 200);

    let told = server.console.tokens();
    let roles: Vec<_> = told.iter().map(|token| token.role.as_deref().unwrap_or_default()).collect();
    assert_eq!(roles, ["Admin", "Member"]);
    assert!(!format!("{told:?}").contains(&admin), "it is shown once");
    assert!(server.console.revoke_token(told[0].number));
    assert!(!server.console.revoke_token(told[0].number), "it is over");
    assert_eq!((server.status(&admin).await, server.status(&member).await), (401, 403));
}

#[tokio::test]
async fn where_there_are_no_clients_there_is_no_token_endpoint() {
    for name in ["mdscripts", "reftab", "rudderstack"] {
        let server = Played::new(name);
        assert_eq!(server.ask(&[("grant_type", "client_credentials")]).await.status, 404);
        assert!(server.console.configuration().is_none() && server.console.create_configuration().is_none());
        assert!(!server.console.delete_configuration());
        assert_eq!(server.status(TOKEN).await, 200);
    }
    assert!(Played::new("rxnt").console.create_token("Admin").is_none());
}
