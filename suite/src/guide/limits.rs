//! What cannot be done.

use scim_profile::{Feature, Profile};

use super::document::{Section, code, line, listed, points, sentence, text};
use super::{features, rules_out};

pub(super) fn section(profile: &Profile) -> Section {
    let mut lines = Vec::new();
    let ruled_out: Vec<Feature> = Feature::ALL.into_iter().filter(|feature| rules_out(profile, *feature)).collect();
    if !ruled_out.is_empty() {
        let names = ruled_out.iter().map(|feature| text(features::name(*feature).to_lowercase()));
        lines.push(line("Not supported: {}.", [listed(names, "and")]));
    }
    lines.extend(profile.limits.iter().map(|limit| sentence(&limit.words)));
    lines.extend(profile.refusals.iter().map(|refusal| {
        line(
            "{} is refused ({}): {}",
            [code(refusal.request.get_ref()), text(refusal.status.to_string()), sentence(&refusal.detail)],
        )
    }));
    Section::new("limits", text("Known limits"), points(lines).into_iter().collect())
}
