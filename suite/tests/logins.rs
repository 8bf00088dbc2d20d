//! Logging in at an authorization server: each way of it, for as long as a run lasts, whatever the server answers, and
//! without a secret in anything that is shown.

#[path = "logins/authority.rs"]
mod authority;
mod program;

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use authority::{Asked, Authority, CLIENT, PASSWORD, REDIRECT, Rules, SECRET, Script, USER, json, page, redirect};
use axum::body::Body;
use axum::http::Response;
use program::{Ran, program};
use scimprove::target::http::Trust;
use scimprove::target::oauth::{Account, ClientAuth, Code, Loopback, OAuth, Registered, Way, Web, Who, endpoint};
use scimprove::target::redact::{REDACTED, Redactor};
use scimprove::target::session::{Session, Source};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use url::Url;

/// The options of the program by which it logs in with the client's own credentials.
fn client_credentials(authority: &Authority) -> Vec<String> {
    options(authority, &["--oauth-client-credentials"])
}

/// The same with an account.
fn code(authority: &Authority) -> Vec<String> {
    let authorize = format!("{}/oauth/authorize", authority.origin);
    let with_account =
        ["--oauth-user", USER, "--oauth-password-env", "ADAS_PASSWORD", "--oauth-redirect-uri", REDIRECT];
    options(authority, &[&["--oauth-code", "--oauth-authorize-url", &authorize], &with_account[..]].concat())
}

fn options(authority: &Authority, more: &[&str]) -> Vec<String> {
    let (url, token) = (format!("{}/scim/v2", authority.origin), format!("{}/oauth/token", authority.origin));
    let whole = ["--url", &url, "--oauth-token-url", &token, "--oauth-client-id", CLIENT];
    [&whole[..], &["--oauth-client-secret-env", "CLIENT_SECRET"], more]
        .concat()
        .iter()
        .map(|it| it.to_string())
        .collect()
}

/// A run of the program, in which nothing may show a secret: not what it says, and not what it writes.
fn check(authority: &Authority, options: Vec<String>, more: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let reports = ["check", "--json", "report.json", "--junit", "report.xml", "--keep"];
    let mut command = program(folder.path(), &[&reports, &options[..], more].concat());
    let ran: Ran = command
        .env("CLIENT_SECRET", SECRET)
        .env("ADAS_PASSWORD", PASSWORD)
        .output()
        .expect("the program starts")
        .into();
    keeps_secrets(authority, &format!("{}{}", ran.out, ran.err));
    for file in std::fs::read_dir(folder.path()).expect("a folder") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("text");
        keeps_secrets(authority, &text);
    }
    assert!(authority.state().faults.is_empty(), "{:?}", authority.state().faults);
    ran
}

fn keeps_secrets(authority: &Authority, text: &str) {
    for secret in &authority.state().secrets {
        assert!(!text.contains(secret.as_str()), "{secret} is in {text}");
    }
}

#[test]
fn a_run_logs_in_with_the_clients_own_credentials() {
    for how in ["basic", "form"] {
        let authority = Authority::start(Rules::default());
        let more = ["--only", "read.user.by-id", "--oauth-client-auth", how, "--oauth-scope", "scim"];
        let ran = check(&authority, client_credentials(&authority), &more);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        assert_eq!(authority.state().grants, ["client_credentials"]);
    }
}

#[test]
fn a_run_logs_in_and_consents_with_an_account() {
    for two_steps in [false, true] {
        let authority = Authority::start(Rules { two_steps, ..Rules::default() });
        let ran = check(&authority, code(&authority), &["--only", "read.user.by-id"]);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        assert_eq!(authority.state().grants, ["authorization_code"]);
    }
}

/// Several jobs meet the end of a token at the same time; one of them asks for the next.
#[test]
fn a_token_that_ends_in_the_middle_of_a_run_is_renewed_once_for_all() {
    for (ways, grant) in [(client_credentials as fn(&_) -> _, "client_credentials"), (code, "refresh_token")] {
        let authority = Authority::start(Rules { life: Some(40), ..Rules::default() });
        let ran = check(&authority, ways(&authority), &["--only", "create", "--only", "deactivate"]);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        let state = authority.state();
        assert!(state.ended >= 3 && state.given == state.ended + 1, "{} given, {} ended", state.given, state.ended);
        assert!(state.grants[1..].iter().all(|it| it == grant), "{:?}", state.grants);
    }
}

