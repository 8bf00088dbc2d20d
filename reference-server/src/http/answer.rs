//! From replies and errors to responses.

use crate::policy::{ContentType, Errors, Json, MemberOrder, Policy};
use crate::provider::Reply;
use crate::scim::ScimError;
use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};
use bytes::Bytes;
use http_body_util::Full;
use serde_json::{Map, Value};

const SCIM_JSON: HeaderValue = HeaderValue::from_static("application/scim+json");
const PLAIN_JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A reply with what only HTTP knows.
#[derive(Debug)]
pub(super) struct Answer {
    reply: Reply,
    header: Option<(HeaderName, &'static str)>,
    media_type: HeaderValue,
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Self { reply, header: None, media_type: SCIM_JSON }
    }
}

impl From<ScimError> for Answer {
    fn from(error: ScimError) -> Self {
        Reply::from(error).into()
    }
}

impl Answer {
    pub(super) fn with(self, name: HeaderName, value: &'static str) -> Self {
        Self { header: Some((name, value)), ..self }
    }

    pub(super) fn plain_json(self) -> Self {
        Self { media_type: PLAIN_JSON, ..self }
    }

    pub(super) fn is_unauthorized(&self) -> bool {
        self.reply.status == 401
    }

    /// The response as this server writes it.
    pub(super) fn into_response(self, policy: &Policy) -> Response<Bytes> {
        let mut message = self.reply.body;
        if let (true, Some(Value::Object(error))) = (self.reply.status >= 400, &mut message) {
            adjust_error(error, policy.wire.errors);
        }
        let meta = |name: &str| message.as_ref()?.pointer("/meta")?.get(name)?.as_str().and_then(as_header);
        let version = self.reply.version.and_then(|version| HeaderValue::try_from(version.written()).ok());
        let address = meta("location").filter(|_| policy.wire.content_location && self.reply.status < 300);
        let body = self.reply.written.or_else(|| message.map(|message| written(message, policy)));
        let has_body = body.is_some();
        let mut response = Response::new(body.unwrap_or_default());
        *response.status_mut() = StatusCode::from_u16(self.reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if has_body {
            headers.insert(header::CONTENT_TYPE, media_type(self.media_type, policy.wire.content_type));
        }
        let location = self.reply.location.as_deref().and_then(as_header);
        for (name, value) in
            [(header::LOCATION, location), (header::ETAG, version), (header::CONTENT_LOCATION, address)]
        {
            if let Some(value) = value {
                headers.insert(name, value);
            }
        }
        if let Some((name, value)) = self.header {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

fn as_header(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(text).ok()
}

fn adjust_error(error: &mut Map<String, Value>, errors: Errors) {
    match errors {
        Errors::Usual => {}
        Errors::WithoutDetail => drop(error.shift_remove("detail")),
        Errors::OwnKeywords => own_keyword(error),
        Errors::WithTrace => drop(error.insert("traceId".to_owned(), "5b8aa5a2d2c872e8".into())),
    }
}

/// Keywords that RFC 7644, table 9, does not have, in place of the two that say least.
fn own_keyword(error: &mut Map<String, Value>) {
    let own = match error.get("scimType").and_then(Value::as_str) {
        Some("invalidSyntax") => "schemaViolated",
        Some("invalidValue") => "valueRejected",
        _ => return,
    };
    error.insert("scimType".to_owned(), own.into());
}

fn media_type(plain: HeaderValue, writing: ContentType) -> HeaderValue {
    let is_scim = plain == SCIM_JSON;
    HeaderValue::from_static(match (writing, is_scim) {
        (ContentType::Plain, _) => return plain,
        (ContentType::Charset, true) => "application/scim+json;charset=utf-8",
        (ContentType::Charset, false) => "application/json;charset=utf-8",
        (ContentType::UpperCase, true) => "Application/SCIM+JSON; Charset=\"UTF-8\"",
        (ContentType::UpperCase, false) => "Application/JSON; Charset=\"UTF-8\"",
    })
}

fn written(message: Value, policy: &Policy) -> Bytes {
    let message = match policy.wire.member_order {
        MemberOrder::Usual => message,
        MemberOrder::Reversed => reversed(message),
    };
    Bytes::from(match policy.wire.json {
        Json::Compact => message.to_string(),
        Json::Spaced => format!("{message:#}\n"),
        Json::Escaped => escaped(&message.to_string()),
    })
}

fn reversed(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().rev().map(|(name, value)| (name, reversed(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(elements) => elements.into_iter().map(reversed).collect(),
        other => other,
    }
}

/// Letters beyond ASCII and the solidus occur in strings only, so they can be escaped wherever they are.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        match letter {
            '/' => out.push_str("\\/"),
            letter if letter.is_ascii() => out.push(letter),
            letter => {
                let units =
                    letter.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
                out.push_str(&units);
            }
        }
    }
    out
}

/// The last step: a HEAD is told the length of what it does not get.
pub(super) fn finish(method: &Method, response: Response<Bytes>) -> Response<Full<Bytes>> {
    let (mut parts, body) = response.into_parts();
    if method != Method::HEAD {
        return Response::from_parts(parts, Full::new(body));
    }
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    Response::from_parts(parts, Full::default())
}
