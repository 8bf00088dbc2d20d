//! PATCH: the PatchOp message, and what it makes of a resource.
//!
//! Operations work on a copy of the attributes, so the first one that fails leaves nothing behind. Members are kept
//! outside the attributes and may be many, so operations on them come out as a list of edits for whoever keeps them.

mod apply;
mod elements;
mod path;
#[cfg(test)]
mod tests;

pub use apply::apply;

use super::error::{ScimError, ScimType, quoted};
use super::filter::Predicate;
use super::resource::{MemberRef, member_of};
use super::value::ValueLeniency;
use serde_json::{Map, Value};

/// URN of the PatchOp message.
pub const PATCH_URN: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// Writings of PATCH that RFC 7644 does not have, or leaves open, and that clients send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PatchLeniency {
    /// `Add`, `REPLACE`.
    pub op_in_any_case: bool,
    /// `"True"` for `true`; a bare string for the `value` of a single complex attribute.
    pub values: ValueLeniency,
    /// Keys of a value without path may be paths: `name.givenName`, `urn:…:User:department`.
    pub path_like_keys: bool,
    /// `remove` with a list of values takes out those and no others.
    pub remove_by_value: bool,
    /// `add` at `emails[type eq "work"].value` makes the element that is not there.
    pub add_creates_element: bool,
    /// The same for `replace`, for which RFC 7644 wants `noTarget`.
    pub replace_creates_element: bool,
    /// A message without operations does nothing, successfully.
    pub empty_operations: bool,
    /// `remove` of values that are not there is refused with `noTarget`, instead of having nothing to do.
    pub remove_needs_a_target: bool,
}

impl PatchLeniency {
    /// What Entra needs.
    #[must_use]
    pub fn entra() -> Self {
        Self {
            op_in_any_case: true,
            values: ValueLeniency { string_booleans: true, bare_complex: true, ..ValueLeniency::default() },
            path_like_keys: true,
            remove_by_value: true,
            add_creates_element: true,
            replace_creates_element: false,
            empty_operations: false,
            remove_needs_a_target: false,
        }
    }
}

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
    operations.iter().map(|operation| step(operation, leniency)).collect()
}

fn step(operation: &Value, leniency: &PatchLeniency) -> Result<Step, ScimError> {
    let operation: &Map<String, Value> =
        operation.as_object().ok_or_else(|| syntax("an operation must be a JSON object"))?;
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

fn syntax(detail: &str) -> ScimError {
    ScimError::bad(ScimType::InvalidSyntax, detail)
}
