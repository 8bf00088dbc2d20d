//! The SCIM Error message, and the one error type of the protocol code.

use serde_json::{Value, json};

/// URN of the Error message.
pub const ERROR_URN: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// Longest piece of client text that is repeated in a `detail`.
const QUOTE_LIMIT: usize = 80;

/// The detail keywords of RFC 7644, table 9, and RFC 9865, table 3, as far as this server uses them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScimType {
    /// The filter is malformed or asks for something unsupported.
    InvalidFilter,
    /// A unique value is in use.
    Uniqueness,
    /// The attribute may not be modified that way.
    Mutability,
    /// The body is not the message that was expected.
    InvalidSyntax,
    /// The PATCH path is malformed or names nothing known.
    InvalidPath,
    /// The PATCH path selects nothing.
    NoTarget,
    /// A value is missing or of the wrong type.
    InvalidValue,
    /// The query would find more than the server is willing to look through.
    TooMany,
    /// The address names a version of the protocol that is not spoken here.
    InvalidVers,
    /// The cursor is none, or one of another query (RFC 9865).
    InvalidCursor,
    /// The cursor has lived too long (RFC 9865).
    ExpiredCursor,
    /// The count is too large, or another than before (RFC 9865).
    InvalidCount,
}

impl ScimType {
    /// The keyword as it goes over the wire.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::Uniqueness => "uniqueness",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
            Self::TooMany => "tooMany",
            Self::InvalidVers => "invalidVers",
            Self::InvalidCursor => "invalidCursor",
            Self::ExpiredCursor => "expiredCursor",
            Self::InvalidCount => "invalidCount",
        }
    }
}

/// A refusal, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {detail}")]
pub struct ScimError {
    /// HTTP status.
    pub status: u16,
    /// Keyword, where RFC 7644 has one.
    pub scim_type: Option<ScimType>,
    /// A sentence for a human; an administrator reads it in the identity provider's console.
    pub detail: String,
}

impl ScimError {
    /// A refusal without keyword.
    pub fn new(status: u16, detail: impl Into<String>) -> Self {
        Self { status, scim_type: None, detail: detail.into() }
    }

    /// A 400 with its keyword.
    pub fn bad(scim_type: ScimType, detail: impl Into<String>) -> Self {
        Self { status: 400, scim_type: Some(scim_type), detail: detail.into() }
    }

    /// The 409 of a unique value that is in use.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self { status: 409, scim_type: Some(ScimType::Uniqueness), detail: detail.into() }
    }

    /// The 404 of an unknown resource.
    #[must_use]
    pub fn not_found(what: &str, id: &str) -> Self {
        Self::new(404, format!("no {what} has the id {}", quoted(id)))
    }

    /// The Error message; `status` is a string, as RFC 7644 section 3.12 has it.
    #[must_use]
    pub fn body(&self) -> Value {
        let mut body = json!({ "schemas": [ERROR_URN], "status": self.status.to_string() });
        if let Some(scim_type) = self.scim_type {
            body["scimType"] = scim_type.keyword().into();
        }
        body["detail"] = self.detail.as_str().into();
        body
    }
}

/// Client text for a `detail`: quoted, escaped, and cut so that an answer cannot be blown up by a request.
#[must_use]
pub fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTE_LIMIT) {
        None => format!("{text:?}"),
        Some((end, _)) => format!("{:?}…", &text[..end]),
    }
}
