//! Create users: what Okta does when a person is assigned (OKTA-USR-001 to 022), and RFC 7644 §3.3.

mod duplicate;
mod formats;
mod hostile;
mod identity;
pub(super) mod international;
mod look_up;
mod meta;
mod refused;
mod types;
mod user;
mod values;

use serde_json::Value;

use crate::check::{Check, Family};

/// In the order of Okta's guide.
pub(super) static CHECKS: &[&Check] = &[
    &user::OKTA,
    &look_up::READ_BY_ID,
    &look_up::UNKNOWN,
    &look_up::OTHER_CASE,
    &look_up::ENCODINGS,
    &user::MINIMAL,
    &values::FULL,
    &values::ENTERPRISE,
    &values::MANAGER,
    &values::UNNAMED_EXTENSION,
    &user::INACTIVE,
    &user::DEFAULT_STATUS,
    &meta::READ_ONLY,
    &identity::OTHERS_ID,
    &identity::SAME_EXTERNAL_ID,
    &identity::SCHEMAS_ORDER,
    &meta::LOCATION,
    &values::EXTERNAL_ID,
    &look_up::EXTERNAL_ID,
    &values::EMPTY_VALUES,
    &values::NAME_CASE,
    &values::UNKNOWN_ATTRIBUTE,
    &values::UNICODE,
    &types::WRONG_TYPES,
    &types::AS_SENT,
    &types::WRITING,
    &types::NOTHING,
    &formats::FORMATS_KEPT,
    &formats::FORMATTED,
    &international::PREPARED,
    &international::ODD_LETTERS,
    &hostile::TEXTS_KEPT,
    &hostile::NO_PASSWORDS,
    &user::PASSWORD,
    &look_up::PLUS,
    &duplicate::AFTER_DELETE,
    &duplicate::RACE,
    &values::PRIMARY_TWICE,
    &meta::META,
];

/// Families of this topic.
pub(super) static FAMILIES: &[&Family] = &[&duplicate::DUPLICATE, &refused::REFUSED];

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}
