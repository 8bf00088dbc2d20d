//! Where in a user an attribute of a profile is.

use scim_profile::Profile;
use serde_json::Value;

use crate::scim::urn;

/// The way to an attribute: a URN or not, a name, and the part of it that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place(pub(super) Vec<String>);

impl Place {
    /// What a name means; a short one is looked for in the extension at hand first.
    pub(super) fn of(profile: &Profile, name: &str, at_hand: Option<&str>) -> Place {
        let has = |urn: &str, short: &str| {
            let mut known = profile.extensions.iter().filter(|extension| extension.urn.get_ref() == urn);
            known.any(|extension| extension.attributes.iter().any(|attribute| attribute.name.get_ref() == short))
        };
        if let Some(urn) = at_hand.filter(|urn| has(urn, name)) {
            return Place(vec![urn.into(), name.into()]);
        }
        let urns = profile.extensions.iter().map(|extension| extension.urn.get_ref().as_str());
        for urn in urns.clone().chain([urn::ENTERPRISE]) {
            if let Some(short) = name.strip_prefix(urn).and_then(|rest| rest.strip_prefix(':')) {
                return Place(vec![urn.into(), short.into()]);
            }
        }
        if let Some(urn) = urns.into_iter().find(|urn| has(urn, name)) {
            return Place(vec![urn.into(), name.into()]);
        }
        let name = name.strip_prefix(urn::USER).and_then(|rest| rest.strip_prefix(':')).unwrap_or(name);
        Place(name.split('.').map(String::from).collect())
    }

    /// Its values; where what it is a part of has several, those of all.
    pub(super) fn values<'a>(&self, user: &'a Value) -> Vec<&'a Value> {
        let entered = |value: &'a Value| match value {
            Value::Array(items) => items.iter().collect(),
            other => vec![other],
        };
        let step = |found: Vec<&'a Value>, name: &String| -> Vec<&'a Value> {
            found.into_iter().filter_map(|value| value.get(name)).flat_map(entered).collect()
        };
        self.0.iter().fold(vec![user], step)
    }

    /// Calls `change` with each object that holds the last part, or could: those on the way are made where there are none,
    /// values of lists are not.
    pub(super) fn holders(&self, user: &mut Value, change: &mut dyn FnMut(&mut serde_json::Map<String, Value>, &str)) {
        fn walk(value: &mut Value, way: &[String], change: &mut dyn FnMut(&mut serde_json::Map<String, Value>, &str)) {
            match (value, way) {
                (Value::Array(items), way) => items.iter_mut().for_each(|item| walk(item, way, change)),
                (Value::Object(map), [last]) => change(map, last),
                (Value::Object(map), [first, rest @ ..]) => {
                    if rest.len() == 1 && !first.starts_with("urn:") && !map.contains_key(first) {
                        return;
                    }
                    let inner = map.entry(first.clone()).or_insert_with(|| Value::Object(serde_json::Map::new()));
                    walk(inner, rest, change);
                }
                _ => {}
            }
        }
        walk(user, &self.0, change);
    }

    /// Takes it away.
    pub(super) fn remove(&self, user: &mut Value) {
        self.holders(user, &mut |map, name| _ = map.shift_remove(name));
    }
}
