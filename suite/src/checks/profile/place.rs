//! Where in a user an attribute of a profile is, how it is written, and what a reading shows of it.

use scim_profile::Profile;
use serde_json::{Value, json};

use crate::check::Judgement;
use crate::expect::{Expectation, broken, got_status, is_unassigned, quoted, same};
use crate::scim::urn;
use crate::target::Exchange;

/// Attributes of RFC 7643 that a user has of itself.
const CORE: [&str; 22] = [
    "userName",
    "externalId",
    "displayName",
    "nickName",
    "profileUrl",
    "title",
    "userType",
    "preferredLanguage",
    "locale",
    "timezone",
    "active",
    "password",
    "name",
    "emails",
    "phoneNumbers",
    "ims",
    "photos",
    "addresses",
    "entitlements",
    "roles",
    "x509Certificates",
    "groups",
];
/// Those that are lists.
const LISTS: [&str; 8] =
    ["emails", "phoneNumbers", "ims", "photos", "addresses", "entitlements", "roles", "x509Certificates"];

/// An attribute in its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    urn: Option<String>,
    name: String,
    /// Of several values those of this type.
    kind: Option<String>,
    part: Option<String>,
    is_list: bool,
}

impl Place {
    /// What a name means: one of the RFC, of the extension at hand, or of another one.
    pub(super) fn of(name: &str, at_hand: Option<&str>, profile: &Profile) -> Place {
        let own = |urn: &str, name: &str| {
            let mut attributes = profile
                .extensions
                .iter()
                .filter(|extension| extension.urn.get_ref() == urn)
                .flat_map(|extension| &extension.attributes);
            attributes.find(|attribute| attribute.name.get_ref() == name).map(|attribute| Place {
                urn: Some(urn.into()),
                name: name.into(),
                kind: None,
                part: None,
                is_list: attribute.multi_valued,
            })
        };
        if let Some(place) = at_hand.and_then(|urn| own(urn, name)) {
            return place;
        }
        if let Some(rest) = name.strip_prefix(urn::ENTERPRISE).and_then(|rest| rest.strip_prefix(':')) {
            return Place {
                urn: Some(urn::ENTERPRISE.into()),
                name: rest.into(),
                kind: None,
                part: None,
                is_list: false,
            };
        }
        let urns = profile.extensions.iter().map(|extension| extension.urn.get_ref().as_str());
        let long = urns.clone().find_map(|urn| own(urn, name.strip_prefix(urn)?.strip_prefix(':')?));
        let first = name.split(['.', '[']).next().unwrap_or(name);
        let short = || urns.clone().find_map(|urn| own(urn, name));
        if let Some(place) = long.or_else(|| if CORE.contains(&first) { None } else { short() }) {
            return place;
        }
        let kind =
            name.split_once("[type eq \"").and_then(|(_, rest)| rest.split_once("\"]")).map(|(kind, _)| kind.into());
        let part = name.rsplit_once('.').map(|(_, part)| part.into());
        Place { urn: None, name: first.into(), kind, part, is_list: LISTS.contains(&first) }
    }

    /// The same, of several values those of a type, where a closed set has no others.
    pub(super) fn of_accepted(mut self, profile: &Profile) -> Place {
        let accepted = profile.accounts.accepts.iter().flat_map(|accepts| accepts.attributes.get());
        let mut places = accepted.map(|name| Place::of(name, None, profile));
        if self.is_list && self.urn.is_none() && self.kind.is_none() {
            self.kind = places.find(|it| it.urn.is_none() && it.name == self.name).and_then(|it| it.kind);
        }
        self
    }

    /// Takes it out of a user.
    pub(super) fn remove_from(&self, user: &mut Value) {
        let holder = match &self.urn {
            Some(urn) => user.get_mut(urn),
            None => Some(user),
        };
        let Some(holder) = holder.and_then(Value::as_object_mut) else { return };
        match (&self.part, holder.get_mut(&self.name)) {
            (Some(part), Some(Value::Array(elements))) => {
                elements.iter_mut().filter_map(Value::as_object_mut).for_each(|element| drop(element.remove(part)));
            }
            (Some(part), Some(Value::Object(parts))) => drop(parts.remove(part)),
            _ => drop(holder.remove(&self.name)),
        }
    }

    /// The schema that publishes it.
    pub(super) fn schema(&self) -> &str {
        self.urn.as_deref().unwrap_or(urn::USER)
    }

    /// The attribute, and the part of it that is meant.
    pub(super) fn names(&self) -> (&str, Option<&str>) {
        (&self.name, self.part.as_deref())
    }

    /// A user's attributes with this value: what is laid over a user to change it.
    pub(super) fn change(&self, value: Value) -> Value {
        let held = match (&self.part, self.is_list) {
            (None, false) => value,
            (Some(part), false) => json!({ part: value }),
            (None, true) if self.urn.is_some() || value.is_array() => match value {
                list @ Value::Array(_) => list,
                one => json!([one]),
            },
            (part, true) => {
                let filler = if self.name == "emails" { "sample@example.com" } else { "+1 555 0100" };
                let kind = self.kind.as_deref().unwrap_or("work");
                let mut element = json!({"value": filler, "type": kind, "primary": true});
                element[part.as_deref().unwrap_or("value")] = value;
                json!([element])
            }
        };
        match &self.urn {
            Some(urn) => json!({ urn: { &self.name: held } }),
            None => json!({ &self.name: held }),
        }
    }

