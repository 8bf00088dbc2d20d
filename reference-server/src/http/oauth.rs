//! The endpoints of OAuth 2.0, beside SCIM: from requests to the authority of an organisation, and what it says as JSON.

use super::space::Door;
use super::{Server, body};
use crate::OAUTH_PATH;
use crate::auth::{Claimed, Form, Granted, Refused};
use crate::product::State;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use bytes::Bytes;
use serde_json::{Value, json};

/// An address of OAuth.
#[derive(Clone, Copy, Debug)]
pub(super) enum Endpoint {
    Token,
}

/// A refusal where the form has not even arrived.
type Early = Response<Bytes>;

impl Server {
    /// The endpoint at a path, where the product that is played has it.
    pub(super) fn authorities(&self, path: &str) -> Option<(&State, Endpoint)> {
        let state = self.spaces.state().filter(|state| state.terms().has_clients())?;
        match path.strip_prefix(OAUTH_PATH)? {
            "/token" => Some((state, Endpoint::Token)),
            _ => None,
        }
    }

    pub(super) async fn oauth(
        &self,
        state: &State,
        endpoint: Endpoint,
        door: Door,
        parts: &Parts,
        body: Body,
    ) -> Response<Bytes> {
        match (endpoint, &parts.method) {
            (Endpoint::Token, &Method::POST) => match self.form(&parts.headers, body).await {
                Ok(form) => self.token(state, door, &parts.headers, &form).unwrap_or_else(|refused| refusal(&refused)),
                Err(early) => early,
            },
            (Endpoint::Token, _) => only("POST"),
        }
    }

    fn token(&self, state: &State, door: Door, headers: &HeaderMap, form: &Form) -> Result<Response<Bytes>, Refused> {
        let claimed = Claimed::read(headers, form)?;
        let organisation = self.organisation_of(state, door, &claimed.id);
        let granted = state.ask(organisation, |authority, moment| authority.token(&claimed, form, moment))?;
        Ok(answer(200, &told(granted)))
    }

    /// The organisation behind the door whose client that is; where there is none, the one that refuses it.
    fn organisation_of(&self, state: &State, door: Door, client: &str) -> usize {
        let mut behind = (0..self.spaces.number()).filter(|space| self.spaces.is_behind(door, *space));
        behind.find(|space| state.is_client_of(*space, client)).unwrap_or(door.home())
    }

    /// What came as a form. The query of the address never counts: it stands in logs.
    async fn form(&self, headers: &HeaderMap, body: Body) -> Result<Form, Early> {
        let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(refusal(&Refused::InvalidRequest("the body must be application/x-www-form-urlencoded")));
        }
        let body = body::collect(headers, body, &self.limits).await.map_err(|error| {
            let words = json!({ "error": "invalid_request", "error_description": error.detail });
            answer(error.status, &words)
        })?;
        Form::read(&body).map_err(|refused| refusal(&refused))
    }
}

fn told(granted: Granted) -> Value {
    let mut told = json!({ "access_token": granted.access_token, "token_type": "Bearer", "scope": "scim" });
    if let Some(seconds) = granted.expires_in {
        told["expires_in"] = seconds.into();
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

fn only(method: &'static str) -> Response<Bytes> {
    let told = json!({ "error": "invalid_request", "error_description": format!("only {method} can be used here") });
    let mut response = answer(405, &told);
    put(&mut response, header::ALLOW, method);
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

fn put(response: &mut Response<Bytes>, name: HeaderName, value: &'static str) {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
}
