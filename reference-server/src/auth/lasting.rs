//! Tokens that are good until they are taken back: those that people make for themselves, with a role, and the long-lived one
//! of an organisation.

use super::{Authority, Moment, Secret};
use jiff::Timestamp;

/// A token that is good until it is taken back.
#[derive(Clone, Debug)]
pub(crate) struct Lasting {
    pub(crate) number: u64,
    pub(crate) role: Option<String>,
    pub(crate) made: Timestamp,
}

impl Authority {
    /// A personal token with a role that the product knows. It is shown now, and never again.
    pub(crate) fn make_token(&mut self, role: &str, moment: &Moment<'_>) -> Option<String> {
        let is_known = self.terms.roles.iter().any(|known| known == role);
        (self.terms.personal_tokens && is_known).then(|| self.make_lasting(Some(role), moment))
    }

    /// Takes a token back.
    pub(crate) fn take_back(&mut self, number: u64) -> bool {
        self.lasting.keep(|lasting| lasting.number != number)
    }

    /// What is known of the tokens that are good, the oldest first.
    pub(crate) fn lasting(&self) -> impl Iterator<Item = &Lasting> {
        self.lasting.all()
    }

    pub(super) fn make_lasting(&mut self, role: Option<&str>, moment: &Moment<'_>) -> String {
        let token = moment.word();
        self.made += 1;
        let lasting = Lasting { number: self.made, role: role.map(str::to_owned), made: moment.now };
        self.lasting.put(Secret::of(&token), lasting);
        token
    }
}
