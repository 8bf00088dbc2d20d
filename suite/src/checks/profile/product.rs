//! A product as its checks see it: its attributes in their places, and what an account needs besides the one that is
//! written.

use scim_profile::{Attribute, Condition, Profile, Scalar};
use serde_json::{Value, json};

use super::place::Place;
use super::said::Said;
use super::sample;
use crate::expect::{Expectation, all, any};
use crate::scim::sample::overlay;

/// A product, for as long as the process.
pub(super) struct Product {
    pub(super) profile: &'static Profile,
    pub(super) attributes: Vec<Known>,
}

/// An attribute that the profile has something to say of.
pub(super) struct Known {
    pub(super) says: &'static Attribute,
    pub(super) place: Place,
    urn: Option<&'static str>,
}

impl Product {
    pub(super) fn of(profile: &'static Profile) -> &'static Product {
        let core = profile.attributes.iter().map(|says| Known::of(says, None, profile));
        let own = profile.extensions.iter().flat_map(|extension| {
            let urn = extension.urn.get_ref().as_str();
            extension.attributes.iter().map(move |says| Known::of(says, Some(urn), profile))
        });
        Box::leak(Box::new(Product { profile, attributes: core.chain(own).collect() }))
    }

    /// Where an attribute of the RFC is, in what the product takes.
    pub(super) fn place(&self, name: &str) -> Place {
        Place::of(name, None, self.profile).of_accepted(self.profile)
    }

    /// What an account needs so that a value of this attribute is judged: the conditions of its rules, what is required
    /// then, and what always is. Its own value is among that only if the account could not be without.
    pub(super) fn ground(&'static self, known: &Known) -> Value {
        let says = known.says;
        let conditions = [&says.applies_when, &says.rule_when, &says.required_when];
        let conditions: Vec<Value> =
            conditions.into_iter().flatten().map(|said| self.holds(known, said.get())).collect();
        self.standing(&conditions)
    }

    /// An account of which these hold, with whatever is required then.
    pub(super) fn standing(&'static self, conditions: &[Value]) -> Value {
        self.standing_but(conditions, None)
    }

    /// The same, without an attribute that is required.
    pub(super) fn standing_without(&'static self, known: &Known, conditions: &[Value]) -> Value {
        self.standing_but(conditions, Some(&known.place))
    }

    fn standing_but(&'static self, conditions: &[Value], without: Option<&Place>) -> Value {
        let mut account = json!({});
        conditions.iter().for_each(|condition| overlay(&mut account, condition));
        // What is required may bring conditions of its own.
        for _ in 0..2 {
            for known in &self.attributes {
                let is_required = known.says.required.as_ref().is_some_and(|required| *required.get())
                    || known.says.required_when.as_ref().is_some_and(|when| self.is_so(known, when.get(), &account));
                let is_left_out = without == Some(&known.place);
                if is_required && !is_left_out && known.place.values(&account).is_empty() {
                    let value = sample::of(known.says, self.profile).valid.swap_remove(0);
                    overlay(&mut account, &known.place.change(value));
                }
            }
        }
        account
    }

    /// The account does not have this value and, at once, what only those have for whom its rule holds: a server may drop
    /// either of them.
    pub(super) fn is_not_both(&'static self, known: &'static Known, value: &Value) -> Expectation {
        let Some(when) = known.says.rule_when.as_ref().map(|when| when.get()) else { return known.place.is_not(value) };
        let whose = self.place_of(known, when);
        let for_them = |other: &&Known| {
            let applies = other.says.applies_when.as_ref().map(|when| when.get());
            applies.is_some_and(|it| it.is == when.is && self.place_of(other, it) == whose)
        };
        let unset = self.attributes.iter().filter(for_them).map(|other| other.place.is_unset());
        any(vec![known.place.is_not(value), all(unset.collect())])
    }

    /// The other attribute of a condition.
    pub(super) fn place_of(&self, known: &Known, condition: &Condition) -> Place {
        Place::of(&condition.attribute, known.urn, self.profile)
    }

    /// What makes a condition hold.
    pub(super) fn holds(&self, known: &Known, condition: &Condition) -> Value {
        self.place_of(known, condition).change(json(&condition.is))
    }

    /// What makes it not hold, in words of the attribute.
    pub(super) fn otherwise(&self, known: &Known, condition: &Condition) -> Vec<Value> {
        let (place, is) = (self.place_of(known, condition), json(&condition.is));
        if let Value::Bool(is) = is {
            return vec![place.change((!is).into())];
        }
        let other = self.attributes.iter().find(|other| other.place == place);
        let samples = other.map(|other| sample::of(other.says, self.profile).valid).unwrap_or_default();
        samples.into_iter().find(|value| *value != is).map(|value| place.change(value)).into_iter().collect()
    }

    /// Whether it holds of an account. What has no value is false.
    pub(super) fn is_so(&self, known: &Known, condition: &Condition, account: &Value) -> bool {
        let (place, is) = (self.place_of(known, condition), json(&condition.is));
        let values = place.values(account);
        if values.is_empty() { is == Value::Bool(false) } else { values.contains(&&is) }
    }
}

impl Known {
    fn of(says: &'static Attribute, urn: Option<&'static str>, profile: &Profile) -> Known {
        Known { says, place: Place::of(says.name.get_ref(), urn, profile).of_accepted(profile), urn }
    }

    /// Its name.
    pub(super) fn name(&self) -> &'static str {
        self.says.name.get_ref()
    }

    /// Whether letter case tells its values apart.
    pub(super) fn is_exact(&self) -> bool {
        self.says.case_exact.as_ref().is_some_and(|exact| *exact.get())
    }

    /// What stands behind one of its keys, or behind the attribute where the key says nothing of its own.
    pub(super) fn said<T>(&self, key: Option<&'static scim_profile::Said<T>>) -> Said {
        Said::of(key.map_or(self.says.from.get_ref(), |said| said.source()))
    }
}

/// A value of a profile as JSON.
pub(super) fn json(scalar: &Scalar) -> Value {
    match scalar {
        Scalar::Boolean(value) => (*value).into(),
        Scalar::Integer(value) => (*value).into(),
        Scalar::Decimal(value) => (*value).into(),
        Scalar::Text(value) => value.as_str().into(),
    }
}
