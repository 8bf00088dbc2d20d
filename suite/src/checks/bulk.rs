//! Bulk requests (RFC 7644 §3.7): what each operation does and says, what is refused, references, errors and limits.
//!
//! Everything that an operation claims to have done is read back.

mod errors;
mod limits;
mod references;
mod refused;
mod results;

use serde_json::{Value, json};

use crate::check::{Case, Check, Judgement, Stop};
use crate::expect::{broken, got_status, quoted};
use crate::scim::{bulk, urn};
use crate::target::{Exchange, NoAnswer, Request};

/// In the order of the RFC.
pub(super) static CHECKS: &[&Check] = &[
    &results::MESSAGE,
    &results::EACH_METHOD,
    &results::FAILURES,
    &results::DEACTIVATES,
    &refused::REQUESTS,
    &refused::OPERATIONS,
    &refused::PATHS,
    &errors::GOES_ON,
    &errors::STOPS,
    &references::MEMBER,
    &references::FORWARD,
    &references::CIRCLE,
    &references::EXTENSION,
    &references::PATCH,
    &references::UNKNOWN,
    &limits::ANNOUNCED,
    &limits::OPERATIONS,
    &limits::PAYLOAD,
];

const WHO_SYNCS_IN_BULK: &str = "Clients that synchronise in bulk take for done what was not, or give up.";

/// How often a request is repeated over which the connection broke: a server that refuses what is too long before it has
/// read it may end the connection before its answer is read.
const AGAIN: usize = 2;

/// Sends operations. A target that does not know the endpoint takes no bulk requests.
async fn send(t: &Case, message: Value) -> Result<Exchange, Stop> {
    t.needs_bulk()?;
    let request = Request::post("/Bulk", message);
    let mut answer = t.try_send(request.clone()).await?;
    for _ in 0..AGAIN {
        if matches!(answer, Err(NoAnswer::Closed(_))) {
            answer = t.try_send(request.clone()).await?;
        }
    }
    let answer = answer.map_err(|reason| Stop::Inconclusive(reason.to_string()))?;
    match answer.answer.status {
        404 | 405 | 501 => Err(Stop::Unsupported(format!("there is no /Bulk: it answered {}", got_status(&answer)))),
        _ => Ok(answer),
    }
}

/// A name for an operation that nothing else has.
fn name(t: &Case) -> String {
    t.fresh_word()
}

/// The result of an operation: see [`bulk::result`].
fn result<'a>(answer: &'a Exchange, at: usize, name: Option<&str>) -> Option<&'a Value> {
    bulk::result(answer.answer.json.as_ref()?, at, name)
}

/// Whether an operation came to one of these statuses.
fn came_to(answer: &Exchange, at: usize, name: Option<&str>, wanted: &[u16]) -> Judgement {
    let words = || wanted.iter().map(u16::to_string).collect::<Vec<_>>().join(" or ");
    let pointer = format!("/Operations/{at}/status");
    let Some(result) = result(answer, at, name) else {
        return broken(format!("a result with status {}", words()), got_status(answer), pointer);
    };
    match bulk::status_of(result) {
        Some(status) if wanted.contains(&status) => Judgement::Holds,
        _ => broken(words(), quoted(result.get("status")), pointer),
    }
}

/// Whether an operation was refused: by itself, or the whole request with it.
fn is_refused(answer: &Exchange, at: usize, name: Option<&str>) -> Judgement {
    if (400..500).contains(&answer.answer.status) {
        return Judgement::Holds;
    }
    match result(answer, at, name).and_then(bulk::status_of) {
        Some(400..=499 | 501) => Judgement::Holds,
        _ => broken(
            "a refusal (4xx) of the operation or of the request",
            quoted(result(answer, at, name).and_then(|result| result.get("status"))),
            format!("/Operations/{at}/status"),
        ),
    }
}

/// What a create of a user led to, read back.
async fn made(t: &Case, answer: &Exchange, at: usize, name: &str) -> Result<Option<Exchange>, Stop> {
    let location = result(answer, at, Some(name)).and_then(|result| result.get("location")?.as_str());
    match location.and_then(bulk::place) {
        Some((collection, id)) => {
            Ok(Some(t.get(format!("{collection}/{}", crate::target::exchange::encode(&id))).await?))
        }
        None => Ok(None),
    }
}

/// The id of what a create led to.
fn id_of(answer: &Exchange, at: usize, name: &str) -> Option<String> {
    let location = result(answer, at, Some(name))?.get("location")?.as_str()?;
    bulk::place(location).map(|(_, id)| id)
}

/// Whether a user with this name is there, by the filter that Okta uses.
async fn is_there(t: &Case, user_name: &str) -> Result<bool, Stop> {
    let found = t.send(crate::idp::okta::look_up_user(user_name)).await?;
    Ok(found.rows().next().is_some())
}

/// A user that no product refuses, and its name.
fn user(t: &Case) -> (Value, String) {
    let user = t.okta_user();
    let name = user["userName"].as_str().unwrap_or_default().to_string();
    (user, name)
}

/// A user without a userName, which nobody takes: the mark stands in its externalId.
fn nameless(t: &Case) -> Value {
    json!({"schemas": [urn::USER], "externalId": t.fresh_word(), "displayName": t.fresh_word()})
}
