//! Group push (OKTA-GRP-001 to 031), and the Group resource of the RFCs.

mod members;
mod nested;
mod push;
mod race;
mod record;
mod references;
mod rename;
mod unusual_members;

use serde_json::{Value, json};

use crate::check::{Check, Family, Resource};
use crate::scim::urn;

/// Single stories.
pub(super) static CHECKS: &[&Check] = &[
    &record::CREATE_EMPTY,
    &record::CREATE_WITH_MEMBERS,
    &record::READ_BY_ID,
    &record::LOOK_UP,
    &unusual_members::ADD_AGAIN,
    &unusual_members::REMOVE_ABSENT,
    &unusual_members::INACTIVE_MEMBER,
    &push::MIXED,
    &unusual_members::UNKNOWN_MEMBER,
    &push::ATOMIC,
    &push::PUT_TWICE,
    &unusual_members::NULL_DISPLAY,
    &record::DELETE,
    &record::USERS_GROUPS,
    &push::LINK,
    &push::HUNDRED,
    &push::FIRST_PUSH,
    &race::MEMBERS,
    &race::SAME_MEMBER,
    &record::NO_NAME,
    &rename::OLD_NAME_FREE,
    &rename::TAKEN_NAME,
    &unusual_members::GONE_USER,
    &nested::REFERENCES,
    &nested::NESTED,
    &nested::FIXED,
    &nested::SAME_REFERENCE,
    &references::LEAD,
    &references::MANAGER,
    &references::MEMBERSHIP,
];

/// Each kind of change in every way of writing it.
pub(super) static FAMILIES: &[&Family] =
    &[&rename::RENAME, &rename::SAME_NAME, &members::ADD, &members::REMOVE, &members::REPLACE, &members::EMPTY];

const PUSH_BREAKS: &str = "Okta's group push ends in an error, and the group's access is wrong from then on.";
const WRONG_MEMBERS: &str = "Okta shows the push as done; people have access that they must not have, or lost theirs.";

/// A member as Okta names it: the id, and the userName as display.
fn member(user: &Resource) -> Value {
    json!({"value": user.id, "display": user.name})
}

/// The body of Okta's PUT of a group.
fn bare_group(group: &Resource, members: Vec<Value>) -> Value {
    json!({"schemas": [urn::GROUP], "displayName": group.name, "members": members})
}

fn ids(users: &[Resource]) -> Vec<&str> {
    users.iter().map(|user| user.id.as_str()).collect()
}
