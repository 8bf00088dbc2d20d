//! What people may do by the value of an attribute.

use std::collections::BTreeMap;

use scim_profile::Permission;
use serde_json::json;

use super::{draft, holds, person, words_are};
use crate::check::{Case, Demand, Feature, Stop};
use crate::checks::profile::product::Product;
use crate::checks::profile::said::Said;
use crate::checks::profile::ways::{Way, write};
use crate::checks::profile::word;
use crate::expect::all;

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let mut by_attribute: BTreeMap<&'static str, Vec<&'static Permission>> = BTreeMap::new();
    for permission in &product.profile.permissions {
        by_attribute.entry(permission.attribute.get_ref()).or_default().push(permission);
    }
    let demand = |(attribute, permissions): (&'static str, Vec<&'static Permission>)| {
        let said = permissions.iter().map(|permission| Said::of(permission.from.get_ref())).collect();
        let title = format!("{attribute} says what people may do");
        draft(("permission", word(attribute)), Feature::UpdateAttributes, title, said)
            .story(product, move |t| Box::pin(story(t, product, attribute, permissions.clone())))
    };
    by_attribute.into_iter().map(demand).collect()
}

async fn story(
    t: &Case,
    product: &'static Product,
    attribute: &'static str,
    permissions: Vec<&'static Permission>,
) -> Result<(), Stop> {
    let place = product.place(attribute);
    for permission in permissions {
        let said = Said::of(permission.from.get_ref());
        let value = permission.value.get_ref().as_str();
        for way in Way::ALL {
            let made = write(t, way, &product.standing(&[]), &place.change(json!(value))).await?;
            let Some(user) = made.user.as_ref().filter(|_| made.succeeds(t, &said)) else { continue };
            let seen = person(t, &user.id).await?;
            t.step(format!("the person after {}", way.words()));
            let may = permission.may.iter().map(|may| holds("/may", may, true));
            said.expect(t, &seen, all([words_are("/permissions", &[value])].into_iter().chain(may).collect()));
        }
    }
    Ok(())
}
