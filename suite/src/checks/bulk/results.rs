//! What a bulk answer says of each operation.

use serde_json::{Value, json};

use super::{WHO_SYNCS_IN_BULK, came_to, made, name, result, send, user};
use crate::check::{Check, Feature, Judgement, Resource};
use crate::expect::{all, as_variation, broken, json_at, quoted, status, text_at, value_at};
use crate::idp::okta;
use crate::scim::{bulk, patch, urn};
use crate::target::Exchange;

pub(in crate::checks) static MESSAGE: Check = Check {
    id: "bulk.message",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A bulk request with one create is answered 200 by a BulkResponse, and the user is there",
    effect: WHO_SYNCS_IN_BULK,
    rules: &["RFC7644-3.7-02", "RFC7644-3.7-16", "RFC7644-3.7-20", "RFC7644-3.7-13", "RFC7644-3.7.3-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let (body, user_name) = user(t);
            let name = name(t);
            let answer = send(t, bulk::message_until(1, vec![bulk::post("/Users", &name, body)])).await?;
            t.expect(&["RFC7644-3.7-16"], &answer, status(&[200]));
            let is_response = value_at("/schemas", "the URN of BulkResponse", |schemas| {
                schemas.as_array().is_some_and(|all| all.len() == 1 && all[0] == json!(urn::BULK_RESPONSE))
            });
            t.expect(&["RFC7644-3.7-02"], &answer, is_response);
            t.expect(&["RFC7644-3.7-20"], &answer, crate::expect::unassigned("/failOnErrors"));
            t.expect(&["RFC7644-3.7-13"], &answer, json_at("/Operations/0/bulkId", name.as_str()));
            let Some(read) = made(t, &answer, 0, &name).await? else {
                let location = broken("where the user is", "no location", "/Operations/0/location");
                t.conclude(&["RFC7644-3.7.3-01"], location, Some(&answer));
                return Ok(());
            };
            t.step("the reading of the location");
            t.expect(&["RFC7644-3.7.3-01"], &read, all(vec![status(&[200]), text_at("/userName", &user_name)]));
            Ok(())
        })
    },
};

pub(in crate::checks) static EACH_METHOD: Check = Check {
    id: "bulk.each-method",
    since: "0.1",
    feature: Feature::Protocol,
    title: "POST, PUT, PATCH and DELETE in one bulk request each do and say what they would alone",
    effect: WHO_SYNCS_IN_BULK,
    rules: &["RFC7644-3.7.3-02", "RFC7644-3.7.3-03", "RFC7644-3.7.3-04", "RFC7644-3.7-11", "RFC7644-3.7-12"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_bulk()?;
            t.needs_request("DELETE /Users/{id}")?;
            let (put, patched, deleted) = (t.given_user().await?, t.given_user().await?, t.given_user().await?);
            let (body, user_name) = user(t);
            let name = name(t);
            let change = if t.offers_patch() {
                bulk::change("PATCH", &patched.path(), okta::set_active(false))
            } else {
                bulk::change("PUT", &patched.path(), inactive(&patched))
            };
            let operations = vec![
                bulk::post("/Users", &name, body),
                bulk::change("PUT", &put.path(), inactive(&put)),
                change,
                bulk::delete(&deleted.path()),
            ];
            let answer = send(t, bulk::message(operations)).await?;
            let results = answer.answer.json.as_ref().map_or(&[][..], bulk::results);
            let count = match results.len() {
                4 => Judgement::Holds,
                other => broken("4 results", other.to_string(), "/Operations"),
            };
            t.conclude(&["RFC7644-3.7.3-02"], count, Some(&answer));
            let wanted: [(&str, &[u16]); 4] =
                [("POST", &[201]), ("PUT", &[200]), ("PATCH", &[200, 204]), ("DELETE", &[204])];
            let places = [None, Some(put.path()), Some(patched.path()), Some(deleted.path())];
            for (at, ((method, statuses), place)) in wanted.into_iter().zip(places).enumerate() {
                t.step(format!("the result of {method}"));
                let named = (at == 0).then_some(name.as_str());
                t.conclude(&["RFC7644-3.7.3-03"], came_to(&answer, at, named, statuses), Some(&answer));
                let shown = result(&answer, at, named);
                t.conclude(&["RFC7644-3.7.3-04"], status_is_text(shown, at), Some(&answer));
                if let Some(place) = place {
                    t.conclude(&["RFC7644-3.7-12"], leads_to(shown, at, &place), Some(&answer));
                }
            }
            t.step("the reading of what was created");
            if let Some(read) = made(t, &answer, 0, &name).await? {
                t.expect(&["RFC7644-3.7.3-03"], &read, all(vec![status(&[200]), text_at("/userName", &user_name)]));
            }
            t.step("the reading of what was replaced");
            t.expect(&["RFC7644-3.7.3-03"], &t.read(&put).await?, json_at("/active", false));
            t.step("the reading of what was patched");
            t.expect(&["RFC7644-3.7-11"], &t.read(&patched).await?, json_at("/active", false));
            t.step("the reading of what was deleted");
            t.expect(&["RFC7644-3.7.3-03"], &t.read(&deleted).await?, status(&[404]));
            Ok(())
        })
    },
};

