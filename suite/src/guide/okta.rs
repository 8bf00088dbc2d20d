//! Step by step in Okta's Admin Console.

use scim_profile::{Feature, Profile, Scheme, UserNameFormat};

use super::credentials::is_found_by_credential;
use super::document::{Block, Line, Section, line, listed, strong, text};
use super::{offers, rules_out, scheme_for};

/// What Okta's SCIM client can use; client credentials are not documented.
const CAN: [Scheme; 3] = [Scheme::AuthorizationCode, Scheme::ApiKey, Scheme::PersonalToken];

pub(super) fn section(profile: &Profile) -> Section {
    let heading = text("Configure Okta");
    let Some(scheme) = scheme_for(profile, &CAN) else {
        let words = "Okta's SCIM client does not document client credentials, and {} has no other way in: with Okta it cannot be connected.";
        return Section::new("okta", heading, vec![Block::Paragraph(line(words, [text(&profile.title)]))]);
    };
    let steps = [find(profile), connect(profile, scheme), choose(profile), names(profile), assign(profile)].concat();
    let mut blocks = vec![Block::Steps(steps)];
    if scheme != *profile.authentication.scheme.get() {
        let instead = match scheme {
            Scheme::AuthorizationCode => "an authorization is",
            _ => "the long-lived token is",
        };
        let words = "Okta's SCIM client does not document client credentials, so that {} used here.";
        blocks.insert(0, Block::Paragraph(line(words, [text(instead)])));
    }
    if let Some(days) = &profile.authentication.idle_days {
        let words = "After {} days without a request the connection ends, and these steps are needed once more from *Configure API Integration* on.";
        blocks.push(Block::Note(line(words, [text(days.get().to_string())])));
    }
    Section::new("okta", heading, blocks)
}

fn find(profile: &Profile) -> Vec<Line> {
    vec![
        line(
            "In the Admin Console open *Applications* › *Applications* and choose {}. If it is not there yet, choose *Browse App Catalog*, search for it and add it. Its general settings and sign-on options come first.",
            [strong(&profile.title)],
        ),
        line("On the tab *Provisioning* choose *Configure API Integration*, and tick *Enable API integration*.", []),
    ]
}

fn connect(profile: &Profile, scheme: Scheme) -> Vec<Line> {
    if scheme == Scheme::AuthorizationCode {
        // What is found there is the button, unless it is the credentials of another scheme.
        let is_button = *profile.authentication.scheme.get() == scheme;
        let under = profile.authentication.found_under.as_ref().filter(|_| is_button);
        let button = under.and_then(|under| under.get().last().cloned());
        let button = button.unwrap_or_else(|| format!("Authenticate with {}", profile.title));
        return vec![
            line("Choose {}.", [strong(button)]),
            line("Sign in to {} with your user name and password.", [text(&profile.title)]),
            line("Read what you are asked to consent to, and authorise it. You come back to Okta.", []),
            line("Choose *Save*.", []),
        ];
    }
    let enter = if is_found_by_credential(profile) {
        line(
            "Paste the token into *API Token*. Where Okta asks for a *Base URL* as well, paste that of the SCIM service.",
            [],
        )
    } else {
        line("Paste the base URL into *Base URL*, and the token into *API Token*.", [])
    };
    vec![
        enter,
        line(
            "Choose *Test API Credentials*. Once the test succeeds, choose *Save*; if it fails, see *Troubleshooting* below.",
            [],
        ),
    ]
}

fn choose(profile: &Profile) -> Vec<Line> {
    let boxes = [
        (Feature::CreateUsers, "Create Users"),
        (Feature::UpdateAttributes, "Update User Attributes"),
        (Feature::Deactivate, "Deactivate Users"),
        (Feature::PasswordSync, "Sync Password"),
    ];
    let ticked: Vec<Line> =
        boxes.iter().filter(|(feature, _)| offers(profile, *feature)).map(|(_, label)| strong(label)).collect();
    let mut steps = Vec::new();
    if !ticked.is_empty() {
        steps.push(line("Under *Provisioning* › *To App* choose *Edit*, tick {}, and save.", [listed(ticked, "and")]));
    }
    if profile.all_attributes().any(|attribute| attribute.label.is_some()) {
        steps.push(line("On the same page look through the attribute mappings: the table of attributes below says which there are, and what they may hold.", []));
    }
    if offers(profile, Feature::ImportUsers) {
        steps.push(line("To bring in the accounts that are there, open the tab *Import*, choose *Import Now*, and confirm who is who. A schedule is set under *Provisioning* › *To Okta*.", []));
    } else if rules_out(profile, Feature::ImportUsers) {
        steps.push(line("Leave the import under *Provisioning* › *To Okta* switched off.", []));
    }
    steps
}

fn names(profile: &Profile) -> Vec<Line> {
    match profile.accounts.user_name.as_ref().map(|format| *format.get()) {
        Some(UserNameFormat::Email) => {
            vec![line(
                "On the tab *Sign On* choose *Edit*, set *Application username format* to *Email*, and save.",
                [],
            )]
        }
        Some(UserNameFormat::Any) | None => Vec::new(),
    }
}

fn assign(profile: &Profile) -> Vec<Line> {
    let mut steps = vec![line(
        "On the tab *Assignments* choose *Assign*, and assign people or groups. Nobody is provisioned who is not assigned.",
        [],
    )];
    if offers(profile, Feature::GroupPush) {
        steps.push(line("On the tab *Push Groups* choose *Push Groups* › *Find groups by name*, choose a group, and save. A pushed group brings no people of its own: assign them as well.", []));
    }
    steps
}
