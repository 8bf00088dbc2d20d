//! Faults of error answers.

use super::message::take;
use super::{Defect, Twist};
use crate::BASE_PATH;
use crate::scim::error::ERROR_URN;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use serde_json::{Value, json};

pub(super) const TABLE: &[Defect] = &[
    Defect {
        name: "error.plain-text",
        sentence: "Errors are plain text.",
        area: "error",
        breaks: &["OKTA-TRN-009", "OKTA-ERR-001", "RFC7644-3.12-14", "RFC7644-3.12-26"],
        twist: Twist::Wire(plain_text),
    },
    Defect {
        name: "error.status-not-string",
        sentence: "The status in an error is a number.",
        area: "error",
        breaks: &["OKTA-ERR-002", "RFC7644-3.12-15"],
        twist: Twist::Wire(status_not_string),
    },
    Defect {
        name: "error.foreign-envelope",
        sentence: "Errors have the form of the web framework.",
        area: "error",
        breaks: &["OKTA-ERR-001", "OKTA-ERR-004", "RFC7644-3.12-14"],
        twist: Twist::Wire(foreign_envelope),
    },
    Defect {
        name: "error.no-scim-type",
        sentence: "Errors have no scimType.",
        area: "error",
        breaks: &["RFC7644-3.3-08"],
        twist: Twist::Wire(no_scim_type),
    },
    Defect {
        name: "error.client-fault-500",
        sentence: "A body that is no JSON, or has values of the wrong type, is answered 500.",
        area: "error",
        breaks: &["RFC7644-3.12-05", "RFC7644-3.12-06", "RFC7644-3.12-23"],
        twist: Twist::Wire(client_fault_500),
    },
    Defect {
        name: "error.unknown-path-html",
        sentence: "An unknown path is answered with an HTML page.",
        area: "error",
        breaks: &["OKTA-ERR-001", "RFC7644-3.12-01", "RFC7644-3.12-14"],
        twist: Twist::Wire(unknown_path_html),
    },
];

fn plain_text(_: &Parts, response: &mut Response<Bytes>) {
    if let Some(error) = error_body(response) {
        let detail = error["detail"].as_str().unwrap_or("error").to_owned();
        say(response, "text/plain; charset=utf-8", detail);
    }
}

fn status_not_string(_: &Parts, response: &mut Response<Bytes>) {
    if let Some(mut error) = error_body(response) {
        error["status"] = response.status().as_u16().into();
        *response.body_mut() = Bytes::from(error.to_string());
    }
}

fn foreign_envelope(head: &Parts, response: &mut Response<Bytes>) {
    if let Some(error) = error_body(response) {
        let status = response.status();
        let foreign = json!({
            "status": status.as_u16(),
            "error": status.canonical_reason(),
            "message": error["detail"],
            "path": head.uri.path(),
        });
        say(response, "application/json", foreign.to_string());
    }
}

fn no_scim_type(_: &Parts, response: &mut Response<Bytes>) {
    if let Some(mut error) = error_body(response)
        && take(&mut error, "scimType").is_some()
    {
        *response.body_mut() = Bytes::from(error.to_string());
    }
}

/// Whatever goes wrong while a body is read is a failure of the server.
fn client_fault_500(_: &Parts, response: &mut Response<Bytes>) {
    if let Some(mut error) = error_body(response)
        && matches!(error["scimType"].as_str(), Some("invalidSyntax" | "invalidValue"))
    {
        take(&mut error, "scimType");
        error["status"] = "500".into();
        error["detail"] = "an unexpected error occurred".into();
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        *response.body_mut() = Bytes::from(error.to_string());
    }
}

const ENDPOINTS: [&str; 8] = ["", "Users", "Groups", "ServiceProviderConfig", "ResourceTypes", "Schemas", "Me", "Bulk"];

fn unknown_path_html(head: &Parts, response: &mut Response<Bytes>) {
    let path = head.uri.path().strip_prefix(BASE_PATH).unwrap_or_default();
    let endpoint = path.split('/').nth(1).unwrap_or_default();
    if response.status() == StatusCode::NOT_FOUND && !ENDPOINTS.contains(&endpoint) {
        say(response, "text/html; charset=utf-8", "<!DOCTYPE html><title>Error</title><pre>Not found</pre>".to_owned());
    }
}

pub(super) fn error_body(response: &Response<Bytes>) -> Option<Value> {
    let body: Value = serde_json::from_slice(response.body()).ok()?;
    (body["schemas"][0] == ERROR_URN).then_some(body)
}

/// Another body in place of the one that is there.
pub(super) fn say(response: &mut Response<Bytes>, media_type: &'static str, body: String) {
    *response.body_mut() = Bytes::from(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
}
