//! What a new account may do, and what administrators give by hand.

use serde_json::{Value, json};

use super::{draft, person, words_are};
use crate::check::{Case, Demand, Feature, Stop};
use crate::checks::profile::product::Product;
use crate::checks::profile::said::Said;
use crate::checks::profile::ways::{Way, given, write_to};
use crate::expect::{all, json_at, status};
use crate::target::Request;
use crate::target::exchange::encode;

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let accounts = &product.profile.accounts;
    let mut demands = Vec::new();
    if let Some(level) = &accounts.access_level {
        let title = format!("Whoever is new has the access level {}", level.get());
        let said = Said::of(level.source());
        let draft = draft(("access-level", "new"), Feature::CreateUsers, title, vec![said.clone()]);
        demands.push(draft.story(product, move |t| Box::pin(new(t, product, said.clone(), level.get()))));
    }
    if let Some(keeps) = accounts.keeps_what_is_given.as_ref().filter(|keeps| *keeps.get()) {
        let title = "What an administrator has given stays, whatever the identity provider writes";
        let said = Said::of(keeps.source());
        let draft = draft(("access-level", "kept"), Feature::UpdateAttributes, title, vec![said.clone()]);
        demands.push(draft.story(product, move |t| Box::pin(kept(t, product, said.clone()))));
    }
    if let Some(fixed) = &accounts.fixed_in_pages {
        let title = "What comes from the identity provider is not changed in the product's own pages";
        let said = Said::of(fixed.source());
        let draft = draft(("pages", "fixed"), Feature::UpdateAttributes, title, vec![said.clone()]);
        demands.push(draft.story(product, move |t| Box::pin(in_pages(t, product, said.clone(), fixed.get()))));
    }
    demands
}

async fn new(t: &Case, product: &'static Product, said: Said, level: &'static str) -> Result<(), Stop> {
    let user = given(t, &product.standing(&[])).await?;
    let seen = person(t, &user.id).await?;
    t.step("the person who is new");
    said.expect(t, &seen, json_at("/accessLevel", level));
    Ok(())
}

/// Level, places and the provider's record outlive an update, a deactivation and a reactivation.
async fn kept(t: &Case, product: &'static Product, said: Said) -> Result<(), Stop> {
    let other = product.profile.accounts.access_levels.first();
    let given_by_hand = json!({"accessLevel": other, "locations": ["Main Street"], "isProvider": true});
    for way in Way::CHANGES {
        let user = given(t, &product.standing(&[])).await?;
        t.change_beside(Request::put(format!("/users/{}/staff", encode(&user.id)), given_by_hand.clone())).await?;
        for (words, change) in [
            ("an update", t.some_change()),
            ("the deactivation", json!({"active": false})),
            ("the reactivation", json!({"active": true})),
        ] {
            write_to(t, way, user.clone(), &change).await?;
            let seen = person(t, &user.id).await?;
            t.step(format!("the person after {words} by {}", way.words()));
            let level = json_at("/accessLevel", json!(other));
            said.expect(
                t,
                &seen,
                all(vec![level, words_are("/locations", &["Main Street"]), json_at("/isProvider", true)]),
            );
        }
    }
    Ok(())
}

async fn in_pages(t: &Case, product: &'static Product, said: Said, fixed: &'static [String]) -> Result<(), Stop> {
    let user = given(t, &product.standing(&[])).await?;
    for name in fixed {
        let place = product.place(name);
        let value: Value = if name == "userName" { json!(t.fresh_name()) } else { json!("Changed") };
        let path = format!("/users/{}", encode(&user.id));
        let answer = t.beside(Request::patch(path, place.change(value.clone()))).await?;
        t.step(format!("a change of {name} in the pages"));
        said.expect(t, &answer, status(&[409]));
        let seen = t.read(&user).await?;
        said.expect(t, &seen, place.is_not(&value));
    }
    Ok(())
}