/// `"201"`; the prose of the RFC has an object with a code, and some write a number.
fn status_is_text(result: Option<&Value>, at: usize) -> Judgement {
    let status = result.and_then(|result| result.get("status"));
    let pointer = format!("/Operations/{at}/status");
    match status {
        Some(Value::String(text)) if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Judgement::Holds
        }
        Some(Value::Number(_) | Value::Object(_)) => {
            as_variation(broken("a text of three digits", quoted(status), pointer))
        }
        _ => broken("a text of three digits", quoted(status), pointer),
    }
}

/// The whole user as it was read, and inactive.
fn inactive(user: &Resource) -> Value {
    let mut whole = user.seen.clone();
    whole["active"] = json!(false);
    whole
}

/// The location ends with this path.
fn leads_to(result: Option<&Value>, at: usize, path: &str) -> Judgement {
    let location = result.and_then(|result| result.get("location"));
    let leads = location.and_then(Value::as_str).is_some_and(|location| bulk::place(location) == bulk::place(path));
    if leads {
        Judgement::Holds
    } else {
        broken(format!("a URI that ends with {path}"), quoted(location), format!("/Operations/{at}/location"))
    }
}

pub(in crate::checks) static FAILURES: Check = Check {
    id: "bulk.failures",
    since: "0.1",
    feature: Feature::Protocol,
    title: "An operation that fails says so with the status and the error that it would have alone",
    effect: WHO_SYNCS_IN_BULK,
    rules: &["RFC7644-3.7.3-03", "RFC7644-3.7-14", "RFC7644-3.7-12"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_bulk()?;
            let taken = t.given_user().await?;
            let mut again = t.okta_user();
            again["userName"] = json!(taken.name);
            let unknown = format!("/Users/{}", t.fresh_id());
            let name = name(t);
            let operations = vec![bulk::post("/Users", &name, again), bulk::change("PUT", &unknown, user(t).0)];
            let answer = send(t, bulk::message(operations)).await?;
            for (at, (named, status)) in [(Some(name.as_str()), 409), (None, 404)].into_iter().enumerate() {
                t.step(if at == 0 { "a userName that is taken" } else { "an id that does not exist" });
                t.conclude(&["RFC7644-3.7.3-03"], came_to(&answer, at, named, &[status]), Some(&answer));
                t.conclude(&["RFC7644-3.7-14"], has_error(&answer, at, named), Some(&answer));
            }
            t.conclude(&["RFC7644-3.7-12"], leads_to(result(&answer, 1, None), 1, &unknown), Some(&answer));
            Ok(())
        })
    },
};

/// `response` is the Error that the request would have had alone.
fn has_error(answer: &Exchange, at: usize, name: Option<&str>) -> Judgement {
    let response = result(answer, at, name).and_then(|result| result.get("response"));
    let is_error = response
        .and_then(|response| response.get("schemas")?.as_array())
        .is_some_and(|schemas| schemas.iter().any(|urn| urn == urn::ERROR));
    if is_error {
        Judgement::Holds
    } else {
        broken("a SCIM Error", quoted(response), format!("/Operations/{at}/response"))
    }
}

pub(in crate::checks) static DEACTIVATES: Check = Check {
    id: "bulk.deactivates",
    since: "0.1",
    feature: Feature::Deactivate,
    title: "A user who is deactivated in bulk, by PATCH with or without a path or by PUT, is inactive",
    effect: "People who have left keep their access, although the run says that they are locked out.",
    rules: &["RFC7644-3.7.3-03"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_bulk()?;
            let put = t.given_user().await?;
            let mut ways = vec![("PUT", bulk::change("PUT", &put.path(), inactive(&put)), put)];
            if t.offers_patch() {
                let off = patch::message(vec![patch::operation("replace", "active", json!(false))]);
                for (words, message) in [("PATCH without a path", okta::set_active(false)), ("PATCH with a path", off)]
                {
                    let user = t.given_user().await?;
                    ways.push((words, bulk::change("PATCH", &user.path(), message), user));
                }
            }
            let operations = ways.iter().map(|(_, operation, _)| operation.clone()).collect();
            let answer = send(t, bulk::message(operations)).await?;
            for (at, (words, _, user)) in ways.iter().enumerate() {
                t.step(format!("the result of {words}"));
                t.conclude(&["RFC7644-3.7.3-03"], came_to(&answer, at, None, &[200, 204]), Some(&answer));
                let read = t.read(user).await?;
                t.step(format!("the reading after {words}"));
                t.expect(&["RFC7644-3.7.3-03"], &read, json_at("/active", false));
            }
            Ok(())
        })
    },
};
