//! What the operations do.

use super::elements::{
    add_element, demanded_parts, demote, element_value, is_listed, is_primary, listed, parts_to_set, prune,
};
use super::path::{self, Place};
use super::{MemberEdit, Op, PatchLeniency, Patched, Step};
use crate::scim::error::{ScimError, ScimType, quoted};
use crate::scim::filter::{Filter, FilterLimits, Predicate, compile_for_element};
use crate::scim::resource::{self, Attributes};
use crate::scim::schema::{Attribute, Located, Mutability, ResourceKind, ResourceType, Target};
use crate::scim::value::{check_primary, fold_duplicates, normalize, single};
use serde_json::{Map, Value};

/// Applies all operations, in order, to the attributes of the resource with that id.
///
/// # Errors
/// The first refusal; the attributes are then to be thrown away.
pub fn apply(
    definition: &'static ResourceType,
    id: &str,
    attributes: &mut Attributes,
    steps: &[Step],
    leniency: &PatchLeniency,
    limits: FilterLimits,
) -> Result<Patched, ScimError> {
    let mut patch = Patch { definition, id, attributes, leniency, limits, members: Vec::new() };
    for step in steps {
        patch.step(step)?;
    }
    patch.finish()
}

struct Patch<'a> {
    definition: &'static ResourceType,
    id: &'a str,
    attributes: &'a mut Attributes,
    leniency: &'a PatchLeniency,
    limits: FilterLimits,
    members: Vec<MemberEdit>,
}

