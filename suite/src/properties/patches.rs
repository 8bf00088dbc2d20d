//! Changes of users, drawn from what the target announces, and the PATCH messages that carry them.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::resources;
use crate::probe::schema::{Attribute, Kind, Schema};
use crate::scim::patch;

/// New values for some attributes, each of which is named once.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) places: Vec<(Place, Value)>,
}

/// What a path can name: an attribute, or a part of a complex one.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) attribute: Attribute,
    pub(super) part: Option<Attribute>,
}

impl Place {
    /// `name.familyName`, as a path or in a filter.
    pub(super) fn path(&self) -> String {
        match &self.part {
            Some(part) => format!("{}.{}", self.attribute.path(), part.name),
            None => self.attribute.path(),
        }
    }

    /// The attribute whose type the value has.
    pub(super) fn leaf(&self) -> &Attribute {
        self.part.as_ref().unwrap_or(&self.attribute)
    }

    /// Its value in a representation.
    pub(super) fn of<'a>(&self, resource: &'a Value) -> Option<&'a Value> {
        let value = self.attribute.of(resource)?;
        match &self.part {
            Some(part) => {
                crate::probe::schema::member(value, &part.name).filter(|it| !crate::expect::is_unassigned(it))
            }
            None => Some(value),
        }
    }

    /// Puts a value there.
    pub(super) fn put(&self, body: Value, value: Value) -> Value {
        let Some(part) = &self.part else { return resources::with(body, &self.attribute, value) };
        let mut whole = self.attribute.of(&body).cloned().unwrap_or_else(|| json!({}));
        whole[part.name.as_str()] = value;
        resources::with(body, &self.attribute, whole)
    }

    fn value(&self) -> BoxedStrategy<Value> {
        match &self.part {
            Some(part) => resources::simple(part, &self.attribute.name),
            None => resources::value(&self.attribute),
        }
    }
}

impl Change {
    /// The change as attributes of a body.
    pub(super) fn body(&self) -> Value {
        let body = self.places.iter().fold(json!({}), |body, (place, value)| place.put(body, value.clone()));
        without_schemas(body)
    }

    /// `{"op": "replace", "value": {…}}`.
    pub(super) fn pathless(&self) -> Value {
        patch::message(vec![patch::pathless("replace", self.body())])
    }

    /// One `replace` with a path for each attribute.
    pub(super) fn operations(&self) -> Vec<Value> {
        let replace = |(place, value): &(Place, Value)| patch::operation("replace", &place.path(), value.clone());
        self.places.iter().map(replace).collect()
    }

    /// With the user's own name in it.
    pub(super) fn filled(&self, name: &str) -> Change {
        let fill = |(place, value): &(Place, Value)| (place.clone(), resources::filled(value, name));
        Change { places: self.places.iter().map(fill).collect() }
    }
}

/// A PATCH value names attributes; which schemas they are of the server knows.
fn without_schemas(mut body: Value) -> Value {
    body.as_object_mut().map(|body| body.shift_remove("schemas"));
    body
}

/// Everything that a path can name and that has one value, or a list as a whole.
pub(super) fn places(schema: &Schema) -> Vec<Place> {
    let of_attribute = |attribute: &Attribute| -> Vec<Place> {
        let whole = Place { attribute: attribute.clone(), part: None };
        if attribute.multi_valued || attribute.kind != Kind::Complex {
            return vec![whole];
        }
        let simple = attribute.parts.iter().filter(|part| part.kind != Kind::Complex && !part.multi_valued);
        simple.map(|part| Place { part: Some(part.clone()), ..whole.clone() }).collect()
    };
    schema.attributes.iter().flat_map(of_attribute).collect()
}

/// Up to `most` new values.
pub(super) fn change(schema: &Schema, most: usize) -> Option<BoxedStrategy<Change>> {
    let drawn = prop::collection::vec(placed(places(schema))?, 1..=most);
    let distinct = |drawn: Vec<(Place, Value)>| {
        let mut places: Vec<(Place, Value)> = Vec::new();
        for (place, value) in drawn {
            // Parts of one attribute are told apart; an attribute beside its own part is not drawn.
            if !places.iter().any(|(known, _)| known.path() == place.path()) {
                places.push((place, value));
            }
        }
        Change { places }
    };
    Some(drawn.prop_map(distinct).boxed())
}

/// A new value for a place that has one value and need not have it.
pub(super) fn single(schema: &Schema) -> Option<BoxedStrategy<(Place, Value)>> {
    let fits = |place: &Place| !place.attribute.multi_valued && !place.attribute.required && !place.leaf().required;
    placed(places(schema).into_iter().filter(fits).collect())
}

/// One more value for a list whose values are told apart by `value`.
pub(super) fn listed(schema: &Schema) -> Option<BoxedStrategy<(Place, Value)>> {
    let fits = |it: &&Attribute| it.multi_valued && it.kind == Kind::Complex && it.part("value").is_some();
    let strategies: Vec<BoxedStrategy<(Place, Value)>> = schema
        .attributes
        .iter()
        .filter(fits)
        .map(|attribute| {
            let place = Place { attribute: attribute.clone(), part: None };
            resources::element(attribute).prop_map(move |value| (place.clone(), value)).boxed()
        })
        .collect();
    one_of(strategies)
}

/// A value that its place can't have.
pub(super) fn misfit(schema: &Schema) -> Option<BoxedStrategy<(Place, Value)>> {
    let misfits: Vec<(Place, Value)> = places(schema)
        .into_iter()
        .map(|place| {
            let value = match (place.attribute.multi_valued, place.leaf().kind) {
                (true, _) => json!(7),
                (_, Kind::Boolean) => json!("perhaps"),
                _ => json!({"no": [1]}),
            };
            (place, value)
        })
        .collect();
    (!misfits.is_empty()).then(|| select(misfits).boxed())
}

/// An operation that no server can carry out.
pub(super) fn faulty() -> BoxedStrategy<Value> {
    select(vec![
        patch::operation("replace", "noSuchAttribute.x", json!("x")),
        json!({"op": "frobnicate", "path": "title", "value": "x"}),
        json!({"op": "remove"}),
        patch::operation("replace", "emails[type eq", json!("x")),
    ])
    .boxed()
}

fn placed(places: Vec<Place>) -> Option<BoxedStrategy<(Place, Value)>> {
    let strategies =
        places.into_iter().map(|place| place.value().prop_map(move |value| (place.clone(), value)).boxed()).collect();
    one_of(strategies)
}

/// One of these, the first being the simplest.
fn one_of<T: std::fmt::Debug + 'static>(strategies: Vec<BoxedStrategy<T>>) -> Option<BoxedStrategy<T>> {
    (!strategies.is_empty()).then(|| prop::strategy::Union::new(strategies).boxed())
}
