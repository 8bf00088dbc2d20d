//! The endpoints that clients ask by themselves: `/token` and `/revoke`.

use super::{Endpoint, NoForm, put};
use crate::auth::{Claimed, Form, Granted, Refused};
use crate::http::Server;
use crate::http::space::Door;
use crate::product::State;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use serde_json::{Value, json};

impl Server {
    pub(super) fn token(
        &self,
        state: &State,
        endpoint: Endpoint,
        door: Door,
        headers: &HeaderMap,
        form: &Form,
    ) -> Response<Bytes> {
        let asked = Claimed::read(headers, form).and_then(|claimed| {
            let organisation = self.organisation_of(state, door, &claimed.id);
            state.ask(organisation, |authority, moment| match endpoint {
                Endpoint::Revoke => authority.revoke(&claimed, form, moment).map(|()| json!({})),
                _ => authority.token(&claimed, form, moment).map(told),
            })
        });
        asked.map_or_else(|refused| refusal(&refused), |told| answer(200, &told))
    }
}

fn told(granted: Granted) -> Value {
    let mut told = json!({ "access_token": granted.access_token, "token_type": "Bearer", "scope": "scim" });
    if let Some(seconds) = granted.expires_in {
        told["expires_in"] = seconds.into();
    }
    if let Some(token) = granted.refresh_token {
        told["refresh_token"] = token.into();
    }
    told
}

fn refusal(refused: &Refused) -> Response<Bytes> {
    let told = json!({ "error": refused.code(), "error_description": refused.to_string() });
    let mut response = answer(refused.status(), &told);
    match refused {
        Refused::InvalidClient => put(&mut response, header::WWW_AUTHENTICATE, "Basic realm=\"oauth\""),
        Refused::SlowDown { seconds } => {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
        }
        _ => {}
    }
    response
}

pub(super) fn no_form(no_form: &NoForm) -> Response<Bytes> {
    match no_form {
        NoForm::Refused(refused) => refusal(refused),
        NoForm::Broken(error) => {
            answer(error.status, &json!({ "error": "invalid_request", "error_description": error.detail }))
        }
    }
}

pub(super) fn only_post() -> Response<Bytes> {
    let mut response =
        answer(405, &json!({ "error": "invalid_request", "error_description": "only POST can be used here" }));
    put(&mut response, header::ALLOW, "POST");
    response
}

/// An answer that nobody keeps (RFC 6749 §5.1).
fn answer(status: u16, told: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(told.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    put(&mut response, header::CONTENT_TYPE, "application/json");
    put(&mut response, header::CACHE_CONTROL, "no-store");
    put(&mut response, header::PRAGMA, "no-cache");
    response
}
