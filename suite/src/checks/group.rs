//! Group push (OKTA-GRP-001 to 031), and the Group resource of the RFCs.

use serde_json::{Value, json};

use super::create::resource;
use super::{reads, writes};
use crate::check::{Case, Check, Family, Feature, Form, Fut, Judgement, Resource, Stop};
use crate::expect::{
    all, as_variation, doubtful, error, has_detail, if_body, json_at, lenient, no_rows, no_server_error, rows_are,
    status, status_or, unassigned, value_at, values_are,
};
use crate::idp::okta;
use crate::scim::patch::{member_path, message, operation, pathless, remove};
use crate::scim::{sample, urn};
use crate::target::Exchange;

/// Single stories.
pub(super) static CHECKS: &[&Check] = &[
    &CREATE_EMPTY,
    &CREATE_WITH_MEMBERS,
    &READ_BY_ID,
    &LOOK_UP,
    &ADD_AGAIN,
    &REMOVE_ABSENT,
    &INACTIVE_MEMBER,
    &MIXED,
    &UNKNOWN_MEMBER,
    &ATOMIC,
    &PUT_TWICE,
    &NULL_DISPLAY,
    &DELETE,
    &USERS_GROUPS,
    &LINK,
    &HUNDRED,
    &FIRST_PUSH,
    &NO_NAME,
    &OLD_NAME_FREE,
    &GONE_USER,
];

/// Each kind of change in every way of writing it.
pub(super) static FAMILIES: &[&Family] = &[&RENAME, &SAME_NAME, &ADD, &REMOVE, &REPLACE, &EMPTY];

const PUSH_BREAKS: &str = "Okta's group push ends in an error, and the group's access is wrong from then on.";
const WRONG_MEMBERS: &str = "Okta shows the push as done; people have access that they must not have, or lost theirs.";

static CREATE_EMPTY: Check = Check {
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
            let body = sample::group(&t.fresh_group_name(), &[]);
            let created = t.post("/Groups", body.clone()).await?;
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

static CREATE_WITH_MEMBERS: Check = Check {
    id: "group.create.with-members",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A group is created with its members",
    effect: "The first push of a group leaves people out.",
    rules: &["OKTA-GRP-001", "RFC7643-4.2-04", "RFC7644-3.3-12", "OKTA-GRP-028"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let users = t.given_users(2).await?;
            let members: Vec<(&str, &str)> = users.iter().map(|user| (user.id.as_str(), user.name.as_str())).collect();
            let body = sample::group(&t.fresh_group_name(), &members);
            let created = t.post("/Groups", body.clone()).await?;
            t.expect(&["OKTA-GRP-001", "RFC7643-4.2-04", "OKTA-GRP-028", "RFC7644-3.3-12"], &created, status(&[201]));
            t.expect(&["OKTA-GRP-001"], &created, created_group());
            let Some(group) = resource(&created, body) else { return Ok(()) };
            let seen = t.read(&group).await?;
            t.expect(&["OKTA-GRP-001", "RFC7643-4.2-04"], &seen, values_are("/members", &ids(&users)));
            Ok(())
        })
    },
};

static READ_BY_ID: Check = Check {
    id: "group.read.by-id",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A group is read by its id; an unknown id is a 404",
    effect: "Okta can't see whether the group still exists.",
    rules: &["OKTA-GRP-004", "RFC7644-3.4.1-03", "RFC7644-3.12-07"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let group = t.given_group(&[]).await?;
            let seen = t.read(&group).await?;
            t.expect(
                &["OKTA-GRP-004", "RFC7644-3.4.1-03"],
                &seen,
                all(vec![status(&[200]), json_at("/id", group.id.as_str())]),
            );
            let unknown = t.get(format!("/Groups/{}", t.fresh_id())).await?;
            t.step("an id that does not exist");
            t.expect(&["OKTA-GRP-004", "RFC7644-3.12-07"], &unknown, error(&[404]));
            Ok(())
        })
    },
};

