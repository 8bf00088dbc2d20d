//! A closed set of attributes, and what becomes of all others.

use scim_profile::{Accepted, Mutability, Others};
use serde_json::{Value, json};

use super::place::Place;
use super::product::Product;
use super::said::Said;
use super::ways::{Way, write};
use super::{Draft, sample};
use crate::check::{Case, Demand, Feature, Judgement, Stop};
use crate::expect::{all, broken, quoted};
use crate::probe::Fate;
use crate::scim::sample::overlay;
use crate::scim::urn;

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let Some(accepts) = &product.profile.accounts.accepts else { return Vec::new() };
    let draft = |word: &'static str, title: &str, said: Vec<Said>| Draft {
        id: ("accepts", word.into()),
        feature: Feature::UpdateAttributes,
        title: title.into(),
        said,
        alone: false,
    };
    let (set, others) = (Said::of(accepts.attributes.source()), Said::of(accepts.others.source()));
    let others_title = match accepts.others.get() {
        Others::Ignored => "Attributes outside the set are ignored, whatever they hold, and make no request fail",
        Others::ReadOnly => "Attributes outside the set are published as readOnly, and dropped",
    };
    vec![
        draft("attributes", "Each attribute of the set is taken and kept", vec![set])
            .story(product, move |t| Box::pin(set_is_kept(t, product, accepts))),
        draft("others", others_title, vec![others]).story(product, move |t| Box::pin(others_go(t, product, accepts))),
    ]
}

/// Each of them, in every way in which it can be written.
async fn set_is_kept(t: &Case, product: &'static Product, accepts: &'static Accepted) -> Result<(), Stop> {
    let said = Said::of(accepts.attributes.source());
    for name in accepts.attributes.get() {
        let place = product.place(name);
        let is_fixed = product.attributes.iter().any(|known| {
            let mutability = known.says.mutability.as_ref().map(|said| *said.get());
            known.name() == name && matches!(mutability, Some(Mutability::Immutable | Mutability::ReadOnly))
        });
        for way in Way::ALL {
            // A new name would hide the account from its readings; that has a check of its own.
            if way != Way::Post && (is_fixed || name == "userName") {
                continue;
            }
            let value = match name.as_str() {
                "userName" | "emails" => json!(t.fresh_name()),
                "externalId" => json!(format!("ext-{}", t.fresh_name())),
                "active" => json!(way == Way::Post),
                _ => fitting(product, &place),
            };
            let made = write(t, way, &product.standing(&[]), &place.change(value.clone())).await?;
            if name == "password" {
                made.succeeds(t, &said);
            } else {
                made.shows(t, &said, way == Way::Post, || place.is(&value, false)).await?;
            }
        }
    }
    Ok(())
}

/// A value that keeps the product's rule for the attribute, if it has one.
fn fitting(product: &'static Product, place: &Place) -> Value {
    let known = product.attributes.iter().find(|known| known.place == *place);
    known.and_then(|known| sample::of(known.says, product.profile).valid.pop()).unwrap_or_else(|| json!("Sample"))
}

/// Attributes of the RFC, each with a value of its type and one of another; and one that nobody has.
fn candidates() -> Vec<(String, Value, Value)> {
    let of_enterprise = |name: &str| format!("{}:{name}", urn::ENTERPRISE);
    vec![
        ("title".into(), json!("Guide"), json!({"not": "text"})),
        ("nickName".into(), json!("Sam"), json!([null])),
        ("displayName".into(), json!("Sam Sample"), json!(7)),
        ("timezone".into(), json!("US/Eastern"), json!([1, 2])),
        ("userType".into(), json!("Employee"), json!(null)),
        ("name.givenName".into(), json!("Sam"), json!(9)),
        ("name.middleName".into(), json!("Middle"), json!([9])),
        ("addresses".into(), json!([{"type": "work", "locality": "Town"}]), json!("nowhere")),
        ("photos".into(), json!([{"type": "photo", "value": "https://example.com/p.png"}]), json!(4)),
        (of_enterprise("department"), json!("Tours"), json!(1)),
        (of_enterprise("costCenter"), json!("4711"), json!({})),
        ("favouriteColour".into(), json!("red"), json!({"red": [null]})),
    ]
}

async fn others_go(t: &Case, product: &'static Product, accepts: &'static Accepted) -> Result<(), Stop> {
    let said = Said::of(accepts.others.source());
    let is_ignored = *accepts.others.get() == Others::Ignored;
    let is_outside = |name: &str| t.facts().fate(name) == Fate::Ignored;
    let outside: Vec<(Place, Value, Value)> = candidates()
        .into_iter()
        .filter(|(name, ..)| is_outside(name) && (is_ignored || name != "favouriteColour"))
        .map(|(name, fit, unfit)| (product.place(&name), fit, unfit))
        .collect();
    let all_of = |is_fit: bool| {
        let mut change = json!({});
        for (place, fit, unfit) in &outside {
            overlay(&mut change, &place.change(if is_fit { fit.clone() } else { unfit.clone() }));
        }
        change
    };
    let shows = || all(outside.iter().map(|(place, ..)| place.is_unset()).collect());
    for is_fit in if is_ignored { vec![true, false] } else { vec![true] } {
        for way in Way::ALL {
            let made = write(t, way, &product.standing(&[]), &all_of(is_fit)).await?;
            if made.answer.answer.is_success() {
                made.shows(t, &said, way == Way::Post, shows).await?;
                continue;
            }
            match way {
                // What is published as readOnly may be refused in a PATCH (RFC 7644 §3.5.2).
                Way::PatchPathless | Way::PatchPath if !is_ignored => {}
                Way::PatchPathless | Way::PatchPath => _ = made.succeeds(t, &said.chosen()),
                Way::Post | Way::Put => _ = made.succeeds(t, &said),
            }
            made.leaves_nothing(t, &said).await?;
        }
    }
    if !is_ignored {
        published(t, &said).await?;
    }
    Ok(())
}

/// Each attribute of the core schema outside the set is published as readOnly, or not at all.
async fn published(t: &Case, said: &Said) -> Result<(), Stop> {
    let schemas = t.get("/Schemas").await?;
    let user = schemas
        .rows()
        .map(|(_, schema)| schema)
        .find(|schema| schema.get("id").and_then(Value::as_str) == Some(urn::USER));
    let attributes = user.and_then(|user| user.get("attributes")?.as_array());
    let writable = attributes.into_iter().flatten().find(|attribute| {
        let name = attribute.get("name").and_then(Value::as_str).unwrap_or_default();
        // RFC 7643 §4.1.1 knows a password as writeOnly alone.
        let is_outside = t.facts().fate(name) == Fate::Ignored && name != "password";
        is_outside && attribute.get("mutability").and_then(Value::as_str) != Some("readOnly")
    });
    t.step("/Schemas");
    let judgement = writable.map_or(Judgement::Holds, |attribute| {
        broken(format!("{} as readOnly", quoted(attribute.get("name"))), quoted(attribute.get("mutability")), "")
    });
    said.conclude(t, judgement, &schemas);
    Ok(())
}
