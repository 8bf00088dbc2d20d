//! Versions and preconditions (RFC 7644 §3.14, RFC 7232).

use serde_json::{Value, json};

use super::transitions::alike;
use crate::check::{Case, Check, Family, Feature, Form, Judgement, Resource, Stop};
use crate::expect::{broken, error, got_status, json_at, quoted, status, status_or, variation};
use crate::scim::patch;
use crate::target::{Exchange, Request};

/// In the order of the RFC.
pub(super) static CHECKS: &[&Check] = &[&SHOWN, &IF_NONE_MATCH, &NOT_OFFERED];

/// Each way of changing a resource.
pub(super) static FAMILIES: &[&Family] = &[&IF_MATCH];

const LOST_UPDATES: &str = "Two administrators who change the same account at once undo each other's changes unseen.";

static SHOWN: Check = Check {
    id: "etag.shown",
    since: "0.1",
    feature: Feature::Protocol,
    title: "Every answer with one resource has its version in the ETag header, and the same in meta.version",
    effect: LOST_UPDATES,
    rules: &["RFC7644-3.14-01", "RFC7644-3.14-02", "RFC7232-2.3-01", "RFC7643-3.1-24", "RFC7643-3.1-25"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_etags()?;
            let created = t.post("/Users", t.okta_user()).await?;
            judge_shown(t, &created, "the answer to POST");
            let user = t.given_user().await?;
            judge_shown(t, &t.read(&user).await?, "the reading by id");
            let put = t.put_changed(&user, &t.some_change()).await?;
            judge_shown(t, &put, "the answer to PUT");
            let patched = t.patch_ops(&user, vec![patch::pathless("replace", json!({"active": true}))]).await?;
            judge_shown(t, &patched, "the answer to PATCH");
            Ok(())
        })
    },
};

/// An answer of success that holds the resource.
fn judge_shown(t: &Case, exchange: &Exchange, step: &str) {
    if !exchange.answer.is_success() || exchange.answer.json.is_none() {
        return;
    }
    t.step(step);
    let Some(tag) = exchange.answer.header("etag") else {
        t.conclude(&["RFC7644-3.14-01"], broken("an ETag header", "none", "ETag"), Some(exchange));
        return;
    };
    t.conclude(&["RFC7644-3.14-01"], Judgement::Holds, Some(exchange));
    let syntax = if is_tag(tag) { Judgement::Holds } else { broken("\"…\" or W/\"…\"", tag, "ETag") };
    t.conclude(&["RFC7232-2.3-01"], syntax, Some(exchange));
    let version = exchange.subject().and_then(|body| body.pointer("/meta/version"));
    let same = match version.and_then(Value::as_str) {
        Some(version) if version == tag => Judgement::Holds,
        _ => broken(format!("the ETag, {tag}"), quoted(version), "/meta/version"),
    };
    t.conclude(&["RFC7644-3.14-02"], same.clone(), Some(exchange));
    // One that is not shown in the body differs from nothing.
    let differs = if version.is_some() { same } else { Judgement::Holds };
    t.conclude(&["RFC7643-3.1-24"], differs, Some(exchange));
    let mark = match version.and_then(Value::as_str) {
        Some(version) if version.starts_with("w/") => broken("W/", version, "/meta/version"),
        _ if tag.starts_with("w/") => broken("W/", tag, "ETag"),
        _ => Judgement::Holds,
    };
    t.conclude(&["RFC7643-3.1-25"], mark, Some(exchange));
}

/// RFC 7232 §2.3: a quoted text without quotes, blanks and controls in it, with or without `W/`.
fn is_tag(tag: &str) -> bool {
    let opaque = tag.strip_prefix("W/").unwrap_or(tag);
    let inner = opaque.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.is_some_and(|inner| !inner.chars().any(|c| c == '"' || c <= ' ' || c == '\u{7f}'))
}

