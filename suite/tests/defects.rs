//! Each check can fail: every defect of the reference server is turned red by a check that cites a rule which the defect
//! breaks. All of it in process, on a paused clock.

mod matrix;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use matrix::bends::{self, Bend};
use matrix::{ALL_BOOKS, Peer, document, each, is_whole, items, story};
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
        each(&all, |defect| Run {
            defect,
            story: story(&Peer { defects: vec![defect], ..Peer::correct() }, &ALL_BOOKS),
        })
    })
}

/// What the suite said of the correct server through a peer that bends its answers.
fn bent() -> &'static [(Bend, Story)] {
    static BENT: OnceLock<Vec<(Bend, Story)>> = OnceLock::new();
    BENT.get_or_init(|| {
        each(&bends::all(), |bend| (*bend, story(&Peer { bend: Some(*bend), ..Peer::correct() }, &ALL_BOOKS)))
    })
}

/// A check, and a rule that it says is broken.
type Pair = (String, &'static str);

/// What a run found; a legal variation of what a rule permits counts, too, for it is all that such a rule can give.
fn found(story: &Story) -> BTreeSet<Pair> {
    let verdicts = story.finished.iter().flat_map(|it| it.verdicts.iter().map(|verdict| (it.id.clone(), verdict)));
    let found =
        verdicts.filter(|(_, verdict)| matches!(verdict.result, Outcome::Failed | Outcome::Warned | Outcome::Noted));
    found.map(|(id, verdict)| (id, verdict.rule)).collect()
}

/// The rules that some check says are broken.
fn red_rules(story: &Story) -> Vec<&'static str> {
    let verdicts = story.finished.iter().flat_map(|finished| &finished.verdicts);
    let red = verdicts.filter(|verdict| matches!(verdict.result, Outcome::Failed | Outcome::Warned));
    red.map(|verdict| verdict.rule).collect()
}

/// Every run, by the name of what is wrong.
fn all_stories() -> impl Iterator<Item = (String, &'static Story)> {
    let defects = runs().iter().map(|run| (run.defect.name.to_string(), &run.story));
    defects.chain(bent().iter().map(|(bend, story)| (bend.to_string(), story)))
}

fn ids(story: &Story, which: impl Fn(&Finished) -> bool) -> Vec<&str> {
    story.finished.iter().filter(|finished| which(finished)).map(|finished| finished.id.as_str()).collect()
}

#[test]
fn every_defect_is_turned_red_by_a_check_that_cites_its_rule() {
    if !is_whole() {
        return;
    }
    let missed = runs().iter().filter(|run| {
        let red = red_rules(&run.story);
        !run.defect.breaks.iter().any(|rule| red.contains(rule))
    });
    let missed: Vec<&str> = missed.map(|run| run.defect.name).collect();
    assert!(missed.is_empty(), "no check that cites a rule which the defect breaks turns red: {missed:?}");
}

/// A blocked check names one that failed in the same run: nothing is blocked without a cause that is told.
#[test]
fn what_is_blocked_names_a_check_that_is_red() {
    if !is_whole() {
        return;
    }
    for (name, story) in all_stories() {
        let orphans = ids(story, |finished| match finished.blocked_by {
            Some(owner) => !story.finished.iter().any(|it| it.id == owner && it.outcome == Outcome::Failed),
            None => finished.outcome == Outcome::Blocked,
        });
        assert!(orphans.is_empty(), "{name}: {orphans:?} are blocked by something that is not red");
    }
}

#[test]
fn nothing_shows_a_bug_of_ours() {
    for (name, story) in all_stories() {
        let bugs = ids(story, |finished| finished.outcome == Outcome::Error);
        assert!(bugs.is_empty(), "{name}: bugs of ours in {bugs:?}");
    }
}

/// The long proof: every place bent in every way. Minutes; `cargo test --release --test defects -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn whatever_a_peer_answers_is_survived_and_what_is_blocked_names_a_check_that_is_red() {
    let wrong: Vec<String> = each(&bends::everything(), |bend| {
        let story = story(&Peer { bend: Some(*bend), ..Peer::correct() }, &ALL_BOOKS);
        let red = |owner: &str| story.finished.iter().any(|it| it.id == owner && it.outcome == Outcome::Failed);
        let wrong = ids(&story, |finished| {
            finished.outcome == Outcome::Error || finished.blocked_by.is_some_and(|owner| !red(owner))
        });
        (!wrong.is_empty()).then(|| format!("{bend}: {wrong:?}"))
    })
    .into_iter()
    .flatten()
    .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_defect_leaves_anything_behind() {
    for run in runs() {
        let left = run.story.cleaned.as_ref().map_or(0, |cleaned| cleaned.left.len());
        assert_eq!(left, 0, "{}: left behind", run.defect.name);
    }
}

