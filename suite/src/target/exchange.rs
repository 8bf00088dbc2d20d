//! One request and its answer, as they were on the wire.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use serde_json::Value;

use super::budget::Held;

/// A request below the base URL.
#[derive(Clone)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// Below the base URL, beginning with `/`, already percent-encoded: `/Users/4711`.
    pub path: String,
    /// The raw query without `?`, already percent-encoded; empty for none.
    pub query: String,
    /// Headers besides the credentials, in the order of sending.
    pub headers: Vec<(String, String)>,
    /// What goes out as the body.
    pub body: Body,
    /// Which credentials go along.
    pub login: Login,
}

/// The body of a request.
#[derive(Clone)]
pub enum Body {
    /// No body, no Content-Length.
    None,
    /// Compact JSON, as Okta sends it.
    Json(Value),
    /// Bytes as they are, for what JSON builders cannot write.
    Raw(Bytes),
}

/// Which `Authorization` header a request carries.
#[derive(Clone, PartialEq, Eq)]
pub enum Login {
    /// The user's own credentials.
    Own,
    /// The user's own credentials with the scheme name in this spelling.
    OwnSpelt(&'static str),
    /// No header.
    None,
    /// This header, which is no secret.
    Literal(String),
    /// Somebody else's bearer token, which the run was given.
    Other {
        /// What stands for it in shell lines: `SCIM_SECOND_TOKEN`.
        variable: &'static str,
        /// The token.
        token: String,
        /// Whether it is that of another organisation: what is created there, the run's own login does not find.
        is_elsewhere: bool,
    },
}

/// The media type of SCIM.
pub const SCIM_JSON: &str = "application/scim+json";

/// How Okta writes it on requests.
pub const SCIM_JSON_UTF8: &str = "application/scim+json; charset=utf-8";

impl Request {
    /// A GET as Okta writes it: no Content-Type.
    pub fn get(path: impl Into<String>) -> Request {
        Request::new(Method::GET, path)
    }

    /// A POST of JSON.
    pub fn post(path: impl Into<String>, body: Value) -> Request {
        Request::new(Method::POST, path).json(body)
    }

    /// A PUT of JSON.
    pub fn put(path: impl Into<String>, body: Value) -> Request {
        Request::new(Method::PUT, path).json(body)
    }

    /// A PATCH of JSON.
    pub fn patch(path: impl Into<String>, body: Value) -> Request {
        Request::new(Method::PATCH, path).json(body)
    }

    /// A DELETE without a body, with the Content-Type that Okta sends on it all the same.
    pub fn delete(path: impl Into<String>) -> Request {
        Request::new(Method::DELETE, path).header("Content-Type", SCIM_JSON_UTF8)
    }

    /// Any method without a body.
    pub fn new(method: Method, path: impl Into<String>) -> Request {
        Request {
            method,
            path: path.into(),
            query: String::new(),
            headers: vec![
                ("Accept".into(), SCIM_JSON.into()),
                ("Accept-Charset".into(), "utf-8".into()),
                ("User-Agent".into(), USER_AGENT.into()),
            ],
            body: Body::None,
            login: Login::Own,
        }
    }

    /// Sets the body and Okta's Content-Type.
    pub fn json(mut self, body: Value) -> Request {
        self.body = Body::Json(body);
        self.header("Content-Type", SCIM_JSON_UTF8)
    }

    /// Sets a body that is sent as it is.
    pub fn raw(mut self, content_type: &str, body: impl Into<Bytes>) -> Request {
        self.body = Body::Raw(body.into());
        self.header("Content-Type", content_type)
    }

    /// Sets a header, replacing one of the same name.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Request {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a query parameter; the value is percent-encoded, a space as `%20`.
    pub fn query(mut self, name: &str, value: impl fmt::Display) -> Request {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        self.query.push_str(name);
        self.query.push('=');
        self.query.push_str(&encode(&value.to_string()));
        self
    }

    /// Sets other credentials.
    pub fn login(mut self, login: Login) -> Request {
        self.login = login;
        self
    }

    /// Whether it goes to another organisation, where the run's own login finds nothing.
    pub fn is_elsewhere(&self) -> bool {
        matches!(self.login, Login::Other { is_elsewhere: true, .. })
    }

    /// The bytes that go out as the body.
    pub fn body_bytes(&self) -> Bytes {
        match &self.body {
            Body::None => Bytes::new(),
            Body::Json(value) => Bytes::from(value.to_string()),
            Body::Raw(bytes) => bytes.clone(),
        }
    }

