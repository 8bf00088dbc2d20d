//! What an administrator does in the product itself, while it runs.

use super::{Organisation, State};
use std::fmt;
use std::sync::Arc;

/// The pages of one organisation in a product that is played.
#[derive(Clone)]
pub struct Console {
    state: Arc<State>,
    organisation: usize,
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
}

impl fmt::Debug for Console {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Console").field("organisation", &self.organisation).finish_non_exhaustive()
    }
}
