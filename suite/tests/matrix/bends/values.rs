//! Values of users.

use scimprove::target::{Answer, Request};
use serde_json::{Value, json};

use super::Mutation::{self, Header, Other, Set};
use super::Place::{self, Again, Every, Fresh, Status};
use super::{Past, edit};

pub(super) const BENDS: &[(Place, Mutation)] = &[
    (Fresh("/Users"), Other("every number is there twice", numbers_twice)),
    (Fresh("/Users"), Other("the address of a profile is in lower case", quiet_addresses)),
    (Fresh("/Users"), Other("a certificate lacks its end", cut_certificates)),
    (Fresh("/Users"), Set("/roles/0/primary", "\"True\"")),
    (Fresh("/Users"), Set("/roles/0/value", "\"Nobody\"")),
    (Fresh("/Users"), Set("/name/formatted", "\"Nobody\"")),
    (Again("/Users"), Set("/urn:example:params:scim:schemas:extension:badge:2.0:User/serial", "\"other\"")),
    (Every, Other("an error repeats what was sent", echoes)),
    (Status(401), Header("www-authenticate", "Bearer")),
];

fn numbers_twice(_: &Past, _: &Request, answer: &mut Answer) {
    edit(answer, |body| {
        if let Some(Value::Array(numbers)) = body.get_mut("phoneNumbers") {
            numbers.extend(numbers.clone());
        }
    });
}

fn quiet_addresses(_: &Past, _: &Request, answer: &mut Answer) {
    edit(answer, |body| {
        if let Some(Value::String(address)) = body.get_mut("profileUrl") {
            *address = address.to_lowercase();
        }
    });
}

fn cut_certificates(_: &Past, _: &Request, answer: &mut Answer) {
    edit(answer, |body| {
        if let Some(Value::String(text)) = body.pointer_mut("/x509Certificates/0/value") {
            text.truncate(text.len().saturating_sub(4));
        }
    });
}

fn echoes(_: &Past, request: &Request, answer: &mut Answer) {
    let sent = String::from_utf8_lossy(&request.body_bytes()).into_owned();
    if !answer.is_success() && !sent.is_empty() {
        edit(answer, |error| error["detail"] = json!(format!("could not read {sent}")));
    }
}
