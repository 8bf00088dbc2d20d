//! One request to an authorization server, and its answer: bounded, and never sent on to where it redirects.

use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE, USER_AGENT};
use url::Url;
use url::form_urlencoded::Serializer;

use super::{LoginError, place};
use crate::target::exchange::{self, NoAnswer};
use crate::target::http::{SetUp, Trust, client, no_answer};

/// The longest answer that is read.
const LONGEST: usize = 256 << 10;
/// So many cookies of one login are kept.
const MOST_COOKIES: usize = 50;
/// A form that is posted.
const FORM: &str = "application/x-www-form-urlencoded";

/// The way to an authorization server.
#[derive(Clone)]
pub struct Web {
    client: reqwest::Client,
    limit: Duration,
}

/// What it answered.
pub(super) struct Page {
    pub(super) status: u16,
    /// The media type, in lower case and without parameters.
    pub(super) kind: String,
    /// Where it redirects to.
    pub(super) location: Option<String>,
    pub(super) body: Vec<u8>,
}

/// The cookies of one login. They go to one origin alone, so that paths and domains make no difference.
#[derive(Default)]
pub(super) struct Cookies(Vec<(String, String)>);

impl Web {
    /// With the trust of the target, and so much time for each answer.
    ///
    /// # Errors
    /// The client cannot be built.
    pub fn new(trust: &Trust, limit: Duration) -> Result<Web, SetUp> {
        Ok(Web { client: client(trust, limit)?, limit })
    }

    /// Asks for a page.
    pub(super) async fn get(&self, url: &Url, cookies: &mut Cookies) -> Result<Page, LoginError> {
        let request = self.client.get(url.clone()).header(ACCEPT, "text/html,*/*;q=0.5");
        self.send(url, request, Some(cookies)).await
    }

    /// Fills in a form of a page.
    pub(super) async fn submit(
        &self,
        url: &Url,
        fields: &[(String, String)],
        cookies: &mut Cookies,
    ) -> Result<Page, LoginError> {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.client.post(url.clone()).header(CONTENT_TYPE, FORM).header(ACCEPT, "text/html,*/*;q=0.5");
        self.send(url, request.body(body), Some(cookies)).await
    }

    /// Posts a form for a machine to read.
    pub(super) async fn post(
        &self,
        url: &Url,
        fields: &[(&str, &str)],
        authorization: Option<http::HeaderValue>,
    ) -> Result<Page, LoginError> {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = self.client.post(url.clone()).header(CONTENT_TYPE, FORM).header(ACCEPT, "application/json");
        if let Some(value) = authorization {
            request = request.header(AUTHORIZATION, value);
        }
        self.send(url, request.body(body), None).await
    }

    async fn send(
        &self,
        url: &Url,
        mut request: reqwest::RequestBuilder,
        mut cookies: Option<&mut Cookies>,
    ) -> Result<Page, LoginError> {
        let failed = |reason: NoAnswer| LoginError::NoAnswer { at: place(url), reason };
        if let Some(value) = cookies.as_ref().and_then(|cookies| cookies.header()) {
            request = request.header(COOKIE, value);
        }
        let sent = request.header(USER_AGENT, exchange::USER_AGENT).send().await;
        let mut answer = sent.map_err(|error| failed(no_answer(&error, self.limit)))?;
        let headers = answer.headers();
        let text = |name| headers.get(name).map(|value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()));
        let kind = text(CONTENT_TYPE).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let location = text(LOCATION).map(|value| value.into_owned());
        if let Some(cookies) = &mut cookies {
            headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()).for_each(|it| cookies.set(it));
        }
        let status = answer.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| failed(no_answer(&error, self.limit)))? {
            if body.len() + chunk.len() > LONGEST {
                return Err(failed(NoAnswer::TooLarge(LONGEST)));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Page { status, kind, location, body })
    }
}

impl Cookies {
    /// Takes a `Set-Cookie`; one that is over already takes its cookie away.
    fn set(&mut self, header: &str) {
        let mut parts = header.split(';');
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        let (name, value) = (name.trim(), value.trim());
        self.0.retain(|(known, _)| known != name);
        let is_over = parts.any(|part| {
            let seconds = part.trim().to_ascii_lowercase();
            seconds.strip_prefix("max-age=").and_then(|age| age.trim().parse().ok()).is_some_and(|age: i64| age <= 0)
        });
        if !is_over && !name.is_empty() && self.0.len() < MOST_COOKIES {
            self.0.push((name.into(), value.into()));
        }
    }

    fn header(&self) -> Option<http::HeaderValue> {
        let pairs: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut value = http::HeaderValue::try_from(pairs.join("; ")).ok().filter(|value| !value.is_empty())?;
        value.set_sensitive(true);
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_replaced_and_taken_away() {
        let mut cookies = Cookies::default();
        assert_eq!(cookies.header(), None);
        for header in ["a=1; Path=/; HttpOnly", "b=2", "a=3; Secure", "nonsense", "b=; Max-Age=0", "=x"] {
            cookies.set(header);
        }
        assert_eq!(cookies.header().expect("a cookie"), "a=3");
    }
}
