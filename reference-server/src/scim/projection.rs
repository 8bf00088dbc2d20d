//! `attributes` and `excludedAttributes`: which parts of a resource an answer holds.

use super::error::{ScimError, ScimType, quoted};
use super::patch::BareUrns;
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

/// How a view is read, where RFC 7644 §3.9 leaves it open. The default is what most understand it to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ViewReading {
    /// What becomes of both lists together.
    pub both: BothLists,
    /// What becomes of names that name nothing.
    pub unknown: UnknownNames,
    /// Whether a part of a resource has its `schemas`.
    pub schemas: PartialSchemas,
    /// Whether the URN of an extension names all of it.
    pub bare_urns: BareUrns,
}

/// What becomes of `attributes` and `excludedAttributes` together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BothLists {
    /// They are refused: one excludes the other.
    #[default]
    Refused,
    /// `attributes` counts.
    AttributesWin,
}

/// What becomes of names that name nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownNames {
    /// They select nothing.
    #[default]
    Ignored,
    /// They are refused.
    Refused,
}

/// Whether a part of a resource has its `schemas`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PartialSchemas {
    /// All representations have (RFC 7643 §3).
    #[default]
    Shown,
    /// Only if it is asked for, as in the example of RFC 7644 §3.4.2.
    OnRequest,
}

/// A view that makes sense.
#[derive(Debug)]
pub enum Projection {
    /// Everything that is returned by default.
    Default,
    /// The same, and these.
    With(Vec<AttrPath>),
    /// These, and what is always returned.
    Only(Vec<AttrPath>, PartialSchemas),
    /// Everything but these.
    Except(Vec<AttrPath>),
}

impl Projection {
    /// Reads a view of resources of some types.
    ///
    /// # Errors
    /// 400 `invalidValue` when both lists are given and exclude each other, or a name that may not names nothing.
    pub fn read(view: &View, definitions: &[&ResourceType], reading: ViewReading) -> Result<Self, ScimError> {
        let invalid = |detail: String| ScimError::bad(ScimType::InvalidValue, detail);
        let names_something = |path: &AttrPath| {
            definitions
                .iter()
                .filter_map(|definition| definition.locate(path))
                .any(|located| matches!(located, Located::Attribute(_)) || reading.bare_urns == BareUrns::Read)
        };
        let paths = |names: &[String]| -> Result<Vec<AttrPath>, ScimError> {
            let path = |name: &String| AttrPath::parse(name.trim()).filter(names_something);
            match names.iter().find(|name| path(name).is_none()) {
                Some(name) if reading.unknown == UnknownNames::Refused => {
                    Err(invalid(format!("there is no attribute {}", quoted(name))))
                }
                _ => Ok(names.iter().filter_map(path).collect()),
            }
        };
        match (&view.attributes, &view.excluded) {
            (None, None) => Ok(Self::Default),
            (Some(_), Some(_)) if reading.both == BothLists::Refused => {
                Err(invalid("attributes and excludedAttributes cannot be used together".to_owned()))
            }
            (Some(names), _) => Ok(Self::Only(paths(names)?, reading.schemas)),
            (None, Some(names)) => Ok(Self::Except(paths(names)?)),
        }
    }

    /// The view of a resource that was just written, which holds what the client has named, too (RFC 7643 §7, returned).
    #[must_use]
    pub fn and(self, named: Vec<AttrPath>) -> Self {
        match self {
            Self::Default if !named.is_empty() => Self::With(named),
            other => other,
        }
    }

    /// Whether anything of that attribute is shown; what is not need not be looked up.
    #[must_use]
    pub fn shows(&self, name: &str) -> bool {
        match self {
            Self::Default | Self::With(_) => true,
            Self::Only(paths, _) => paths.iter().any(|path| path.name.eq_ignore_ascii_case(name)),
            Self::Except(paths) => !paths.iter().any(|path| path.name.eq_ignore_ascii_case(name) && path.sub.is_none()),
        }
    }

    /// The resource as this projection shows it.
    #[must_use]
    pub fn apply(&self, definition: &'static ResourceType, resource: Map<String, Value>) -> Map<String, Value> {
        let locate = |paths: &[AttrPath]| paths.iter().filter_map(|path| definition.locate(path)).collect::<Vec<_>>();
        match self {
            Self::Default => without_the_rest(definition, resource, &[]),
            Self::With(paths) => without_the_rest(definition, resource, &locate(paths)),
            Self::Only(paths, schemas) => {
                let wanted = locate(paths);
                let mut shown = only(definition, resource, &wanted);
                let asks_for_schemas = targets(&wanted, None).iter().any(|target| target.attribute.name == "schemas");
                if *schemas == PartialSchemas::OnRequest && !asks_for_schemas {
                    shown.shift_remove("schemas");
                }
                without_the_rest(definition, shown, &wanted)
            }
            Self::Except(paths) => {
                let shown = except(definition, resource, &locate(paths));
                without_the_rest(definition, shown, &[])
            }
        }
    }
}

