//! What an organisation has configured, its token endpoint, and what a token opens.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use scim_profile::ClientAuthentication;
use serde_json::{Value, json};
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::check::{Case, Stop};
use crate::expect::{Expectation, all, json_at, status};
use crate::target::exchange::Login;
use crate::target::{Exchange, Request};

const FORM: &str = "application/x-www-form-urlencoded";

/// What is copied into an identity provider: paths below the organisation's address, and the client.
#[derive(Clone)]
pub(super) struct Configuration {
    pub(super) scim: String,
    pub(super) token: String,
    pub(super) authorize: Option<String>,
    pub(super) id: String,
    pub(super) secret: String,
}

/// A page of the application.
pub(super) async fn page(t: &Case, method: Method, path: &str, body: Option<Value>) -> Result<Exchange, Stop> {
    let request = Request::new(method, format!("/app{path}"));
    let request = match body {
        Some(body) => request.raw("application/json", body.to_string()),
        None => request,
    };
    let key = format!("Bearer {}", t.spare()?.key);
    t.in_spare(request.login(Login::Literal(key))).await
}

/// The configuration with a new secret; it is made if there is none.
pub(super) async fn configured(t: &Case) -> Result<Configuration, Stop> {
    let there = page(t, Method::GET, "/configuration", None).await?;
    if there.answer.status == 404 {
        return read(t, &page(t, Method::POST, "/configuration", None).await?, None);
    }
    let renewed = page(t, Method::POST, "/configuration/secret", None).await?;
    read(t, &there, renewed.answer.json.as_ref().and_then(|json| json.get("clientSecret")?.as_str()))
}

/// What a page shows of the configuration.
pub(super) fn read(t: &Case, page: &Exchange, secret: Option<&str>) -> Result<Configuration, Stop> {
    let address = &t.spare()?.address;
    let shown = page.answer.json.as_ref();
    let text = |name: &str| shown.and_then(|json| json.get(name)?.as_str());
    let below = |name: &str| text(name).and_then(|url| url.strip_prefix(address.as_str())).map(String::from);
    let secret = secret.or(text("clientSecret"));
    match (below("scimEndpoint"), below("tokenEndpoint"), text("clientId"), secret) {
        (Some(scim), Some(token), Some(id), Some(secret)) => Ok(Configuration {
            scim,
            token,
            authorize: below("authorizationEndpoint"),
            id: id.into(),
            secret: secret.into(),
        }),
        _ => Err(Stop::Inconclusive(format!("the application shows no configuration ({})", page.answer.status))),
    }
}

/// Posts the form of a grant.
pub(super) async fn ask(
    t: &Case,
    client: &Configuration,
    way: ClientAuthentication,
    fields: &[(&str, &str)],
) -> Result<Exchange, Stop> {
    let mut fields = fields.to_vec();
    let login = match way {
        ClientAuthentication::Form => {
            fields.extend([("client_id", client.id.as_str()), ("client_secret", &client.secret)]);
            Login::None
        }
        ClientAuthentication::Basic => {
            let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
            let pair = STANDARD.encode(format!("{}:{}", encoded(&client.id), encoded(&client.secret)));
            t.learn(&pair);
            Login::Literal(format!("Basic {pair}"))
        }
    };
    let form = Serializer::new(String::new()).extend_pairs(fields).finish();
    t.in_spare(Request::new(Method::POST, &client.token).raw(FORM, form).login(login)).await
}

/// A token of an answer, by its name.
pub(super) fn given(answer: &Exchange, name: &str) -> Option<String> {
    answer.answer.json.as_ref().filter(|_| answer.answer.is_success())?.get(name)?.as_str().map(String::from)
}

/// A request to SCIM with a token.
pub(super) async fn with_token(t: &Case, request: Request, token: &str) -> Result<Exchange, Stop> {
    t.in_spare(request.login(Login::Literal(format!("Bearer {token}")))).await
}

/// Okta's test of a connection with a token.
pub(super) async fn opened(t: &Case, client: &Configuration, token: &str) -> Result<Exchange, Stop> {
    let users = Request::get(format!("{}/Users", client.scim)).query("startIndex", 1).query("count", 1);
    with_token(t, users, token).await
}

/// An OAuth error (RFC 6749 §5.2).
pub(super) fn oauth_error(code: &'static str, statuses: &'static [u16]) -> Expectation {
    all(vec![status(statuses), json_at("/error", json!(code))])
}
