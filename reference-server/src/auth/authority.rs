//! The authority of one organisation: what it has given out to be let in with, and to whom. Pure: time and randomness come
//! with each call, and of what is secret it keeps digests.

use super::authorization::{Consenting, Ticket};
use super::client::{Claimed, Client};
use super::code::Code;
use super::drawer::Drawer;
use super::form::Form;
use super::grant::Grant;
use super::lasting::Lasting;
use super::refresh::Refresh;
use super::refused::Refused;
use super::slow_down::Failures;
use super::{Moment, Secret, Terms};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Who may be let in, and who gives leave for it.
#[derive(Debug)]
pub(crate) struct Authority {
    pub(super) terms: Terms,
    /// The client of this organisation; nothing where SCIM is not configured.
    pub(super) client: Option<Client>,
    /// Whether the tokens that the server was started with are good.
    keys_are_good: bool,
    /// Who may consent in its name.
    pub(super) consenting: Option<Consenting>,
    pub(super) tickets: Drawer<Ticket>,
    pub(super) codes: Drawer<Code>,
    pub(super) grants: BTreeMap<u64, Grant>,
    pub(super) access_tokens: Drawer<Access>,
    pub(super) refresh_tokens: Drawer<Refresh>,
    pub(super) lasting: Drawer<Lasting>,
    pub(super) failed_clients: Failures,
    pub(super) failed_accounts: Failures,
    /// How often an administrator has consented.
    pub(super) opened: u64,
    /// How many tokens people have made.
    pub(super) made: u64,
}

/// An access token.
#[derive(Debug)]
pub(super) struct Access {
    issued: Timestamp,
    /// The consent that it lives by; a client that asks for itself needs none.
    grant: Option<u64>,
}

/// What a token says of whoever shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bearer {
    /// The role that was given to a personal token.
    pub(crate) role: Option<String>,
}

/// What the token endpoint gives. It is never printed.
pub(crate) struct Granted {
    pub(crate) access_token: String,
    pub(crate) expires_in: Option<i64>,
    pub(crate) refresh_token: Option<String>,
}

/// What a configuration consists of, once.
pub(crate) struct Configuration {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) lasting_token: Option<String>,
}

impl Authority {
    pub(crate) fn new(terms: Terms, client: Option<Client>, consenting: Option<Consenting>) -> Self {
        Self {
            terms,
            client,
            keys_are_good: true,
            consenting,
            tickets: Drawer::default(),
            codes: Drawer::default(),
            grants: BTreeMap::new(),
            access_tokens: Drawer::default(),
            refresh_tokens: Drawer::default(),
            lasting: Drawer::default(),
            failed_clients: Failures::default(),
            failed_accounts: Failures::default(),
            opened: 0,
            made: 0,
        }
    }

    pub(crate) fn client_id(&self) -> Option<&str> {
        self.client.as_ref().map(|client| client.id.as_str())
    }

    /// Whether the tokens that the server was started with are good: they belong to the first configuration.
    pub(crate) fn keys_are_good(&self) -> bool {
        self.keys_are_good
    }

    /// Who shows that token, if it is good.
    pub(crate) fn recognise(&mut self, token: &Secret, moment: &Moment<'_>) -> Option<Bearer> {
        if let Some(lasting) = self.lasting.find(token) {
            return Some(Bearer { role: lasting.role.clone() });
        }
        let access = self.access_tokens.find(token)?;
        let is_over = self.terms.token_life.is_some_and(|life| moment.is_past(access.issued, life));
        let grant = access.grant;
        let is_good = !is_over && grant.is_none_or(|grant| self.use_grant(grant, moment));
        is_good.then(Bearer::default)
    }

    /// The token endpoint (RFC 6749 §3.2).
    pub(crate) fn token(&mut self, claimed: &Claimed, form: &Form, moment: &Moment<'_>) -> Result<Granted, Refused> {
        self.authenticate(claimed, moment)?;
        match form.needs("grant_type", "grant_type is missing")? {
            "client_credentials" if self.terms.client_credentials => Ok(self.issue(None, moment)),
            "authorization_code" if self.terms.authorization_code => self.redeem(form, moment),
            "refresh_token" if self.terms.refresh => self.refresh(form, moment),
            _ => Err(Refused::UnsupportedGrantType),
        }
    }

    /// An access token, and for a consent one that renews it, if the product gives such. A client that asks for itself can ask
    /// again (RFC 6749 §4.4.3).
    pub(super) fn issue(&mut self, grant: Option<u64>, moment: &Moment<'_>) -> Granted {
        let access_token = moment.word();
        self.access_tokens.put(Secret::of(&access_token), Access { issued: moment.now, grant });
        let refresh_token = grant.filter(|_| self.terms.refresh).map(|grant| {
            let token = moment.word();
            self.refresh_tokens.put(Secret::of(&token), Refresh { grant, used: false });
            token
        });
        let expires_in = self.terms.unused_token_life().map(|life| life.as_secs());
        Granted { access_token, expires_in, refresh_token }
    }
}

/// What an administrator does with the configuration of SCIM.
impl Authority {
    /// Configures SCIM from nothing.
    pub(crate) fn configure(&mut self, moment: &Moment<'_>) -> Option<Configuration> {
        if !self.terms.has_clients() || self.client.is_some() {
            return None;
        }
        let (client_id, client_secret) = (moment.word(), moment.word());
        self.client = Some(Client { id: client_id.clone(), secret: Secret::of(&client_secret) });
        let lasting_token = self.terms.lasting_token.then(|| self.make_lasting(None, moment));
        Some(Configuration { client_id, client_secret, lasting_token })
    }

    /// A new secret for the client: the old one is over at once.
    pub(crate) fn regenerate_secret(&mut self, moment: &Moment<'_>) -> Option<String> {
        let client = self.client.as_mut()?;
        let secret = moment.word();
        client.secret = Secret::of(&secret);
        if self.terms.secret_ends_tokens {
            self.end_all();
        }
        Some(secret)
    }

    /// Forgets client, tokens and all, for good.
    pub(crate) fn delete_configuration(&mut self) -> bool {
        let is_there = self.terms.can_be_deleted && (self.client.is_some() || self.keys_are_good);
        if is_there {
            let fresh = Self::new(self.terms.clone(), None, self.consenting.take());
            *self = Self { keys_are_good: false, ..fresh };
        }
        is_there
    }

    /// Ends all that a client was given.
    fn end_all(&mut self) {
        self.tickets.clear();
        self.codes.clear();
        self.grants.clear();
        self.access_tokens.clear();
        self.refresh_tokens.clear();
    }

    /// Says who may consent.
    pub(crate) fn appoint(&mut self, consenting: Option<Consenting>) {
        self.consenting = consenting;
    }
}
