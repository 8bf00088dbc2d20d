//! The pages of the application behind, as JSON: what an administrator sees and does there. `docs/application.md` tells
//! what each takes and gives.

mod call;
mod credentials;
mod log;
mod people;
mod settings;
mod table;

use super::answer::Answer;
use super::query::decode;
use super::{Server, body, not_allowed};
use crate::auth::{Presented, Secret, presented};
use crate::config::{Config, Forward};
use crate::policy::Policy;
use crate::provider::Reply;
use crate::scim::ScimError;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Method, header};
use call::{Call, Desk};
use serde_json::Value;
use table::{ROUTES, Route};

/// What it takes to serve them.
pub(super) struct Pages {
    key: Secret,
    forward: Option<Forward>,
}

impl Pages {
    /// They are served where a product is played and a key opens them.
    pub(super) fn of(config: &Config, policy: &Policy) -> Option<Self> {
        let key = config.console_key.as_deref().filter(|key| !key.is_empty() && policy.product.is_some())?;
        Some(Self { key: Secret::of(key), forward: config.forward.clone() })
    }
}

impl Server {
    /// Answers a request to the pages of an organisation.
    pub(super) async fn app(&self, pages: &Pages, space: usize, path: &str, parts: &Parts, body: Body) -> Answer {
        let is_known = match presented(&parts.headers, &self.policy) {
            Presented::Token(token) => bool::from(pages.key.is(&Secret::of(token))),
            _ => false,
        };
        if !is_known {
            return Answer::from(ScimError::new(401, "this needs the key of the console"))
                .with(header::WWW_AUTHENTICATE, "Bearer realm=\"console\"");
        }
        let (route, arguments) = match find(path, &parts.method) {
            Ok(Found::Route(route, arguments)) => (route, arguments),
            Ok(Found::OtherMethods(allow)) => return not_allowed(allow),
            Err(error) => return error.into(),
        };
        match self.page(pages, space, route, arguments, parts, body).await {
            Ok(reply) => reply.into(),
            Err(error) => error.into(),
        }
    }

    async fn page(
        &self,
        pages: &Pages,
        space: usize,
        route: &Route,
        arguments: Vec<String>,
        parts: &Parts,
        body: Body,
    ) -> Result<Reply, ScimError> {
        let body = match route.takes_body() {
            false => Value::Null,
            true => {
                let bytes = body::receive(&parts.headers, body, &self.limits).await?;
                match bytes.is_empty() {
                    true => Value::Null,
                    false => body::parse(&bytes, &self.limits, self.policy.wire.repeated_names)?,
                }
            }
        };
        let provider = &self.spaces.get(space).provider;
        let (Some(application), Some(console)) = (provider.application(), self.spaces.console(space)) else {
            return Err(ScimError::new(404, "no product is played"));
        };
        let desk = Desk { provider, application, console, forward: pages.forward.as_ref() };
        let query = parts.uri.query().unwrap_or_default();
        (route.act)(&desk, &Call { arguments, query, body })
    }
}

/// What is at an address.
enum Found {
    /// With the parts of the address that name something.
    Route(&'static Route, Vec<String>),
    /// Nothing for this method, and something for these.
    OtherMethods(&'static str),
}

fn find(path: &str, method: &Method) -> Result<Found, ScimError> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let at_address: Vec<(&Route, Vec<&str>)> =
        ROUTES.iter().filter_map(|route| Some((route, matched(route.path, path)?))).collect();
    let (first, arguments) =
        at_address.first().ok_or_else(|| ScimError::new(404, "there is nothing at this address"))?;
    let wanted = if method == Method::HEAD { "GET" } else { method.as_str() };
    let Some((route, _)) = at_address.iter().find(|(route, _)| route.method == wanted) else {
        return Ok(Found::OtherMethods(first.allow));
    };
    let arguments = arguments.iter().map(|argument| decode(argument).map(|argument| argument.into_owned()));
    Ok(Found::Route(route, arguments.collect::<Result<_, _>>()?))
}

/// The parts of a path that stand where a pattern has braces.
fn matched<'a>(pattern: &str, path: &'a str) -> Option<Vec<&'a str>> {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    let mut arguments = Vec::new();
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(arguments),
            (Some(wanted), Some(given)) if wanted.starts_with('{') && !given.is_empty() => arguments.push(given),
            (Some(wanted), Some(given)) if wanted == given => {}
            _ => return None,
        }
    }
}
