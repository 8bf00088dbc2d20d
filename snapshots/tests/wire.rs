//! Okta at the reference server, and what both say: without network, with a clock and ids that repeat.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};

use axum::Router;
use axum::http::StatusCode;
use jiff::{Timestamp, ToSpan};
use scim_reference_server::{BASE_PATH, Config, router};
use scimprove::target::credentials::Credentials;
use scimprove::target::http::Limits;
use scimprove::target::redact::Redactor;
use scimprove::target::service::ServiceTarget;
use scimprove::target::{Answer, Exchange, Request, Target};
use serde_json::Value;

use crate::recording::{PASSWORDS, TOKEN};

/// Okta, with a fresh server.
pub(crate) struct Okta {
    server: ServiceTarget<Router>,
    credentials: Credentials,
    redactor: Redactor,
    told: String,
}

impl Okta {
    pub(crate) fn new() -> Okta {
        let config = Config { clock: clock(), randomness: randomness(), ..Config::new("http://scim.example", TOKEN) };
        let credentials = Credentials::Bearer(TOKEN.into());
        Okta {
            server: ServiceTarget::new(router(config), BASE_PATH, credentials.clone(), Limits::default()),
            credentials,
            redactor: Redactor::new(PASSWORDS.into_iter().chain([TOKEN]).map(String::from)),
            told: String::new(),
        }
    }

    /// Sends it, writes down under a heading what both said, and gives the body of the answer.
    pub(crate) async fn says(&mut self, heading: &str, request: Request) -> Value {
        let request = request.header("User-Agent", "Okta SCIM Client 1.0.0");
        let answer = self.server.send(&request).await.expect("an answer");
        let exchange = Exchange { request, answer, focus: String::new() };
        self.told += &format!("# {heading}\n\n{}\n{}\n", self.request(&exchange.request), self.answer(&exchange));
        exchange.answer.json.unwrap_or_default()
    }

    /// Sends it and tells nothing.
    pub(crate) async fn prepares(&self, request: Request) -> Value {
        let answer = self.server.send(&request).await.expect("an answer");
        assert!(answer.is_success(), "{request:?} {}", answer.status);
        answer.json.unwrap_or_default()
    }

    /// Everything that was said.
    pub(crate) fn told(self) -> String {
        self.told
    }

    fn request(&self, request: &Request) -> String {
        let login = self.credentials.authorization(&request.login).expect("a header");
        let login = login.map(|value| ("Authorization".into(), value.to_str().expect("text").into()));
        let headers: Vec<(String, String)> = request.headers.iter().cloned().chain(login).collect();
        let body = self.redactor.request_body(&request.body).unwrap_or_default();
        format!(
            "{} {BASE_PATH}{}\n{}{}",
            request.method,
            request.path_and_query(),
            self.headers(&headers),
            pretty(&body)
        )
    }

    fn answer(&self, exchange: &Exchange) -> String {
        let Answer { status, headers, .. } = &exchange.answer;
        let status = StatusCode::from_u16(*status).expect("a status");
        format!("{status}\n{}{}", self.headers(headers), pretty(&self.redactor.answer_body(exchange)))
    }

    fn headers(&self, headers: &[(String, String)]) -> String {
        headers.iter().map(|(name, value)| format!("{name}: {}\n", self.redactor.text(value))).collect()
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
