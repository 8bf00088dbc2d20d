//! Requests that a product refuses, whatever they hold.

use crate::scim::ScimError;
use axum::http::Method;
use scim_profile::Refusal;

/// A request that is refused.
#[derive(Debug)]
pub(super) struct Refused {
    method: String,
    /// As a profile writes it: `/Users/{id}`.
    path: String,
    status: u16,
    detail: String,
}

impl Refused {
    pub(super) fn of(refusal: &Refusal) -> Self {
        let (method, path) = refusal.method_and_path();
        let (method, path) = (method.to_owned(), path.to_owned());
        Self { method, path, status: refusal.status, detail: refusal.detail.clone() }
    }

    /// The refusal, if this is such a request.
    pub(super) fn of_request(&self, method: &Method, path: &str) -> Option<ScimError> {
        let is_it = method.as_str() == self.method && path == self.path;
        is_it.then(|| ScimError::new(self.status, self.detail.clone()))
    }
}
