//! What people may do, by the value of an attribute.

use scim_profile::{Invalid, Permission, Profile};

use super::attributes::label_of;
use super::document::{Block, Section, Table, code, joined, line, text};
use super::identity_provider;

pub(super) fn section(profile: &Profile) -> Section {
    let mut attributes: Vec<&str> = Vec::new();
    for permission in &profile.permissions {
        let attribute = permission.attribute.get_ref().as_str();
        if !attributes.contains(&attribute) {
            attributes.push(attribute);
        }
    }
    let blocks = attributes.into_iter().flat_map(|attribute| of_attribute(profile, attribute)).collect();
    Section::new("permissions", text("Permissions"), blocks)
}

fn of_attribute(profile: &Profile, name: &str) -> Vec<Block> {
    let of_it: Vec<&Permission> = profile.permissions.iter().filter(|it| it.attribute.get_ref() == name).collect();
    let suggests = of_it.iter().any(|permission| permission.suggested_group.is_some());
    let mut head = vec!["Value", "Its people may"];
    head.extend(suggests.then_some("Suggested group"));
    let rows = of_it.iter().map(|permission| {
        let mut row = vec![code(permission.value.get_ref()), joined(permission.may.iter().map(text), "; ")];
        if suggests {
            row.push(text(permission.suggested_group.as_deref().unwrap_or("–")));
        }
        row
    });
    let intro =
        line("The value of {} says what somebody may do in {}.", [label_of(profile, name), text(&profile.title)]);
    let mut blocks =
        vec![Block::Paragraph(intro), Block::Table(Table { about: "Permissions", head, rows: rows.collect() })];
    let attribute = profile.all_attributes().find(|attribute| attribute.name.get_ref() == name);
    let mut notes = Vec::new();
    if suggests {
        let words = "The groups are suggestions: in {} a group can have any name, and gives its members the value.";
        notes.push(line(words, [identity_provider(profile)]));
    }
    if attribute.is_some_and(|it| it.invalid.as_ref().is_some_and(|invalid| *invalid.get() == Invalid::Default)) {
        let default = attribute.and_then(|it| it.default.as_ref()).map(|default| code(default.get().to_string()));
        notes.push(line("A value outside the table becomes {}, without an error.", [default.unwrap_or_default()]));
    }
    if attribute.is_some_and(|it| it.case_exact.as_ref().is_some_and(|exact| *exact.get())) {
        notes.push(line("In other letter case a value is another one.", []));
    }
    if !notes.is_empty() {
        blocks.push(Block::Paragraph(joined(notes, " ")));
    }
    blocks
}
