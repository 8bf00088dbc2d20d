//! The JSON report. Its form is versioned and documented in `docs/json-report.md`.

use serde::Serialize;
use serde_json::{Value, json};

use super::Story;
use super::claims;
use super::headline::{self, Kind};
use crate::check::Outcome;
use crate::clean;
use crate::runner::event::Finished;

/// The version of the form; it grows when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// The whole run as JSON, indented.
pub fn render(story: &Story) -> String {
    let started = story.started.as_ref();
    let features: Vec<Value> = headline::rows(story)
        .into_iter()
        .map(|row| json!({"name": row.feature, "state": row.state, "kind": row.kind, "findings": row.findings}))
        .collect();
    let mut report = json!({
        "schema_version": SCHEMA_VERSION,
        "at": started.map(|started| &started.at),
        "tool": {"name": "scimprove", "version": env!("CARGO_PKG_VERSION")},
        "target": {
            "url": started.map(|started| &started.target),
            "embedded": started.is_some_and(|started| started.embedded),
            "insecure": started.is_some_and(|started| started.insecure),
            "login_probe": started.is_some_and(|started| started.login_probe),
        },
        "choices": story.choices,
        "features": features,
        "checks": story.finished.iter().map(check).collect::<Vec<Value>>(),
        "summary": summary(story),
    });
    if let Some(promise) = started.and_then(|started| started.promise.as_ref()) {
        report["profile"] = json!({"name": promise.name, "title": promise.title, "not_claimed": promise.silent});
        report["claims"] = as_value(&claims::rows(story));
    }
    clean::json(&format!("{report:#}\n"))
}

fn check(finished: &Finished) -> Value {
    let findings: Vec<Value> = finished
        .findings
        .iter()
        .map(|finding| {
            json!({
                "result": finding.outcome,
                "rules": finding.rules,
                "steps": finding.steps,
                "expected": finding.difference.expected,
                "got": finding.difference.got,
                "pointer": finding.difference.pointer,
                "exchanges": finding.exchanges,
                "reproduce": finding.reproduce,
            })
        })
        .collect();
    let mut exchanges: Vec<Value> = Vec::new();
    for finding in &finished.findings {
        for evidence in &finding.exchanges {
            let evidence = as_value(evidence);
            if !exchanges.contains(&evidence) {
                exchanges.push(evidence);
            }
        }
    }
    let mut check = json!({
        "id": finished.id,
        "title": finished.title,
        "feature": finished.feature,
        "result": finished.outcome,
        "reason": finished.reason,
        "blocked_by": finished.blocked_by,
        "effect": finished.effect,
        "verdicts": finished.verdicts,
        "findings": findings,
        "exchanges": exchanges,
    });
    if !finished.is_claimed {
        check["not_claimed"] = true.into();
    }
    check
}

fn summary(story: &Story) -> Value {
    let count = |outcome| story.count(outcome);
    let broken = headline::rows(story).iter().filter(|row| row.kind == Kind::Broken).count();
    let unclaimed = story.count_unclaimed();
    let mut summary = json!({
        "passed": count(Outcome::Passed),
        "failed": count(Outcome::Failed),
        "warned": count(Outcome::Warned),
        "noted": count(Outcome::Noted),
        "unsupported": count(Outcome::Unsupported),
        "blocked": count(Outcome::Blocked),
        "inconclusive": count(Outcome::Inconclusive),
        "error": count(Outcome::Error),
        "broken_features": broken,
        "run": story.ended,
        "cleanup": story.cleaned,
    });
    if unclaimed > 0 {
        summary["not_claimed"] = unclaimed.into();
    }
    summary
}

fn as_value(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