/// A resource without what is never returned, and what is returned on request where nobody has asked for it.
fn without_the_rest(
    definition: &'static ResourceType,
    mut resource: Map<String, Value>,
    named: &[Located],
) -> Map<String, Value> {
    if !definition.hides {
        return resource;
    }
    hide_parts(definition.schema.attributes, &mut resource, &targets(named, None));
    for extension in definition.extensions {
        if let Some(Value::Object(parts)) = resource.get_mut(extension.id) {
            hide_parts(extension.attributes, parts, &targets(named, Some(extension.id)));
            if parts.is_empty() {
                resource.shift_remove(extension.id);
            }
        }
    }
    resource
}

fn hide_parts(attributes: &[Attribute], parts: &mut Map<String, Value>, named: &[Target]) {
    for attribute in attributes {
        let names = subs(attribute, named);
        match attribute.returned {
            Returned::Never => drop(parts.shift_remove(attribute.name)),
            Returned::Request if names.is_none() => drop(parts.shift_remove(attribute.name)),
            _ => {}
        }
        let is_hidden = |part: &&Attribute| match part.returned {
            Returned::Never => true,
            Returned::Request => !names.as_ref().is_some_and(|names| names.contains(&part.name)),
            Returned::Always | Returned::Default => false,
        };
        let hidden: Vec<&str> = attribute.sub_attributes.iter().filter(is_hidden).map(|part| part.name).collect();
        if !hidden.is_empty()
            && let Some(value) = parts.get_mut(attribute.name)
        {
            let elements = if let Value::Array(all) = value { all.as_mut_slice() } else { std::slice::from_mut(value) };
            elements
                .iter_mut()
                .filter_map(Value::as_object_mut)
                .for_each(|it| it.retain(|name, _| !hidden.contains(&name.as_str())));
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
    if attribute.returned == Returned::Always {
        return Some(value);
    }
    let subs = subs(attribute, wanted)?;
    if subs.is_empty() {
        return Some(value);
    }
    narrowed(value, &|part| subs.contains(&part) || is_always(attribute, part))
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
            let is_whole =
                |located: &Located| matches!(located, Located::Extension(schema) if schema.id == extension.id);
            let whole = hidden.iter().any(is_whole);
            let attribute =
                |part: &str| extension.attribute(part).filter(|it| !whole || it.returned == Returned::Always);
            except_parts(value, attribute, &targets(hidden, Some(extension.id)))
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
    match subs(attribute, hidden).filter(|_| attribute.returned != Returned::Always) {
        None => Some(value),
        Some(subs) if subs.is_empty() => None,
        Some(subs) => narrowed(value, &|part| !subs.contains(&part) || is_always(attribute, part)),
    }
}

fn is_always(attribute: &Attribute, part: &str) -> bool {
    attribute.sub(part).is_some_and(|part| part.returned == Returned::Always)
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
        shown_as(attributes, excluded, ViewReading::default()).expect("valid view")
    }

    fn shown_as(attributes: Option<&str>, excluded: Option<&str>, reading: ViewReading) -> Result<Value, ScimError> {
        let definition = ResourceKind::User.definition();
        let names = |text: &str| text.split(',').map(str::to_owned).collect();
        let view = View { attributes: attributes.map(names), excluded: excluded.map(names) };
        let resource = json!({
            "schemas": ["s"], "id": "1", "userName": "a", "name": {"givenName": "B", "familyName": "C"},
            "emails": [{"value": "a@x", "type": "work"}],
            ENTERPRISE: {"department": "D", "division": "E"}, "meta": {"location": "l", "created": "c"},
        });
        let Value::Object(resource) = resource else { unreachable!() };
        let projection = Projection::read(&view, &[definition], reading)?;
        Ok(Value::Object(projection.apply(definition, resource)))
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
    fn where_the_rfc_leaves_it_open_both_readings_are_there() {
        let usual = ViewReading::default();
        let part = json!({"schemas": ["s"], "id": "1", "userName": "a"});
        let with = |attributes: &str, excluded: Option<&str>, reading| {
            shown_as(Some(attributes), excluded, reading).map_err(|error| error.scim_type)
        };
        let refused = Err(Some(ScimType::InvalidValue));

        assert_eq!(with("userName", Some("id"), usual), refused);
        let winning = ViewReading { both: BothLists::AttributesWin, ..usual };
        assert_eq!(with("userName", Some("userName"), winning), Ok(part.clone()));

        let narrow = ViewReading { unknown: UnknownNames::Refused, ..usual };
        for name in ["userName,nope", "a b", "name.nope"] {
            assert!(with(name, None, usual).is_ok(), "{name}");
            assert_eq!(with(name, None, narrow), refused, "{name}");
        }
        assert_eq!(with("userName", None, narrow), Ok(part.clone()));

        let bare = ViewReading { schemas: PartialSchemas::OnRequest, ..usual };
        assert_eq!(with("userName", None, usual), Ok(part.clone()));
        assert_eq!(with("userName", None, bare), Ok(json!({"id": "1", "userName": "a"})));
        assert_eq!(with("userName,schemas", None, bare), Ok(part));

        let qualified = ViewReading { bare_urns: BareUrns::Refused, ..usual };
        assert_eq!(with(ENTERPRISE, None, usual).map(|user| user[ENTERPRISE]["department"].clone()), Ok(json!("D")));
        assert_eq!(with(ENTERPRISE, None, qualified), Ok(json!({"schemas": ["s"], "id": "1"})));
    }
}
