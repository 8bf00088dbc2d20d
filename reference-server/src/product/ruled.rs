//! What becomes of a user that is written: defaults, what does not apply, what is required, which values there are.

use super::place::Place;
use crate::rules;
use crate::scim::ScimError;
use crate::scim::error::{ScimType, quoted};
use crate::scim::resource::{self, Attributes};
use crate::scim::schema::ResourceType;
use scim_profile::{Attribute, Condition, Invalid, Profile, Rule, Said, Scalar, UserNameFormat};
use serde_json::Value;

/// Rules for whole users, in the order in which they are put to use.
#[derive(Debug)]
pub(crate) struct Rules {
    attributes: Vec<Ruled>,
    /// Of several values only those of a type are taken: attribute and type.
    one_type: Vec<(String, String)>,
}

/// An attribute with rules.
#[derive(Debug)]
struct Ruled {
    place: Place,
    /// As the profile calls it.
    name: String,
    default: Option<Value>,
    /// Of an extension, which may be left out whole; attributes of the RFC are asked for where schemas are judged.
    required: bool,
    applies_when: Option<When>,
    required_when: Option<When>,
    rule: Option<(Rule, Vec<String>)>,
    rule_when: Option<When>,
    values: Option<Vec<String>>,
    case_exact: bool,
    invalid: Invalid,
}

/// That another attribute has a value.
#[derive(Debug)]
struct When {
    place: Place,
    is: Value,
}

impl Rules {
    pub(super) fn of(profile: &Profile, definition: &ResourceType) -> Self {
        let core = profile.attributes.iter().map(|attribute| (None, attribute));
        let own = profile.extensions.iter().flat_map(|extension| {
            extension.attributes.iter().map(move |attribute| (Some(extension.urn.get_ref().as_str()), attribute))
        });
        let mut attributes: Vec<Ruled> =
            core.chain(own).map(|(urn, attribute)| Ruled::of(attribute, urn, profile, definition)).collect();
        let accounts = &profile.accounts;
        if accounts.user_name.as_ref().is_some_and(|format| *format.get() == UserNameFormat::Email) {
            let place = Place { extension: None, name: "userName".into(), part: None };
            attributes.push(Ruled { rule: Some((Rule::Email, Vec::new())), ..Ruled::without_rules(place, "userName") });
        }
        let accepted = accounts.accepts.as_ref().map(|accepts| accepts.attributes.get().as_slice()).unwrap_or_default();
        Self { attributes, one_type: accepted.iter().filter_map(|path| one_type(path)).collect() }
    }

    /// Makes of what a client wrote what is kept.
    ///
    /// # Errors
    /// 400 `invalidValue`, naming the attribute.
    pub(crate) fn settle(&self, definition: &ResourceType, user: &mut Attributes) -> Result<(), ScimError> {
        for (name, kind) in &self.one_type {
            if let Some(Value::Array(elements)) = user.get_mut(name) {
                elements.retain(|element| {
                    element.get("type").and_then(Value::as_str).is_some_and(|it| it.eq_ignore_ascii_case(kind))
                });
                if elements.is_empty() {
                    user.shift_remove(name);
                }
            }
        }
        for ruled in &self.attributes {
            if let Some(default) = &ruled.default {
                ruled.place.put_missing(user, default);
            }
        }
        for ruled in &self.attributes {
            if ruled.applies_when.as_ref().is_some_and(|when| !when.holds(user)) {
                ruled.place.remove(user);
            }
        }
        for ruled in &self.attributes {
            ruled.judge(user)?;
        }
        resource::set_schemas(definition, user);
        Ok(())
    }
}

impl Ruled {
    fn of(attribute: &Attribute, urn: Option<&str>, profile: &Profile, definition: &ResourceType) -> Self {
        let name = attribute.name.get_ref();
        let when = |said: &Option<Said<Condition>>| {
            said.as_ref().map(|said| {
                let Condition { attribute, is } = said.get();
                When { place: Place::of(attribute, urn, profile, definition), is: json(is) }
            })
        };
        Self {
            default: attribute.default.as_ref().map(|default| json(default.get())),
            required: urn.is_some() && attribute.required.as_ref().is_some_and(|required| *required.get()),
            applies_when: when(&attribute.applies_when),
            required_when: when(&attribute.required_when),
            rule: attribute.rule.as_ref().map(|rule| (*rule.get(), attribute.known.clone())),
            rule_when: when(&attribute.rule_when),
            values: attribute.values.as_ref().map(|values| values.get().clone()),
            case_exact: attribute.case_exact.as_ref().is_some_and(|exact| *exact.get()),
            invalid: attribute.invalid.as_ref().map_or(Invalid::Refused, |invalid| *invalid.get()),
            ..Self::without_rules(Place::of(name, urn, profile, definition), name)
        }
    }

