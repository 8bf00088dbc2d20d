//! What an authorization server says to a request that it refuses.

/// A refusal (RFC 6749 §4.1.2.1 and §5.2, RFC 7009 §2.2.1). Its words are the same whatever nearly fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("{0}")]
    InvalidRequest(&'static str),
    #[error("the client is unknown, or has not shown its secret as it should")]
    InvalidClient,
    #[error("{0}")]
    InvalidGrant(&'static str),
    #[error("this kind of grant is not supported")]
    UnsupportedGrantType,
    #[error("only response_type=code is supported")]
    UnsupportedResponseType,
    #[error("the administrator did not consent")]
    AccessDenied,
    /// RFC 8628 has a word for it, where RFC 6749 has none.
    #[error("too many failed attempts; try again later")]
    SlowDown {
        /// After so many seconds.
        seconds: i64,
    },
}

impl Refused {
    /// Its `error`.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant(_) => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::AccessDenied => "access_denied",
            Self::SlowDown { .. } => "slow_down",
        }
    }

    /// The status at the token endpoint.
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::InvalidClient => 401,
            Self::SlowDown { .. } => 429,
            _ => 400,
        }
    }
}
