//! The attributes that are mapped, and what they may hold.

use scim_profile::{Attribute, Condition, Invalid, Kind, Mutability, Profile, Rule, Said, UserNameFormat};

use super::document::{Block, Line, Section, Table, code, joined, line, sentence, strong, text};
use super::features;

/// What every identity provider sends, with the names that Okta shows, unless the product does not take it.
const USUAL: [(&str, &str); 5] = [
    ("userName", "Username"),
    ("name.givenName", "First name"),
    ("name.familyName", "Last name"),
    ("emails", "Email"),
    ("active", "–"),
];

/// Names that Okta shows for what a product may take besides.
const LABELS: [(&str, &str); 4] = [
    ("displayName", "Display name"),
    ("phoneNumbers", "Primary phone"),
    ("phoneNumbers[type eq \"mobile\"].value", "Mobile phone"),
    ("externalId", "–"),
];

pub(super) fn section(profile: &Profile) -> Section {
    let mut blocks = vec![table("Attributes of the core and enterprise schemas", rows(profile))];
    for extension in &profile.extensions {
        let words = "{} Where the identity provider asks for the namespace of these attributes, it is {}.";
        blocks.push(Block::Paragraph(line(words, [sentence(&extension.description), code(extension.urn.get_ref())])));
        let rows = extension.attributes.iter().map(|it| row(profile, it.name.get_ref(), Some(it)));
        blocks.push(table("Attributes of a schema of its own", rows.collect()));
    }
    blocks.push(Block::Paragraph(features::others(profile).unwrap_or_else(|| {
        line("Other attributes of the core and the enterprise schema are taken as SCIM has them.", [])
    })));
    Section::new("attributes", text("Attributes"), blocks)
}

/// What an attribute is called where people map it; else its path.
pub(super) fn label_of(profile: &Profile, path: &str) -> Line {
    let own = profile.all_attributes().find(|attribute| attribute.name.get_ref() == path);
    match own.and_then(|attribute| attribute.label.as_ref()) {
        Some(label) => strong(label),
        None => match usual_label(path).filter(|label| *label != "–") {
            Some(label) => strong(label),
            None if path.starts_with("urn:") => code(path.rsplit(':').next().unwrap_or(path)),
            None => code(path),
        },
    }
}

fn usual_label(path: &str) -> Option<&'static str> {
    USUAL.iter().chain(&LABELS).find(|(known, _)| *known == path).map(|(_, label)| *label)
}

fn table(about: &'static str, rows: Vec<Vec<Line>>) -> Block {
    let head = vec!["Attribute", "Shown as", "Type", "Rule", "Values", "Default", "Required"];
    Block::Table(Table { about, head, rows }.without_empty(&none()))
}

fn none() -> Line {
    text("–")
}

/// The usual ones first, then what the product takes besides, then those with rules of its own.
fn rows(profile: &Profile) -> Vec<Vec<Line>> {
    let accepted = profile.accounts.accepts.as_ref().map(|accepts| accepts.attributes.get().as_slice());
    let is_taken = |path: &str| accepted.is_none_or(|all| all.iter().any(|one| one == path));
    let mut plain: Vec<&str> = USUAL.iter().map(|(path, _)| *path).filter(|path| is_taken(path)).collect();
    plain.extend(accepted.unwrap_or_default().iter().map(String::as_str));
    let mut seen = Vec::new();
    plain.retain(|path| {
        !seen.contains(path) && {
            seen.push(*path);
            true
        }
    });
    let core = |path: &str| profile.attributes.iter().find(|attribute| attribute.name.get_ref() == path);
    let mut rows: Vec<Vec<Line>> = plain.iter().map(|path| row(profile, path, core(path))).collect();
    let others = profile.attributes.iter().filter(|attribute| !plain.contains(&attribute.name.get_ref().as_str()));
    rows.extend(others.map(|it| row(profile, it.name.get_ref(), Some(it))));
    rows
}

fn row(profile: &Profile, name: &str, attribute: Option<&Attribute>) -> Vec<Line> {
    let label = attribute.and_then(|it| it.label.as_deref()).or_else(|| usual_label(name));
    let values = attribute.and_then(|it| it.values.as_ref());
    let default = attribute.and_then(|it| it.default.as_ref());
    vec![
        code(name),
        label.map_or_else(none, text),
        text(kind(profile, name, attribute)),
        rule(profile, name, attribute).unwrap_or_else(none),
        values.map_or_else(none, |values| joined(values.get().iter().map(code), ", ")),
        default.map_or_else(none, |default| code(default.get().to_string())),
        required(name, attribute),
    ]
}

