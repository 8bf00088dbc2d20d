//! Properties hold on the target: the built-in server, or that of `SCIM_BASE_URL` with `SCIM_TOKEN`; and they find
//! faults by themselves. `PROPTEST_CASES` tries more cases of each, `SCIMPROVE_SEED` draws others.
#![cfg(feature = "cli")]

mod matrix;

use std::fmt::Write as _;

use clap::Parser;
use matrix::{BOOKS, Peer};
use scim_reference_server::{Defect, defects};
use scimprove::check::Outcome;
use scimprove::clean;
use scimprove::cli::grammar::{Arguments, CheckOptions};
use scimprove::properties::{Plan, relations};
use scimprove::report::Story;
use scimprove::runner::Finished;

/// Enough to find every defect below, and few enough to be tried with every change.
const CASES: u32 = 15;
const SEED: u64 = 1;

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// The finding, its seed, and the lines that show it again.
fn told(finished: &Finished) -> String {
    let mut text = format!("{} {}: {}\n", finished.outcome.name(), finished.id, finished.title);
    if let Some(reason) = &finished.reason {
        let _ = writeln!(text, "  {reason}");
    }
    for finding in &finished.findings {
        let difference = &finding.difference;
        let _ =
            writeln!(text, "  {}: expected {}, got {}", finding.steps.join(", "), difference.expected, difference.got);
        finding.reproduce.iter().for_each(|line| _ = writeln!(text, "  {line}"));
    }
    clean::xml(&text)
}

fn is_red(finished: &&Finished) -> bool {
    matches!(finished.outcome, Outcome::Failed | Outcome::Warned | Outcome::Error)
}

#[test]
fn every_property_holds_on_the_target() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let story: Story = runtime.block_on(async {
        let mut options = CheckOptions {
            only: vec!["property".into()],
            properties: u32::try_from(number("PROPTEST_CASES", CASES.into())).unwrap_or(u32::MAX),
            seed: Some(number("SCIMPROVE_SEED", SEED)),
            ..Arguments::parse_from(["scimprove"]).check
        };
        // The token comes from SCIM_TOKEN by itself.
        options.target.url = std::env::var("SCIM_BASE_URL").ok();
        scimprove::cli::check::story(&options).await.expect("the run ends")
    });
    let red: String = story.finished.iter().filter(is_red).map(told).collect();
    assert!(red.is_empty(), "{red}");
    if std::env::var_os("SCIM_BASE_URL").is_none() {
        let undecided: String = story.finished.iter().filter(|it| it.outcome != Outcome::Passed).map(told).collect();
        assert!(undecided.is_empty(), "{undecided}");
        assert_eq!(story.finished.len(), relations().len());
    }
}

/// What properties alone find of the reference server's defects.
const FOUND: &[&str] = &[
    "filter.unsupported-returns-all",
    "filter.username-case-sensitive",
    "filter.compound-truncated",
    "filter.plus-decoded",
    "paging.total-is-page-size",
    "paging.pages-overlap",
    "put.accepted-not-applied",
    "patch.pathless-ignored",
    "patch.not-atomic",
    "patch.remove-ignored",
    "patch.silent-no-op",
    "member.filtered-remove-ignored",
    "member.filtered-remove-wipes",
    "member.add-replaces",
    "member.replace-is-additive",
    "member.add-existing-500",
];

/// The finding that takes the fewest requests to show.
struct Shown<'a> {
    relation: &'a str,
    case: &'a str,
    requests: usize,
}

fn shown(story: &Story) -> Option<Shown<'_>> {
    let red = story.finished.iter().filter(is_red);
    let findings = red.flat_map(|finished| finished.findings.iter().map(move |finding| (finished, finding)));
    let all = findings.map(|(finished, finding)| Shown {
        relation: &finished.id,
        case: finding.steps[0].split(' ').nth(1).expect("case N of …"),
        requests: finding.reproduce.iter().filter(|line| line.contains("curl ")).count(),
    });
    all.min_by_key(|shown| shown.requests)
}

fn found(defect: &'static Defect, seed: u64) -> Story {
    let peer = Peer { defects: vec![defect], ..Peer::correct() };
    matrix::properties(&peer, &BOOKS, Plan { relations: relations(), cases: CASES, seed })
}

#[test]
fn properties_alone_find_shrink_and_show_defects() {
    let all: Vec<&'static Defect> = FOUND.iter().map(|name| defects::named(name).expect(name)).collect();
    let stories = matrix::each(&all, |defect| found(defect, SEED));
    let mut table = String::from("| defect | found by | case | requests that show it |\n|---|---|---|---|\n");
    for (defect, story) in all.iter().zip(&stories) {
        let shown = shown(story).unwrap_or_else(|| panic!("{} is not found", defect.name));
        let _ = writeln!(table, "| `{}` | `{}` | {} | {} |", defect.name, shown.relation, shown.case, shown.requests);
        // Small enough to be read: never more than what a person would write.
        assert!(shown.requests <= 16, "{}: {} requests", defect.name, shown.requests);
        assert_eq!(story.cleaned.as_ref().map_or(0, |cleaned| cleaned.left.len()), 0, "{}: left behind", defect.name);
    }
    let _ = writeln!(
        table,
        "\n{CASES} cases of each property, seed {SEED}. The requests are those of the printed lines, removal of what they\nmake included."
    );
    matrix::document::compare("detection.md", "properties", &table);
}

#[test]
fn the_same_seed_gives_the_same_findings_and_another_may_not() {
    let defect = defects::named("filter.compound-truncated").expect("the defect");
    let lines = |story: &Story| -> Vec<String> {
        story.finished.iter().flat_map(|it| &it.findings).flat_map(|it| it.reproduce.clone()).collect()
    };
    let (one, again, other) = (found(defect, 7), found(defect, 7), found(defect, 8));
    assert_eq!(lines(&one), lines(&again));
    assert_ne!(lines(&one), lines(&other));
}

/// A property of which nothing could be tried is not passed.
#[test]
fn what_is_never_exercised_never_passes() {
    let peer = Peer { defects: vec![defects::named("discovery.empty").expect("the defect")], ..Peer::correct() };
    let story = matrix::properties(&peer, &BOOKS, Plan { relations: relations(), cases: 3, seed: SEED });
    let of = |id: &str| story.finished.iter().find(|finished| finished.id == id).expect("decided").outcome;
    // Without schemas there is nothing to change; the name can still be asked for.
    assert_eq!(of("property.write.path-shows"), Outcome::Unsupported);
    assert_eq!(of("property.filter.double-negation"), Outcome::Passed);
}
