//! Okta's sequences: the first push, a link, many changes in one PATCH, a PUT of the old before the new.

use std::time::Duration;

use serde_json::json;

use super::{PUSH_BREAKS, WRONG_MEMBERS, bare_group, ids, member};
use crate::check::{Check, Feature, Judgement, Stop};
use crate::expect::{all, as_doubtful, broken, json_at, only_row, rows_are, status, values_are};
use crate::idp::okta;
use crate::scim::patch::{member_path, message, operation, remove};
use crate::target::{NoAnswer, Request};

/// How long Okta waits for an answer (OKTA-TRN-003).
const OKTAS_PATIENCE: Duration = Duration::from_secs(60);

pub(super) static FIRST_PUSH: Check = Check {
    id: "group.first-push",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "Okta's first push works in both dialects: create and add, or create empty and PUT",
    effect: PUSH_BREAKS,
    rules: &["OKTA-GRP-001", "OKTA-GRP-008", "OKTA-GRP-013", "OKTA-GRP-005"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let users = t.given_users(2).await?;
            let group = t.given_group(&[&users[0], &users[1]]).await?;
            let again = t
                .patch_ops(&group, vec![operation("add", "members", json!([member(&users[0]), member(&users[1])]))])
                .await?;
            t.expect(&["OKTA-GRP-001", "OKTA-GRP-008"], &again, status(&[200, 204]));
            let rename = t.patch(&group, okta::rename_group(&group.id, &group.name)).await?;
            t.expect(&["OKTA-GRP-005"], &rename, status(&[200, 204]));
            let seen = t.read(&group).await?;
            t.expect(&["OKTA-GRP-008", "OKTA-GRP-005"], &seen, values_are("/members", &ids(&users)));
            let empty = t.given_group(&[]).await?;
            for members in [vec![], vec![member(&users[0]), member(&users[1])]] {
                let answer = t.put(&empty, bare_group(&empty, members)).await?;
                t.step("PUT after an empty create");
                t.expect(&["OKTA-GRP-013"], &answer, status(&[200]));
            }
            let seen = t.read(&empty).await?;
            t.expect(&["OKTA-GRP-013"], &seen, values_are("/members", &ids(&users)));
            Ok(())
        })
    },
};

pub(super) static LINK: Check = Check {
    id: "group.link",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A group that exists is found, renamed and pushed to: no second group, old members stay until Okta says otherwise",
    effect: "Linking a group throws its people out or makes a twin.",
    rules: &["OKTA-GRP-019", "OKTA-GRP-002", "OKTA-GRP-021"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let users = t.given_users(2).await?;
            let group = t.given_group(&[&users[0]]).await?;
            t.ask(&["OKTA-GRP-002", "OKTA-GRP-019"], okta::look_up_group(&group.name), || {
                rows_are(&[&group.id], &[&group.id])
            })
            .await?;
            let new = t.fresh_group_name();
            let renamed = t.patch(&group, okta::rename_group(&group.id, &new)).await?;
            t.expect(&["OKTA-GRP-019"], &renamed, status(&[200, 204]));
            let seen = t.read(&group).await?;
            t.expect(
                &["OKTA-GRP-019"],
                &seen,
                all(vec![json_at("/displayName", new.as_str()), values_are("/members", &[&users[0].id])]),
            );
            let pushed = t.patch_ops(&group, vec![operation("replace", "members", json!([member(&users[1])]))]).await?;
            t.expect(&["OKTA-GRP-021"], &pushed, status(&[200, 204]));
            let seen = t.read(&group).await?;
            t.expect(&["OKTA-GRP-021"], &seen, values_are("/members", &[&users[1].id]));
            t.ask(&["OKTA-GRP-019"], okta::look_up_group(&new), || only_row(&group.id)).await?;
            Ok(())
        })
    },
};

pub(super) static MIXED: Check = Check {
    id: "group.members.mixed",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "One PATCH removes several members and adds another",
    effect: WRONG_MEMBERS,
    rules: &["OKTA-GRP-009", "RFC7644-3.5.2.2-13", "RFC7644-3.5.2-11"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let users = t.given_users(4).await?;
            let group = t.given_group(&[&users[0], &users[1], &users[2]]).await?;
            let operations = vec![
                remove(&member_path(&users[0].id)),
                remove(&member_path(&users[1].id)),
                operation("add", "members", json!([member(&users[3])])),
            ];
            let answer = t.patch_ops(&group, operations).await?;
            t.expect(&["OKTA-GRP-009", "RFC7644-3.5.2.2-13", "RFC7644-3.5.2-11"], &answer, status(&[200, 204]));
            let seen = t.read(&group).await?;
            t.expect(
                &["OKTA-GRP-009", "RFC7644-3.5.2.2-13", "RFC7644-3.5.2-11"],
                &seen,
                values_are("/members", &ids(&users[2..])),
            );
            Ok(())
        })
    },
};

