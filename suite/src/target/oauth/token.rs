//! The token endpoint: one form posted, one JSON object read (RFC 6749 §4, §5, §6).

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::web::{Page, Web};
use super::{LoginError, place};
use crate::clean::cut;
use crate::target::redact::Redactor;
use crate::target::session::Issued;

/// No token is good for longer than can be counted.
const LONGEST_LIFE: u64 = 10 * 365 * 86_400;
/// How much of a server's own words is shown.
const MOST_SHOWN: usize = 200;

/// The client as the authorization server knows it.
#[derive(Clone)]
pub struct Registered {
    /// `client_id`.
    pub id: String,
    /// `client_secret`; a public client has none.
    pub secret: Option<String>,
    /// How it shows who it is.
    pub by: ClientAuth,
}

/// How a client shows who it is (RFC 6749 §2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuth {
    /// By the `Authorization` header.
    Basic,
    /// By fields of the form.
    Form,
}

/// What the token endpoint gave.
pub(super) struct Granted {
    pub(super) issued: Issued,
    pub(super) refresh: Option<String>,
}

impl Registered {
    /// Id and secret for HTTP Basic, each of them form-encoded before.
    fn pair(&self) -> Option<String> {
        let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let secret = self.secret.as_deref()?;
        Some(STANDARD.encode(format!("{}:{}", encoded(&self.id), encoded(secret))))
    }

    /// Every text that must never be stored.
    pub(super) fn secrets(&self) -> Vec<String> {
        self.secret.iter().cloned().chain(self.pair()).collect()
    }
}

/// Asks for a token by these fields of a grant.
pub(super) async fn ask(
    url: &Url,
    client: &Registered,
    fields: &[(&str, &str)],
    web: &Web,
    redactor: &Redactor,
) -> Result<Granted, LoginError> {
    let mut fields = fields.to_vec();
    let mut authorization = None;
    match (&client.secret, client.by) {
        (Some(_), ClientAuth::Basic) => {
            let text = format!("Basic {}", client.pair().unwrap_or_default());
            let mut value = http::HeaderValue::try_from(text).map_err(|_| LoginError::Broken)?;
            value.set_sensitive(true);
            authorization = Some(value);
        }
        (Some(secret), ClientAuth::Form) => {
            fields.extend([("client_id", client.id.as_str()), ("client_secret", secret)])
        }
        (None, _) => fields.push(("client_id", &client.id)),
    }
    let page = web.post(url, &fields, authorization).await?;
    read(&place(url), &page, redactor)
}

/// Reads the answer, and tells the redactor what is secret in it before anything else is done.
fn read(at: &str, page: &Page, redactor: &Redactor) -> Result<Granted, LoginError> {
    let json: Option<Value> = serde_json::from_slice(&page.body).ok();
    let text = |name: &str| json.as_ref()?.get(name)?.as_str();
    let secrets = ["access_token", "refresh_token", "id_token"].into_iter().filter_map(text);
    secrets.for_each(|secret| redactor.learn(secret));
    let shown = |words: &str| cut(&redactor.text(words), MOST_SHOWN);
    let odd = |what: String| LoginError::Odd { at: at.into(), what };
    let status = page.status;
    if let Some(error) = text("error") {
        let words = text("error_description").map(|words| format!(" ({})", shown(words))).unwrap_or_default();
        let said = format!("{}{words}", shown(error));
        return Err(LoginError::Refused { at: at.into(), said, advice: advice(error) });
    }
    match status {
        200 => {}
        300..=399 => {
            let to = shown(page.location.as_deref().unwrap_or("nowhere"));
            return Err(odd(format!(
                "redirects ({status}) to {to}. No secret is sent after a redirect; give the final URL"
            )));
        }
        429 => return Err(odd("answered 429: it limits the rate of logins. Wait a while".into())),
        500.. => return Err(odd(format!("answered {status}: the authorization server failed. See its log"))),
        _ => {
            let kind = if page.kind.is_empty() { "no Content-Type" } else { &page.kind };
            return Err(odd(format!("answered {status} ({}), and no OAuth error. Is it the token URL?", shown(kind))));
        }
    }
    let Some(token) = text("access_token") else {
        return Err(odd(format!(
            "answered 200 ({}) without an access_token. Is it the token URL?",
            shown(if page.kind.is_empty() { "no Content-Type" } else { &page.kind })
        )));
    };
    // Who leaves it out means a bearer token.
    if let Some(other) = text("token_type").filter(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(odd(format!("gave a token of the type {}; SCIM clients use bearer tokens", shown(other))));
    }
    let lifetime = match json.as_ref().and_then(|json| json.get("expires_in")) {
        Some(Value::String(seconds)) => seconds.parse().ok(),
        Some(seconds) => seconds.as_f64().filter(|seconds| *seconds >= 0.0).map(|seconds| seconds as u64),
        None => None,
    };
    let lifetime = lifetime.map(|seconds| Duration::from_secs(seconds.min(LONGEST_LIFE)));
    let issued = Issued::new(token, lifetime).map_err(|why| odd(format!("gave a token that can't be used: {why}")))?;
    Ok(Granted { issued, refresh: text("refresh_token").filter(|token| !token.is_empty()).map(String::from) })
}

/// What to try, by the error code (RFC 6749 §5.2).
fn advice(error: &str) -> &'static str {
    match error {
        "invalid_client" => {
            "Check --oauth-client-id and the client secret; some servers want it by --oauth-client-auth form, others by basic"
        }
        "invalid_grant" => "What it was asked for by is not valid, or not any more: log in again",
        "invalid_scope" => "Check --oauth-scope",
        "unauthorized_client" | "unsupported_grant_type" => "Is the client registered for this way to log in?",
        _ => "See how the client is registered at the authorization server",
    }
}
