//! The attributes of the RFC that are taken, where the target's own schemas leave some out.

use serde_json::Value;

use super::{Discovery, Draft, members, text};
use crate::scim::urn;

/// What RFC 7643 has for users, without what follows from other resources.
const USER: [&str; 20] = [
    "userName",
    "name",
    "displayName",
    "nickName",
    "profileUrl",
    "title",
    "userType",
    "preferredLanguage",
    "locale",
    "timezone",
    "active",
    "password",
    "emails",
    "phoneNumbers",
    "ims",
    "photos",
    "addresses",
    "entitlements",
    "roles",
    "x509Certificates",
];

const ENTERPRISE: [&str; 6] = ["employeeNumber", "costCenter", "organization", "division", "department", "manager"];

/// A closed set, if the schema of users can be read and lacks something; what is read-only is not taken.
pub(super) fn accepted(draft: &mut Draft, discovery: &Discovery) {
    let Some(schema) = discovery.schema(urn::USER).filter(|schema| !members(schema, "attributes").is_empty()) else {
        return;
    };
    let mut taken: Vec<String> = USER.iter().filter(|name| takes(schema, name)).map(ToString::to_string).collect();
    if taken.len() == USER.len() || !taken.iter().any(|name| name == "userName") {
        return;
    }
    if discovery.flag("/changePassword/supported") == Some(false) {
        taken.retain(|name| name != "password");
    }
    taken.insert(1, "externalId".into());
    if let Some(schema) = discovery.schema(urn::ENTERPRISE) {
        let names = ENTERPRISE.iter().filter(|name| takes(schema, name));
        taken.extend(names.map(|name| format!("{}:{name}", urn::ENTERPRISE)));
    }
    let id = draft.claim("A fixed set of attributes is taken");
    draft.line("\n[accounts.accepts]");
    draft.line(&format!(
        "others = {{ value = \"ignored\", from = \"chosen {id}\" }} # TODO or \"read-only\": published, and dropped"
    ));
    let names: Vec<String> = taken.iter().map(|name| format!("    \"{name}\",\n")).collect();
    draft.line(&format!("\n[accounts.accepts.attributes]\nfrom = \"chosen {id}\"\nvalue = [\n{}]", names.concat()));
}

fn takes(schema: &Value, name: &str) -> bool {
    let is_it = |it: &&Value| text(it, "name").is_some_and(|it| it.eq_ignore_ascii_case(name));
    let found = members(schema, "attributes").iter().find(is_it);
    found.is_some_and(|it| text(it, "mutability") != Some("readOnly"))
}
