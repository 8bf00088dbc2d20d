//! `failOnErrors`: how far a bulk request goes.

use serde_json::Value;

use super::{came_to, is_there, made, name, nameless, send, user};
use crate::check::{Case, Check, Feature, Judgement, Stop};
use crate::expect::{broken, status};
use crate::scim::bulk;
use crate::target::Exchange;

pub(in crate::checks) static GOES_ON: Check = Check {
    id: "bulk.goes-on",
    since: "0.1",
    feature: Feature::Protocol,
    title: "Without failOnErrors everything that can be done is done, and the request is answered 200",
    effect: "One bad record keeps everybody behind it from being provisioned.",
    rules: &["RFC7644-3.7-17", "RFC7644-3.7-16", "RFC7644-3.7.3-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_bulk()?;
            let ((first, first_name), (last, last_name)) = (user(t), user(t));
            let names = [name(t), name(t), name(t)];
            let operations = vec![
                bulk::post("/Users", &names[0], first),
                bulk::post("/Users", &names[1], nameless(t)),
                bulk::post("/Users", &names[2], last),
            ];
            let answer = send(t, bulk::message(operations)).await?;
            t.expect(&["RFC7644-3.7-16"], &answer, status(&[200]));
            let count = answer.answer.json.as_ref().map_or(0, |body| bulk::results(body).len());
            let all = if count == 3 { Judgement::Holds } else { broken("3 results", count.to_string(), "/Operations") };
            t.conclude(&["RFC7644-3.7.3-02"], all, Some(&answer));
            for (at, user_name) in [(0, first_name), (2, last_name)] {
                t.step(if at == 0 { "what stands before the error" } else { "what stands behind the error" });
                done(t, &["RFC7644-3.7-17"], &answer, at, &names[at], &user_name, true).await?;
            }
            Ok(())
        })
    },
};

pub(in crate::checks) static STOPS: Check = Check {
    id: "bulk.fail-on-errors",
    since: "0.1",
    feature: Feature::Protocol,
    title: "After as many errors as failOnErrors says nothing more is done, and what was done stays",
    effect: "A client that wants to stop at the first error finds half of the rest done.",
    rules: &["RFC7644-3.7-18", "RFC7644-3.7-19", "RFC7644-3.7-21"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_bulk()?;
            for errors in [1, 2] {
                let mut operations = Vec::new();
                let mut people = Vec::new();
                for at in 0..=errors {
                    let ((body, user_name), good) = (user(t), name(t));
                    operations.push(bulk::post("/Users", &good, body));
                    people.push((at * 2, good, user_name));
                    operations.push(bulk::post("/Users", &name(t), nameless(t)));
                }
                let answer = send(t, bulk::message_until(errors as u64, operations)).await?;
                for (at, named, user_name) in people {
                    let is_before = at < errors * 2;
                    let rule = match (errors, is_before) {
                        (_, true) => "RFC7644-3.7-21",
                        (1, false) => "RFC7644-3.7-18",
                        _ => "RFC7644-3.7-19",
                    };
                    t.step(format!("failOnErrors {errors}, the operation {}", at + 1));
                    done(t, &[rule], &answer, at, &named, &user_name, is_before).await?;
                }
            }
            Ok(())
        })
    },
};

/// Whether a create was done, by its result and by a look for the user; or not at all.
async fn done(
    t: &Case,
    rules: &[&'static str],
    answer: &Exchange,
    at: usize,
    name: &str,
    user_name: &str,
    wanted: bool,
) -> Result<(), Stop> {
    // A filter may lag behind what is there, and not show for a while what is.
    let there = match made(t, answer, at, name).await? {
        Some(read) if wanted => read.answer.status == 200,
        _ => is_there(t, user_name).await?,
    };
    let is_named = answer.answer.json.as_ref().is_some_and(|body| {
        bulk::results(body).iter().any(|result| result.get("bulkId").and_then(Value::as_str) == Some(name))
    });
    let judgement = match (wanted, there) {
        (true, true) => came_to(answer, at, Some(name), &[201]),
        (true, false) => broken("the user", "nobody", ""),
        (false, true) => broken("nobody", "the user", ""),
        // What was not looked at may stand in the answer as a failure, too.
        (false, false) if is_named => match came_to(answer, at, Some(name), &[201]) {
            Judgement::Holds => broken("no success", "201", format!("/Operations/{at}/status")),
            _ => Judgement::Holds,
        },
        (false, false) => Judgement::Holds,
    };
    t.conclude(rules, judgement, Some(answer));
    Ok(())
}
