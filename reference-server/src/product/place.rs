//! Where in a user an attribute of a profile is.

use crate::scim::resource::Attributes;
use crate::scim::schema::{ENTERPRISE_USER, ResourceType};
use scim_profile::Profile;
use serde_json::{Map, Value};

/// An attribute in its place, by the spelling in which it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// URN of the extension that holds it.
    pub(crate) extension: Option<String>,
    pub(crate) name: String,
    /// The part of it that is meant.
    pub(crate) part: Option<String>,
}

impl Place {
    /// What a name means: one of the RFC, of the extension at hand, or of another one.
    pub(super) fn of(name: &str, at_hand: Option<&str>, profile: &Profile, definition: &ResourceType) -> Self {
        let within =
            |urn: &str, name: &str| Self { extension: Some(urn.to_owned()), name: name.to_owned(), part: None };
        if let Some(rest) = name.strip_prefix(ENTERPRISE_USER.id).and_then(|rest| rest.strip_prefix(':')) {
            return within(ENTERPRISE_USER.id, rest);
        }
        let has = |urn: &str, name: &str| {
            let mut extensions = profile.extensions.iter().filter(|extension| extension.urn.get_ref() == urn);
            extensions.any(|extension| extension.attributes.iter().any(|attribute| attribute.name.get_ref() == name))
        };
        if let Some(urn) = at_hand.filter(|urn| has(urn, name)) {
            return within(urn, name);
        }
        let (first, part) = name.split_once('.').map_or((name, None), |(name, part)| (name, Some(part)));
        if definition.attribute(first).is_some() {
            return Self { extension: None, name: first.to_owned(), part: part.map(str::to_owned) };
        }
        for extension in &profile.extensions {
            let urn = extension.urn.get_ref();
            let short = name.strip_prefix(urn.as_str()).and_then(|rest| rest.strip_prefix(':')).unwrap_or(name);
            if has(urn, short) {
                return within(urn, short);
            }
        }
        Self { extension: None, name: first.to_owned(), part: part.map(str::to_owned) }
    }

    /// Its values: several where the attribute, or what it is a part of, has several.
    pub(crate) fn values<'a>(&self, user: &'a Attributes) -> Vec<&'a Value> {
        let whole = self.holder(user).and_then(|holder| holder.get(&self.name));
        let elements: Vec<&Value> = match whole {
            None => Vec::new(),
            Some(Value::Array(elements)) => elements.iter().collect(),
            Some(value) => vec![value],
        };
        match &self.part {
            None => elements,
            Some(part) => elements.into_iter().filter_map(|element| element.get(part)).collect(),
        }
    }

    /// Puts a value where there is none. A part is put into the elements that are there.
    pub(super) fn put_missing(&self, user: &mut Attributes, value: &Value) {
        let Some(part) = &self.part else {
            self.holder_made(user).entry(self.name.clone()).or_insert_with(|| value.clone());
            return;
        };
        for element in self.elements(user) {
            element.entry(part.clone()).or_insert_with(|| value.clone());
        }
    }

    /// Changes each value that is there.
    pub(super) fn change(&self, user: &mut Attributes, change: impl Fn(&mut Value)) {
        if let Some(part) = &self.part {
            self.elements(user).filter_map(|element| element.get_mut(part)).for_each(change);
            return;
        }
        let holder = match &self.extension {
            None => Some(user),
            Some(urn) => user.get_mut(urn).and_then(Value::as_object_mut),
        };
        match holder.and_then(|holder| holder.get_mut(&self.name)) {
            None => {}
            Some(Value::Array(values)) => values.iter_mut().for_each(change),
            Some(value) => change(value),
        }
    }

    /// Takes it away, and the extension with its last attribute.
    pub(super) fn remove(&self, user: &mut Attributes) {
        match &self.extension {
            None => drop(user.shift_remove(&self.name)),
            Some(urn) => {
                let Some(Value::Object(holder)) = user.get_mut(urn) else { return };
                holder.shift_remove(&self.name);
                if holder.is_empty() {
                    user.shift_remove(urn);
                }
            }
        }
    }

    fn holder<'a>(&self, user: &'a Attributes) -> Option<&'a Map<String, Value>> {
        match &self.extension {
            None => Some(user),
            Some(urn) => user.get(urn).and_then(Value::as_object),
        }
    }

    fn holder_made<'a>(&self, user: &'a mut Attributes) -> &'a mut Map<String, Value> {
        let Some(urn) = &self.extension else { return user };
        let holder = user.entry(urn.clone()).or_insert_with(|| Value::Object(Map::new()));
        if !holder.is_object() {
            *holder = Value::Object(Map::new());
        }
        holder.as_object_mut().expect("it was made one")
    }

    fn elements<'a>(&self, user: &'a mut Attributes) -> impl Iterator<Item = &'a mut Map<String, Value>> {
        let whole = user.get_mut(&self.name);
        let elements = match whole {
            Some(Value::Array(elements)) => elements.as_mut_slice(),
            Some(value) => std::slice::from_mut(value),
            None => &mut [],
        };
        elements.iter_mut().filter_map(Value::as_object_mut)
    }
}
