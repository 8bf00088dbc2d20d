//! Faults of authentication.

use super::error::{error_body, say};
use super::{Defect, Twist};
use crate::BASE_PATH;
use crate::policy::Policy;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode, header};
use bytes::Bytes;

pub(super) const TABLE: &[Defect] = &[
    Defect {
        name: "auth.write-without-token",
        sentence: "Writes need no token.",
        area: "auth",
        breaks: &["OKTA-TRN-001", "OKTA-AUT-010", "RFC7644-3.12-02", "RFC7644-3.12-04"],
        twist: Twist::Policy(write_without_token),
    },
    Defect {
        name: "auth.empty-bearer",
        sentence: "A bearer token of no characters is as good as the right one.",
        area: "auth",
        breaks: &["OKTA-AUT-010", "RFC7644-3.12-02"],
        twist: Twist::Head(empty_bearer),
    },
    Defect {
        name: "auth.missing-token-500",
        sentence: "A request without token is answered 500.",
        area: "auth",
        breaks: &["OKTA-AUT-011", "RFC7644-3.12-02"],
        twist: Twist::Wire(missing_token_500),
    },
    Defect {
        name: "auth.redirect-to-login",
        sentence: "Who has no valid token is sent to a login page.",
        area: "auth",
        breaks: &["OKTA-AUT-010", "RFC7644-3.12-02"],
        twist: Twist::Wire(redirect_to_login),
    },
    Defect {
        name: "auth.bearer-scheme-refused",
        sentence: "The word Bearer must be written with one capital.",
        area: "auth",
        breaks: &["RFC9110-11.1-01"],
        twist: Twist::Head(bearer_scheme_refused),
    },
];

fn write_without_token(policy: &mut Policy) {
    policy.anonymous_writes = true;
}

/// As with a secret that was never set.
fn empty_bearer(head: &mut Parts, token: &str) {
    let Some(value) = head.headers.get(header::AUTHORIZATION) else {
        return;
    };
    if value.as_bytes().trim_ascii().eq_ignore_ascii_case(b"bearer")
        && let Ok(right) = HeaderValue::from_str(&format!("Bearer {token}"))
    {
        head.headers.insert(header::AUTHORIZATION, right);
    }
}

fn missing_token_500(head: &Parts, response: &mut Response<Bytes>) {
    if let (true, Some(mut error)) = (is_turned_away(head, response), error_body(response))
        && !head.headers.contains_key(header::AUTHORIZATION)
    {
        error["status"] = "500".into();
        error["detail"] = "an unexpected error occurred".into();
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        *response.body_mut() = Bytes::from(error.to_string());
    }
}

fn redirect_to_login(head: &Parts, response: &mut Response<Bytes>) {
    if is_turned_away(head, response) {
        *response.status_mut() = StatusCode::FOUND;
        response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/sign-in"));
        say(response, "text/html; charset=utf-8", "<!DOCTYPE html><title>Sign in</title>".to_owned());
    }
}

/// Whether this is a 401 of SCIM, and not one of the login door.
fn is_turned_away(head: &Parts, response: &Response<Bytes>) -> bool {
    response.status() == StatusCode::UNAUTHORIZED && head.uri.path().starts_with(BASE_PATH)
}

fn bearer_scheme_refused(head: &mut Parts, _: &str) {
    let is_odd = |value: &HeaderValue| {
        let scheme = value.as_bytes().split(|byte| *byte == b' ').next().unwrap_or_default();
        scheme.eq_ignore_ascii_case(b"bearer") && scheme != b"Bearer"
    };
    if head.headers.get(header::AUTHORIZATION).is_some_and(is_odd) {
        head.headers.insert(header::AUTHORIZATION, HeaderValue::from_static("unknown"));
    }
}
