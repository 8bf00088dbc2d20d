//! Versions and preconditions.

use http::Method;
use scimprove::target::{Answer, Request};

use super::Mutation::{self, Header, NoHeader, Other};
use super::Place::{self, Every, Status};
use super::{Past, edit};
use serde_json::json;

pub(super) const BENDS: &[(Place, Mutation)] = &[
    (Every, NoHeader("etag")),
    (Status(304), NoHeader("etag")),
    (Every, Header("etag", "unquoted")),
    (Every, Header("etag", "w/\"1\"")),
    (Every, Other("meta.version is another", another_version)),
    (Every, Other("whoever knows some version is told that nothing has changed", nothing_new)),
    (Every, Other("a condition is never met", never_met)),
    (Every, Other("If-Match is asked of everybody", asked_of_everybody)),
    (Every, Other("conditions make the server fail", fails)),
    (Every, Other("a strong version never matches", strong_never_matches)),
];

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn another_version(_: &Past, _: &Request, answer: &mut Answer) {
    edit(answer, |body| {
        if body.get("meta").is_some() {
            body["meta"]["version"] = json!("W/\"0\"");
        }
    });
}

fn nothing_new(_: &Past, request: &Request, answer: &mut Answer) {
    if header(request, "if-none-match").is_some() && request.method == Method::GET {
        answer.status = 304;
    }
}

fn never_met(_: &Past, request: &Request, answer: &mut Answer) {
    if header(request, "if-match").is_some() && answer.is_success() {
        answer.status = 412;
    }
}

fn asked_of_everybody(_: &Past, request: &Request, answer: &mut Answer) {
    if !request.method.is_safe() && header(request, "if-match").is_none() && answer.is_success() {
        answer.status = 412;
    }
}

fn fails(_: &Past, request: &Request, answer: &mut Answer) {
    if header(request, "if-match").is_some() {
        answer.status = 500;
    }
}

fn strong_never_matches(_: &Past, request: &Request, answer: &mut Answer) {
    for (name, value) in &mut answer.headers {
        if name.eq_ignore_ascii_case("etag") {
            *value = value.trim_start_matches("W/").to_string();
        }
    }
    if header(request, "if-match").is_some_and(|tag| tag.starts_with('"')) && answer.is_success() {
        answer.status = 412;
    }
}
