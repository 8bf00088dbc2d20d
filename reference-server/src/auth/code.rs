//! Authorization codes (RFC 6749 §4.1.3): each is good once, soon, and for whoever asked for it.

use super::authority::Granted;
use super::authorization::Request;
use super::form::Form;
use super::refused::Refused;
use super::{Authority, Moment, Secret, proof};
use jiff::{SignedDuration, Timestamp};

const CODE_LIFE: SignedDuration = SignedDuration::from_mins(5);

const NOT_VALID: Refused = Refused::InvalidGrant("the code is unknown, used or over, or belongs to another request");

/// A code. When it is used it stays, so that its use can be told from another one.
#[derive(Debug)]
pub(super) struct Code {
    request: Request,
    issued: Timestamp,
    /// Somebody has tried it.
    used: bool,
    /// What it gave.
    grant: Option<u64>,
}

impl Code {
    pub(super) fn new(request: Request, issued: Timestamp) -> Self {
        Self { request, issued, used: false, grant: None }
    }
}

impl Authority {
    /// Tokens for a code. One that comes a second time has been stolen, by whoever came first or by whoever comes now: what it
    /// gave is over. And whoever fails has no second try.
    pub(super) fn redeem(&mut self, form: &Form, moment: &Moment<'_>) -> Result<Granted, Refused> {
        let secret = Secret::of(form.needs("code", "code is missing")?);
        let (redirect_uri, verifier) = (form.find("redirect_uri"), form.find("code_verifier"));
        let code = self.codes.find_mut(&secret).ok_or(NOT_VALID)?;
        if std::mem::replace(&mut code.used, true) {
            let given = code.grant;
            given.map(|grant| self.grants.remove(&grant));
            return Err(NOT_VALID);
        }
        let fits = redirect_uri == Some(&code.request.redirect_uri)
            && proof::holds(code.request.challenge.as_ref(), verifier)
            && !moment.is_past(code.issued, CODE_LIFE);
        if !fits {
            return Err(NOT_VALID);
        }
        let grant = self.open_grant(moment);
        if let Some(code) = self.codes.find_mut(&secret) {
            code.grant = Some(grant);
        }
        Ok(self.issue(Some(grant), moment))
    }
}
