//! The group itself: created, read, looked up, shown on its members, deleted.

use serde_json::{Value, json};

use super::{PUSH_BREAKS, ids};
use crate::check::{Check, Feature, Stop};
use crate::checks::{reads, resource};
use crate::expect::{
    all, error, json_at, lenient, no_rows, rows_are, status, status_or, unassigned, value_at, values_are,
};
use crate::idp::okta;
use crate::scim::{sample, urn};

pub(super) static CREATE_EMPTY: Check = Check {
    id: "group.create.empty",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A group is created with an empty list of members",
    effect: PUSH_BREAKS,
    rules: &[
        "OKTA-GRP-001",
        "RFC7643-4.2-03",
        "RFC7644-3.3-12",
        "RFC7643-4.2-14",
        "RFC7644-3.4.1-03",
        "OKTA-GRP-004",
        "OKTA-GRP-002",
    ],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_groups()?;
            let body = sample::group(&t.fresh_group_name(), &[]);
            let created = t.post("/Groups", body.clone()).await?;
            t.is_for_groups(&created)?;
            t.expect(&["OKTA-GRP-001", "RFC7643-4.2-03", "RFC7644-3.3-12"], &created, status(&[201]));
            t.expect(&["OKTA-GRP-001"], &created, created_group());
            let Some(group) = resource(&created, body) else { return Ok(()) };
            t.see_all(reads::GROUP, &group, &["OKTA-GRP-001", "RFC7643-4.2-14"], || {
                json_at("/displayName", group.name.as_str())
            })
            .await
        })
    },
};

pub(super) static CREATE_WITH_MEMBERS: Check = Check {
    id: "group.create.with-members",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A group is created with its members",
    effect: "The first push of a group leaves people out.",
    rules: &["OKTA-GRP-001", "RFC7643-4.2-04", "RFC7644-3.3-12", "OKTA-GRP-028"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_groups()?;
            let users = t.given_users(2).await?;
            let members: Vec<(&str, &str)> = users.iter().map(|user| (user.id.as_str(), user.name.as_str())).collect();
            let body = sample::group(&t.fresh_group_name(), &members);
            let created = t.post("/Groups", body.clone()).await?;
            t.is_for_groups(&created)?;
            t.expect(&["OKTA-GRP-001", "RFC7643-4.2-04", "OKTA-GRP-028", "RFC7644-3.3-12"], &created, status(&[201]));
            t.expect(&["OKTA-GRP-001"], &created, created_group());
            let Some(group) = resource(&created, body) else { return Ok(()) };
            let seen = t.read(&group).await?;
            t.expect(&["OKTA-GRP-001", "RFC7643-4.2-04"], &seen, values_are("/members", &ids(&users)));
            Ok(())
        })
    },
};

pub(super) static NO_NAME: Check = Check {
    id: "group.create.no-name",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A group without a displayName is refused",
    effect: "Groups that nobody can find or link.",
    rules: &["RFC7643-4.2-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_groups()?;
            let body = json!({"schemas": [urn::GROUP], "externalId": format!("nameless {}", t.key())});
            let answer = t.post("/Groups", body).await?;
            // An erratum made the name required; the published schema did not.
            t.expect(&["RFC7643-4.2-02"], &answer, lenient(error(&[400])));
            Ok(())
        })
    },
};

fn created_group() -> crate::expect::Expectation {
    all(vec![
        value_at("/id", "a non-empty id", |id| id.as_str().is_some_and(|id| !id.is_empty())),
        value_at("/schemas", "the Group schema", |schemas| {
            schemas.as_array().is_some_and(|all| all.contains(&urn::GROUP.into()))
        }),
        value_at("/displayName", "a name", Value::is_string),
        json_at("/meta/resourceType", "Group"),
    ])
}