    /// The body as JSON, where it is JSON.
    pub fn body_json(&self) -> Option<Value> {
        match &self.body {
            Body::None => None,
            Body::Json(value) => Some(value.clone()),
            Body::Raw(bytes) => serde_json::from_slice(bytes).ok(),
        }
    }

    /// Path and query as on the request line, below the base URL.
    pub fn path_and_query(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }

    /// The value of a query parameter as it was given to [`Request::query`].
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(known, _)| *known == name)
            .map(|(_, value)| percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned())
    }
}

/// What the suite calls itself, so that operators can trace it.
pub const USER_AGENT: &str = concat!("scimprove/", env!("CARGO_PKG_VERSION"));

/// Percent-encodes one value of a path segment or query.
pub fn encode(text: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const KEEP: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    utf8_percent_encode(text, KEEP).to_string()
}

impl fmt::Debug for Request {
    /// Method and path only: a body can hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path_and_query())
    }
}

/// What came back.
#[derive(Clone)]
pub struct Answer {
    /// The HTTP status code.
    pub status: u16,
    /// Headers in the order of arrival; values that are no text are shown lossily.
    pub headers: Vec<(String, String)>,
    /// The body as it was, at most [`http::Limits::body`](crate::target::http::Limits) bytes.
    pub body: Bytes,
    /// The body as JSON, where it is JSON.
    pub json: Option<Value>,
    /// From sending to the last byte.
    pub took: Duration,
    /// Its part of the memory that all answers may take.
    held: Option<Arc<Held>>,
}

impl Answer {
    /// Builds an answer and parses its body.
    pub fn new(status: u16, headers: Vec<(String, String)>, body: Bytes, took: Duration) -> Answer {
        let json = serde_json::from_slice(&body).ok();
        Answer { status, headers, body, json, took, held: None }
    }

    /// The answer with its part of a budget, which comes back when nobody looks at the answer any more.
    pub fn holding(mut self, held: Held) -> Answer {
        self.held = Some(Arc::new(held));
        self
    }

    /// The same answer with these headers and this body in place of all that came, and not read as JSON.
    pub fn cut_to(&self, headers: Vec<(String, String)>, body: Bytes) -> Answer {
        Answer { status: self.status, headers, body, json: None, took: self.took, held: None }
    }

    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Whether the status says success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// One request and its answer. `focus` points at the resource in the body that is talked about.
#[derive(Clone)]
pub struct Exchange {
    /// What was sent.
    pub request: Request,
    /// What came back.
    pub answer: Answer,
    /// A JSON pointer to the resource that a reading is about: empty for the body itself.
    pub focus: String,
}

impl Exchange {
    /// The value that the exchange is about.
    pub fn subject(&self) -> Option<&Value> {
        self.answer.json.as_ref()?.pointer(&self.focus)
    }

    /// The same exchange, talked about as the value at `pointer`.
    pub fn focused(mut self, pointer: impl Into<String>) -> Exchange {
        self.focus = pointer.into();
        self
    }

    /// The rows of a list answer, with their index.
    pub fn rows(&self) -> impl Iterator<Item = (usize, &Value)> {
        self.answer
            .json
            .as_ref()
            .and_then(|json| json.get("Resources"))
            .and_then(Value::as_array)
            .map(|rows| rows.iter().enumerate())
            .into_iter()
            .flatten()
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} -> {}", self.request, self.answer.status)
    }
}

/// Why there is no answer to judge.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// Nothing listens there, or the name does not resolve.
    #[error("could not connect: {0}")]
    Connect(String),
    /// TLS did not come about.
    #[error("no TLS connection: {0}")]
    Tls(String),
    /// No complete answer within the time limit.
    #[error("no complete answer within {0:?}")]
    Timeout(Duration),
    /// The connection ended before the answer did.
    #[error("the connection broke off: {0}")]
    Closed(String),
    /// The answer is larger than this suite reads.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// What the answer would take once it is read is more than this suite gives it.
    #[error("the answer takes more memory than there is for it")]
    NoRoom,
    /// The request can't be written as HTTP, for instance since the target gave an id that is too long.
    #[error("the request can't be written: {0}")]
    Unsendable(String),
    /// The run's own login is over, so nothing was asked.
    #[error("the login is over: {0}")]
    Login(String),
    /// What came back is no HTTP.
    #[error("no valid HTTP answer: {0}")]
    Protocol(String),
}
