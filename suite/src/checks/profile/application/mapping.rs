//! Roles that pushed groups give.

use scim_profile::Mapping;
use serde_json::json;

use super::{draft, person, words_are};
use crate::check::{Case, Demand, Feature, Resource, Stop};
use crate::checks::profile::product::Product;
use crate::checks::profile::said::Said;
use crate::idp::okta;
use crate::scim::patch;
use crate::target::Request;
use crate::target::exchange::encode;

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let mapping = product.profile.groups.as_ref().and_then(|groups| groups.mapping.as_ref());
    let demand = |mapping: &'static Mapping| {
        let title = "A mapped group gives its role to whoever is in it, and only as long as they are";
        draft(("groups", "mapping"), Feature::GroupPush, title, vec![Said::of(mapping.from.get_ref())])
            .story(product, move |t| Box::pin(story(t, mapping)))
    };
    mapping.into_iter().map(demand).collect()
}

async fn story(t: &Case, mapping: &'static Mapping) -> Result<(), Stop> {
    let said = Said::of(mapping.from.get_ref());
    let form = said.chosen();
    let (Some(first), Some(other)) = (mapping.roles.first(), mapping.roles.last()) else { return Ok(()) };
    let people = t.given_users(2).await?;
    let (ada, bob) = (&people[0], &people[1]);
    let one = t.given_group(&[ada]).await?;
    has(t, &said, ada, &[], "before the mapping").await?;
    map(t, &one, first).await?;
    has(t, &said, ada, &[first], "after push and mapping").await?;
    add(t, &one, bob).await?;
    has(t, &said, bob, &[first], "after joining").await?;
    t.patch(&one, okta::rename_group(&one.id, &t.fresh_group_name())).await?;
    has(t, &form, ada, &[first], "after the rename").await?;
    let two = t.given_group(&[ada]).await?;
    map(t, &two, other).await?;
    let both: Vec<&str> = if first == other { vec![first] } else { vec![first, other] };
    has(t, &form, ada, &both, "in two groups").await?;
    t.patch_ops(&one, vec![patch::remove(&patch::member_path(&bob.id))]).await?;
    has(t, &said, bob, &[], "after leaving").await?;
    t.change_beside(Request::new(http::Method::DELETE, format!("/groups/{}/role", encode(&two.id)))).await?;
    has(t, &form, ada, &[first], "after the mapping of the second group ended").await?;
    t.send(Request::delete(one.path())).await?;
    has(t, &form, ada, &[], "after the group was deleted").await
}

async fn map(t: &Case, group: &Resource, role: &str) -> Result<(), Stop> {
    t.change_beside(Request::put(format!("/groups/{}/role", encode(&group.id)), json!({ "role": role }))).await?;
    Ok(())
}

async fn add(t: &Case, group: &Resource, user: &Resource) -> Result<(), Stop> {
    let member = json!([{"value": user.id, "display": user.name}]);
    t.patch_ops(group, vec![patch::operation("add", "members", member)]).await?;
    Ok(())
}

async fn has(t: &Case, said: &Said, user: &Resource, roles: &[&str], when: &str) -> Result<(), Stop> {
    let seen = person(t, &user.id).await?;
    t.step(format!("the person {when}"));
    said.expect(t, &seen, words_are("/roles", roles));
    Ok(())
}
