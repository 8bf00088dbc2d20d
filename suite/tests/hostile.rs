//! Targets that are no SCIM service, or a bad one: the program ends in time, says whose fault it is, and obeys nothing
//! that it is sent.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use program::{Ran, program};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    Html,
    Redirect,
    Silent,
    ClosesMidBody,
    EndlessBody,
    InvalidJson,
    Empty,
    Error500,
    Refuses,
    ShortLength,
    Garbage,
    DeepJson,
    Escapes,
    Array,
    HugeHeaders,
    DiesAfterFirst,
    SilentAfterFirst,
    EndlessList,
    Trickle,
}

const LIST: &str =
    r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"Resources":[]}"#;

fn answer(status: &str, kind: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn scim(body: &str) -> Vec<u8> {
    answer("200 OK", "application/scim+json", body)
}

/// Reads one request; `None` at the end of the connection.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok());
            if bytes.len() >= end + 4 + length.unwrap_or(0) {
                return Some(head);
            }
        }
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&buffer[..count]),
            _ => return None,
        }
    }
}

async fn serve(mode: Mode, mut stream: TcpStream, count: Arc<AtomicUsize>) -> Option<()> {
    // More than any finite list would be asked for.
    const ROW: &str =
        r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"1","userName":"a","active":true}"#;
    loop {
        let head = request(&mut stream).await?;
        let first = count.fetch_add(1, Ordering::SeqCst) == 0;
        let bytes = match mode {
            Mode::Html => answer("200 OK", "text/html", "<html><h1>Welcome</h1></html>"),
            Mode::Redirect => {
                b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/\xc2\x9b31m\r\nContent-Length: 0\r\n\r\n"
                    .to_vec()
            }
            Mode::Silent => std::future::pending().await,
            Mode::ClosesMidBody => {
                stream
                    .write_all(
                        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{\"total",
                    )
                    .await
                    .ok()?;
                return None;
            }
            Mode::EndlessBody => {
                stream
                    .write_all(
                        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
                    )
                    .await
                    .ok()?;
                let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
                loop {
                    stream.write_all(chunk.as_bytes()).await.ok()?;
                }
            }
            Mode::InvalidJson => scim("{\"totalResults\": 1, \"Resources\": [{]}"),
            Mode::Empty => scim(""),
            Mode::Error500 => answer("500 Internal Server Error", "text/plain", "java.lang.NullPointerException"),
            Mode::Refuses => answer("401 Unauthorized", "text/plain", "no"),
            Mode::ShortLength => {
                let whole =
                    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{LIST}");
                stream.write_all(whole.as_bytes()).await.ok()?;
                return None;
            }
            Mode::Garbage => {
                stream.write_all(b"\x00\xff\x1b[2J SSH-2.0-OpenSSH_9.9\r\n").await.ok()?;
                return None;
            }
            Mode::DeepJson => scim(&format!("{}{}", "[".repeat(200_000), "]".repeat(200_000))),
            Mode::Escapes => {
                let evil = "\\u001b[31mred\\u0007\\u0000\\u0085\\u009b2J\\u202e\\ufffe]]>\\u001b]0;title\\u0007";
                let raw = "\u{9b}2J\u{202e}\u{7f}";
                let body = format!(
                    r#"{{"schemas":["{evil}{raw}"],"totalResults":1,"itemsPerPage":1,"startIndex":1,"Resources":[{{"id":"{evil}{raw}","userName":"{evil}{raw}","active":"{evil}","meta":{{"resourceType":"{evil}","location":"{evil}"}}}}],"id":"{evil}","userName":"{evil}","detail":"{evil}","name":"{evil}","{evil}":"{evil}"}}"#
                );
                let status = if head.starts_with("get /users?") { "200 OK" } else { "201 Created" };
                let mut bytes = answer(status, "application/scim+json; x=\u{9b}31m", &body);
                let at = bytes.windows(2).position(|two| two == b"\r\n").unwrap();
                bytes.splice(at..at, b"\r\nLocation: http://x/\xc2\x9b31m\r\nX-Evil: \xff\x80".iter().copied());
                bytes
            }
            Mode::Array => scim("[1, 2, {\"a\": []}]"),
            Mode::HugeHeaders => {
                let header = format!("X-Long: {}\r\n", "h".repeat(4000)).repeat(50);
                format!(
                    "HTTP/1.1 200 OK\r\n{header}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{LIST}",
                    LIST.len()
                )
                .into_bytes()
            }
            Mode::DiesAfterFirst | Mode::SilentAfterFirst if first => scim(LIST),
            Mode::DiesAfterFirst => return None,
            Mode::SilentAfterFirst => std::future::pending().await,
            Mode::EndlessList => scim(&format!(
                r#"{{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":1000000000,"itemsPerPage":1,"startIndex":1,"Resources":[{ROW}]}}"#
            )),
            Mode::Trickle => {
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
                    .await
                    .ok()?;
                loop {
                    stream.write_all(b" ").await.ok()?;
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        };
        stream.write_all(&bytes).await.ok()?;
    }
}

/// What is not to come near a terminal or a machine that reads reports.
fn is_obeyed(c: char) -> bool {
    (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c)
}

/// Runs `check` against such a target; asserts what holds for all of them.
async fn check(mode: Mode) -> Ran {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/scim/v2", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let seen = count.clone();
    let serving = tokio::spawn(async move {
        loop {
            if mode == Mode::DiesAfterFirst && count.load(Ordering::SeqCst) > 0 {
                return;
            }
            let Ok(Ok((stream, _))) = tokio::time::timeout(Duration::from_millis(20), listener.accept()).await else {
                continue;
            };
            tokio::spawn(serve(mode, stream, count.clone()));
        }
    });
    let ran = against(&url).await;
    serving.abort();
    assert!(seen.load(Ordering::SeqCst) > 0, "{mode:?} was never asked");
    ran
}

async fn against(url: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let start = Instant::now();
    let arguments = [
        "check",
        "--url",
        url,
        "--token",
        "t0k3n-s3cr3t",
        "--timeout",
        "1",
        "--settle",
        "0",
        "--json",
        "r.json",
        "--junit",
        "r.xml",
    ];
    let mut command = tokio::process::Command::from(program(folder.path(), &arguments));
    let child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let (done, stop) = tokio::sync::oneshot::channel();
    let watching = tokio::spawn(peak(child.id().unwrap(), stop));
    let output = tokio::time::timeout(Duration::from_secs(40), child.wait_with_output())
        .await
        .expect("it ends in time")
        .unwrap();
    let _ = done.send(());
    let ran = Ran::from(output);
    let megabytes = watching.await.unwrap() / 1024;
    println!("exit {} after {:?}, at most {megabytes} MB\n{}", ran.code, start.elapsed(), ran.err);
    assert!(megabytes < 600, "{megabytes} MB");
    assert!(!ran.err.contains("panicked"), "{}\n{}", ran.err, ran.out);
    for text in [&ran.out, &ran.err] {
        assert!(!text.chars().any(is_obeyed), "{text:?}");
    }
    if ran.code == 3 {
        let lines: Vec<&str> = ran.err.lines().filter(|line| line.starts_with("scimprove: ")).collect();
        assert_eq!(lines.len(), 1, "{}", ran.err);
        assert!(lines[0].contains(url), "{}", ran.err);
    }
    if let Ok(json) = std::fs::read_to_string(folder.path().join("r.json")) {
        assert!(!json.chars().any(is_obeyed), "control characters in JSON");
        let report: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(report["schema_version"], 1);
        let checks = report["checks"].as_array().unwrap();
        let bugs: Vec<&serde_json::Value> = checks.iter().filter(|check| check["result"] == "error").collect();
        assert!(bugs.is_empty(), "bugs of ours: {bugs:?}");
        let xml = std::fs::read_to_string(folder.path().join("r.xml")).unwrap();
        assert!(!xml.chars().any(is_obeyed), "control characters in JUnit");
        quick_junit::Report::deserialize_from_str(&xml).expect("JUnit");
    } else {
        assert_eq!(ran.code, 3, "without a report the target was never reached: {}", ran.err);
    }
    ran
}

/// The most memory that a process had, in KB, as long as this can be told.
async fn peak(process: u32, mut stop: tokio::sync::oneshot::Receiver<()>) -> u64 {
    let mut most = 0;
    while stop.try_recv().is_err() {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        most = most.max(line.trim().trim_end_matches(" kB").parse().unwrap_or(0));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    most
}

macro_rules! hostile {
    ($($name:ident: $mode:ident => $code:literal, $says:literal;)*) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let ran = check(Mode::$mode).await;
            assert_eq!(ran.code, $code, "{}\n{}", ran.err, ran.out);
            assert!(ran.err.contains($says), "{}", ran.err);
        })*
    };
}

