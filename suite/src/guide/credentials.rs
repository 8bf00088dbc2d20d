//! Where in the product the credentials are found.

use scim_profile::{ClosedBy, FoundBy, Profile, Scheme};

use super::document::{Block, Line, Section, line, listed, menu, strong, text};
use super::schemes;

pub(super) fn section(profile: &Profile) -> Section {
    let heading = line("Get the credentials from {}", [text(&profile.title)]);
    let schemes = schemes(profile);
    if schemes.iter().all(|scheme| *scheme == Scheme::AuthorizationCode) {
        let words = "There is nothing to copy: while you set up provisioning you sign in to {} and consent, and the two exchange what they need.";
        return Section::new("credentials", heading, vec![Block::Paragraph(line(words, [text(&profile.title)]))]);
    }
    let authentication = &profile.authentication;
    let mut steps = vec![match &authentication.held_by {
        Some(role) => line("Sign in to {} with the role {}.", [text(&profile.title), strong(role.get())]),
        None => line("Sign in to {} as an administrator.", [text(&profile.title)]),
    }];
    // An authorization is given at the identity provider: the way there is no way through the product.
    if *authentication.scheme.get() != Scheme::AuthorizationCode
        && let Some(under) = &authentication.found_under
    {
        steps.push(line("Open {}.", [menu(under.get())]));
    }
    let shown_once = authentication.shown_once.as_ref().is_some_and(|once| *once.get());
    for scheme in schemes {
        steps.extend(of_scheme(profile, scheme));
    }
    let mut blocks = vec![Block::Steps(steps)];
    if shown_once {
        let words = "The secret is shown once, right after it is made. Keep it where secrets are kept: nobody can show it again, only make a new one.";
        blocks.push(Block::Note(line(words, [])));
    }
    Section::new("credentials", heading, blocks)
}

fn of_scheme(profile: &Profile, scheme: Scheme) -> Vec<Line> {
    match scheme {
        Scheme::ApiKey if *profile.authentication.scheme.get() != scheme => {
            vec![line("For identity providers that use a fixed token, copy the long-lived token, too.", [])]
        }
        Scheme::ApiKey => vec![line("Copy the base URL of the SCIM service, and the token.", [])],
        Scheme::PersonalToken => personal_token(profile),
        Scheme::ClientCredentials => vec![
            line("Enable provisioning, if it is not enabled yet.", []),
            line(
                "Copy the four values: SCIM endpoint (the base URL), token endpoint, client ID and client secret.",
                [],
            ),
        ],
        Scheme::AuthorizationCode => Vec::new(),
    }
}

fn personal_token(profile: &Profile) -> Vec<Line> {
    let roles = profile.gates.iter().filter(|gate| gate.closed_by == ClosedBy::Role);
    let roles: Vec<Line> = roles.flat_map(|gate| gate.open_for.iter().map(strong)).collect();
    let mut steps = Vec::new();
    if *profile.authentication.scheme.get() != Scheme::PersonalToken {
        steps.push(line("For identity providers that use a fixed token, make a personal access token besides.", []));
    }
    steps.push(line("Give the new token a name that tells what it is for.", []));
    if !roles.is_empty() {
        steps.push(line("Choose the role {}.", [listed(roles, "or")]));
    }
    steps.push(line("Make the token, and copy it.", []));
    if !is_found_by_credential(profile) {
        steps.push(line("Copy the base URL of the SCIM service, too.", []));
    }
    steps
}

/// Whether the credential alone says which organisation is meant.
pub(super) fn is_found_by_credential(profile: &Profile) -> bool {
    profile.organisation.found_by.as_ref().is_some_and(|by| *by.get() == FoundBy::Credential)
}