static LOOK_UP: Check = Check {
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
            let found = t.send(okta::look_up_group(&group.name)).await?;
            t.expect(&["OKTA-GRP-002"], &found, rows_are(&[&group.id], &[&group.id]));
            let unknown = t.send(okta::look_up_group(&t.fresh_group_name())).await?;
            t.step("a name that no group has");
            t.expect(&["OKTA-GRP-002", "RFC7644-3.4.2-07"], &unknown, no_rows());
            let upper = t.send(okta::look_up_group(&group.name.to_uppercase())).await?;
            t.step("in upper case");
            t.expect(&["RFC7644-3.4.2.2-51"], &upper, rows_are(&[&group.id], &[&group.id]));
            let name = format!("Q \"A\" \\ {}", t.fresh_group_name());
            let body = sample::group(&name, &[]);
            let created = t.post("/Groups", body.clone()).await?;
            if let Some(quoted) = resource(&created, body) {
                let found = t.send(okta::look_up_group(&name)).await?;
                t.step("a name with quotation marks");
                t.expect(
                    &["OKTA-GRP-002", "RFC7644-3.4.2.2-11"],
                    &found,
                    rows_are(&[&quoted.id, &group.id], &[&quoted.id]),
                );
            }
            Ok(())
        })
    },
};

static RENAME: Family = Family {
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

static SAME_NAME: Family = Family {
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

static ADD: Family = Family {
    id: "group.members.add",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "{write} adds a member, and the others stay",
    effect: WRONG_MEMBERS,
    also: &["RFC7644-3.1-04"],
    alone: false,
    writes: &[
        Form {
            name: "patch-path",
            words: "PATCH add on members, as Okta sends it,",
            rules: &["OKTA-GRP-008", "OKTA-GRP-012", "RFC7644-3.5.2.1-12"],
            answers: &[200, 204],
            run: |t, group, who| Box::pin(t.patch_ops(group, vec![operation("add", "members", json!([who]))])),
        },
        Form {
            name: "patch-pathless",
            words: "PATCH add without a path",
            rules: &["RFC7644-3.5.2.1-02", "RFC7644-3.5.2.1-12"],
            answers: &[200, 204],
            run: |t, group, who| Box::pin(t.patch_ops(group, vec![pathless("add", json!({"members": [who]}))])),
        },
        Form {
            name: "put",
            words: "PUT of the whole list, as Okta's wizard apps send it,",
            rules: &["OKTA-GRP-013"],
            answers: &[200],
            run: |t, group, who| {
                let mut members = members_of(group);
                members.push(who.clone());
                Box::pin(t.put(group, bare_group(group, members)))
            },
        },
        Form {
            name: "put-with-id",
            words: "PUT of the whole list with the group's id",
            rules: &["OKTA-GRP-013"],
            answers: &[200],
            run: |t, group, who| {
                let mut members = members_of(group);
                members.push(who.clone());
                let mut body = bare_group(group, members);
                body["id"] = group.id.as_str().into();
                Box::pin(t.put(group, body))
            },
        },
    ],
    reads: reads::MEMBERS,
    story: |t, write, reads| {
        Box::pin(async move {
            let users = t.given_users(3).await?;
            let group = t.given_group(&[&users[0], &users[1]]).await?;
            t.write_and_see_members(write, reads, &group, &member(&users[2]), &ids(&users)).await
        })
    },
};

static REMOVE: Family = Family {
    id: "group.members.remove",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "{write} removes exactly that member",
    effect: WRONG_MEMBERS,
    also: &["RFC7644-3.1-04"],
    alone: false,
    writes: &[
        Form {
            name: "patch-filter",
            words: "PATCH remove with a value filter, as Okta sends it,",
            rules: &["OKTA-GRP-007", "OKTA-GRP-012", "RFC7644-3.5.2-37", "RFC7644-3.5.2.2-04"],
            answers: &[200, 204],
            run: |t, group, who| {
                let id = who["value"].as_str().unwrap_or_default();
                Box::pin(t.patch_ops(group, vec![remove(&member_path(id))]))
            },
        },
        Form {
            name: "put",
            words: "PUT of the rest, as Okta's wizard apps send it,",
            rules: &["OKTA-GRP-013", "RFC7644-3.5.1-17"],
            answers: &[200],
            run: |t, group, who| {
                let members = members_of(group).into_iter().filter(|member| member["value"] != who["value"]).collect();
                Box::pin(t.put(group, bare_group(group, members)))
            },
        },
    ],
    reads: reads::MEMBERS,
    story: |t, write, reads| {
        Box::pin(async move {
            let users = t.given_users(3).await?;
            let group = t.given_group(&[&users[0], &users[1], &users[2]]).await?;
            t.write_and_see_members(
                write,
                reads,
                &group,
                &member(&users[1]),
                &ids(&[users[0].clone(), users[2].clone()]),
            )
            .await
        })
    },
};

static REPLACE: Family = Family {
    id: "group.members.replace",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "{write} makes the list exactly what was sent",
    effect: "After Push Now people keep access that Okta took away.",
    also: &["RFC7644-3.1-04"],
    alone: false,
    writes: &[
        Form {
            name: "patch-path",
            words: "PATCH replace on members, as Okta's Push Now sends it,",
            rules: &["OKTA-GRP-010", "OKTA-GRP-021", "RFC7644-3.5.2.3-11"],
            answers: &[200, 204],
            run: |t, group, list| Box::pin(t.patch_ops(group, vec![operation("replace", "members", list.clone())])),
        },
        Form {
            name: "patch-pathless",
            words: "PATCH replace without a path",
            rules: &["OKTA-GRP-011", "RFC7644-3.5.2.3-01"],
            answers: &[200, 204],
            run: |t, group, list| Box::pin(t.patch_ops(group, vec![pathless("replace", json!({"members": list}))])),
        },
        Form {
            name: "patch-pathless-with-name",
            words: "PATCH replace without a path, with id and name",
            rules: &["OKTA-GRP-011", "RFC7644-3.5.2.3-01"],
            answers: &[200, 204],
            run: |t, group, list| {
                let value = json!({"id": group.id, "displayName": group.name, "members": list});
                Box::pin(t.patch_ops(group, vec![pathless("replace", value)]))
            },
        },
        Form {
            name: "put",
            words: "PUT",
            rules: &["OKTA-GRP-013", "OKTA-GRP-021", "RFC7644-3.5.1-17"],
            answers: &[200],
            run: |t, group, list| {
                Box::pin(t.put(group, bare_group(group, list.as_array().cloned().unwrap_or_default())))
            },
        },
    ],
    reads: reads::MEMBERS,
    story: |t, write, reads| {
        Box::pin(async move {
            let users = t.given_users(3).await?;
            let group = t.given_group(&[&users[0], &users[1]]).await?;
            let list = json!([member(&users[1]), member(&users[2])]);
            t.write_and_see_members(write, reads, &group, &list, &ids(&users[1..])).await
        })
    },
};

static EMPTY: Family = Family {
    id: "group.members.empty",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "{write} empties a group, which stays",
    effect: "The last people of a group keep their access.",
    also: &["RFC7644-3.1-04"],
    alone: false,
    writes: &[
        Form {
            name: "patch-path",
            words: "PATCH replace of members by []",
            rules: &["OKTA-GRP-010", "RFC7644-3.5.2.3-14"],
            answers: &[200, 204],
            run: |t, group, _| Box::pin(t.patch_ops(group, vec![operation("replace", "members", json!([]))])),
        },
        Form {
            name: "patch-pathless",
            words: "PATCH replace by [] without a path",
            rules: &["OKTA-GRP-011", "RFC7644-3.5.2.3-01"],
            answers: &[200, 204],
            run: |t, group, _| Box::pin(t.patch_ops(group, vec![pathless("replace", json!({"members": []}))])),
        },
        Form {
            name: "patch-remove",
            words: "PATCH remove of members",
            rules: &["RFC7644-3.5.2.2-03"],
            answers: &[200, 204],
            run: |t, group, _| Box::pin(t.patch_ops(group, vec![remove("members")])),
        },
        Form {
            name: "patch-last",
            words: "PATCH remove of each member by a value filter",
            rules: &["OKTA-GRP-007", "OKTA-GRP-009", "RFC7644-3.5.2.2-05"],
            answers: &[200, 204],
            run: |t, group, _| {
                let all = members_of(group);
                let removals =
                    all.iter().map(|member| remove(&member_path(member["value"].as_str().unwrap_or_default())));
                Box::pin(t.patch_ops(group, removals.collect()))
            },
        },
        Form {
            name: "put",
            words: "PUT with []",
            rules: &["OKTA-GRP-013", "RFC7644-3.5.1-17"],
            answers: &[200],
            run: |t, group, _| Box::pin(t.put(group, bare_group(group, Vec::new()))),
        },
    ],
    reads: reads::MEMBERS,
    story: |t, write, reads| {
        Box::pin(async move {
            let users = t.given_users(2).await?;
            let group = t.given_group(&[&users[0], &users[1]]).await?;
            t.write_and_see_members(write, reads, &group, &Value::Null, &[]).await
        })
    },
};

static ADD_AGAIN: Check = Check {
    id: "group.members.add-again",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "Adding somebody who is a member already succeeds, and there is one entry",
    effect: "Okta adds the members of the first push twice: the push ends in an error.",
    rules: &["OKTA-GRP-008", "RFC7644-3.5.2.1-10", "RFC7643-4.2-13"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let users = t.given_users(2).await?;
            let group = t.given_group(&[&users[0], &users[1]]).await?;
            let both = json!([member(&users[0]), member(&users[0]), member(&users[1])]);
            let answer = t.patch_ops(&group, vec![operation("add", "members", both)]).await?;
            t.expect(&["OKTA-GRP-008", "RFC7644-3.5.2.1-10"], &answer, status(&[200, 204]));
            let seen = t.read(&group).await?;
            t.expect(&["OKTA-GRP-008", "RFC7643-4.2-13"], &seen, values_are("/members", &ids(&users)));
            Ok(())
        })
    },
};

