//! The endpoints of OAuth 2.0, beside SCIM: from requests to the authority of an organisation.

mod authorize;
mod page;
mod token;

use super::space::Door;
use super::{Server, body};
use crate::OAUTH_PATH;
use crate::auth::{Form, Refused};
use crate::product::State;
use crate::scim::ScimError;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, header};
use bytes::Bytes;

/// An address of OAuth.
#[derive(Clone, Copy, Debug)]
pub(super) enum Endpoint {
    Token,
    Revoke,
    Authorize,
}

/// Why a form did not come.
enum NoForm {
    Broken(ScimError),
    Refused(Refused),
}

impl Server {
    /// The endpoint at a path, where the product that is played has it.
    pub(super) fn endpoint(&self, path: &str) -> Option<(&State, Endpoint)> {
        let state = self.spaces.state().filter(|state| state.terms().has_clients())?;
        let endpoint = match path.strip_prefix(OAUTH_PATH)? {
            "/token" => Endpoint::Token,
            "/revoke" => Endpoint::Revoke,
            "/authorize" if state.terms().authorization_code => Endpoint::Authorize,
            _ => return None,
        };
        Some((state, endpoint))
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
            (Endpoint::Token | Endpoint::Revoke, &Method::POST) => match self.form(&parts.headers, body).await {
                Ok(form) => self.token(state, endpoint, door, &parts.headers, &form),
                Err(no_form) => token::no_form(&no_form),
            },
            (Endpoint::Token | Endpoint::Revoke, _) => token::only_post(),
            (Endpoint::Authorize, &Method::GET | &Method::HEAD) => self.ask_to_sign_in(state, door, parts.uri.query()),
            (Endpoint::Authorize, &Method::POST) => match self.form(&parts.headers, body).await {
                Ok(form) => self.go_on(state, door, &form),
                Err(no_form) => page::no_form(state, &no_form),
            },
            (Endpoint::Authorize, _) => page::wrong_method(state),
        }
    }

    /// The organisation behind the door whose client that is; where there is none, the one that refuses it.
    fn organisation_of(&self, state: &State, door: Door, client: &str) -> usize {
        let mut behind = (0..self.spaces.number()).filter(|space| self.spaces.is_behind(door, *space));
        behind.find(|space| state.is_client_of(*space, client)).unwrap_or(door.home())
    }

    /// What came as a form. The query of the address never counts: it stands in logs.
    async fn form(&self, headers: &HeaderMap, body: Body) -> Result<Form, NoForm> {
        let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            let words = "the body must be application/x-www-form-urlencoded";
            return Err(NoForm::Refused(Refused::InvalidRequest(words)));
        }
        let body = body::collect(headers, body, &self.limits).await.map_err(NoForm::Broken)?;
        Form::read(&body).map_err(NoForm::Refused)
    }
}

fn put(response: &mut Response<Bytes>, name: HeaderName, value: &'static str) {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
}
