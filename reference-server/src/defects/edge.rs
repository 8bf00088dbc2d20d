//! Faults of the transport: errors, media types, authentication.

use crate::policy::Policy;
use crate::scim::error::ERROR_URN;
use axum::http::{HeaderValue, Response, header};
use bytes::Bytes;
use serde_json::Value;

pub(super) fn plain_text(response: &mut Response<Bytes>) {
    let Some(error) = error_body(response) else {
        return;
    };
    let detail = error["detail"].as_str().unwrap_or("error").to_owned();
    *response.body_mut() = Bytes::from(detail);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
}

pub(super) fn status_not_string(response: &mut Response<Bytes>) {
    let Some(mut error) = error_body(response) else {
        return;
    };
    error["status"] = response.status().as_u16().into();
    *response.body_mut() = Bytes::from(error.to_string());
}

fn error_body(response: &Response<Bytes>) -> Option<Value> {
    let body: Value = serde_json::from_slice(response.body()).ok()?;
    (body["schemas"][0] == ERROR_URN).then_some(body)
}

pub(super) fn plain_json_answer(response: &mut Response<Bytes>) {
    if let Some(value) = response.headers_mut().get_mut(header::CONTENT_TYPE) {
        *value = HeaderValue::from_static("application/json");
    }
}

pub(super) fn write_without_token(policy: &mut Policy) {
    policy.anonymous_writes = true;
}
