//! `docs/conformance.md`: every requirement of the catalogue, and the test, the variant or the reason that stands for it.

use scim_reference_server::variants;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

/// Why a requirement asks nothing of this server. The list is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    /// It binds the client, or whoever runs the server.
    Others,
    /// It is about a feature that is optional and not offered.
    NotOffered,
    /// It says that something is no fault, so there is nothing to hold a server to.
    Permission,
}

impl Reason {
    fn sentence(self) -> &'static str {
        match self {
            Self::Others => "binds the client, or whoever runs a server",
            Self::NotOffered => "is about a feature that is optional and not offered here",
            Self::Permission => "says what is no fault, and asks nothing",
        }
    }
}

/// Requirements that speak of what the RFC's own schemas do not have: the server meets them when it differs, as a
/// variant. Whoever goes by one has a test, too.
const BY_VARIANT: &[(&str, &str)] = &[
    ("RFC7643-2.3.3-01", "schema.own-extension"),
    ("RFC7643-2.3.5-02", "schema.own-extension"),
    ("RFC7643-7-27", "schema.own-extension"),
    ("RFC7644-3.4.2.2-45", "schema.own-extension"),
    ("RFC7644-3.5.1-08", "schema.own-extension"),
    ("RFC7644-3.5.1-09", "schema.own-extension"),
    ("RFC7644-3.5.1-10", "schema.own-extension"),
    ("RFC7644-3.5.2-17", "schema.own-extension"),
];

/// Requirements that ask nothing of this server.
const NOT_APPLICABLE: &[(&str, Reason)] = &[
    // A server that redirects; this one never does.
    ("RFC7644-3.12-24", Reason::NotOffered),
    // There is no base address without the version.
    ("RFC7644-3.13-02", Reason::NotOffered),
    // The token is made, and ended, by whoever runs the server.
    ("RFC7644-7.4-01", Reason::Others),
    // A server that redirects from /Me; this one answers there.
    ("RFC7644-3.11-02", Reason::Permission),
    // Asynchronous requests (RFC 9967).
    ("RFC9967-2.5.1.1-01", Reason::NotOffered),
    ("RFC9967-2.5.1.1-02", Reason::NotOffered),
    ("RFC9967-3-01", Reason::NotOffered),
    ("RFC9967-2.5.1.1-03", Reason::NotOffered),
    ("RFC9967-2.5.1.1-04", Reason::NotOffered),
    ("RFC9967-2.5.1.1-05", Reason::NotOffered),
    ("RFC9967-2.5.1.1-06", Reason::NotOffered),
    ("RFC9967-5-01", Reason::NotOffered),
    ("RFC9967-2.5.1.2-01", Reason::NotOffered),
];

/// How many requirements the RFCs make.
const ALL: usize = 675;

/// Numbers from here on are rules of the suite's own.
const OWN: u32 = 90;

#[derive(Deserialize)]
struct Requirement {
    id: String,
    words: String,
}

/// The catalogue of the RFCs, which is data that both halves read.
fn requirements() -> Vec<Requirement> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../suite/src/catalogue/rfc.json");
    let text = std::fs::read_to_string(path).expect("the catalogue can be read");
    let all: Vec<Requirement> = serde_json::from_str(&text).expect("the catalogue is a list");
    all.into_iter().filter(|requirement| number(&requirement.id) < OWN).collect()
}

fn number(id: &str) -> u32 {
    id.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

/// The tests of this binary with the ids above them: `file::name`.
fn tests() -> BTreeMap<String, BTreeSet<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let mut by_id: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a source file");
        let file = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        for (id, test) in cited(&text) {
            by_id.entry(id).or_default().insert(format!("{file}::{test}"));
        }
    }
    by_id
}

/// The ids above each test of a source file. Only what is marked as a test counts, and no test that is ignored.
fn cited(text: &str) -> Vec<(String, String)> {
    let (mut found, mut ids, mut is_test) = (Vec::new(), Vec::new(), false);
    for line in text.lines() {
        if let Some(words) = line.strip_prefix("/// ") {
            let words = words.split([' ', ',']).filter(|word| !word.is_empty());
            ids.extend(words.filter(|word| is_id(word)).map(str::to_owned));
        } else if line.starts_with("#[") {
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            assert!(!line.starts_with("#[ignore"), "an ignored test exercises nothing");
        } else {
            let name = line.trim_start_matches("async ").strip_prefix("fn ").and_then(|rest| rest.split('(').next());
            if let (Some(name), true) = (name, is_test) {
                found.extend(ids.iter().map(|id| (id.clone(), name.to_owned())));
            }
            ids.clear();
            is_test = false;
        }
    }
    found
}

