//! `attributes` and `excludedAttributes`: which parts of a resource an answer holds.

use super::error::{ScimError, ScimType};
use super::path::AttrPath;
use super::schema::{Attribute, Located, ResourceType, Returned, Target};
use serde_json::{Map, Value};

/// What the client asked to see, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Show only these.
    pub attributes: Option<Vec<String>>,
    /// Show all but these.
    pub excluded: Option<Vec<String>>,
}

/// A view that makes sense.
#[derive(Debug)]
pub enum Projection {
    /// Everything that is returned by default.
    Default,
    /// These, and what is always returned.
    Only(Vec<AttrPath>),
    /// Everything but these.
    Except(Vec<AttrPath>),
}

impl Projection {
    /// Reads a view. Names that are no attribute paths select nothing.
    ///
    /// # Errors
    /// 400 `invalidValue` when both lists are given: they exclude each other.
    pub fn read(view: &View) -> Result<Self, ScimError> {
        let paths = |names: &Vec<String>| names.iter().filter_map(|name| AttrPath::parse(name.trim())).collect();
        match (&view.attributes, &view.excluded) {
            (None, None) => Ok(Self::Default),
            (Some(names), None) => Ok(Self::Only(paths(names))),
            (None, Some(names)) => Ok(Self::Except(paths(names))),
            (Some(_), Some(_)) => {
                let detail = "attributes and excludedAttributes cannot be used together";
                Err(ScimError::bad(ScimType::InvalidValue, detail))
            }
        }
    }

    /// Whether anything of that attribute is shown; what is not need not be looked up.
    #[must_use]
    pub fn shows(&self, name: &str) -> bool {
        match self {
            Self::Default => true,
            Self::Only(paths) => paths.iter().any(|path| path.name.eq_ignore_ascii_case(name)),
            Self::Except(paths) => !paths.iter().any(|path| path.name.eq_ignore_ascii_case(name) && path.sub.is_none()),
        }
    }

    /// The resource as this projection shows it.
    #[must_use]
    pub fn apply(&self, definition: &'static ResourceType, resource: Map<String, Value>) -> Map<String, Value> {
        let locate = |paths: &[AttrPath]| paths.iter().filter_map(|path| definition.locate(path)).collect::<Vec<_>>();
        match self {
            Self::Default => resource,
            Self::Only(paths) => only(definition, resource, &locate(paths)),
            Self::Except(paths) => except(definition, resource, &locate(paths)),
        }
    }
}

fn only(definition: &'static ResourceType, resource: Map<String, Value>, wanted: &[Located]) -> Map<String, Value> {
    let mut shown = Map::new();
    for (name, value) in resource {
        let value = if let Some(extension) = definition.extension(&name) {
            if wanted.iter().any(|located| matches!(located, Located::Extension(schema) if schema.id == extension.id)) {
                Some(value)
            } else {
                only_parts(value, |part| extension.attribute(part), &targets(wanted, Some(extension.id)))
            }
        } else {
            match definition.attribute(&name) {
                Some(attribute) if is_minimum(attribute) => Some(value),
                Some(attribute) => pick(value, attribute, &targets(wanted, None)),
                None => None,
            }
        };
        if let Some(value) = value {
            shown.insert(name, value);
        }
    }
    shown
}

fn only_parts(
    value: Value,
    attribute: impl Fn(&str) -> Option<&'static Attribute>,
    wanted: &[Target],
) -> Option<Value> {
    let Value::Object(parts) = value else {
        return None;
    };
    let shown: Map<String, Value> = parts
        .into_iter()
        .filter_map(|(name, value)| Some((pick(value, attribute(&name)?, wanted)?, name)))
        .map(|(value, name)| (name, value))
        .collect();
    (!shown.is_empty()).then_some(Value::Object(shown))
}

fn pick(value: Value, attribute: &Attribute, wanted: &[Target]) -> Option<Value> {
    let subs = subs(attribute, wanted)?;
    if subs.is_empty() {
        return Some(value);
    }
    narrowed(value, &|part| subs.contains(&part))
}

/// A value with some of its parts; what has none of them has no value.
fn narrowed(value: Value, keep: &dyn Fn(&str) -> bool) -> Option<Value> {
    match value {
        Value::Object(mut parts) => {
            parts.retain(|name, _| keep(name));
            (!parts.is_empty()).then_some(Value::Object(parts))
        }
        Value::Array(elements) => {
            let shown: Vec<Value> = elements.into_iter().filter_map(|element| narrowed(element, keep)).collect();
            (!shown.is_empty()).then_some(Value::Array(shown))
        }
        _ => None,
    }
}

