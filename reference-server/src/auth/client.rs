//! Clients of the token endpoint, and how they show who they are.

use super::form::Form;
use super::refused::Refused;
use super::{Authority, Moment, Secret};
use crate::config::OAuthClient;
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use scim_profile::ClientAuthentication;

/// A client of an organisation.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: Secret,
}

impl Client {
    /// An empty secret opens nothing.
    pub(crate) fn of(client: &OAuthClient) -> Option<Self> {
        (!client.secret.is_empty()).then(|| Self { id: client.id.clone(), secret: Secret::of(&client.secret) })
    }
}

/// What somebody shows to be taken for a client.
#[derive(Debug)]
pub(crate) struct Claimed {
    pub(crate) id: String,
    secret: Secret,
    way: ClientAuthentication,
}

impl Claimed {
    /// Reads it from the Authorization header or from the form; in both it is nothing (RFC 6749 §2.3).
    pub(crate) fn read(headers: &HeaderMap, form: &Form) -> Result<Self, Refused> {
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let (value, other) = (values.next(), values.next());
        if other.is_some() {
            return Err(Refused::InvalidRequest("there is more than one Authorization header"));
        }
        let (id, secret) = (form.find("client_id"), form.find("client_secret"));
        let Some(value) = value else {
            let id = id.ok_or(Refused::InvalidClient)?.to_owned();
            let secret = Secret::of(secret.ok_or(Refused::InvalidClient)?);
            return Ok(Self { id, secret, way: ClientAuthentication::Form });
        };
        let (claimed, shown) = basic(value.as_bytes()).ok_or(Refused::InvalidClient)?;
        if secret.is_some() || id.is_some_and(|id| id != claimed) {
            return Err(Refused::InvalidRequest("the client shows who it is in two ways"));
        }
        Ok(Self { id: claimed, secret: Secret::of(shown), way: ClientAuthentication::Basic })
    }
}

/// User and password of a Basic header. Before they were put together they were encoded like a form (RFC 6749 §2.3.1).
fn basic(value: &[u8]) -> Option<(String, String)> {
    let (scheme, rest) = value.trim_ascii().split_at_checked(6)?;
    if !scheme.eq_ignore_ascii_case(b"basic ") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(rest.trim_ascii()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text).decode_utf8().ok().map(|text| text.into_owned())
    };
    Some((decode(id)?, decode(secret)?))
}

impl Authority {
    /// Whether somebody is the client of this organisation.
    pub(super) fn authenticate(&mut self, claimed: &Claimed, moment: &Moment<'_>) -> Result<(), Refused> {
        self.failed_clients.check(&claimed.id, moment)?;
        let client = self.client.as_ref().filter(|client| client.id == claimed.id && self.terms.takes(claimed.way));
        if client.is_some_and(|client| client.secret.is(&claimed.secret).into()) {
            return Ok(());
        }
        self.failed_clients.note(&claimed.id, moment);
        Err(Refused::InvalidClient)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_basic_header_is_decoded_twice() {
        let header = |text: &str| format!("bAsIc  {}", STANDARD.encode(text));
        let both = |id: &str, secret: &str| Some((id.to_owned(), secret.to_owned()));
        assert_eq!(basic(header("id:se%3Acr+et:").as_bytes()), both("id", "se:cr et:"));
        assert_eq!(basic(header("a%2Bb:").as_bytes()), both("a+b", ""));
        for bad in [header("no colon"), "Basic %%%".into(), "Bearer aWQ6c2VjcmV0".into(), "Basic".into(), String::new()]
        {
            assert_eq!(basic(bad.as_bytes()), None, "{bad}");
        }
    }
}
