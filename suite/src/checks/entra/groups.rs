//! Entra's groups (ENTRA-GRP-F2 to F6).

use serde_json::{Value, json};

use super::patch::changed;
use super::story;
use crate::check::{Check, Feature};
use crate::checks::resource;
use crate::expect::{all, error, json_at, status, unassigned, values_are};
use crate::idp::entra;
use crate::scim::patch::{member_path, operation, pathless, remove};

const WRONG_PEOPLE: &str = "The wrong people have what the group gives.";

/// A member as Entra names it.
fn reference(id: &str) -> Value {
    json!({"$ref": null, "value": id})
}

pub(super) static CREATE: Check = story(
    "group.entra.create",
    Feature::GroupPush,
    "A group without members is created, with Microsoft's own schema beside the core one",
    "No group arrives.",
    &["ENTRA-GRP-004", "ENTRA-GRP-005", "ENTRA-VAL-019", "ENTRA-GAL-19"],
    |t| {
        Box::pin(async move {
            t.needs_listed_groups()?;
            let body = entra::new_group(&t.fresh_group_name(), &t.fresh_word());
            let created = t.post("/Groups", body.clone()).await?;
            t.expect(&["ENTRA-GRP-004", "ENTRA-VAL-019", "ENTRA-GAL-19"], &created, status(&[201, 200]));
            let Some(group) = resource(&created, body) else { return Ok(()) };
            let seen = t.read(&group).await?;
            let empty = all(vec![json_at("/displayName", group.name.as_str()), unassigned("/members")]);
            t.expect(&["ENTRA-GRP-005", "ENTRA-VAL-019"], &seen, empty);
            Ok(())
        })
    },
);

pub(super) static ADD: Check = story(
    "group.entra.add-members",
    Feature::GroupPush,
    "Add takes one member and several, and leaves those who are there",
    WRONG_PEOPLE,
    &["ENTRA-GRP-006", "ENTRA-GRP-007", "ENTRA-GRP-008"],
    |t| {
        Box::pin(async move {
            t.needs_listed_groups()?;
            t.needs_patch()?;
            let users = t.given_users(4).await?;
            let group = t.given_group(&[&users[0]]).await?;
            let one = vec![operation("Add", "members", json!([reference(&users[1].id)]))];
            t.step("one");
            let two = values_are("/members", &[&users[0].id, &users[1].id]);
            changed(t, &["ENTRA-GRP-006", "ENTRA-GRP-007"], &group, one, two).await?;
            let several = json!([reference(&users[2].id), reference(&users[3].id)]);
            t.step("several");
            let everybody: Vec<&str> = users.iter().map(|user| user.id.as_str()).collect();
            let all = values_are("/members", &everybody);
            changed(t, &["ENTRA-GRP-007", "ENTRA-GRP-008"], &group, vec![operation("Add", "members", several)], all)
                .await
        })
    },
);

pub(super) static REMOVE: Check = story(
    "group.entra.remove-members",
    Feature::GroupPush,
    "A member is removed by a filter, one or several in a request, and everybody by the bare path",
    WRONG_PEOPLE,
    &["ENTRA-GRP-008", "ENTRA-GRP-010", "ENTRA-GRP-011", "ENTRA-VAL-024"],
    |t| {
        Box::pin(async move {
            t.needs_listed_groups()?;
            t.needs_patch()?;
            let users = t.given_users(4).await?;
            let group = t.given_group(&users.iter().collect::<Vec<_>>()).await?;
            let ids: Vec<&str> = users.iter().map(|user| user.id.as_str()).collect();
            t.step("one");
            let rules = &["ENTRA-GRP-010", "ENTRA-VAL-024"];
            changed(t, rules, &group, vec![remove(&member_path(ids[0]))], values_are("/members", &ids[1..])).await?;
            t.step("several");
            let both = vec![remove(&member_path(ids[1])), remove(&member_path(ids[2]))];
            changed(t, &["ENTRA-GRP-008", "ENTRA-GRP-010"], &group, both, values_are("/members", &ids[3..])).await?;
            t.step("everybody");
            changed(t, &["ENTRA-GRP-011"], &group, vec![remove("members")], unassigned("/members")).await
        })
    },
);

pub(super) static REMOVE_LISTED: Check = story(
    "group.entra.remove-listed",
    Feature::GroupPush,
    "A Remove of members that lists some takes those, and no others",
    "Everybody loses the group when one person leaves it.",
    &["ENTRA-GRP-009"],
    |t| {
        Box::pin(async move {
            t.needs_listed_groups()?;
            t.needs_patch()?;
            let (one, two) = (t.given_user().await?, t.given_user().await?);
            let group = t.given_group(&[&one, &two]).await?;
            let listed = operation("Remove", "members", json!([reference(&one.id)]));
            changed(t, &["ENTRA-GRP-009"], &group, vec![listed], values_are("/members", &[&two.id])).await
        })
    },
);

