//! What the provider answers.

use crate::scim::error::ScimError;
use serde_json::Value;

/// An answer, free of HTTP but for its status.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Address of the resource that was created.
    pub location: Option<String>,
    /// The message.
    pub body: Option<Value>,
    /// Why a session does not hold, where one was asked for.
    pub refusal: Option<Refusal>,
}

/// Why a user is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No such user or session, or a wrong password.
    Unknown,
    /// The account is not active.
    Inactive,
    /// The session was ended.
    Ended,
}

impl Reply {
    /// 200 with a message.
    #[must_use]
    pub fn ok(body: Value) -> Self {
        Self { status: 200, location: None, body: Some(body), refusal: None }
    }

    /// 201 with the new resource and its address.
    #[must_use]
    pub fn created(location: String, body: Value) -> Self {
        Self { status: 201, location: Some(location), ..Self::ok(body) }
    }

    /// 204.
    #[must_use]
    pub fn no_content() -> Self {
        Self { status: 204, location: None, body: None, refusal: None }
    }

    /// Whether it was done.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.status < 300
    }
}

impl From<ScimError> for Reply {
    fn from(error: ScimError) -> Self {
        Self { status: error.status, location: None, body: Some(error.body()), refusal: None }
    }
}

impl From<Result<Reply, ScimError>> for Reply {
    fn from(result: Result<Reply, ScimError>) -> Self {
        result.unwrap_or_else(Reply::from)
    }
}
