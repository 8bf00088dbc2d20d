//! What must not help anybody at the endpoints of OAuth, and beside them.

mod client;
mod played;

use axum::body::Body;
use axum::http::{Request, header};
use played::{
    CHALLENGE, DAY, ID, MINUTE, OTHER_RECEIVER, PASSWORD, Played, RECEIVER, SECRET, VERIFIER, administrator, answered,
    basic, page, pair, proven, refusal, request, with, without,
};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

#[tokio::test]
async fn who_is_not_the_client_gets_nothing() {
    let server = Played::new("rxnt");
    let (id, secret) = (("client_id", ID), ("client_secret", SECRET));
    let wrong = ("client_secret", "wrong");
    for (header, fields, code) in [
        (None, &[GRANT][..], "invalid_client"),
        (None, &[GRANT, id], "invalid_client"),
        (None, &[GRANT, id, ("client_secret", "")], "invalid_client"),
        (None, &[GRANT, id, wrong], "invalid_client"),
        (None, &[GRANT, ("client_id", "client-2"), secret], "invalid_client"),
        (None, &[GRANT, secret], "invalid_client"),
        (Some(basic(ID, "wrong")), &[GRANT], "invalid_client"),
        (Some(basic("client-2", SECRET)), &[GRANT], "invalid_client"),
        (Some(format!("Bearer {SECRET}")), &[GRANT, id, secret], "invalid_client"),
        (Some("Basic".into()), &[GRANT, id, secret], "invalid_client"),
    ] {
        let answer = server.post("/oauth/token", header.as_deref(), fields).await;
        assert_eq!(refusal(&answer), (401, code), "{header:?} {fields:?}");
        assert!(answer.header("www-authenticate").starts_with("Basic "), "RFC 6749 §5.2");
        server.wait(MINUTE);
    }
    for (header, fields, code) in [
        (Some(basic(ID, SECRET)), &[GRANT, id, secret][..], "invalid_request"),
        (Some(basic(ID, SECRET)), &[GRANT, ("client_id", "client-2")], "invalid_request"),
        (Some(basic(ID, SECRET)), &[GRANT, GRANT], "invalid_request"),
        (Some(basic(ID, SECRET)), &[], "invalid_request"),
        (Some(basic(ID, SECRET)), &[("grant_type", "password")], "unsupported_grant_type"),
        (Some(basic(ID, SECRET)), &[("grant_type", "authorization_code"), ("code", "x")], "unsupported_grant_type"),
        (Some(basic(ID, SECRET)), &[("grant_type", "refresh_token"), ("refresh_token", "x")], "unsupported_grant_type"),
    ] {
        let answer = server.post("/oauth/token", header.as_deref(), fields).await;
        assert_eq!(refusal(&answer), (400, code), "{fields:?}");
    }
}

#[tokio::test]
async fn what_is_no_form_is_not_read() {
    let server = Played::new("rxnt");
    let form = format!("grant_type=client_credentials&client_id={ID}&client_secret=quiet%3A+100%25+%2B+more");
    let token = |address: String, media_type: &'static str, body: String| {
        let request = Request::post(address).header(header::CONTENT_TYPE, media_type);
        server.client.send(request.body(Body::from(body)).expect("a request"))
    };
    let usual = "application/x-www-form-urlencoded";
    assert_eq!(token("/oauth/token".into(), usual, form.clone()).await.status, 200);
    assert_eq!(refusal(&token("/oauth/token".into(), "application/json", form.clone()).await).0, 400);
    let answer = token(format!("/oauth/token?{form}"), usual, String::new()).await;
    assert_eq!(refusal(&answer), (401, "invalid_client"), "an address stands in logs");
    let huge = format!("{form}&filler={}", "x".repeat(2 << 20));
    assert_eq!(refusal(&token("/oauth/token".into(), usual, huge).await), (413, "invalid_request"));
    let request = Request::get(format!("/oauth/token?{form}")).body(Body::empty()).expect("a request");
    let answer = server.client.send(request).await;
    assert_eq!((refusal(&answer), answer.header("allow")), ((405, "invalid_request"), "POST"));
}