#[test]
fn checks_that_send_a_wrong_token_on_purpose_ask_for_no_other() {
    let authority = Authority::start(Rules::default());
    let ran = check(&authority, client_credentials(&authority), &["--only", "auth"]);
    // This server knows one spelling of Bearer.
    assert!(ran.code == 1 && ran.out.contains("auth.scheme-case"), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("1 failed") && ran.out.contains("4 passed"), "{}", ran.out);
    assert_eq!(authority.state().grants, ["client_credentials"]);
}

/// It takes the word of a target that refuses the token at one place only a few times.
#[test]
fn a_place_that_refuses_every_token_is_not_asked_with_new_ones_for_ever() {
    let authority = Authority::start(Rules { refuses_at: Some("/scim/v2/Schemas"), ..Rules::default() });
    let ran = check(&authority, client_credentials(&authority), &["--only", "discovery", "--jobs", "1"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    let state = authority.state();
    assert!(state.refused > 4, "{}", state.refused);
    assert_eq!(state.given, 1 + 3);
}

/// A token that was renewed is as secret as the first.
#[test]
fn a_target_that_shows_tokens_is_found_out_and_they_are_not_shown_again() {
    for way in [client_credentials, command] {
        let authority = Authority::start(Rules { life: Some(40), shows_tokens: true, ..Rules::default() });
        let ran = check(&authority, way(&authority), &["--only", "create", "--only", "protocol.token-kept"]);
        assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
        assert!(ran.out.contains("protocol.token-kept"), "{}", ran.out);
        assert!(authority.state().given > 1);
    }
}

/// The end is told before the target has to refuse anything.
#[test]
fn a_token_is_renewed_before_its_end() {
    let authority = Authority::start(Rules { expires_in: Some(2000), ..Rules::default() });
    // On a clock that is moved by hand, and that is not the server's.
    let clock = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    clock.block_on(async {
        let oauth = oauth(&authority, Way::ClientCredentials);
        let session = Session::new(Source::OAuth(Box::new(oauth)), Redactor::default());
        assert_eq!(session.ready().await, Ok(1));
        for (seconds, number) in [(1900, 1), (45, 2), (1900, 2), (45, 3)] {
            tokio::time::pause();
            tokio::time::advance(Duration::from_secs(seconds)).await;
            tokio::time::resume();
            assert_eq!(session.ready().await, Ok(number), "after {seconds} s more");
        }
    });
    assert_eq!(authority.state().given, 3);
}

/// What was not given ahead of time may be given when it is needed.
#[test]
fn a_token_that_cannot_be_renewed_is_used_until_it_is_refused() {
    let authority = Authority::start(Rules { expires_in: Some(100), fails_after: Some(1), ..Rules::default() });
    let clock = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    clock.block_on(async {
        let oauth = oauth(&authority, Way::ClientCredentials);
        let session = Session::new(Source::OAuth(Box::new(oauth)), Redactor::default());
        assert_eq!(session.ready().await, Ok(1));
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(200)).await;
        tokio::time::resume();
        assert_eq!(session.ready().await, Ok(1));
        assert_eq!(session.ready().await, Ok(1));
        assert_eq!(authority.state().grants.len(), 2);
        let error = session.refused(1).await.expect_err("none is given");
        assert!(error.to_string().contains("answered 503"), "{error}");
        assert_eq!(session.ready().await, Err(error));
        assert_eq!(authority.state().grants.len(), 3);
    });
}

#[test]
fn a_wrong_secret_is_told_with_what_to_try() {
    let authority = Authority::start(Rules::default());
    let more = ["--oauth-client-secret", "another-secret-of-it"];
    let mut options = client_credentials(&authority);
    options.retain(|it| it != "--oauth-client-secret-env" && it != "CLIENT_SECRET");
    let ran = check(&authority, options, &more);
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    for word in ["/oauth/token refuses the login", "invalid_client (no such client)", "--oauth-client-auth"] {
        assert!(ran.err.contains(word), "{}", ran.err);
    }
    assert!(!ran.err.contains("another-secret"), "{}", ran.err);
}

#[test]
fn a_wrong_password_is_told_with_what_to_try() {
    let authority = Authority::start(Rules::default());
    let mut options = code(&authority);
    options.iter_mut().filter(|it| *it == "ADAS_PASSWORD").for_each(|it| *it = "CLIENT_SECRET".into());
    let ran = check(&authority, options, &[]);
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("/oauth/login refuses the login") && ran.err.contains("--oauth-user"), "{}", ran.err);
    // Tried once: an account can be locked by more.
    assert_eq!(authority.state().paths.iter().filter(|path| *path == "/oauth/login").count(), 1);
}

