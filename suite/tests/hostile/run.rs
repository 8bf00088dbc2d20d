//! The program against a peer, and what holds of every run whatever the peer does.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::peer::Peer;
use super::program::{Ran, ledger, program};

pub(crate) const TOKEN: &str = "t0k3n/s3cr3t+A==";

/// The most memory that a run may take, in MB.
const MOST_MEMORY: u64 = 256;

/// How a run ended, and the reports that it wrote.
pub(crate) struct Done {
    pub(crate) ran: Ran,
    pub(crate) json: Option<Value>,
    pub(crate) folder: tempfile::TempDir,
}

/// Runs `check` against the peer; asserts what holds for all of them.
pub(crate) async fn check(name: &str, peer: &Peer, options: &[&str]) -> Done {
    let done = against(name, &peer.url, options).await;
    assert!(peer.asked.load(Ordering::SeqCst) > 0, "{name}: the peer was never asked");
    let complaints = peer.complaints.lock().unwrap();
    assert!(complaints.is_empty(), "{name}: {:#?}", complaints.iter().take(9).collect::<Vec<_>>());
    done
}

pub(crate) async fn against(name: &str, url: &str, options: &[&str]) -> Done {
    let folder = tempfile::tempdir().unwrap();
    let fixed = ["check", "--url", url, "--token", TOKEN, "--settle", "0", "--json", "r.json", "--junit", "r.xml"];
    let arguments: Vec<&str> = fixed.iter().chain(options).copied().collect();
    let start = Instant::now();
    let ran = child(name, folder.path(), &arguments).await;
    let took = start.elapsed();
    println!("{name}: exit {} after {took:?}, {} bytes out; {}", ran.code, ran.out.len(), ran.err.trim_end());
    let mut done = Done { ran, json: None, folder };
    outputs_are_safe(name, &done);
    if done.ran.code == 3 {
        let err = &done.ran.err;
        let lines: Vec<&str> = err.lines().filter(|line| line.starts_with("scimprove: ")).collect();
        assert_eq!(lines.len(), 1, "{name}: {err}");
        assert!(lines[0].contains(url), "{name}: {err}");
    }
    match std::fs::read_to_string(done.folder.path().join("r.json")) {
        Ok(text) => done.json = Some(reports_can_be_read(name, &text, &done)),
        Err(_) => {
            assert_eq!(done.ran.code, 3, "{name}: without a report the target was never reached: {}", done.ran.err)
        }
    }
    done
}

/// Runs the program to its end, with colours, and holds it to its memory.
pub(crate) async fn child(name: &str, folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = tokio::process::Command::from(program(folder, arguments));
    command.env("CLICOLOR_FORCE", "1").kill_on_drop(true);
    let child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let (done, stop) = tokio::sync::oneshot::channel();
    let watching = tokio::spawn(peak(child.id().unwrap(), stop));
    let output = tokio::time::timeout(Duration::from_secs(60), child.wait_with_output()).await;
    let output = output.unwrap_or_else(|_| panic!("{name}: it does not end")).unwrap();
    let _ = done.send(());
    let megabytes = watching.await.unwrap() / 1024;
    assert!(megabytes <= MOST_MEMORY, "{name}: {megabytes} MB");
    println!("{name}: at most {megabytes} MB");
    output.into()
}

