//! Refresh tokens (RFC 6749 §6): each is good once, and gives the next one.

use super::authority::Granted;
use super::form::Form;
use super::refused::Refused;
use super::{Authority, Moment, Secret};

const NOT_VALID: Refused = Refused::InvalidGrant("the refresh token is unknown, used or over");

/// A refresh token. When it is used it stays, so that its use can be told from another one.
#[derive(Debug)]
pub(super) struct Refresh {
    pub(super) grant: u64,
    pub(super) used: bool,
}

impl Authority {
    /// New tokens for a refresh token. One that comes a second time is known to two: nobody can tell which of them is the
    /// client, so the whole family is over (RFC 9700 §4.14.2).
    pub(super) fn refresh(&mut self, form: &Form, moment: &Moment<'_>) -> Result<Granted, Refused> {
        let secret = Secret::of(form.needs("refresh_token", "refresh_token is missing")?);
        let refresh = self.refresh_tokens.find_mut(&secret).ok_or(NOT_VALID)?;
        let (grant, used) = (refresh.grant, std::mem::replace(&mut refresh.used, true));
        if used {
            self.grants.remove(&grant);
        }
        if !self.use_grant(grant, moment) {
            return Err(NOT_VALID);
        }
        Ok(self.issue(Some(grant), moment))
    }
}
