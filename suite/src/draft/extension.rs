//! Schemas of the target's own, as far as a profile can have them: its attributes are simple.

use std::collections::HashSet;

use serde_json::Value;

use super::{Discovery, Draft, comment, members, quoted, text};
use crate::clean;
use crate::scim::urn;

/// Types of attributes that a profile can have.
const SIMPLE: [&str; 6] = ["string", "boolean", "integer", "decimal", "dateTime", "reference"];

/// The extensions of users, in the order in which the target names them.
pub(super) fn extensions(draft: &mut Draft, discovery: &Discovery) {
    let user = discovery.resource_type("User").flatten();
    let named = user.map(|user| members(user, "schemaExtensions")).unwrap_or_default();
    let mut seen = HashSet::from([urn::ENTERPRISE.to_ascii_lowercase(), urn::USER.to_ascii_lowercase()]);
    for id in named.iter().filter_map(|extension| text(extension, "schema")) {
        if seen.insert(id.to_ascii_lowercase()) {
            extension(draft, id, discovery.schema(id));
        }
    }
}

fn extension(draft: &mut Draft, id: &str, schema: Option<&Value>) {
    let is_urn = id.to_ascii_lowercase().starts_with("urn:")
        && id.len() <= super::LONGEST
        && !id.chars().any(|c| c.is_whitespace() || clean::is_dangerous(c));
    let Some(schema) = schema.filter(|_| is_urn) else {
        draft.line(&format!("\n# TODO the server names an extension {}, and shows no schema for it.", comment(id)));
        return;
    };
    let mut seen = HashSet::new();
    let mut is_taken = |attribute: &&Value| {
        let name = text(attribute, "name").unwrap_or_default();
        is_name(name)
            && SIMPLE.contains(&text(attribute, "type").unwrap_or("string"))
            && seen.insert(name.to_ascii_lowercase())
    };
    let (taken, left): (Vec<&Value>, Vec<&Value>) =
        members(schema, "attributes").iter().partition(|attribute| is_taken(attribute));
    if !left.is_empty() {
        let names: Vec<String> = left.iter().map(|it| comment(text(it, "name").unwrap_or("without a name"))).collect();
        let words = "left out, since a profile has simple attributes with plain names";
        draft.line(&format!("\n# TODO {}: {words}: {}.", comment(id), names.join(", ")));
    }
    if taken.is_empty() {
        return;
    }
    let claim = draft.claim("Users have attributes of the product's own");
    let or = |name: &str, other: &str| quoted(text(schema, name).filter(|it| !it.is_empty()).unwrap_or(other));
    draft.line(&format!("\n[[extension]]\nurn = {}", quoted(id)));
    draft.line(&format!("name = {}\ndescription = {}", or("name", "User"), or("description", "TODO what it is about")));
    draft.line(&format!("from = \"chosen {claim}\""));
    taken.into_iter().for_each(|one| attribute(draft, one, &claim));
}

fn attribute(draft: &mut Draft, it: &Value, claim: &str) {
    let kind = text(it, "type").unwrap_or("string");
    let is = |name: &str| it.get(name).and_then(Value::as_bool) == Some(true);
    draft.line(&format!("\n[[extension.attribute]]\nname = {}", quoted(text(it, "name").unwrap_or_default())));
    draft.line(&format!("type = \"{kind}\""));
    if let Some(description) = text(it, "description").filter(|it| !it.is_empty()) {
        draft.line(&format!("description = {}", quoted(description)));
    }
    if is("multiValued") {
        draft.line("multi-valued = true");
    }
    draft.line(&format!("from = \"chosen {claim}\""));
    let mutability = text(it, "mutability").filter(|it| ["readOnly", "immutable", "writeOnly"].contains(it));
    if let Some(mutability) = mutability {
        draft.line(&format!("mutability = {{ value = \"{mutability}\", from = \"chosen {claim}\" }}"));
    }
    if is("caseExact") && kind == "string" {
        draft.line(&format!("case-exact = {{ value = true, from = \"chosen {claim}\" }}"));
    }
    // What nobody can send nobody can be asked for.
    if is("required") && mutability != Some("readOnly") {
        draft.line(&format!("required = {{ value = true, from = \"chosen {claim}\" }}"));
    }
    let canonical: Vec<String> = members(it, "canonicalValues").iter().filter_map(Value::as_str).map(comment).collect();
    if !canonical.is_empty() {
        draft.line(&format!("# TODO are these the only values? {}", canonical.join(", ")));
    }
}

/// A letter, then letters, digits, `-`, `_` and `$`.
fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.len() <= super::LONGEST
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'$'))
}
