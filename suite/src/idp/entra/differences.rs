//! What differs between what an application has and what it should have, as PATCH operations.

use serde_json::{Map, Value, json};

use super::Flag;
use crate::scim::patch;

/// A user as paths and values, in the way of Entra's mappings: `name.givenName`, `emails[type eq "work"].value`,
/// `urn:…:User:department`.
pub(super) fn flattened(user: &Value) -> Vec<(String, Value)> {
    let mut paths = Vec::new();
    for (name, value) in user.as_object().into_iter().flatten() {
        match value {
            _ if ["schemas", "id", "meta", "groups", "roles", "password"].contains(&name.as_str()) => {}
            Value::Object(parts) if name.starts_with("urn:") => {
                paths.extend(parts.iter().map(|(part, value)| (format!("{name}:{part}"), value.clone())));
            }
            Value::Object(parts) => {
                paths.extend(parts.iter().map(|(part, value)| (format!("{name}.{part}"), value.clone())));
            }
            Value::Array(items) if items.iter().all(|item| item.get("type").is_some()) => {
                // One value of each type (ENTRA-CON-014).
                let typed = |item: &Value| (format!("{name}[type eq {}].value", item["type"]), item["value"].clone());
                paths.extend(items.iter().map(typed));
            }
            // One without a type is the only one.
            Value::Array(items) if matches!(items.as_slice(), [item] if item.get("value").is_some()) => {
                paths.push((format!("{name}[type eq \"work\"].value"), items[0]["value"].clone()));
            }
            other => paths.push((name.clone(), other.clone())),
        }
    }
    paths
}

/// One operation for each path, or those with a filter first and all others in one (ENTRA-PAT-001, ENTRA-PAT-007).
pub(super) fn operations(flag: Flag, there: &[(String, Value)], wanted: &[(String, Value)]) -> Vec<Value> {
    let old = |path: &str| there.iter().find(|(known, _)| known == path).map(|(_, value)| value);
    let changed: Vec<&(String, Value)> = wanted.iter().filter(|(path, value)| old(path) != Some(value)).collect();
    match flag {
        Flag::None => {
            let operation = |(path, value): &&(String, Value)| {
                let op = if old(path).is_some() { "Replace" } else { "Add" };
                patch::operation(op, path, spelt(path, value))
            };
            changed.iter().map(operation).collect()
        }
        Flag::Compliant => {
            let (filtered, plain): (Vec<_>, Vec<_>) = changed.into_iter().partition(|(path, _)| path.contains('['));
            let op = |path: &str| if old(path).is_some() { "replace" } else { "add" };
            let filtered = filtered.iter().map(|(path, value)| patch::operation(op(path), path, value.clone()));
            let mut operations: Vec<Value> = filtered.collect();
            match plain.as_slice() {
                [] => {}
                // A single one has its path, as the disabling has.
                [(path, value)] => operations.push(patch::operation(op(path), path, value.clone())),
                many => {
                    let all: Map<String, Value> =
                        many.iter().map(|(path, value)| (path.clone(), value.clone())).collect();
                    operations.push(patch::pathless("replace", Value::Object(all)));
                }
            }
            operations
        }
    }
}

/// A boolean goes out as text without the flag (ENTRA-USR-040).
fn spelt(path: &str, value: &Value) -> Value {
    match value {
        Value::Bool(true) if path == "active" => json!("True"),
        Value::Bool(false) if path == "active" => json!("False"),
        other => other.clone(),
    }
}