pub(super) static REPLACE: Check = story(
    "group.entra.replace-members",
    Feature::GroupPush,
    "A replace of the members sets exactly these",
    WRONG_PEOPLE,
    &["ENTRA-GRP-013", "ENTRA-VAL-023"],
    |t| {
        Box::pin(async move {
            t.needs_listed_groups()?;
            t.needs_patch()?;
            let users = t.given_users(3).await?;
            let group = t.given_group(&[]).await?;
            let ids: Vec<&str> = users.iter().map(|user| user.id.as_str()).collect();
            for (words, some) in [("of an empty group", &ids[..1]), ("of a group with one", &ids[1..])] {
                let members: Vec<Value> = some.iter().map(|id| json!({"value": id})).collect();
                t.step(words);
                let set = vec![operation("replace", "members", members.into())];
                changed(t, &["ENTRA-GRP-013", "ENTRA-VAL-023"], &group, set, values_are("/members", some)).await?;
            }
            Ok(())
        })
    },
);

pub(super) static RENAME: Check = story(
    "group.entra.rename",
    Feature::GroupPush,
    "A group gets another name and another externalId without a path, and keeps its members",
    "A renamed group loses everybody, or keeps its old name.",
    &["ENTRA-GRP-012", "ENTRA-VAL-021", "ENTRA-VAL-022", "ENTRA-GAL-20"],
    |t| {
        Box::pin(async move {
            t.needs_listed_groups()?;
            t.needs_patch()?;
            let user = t.given_user().await?;
            let group = t.given_group(&[&user]).await?;
            let (name, external_id) = (t.fresh_group_name(), t.fresh_word());
            let renamed = || all(vec![json_at("/displayName", name.as_str()), values_are("/members", &[&user.id])]);
            t.step("the name");
            let change = vec![pathless("replace", json!({"displayName": name}))];
            changed(t, &["ENTRA-GRP-012", "ENTRA-VAL-022", "ENTRA-GAL-20"], &group, change, renamed()).await?;
            t.step("the externalId");
            let change = vec![pathless("replace", json!({"externalId": external_id}))];
            let both = all(vec![renamed(), json_at("/externalId", external_id.as_str())]);
            changed(t, &["ENTRA-GRP-012", "ENTRA-VAL-021", "ENTRA-GAL-20"], &group, change, both).await
        })
    },
);

pub(super) static IN_ORDER: Check = story(
    "group.entra.in-order",
    Feature::GroupPush,
    "Who is added and removed in one request is no member",
    WRONG_PEOPLE,
    &["ENTRA-PAT-018"],
    |t| {
        Box::pin(async move {
            t.needs_listed_groups()?;
            t.needs_patch()?;
            let users = t.given_users(2).await?;
            let group = t.given_group(&[&users[0]]).await?;
            let id = users[1].id.as_str();
            let both = vec![operation("Add", "members", json!([reference(id)])), remove(&member_path(id))];
            changed(t, &["ENTRA-PAT-018"], &group, both, values_are("/members", &[&users[0].id])).await
        })
    },
);

pub(super) static DELETE: Check = story(
    "delete.entra.group",
    Feature::GroupPush,
    "A group that is deleted is gone",
    "Groups that nobody has any more go on giving access.",
    &["ENTRA-VAL-025"],
    |t| {
        Box::pin(async move {
            t.needs_listed_groups()?;
            let group = t.given_group(&[]).await?;
            let deleted = t.delete(&group).await?;
            t.expect(&["ENTRA-VAL-025"], &deleted, status(&[204]));
            t.expect(&["ENTRA-VAL-025"], &t.read(&group).await?, status(&[404]));
            Ok(())
        })
    },
);

pub(super) static DUPLICATE: Check = story(
    "group.entra.duplicate",
    Feature::GroupPush,
    "A second group of the same name is a 409: Microsoft has names of groups unique",
    "Two groups of one name, of which Entra finds the wrong one.",
    &["ENTRA-GRP-003", "ENTRA-VAL-020"],
    |t| {
        Box::pin(async move {
            t.needs_listed_groups()?;
            let group = t.given_group(&[]).await?;
            let again = t.post("/Groups", entra::new_group(&group.name, &t.fresh_word())).await?;
            t.expect(&["ENTRA-GRP-003", "ENTRA-VAL-020"], &again, error(&[409]));
            Ok(())
        })
    },
);
