//! No check cries wolf: every legal way of differing is found to be right by the rulebooks that allow it, and the others
//! find exactly what the variant names. Alone and in company; all of it in process, on a paused clock.

#[path = "variants/judge.rs"]
mod judge;
mod matrix;

use judge::{Verdicts, alone, faults, judged, judged_as};
use matrix::each;
use scim_reference_server::policy::PRESETS;
use scim_reference_server::{Variant, variants};

const COMBINATIONS: usize = 40;

#[test]
fn every_variant_is_right_where_it_is_legal_and_shows_elsewhere_what_it_names() {
    let wrong = variants::all().flat_map(|variant| faults(&[variant], &alone()[variant.name]));
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Variants of different subjects together: what each of them shows, and no more.
#[test]
fn variants_in_company_show_what_they_show_alone() {
    let seed = std::env::var("SCIMPROVE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(random);
    println!("SCIMPROVE_SEED={seed}");
    let mut state: u64 = seed;
    let mut below = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    };
    let all: Vec<&Variant> = variants::all().collect();
    let mut companies: Vec<Vec<&Variant>> = Vec::new();
    for _ in 0..COMBINATIONS {
        let wanted = 2 + below(4);
        let mut company: Vec<&Variant> = Vec::new();
        while company.len() < wanted {
            let next = all[below(all.len())];
            if !company.iter().any(|other| other.name == next.name || other.excludes(next)) {
                company.push(next);
            }
        }
        companies.push(company);
    }
    let wrong: Vec<String> = each(&companies, |variants| faults(variants, &judged(variants))).concat();
    assert!(wrong.is_empty(), "SCIMPROVE_SEED={seed}\n{wrong:#?}");
}

/// The rules that a preset breaks, or is warned of, because somebody needs it so.
const SHOWN_BY_PRESETS: &[(&str, &[&str])] = &[
    // Entra changes addresses that were never there, by replacing them (ENTRA-PAT-006).
    // Its validator sends a message without operations, and wants a success.
    ("entra", &["RFC7644-3.5.2.3-09", "RFC7644-3.5.2-04"]),
];

#[test]
fn every_preset_is_right_but_for_what_it_is_there_for() {
    let wrong = each(&PRESETS, |(name, preset)| {
        let found = judged_as(preset());
        let shown = SHOWN_BY_PRESETS.iter().find(|(known, _)| known == name).map_or(&[][..], |(_, rules)| rules);
        let wolves = found.red.iter().filter(|(rule, _)| !shown.contains(rule));
        let mut wrong: Vec<String> = wolves.map(|(rule, check)| format!("{name}: {rule} is red by {check}")).collect();
        let silent = shown.iter().filter(|rule| matrix::is_whole() && !found.red.iter().any(|(red, _)| red == *rule));
        wrong.extend(silent.map(|rule| format!("{name}: {rule} is not red")));
        wrong.extend(found.undecided.iter().map(|check| format!("{name}: {check}")));
        wrong
    });
    assert_eq!(wrong.concat(), Vec::<String>::new());
}

#[test]
fn variants_name_rules_that_the_catalogue_knows_and_that_are_not_their_own() {
    for variant in variants::all() {
        let legal: Vec<&str> = variant.legal_under.iter().map(|book| book.name()).collect();
        assert!(!legal.is_empty(), "{}: a variant is legal somewhere", variant.name);
        for rule in variant.shows {
            let rule = scimprove::catalogue::rule(rule).unwrap_or_else(|| panic!("{}: no rule {rule}", variant.name));
            assert!(!legal.contains(&rule.rulebook.name()), "{}: {} allows it", variant.name, rule.id);
        }
    }
}

/// The judge itself: without a variant nothing is wrong, and what a defect breaks is not taken for legal.
#[test]
fn the_judge_sees_faults() {
    if !matrix::is_whole() {
        return;
    }
    assert_eq!(faults(&[], &judged(&[])), Vec::<String>::new());
    let found = Verdicts { red: vec![("OKTA-IMP-005", "import.users.walk".into())], ..Verdicts::default() };
    assert_eq!(faults(&[], &found).len(), 1);
    let capped = variants::named("list.capped").expect("the variant");
    assert_eq!(faults(&[capped], &Verdicts::default()).len(), 1, "what is named must be seen");
}

fn random() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0) >> 16
}
