//! Step by step in Microsoft Entra's admin center.

use scim_profile::{Profile, Scheme};

use super::document::{Block, Line, Section, code, line, strong, text};
use super::scheme_for;

/// What Entra's provisioning service can use.
const CAN: [Scheme; 3] = [Scheme::ClientCredentials, Scheme::ApiKey, Scheme::PersonalToken];

pub(super) fn section(profile: &Profile) -> Section {
    let heading = text("Configure Microsoft Entra");
    let Some(scheme) = scheme_for(profile, &CAN) else {
        let words = "Entra's provisioning service uses client credentials or a fixed token, and {} has neither: with Entra it cannot be connected.";
        return Section::new("entra", heading, vec![Block::Paragraph(line(words, [text(&profile.title)]))]);
    };
    let mut steps = vec![
        line(
            "In the Entra admin center open *Enterprise apps* and choose {}; if it is not there yet, add it with *New application*.",
            [strong(&profile.title)],
        ),
        line("Open *Provisioning*, and begin a new configuration with automatic provisioning.", []),
        enter(scheme),
        line(
            "Choose *Test Connection*. Entra asks for a user who does not exist, and expects an empty list. Then save.",
            [],
        ),
        line(
            "Under *Mappings* keep those of the table of attributes below, with {} as the matching property, and remove the others.",
            [code("userName")],
        ),
    ];
    if profile.groups.is_none() {
        steps.push(line("Switch the mapping of groups off: {} has none.", [text(&profile.title)]));
    }
    steps.extend([
        line("Under *Users and groups* assign people or groups.", []),
        line("Try one person with *Provision on demand*, and look at the account in {}.", [text(&profile.title)]),
        line("Choose *Start provisioning*. The first cycle takes everybody who is assigned; later ones follow about every 40 minutes.", []),
    ]);
    Section::new("entra", heading, vec![Block::Steps(steps)])
}

fn enter(scheme: Scheme) -> Line {
    match scheme {
        Scheme::ClientCredentials => line(
            "Choose OAuth 2.0 client credentials, and paste the SCIM endpoint into *Tenant URL*, then token endpoint, client ID and client secret.",
            [],
        ),
        _ => line("Paste the base URL into *Tenant URL*, and the token into *Secret Token*.", []),
    }
}
