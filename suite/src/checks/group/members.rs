//! The members of a group: added, removed, replaced, emptied, in every way of writing it.

use serde_json::{Value, json};

use super::{WRONG_MEMBERS, bare_group, ids, member};
use crate::check::{Case, Family, Feature, Form, Resource, Stop};
use crate::checks::reads;
use crate::expect::values_are;
use crate::scim::patch::{member_path, operation, pathless, remove};

pub(super) static ADD: Family = Family {
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

pub(super) static REMOVE: Family = Family {
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

pub(super) static REPLACE: Family = Family {
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

pub(super) static EMPTY: Family = Family {
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

fn members_of(group: &Resource) -> Vec<Value> {
    group.sent["members"].as_array().cloned().unwrap_or_default()
}