#[test]
fn a_refused_refresh_leads_to_a_new_login_where_there_is_an_account() {
    let rules = Rules { life: Some(40), refuses_refresh_from: Some(2), ..Rules::default() };
    let authority = Authority::start(rules);
    let ran = check(&authority, code(&authority), &["--only", "create"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let wanted = ["authorization_code", "refresh_token", "refresh_token", "authorization_code"];
    assert_eq!(authority.state().grants[..4], wanted);
}

/// What is left undone is not taken for a fault of the target.
#[test]
fn a_login_that_ends_ends_the_run_and_is_no_finding() {
    let authority = Authority::start(Rules { life: Some(40), fails_after: Some(1), ..Rules::default() });
    let ran = check(&authority, client_credentials(&authority), &["--only", "create"]);
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("the login ended in the middle of the run"), "{}", ran.err);
    assert!(ran.err.contains("answered 503"), "{}", ran.err);
    assert_eq!(authority.state().given, 1);
}

#[test]
fn a_fresh_token_that_the_target_refuses_is_no_reason_to_ask_for_ever() {
    let authority = Authority::start(Rules { life: Some(0), ..Rules::default() });
    let ran = check(&authority, client_credentials(&authority), &[]);
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("answered 401") && ran.err.contains("--oauth-scope"), "{}", ran.err);
    assert_eq!(authority.state().given, 2);
}

/// A program that gets a token with the shell's own means, as its users write them.
fn command(authority: &Authority) -> Vec<String> {
    let (url, host) = (format!("{}/scim/v2", authority.origin), authority.origin.trim_start_matches("http://"));
    let place = host.replace(':', "/");
    let form = "grant_type=client_credentials&client_id=the+client&client_secret=s3cret%2Bof%2Fthe+client%25";
    let head = format!("POST /oauth/token HTTP/1.1\\r\\nHost: {host}\\r\\nConnection: close");
    let script = format!(
        r#"exec 3<>/dev/tcp/{place}; printf "{head}\r\nContent-Length: {}\r\n\r\n%s" "{form}" >&3
        sed -n "s/.*\"access_token\":\"\([^\"]*\)\".*/\1/p" <&3"#,
        form.len()
    );
    let command = format!("bash -c '{script}'");
    ["--url", &url, "--token-command", &command].map(String::from).to_vec()
}

