//! Who is at the door: one bearer token, compared in constant time.

use crate::policy::{Challenge, Policy};
use crate::provider::Actor;
use axum::http::{HeaderMap, header};
use subtle::ConstantTimeEq;

/// What the Authorization headers say. A token anywhere else, such as in the query, never counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credentials {
    Valid,
    /// Something was presented and it is not the token.
    Invalid,
    Missing,
}

impl Credentials {
    pub(crate) fn actor(self) -> Actor {
        if self == Self::Valid { Actor::Client } else { Actor::Anonymous }
    }

    /// The challenge of a 401 (RFC 6750, section 3): no error code for a client that presented nothing.
    pub(crate) fn challenge(self, wanted: Challenge) -> &'static str {
        match (self, wanted) {
            (Self::Missing, Challenge::Bearer) => "Bearer realm=\"scim\"",
            (_, Challenge::Bearer) => "Bearer realm=\"scim\", error=\"invalid_token\"",
            (Self::Missing, Challenge::BearerOrBasic) => "Basic realm=\"scim\", Bearer realm=\"scim\"",
            (_, Challenge::BearerOrBasic) => "Basic realm=\"scim\", Bearer realm=\"scim\", error=\"invalid_token\"",
        }
    }
}

pub(crate) fn credentials(headers: &HeaderMap, token: &str, policy: &Policy) -> Credentials {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return if headers.contains_key(header::AUTHORIZATION) { Credentials::Invalid } else { Credentials::Missing };
    };
    let value = value.as_bytes().trim_ascii();
    let presented = match value.split_at_checked(7) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case(b"bearer ") => rest.trim_ascii_start(),
        _ if policy.raw_token => value,
        _ => {
            return if value.is_empty() { Credentials::Missing } else { Credentials::Invalid };
        }
    };
    // An empty token opens nothing, not even a server that was started with one.
    if !token.is_empty() && bool::from(presented.ct_eq(token.as_bytes())) {
        Credentials::Valid
    } else {
        Credentials::Invalid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(values: &[&str], raw_token: bool) -> Credentials {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, value.parse().expect("a header value"));
        }
        credentials(&headers, "sesame", &Policy { raw_token, ..Policy::okta() })
    }

    #[test]
    fn the_scheme_is_read_in_any_case() {
        for value in ["Bearer sesame", "bearer sesame", "BEARER  sesame"] {
            assert_eq!(judge(&[value], false), Credentials::Valid, "{value}");
        }
    }

    #[test]
    fn anything_else_is_no_token() {
        for value in ["Bearer", "Bearer ", "Bearer sesam", "Bearer sesamee", "Basic sesame", "sesame", "Bearersesame"] {
            assert_eq!(judge(&[value], false), Credentials::Invalid, "{value}");
        }
        assert_eq!(judge(&[], false), Credentials::Missing);
        assert_eq!(judge(&["Bearer sesame", "Bearer sesame"], false), Credentials::Invalid);
    }

    #[test]
    fn the_bare_token_counts_under_its_policy_only() {
        assert_eq!(judge(&["sesame"], true), Credentials::Valid);
    }

    #[test]
    fn an_empty_token_opens_nothing() {
        let mut headers = HeaderMap::new();
        headers.append(header::AUTHORIZATION, "Bearer ".parse().expect("a header value"));
        assert_eq!(credentials(&headers, "", &Policy::okta()), Credentials::Invalid);
    }
}
