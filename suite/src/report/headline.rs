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
    let probed = story.started.as_ref().is_some_and(|started| started.login_probe);
    Feature::ALL.iter().map(|feature| row(*feature, &story.finished, probed)).collect()
}

fn row(feature: Feature, finished: &[Finished], probed: bool) -> Row {
    let of_row: Vec<&Finished> = finished.iter().filter(|finished| finished.feature == feature).collect();
    let counted: Vec<&Finished> =
        of_row.iter().filter(|finished| finished.outcome != Outcome::Unsupported).copied().collect();
    let findings: usize = counted.iter().map(|finished| failures(finished)).sum();
    let decided = counted.iter().filter(|finished| finished.outcome.is_decided()).count();
    let passed = counted.iter().any(|finished| finished.outcome != Outcome::Failed && finished.outcome.is_decided());
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
    } else if decided < counted.len() {
        (Kind::Partly, format!("not fully tested ({decided} of {})", counted.len()))
    } else if !probed && feature == Feature::Deactivate && passed {
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
