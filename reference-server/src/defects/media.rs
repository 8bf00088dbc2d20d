//! Faults of media types.

use super::{Defect, Twist};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, header};
use bytes::Bytes;

pub(super) const TABLE: &[Defect] = &[
    Defect {
        name: "media.plain-json-answer",
        sentence: "Answers are application/json.",
        area: "media",
        breaks: &["OKTA-TRN-008", "RFC7644-3.1-02", "RFC7644-3.8-01", "RFC7644-3.8-03"],
        twist: Twist::Wire(plain_json_answer),
    },
    Defect {
        name: "media.wrong-type",
        sentence: "Answers have a media type that does not exist.",
        area: "media",
        breaks: &["OKTA-TRN-008", "RFC7644-3.1-02", "RFC7644-3.8-01"],
        twist: Twist::Wire(wrong_type),
    },
    Defect {
        name: "media.request-json-refused",
        sentence: "Bodies as application/json are refused.",
        area: "media",
        breaks: &["OKTA-TRN-007", "RFC7644-8.1-01"],
        twist: Twist::Head(request_json_refused),
    },
    Defect {
        name: "media.request-scim-refused",
        sentence: "Bodies as application/scim+json are refused.",
        area: "media",
        breaks: &["OKTA-TRN-007", "RFC7644-3.8-05"],
        twist: Twist::Head(request_scim_refused),
    },
    Defect {
        name: "media.charset-refused",
        sentence: "A charset makes the media type of a body unknown.",
        area: "media",
        breaks: &["OKTA-TRN-007", "RFC7644-3.8-06"],
        twist: Twist::Head(charset_refused),
    },
];

fn plain_json_answer(_: &Parts, response: &mut Response<Bytes>) {
    call_it(response, "application/json");
}

fn wrong_type(_: &Parts, response: &mut Response<Bytes>) {
    call_it(response, "application/json+scim");
}

fn call_it(response: &mut Response<Bytes>, media_type: &'static str) {
    if let Some(value) = response.headers_mut().get_mut(header::CONTENT_TYPE) {
        *value = HeaderValue::from_static(media_type);
    }
}

fn request_json_refused(head: &mut Parts, _: &str) {
    refuse(head, |media_type| media_type.starts_with("application/json"));
}

fn request_scim_refused(head: &mut Parts, _: &str) {
    refuse(head, |media_type| media_type.starts_with("application/scim+json"));
}

fn charset_refused(head: &mut Parts, _: &str) {
    refuse(head, |media_type| media_type.contains("charset"));
}

/// A body of a type that no server takes.
fn refuse(head: &mut Parts, is_refused: fn(&str) -> bool) {
    let is_scim = head.uri.path().starts_with(crate::BASE_PATH);
    if let Some(value) = head.headers.get_mut(header::CONTENT_TYPE).filter(|_| is_scim)
        && value.to_str().is_ok_and(|media_type| is_refused(&media_type.to_ascii_lowercase()))
    {
        *value = HeaderValue::from_static("application/octet-stream");
    }
}
