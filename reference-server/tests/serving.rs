//! Connections: slow, silent, half closed, too many; and how a server ends.

mod client;

use client::{TOKEN, USER, config};
use scim_reference_server::{Config, Door, Limits, Log, LogFormat, serve_stream, serve_until, service};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, duplex};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

const IDLE: Duration = Duration::from_secs(60);
/// After this long something is wrong; where the clock is paused, it passes at once.
const PATIENCE: Duration = Duration::from_secs(600);

fn limits() -> Limits {
    Limits { idle: IDLE, body_time: 4 * IDLE, ..Limits::default() }
}

/// One connection to a server of its own, through a pipe that holds so many bytes.
fn pipe(bytes: usize) -> (DuplexStream, JoinHandle<()>) {
    let (ours, theirs) = duplex(bytes);
    let service = service(Config { limits: limits(), ..config() });
    (ours, tokio::spawn(async move { serve_stream(theirs, service, &limits()).await }))
}

fn request(method: &str, path: &str, body: &str) -> String {
    format!(
        "{method} /scim/v2{path} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn create(name: &str) -> String {
    request("POST", "/Users", &json!({"schemas": [USER], "userName": name}).to_string())
}

/// An answer as it comes: status, head, body.
struct Answer {
    status: u16,
    head: String,
    body: Value,
}

impl Answer {
    /// Status of an error that is SCIM.
    fn error(&self) -> u16 {
        assert!(self.head.contains("content-type: application/scim+json"), "{}", self.head);
        assert_eq!(self.body["status"], self.status.to_string());
        self.status
    }
}

/// Reads one answer.
async fn answer(stream: &mut (impl AsyncRead + Unpin)) -> Answer {
    timeout(PATIENCE, read_answer(stream)).await.expect("an answer in time")
}

async fn read_answer(stream: &mut (impl AsyncRead + Unpin)) -> Answer {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("an answer"));
    }
    let head = String::from_utf8(head).expect("text").to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
    let mut body = vec![0; length.parse().expect("a number")];
    stream.read_exact(&mut body).await.expect("the body");
    let status = head.split(' ').nth(1).expect("a status").parse().expect("a number");
    Answer { status, head, body: serde_json::from_slice(&body).unwrap_or_default() }
}

async fn ask(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), request: &str) -> Answer {
    stream.write_all(request.as_bytes()).await.expect("sent");
    answer(stream).await
}

/// What comes before the server closes.
async fn rest(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut rest = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut rest)).await.expect("an end in time").expect("an end");
    String::from_utf8(rest).expect("text")
}

