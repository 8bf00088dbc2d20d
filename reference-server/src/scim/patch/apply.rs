//! What the operations do.

use super::elements::{listed, prune};
use super::leniency::{BareUrns, ListedValues, LoneValues, PatchLeniency, UnknownPaths};
use super::path::{self, Place};
use super::read_only::repeats;
use super::{MemberEdit, Op, Patched, Step};
use crate::scim::error::{ScimError, ScimType};
use crate::scim::filter::{Filter, FilterLimits, compile_for_element};
use crate::scim::immutable::{self, Gone};
use crate::scim::resource::{self, Attributes};
use crate::scim::schema::{Attribute, Located, Mutability, ResourceKind, ResourceType, Schema, Target};
use crate::scim::value::fold_duplicates;
use serde_json::{Map, Value};

/// Applies all operations, in order, to the attributes of a resource. `shown` gives the resource as clients see it: what
/// they cannot change they may still repeat.
///
/// # Errors
/// The first refusal; the attributes are then to be thrown away.
pub fn apply(
    definition: &'static ResourceType,
    shown: &dyn Fn() -> Attributes,
    attributes: &mut Attributes,
    steps: &[Step],
    leniency: &PatchLeniency,
    limits: FilterLimits,
) -> Result<Patched, ScimError> {
    let mut patch = Patch { definition, shown, attributes, leniency, limits, members: Vec::new() };
    let sets_once = immutable::occur_in(definition);
    for step in steps {
        let before = sets_once.then(|| patch.attributes.clone());
        patch.step(step)?;
        if let Some(before) = before {
            immutable::hold(definition, &before, patch.attributes, Gone::Refused)?;
        }
    }
    patch.finish()
}

pub(super) struct Patch<'a> {
    pub(super) definition: &'static ResourceType,
    pub(super) shown: &'a dyn Fn() -> Attributes,
    pub(super) attributes: &'a mut Attributes,
    pub(super) leniency: &'a PatchLeniency,
    pub(super) limits: FilterLimits,
    pub(super) members: Vec<MemberEdit>,
}

