//! How messages look on the wire.

pub use crate::scim::json::Repeated;

use std::num::NonZeroU64;

/// Choices of the HTTP edge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wire {
    /// What becomes of JSON that names a member twice (A69).
    pub repeated_names: Repeated,
    /// How JSON is written.
    pub json: Json,
    /// In which order the members of objects come.
    pub member_order: MemberOrder,
    /// How the media type is written.
    pub content_type: ContentType,
    /// A client that asks for `application/json` gets it.
    pub json_on_request: bool,
    /// Answers with one resource say in `Content-Location` where it is (A44).
    pub content_location: bool,
    /// What an Error message holds (A70).
    pub errors: Errors,
    /// The status of a method that an address does not have (A62).
    pub wrong_method: WrongMethod,
    /// What a 401 asks for.
    pub challenge: Challenge,
    /// One request of so many is put off with a 429 and `Retry-After`.
    pub busy: Option<NonZeroU64>,
}

/// Writings of JSON that say the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Json {
    /// No white space.
    #[default]
    Compact,
    /// Lines and indentation.
    Spaced,
    /// Letters beyond ASCII, and the solidus, as escapes.
    Escaped,
}

/// Order of the members of an object, which means nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MemberOrder {
    /// As the documents print them.
    #[default]
    Usual,
    /// The other way round.
    Reversed,
}

/// Writings of `application/scim+json`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContentType {
    /// As registered.
    #[default]
    Plain,
    /// With `charset=utf-8`.
    Charset,
    /// In upper case, with a quoted charset.
    UpperCase,
}

/// What an Error message holds besides `schemas` and `status`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Errors {
    /// `detail`, and `scimType` where there is one.
    #[default]
    Usual,
    /// The same without `detail`.
    WithoutDetail,
    /// A number for the log, too.
    WithTrace,
    /// Keywords of the server's own in place of `invalidSyntax` and `invalidValue` (A70).
    OwnKeywords,
}

/// Status of a method that an address does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WrongMethod {
    /// 405, as HTTP has it.
    #[default]
    NotAllowed,
    /// 404.
    NotFound,
    /// 501.
    NotImplemented,
}

/// What a 401 asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Challenge {
    /// A bearer token.
    #[default]
    Bearer,
    /// A bearer token or a password, in one header.
    BearerOrBasic,
}
