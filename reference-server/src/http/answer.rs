//! From replies and errors to responses.

use crate::provider::Reply;
use crate::scim::ScimError;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};
use bytes::Bytes;

const SCIM_JSON: HeaderValue = HeaderValue::from_static("application/scim+json");
const PLAIN_JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A reply with what only HTTP knows.
#[derive(Debug)]
pub(super) struct Answer {
    reply: Reply,
    header: Option<(HeaderName, &'static str)>,
    media_type: HeaderValue,
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Self { reply, header: None, media_type: SCIM_JSON }
    }
}

impl From<ScimError> for Answer {
    fn from(error: ScimError) -> Self {
        Reply::from(error).into()
    }
}

impl Answer {
    pub(super) fn with(self, name: HeaderName, value: &'static str) -> Self {
        Self { header: Some((name, value)), ..self }
    }

    pub(super) fn plain_json(self) -> Self {
        Self { media_type: PLAIN_JSON, ..self }
    }

    pub(super) fn is_unauthorized(&self) -> bool {
        self.reply.status == 401
    }

    pub(super) fn into_response(self) -> Response<Bytes> {
        let body = self.reply.body.map(|body| Bytes::from(body.to_string()));
        let has_body = body.is_some();
        let mut response = Response::new(body.unwrap_or_default());
        *response.status_mut() = StatusCode::from_u16(self.reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if has_body {
            headers.insert(header::CONTENT_TYPE, self.media_type);
        }
        if let Some(location) = self.reply.location.and_then(|location| HeaderValue::from_str(&location).ok()) {
            headers.insert(header::LOCATION, location);
        }
        if let Some((name, value)) = self.header {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

/// The last step: a HEAD is told the length of what it does not get.
pub(super) fn finish(method: &Method, response: Response<Bytes>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    if method != Method::HEAD {
        return Response::from_parts(parts, Body::from(body));
    }
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    Response::from_parts(parts, Body::empty())
}
