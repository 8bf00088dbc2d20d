//! What the presets take.

use crate::document::choices;
use scim_reference_server::policy::PRESETS;
use scim_reference_server::{Policy, variants};
use std::collections::BTreeMap;

/// What Okta and Entra write and the RFC does not have: off where the RFC counts, on where they do.
const LENIENCIES: &[(&str, &[&str])] = &[
    ("patch.op_in_any_case", &["okta", "entra"]),
    ("patch.values.string_booleans", &["okta", "entra"]),
    ("patch.values.bare_complex", &["okta", "entra"]),
    ("patch.path_like_keys", &["okta", "entra"]),
    ("patch.listed_values", &["okta", "entra"]),
    ("patch.add_creates_element", &["okta", "entra"]),
    ("ignore_unknown_schemas", &["okta", "entra"]),
    ("patch.replace_creates_element", &["entra"]),
    ("patch.empty_operations", &["entra"]),
    ("patch.unknown_keys", &["entra"]),
    ("patch.unqualified_names", &["entra"]),
    ("patch.filters_lone_values", &["entra"]),
    ("patch.values.lists_of_one", &["entra"]),
    ("patch.values.empty_text_clears", &["entra"]),
    ("writes.values.string_booleans", &["entra"]),
    ("writes.values.bare_complex", &["entra"]),
    ("writes.values.lists_of_one", &["entra"]),
    ("writes.values.empty_text_clears", &["entra"]),
    ("writes.group_names", &["entra"]),
    ("filters.bare_words", &["entra"]),
    ("filters.parts_behind_brackets", &["entra"]),
    ("filters.unqualified_names", &["entra"]),
    ("filters.bare_complex", &["entra"]),
    ("filters.string_booleans", &["entra"]),
];

#[test]
fn leniencies_are_off_where_the_rfc_counts_and_on_for_whom_they_are() {
    let mut wrong = Vec::new();
    for (field, lenient) in LENIENCIES {
        let rows: Vec<_> = choices().filter(|choice| choice.field() == *field).collect();
        assert!(!rows.is_empty(), "{field} stands in no table");
        for choice in rows {
            let taken = |policy: &Policy| choice.taken(policy).map(|reading| reading.name());
            let usual = taken(&Policy::rfc());
            for (name, preset) in PRESETS {
                if (taken(&preset()) != usual) != lenient.contains(&name) {
                    wrong.push(format!("{field} is {:?} in {name}", taken(&preset())));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn a_preset_answers_as_the_readings_that_it_takes() {
    let mut wrong = Vec::new();
    for (name, preset) in PRESETS {
        for choice in choices() {
            let taken = choice.taken(&preset()).expect("a preset takes one of the readings");
            let shown = choice.shown(preset()).await;
            if shown != taken.shows {
                wrong.push(format!("{name}, {}: {shown} instead of {}", choice.field(), taken.shows));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Fields that neither a table nor a variant speaks of, and what does.
const ELSEWHERE: &[(&str, &str)] = &[
    ("product", "the tests of products, in product.rs"),
    ("lists.most_matches", "too_many_results_are_refused, among the tests of the requirements"),
    ("writes.last_owner", "the defect security.last-owner-goes"),
    ("writes.values.last_primary_wins", "writes.primary, which it follows from"),
];

#[test]
fn every_field_of_the_policy_is_tried() {
    let fields = fields(&Policy::okta());
    let mut untried: Vec<&String> = fields.keys().collect();
    untried.retain(|field| !choices().any(|choice| choice.field() == field.as_str()));
    untried.retain(|field| !ELSEWHERE.iter().any(|(known, _)| known == field));
    for variant in variants::all() {
        let mut policy = Policy::okta();
        (variant.change)(&mut policy);
        let changed = self::fields(&policy);
        untried.retain(|field| changed.get(*field) == fields.get(*field));
    }
    assert!(untried.is_empty(), "{untried:#?}");
    let unknown: Vec<&str> =
        choices().map(|choice| choice.field()).filter(|field| !fields.contains_key(*field)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

/// The fields of a policy by their paths, with what they hold, as its `Debug` writes them.
fn fields(policy: &Policy) -> BTreeMap<String, String> {
    let (mut found, mut path) = (BTreeMap::new(), Vec::new());
    for line in format!("{policy:#?}").lines().skip(1) {
        match line.trim().trim_end_matches(',').split_once(": ") {
            Some((name, value)) if value.ends_with('{') => path.push(name.to_owned()),
            Some((name, value)) => {
                let whole: Vec<&str> = path.iter().map(String::as_str).chain([name]).collect();
                found.insert(whole.join("."), value.to_owned());
            }
            None => drop(path.pop()),
        }
    }
    found
}
