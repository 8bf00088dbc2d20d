//! Request bodies: the right media type, not too large, UTF-8, JSON.

use crate::scim::error::{ScimError, ScimType};
use crate::scim::json;
use axum::body::Body;
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::Value;

pub(super) async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Value, ScimError> {
    check_media_type(headers)?;
    let too_large = || ScimError::new(413, format!("the body must not be larger than {limit} bytes"));
    if announced_length(headers).is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let bytes = match Limited::new(body, limit).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Err(too_large()),
        Err(_) => return Err(ScimError::new(400, "the body could not be read")),
    };
    // The parser's words quote no values, only positions, so a password in a broken body stays unseen.
    json::parse(&bytes)
        .map_err(|error| ScimError::bad(ScimType::InvalidSyntax, format!("the body is no valid JSON: {error}")))
}

fn announced_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A body without type is taken as SCIM; any charset but UTF-8 is refused, as JSON has no other.
fn check_media_type(headers: &HeaderMap) -> Result<(), ScimError> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    let refused = || ScimError::new(415, "the body must be application/scim+json or application/json in UTF-8");
    let value = value.to_str().map_err(|_| refused())?;
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let known = ["application/scim+json", "application/json"].iter().any(|known| essence.eq_ignore_ascii_case(known));
    let charset_fits = parts.filter_map(|part| part.split_once('=')).all(|(name, value)| {
        !name.trim().eq_ignore_ascii_case("charset") || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
    });
    if known && charset_fits { Ok(()) } else { Err(refused()) }
}
