//! What the program says when something cannot be, and its exit code.

use std::path::Path;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use scim_reference_server::{Config, router};

use crate::program::screen;
use crate::recording::{Snapshot, TOKEN};

pub(crate) fn snapshots() -> Vec<Snapshot> {
    vec![
        Snapshot { name: "mistakes.target", text: target },
        Snapshot { name: "mistakes.url", text: || show(URL) },
        Snapshot { name: "mistakes.credentials", text: || show(CREDENTIALS) },
        Snapshot { name: "mistakes.selection", text: || show(SELECTION) },
        Snapshot { name: "mistakes.values", text: || show(VALUES) },
        Snapshot { name: "mistakes.commands", text: || show(COMMANDS) },
        Snapshot { name: "mistakes.files", text: || show(FILES) },
        Snapshot { name: "mistakes.profiles", text: || show(PROFILES) },
    ]
}

/// Nothing listens on the discard port, and nothing needs to: these mistakes are found before.
const NOWHERE: &str = "http://127.0.0.1:9/scim/v2";

const URL: &[&[&str]] = &[
    &["--url", "app.example.com/scim/v2"],
    &["--url", "ftp://app.example.com/scim/v2"],
    &["--url", "https://app.example.com/scim/v2?tenant=7"],
    &["--url", "https://ann:example@app.example.com/scim/v2"],
    &["--url", ""],
];

const CREDENTIALS: &[&[&str]] = &[
    &["--url", NOWHERE, "--token", " "],
    &["--url", NOWHERE, "--token-env", "NOT_SET"],
    &["--url", NOWHERE, "--token-file", "nowhere.txt"],
    &["--url", NOWHERE, "--token-file", "empty.txt"],
    &["--url", NOWHERE, "--token-command", "exit 3"],
    &["--url", NOWHERE, "--token-command", "true"],
    &["--url", NOWHERE, "--basic", "ann"],
    &["--url", NOWHERE, "--token-env", "A", "--basic", "ann:example"],
];

const SELECTION: &[&[&str]] = &[
    &["--only", "deactivation"],
    &["--only", "shoes"],
    &["--only", "["],
    &["--skip", "group.renames.*"],
    &["--only", "deactivate", "--skip", "deactivate*"],
    &["--only", "group", "--feature", "deactivate"],
    &["--feature", "groups"],
    &["--rulebook", "others"],
    &["explain", "deactivate.patch"],
    &["explain", "patch.pathless"],
    &["explain", "OKTA-USR-999"],
    &["explain", "shoes"],
    &["serve", "--defect", "patch.pathless"],
    &["serve", "--defect", "shoes"],
    &["serve", "--profile", "shoes"],
    &["serve", "--profile", "rxnt", "--mode", "rfc"],
];

const VALUES: &[&[&str]] = &[
    &["--timeout", "soon"],
    &["--settle", "-1"],
    &["--timeout", "86400"],
    &["--rps", "0"],
    &["--rps", "many"],
    &["--jobs", "0"],
    &["serve", "--port", "99999"],
    &["serve", "--mode", "google"],
    &["serve", "--users", "2000000000", "--synthetic"],
    &["serve", "--users", "20000000"],
    &["serve", "--synthetic"],
    &["serve", "--tenant", "acme"],
    &["serve", "--tenant", "Acme Inc=secret"],
    &["serve", "--account", ":secret"],
    &["serve", "--log", "--log-format", "xml"],
    &["serve", "--log-format", "json"],
    &["serve", "--tls-cert", "empty.txt"],
    &["serve", "--tls", "--tls-cert", "empty.txt", "--tls-key", "empty.txt"],
    &["serve", "--tls-cert-out", "cert.pem"],
];

const COMMANDS: &[&[&str]] = &[
    &["chekc"],
    &["check", "--tokn", "x"],
    &["--url", NOWHERE, "check"],
    &["list"],
    &["list", "users"],
    &["explain"],
    &["cleanup"],
];

const FILES: &[&[&str]] = &[
    &["--url", NOWHERE, "--ca", "nowhere.pem"],
    &["--url", NOWHERE, "--ca", "empty.txt"],
    &["--only", "create.user.minimal", "--json", "no/such/folder/report.json"],
    &["--only", "create.user.minimal", "--junit", "."],
    &["cleanup", "nowhere.jsonl"],
    &["cleanup", "empty.txt"],
    &["cleanup", "notes.txt"],
    &["serve", "--tls-cert", "nowhere.pem", "--tls-key", "nowhere.pem"],
    &["serve", "--tls-cert", "empty.txt", "--tls-key", "empty.txt"],
    &["serve", "--tls", "--tls-cert-out", "no/such/folder/cert.pem"],
    &["cleanup", "ledger.jsonl", "--url", "https://other.example.com/scim/v2"],
];