fn is_id(word: &str) -> bool {
    let rest = word.strip_prefix("RFC").unwrap_or_default();
    rest.starts_with(|c: char| c.is_ascii_digit()) && rest.split('-').count() == 3
}

#[test]
fn ids_are_read_from_above_tests_only() {
    let text = "/// RFC7644-4-01, RFC7643-5-01\n#[tokio::test]\nasync fn one() {\n}\n\n/// RFC7644-4-02\nfn none() {}\n\n\
                /// RFC7644-4-03 in words\n/// RFC7644-4-04\n#[test]\nfn two() {}\n";
    let found = cited(text);
    let found: Vec<(&str, &str)> = found.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
    assert_eq!(
        found,
        [("RFC7644-4-01", "one"), ("RFC7643-5-01", "one"), ("RFC7644-4-03", "two"), ("RFC7644-4-04", "two")]
    );
}

#[test]
fn what_is_cited_is_known() {
    let known: BTreeSet<String> = requirements().into_iter().map(|requirement| requirement.id).collect();
    let cited = tests().into_keys().chain(BY_VARIANT.iter().map(|(id, _)| (*id).to_owned()));
    let cited = cited.chain(NOT_APPLICABLE.iter().map(|(id, _)| (*id).to_owned()));
    let unknown: Vec<String> = cited.filter(|id| !known.contains(id)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    let tests = tests();
    for (id, name) in BY_VARIANT {
        assert!(tests.contains_key(*id), "{id} has no test");
        assert!(variants::named(name).is_some(), "{id}: there is no variant {name}");
    }
}

/// What stands for a requirement; nothing, if it was forgotten.
fn exercised_by(id: &str, tests: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let by_test = tests.get(id).into_iter().flatten().map(|name| format!("`{name}`"));
    let variant = BY_VARIANT.iter().find(|(known, _)| *known == id).map(|(_, name)| format!("variant `{name}`"));
    let served: Vec<String> = by_test.chain(variant).collect();
    let Some((_, reason)) = NOT_APPLICABLE.iter().find(|(known, _)| *known == id) else {
        return served;
    };
    assert!(served.is_empty(), "{id} is served, and said not to be");
    vec![format!("not applicable: {}", reason.sentence())]
}

/// Writes the document if `SCIMPROVE_UPDATE` is set, and compares it otherwise. One with a gap is not written.
#[test]
fn the_document_is_complete_and_up_to_date() {
    let tests = tests();
    let (mut text, mut open) = (String::from(HEAD), Vec::new());
    for Requirement { id, words } in requirements() {
        let exercised_by = exercised_by(&id, &tests).join("<br>");
        let words = words.replace('|', "\\|");
        writeln!(text, "| {id} | {words} | {exercised_by} |").expect("a string takes it");
        open.extend(exercised_by.is_empty().then_some(id));
    }
    assert!(open.is_empty(), "neither a test nor a reason: {open:?}");
    assert_eq!(text.lines().count() - HEAD.lines().count(), ALL, "a requirement is missing");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/conformance.md");
    if std::env::var_os("SCIMPROVE_UPDATE").is_some() {
        std::fs::write(&path, text).expect("the document can be written");
        return;
    }
    let old = std::fs::read_to_string(&path).unwrap_or_default();
    let first = old.lines().zip(text.lines()).find(|(old, new)| old != new);
    assert!(old == text, "docs/conformance.md is stale; SCIMPROVE_UPDATE=1 rewrites it. First difference: {first:#?}");
}

/// A file that is no part of this program has none of its tests, whatever stands in it.
#[test]
fn every_test_that_is_named_is_in_this_program() {
    let itself = std::env::current_exe().expect("a program");
    let list = Command::new(itself).args(["--list", "--format", "terse"]).output().expect("a list");
    let list = String::from_utf8(list.stdout).expect("text");
    let there: BTreeSet<&str> = list.lines().filter_map(|line| line.strip_suffix(": test")).collect();
    let named: BTreeSet<String> = tests().into_values().flatten().collect();
    // Without the feature there is nothing of it to test.
    let is_meant = |name: &&String| cfg!(feature = "tls") || !name.starts_with("tls::");
    let missing: Vec<&String> = named.iter().filter(is_meant).filter(|name| !there.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "named, and not there: {missing:?}");
}

const HEAD: &str = "\
# What the reference server does about each requirement

Written by `SCIMPROVE_UPDATE=1 cargo test -p scim-reference-server --test conformance`, and compared whenever that runs.
A test stands in `reference-server/tests/conformance/`, in the file in front of `::`.

| requirement | in words | exercised by |
| --- | --- | --- |
";
