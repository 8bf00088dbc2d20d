//! Groups of a product that says that it has none.

use serde_json::json;

use super::Draft;
use super::product::Product;
use super::said::Said;
use crate::catalogue::Gate;
use crate::check::{Case, Demand, Feature, Judgement, Stop};
use crate::expect::{all, broken, error, has_detail, no_rows, no_server_error, refused, status};
use crate::idp::okta;
use crate::probe::Offer;
use crate::scim::{patch, sample, urn};
use crate::target::Request;

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    use scim_profile::Feature::{EnhancedGroupPush, GroupPush, ImportGroups};
    let declined = [ImportGroups, GroupPush, EnhancedGroupPush].into_iter().filter_map(|feature| {
        let offer = product.profile.features.get(&feature).filter(|offer| !*offer.get())?;
        Some(Said::of(offer.source()))
    });
    let Some(said) = Said::together(declined).filter(|_| product.profile.groups.is_none()) else { return Vec::new() };
    let draft = Draft {
        id: ("groups", "absent".into()),
        feature: Feature::Protocol,
        title: "There are no groups: the list is empty, none can be made, and no request of them breaks the server"
            .into(),
        said: vec![said.clone()],
        alone: false,
    };
    vec![draft.story(product, move |t| Box::pin(story(t, said.clone())))]
}

async fn story(t: &Case, said: Said) -> Result<(), Stop> {
    let form = said.chosen();
    let list = t.send(okta::import_page("/Groups", 1)).await?;
    t.step("GET /Groups");
    said.expect(t, &list, no_server_error());
    let is_empty = list.rows().count() == 0;
    said.conclude(t, if is_empty { Judgement::Holds } else { broken("no groups", "some", "/Resources") }, &list);
    // Okta's test of the connection asks for the list.
    form.expect(t, &list, no_rows());
    let types = t.get("/ResourceTypes").await?;
    t.step("GET /ResourceTypes");
    let is_group =
        types.rows().any(|(_, kind)| kind.get("schema").and_then(|schema| schema.as_str()) == Some(urn::GROUP));
    form.conclude(t, if is_group { broken("no type Group", "one", "/Resources") } else { Judgement::Holds }, &types);
    let one = format!("/Groups/{}", t.fresh_id());
    let read = t.get(&one).await?;
    t.step("GET /Groups/{id}");
    said.expect(t, &read, refused());
    form.expect(t, &read, status(&[404]));
    let name = t.fresh_group_name();
    let rename = patch::message(vec![patch::pathless("replace", json!({ "displayName": name }))]);
    let writes = [
        Request::post("/Groups", sample::group(&name, &[])),
        Request::put(&one, sample::group(&name, &[])),
        Request::patch(&one, rename),
        Request::delete(&one),
    ];
    for request in writes {
        let words = format!("{} {}", request.method, if request.path == one { "/Groups/{id}" } else { "/Groups" });
        let answer = t.send(request).await?;
        t.step(words);
        said.expect(t, &answer, refused());
        form.expect(t, &answer, all(vec![error(&[501]), has_detail()]));
    }
    if t.facts().offers(Gate::Bulk) == Offer::Yes {
        let operation =
            json!({"method": "POST", "path": "/Groups", "bulkId": "one", "data": sample::group(&name, &[])});
        let message =
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [operation]});
        let answer = t.post("/Bulk", message).await?;
        t.step("POST /Groups in bulk");
        let is_made = answer.answer.json.as_ref().is_some_and(|json| json.pointer("/Operations/0/location").is_some());
        said.conclude(
            t,
            if is_made { broken("a refusal", "a group", "/Operations/0") } else { Judgement::Holds },
            &answer,
        );
    }
    let found = t.send(okta::look_up_group(&name)).await?;
    t.step("GET /Groups afterwards");
    said.conclude(
        t,
        if found.rows().count() == 0 { Judgement::Holds } else { broken("no groups", "one", "/Resources") },
        &found,
    );
    Ok(())
}