#[tokio::test]
async fn a_profile_says_how_a_secret_is_shown() {
    for (way, header, form) in [("basic", 200, 401), ("form", 401, 200)] {
        let text = scim_profile::text_of("rxnt").expect("published");
        let text = text.replace(r#"value = ["basic", "form"]"#, &format!("value = [\"{way}\"]"));
        let server = Played::with(scim_profile::Profile::read(&text).expect("a profile"), |_| {});
        assert_eq!(server.ask(&[GRANT]).await.status, header, "{way}");
        let fields = [GRANT, ("client_id", ID), ("client_secret", SECRET)];
        assert_eq!(server.post("/oauth/token", None, &fields).await.status, form, "{way}");
    }
}

#[tokio::test]
async fn a_token_in_an_address_never_counts() {
    let server = Played::new("rxnt");
    let token = server.token().await;
    for query in ["access_token", "token", "bearer_token", "authorization"] {
        let answer = server.client.bare("GET", &format!("/Users?{query}={token}"), &[], "").await;
        assert_eq!(answer.error().0, 401, "{query}");
        assert!(!String::from_utf8_lossy(&answer.bytes).contains(&token));
    }
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let answer = server.client.bare("POST", "/Users", &form, format!("access_token={token}")).await;
    assert_eq!(answer.error().0, 401, "nor does one in a form (RFC 6750 §2.2)");
}

#[tokio::test]
async fn guessing_a_secret_is_slowed_down() {
    let server = Played::new("rxnt");
    for _ in 0..10 {
        let answer = server.post("/oauth/token", Some(&basic(ID, "guess")), &[GRANT]).await;
        assert_eq!(refusal(&answer), (401, "invalid_client"));
        server.wait(1);
    }
    for secret in ["guess", SECRET] {
        let answer = server.post("/oauth/token", Some(&basic(ID, secret)), &[GRANT]).await;
        assert_eq!(refusal(&answer), (429, "slow_down"), "the right one looks like the others");
        assert_eq!(answer.header("retry-after"), "50");
    }
    let other = server.post("/oauth/token", Some(&basic("client-2", "guess")), &[GRANT]).await;
    assert_eq!(refusal(&other), (401, "invalid_client"), "each client is slowed down for itself");
    server.wait(49);
    assert_eq!(server.ask(&[GRANT]).await.status, 429);
    server.wait(1);
    assert_eq!(server.ask(&[GRANT]).await.status, 200, "one failure is forgiven");
    let answer = server.post("/oauth/token", Some(&basic(ID, "guess")), &[GRANT]).await;
    assert_eq!(answer.status, 401);
    assert_eq!(server.ask(&[GRANT]).await.status, 429, "a success in between forgives nothing");
}

#[tokio::test]
async fn what_is_let_in_by_one_organisation_is_not_by_another() {
    use scim_reference_server::{Tenancy, Tenant};
    let tenant = |name: &str, by| Tenant { name: name.into(), token: format!("{name}-token"), by };
    let tenants = vec![tenant("other", Tenancy::Path), tenant("beside", Tenancy::Credential)];
    let server = Played::but("rxnt", |config| config.tenants = tenants);
    let token = server.token().await;
    let list = |base: &'static str| {
        let request = Request::get(format!("{base}/Users")).header(header::AUTHORIZATION, format!("Bearer {token}"));
        server.client.send(request.body(Body::empty()).expect("a request"))
    };
    assert_eq!(list("/scim/v2").await.status, 200);
    assert_eq!(list("/tenants/other/scim/v2").await.error().0, 403);
    let answer = server.post("/tenants/other/oauth/token", Some(&basic(ID, SECRET)), &[GRANT]).await;
    assert_eq!(refusal(&answer), (401, "invalid_client"));
}

