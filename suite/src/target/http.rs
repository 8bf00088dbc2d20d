//! The target at the end of a real connection. Raw on purpose: what is judged must be what was sent.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use url::Url;

use super::budget::{Budget, read_json};
use super::exchange::{Answer, NoAnswer, Request};
use super::{Target, credentials::Credentials};

/// How much of an answer is read, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a body; a longer one is [`NoAnswer::TooLarge`].
    pub body: usize,
    /// Bytes that all answers together may take that somebody still looks at; what does not fit in is
    /// [`NoAnswer::NoRoom`].
    pub memory: usize,
    /// From connecting to the last byte.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { body: 8 << 20, memory: 84 << 20, time: Duration::from_secs(30) }
    }
}

/// A body longer than this has a connection of its own.
const LONG_BODY: usize = 64 << 10;

/// What TLS trusts.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// PEM certificates trusted besides those of the machine.
    pub extra_roots: Vec<u8>,
    /// Accept any certificate. Said loudly in every report.
    pub insecure: bool,
}

/// A base URL that cannot be used, or a client that cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum SetUp {
    /// The URL does not parse.
    #[error("{0:?} is no URL: {1}. Write it whole, for example https://app.example.com/scim/v2")]
    NoUrl(String, String),
    /// The URL parses, and is not one that a SCIM service can have.
    #[error("{0:?} cannot be a SCIM base URL: {1}")]
    BadUrl(String, &'static str),
    /// The certificates of `--ca` are no PEM certificates.
    #[error("the CA file holds no readable PEM certificate: {0}")]
    BadCa(String),
    /// The HTTP client could not be built.
    #[error("could not set up the HTTP client: {0}")]
    Client(String),
}

