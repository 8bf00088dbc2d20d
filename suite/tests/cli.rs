//! The command line as its users meet it: help, mistakes, reports, secrets, exit codes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use std::path::Path;

use program::{Served, ledger, program, run};
use serde_json::Value;

/// A test in Runscope's form.
const LIFE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/runscope/life-of-a-user.json");

fn here() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Runs and expects this exit code and these words on standard error or output.
fn expect(arguments: &[&str], code: i32, words: &[&str]) -> String {
    let folder = here();
    let ran = run(folder.path(), arguments);
    let all = format!("{}{}", ran.err, ran.out);
    assert_eq!(ran.code, code, "{arguments:?}: {all}");
    for word in words {
        assert!(all.contains(word), "{arguments:?}: no {word:?} in {all}");
    }
    assert!(!all.contains("panicked"), "{all}");
    all
}

#[test]
fn help_shows_examples() {
    expect(&["--help"], 0, &["Examples:", "Exit codes:", "cleanup"]);
    expect(&["check", "--help"], 0, &["Examples:", "--only", "--token-env"]);
    expect(&["serve", "--help"], 0, &["Examples:", "--defect"]);
    expect(&["list", "--help"], 0, &["Examples:", "defects"]);
    expect(&["explain", "--help"], 0, &["Examples:", "<ID>"]);
    expect(&["cleanup", "--help"], 0, &["Examples:", "<LEDGER>"]);
    expect(&["okta", "--help"], 0, &["runscope"]);
    expect(&["okta", "runscope", "--help"], 0, &["Examples:", "<FILE>", "--variable", "--url"]);
}

/// What a product rules out is not asked of it, and is not counted as passed either.
#[test]
fn the_built_in_server_plays_a_product_while_it_is_checked() {
    expect(&["check", "--only", "group.create.empty"], 0, &["1 passed"]);
    let only = ["--only", "group.create.empty", "--only", "create.user.okta"];
    let report = ["check", "--profile", "rubiconmd", only[0], only[1], only[2], only[3]];
    expect(&report, 0, &["1 passed", "1 unsupported", "the product has no groups"]);
}

#[test]
fn mistakes_are_named() {
    let folder = here();
    let junk = folder.path().join("junk.pem");
    std::fs::write(&junk, "no certificate").unwrap();
    let url = "http://127.0.0.1:9/scim";
    expect(&["check", "--nonsense"], 2, &["--nonsense", "Usage"]);
    expect(&["nonsense"], 2, &["nonsense"]);
    expect(&["check", "--url", "nonsense"], 2, &["no URL", "https://app.example.com/scim/v2"]);
    expect(&["check", "--url", "ftp://h/x"], 2, &["https://"]);
    expect(&["check", "--url", url, "--token-file", "nowhere.txt"], 2, &["--token-file nowhere.txt"]);
    expect(&["check", "--url", url, "--token-env", "SCIMPROVE_NOT_SET"], 2, &["SCIMPROVE_NOT_SET", "not set"]);
    expect(&["check", "--url", url, "--token", "a", "--basic", "b:c"], 2, &["cannot be used with"]);
    expect(&["check", "--url", url, "--basic", "nobody"], 2, &["USER:PASSWORD"]);
    expect(&["check", "--url", url, "--ca", "nowhere.pem"], 2, &["--ca nowhere.pem"]);
    expect(&["check", "--url", url, "--ca", junk.to_str().unwrap()], 2, &["PEM"]);
    expect(&["check", "--only", "deactivation"], 2, &["near are", "deactivate."]);
    expect(&["check", "--only", "["], 2, &["no pattern"]);
    expect(&["check", "--profile", "nobody"], 2, &["no profile", "mdscripts"]);
    expect(&["check", "--feature", "nonsense"], 2, &["one of", "deactivate"]);
    expect(&["check", "--rulebook", "nonsense"], 2, &["rfc"]);
    expect(&["check", "--timeout", "forever"], 2, &["seconds"]);
    expect(&["check", "--only", "deactivate", "--skip", "deactivate"], 4, &["nothing is selected"]);
    expect(&["serve", "--defect", "patch.pathless"], 2, &["patch.pathless-ignored"]);
    expect(&["serve", "--variant", "id.numeric"], 2, &["id.number", "near are"]);
    expect(&["serve", "--variant", "id.number", "--variant", "id.long"], 2, &["exclude each other"]);
    expect(&["explain", "deactivate.patch"], 2, &["near are", "deactivate."]);
    expect(&["list", "nonsense"], 2, &["checks, rules, defects, variants"]);
    expect(&["okta"], 2, &["runscope"]);
    expect(&["okta", "runscope", "nowhere.json"], 2, &["nowhere.json"]);
    expect(&["okta", "runscope", junk.to_str().unwrap()], 2, &["junk.pem", "no Runscope export"]);
    expect(&["okta", "runscope", LIFE, "--variable", "randomUsername"], 2, &["a name and a value"]);
    expect(&["okta", "runscope", LIFE, "--variable", "auth=x"], 2, &["options of the target"]);
    expect(&["okta", "runscope", LIFE, "--url", url], 3, &["could not connect"]);
    expect(&["cleanup", "nowhere.jsonl"], 2, &["nowhere.jsonl"]);
    expect(&["cleanup", junk.to_str().unwrap()], 2, &["no scimprove ledger"]);
}

