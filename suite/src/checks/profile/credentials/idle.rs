//! An authorization that nobody uses for so many days is over, and not before; a new one takes up where that ended.

use http::Method;
use scim_profile::{Said as Key, Scheme};
use serde_json::{Value, json};

use super::authority::{given, oauth_error, opened, page, with_token};
use super::code::{Login, login, renewed};
use super::{draft, said, scheme};
use crate::check::{Case, Demand, Judgement, Stop};
use crate::checks::profile::product::Product;
use crate::checks::profile::said::Said;
use crate::expect::{all, broken, status, value_at};
use crate::target::{Exchange, Request};

const DAY: u64 = 86_400;
const HOUR: u64 = 3_600;

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let says = &product.profile.authentication;
    let Some(days) = says.idle_days.as_ref().filter(|_| scheme(product, Scheme::AuthorizationCode).is_some()) else {
        return Vec::new();
    };
    let title = "An authorization that is not used for so long is over, and not before; after a new one what failed is repeated";
    let draft = draft("idle", title, said(&[Some(Key::source(days))]));
    vec![draft.story(product, move |t| Box::pin(story(t, product, u64::from(*days.get()), Said::of(days.source()))))]
}

async fn story(t: &Case, product: &'static Product, days: u64, said: Said) -> Result<(), Stop> {
    let first = logged_in(t, product).await?;
    later(t, days * DAY - HOUR).await?;
    let used = use_it(t, product, &first).await?;
    t.step("an hour before the end");
    said.expect(t, &used.answer, status(&[200]));
    let Some(token) = used.token else { return Ok(()) };
    // That was a use, so the days begin again.
    later(t, days * DAY).await?;
    let answer = opened(t, &first.client, &token).await?;
    t.step("after the days");
    said.expect(t, &answer, status(&[401]));
    let is_named = |value: &str| value.contains("invalid_token");
    let challenge = answer.answer.header("www-authenticate").is_some_and(is_named);
    let what = broken("invalid_token", "another challenge, or none", "www-authenticate");
    said.chosen().conclude(t, if challenge { Judgement::Holds } else { what }, &answer);
    if let Some(answer) = renewed(t, product, &Login { last: used.answer, ..first }).await? {
        t.step("the refresh token after the days");
        said.chosen().expect(t, &answer, oauth_error("invalid_grant", &[400]));
    }
    repeated(t, product, &said, &token).await
}

/// What came of a use shortly before the end.
struct Used {
    answer: Exchange,
    token: Option<String>,
}

/// The access token is used, or where it does not live that long the refresh token.
async fn use_it(t: &Case, product: &Product, login: &Login) -> Result<Used, Stop> {
    if product.profile.authentication.token_seconds.is_some()
        && let Some(answer) = renewed(t, product, login).await?
    {
        let token = given(&answer, "access_token");
        return Ok(Used { answer, token });
    }
    let token = login.token();
    let answer = opened(t, &login.client, token.as_deref().unwrap_or_default()).await?;
    if !answer.answer.is_success() {
        return Ok(Used { answer, token: None });
    }
    // The refresh token works then, too, and gives a pair that goes on.
    match renewed(t, product, login).await? {
        Some(renewed) => {
            let token = given(&renewed, "access_token");
            Ok(Used { answer: renewed, token })
        }
        None => Ok(Used { answer, token }),
    }
}

/// What failed is repeated after a new login: it succeeds, and is there once.
async fn repeated(t: &Case, product: &'static Product, said: &Said, dead: &str) -> Result<(), Stop> {
    let again = logged_in(t, product).await?;
    let body = t.okta_user();
    let users = format!("{}/Users", again.client.scim);
    let create = || Request::post(&users, body.clone());
    let failed = with_token(t, create(), dead).await?;
    t.step("a create without authorization");
    said.expect(t, &failed, status(&[401]));
    let token = again.token().unwrap_or_default();
    let made = with_token(t, create(), &token).await?;
    t.step("the same create after a new login");
    said.expect(t, &made, status(&[201]));
    with_token(t, create(), &token).await?;
    let filter = format!("userName eq {}", body["userName"]);
    let found = with_token(t, Request::get(&users).query("filter", filter), &token).await?;
    t.step("the look-up after one more");
    said.expect(t, &found, all(vec![status(&[200]), value_at("/totalResults", "1", |total| *total == json!(1))]));
    Ok(())
}

async fn logged_in(t: &Case, product: &'static Product) -> Result<Login, Stop> {
    let done = login(t, product, None).await?;
    match done.token() {
        Some(_) => Ok(done),
        None => Err(Stop::Blocked { by: "profile.authentication.code", reason: "the login got no token".into() }),
    }
}

/// Puts the clock forward.
async fn later(t: &Case, seconds: u64) -> Result<(), Stop> {
    let moved = page(t, Method::POST, "/clock", Some(json!({ "seconds": seconds }))).await?;
    match moved.answer.is_success() && moved.answer.json.as_ref().is_some_and(Value::is_object) {
        true => Ok(()),
        false => Err(Stop::Unsupported("it takes a clock that can be put forward".into())),
    }
}
