//! What Entra ID sends and asks (`--rulebook entra`): the RFC's protocol in its own words. Each story follows a test of
//! Microsoft's validator, or what was seen of the service.

mod groups;
mod look_up;
mod patch;
mod service;
mod users;

use serde_json::Value;

use super::StoryFn;
use crate::check::{Case, Check, Feature, Resource, Stop};
use crate::idp::entra;
use crate::scim::sample;

/// As a tenant goes on: match, create, update, leave; then the groups.
pub(super) static CHECKS: &[&Check] = &[
    &service::CONNECTION,
    &service::DISCOVERY,
    &service::PAGES,
    &look_up::NOBODY,
    &look_up::USER,
    &look_up::ANY_CASE,
    &look_up::EMAIL,
    &look_up::BARE_WORDS,
    &look_up::BOTH,
    &users::CREATE,
    &users::DUPLICATE,
    &users::NULLS,
    &users::TEXTS,
    &users::UNKNOWN,
    &patch::OPS,
    &patch::ADD_UNMATCHED,
    &patch::DOTTED,
    &patch::VERBOSE,
    &patch::BATCH,
    &patch::FROM_NOTHING,
    &patch::ONE_ELEMENT,
    &patch::IN_ORDER,
    &patch::UNMATCHED,
    &patch::CLEARED,
    &patch::ROLES,
    &patch::UNKNOWN_KEY,
    &patch::NO_OPERATIONS,
    &patch::MANAGER,
    &patch::MANAGER_AS_TEXT,
    &users::DISABLE,
    &look_up::INACTIVE,
    &users::RESTORE,
    &users::DELETE,
    &look_up::NO_GROUP,
    &look_up::GROUP,
    &groups::CREATE,
    &groups::DUPLICATE,
    &groups::ADD,
    &groups::REMOVE,
    &groups::REMOVE_LISTED,
    &groups::REPLACE,
    &groups::RENAME,
    &groups::IN_ORDER,
    &groups::DELETE,
];

const LOST: &str = "What Entra provisions is not carried out, or goes somewhere else.";

/// Declares a check of what Entra does.
const fn story(
    id: &'static str,
    feature: Feature,
    title: &'static str,
    effect: &'static str,
    rules: &'static [&'static str],
    story: StoryFn,
) -> Check {
    Check { id, since: "0.1", feature, title, effect, rules, alone: false, story }
}

/// A user as Entra creates it, with changes laid over, read back. What the target does not know is left out.
async fn user_of_entra(t: &Case, change: Value) -> Result<Resource, Stop> {
    let mut body = t.okta_user();
    let name = body["userName"].as_str().unwrap_or_default().to_string();
    body = entra::new_user(&name, body["externalId"].as_str().unwrap_or_default());
    if let Some(body) = body.as_object_mut() {
        // What all resources have, no schema need list, and nobody is without a name.
        let is_common = |name: &str| ["schemas", "externalId", "meta", "userName"].contains(&name);
        body.retain(|attribute, _| is_common(attribute) || !t.facts().lacks(attribute));
    }
    sample::overlay(&mut body, &change);
    t.given_user_from(body).await
}
