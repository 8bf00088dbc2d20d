//! Each defect of the reference server is turned red by a check that cites a rule which the defect breaks.
//! The correct server is shown to be green by `conformance.rs`.
#![cfg(feature = "cli")]

use clap::Parser;
use scimprove::check::Outcome;
use scimprove::cli::check::{embedded_options, story};
use scimprove::cli::embedded::{self, all_defects};
use scimprove::cli::grammar::{Arguments, CheckOptions, Mode};
use scimprove::report::Story;
use scimprove::runner::Finished;

/// Runs everything against a server with this defect.
async fn run_with(defect: &str) -> Story {
    let server = embedded::start(0, "a-token-of-this-test".into(), Mode::Okta, &[defect.to_string()])
        .await
        .expect("the server starts");
    let options = Arguments::parse_from(["scimprove", "--settle", "0.1", "--timeout", "10"]).check;
    let target = embedded_options(&options.target, &server);
    story(&CheckOptions { target, ..options }).await.expect("the run ends")
}

/// The rules that some check says are broken.
fn red_rules(story: &Story) -> Vec<&'static str> {
    let verdicts = story.finished.iter().flat_map(|finished| &finished.verdicts);
    let red = verdicts.filter(|verdict| matches!(verdict.result, Outcome::Failed | Outcome::Warned));
    red.map(|verdict| verdict.rule).collect()
}

/// Whether a blocked check names one that failed in the same run: nothing is blocked without a cause that is told.
fn owner_is_red(story: &Story, finished: &Finished) -> bool {
    let Some(owner) = finished.blocked_by else { return finished.outcome != Outcome::Blocked };
    story.finished.iter().any(|other| other.id == owner && other.outcome == Outcome::Failed)
}

#[test]
fn every_defect_is_turned_red_by_a_check_that_cites_its_rule_and_nothing_is_blocked_without_cause() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    // Each on a server of its own; two at a time keep two cores busy.
    let missed: Vec<String> = runtime.block_on(async {
        use futures::StreamExt;
        futures::stream::iter(all_defects())
            .map(|defect| async move {
                let story = run_with(defect.name).await;
                let red = red_rules(&story);
                let bugs: Vec<&str> = story
                    .finished
                    .iter()
                    .filter(|finished| finished.outcome == Outcome::Error)
                    .map(|finished| finished.id.as_str())
                    .collect();
                let orphans: Vec<&str> = story
                    .finished
                    .iter()
                    .filter(|finished| !owner_is_red(&story, finished))
                    .map(|finished| finished.id.as_str())
                    .collect();
                let left = story.cleaned.as_ref().map_or(0, |cleaned| cleaned.left.len());
                if !defect.breaks.iter().any(|rule| red.contains(rule)) {
                    Some(format!("{}: none of {:?} is red", defect.name, defect.breaks))
                } else if !bugs.is_empty() {
                    Some(format!("{}: bugs of ours in {bugs:?}", defect.name))
                } else if !orphans.is_empty() {
                    Some(format!("{}: {orphans:?} are blocked by something that is not red", defect.name))
                } else if left > 0 {
                    Some(format!("{}: {left} resources left behind", defect.name))
                } else {
                    None
                }
            })
            .buffer_unordered(2)
            .filter_map(|missed| async move { missed })
            .collect()
            .await
    });
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn every_defect_breaks_rules_that_the_catalogue_knows() {
    for defect in all_defects() {
        assert!(!defect.breaks.is_empty(), "{}", defect.name);
        for rule in defect.breaks {
            assert!(scimprove::catalogue::rule(rule).is_some(), "{}: {rule}", defect.name);
        }
    }
}

/// What a target says about itself opens and closes gates; if it says nothing, none is closed.
#[test]
fn a_target_without_discovery_still_gets_every_other_check() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    for defect in ["discovery.spc-missing", "discovery.empty", "discovery.not-list-response"] {
        let story = runtime.block_on(run_with(defect));
        let others = story.finished.iter().filter(|finished| !finished.id.starts_with("discovery."));
        let undecided: Vec<&str> = others
            .filter(|finished| finished.outcome != Outcome::Passed && finished.id != "import.users.fixture")
            .map(|finished| finished.id.as_str())
            .collect();
        assert!(undecided.is_empty(), "{defect}: {undecided:?}");
    }
}
