//! What an administrator does in the product itself, while it runs.

use super::{Organisation, State};
use crate::auth::{Authority, Consenting, Moment};
use crate::config::Administrator;
use crate::{BASE_PATH, OAUTH_PATH};
use jiff::Timestamp;
use std::fmt;
use std::sync::Arc;

/// The pages of one organisation in a product that is played.
#[derive(Clone)]
pub struct Console {
    state: Arc<State>,
    organisation: usize,
}

/// What an administrator copies into an identity provider.
#[derive(Clone)]
pub struct Credentials {
    /// Address of the service.
    pub scim_endpoint: String,
    /// Where tokens are given out.
    pub token_endpoint: String,
    /// Where an administrator signs in and consents, where the product has authorization codes.
    pub authorization_endpoint: Option<String>,
    /// The client.
    pub client_id: String,
    /// Its secret, which is shown when it is made and never again.
    pub client_secret: Option<String>,
    /// A token for identity providers that know no token endpoint, which is shown when it is made and never again.
    pub lasting_token: Option<String>,
}

/// What is known of a token that is good until it is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastingToken {
    /// What it is taken back by.
    pub number: u64,
    /// The role that it was made with.
    pub role: Option<String>,
    /// When.
    pub made: Timestamp,
}

impl Console {
    pub(crate) fn new(state: Arc<State>, organisation: usize) -> Self {
        Self { state, organisation }
    }

    /// What the organisation has set.
    #[must_use]
    pub fn organisation(&self) -> Organisation {
        self.state.organisation(self.organisation)
    }

    /// Switches a gate on or off.
    pub fn switch(&self, gate: &str, on: bool) {
        self.state.change(self.organisation, |organisation| {
            organisation.switched_off.retain(|off| off != gate);
            if !on {
                organisation.switched_off.push(gate.to_owned());
            }
        });
    }

    /// Goes over to another plan.
    pub fn change_plan(&self, plan: &str) {
        self.state.change(self.organisation, |organisation| organisation.plan = Some(plan.to_owned()));
    }

    /// Gives the tokens that the server was started with another role.
    pub fn change_token_role(&self, role: &str) {
        self.state.change(self.organisation, |organisation| organisation.token_role = Some(role.to_owned()));
    }

    /// Gives whoever made tokens another role, which counts from the next request on.
    pub fn change_maker_role(&self, role: &str) {
        self.state.change(self.organisation, |organisation| organisation.maker_role = Some(role.to_owned()));
    }

    /// Configures SCIM, with a new client. Nothing where there is one, or where the product has no clients.
    #[must_use]
    pub fn create_configuration(&self) -> Option<Credentials> {
        let made = self.ask(Authority::configure)?;
        let shown = self.credentials(made.client_id);
        Some(Credentials { client_secret: Some(made.client_secret), lasting_token: made.lasting_token, ..shown })
    }

    /// What there is to be copied, without what is shown only once.
    #[must_use]
    pub fn configuration(&self) -> Option<Credentials> {
        let client_id = self.ask(|authority, _| authority.client_id().map(str::to_owned))?;
        Some(self.credentials(client_id))
    }

    /// A new secret for the client, which is shown this once. The old one is over at once, and so are tokens that were given
    /// out for it, if the product says so.
    #[must_use]
    pub fn regenerate_secret(&self) -> Option<String> {
        self.ask(Authority::regenerate_secret)
    }

    /// Deletes the configuration for good: nothing that it gave out opens anything any more, the tokens that the server was
    /// started with included. Users stay. Tells whether the product allows it, and there was one.
    pub fn delete_configuration(&self) -> bool {
        self.ask(|authority, _| authority.delete_configuration())
    }

    /// Whether people make tokens in the product.
    #[must_use]
    pub fn makes_tokens(&self) -> bool {
        self.state.terms().personal_tokens
    }

    /// A personal token with a role that the product knows, which is shown this once.
    #[must_use]
    pub fn create_token(&self, role: &str) -> Option<String> {
        self.ask(|authority, moment| authority.make_token(role, moment))
    }

    /// What is known of the tokens that were made here and are good, the oldest first.
    #[must_use]
    pub fn tokens(&self) -> Vec<LastingToken> {
        self.ask(|authority, _| {
            let told = authority.lasting().map(|lasting| LastingToken {
                number: lasting.number,
                role: lasting.role.clone(),
                made: lasting.made,
            });
            told.collect()
        })
    }

    /// Takes a token back, and tells whether it was good.
    pub fn revoke_token(&self, number: u64) -> bool {
        self.ask(|authority, _| authority.take_back(number))
    }

    /// Says who may consent in the name of this organisation, at the forms of the authorization endpoint.
    pub fn appoint(&self, administrator: &Administrator) {
        self.ask(|authority, _| authority.appoint(Consenting::of(administrator)));
    }

    fn ask<T>(&self, ask: impl FnOnce(&mut Authority, &Moment<'_>) -> T) -> T {
        self.state.ask(self.organisation, ask)
    }

    fn credentials(&self, client_id: String) -> Credentials {
        let address = self.state.address(self.organisation);
        let has_codes = self.state.terms().authorization_code;
        Credentials {
            scim_endpoint: format!("{address}{BASE_PATH}"),
            token_endpoint: format!("{address}{OAUTH_PATH}/token"),
            authorization_endpoint: has_codes.then(|| format!("{address}{OAUTH_PATH}/authorize")),
            client_id,
            client_secret: None,
            lasting_token: None,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Credentials").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Console").field("organisation", &self.organisation).finish_non_exhaustive()
    }
}
