//! Who says a thing, and what a breach of it counts for.

use scim_profile::{Basis, Shown, Source};

use super::product::Product;
use crate::check::{Case, Judgement};
use crate::expect::{Expectation, as_variation};
use crate::target::Exchange;

/// The claims that a key of the profile stands for, and whether somebody chose it where they are silent.
#[derive(Clone, Debug)]
pub(super) struct Said {
    claims: Vec<&'static str>,
    is_chosen: bool,
}

impl Said {
    /// What stands behind a key.
    pub(super) fn of(source: &'static Source) -> Said {
        let claims = source.claims.iter().map(String::as_str).collect();
        Said { claims, is_chosen: source.basis == Basis::Chosen }
    }

    /// Several keys that say the same; none, if there are none. It is as firm as the firmest.
    pub(super) fn together(all: impl IntoIterator<Item = Said>) -> Option<Said> {
        all.into_iter().reduce(|mut left, right| {
            left.claims
                .extend(right.claims.iter().filter(|claim| !left.claims.contains(claim)).copied().collect::<Vec<_>>());
            left.is_chosen &= right.is_chosen;
            left
        })
    }

    /// The bare claims, whatever form somebody chose for them.
    pub(super) fn as_claimed(&self, product: &Product) -> Said {
        let is_of_them = |claim: &&scim_profile::Claim| self.claims.contains(&claim.id.get_ref().as_str());
        let mut claims = product.profile.claims.iter().filter(is_of_them);
        Said { is_chosen: claims.all(|claim| claim.basis == Basis::Chosen), ..self.clone() }
    }

    /// The same for those of the claims that show on the wire, if there are any.
    pub(super) fn on_the_wire(mut self, product: &Product) -> Option<Said> {
        let shows = |id: &str| {
            let mut claims = product.profile.claims.iter();
            claims.any(|claim| claim.id.get_ref() == id && claim.shows.contains(&Shown::Wire))
        };
        self.claims.retain(|claim| shows(claim));
        (!self.claims.is_empty()).then_some(self)
    }

    /// The form that somebody chose for what these claims say.
    pub(super) fn chosen(&self) -> Said {
        Said { is_chosen: true, ..self.clone() }
    }

    /// The claims.
    pub(super) fn claims(&self) -> &[&'static str] {
        &self.claims
    }

    /// Whether a breach counts at this target.
    pub(super) fn binds(&self, t: &Case) -> bool {
        !self.is_chosen || t.is_embedded()
    }

    /// Judges an exchange. What was chosen is noted where it does not bind.
    pub(super) fn expect(&self, t: &Case, exchange: &Exchange, expectation: Expectation) -> bool {
        self.conclude(t, expectation(exchange), exchange)
    }

    /// The same for a judgement that is there.
    pub(super) fn conclude(&self, t: &Case, judgement: Judgement, exchange: &Exchange) -> bool {
        let judgement = if self.binds(t) { judgement } else { as_variation(judgement) };
        t.conclude(&self.claims, judgement, Some(exchange))
    }
}
