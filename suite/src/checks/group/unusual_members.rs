//! Members of whom the plain ways say nothing: there already, not there, inactive, unknown, without a name, deleted.

use serde_json::json;

use super::{bare_group, ids, member};
use crate::check::{Check, Feature, Judgement, Stop};
use crate::checks::resource;
use crate::expect::{all, any, as_variation, doubtful, error, has_detail, no_server_error, status, values_are};
use crate::scim::patch::{member_path, operation, remove};

pub(super) static ADD_AGAIN: Check = Check {
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
            let both = json!([member(&users[0]), member(&users[1])]);
            let answer = t.patch_ops(&group, vec![operation("add", "members", both)]).await?;
            t.expect(&["OKTA-GRP-008", "RFC7644-3.5.2.1-10"], &answer, status(&[200, 204]));
            let seen = t.read(&group).await?;
            t.expect(&["OKTA-GRP-008", "RFC7643-4.2-13"], &seen, values_are("/members", &ids(&users)));
            let twice = json!([member(&users[0]), member(&users[0]), member(&users[1])]);
            let answer = t.patch_ops(&group, vec![operation("add", "members", twice)]).await?;
            t.step("the same member twice in one list");
            // Nobody sends this, so a refusal is as good.
            t.expect(&["RFC7644-3.5.2.1-10"], &answer, any(vec![status(&[200, 204]), error(&[400])]));
            let seen = t.read(&group).await?;
            t.expect(&["RFC7643-4.2-13"], &seen, values_are("/members", &ids(&users)));
            Ok(())
        })
    },
};

pub(super) static REMOVE_ABSENT: Check = Check {
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

pub(super) static INACTIVE_MEMBER: Check = Check {
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
            crate::checks::activate::deactivate(t, &user).await?;
            let answer = t.patch_ops(&group, vec![remove(&member_path(&user.id))]).await?;
            t.expect(&["OKTA-GRP-031", "OKTA-GRP-007"], &answer, status(&[200, 204]));
            let seen = t.read(&group).await?;
            t.expect(&["OKTA-GRP-031", "OKTA-GRP-007"], &seen, values_are("/members", &[&other.id]));
            Ok(())
        })
    },
};

pub(super) static UNKNOWN_MEMBER: Check = Check {
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

pub(super) static NULL_DISPLAY: Check = Check {
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

pub(super) static GONE_USER: Check = Check {
    id: "group.members.user-deleted",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A deleted user is no longer a member, and can be added again under the new id",
    effect: "After a person was removed and created again, the group can't be pushed.",
    rules: &["RFC7643-4.2-11", "OKTA-GRP-008", "OKTA-GRP-028"],
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
            // The same person again; where the name is not free yet, somebody else will do.
            let again = t.post("/Users", users[0].sent.clone()).await?;
            let new = match resource(&again, users[0].sent.clone()) {
                Some(new) => new,
                None => t.given_user().await?,
            };
            let answer = t.patch_ops(&group, vec![operation("add", "members", json!([member(&new)]))]).await?;
            t.expect(&["OKTA-GRP-008", "OKTA-GRP-028"], &answer, status(&[200, 204]));
            Ok(())
        })
    },
};
