//! Which attributes that are returned on request a client has named in what it wrote: the answer shows them (RFC 7643
//! §7, `returned`).

use super::patch::Step;
use super::path::AttrPath;
use super::resource::member_of;
use super::schema::{Attribute, Located, ResourceType, Returned};
use serde_json::Value;

/// Those in the body of a POST or PUT.
#[must_use]
pub fn in_resource(definition: &ResourceType, body: &Value) -> Vec<AttrPath> {
    on_request(definition).filter(|path| is_in(path, body)).collect()
}

/// Those in the operations of a PATCH.
#[must_use]
pub fn in_patch(definition: &ResourceType, steps: &[Step]) -> Vec<AttrPath> {
    let is_named = |path: &AttrPath| {
        steps.iter().any(|step| match (&step.path, &step.value) {
            (Some(text), value) => means(definition, text, path) || is_within(definition, text, path, value.as_ref()),
            (None, Some(Value::Object(values))) => {
                is_in(path, &Value::Object(values.clone())) || values.keys().any(|key| means(definition, key, path))
            }
            (None, _) => false,
        })
    };
    on_request(definition).filter(is_named).collect()
}

/// Whether the body of a POST or PUT speaks of an attribute.
pub(crate) fn resource_speaks_of(body: &Value, path: &AttrPath) -> bool {
    is_in(path, body)
}

/// Whether a PATCH speaks of an attribute, or of a part of it.
pub(crate) fn patch_speaks_of(definition: &ResourceType, steps: &[Step], path: &AttrPath) -> bool {
    let is_meant = |text: &str| {
        let located = |path: AttrPath| definition.locate(&path).or_else(|| definition.locate_unqualified(&path));
        let Some(Located::Attribute(found)) = parsed(text).and_then(located) else { return false };
        let sub = found.sub.map(|sub| sub.name);
        found.extension.map(|schema| schema.id) == path.urn.as_deref()
            && found.attribute.name == path.name
            && (sub.is_none() || path.sub.is_none() || sub == path.sub.as_deref())
    };
    steps.iter().any(|step| match (&step.path, &step.value) {
        (Some(text), value) => is_meant(text) || is_within(definition, text, path, value.as_ref()),
        (None, Some(value @ Value::Object(values))) => is_in(path, value) || values.keys().any(|key| is_meant(key)),
        (None, _) => false,
    })
}

/// The attributes, and parts of attributes, that are returned on request.
fn on_request(definition: &ResourceType) -> impl Iterator<Item = AttrPath> {
    let own = (None, definition.schema);
    let extensions = definition.extensions.iter().map(|schema| (Some(schema.id), *schema));
    let schemas = std::iter::once(own).chain(extensions).filter(|_| definition.hides);
    schemas.flat_map(|(urn, schema)| schema.attributes.iter().flat_map(move |attribute| on_request_in(urn, attribute)))
}

fn on_request_in(urn: Option<&str>, attribute: &Attribute) -> Vec<AttrPath> {
    let whole = AttrPath { urn: urn.map(str::to_owned), ..AttrPath::named(attribute.name) };
    let parts = attribute.sub_attributes.iter().filter(|part| part.returned == Returned::Request);
    let parts = parts.map(|part| AttrPath { sub: Some(part.name.to_owned()), ..whole.clone() });
    let is_one = attribute.returned == Returned::Request;
    parts.chain(is_one.then(|| whole.clone())).collect()
}

/// Whether a resource, or a part of one, has a value there.
fn is_in(path: &AttrPath, body: &Value) -> bool {
    let member = |value: &Value, name: &str| member_of(value.as_object()?, name).cloned();
    let holder = match &path.urn {
        Some(urn) => member(body, urn),
        None => Some(body.clone()),
    };
    let value = holder.and_then(|holder| member(&holder, &path.name));
    match (value, &path.sub) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(Value::Array(elements)), Some(sub)) => elements.iter().any(|element| member(element, sub).is_some()),
        (Some(value), Some(sub)) => member(&value, sub).is_some(),
    }
}

/// Whether a PATCH path means that attribute.
fn means(definition: &ResourceType, text: &str, wanted: &AttrPath) -> bool {
    let Some(Located::Attribute(found)) = parsed(text).and_then(|path| definition.locate(&path)) else {
        return false;
    };
    let same = |one: Option<&str>, other: &Option<String>| one == other.as_deref();
    same(found.extension.map(|schema| schema.id), &wanted.urn)
        && found.attribute.name == wanted.name
        && same(found.sub.map(|sub| sub.name), &wanted.sub)
}

/// Whether a PATCH path means the attribute, or the extension, in whose value it is.
fn is_within(definition: &ResourceType, text: &str, wanted: &AttrPath, value: Option<&Value>) -> bool {
    let whole = AttrPath { sub: None, ..wanted.clone() };
    match value {
        Some(value) if wanted.urn.as_deref().is_some_and(|urn| urn.eq_ignore_ascii_case(text)) => {
            is_in(&AttrPath { urn: None, ..wanted.clone() }, value)
        }
        Some(value) if wanted.sub.is_some() && means(definition, text, &whole) => {
            let sub = wanted.sub.clone().unwrap_or_default();
            let elements = if let Value::Array(all) = value { all.as_slice() } else { std::slice::from_ref(value) };
            elements.iter().any(|element| is_in(&AttrPath::named(sub.clone()), element))
        }
        _ => false,
    }
}

/// The attribute path of a PATCH path, without what stands in brackets.
fn parsed(text: &str) -> Option<AttrPath> {
    let Some((front, rest)) = text.split_once('[') else {
        return AttrPath::parse(text);
    };
    let behind = rest.rsplit_once(']').map(|(_, behind)| behind).unwrap_or_default();
    AttrPath::parse(&format!("{front}{behind}"))
}
