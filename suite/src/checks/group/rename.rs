//! The name of a group, in every way of writing it.

use serde_json::{Value, json};

use super::{PUSH_BREAKS, ids};
use crate::check::{Case, Check, Family, Feature, Form, Fut, Resource, Stop};
use crate::checks::{reads, writes};
use crate::expect::{if_body, json_at, status, values_are};
use crate::idp::okta;
use crate::scim::sample;
use crate::target::Exchange;

pub(super) static RENAME: Family = Family {
    id: "group.rename",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "{write} renames a group, and nobody leaves it",
    effect: PUSH_BREAKS,
    also: &["RFC7644-3.1-04"],
    alone: false,
    writes: &[
        Form {
            name: "patch-pathless",
            words: "PATCH without a path, with the id in the value, as Okta sends it,",
            rules: &["OKTA-GRP-005", "OKTA-GRP-012"],
            answers: &[200, 204],
            run: rename_as_okta,
        },
        Form {
            name: "patch-pathless-no-id",
            words: "PATCH without a path and without the id",
            rules: &["OKTA-GRP-029", "RFC7644-3.5.2.3-12"],
            answers: &[200, 204],
            run: writes::replace_pathless,
        },
        Form {
            name: "patch-path",
            words: "PATCH with a path",
            rules: &["RFC7644-3.5.2.3-12"],
            answers: &[200, 204],
            run: writes::replace_path,
        },
        Form { name: "put", words: "PUT", rules: &["OKTA-GRP-013"], answers: &[200], run: writes::put },
    ],
    reads: reads::GROUP,
    story: |t, write, reads| {
        Box::pin(async move {
            let users = t.given_users(2).await?;
            let mut group = t.given_group(&[&users[0], &users[1]]).await?;
            let new = t.fresh_group_name();
            let answer = t.write(write, &group, &json!({"displayName": new})).await?;
            if !answer.answer.is_success() {
                return Ok(());
            }
            t.expect(&["RFC7644-3.1-04"], &answer, if_body(json_at("/displayName", new.as_str())));
            group.name = new.clone();
            t.see_all(reads, &group, write.rules, || json_at("/displayName", new.as_str())).await?;
            let seen = t.read(&group).await?;
            t.expect(write.rules, &seen, values_are("/members", &ids(&users)));
            Ok(())
        })
    },
};

pub(super) static SAME_NAME: Family = Family {
    id: "group.same-name",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "{write} with the name that the group has already succeeds, and nobody leaves it",
    effect: "Okta sends the name with every change of members: each of them fails.",
    also: &["RFC7644-3.1-04"],
    alone: false,
    writes: &[
        Form {
            name: "patch-pathless",
            words: "PATCH without a path",
            rules: &["OKTA-GRP-005"],
            answers: &[200, 204],
            run: rename_as_okta,
        },
        Form {
            name: "patch-path",
            words: "PATCH with a path",
            rules: &["RFC7644-3.5.2.3-12"],
            answers: &[200, 204],
            run: writes::replace_path,
        },
        Form { name: "put", words: "PUT", rules: &["OKTA-GRP-013", "OKTA-GRP-016"], answers: &[200], run: writes::put },
    ],
    reads: reads::GROUP,
    story: |t, write, reads| {
        Box::pin(async move {
            let users = t.given_users(2).await?;
            let group = t.given_group(&[&users[0], &users[1]]).await?;
            let answer = t.write(write, &group, &json!({"displayName": group.name})).await?;
            if !answer.answer.is_success() {
                return Ok(());
            }
            t.expect(&["RFC7644-3.1-04"], &answer, if_body(json_at("/displayName", group.name.as_str())));
            t.see_all(reads, &group, write.rules, || json_at("/displayName", group.name.as_str())).await?;
            let seen = t.read(&group).await?;
            t.expect(write.rules, &seen, values_are("/members", &ids(&users)));
            Ok(())
        })
    },
};

fn rename_as_okta<'a>(t: &'a Case, group: &'a Resource, change: &'a Value) -> Fut<'a, Exchange> {
    let name = change["displayName"].as_str().unwrap_or_default();
    Box::pin(t.patch(group, okta::rename_group(&group.id, name)))
}

pub(super) static OLD_NAME_FREE: Check = Check {
    id: "group.old-name-free",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "After a rename the old name is free for another group",
    effect: "A new group with the old name can't be pushed.",
    rules: &["OKTA-GRP-016"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let group = t.given_group(&[&user]).await?;
            let answer = t.put_changed(&group, &json!({"displayName": t.fresh_group_name()})).await?;
            if !answer.answer.is_success() {
                return Err(Stop::Blocked { by: "group.rename.put", reason: "the group could not be renamed".into() });
            }
            let again = t.post("/Groups", sample::group(&group.name, &[])).await?;
            t.expect(&["OKTA-GRP-016"], &again, status(&[201]));
            Ok(())
        })
    },
};