hostile! {
    a_web_page: Html => 3, "web page";
    a_redirect: Redirect => 3, "give the final URL";
    no_answer: Silent => 3, "no complete answer within 1s";
    a_connection_closed_within_a_body: ClosesMidBody => 3, "broke off";
    a_body_without_end: EndlessBody => 3, "larger than";
    invalid_json: InvalidJson => 3, "no JSON";
    an_empty_200: Empty => 3, "no JSON";
    only_500: Error500 => 1, "";
    only_401: Refuses => 3, "refuses the credentials";
    a_length_that_is_too_short: ShortLength => 3, "no JSON";
    garbage: Garbage => 3, "HTTP";
    deep_json: DeepJson => 3, "no JSON";
    escapes_in_every_text: Escapes => 1, "";
    an_array: Array => 1, "";
    headers_of_200_kb: HugeHeaders => 1, "";
    dead_after_the_first_answer: DiesAfterFirst => 3, "stopped answering";
    silent_after_the_first_answer: SilentAfterFirst => 3, "stopped answering";
    a_list_without_end: EndlessList => 1, "";
    a_trickle: Trickle => 3, "no complete answer within 1s";
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_listens() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let ran = against(&format!("http://127.0.0.1:{port}/scim/v2")).await;
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("Is the service running"), "{}", ran.err);
}