static REMOVE_ABSENT: Check = Check {
    id: "group.members.remove-absent",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "Removing somebody who is no member changes nobody's membership",
    effect: "A repeated removal empties the group, or hangs in Okta's tasks.",
    rules: &["OKTA-GRP-007", "RFC7644-3.5.2.2-10"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let users = t.given_users(2).await?;
            let group = t.given_group(&[&users[0]]).await?;
            let answer = t.patch_ops(&group, vec![remove(&member_path(&users[1].id))]).await?;
            // Table 9 of RFC 7644 has a noTarget for it.
            let judgement = status(&[200, 204])(&answer);
            let is_permitted = error(&[400])(&answer) == Judgement::Holds;
            t.conclude(
                &["RFC7644-3.5.2.2-10"],
                if is_permitted { as_variation(judgement) } else { judgement },
                Some(&answer),
            );
            let seen = t.read(&group).await?;
            t.expect(&["OKTA-GRP-007", "RFC7644-3.5.2.2-10"], &seen, values_are("/members", &[&users[0].id]));
            Ok(())
        })
    },
};

static INACTIVE_MEMBER: Check = Check {
    id: "group.members.remove-inactive",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "An inactive member can be removed from a group, and nobody else leaves with it",
    effect: "Deprovisioning hangs half-way: the group can't be updated any more.",
    rules: &["OKTA-GRP-031", "OKTA-GRP-007"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let (user, other) = (t.given_user().await?, t.given_user().await?);
            let group = t.given_group(&[&user, &other]).await?;
            super::activate::deactivate(t, &user).await?;
            let answer = t.patch_ops(&group, vec![remove(&member_path(&user.id))]).await?;
            t.expect(&["OKTA-GRP-031", "OKTA-GRP-007"], &answer, status(&[200, 204]));
            let seen = t.read(&group).await?;
            t.expect(&["OKTA-GRP-031", "OKTA-GRP-007"], &seen, values_are("/members", &[&other.id]));
            Ok(())
        })
    },
};

