//! What became of the claims of a profile: proven, broken, or why nothing can be said.

use serde::Serialize;

use super::Story;
use crate::check::Outcome;
use crate::runner::event::{Claim, Finished};

/// One claim, with what came of it.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct Row {
    /// The claim's id.
    pub id: String,
    /// How firm it is: `stated`, `derived` or `chosen`.
    pub basis: &'static str,
    /// It, in a sentence.
    pub words: String,
    /// Where it shows: `wire`, `page`, `emulator`, `text`.
    pub shows: Vec<&'static str>,
    /// What came of it, as one word.
    pub verdict: Verdict,
    /// The same in words: `broken (2 findings)` …
    pub state: String,
    /// Why nothing, or not everything, can be said.
    pub reasons: Vec<String>,
    /// The checks that judge it.
    pub checks: Vec<String>,
    /// Findings that fail.
    pub findings: usize,
}

/// What came of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Shown to hold, by each check that judges it.
    Proven,
    /// It does not hold.
    Broken,
    /// It holds as far as the documents go, and differs where somebody filled a gap of theirs.
    Noted,
    /// Some checks of it came to no verdict.
    Partly,
    /// Nobody could see it from where this program stands, or the target does not offer it.
    CannotBeShown,
    /// Nothing was tried.
    NotExercised,
}

impl Verdict {
    /// All of them, in the order of reports.
    pub const ALL: [Verdict; 6] = [
        Verdict::Proven,
        Verdict::Broken,
        Verdict::Noted,
        Verdict::Partly,
        Verdict::CannotBeShown,
        Verdict::NotExercised,
    ];

    /// It in words.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Proven => "proven",
            Verdict::Broken => "broken",
            Verdict::Noted => "noted",
            Verdict::Partly => "not fully shown",
            Verdict::CannotBeShown => "cannot be shown",
            Verdict::NotExercised => "not exercised",
        }
    }
}

/// Every claim of the run's profile, in its order; none without a profile.
pub fn rows(story: &Story) -> Vec<Row> {
    let promise = story.started.as_ref().and_then(|started| started.promise.as_ref());
    promise.map(|promise| promise.claims.iter().map(|claim| row(claim, &story.finished)).collect()).unwrap_or_default()
}

fn row(claim: &Claim, finished: &[Finished]) -> Row {
    let citing: Vec<&Finished> = finished.iter().filter(|it| it.cites.contains(&claim.id.as_str())).collect();
    let outcomes = |it: &Finished| -> Vec<Outcome> {
        it.verdicts.iter().filter(|verdict| verdict.rule == claim.id).map(|verdict| verdict.result).collect()
    };
    let any = |wanted: Outcome| citing.iter().any(|it| outcomes(it).contains(&wanted));
    let open: Vec<&Finished> = citing.iter().filter(|it| is_open(it, &outcomes(it))).copied().collect();
    let findings: usize =
        citing.iter().filter(|it| outcomes(it).contains(&Outcome::Failed)).map(|it| failures(it, claim)).sum();
    let mut reasons: Vec<String> = Vec::new();
    for reason in open.iter().map(|it| format!("{}: {}", it.id, reason_of(it))).chain(claim.unseen.iter().cloned()) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    let is_shown = any(Outcome::Passed) || any(Outcome::Noted) || any(Outcome::Warned);
    let verdict = if findings > 0 {
        Verdict::Broken
    } else if !is_shown {
        // What the target does not offer cannot be shown; what was blocked, or not selected, was not exercised.
        let only_unsupported = open.iter().all(|it| it.outcome == Outcome::Unsupported);
        let is_hidden = open.is_empty() && !claim.unseen.is_empty();
        if is_hidden || (!open.is_empty() && only_unsupported) { Verdict::CannotBeShown } else { Verdict::NotExercised }
    } else if !open.is_empty() {
        Verdict::Partly
    } else if any(Outcome::Noted) || any(Outcome::Warned) {
        Verdict::Noted
    } else {
        Verdict::Proven
    };
    if reasons.is_empty() && verdict == Verdict::CannotBeShown {
        reasons.push("the target does not offer it".into());
    }
    let state = match verdict {
        Verdict::Broken if findings == 1 => "broken (1 finding)".into(),
        Verdict::Broken => format!("broken ({findings} findings)"),
        Verdict::Partly => format!("not fully shown ({} of {} checks)", citing.len() - open.len(), citing.len()),
        Verdict::Proven if !claim.unseen.is_empty() => "proven on the wire".into(),
        other => other.words().into(),
    };
    Row {
        id: claim.id.clone(),
        basis: claim.basis,
        words: claim.words.clone(),
        shows: claim.shows.clone(),
        verdict,
        state,
        reasons,
        checks: citing.iter().map(|it| it.id.clone()).collect(),
        findings,
    }
}

/// Whether a check that is about a claim has not come to its end, or to no verdict on it.
fn is_open(finished: &Finished, outcomes: &[Outcome]) -> bool {
    let is_decided = outcomes.iter().any(|outcome| outcome.is_decided());
    !is_decided
        || finished.reason.is_some()
        || outcomes.iter().any(|outcome| *outcome > Outcome::Warned && !outcome.is_decided())
}

fn reason_of(finished: &Finished) -> &str {
    finished.reason.as_deref().unwrap_or("no verdict")
}

/// How many findings of a check break the claim; a check that fails it has one at least.
fn failures(finished: &Finished, claim: &Claim) -> usize {
    let breaks =
        finished.findings.iter().filter(|it| it.outcome == Outcome::Failed && it.rules.contains(&claim.id.as_str()));
    breaks.count().max(1)
}
