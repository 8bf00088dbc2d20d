//! What a product claims of itself, as rules: they are there for one run.

use scim_profile::{Basis, Profile};

use super::{Level, Rule, Rulebook, Side, rule};

/// The rules that a run judges by: those of every document, and the claims of its profile.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rules {
    claims: &'static [Rule],
}

impl Rules {
    /// The claims of a profile besides all else. What somebody chose where the documents are silent binds a server that
    /// follows the profile, and no other. They live as long as the process: a run has one profile.
    pub fn of(profile: &Profile, binds: bool) -> Rules {
        let level = |basis: Basis| if basis == Basis::Chosen && !binds { Level::May } else { Level::Must };
        let claims = profile.claims.iter().map(|claim| Rule {
            id: claim.id.get_ref().clone(),
            rulebook: Rulebook::Profile,
            level: level(claim.basis),
            gates: Vec::new(),
            words: claim.words.clone(),
            side: Side::Server,
            section: 0,
            class: None,
            topic: String::new(),
            test: String::new(),
            source: claim.basis.name().into(),
        });
        Rules { claims: Box::leak(claims.collect()) }
    }

    /// The rule with this id.
    pub fn rule(self, id: &str) -> Option<&'static Rule> {
        self.claims.iter().find(|claim| claim.id == id).or_else(|| rule(id))
    }

    /// The claims, in the order of the profile.
    pub fn claims(self) -> &'static [Rule] {
        self.claims
    }
}
