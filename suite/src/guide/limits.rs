//! What cannot be done.

use scim_profile::{Feature, Profile};

use super::document::{Section, code, line, listed, points, sentence, text};
use super::features;

pub(super) fn section(profile: &Profile) -> Section {
    let mut lines = Vec::new();
    let of = |said: Option<bool>| {
        let is_it = move |feature: &Feature| profile.features.get(feature).map(|offer| *offer.get()) == said;
        listed(Feature::ALL.into_iter().filter(is_it).map(|it| text(features::name(it).to_lowercase())), "and")
    };
    let (ruled_out, unspoken) = (of(Some(false)), of(None));
    if !ruled_out.is_empty() {
        lines.push(line("Not supported: {}.", [ruled_out]));
    }
    if !unspoken.is_empty() {
        lines.push(line("Not spoken of, so that nobody should count on it: {}.", [unspoken]));
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
