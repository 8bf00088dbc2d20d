//! `list`: checks, rules, defects, variants, profiles; as lines or as JSON.

use std::collections::BTreeMap;
use std::io::Write;

use scim_profile::Profile;
use serde_json::{Value, json};

use super::grammar::{ListOptions, Listed};
use super::{Exit, Fault, embedded};
use crate::{catalogue, checks};

/// Prints the list.
pub(super) fn list(options: &ListOptions) -> Result<Exit, Fault> {
    if options.what != Listed::Rules && (options.unchecked || !options.rulebook.is_empty()) {
        return Err(Fault::usage("--unchecked and --rulebook choose among rules: `scimprove list rules --unchecked`"));
    }
    let rows = match options.what {
        Listed::Checks => checks::items()
            .iter()
            .map(|item| json!({"id": item.id(), "feature": item.feature(), "since": item.since(), "title": item.title(), "rules": item.rules()}))
            .collect(),
        Listed::Rules => rules(options),
        Listed::Defects => embedded::all_defects()
            .iter()
            .map(|defect| json!({"id": defect.name, "area": defect.area, "title": defect.sentence, "rules": defect.breaks}))
            .collect::<Vec<Value>>(),
        Listed::Variants => embedded::all_variants()
            .iter()
            .map(|variant| json!({"id": variant.name, "title": variant.sentence, "legal": variant.legal_under, "rules": variant.shows}))
            .collect(),
        Listed::Profiles => scim_profile::NAMES.iter().filter_map(|name| scim_profile::named(name)).map(product).collect(),
    };
    let mut out = anstream::stdout().lock();
    let text = if options.json {
        format!("{:#}\n", Value::from(rows))
    } else {
        let width = rows.iter().filter_map(|row| row["id"].as_str()).map(str::len).max().unwrap_or(0);
        rows.iter().map(|row| line(row, width)).collect()
    };
    // A reader that has seen enough closes the pipe; that is no fault.
    match out.write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Fault::bug(error)),
        _ => Ok(Exit::Conforms),
    }
}

fn product(profile: &Profile) -> Value {
    let offered = profile.features.iter().filter(|(_, offer)| *offer.get()).map(|(feature, _)| feature.name());
    json!({
        "id": profile.name, "title": format!("{}: {}", profile.title, profile.about),
        "features": offered.collect::<Vec<&str>>(), "claims": profile.claims.len(),
    })
}

fn rules(options: &ListOptions) -> Vec<Value> {
    let mut citing: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for item in checks::items() {
        for rule in item.rules() {
            citing.entry(rule).or_default().push(item.id());
        }
    }
    let is_wanted = |rule: &&catalogue::Rule| {
        let is_of_book = options.rulebook.is_empty() || options.rulebook.contains(&rule.rulebook);
        is_of_book && !(options.unchecked && citing.contains_key(rule.id.as_str()))
    };
    catalogue::rules()
        .iter()
        .filter(is_wanted)
        .map(|rule| {
            let checks = citing.get(rule.id.as_str()).cloned().unwrap_or_default();
            let mut row = json!({"id": rule.id, "rulebook": rule.rulebook, "level": rule.level, "class": rule.class, "side": rule.side,
                "title": rule.words, "checks": checks});
            if let Some((reason, why)) = catalogue::unchecked(&rule.id) {
                (row["reason"], row["why"]) = (json!(reason.name()), json!(why));
            }
            row
        })
        .collect()
}

fn line(row: &Value, width: usize) -> String {
    let id = row["id"].as_str().unwrap_or_default();
    let title = row["title"].as_str().unwrap_or_default();
    if let Some(reason) = row["reason"].as_str() {
        return format!("{id:<width$}  [{reason}] {title}\n");
    }
    let cited = match row["checks"].as_array() {
        Some(checks) => format!("  [{} {}]", checks.len(), if checks.len() == 1 { "check" } else { "checks" }),
        None => String::new(),
    };
    format!("{id:<width$}  {title}{cited}\n")
}