static IF_NONE_MATCH: Check = Check {
    id: "etag.if-none-match",
    since: "0.1",
    feature: Feature::Protocol,
    title: "Who has the present version is told so by 304, and who has another gets the resource",
    effect: "Every poll carries every account again, or clients go on with what has long changed.",
    rules: &["RFC7644-3.14-04", "RFC7232-4.1-01", "RFC7232-3.2-01", "RFC7232-3.2-02", "RFC7232-3.2-03"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_etags()?;
            let user = t.given_user().await?;
            let tag = current(t, &user).await?;
            let asked = |tags: &str| Request::get(user.path()).header("If-None-Match", tags);
            let same = t.send(asked(&tag)).await?;
            t.step("GET with the present version in If-None-Match");
            t.conclude(&["RFC7644-3.14-04"], not_modified(&same), Some(&same));
            let again = if same.answer.status == 304 { same.answer.header("etag") } else { Some(tag.as_str()) };
            let shown = match again {
                Some(again) if again == tag => Judgement::Holds,
                other => broken(format!("ETag {tag}"), other.unwrap_or("none"), "ETag"),
            };
            t.conclude(&["RFC7232-4.1-01"], shown, Some(&same));
            for (words, tags) in [("among others", format!("\"another\", {tag}")), ("as *", "*".into())] {
                let among = t.send(asked(&tags)).await?;
                t.step(format!("GET with the present version in If-None-Match, {words}"));
                t.conclude(&["RFC7232-3.2-02"], not_modified(&among), Some(&among));
            }
            let other = t.send(asked("\"another\"")).await?;
            t.step("GET with the version of another");
            t.expect(&["RFC7232-3.2-01"], &other, status(&[200]));
            t.expect(&["RFC7232-3.2-01"], &other, json_at("/id", user.id.as_str()));
            let put = Request::put(user.path(), user.seen.clone()).header("If-None-Match", tag.as_str());
            let refused = t.send(put).await?;
            t.step("PUT with the present version in If-None-Match");
            // Nothing that SCIM describes needs it, so a server that does not look at it is told, and not failed.
            t.expect(&["RFC7232-3.2-03"], &refused, variation(status(&[412])));
            Ok(())
        })
    },
};

fn not_modified(exchange: &Exchange) -> Judgement {
    match exchange.answer.status {
        304 if exchange.answer.body.is_empty() => Judgement::Holds,
        304 => broken("no body", format!("{} bytes", exchange.answer.body.len()), ""),
        _ => broken("304", got_status(exchange), ""),
    }
}