    /// The values that a user has here.
    pub(super) fn values<'a>(&self, user: &'a Value) -> Vec<&'a Value> {
        let holder = match &self.urn {
            Some(urn) => user.get(urn),
            None => Some(user),
        };
        let held = match holder.and_then(|holder| holder.get(&self.name)) {
            None => return Vec::new(),
            Some(Value::Array(elements)) => elements.iter().collect(),
            Some(value) => vec![value],
        };
        let of_kind = |element: &&&Value| match &self.kind {
            Some(kind) => element.get("type").and_then(Value::as_str).is_some_and(|it| it.eq_ignore_ascii_case(kind)),
            None => true,
        };
        let of_kind: Vec<&Value> = held.iter().filter(of_kind).copied().collect();
        let part = self.part.as_deref().or(if self.is_list && self.urn.is_none() { Some("value") } else { None });
        let inner = |element: &'a Value| match part {
            Some(part) => element.get(part),
            None => Some(element),
        };
        of_kind.into_iter().filter_map(inner).filter(|value| !is_unassigned(value)).collect()
    }

    /// Where it is, for findings.
    pub(super) fn pointer(&self) -> String {
        let urn = self.urn.iter().map(|urn| format!("/{urn}"));
        let part = self.part.iter().filter(|_| !self.is_list).map(|part| format!("/{part}"));
        urn.chain([format!("/{}", self.name)]).chain(part).collect()
    }

    /// One of the values is this one.
    pub(super) fn is(&self, wanted: &Value, is_exact: bool) -> Expectation {
        let wanted = wanted.clone();
        self.judge(wanted.to_string(), move |values| values.iter().any(|value| alike(value, &wanted, is_exact)))
    }

    /// There is a value, and each is one of these.
    pub(super) fn is_one_of(&self, wanted: &[Value], is_exact: bool) -> Expectation {
        let wanted = wanted.to_vec();
        let words: Vec<String> = wanted.iter().map(Value::to_string).collect();
        self.judge(format!("one of {}", words.join(", ")), move |values| {
            let is_known = |value: &&Value| wanted.iter().any(|wanted| alike(value, wanted, is_exact));
            !values.is_empty() && values.iter().all(is_known)
        })
    }

    /// None of the values is this one.
    pub(super) fn is_not(&self, unwanted: &Value) -> Expectation {
        let unwanted = unwanted.clone();
        let expected = format!("anything but {unwanted}");
        self.judge(expected, move |values| !values.iter().any(|value| alike(value, &unwanted, true)))
    }

    /// There is no value.
    pub(super) fn is_unset(&self) -> Expectation {
        self.judge("no value".into(), |values| values.is_empty())
    }

    fn judge(&self, expected: String, fits: impl Fn(&[&Value]) -> bool + Send + Sync + 'static) -> Expectation {
        let place = self.clone();
        Box::new(move |exchange: &Exchange| {
            let pointer = format!("{}{}", exchange.focus, place.pointer());
            let Some(user) = exchange.subject().filter(|_| exchange.answer.is_success()) else {
                let got = if exchange.answer.is_success() {
                    "an answer without the user".into()
                } else {
                    got_status(exchange)
                };
                return broken(&expected, got, pointer);
            };
            let values = place.values(user);
            if fits(&values) {
                return Judgement::Holds;
            }
            let got: Vec<String> = values.iter().map(|value| quoted(Some(value))).collect();
            broken(&expected, if got.is_empty() { "no value".into() } else { got.join(", ") }, pointer)
        })
    }
}

/// Whether two values are the same, for an attribute in which letter case tells values apart or not.
pub(super) fn alike(left: &Value, right: &Value, is_exact: bool) -> bool {
    match (left, right) {
        (Value::String(left), Value::String(right)) if !is_exact => left.to_lowercase() == right.to_lowercase(),
        _ => same(left, right),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_profiles_have_places() {
        let profile = scim_profile::named("mdscripts").expect("published");
        let at = |name: &str, at_hand: Option<&str>| Place::of(name, at_hand, profile).pointer();
        let urn = profile.extensions[0].urn.get_ref();
        assert_eq!(at("npi", Some(urn)), format!("/{urn}/npi"));
        assert_eq!(at("isProvider", None), format!("/{urn}/isProvider"));
        assert_eq!(at(&format!("{urn}:npi"), None), format!("/{urn}/npi"));
        assert_eq!(at("name.givenName", Some(urn)), "/name/givenName");
        assert_eq!(
            at(&format!("{}:organization", urn::ENTERPRISE), None),
            format!("/{}/organization", urn::ENTERPRISE)
        );
    }

    #[test]
    fn one_of_several_values_is_found_by_its_type() {
        let profile = scim_profile::named("rxnt").expect("published");
        let phone = Place::of("phoneNumbers[type eq \"mobile\"].value", None, profile);
        let user = json!({"phoneNumbers": [{"value": "1", "type": "work"}, {"value": "2", "type": "mobile"}]});
        assert_eq!(phone.values(&user), [&json!("2")]);
        assert_eq!(phone.change(json!("3"))["phoneNumbers"][0]["type"], "mobile");
    }
}
