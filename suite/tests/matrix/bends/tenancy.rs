//! Answers to other organisations.

use scimprove::target::exchange::Login;
use scimprove::target::{Answer, Request};
use serde_json::json;

use super::Mutation::{self, Other};
use super::Place::{self, Every};
use super::{Past, edit};

pub(super) const BENDS: &[(Place, Mutation)] = &[
    (Every, Other("whoever has a cursor sees its page", pages_of_others)),
    (Every, Other("a cursor that was made up is told from others", told_cursors)),
];

fn is_other(request: &Request) -> bool {
    matches!(request.login, Login::Other { .. })
}

fn pages_of_others(past: &Past, request: &Request, answer: &mut Answer) {
    let Some(body) = past.answers.get(&request.path_and_query()) else { return };
    if is_other(request) && request.parameter("cursor").is_some() {
        (answer.status, answer.json) = (200, Some(body.clone()));
        answer.body = body.to_string().into();
    }
}

fn told_cursors(_: &Past, request: &Request, answer: &mut Answer) {
    let made_up = request.parameter("cursor").is_some_and(|cursor| cursor.starts_with("made-up"));
    if is_other(request) && made_up {
        edit(answer, |body| body["detail"] = json!("nobody was ever given this cursor"));
    }
}
