//! Values of users.

use scimprove::target::{Answer, Request};
use serde_json::Value;

use super::Mutation::{self, Other};
use super::Place::{self, Fresh};
use super::{Past, edit};

pub(super) const BENDS: &[(Place, Mutation)] =
    &[(Fresh("/Users"), Other("every number is there twice", numbers_twice))];

fn numbers_twice(_: &Past, _: &Request, answer: &mut Answer) {
    edit(answer, |body| {
        if let Some(Value::Array(numbers)) = body.get_mut("phoneNumbers") {
            numbers.extend(numbers.clone());
        }
    });
}
