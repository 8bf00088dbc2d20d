//! Attributes that only some accounts have, and attributes that some accounts must have.

use serde_json::{Value, json};

use super::product::{Known, Product, json as of_scalar};
use super::ways::{Way, make, write};
use super::{Draft, sample, word};
use crate::check::{Case, Demand, Feature, Stop};
use crate::expect::any;
use crate::scim::sample::overlay;

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let mut demands = Vec::new();
    for known in &product.attributes {
        let (says, name) = (known.says, known.name());
        if let Some(when) = &says.applies_when {
            let title = format!("{name} applies only to accounts that it is meant for, and is ignored for others");
            let draft = draft(("applies-when", word(name)), title, vec![known.said(Some(when))]);
            demands.push(draft.story(product, move |t| Box::pin(applies(t, product, known))));
        }
        if let Some(when) = &says.required_when {
            let title = format!("{name} is required of the accounts that it is meant for");
            let draft = draft(("required-when", word(name)), title, vec![known.said(Some(when))]);
            demands.push(draft.story(product, move |t| Box::pin(required_when(t, product, known))));
        }
        if let Some(required) = says.required.as_ref().filter(|required| *required.get()) {
            let title = format!("There is no account without {name}");
            let draft = draft(("required", word(name)), title, vec![known.said(Some(required))]);
            demands.push(draft.story(product, move |t| Box::pin(required_always(t, product, known))));
        }
    }
    demands
}

fn draft(id: (&'static str, String), title: String, said: Vec<super::Said>) -> Draft {
    Draft { id, feature: Feature::UpdateAttributes, title, said, alone: false }
}

/// Where the condition does not hold, a value is dropped, whatever it is; and it goes when the condition ends.
async fn applies(t: &Case, product: &'static Product, known: &'static Known) -> Result<(), Stop> {
    let Some(when) = &known.says.applies_when else { return Ok(()) };
    let said = known.said(Some(when));
    let samples = sample::of(known.says, product.profile);
    let others = product.otherwise(known, when.get());
    let nothing_said = std::iter::once(json!({}));
    for standing in others.iter().cloned().chain(nothing_said) {
        for value in samples.valid.first().into_iter().chain(samples.invalid.first()) {
            for way in Way::ALL {
                let mut change = known.place.change(value.clone());
                overlay(&mut change, &standing);
                let made = write(t, way, &product.standing(&[]), &change).await?;
                if made.answer.answer.is_success() {
                    made.shows(t, &said, way == Way::Post, || known.place.is_unset()).await?;
                } else {
                    // A server may refuse it instead, as long as nothing is kept.
                    made.succeeds(t, &said.chosen());
                    made.leaves_nothing(t, &said).await?;
                }
            }
        }
    }
    let Some(value) = samples.valid.first() else { return Ok(()) };
    let mut ground = product.ground(known);
    overlay(&mut ground, &known.place.change(value.clone()));
    for other in &others {
        for way in Way::CHANGES {
            let made = write(t, way, &ground, other).await?;
            made.shows(t, &said.chosen(), way == Way::Put, || known.place.is_unset()).await?;
        }
    }
    Ok(())
}

/// An account for which the condition holds, and which has no value.
async fn required_when(t: &Case, product: &'static Product, known: &'static Known) -> Result<(), Stop> {
    let Some(when) = &known.says.required_when else { return Ok(()) };
    let said = known.said(Some(when));
    let condition = product.holds(known, when.get());
    let change = product.standing_without(known, &[condition]);
    let (whose, is) = (product.place_of(known, when.get()), of_scalar(&when.get().is));
    for way in Way::ALL {
        let made = write(t, way, &json!({}), &change).await?;
        let samples = sample::of(known.says, product.profile).valid;
        made.is_refused(t, &said, &said.chosen(), &["invalidValue"], || {
            any(vec![whose.is_not(&is), known.place.is_one_of(&samples, false)])
        })
        .await?;
    }
    Ok(())
}

/// A new account without what every account has.
async fn required_always(t: &Case, product: &'static Product, known: &'static Known) -> Result<(), Stop> {
    let Some(required) = &known.says.required else { return Ok(()) };
    let said = known.said(Some(required));
    let without: Value = product.standing_without(known, &[]);
    let made = make(t, &json!({}), &without, Some(&known.place)).await?;
    let samples = sample::of(known.says, product.profile).valid;
    made.is_refused(t, &said, &said.chosen(), &["invalidValue"], || known.place.is_one_of(&samples, false)).await
}