impl Patch<'_> {
    fn step(&mut self, step: &Step) -> Result<(), ScimError> {
        let value = step.value.as_ref();
        if step.op != Op::Remove && value.is_none() {
            return Err(ScimError::bad(ScimType::InvalidSyntax, "add and replace need a value"));
        }
        if let Some(path) = &step.path {
            let Some(place) = path::find(path, self.definition, self.leniency, self.limits)? else {
                return Ok(());
            };
            if matches!(place.located, Located::Extension(_)) && self.leniency.bare_urns == BareUrns::Refused {
                return path::unknown(path, UnknownPaths::InvalidPath);
            }
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
        if let Some(attribute) = self.definition.attribute(key) {
            let located = Located::Attribute(Target { extension: None, attribute, sub: None });
            return self.at(op, &Place { located, filter: None }, Some(value));
        }
        if !self.leniency.path_like_keys {
            return path::unknown(key, self.leniency.unknown_keys);
        }
        let leniency = PatchLeniency { unknown_paths: self.leniency.unknown_keys, ..*self.leniency };
        match path::find(key, self.definition, &leniency, self.limits)? {
            Some(place) => self.at(op, &place, Some(value)),
            None => Ok(()),
        }
    }

    fn at(&mut self, op: Op, place: &Place, value: Option<&Value>) -> Result<(), ScimError> {
        let target = match place.located {
            Located::Attribute(target) => target,
            Located::Extension(extension) => return self.extension(op, extension, value),
        };
        let filter = place.filter.as_ref();
        let named = target.sub.unwrap_or(target.attribute);
        if target.attribute.mutability == Mutability::ReadOnly || named.mutability == Mutability::ReadOnly {
            return self.read_only(op, target, filter, value);
        }
        match target.attribute.name {
            "schemas" => self.schemas(op, value),
            "members" if self.definition.kind == ResourceKind::Group => self.members(op, target, filter, value),
            _ => self.value(op, target, filter, value),
        }
    }

    fn extension(&mut self, op: Op, extension: &'static Schema, value: Option<&Value>) -> Result<(), ScimError> {
        match (op, value) {
            (Op::Remove, _) if self.definition.demands(extension) => {
                Err(ScimError::bad(ScimType::Mutability, format!("{} is required", extension.id)))
            }
            (Op::Remove, _) => {
                self.attributes.shift_remove(extension.id);
                Ok(())
            }
            (op, Some(Value::Object(values))) => {
                values.iter().try_for_each(|(name, value)| match extension.attribute(name) {
                    Some(attribute) => {
                        let target = Target { extension: Some(extension), attribute, sub: None };
                        self.at(op, &Place { located: Located::Attribute(target), filter: None }, Some(value))
                    }
                    None => path::unknown(&format!("{}:{name}", extension.id), self.leniency.unknown_keys),
                })
            }
            _ => Err(invalid(&format!("{} takes a JSON object", extension.id))),
        }
    }

    /// Who repeats what is so anyway, as Okta does with the id of a group that it renames, changes nothing.
    fn read_only(
        &self,
        op: Op,
        target: Target,
        filter: Option<&Filter>,
        value: Option<&Value>,
    ) -> Result<(), ScimError> {
        let reading = self.leniency.filter_reading();
        let predicate = filter.map(|filter| compile_for_element(filter, target.attribute, reading)).transpose()?;
        if op != Op::Remove && repeats(op, target, predicate.as_ref(), value, &(self.shown)()) {
            return Ok(());
        }
        Err(immutable(target.sub.unwrap_or(target.attribute), "is read-only"))
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

    /// The values that a `remove` lists, if it lists any and that means something here.
    pub(super) fn listed_values(&self, value: Option<&Value>) -> Result<Option<Vec<Value>>, ScimError> {
        let Some(value) = value.filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        match (self.leniency.listed_values, listed(value)) {
            (ListedValues::Removed, Value::Array(values)) => Ok(Some(values)),
            (ListedValues::Removed | ListedValues::Ignored, _) => Ok(None),
            (ListedValues::Refused, _) => {
                Err(ScimError::bad(ScimType::InvalidSyntax, "remove takes no value; use a filter in the path"))
            }
        }
    }

    /// The value of an attribute that takes several.
    pub(super) fn in_list(&self, value: &Value) -> Value {
        match self.leniency.lone_values {
            LoneValues::Taken => listed(value),
            LoneValues::Refused => value.clone(),
        }
    }

    /// The object an attribute stands in: the resource, or an extension of it.
    pub(super) fn holder(&mut self, target: Target) -> &mut Map<String, Value> {
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
        fold_all(self.definition.schema, self.attributes);
        for extension in self.definition.extensions {
            if let Some(Value::Object(attributes)) = self.attributes.get_mut(extension.id) {
                fold_all(extension, attributes);
            }
        }
        resource::check_required(self.definition, self.attributes, ScimType::InvalidValue)?;
        resource::set_schemas(self.definition, self.attributes);
        Ok(Patched { members: self.members, password })
    }
}

fn fold_all(schema: &Schema, attributes: &mut Attributes) {
    for (name, value) in attributes {
        if let Value::Array(elements) = value
            && let Some(attribute) = schema.attribute(name)
        {
            fold_duplicates(attribute, elements);
        }
    }
}

pub(super) fn no_target(attribute: &Attribute) -> ScimError {
    ScimError::bad(ScimType::NoTarget, format!("no value of {} is meant by the path", attribute.name))
}

pub(super) fn immutable(attribute: &Attribute, why: &str) -> ScimError {
    ScimError::bad(ScimType::Mutability, format!("{} {why}", attribute.name))
}

pub(super) fn invalid(detail: &str) -> ScimError {
    ScimError::bad(ScimType::InvalidValue, detail)
}
