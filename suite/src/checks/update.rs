//! Update attributes: Okta's profile push (OKTA-USR-023 to 033), and the PATCH and PUT of RFC 7644 §3.5.

mod attribute;
mod operations;
mod patch;
mod paths;
mod put;
mod refused;

use std::time::Duration;

use serde_json::Value;

use crate::check::{Check, Family, Resource};

/// Single stories.
pub(super) static CHECKS: &[&Check] = &[
    &put::UNCHANGED,
    &put::STALE,
    &put::LAST_MODIFIED,
    &patch::NO_OP,
    &refused::TAKEN_NAME,
    &refused::PUT_UNKNOWN,
    &refused::PATCH_UNKNOWN,
    &refused::ATOMIC,
    &patch::IN_ORDER,
    &patch::PRIMARY_MOVES,
    &patch::VALUE_PATH,
    &patch::NO_TARGET,
    &patch::EMAILS_APPEND,
    &refused::READ_ONLY,
    &refused::REQUIRED,
    &refused::BAD_MESSAGES,
    &patch::CASE_OF_PATHS,
    &patch::COMPLEX_MERGE,
    &operations::PARTS,
    &operations::ABSENT,
    &operations::ELEMENTS,
    &operations::TOUCHES,
    &operations::SCHEMAS,
    &paths::SPELLING,
    &paths::NO_PATHS,
    &paths::FILTERS,
    &paths::DOTTED,
    &paths::UNMATCHED,
    &put::OTHER_ID,
    &put::NO_SCHEMAS,
];

/// One family for each kind of attribute, each with every way of writing it.
pub(super) static FAMILIES: &[&Family] = &[
    &attribute::SUB_ATTRIBUTE,
    &attribute::SINGLE,
    &attribute::UNSET,
    &attribute::EMAILS,
    &attribute::USER_NAME,
    &attribute::EXTERNAL_ID,
    &attribute::ENTERPRISE,
    &attribute::CLEAR,
];

/// Waits until a change of this user could not have the time of its last one.
async fn let_clock_tick(user: &Resource) {
    let time = user.seen.pointer("/meta/lastModified").and_then(Value::as_str);
    // A clock that counts seconds needs more than one to show anything.
    let is_fine = time.is_some_and(|text| text.contains('.') && !text.contains(".000"));
    tokio::time::sleep(Duration::from_millis(if is_fine { 10 } else { 1100 })).await;
}
