//! Operations on the value of an attribute, or on all of its values.

use super::Op;
use super::apply::{Patch, immutable, invalid, no_target};
use super::elements::{add_element, is_listed};
use super::leniency::{Nulls, Parts};
use super::read_only::repeats_parts;
use crate::scim::error::ScimError;
use crate::scim::filter::{Filter, compile_for_element};
use crate::scim::schema::{Mutability, Target};
use crate::scim::value::{check_primary, normalize};
use serde_json::{Map, Value};

impl Patch<'_> {
    pub(super) fn value(
        &mut self,
        op: Op,
        target: Target,
        filter: Option<&Filter>,
        value: Option<&Value>,
    ) -> Result<(), ScimError> {
        if target.sub.is_none() {
            self.check_read_only_parts(op, target, value)?;
        }
        if target.attribute.multi_valued && (filter.is_some() || target.sub.is_some()) {
            return self.elements(op, target, filter, value);
        }
        if let Some(filter) = filter
            && !self.is_selected(target, filter)?
        {
            let has_nothing_to_do = op == Op::Remove && !self.leniency.remove_needs_a_target;
            return if has_nothing_to_do { Ok(()) } else { Err(no_target(target.attribute)) };
        }
        if op == Op::Remove {
            return self.remove(target, value);
        }
        let value = value.unwrap_or(&Value::Null);
        let attribute = target.sub.unwrap_or(target.attribute);
        if value.is_null() && (op == Op::Add || self.leniency.nulls == Nulls::Refused) {
            return Err(invalid(&format!("{} cannot be set to null", attribute.name)));
        }
        let wrapped = if attribute.multi_valued { self.in_list(value) } else { value.clone() };
        let Some(new) = normalize(attribute, &wrapped, &attribute.name, self.leniency.values)? else {
            return match op {
                Op::Add if attribute.multi_valued => Ok(()),
                _ if attribute.required => {
                    Err(invalid(&format!("{} is required and must not be empty", attribute.name)))
                }
                _ => self.remove(target, None),
            };
        };
        let merges = op == Op::Replace || self.leniency.added_parts == Parts::Merged;
        let holder = self.holder(target);
        if let Some(sub) = target.sub {
            let whole = holder.entry(target.attribute.name).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(parts) = whole {
                parts.insert(sub.name.to_owned(), new);
            }
            return Ok(());
        }
        match (holder.get_mut(attribute.name), new) {
            (Some(Value::Object(parts)), Value::Object(new)) if merges => parts.extend(new),
            (Some(Value::Array(elements)), Value::Array(new)) if op == Op::Add => {
                new.into_iter().for_each(|element| add_element(attribute, elements, element));
                check_primary(elements, &attribute.name)?;
            }
            (_, new) => {
                holder.insert(attribute.name.to_owned(), new);
            }
        }
        Ok(())
    }

    /// What a client says of read-only parts has to be so already.
    fn check_read_only_parts(&self, op: Op, target: Target, value: Option<&Value>) -> Result<(), ScimError> {
        let read_only = target.attribute.sub_attributes.iter().find(|part| part.mutability == Mutability::ReadOnly);
        match (read_only, value) {
            (Some(part), Some(value)) if op != Op::Remove && !repeats_parts(target, value, &(self.shown)()) => {
                Err(immutable(part, "is read-only"))
            }
            _ => Ok(()),
        }
    }

    /// Whether a filter is true of the one value of an attribute.
    fn is_selected(&mut self, target: Target, filter: &Filter) -> Result<bool, ScimError> {
        let predicate = compile_for_element(filter, target.attribute, self.leniency.filter_reading())?;
        let value = self.holder(target).get(target.attribute.name);
        Ok(value.is_some_and(|value| predicate.is_true_of(target.attribute, value)))
    }

    /// Takes away an attribute, a part of it, or the values listed.
    fn remove(&mut self, target: Target, value: Option<&Value>) -> Result<(), ScimError> {
        let attribute = target.attribute;
        if let Some(sub) = target.sub {
            if let Some(Value::Object(parts)) = self.holder(target).get_mut(attribute.name)
                && parts.shift_remove(sub.name).is_some()
                && sub.required
            {
                return Err(immutable(sub, "is required"));
            }
            return Ok(());
        }
        if attribute.required {
            return Err(immutable(attribute, "is required"));
        }
        if attribute.multi_valued
            && let Some(values) = self.listed_values(value)?
        {
            if let Some(Value::Array(elements)) = self.holder(target).get_mut(attribute.name) {
                elements.retain(|element| !values.iter().any(|value| is_listed(attribute, element, value)));
            }
            return Ok(());
        }
        match attribute.name {
            // Passwords are not kept with the attributes; null tells that it goes.
            "password" => drop(self.attributes.insert("password".to_owned(), Value::Null)),
            name => drop(self.holder(target).shift_remove(name)),
        }
        Ok(())
    }
}