#[test]
fn everything_is_listed_and_explained() {
    for (what, id) in [
        ("checks", "create.user.okta"),
        ("rules", "OKTA-USR-036"),
        ("defects", "patch.pathless-ignored"),
        ("variants", "id.number"),
    ] {
        expect(&["list", what], 0, &[id]);
        let rows: Vec<Value> = serde_json::from_str(&expect(&["list", what, "--json"], 0, &[])).unwrap();
        assert!(rows.iter().any(|row| row["id"] == id) && rows.iter().all(|row| row["title"].is_string()), "{what}");
        expect(&["explain", id], 0, &[id]);
    }
    expect(&["explain", "create.user.okta"], 0, &["try it", "rules", "effect"]);
    expect(&["explain", "patch.pathless-ignored"], 0, &["serve --defect", "breaks"]);
    expect(&["explain", "list.capped"], 0, &["serve --variant", "legal under rfc", "OKTA-IMP-005"]);
}

#[test]
fn the_built_in_server_conforms() {
    let out = expect(&[], 0, &["the built-in reference server", "Create users", "Password sync", "cleaned up"]);
    let works = out.lines().filter(|line| line.trim_end().ends_with("works")).count();
    assert_eq!(works, 9, "{out}");
    assert!(!out.contains('\u{1b}'), "colours in a pipe: {out}");
}

#[test]
fn colours_are_the_users_choice() {
    let folder = here();
    let arguments = ["check", "--only", "create.user.minimal"];
    let coloured = program(folder.path(), &arguments).env("CLICOLOR_FORCE", "1").output().unwrap().stdout;
    assert!(coloured.contains(&0x1b));
    let plain =
        program(folder.path(), &arguments).env("NO_COLOR", "1").env("CLICOLOR_FORCE", "0").output().unwrap().stdout;
    assert!(!plain.is_empty() && !plain.contains(&0x1b));
}

