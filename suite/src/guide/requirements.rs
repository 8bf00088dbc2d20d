//! What must be there before anything is configured.

use scim_profile::{ClosedBy, Gate, Profile, Scheme};

use super::document::{Block, Line, Section, line, listed, sentence, strong, text};
use super::{names, scheme_for};

pub(super) fn section(profile: &Profile) -> Section {
    let mut points = vec![administrator(profile)];
    points.extend(profile.gates.iter().map(|gate| open(profile, gate)));
    if let Some(held_by) = &profile.authentication.held_by {
        points.push(line(
            "Somebody with the role {} in {}, who comes by the credentials.",
            [strong(held_by.get()), text(&profile.title)],
        ));
    }
    if scheme_for(profile, &[Scheme::AuthorizationCode]).is_some() {
        points.push(line("An account of {} to sign in with while you connect the two.", [text(&profile.title)]));
    }
    if profile.organisation.child_attribute.is_some() {
        let words = "If people go into organisations below yours: these organisations, set up in {} before the first person is assigned.";
        points.push(line(words, [text(&profile.title)]));
    }
    Section::new("requirements", text("Requirements"), vec![Block::Points(points)])
}

fn administrator(profile: &Profile) -> Line {
    let mut providers: Vec<Line> = profile.identity_providers.iter().map(text).collect();
    if !names(profile, "Okta") {
        providers.insert(0, text("Okta"));
    }
    line(
        "Administrator access to {}, with the right to add applications and to set up provisioning.",
        [listed(providers, "or")],
    )
}

/// What opens a gate, and what is answered until then.
fn open(profile: &Profile, gate: &Gate) -> Line {
    let title = || text(&profile.title);
    let open_for = || listed(gate.open_for.iter().map(strong), "or");
    let opened = match gate.closed_by {
        ClosedBy::Switch => line("Provisioning switched on in {} for your organisation.", [title()]),
        ClosedBy::Plan => line("An organisation of {} on the plan {}.", [title(), open_for()]),
        ClosedBy::Role => {
            line("A credential of {} with the role {}, made by somebody who has it.", [title(), open_for()])
        }
    };
    let others = if gate.closed_for.is_empty() {
        Line::default()
    } else {
        line(" Not enough: {}.", [listed(gate.closed_for.iter().map(strong), "or")])
    };
    line("{}{} Without it every request is refused (403): {}", [opened, others, sentence(&gate.detail)])
}
