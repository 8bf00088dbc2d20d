//! Operations on the members of a group. They join and leave as a whole: what is said of one does not change.

use super::apply::{Patch, immutable, invalid, no_target};
use super::elements::{element_value, listed};
use super::read_only::repeats;
use super::{MemberEdit, Op};
use crate::scim::error::ScimError;
use crate::scim::filter::{Filter, Predicate, compile_for_element};
use crate::scim::resource::{MemberRef, member_refs};
use crate::scim::schema::Target;
use crate::scim::value::normalize;
use serde_json::Value;

impl Patch<'_> {
    pub(super) fn members(
        &mut self,
        op: Op,
        target: Target,
        filter: Option<&Filter>,
        value: Option<&Value>,
    ) -> Result<(), ScimError> {
        let reading = self.leniency.filter_reading();
        let predicate = filter.map(|filter| compile_for_element(filter, target.attribute, reading)).transpose()?;
        let edit = match (op, predicate, target.sub) {
            (Op::Remove, Some(predicate), None) => MemberEdit::RemoveWhere(predicate),
            (Op::Remove, None, None) => match self.listed_values(value)? {
                Some(values) => MemberEdit::Remove(
                    values.iter().filter_map(|value| element_value(value).map(str::to_owned)).collect(),
                ),
                None => MemberEdit::Replace(Vec::new()),
            },
            (Op::Add | Op::Replace, None, None) => {
                let members = self.named_members(op, target, value.unwrap_or(&Value::Null))?;
                if op == Op::Add { MemberEdit::Add(members) } else { MemberEdit::Replace(members) }
            }
            (_, predicate, _) => match self.changed_members(op, target, predicate, value)? {
                Some(edit) => edit,
                None => return Ok(()),
            },
        };
        self.members.push(edit);
        Ok(())
    }

    fn named_members(&self, op: Op, target: Target, value: &Value) -> Result<Vec<MemberRef>, ScimError> {
        if op == Op::Add && value.is_null() {
            return Err(invalid("members takes an array"));
        }
        let members = normalize(target.attribute, &self.in_list(value), &"members", self.leniency.values)?;
        Ok(members.as_ref().map(member_refs).transpose()?.unwrap_or_default())
    }

    /// An operation that asks members to be others than they are.
    fn changed_members(
        &self,
        op: Op,
        target: Target,
        predicate: Option<Predicate>,
        value: Option<&Value>,
    ) -> Result<Option<MemberEdit>, ScimError> {
        if repeats(op, target, predicate.as_ref(), value, &(self.shown)()) {
            return Ok(None);
        }
        let named = target.sub.unwrap_or(target.attribute);
        if !self.leniency.exchanges_members || op == Op::Remove {
            return Err(immutable(named, "of a member cannot be changed; members join and leave"));
        }
        let said = match (target.sub, value) {
            (None, Some(value)) => listed(value).get(0).and_then(element_value).map(str::to_owned),
            (Some(sub), Some(value)) if sub.name == "value" => element_value(value).map(str::to_owned),
            // What is said of a member follows from who it is.
            _ => None,
        };
        match (predicate, said) {
            (None, _) => Err(no_target(target.attribute)),
            (Some(_), None) => Ok(None),
            (Some(predicate), Some(value)) => {
                Ok(Some(MemberEdit::Exchange(predicate, MemberRef { value, kind: None })))
            }
        }
    }
}
