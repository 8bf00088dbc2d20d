//! PATCH: the PatchOp message, and what it makes of a resource.
//!
//! Operations work on a copy of the attributes, so the first one that fails leaves nothing behind. Members are kept
//! outside the attributes and may be many, so operations on them come out as a list of edits for whoever keeps them.

mod apply;
mod elements;
mod leniency;
mod members;
mod path;
mod read_only;
#[cfg(test)]
mod tests;
mod values;

pub use apply::apply;
pub use leniency::{BareUrns, ListedValues, LoneValues, Nulls, Parts, PatchLeniency, UnknownMembers, UnknownPaths};

use super::error::{ScimError, ScimType, quoted};
use super::filter::Predicate;
use super::resource::{MemberRef, member_of};
use serde_json::{Map, Value};

/// URN of the PatchOp message.
pub const PATCH_URN: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Adds to what is there.
    Add,
    /// Takes away.
    Remove,
    /// Puts in place of what is there.
    Replace,
}

/// One operation of the message.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What to do.
    pub op: Op,
    /// Where; the whole resource if not said.
    pub path: Option<String>,
    /// With what.
    pub value: Option<Value>,
}

/// One change to the members of a group.
#[derive(Debug)]
pub enum MemberEdit {
    /// These join.
    Add(Vec<MemberRef>),
    /// These are the members now.
    Replace(Vec<MemberRef>),
    /// Those with these ids leave.
    Remove(Vec<String>),
    /// Those it is true of leave.
    RemoveWhere(Predicate),
    /// Somebody takes the place of those it is true of.
    Exchange(Predicate, MemberRef),
}

/// What a PATCH changes outside the attributes.
#[derive(Debug, Default)]
pub struct Patched {
    /// Edits of the members, in order.
    pub members: Vec<MemberEdit>,
    /// A new password, or none any more.
    pub password: Option<Option<String>>,
}

/// Reads a PatchOp message.
///
/// # Errors
/// 400 `invalidSyntax` for anything that is not one, 413 for more operations than allowed.
pub fn read(body: &Value, leniency: &PatchLeniency, most: usize) -> Result<Vec<Step>, ScimError> {
    let body = body.as_object().ok_or_else(|| syntax("the body must be a JSON object"))?;
    let is_patch = |urn: &Value| urn.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(PATCH_URN));
    let schemas = member_of(body, "schemas").and_then(Value::as_array);
    if !schemas.is_some_and(|urns| urns.iter().any(is_patch)) {
        return Err(syntax("schemas must hold the URN of PatchOp"));
    }
    let Some(Value::Array(operations)) = member_of(body, "Operations") else {
        return Err(syntax("Operations is required and must be an array"));
    };
    if operations.is_empty() && !leniency.empty_operations {
        return Err(syntax("Operations must not be empty"));
    }
    if operations.len() > most {
        return Err(ScimError::new(413, format!("a PATCH may hold {most} operations")));
    }
    check_members(body, &["schemas", "Operations"], leniency.unknown_members)?;
    operations.iter().map(|operation| step(operation, leniency)).collect()
}

fn step(operation: &Value, leniency: &PatchLeniency) -> Result<Step, ScimError> {
    let operation: &Map<String, Value> =
        operation.as_object().ok_or_else(|| syntax("an operation must be a JSON object"))?;
    check_members(operation, &["op", "path", "value"], leniency.unknown_members)?;
    let Some(Value::String(name)) = member_of(operation, "op") else {
        return Err(syntax("an operation needs an op"));
    };
    let spelled = if leniency.op_in_any_case { name.to_ascii_lowercase() } else { name.clone() };
    let op = match spelled.as_str() {
        "add" => Op::Add,
        "remove" => Op::Remove,
        "replace" => Op::Replace,
        _ => {
            return Err(syntax(&format!("op is add, remove or replace, not {}", quoted(name))));
        }
    };
    let path = match member_of(operation, "path") {
        None | Some(Value::Null) => None,
        Some(Value::String(path)) => Some(path.clone()),
        Some(_) => return Err(syntax("path takes a string")),
    };
    Ok(Step { op, path, value: member_of(operation, "value").cloned() })
}

/// Nothing in a message but what it is known to hold, where that is wanted.
fn check_members(object: &Map<String, Value>, known: &[&str], unknown: UnknownMembers) -> Result<(), ScimError> {
    let is_known = |name: &&String| known.iter().any(|known| known.eq_ignore_ascii_case(name));
    match object.keys().find(|name| !is_known(name)) {
        Some(name) if unknown == UnknownMembers::Refused => {
            Err(syntax(&format!("{} is no part of a PatchOp message", quoted(name))))
        }
        _ => Ok(()),
    }
}

fn syntax(detail: &str) -> ScimError {
    ScimError::bad(ScimType::InvalidSyntax, detail)
}
