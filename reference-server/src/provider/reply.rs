//! What the provider answers.

use crate::scim::error::ScimError;
use crate::scim::etag::Tag;
use bytes::Bytes;
use serde_json::Value;
use std::borrow::Cow;

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
    /// The message as it is sent, where nobody looks into it on the way; then there is no `body`.
    pub written: Option<Bytes>,
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

    pub(super) fn of(status: u16) -> Self {
        Self { status, location: None, version: None, body: None, written: None, refusal: None }
    }

    /// The message, read where it is written.
    fn message(&self) -> Option<Cow<'_, Value>> {
        match &self.written {
            Some(text) => serde_json::from_slice(text).ok().map(Cow::Owned),
            None => self.body.as_ref().map(Cow::Borrowed),
        }
    }

    /// The id of the resource that it holds.
    #[must_use]
    pub fn id(&self) -> Option<String> {
        self.message()?.get("id")?.as_str().map(str::to_owned)
    }

    /// Says where the resource is that it holds, for who has asked by another address.
    pub(crate) fn tell_location(&mut self) {
        let location = self.message().and_then(|body| body.pointer("/meta/location")?.as_str().map(str::to_owned));
        self.location = location;
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
