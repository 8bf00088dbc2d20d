//! What is seen when something is wrong, and what helps.

use scim_profile::{Advisory, ClosedBy, Gate, Invalid, Mutability, Profile, Scheme, UserNameFormat};

use super::attributes::{condition, label_of, words};
use super::document::{Block, Line, Section, Table, code, line, listed, sentence, strong, text};
use super::schemes;

pub(super) fn section(profile: &Profile) -> Section {
    let rows = [connection(profile), values(profile), advisories(profile)].concat();
    let table = Table { about: "Troubleshooting", head: vec!["What you see", "Why, and what helps"], rows };
    Section::new("troubleshooting", text("Troubleshooting"), vec![Block::Table(table)])
}

type Row = Vec<Line>;

fn connection(profile: &Profile) -> Vec<Row> {
    let authentication = &profile.authentication;
    let shown_once = authentication.shown_once.as_ref().is_some_and(|once| *once.get());
    let remedy = if schemes(profile).iter().all(|scheme| *scheme == Scheme::AuthorizationCode) {
        line("The authentication is over, or was withdrawn. Authenticate again.", [])
    } else if shown_once {
        line("The credential is wrong, or over. Make a new one and enter it: the old one cannot be shown again.", [])
    } else {
        line("The credential is wrong, or over. Copy it anew, without blanks before or behind it.", [])
    };
    let mut rows = vec![vec![line("401 for every request", []), remedy]];
    rows.extend(profile.gates.iter().map(|gate| {
        let seen = line("403 for every request: {}", [sentence(&gate.detail)]);
        vec![seen, opened(gate)]
    }));
    if let Some(days) = &authentication.idle_days {
        let words = "The authentication is over after {} days without a request. Authenticate again, and repeat the tasks that failed meanwhile; nothing is made twice.";
        rows.push(vec![
            line("The connection worked, and does not any more", []),
            line(words, [text(days.get().to_string())]),
        ]);
    }
    rows
}

fn values(profile: &Profile) -> Vec<Row> {
    let mut rows = Vec::new();
    if profile.accounts.user_name.as_ref().is_some_and(|format| *format.get() == UserNameFormat::Email) {
        rows.push(vec![
            line("400 {}, and the detail names {}", [code("invalidValue"), code("userName")]),
            line("The user name is no e-mail address. Set the format of user names as *User names* says.", []),
        ]);
    }
    let refused = profile.all_attributes().filter(|it| {
        it.invalid.as_ref().is_some_and(|invalid| *invalid.get() == Invalid::Refused) && it.rule_when.is_none()
    });
    let refused: Vec<Line> = refused.map(|it| label_of(profile, it.name.get_ref())).collect();
    if !refused.is_empty() {
        rows.push(vec![
            line("400 {}, and the detail names {}", [code("invalidValue"), listed(refused, "or")]),
            line(
                "The value breaks the rule that the table of attributes gives. Correct it, and push the person again.",
                [],
            ),
        ]);
    }
    for attribute in profile.all_attributes() {
        let name = || label_of(profile, attribute.name.get_ref());
        if let (Some(when), Some(rule)) = (&attribute.rule_when, &attribute.rule) {
            let sentence = "When {}, {} must be {}. Correct it, and push the person again.";
            rows.push(vec![
                line("Nothing of an account is stored, and the detail names {}", [name()]),
                line(sentence, [condition(when), name(), text(words(*rule.get()))]),
            ]);
        }
        if let Some(when) = &attribute.required_when {
            rows.push(vec![
                line("400 {}: {} is missing", [code("invalidValue"), name()]),
                line("It is required when {}.", [condition(when)]),
            ]);
        }
        if let Some(when) = &attribute.applies_when {
            rows.push(vec![
                line("{} was sent, and is not there", [name()]),
                line("It does not apply unless {}.", [condition(when)]),
            ]);
        }
        if attribute.invalid.as_ref().is_some_and(|invalid| *invalid.get() == Invalid::Default) {
            let default = attribute.default.as_ref().map(|default| code(default.get().to_string()));
            rows.push(vec![
                line("{} is {}, and something else was sent", [name(), default.unwrap_or_default()]),
                line(
                    "What was sent is none of the values, and became the default. Look at spelling and letter case.",
                    [],
                ),
            ]);
        }
        if attribute.mutability.as_ref().is_some_and(|it| *it.get() == Mutability::Immutable) {
            rows.push(vec![
                line("400 {}, and the detail names {}", [code("mutability"), name()]),
                line("It cannot be changed later. Leave the mapping so that it keeps its value.", []),
            ]);
        }
    }
    rows
}

fn advisories(profile: &Profile) -> Vec<Row> {
    let row = |it: &Advisory| -> Row {
        let attribute = label_of(profile, it.attribute.get_ref());
        let seen = match &it.with {
            Some(with) => line("{} is sent, and {} is switched on", [attribute, text(with)]),
            None => line("{} is sent", [attribute]),
        };
        vec![seen, sentence(&it.words)]
    };
    profile.advisories.iter().map(row).collect()
}

/// What opens a gate.
fn opened(gate: &Gate) -> Line {
    let open_for = || listed(gate.open_for.iter().map(strong), "or");
    match gate.closed_by {
        ClosedBy::Switch => line("Provisioning is switched off for your organisation. Have it switched on.", []),
        ClosedBy::Plan => line("Your organisation is on another plan. It needs {}.", [open_for()]),
        ClosedBy::Role => line("The credential, or whoever made it, has another role. It needs {}.", [open_for()]),
    }
}
