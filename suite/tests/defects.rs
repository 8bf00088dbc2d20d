//! Each check can fail: every defect of the reference server is turned red by a check that cites a rule which the defect
//! breaks. All of it in process, on a paused clock.

mod matrix;

use std::sync::OnceLock;

use matrix::{BOOKS, Peer, each, story};
use scim_reference_server::{Defect, defects};
use scimprove::check::Outcome;
use scimprove::report::Story;
use scimprove::runner::Finished;

/// What the suite said of a server with one defect.
struct Run {
    defect: &'static Defect,
    story: Story,
}

fn runs() -> &'static [Run] {
    static RUNS: OnceLock<Vec<Run>> = OnceLock::new();
    RUNS.get_or_init(|| {
        let all: Vec<&'static Defect> = defects::all().iter().collect();
        each(&all, |defect| Run { defect, story: story(&Peer { defects: vec![defect], ..Peer::correct() }, &BOOKS) })
    })
}

/// The rules that some check says are broken.
fn red_rules(story: &Story) -> Vec<&'static str> {
    let verdicts = story.finished.iter().flat_map(|finished| &finished.verdicts);
    let red = verdicts.filter(|verdict| matches!(verdict.result, Outcome::Failed | Outcome::Warned));
    red.map(|verdict| verdict.rule).collect()
}

fn ids(story: &Story, which: impl Fn(&Finished) -> bool) -> Vec<&str> {
    story.finished.iter().filter(|finished| which(finished)).map(|finished| finished.id.as_str()).collect()
}

#[test]
fn every_defect_is_turned_red_by_a_check_that_cites_its_rule() {
    let missed = runs().iter().filter(|run| {
        let red = red_rules(&run.story);
        !run.defect.breaks.iter().any(|rule| red.contains(rule))
    });
    let missed: Vec<String> =
        missed.map(|run| format!("{}: none of {:?} is red", run.defect.name, run.defect.breaks)).collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

/// A blocked check names one that failed in the same run: nothing is blocked without a cause that is told.
#[test]
fn what_is_blocked_names_a_check_that_is_red() {
    for run in runs() {
        let orphans = ids(&run.story, |finished| match finished.blocked_by {
            Some(owner) => !run.story.finished.iter().any(|it| it.id == owner && it.outcome == Outcome::Failed),
            None => finished.outcome == Outcome::Blocked,
        });
        assert!(orphans.is_empty(), "{}: {orphans:?} are blocked by something that is not red", run.defect.name);
    }
}

#[test]
fn no_defect_shows_a_bug_of_ours_or_leaves_anything_behind() {
    for run in runs() {
        let bugs = ids(&run.story, |finished| finished.outcome == Outcome::Error);
        assert!(bugs.is_empty(), "{}: bugs of ours in {bugs:?}", run.defect.name);
        let left = run.story.cleaned.as_ref().map_or(0, |cleaned| cleaned.left.len());
        assert_eq!(left, 0, "{}: left behind", run.defect.name);
    }
}

#[test]
fn every_defect_breaks_rules_that_the_catalogue_knows() {
    for defect in defects::all() {
        assert!(!defect.breaks.is_empty(), "{}", defect.name);
        for rule in defect.breaks {
            assert!(scimprove::catalogue::rule(rule).is_some(), "{}: {rule}", defect.name);
        }
    }
}

/// What a target says about itself opens and closes gates; if it says nothing, none is closed.
#[test]
fn a_target_without_discovery_still_gets_every_other_check() {
    for name in ["discovery.spc-missing", "discovery.empty", "discovery.not-list-response"] {
        let run = runs().iter().find(|run| run.defect.name == name).expect("the defect");
        let undecided = ids(&run.story, |finished| {
            !finished.id.starts_with("discovery.")
                && finished.outcome != Outcome::Passed
                && finished.id != "import.users.fixture"
        });
        assert!(undecided.is_empty(), "{name}: {undecided:?}");
    }
}