const PROFILES: &[&[&str]] = &[
    &["profile", "lint", "nowhere.toml"],
    &["profile", "lint", "notes.txt"],
    &["profile", "lint", "wrong.toml"],
    &["guide"],
    &["guide", "--profile", "shoes"],
    &["guide", "--profile", "wrong.toml"],
    &["guide", "--profile", "reftab", "--format", "pdf"],
    &["guide", "--profile", "reftab", "--output", "no/such/folder/guide.html"],
    &["guide", "--profile", "reftab", "--report", "nowhere.json"],
    &["guide", "--profile", "reftab", "--report", "notes.txt"],
    &["guide", "--profile", "reftab", "--report", "other.json"],
    &["guide", "--profile", "reftab", "--report", "broken.json", "--output", "guide.html"],
    &["guide", "--profile", "rxnt", "--report", "broken.json", "--output", "guide.html"],
    &["init", "--name", "Acme Inc"],
    &["init", "--output", "notes.txt"],
    &["init", "--output", "no/such/folder/acme.toml"],
];

/// A run that has found group push broken, and a claim of Reftab's with it.
const BROKEN: &str = r#"{
    "schema_version": 1, "at": "2026-03-01T09:30:00Z", "tool": {"name": "scimprove", "version": "0.1.0"},
    "target": {"url": "https://reftab.example.com/scim/v2", "embedded": false, "insecure": false},
    "features": [{"name": "group-push", "state": "broken (2 findings)", "kind": "broken"}],
    "checks": [{"id": "profile.groups", "verdicts": [{"rule": "REF-04", "result": "failed"}]}],
    "profile": {"name": "reftab"}, "claims": [{"id": "REF-04", "verdict": "broken", "state": "broken (1 finding)"}]
}"#;

const WRONG: &str = r#"
name = "acme"
title = "Acme"
about = "things"
identity-providers = ["Okta"]
claim = [{ id = "ACME-01", basis = "chosen", shows = ["wire"], words = "all of it" }]

[features]
group-push = { value = true, from = "stated ACME-01" }

[authentication]
scheme = { value = "api-key", from = "chosen ACME-02" }
"#;

fn show(mistakes: &[&[&str]]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("empty.txt", "");
    write("notes.txt", "Milk, bread\n");
    write("wrong.toml", WRONG);
    write("broken.json", BROKEN);
    write("other.json", "{\"schema_version\": 2}");
    write(
        "ledger.jsonl",
        "{\"ledger\":1,\"key\":\"abcdefghijkl\",\"base\":\"https://app.example.com/scim/v2\",\"at\":\"2026-01-01T00:00:00Z\"}\n",
    );
    let screens: Vec<String> =
        mistakes.iter().map(|arguments| without_chance(&screen(folder.path(), arguments))).collect();
    screens.join("\n")
}

/// Targets that are none.
fn target() -> String {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let web_page = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], "<html><h1>Welcome</h1></html>");
    let moved = Redirect::permanent("https://app.example.com/scim/v2/Users");
    let reference = || Some(router(Config::new("http://scim.example", TOKEN)));
    let targets: [(&str, Option<Router>, &[&str]); 7] = [
        ("nothing listens there", None, &[]),
        ("the reference server, without a token", reference(), &[]),
        ("the reference server, with a wrong token", reference(), &["--token", "wrong-token"]),
        ("a web application", Some(answers(web_page)), &[]),
        ("a service that has moved", Some(answers(moved)), &[]),
        ("a service that answers something else", Some(answers("OK")), &[]),
        ("nothing at this path", Some(answers((StatusCode::NOT_FOUND, "404 page not found"))), &[]),
    ];
    let screens = targets.map(|(what, router, options)| {
        let base = match router {
            Some(router) => runtime.block_on(served(router)),
            None => "http://127.0.0.1:9".into(),
        };
        let screen = screen(Path::new("."), &[&["--url", &format!("{base}/scim/v2")], options].concat());
        format!("# {what}\n{}", without_chance(&screen))
    });
    screens.join("\n")
}

fn answers<T: IntoResponse + Clone + Send + Sync + 'static>(answer: T) -> Router {
    Router::new().fallback(get(async move || answer.clone()))
}

/// Serves as long as the runtime lives, and gives the origin.
async fn served(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    origin
}

fn without_chance(screen: &str) -> String {
    crate::normalise::normalise(screen, "no run, no key")
}
