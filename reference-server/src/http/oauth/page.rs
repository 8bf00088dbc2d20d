//! The pages of the authorization endpoint: plain HTML, without script, for nobody to keep, to frame or to learn from.

use super::{NoForm, put};
use crate::auth::Refused;
use crate::product::State;
use crate::scim::ScimError;
use askama::Template;
use axum::http::{HeaderValue, Response, StatusCode, header};
use bytes::Bytes;

/// A page.
#[derive(Template)]
pub(super) enum Page<'a> {
    #[template(path = "oauth/login.html")]
    Login { product: &'a str, fields: Vec<(&'static str, &'a str)>, has_failed: bool },
    #[template(path = "oauth/consent.html")]
    Consent { product: &'a str, receiver: &'a str, client: &'a str, ticket: &'a str },
    #[template(path = "oauth/amiss.html")]
    Amiss { product: &'a str, words: &'a str },
}

/// Nothing is loaded, and forms lead here alone.
const POLICY: &str = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(super) fn show(status: u16, page: &Page<'_>) -> Response<Bytes> {
    let (status, text) = match page.render() {
        Ok(text) => (status, text),
        Err(_) => (500, String::new()),
    };
    let mut response = unkept(status, text);
    put(&mut response, header::CONTENT_TYPE, "text/html; charset=utf-8");
    let policy = match page {
        // Where a form is answered with a redirect, some browsers ask the policy about its end, too.
        Page::Consent { receiver, .. } => origin(receiver)
            .and_then(|origin| HeaderValue::try_from(POLICY.replace("'self'", &format!("'self' {origin}"))).ok()),
        _ => None,
    };
    let policy = policy.unwrap_or(HeaderValue::from_static(POLICY));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    if status == 401 {
        put(&mut response, header::WWW_AUTHENTICATE, "Session realm=\"oauth\"");
    }
    response
}

pub(super) fn amiss(state: &State, status: u16, words: &str) -> Response<Bytes> {
    show(status, &Page::Amiss { product: state.title(), words })
}

pub(super) fn slow_down(state: &State, refused: Refused) -> Response<Bytes> {
    let mut response = amiss(state, refused.status(), "There were too many failed attempts.");
    if let Refused::SlowDown { seconds } = refused {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

pub(super) fn no_form(state: &State, no_form: &NoForm) -> Response<Bytes> {
    match no_form {
        NoForm::Refused(refused) => amiss(state, refused.status(), &refused.to_string()),
        NoForm::Broken(ScimError { status, detail, .. }) => amiss(state, *status, detail),
    }
}

pub(super) fn wrong_method(state: &State) -> Response<Bytes> {
    let mut response = amiss(state, 405, "Only GET, HEAD and POST can be used here.");
    put(&mut response, header::ALLOW, "GET, HEAD, POST");
    response
}

/// Back to the client, by GET whatever was before, so that no password goes with it (RFC 9700 §4.12).
pub(super) fn redirect(state: &State, location: &str) -> Response<Bytes> {
    let Ok(location) = HeaderValue::try_from(location) else {
        return amiss(state, 400, "The answer would go to an address that cannot be written.");
    };
    let mut response = unkept(303, String::new());
    response.headers_mut().insert(header::LOCATION, location);
    response
}

fn unkept(status: u16, text: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    put(&mut response, header::CACHE_CONTROL, "no-store");
    put(&mut response, header::PRAGMA, "no-cache");
    put(&mut response, header::REFERRER_POLICY, "no-referrer");
    put(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(&mut response, header::X_FRAME_OPTIONS, "DENY");
    response
}

/// Scheme, host and port of an address, where nothing in them could be read as another policy.
fn origin(uri: &str) -> Option<&str> {
    let (scheme, rest) = uri.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte);
    let origin = &uri[..scheme.len() + 3 + host.len()];
    (!host.is_empty() && host.bytes().all(is_plain) && ["http", "https"].contains(&scheme)).then_some(origin)
}
