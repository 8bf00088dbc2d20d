//! `serve` as others meet it, from another process: clients who are slow, silent or many, TLS, the log, and the end.
#![cfg(unix)]

mod program;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use program::{Served, program, run};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion};
use serde_json::Value;

const TOKEN: &str = "t0k3n-th4t-n0b0dy-m4y-s33";
const USER: &str = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"NAME"}"#;
/// After this long without an answer something is wrong; nothing here waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

fn here() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn serve(folder: &Path, more: &[&str]) -> Served {
    Served::start(folder, &[&["--token", TOKEN], more].concat())
}

fn connect(server: &Served) -> TcpStream {
    let stream = TcpStream::connect(server.host()).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("set");
    stream
}

fn head(method: &str, path: &str, length: usize, more: &str) -> String {
    format!(
        "{method} /scim/v2{path} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: {length}\r\n{more}\r\n"
    )
}

/// A connection that has asked for something already.
fn known(server: &Served) -> TcpStream {
    let mut stream = connect(server);
    stream.write_all(head("GET", "/ServiceProviderConfig", 0, "").as_bytes()).expect("sent");
    assert!(stream.read(&mut [0; 8192]).expect("an answer") > 0);
    stream
}

/// A user is created, found, and deleted; the answers are right.
fn serves(server: &Served, name: &str) {
    let (status, body) = server.http("POST", "/Users", &USER.replace("NAME", name));
    assert_eq!(status, 201, "{body}");
    let user: Value = serde_json::from_str(&body).expect("JSON");
    let (status, list) = server.http("GET", &format!("/Users?filter=userName%20eq%20%22{name}%22"), "");
    let list: Value = serde_json::from_str(&list).expect("JSON");
    assert_eq!((status, &list["Resources"][0]), (200, &user));
    let id = user["id"].as_str().expect("an id");
    assert_eq!(server.http("DELETE", &format!("/Users/{id}"), "").0, 204);
}

#[test]
fn slow_and_silent_clients_do_not_stop_others() {
    let folder = here();
    let server = serve(folder.path(), &[]);
    let mut kept = Vec::new();
    for number in 0..500 {
        let mut stream = connect(&server);
        let send = |stream: &mut TcpStream, text: &str| stream.write_all(text.as_bytes()).expect("sent");
        match number % 10 {
            // Half a head, half a body.
            0 => send(&mut stream, "POST /scim/v2/Users HTTP/1.1\r\nHost: "),
            1 => send(&mut stream, &format!("{}{{\"schemas\":", head("POST", "/Users", 1_000, ""))),
            // The same, and the client's side is closed.
            2 => {
                send(&mut stream, "POST /scim/v2/Users HTTP/1.1\r\nHost: ");
                stream.shutdown(Shutdown::Write).expect("half closed");
            }
            3 => {
                send(&mut stream, &format!("{}{{\"schemas\":", head("POST", "/Users", 1_000, "")));
                stream.shutdown(Shutdown::Write).expect("half closed");
            }
            // Far more answers than a socket holds, and nobody reads.
            4 if number < 100 => send(&mut stream, &head("GET", "/Schemas", 0, "").repeat(300)),
            // One request after the other is started and left.
            5 => drop(std::mem::replace(&mut stream, connect(&server)).write_all(b"GET /scim")),
            _ => {}
        }
        kept.push(stream);
        if number % 100 == 99 {
            serves(&server, &format!("user{number}"));
        }
    }
    serves(&server, "last");
}

