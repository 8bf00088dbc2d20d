//! The access log: a line for each request, and nothing in it that is secret or personal.
//!
//! A path is shown as far as this server has names for it, and identifiers where there was something, since they are the
//! server's own then. Of a query the names are shown, and the numbers that page. What a client may choose freely does not
//! get in, so a token does not, wherever it was put by mistake.

use crate::config::{Clock, Config};
use crate::http::PARAMETERS;
use crate::service::Service;
use axum::body::{Body, HttpBody};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri, header};
use bytes::Bytes;
use http_body_util::Full;
use jiff::Timestamp;
use serde_json::json;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest request id that is taken from a client.
const LONGEST_ID: usize = 64;
/// From this length on a secret is looked for within other text, too.
const LONG_SECRET: usize = 4;

/// What addresses of this server are made of.
const SEGMENTS: [&str; 20] = [
    "",
    "scim",
    "v2",
    "Users",
    "Groups",
    "Schemas",
    "ResourceTypes",
    "ServiceProviderConfig",
    "Bulk",
    "Me",
    ".search",
    "login",
    "session",
    "access",
    "tenants",
    "app",
    "oauth",
    "token",
    "authorize",
    "revoke",
];
/// Parameters whose numbers say nothing of anybody.
const NUMBERS: [&str; 2] = ["startIndex", "count"];

/// How lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Words with spaces between them.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

/// An access log.
#[derive(Clone)]
pub struct Log {
    format: LogFormat,
    write: Arc<dyn Fn(&str) + Send + Sync>,
}

impl Log {
    /// A log that gives each line, without its end, to `write`.
    pub fn new(format: LogFormat, write: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { format, write: Arc::new(write) }
    }

    /// The same service, with each request written down. The log knows the secrets of the server that must not be.
    pub fn around(&self, service: Service, config: &Config) -> Service {
        let tokens = [&config.token].into_iter().chain(&config.reader_token).chain(&config.console_key);
        let tokens = tokens.chain(config.tenants.iter().map(|tenant| &tenant.token));
        let tokens = tokens.chain(config.client.iter().map(|client| &client.secret));
        let tokens = tokens.chain(config.administrator.iter().map(|administrator| &administrator.password));
        let mut run = [0; 3];
        (config.randomness)(&mut run);
        service.logged(Journal {
            log: self.clone(),
            clock: config.clock.clone(),
            secrets: tokens.cloned().collect(),
            run: run.map(|byte| format!("{byte:02x}")).concat(),
            requests: AtomicU64::new(0),
        })
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Log").field("format", &self.format).finish_non_exhaustive()
    }
}

/// What stands behind the lines of one server.
pub(crate) struct Journal {
    log: Log,
    clock: Clock,
    secrets: Vec<String>,
    /// Tells this server's request ids from those of another run.
    run: String,
    requests: AtomicU64,
}

impl Journal {
    /// Answers a request, and writes it down.
    pub(crate) async fn answer(&self, service: &Service, request: Request<Body>) -> Response<Full<Bytes>> {
        let begun = Instant::now();
        let secrets = self.secrets(request.headers());
        let id = self.request_id(request.headers(), &secrets);
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let mut response = service.answer(request).await;
        let status = response.status().as_u16();
        let line = Line {
            time: (self.clock)(),
            method: if is_usual(&method) { method.as_str() } else { "-" },
            address: address(&uri, status < 400, &secrets),
            status,
            bytes: response.body().size_hint().exact().unwrap_or_default(),
            took: begun.elapsed(),
            id: &id,
        };
        (self.log.write)(&line.written(self.log.format));
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }

    /// What must not be written on behalf of a request: the server's tokens, and what the client shows as one.
    fn secrets(&self, headers: &HeaderMap) -> Vec<String> {
        let shown = headers.get_all(header::AUTHORIZATION).iter().filter_map(|value| value.to_str().ok());
        let shown = shown.flat_map(str::split_whitespace).map(str::to_owned);
        self.secrets.iter().cloned().chain(shown).collect()
    }

    /// The client's own id for the request, if it is one that can stand in a line; else a new one.
    fn request_id(&self, headers: &HeaderMap, secrets: &[String]) -> String {
        let mut given = headers.get_all(REQUEST_ID).iter().filter_map(|value| value.to_str().ok());
        match (given.next(), given.next()) {
            (Some(id), None) if is_clean(id) && !holds_secret(id, secrets) => id.to_owned(),
            _ => format!("{}-{}", self.run, self.requests.fetch_add(1, Ordering::Relaxed) + 1),
        }
    }
}

fn is_clean(id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(is_plain)
}

/// Short secrets stand in half of all words.
fn holds_secret(text: &str, secrets: &[String]) -> bool {
    secrets.iter().any(|secret| text == secret || (secret.len() >= LONG_SECRET && text.contains(secret.as_str())))
}

fn is_usual(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS]
        .contains(method)
}

/// What may be shown of an address.
fn address(uri: &Uri, is_found: bool, secrets: &[String]) -> String {
    let shown = |segment: &str| {
        let is_ours = SEGMENTS.contains(&segment) || (is_found && segment.bytes().all(|byte| byte.is_ascii_graphic()));
        is_ours && !holds_secret(segment, secrets)
    };
    let path: Vec<&str> = uri.path().split('/').map(|segment| if shown(segment) { segment } else { "…" }).collect();
    let mut names: Vec<&str> = Vec::new();
    for pair in uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let is_number = (1..10).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit());
        let name = match name {
            name if NUMBERS.contains(&name) && is_number && !holds_secret(value, secrets) => pair,
            name if PARAMETERS.contains(&name) => name,
            _ => "…",
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let path = path.join("/");
    if names.is_empty() { path } else { format!("{path}?{}", names.join("&")) }
}

struct Line<'a> {
    time: Timestamp,
    id: &'a str,
    method: &'a str,
    address: String,
    status: u16,
    bytes: u64,
    took: Duration,
}

impl Line<'_> {
    fn written(&self, format: LogFormat) -> String {
        let Self { time, id, method, address, status, bytes, took } = self;
        let milliseconds = took.as_secs_f64() * 1e3;
        match format {
            LogFormat::Text => {
                format!("{time:.3} {id} {method} {address} {status} {bytes} bytes {milliseconds:.1} ms")
            }
            LogFormat::Json => json!({
                "time": format!("{time:.3}"), "request": id, "method": method, "path": address, "status": status,
                "bytes": bytes, "ms": (milliseconds * 10.0).round() / 10.0,
            })
            .to_string(),
        }
    }
}
