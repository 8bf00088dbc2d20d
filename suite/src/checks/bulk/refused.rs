//! Bulk requests and operations that are not well formed.

use serde_json::{Value, json};

use super::{WHO_SYNCS_IN_BULK, came_to, is_refused, is_there, name, send, user};
use crate::check::{Check, Feature, Judgement, Stop};
use crate::expect::{as_variation, broken, error, lenient};
use crate::scim::{bulk, urn};
use crate::target::Request;

pub(in crate::checks) static REQUESTS: Check = Check {
    id: "bulk.malformed",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A bulk request that is no JSON, has no operations or another schema is refused",
    effect: WHO_SYNCS_IN_BULK,
    rules: &["RFC7644-3.7-26", "RFC7644-3.7-04", "RFC7644-3.7-03"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_bulk()?;
            let text = format!("{{\"schemas\":[\"{}\"],\"Operations\":[", urn::BULK_REQUEST);
            let broken_off = t.send(Request::post("/Bulk", Value::Null).raw("application/scim+json", text)).await?;
            if matches!(broken_off.answer.status, 404 | 405 | 501) {
                return Err(Stop::Unsupported("there is no /Bulk".into()));
            }
            t.step("JSON that breaks off");
            t.expect(&["RFC7644-3.7-26"], &broken_off, error(&[400]));
            let empty = send(t, json!({"schemas": [urn::BULK_REQUEST]})).await?;
            t.step("no Operations");
            t.expect(&["RFC7644-3.7-04"], &empty, error(&[400]));
            let (body, user_name) = user(t);
            let mut other = bulk::message(vec![bulk::post("/Users", &name(t), body)]);
            other["schemas"] = json!([urn::PATCH_OP]);
            let other = send(t, other).await?;
            t.step("the schema of PATCH");
            t.expect(&["RFC7644-3.7-03"], &other, lenient(error(&[400])));
            if !other.answer.is_success() && is_there(t, &user_name).await? {
                t.conclude(
                    &["RFC7644-3.7-03"],
                    broken("nobody, after a refusal", "the user is there", ""),
                    Some(&other),
                );
            }
            Ok(())
        })
    },
};

pub(in crate::checks) static OPERATIONS: Check = Check {
    id: "bulk.incomplete",
    since: "0.1",
    feature: Feature::Protocol,
    title: "An operation without method, path, data or, for a create, bulkId is refused",
    effect: WHO_SYNCS_IN_BULK,
    rules: &[
        "RFC7644-3.7-05",
        "RFC7644-3.7-06",
        "RFC7644-3.7-07",
        "RFC7644-3.7-08",
        "RFC7644-3.7-10",
        "RFC7644-3.7-22",
    ],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_bulk()?;
            let nobody = format!("/Users/{}", t.fresh_id());
            let known = t.given_user().await?;
            let without = |member: &str| {
                let mut operation = bulk::post("/Users", &name(t), user(t).0);
                if let Some(operation) = operation.as_object_mut() {
                    operation.shift_remove(member);
                }
                operation
            };
            let cases: [(&'static str, &str, Value); 6] = [
                ("RFC7644-3.7-05", "no method", json!({"path": nobody})),
                ("RFC7644-3.7-05", "the method GET", json!({"method": "GET", "path": nobody})),
                ("RFC7644-3.7-08", "no path", without("path")),
                ("RFC7644-3.7-10", "PATCH without data", json!({"method": "PATCH", "path": known.path()})),
                ("RFC7644-3.7-10", "PUT without data", json!({"method": "PUT", "path": known.path()})),
                ("RFC7644-3.7-07", "POST without bulkId", without("bulkId")),
            ];
            for (rule, words, operation) in cases {
                let data = operation.get("data").cloned();
                let answer = send(t, bulk::message(vec![operation])).await?;
                t.step(words);
                let judgement = is_refused(&answer, 0, None);
                // Nothing goes wrong where a server can do without the name.
                let is_mild = rule == "RFC7644-3.7-07";
                let judgement = if is_mild { crate::expect::as_doubtful(judgement) } else { judgement };
                let is_refusal = judgement == Judgement::Holds;
                t.conclude(&[rule], judgement, Some(&answer));
                let user_name = data.as_ref().and_then(|data| data.get("userName")?.as_str());
                if let Some(user_name) = user_name.filter(|_| is_refusal)
                    && is_there(t, user_name).await?
                {
                    t.conclude(&[rule], broken("nobody, after a refusal", "the user is there", ""), Some(&answer));
                }
            }
            let lower = json!({"method": "delete", "path": nobody});
            let answer = send(t, bulk::message(vec![lower])).await?;
            t.step("a method in lower case");
            let judgement = match is_refused(&answer, 0, None) {
                Judgement::Holds => Judgement::Holds,
                _ => came_to(&answer, 0, None, &[404, 204]),
            };
            t.conclude(&["RFC7644-3.7-06"], judgement, Some(&answer));
            let twice = name(t);
            let operations = vec![bulk::post("/Users", &twice, user(t).0), bulk::post("/Users", &twice, user(t).0)];
            let answer = send(t, bulk::message(operations)).await?;
            t.step("one bulkId twice");
            let results = answer.answer.json.as_ref().map_or(&[][..], bulk::results);
            let all_done = results.iter().filter(|result| bulk::status_of(result) == Some(201)).count() == 2;
            // It is the client that has to give different names; a server need not look.
            let both = || as_variation(broken("a refusal", "both were created", "/Operations"));
            let judgement = if all_done { both() } else { Judgement::Holds };
            t.conclude(&["RFC7644-3.7-22"], judgement, Some(&answer));
            Ok(())
        })
    },
};

pub(in crate::checks) static PATHS: Check = Check {
    id: "bulk.paths",
    since: "0.1",
    feature: Feature::Protocol,
    title: "An operation on what is no endpoint, on a bulk request, or a create of a single resource is refused",
    effect: WHO_SYNCS_IN_BULK,
    rules: &["RFC7644-3.7-27", "RFC7644-3.7-28", "RFC7644-3.7-09"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_bulk()?;
            let nowhere = format!("/{}", t.fresh_id());
            let answer = send(t, bulk::message(vec![bulk::post(&nowhere, &name(t), user(t).0)])).await?;
            t.step("an endpoint that does not exist");
            let judgement = match is_refused(&answer, 0, None) {
                Judgement::Holds if answer.answer.status == 200 => came_to(&answer, 0, None, &[404, 400]),
                other => other,
            };
            t.conclude(&["RFC7644-3.7-27"], judgement, Some(&answer));
            let inner = bulk::message(vec![bulk::post("/Users", &name(t), user(t).0)]);
            let answer = send(t, bulk::message(vec![bulk::post("/Bulk", &name(t), inner)])).await?;
            t.step("a bulk request in a bulk request");
            t.conclude(&["RFC7644-3.7-28"], is_refused(&answer, 0, None), Some(&answer));
            let single = format!("/Users/{}", t.fresh_id());
            let answer = send(t, bulk::message(vec![bulk::post(&single, &name(t), user(t).0)])).await?;
            t.step("POST on a single user");
            t.conclude(&["RFC7644-3.7-09"], is_refused(&answer, 0, None), Some(&answer));
            Ok(())
        })
    },
};