/// `cargo test -p scimprove --test serve -- --ignored --nocapture`, with room for 10,000 sockets and some in `ulimit -n`.
#[test]
#[ignore = "needs more sockets than most shells allow"]
fn ten_thousand_idle_connections_do_not_stop_others() {
    const MANY: usize = 10_000;
    let folder = here();
    let server = serve(folder.path(), &[]);
    let mut idle = Vec::new();
    while idle.len() < MANY {
        // Every second one asks for something first, and falls silent then.
        let connected = if idle.len() % 2 == 0 { TcpStream::connect(server.host()) } else { Ok(known(&server)) };
        match connected {
            Ok(stream) => idle.push(stream),
            Err(error) => panic!("{} connections, and then: {error}; see ulimit -n", idle.len()),
        }
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap_or_default();
    let memory = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or("VmRSS: unknown");
    println!("{} idle connections; {memory}", idle.len());
    serves(&server, "somebody");
    for stream in &idle {
        stream.set_nonblocking(true).expect("set");
    }
    let open = idle.iter_mut().filter_map(|stream| stream.read(&mut [0]).err());
    assert_eq!(open.filter(|error| error.kind() == std::io::ErrorKind::WouldBlock).count(), MANY, "all are still open");
}

/// When the system gives no more sockets, connections that do nothing make room.
#[test]
fn a_server_without_sockets_left_goes_on() {
    let folder = here();
    let script = r#"ulimit -n 64; exec "$0" serve --token "$1""#;
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_scimprove"), TOKEN]).current_dir(folder.path());
    let server = Served::of(command.stdin(Stdio::null()));
    let idle: Vec<TcpStream> = (0..200).map(|_| connect(&server)).collect();
    serves(&server, "somebody");
    drop(idle);
    serves(&server, "somebody");
}

#[test]
fn when_told_to_end_it_answers_what_it_was_asked() {
    let folder = here();
    let server = serve(folder.path(), &[]);
    let body = USER.replace("NAME", "a");
    let mut stream = connect(&server);
    stream.write_all(head("POST", "/Users", body.len(), "Expect: 100-continue\r\n").as_bytes()).expect("sent");
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).expect("the server asks for the body");
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    let mut idle = known(&server);
    server.terminate();
    assert_eq!(idle.read(&mut [0]).expect("closed in order"), 0);
    stream.write_all(body.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer, and the end");
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert_eq!(server.end().0, Some(0));
}

/// Told twice, it does not wait for a client that does not go on.
#[test]
fn when_told_twice_it_ends() {
    let folder = here();
    let server = serve(folder.path(), &[]);
    let mut stream = connect(&server);
    stream.write_all(head("POST", "/Users", 5, "Expect: 100-continue\r\n").as_bytes()).expect("sent");
    assert!(stream.read(&mut [0; 25]).expect("the server asks for the body") > 0);
    let mut idle = known(&server);
    server.terminate();
    assert_eq!(idle.read(&mut [0]).expect("it has understood"), 0);
    server.terminate();
    assert_eq!(server.end().0, Some(0));
}

#[test]
fn the_log_holds_a_line_for_each_request_and_never_a_token() {
    for (more, is_json) in [(&["--log"][..], false), (&["--log", "--log-format", "json"], true)] {
        let folder = here();
        let server = Served::of(
            program(folder.path(), &["serve", "--token", TOKEN, "--second-token", "s3c0nd-t0k3n"])
                .args(more)
                .stderr(Stdio::piped()),
        );
        for (path, fields) in [
            ("/Users?filter=userName%20eq%20%22somebody%22&count=1".to_owned(), String::new()),
            (format!("/Users/{TOKEN}?access_token={TOKEN}"), format!("X-Request-Id: {TOKEN}\r\nCookie: {TOKEN}\r\n")),
            ("/Users/s3c0nd-t0k3n".into(), "X-Request-Id: s3c0nd-t0k3n\r\n".into()),
        ] {
            let mut stream = connect(&server);
            stream
                .write_all(head("GET", &path, 0, &format!("Connection: close\r\n{fields}")).as_bytes())
                .expect("sent");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).expect("an answer");
            assert!(answer.contains("x-request-id: "), "{answer}");
        }
        server.terminate();
        let (code, log) = server.end();
        assert_eq!((code, log.lines().count()), (Some(0), 3), "{log}");
        assert!(log.contains("/scim/v2/Users?filter&count=1") && log.contains("/scim/v2/Users/…?…"), "{log}");
        for secret in [TOKEN, "s3c0nd-t0k3n", "somebody"] {
            assert!(!log.contains(secret), "{log}");
        }
        assert_eq!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), is_json, "{log}");
    }
}

#[test]
fn without_a_log_it_is_silent() {
    let folder = here();
    let server = Served::of(program(folder.path(), &["serve", "--token", TOKEN]).stderr(Stdio::piped()));
    serves(&server, "somebody");
    connect(&server).write_all(b"nonsense\r\n\r\n").expect("sent");
    server.terminate();
    assert_eq!(server.end(), (Some(0), String::new()));
}

/// A client that trusts one certificate and speaks one version.
fn secured(
    server: &Served,
    certificate: &Path,
    version: &'static SupportedProtocolVersion,
) -> StreamOwned<ClientConnection, TcpStream> {
    let mut trusted = RootCertStore::empty();
    trusted.add(CertificateDer::from_pem_file(certificate).expect("a certificate")).expect("one to trust");
    let mut config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(&[version])
        .expect("a version")
        .with_root_certificates(trusted)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let name = "127.0.0.1".try_into().expect("a name");
    StreamOwned::new(ClientConnection::new(Arc::new(config), name).expect("a client"), connect(server))
}