static MIXED: Check = Check {
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

static UNKNOWN_MEMBER: Check = Check {
    id: "group.members.unknown",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "An unknown member is refused with an error that says so, and never dropped without a word",
    effect: "Okta shows a push as done of which a member is missing.",
    rules: &["OKTA-GRP-027", "RFC7643-2.3.7-05", "RFC7644-3.12-23"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let users = t.given_users(1).await?;
            let group = t.given_group(&[&users[0]]).await?;
            let unknown = t.fresh_id();
            let nobody = json!([{"value": unknown, "display": "nobody"}]);
            let answer = t.patch_ops(&group, vec![operation("add", "members", nobody)]).await?;
            t.expect(&["RFC7644-3.12-23", "RFC7643-2.3.7-05"], &answer, no_server_error());
            let seen = t.read(&group).await?;
            let refused = all(vec![error(&[400, 404, 409, 422]), has_detail()])(&answer);
            let members = crate::expect::values(seen.subject().and_then(|group| group.get("members")));
            // References need not be checked (RFC 7643 §2.3.7); then the member is there, and nothing was dropped.
            let is_kept = answer.answer.is_success() && members.contains(&unknown);
            t.conclude(&["OKTA-GRP-027"], if is_kept { as_variation(refused) } else { refused }, Some(&answer));
            if !answer.answer.is_success() {
                t.expect(&["OKTA-GRP-027"], &seen, values_are("/members", &ids(&users)));
            }
            Ok(())
        })
    },
};

