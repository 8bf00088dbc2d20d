//! Step by step in Google's Admin console.

use scim_profile::{Profile, Scheme};

use super::document::{Block, Section, line, strong, text};
use super::scheme_for;

/// What Google's provisioning can use.
const CAN: [Scheme; 2] = [Scheme::ApiKey, Scheme::PersonalToken];

pub(super) fn section(profile: &Profile) -> Section {
    let heading = text("Configure Google");
    if scheme_for(profile, &CAN).is_none() {
        let words = "Google's provisioning uses a fixed token, and {} has none: with Google it cannot be connected.";
        return Section::new("google", heading, vec![Block::Paragraph(line(words, [text(&profile.title)]))]);
    }
    let steps = vec![
        line(
            "In the Admin console open the SAML application of {}. Provisioning is offered for applications of Google's own catalogue.",
            [strong(&profile.title)],
        ),
        line("In its section *Auto-provisioning* begin the configuration.", []),
        line("Paste the token into *Access token*, and the base URL into *Endpoint URL*.", []),
        line("Map the attributes of the table below.", []),
        line("If not everybody shall be provisioned, choose the groups whose members are.", []),
        line(
            "Choose how long after somebody has left the account is suspended: within a day, or after 1, 7 or 30 days.",
            [],
        ),
        line("Switch provisioning on. Google brings changes every few hours.", []),
    ];
    let note =
        "Google sends no groups and no memberships, whatever {} supports: there groups only choose who is provisioned.";
    let blocks = vec![Block::Steps(steps), Block::Note(line(note, [text(&profile.title)]))];
    Section::new("google", heading, blocks)
}
