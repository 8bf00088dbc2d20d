//! Okta at the reference server, and everything that both say: without network, with a clock and ids that repeat.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use jiff::{Timestamp, ToSpan};
use scim_reference_server::{BASE_PATH, Config, router};
use scimprove::target::Request;
use scimprove::target::credentials::Credentials;
use scimprove::target::exchange::Login;
use scimprove::target::redact::Redactor;
use serde_json::Value;
use tower::ServiceExt;

use crate::recording::{PASSWORDS, TOKEN};

/// A client with Okta's name and a fresh server.
pub(crate) struct Okta {
    router: Router,
    credentials: Credentials,
    redactor: Redactor,
    told: String,
}

impl Okta {
    pub(crate) fn new() -> Okta {
        let secrets = PASSWORDS.into_iter().chain([TOKEN]).map(String::from);
        Okta {
            router: router(Config {
                clock: clock(),
                randomness: randomness(),
                ..Config::new("http://scim.example", TOKEN)
            }),
            credentials: Credentials::Bearer(TOKEN.into()),
            redactor: Redactor::new(secrets),
            told: String::new(),
        }
    }

    /// Sends it, writes down what was said under a heading, and gives the body of the answer.
    pub(crate) async fn says(&mut self, heading: &str, request: Request) -> Value {
        let request = request.header("User-Agent", "Okta SCIM Client 1.0.0");
        let (status, headers, body) = self.send(&request).await;
        let json: Value = serde_json::from_slice(&body).unwrap_or_default();
        let sent = self.redactor.request_body(&request.body).map(|text| pretty(&text)).unwrap_or_default();
        let got = pretty(&self.redactor.text(&String::from_utf8_lossy(&body)));
        self.told.push_str(&format!(
            "# {heading}\n\n{} {BASE_PATH}{}\n{}{sent}\n{}\n{}{got}\n",
            request.method,
            request.path_and_query(),
            self.sent_headers(&request),
            status,
            headers
                .iter()
                .map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap_or("?")))
                .collect::<String>(),
        ));
        json
    }

    /// Sends it and tells nothing.
    pub(crate) async fn prepares(&self, request: Request) -> Value {
        let (status, _, body) = self.send(&request).await;
        assert!(status.is_success(), "{status} {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap_or_default()
    }

    /// Everything that was said.
    pub(crate) fn told(self) -> String {
        self.told
    }

    async fn send(&self, request: &Request) -> (StatusCode, HeaderMap, Vec<u8>) {
        let mut outgoing = axum::http::Request::builder()
            .method(request.method.clone())
            .uri(format!("{BASE_PATH}{}", request.path_and_query()));
        for (name, value) in &request.headers {
            outgoing = outgoing.header(name, value);
        }
        if let Some(value) = self.authorization(&request.login) {
            outgoing = outgoing.header("Authorization", value);
        }
        let outgoing = outgoing.body(Body::from(request.body_bytes())).expect("a request");
        let Ok(answer) = self.router.clone().oneshot(outgoing).await;
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        (parts.status, parts.headers, body.to_vec())
    }

    fn authorization(&self, login: &Login) -> Option<String> {
        match login {
            Login::Own => self.credentials.header(None),
            Login::OwnSpelt(scheme) => self.credentials.header(Some(scheme)),
            Login::None => None,
            Login::Literal(value) => Some(value.clone()),
        }
    }

    fn sent_headers(&self, request: &Request) -> String {
        let login = self.authorization(&request.login).map(|value| ("Authorization".to_string(), value));
        let headers = request.headers.iter().cloned().chain(login);
        headers.map(|(name, value)| format!("{name}: {}\n", self.redactor.text(&value))).collect()
    }
}

/// JSON as people read it; a long page of a list shows its first and its last resource.
fn pretty(body: &str) -> String {
    let Ok(mut json) = serde_json::from_str::<Value>(body) else {
        return if body.is_empty() { String::new() } else { format!("\n{body}\n") };
    };
    if let Some(rows) = json.get_mut("Resources").and_then(Value::as_array_mut)
        && rows.len() > 3
    {
        let left_out = rows.len() - 2;
        rows.splice(1..=left_out, [format!("({left_out} more)").into()]);
    }
    format!("\n{json:#}\n")
}

/// Each look at it is a second later.
fn clock() -> scim_reference_server::Clock {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
    let seconds = AtomicI64::new(0);
    Arc::new(move || start + seconds.fetch_add(1, Ordering::Relaxed).seconds())
}

fn randomness() -> scim_reference_server::Randomness {
    let count = AtomicU8::new(0);
    Arc::new(move |bytes| bytes.fill(count.fetch_add(1, Ordering::Relaxed)))
}
