//! What every made-up user gets besides what a check writes, because the target takes no user without it.

use std::str::FromStr;

use serde_json::{Map, Value, json};

use super::urn;

/// Attributes with their values, in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Additions {
    all: Vec<Addition>,
}

/// One attribute with its value: `userType=Employee`, `urn:…:User:department=Sales`, `emails:=[{"value":"a@b.c"}]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Addition {
    /// The extension's URN, where it is not of the core schema.
    urn: Option<String>,
    /// The attribute, and its part, if there is one.
    path: Vec<String>,
    value: Value,
}

/// Why a text is no addition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAddition {
    /// There is no `=`, or nothing before it.
    #[error("give ATTRIBUTE=TEXT, or ATTRIBUTE:=JSON")]
    Form,
    /// After `:=` there is no JSON.
    #[error("after := there must be JSON: {0}")]
    Json(String),
    /// Checks write this themselves: with the same value everywhere they could not tell anything.
    #[error("{0} is what checks write themselves")]
    Ours(String),
}

/// What identifies a user, or is itself checked: by another value it would be another user.
const OURS: [&str; 8] = ["schemas", "id", "externalId", "meta", "userName", "active", "password", "groups"];

impl Addition {
    /// An attribute by its name, as filters and paths write it.
    pub fn new(name: &str, value: Value) -> Result<Addition, NoAddition> {
        let (urn, name) = match name.rsplit_once(':') {
            Some((urn, name)) if urn.eq_ignore_ascii_case(urn::USER) => (None, name),
            Some((urn, name)) => (Some(urn.to_string()), name),
            None => (None, name),
        };
        let path: Vec<String> = name.split('.').map(String::from).collect();
        if path.len() > 2 || path.iter().any(String::is_empty) {
            return Err(NoAddition::Form);
        }
        match OURS.iter().find(|ours| urn.is_none() && ours.eq_ignore_ascii_case(&path[0])) {
            Some(ours) => Err(NoAddition::Ours(ours.to_string())),
            None => Ok(Addition { urn, path, value }),
        }
    }

    /// The attribute as filters and paths write it.
    pub fn name(&self) -> String {
        let path = self.path.join(".");
        self.urn.as_ref().map_or(path.clone(), |urn| format!("{urn}:{path}"))
    }

    /// Its value.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Puts it into a user that has no value there; whatever a check has written stays, a null and an empty list, too.
    fn fill(&self, body: &mut Map<String, Value>) {
        let mut holder = body;
        if let Some(urn) = &self.urn {
            match holder.entry("schemas").or_insert_with(|| json!([urn::USER])) {
                Value::Array(schemas) if !schemas.contains(&json!(urn)) => schemas.push(json!(urn)),
                _ => {}
            }
            let Some(extension) = object_under(holder, urn) else { return };
            holder = extension;
        }
        let (name, parents) = self.path.split_last().map_or(("", &[][..]), |(last, before)| (last.as_str(), before));
        for parent in parents {
            let Some(complex) = object_under(holder, parent) else { return };
            holder = complex;
        }
        if known(holder, name).is_none() {
            holder.insert(name.into(), self.value.clone());
        }
    }
}

impl FromStr for Addition {
    type Err = NoAddition;

    /// `NAME=TEXT`, or `NAME:=JSON`.
    fn from_str(text: &str) -> Result<Addition, NoAddition> {
        let (name, value) = text.split_once('=').ok_or(NoAddition::Form)?;
        let (name, value) = match name.strip_suffix(':') {
            Some(name) => (name, serde_json::from_str(value).map_err(|error| NoAddition::Json(error.to_string()))?),
            None => (name, Value::from(value)),
        };
        Addition::new(name.trim(), value)
    }
}

impl FromIterator<Addition> for Additions {
    fn from_iter<T: IntoIterator<Item = Addition>>(all: T) -> Additions {
        Additions { all: all.into_iter().collect() }
    }
}

impl Additions {
    /// One more; one of the same name that is there already counts.
    pub fn add(&mut self, addition: Addition) {
        if !self.all.iter().any(|known| known.name().eq_ignore_ascii_case(&addition.name())) {
            self.all.push(addition);
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Addition> {
        self.all.iter()
    }

    /// Fills in what a user lacks.
    pub fn fill(&self, user: &mut Value) {
        if let Value::Object(user) = user {
            self.all.iter().for_each(|addition| addition.fill(user));
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

/// The object under a name, made if nothing is there; none where something else is.
fn object_under<'a>(holder: &'a mut Map<String, Value>, name: &str) -> Option<&'a mut Map<String, Value>> {
    let name = known(holder, name).unwrap_or_else(|| name.to_string());
    holder.entry(name).or_insert_with(|| json!({})).as_object_mut()
}

fn known(holder: &Map<String, Value>, name: &str) -> Option<String> {
    holder.keys().find(|known| known.eq_ignore_ascii_case(name)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn additions(all: &[&str]) -> Additions {
        all.iter().map(|text| text.parse::<Addition>().expect(text)).collect()
    }

    #[test]
    fn what_a_check_has_written_stays() {
        let department = format!("{}:department=Sales", urn::ENTERPRISE);
        let it = additions(&[&department, "name.middleName=M", "userType=Employee", "x:=[1]"]);
        let mut user = json!({"schemas": [urn::USER], "userName": "a", "USERTYPE": null, "name": {"familyName": "F"}});
        it.fill(&mut user);
        let wanted = json!({"schemas": [urn::USER, urn::ENTERPRISE], "userName": "a", "USERTYPE": null,
            "name": {"familyName": "F", "middleName": "M"}, urn::ENTERPRISE: {"department": "Sales"}, "x": [1]});
        assert_eq!(user, wanted);
        let mut odd = json!({"name": "text"});
        additions(&["name.middleName=M"]).fill(&mut odd);
        assert_eq!(odd, json!({"name": "text"}));
    }

    #[test]
    fn what_identifies_a_user_is_not_set() {
        for bad in ["userName=x", "urn:ietf:params:scim:schemas:core:2.0:User:ACTIVE=x", "a", "=x", "a:=x", "a.b.c=x"] {
            assert!(bad.parse::<Addition>().is_err(), "{bad}");
        }
        assert_eq!(additions(&["a=1=2", "b:={\"c\":1}"]).all[1].value, json!({"c": 1}));
    }
}
