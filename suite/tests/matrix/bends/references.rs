//! References to others, and how somebody belongs to a group.

use scimprove::target::{Answer, Request};
use serde_json::{Value, json};

use super::Mutation::{self, Other, Set};
use super::Place::{self, Fresh};
use super::{Past, edit};

const USERS: &str = "/Users";

pub(super) const BENDS: &[(Place, Mutation)] = &[
    (
        Fresh(USERS),
        Set("/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/manager/displayName", "\"Somebody Else\""),
    ),
    (Fresh(USERS), Set("/groups/0/type", "\"own\"")),
    (Fresh(USERS), Other("every membership is direct", all_direct)),
];

fn all_direct(_: &Past, _: &Request, answer: &mut Answer) {
    edit(answer, |user| {
        for group in user.get_mut("groups").and_then(Value::as_array_mut).into_iter().flatten() {
            group["type"] = json!("direct");
        }
    });
}
