//! The head of a request: the address and the header fields must not be larger than this server wants to look at.

use crate::limits::Limits;
use crate::scim::ScimError;
use axum::http::request::Parts;

pub(super) fn check(parts: &Parts, limits: &Limits) -> Result<(), ScimError> {
    if parts.uri.path_and_query().is_some_and(|url| url.as_str().len() > limits.url) {
        let detail = format!("the address must not be longer than {} bytes; /.search takes long queries", limits.url);
        return Err(ScimError::new(414, detail));
    }
    if parts.headers.len() > limits.headers {
        return Err(ScimError::new(431, format!("a request may have {} header fields", limits.headers)));
    }
    let bytes: usize = parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if bytes > limits.header_bytes {
        return Err(ScimError::new(
            431,
            format!("the header fields must not hold more than {} bytes", limits.header_bytes),
        ));
    }
    Ok(())
}
