//! From a run to the guide: what it has proven is stamped, and what it has disproved stops the guide.

mod program;

use program::{Served, run};

const FEATURES: [&str; 4] = ["--feature", "deactivate", "--feature", "group-push"];

#[test]
fn what_a_run_has_proven_is_stamped() {
    let folder = tempfile::tempdir().expect("a folder");
    let checked =
        run(folder.path(), &[&["check", "--profile", "reftab", "--json", "run.json"], &FEATURES[..]].concat());
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    let guide = run(folder.path(), &["guide", "--profile", "reftab", "--report", "run.json"]);
    assert_eq!(guide.code, 0, "{}", guide.err);
    let stamped = |name: &str| {
        let row = guide.out.lines().find(|line| line.starts_with(&format!("| {name} |"))).expect("a row");
        row.split(" | ").last().unwrap_or_default().to_owned()
    };
    let tool = concat!("scimprove ", env!("CARGO_PKG_VERSION"), ", the built-in reference server");
    for name in ["Deactivate users", "Push groups"] {
        assert!(stamped(name).starts_with("**verified** 2") && stamped(name).contains(tool), "{}", stamped(name));
    }
    assert!(stamped("Create users").starts_with("not verified"), "it was not run: {}", stamped("Create users"));

    let page = run(folder.path(), &["guide", "--profile", "reftab", "--report", "run.json", "--output", "guide.HTML"]);
    assert_eq!((page.code, page.out.as_str()), (0, ""), "{}", page.err);
    let html = std::fs::read_to_string(folder.path().join("guide.HTML")).expect("a file");
    assert!(html.starts_with("<!doctype html>") && html.contains("<strong>verified</strong>"), "{html}");
}

#[test]
fn what_a_run_has_disproved_stops_the_guide() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Served::start(folder.path(), &["--profile", "reftab", "--defect", "deactivate.not-applied"]);
    let options = ["check", "--url", &server.url, "--token", &server.token, "--json", "run.json"];
    let checked = run(folder.path(), &[&options[..], &FEATURES[..]].concat());
    assert_eq!(checked.code, 1, "{}{}", checked.out, checked.err);
    let guide = run(folder.path(), &["guide", "--profile", "reftab", "--report", "run.json", "--output", "guide.md"]);
    assert_eq!((guide.code, guide.out.as_str()), (1, ""));
    assert!(guide.err.contains("deactivate is claimed, and the run says: broken"), "{}", guide.err);
    assert!(!folder.path().join("guide.md").exists(), "nothing is written");
}
