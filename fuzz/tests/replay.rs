//! Every seed and every old crash through its target, without libFuzzer: on any toolchain, in plain `cargo test`.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use scimprove::check::Outcome;
use scimprove::sequence::{codec, text};
use scimprove_fuzz::{canary, dictionary, filter_parse, http_raw, ops_inproc, patch_apply, played, statuses};

type Body = fn(&[u8]);
const TARGETS: [(&str, Body); 4] =
    [("filter_parse", filter_parse), ("patch_apply", patch_apply), ("http_raw", http_raw), ("ops_inproc", ops_inproc)];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder, by name; none where there is no folder.
fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

fn read(file: &Path) -> Vec<u8> {
    fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

#[test]
fn seeds_and_old_crashes_are_clean() {
    for (target, body) in TARGETS {
        let seeds = files(&format!("seeds/{target}"));
        assert!(!seeds.is_empty(), "{target} has no seeds");
        for file in seeds.into_iter().chain(files(&format!("regressions/{target}"))) {
            println!("{}", file.display());
            body(&read(&file));
        }
    }
}

/// The seeds of `http_raw` go through all the doors, and bytes that were cut off anywhere are clean, too.
#[test]
fn connections_get_answers_of_every_kind() {
    let mut seen = std::collections::BTreeSet::new();
    for file in files("seeds/http_raw") {
        let bytes = read(&file);
        seen.extend(statuses(&bytes));
        for end in (0..bytes.len()).step_by(7) {
            http_raw(&bytes[..end]);
        }
    }
    for status in [100, 200, 201, 204, 304, 400, 401, 404, 405, 409, 412, 413, 415, 431, 501] {
        assert!(seen.contains(&status), "nothing is answered {status}: {seen:?}");
    }
}

/// What is written for one target of sequences is clean for the others, too.
#[test]
fn every_stored_sequence_is_readable_and_does_something() {
    for folder in
        ["seeds/ops_inproc", "seeds/ops_remote", "seeds/canary", "regressions/ops_inproc", "regressions/ops_remote"]
    {
        for file in files(folder) {
            let text = String::from_utf8(read(&file)).expect("text");
            let seq = text::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let played = played(&seq, &[]);
            assert!(played.faults().next().is_none(), "{}: {:?}", file.display(), played.steps);
            let sent = played.steps.iter().filter(|step| !step.starts_with("nothing")).count();
            assert!(sent > 0 && played.cleaned.left.is_empty(), "{}: {:?}", file.display(), played.steps);
        }
    }
}

#[test]
fn the_canary_dies_of_its_seed_and_says_why() {
    let seeds = files("seeds/canary");
    assert!(!seeds.is_empty());
    for file in seeds {
        let death = catch_unwind(|| canary(&read(&file))).expect_err("the fault is found");
        let message = death.downcast_ref::<String>().expect("a message");
        for part in ["protocol.named-changes", "RFC7644-3.5-92", "curl -sS", "{\"scimseq\":1}", "$SCIM_TOKEN"] {
            assert!(message.contains(part), "{part} is missing in {message}");
        }
        assert!(!message.contains("a-token-of-this-fuzzer"), "{message}");
    }
}

/// A fuzzer's first steps without a fuzzer: sequences at random, always the same.
#[test]
fn random_sequences_are_clean_and_reach_every_kind_of_answer() {
    let mut word = 0x5C1A_u64;
    let mut byte = || {
        word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (word >> 56) as u8
    };
    let mut statuses = std::collections::BTreeMap::new();
    for _ in 0..150 {
        let bytes: Vec<u8> = (0..codec::RECORD * 20).map(|_| byte()).collect();
        ops_inproc(&bytes);
        filter_parse(&bytes);
        patch_apply(&bytes);
        http_raw(&bytes);
        for step in played(&codec::decode(&bytes), &[]).steps {
            let end = step.rsplit("-> ").next().filter(|_| step.contains("-> ")).unwrap_or("nothing").to_string();
            *statuses.entry((step.split(' ').next().unwrap_or_default().to_string(), end)).or_insert(0) += 1;
        }
    }
    println!("{statuses:#?}");
    for (method, status) in [
        ("POST", "201"),
        ("POST", "409"),
        ("POST", "400"),
        ("PATCH", "200"),
        ("PATCH", "400"),
        ("PATCH", "404"),
        ("PUT", "200"),
        ("DELETE", "204"),
        ("DELETE", "404"),
        ("GET", "200"),
        ("GET", "400"),
        ("GET", "404"),
    ] {
        assert!(statuses.contains_key(&(method.into(), status.into())), "{method} was never answered {status}");
    }
}

#[test]
fn a_defect_is_found_by_random_sequences_too() {
    let seq = text::parse(include_str!("../seeds/ops_inproc/groups.scimseq")).expect("readable");
    let defect = scim_reference_server::defects::named("member.filtered-remove-ignored").expect("the defect");
    let played = played(&seq, &[defect]);
    let found: Vec<&str> = played.faults().map(|finished| finished.id.as_str()).collect();
    assert_eq!(found, ["protocol.named-changes"], "{:?}", played.steps);
    assert!(played.faults().all(|finished| finished.outcome == Outcome::Failed));
}

#[test]
fn the_dictionary_is_that_of_the_tables() {
    let file = root().join("dictionaries/scim.dict");
    if std::env::var_os("SCIMPROVE_UPDATE").is_some() {
        fs::write(&file, dictionary::text()).expect("written");
    }
    let stored = fs::read_to_string(&file).unwrap_or_default();
    assert!(stored == dictionary::text(), "the dictionary is old; SCIMPROVE_UPDATE=1 writes it anew");
}