impl Patch<'_> {
    fn step(&mut self, step: &Step) -> Result<(), ScimError> {
        let value = step.value.as_ref();
        if step.op != Op::Remove && value.is_none() {
            return Err(ScimError::bad(ScimType::InvalidSyntax, "add and replace need a value"));
        }
        if let Some(path) = &step.path {
            let place = path::find(path, self.definition, self.limits)?;
            return self.at(step.op, &place, value);
        }
        match (step.op, value) {
            (Op::Remove, _) => Err(ScimError::bad(ScimType::NoTarget, "remove needs a path")),
            (op, Some(Value::Object(values))) => values.iter().try_for_each(|(key, value)| self.at_key(op, key, value)),
            _ => Err(invalid("without a path the value must be a JSON object")),
        }
    }

    /// One member of a value without path.
    fn at_key(&mut self, op: Op, key: &str, value: &Value) -> Result<(), ScimError> {
        if let Some(extension) = self.definition.extension(key) {
            return self.at(op, &Place { located: Located::Extension(extension), filter: None }, Some(value));
        }
        // Okta's rename of a group repeats the group's id.
        if key.eq_ignore_ascii_case("id") && value.as_str() == Some(self.id) {
            return Ok(());
        }
        if let Some(attribute) = self.definition.attribute(key) {
            let located = Located::Attribute(Target { extension: None, attribute, sub: None });
            return self.at(op, &Place { located, filter: None }, Some(value));
        }
        if !self.leniency.path_like_keys {
            let detail = format!("there is no attribute {}", quoted(key));
            return Err(ScimError::bad(ScimType::InvalidPath, detail));
        }
        let place = path::find(key, self.definition, self.limits)?;
        self.at(op, &place, Some(value))
    }

    fn at(&mut self, op: Op, place: &Place, value: Option<&Value>) -> Result<(), ScimError> {
        let target = match place.located {
            Located::Attribute(target) => target,
            Located::Extension(extension) => {
                return match (op, value) {
                    (Op::Remove, _) => {
                        self.attributes.shift_remove(extension.id);
                        Ok(())
                    }
                    (op, Some(Value::Object(values))) => values.iter().try_for_each(|(name, value)| {
                        let attribute = extension.attribute(name).ok_or_else(|| {
                            let detail = format!("{} has no attribute {}", extension.id, quoted(name));
                            ScimError::bad(ScimType::InvalidPath, detail)
                        })?;
                        let target = Target { extension: Some(extension), attribute, sub: None };
                        self.at(op, &Place { located: Located::Attribute(target), filter: None }, Some(value))
                    }),
                    _ => Err(invalid(&format!("{} takes a JSON object", extension.id))),
                };
            }
        };
        let named = target.sub.unwrap_or(target.attribute);
        if target.attribute.mutability == Mutability::ReadOnly || named.mutability == Mutability::ReadOnly {
            return Err(immutable(named, "is read-only"));
        }
        match target.attribute.name {
            "schemas" => self.schemas(op, value),
            "members" if self.definition.kind == ResourceKind::Group => {
                self.members(op, target, place.filter.as_ref(), value)
            }
            _ => self.value(op, target, place.filter.as_ref(), value),
        }
    }

    /// `schemas` follows from the attributes; a client may say what is true anyway.
    fn schemas(&self, op: Op, value: Option<&Value>) -> Result<(), ScimError> {
        if op == Op::Remove {
            return Err(ScimError::bad(ScimType::Mutability, "schemas is required"));
        }
        let urns = match value {
            Some(Value::Array(urns)) => urns.as_slice(),
            Some(urn) => std::slice::from_ref(urn),
            None => &[],
        };
        let known = |urn: &Value| {
            urn.as_str().is_some_and(|urn| {
                urn.eq_ignore_ascii_case(self.definition.schema.id) || self.definition.extension(urn).is_some()
            })
        };
        if urns.iter().all(known) {
            Ok(())
        } else {
            Err(invalid("schemas takes URNs of schemas of this resource type"))
        }
    }

    fn members(
        &mut self,
        op: Op,
        target: Target,
        filter: Option<&Filter>,
        value: Option<&Value>,
    ) -> Result<(), ScimError> {
        if let Some(sub) = target.sub {
            return Err(immutable(sub, "of a member cannot be changed; members join and leave"));
        }
        let edit = match (op, filter) {
            (Op::Remove, Some(filter)) => MemberEdit::RemoveWhere(compile_for_element(
                filter,
                target.attribute,
                self.leniency.values.string_booleans,
            )?),
            (Op::Remove, None) => match self.values_to_remove(value)? {
                Some(values) => MemberEdit::Remove(
                    values.iter().filter_map(|value| element_value(value).map(str::to_owned)).collect(),
                ),
                None => MemberEdit::Replace(Vec::new()),
            },
            (_, Some(_)) => {
                return Err(immutable(target.attribute, "cannot be changed one by one; members join and leave"));
            }
            (op, None) => {
                let value = value.unwrap_or(&Value::Null);
                if op == Op::Add && value.is_null() {
                    return Err(invalid("members takes an array"));
                }
                let members = normalize(target.attribute, &listed(value), "members", self.leniency.values)?;
                let members = members.as_ref().map(resource::member_refs).transpose()?.unwrap_or_default();
                if op == Op::Add { MemberEdit::Add(members) } else { MemberEdit::Replace(members) }
            }
        };
        self.members.push(edit);
        Ok(())
    }

    /// The values that a `remove` lists, if it lists any and that means something here.
    fn values_to_remove(&self, value: Option<&Value>) -> Result<Option<Vec<Value>>, ScimError> {
        match value {
            None | Some(Value::Null) => Ok(None),
            Some(value) if self.leniency.remove_by_value => match listed(value) {
                Value::Array(values) => Ok(Some(values)),
                _ => Ok(None),
            },
            // Taking everything away from a client that listed a few would be the worst of all readings.
            Some(_) => Err(ScimError::bad(ScimType::InvalidSyntax, "remove takes no value; use a filter in the path")),
        }
    }

    fn value(
        &mut self,
        op: Op,
        target: Target,
        filter: Option<&Filter>,
        value: Option<&Value>,
    ) -> Result<(), ScimError> {
        if target.attribute.multi_valued && (filter.is_some() || target.sub.is_some()) {
            return self.elements(op, target, filter, value);
        }
        if op == Op::Remove {
            return self.remove(target, value);
        }
        let value = value.unwrap_or(&Value::Null);
        let attribute = target.sub.unwrap_or(target.attribute);
        if op == Op::Add && value.is_null() {
            return Err(invalid(&format!("{} cannot be added as null", attribute.name)));
        }
        let wrapped = if attribute.multi_valued { listed(value) } else { value.clone() };
        let Some(new) = normalize(attribute, &wrapped, attribute.name, self.leniency.values)? else {
            return match op {
                Op::Add if attribute.multi_valued => Ok(()),
                _ if attribute.required => {
                    Err(invalid(&format!("{} is required and must not be empty", attribute.name)))
                }
                _ => self.remove(target, None),
            };
        };
        let holder = self.holder(target);
        if let Some(sub) = target.sub {
            let whole = holder.entry(target.attribute.name).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(parts) = whole {
                parts.insert(sub.name.to_owned(), new);
            }
            return Ok(());
        }
        match (holder.get_mut(attribute.name), new) {
            (Some(Value::Object(parts)), Value::Object(new)) => parts.extend(new),
            (Some(Value::Array(elements)), Value::Array(new)) if op == Op::Add => {
                new.into_iter().for_each(|element| add_element(attribute, elements, element));
                check_primary(elements, attribute.name)?;
            }
            (_, new) => {
                holder.insert(attribute.name.to_owned(), new);
            }
        }
        Ok(())
    }

    /// Takes away an attribute, a part of it, or the values listed.
    fn remove(&mut self, target: Target, value: Option<&Value>) -> Result<(), ScimError> {
        let attribute = target.attribute;
        if let Some(sub) = target.sub {
            if let Some(Value::Object(parts)) = self.holder(target).get_mut(attribute.name) {
                parts.shift_remove(sub.name);
            }
            return Ok(());
        }
        if attribute.required {
            return Err(immutable(attribute, "is required"));
        }
        if attribute.multi_valued
            && let Some(values) = self.values_to_remove(value)?
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

    /// Operations on some or all elements of an attribute of several values.
    fn elements(
        &mut self,
        op: Op,
        target: Target,
        filter: Option<&Filter>,
        value: Option<&Value>,
    ) -> Result<(), ScimError> {
        let attribute = target.attribute;
        let values = self.leniency.values;
        let needs_target = self.leniency.remove_needs_a_target;
        let creates = match op {
            Op::Add => self.leniency.add_creates_element,
            Op::Replace => self.leniency.replace_creates_element,
            Op::Remove => false,
        };
        let predicate =
            filter.map(|filter| compile_for_element(filter, attribute, values.string_booleans)).transpose()?;
        let holder = self.holder(target);
        let elements = holder.entry(attribute.name).or_insert_with(|| Value::Array(Vec::new()));
        let Value::Array(elements) = elements else {
            return Ok(());
        };
        let is_meant = |element: &Value| {
            let parts = element.as_object();
            predicate.as_ref().is_none_or(|predicate: &Predicate| parts.is_some_and(|parts| predicate.matches(parts)))
        };
        if op == Op::Remove {
            if needs_target && !elements.iter().any(is_meant) {
                return Err(no_target(attribute));
            }
            match target.sub {
                None => elements.retain(|element| !is_meant(element)),
                Some(sub) => {
                    for element in elements.iter_mut().filter(|element| is_meant(element)) {
                        element.as_object_mut().and_then(|parts| parts.shift_remove(sub.name));
                    }
                }
            }
            return Ok(());
        }
        let new = parts_to_set(target, value.unwrap_or(&Value::Null), values)?;
        let mut meant: Vec<usize> = (0..elements.len()).filter(|index| is_meant(&elements[*index])).collect();
        if meant.is_empty() {
            let made = filter.filter(|_| creates).and_then(demanded_parts);
            let made =
                made.map(|parts| single(attribute, &Value::Object(parts), attribute.name, values)).transpose()?;
            let Some(made) = made.flatten() else {
                return Err(no_target(attribute));
            };
            meant.push(elements.len());
            elements.push(made);
        }
        for index in &meant {
            if let Value::Object(parts) = &mut elements[*index] {
                for (name, value) in &new {
                    match value {
                        Some(value) => drop(parts.insert((*name).to_owned(), value.clone())),
                        None => drop(parts.shift_remove(*name)),
                    }
                }
            }
        }
        if meant.iter().any(|index| is_primary(&elements[*index])) {
            let others = elements.iter_mut().enumerate().filter(|(index, _)| !meant.contains(index));
            others.for_each(|(_, element)| demote(element));
        }
        check_primary(elements, attribute.name)
    }

    /// The object an attribute stands in: the resource, or an extension of it.
    fn holder(&mut self, target: Target) -> &mut Map<String, Value> {
        let Some(extension) = target.extension else {
            return self.attributes;
        };
        let holder = self.attributes.entry(extension.id).or_insert_with(|| Value::Object(Map::new()));
        if !holder.is_object() {
            *holder = Value::Object(Map::new());
        }
        match holder {
            Value::Object(holder) => holder,
            _ => unreachable!("an object was just put there"),
        }
    }

    fn finish(self) -> Result<Patched, ScimError> {
        let password = match self.attributes.shift_remove("password") {
            Some(Value::String(password)) => Some(Some(password)),
            Some(_) => Some(None),
            None => None,
        };
        prune(self.attributes);
        for attribute in self.definition.schema.attributes {
            if let Some(Value::Array(elements)) = self.attributes.get_mut(attribute.name) {
                fold_duplicates(attribute, elements);
            }
        }
        resource::check_required(self.definition, self.attributes)?;
        resource::set_schemas(self.definition, self.attributes);
        Ok(Patched { members: self.members, password })
    }
}

fn no_target(attribute: &Attribute) -> ScimError {
    ScimError::bad(ScimType::NoTarget, format!("no value of {} is meant by the path", attribute.name))
}

fn immutable(attribute: &Attribute, why: &str) -> ScimError {
    ScimError::bad(ScimType::Mutability, format!("{} {why}", attribute.name))
}

pub(super) fn invalid(detail: &str) -> ScimError {
    ScimError::bad(ScimType::InvalidValue, detail)
}
