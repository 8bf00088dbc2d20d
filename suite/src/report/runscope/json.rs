//! One of Okta's published tests, played: for machines. Its form is documented in `docs/json-report.md`.

use serde_json::{Value, json};

use crate::clean;
use crate::idp::okta::runscope::{Judged, Verdict};
use crate::report::json::SCHEMA_VERSION;
use crate::runner::runscope::{End, Played, PlayedStep};

/// The whole run as JSON, indented.
pub fn render(played: &Played) -> String {
    let report = json!({
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "scimprove", "version": env!("CARGO_PKG_VERSION")},
        "target": {"url": played.target, "embedded": played.embedded, "insecure": played.insecure},
        "test": played.name,
        "set_up": played.set_up,
        "requests": played.steps.iter().map(request).collect::<Vec<Value>>(),
        "summary": {
            "requests": {
                "passed": played.count(End::Passed),
                "failed": played.count(End::Failed),
                "open": played.count(End::Open),
                "skipped": played.count(End::Skipped),
            },
            "assertions": {
                "passed": played.passed(),
                "failed": played.failed(),
                "open": played.assertions() - played.passed() - played.failed(),
            },
            "run": played.ended,
            "cleanup": played.cleaned,
        },
    });
    clean::json(&format!("{report:#}\n"))
}

fn request(step: &PlayedStep) -> Value {
    json!({
        "number": step.number,
        "title": step.title,
        "result": step.end(),
        "reason": step.trouble,
        "request": step.request,
        "status": step.status,
        "milliseconds": step.took.as_millis() as u64,
        "asked": step.judged.iter().map(asked).collect::<Vec<Value>>(),
        "reproduce": step.reproduce,
    })
}

fn asked(judged: &Judged) -> Value {
    let (result, reason) = match &judged.verdict {
        Verdict::Passed => ("passed", None),
        Verdict::Failed => ("failed", None),
        Verdict::Open(reason) => ("open", Some(reason)),
    };
    json!({
        "kind": judged.kind,
        "subject": judged.subject,
        "expected": judged.expected,
        "got": judged.got,
        "result": result,
        "reason": reason,
    })
}
