//! The authority of one organisation: what it has given out to be let in with, and to whom. Pure: time and randomness come
//! with each call, and of what is secret it keeps digests.

use super::client::{Claimed, Client};
use super::drawer::Drawer;
use super::form::Form;
use super::lasting::Lasting;
use super::refused::Refused;
use super::slow_down::Failures;
use super::{Moment, Secret, Terms};
use jiff::Timestamp;

/// Who may be let in, and who gives leave for it.
#[derive(Debug)]
pub(crate) struct Authority {
    pub(super) terms: Terms,
    /// The client of this organisation; nothing where SCIM is not configured.
    pub(super) client: Option<Client>,
    /// Whether the tokens that the server was started with are good.
    keys_are_good: bool,
    pub(super) access_tokens: Drawer<Access>,
    pub(super) lasting: Drawer<Lasting>,
    pub(super) failed_clients: Failures,
    /// How many tokens people have made.
    pub(super) made: u64,
}

/// An access token.
#[derive(Debug)]
pub(super) struct Access {
    issued: Timestamp,
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
}

/// What a configuration consists of, once.
pub(crate) struct Configuration {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) lasting_token: Option<String>,
}

impl Authority {
    pub(crate) fn new(terms: Terms, client: Option<Client>) -> Self {
        Self {
            terms,
            client,
            keys_are_good: true,
            access_tokens: Drawer::default(),
            lasting: Drawer::default(),
            failed_clients: Failures::default(),
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
        (!is_over).then(Bearer::default)
    }

    /// The token endpoint (RFC 6749 §3.2).
    pub(crate) fn token(&mut self, claimed: &Claimed, form: &Form, moment: &Moment<'_>) -> Result<Granted, Refused> {
        self.authenticate(claimed, moment)?;
        match form.needs("grant_type", "grant_type is missing")? {
            "client_credentials" if self.terms.client_credentials => Ok(self.issue(moment)),
            _ => Err(Refused::UnsupportedGrantType),
        }
    }

    pub(super) fn issue(&mut self, moment: &Moment<'_>) -> Granted {
        let access_token = moment.word();
        self.access_tokens.put(Secret::of(&access_token), Access { issued: moment.now });
        Granted { access_token, expires_in: self.terms.unused_token_life().map(|life| life.as_secs()) }
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
            self.access_tokens.clear();
        }
        Some(secret)
    }

    /// Forgets client, tokens and all, for good.
    pub(crate) fn delete_configuration(&mut self) -> bool {
        let is_there = self.terms.can_be_deleted && (self.client.is_some() || self.keys_are_good);
        if is_there {
            *self = Self { keys_are_good: false, ..Self::new(self.terms.clone(), None) };
        }
        is_there
    }
}
