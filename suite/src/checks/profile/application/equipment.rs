//! What people have borrowed.

use scim_profile::Equipment;
use serde_json::{Value, json};

use super::{draft, whole};
use crate::check::{Case, Demand, Feature, Judgement, Resource, Stop};
use crate::checks::profile::product::Product;
use crate::checks::profile::said::Said;
use crate::checks::profile::ways::{Way, given, write_to};
use crate::expect::broken;
use crate::target::Request;
use crate::target::exchange::encode;

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let demand = |equipment: &'static Equipment| {
        let title = "Whoever is deactivated and still holds equipment is reported";
        draft(("equipment", "held"), Feature::Deactivate, title, vec![Said::of(equipment.from.get_ref())])
            .story(product, move |t| Box::pin(story(t, product, equipment)))
    };
    product.profile.equipment.iter().map(demand).collect()
}

async fn story(t: &Case, product: &'static Product, equipment: &'static Equipment) -> Result<(), Stop> {
    let said = Said::of(equipment.from.get_ref());
    let Some(item) = equipment.items.last() else { return Ok(()) };
    let user = given(t, &product.standing(&[])).await?;
    let item = item.get_ref();
    let holder = format!("/equipment/{}/holder", encode(item));
    t.change_beside(Request::put(&holder, json!({ "user": user.id }))).await?;
    is_reported(t, &said, item, &user, false, "while they are active").await?;
    write_to(t, Way::PatchPathless, user.clone(), &json!({"active": false})).await?;
    is_reported(t, &said, item, &user, true, "after the deactivation").await?;
    t.change_beside(Request::new(http::Method::DELETE, holder)).await?;
    is_reported(t, &said, item, &user, false, "after it came back").await
}

async fn is_reported(t: &Case, said: &Said, item: &str, user: &Resource, wanted: bool, when: &str) -> Result<(), Stop> {
    let (held, page) = whole(t, "/equipment/held-by-closed").await?;
    let is_it = |row: &Value| row["item"] == item && row["user"] == user.id.as_str();
    let is_there = held.iter().any(is_it);
    t.step(format!("the report {when}"));
    let words = |is_there: bool| if is_there { "in the report" } else { "not in the report" };
    said.conclude(
        t,
        if is_there == wanted { Judgement::Holds } else { broken(words(wanted), words(is_there), "/items") },
        &page,
    );
    Ok(())
}
