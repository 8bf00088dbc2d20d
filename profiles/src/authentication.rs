//! How a client shows who it is.

use crate::source::Said;
use serde::Deserialize;

/// How a client shows who it is, and what the product makes of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Authentication {
    /// The way.
    pub scheme: Said<Scheme>,
    /// Ways besides, for identity providers that cannot go the first.
    pub also: Option<Said<Vec<Scheme>>>,
    /// Where in the product the credential is found, step by step.
    pub found_under: Option<Said<Vec<String>>>,
    /// Who in the product comes by it, as the product calls that role.
    pub held_by: Option<Said<String>>,
    /// It is shown when it is made, and never again.
    pub shown_once: Option<Said<bool>>,
    /// How long an access token lives.
    pub token_seconds: Option<Said<u32>>,
    /// An authorization code comes with a token that renews the access token.
    pub refresh: Option<Said<bool>>,
    /// Proof keys for authorization codes (RFC 7636).
    pub pkce: Option<Said<Pkce>>,
    /// The only addresses that an authorization code is sent to.
    pub redirect_uris: Option<Said<Vec<String>>>,
    /// After so many days without a request the authorization is over.
    pub idle_days: Option<Said<u32>>,
    /// How a client shows its secret to the token endpoint.
    pub client_authentication: Option<Said<Vec<ClientAuthentication>>>,
    /// When the secret is made anew, tokens from the old one are over, too.
    pub secret_ends_tokens: Option<Said<bool>>,
    /// The whole configuration can be deleted: nothing that it gave out opens anything then, and a new one shares nothing with it.
    pub can_be_deleted: Option<Said<bool>>,
}

/// Ways to show who one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// A key of the organisation, as a bearer token.
    ApiKey,
    /// A token that somebody makes with a role of their own, as a bearer token.
    PersonalToken,
    /// OAuth 2.0: client id and secret for an access token (RFC 6749 §4.4).
    ClientCredentials,
    /// OAuth 2.0: somebody signs in and consents (RFC 6749 §4.1).
    AuthorizationCode,
}

/// Proof keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pkce {
    /// They are honoured where a client uses them.
    Accepted,
    /// There is no code without.
    Required,
}

/// Forms of a client's secret at the token endpoint (RFC 6749 §2.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientAuthentication {
    /// In the Authorization header.
    Basic,
    /// In the form.
    Form,
}