/// As many changes as Okta puts into one PATCH by default.
const CHUNK: usize = 100;

pub(super) static HUNDRED: Check = Check {
    id: "group.members.hundred",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "One PATCH takes a hundred operations",
    effect: "Pushing a larger group fails as a whole.",
    rules: &["OKTA-GRP-009", "OKTA-GRP-008", "OKTA-TRN-003"],
    // What is told of its time must not come from others.
    alone: true,
    story: |t| {
        Box::pin(async move {
            let users = t.given_users(2).await?;
            let group = t.given_group(&[&users[0]]).await?;
            // The number of operations is the point, not that of people: the same two go out and in.
            let mut operations = Vec::new();
            for _ in 0..CHUNK / 2 {
                operations.push(remove(&member_path(&users[0].id)));
                operations.push(operation("add", "members", json!([member(&users[0])])));
            }
            operations.push(operation("add", "members", json!([member(&users[1])])));
            let answer = match t.try_send(Request::patch(group.path(), message(operations))).await? {
                Ok(answer) => answer,
                Err(NoAnswer::Timeout(limit)) => {
                    let silence = broken("an answer within 60 s", format!("none in {limit:?}"), "");
                    // A run that gives up earlier than Okta can only guess.
                    let judgement = if limit < OKTAS_PATIENCE { as_doubtful(silence) } else { silence };
                    t.conclude(&["OKTA-TRN-003"], judgement, None);
                    return Ok(());
                }
                Err(other) => return Err(Stop::Inconclusive(other.to_string())),
            };
            let took = answer.answer.took;
            let judgement = if took <= OKTAS_PATIENCE {
                Judgement::Holds
            } else {
                broken("an answer within 60 s", format!("one after {took:?}"), "")
            };
            t.conclude(&["OKTA-TRN-003"], judgement, Some(&answer));
            t.expect(&["OKTA-GRP-009", "OKTA-GRP-008"], &answer, status(&[200, 204]));
            let seen = t.read(&group).await?;
            t.expect(&["OKTA-GRP-009", "OKTA-GRP-008"], &seen, values_are("/members", &ids(&users)));
            Ok(())
        })
    },
};

pub(super) static ATOMIC: Check = Check {
    id: "group.members.atomic",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A PATCH of members of which one operation fails changes no membership",
    effect: "A refused push leaves the group half changed.",
    rules: &["OKTA-GRP-009", "RFC7644-3.5.2-12"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let users = t.given_users(2).await?;
            let group = t.given_group(&[&users[0]]).await?;
            let operations = vec![
                operation("add", "members", json!([member(&users[1])])),
                remove(&member_path(&users[0].id)),
                operation("replace", "noSuchAttribute.x", json!("x")),
            ];
            let answer = t.patch_ops(&group, operations).await?;
            if answer.answer.is_success() {
                return Err(Stop::Blocked {
                    by: "update.patch-messages",
                    reason: "a path that names nothing was accepted".into(),
                });
            }
            let seen = t.read(&group).await?;
            t.expect(&["OKTA-GRP-009", "RFC7644-3.5.2-12"], &seen, values_are("/members", &[&users[0].id]));
            Ok(())
        })
    },
};

pub(super) static PUT_TWICE: Check = Check {
    id: "group.put-old-then-new",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "The same PUT twice, and a PUT of the old members before that of the new, end as the last one says",
    effect: "Okta's wizard apps send exactly this with each change of members.",
    rules: &["OKTA-GRP-013", "OKTA-GRP-015"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let users = t.given_users(3).await?;
            let group = t.given_group(&[&users[0], &users[1]]).await?;
            let old = bare_group(&group, vec![member(&users[0]), member(&users[1])]);
            let new = bare_group(&group, vec![member(&users[1]), member(&users[2])]);
            for body in [&old, &old, &new, &new] {
                let answer = t.put(&group, body.clone()).await?;
                t.expect(&["OKTA-GRP-013", "OKTA-GRP-015"], &answer, status(&[200]));
            }
            let seen = t.read(&group).await?;
            t.expect(&["OKTA-GRP-013", "OKTA-GRP-015"], &seen, values_are("/members", &ids(&users[1..])));
            Ok(())
        })
    },
};