#[test]
fn a_thrown_away_certificate_can_be_trusted() {
    let folder = here();
    let server = serve(folder.path(), &["--tls", "--tls-cert-out", "cert.pem"]);
    assert!(server.url.starts_with("https://127.0.0.1:") && server.lines[2].starts_with("login  https://"));
    // Clients that begin with TLS and go no further.
    let mut slow: Vec<TcpStream> = (0..50).map(|_| connect(&server)).collect();
    for stream in &mut slow {
        stream.write_all(&[22, 3, 1]).expect("sent");
    }
    let certificate = folder.path().join("cert.pem");
    for (version, name) in [(&TLS12, "a"), (&TLS13, "b")] {
        let mut stream = secured(&server, &certificate, version);
        let body = USER.replace("NAME", name);
        stream
            .write_all((head("POST", "/Users", body.len(), "Connection: close\r\n") + &body).as_bytes())
            .expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer, and an end that is told");
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        assert!(answer.contains(&format!("\"location\":\"{}/Users/", server.url)), "{answer}");
        assert_eq!(stream.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
    }
    let arguments = ["check", "--url", &server.url, "--token", TOKEN, "--only", "read.user.by-id"];
    let trusting = run(folder.path(), &[&arguments[..], &["--ca", "cert.pem"]].concat());
    assert_eq!(trusting.code, 0, "{}{}", trusting.out, trusting.err);
    assert_eq!(run(folder.path(), &arguments).code, 3, "nobody else vouches for it");
    // Plain HTTP is no TLS: it is refused, and the server goes on.
    let mut plain = connect(&server);
    plain.write_all(head("GET", "/Users", 0, "").as_bytes()).expect("sent");
    assert!(!matches!(plain.read(&mut [0; 16]), Ok(bytes) if bytes > 10), "no HTTP answer");
    secured(&server, &certificate, &TLS13).write_all(b"GET / HTTP/1.1\r\n\r\n").expect("it goes on");
}

#[test]
fn a_certificate_of_files_is_shown() {
    let folder = here();
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".into()]).expect("a certificate");
    let other = rcgen::generate_simple_self_signed(vec!["127.0.0.1".into()]).expect("a certificate");
    for (name, text) in [
        ("cert.pem", made.cert.pem()),
        ("key.pem", made.signing_key.serialize_pem()),
        ("other.pem", other.signing_key.serialize_pem()),
        ("junk.pem", "nothing".into()),
    ] {
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    let server = serve(folder.path(), &["--tls-cert", "cert.pem", "--tls-key", "key.pem"]);
    let mut stream = secured(&server, &folder.path().join("cert.pem"), &TLS13);
    stream.write_all(head("GET", "/Users", 0, "Connection: close\r\n").as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");

    for (arguments, words) in [
        (&["--tls-cert", "nowhere.pem", "--tls-key", "key.pem"][..], &["--tls-cert nowhere.pem"][..]),
        (&["--tls-cert", "junk.pem", "--tls-key", "key.pem"], &["--tls-cert junk.pem"]),
        (&["--tls-cert", "cert.pem", "--tls-key", "nowhere.pem"], &["--tls-key nowhere.pem"]),
        (&["--tls-cert", "cert.pem", "--tls-key", "junk.pem"], &["--tls-key junk.pem"]),
        (&["--tls-cert", "cert.pem", "--tls-key", "other.pem"], &["--tls-cert cert.pem", "--tls-key other.pem"]),
        (&["--tls-cert", "cert.pem"], &["--tls-key"]),
        (&["--tls", "--tls-cert", "cert.pem", "--tls-key", "key.pem"], &["cannot be used with"]),
        (&["--tls-cert-out", "out.pem"], &["--tls"]),
        (&["--tls", "--tls-cert-out", "nowhere/out.pem"], &["--tls-cert-out nowhere/out.pem"]),
        (&["--log-format", "json"], &["--log"]),
    ] {
        let ran = run(folder.path(), &[&["serve"], arguments].concat());
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.err);
        for word in words {
            assert!(ran.err.contains(word), "{arguments:?}: {}", ran.err);
        }
    }
}

/// What the token endpoint says to a form.
fn token_endpoint(server: &Served, form: &str) -> String {
    let mut stream = connect(server);
    let head = "POST /oauth/token HTTP/1.1\r\nHost: h\r\nConnection: close\r\n";
    let kind = "Content-Type: application/x-www-form-urlencoded";
    let request = format!("{head}{kind}\r\nContent-Length: {}\r\n\r\n{form}", form.len());
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn what_an_administrator_copies_is_printed_and_works() {
    let folder = here();
    let mut server = serve(folder.path(), &["--profile", "rxnt"]);
    let said: Vec<_> = (0..4).map(|_| server.says()).collect();
    let [(plays, title), (oauth, endpoint), (client, id), (secret, word)] = &said[..] else { panic!("{said:?}") };
    assert_eq!([&**plays, title, oauth, client, secret], ["plays", "RXNT", "OAuth", "client", "secret"]);
    assert_eq!(endpoint, &server.url.replace("/scim/v2", "/oauth/token"));
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={word}");
    let answer = token_endpoint(&server, &form);
    let (_, token) = answer.split_once("\"access_token\":\"").expect("a token");
    server.token = token.split('"').next().expect("its end").into();
    assert_eq!(server.http("GET", "/Users", "").0, 200);
    assert!(token_endpoint(&server, &format!("{form}x")).starts_with("HTTP/1.1 401 "));
}

#[test]
fn what_an_administrator_copies_can_be_given() {
    let folder = here();
    let given = ["--client-id", "acme", "--client-secret", "word", "--administrator", "ada:lovelace"];
    let mut server = serve(folder.path(), &[&["--profile", "rubiconmd"][..], &given].concat());
    let said: Vec<_> = (0..6).map(|_| server.says()).collect();
    let value = |word: &str| &said.iter().find(|(known, _)| known == word).expect("it is said").1;
    assert_eq!([value("client"), value("secret"), value("admin")], ["acme", "word", "ada:lovelace"]);
    assert_eq!(value("asks"), &server.url.replace("/scim/v2", "/oauth/authorize"));
}
