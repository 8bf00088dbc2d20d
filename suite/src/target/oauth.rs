//! Logging in at an authorization server (RFC 6749): with the client's own credentials, or by a code that a person
//! consents to (with PKCE, RFC 7636). Every grant is one form that is posted, so that all of them are one function.

mod code;
pub(crate) mod forms;
mod loopback;
mod pages;
mod token;
mod web;

use std::fmt;

use url::Url;

use super::exchange::NoAnswer;
use super::redact::Redactor;
use super::session::Issued;

pub use code::{Account, Code, Who};
pub use loopback::Loopback;
pub use token::{ClientAuth, Registered};
pub use web::Web;

use token::Granted;

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// The authorization server does not answer.
    #[error("{at} gave no answer: {reason}. Is the URL right, and is the authorization server running?")]
    NoAnswer {
        /// The address that was asked.
        at: String,
        /// What happened instead.
        reason: NoAnswer,
    },
    /// The authorization server answers, and says no.
    #[error("{at} refuses the login: {said}. {advice}")]
    Refused {
        /// The address that was asked.
        at: String,
        /// What it said.
        said: String,
        /// What to try.
        advice: &'static str,
    },
    /// The authorization server's answer cannot be used.
    #[error("{at} {what}")]
    Odd {
        /// The address that was asked.
        at: String,
        /// What it did, and what to try.
        what: String,
    },
    /// There is no refresh token, and nobody there who could log in anew.
    #[error(
        "the token has ended, and the authorization server has given no refresh token. Log in again; some servers give one for \
         --oauth-scope offline_access"
    )]
    Over,
    /// Nobody came.
    #[error("nobody has logged in within {0:?}; run it again, and open the address that it shows")]
    Nobody(std::time::Duration),
    /// The command of `--token-command`.
    #[error("--token-command {0}")]
    Command(String),
    /// A URL that cannot be used.
    #[error("{option} {why}")]
    BadUrl {
        /// Where it was given.
        option: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// A mistake of ours.
    #[error("the login broke down: a mistake of ours")]
    Broken,
}

/// How to come by a grant.
pub enum Way {
    /// The client's own credentials.
    ClientCredentials,
    /// Somebody logs in and consents.
    Code(Box<Code>),
}

/// A login at an authorization server, from the first token to the last.
pub struct OAuth {
    /// Where tokens are given.
    token_url: Url,
    client: Registered,
    scope: Option<String>,
    way: Way,
    web: Web,
    redactor: Redactor,
    has_begun: bool,
    refresh: Option<String>,
}

impl OAuth {
    /// A login that has yet to be made.
    pub fn new(
        token_url: Url,
        client: Registered,
        scope: Option<String>,
        way: Way,
        web: Web,
        redactor: Redactor,
    ) -> OAuth {
        let oauth = OAuth { token_url, client, scope, way, web, redactor, has_begun: false, refresh: None };
        oauth.secrets().iter().for_each(|secret| oauth.redactor.learn(secret));
        oauth
    }

    /// What was given to log in with.
    pub(super) fn secrets(&self) -> Vec<String> {
        let password = match &self.way {
            Way::Code(code) => code.password(),
            Way::ClientCredentials => None,
        };
        self.client.secrets().into_iter().chain(password).collect()
    }

    /// The first token, or the next one: by the refresh token if there is one, else from the beginning, where nobody has
    /// to be there for it.
    pub(super) async fn next(&mut self) -> Result<Issued, LoginError> {
        let is_alone = match &self.way {
            Way::ClientCredentials => true,
            Way::Code(code) => code.is_alone(),
        };
        if let Some(refresh) = &self.refresh {
            let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
            match self.ask(&fields).await {
                Ok(granted) => return Ok(self.keep(granted)),
                Err(LoginError::Refused { .. }) if is_alone => self.refresh = None,
                Err(error) => return Err(error),
            }
        }
        if self.has_begun && !is_alone {
            return Err(LoginError::Over);
        }
        let granted = match &mut self.way {
            Way::ClientCredentials => {
                let scope = self.scope.as_deref().map(|scope| ("scope", scope));
                let fields: Vec<_> = [("grant_type", "client_credentials")].into_iter().chain(scope).collect();
                self.ask(&fields).await?
            }
            Way::Code(code) => {
                let got = code.get(&self.client.id, self.scope.as_deref(), &self.web, &self.redactor).await?;
                let fields = [
                    ("grant_type", "authorization_code"),
                    ("code", &got.code),
                    ("redirect_uri", &got.redirect),
                    ("code_verifier", &got.verifier),
                ];
                self.ask(&fields).await?
            }
        };
        Ok(self.keep(granted))
    }

    async fn ask(&self, fields: &[(&str, &str)]) -> Result<Granted, LoginError> {
        token::ask(&self.token_url, &self.client, fields, &self.web, &self.redactor).await
    }

    /// A refresh token that comes along takes the place of the one before.
    fn keep(&mut self, granted: Granted) -> Issued {
        self.has_begun = true;
        self.refresh = granted.refresh.or(self.refresh.take());
        granted.issued
    }
}

/// A URL of an authorization server: absolute, http or https, without user info and fragment.
///
/// # Errors
/// What is wrong with it.
pub fn endpoint(option: &'static str, text: &str) -> Result<Url, LoginError> {
    let bad = |why: &str| Err(LoginError::BadUrl { option, why: why.into() });
    let Ok(url) = Url::parse(text) else {
        return bad("is no URL; write it whole, for example https://app.example.com/oauth/token");
    };
    if !matches!(url.scheme(), "http" | "https") {
        return bad("must begin with https:// or http://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return bad("must hold no credentials; give them with --oauth-client-id and --oauth-client-secret-env");
    }
    if url.fragment().is_some() {
        return bad("must have no fragment");
    }
    Ok(url)
}

/// The address without its query, in which there may be a secret.
fn place(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OAuth at {}", place(&self.token_url))
    }
}