static ATOMIC: Check = Check {
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

static PUT_TWICE: Check = Check {
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

static NULL_DISPLAY: Check = Check {
    id: "group.members.null-display",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A member whose display is null is taken",
    effect: "Okta's wizard apps send null for the members they know by id alone: the push fails.",
    rules: &["OKTA-GRP-014", "RFC7643-2.5-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let users = t.given_users(2).await?;
            let group = t.given_group(&[&users[0]]).await?;
            let members = vec![json!({"value": users[0].id, "display": null}), member(&users[1])];
            let answer = t.put(&group, bare_group(&group, members)).await?;
            t.expect(&["OKTA-GRP-014", "RFC7643-2.5-01"], &answer, status(&[200]));
            let seen = t.read(&group).await?;
            t.expect(&["OKTA-GRP-014"], &seen, values_are("/members", &ids(&users)));
            Ok(())
        })
    },
};

static DELETE: Check = Check {
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

static USERS_GROUPS: Check = Check {
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

static LINK: Check = Check {
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
            let found = t.send(okta::look_up_group(&group.name)).await?;
            t.expect(&["OKTA-GRP-002", "OKTA-GRP-019"], &found, rows_are(&[&group.id], &[&group.id]));
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
            let found = t.send(okta::look_up_group(&new)).await?;
            let rows: Vec<&str> = found.rows().filter_map(|(_, row)| row.get("id")?.as_str()).collect();
            t.expect(&["OKTA-GRP-019"], &found, rows_are(&rows, &[&group.id]));
            Ok(())
        })
    },
};

/// As many changes as Okta puts into one PATCH by default.
const CHUNK: usize = 100;

static HUNDRED: Check = Check {
    id: "group.members.hundred",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "One PATCH takes a hundred operations",
    effect: "Pushing a larger group fails as a whole.",
    rules: &["OKTA-GRP-009", "OKTA-GRP-008"],
    alone: false,
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
            let answer = t.patch(&group, message(operations)).await?;
            t.expect(&["OKTA-GRP-009", "OKTA-GRP-008"], &answer, status(&[200, 204]));
            let seen = t.read(&group).await?;
            t.expect(&["OKTA-GRP-009", "OKTA-GRP-008"], &seen, values_are("/members", &ids(&users)));
            Ok(())
        })
    },
};

