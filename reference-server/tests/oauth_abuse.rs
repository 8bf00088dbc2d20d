//! What must not help anybody at the endpoints of OAuth, and beside them.

mod client;
mod played;

use axum::body::Body;
use axum::http::{Request, header};
use played::{ID, MINUTE, Played, SECRET, basic, refusal};

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
