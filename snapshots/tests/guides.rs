//! The guides of the published systems, in both forms, and one that a run has stamped.

use scim_profile::Profile;
use scimprove::guide::evidence::Evidence;
use scimprove::guide::{document, html, markdown};
use serde_json::json;

use crate::recording::Snapshot;

pub(crate) fn snapshots() -> Vec<Snapshot> {
    vec![
        Snapshot { name: "guides.mdscripts-markdown", text: || markdown_of("mdscripts") },
        Snapshot { name: "guides.mdscripts-html", text: || html_of("mdscripts") },
        Snapshot { name: "guides.reftab-markdown", text: || markdown_of("reftab") },
        Snapshot { name: "guides.reftab-html", text: || html_of("reftab") },
        Snapshot { name: "guides.rubiconmd-markdown", text: || markdown_of("rubiconmd") },
        Snapshot { name: "guides.rubiconmd-html", text: || html_of("rubiconmd") },
        Snapshot { name: "guides.rudderstack-markdown", text: || markdown_of("rudderstack") },
        Snapshot { name: "guides.rudderstack-html", text: || html_of("rudderstack") },
        Snapshot { name: "guides.rxnt-markdown", text: || markdown_of("rxnt") },
        Snapshot { name: "guides.rxnt-html", text: || html_of("rxnt") },
        Snapshot { name: "guides.acme-markdown", text: || markdown::render(&document(&acme(), None)) },
        Snapshot { name: "guides.acme-html", text: || html::render(&document(&acme(), None)).expect("a page") },
        Snapshot { name: "guides.reftab-verified", text: verified },
    ]
}

fn profile(name: &str) -> &'static Profile {
    scim_profile::named(name).expect("a published system")
}

/// The invented one, which uses every key there is.
fn acme() -> Profile {
    Profile::read(include_str!("../../examples/profiles/acme.toml")).expect("a profile")
}

fn markdown_of(name: &str) -> String {
    markdown::render(&document(profile(name), None))
}

fn html_of(name: &str) -> String {
    html::render(&document(profile(name), None)).expect("a page")
}

/// Every feature was tried, and one of them without logins.
fn verified() -> String {
    let row = |name, state, kind| json!({"name": name, "state": state, "kind": kind, "findings": 0});
    let report = json!({
        "schema_version": 1, "at": "2026-03-01T09:30:00Z", "tool": {"name": "scimprove", "version": "0.1.0"},
        "target": {"url": "https://reftab.example.com/scim/v2", "embedded": false, "insecure": true, "login_probe": false},
        "features": [
            row("create-users", "works", "works"),
            row("update-attributes", "works", "works"),
            row("deactivate", "works (record only)", "record-only"),
            row("group-push", "not fully tested (7 of 9)", "partly"),
        ],
        "checks": [],
        "profile": {"name": "reftab"},
        "claims": [
            {"id": "REF-01", "verdict": "proven", "state": "proven"},
            {"id": "REF-04", "verdict": "partly", "state": "not fully shown (2 of 3 checks)"},
            {"id": "REF-09", "verdict": "cannot-be-shown", "state": "cannot be shown"},
            {"id": "REF-10", "verdict": "cannot-be-shown", "state": "cannot be shown"},
        ],
    });
    let evidence = Evidence::read(&report.to_string()).expect("a report");
    assert!(evidence.disproved(profile("reftab")).is_empty());
    markdown::render(&document(profile("reftab"), Some(&evidence)))
}
