//! Answers to queries by POST.

use scimprove::target::{Answer, Request};
use serde_json::json;

use super::Mutation::{self, Other};
use super::Place::{self, Every};
use super::{Past, edit};

pub(super) const BENDS: &[(Place, Mutation)] = &[
    (Every, Other("a query by POST is answered 201", created)),
    (Every, Other("a query by POST finds nobody", nobody)),
];

fn is_search(request: &Request) -> bool {
    request.path.ends_with("/.search")
}

fn created(_: &Past, request: &Request, answer: &mut Answer) {
    if is_search(request) && answer.is_success() {
        answer.status = 201;
    }
}

fn nobody(_: &Past, request: &Request, answer: &mut Answer) {
    if is_search(request) && answer.is_success() {
        edit(answer, |body| (body["Resources"], body["totalResults"]) = (json!([]), json!(0)));
    }
}
