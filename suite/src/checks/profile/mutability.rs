//! Attributes that clients cannot change, or cannot change again.

use scim_profile::Mutability;
use serde_json::{Value, json};

use super::product::{Known, Product};
use super::ways::{Way, success, write, write_to};
use super::{Draft, sample, word};
use crate::check::{Case, Demand, Feature, Resource, Stop};
use crate::scim::sample::overlay;

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let mut demands = Vec::new();
    for known in &product.attributes {
        let Some(mutability) = &known.says.mutability else { continue };
        let name = known.name();
        let title = match mutability.get() {
            Mutability::ReadOnly => format!("{name} is the product's own: what is sent for it is dropped"),
            Mutability::Immutable => format!("{name} stays as it was when the account was made"),
            Mutability::WriteOnly => format!("{name} is taken, and never shown"),
            Mutability::ReadWrite => continue,
        };
        let draft = Draft {
            id: ("mutability", word(name)),
            feature: Feature::UpdateAttributes,
            title,
            said: vec![known.said(Some(mutability)), known.said::<()>(None)],
            alone: false,
        };
        demands.push(draft.story(product, move |t| match mutability.get() {
            Mutability::Immutable => Box::pin(immutable(t, product, known)),
            Mutability::WriteOnly => Box::pin(write_only(t, product, known)),
            _ => Box::pin(read_only(t, product, known)),
        }));
    }
    demands
}

/// Another value is refused, and nothing else of the request is done; the value that is there may be sent again.
async fn immutable(t: &Case, product: &'static Product, known: &'static Known) -> Result<(), Stop> {
    let (fixed, form) = (known.said::<()>(None), known.said(known.says.mutability.as_ref()));
    for way in Way::CHANGES {
        let (user, was) = account(t, product, known).await?;
        let mut change = known.place.change(another(t, product, known));
        overlay(&mut change, &t.some_change());
        let made = write_to(t, way, user.clone(), &change).await?;
        made.is_refused(t, &fixed, &form, &["mutability"], || known.place.is(&was, true)).await?;
        let seen = t.read(&user).await?;
        t.step(format!("after {}, the reading by id", way.words()));
        fixed.expect(t, &seen, known.place.is(&was, true));
    }
    for way in Way::CHANGES {
        let (user, was) = account(t, product, known).await?;
        // Whole lists are sent as they are read.
        let (name, _) = known.place.names();
        let mut same = match user.seen.get(name) {
            Some(whole) if known.place.schema() == crate::scim::urn::USER => json!({ name: whole }),
            _ => known.place.change(was.clone()),
        };
        overlay(&mut same, &t.some_change());
        let made = write_to(t, way, user, &same).await?;
        made.shows(t, &form, way == Way::Put, || known.place.is(&was, true)).await?;
    }
    Ok(())
}

/// An account with a value, and the value.
async fn account(t: &Case, product: &'static Product, known: &'static Known) -> Result<(Resource, Value), Stop> {
    let mut ground = product.ground(known);
    let of_okta = t.okta_user();
    if known.place.values(&of_okta).is_empty()
        && let Some(first) = sample::of(known.says, product.profile).valid.first()
    {
        overlay(&mut ground, &known.place.change(first.clone()));
    }
    let user = super::ways::given(t, &ground).await?;
    let was = known.place.values(&user.seen).first().map(|value| (*value).clone());
    let Some(was) = was else {
        return Err(Stop::Blocked {
            by: "create.user.okta",
            reason: format!("the new account has no {}", known.name()),
        });
    };
    Ok((user, was))
}

/// A value that differs, and keeps the run's key where the attribute names the account.
fn another(t: &Case, product: &'static Product, known: &'static Known) -> Value {
    match known.place.names().0 {
        "userName" | "emails" => json!(t.fresh_name()),
        "externalId" => json!(format!("other-{}", t.fresh_name())),
        _ => sample::of(known.says, product.profile).valid.pop().unwrap_or_else(|| json!("Another")),
    }
}

/// What is sent is dropped. A PATCH that names such an attribute may be refused (RFC 7644 §3.5.2).
async fn read_only(t: &Case, product: &'static Product, known: &'static Known) -> Result<(), Stop> {
    let (fixed, form) = (known.said::<()>(None), known.said(known.says.mutability.as_ref()));
    let Some(value) = sample::of(known.says, product.profile).valid.pop() else { return Ok(()) };
    for way in Way::ALL {
        let made = write(t, way, &product.ground(known), &known.place.change(value.clone())).await?;
        if made.answer.answer.is_success() {
            made.shows(t, &fixed, way == Way::Post, || known.place.is_not(&value)).await?;
        } else {
            // RFC 7644 §3.5.2 lets a PATCH that names it be refused.
            if matches!(way, Way::Post | Way::Put) {
                form.conclude(t, success(&made.answer), &made.answer);
            }
            made.leaves_nothing(t, &fixed).await?;
        }
    }
    Ok(())
}

async fn write_only(t: &Case, product: &'static Product, known: &'static Known) -> Result<(), Stop> {
    let form = known.said(known.says.mutability.as_ref());
    let Some(value) = sample::of(known.says, product.profile).valid.pop() else { return Ok(()) };
    for way in Way::ALL {
        let made = write(t, way, &product.ground(known), &known.place.change(value.clone())).await?;
        made.shows(t, &form, way == Way::Post, || known.place.is_unset()).await?;
    }
    Ok(())
}
