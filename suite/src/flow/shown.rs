//! What a product shows of a user who was written: our own reading of what it says of itself.

use scim_profile::{Attribute, Condition, Invalid, Mutability, Profile, Rule, Scalar};
use serde_json::{Map, Value};

use super::place::Place;
use crate::scim::sample;

/// What is no attribute of the client's to write, or is never read.
const APART: [&str; 5] = ["schemas", "id", "meta", "groups", "password"];

/// An attribute with rules, and the extension that it is in.
fn attributes(profile: &Profile) -> impl Iterator<Item = (&Attribute, Option<&str>)> {
    let own = profile.extensions.iter().flat_map(|extension| {
        extension.attributes.iter().map(|attribute| (attribute, Some(extension.urn.get_ref().as_str())))
    });
    profile.attributes.iter().map(|attribute| (attribute, None)).chain(own)
}

/// What is read once this was written, without `schemas`, `id`, `meta` and `groups`.
pub(super) fn shown(profile: &Profile, written: &Value) -> Value {
    let mut user = written.clone();
    if let Value::Object(map) = &mut user {
        map.retain(|name, value| !APART.contains(&name.as_str()) && !is_nothing(value));
    }
    if let Some(accepts) = &profile.accounts.accepts {
        user = taken(profile, &user, accepts.attributes.get());
    }
    let place = |attribute: &Attribute, urn| Place::of(profile, attribute.name.get_ref(), urn);
    for (attribute, urn) in attributes(profile) {
        if attribute
            .mutability
            .as_ref()
            .is_some_and(|it| matches!(it.get(), Mutability::ReadOnly | Mutability::WriteOnly))
        {
            place(attribute, urn).remove(&mut user);
        }
        if let Some(default) = &attribute.default {
            let default = json(default.get());
            place(attribute, urn).holders(&mut user, &mut |map, name| {
                map.entry(name).or_insert_with(|| default.clone());
            });
        }
    }
    for (attribute, urn) in attributes(profile) {
        if attribute.applies_when.as_ref().is_some_and(|when| !holds(profile, when.get(), urn, &user)) {
            place(attribute, urn).remove(&mut user);
        }
    }
    for (attribute, urn) in attributes(profile) {
        let kept = |value: &Value| kept(attribute, value);
        place(attribute, urn).holders(&mut user, &mut |map, name| {
            if let Some(value) = map.get_mut(name) {
                *value = kept(value);
            }
        });
    }
    if let Value::Object(map) = &mut user {
        map.retain(|name, value| !(name.starts_with("urn:") && value.as_object().is_some_and(Map::is_empty)));
    }
    user
}

/// The name of an attribute that a change would change, and that cannot be changed.
pub(super) fn fixed<'a>(profile: &'a Profile, before: &Value, written: &Value) -> Option<&'a str> {
    let is_fixed = |(attribute, urn): &(&Attribute, Option<&str>)| {
        let place = Place::of(profile, attribute.name.get_ref(), *urn);
        let (old, new) = (place.values(before), place.values(written));
        let is_immutable = attribute.mutability.as_ref().is_some_and(|it| *it.get() == Mutability::Immutable);
        is_immutable && !old.is_empty() && !new.is_empty() && old != new
    };
    attributes(profile).find(is_fixed).map(|(attribute, _)| attribute.name.get_ref().as_str())
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

/// Of a user what a closed set names: whole attributes, parts of one, or a part of those values that have a type. What the
/// product has schemas of its own for is in the set anyway.
fn taken(profile: &Profile, user: &Value, paths: &[String]) -> Value {
    let own = profile.extensions.iter().filter_map(|extension| {
        let urn = extension.urn.get_ref();
        Some((urn.clone(), user.get(urn)?.clone()))
    });
    let mut kept = Value::Object(own.collect());
    for path in paths {
        // A URN has dots in it; behind its last colon stands the name.
        let (name, rest, part) = match path.rsplit_once(':') {
            Some((urn, part)) => (urn, "", Some(part)),
            None => {
                let (name, rest) = path.split_at(path.find(['.', '[']).unwrap_or(path.len()));
                (name, rest, rest.rsplit_once('.').map(|(_, part)| part))
            }
        };
        let Some(value) = user.get(name) else { continue };
        let mut piece = Map::new();
        match (rest.strip_prefix("[type eq \"").and_then(|rest| rest.split_once("\"]")), part, value) {
            (Some((kind, _)), Some(part), Value::Array(items)) => {
                let is_it = |item: &&Value| item.get("type").and_then(Value::as_str) == Some(kind);
                let only = |item: &Value| -> Value {
                    let named = |name: &str| Some((name.to_string(), item.get(name)?.clone()));
                    Value::Object([named("type"), named(part)].into_iter().flatten().collect())
                };
                let items: Vec<Value> = items.iter().filter(is_it).map(only).collect();
                if !items.is_empty() {
                    piece.insert(name.into(), items.into());
                }
            }
            (None, Some(part), Value::Object(whole)) => {
                let inner = whole.get(part).map(|value| (part.to_string(), value.clone()));
                piece.insert(name.into(), Value::Object(inner.into_iter().collect()));
            }
            (None, None, value) => _ = piece.insert(name.into(), value.clone()),
            _ => {}
        }
        sample::overlay(&mut kept, &Value::Object(piece));
    }
    kept
}

/// What has no value is false.
fn holds(profile: &Profile, condition: &Condition, urn: Option<&str>, user: &Value) -> bool {
    let values = Place::of(profile, &condition.attribute, urn);
    let (values, wanted) = (values.values(user), json(&condition.is));
    if values.is_empty() { wanted == Value::Bool(false) } else { values.contains(&&wanted) }
}

/// A value as it is kept: blanks around the parts of a list mean nothing, and what is unknown may become the default.
fn kept(attribute: &Attribute, value: &Value) -> Value {
    let Value::String(text) = value else { return value.clone() };
    if attribute.rule.as_ref().is_some_and(|rule| *rule.get() == Rule::KnownList) {
        return text.split(',').map(str::trim).collect::<Vec<_>>().join(",").into();
    }
    let is_exact = attribute.case_exact.as_ref().is_some_and(|exact| *exact.get());
    let is = |known: &String| if is_exact { known == text } else { known.eq_ignore_ascii_case(text) };
    let is_unknown = attribute.values.as_ref().is_some_and(|values| !values.get().iter().any(is));
    match (&attribute.invalid, &attribute.default) {
        (Some(invalid), Some(default)) if is_unknown && *invalid.get() == Invalid::Default => json(default.get()),
        _ => value.clone(),
    }
}

pub(super) fn json(scalar: &Scalar) -> Value {
    match scalar {
        Scalar::Boolean(value) => (*value).into(),
        Scalar::Integer(value) => (*value).into(),
        Scalar::Decimal(value) => (*value).into(),
        Scalar::Text(value) => value.as_str().into(),
    }
}
