//! What the provider answers.

use crate::scim::error::ScimError;
use crate::scim::etag::Tag;
use serde_json::Value;

/// An answer, free of HTTP but for its status.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Address of the resource that was created.
    pub location: Option<String>,
    /// Version of the one resource that it is about.
    pub version: Option<Tag>,
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
        Self { body: Some(body), ..Self::of(200) }
    }

    /// 201 with the new resource and its address.
    #[must_use]
    pub fn created(location: String, body: Value) -> Self {
        Self { status: 201, location: Some(location), ..Self::ok(body) }
    }

    /// 204.
    #[must_use]
    pub fn no_content() -> Self {
        Self::of(204)
    }

    fn of(status: u16) -> Self {
        Self { status, location: None, version: None, body: None, refusal: None }
    }

    /// The id of the resource that it holds.
    #[must_use]
    pub fn id(&self) -> Option<String> {
        self.body.as_ref()?.get("id")?.as_str().map(str::to_owned)
    }

    /// Says where the resource is that it holds, for who has asked by another address.
    pub(crate) fn tell_location(&mut self) {
        let location = self.body.as_ref().and_then(|body| body.pointer("/meta/location")?.as_str());
        self.location = location.map(str::to_owned);
    }

    /// Whether it was done.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.status < 300
    }
}

impl From<ScimError> for Reply {
    fn from(error: ScimError) -> Self {
        Self { body: Some(error.body()), ..Self::of(error.status) }
    }
}

impl From<Result<Reply, ScimError>> for Reply {
    fn from(result: Result<Reply, ScimError>) -> Self {
        result.unwrap_or_else(Reply::from)
    }
}
