//! Paging by cursor.

use scimprove::target::{Answer, Request};
use serde_json::json;

use super::Mutation::{self, Other};
use super::Place::{self, Every};
use super::{Past, edit};

pub(super) const BENDS: &[(Place, Mutation)] = &[
    (Every, Other("the first page by cursor has one before it", previous)),
    (Every, Other("cursors hold signs that URLs use", signs)),
    (Every, Other("a way of paging is announced by a word", no_flag)),
    (Every, Other("the way of paging changes with every list", wavers)),
];

fn is_by_cursor(request: &Request) -> bool {
    request.query.contains("cursor=")
}

fn previous(_: &Past, request: &Request, answer: &mut Answer) {
    if is_by_cursor(request) && answer.is_success() {
        edit(answer, |body| body["previousCursor"] = json!("before"));
    }
}

fn signs(_: &Past, request: &Request, answer: &mut Answer) {
    if is_by_cursor(request) {
        edit(answer, |body| {
            if let Some(next) = body.get("nextCursor").and_then(|next| next.as_str()).map(String::from) {
                body["nextCursor"] = json!(format!("{next}&="));
            }
        });
    }
}

fn no_flag(_: &Past, request: &Request, answer: &mut Answer) {
    if request.path == "/ServiceProviderConfig" {
        edit(answer, |body| body["pagination"]["index"] = json!("yes"));
    }
}

/// Lists of one are now by index and now by cursor.
fn wavers(past: &Past, request: &Request, answer: &mut Answer) {
    if request.path == "/Users" && past.asked(&request.path_and_query()) % 2 == 1 {
        edit(answer, |body| {
            if let Some(body) = body.as_object_mut() {
                body.shift_remove("startIndex");
            }
        });
    }
}
