//! What organisations have set in the product itself, beside SCIM: switches, plan and roles. It opens and closes gates.

use super::Product;
use scim_profile::{ClosedBy, Gate};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

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
}

impl State {
    /// The first organisation is given, the others are as they come.
    pub(crate) fn new(product: &'static Product, first: Organisation, others: usize) -> Self {
        let mut organisations = vec![first];
        organisations.resize_with(1 + others, Organisation::default);
        Self { product, organisations: RwLock::new(organisations) }
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
