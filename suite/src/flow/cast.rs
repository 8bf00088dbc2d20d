//! The people of a flow: what is mapped of them fits the rules of the product.

use scim_profile::{Attribute, Kind, Mutability, Others, Profile, Rule, Said, Scalar};
use serde_json::{Value, json};

use super::place::Place;
use super::shown;
use crate::idp::emulator::{Person, Who};
use crate::scim::urn;

/// Whose life is told.
pub const ADA: Who = 0;
/// Of whom little is known.
pub const GRACE: Who = 1;
/// Who has an account already.
pub const JOAN: Who = 2;
/// An administrator of the identity provider.
pub const MARY: Who = 3;

/// Given and family names, without digits.
const NAMES: [(&str, &str); 4] = [("Ada", "Lovelace"), ("Grace", "Hopper"), ("Joan", "Clarke"), ("Mary", "Somerville")];

/// Which of two sets of values somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// Every attribute of the product's own has one.
    First,
    /// Every one has another.
    Second,
    /// None has.
    None,
}

/// The people, under these user names, each an e-mail address.
pub fn people(profile: &Profile, user_names: [String; 4], password: &str) -> Vec<Person> {
    let of = |(who, user_name): (Who, String)| {
        let values = if who == ADA { Values::First } else { Values::None };
        Person {
            external_id: format!("00u-{}", user_name.split('@').next().unwrap_or_default()),
            mapped: mapped(profile, who, &user_name, values),
            password: format!("{password}-{who}"),
            is_administrator: who == MARY,
        }
    };
    user_names.into_iter().enumerate().map(of).collect()
}

/// What is mapped of somebody. `userName` and `emails` are the same in each set.
pub fn mapped(profile: &Profile, who: Who, user_name: &str, values: Values) -> Value {
    let (given, family) = NAMES[who];
    let family = if values == Values::Second { "Byron" } else { family };
    let mut user = json!({
        "userName": user_name,
        "name": {"givenName": given, "familyName": family},
        "emails": [{"primary": true, "value": user_name, "type": "work"}],
        "displayName": format!("{given} {family}"),
        "locale": "en-US",
    });
    let second = match values {
        Values::None => {
            // What has a default may be left out.
            if profile.attributes.iter().any(|it| it.name.get_ref() == "emails.type" && it.default.is_some()) {
                user["emails"] = json!([{"primary": true, "value": user_name}]);
            }
            return user;
        }
        Values::First => false,
        Values::Second => true,
    };
    user["phoneNumbers"] = json!([
        {"type": "mobile", "value": if second { "+1 555 0103" } else { "+1 555 0101" }},
        {"type": "work", "value": "+1 555 0102"},
    ]);
    let own = profile.extensions.iter().flat_map(|extension| {
        extension.attributes.iter().map(|attribute| (attribute, Some(extension.urn.get_ref().as_str())))
    });
    for (attribute, urn) in profile.attributes.iter().map(|attribute| (attribute, None)).chain(own) {
        let place = Place::of(profile, attribute.name.get_ref(), urn);
        let mutability = attribute.mutability.as_ref().map(Said::get);
        // What is there already fits, nobody maps what is the server's alone, and what is set once has one value.
        if place.values(&user).is_empty()
            && mutability != Some(&Mutability::ReadOnly)
            && let Some(value) = value(attribute, second && mutability != Some(&Mutability::Immutable))
        {
            let value = if attribute.multi_valued { json!([value]) } else { value };
            place.holders(&mut user, &mut |map, name| _ = map.insert(name.into(), value.clone()));
        }
    }
    if profile.accounts.accepts.as_ref().is_some_and(|accepts| *accepts.others.get() == Others::Ignored) {
        ignored(&mut user);
    }
    user
}

/// What nobody has asked for, some of it malformed.
fn ignored(user: &mut Value) {
    user["title"] = "Countess".into();
    user["nickName"] = json!(42);
    user["addresses"] = json!("nowhere");
    user[urn::ENTERPRISE]["department"] = json!(["Engines"]);
    user["urn:example:params:scim:schemas:extension:unmapped:2.0:User"] = json!({"shoeSize": 7});
}

/// A value that fits, or another one.
fn value(attribute: &Attribute, second: bool) -> Option<Value> {
    if let Some(values) = &attribute.values {
        // One that is not the default, then the default or another.
        let default = attribute.default.as_ref().map(|default| shown::json(default.get()));
        let others: Vec<Value> = values.get().iter().map(|value| json!(value)).collect();
        let first = others.iter().find(|value| Some(*value) != default.as_ref())?;
        let other =
            others.iter().rfind(|value| *value != first && Some(*value) != default.as_ref()).cloned().or(default);
        return if second { other.or(Some(first.clone())) } else { Some(first.clone()) };
    }
    let one = |first: &str, other: &str| Some(json!(if second { other } else { first }));
    let known = |at: usize| attribute.known.get(at).or(attribute.known.first()).map(String::as_str);
    match attribute.rule.as_ref().map(|rule| *rule.get()) {
        // Published as examples by those who give them out.
        Some(Rule::Npi) => one("1234567893", "1245319599"),
        Some(Rule::DeaNumber) => one("AB1234563", "F91234563"),
        Some(Rule::TimeZone) => one("US/Eastern", "America/Chicago"),
        Some(Rule::NoDigits) => one("Plain", "Other"),
        Some(Rule::Email) => one("first@example.com", "second@example.com"),
        Some(Rule::KnownList) => one(&attribute.known.join(", "), known(0)?),
        Some(Rule::Known) => one(known(0)?, known(1)?),
        None => match attribute.kind {
            Some(Kind::Boolean) => Some(json!(!second)),
            Some(Kind::Integer) => Some(json!(if second { 8 } else { 7 })),
            Some(Kind::Decimal) => Some(json!(if second { 2.5 } else { 1.5 })),
            Some(Kind::DateTime) => one("2026-01-02T03:04:05Z", "2026-02-03T04:05:06Z"),
            Some(Kind::Reference) => one("https://example.com/first", "https://example.com/second"),
            Some(Kind::String) => one("first", "second"),
            // Of the RFC, and without a rule: nothing of the product's own.
            None => attribute.default.as_ref().map(|default| match default.get() {
                Scalar::Text(_) => json!("first"),
                other => shown::json(other),
            }),
        },
    }
}