static FIRST_PUSH: Check = Check {
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

static NO_NAME: Check = Check {
    id: "group.create.no-name",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A group without a displayName is refused",
    effect: "Groups that nobody can find or link.",
    rules: &["RFC7643-4.2-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let body = json!({"schemas": [urn::GROUP], "externalId": format!("nameless {}", t.key())});
            let answer = t.post("/Groups", body).await?;
            // An erratum made the name required; the published schema did not.
            t.expect(&["RFC7643-4.2-02"], &answer, lenient(error(&[400])));
            Ok(())
        })
    },
};

static OLD_NAME_FREE: Check = Check {
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

static GONE_USER: Check = Check {
    id: "group.members.user-deleted",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A deleted user is no longer a member, and can be added again under the new id",
    effect: "After a person was removed and created again, the group can't be pushed.",
    rules: &["RFC7643-4.2-11", "OKTA-GRP-008"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let users = t.given_users(2).await?;
            let group = t.given_group(&[&users[0], &users[1]]).await?;
            if !t.delete(&users[0]).await?.answer.is_success() {
                return Err(Stop::Blocked { by: "delete.user.gone", reason: "the user could not be deleted".into() });
            }
            let seen = t.read(&group).await?;
            // No text of the RFC forbids a dangling member.
            t.expect(&["RFC7643-4.2-11"], &seen, doubtful(values_are("/members", &[&users[1].id])));
            let new = t.given_user().await?;
            let answer = t.patch_ops(&group, vec![operation("add", "members", json!([member(&new)]))]).await?;
            t.expect(&["OKTA-GRP-008"], &answer, status(&[200, 204]));
            Ok(())
        })
    },
};

impl Case {
    /// Writes a change of members and sees the exact set, in the answer and in every reading.
    async fn write_and_see_members(
        &self,
        write: &'static Form,
        reads: &'static [crate::check::Read],
        group: &Resource,
        change: &Value,
        wanted: &[&str],
    ) -> Result<(), Stop> {
        let answer = self.write(write, group, change).await?;
        if !answer.answer.is_success() {
            let seen = self.read(group).await?;
            let before: Vec<String> = crate::expect::values(group.seen.get("members"));
            let before: Vec<&str> = before.iter().map(String::as_str).collect();
            self.step(format!("the reading after {} was refused", write.words));
            self.expect(write.rules, &seen, values_are("/members", &before));
            return Ok(());
        }
        // An answer may leave the members out (OKTA-GRP-012); what it shows must be right.
        if answer.subject().and_then(|group| group.get("members")).is_some_and(|members| !members.is_null()) {
            self.conclude_answer(write, group, &answer, values_are("/members", wanted)).await?;
        }
        self.see_all(reads, group, write.rules, || values_are("/members", wanted)).await
    }
}

fn rename_as_okta<'a>(t: &'a Case, group: &'a Resource, change: &'a Value) -> Fut<'a, Exchange> {
    let name = change["displayName"].as_str().unwrap_or_default();
    Box::pin(t.patch(group, okta::rename_group(&group.id, name)))
}

/// A member as Okta names it: the id, and the userName as display.
fn member(user: &Resource) -> Value {
    json!({"value": user.id, "display": user.name})
}

fn members_of(group: &Resource) -> Vec<Value> {
    group.sent["members"].as_array().cloned().unwrap_or_default()
}

/// The body of Okta's PUT of a group.
fn bare_group(group: &Resource, members: Vec<Value>) -> Value {
    json!({"schemas": [urn::GROUP], "displayName": group.name, "members": members})
}

fn ids(users: &[Resource]) -> Vec<&str> {
    users.iter().map(|user| user.id.as_str()).collect()
}

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