/// The most memory that a process had, in KB, as long as this can be told.
async fn peak(process: u32, mut stop: tokio::sync::oneshot::Receiver<()>) -> u64 {
    let mut most = 0;
    while stop.try_recv().is_err() {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        most = most.max(line.trim().trim_end_matches(" kB").parse().unwrap_or(0));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    most
}

/// What is not to come near a terminal or a machine that reads reports. Written apart from what the program leaves out.
fn is_obeyed(c: char) -> bool {
    let hidden =
        ["\u{ad}", "\u{61c}", "\u{180e}", "\u{feff}", "\u{fffe}", "\u{ffff}"].iter().any(|it| it.starts_with(c));
    let ranges = [0x200b..=0x200f, 0x2028..=0x202e, 0x2060..=0x206f, 0xfff9..=0xfffb, 0xe0000..=0xe007f];
    (c.is_control() && c != '\n') || hidden || ranges.iter().any(|range| range.contains(&u32::from(c)))
}

/// Our own colours, and nothing else that begins with an escape.
fn without_colours(text: &str) -> String {
    ["0", "1", "2", "31", "32", "33"]
        .iter()
        .fold(text.to_string(), |text, code| text.replace(&format!("\u{1b}[{code}m"), ""))
}

/// Everything that the run has said or written holds nothing that is obeyed, and no secret; and all of it is bounded.
pub(crate) fn outputs_are_safe(name: &str, done: &Done) {
    let Done { ran, folder, .. } = done;
    assert!([0, 1, 3, 4].contains(&ran.code), "{name}: exit {}: {}\n{}", ran.code, ran.err, ran.out);
    assert!(!ran.err.contains("bug of ours") && !ran.err.contains("panicked"), "{name}: {}", ran.err);
    let mut texts =
        vec![("stdout".to_string(), without_colours(&ran.out)), ("stderr".to_string(), without_colours(&ran.err))];
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        texts.push((path.display().to_string(), std::fs::read_to_string(path).expect("UTF-8")));
    }
    for (place, text) in &texts {
        let is_ledger = place.ends_with(".jsonl");
        // A ledger is read by ourselves alone: JSON, one object a line.
        let obeyed = text.chars().find(|c| if is_ledger { c.is_ascii_control() && *c != '\n' } else { is_obeyed(*c) });
        assert_eq!(obeyed, None, "{name}: {place}");
        assert!(text.len() < 48 << 20, "{name}: {place} has {} bytes", text.len());
        for secret in [TOKEN, "t0k3n\\/s3cr3t", "t0k3n%2Fs3cr3t"] {
            assert!(!text.contains(secret), "{name}: the token is in {place}");
        }
    }
    if let Some(path) = ledger(folder.path()) {
        for line in std::fs::read_to_string(path).unwrap().lines() {
            assert!(serde_json::from_str::<Value>(line).unwrap().is_object(), "{name}: {line}");
        }
    }
}

fn reports_can_be_read(name: &str, json: &str, done: &Done) -> Value {
    let report: Value = serde_json::from_str(json).expect("JSON");
    assert_eq!(report["schema_version"], 1);
    let checks = report["checks"].as_array().unwrap();
    let bugs: Vec<&Value> = checks.iter().filter(|check| check["result"] == "error").collect();
    assert!(bugs.is_empty(), "{name}: bugs of ours: {bugs:#?}");
    let xml = std::fs::read_to_string(done.folder.path().join("r.xml")).unwrap();
    let options = roxmltree::ParsingOptions { nodes_limit: 1 << 20, ..Default::default() };
    let document =
        roxmltree::Document::parse_with_options(&xml, options).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(document.root_element().has_tag_name("testsuites"));
    quick_junit::Report::deserialize_from_str(&xml).expect("JUnit");
    report
}

/// Every line to paste is read by a real shell, in which `curl` only writes down what it was asked: nothing else may run,
/// and nothing may be asked of anybody else.
pub(crate) fn lines_are_safe(name: &str, report: &Value, base: &str) {
    let findings = report["checks"].as_array().unwrap().iter().flat_map(|check| check["findings"].as_array().unwrap());
    let scripts = findings.map(|finding| {
        let lines = finding["reproduce"].as_array().unwrap().iter().map(|line| line.as_str().unwrap());
        lines.map(|line| format!("{line}\n")).collect::<String>()
    });
    let scripts: std::collections::BTreeSet<String> = scripts.filter(|script| !script.is_empty()).collect();
    assert!(!scripts.is_empty(), "{name}: no lines to paste");
    let folder = tempfile::tempdir().unwrap();
    let curl = r#"curl() { printf '%s\036' "$@" >> arguments; printf '\035' >> arguments; echo '{"id":"new-1"}'; }"#;
    // Programs that the lines call do nothing here; `target::curl` is tested with them.
    let stubs = "date() { echo 1; }\ntee() { :; }\ntr() { :; }\nsed() { :; }\nhead() { echo new-1; }";
    let all: String = scripts.iter().map(|script| format!("(\n{script})\n")).collect();
    std::fs::write(folder.path().join("script"), format!("{curl}\n{stubs}\n{all}")).unwrap();
    let shell = |arguments: &[&str]| {
        std::process::Command::new("sh")
            .args(arguments)
            .current_dir(folder.path())
            .env("SCIM_TOKEN", "t")
            .output()
            .unwrap()
    };
    let read = shell(&["-n", "script"]);
    assert!(read.status.success(), "{name}: {}", String::from_utf8_lossy(&read.stderr));
    let ran = shell(&["script"]);
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(files.len(), 2, "{name}: {files:?}");
    assert!(
        !String::from_utf8_lossy(&ran.stderr).contains("not found"),
        "{name}: {}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let arguments = std::fs::read_to_string(folder.path().join("arguments")).unwrap();
    for call in arguments.split_terminator('\u{1d}') {
        let url = call.split_terminator('\u{1e}').find(|argument| argument.starts_with("http")).expect("a URL");
        assert!(url.starts_with(base), "{name}: {url}");
    }
}