pub(super) static READ_BY_ID: Check = Check {
    id: "group.read.by-id",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A group is read by its id; an unknown id is a 404",
    effect: "Okta can't see whether the group still exists.",
    rules: &["OKTA-GRP-004", "RFC7644-3.4.1-03", "RFC7644-3.12-07"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let group = t.given_unread_group().await?;
            let seen = t.read(&group).await?;
            t.expect(
                &["OKTA-GRP-004", "RFC7644-3.4.1-03"],
                &seen,
                all(vec![
                    status(&[200]),
                    json_at("/id", group.id.as_str()),
                    json_at("/displayName", group.name.as_str()),
                ]),
            );
            let unknown = t.get(format!("/Groups/{}", t.fresh_id())).await?;
            t.step("an id that does not exist");
            t.expect(&["OKTA-GRP-004", "RFC7644-3.12-07"], &unknown, error(&[404]));
            Ok(())
        })
    },
};

pub(super) static LOOK_UP: Check = Check {
    id: "group.lookup",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A group is found by its displayName, also with a space or a quotation mark in it; an unknown one gives an empty list",
    effect: "Okta makes a second group with the same name, or links the wrong one.",
    rules: &["OKTA-GRP-002", "RFC7644-3.4.2-07", "RFC7644-3.4.2.2-11", "RFC7644-3.4.2.2-51"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let group = t.given_group(&[]).await?;
            let found = || rows_are(&[&group.id], &[&group.id]);
            t.ask(&["OKTA-GRP-002"], okta::look_up_group(&group.name), found).await?;
            let unknown = t.send(okta::look_up_group(&t.fresh_group_name())).await?;
            t.step("a name that no group has");
            t.expect(&["OKTA-GRP-002", "RFC7644-3.4.2-07"], &unknown, no_rows());
            t.step("in upper case");
            t.ask(&["RFC7644-3.4.2.2-51"], okta::look_up_group(&group.name.to_uppercase()), found).await?;
            let name = format!("Q \"A\" \\ {}", t.fresh_group_name());
            let body = sample::group(&name, &[]);
            let created = t.post("/Groups", body.clone()).await?;
            if let Some(quoted) = resource(&created, body) {
                t.step("a name with quotation marks");
                t.ask(&["OKTA-GRP-002", "RFC7644-3.4.2.2-11"], okta::look_up_group(&name), || {
                    rows_are(&[&quoted.id, &group.id], &[&quoted.id])
                })
                .await?;
            }
            Ok(())
        })
    },
};

pub(super) static USERS_GROUPS: Check = Check {
    id: "group.user-groups",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A user's groups follow the group: shown while a member, gone afterwards",
    effect: "What the user's record says of access is not what the groups say.",
    rules: &["RFC7643-4.1.2-11", "RFC7643-4.1.2-12", "RFC7643-4.1.2-16"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let group = t.given_group(&[&user]).await?;
            let seen = t.read(&user).await?;
            if seen.subject().and_then(|user| user.get("groups")).is_none() {
                return Err(Stop::Unsupported("the server does not publish groups on users".into()));
            }
            t.expect(&["RFC7643-4.1.2-11", "RFC7643-4.1.2-12"], &seen, values_are("/groups", &[&group.id]));
            t.delete(&group).await?;
            let seen = t.read(&user).await?;
            t.step("after the group was deleted");
            t.expect(&["RFC7643-4.1.2-16"], &seen, unassigned("/groups"));
            Ok(())
        })
    },
};

pub(super) static DELETE: Check = Check {
    id: "group.delete",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A deleted group is gone from every reading, and its members stay",
    effect: "Un-pushing a group fails, or takes the people with it.",
    rules: &["OKTA-GRP-017", "RFC7644-3.6-10", "RFC7644-3.6-02", "RFC7644-3.6-03"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let users = t.given_users(2).await?;
            let group = t.given_group(&[&users[0], &users[1]]).await?;
            let answer = t.delete(&group).await?;
            t.expect(&["OKTA-GRP-017", "RFC7644-3.6-02"], &answer, status_or(&[204], &[200]));
            let gone = t.read(&group).await?;
            t.expect(&["OKTA-GRP-017", "RFC7644-3.6-03"], &gone, error(&[404]));
            for user in &users {
                let seen = t.read(user).await?;
                t.step("a member afterwards");
                t.expect(
                    &["OKTA-GRP-017", "RFC7644-3.6-10"],
                    &seen,
                    all(vec![status(&[200]), json_at("/active", true)]),
                );
            }
            Ok(())
        })
    },
};