fn except(definition: &'static ResourceType, resource: Map<String, Value>, hidden: &[Located]) -> Map<String, Value> {
    let mut shown = Map::new();
    for (name, value) in resource {
        let value = if let Some(extension) = definition.extension(&name) {
            if hidden.iter().any(|located| matches!(located, Located::Extension(schema) if schema.id == extension.id)) {
                None
            } else {
                except_parts(value, |part| extension.attribute(part), &targets(hidden, Some(extension.id)))
            }
        } else {
            match definition.attribute(&name) {
                Some(attribute) if !is_minimum(attribute) => hide(value, attribute, &targets(hidden, None)),
                _ => Some(value),
            }
        };
        if let Some(value) = value {
            shown.insert(name, value);
        }
    }
    shown
}

fn except_parts(
    value: Value,
    attribute: impl Fn(&str) -> Option<&'static Attribute>,
    hidden: &[Target],
) -> Option<Value> {
    let Value::Object(parts) = value else {
        return None;
    };
    let shown: Map<String, Value> = parts
        .into_iter()
        .filter_map(|(name, value)| Some((hide(value, attribute(&name)?, hidden)?, name)))
        .map(|(value, name)| (name, value))
        .collect();
    (!shown.is_empty()).then_some(Value::Object(shown))
}

fn hide(value: Value, attribute: &Attribute, hidden: &[Target]) -> Option<Value> {
    match subs(attribute, hidden) {
        None => Some(value),
        Some(subs) if subs.is_empty() => None,
        Some(subs) => narrowed(value, &|part| !subs.contains(&part)),
    }
}

/// The parts of an attribute that are named; none at all when the attribute is named as a whole, and `None` when it is
/// not named.
fn subs(attribute: &Attribute, targets: &[Target]) -> Option<Vec<&'static str>> {
    let named: Vec<&Target> = targets.iter().filter(|target| target.attribute.name == attribute.name).collect();
    if named.is_empty() {
        return None;
    }
    if named.iter().any(|target| target.sub.is_none()) {
        return Some(Vec::new());
    }
    Some(named.iter().filter_map(|target| target.sub.map(|sub| sub.name)).collect())
}

fn targets(located: &[Located], extension: Option<&str>) -> Vec<Target> {
    let targets = located.iter().filter_map(|located| match located {
        Located::Attribute(target) => Some(*target),
        Located::Extension(_) => None,
    });
    targets.filter(|target| target.extension.map(|schema| schema.id) == extension).collect()
}

/// `schemas` says what the rest means, so it is always shown beside what the schema says is always shown.
fn is_minimum(attribute: &Attribute) -> bool {
    attribute.returned == Returned::Always || attribute.name == "schemas"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::schema::ResourceKind;
    use serde_json::json;

    const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    fn shown(attributes: Option<&str>, excluded: Option<&str>) -> Value {
        let names = |text: &str| text.split(',').map(str::to_owned).collect();
        let view = View { attributes: attributes.map(names), excluded: excluded.map(names) };
        let resource = json!({
            "schemas": ["s"], "id": "1", "userName": "a", "name": {"givenName": "B", "familyName": "C"},
            "emails": [{"value": "a@x", "type": "work"}],
            ENTERPRISE: {"department": "D", "division": "E"}, "meta": {"location": "l", "created": "c"},
        });
        let Value::Object(resource) = resource else { unreachable!() };
        let projection = Projection::read(&view).expect("valid view");
        Value::Object(projection.apply(ResourceKind::User.definition(), resource))
    }

    #[test]
    fn only_what_was_asked_and_the_minimum() {
        assert_eq!(shown(Some("USERNAME, password,nope"), None), json!({"schemas": ["s"], "id": "1", "userName": "a"}));
        assert_eq!(shown(Some("name.givenName"), None)["name"], json!({"givenName": "B"}));
        assert_eq!(shown(Some("emails.value"), None)["emails"], json!([{"value": "a@x"}]));
        assert_eq!(shown(Some(&format!("{ENTERPRISE}:department")), None)[ENTERPRISE], json!({"department": "D"}));
        assert_eq!(shown(Some(ENTERPRISE), None)[ENTERPRISE]["division"], "E");
        assert_eq!(shown(Some("meta.location"), None)["meta"], json!({"location": "l"}));
    }

    #[test]
    fn all_but_what_was_excluded() {
        let rest = shown(None, Some("id,emails,name.familyName"));
        assert_eq!(rest["id"], "1");
        assert_eq!(rest.get("emails"), None);
        assert_eq!(rest["name"], json!({"givenName": "B"}));
        assert_eq!(shown(None, Some(ENTERPRISE)).get(ENTERPRISE), None);
    }

    #[test]
    fn both_together_are_refused() {
        let view = View { attributes: Some(vec![]), excluded: Some(vec![]) };
        assert!(Projection::read(&view).is_err());
    }
}