    fn without_rules(place: Place, name: &str) -> Self {
        Self {
            place,
            name: name.to_owned(),
            default: None,
            required: false,
            applies_when: None,
            required_when: None,
            rule: None,
            rule_when: None,
            values: None,
            case_exact: false,
            invalid: Invalid::Refused,
        }
    }

    fn judge(&self, user: &mut Attributes) -> Result<(), ScimError> {
        if self.required && self.place.values(user).is_empty() {
            return Err(refused(format!("{} is required", self.name)));
        }
        if self.required_when.as_ref().is_some_and(|when| when.holds(user)) && self.place.values(user).is_empty() {
            let cause = self.required_when.as_ref().map(When::words).unwrap_or_default();
            return Err(refused(format!("{} is required when {cause}", self.name)));
        }
        let rule_holds = self.rule_when.as_ref().is_none_or(|when| when.holds(user));
        let is_wrong = |value: &Value| value.as_str().is_some_and(|text| !self.allows(text, rule_holds));
        let wrong = self.place.values(user).into_iter().find(|value| is_wrong(value)).and_then(Value::as_str);
        match (wrong, self.invalid, &self.default) {
            (None, ..) => {}
            (Some(_), Invalid::Default, Some(default)) => self.place.change(user, |value| {
                if is_wrong(value) {
                    *value = default.clone();
                }
            }),
            (Some(text), ..) => return Err(refused(format!("{}: {} {}", self.name, quoted(text), self.wants()))),
        }
        if let Some((rule, _)) = &self.rule {
            self.place.change(user, |value| {
                if let Value::String(text) = value {
                    *text = rules::kept(*rule, text);
                }
            });
        }
        Ok(())
    }

    fn allows(&self, text: &str, rule_holds: bool) -> bool {
        let is = |known: &String| if self.case_exact { known == text } else { known.eq_ignore_ascii_case(text) };
        let keeps = self.rule.as_ref().is_none_or(|(rule, known)| !rule_holds || rules::keeps(*rule, text, known));
        keeps && self.values.as_ref().is_none_or(|values| values.iter().any(is))
    }

    fn wants(&self) -> String {
        match (&self.rule, &self.values) {
            (Some((rule, _)), _) => match self.rule_when.as_ref().map(When::words) {
                Some(cause) => format!("{} when {cause}", rules::wants(*rule)),
                None => rules::wants(*rule).to_owned(),
            },
            (None, Some(values)) => format!("must be one of {}", values.join(", ")),
            (None, None) => String::new(),
        }
    }
}

impl When {
    fn holds(&self, user: &Attributes) -> bool {
        let same = |value: &&Value| match (*value, &self.is) {
            (Value::String(left), Value::String(right)) => left.eq_ignore_ascii_case(right),
            (left, right) => left == right,
        };
        // What has no value is false.
        let values = self.place.values(user);
        if values.is_empty() { self.is == Value::Bool(false) } else { values.iter().any(same) }
    }

    fn words(&self) -> String {
        let is = self.is.as_str().map_or_else(|| self.is.to_string(), str::to_owned);
        format!("{} is {is}", self.place.name)
    }
}

fn refused(detail: String) -> ScimError {
    ScimError::bad(ScimType::InvalidValue, detail)
}

fn json(scalar: &Scalar) -> Value {
    match scalar {
        Scalar::Boolean(value) => (*value).into(),
        Scalar::Integer(value) => (*value).into(),
        Scalar::Decimal(value) => (*value).into(),
        Scalar::Text(value) => value.as_str().into(),
    }
}

/// `phoneNumbers[type eq "mobile"].value` takes of several values those of one type.
fn one_type(path: &str) -> Option<(String, String)> {
    let (name, rest) = path.split_once("[type eq \"")?;
    let (kind, _) = rest.split_once("\"]")?;
    Some((name.to_owned(), kind.to_owned()))
}
