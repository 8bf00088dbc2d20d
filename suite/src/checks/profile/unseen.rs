//! What a profile says and no check judges: why.

use std::collections::BTreeSet;

use scim_profile::{Profile, Shown};

/// Keys that the application judges, where the run knows the way to it.
const IN_APPLICATION: [&str; 12] = [
    "mail ",
    "opt-in ",
    "advisory ",
    "permission ",
    "gate ",
    "equipment",
    "groups, mapping",
    "accounts, access-level",
    "accounts, fixed-in-pages",
    "organisation, child-attribute",
    "authentication, secret-ends-tokens",
    "authentication, can-be-deleted",
];

/// Claims of which something is not judged, each with the reason; a claim may have several.
pub fn unseen(profile: &Profile) -> Vec<(String, &'static str)> {
    let mut unseen: Vec<(String, &'static str)> = Vec::new();
    let mut add = |claim: &str, reason: &'static str| {
        if !unseen.iter().any(|(known, because)| known == claim && *because == reason) {
            unseen.push((claim.to_owned(), reason));
        }
    };
    let mut in_application = BTreeSet::new();
    for statement in profile.statements() {
        for claim in &statement.from.get_ref().claims {
            if IN_APPLICATION.iter().any(|key| statement.key.starts_with(key)) {
                in_application.insert(claim.as_str());
            }
            if let Some(reason) = reason(profile, &statement.key) {
                add(claim, reason);
            }
        }
    }
    let is_limit = |key: &str| key.starts_with("limit ");
    let of_others = |id: &String| {
        let mut statements = profile.statements().into_iter().filter(|statement| !is_limit(&statement.key));
        statements.any(|statement| statement.from.get_ref().claims.contains(id))
    };
    for claim in profile.claims.iter().filter(|claim| !of_others(claim.id.get_ref())) {
        add(claim.id.get_ref(), "the documents name it as a limit, and nothing that requests show hangs on it");
    }
    for claim in &profile.claims {
        let id = claim.id.get_ref();
        for shown in &claim.shows {
            match shown {
                Shown::Wire => {}
                Shown::Page if in_application.contains(id.as_str()) => {}
                Shown::Page => add(id, "what the product's own pages show of it is not seen from here"),
                Shown::Emulator => add(id, "what the identity provider does or leaves is not seen from here"),
                Shown::Text => add(id, "it stands in the documents alone"),
            }
        }
    }
    unseen
}

/// Why no check judges what a key says.
fn reason(profile: &Profile, key: &str) -> Option<&'static str> {
    if key == "feature import-users" || key == "feature enhanced-group-push" {
        let is_declined = |(feature, offer): (&scim_profile::Feature, &scim_profile::Offer)| {
            key.ends_with(feature.name()) && !*offer.get()
        };
        return profile.features.iter().any(is_declined).then_some("that it is off shows at the identity provider");
    }
    None
}
