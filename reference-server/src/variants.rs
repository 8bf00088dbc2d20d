//! The ways of differing that are legal: choices that the documents leave to a server, each of which can be switched on
//! by name.
//!
//! They stand beside [`crate::defects`], and are the other half of what keeps a judge honest: what is legal must not be
//! called wrong. Each is one change of the [`Policy`], and says under whose rules it is legal, and which rules of the
//! others it then breaks.

mod filters;
mod lists;
mod offers;
mod patch;
mod shown;
mod wire;
mod writes;

use crate::policy::Policy;

/// A named way of differing and still being right.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// Switch name, `area.behaviour`.
    pub name: &'static str,
    /// What the server then does, in one sentence.
    pub sentence: &'static str,
    /// What it changes.
    pub change: fn(&mut Policy),
    /// Whose rules allow it without a warning.
    pub legal_under: &'static [Book],
    /// The rules of the others that are broken by it, or warned of.
    pub shows: &'static [&'static str],
}

/// A set of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Book {
    /// The RFCs.
    Rfc,
    /// What Okta needs.
    Okta,
}

impl Book {
    /// The word of command lines.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rfc => "rfc",
            Self::Okta => "okta",
        }
    }
}

const BOTH: &[Book] = &[Book::Rfc, Book::Okta];

/// All variants, by area.
pub fn all() -> impl Iterator<Item = &'static Variant> {
    let areas = [
        wire::VARIANTS,
        shown::VARIANTS,
        writes::VARIANTS,
        patch::VARIANTS,
        lists::VARIANTS,
        filters::VARIANTS,
        offers::VARIANTS,
    ];
    areas.into_iter().flatten()
}

/// The variant of that name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Variant> {
    all().find(|variant| variant.name == name)
}

impl Variant {
    /// Whether the two want different things, so that no server can have both: then the order in which they are
    /// switched on makes a difference.
    #[must_use]
    pub fn excludes(&self, other: &Variant) -> bool {
        let after = |changes: [fn(&mut Policy); 2]| {
            let mut policy = Policy::okta();
            changes.into_iter().for_each(|change| change(&mut policy));
            policy
        };
        after([self.change, other.change]) != after([other.change, self.change])
    }
}