#[tokio::test]
async fn an_answer_goes_to_a_registered_address_letter_by_letter() {
    let server = Played::rubicon();
    let host = "system-admin.okta.com";
    let path = "/admin/app/cpc/rubiconmd/oauth/callback";
    assert_eq!(RECEIVER, format!("https://{host}{path}"));
    let tricks = [
        format!("https://evil.example{path}"),
        format!("http://{host}{path}"),
        format!("https://{host}{path}/"),
        format!("https://{host}{path}/../../evil"),
        format!("https://{host}{path}?next=https://evil.example"),
        format!("https://{host}{path}#evil"),
        format!("https://{host}{path}%20"),
        format!("https://{host}{path} "),
        format!(" https://{host}{path}"),
        format!("https://{host}:443{path}"),
        format!("https://{host}.evil.example{path}"),
        format!("https://{host}@evil.example{path}"),
        format!("https://evil.example\\@{host}{path}"),
        format!("https://evil.{host}{path}"),
        format!("https://SYSTEM-ADMIN.okta.com{path}"),
        format!("HTTPS://{host}{path}"),
        format!("https://{host}/admin/app/cpc/rubiconmd/oauth/Callback"),
        format!("https://{host}/admin/app/cpc/other/oauth/callback"),
        format!("https://{host}/admin/app/cpc/rubiconmd/oauth/%63allback"),
        format!("https://{host}/"),
        format!("//{host}{path}"),
        path.to_owned(),
        format!("https://{host}{path}\r\nSet-Cookie: evil=1"),
        format!("{RECEIVER}\0"),
        format!("{RECEIVER},{RECEIVER}"),
        "javascript:alert(1)".to_owned(),
        "urn:ietf:wg:oauth:2.0:oob".to_owned(),
    ];
    for trick in &tricks {
        let fields = with(request(), "redirect_uri", trick);
        let told = page(&server.address("/oauth/authorize", &fields).await, 400);
        assert!(!told.contains("evil"), "{trick}");
        page(&server.sign_in(&fields, PASSWORD).await, 400);
        // Nor is the client told of something else that is amiss.
        page(&server.address("/oauth/authorize", &with(fields, "response_type", "token")).await, 400);
    }
    page(&server.address("/oauth/authorize", &without(request(), "redirect_uri")).await, 400);
    let twice = [request(), vec![("redirect_uri", "https://evil.example/")]].concat();
    page(&server.address("/oauth/authorize", &twice).await, 400);
    page(&server.address("/oauth/authorize", &with(request(), "client_id", "client-2")).await, 400);
    page(&server.address("/oauth/authorize", &without(request(), "client_id")).await, 400);
}

#[tokio::test]
async fn what_else_is_amiss_the_client_is_told() {
    let server = Played::rubicon();
    for (fields, error) in [
        (without(request(), "response_type"), "invalid_request"),
        (with(request(), "response_type", "token"), "unsupported_response_type"),
        (with(request(), "response_type", "code token"), "unsupported_response_type"),
        (with(proven(), "code_challenge_method", "plain"), "invalid_request"),
        (without(proven(), "code_challenge_method"), "invalid_request"),
        (without(proven(), "code_challenge"), "invalid_request"),
        (with(proven(), "code_challenge", "short"), "invalid_request"),
    ] {
        for answer in [server.address("/oauth/authorize", &fields).await, server.sign_in(&fields, PASSWORD).await] {
            assert_eq!(answered(&answer, RECEIVER, "error").as_deref(), Some(error), "{fields:?}");
            assert_eq!(answered(&answer, RECEIVER, "code"), None);
        }
    }
}

#[tokio::test]
async fn a_code_is_redeemed_where_it_was_asked_for() {
    let server = Played::rubicon();
    let grant = ("grant_type", "authorization_code");
    for redirect_uri in [None, Some(OTHER_RECEIVER), Some("https://evil.example/")] {
        let code = server.code(&request()).await;
        let mut fields = vec![grant, ("code", &*code)];
        fields.extend(redirect_uri.map(|uri| ("redirect_uri", uri)));
        assert_eq!(refusal(&server.ask(&fields).await), (400, "invalid_grant"), "{redirect_uri:?}");
        assert_eq!(refusal(&server.redeem(&code, None).await), (400, "invalid_grant"), "there is no second try");
    }
}

#[tokio::test]
async fn a_code_that_comes_twice_ends_what_it_gave() {
    let server = Played::rubicon();
    let code = server.code(&request()).await;
    let (access, refresh) = pair(&server.redeem(&code, None).await);
    let (renewed, latest) = pair(&server.refresh(&refresh).await);
    let (other, _) = server.tokens().await;
    assert_eq!(refusal(&server.redeem(&code, None).await), (400, "invalid_grant"));
    for token in [&access, &renewed] {
        assert_eq!(server.status(token).await, 401);
    }
    assert_eq!(refusal(&server.refresh(&latest).await), (400, "invalid_grant"));
    assert_eq!(server.status(&other).await, 200, "another consent is not touched");
    assert_eq!(refusal(&server.redeem(&code, None).await), (400, "invalid_grant"));
}

