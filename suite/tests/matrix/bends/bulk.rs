//! Answers to bulk requests.

use scimprove::target::{Answer, Request};
use serde_json::{Value, json};

use super::Mutation::{self, Other};
use super::Place::{self, Every};
use super::{Past, edit};

pub(super) const BENDS: &[(Place, Mutation)] = &[
    (Every, Other("the last result of several is left out", last_left_out)),
    (Every, Other("every operation of a bulk request is confirmed", confirmed)),
    (Every, Other("operations that were not looked at are confirmed", rest_confirmed)),
];

/// The results of a bulk answer, to be changed.
fn results(request: &Request, answer: &mut Answer, change: impl FnOnce(&mut Vec<Value>)) {
    if request.path == "/Bulk" {
        edit(answer, |body| {
            if let Some(results) = body.get_mut("Operations").and_then(Value::as_array_mut) {
                change(results);
            }
        });
    }
}

fn asked(request: &Request) -> Vec<Value> {
    let body = request.body_json().filter(|_| request.path == "/Bulk");
    body.and_then(|body| body.get("Operations")?.as_array().cloned()).unwrap_or_default()
}

fn last_left_out(_: &Past, request: &Request, answer: &mut Answer) {
    results(request, answer, |all| {
        if all.len() > 1 {
            all.pop();
        }
    });
}

fn success(operation: &Value) -> Value {
    let status = if operation["method"] == "POST" { "201" } else { "200" };
    json!({"method": operation["method"], "bulkId": operation["bulkId"], "status": status})
}

fn confirmed(_: &Past, request: &Request, answer: &mut Answer) {
    let asked = asked(request);
    if asked.is_empty() {
        return;
    }
    if !answer.is_success() {
        answer.status = 200;
        edit(answer, |body| *body = json!({"Operations": asked.iter().map(success).collect::<Vec<_>>()}));
    }
    results(request, answer, |all| {
        for result in all.iter_mut().filter(|result| result["status"].as_str().is_some_and(|it| it.starts_with('4'))) {
            *result = success(result);
        }
    });
}

fn rest_confirmed(_: &Past, request: &Request, answer: &mut Answer) {
    let asked = asked(request);
    results(request, answer, |all| {
        let rest = asked.iter().filter(|it| !all.iter().any(|result| result["bulkId"] == it["bulkId"]));
        let rest: Vec<Value> = rest.map(success).collect();
        all.extend(rest);
    });
}