#[test]
fn reports_are_what_they_are_documented_to_be() {
    let folder = here();
    let ran = run(folder.path(), &["check", "--only", "deactivate", "--json", "-", "--junit", "r.xml"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let report: Value = serde_json::from_str(&ran.out).expect("nothing but JSON on standard output");
    assert_eq!(report["schema_version"], 1);
    for field in
        ["/tool/name", "/tool/version", "/target/url", "/features/0/name", "/features/0/state", "/summary/passed"]
    {
        assert!(report.pointer(field).is_some(), "{field}");
    }
    assert_eq!(report["features"].as_array().unwrap().len(), 9);
    assert_eq!(report["target"]["embedded"], true);
    for check in report["checks"].as_array().unwrap() {
        assert_eq!(check["result"], "passed", "{check}");
        for field in ["id", "title", "feature", "effect", "verdicts", "findings", "exchanges"] {
            assert!(check.get(field).is_some(), "{field}");
        }
    }
    let xml = std::fs::read_to_string(folder.path().join("r.xml")).unwrap();
    let junit = quick_junit::Report::deserialize_from_str(&xml).unwrap();
    let cases: usize = junit.test_suites.iter().map(|suite| suite.test_cases.len()).sum();
    assert_eq!(cases, report["checks"].as_array().unwrap().len());
}

fn everything_in(folder: &Path) -> String {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    files.collect()
}

/// A broken server, so that findings with their exchanges are shown; what stays is removed by its ledger.
#[test]
fn secrets_appear_nowhere_and_kept_things_are_cleaned_up() {
    const TOKEN: &str = "t0k3n-th4t-n0b0dy-m4y-s33";
    let folder = here();
    let server = Served::start(
        folder.path(),
        &["--token", TOKEN, "--defect", "deactivate.not-applied", "--defect", "security.password-returned"],
    );
    assert!(server.lines[0].starts_with("SCIM   http://127.0.0.1:") && server.lines[2].starts_with("login  http://"));
    assert_eq!(server.token, TOKEN);
    let arguments = ["check", "--url", &server.url, "--token", TOKEN, "--keep", "--json", "r.json", "--junit", "r.xml"];
    let ran = run(folder.path(), &arguments);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("broken (") && ran.out.contains("$SCIM_TOKEN"), "{}", ran.out);
    let path = ledger(folder.path()).expect("a ledger");
    assert!(ran.out.contains("scimprove cleanup "), "{}", ran.out);
    for text in [&ran.out, &ran.err, &everything_in(folder.path())] {
        assert!(!text.contains(TOKEN) && !text.contains("Pw-"), "a secret is shown");
    }

    let path = path.to_str().unwrap();
    let wrong = run(folder.path(), &["cleanup", path, "--url", "http://127.0.0.1:9/scim/v2", "--token", TOKEN]);
    assert_eq!(wrong.code, 2, "{}", wrong.err);
    assert!(wrong.err.contains("give that URL"), "{}", wrong.err);
    let refused = run(folder.path(), &["cleanup", path, "--url", &server.url, "--token", "wrong"]);
    assert_eq!(refused.code, 1, "{}{}", refused.out, refused.err);
    let cleaned = run(folder.path(), &["cleanup", path, "--url", &server.url, "--token", TOKEN]);
    assert_eq!(cleaned.code, 0, "{}{}", cleaned.out, cleaned.err);
    assert!(cleaned.out.contains(", 0 left"), "{}", cleaned.out);
    assert!(!Path::new(path).exists(), "the ledger has done its work");
    for collection in ["/Users", "/Groups"] {
        let (status, body) = server.http("GET", collection, "");
        let list: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, &list["totalResults"]), (200, &Value::from(0)), "{body}");
    }
}

#[test]
fn basic_credentials_appear_nowhere() {
    let folder = here();
    let server = Served::start(folder.path(), &["--token", "t"]);
    let arguments = ["check", "--url", &server.url, "--basic", "admin:hunter2-hunter2", "--json", "r.json"];
    let ran = run(folder.path(), &arguments);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(ran.err.contains("refuses the credentials"), "{}", ran.err);
    let all = format!("{}{}{}", ran.out, ran.err, everything_in(folder.path()));
    assert!(!all.contains("hunter2") && !all.contains("YWRtaW46"), "{all}");
}

#[test]
fn strict_counts_warnings_as_failures() {
    let folder = here();
    let server = Served::start(folder.path(), &["--token", "t", "--defect", "media.plain-json-answer"]);
    let check = |strict: &[&str]| {
        let arguments = ["check", "--url", &server.url, "--token", "t", "--json", "-"];
        let ran = run(folder.path(), &[&arguments, strict].concat());
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        (ran.code, report["summary"]["warned"].as_u64().unwrap(), report["summary"]["failed"].as_u64().unwrap())
    };
    let (lax, warned, failed) = check(&[]);
    let (strict, ..) = check(&["--strict"]);
    assert_eq!(lax, i32::from(failed > 0));
    assert_eq!(strict, i32::from(failed + warned > 0));
}

