//! Who is at the door: bearer tokens, of which only digests are kept, compared in constant time, and the authority that
//! gives them out.

mod authority;
mod authorization;
mod client;
mod code;
mod drawer;
mod form;
mod grant;
mod lasting;
mod moment;
mod proof;
mod refresh;
mod refused;
mod revocation;
mod secret;
mod slow_down;
mod terms;

pub(crate) use authority::{Authority, Bearer, Granted};
pub(crate) use authorization::{Amiss, Consenting};
pub(crate) use client::{Claimed, Client};
pub(crate) use form::Form;
pub(crate) use moment::Moment;
pub(crate) use refused::Refused;
pub(crate) use secret::Secret;
pub(crate) use terms::Terms;

use crate::policy::{Challenge, Policy};
use axum::http::{HeaderMap, header};
use subtle::ConditionallySelectable;

/// What the Authorization headers hold. A token anywhere else, such as in the query, never counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presented<'a> {
    Token(&'a [u8]),
    /// Something, and it is no token.
    Other,
    /// Several of them, so that nobody knows which counts.
    Several,
    Nothing,
}

/// Reads the Authorization header.
pub(crate) fn presented<'a>(headers: &'a HeaderMap, policy: &Policy) -> Presented<'a> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        let is_there = headers.contains_key(header::AUTHORIZATION);
        return if is_there { Presented::Several } else { Presented::Nothing };
    };
    let value = value.as_bytes().trim_ascii();
    match value.split_at_checked(7) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case(b"bearer ") => Presented::Token(rest.trim_ascii_start()),
        _ if value.is_empty() => Presented::Nothing,
        _ if policy.raw_token => Presented::Token(value),
        _ => Presented::Other,
    }
}

impl Presented<'_> {
    /// The challenge of a refusal (RFC 6750, section 3): no error code for a client that presented nothing.
    pub(crate) fn challenge(self, wanted: Challenge) -> &'static str {
        match (self, wanted) {
            (Self::Nothing, Challenge::Bearer) => "Bearer realm=\"scim\"",
            (Self::Several, Challenge::Bearer) => "Bearer realm=\"scim\", error=\"invalid_request\"",
            (_, Challenge::Bearer) => "Bearer realm=\"scim\", error=\"invalid_token\"",
            (Self::Nothing, Challenge::BearerOrBasic) => "Basic realm=\"scim\", Bearer realm=\"scim\"",
            (Self::Several, Challenge::BearerOrBasic) => {
                "Basic realm=\"scim\", Bearer realm=\"scim\", error=\"invalid_request\""
            }
            (_, Challenge::BearerOrBasic) => "Basic realm=\"scim\", Bearer realm=\"scim\", error=\"invalid_token\"",
        }
    }
}

/// A token that opens something.
pub(crate) struct Key {
    secret: Secret,
    /// Number of the organisation whose resources it opens.
    pub(crate) space: usize,
    /// It opens them for reading alone.
    pub(crate) only_reads: bool,
}

impl Key {
    /// An empty token opens nothing, not even a server that was started with one.
    pub(crate) fn new(token: &str, space: usize, only_reads: bool) -> Option<Self> {
        (!token.is_empty()).then(|| Self { secret: Secret::of(token), space, only_reads })
    }
}

/// All tokens that the server was started with.
pub(crate) struct Keys(pub(crate) Vec<Key>);

impl Keys {
    /// The key with that token; every key is compared, whichever fits.
    pub(crate) fn find(&self, token: &Secret) -> Option<&Key> {
        let mut found = u32::MAX;
        for (number, key) in (0..).zip(&self.0) {
            found.conditional_assign(&number, key.secret.is(token));
        }
        self.0.get(usize::try_from(found).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opens(values: &[&str], raw_token: bool) -> bool {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, value.parse().expect("a header value"));
        }
        let keys = Keys(["other", "", "sesame"].into_iter().filter_map(|token| Key::new(token, 0, false)).collect());
        match presented(&headers, &Policy { raw_token, ..Policy::okta() }) {
            Presented::Token(token) => keys.find(&Secret::of(token)).is_some(),
            _ => false,
        }
    }

    #[test]
    fn the_scheme_is_read_in_any_case() {
        for value in ["Bearer sesame", "bearer sesame", "BEARER  sesame", "Bearer other"] {
            assert!(opens(&[value], false), "{value}");
        }
    }

    #[test]
    fn anything_else_is_no_token() {
        for value in
            ["Bearer", "Bearer ", "Bearer sesam", "Bearer sesamee", "Basic sesame", "sesame", "Bearersesame", ""]
        {
            assert!(!opens(&[value], false), "{value}");
        }
        assert!(!opens(&[], false));
        assert!(!opens(&["Bearer sesame", "Bearer sesame"], false));
    }

    #[test]
    fn the_bare_token_counts_under_its_policy_only() {
        assert!(opens(&["sesame"], true));
    }

    #[test]
    fn an_empty_token_opens_nothing() {
        assert!(!opens(&["Bearer "], false));
        assert!(!opens(&[""], true));
    }
}
