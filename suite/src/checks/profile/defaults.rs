//! The value of an account for which none is sent.

use serde_json::Value;

use super::product::{Known, Product, json};
use super::ways::{Way, write};
use super::{Draft, word};
use crate::check::{Case, Demand, Feature, Stop};

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let with_default = product.attributes.iter().filter(|known| known.says.default.is_some());
    let demand = |known: &'static Known| {
        let draft = Draft {
            id: ("default", word(known.name())),
            feature: Feature::CreateUsers,
            title: format!("An account that is made without {} has the default one", known.name()),
            said: vec![known.said(known.says.default.as_ref())],
            alone: false,
        };
        draft.story(product, move |t| Box::pin(story(t, product, known)))
    };
    with_default.map(demand).collect()
}

async fn story(t: &Case, product: &'static Product, known: &'static Known) -> Result<(), Stop> {
    let Some(default) = &known.says.default else { return Ok(()) };
    let said = known.said(Some(default));
    let value = json(default.get());
    // A part of a list has a default where the list has an element: what Okta sends, without the part.
    let change = without(t, known);
    let made = write(t, Way::Post, &product.ground(known), &change).await?;
    made.shows(t, &said, true, || known.place.is(&value, known.is_exact())).await
}

/// What Okta's user has of the attribute, without the part that has a default; nothing for a whole attribute.
fn without(t: &Case, known: &Known) -> Value {
    let (name, part) = known.place.names();
    let mut change = serde_json::json!({});
    if let (Some(part), Some(Value::Array(mut elements))) = (part, t.okta_user().get(name).cloned()) {
        let user = t.fresh_name();
        for element in elements.iter_mut().filter_map(Value::as_object_mut) {
            element.remove(part);
            element.insert("value".into(), user.as_str().into());
        }
        change[name] = Value::Array(elements);
    }
    change
}