#[tokio::test(start_paused = true)]
async fn a_connection_serves_many_requests_until_it_is_idle() {
    let (mut stream, served) = pipe(4096);
    for name in ["a", "b", "c"] {
        assert_eq!(ask(&mut stream, &create(name)).await.status, 201);
        tokio::time::sleep(IDLE / 2).await;
    }
    let two = format!("{}{}", request("GET", "/Users?count=0", ""), request("GET", "/Users/x", ""));
    assert_eq!(ask(&mut stream, &two).await.body["totalResults"], 3);
    assert_eq!(answer(&mut stream).await.error(), 404);
    assert_eq!(rest(&mut stream).await, "");
    served.await.expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn a_head_that_does_not_come_to_an_end_is_told_so() {
    let (mut stream, served) = pipe(4096);
    assert_eq!(ask(&mut stream, &request("GET", "/Users", "")).await.status, 200);
    // A byte every second is no progress.
    let (mut reading, mut writing) = tokio::io::split(stream);
    let drip = tokio::spawn(async move {
        while writing.write_all(b"G").await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    let told = answer(&mut reading).await;
    assert_eq!(told.error(), 408);
    assert!(told.head.contains("connection: close"));
    served.await.expect("no panic");
    drip.abort();
}

/// A request may be longer under way than a connection may be idle.
#[tokio::test(start_paused = true)]
async fn a_body_may_come_slowly() {
    let (mut stream, served) = pipe(4096);
    let whole = create("a");
    let (start, end) = whole.split_at(whole.len() - 3);
    stream.write_all(start.as_bytes()).await.expect("sent");
    for byte in end.as_bytes() {
        tokio::time::sleep(IDLE).await;
        stream.write_all(&[*byte]).await.expect("the server still reads");
    }
    assert_eq!(answer(&mut stream).await.status, 201);
    drop(stream);
    served.await.expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stops_is_told_so_and_leaves_nothing() {
    let (mut stream, served) = pipe(4096);
    let whole = create("a");
    let told = ask(&mut stream, &whole[..whole.len() - 1]).await;
    assert_eq!(told.error(), 408);
    assert_eq!(rest(&mut stream).await, "");
    served.await.expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn who_never_reads_is_left_and_who_reads_slowly_is_served() {
    let (mut stream, served) = pipe(256);
    stream.write_all(request("GET", "/Schemas", "").repeat(2).as_bytes()).await.expect("sent");
    tokio::time::sleep(2 * IDLE + Duration::from_secs(1)).await;
    assert!(!rest(&mut stream).await.contains("408"), "nothing is said in the middle of an answer");
    served.await.expect("no panic");

    let (mut stream, served) = pipe(256);
    stream.write_all(request("GET", "/Schemas", "").as_bytes()).await.expect("sent");
    stream.shutdown().await.expect("shut");
    let (mut all, mut piece) = (Vec::new(), [0; 256]);
    let begun = tokio::time::Instant::now();
    while let Ok(bytes @ 1..) = stream.read(&mut piece).await {
        all.extend_from_slice(&piece[..bytes]);
        tokio::time::sleep(IDLE / 3).await;
    }
    assert!(begun.elapsed() > 3 * IDLE, "so slow that it was longer under way than an idle connection may last");
    let body = all.windows(4).position(|window| window == b"\r\n\r\n").expect("a head") + 4;
    assert!(serde_json::from_slice::<Value>(&all[body..]).is_ok(), "the whole answer");
    served.await.expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn half_a_connection_is_enough_for_an_answer() {
    let (mut stream, _) = pipe(4096);
    stream.write_all(create("a").as_bytes()).await.expect("sent");
    stream.shutdown().await.expect("shut");
    assert_eq!(answer(&mut stream).await.status, 201);
    assert_eq!(rest(&mut stream).await, "");

    let (mut stream, _) = pipe(4096);
    let whole = create("a");
    stream.write_all(&whole.as_bytes()[..whole.len() - 1]).await.expect("sent");
    stream.shutdown().await.expect("shut");
    assert_eq!(answer(&mut stream).await.error(), 400);
}

/// What never becomes a request is refused by the HTTP layer, without a body.
#[tokio::test(start_paused = true)]
async fn what_is_no_http_is_refused() {
    for (sent, status) in [
        ("nonsense\r\n\r\n".to_owned(), 400),
        ("GET /scim/v2/Users HTTP/1.1\r\nno colon\r\n\r\n".to_owned(), 400),
        ("POST /scim/v2/Users HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n".to_owned(), 400),
        (format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(200_000)), 431),
        (format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(101)), 431),
    ] {
        let (mut stream, served) = pipe(1 << 20);
        let told = ask(&mut stream, &sent).await;
        assert_eq!((told.status, told.body), (status, Value::Null), "{sent:.60}");
        assert_eq!(rest(&mut stream).await, "");
        served.await.expect("no panic");
    }
}

/// A server on a socket, with the switch that stops it.
struct Open {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

async fn open(limits: Limits, log: Option<Log>) -> Open {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel();
    let config = Config { limits, ..config() };
    let mut service = service(config.clone());
    if let Some(log) = log {
        service = log.around(service, &config);
    }
    let served = tokio::spawn(serve_until(listener, service, limits, Door::Http, async {
        // Without a switch it serves as long as the test.
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
    }));
    Open { address, stop, served }
}

impl Open {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("a connection")
    }
}

#[tokio::test]
async fn a_client_that_still_sends_gets_to_read_that_it_is_too_much() {
    let server = open(Limits::default(), None).await;
    for chunked in [false, true] {
        let mut stream = server.connect().await;
        let framing =
            if chunked { "Transfer-Encoding: chunked\r\n\r\nFFFFFF\r\n" } else { "Content-Length: 8000000\r\n\r\n" };
        let head = format!("POST /scim/v2/Users HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {TOKEN}\r\n{framing}");
        stream.write_all(head.as_bytes()).await.expect("sent");
        for _ in 0..1_000 {
            stream.write_all(&[b' '; 8_000]).await.expect("the server goes on reading");
        }
        assert_eq!(answer(&mut stream).await.error(), 413);
    }
}

#[tokio::test]
async fn idle_connections_make_room_for_new_ones() {
    let server = open(Limits { connections: 3, ..Limits::default() }, None).await;
    let mut idle = Vec::new();
    for _ in 0..10 {
        let mut stream = server.connect().await;
        assert_eq!(ask(&mut stream, &request("GET", "/Users", "")).await.status, 200);
        idle.push(stream);
    }
    assert_eq!(rest(&mut idle[0]).await, "");
}

/// Those who have not said anything yet, too; but they get a moment to say it.
#[tokio::test]
async fn silent_connections_make_room_for_new_ones() {
    let server = open(Limits { connections: 3, ..Limits::default() }, None).await;
    let mut silent = Vec::new();
    for _ in 0..4 {
        silent.push(server.connect().await);
    }
    for mut stream in silent.drain(1..3) {
        assert_eq!(ask(&mut stream, &request("GET", "/Users", "")).await.status, 200);
    }
    assert_eq!(rest(&mut silent[0]).await, "");
    assert_eq!(ask(&mut silent[1], &request("GET", "/Users", "")).await.status, 200);
}

#[tokio::test]
async fn a_stop_lets_requests_end_and_shuts_the_door() {
    let server = open(Limits::default(), None).await;
    let mut busy = server.connect().await;
    let mut idle = server.connect().await;
    assert_eq!(ask(&mut idle, &request("GET", "/Users", "")).await.status, 200);
    // The server asks for the body: the request is under way.
    let whole = create("a").replace("Host: h", "Host: h\r\nExpect: 100-continue");
    let (head, body) = whole.split_once("\r\n\r\n").expect("a head");
    assert_eq!(ask(&mut busy, &format!("{head}\r\n\r\n")).await.status, 100);
    server.stop.send(()).expect("it runs");
    assert_eq!(rest(&mut idle).await, "", "nothing was under way here");
    let told = ask(&mut busy, body).await;
    assert_eq!(told.status, 201);
    assert!(told.head.contains("connection: close"), "{}", told.head);
    drop(busy);
    server.served.await.expect("it ends by itself");
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_stop_waits_for_a_while_only() {
    let server = open(Limits { grace: Duration::from_millis(20), ..Limits::default() }, None).await;
    let mut busy = server.connect().await;
    let head = create("a").replace("Host: h", "Host: h\r\nExpect: 100-continue");
    assert_eq!(ask(&mut busy, head.split_inclusive("\r\n\r\n").next().expect("a head")).await.status, 100);
    server.stop.send(()).expect("it runs");
    timeout(PATIENCE, server.served).await.expect("it ends though a request is under way").expect("no panic");
    assert!(!matches!(busy.read(&mut [0]).await, Ok(1..)), "the connection is gone");
}

const CANARY: &str = "c4n4ry-t0k3n-th4t-n0b0dy-m4y-s33";

type Lines = Arc<Mutex<Vec<String>>>;

/// A connection to a server that logs, and its lines.
async fn with_log(format: LogFormat) -> (TcpStream, Lines) {
    let lines = Lines::default();
    let kept = lines.clone();
    let log = Log::new(format, move |line| kept.lock().expect("no panic").push(line.to_owned()));
    (open(Limits::default(), Some(log)).await.connect().await, lines)
}

/// A server whose token is a word of its addresses.
#[tokio::test]
async fn a_token_is_not_shown_because_it_is_an_address() {
    let lines = Lines::default();
    let kept = lines.clone();
    let log = Log::new(LogFormat::Text, move |line| kept.lock().expect("no panic").push(line.to_owned()));
    let config = Config { token: "ServiceProviderConfig".into(), ..config() };
    let (mut ours, theirs) = duplex(4096);
    let service = log.around(service(config.clone()), &config);
    tokio::spawn(async move { serve_stream(theirs, service, &limits()).await });
    assert_eq!(ask(&mut ours, &request("GET", "/ServiceProviderConfig", "")).await.status, 200);
    assert!(lines.lock().expect("no panic")[0].contains(" GET /scim/v2/… 200 "));
}

/// Sends requests and gives the lines that were logged, and the answers.
async fn logged(format: LogFormat, requests: &[String]) -> (Vec<String>, Vec<Answer>) {
    let (mut stream, lines) = with_log(format).await;
    let mut answers = Vec::new();
    for request in requests {
        answers.push(ask(&mut stream, request).await);
    }
    let lines = lines.lock().expect("no panic").clone();
    (lines, answers)
}

fn header_of(answer: &Answer, name: &str) -> String {
    let value = answer.head.lines().find_map(|line| line.strip_prefix(name)).and_then(|rest| rest.strip_prefix(": "));
    value.unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_line_is_written_for_each_request() {
    let with_id = |id: &str| {
        request("GET", "/ServiceProviderConfig", "").replace("Host: h", &format!("Host: h\r\nX-Request-Id: {id}"))
    };
    let requests = [
        create("somebody"),
        request("GET", "/Users?filter=userName%20eq%20%22somebody%22&startIndex=1&count=100&x=somebody", ""),
        request("GET", "/Users/somebody", ""),
        with_id("Client-1.x_Y"),
        with_id("two words"),
        with_id(&"x".repeat(65)),
        "BREW /scim/v2/pot?milk HTTP/1.1\r\nHost: h\r\n\r\n".to_owned(),
    ];
    let (lines, answers) = logged(LogFormat::Text, &requests).await;
    let ids: Vec<String> = answers.iter().map(|answer| header_of(answer, "x-request-id")).collect();
    let words: Vec<Vec<&str>> = lines.iter().map(|line| line.split(' ').collect()).collect();
    assert_eq!(words.len(), requests.len(), "{lines:?}");
    for (line, id) in words.iter().zip(&ids) {
        assert!(line[0].parse::<jiff::Timestamp>().is_ok(), "{line:?}");
        assert_eq!(line[1].to_lowercase(), *id, "the client is told the id that is in the log");
        assert_eq!((line[6], line[8]), ("bytes", "ms"));
    }
    let shown: Vec<String> = words.iter().map(|line| line[2..5].join(" ")).collect();
    assert_eq!(
        shown,
        [
            "POST /scim/v2/Users 201",
            "GET /scim/v2/Users?filter&startIndex=1&count=100&… 200",
            "GET /scim/v2/Users/… 404",
            "GET /scim/v2/ServiceProviderConfig 200",
            "GET /scim/v2/ServiceProviderConfig 200",
            "GET /scim/v2/ServiceProviderConfig 200",
            "- /scim/v2/…?… 401",
        ]
    );
    assert_eq!(words[3][1], "Client-1.x_Y");
    assert!(ids[4] != "two words" && ids[5].len() < 65 && ids[0] != ids[1]);
    assert!(!lines.join("\n").contains("somebody"), "{lines:?}");

    let (lines, answers) = logged(LogFormat::Json, &requests[..2]).await;
    let line: Value = serde_json::from_str(&lines[0]).expect("JSON");
    assert_eq!(
        (&line["method"], &line["path"], &line["status"]),
        (&json!("POST"), &json!("/scim/v2/Users"), &json!(201))
    );
    assert_eq!(line["bytes"].to_string(), header_of(&answers[0], "content-length"));
    assert_eq!(line["request"], header_of(&answers[0], "x-request-id"));
    assert!(line["ms"].is_number() && line["time"].is_string());
}

/// Identifiers are shown where there was something.
#[tokio::test]
async fn an_identifier_is_shown_when_it_led_somewhere() {
    let (mut stream, lines) = with_log(LogFormat::Text).await;
    let created = ask(&mut stream, &create("a")).await;
    let path = format!("/Users/{}", created.body["id"].as_str().expect("an id"));
    assert_eq!(ask(&mut stream, &request("DELETE", &path, "")).await.status, 204);
    assert_eq!(ask(&mut stream, &request("DELETE", &path, "")).await.status, 404);
    let lines = lines.lock().expect("no panic");
    assert!(lines[1].contains(&format!(" DELETE /scim/v2{path} 204 ")), "{lines:?}");
    assert!(lines[2].contains(" DELETE /scim/v2/Users/… 404 "), "{lines:?}");
}

/// A token that was put in the wrong place, by the client or by whoever wrote it: the server's own, or any.
#[tokio::test]
async fn no_token_gets_into_the_log() {
    let send = |line: &str, fields: &str| format!("{line} HTTP/1.1\r\nHost: h\r\n{fields}Content-Length: 0\r\n\r\n");
    let own = format!("Authorization: Bearer {TOKEN}\r\n");
    for token in [TOKEN, CANARY] {
        let coded: String = token.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let credentials = format!("Authorization: Bearer {token}\r\n");
        let mut requests = vec![
            send("GET /scim/v2/Users", &credentials),
            send("GET /scim/v2/Users", &format!("{credentials}X-Request-Id: {token}\r\n")),
            send("GET /scim/v2/Users", &format!("Authorization: {token}\r\nX-Request-Id: id-{token}\r\n")),
            send(
                "GET /scim/v2/Users",
                &format!("Authorization: Basic {token}\r\nCookie: {token}\r\nUser-Agent: {token}\r\n"),
            ),
            send(&format!("{token} /scim/v2/Users"), ""),
        ];
        for fields in ["", &own, &credentials] {
            for place in [
                "/TOKEN",
                "/scim/v2/TOKEN",
                "/scim/v2/Users/TOKEN",
                "/scim/v2/Users/a/TOKEN",
                "/TOKEN/scim/v2/Users",
                "/scim/v2/Users?TOKEN",
                "/scim/v2/Users?access_token=TOKEN",
                "/scim/v2/Users?TOKEN=1&count=TOKEN",
                "/scim/v2/Users?filter=TOKEN",
                "/scim/v2/Users?filter=userName%20eq%20%22TOKEN%22",
                "/tenants/TOKEN/scim/v2/Users",
                "/scim/v2/Schemas/TOKEN",
                "http://TOKEN:TOKEN@h/scim/v2/Users",
                "/session?TOKEN",
                "/login/TOKEN",
            ] {
                for token in [token, &coded] {
                    requests.push(send(&format!("GET {}", place.replace("TOKEN", token)), fields));
                }
            }
        }
        for format in [LogFormat::Text, LogFormat::Json] {
            let (lines, _) = logged(format, &requests).await;
            assert_eq!(lines.len(), requests.len());
            for (line, request) in lines.iter().zip(&requests) {
                assert!(!line.contains(token) && !line.contains(&coded), "{request}: {line}");
            }
        }
    }
}
