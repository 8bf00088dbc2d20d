//! The features that a product claims, each in the shortest story that proves it; and those that it rules out.

mod groups;
mod life;
mod listed;

use scim_profile::{Feature as Claimed, Offer};

use super::Draft;
use super::product::Product;
use super::said::Said;
use crate::check::{Demand, Feature};

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    product.profile.features.iter().filter_map(|(feature, offer)| demand(product, *feature, offer)).collect()
}

fn demand(product: &'static Product, feature: Claimed, offer: &'static Offer) -> Option<Demand> {
    let said = Said::of(offer.source());
    let (row, title) = match (feature, *offer.get()) {
        (Claimed::CreateUsers, true) => (Feature::CreateUsers, "Whoever is assigned has an account, once"),
        (Claimed::Link, true) => (Feature::CreateUsers, "Whoever has an account keeps it when they are assigned"),
        (Claimed::UpdateAttributes, true) => {
            (Feature::UpdateAttributes, "A change of the profile arrives, however it is sent")
        }
        (Claimed::Deactivate, true) => {
            (Feature::Deactivate, "Whoever is deactivated is inactive, keeps the record, and is locked out")
        }
        (Claimed::Reactivate, true) => {
            (Feature::Reactivate, "Whoever is assigned again is active again, in the same account")
        }
        (Claimed::ImportUsers, true) => (Feature::ImportUsers, "Everybody is listed, page by page, each once"),
        (Claimed::ImportGroups, true) => (Feature::ImportGroups, "Groups are listed, with their members"),
        (Claimed::GroupPush, true) => {
            (Feature::GroupPush, "A group comes with its name and members, and makes no people")
        }
        (Claimed::RemoveUsers, true) => (Feature::Protocol, "Whoever is deleted is gone"),
        (Claimed::RemoveUsers, false) => (Feature::Protocol, "A request to delete somebody is refused, and they stay"),
        // Whether groups can be written or read is one check; whether a password is, another. The rest shows nowhere here.
        _ => return None,
    };
    let draft = Draft {
        id: ("feature", feature.name().into()),
        feature: row,
        title: title.into(),
        said: vec![said.clone()],
        alone: feature == Claimed::ImportUsers,
    };
    let is_offered = *offer.get();
    Some(draft.story(product, move |t| match feature {
        Claimed::CreateUsers => Box::pin(life::create(t, product, said.clone())),
        Claimed::Link => Box::pin(life::link(t, said.clone())),
        Claimed::UpdateAttributes => Box::pin(life::update(t, product, said.clone())),
        Claimed::Deactivate => Box::pin(life::deactivate(t, product, said.clone())),
        Claimed::Reactivate => Box::pin(life::reactivate(t, product, said.clone())),
        Claimed::ImportUsers => Box::pin(listed::users(t, said.clone())),
        Claimed::ImportGroups => Box::pin(groups::listed(t, said.clone())),
        Claimed::GroupPush => Box::pin(groups::push(t, said.clone())),
        _ if is_offered => Box::pin(life::remove(t, said.clone())),
        _ => Box::pin(life::keep(t, said.clone())),
    }))
}
