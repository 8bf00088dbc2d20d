//! A run that is killed leaves nothing behind but its ledger, and the ledger is enough.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use program::{Served, ledger, program, run};
use serde_json::Value;

const BYSTANDER: &str = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bystander@corp.example","externalId":"b1","active":true}"#;

fn check(folder: &Path, url: &str, token: &str) -> Child {
    let arguments = ["check", "--url", url, "--token", token, "--rps", "40", "--timeout", "20"];
    program(folder, &arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// The whole list, as it was sent.
fn users(server: &Served) -> (u64, String) {
    let (status, body) = server.http("GET", "/Users?count=100", "");
    assert_eq!(status, 200, "{body}");
    let list: Value = serde_json::from_str(&body).unwrap();
    (list["totalResults"].as_u64().unwrap(), body)
}

#[test]
fn a_killed_run_is_cleaned_up_by_its_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let server = Served::start(folder.path(), &["--token", "t"]);
    assert_eq!(server.http("POST", "/Users", BYSTANDER).0, 201);
    let (_, before) = users(&server);

    let mut child = check(folder.path(), &server.url, "t");
    std::thread::sleep(Duration::from_secs(2));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(users(&server).0 > 1, "the run left nothing that could be cleaned up");

    let ledger = ledger(folder.path()).expect("a ledger");
    // Twice: the second time there is nothing to read any more.
    let cleaned = run(folder.path(), &["cleanup", ledger.to_str().unwrap(), "--url", &server.url, "--token", "t"]);
    assert_eq!(cleaned.code, 0, "{}{}", cleaned.out, cleaned.err);
    assert_eq!(users(&server), (1, before), "exactly the bystander, as it was");
    let (_, groups) = server.http("GET", "/Groups", "");
    assert_eq!(serde_json::from_str::<Value>(&groups).unwrap()["totalResults"], 0, "{groups}");
    assert!(!ledger.exists());
}

/// Hands everything on to the server; the answer to one create is kept back for ever, though the server has made the
/// user. Tells when that has happened.
fn swallowing_proxy(server: &str, after: usize) -> (u16, Arc<AtomicBool>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let swallowed = Arc::new(AtomicBool::new(false));
    let creates = Arc::new(AtomicUsize::new(0));
    let (server, told) = (server.to_string(), swallowed.clone());
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, mut upstream) = (client.unwrap(), TcpStream::connect(&server).unwrap());
            let (swallowed, creates) = (swallowed.clone(), creates.clone());
            std::thread::spawn(move || {
                let mut buffer = vec![0; 1 << 20];
                // A request is small enough to come in one piece or two; its head is in the first.
                while let Ok(count @ 1..) = client.read(&mut buffer) {
                    let is_create = buffer[..count].starts_with(b"POST /scim/v2/Users");
                    let number = if is_create { creates.fetch_add(1, Ordering::SeqCst) } else { 0 };
                    upstream.write_all(&buffer[..count]).ok()?;
                    let ended = buffer[..count].windows(4).any(|four| four == b"\r\n\r\n");
                    if !ended || waits_for_body(&buffer[..count]) {
                        let more = client.read(&mut buffer).ok()?;
                        upstream.write_all(&buffer[..more]).ok()?;
                    }
                    let answered = upstream.read(&mut buffer).ok()?;
                    if is_create && number == after {
                        swallowed.store(true, Ordering::SeqCst);
                        std::thread::sleep(Duration::from_secs(60));
                        return None;
                    }
                    client.write_all(&buffer[..answered]).ok()?;
                }
                Some(())
            });
        }
    });
    (port, told)
}

/// Whether the head is there and the body is still on its way.
fn waits_for_body(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length =
        head.to_lowercase().split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok());
    body.len() < length.unwrap_or(0)
}

#[test]
fn a_create_whose_answer_never_came_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let server = Served::start(folder.path(), &["--token", "t"]);
    assert_eq!(server.http("POST", "/Users", BYSTANDER).0, 201);
    let (_, before) = users(&server);
    let host = server.url.strip_prefix("http://").unwrap().split('/').next().unwrap().to_string();
    let (port, swallowed) = swallowing_proxy(&host, 6);
    let url = format!("http://127.0.0.1:{port}/scim/v2");

    let mut child = check(folder.path(), &url, "t");
    let start = Instant::now();
    while !swallowed.load(Ordering::SeqCst) {
        assert!(start.elapsed() < Duration::from_secs(20), "no create was swallowed");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let ledger = ledger(folder.path()).expect("a ledger");
    let text = std::fs::read_to_string(&ledger).unwrap();
    let numbers = |kind: &str| text.lines().filter(|line| line.contains(kind)).count();
    assert!(numbers("\"create\":") > numbers("\"status\":"), "no create is open: {text}");
    let cleaned = run(folder.path(), &["cleanup", ledger.to_str().unwrap(), "--url", &url, "--token", "t"]);
    assert_eq!(cleaned.code, 0, "{}{}", cleaned.out, cleaned.err);
    assert_eq!(users(&server), (1, before), "exactly the bystander, as it was");
}