/// Without a change that an administrator could see: each writes the same change in its own way.
static IF_MATCH: Family = Family {
    id: "etag.if-match",
    since: "0.1",
    feature: Feature::Protocol,
    title: "{write} with If-Match is carried out on the version that it names, and on no other",
    effect: LOST_UPDATES,
    also: &[
        "RFC7644-3.12-13",
        "RFC7232-3.1-01",
        "RFC7232-3.1-02",
        "RFC7232-3.1-03",
        "RFC7644-3.14-05",
        "RFC7644-3.14-06",
    ],
    alone: false,
    writes: &[
        Form {
            name: "put",
            words: "PUT",
            rules: &[],
            answers: &[200],
            run: |t, user, tag| {
                Box::pin(async move {
                    let mut body = t.read(user).await?.answer.json.unwrap_or_default();
                    crate::scim::sample::overlay(&mut body, &t.some_change());
                    t.send(on_condition(Request::put(user.path(), body), tag)).await
                })
            },
        },
        Form {
            name: "patch",
            words: "PATCH",
            rules: &[],
            answers: &[200, 204],
            run: |t, user, tag| {
                Box::pin(async move {
                    let message = patch::message(vec![patch::pathless("replace", t.some_change())]);
                    t.send(on_condition(Request::patch(user.path(), message), tag)).await
                })
            },
        },
        Form {
            name: "delete",
            words: "DELETE",
            rules: &[],
            answers: &[204, 200],
            run: |t, user, tag| {
                Box::pin(async move {
                    t.needs_request("DELETE /Users/{id}")?;
                    t.send(on_condition(Request::delete(user.path()), tag)).await
                })
            },
        },
    ],
    reads: &[],
    story: |t, write, _| {
        Box::pin(async move {
            t.needs_etags()?;
            let run = async |user: &Resource, tag: &str| (write.run)(t, user, &json!(tag)).await;
            let user = t.given_user().await?;
            let old = current(t, &user).await?;
            t.patch_ops(&user, vec![patch::pathless("replace", json!({"displayName": "In between"}))]).await?;
            let present = current(t, &user).await?;
            // Where the change has made no new version, which update.last-modified judges, one that never was is as old.
            let stale = if old == present { old.replacen('"', "\"never-", 1) } else { old };
            let before = t.read(&user).await?;
            let refused = run(&user, &stale).await?;
            t.step(format!("{} with another version than the present one in If-Match", write.words));
            t.expect(&["RFC7644-3.12-13"], &refused, error(&[412]));
            let after = t.read(&user).await?;
            let (was, is) = (before.subject(), after.subject());
            let unchanged =
                if same(was, is) { Judgement::Holds } else { broken("the resource as it was", got_status(&after), "") };
            t.conclude(&["RFC7232-3.1-01"], unchanged, Some(&after));
            if after.answer.status != 200 {
                return Ok(());
            }
            for (rule, words, tag) in [
                ("RFC7232-3.1-02", "with If-Match *", json!("*")),
                ("RFC7644-3.14-06", "without If-Match", Value::Null),
            ] {
                let other = t.given_user().await?;
                let taken = (write.run)(t, &other, &tag).await?;
                t.step(format!("{} {words}", write.words));
                // A server may demand a precondition (RFC 6585), where there is none.
                let tolerated: &'static [u16] = if tag.is_null() { &[428] } else { &[] };
                t.expect(&[rule], &taken, status_or(write.answers, tolerated));
                judge_done(t, rule, write, &other, &taken).await?;
            }
            let present = current(t, &user).await?;
            let matched = run(&user, &present).await?;
            t.step(format!("{} with the present version in If-Match", write.words));
            t.expect(&["RFC7644-3.14-05"], &matched, status(write.answers));
            judge_done(t, "RFC7644-3.14-05", write, &user, &matched).await?;
            // HTTP compares strongly, and the examples of RFC 7644 have weak versions: a server may follow either.
            let judgement = match matched.answer.status {
                412 if present.starts_with("W/") => variation(status(write.answers))(&matched),
                412 => broken("a strong version that matches", got_status(&matched), ""),
                _ => Judgement::Holds,
            };
            t.conclude(&["RFC7232-3.1-03"], judgement, Some(&matched));
            Ok(())
        })
    },
};

/// The same resource, attribute by attribute.
fn same(was: Option<&Value>, is: Option<&Value>) -> bool {
    let (Some(Value::Object(was)), Some(Value::Object(is))) = (was, is) else { return false };
    was.len() == is.len() && was.iter().all(|(name, value)| alike(Some(value), is.get(name)))
}

fn on_condition(request: Request, tag: &Value) -> Request {
    match tag.as_str() {
        Some(tag) => request.header("If-Match", tag),
        None => request,
    }
}

/// What was confirmed is there to see: the user is gone, or shows what was changed.
async fn judge_done(
    t: &Case,
    rule: &'static str,
    write: &'static Form,
    user: &Resource,
    answer: &Exchange,
) -> Result<(), Stop> {
    if !answer.answer.is_success() {
        return Ok(());
    }
    let seen = t.read(user).await?;
    if write.name == "delete" {
        t.expect(&[rule], &seen, status(&[404]));
        return Ok(());
    }
    for (pointer, value) in patch::leaves(&t.some_change()) {
        t.expect(&[rule], &seen, json_at(&format!("/{}", pointer.replace('.', "/")), value));
    }
    Ok(())
}

/// The version that a reading shows now.
async fn current(t: &Case, user: &Resource) -> Result<String, Stop> {
    let read = t.read(user).await?;
    match read.answer.header("etag") {
        Some(tag) if is_tag(tag) => Ok(tag.into()),
        _ => Err(Stop::Blocked { by: "etag.shown", reason: "the reading has no ETag that can be sent back".into() }),
    }
}

static NOT_OFFERED: Check = Check {
    id: "etag.not-offered",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A precondition does no harm, whether versions are offered or not",
    effect: "Clients that send preconditions to every server can't change anything here.",
    rules: &["RFC7644-3.14-07"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let put = Request::put(user.path(), user.seen.clone()).header("If-Match", "\"never\"");
            let answer = t.send(put).await?;
            t.expect(&["RFC7644-3.14-07"], &answer, status(&[200, 204, 412]));
            Ok(())
        })
    },
};