/// Every (check, rule) pair that is declared is decided on the correct server, and no other is.
#[test]
fn what_is_declared_is_what_is_judged() {
    let story = story(&Peer::correct(), &ALL_BOOKS);
    for item in items() {
        let finished = story.finished.iter().find(|finished| finished.id == item.id()).expect("decided");
        assert_eq!(finished.outcome, Outcome::Passed, "{}: {:?}", item.id(), finished.reason);
        let declared: BTreeSet<&str> = item.rules().into_iter().collect();
        let judged: BTreeSet<&str> = finished.verdicts.iter().map(|verdict| verdict.rule).collect();
        assert_eq!(declared, judged, "{}", item.id());
    }
}

#[test]
fn every_rule_of_every_check_is_turned_red_by_something() {
    let mut proven: BTreeSet<Pair> = runs().iter().flat_map(|run| found(&run.story)).collect();
    proven.extend(bent().iter().flat_map(|(_, story)| found(story)));
    let declared = items().into_iter().flat_map(|item| item.rules().into_iter().map(move |rule| (item.id(), rule)));
    let unproven: Vec<Pair> = declared.filter(|pair| !proven.contains(pair)).collect();
    assert!(unproven.is_empty(), "nothing turns these red: add a defect, or a bend of answers: {unproven:#?}");
}

#[test]
fn the_document_shows_what_is_detected() {
    if !is_whole() {
        return;
    }
    let mut proven = BTreeSet::new();
    let mut defects = String::from("| defect | what the server does | checks that turn red |\n| --- | --- | --- |\n");
    for run in runs() {
        let breaks = |finished: &Finished| {
            finished.verdicts.iter().any(|verdict| is_red(verdict.result) && run.defect.breaks.contains(&verdict.rule))
        };
        let red = run.story.finished.iter().filter(|finished| is_red(finished.outcome));
        let red: Vec<(&str, bool)> = red.map(|finished| (finished.id.as_str(), breaks(finished))).collect();
        let row = format!("| `{}` | {} | {} |\n", run.defect.name, run.defect.sentence, families(&red));
        defects.push_str(&row);
        proven.extend(found(&run.story));
    }
    document::compare("detection.md", "defects", &defects);
    let mut bends = String::from("| answers, and what becomes of them | rules | in checks |\n| --- | --- | --- |\n");
    let mut idle = Vec::new();
    for (bend, story) in bent() {
        let new: Vec<Pair> = found(story).difference(&proven).cloned().collect();
        let rules: BTreeSet<&str> = new.iter().map(|(_, rule)| *rule).collect();
        let checks: BTreeSet<&String> = new.iter().map(|(check, _)| check).collect();
        let bend = bend.to_string().replace('|', "\\|");
        if new.is_empty() {
            idle.push(bend.clone());
        }
        bends.push_str(&format!("| `{bend}` | {} | {} |\n", rules.len(), checks.len()));
        proven.extend(new);
    }
    document::compare("detection.md", "bends", &bends);
    assert!(idle.is_empty(), "these prove nothing that is not proven without them: take them out: {idle:#?}");
}

fn is_red(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Failed | Outcome::Warned)
}

/// Ids in one line: checks of one family share its name, and those that cite a broken rule are bold.
fn families(red: &[(&str, bool)]) -> String {
    let mut families: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (id, breaks) in red {
        let (family, form) = id.rsplit_once('.').unwrap_or((id, ""));
        families.entry(family).or_default().push(if *breaks { format!("**{form}**") } else { form.into() });
    }
    let words = families.into_iter().map(|(family, forms)| format!("{family}: {}", forms.join(", ")));
    words.collect::<Vec<_>>().join("; ")
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
    if !is_whole() {
        return;
    }
    for name in ["discovery.spc-missing", "discovery.empty", "discovery.not-list-response"] {
        let run = runs().iter().find(|run| run.defect.name == name).expect("the defect");
        let undecided = ids(&run.story, |finished| {
            // What is only said there can't be held against anything: limits, that there are cursors at all, what attributes are like.
            let is_said_there =
                ["discovery.", "cursor.", "tenancy.cursors", "attributes.", "bulk.limits-announced", "bulk.too-"];
            !is_said_there.iter().any(|beginning| finished.id.starts_with(beginning))
                && finished.outcome != Outcome::Passed
                && finished.id != "import.users.fixture"
        });
        assert!(undecided.is_empty(), "{name}: {undecided:?}");
    }
}
