//! Taking tokens back (RFC 7009).

use super::client::Claimed;
use super::form::Form;
use super::refused::Refused;
use super::{Authority, Moment, Secret};

impl Authority {
    /// An access token is over by itself, a refresh token with all that came of the same consent. What is not known is over
    /// already.
    pub(crate) fn revoke(&mut self, claimed: &Claimed, form: &Form, moment: &Moment<'_>) -> Result<(), Refused> {
        self.authenticate(claimed, moment)?;
        let token = Secret::of(form.needs("token", "token is missing")?);
        if self.access_tokens.take(&token).is_none()
            && let Some(refresh) = self.refresh_tokens.find(&token)
        {
            self.grants.remove(&refresh.grant);
        }
        Ok(())
    }
}
