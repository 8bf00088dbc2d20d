//! Request bodies: the right media type, not too large, not too late, UTF-8, JSON.

use crate::limits::Limits;
use crate::scim::error::{ScimError, ScimType};
use crate::scim::json::{self, Repeated};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::Value;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tokio::time::timeout;

/// Waits for a body of SCIM to arrive.
pub(super) async fn receive(headers: &HeaderMap, body: Body, limits: &Limits) -> Result<Bytes, ScimError> {
    check_media_type(headers)?;
    collect(headers, body, limits).await
}

/// Waits for a body to arrive.
pub(super) async fn collect(headers: &HeaderMap, body: Body, limits: &Limits) -> Result<Bytes, ScimError> {
    let too_large = || ScimError::new(413, format!("the body must not be larger than {} bytes", limits.body));
    if announced_length(headers).is_some_and(|length| length > limits.body) {
        return Err(too_large());
    }
    match within(limits.body_time, Limited::new(body, limits.body).collect()).await {
        Some(Ok(collected)) => Ok(collected.to_bytes()),
        Some(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Some(Err(_)) => Err(ScimError::new(400, "the body could not be read")),
        None => {
            let detail = format!("the body did not arrive within {} s", limits.body_time.as_secs());
            Err(ScimError::new(408, detail))
        }
    }
}

/// Reads what has arrived.
pub(super) fn parse(bytes: &[u8], limits: &Limits, repeated: Repeated) -> Result<Value, ScimError> {
    // The parser's words quote no values, only positions, so a password in a broken body stays unseen.
    json::parse(bytes, limits.depth, repeated)
        .map_err(|error| ScimError::bad(ScimType::InvalidSyntax, format!("the body is no valid JSON: {error}")))
}

/// Waits for a while only. What is there already needs no timer.
async fn within<T>(time: Duration, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    match poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await {
        Poll::Ready(done) => Some(done),
        Poll::Pending => timeout(time, work).await.ok(),
    }
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
