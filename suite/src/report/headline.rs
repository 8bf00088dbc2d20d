//! The table that every report opens with: what works, proven.

use serde::Serialize;

use super::Story;
use crate::check::{Feature, Outcome};
use crate::runner::event::Finished;

/// One row of the table.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct Row {
    /// The feature.
    pub feature: Feature,
    /// Its state in words: `works`, `broken (3 findings)` …
    pub state: String,
    /// The state as one word, for colours and machines.
    pub kind: Kind,
    /// Findings that fail.
    pub findings: usize,
}

/// The state of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// At least one check passed, every selected one is decided, none failed.
    Works,
    /// It works as far as a record can show; whether access ends was not tried.
    RecordOnly,
    /// Something failed.
    Broken,
    /// Some checks could not be decided.
    Partly,
    /// The target does not offer it.
    NotOffered,
    /// Nothing was tried.
    NotTested,
}

/// The nine rows, in the order of the documents.
pub fn rows(story: &Story) -> Vec<Row> {
    let started = story.started.as_ref();
    let probed = started.is_some_and(|started| started.login_probe);
    let silent = started.and_then(|started| started.promise.as_ref()).map(|promise| promise.silent.as_slice());
    let is_silent = |row: &Row| silent.is_some_and(|silent| silent.contains(&row.feature));
    let rows = Feature::ALL.iter().map(|feature| row(*feature, &story.finished, probed));
    rows.map(|row| if is_silent(&row) { unclaimed(row) } else { row }).collect()
}

/// A row on which the product is silent: what was found there is told, and counts for nothing.
fn unclaimed(mut row: Row) -> Row {
    if !matches!(row.kind, Kind::NotOffered | Kind::NotTested) {
        row.state.push_str(", not claimed");
    }
    row
}

fn row(feature: Feature, finished: &[Finished], probed: bool) -> Row {
    let of_row: Vec<&Finished> = finished.iter().filter(|finished| finished.feature == feature).collect();
    let counted: Vec<&Finished> =
        of_row.iter().filter(|finished| finished.outcome != Outcome::Unsupported).copied().collect();
    let findings: usize = counted.iter().map(|finished| failures(finished)).sum();
    let decided = counted.iter().filter(|finished| finished.outcome.is_decided()).count();
    let passed = counted.iter().any(|finished| finished.outcome == Outcome::Passed);
    let (kind, state) = if findings > 0 {
        (Kind::Broken, format!("broken ({findings} {})", if findings == 1 { "finding" } else { "findings" }))
    } else if of_row.is_empty() {
        (Kind::NotTested, "not tested".into())
    } else if counted.is_empty() {
        match feature {
            // The checks of this row need a login probe; without one nothing was tried.
            Feature::PasswordSync if !probed => (Kind::NotTested, "not tested (needs --login-probe)".into()),
            _ => (Kind::NotOffered, "not offered".into()),
        }
    } else if decided == 0 {
        (Kind::NotTested, "not tested".into())
    } else if decided < counted.len() || !passed {
        (Kind::Partly, format!("not fully tested ({decided} of {})", counted.len()))
    } else if !probed && feature == Feature::Deactivate {
        (Kind::RecordOnly, "works (record only)".into())
    } else if !probed && feature == Feature::PasswordSync {
        (Kind::NotTested, "not tested (needs --login-probe)".into())
    } else {
        (Kind::Works, "works".into())
    };
    Row { feature, state, kind, findings }
}

/// How many findings of an item fail; an item that fails has at least one.
fn failures(finished: &Finished) -> usize {
    let failed = finished.findings.iter().filter(|finding| finding.outcome == Outcome::Failed).count();
    if finished.outcome == Outcome::Failed { failed.max(1) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Difference;
    use crate::runner::event::{Finding, Promise, Started};

    fn finished(feature: Feature, outcome: Outcome) -> Finished {
        let finding = Finding {
            outcome,
            rules: Vec::new(),
            difference: Difference { expected: String::new(), got: String::new(), pointer: String::new() },
            steps: Vec::new(),
            exchanges: Vec::new(),
            reproduce: Vec::new(),
        };
        Finished {
            id: "a.b".into(),
            title: String::new(),
            feature,
            effect: "",
            cites: Vec::new(),
            is_claimed: true,
            outcome,
            reason: None,
            blocked_by: None,
            verdicts: Vec::new(),
            findings: if outcome == Outcome::Failed { vec![finding.clone(), finding] } else { Vec::new() },
        }
    }

    fn started(login_probe: bool) -> Started {
        Started {
            at: String::new(),
            target: String::new(),
            embedded: false,
            insecure: false,
            login_probe,
            rulebooks: Vec::new(),
            key: String::new(),
            selected: 0,
            ledger: None,
            promise: None,
        }
    }

    fn state(feature: Feature, outcomes: &[Outcome], login_probe: bool) -> String {
        let finished = outcomes.iter().map(|outcome| finished(feature, *outcome)).collect();
        let story = Story { started: Some(started(login_probe)), finished, ..Story::default() };
        rows(&story).into_iter().find(|row| row.feature == feature).map(|row| row.state).unwrap_or_default()
    }

    #[test]
    fn a_row_says_no_more_than_was_proven() {
        use Outcome::*;
        let group = |outcomes: &[Outcome]| state(Feature::GroupPush, outcomes, true);
        assert_eq!(group(&[Passed, Noted, Warned, Unsupported]), "works");
        assert_eq!(group(&[Passed, Failed]), "broken (2 findings)");
        assert_eq!(group(&[Passed, Blocked, Inconclusive]), "not fully tested (1 of 3)");
        assert_eq!(group(&[Unsupported, Unsupported]), "not offered");
        assert_eq!(group(&[Blocked]), "not tested");
        assert_eq!(group(&[]), "not tested");
    }

    #[test]
    fn what_the_product_does_not_claim_counts_for_nothing() {
        let promise = Promise {
            name: "acme".into(),
            title: "Acme".into(),
            claims: Vec::new(),
            silent: vec![Feature::Reactivate, Feature::GroupPush],
            checks: Vec::new(),
        };
        let broken = Finished { is_claimed: false, ..finished(Feature::Reactivate, Outcome::Failed) };
        let works = Finished { is_claimed: false, ..finished(Feature::GroupPush, Outcome::Passed) };
        let started = Started { promise: Some(promise), ..started(true) };
        let story = Story { started: Some(started), finished: vec![broken, works], ..Story::default() };
        let state = |feature| rows(&story).into_iter().find(|row| row.feature == feature).map(|row| row.state);
        assert_eq!(state(Feature::Reactivate).as_deref(), Some("broken (2 findings), not claimed"));
        assert_eq!(state(Feature::GroupPush).as_deref(), Some("works, not claimed"));
        assert_eq!((story.count(Outcome::Failed), story.count_unclaimed(), story.count(Outcome::Passed)), (0, 1, 1));
    }

    #[test]
    fn what_only_a_login_shows_is_not_called_working_without_one() {
        use Outcome::*;
        assert_eq!(state(Feature::Deactivate, &[Passed], false), "works (record only)");
        assert_eq!(state(Feature::Deactivate, &[Passed], true), "works");
        assert_eq!(state(Feature::PasswordSync, &[Passed], false), "not tested (needs --login-probe)");
        assert_eq!(state(Feature::PasswordSync, &[Failed], false), "broken (2 findings)");
        assert_eq!(state(Feature::PasswordSync, &[Passed], true), "works");
    }
}
