//! The reports of a test in Runscope's form, and what is said of files that cannot be played. Nothing in them is left to
//! chance: the server repeats itself, on a paused clock.

#[allow(dead_code, reason = "the suite's own tests use the rest of it")]
#[path = "../../suite/tests/runscope/stage.rs"]
mod stage;

use std::path::Path;

use scimprove::report::runscope::{json, render};
use scimprove::report::terminal::Colour;
use scimprove::runner::runscope::Played;
use serde_json::{Value, json};

use crate::program::screen;
use crate::recording::Snapshot;
use stage::Stage;

pub(crate) fn snapshots() -> Vec<Snapshot> {
    vec![
        Snapshot { name: "reports.runscope-green", text: || render(&played(&[]), Colour::No) },
        Snapshot { name: "reports.runscope-red", text: || render(&played(&DEFECTS), Colour::No) },
        Snapshot { name: "reports.runscope-colours", text: || render(&played(&DEFECTS), Colour::Yes) },
        Snapshot { name: "reports.runscope-json", text: || json::render(&played(&DEFECTS)) },
        Snapshot { name: "mistakes.runscope", text: mistakes },
    ]
}

/// One shows in an answer; by the other nobody is created, and what needs an id is not sent.
const DEFECTS: [&str; 2] = ["paging.numbers-as-strings", "media.request-scim-refused"];

fn played(defects: &[&'static str]) -> Played {
    let text = include_str!("../../suite/tests/runscope/life-of-a-user.json");
    Stage::okta(defects).play(text).expect("it can be played").0
}

fn mistakes() -> String {
    let step = |step: Value| json!({"name": "A test", "steps": [step]}).to_string();
    let get = |url: &str, more: (&str, Value)| {
        let mut get = json!({"step_type": "request", "note": "Ask", "method": "GET", "url": url});
        get[more.0] = more.1;
        step(get)
    };
    let users = "{{SCIMBaseURL}}/Users";
    let odd = json!([{"source": "response_json", "property": "id", "comparison": "sounds_like", "value": "Ada"}]);
    let files = [
        ("notes.json", "Milk, bread".to_string()),
        ("empty.json", json!({"name": "A test", "steps": []}).to_string()),
        ("condition.json", step(json!({"step_type": "condition"}))),
        ("comparison.json", get(users, ("assertions", odd))),
        ("script.json", get(users, ("scripts", json!(["assert.ok(response.body.length > 1);"])))),
        ("form.json", get(users, ("form", json!({"a": ["b"]})))),
        ("organisation.json", get("{{oktaOrgUrl}}/api/v1/apps/{{oktaAppId}}", ("skipped", json!(false)))),
        ("elsewhere.json", get("https://other.example.com/scim/v2/Users", ("skipped", json!(false)))),
        ("credentials.json", get("{{SCIMBaseURL}}/Users?token={{auth}}", ("skipped", json!(false)))),
        ("nothing.json", get(users, ("skipped", json!(true)))),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let screens = files.map(|(name, text)| {
        std::fs::write(folder.path().join(name), text).expect("a file");
        show(folder.path(), &[name])
    });
    let more = [["form.json", "--variable", "EntitlementEndpoint"], ["nothing.json", "--variable", "auth=x"]];
    let more = more.iter().map(|arguments| show(folder.path(), arguments));
    [show(folder.path(), &["nowhere.json"])].into_iter().chain(screens).chain(more).collect::<Vec<_>>().join("\n")
}

fn show(folder: &Path, arguments: &[&str]) -> String {
    let screen = screen(folder, &[&["okta", "runscope"], arguments].concat());
    crate::normalise::normalise(&screen, "no run, no key")
}