#[tokio::test]
async fn a_code_is_for_its_client_and_for_a_while() {
    let server = Played::rubicon();
    let code = server.code(&request()).await;
    let fields = [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", RECEIVER)];
    assert_eq!(refusal(&server.post("/oauth/token", None, &fields).await), (401, "invalid_client"));
    let with_id = [&fields[..], &[("client_id", ID)]].concat();
    assert_eq!(refusal(&server.post("/oauth/token", None, &with_id).await), (401, "invalid_client"));
    let stranger = basic("client-2", SECRET);
    assert_eq!(refusal(&server.post("/oauth/token", Some(&stranger), &fields).await), (401, "invalid_client"));
    server.wait(5 * MINUTE - 1);
    pair(&server.redeem(&code, None).await);
    let late = server.code(&request()).await;
    server.wait(5 * MINUTE);
    assert_eq!(refusal(&server.redeem(&late, None).await), (400, "invalid_grant"));
}

#[tokio::test]
async fn a_proof_key_cannot_be_left_out_or_brought_along() {
    let server = Played::rubicon();
    for (fields, verifier) in [
        (proven(), None),
        (proven(), Some("")),
        (proven(), Some(CHALLENGE)),
        (proven(), Some("a-verifier-that-somebody-else-has-made-up-for-it")),
        // Somebody took the challenge out of the request, and the client does not know.
        (request(), Some(VERIFIER)),
    ] {
        let code = server.code(&fields).await;
        assert_eq!(refusal(&server.redeem(&code, verifier).await), (400, "invalid_grant"), "{verifier:?}");
        let right = fields.iter().any(|(name, _)| *name == "code_challenge").then_some(VERIFIER);
        assert_eq!(refusal(&server.redeem(&code, right).await), (400, "invalid_grant"), "there is no second try");
    }
    let text = scim_profile::text_of("rubiconmd").expect("published");
    let text = text.replace(r#"pkce = { value = "accepted""#, r#"pkce = { value = "required""#);
    let profile = scim_profile::Profile::read(&text).expect("a profile");
    let strict = Played::with(profile, |config| config.administrator = Some(administrator()));
    let answer = strict.address("/oauth/authorize", &request()).await;
    assert_eq!(answered(&answer, RECEIVER, "error").as_deref(), Some("invalid_request"));
    pair(&strict.redeem(&strict.code(&proven()).await, Some(VERIFIER)).await);
}

#[tokio::test]
async fn a_refresh_token_that_comes_twice_ends_the_family() {
    let server = Played::rubicon();
    let (access, first) = server.tokens().await;
    let (renewed, second) = pair(&server.refresh(&first).await);
    assert_ne!(first, second);
    let (other, _) = server.tokens().await;
    assert_eq!((server.status(&access).await, server.status(&renewed).await), (200, 200));
    assert_eq!(refusal(&server.refresh(&first).await), (400, "invalid_grant"));
    assert_eq!((server.status(&access).await, server.status(&renewed).await), (401, 401));
    assert_eq!(refusal(&server.refresh(&second).await), (400, "invalid_grant"));
    assert_eq!(server.status(&other).await, 200, "another consent is not touched");
}

#[tokio::test]
async fn one_kind_of_token_is_no_other() {
    let server = Played::rubicon();
    let code = server.code(&request()).await;
    let ticket = server.ticket(&request()).await;
    let (access, refresh) = server.tokens().await;
    for token in [&code, &ticket, &refresh, SECRET, PASSWORD] {
        assert_eq!(server.status(token).await, 401);
    }
    for token in [&code, &access] {
        assert_eq!(refusal(&server.refresh(token).await), (400, "invalid_grant"));
    }
    for token in [&access, &refresh, &ticket] {
        assert_eq!(refusal(&server.redeem(token, None).await), (400, "invalid_grant"));
    }
    page(&server.decide(&code, "authorize").await, 400);
    pair(&server.redeem(&code, None).await);
    assert_eq!(server.ask(&[GRANT]).await.status, 400, "this product has no client credentials");
}

#[tokio::test]
async fn a_ticket_is_good_for_one_decision_and_a_while() {
    let server = Played::rubicon();
    let ticket = server.ticket(&request()).await;
    page(&server.decide(&ticket, "perhaps").await, 400);
    page(&server.decide("another", "authorize").await, 400);
    assert!(answered(&server.decide(&ticket, "authorize").await, RECEIVER, "code").is_some());
    page(&server.decide(&ticket, "authorize").await, 400);
    let late = server.ticket(&request()).await;
    server.wait(10 * MINUTE);
    page(&server.decide(&late, "authorize").await, 400);
    // Without a form there is no consent.
    let query = [request(), vec![("ticket", &*late), ("decision", "authorize")]].concat();
    page(&server.address("/oauth/authorize", &query).await, 200);
}

#[tokio::test]
async fn guessing_a_password_is_slowed_down() {
    let server = Played::rubicon();
    let nobody = [request(), vec![("username", "nobody@clinic.example"), ("password", "guess")]].concat();
    for _ in 0..10 {
        page(&server.sign_in(&request(), "guess").await, 401);
        page(&server.post("/oauth/authorize", None, &nobody).await, 401);
    }
    for password in ["guess", PASSWORD] {
        let answer = server.sign_in(&request(), password).await;
        page(&answer, 429);
        assert_eq!(answer.header("retry-after"), "60");
    }
    page(&server.post("/oauth/authorize", None, &nobody).await, 429);
    let other = [request(), vec![("username", "other@clinic.example"), ("password", "guess")]].concat();
    page(&server.post("/oauth/authorize", None, &other).await, 401);
    server.wait(MINUTE);
    page(&server.sign_in(&request(), PASSWORD).await, 200);
}

#[tokio::test]
async fn who_revokes_has_to_be_the_client() {
    let server = Played::rubicon();
    let (access, _) = server.tokens().await;
    let token = ("token", &*access);
    for (header, fields) in
        [(None, vec![token]), (None, vec![token, ("client_id", ID)]), (Some(basic(ID, "guess")), vec![token])]
    {
        let answer = server.post("/oauth/revoke", header.as_deref(), &fields).await;
        assert_eq!(refusal(&answer), (401, "invalid_client"));
    }
    assert_eq!(refusal(&server.post("/oauth/revoke", Some(&basic(ID, SECRET)), &[]).await), (400, "invalid_request"));
    assert_eq!(server.status(&access).await, 200);
}

#[tokio::test]
async fn known_comes_before_allowed() {
    let server = Played::rubicon();
    let (access, refresh) = server.tokens().await;
    server.console.switch("integration", false);
    let answer = server.list(&access).await;
    assert_eq!(answer.error(), (403, ""));
    assert_eq!(server.status("unknown").await, 401);
    server.wait(90 * DAY);
    assert_eq!(server.status(&access).await, 401, "a token that is over is not known");
    assert_eq!(refusal(&server.refresh(&refresh).await), (400, "invalid_grant"));
    let (access, _) = server.tokens().await;
    assert_eq!(server.status(&access).await, 403);
    server.console.switch("integration", true);
    assert_eq!(server.status(&access).await, 200);
}

#[tokio::test]
async fn nothing_that_is_printed_or_logged_holds_a_secret() {
    use scim_reference_server::{Config, Log, LogFormat, Product, service};
    use std::sync::{Arc, Mutex};
    let lines = Arc::new(Mutex::new(String::new()));
    let profile = scim_profile::named("rubiconmd").expect("published").clone();
    let config = Config {
        policy: Product::of(profile).policy(),
        client: Some(scim_reference_server::OAuthClient { id: ID.into(), secret: "secret-of-the-client".into() }),
        administrator: Some(administrator()),
        ..client::config()
    };
    assert!(!format!("{config:?}").contains("secret-of") && !format!("{:?}", config.client).contains("secret-of"));
    assert!(!format!("{:?}", config.administrator).contains("horse"));
    let written = Arc::clone(&lines);
    let log = Log::new(LogFormat::Text, move |line| written.lock().expect("one thread").push_str(line));
    let served = log.around(service(config.clone()), &config);
    let client = client::Client(axum::Router::new().fallback_service(served));
    for address in ["/oauth/token", "/oauth/authorize", "/oauth/revoke", "/oauth/secret-of-the-client"] {
        let request = Request::post(format!("{address}?client_secret=secret-of-the-client&code=abc"))
            .header("x-request-id", "secret-of-the-client");
        client.send(request.body(Body::empty()).expect("a request")).await;
    }
    let lines = lines.lock().expect("one thread").clone();
    assert!(lines.contains("/oauth/token?…") && !lines.contains("secret-of") && !lines.contains("abc"), "{lines}");
}
