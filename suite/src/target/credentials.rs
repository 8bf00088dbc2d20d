//! The secret that opens the target, kept away from logs, reports and `Debug`.

use std::fmt;
use std::sync::Arc;

use base64::Engine;

use super::exchange::{Login, NoAnswer};
use super::session::Session;

/// How to log in at the target.
#[derive(Clone)]
pub enum Credentials {
    /// `Authorization: Bearer TOKEN`.
    Bearer(String),
    /// `Authorization: Basic …` from user name and password.
    Basic {
        /// The user name.
        user: String,
        /// The password.
        password: String,
    },
    /// A bearer token that is asked for, and asked for anew where it ends.
    Session(Arc<Session>),
    /// No `Authorization` header at all.
    Anonymous,
}

/// Bearer tokens of others at the same target, as far as the run was given them: what a URL and one token can't show.
#[derive(Clone, Default)]
pub struct Others {
    /// Of another organisation, which sees nothing of the run's own.
    pub second: Option<String>,
    /// Of somebody who may read and not write.
    pub low: Option<String>,
}

impl fmt::Debug for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |token: &Option<String>| token.as_ref().map(|_| "***");
        f.debug_struct("Others").field("second", &shown(&self.second)).field("low", &shown(&self.low)).finish()
    }
}

impl Credentials {
    /// The value of the `Authorization` header; `spelling` replaces the scheme's usual spelling.
    pub fn header(&self, spelling: Option<&str>) -> Option<String> {
        match self {
            Credentials::Bearer(token) => Some(format!("{} {token}", spelling.unwrap_or("Bearer"))),
            Credentials::Session(session) => Some(format!("{} {}", spelling.unwrap_or("Bearer"), session.token())),
            Credentials::Basic { user, password } => {
                let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
                Some(format!("{} {pair}", spelling.unwrap_or("Basic")))
            }
            Credentials::Anonymous => None,
        }
    }

    /// The `Authorization` header of a request with this login, marked so that nothing prints it.
    ///
    /// # Errors
    /// The secret holds bytes that no header can carry.
    pub fn authorization(&self, login: &Login) -> Result<Option<http::HeaderValue>, NoAnswer> {
        let text = match login {
            Login::Own => self.header(None),
            Login::OwnSpelt(scheme) => self.header(Some(scheme)),
            Login::None => None,
            Login::Literal(value) => Some(value.clone()),
            Login::Other { token, .. } => Some(format!("Bearer {token}")),
        };
        let Some(text) = text else { return Ok(None) };
        let mut value = http::HeaderValue::try_from(text)
            .map_err(|_| NoAnswer::Protocol("the token holds bytes that no header can carry".into()))?;
        value.set_sensitive(true);
        Ok(Some(value))
    }

    /// The option by which curl logs in alike, with the secret in `$SCIM_TOKEN` or `$SCIM_BASIC`; empty for none.
    pub fn curl_option(&self, spelling: Option<&str>) -> String {
        match self {
            Credentials::Bearer(_) | Credentials::Session(_) => {
                format!(" -H \"Authorization: {} $SCIM_TOKEN\"", spelling.unwrap_or("Bearer"))
            }
            Credentials::Basic { .. } => " -u \"$SCIM_BASIC\"".into(),
            Credentials::Anonymous => String::new(),
        }
    }

    /// Whether there is no login at all.
    pub fn is_anonymous(&self) -> bool {
        matches!(self, Credentials::Anonymous)
    }

    /// The login that renews itself, if it is one.
    pub fn session(&self) -> Option<&Arc<Session>> {
        match self {
            Credentials::Session(session) => Some(session),
            _ => None,
        }
    }

    /// Every text that must never be stored.
    pub fn secrets(&self) -> Vec<String> {
        match self {
            Credentials::Bearer(token) => vec![token.clone()],
            Credentials::Session(session) => session.secrets(),
            Credentials::Basic { password, .. } => {
                let encoded = self.header(None).unwrap_or_default();
                vec![password.clone(), encoded.trim_start_matches("Basic ").to_string()]
            }
            Credentials::Anonymous => Vec::new(),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Credentials::Bearer(_) | Credentials::Session(_) => "Bearer ***",
            Credentials::Basic { .. } => "Basic ***",
            Credentials::Anonymous => "Anonymous",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", Credentials::Bearer("s3cret".into()));
        assert!(!shown.contains("s3cret"));
    }

    #[test]
    fn basic_is_base64_of_the_pair() {
        let basic = Credentials::Basic { user: "u".into(), password: "p".into() };
        assert_eq!(basic.header(None).as_deref(), Some("Basic dTpw"));
    }
}
