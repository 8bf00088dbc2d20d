//! What a profile says, as reports tell it.

use scim_profile::{Profile, Shown};

use super::event::{Claim, Promise};
use crate::check::{Feature, Item};
use crate::checks::profile;

/// The claims of a profile, and which of the selected checks are made of it.
pub(super) fn promise(profile: &Profile, selected: &[Item]) -> Promise {
    let unseen = profile::unseen(profile);
    let claims = profile.claims.iter().map(|claim| {
        let id = claim.id.get_ref();
        Claim {
            id: id.clone(),
            basis: claim.basis.name(),
            words: claim.words.clone(),
            shows: claim.shows.iter().map(word).collect(),
            unseen: unseen.iter().filter(|(claim, _)| claim == id).map(|(_, reason)| reason.to_string()).collect(),
        }
    });
    let speaks = |feature: &Feature| profile.features.keys().any(|known| known.name() == feature.name());
    let silent = Feature::ALL.into_iter().filter(|feature| *feature != Feature::Protocol && !speaks(feature));
    let checks = selected.iter().filter(|item| matches!(item, Item::Demand(_))).map(Item::id);
    Promise {
        name: profile.name.clone(),
        title: profile.title.clone(),
        claims: claims.collect(),
        silent: silent.collect(),
        checks: checks.collect(),
    }
}

fn word(shown: &Shown) -> &'static str {
    match shown {
        Shown::Wire => "wire",
        Shown::Page => "page",
        Shown::Emulator => "emulator",
        Shown::Text => "text",
    }
}