/// A SCIM base URL: absolute, http or https, without query, fragment or user info, and without a slash at its end.
pub fn base_url(text: &str) -> Result<Url, SetUp> {
    let bad = |why| Err(SetUp::BadUrl(text.into(), why));
    let mut url = Url::parse(text).map_err(|error| SetUp::NoUrl(text.into(), error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return bad("it must begin with https:// or http://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        let why = "it must hold no credentials; give them with --token-env, --token-file or --basic";
        return Err(SetUp::BadUrl(url.host_str().unwrap_or("").into(), why));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return bad("it must have no query and no fragment");
    }
    let path = url.path().trim_end_matches('/').to_string();
    url.set_path(&path);
    Ok(url)
}

/// An HTTP client that follows no redirect and knows no proxy, with so much time for each answer.
pub(super) fn client(trust: &Trust, time: Duration) -> Result<reqwest::Client, SetUp> {
    // The first provider wins; a second call of a library user is no fault.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .tcp_nodelay(true)
        // Shorter than servers wait (Node: 5 s), or a request may meet a connection that is just being closed.
        .pool_idle_timeout(Duration::from_secs(2))
        .connect_timeout(time.min(Duration::from_secs(10)))
        .timeout(time);
    if !trust.extra_roots.is_empty() {
        let roots = reqwest::Certificate::from_pem_bundle(&trust.extra_roots)
            .map_err(|error| SetUp::BadCa(error.to_string()))?;
        if roots.is_empty() {
            return Err(SetUp::BadCa("there is none in it".into()));
        }
        builder = builder.tls_certs_merge(roots);
    }
    if trust.insecure {
        builder = builder.tls_danger_accept_invalid_certs(true);
    }
    builder.build().map_err(|error| SetUp::Client(error.to_string()))
}

/// Why a request of such a client has no answer.
pub(super) fn no_answer(error: &reqwest::Error, time: Duration) -> NoAnswer {
    // The error's own text holds the URL; the innermost cause says what happened.
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let cause = cause.to_string();
    let lower = cause.to_lowercase();
    if error.is_builder() {
        NoAnswer::Unsendable(cause)
    } else if error.is_timeout() {
        NoAnswer::Timeout(time)
    } else if lower.contains("certificate") || lower.contains("tls") || lower.contains("handshake") {
        NoAnswer::Tls(cause)
    } else if error.is_connect() {
        NoAnswer::Connect(cause)
    } else if lower.contains("eof") {
        NoAnswer::Closed(cause)
    } else if ["parse", "invalid", "head is too large", "chunk"].iter().any(|word| lower.contains(word)) {
        NoAnswer::Protocol(cause)
    } else {
        NoAnswer::Closed(cause)
    }
}

/// A target behind a URL.
#[derive(Clone)]
pub struct HttpTarget {
    client: reqwest::Client,
    base: String,
    credentials: Credentials,
    limits: Limits,
    budget: Budget,
}

impl HttpTarget {
    /// A target at `base` (see [`base_url`]).
    pub fn new(base: &Url, credentials: Credentials, trust: &Trust, limits: Limits) -> Result<HttpTarget, SetUp> {
        let client = client(trust, limits.time)?;
        let base = base.as_str().trim_end_matches('/').into();
        Ok(HttpTarget { client, base, credentials, limits, budget: Budget::new(limits.memory) })
    }

    async fn exchange(&self, request: &Request) -> Result<Answer, NoAnswer> {
        let start = Instant::now();
        let url = format!("{}{}", self.base, request.path_and_query());
        let mut outgoing = self.client.request(request.method.clone(), url);
        for (name, value) in &request.headers {
            outgoing = outgoing.header(name, value);
        }
        if let Some(value) = self.credentials.authorization(&request.login)? {
            outgoing = outgoing.header(http::header::AUTHORIZATION, value);
        }
        let body = request.body_bytes();
        if body.len() > LONG_BODY {
            // A target may refuse a long body by ending the connection, which nobody else's request may be on.
            outgoing = outgoing.header(http::header::CONNECTION, "close");
        }
        if !body.is_empty() {
            outgoing = outgoing.body(body);
        }
        let mut incoming = outgoing.send().await.map_err(|error| no_answer(&error, self.limits.time))?;
        let status = incoming.status().as_u16();
        let headers: Vec<(String, String)> = incoming
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let mut held = self.budget.hold();
        let mut room = |bytes: usize| if held.grow(bytes) { Ok(()) } else { Err(NoAnswer::NoRoom) };
        room(headers.iter().map(|(name, value)| name.len() + value.len()).sum())?;
        // A length that is told saves the copies of a buffer that grows.
        let told = incoming.content_length().unwrap_or(0).min(self.limits.body as u64) as usize;
        room(told)?;
        let mut body = BytesMut::with_capacity(told);
        while let Some(chunk) = incoming.chunk().await.map_err(|error| no_answer(&error, self.limits.time))? {
            let length = body.len() + chunk.len();
            if length > self.limits.body {
                return Err(NoAnswer::TooLarge(self.limits.body));
            }
            // A buffer that grows is up to twice as long as what it holds.
            if length > told {
                room(2 * chunk.len())?;
            }
            body.extend_from_slice(&chunk);
        }
        let read = read_json(&body);
        if read > self.most_memory(request) {
            return Err(NoAnswer::NoRoom);
        }
        room(read)?;
        Ok(Answer::new(status, headers, Bytes::from(body), start.elapsed()).holding(held))
    }

    /// How much the body of an answer may take once it is read. A story may keep several single resources.
    fn most_memory(&self, request: &Request) -> usize {
        let is_list = request.method == http::Method::GET && request.path.matches('/').count() < 2;
        self.limits.memory / if is_list { 1 } else { 4 }
    }
}

impl Target for HttpTarget {
    fn send<'a>(&'a self, request: &'a Request) -> Pin<Box<dyn Future<Output = Result<Answer, NoAnswer>> + Send + 'a>> {
        Box::pin(self.exchange(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls_are_taken_or_refused_with_a_reason() {
        assert_eq!(base_url("https://h.example/scim/v2/").expect("a URL").as_str(), "https://h.example/scim/v2");
        for bad in ["nonsense", "ftp://h/x", "https://h/x?y=1", "https://h/x#y", "https://u:p@h/x"] {
            let error = base_url(bad).expect_err(bad).to_string();
            assert!(!error.contains("u:p"), "{error}");
        }
    }
}
