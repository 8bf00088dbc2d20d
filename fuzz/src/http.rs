//! Bytes of a connection against the reference server, with its log: whatever comes, it answers in HTTP, what it refuses
//! it refuses in SCIM, and the token is nowhere.
//!
//! `Authorization: Bearer TOKEN` becomes the real token on its way, so an input never holds it, and an answer that does
//! has taken it from the header. The first byte also says in how large pieces the bytes come.

use std::sync::{Arc, Mutex};

use scim_reference_server::{Config, Limits, Log, LogFormat, Service, serve_stream, service};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex, split};

use crate::inproc::on_paused_clock;

const TOKEN: &str = "a-token-of-this-fuzzer";
const PLACE: &[u8] = b"\nAuthorization: Bearer TOKEN";
const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
const WELL: &[u8] = b"GET /scim/v2/ServiceProviderConfig HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

/// Sends the bytes and judges what comes back.
///
/// # Panics
/// If anything is wrong with it.
pub fn http_raw(data: &[u8]) {
    statuses(data);
}

/// The statuses of the answers, each of which is in order.
///
/// # Panics
/// If anything is wrong with one.
pub fn statuses(data: &[u8]) -> Vec<u16> {
    if holds(data, TOKEN.as_bytes()) {
        return Vec::new();
    }
    let is_head = holds(data, b"HEAD ");
    let piece = 1 + data.first().copied().map_or(0, usize::from);
    let (sent, lines) = (with_token(data), Lines::default());
    let (answer, after) = on_paused_clock(async {
        let config = Config::repeatable("http://scim.example", TOKEN);
        let (text, json) = (log(LogFormat::Text, &lines), log(LogFormat::Json, &lines));
        let service = json.around(text.around(service(config.clone()), &config), &config);
        (talk(&sent, piece, service.clone()).await, talk(WELL, WELL.len(), service).await)
    });
    assert_eq!(judged(&after, false), [200], "the server is not well any more");
    assert!(!holds(&answer, TOKEN.as_bytes()), "the token is in the answer: {}", String::from_utf8_lossy(&answer));
    for line in lines.lock().expect("no panic").iter() {
        assert!(!line.contains(TOKEN), "the token is in the log: {line}");
        assert!(!line.contains(char::is_control), "the log has more than a line: {line:?}");
    }
    judged(&answer, is_head)
}

type Lines = Arc<Mutex<Vec<String>>>;

fn log(format: LogFormat, lines: &Lines) -> Log {
    let lines = lines.clone();
    Log::new(format, move |line| lines.lock().expect("no panic").push(line.to_owned()))
}

/// One connection: everything is sent, the client's side is closed, and what comes is read to its end.
async fn talk(sent: &[u8], piece: usize, service: Service) -> Vec<u8> {
    let (ours, theirs) = duplex(1 << 16);
    let (mut reading, mut writing) = split(ours);
    let write = async {
        for piece in sent.chunks(piece) {
            if writing.write_all(piece).await.is_err() {
                break;
            }
            tokio::task::yield_now().await;
        }
        // The server may have closed already.
        let _ = writing.shutdown().await;
    };
    let mut answer = Vec::new();
    let limits = Limits::default();
    let (_, (), read) = tokio::join!(serve_stream(theirs, service, &limits), write, reading.read_to_end(&mut answer));
    read.expect("an end");
    answer
}

fn with_token(data: &[u8]) -> Vec<u8> {
    let mut sent = Vec::with_capacity(data.len());
    let mut rest = data;
    while let Some(at) = place(rest, PLACE) {
        sent.extend_from_slice(&rest[..at + PLACE.len() - "TOKEN".len()]);
        sent.extend_from_slice(TOKEN.as_bytes());
        rest = &rest[at + PLACE.len()..];
    }
    sent.extend_from_slice(rest);
    sent
}

/// Goes through the answers of a connection, one after the other.
fn judged(mut rest: &[u8], is_head: bool) -> Vec<u16> {
    let mut statuses = Vec::new();
    while !rest.is_empty() {
        let end = place(rest, b"\r\n\r\n").expect("a whole head") + 4;
        let head = std::str::from_utf8(&rest[..end]).expect("a head in UTF-8").to_ascii_lowercase();
        rest = &rest[end..];
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next().and_then(|line| line.strip_prefix("http/1.")?.get(2..5)?.parse().ok());
        let status: u16 = status.unwrap_or_else(|| panic!("no status line: {head}"));
        let fields: Vec<(&str, &str)> = lines.map(|line| line.split_once(": ").expect("a field")).collect();
        let field = |name: &str| fields.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        let length: usize = field("content-length").map_or(0, |length| length.parse().expect("a length"));
        // The answer to a HEAD tells the length of what it does not have.
        let body = if is_head && !rest.starts_with(b"{") { &[][..] } else { rest.get(..length).expect("a whole body") };
        rest = &rest[body.len()..];
        judge(status, field("content-type"), body, &head);
        // Only the HTTP layer answers without a type, and it closes then.
        let is_ours = field("content-type").is_some() || status < 400;
        assert!(is_ours || (matches!(status, 400 | 414 | 431) && length == 0 && rest.is_empty()), "{head}");
        statuses.push(status);
    }
    statuses
}

fn judge(status: u16, media_type: Option<&str>, body: &[u8], head: &str) {
    assert!(status < 500 || status == 501, "the server made a mistake: {head}{}", String::from_utf8_lossy(body));
    if body.is_empty() {
        return;
    }
    let json: Value = serde_json::from_slice(body).unwrap_or_else(|error| panic!("{error}: {head}"));
    assert!(matches!(media_type, Some("application/scim+json" | "application/json")), "{head}");
    if status >= 400 {
        assert_eq!(json["schemas"], serde_json::json!([ERROR]), "{head}{json}");
        assert_eq!(json["status"], status.to_string(), "{head}{json}");
        assert!(json["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{head}{json}");
    }
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    place(text, word).is_some()
}

fn place(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window == word)
}