#[test]
fn races_are_left_out_on_demand() {
    let races = ["check", "--only", "*.race*", "--json", "-"];
    for (option, outcome, code) in
        [(&["--no-concurrency"][..], "unsupported", 4), (&["--rps", "500"], "unsupported", 4), (&[], "passed", 0)]
    {
        let ran = run(here().path(), &[&races, option].concat());
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!((ran.code, report["summary"][outcome].as_u64()), (code, Some(3)), "{option:?}: {}", ran.out);
    }
}

/// The export of a test whose only request has these headers and is switched on or off.
fn export(folder: &Path, authorization: &str, skipped: bool) -> String {
    let step = serde_json::json!({
        "step_type": "request",
        "note": "Somebody else",
        "skipped": skipped,
        "method": "GET",
        "url": "{{SCIMBaseURL}}/Users",
        "headers": {"Authorization": [authorization]},
        "assertions": [{"source": "response_status", "comparison": "equal_number", "value": 200}],
    });
    let path = folder.join("export.json");
    std::fs::write(&path, serde_json::json!({"name": "Somebody", "steps": [step]}).to_string()).unwrap();
    path.to_str().unwrap().into()
}

#[test]
fn a_test_in_runscopes_form_is_played() {
    let folder = here();
    let server = Served::start(folder.path(), &["--defect", "deactivate.not-applied"]);
    let played = |more: &[&str]| run(folder.path(), &[&["okta", "runscope"], more].concat());
    let ran = played(&[LIFE]);
    assert_eq!(ran.code, 0, "{}{}", ran.err, ran.out);
    assert!(ran.out.contains("5 passed, 1 switched off; 14 assertions: 13 passed, 1 not judged"), "{}", ran.out);
    let ran = played(&[LIFE, "--url", &server.url, "--token", &server.token, "--json", "r.json"]);
    assert_eq!(ran.code, 1, "{}{}", ran.err, ran.out);
    assert!(
        ran.out.contains("✘ active is \"false\"   got true") && ran.out.contains("export SCIM_TOKEN=…"),
        "{}",
        ran.out
    );
    assert!(ledger(folder.path()).is_none(), "all is removed, and the ledger, too");
    let report: Value = serde_json::from_str(&std::fs::read_to_string(folder.path().join("r.json")).unwrap()).unwrap();
    assert_eq!(report["requests"][2]["result"], "failed");
    assert_eq!(report["requests"][2]["asked"][1]["got"], "true");
    assert_eq!(report["summary"]["requests"], serde_json::json!({"passed": 4, "failed": 1, "open": 0, "skipped": 1}));
    let ran = played(&[LIFE, "--url", &server.url, "--token", &server.token, "--keep"]);
    assert!(ran.out.contains("scimprove cleanup ./scimprove-ledger-"), "{}", ran.out);
    let path = ledger(folder.path()).expect("a ledger");
    let cleaned = run(folder.path(), &["cleanup", path.to_str().unwrap(), "--token", &server.token]);
    assert_eq!(
        (cleaned.code, cleaned.out.starts_with("2 removed, 0 gone already, 0 left")),
        (0, true),
        "{}",
        cleaned.out
    );
}

#[test]
fn credentials_in_an_export_are_not_shown() {
    let folder = here();
    let file = export(folder.path(), "Bearer s0m3b0dy-3ls3s-t0k3n", false);
    let ran = run(folder.path(), &["okta", "runscope", &file, "--json", "r.json"]);
    assert_eq!(ran.code, 1, "{}{}", ran.err, ran.out);
    assert!(ran.out.contains("Authorization: Bearer [redacted]"), "{}", ran.out);
    assert!(!everything_in(folder.path()).replace(&std::fs::read_to_string(&file).unwrap(), "").contains("s0m3b0dy"));
    let file = export(folder.path(), "{{auth}}", true);
    expect(&["okta", "runscope", &file], 4, &["every request is switched off"]);
}

/// What is Entra's alone meets the built-in server as Entra needs it.
#[test]
fn the_built_in_server_is_right_by_entras_rules() {
    let ran = run(here().path(), &["check", "--rulebook", "entra", "--strict"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}
