//! Groups, and what they give to their members.

use scim_profile::{Feature, Profile};

use super::document::{Block, Section, line, listed, menu, strong, text};
use super::{identity_provider, offers};

pub(super) fn section(profile: &Profile) -> Section {
    let Some(groups) = &profile.groups else { return Section::new("groups", text("Groups"), Vec::new()) };
    let (here, there) = (|| text(&profile.title), || identity_provider(profile));
    let mut blocks = Vec::new();
    if offers(profile, Feature::GroupPush) {
        let words = "A group that {} pushes shows in {} under its name, with those of its members who have accounts. It makes no accounts.";
        blocks.push(Block::Paragraph(line(words, [there(), here()])));
    }
    if let Some(mapping) = &groups.mapping {
        blocks.push(Block::Paragraph(line("A pushed group can give its members a role in {}:", [here()])));
        blocks.push(Block::Steps(vec![
            line("Push the group, as the steps above say.", []),
            line("Sign in to {} as an administrator, and open {}.", [here(), menu(&mapping.found_under)]),
            line(
                "Beside the group choose the role that its members shall have: {}.",
                [listed(mapping.roles.iter().map(strong), "or")],
            ),
        ]));
        blocks.push(Block::Paragraph(line(
            "Those who are members already have the role at once; whoever joins or leaves the group in {} follows.",
            [there()],
        )));
    }
    Section::new("groups", text("Groups"), blocks)
}