#[test]
fn a_command_is_asked_again_when_its_token_is_refused() {
    let authority = Authority::start(Rules { life: Some(40), ..Rules::default() });
    // One at a time: others would use up a token that ends by its uses before the first one comes to try it.
    let ran = check(&authority, command(&authority), &["--only", "create", "--jobs", "1"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let state = authority.state();
    assert!(state.ended >= 1 && state.given == state.ended + 1, "{} given, {} ended", state.given, state.ended);
}

fn oauth(authority: &Authority, way: Way) -> OAuth {
    let token_url = endpoint("--oauth-token-url", &format!("{}/oauth/token", authority.origin)).expect("a URL");
    let client = Registered { id: CLIENT.into(), secret: Some(SECRET.into()), by: ClientAuth::Basic };
    let web = Web::new(&Trust::default(), Duration::from_millis(500)).expect("a client");
    OAuth::new(token_url, client, None, way, web, Redactor::default())
}

fn account(authority: &Authority) -> Way {
    let url = |text: &str| endpoint("a URL", text).expect("a URL");
    let account = Account { user: USER.into(), password: PASSWORD.into(), redirect: url(REDIRECT) };
    let authorize_url = url(&format!("{}/oauth/authorize", authority.origin));
    Way::Code(Box::new(Code { authorize_url, who: Who::Account(account) }))
}

/// The token, or why there is none; which shows no secret.
fn log_in(authority: &Authority, way: Way) -> Result<String, String> {
    let session = Session::new(Source::OAuth(Box::new(oauth(authority, way))), Redactor::default());
    let end = authority.runtime.block_on(session.ready()).map(|_| session.token()).map_err(|error| error.to_string());
    if let Err(error) = &end {
        keeps_secrets(authority, error);
    }
    end
}

fn at(path: &'static str, asked: &Asked, answer: impl FnOnce() -> Response<Body>) -> Option<Response<Body>> {
    (asked.path == path).then(answer)
}

#[test]
fn whatever_the_token_endpoint_answers_it_is_a_token_or_a_reason() {
    let scripts: &[(Script, &str)] = &[
        (|it| at("/oauth/token", it, || json(200, "")), "without an access_token"),
        (|it| at("/oauth/token", it, || json(200, "[1]")), "without an access_token"),
        (|it| at("/oauth/token", it, || json(200, &"[".repeat(100_000))), "without an access_token"),
        (|it| at("/oauth/token", it, || json(200, r#"{"access_token":7}"#)), "without an access_token"),
        (|it| at("/oauth/token", it, || json(200, r#"{"access_token":""}"#)), "empty"),
        (|it| at("/oauth/token", it, || json(200, r#"{"access_token":"a\r\nX: b"}"#)), "no header can carry"),
        (|it| at("/oauth/token", it, || json(200, r#"{"access_token":"abcdefgh","token_type":"mac"}"#)), "type mac"),
        (|it| at("/oauth/token", it, || json(200, &format!("\"{}\"", "x".repeat(300_000)))), "larger than"),
        (
            |it| at("/oauth/token", it, || json(200, &format!(r#"{{"access_token":"{}"}}"#, "x".repeat(17_000)))),
            "longer than",
        ),
        (|it| at("/oauth/token", it, || json(200, r#"{"error":"invalid_scope"}"#)), "--oauth-scope"),
        (|it| at("/oauth/token", it, || json(400, r#"{"error":"\u001b[31mred"}"#)), "refuses the login"),
        (|it| at("/oauth/token", it, || page(200, "<h1>Welcome</h1>")), "text/html"),
        (|it| at("/oauth/token", it, || page(404, "not here")), "Is it the token URL?"),
        (|it| at("/oauth/token", it, || page(429, "slowly")), "limits the rate"),
        (|it| at("/oauth/token", it, || page(500, "oh")), "the authorization server failed"),
        (|it| at("/oauth/token", it, slow), "no complete answer within"),
        // The server shows what it was given.
        (
            |it| at("/oauth/token", it, || json(400, &format!(r#"{{"error":"bad","error_description":"{SECRET}"}}"#))),
            REDACTED,
        ),
        (
            |it| {
                at("/oauth/token", it, || redirect("http://127.0.0.1:9/token").body(Body::empty()).expect("an answer"))
            },
            "No secret is sent after a redirect",
        ),
    ];
    for (number, (script, word)) in scripts.iter().enumerate() {
        let authority = Authority::start(Rules { script: Some(*script), ..Rules::default() });
        let error = log_in(&authority, Way::ClientCredentials).expect_err(word);
        assert!(error.contains(word), "{number}: {error}");
        assert_eq!(authority.state().paths.len(), 1, "{number}: {:?}", authority.state().paths);
    }
}

/// An answer that is none may hold secrets all the same.
#[test]
fn what_comes_with_a_refusal_is_not_shown() {
    let script: Script = |it| {
        let body = r#"{"error":"a-new-token","error_description":"or a-refresh-token","access_token":"a-new-token",
            "refresh_token":"a-refresh-token"}"#;
        at("/oauth/token", it, || json(400, body))
    };
    let authority = Authority::start(Rules { script: Some(script), ..Rules::default() });
    let error = log_in(&authority, Way::ClientCredentials).expect_err("refused");
    assert!(error.contains("refuses the login: [redacted] (or [redacted])"), "{error}");
}

/// Some servers leave the type out, and some write numbers as text.
#[test]
fn what_can_be_understood_is_taken() {
    let scripts: &[Script] = &[
        |it| at("/oauth/token", it, || json(200, r#"{"access_token":"a-good-token"}"#)),
        |it| {
            at("/oauth/token", it, || {
                json(200, r#"{"access_token":"a-good-token","token_type":"BEARER","expires_in":"60"}"#)
            })
        },
        |it| at("/oauth/token", it, || json(200, r#"{"access_token":"a-good-token","expires_in":1e300}"#)),
        |it| {
            at("/oauth/token", it, || json(200, r#"{"access_token":"a-good-token","expires_in":-5,"refresh_token":7}"#))
        },
        |it| at("/oauth/token", it, || page(200, "").map(|_| r#"{"access_token":"a-good-token"}"#.into())),
    ];
    for script in scripts {
        let authority = Authority::start(Rules { script: Some(*script), ..Rules::default() });
        assert_eq!(log_in(&authority, Way::ClientCredentials), Ok("a-good-token".into()));
    }
}

/// An answer that begins, and never ends.
fn slow() -> Response<Body> {
    let endless = futures::stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Some((Ok::<_, std::io::Error>(" "), ()))
    });
    Response::builder().status(200).body(Body::from_stream(endless)).expect("an answer")
}

/// A server or a page in between that sends the password, or the code, to somebody else.
#[test]
fn whatever_the_pages_are_no_secret_leaves_their_origin() {
    const EVIL: &str = "http://127.0.0.1:9/steal";
    let scripts: &[(Script, &str)] = &[
        (|it| at("/oauth/authorize", it, || redirect(EVIL).body(Body::empty()).expect("an answer")), "another origin"),
        (|it| at("/oauth/authorize", it, || login_form(EVIL, "post")), "another origin"),
        (|it| at("/oauth/authorize", it, || login_form("//127.0.0.1:9/steal", "post")), "another origin"),
        (|it| at("/oauth/authorize", it, || login_form("javascript:alert(1)", "post")), "another origin"),
        (|it| at("/oauth/authorize", it, || login_form("/oauth/login", "get")), "into an address"),
        (
            |it| {
                let form = r#"<form method=post action=/a><input name=u><input type=password name=p><button formaction="http://127.0.0.1:9/">"#;
                at("/oauth/authorize", it, || page(200, form))
            },
            "another origin",
        ),
        (
            |it| {
                let form = r#"<base href="http://127.0.0.1:9/"><form method=post action=a><input name=u><input type=password name=p>"#;
                at("/oauth/authorize", it, || page(200, form))
            },
            "another origin",
        ),
        (
            |it| {
                let form =
                    "<form method=post><input name=u><input type=password name=p><input type=password name=again>";
                at("/oauth/authorize", it, || page(200, form))
            },
            "more than one password",
        ),
        (
            |it| {
                let answer = || Response::builder().status(307).header("location", EVIL).body(Body::empty());
                at("/oauth/login", it, || answer().expect("an answer"))
            },
            "sent again",
        ),
        (
            |it| at("/oauth/consent", it, || page(200, "<form method=post><button>Deny</button></form>")),
            "without a form",
        ),
        (|it| at("/oauth/consent", it, || page(200, "<form method=post><button>Empty the trash")), "without a form"),
        (
            |it| at("/oauth/consent", it, || page(200, "<form method=post><input name=note><button>Go")),
            "without a form",
        ),
        (|it| at("/oauth/consent", it, || page(200, "<script>go()</script><p>One moment")), "reads: Login One moment"),
        (|it| at("/oauth/authorize", it, || json(200, "{}")), "without a form"),
        (|it| at("/oauth/authorize", it, || page(200, &"<form><div>".repeat(100_000))), "larger than"),
        (|it| at("/oauth/authorize", it, slow), "no complete answer within"),
        (|it| at("/oauth/authorize", it, || page(500, PASSWORD)), "answered 500"),
        (
            |it| at("/oauth/authorize", it, || redirect("/oauth/authorize").body(Body::empty()).expect("an answer")),
            "no end",
        ),
        (
            |it| at("/oauth/authorize", it, || redirect("http://[").body(Body::empty()).expect("an answer")),
            "to nowhere",
        ),
        (|it| back(it, "code=c1&state=another"), "another state"),
        (|it| back(it, "code=c1"), "another state"),
        (|it| back(it, "error=access_denied&state=x"), "another state"),
        (|it| back_with_state(it, "error=access_denied"), "access_denied"),
        (|it| back_with_state(it, "code=c1&code=c2"), "twice"),
        (|it| back_with_state(it, "token=t"), "no code"),
    ];
    for (number, (script, word)) in scripts.iter().enumerate() {
        let authority = Authority::start(Rules { script: Some(*script), ..Rules::default() });
        let error = log_in(&authority, account(&authority)).expect_err(word);
        assert!(error.contains(word), "{number}: {error}");
        assert!(authority.state().grants.is_empty(), "{number}");
    }
}

fn login_form(action: &str, method: &str) -> Response<Body> {
    let fields = "<input name=u><input type=password name=p>";
    page(200, &format!(r#"<form method="{method}" action="{action}">{fields}</form>"#))
}

fn back(asked: &Asked, query: &str) -> Option<Response<Body>> {
    at("/oauth/authorize", asked, || redirect(&format!("{REDIRECT}&{query}")).body(Body::empty()).expect("an answer"))
}

fn back_with_state(asked: &Asked, query: &str) -> Option<Response<Body>> {
    back(asked, &format!("{query}&state={}", asked.field("state")))
}

/// A server that sends a browser on to the redirect URI although it does not know it has to be told.
#[test]
fn a_redirect_uri_that_is_not_registered_is_told_of() {
    let authority = Authority::start(Rules::default());
    let Way::Code(mut code) = account(&authority) else { panic!("a code") };
    let Who::Account(account) = &mut code.who else { panic!("an account") };
    account.redirect = Url::parse("https://elsewhere.example/other").expect("a URL");
    let error = log_in(&authority, Way::Code(code)).expect_err("refused");
    assert!(error.contains("answered 400") && error.contains("not registered"), "{error}");
    assert!(error.contains("the redirect URI https://elsewhere.example/other"), "{error}");
}

/// What a browser does when it comes back, and what this machine answers it.
async fn visit(address: &Url, query: &str) -> String {
    let port = address.port().expect("a port");
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("it listens");
    let head = format!("GET {query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut said = String::new();
    stream.read_to_string(&mut said).await.expect("an answer");
    said
}

/// Logs in by a browser that goes where `queries` say, with `STATE` for the state that it was shown.
fn by_browser(queries: &'static [&'static str]) -> (Result<String, String>, Vec<String>) {
    let authority = Authority::start(Rules {
        script: Some(|it| {
            at("/oauth/token", it, || {
                let is_well = it.field("code") == "c1" && !it.field("code_verifier").is_empty();
                json(if is_well { 200 } else { 400 }, r#"{"access_token":"a-good-token"}"#)
            })
        }),
        ..Rules::default()
    });
    let answers = Arc::new(Mutex::new(Vec::new()));
    let said = answers.clone();
    let show = move |address: &str| {
        let shown = Url::parse(address).expect("a URL");
        let parameter = |name: &str| shown.query_pairs().find(|(it, _)| it == name).expect(name).1.into_owned();
        let (back, state) = (Url::parse(&parameter("redirect_uri")).expect("a URL"), parameter("state"));
        let said = said.clone();
        tokio::spawn(async move {
            // Browsers open connections that they do not use.
            let silent = TcpStream::connect(("127.0.0.1", back.port().expect("a port"))).await.expect("it listens");
            for query in queries {
                let answer = visit(&back, &query.replace("STATE", &state)).await;
                said.lock().expect("a lock").push(answer);
            }
            drop(silent);
        });
    };
    let authorize_url = Url::parse(&format!("{}/oauth/authorize", authority.origin)).expect("a URL");
    let loopback = Loopback::bind(None).expect("a port");
    let way = Way::Code(Box::new(Code { authorize_url, who: Who::Browser { loopback, show: Box::new(show) } }));
    let end = log_in(&authority, way);
    let answers = answers.lock().expect("a lock").clone();
    (end, answers)
}

#[test]
fn a_person_logs_in_with_a_browser_that_comes_back() {
    let (end, _) =
        by_browser(&["/favicon.ico", "/callback/else?code=evil&state=STATE", "/callback?code=c1&state=STATE"]);
    assert_eq!(end, Ok("a-good-token".into()));
}

#[test]
fn a_browser_with_another_answer_is_refused() {
    for (queries, word) in [
        (&["/callback?code=c1&state=another"], "another state"),
        (&["/callback?code=c1"], "another state"),
        (&["/callback?error=access_denied&state=STATE"], "access_denied"),
        (&["/callback?state=STATE"], "no code"),
    ] {
        let (end, _) = by_browser(queries);
        let error = end.expect_err(word);
        assert!(error.contains(word), "{error}");
    }
}

#[test]
fn a_browser_can_only_come_back_to_this_machine() {
    let url = |text: &str| Url::parse(text).expect("a URL");
    for away in ["https://127.0.0.1:1/callback", "http://elsewhere.example/callback", "http://127.0.0.2:1/callback"] {
        let error = Loopback::bind(Some(&url(away))).map(|_| ()).expect_err(away).to_string();
        assert!(error.contains("away from this machine"), "{error}");
    }
}

#[test]
fn options_that_do_not_belong_together_are_named() {
    let expect = |arguments: &[&str], words: &[&str]| {
        let ran = program::run(Path::new("."), arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}{}", ran.out, ran.err);
        words.iter().for_each(|word| assert!(ran.err.contains(word), "{arguments:?}: {}", ran.err));
    };
    let url = ["--url", "http://127.0.0.1:9/scim"];
    let with = |more: &[&'static str]| [&url[..], more].concat();
    let token = ["--oauth-token-url", "http://127.0.0.1:9/token", "--oauth-client-id", "c"];
    expect(
        &with(&["--oauth-client-credentials"]),
        &["--oauth-token-url", "--oauth-client-id", "--oauth-client-secret"],
    );
    expect(&[&with(&["--oauth-code"])[..], &token].concat(), &["--oauth-authorize-url"]);
    expect(&[&with(&["--oauth-client-credentials", "--token", "x"])[..], &token].concat(), &["cannot be used with"]);
    expect(&with(&["--oauth-user", "ada"]), &["--oauth-code"]);
    let code = ["--oauth-code", "--oauth-authorize-url", "http://127.0.0.1:9/authorize"];
    let all = [&with(&code)[..], &token].concat();
    expect(&[&all[..], &["--oauth-user", "ada", "--oauth-password-env", "X"]].concat(), &["--oauth-redirect-uri"]);
    expect(&[&all[..], &["--oauth-redirect-uri", "https://away.example/"]].concat(), &["away from this machine"]);
    let secret = ["--oauth-client-credentials", "--oauth-client-secret-env", "NOT_SET"];
    expect(&[&with(&secret)[..], &token].concat(), &["NOT_SET is not set"]);
    let odd = ["--oauth-token-url", "http://u:p@h/token", "--oauth-client-id", "c", "--oauth-client-secret", "s"];
    expect(
        &[&with(&["--oauth-client-credentials"])[..], &odd].concat(),
        &["--oauth-token-url must hold no credentials"],
    );
}

/// The same authorization server over TLS, with a certificate that nobody vouches for.
fn behind_tls(authority: &Authority) -> (Url, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key);
    let acceptor = TlsAcceptor::from(Arc::new(config.expect("a TLS configuration")));
    let listener = authority.runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let plain = authority.origin.trim_start_matches("http://").to_string();
    authority.runtime.spawn(async move {
        while let Ok((incoming, _)) = listener.accept().await {
            let (acceptor, plain) = (acceptor.clone(), plain.clone());
            tokio::spawn(async move {
                let Ok(mut outer) = acceptor.accept(incoming).await else { return };
                let Ok(mut inner) = TcpStream::connect(&plain).await else { return };
                let _ = tokio::io::copy_bidirectional(&mut outer, &mut inner).await;
            });
        }
    });
    (Url::parse(&format!("https://localhost:{port}/oauth/token")).expect("a URL"), made.cert.pem())
}

#[test]
fn an_authorization_server_is_trusted_as_the_target_is() {
    let authority = Authority::start(Rules::default());
    let (url, pem) = behind_tls(&authority);
    let nobody = Trust::default();
    let vouched = Trust { extra_roots: pem.into_bytes(), insecure: false };
    let anybody = Trust { extra_roots: Vec::new(), insecure: true };
    let ends = [nobody, vouched, anybody].map(|trust| {
        let web = Web::new(&trust, Duration::from_secs(10)).expect("a client");
        let client = Registered { id: CLIENT.into(), secret: Some(SECRET.into()), by: ClientAuth::Basic };
        let oauth = OAuth::new(url.clone(), client, None, Way::ClientCredentials, web, Redactor::default());
        let session = Session::new(Source::OAuth(Box::new(oauth)), Redactor::default());
        authority.runtime.block_on(session.ready()).map_err(|error| error.to_string())
    });
    let error = ends[0].clone().expect_err("nobody vouches for it");
    assert!(error.contains("no TLS connection"), "{error}");
    assert_eq!(ends[1..], [Ok(1), Ok(1)]);
}

/// A browser that asks for an address and goes where it is redirected to, once.
fn browse(address: &str) -> String {
    let get = |address: &str| {
        let url = Url::parse(address).expect("a URL");
        let host = format!("127.0.0.1:{}", url.port().expect("a port"));
        let mut stream = std::net::TcpStream::connect(&host).expect("it listens");
        let target = &url[url::Position::BeforePath..];
        let head = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("sent");
        let mut said = String::new();
        stream.read_to_string(&mut said).expect("an answer");
        said
    };
    let first = get(address);
    let location = first.lines().find_map(|line| line.strip_prefix("location: ")).expect("a redirect");
    get(location.trim())
}

#[test]
fn a_run_waits_for_the_browser_of_a_person_and_is_renewed_without() {
    // Long enough that the checks which go at the same time don't use up the next token while one of them waits for it.
    let authority = Authority::start(Rules { life: Some(200), consents_at_once: true, ..Rules::default() });
    let authorize = format!("{}/oauth/authorize", authority.origin);
    let options = options(&authority, &["--oauth-code", "--oauth-authorize-url", &authorize]);
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = program(folder.path(), &[&["check", "--only", "create"], &options[..]].concat());
    command.env("CLIENT_SECRET", SECRET).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut said = BufReader::new(child.stderr.take().expect("its words"));
    let mut lines = said.by_ref().lines().map(|line| line.expect("a line"));
    let address = lines.find(|line| line.trim().starts_with(&authorize)).expect("an address");
    let seen = browse(address.trim());
    assert!(seen.contains("200 OK") && seen.contains("You can close this window"), "{seen}");
    let ran: Ran = child.wait_with_output().expect("it ends").into();
    let mut rest = String::new();
    said.read_to_string(&mut rest).expect("its words");
    assert_eq!(ran.code, 0, "{}{rest}", ran.out);
    keeps_secrets(&authority, &format!("{}{rest}{address}{seen}", ran.out));
    let state = authority.state();
    assert!(state.ended >= 1 && state.grants[..2] == ["authorization_code", "refresh_token"], "{:?}", state.grants);
}

/// Without a refresh token nobody but the person could go on.
#[test]
fn a_login_of_a_person_that_ends_is_told_of() {
    let rules = Rules { life: Some(0), consents_at_once: true, no_refresh: true, ..Rules::default() };
    let authority = Authority::start(rules);
    let authorize_url = Url::parse(&format!("{}/oauth/authorize", authority.origin)).expect("a URL");
    let show = |address: &str| {
        let address = address.to_string();
        std::thread::spawn(move || browse(&address));
    };
    let loopback = Loopback::bind(None).expect("a port");
    let way = Way::Code(Box::new(Code { authorize_url, who: Who::Browser { loopback, show: Box::new(show) } }));
    let session = Session::new(Source::OAuth(Box::new(oauth(&authority, way))), Redactor::default());
    authority.runtime.block_on(async {
        assert_eq!(session.ready().await, Ok(1));
        let error = session.refused(1).await.expect_err("nobody is there");
        assert!(error.to_string().contains("offline_access"), "{error}");
    });
    assert_eq!(authority.state().given, 1);
}