fn kind(profile: &Profile, name: &str, attribute: Option<&Attribute>) -> String {
    let kind = match profile.kind_of(name) {
        Some(Some(Kind::String)) => "string",
        Some(Some(Kind::Boolean)) => "boolean",
        Some(Some(Kind::Integer)) => "integer",
        Some(Some(Kind::Decimal)) => "decimal",
        Some(Some(Kind::DateTime)) => "dateTime",
        Some(Some(Kind::Reference)) => "reference",
        Some(None) | None => "complex",
    };
    // Of the RFC's complex attributes only these two have one value.
    let is_list = kind == "complex" && name != "name" && !name.ends_with(":manager");
    if is_list || attribute.is_some_and(|attribute| attribute.multi_valued) {
        format!("{kind}, several")
    } else {
        kind.into()
    }
}

/// Everything that holds for the values, in sentences.
fn rule(profile: &Profile, name: &str, attribute: Option<&Attribute>) -> Option<Line> {
    let mut lines = Vec::new();
    if let Some(description) = attribute.and_then(|attribute| attribute.description.as_deref()) {
        lines.push(sentence(description));
    }
    let format = profile.accounts.user_name.as_ref().map(|format| *format.get());
    if name == "userName" && format == Some(UserNameFormat::Email) {
        lines.push(line("An e-mail address.", []));
    }
    if name == "active" {
        lines.push(line("False closes the account.", []));
    }
    if name == "externalId" {
        lines.push(line("By this the identity provider knows the person.", []));
    }
    if let Some(attribute) = attribute {
        lines.extend(own_rule(attribute));
    }
    if lines.is_empty() { None } else { Some(joined(lines, " ")) }
}

fn own_rule(attribute: &Attribute) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(rule) = &attribute.rule {
        let words = text(words(*rule.get()));
        lines.push(match &attribute.rule_when {
            Some(when) => line("When {}: {}.", [condition(when), words]),
            None => line("It is {}.", [words]),
        });
    }
    if attribute.case_exact.as_ref().is_some_and(|exact| *exact.get()) {
        lines.push(line("Upper and lower case differ.", []));
    }
    let invalid = attribute.invalid.as_ref().map(|invalid| *invalid.get());
    match invalid {
        Some(Invalid::Refused) => lines.push(line("Anything else is refused.", [])),
        Some(Invalid::Default) => lines.push(line("Anything else becomes the default.", [])),
        None => {}
    }
    if let Some(when) = &attribute.applies_when {
        lines.push(line("Only when {}; else it is dropped.", [condition(when)]));
    }
    match attribute.mutability.as_ref().map(|mutability| *mutability.get()) {
        Some(Mutability::Immutable) => lines.push(line("Written once; another value is refused later.", [])),
        Some(Mutability::ReadOnly) => lines.push(line("Read-only; what is sent is dropped.", [])),
        Some(Mutability::WriteOnly) => lines.push(line("Never shown.", [])),
        Some(Mutability::ReadWrite) | None => {}
    }
    lines
}

/// What follows "it is".
pub(super) fn words(rule: Rule) -> &'static str {
    match rule {
        Rule::Npi => "a valid National Provider Identifier: ten digits, the last one a check digit",
        Rule::DeaNumber => "a valid DEA number: two characters and seven digits, the last one a check digit",
        Rule::TimeZone => "a time zone by its IANA name, as Europe/Vienna or US/Eastern",
        Rule::NoDigits => "text without digits",
        Rule::Email => "an e-mail address",
        Rule::KnownList => "a list, with commas, of what your organisation has set up",
        Rule::Known => "one that your organisation has set up",
    }
}

/// `isProvider is true`.
pub(super) fn condition(when: &Said<Condition>) -> Line {
    let Condition { attribute, is } = when.get();
    line("{} is {}", [code(attribute), code(is.to_string())])
}

fn required(name: &str, attribute: Option<&Attribute>) -> Line {
    let always = attribute.and_then(|it| it.required.as_ref()).is_some_and(|required| *required.get());
    match attribute.and_then(|it| it.required_when.as_ref()) {
        _ if always || name == "userName" => text("yes"),
        Some(when) => line("when {}", [condition(when)]),
        None => text("no"),
    }
}
