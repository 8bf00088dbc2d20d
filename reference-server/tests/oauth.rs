//! Credentials of the published systems, as their documents describe them: what is given out opens SCIM until it is over.

mod client;
mod played;

use client::TOKEN;
use played::{
    DAY, HOUR, ID, PASSWORD, Played, RECEIVER, SECRET, STATE, VERIFIER, answered, basic, hidden, page, pair, proven,
    refusal, request, with,
};

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

#[tokio::test]
async fn rmd_06_an_administrator_signs_in_consents_and_is_sent_back() {
    let server = Played::rubicon();
    for (fields, verifier) in [(request(), None), (proven(), Some(VERIFIER))] {
        let login = page(&server.address("/oauth/authorize", &fields).await, 200);
        assert!(login.contains("Sign in to RubiconMD"));
        // The form carries the whole request on.
        for (name, value) in &fields {
            assert_eq!(hidden(&login, name).as_deref(), Some(*value));
        }
        let answer = server.sign_in(&fields, PASSWORD).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("form-action 'self' https://system-admin.okta.com;"),
            "where the form leads in the end"
        );
        let consent = page(&answer, 200);
        assert!(consent.contains(">Authorize</button>") && consent.contains(RECEIVER), "{consent}");
        let ticket = hidden(&consent, "ticket").expect("a ticket");
        let code = answered(&server.decide(&ticket, "authorize").await, RECEIVER, "code").expect("a code");
        let answer = server.redeem(&code, verifier).await;
        let (access, refresh) = pair(&answer);
        assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
        assert_eq!(answer.body["token_type"], "Bearer");
        assert_eq!(server.status(&access).await, 200);
        let (renewed, _) = pair(&server.refresh(&refresh).await);
        assert_eq!(server.status(&renewed).await, 200);
        assert_eq!(server.status(&refresh).await, 401, "a refresh token opens nothing by itself");
    }
}

#[tokio::test]
async fn rmd_06_an_administrator_may_say_no() {
    let server = Played::rubicon();
    let ticket = server.ticket(&request()).await;
    let answer = server.decide(&ticket, "deny").await;
    assert_eq!(answered(&answer, RECEIVER, "error").as_deref(), Some("access_denied"));
    assert_eq!(answered(&answer, RECEIVER, "code"), None);
    page(&server.decide(&ticket, "authorize").await, 400);
}

#[tokio::test]
async fn rmd_06_a_wrong_password_shows_the_form_again() {
    let server = Played::rubicon();
    let again = page(&server.sign_in(&request(), "wrong").await, 401);
    assert!(again.contains("Sign in to RubiconMD") && again.contains("wrong.") && hidden(&again, "ticket").is_none());
    assert_eq!(hidden(&again, "state").as_deref(), Some(STATE));
    let nobody = Played::but("rubiconmd", |_| {});
    page(&nobody.sign_in(&request(), "").await, 401);
}

#[tokio::test]
async fn rmd_07_ninety_days_without_a_request_are_the_end() {
    let server = Played::rubicon();
    let (access, refresh) = server.tokens().await;
    server.wait(89 * DAY + 23 * HOUR);
    assert_eq!(server.status(&access).await, 200, "and it begins anew");
    server.wait(89 * DAY + 23 * HOUR);
    let (access, refresh) = pair(&server.refresh(&refresh).await);
    server.wait(89 * DAY + 23 * HOUR);
    assert_eq!(server.status(&access).await, 200);
    server.wait(90 * DAY);
    assert_eq!(server.status(&access).await, 401);
    assert_eq!(refusal(&server.refresh(&refresh).await), (400, "invalid_grant"));

    let (_, refresh) = server.tokens().await;
    server.wait(90 * DAY);
    assert_eq!(refusal(&server.refresh(&refresh).await), (400, "invalid_grant"), "without a request before, too");
    let (access, _) = server.tokens().await;
    assert_eq!(server.status(&access).await, 200, "the administrator signs in again");
}

#[tokio::test]
async fn rmd_07_who_is_refused_does_not_begin_anew() {
    let server = Played::rubicon();
    let (access, _) = server.tokens().await;
    server.wait(89 * DAY);
    assert_eq!(server.status("another").await, 401);
    assert_eq!(refusal(&server.refresh("another").await), (400, "invalid_grant"));
    server.wait(DAY);
    assert_eq!(server.status(&access).await, 401);
}

#[tokio::test]
async fn rmd_08_what_failed_is_repeated_and_nothing_is_there_twice() {
    let server = Played::rubicon();
    let (access, _) = server.tokens().await;
    assert_eq!(server.create(&access, "grace@example.com").await.status, 201);
    server.wait(90 * DAY);
    assert_eq!(server.create(&access, "ada@example.com").await.status, 401);
    let (access, _) = server.tokens().await;
    assert_eq!(server.create(&access, "ada@example.com").await.status, 201);
    assert_eq!(server.create(&access, "grace@example.com").await.status, 409);
    let mut names = server.list(&access).await.each("userName").iter().map(|name| name.to_string()).collect::<Vec<_>>();
    names.sort();
    assert_eq!(names, ["ada@example.com", "grace@example.com"]);
}

#[tokio::test]
async fn a_code_is_asked_for_by_more_addresses_where_the_server_is_told_of_them() {
    let own = "http://127.0.0.1:7/back?a=b";
    let server = Played::rubicon_but(|config| config.redirect_uris = vec![own.into()]);
    let ticket = server.ticket(&with(request(), "redirect_uri", own)).await;
    let answer = server.decide(&ticket, "authorize").await;
    let location = answer.header("location");
    assert!(location.starts_with(&format!("{own}&code=")), "{location}");
}

#[tokio::test]
async fn tokens_are_taken_back_one_by_one_and_as_a_family() {
    let server = Played::rubicon();
    let revoke = async |token: &str| {
        let answer = server.post("/oauth/revoke", Some(&basic(ID, SECRET)), &[("token", token)]).await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{answer:?}");
    };
    let (access, refresh) = server.tokens().await;
    let (other, _) = server.tokens().await;
    revoke(&access).await;
    assert_eq!((server.status(&access).await, server.status(&other).await), (401, 200));
    let (access, refresh) = pair(&server.refresh(&refresh).await);
    revoke(&refresh).await;
    assert_eq!((server.status(&access).await, server.status(&other).await), (401, 200));
    assert_eq!(refusal(&server.refresh(&refresh).await), (400, "invalid_grant"));
    revoke("what nobody knows").await;
    revoke(&access).await;
}
