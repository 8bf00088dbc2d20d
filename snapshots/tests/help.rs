//! The help of the program and of each command, short and long, and what it explains and lists.

use std::path::Path;

use crate::program::screen;
use crate::recording::Snapshot;

pub(crate) fn snapshots() -> Vec<Snapshot> {
    vec![
        Snapshot { name: "help.scimprove", text: || help(&[]) },
        Snapshot { name: "help.check", text: || help(&["check"]) },
        Snapshot { name: "help.serve", text: || help(&["serve"]) },
        Snapshot { name: "help.profile", text: || help(&["profile"]) },
        Snapshot { name: "help.profile-lint", text: || help(&["profile", "lint"]) },
        Snapshot { name: "help.guide", text: || help(&["guide"]) },
        Snapshot { name: "help.init", text: || help(&["init"]) },
        Snapshot { name: "help.list", text: || help(&["list"]) },
        Snapshot { name: "help.explain", text: || help(&["explain"]) },
        Snapshot { name: "help.okta", text: || help(&["okta"]) },
        Snapshot { name: "help.okta-runscope", text: || help(&["okta", "runscope"]) },
        Snapshot { name: "help.cleanup", text: || help(&["cleanup"]) },
        Snapshot { name: "help.version", text: || [&["--version"], &["-V"]].map(|it| show(it)).join("\n") },
        Snapshot { name: "help.explained", text: explained },
    ]
}

fn show(arguments: &[&str]) -> String {
    screen(Path::new("."), arguments)
}

/// Short, then long; where both are the same, once.
fn help(command: &[&str]) -> String {
    let [short, long] = ["-h", "--help"].map(|option| show(&[command, &[option]].concat()));
    let body = |screen: &str| screen.split_once('\n').map(|(_, body)| body.to_string());
    if body(&short) == body(&long) { format!("--help says the same as\n{short}") } else { format!("{short}\n{long}") }
}

fn explained() -> String {
    ["deactivate.patch-pathless", "OKTA-USR-036", "patch.pathless-ignored"].map(|id| show(&["explain", id])).join("\n")
}
