//! What organisations have set in the product itself, beside SCIM: switches, plan and roles, which open and close gates; and
//! the authority of each, which gives out what opens SCIM.

use super::Product;
use crate::auth::{Authority, Bearer, Client, Consenting, Moment, Secret, Terms};
use crate::config::{Clock, Config, Randomness};
use scim_profile::{ClosedBy, Gate};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// What an organisation of a product has set there. By default every gate is open.
#[derive(Clone, Debug, Default)]
pub struct Organisation {
    /// The gates whose switch is off.
    pub switched_off: Vec<String>,
    /// Its plan; nothing is whichever opens the gates.
    pub plan: Option<String>,
    /// The role of the tokens that the server was started with; nothing is whichever opens the gates.
    pub token_role: Option<String>,
    /// The role, today, of whoever made tokens; nothing is whichever opens the gates.
    pub maker_role: Option<String>,
}

/// All organisations of a server that plays a product, by number.
pub(crate) struct State {
    product: &'static Product,
    organisations: RwLock<Vec<Organisation>>,
    authorities: Vec<Mutex<Authority>>,
    /// What stands in front of every path of each organisation: origin and prefix.
    addresses: Vec<String>,
    terms: Terms,
    clock: Clock,
    randomness: Randomness,
}

impl State {
    /// The first organisation is given, the others are as they come. `addresses` stand in front of their paths.
    pub(crate) fn new(product: &'static Product, config: &Config, addresses: Vec<String>) -> Self {
        let mut organisations = vec![config.organisation.clone()];
        organisations.resize_with(addresses.len(), Organisation::default);
        let terms = Terms::of(product.profile(), &config.redirect_uris);
        let mut client = config.client.as_ref().filter(|_| terms.has_clients()).and_then(Client::of);
        let mut consenting = config.administrator.as_ref().and_then(Consenting::of);
        let authority = |_| Mutex::new(Authority::new(terms.clone(), client.take(), consenting.take()));
        Self {
            product,
            organisations: RwLock::new(organisations),
            authorities: addresses.iter().map(authority).collect(),
            addresses,
            terms,
            clock: Arc::clone(&config.clock),
            randomness: Arc::clone(&config.randomness),
        }
    }

    /// The product's name.
    pub(crate) fn title(&self) -> &str {
        &self.product.profile().title
    }

    /// What the product says of credentials.
    pub(crate) fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Origin of an organisation's addresses, and what stands in front of their paths.
    pub(crate) fn address(&self, organisation: usize) -> &str {
        &self.addresses[organisation]
    }

    /// Asks the authority of an organisation, now. Nobody else asks it meanwhile.
    pub(crate) fn ask<T>(&self, organisation: usize, ask: impl FnOnce(&mut Authority, &Moment<'_>) -> T) -> T {
        let moment = Moment { now: (self.clock)(), randomness: &self.randomness };
        ask(&mut self.authority(organisation), &moment)
    }

    /// Whether that is the client of an organisation.
    pub(crate) fn is_client_of(&self, organisation: usize, client: &str) -> bool {
        self.authority(organisation).client_id() == Some(client)
    }

    /// Whether the tokens of an organisation that the server was started with are good.
    pub(crate) fn keys_are_good(&self, organisation: usize) -> bool {
        self.authority(organisation).keys_are_good()
    }

    fn authority(&self, organisation: usize) -> MutexGuard<'_, Authority> {
        self.authorities[organisation].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The organisation that gave out a token which is good, and what it says of whoever shows it.
    pub(crate) fn recognise(&self, token: &Secret) -> Option<(usize, Bearer)> {
        (0..self.authorities.len()).find_map(|organisation| {
            let bearer = self.ask(organisation, |authority, moment| authority.recognise(token, moment));
            Some((organisation, bearer?))
        })
    }

    /// What the first closed gate says to whoever shows a token of that role.
    pub(crate) fn refusal(&self, organisation: usize, role: Option<&str>) -> Option<&'static str> {
        let organisations = self.reading();
        let organisation = organisations.get(organisation)?;
        let closed = self.product.profile().gates.iter().find(|gate| !organisation.passes(gate, role));
        closed.map(|gate| gate.detail.as_str())
    }

    /// What an organisation has set.
    pub(crate) fn organisation(&self, number: usize) -> Organisation {
        self.reading().get(number).cloned().unwrap_or_default()
    }

    /// Changes what an organisation has set.
    pub(crate) fn change(&self, organisation: usize, change: impl FnOnce(&mut Organisation)) {
        if let Some(organisation) = self.writing().get_mut(organisation) {
            change(organisation);
        }
    }

    fn reading(&self) -> RwLockReadGuard<'_, Vec<Organisation>> {
        self.organisations.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn writing(&self) -> RwLockWriteGuard<'_, Vec<Organisation>> {
        self.organisations.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Organisation {
    fn passes(&self, gate: &Gate, role: Option<&str>) -> bool {
        let opens = |word: Option<&str>| word.is_none_or(|word| gate.open_for.iter().any(|open| open == word));
        match gate.closed_by {
            ClosedBy::Switch => !self.switched_off.contains(gate.name.get_ref()),
            ClosedBy::Plan => opens(self.plan.as_deref()),
            ClosedBy::Role => opens(role.or(self.token_role.as_deref())) && opens(self.maker_role.as_deref()),
        }
    }
}
