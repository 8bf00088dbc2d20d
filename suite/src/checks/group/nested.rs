//! Members that are groups, and what a member says of itself (RFC 7643 §4.2).

use serde_json::{Value, json};

use crate::check::{Check, Feature, Judgement, Stop};
use crate::expect::{
    any, as_variation, broken, doubtful, got_status, no_server_error, quoted, refused, status, values_are,
};
use crate::scim::patch::{member_path, operation};
use crate::scim::sample;
use crate::target::Request;

pub(in crate::checks) static REFERENCES: Check = Check {
    id: "group.member.references",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "What a member says of itself leads to the member",
    effect: "Clients that follow a member end elsewhere, or take a group for a person.",
    rules: &["RFC7643-4.2-05", "RFC7643-4.2-06"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_listed_groups()?;
            let user = t.given_user().await?;
            let group = t.given_group(&[&user]).await?;
            let seen = t.read(&group).await?;
            let member = seen.subject().and_then(|group| group.pointer("/members/0"));
            let part = |name: &str| member.and_then(|member| member.get(name));
            // Neither has to be shown.
            let reference = part("$ref").and_then(Value::as_str);
            let leads = reference.is_none_or(|uri| crate::scim::bulk::place(uri) == Some(("/Users", user.id.clone())));
            let judgement = if leads {
                Judgement::Holds
            } else {
                broken(format!("a URI that ends with {}", user.path()), quoted(part("$ref")), "/members/0/$ref")
            };
            t.conclude(&["RFC7643-4.2-05"], judgement, Some(&seen));
            let judgement = match part("type").and_then(Value::as_str) {
                None | Some("User") => Judgement::Holds,
                _ => broken("\"User\"", quoted(part("type")), "/members/0/type"),
            };
            t.conclude(&["RFC7643-4.2-06"], judgement, Some(&seen));
            Ok(())
        })
    },
};

pub(in crate::checks) static NESTED: Check = Check {
    id: "group.nested",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A group in a group is kept or refused, and a group in itself breaks no reading",
    effect: "One odd group makes every import of groups fail.",
    rules: &["RFC7643-4.2-07", "RFC7643-4.2-12"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_listed_groups()?;
            let inner = t.given_group(&[]).await?;
            let body = sample::group(&t.fresh_group_name(), &[(&inner.id, &inner.name)]);
            let answer = t.send(Request::post("/Groups", body.clone())).await?;
            t.step("a group as a member");
            if answer.answer.is_success() {
                t.expect(&["RFC7643-4.2-07"], &answer, status(&[201]));
                if let Some(outer) = super::super::resource(&answer, body) {
                    // Groups may be nested; one that was taken and dropped misleads, and breaks no rule.
                    let kept = doubtful(values_are("/members", &[&inner.id]));
                    t.expect(&["RFC7643-4.2-07"], &t.read(&outer).await?, kept);
                }
            } else {
                // A product may have people in groups alone.
                t.conclude(&["RFC7643-4.2-07"], refused()(&answer), Some(&answer));
            }
            t.needs_patch()?;
            let add = operation("add", "members", json!([{"value": inner.id}]));
            let answer = t.patch_ops(&inner, vec![add]).await?;
            t.step("the group itself as a member");
            t.expect(&["RFC7643-4.2-12"], &answer, any(vec![status(&[200, 204]), refused()]));
            let seen = t.read(&inner).await?;
            t.expect(&["RFC7643-4.2-12"], &seen, status(&[200]));
            Ok(())
        })
    },
};

pub(in crate::checks) static FIXED: Check = Check {
    id: "group.member.fixed",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A member is added or removed, and not turned into another; a remove that lists members is no server error",
    effect: "A correction of one member leaves two, or none.",
    rules: &["RFC7643-4.2-08", "RFC7644-3.5.2.2-12"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_listed_groups()?;
            t.needs_patch()?;
            let (one, two) = (t.given_user().await?, t.given_user().await?);
            let group = t.given_group(&[&one]).await?;
            let path = format!("{}.value", member_path(&one.id));
            let answer = t.patch_ops(&group, vec![operation("replace", &path, json!(two.id))]).await?;
            t.step("another id for a member");
            let judgement = refused()(&answer);
            let judgement = if answer.answer.is_success() { as_variation(judgement) } else { judgement };
            t.conclude(&["RFC7643-4.2-08"], judgement, Some(&answer));
            let wanted = if answer.answer.is_success() { &two.id } else { &one.id };
            t.expect(&["RFC7643-4.2-08"], &t.read(&group).await?, values_are("/members", &[wanted]));
            let group = t.given_group(&[&one, &two]).await?;
            let listed = json!({"op": "remove", "path": "members", "value": [{"value": one.id}]});
            let answer = t.patch_ops(&group, vec![listed]).await?;
            t.step("a remove of members that lists one");
            t.expect(&["RFC7644-3.5.2.2-12"], &answer, no_server_error());
            let seen = t.read(&group).await?;
            // By the RFC a remove of `members` takes all, and by Entra those that it lists.
            let judgement = any(vec![
                values_are("/members", &[&two.id]),
                values_are("/members", &[]),
                values_are("/members", &[&one.id, &two.id]),
            ])(&seen);
            t.conclude(&["RFC7644-3.5.2.2-12"], judgement, Some(&seen));
            Ok(())
        })
    },
};

pub(in crate::checks) static SAME_REFERENCE: Check = Check {
    id: "group.member.same-reference",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A member whose reference is written without a version is the same member",
    effect: "People are in a group twice, and stay in it when they are taken out once.",
    rules: &["RFC7643-2.4-07"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_listed_groups()?;
            t.needs_patch()?;
            let user = t.given_user().await?;
            let group = t.given_group(&[]).await?;
            let base = t.base().trim_end_matches('/');
            let plain = base.strip_suffix("/v2").unwrap_or(base);
            let writings =
                [format!("{base}{}", user.path()), format!("{plain}{}", user.path()), format!("..{}", user.path())];
            for (at, uri) in writings.into_iter().enumerate() {
                let member = json!([{"value": user.id, "$ref": uri}]);
                let answer = t.patch_ops(&group, vec![operation("add", "members", member)]).await?;
                t.step(format!("the member by {uri}"));
                if at == 0 && !answer.answer.is_success() {
                    return Err(Stop::Unsupported(format!(
                        "members by reference are refused: {}",
                        got_status(&answer)
                    )));
                }
                t.expect(&["RFC7643-2.4-07"], &answer, any(vec![status(&[200, 204]), refused()]));
                t.expect(&["RFC7643-2.4-07"], &t.read(&group).await?, values_are("/members", &[&user.id]));
            }
            Ok(())
        })
    },
};
