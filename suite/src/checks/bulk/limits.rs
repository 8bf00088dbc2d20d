//! What a bulk request may hold.

use serde_json::{Value, json};

use super::{is_there, name, send, user};
use crate::check::{Case, Check, Feature, Judgement, Stop};
use crate::expect::{as_variation, broken, got_status, quoted};
use crate::scim::bulk;
use crate::target::Exchange;

/// More operations than this are not sent to see whether they are refused.
const MOST_OPERATIONS: u64 = 10_000;
/// Nor are more bytes.
const MOST_BYTES: u64 = 16 << 20;

const TOO_MUCH: &str = "One large request brings provisioning down for everybody, or is cut without a word.";

pub(in crate::checks) static ANNOUNCED: Check = Check {
    id: "bulk.limits-announced",
    since: "0.1",
    feature: Feature::Protocol,
    title: "ServiceProviderConfig says how many operations and bytes a bulk request may hold",
    effect: "Clients can't cut their work into requests that are taken.",
    rules: &["RFC7644-3.7.4-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_bulk()?;
            let config = t.get("/ServiceProviderConfig").await?;
            for name in ["maxOperations", "maxPayloadSize"] {
                let limit = config.subject().and_then(|body| body.pointer(&format!("/bulk/{name}")));
                let judgement = match limit.and_then(Value::as_u64) {
                    Some(1..) => Judgement::Holds,
                    _ => broken("a number above 0", quoted(limit), format!("/bulk/{name}")),
                };
                t.conclude(&["RFC7644-3.7.4-01"], judgement, Some(&config));
            }
            Ok(())
        })
    },
};

/// A limit as it is announced, if it can be tried.
async fn limit(t: &Case, name: &str, most: u64) -> Result<u64, Stop> {
    t.needs_bulk()?;
    let config = t.get("/ServiceProviderConfig").await?;
    let limit = config.subject().and_then(|body| body.pointer(&format!("/bulk/{name}"))?.as_u64());
    match limit {
        Some(limit) if (1..=most).contains(&limit) => Ok(limit),
        Some(limit) => Err(Stop::Unsupported(format!("{name} is {limit}: too much to be tried"))),
        None => Err(Stop::Blocked { by: "bulk.limits-announced", reason: format!("there is no {name}") }),
    }
}

/// 413, with words that say which limit it was.
fn judge(t: &Case, answer: &Exchange, name: &str, rule: &'static str, limit: u64) {
    let judgement = match answer.answer.status {
        413 => Judgement::Holds,
        _ => broken("413", got_status(answer), ""),
    };
    let is_refused = judgement == Judgement::Holds;
    t.conclude(&[rule], judgement, Some(answer));
    if !is_refused {
        return;
    }
    let detail = answer.subject().and_then(|body| body.get("detail"));
    let text = detail.and_then(Value::as_str).unwrap_or_default();
    let says = text.to_lowercase().contains(&name.to_lowercase()) || text.contains(&limit.to_string());
    let judgement =
        if says { Judgement::Holds } else { broken(format!("{name} or {limit}"), quoted(detail), "/detail") };
    // No error needs to have words at all (RFC 7644 §3.12).
    let judgement = if text.is_empty() { as_variation(judgement) } else { judgement };
    t.conclude(&["RFC7644-3.7.4-04"], judgement, Some(answer));
}

pub(in crate::checks) static OPERATIONS: Check = Check {
    id: "bulk.too-many-operations",
    since: "0.1",
    feature: Feature::Protocol,
    title: "More operations than are announced are refused with 413, and none is done",
    effect: TOO_MUCH,
    rules: &["RFC7644-3.7.4-02", "RFC7644-3.7.4-04"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let most = limit(t, "maxOperations", MOST_OPERATIONS).await?;
            let nobody = format!("/Users/{}", t.fresh_id());
            let (body, user_name) = user(t);
            let mut operations = vec![bulk::post("/Users", &name(t), body)];
            operations.resize(most as usize + 1, bulk::delete(&nobody));
            let answer = send(t, bulk::message(operations)).await?;
            judge(t, &answer, "maxOperations", "RFC7644-3.7.4-02", most);
            if answer.answer.status == 413 && is_there(t, &user_name).await? {
                t.conclude(&["RFC7644-3.7.4-02"], broken("nothing done", "the first one is done", ""), Some(&answer));
            }
            Ok(())
        })
    },
};

pub(in crate::checks) static PAYLOAD: Check = Check {
    id: "bulk.too-large",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A bulk request of more bytes than are announced is refused with 413",
    effect: TOO_MUCH,
    rules: &["RFC7644-3.7.4-03", "RFC7644-3.7.4-04"],
    // A server may end connections over this, and others' requests with them.
    alone: true,
    story: |t| {
        Box::pin(async move {
            let most = limit(t, "maxPayloadSize", MOST_BYTES).await?;
            let (mut body, user_name) = user(t);
            body["nickName"] = json!("x".repeat(most as usize));
            let answer = send(t, bulk::message(vec![bulk::post("/Users", &name(t), body)])).await?;
            judge(t, &answer, "maxPayloadSize", "RFC7644-3.7.4-03", most);
            if answer.answer.status == 413 && is_there(t, &user_name).await? {
                t.conclude(&["RFC7644-3.7.4-03"], broken("nobody", "the user", ""), Some(&answer));
            }
            Ok(())
        })
    },
};
