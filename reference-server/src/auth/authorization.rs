//! The authorization endpoint (RFC 6749 §4.1): an administrator signs in, consents, and is sent back with a code.

use super::code::Code;
use super::form::Form;
use super::proof::Challenge;
use super::refused::Refused;
use super::{Authority, Moment, Secret};
use crate::config::Administrator;
use jiff::{SignedDuration, Timestamp};

/// How long the consent form waits.
const TICKET_LIFE: SignedDuration = SignedDuration::from_mins(10);

/// Who may consent.
#[derive(Debug)]
pub(crate) struct Consenting {
    name: String,
    password: Secret,
}

impl Consenting {
    /// An empty password opens nothing.
    pub(crate) fn of(administrator: &Administrator) -> Option<Self> {
        let Administrator { name, password } = administrator;
        (!password.is_empty()).then(|| Self { name: name.clone(), password: Secret::of(password) })
    }
}

/// What a client asks an administrator for.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Where the answer goes: one of the registered addresses.
    pub(crate) redirect_uri: String,
    state: Option<String>,
    pub(super) challenge: Option<Challenge>,
}

/// Why a request has no form.
#[derive(Debug)]
pub(crate) enum Amiss {
    /// Nobody knows where an answer could safely go: whoever sits before the page is told.
    Here(&'static str),
    /// The client is told, at an address of its own.
    There(String),
}

/// What was asked by somebody who has signed in, and waits for consent.
#[derive(Debug)]
pub(super) struct Ticket {
    request: Request,
    issued: Timestamp,
}

impl Authority {
    /// What an authorization request asks for.
    pub(crate) fn requested(&self, form: &Form) -> Result<Request, Amiss> {
        if form.find("client_id").is_none() || form.find("client_id") != self.client_id() {
            return Err(Amiss::Here("The application is not known here."));
        }
        let Some(redirect_uri) = form.find("redirect_uri") else {
            return Err(Amiss::Here("The request does not say where the answer goes."));
        };
        // Letter by letter: whatever is more generous has let codes go astray (RFC 9700 §4.1.3).
        if !self.terms.redirect_uris.iter().any(|known| known == redirect_uri) {
            return Err(Amiss::Here("The answer would go to an address that the application has not registered."));
        }
        let request = Request {
            redirect_uri: redirect_uri.to_owned(),
            state: form.find("state").map(str::to_owned),
            challenge: None,
        };
        let challenge = self.challenge(form).map_err(|refused| Amiss::There(request.refusal(refused)))?;
        Ok(Request { challenge, ..request })
    }

    fn challenge(&self, form: &Form) -> Result<Option<Challenge>, Refused> {
        if form.needs("response_type", "response_type is missing")? != "code" {
            return Err(Refused::UnsupportedResponseType);
        }
        let challenge = Challenge::read(form)?;
        if challenge.is_none() && self.terms.needs_proof_key {
            return Err(Refused::InvalidRequest("code_challenge is missing"));
        }
        Ok(challenge)
    }

    /// Signs the administrator in: the ticket is good for one decision. Nothing where name and password do not fit.
    pub(crate) fn sign_in(
        &mut self,
        request: Request,
        name: &str,
        password: &str,
        moment: &Moment<'_>,
    ) -> Result<Option<String>, Refused> {
        self.failed_accounts.check(name, moment)?;
        let known = self.consenting.as_ref().filter(|known| known.name == name);
        if !known.is_some_and(|known| known.password.is(&Secret::of(password)).into()) {
            self.failed_accounts.note(name, moment);
            return Ok(None);
        }
        let ticket = moment.word();
        self.tickets.put(Secret::of(&ticket), Ticket { request, issued: moment.now });
        Ok(Some(ticket))
    }

    /// The address that answers the client, after the administrator's decision. Nothing where there is nothing to decide.
    pub(crate) fn decide(&mut self, ticket: &str, agreed: bool, moment: &Moment<'_>) -> Option<String> {
        let Ticket { request, issued } = self.tickets.take(&Secret::of(ticket))?;
        if moment.is_past(issued, TICKET_LIFE) {
            return None;
        }
        if !agreed {
            return Some(request.refusal(Refused::AccessDenied));
        }
        let code = moment.word();
        let location = request.answer(&[("code", &code)]);
        self.codes.put(Secret::of(&code), Code::new(request, moment.now));
        Some(location)
    }
}

impl Request {
    fn refusal(&self, refused: Refused) -> String {
        self.answer(&[("error", refused.code()), ("error_description", &refused.to_string())])
    }

    fn answer(&self, fields: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(fields).extend_pairs(self.state.iter().map(|state| ("state", state)));
        let separator = if self.redirect_uri.contains('?') { '&' } else { '?' };
        format!("{}{separator}{}", self.redirect_uri, query.finish())
    }
}
