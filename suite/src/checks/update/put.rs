//! PUT (RFC 7644 §3.5.1), Okta's update: what it sends back is what it has read, which may be old.

use std::time::Duration;

use serde_json::{Value, json};

use super::let_clock_tick;
use crate::check::{Check, Feature, Judgement};
use crate::expect::{any, as_doubtful, broken, error, json_at, lenient, refused, status, text_at, values_are};
use crate::scim::patch::operation;
use crate::scim::time;
use crate::target::Exchange;

pub(super) static UNCHANGED: Check = Check {
    id: "update.put-unchanged",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "What GET gave is accepted by PUT, and changes nothing",
    effect: "Okta's every update fails, since it sends back what it read.",
    rules: &["OKTA-USR-024", "OKTA-USR-026", "RFC7644-3.5.1-12", "RFC7644-3.5.1-11", "RFC7644-3.5-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user_with(json!({"title": "Guide", "nickName": "Sam"})).await?;
            let group = t.given_group(&[&user]).await.ok();
            let answer = t.put_changed(&user, &json!({})).await?;
            t.expect(&["OKTA-USR-024", "OKTA-USR-026", "RFC7644-3.5.1-12", "RFC7644-3.5-01"], &answer, status(&[200]));
            let seen = t.read(&user).await?;
            for (pointer, wanted) in [("/title", "Guide"), ("/nickName", "Sam"), ("/name/familyName", "Person")] {
                if user.seen.pointer(pointer).is_some() {
                    t.expect(&["OKTA-USR-026", "RFC7644-3.5.1-12"], &seen, json_at(pointer, wanted));
                }
            }
            t.expect(&["RFC7644-3.5.1-11"], &seen, json_at("/id", user.id.as_str()));
            if let Some(group) = group {
                let members = t.read(&group).await?;
                t.expect(&["OKTA-USR-024"], &members, values_are("/members", &[&user.id]));
            }
            Ok(())
        })
    },
};

pub(super) static STALE: Check = Check {
    id: "update.put-stale",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A PUT with an old meta and with groups that the user left is accepted, and gives no membership back",
    effect: "Okta's update is refused, or it silently puts people back into groups they left.",
    rules: &["OKTA-USR-024", "OKTA-USR-025", "RFC7643-3.1-18", "RFC7643-4.1.2-10"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs(&["title"])?;
            let user = t.given_user().await?;
            let group = t.given_group(&[&user]).await?;
            let mut stale = t.read(&user).await?.answer.json.unwrap_or_default();
            let old = json!({
                "groups": [{"value": group.id, "display": group.name, "type": "direct"}],
                "meta": {"lastModified": "2001-01-01T00:00:00Z", "version": "W/\"stale\""},
                "title": "Guide",
            });
            crate::scim::sample::overlay(&mut stale, &old);
            let emptied = t.patch_ops(&group, vec![operation("replace", "members", json!([]))]).await?;
            let emptied = if emptied.answer.is_success() {
                emptied
            } else {
                t.put_changed(&group, &json!({"members": []})).await?
            };
            if !emptied.answer.is_success() {
                return Err(crate::check::Stop::Blocked {
                    by: "group.members.empty.put",
                    reason: "the group could not be emptied".into(),
                });
            }
            let answer = t.put(&user, stale).await?;
            t.expect(&["OKTA-USR-024", "OKTA-USR-025"], &answer, status(&[200]));
            let seen = t.read(&user).await?;
            t.expect(&["OKTA-USR-025"], &seen, json_at("/title", "Guide"));
            t.expect(
                &["RFC7643-3.1-18"],
                &seen,
                crate::expect::value_at("/meta/lastModified", "the server's own time", |time| {
                    !time.as_str().unwrap_or_default().starts_with("2001")
                }),
            );
            let members = t.read(&group).await?;
            t.expect(&["OKTA-USR-024", "RFC7643-4.1.2-10"], &members, values_are("/members", &[]));
            Ok(())
        })
    },
};

pub(super) static LAST_MODIFIED: Check = Check {
    id: "update.last-modified",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A change moves lastModified forward, gives a new version and leaves created",
    effect: "Clients that follow changes by time or version miss them.",
    rules: &["RFC7643-3.1-21", "RFC7644-3.5.1-19", "RFC7232-2.1-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let at = |body: &Value, name: &str| {
                body.pointer(&format!("/meta/{name}")).and_then(Value::as_str).and_then(time::parse)
            };
            let Some(before) = at(&user.seen, "lastModified") else {
                return Err(crate::check::Stop::Blocked {
                    by: "create.user.meta",
                    reason: "there is no lastModified".into(),
                });
            };
            let first = t.read(&user).await?;
            let_clock_tick(&user).await;
            let answer = t.put_changed(&user, &t.some_change()).await?;
            if !answer.answer.is_success() {
                return Err(crate::check::Stop::Blocked {
                    by: "update.family-name.put",
                    reason: "the change was refused".into(),
                });
            }
            let seen = t.read(&user).await?;
            let body = seen.answer.json.clone().unwrap_or_default();
            let after = at(&body, "lastModified");
            let judgement = match after {
                Some(after) if after > before => Judgement::Holds,
                _ => broken(
                    format!("a time after {before}"),
                    after.map_or("none".into(), |time| time.to_string()),
                    "/meta/lastModified",
                ),
            };
            let is_changed = t.conclude(&["RFC7643-3.1-21", "RFC7644-3.5.1-19"], judgement, Some(&seen));
            let judgement = if at(&body, "created") == at(&user.seen, "created") {
                Judgement::Holds
            } else {
                broken("created as it was", "another time", "/meta/created")
            };
            t.conclude(&["RFC7643-3.1-21"], judgement, Some(&seen));
            // What did not change needs no new version.
            if !is_changed {
                return Ok(());
            }
            let mut now = seen;
            if versions(&first).iter().zip(versions(&now)).any(|(old, new)| old.value.is_some() && *old == new) {
                // A version may count whole seconds where the time does not.
                tokio::time::sleep(Duration::from_millis(1100)).await;
                let again = json!({"displayName": "Again", "name": {"familyName": "Again"}});
                if !t.put_changed(&user, &again).await?.answer.is_success() {
                    return Ok(());
                }
                now = t.read(&user).await?;
            }
            for (old, new) in versions(&first).iter().zip(versions(&now)) {
                if let (Some(before), Some(after)) = (old.value, new.value) {
                    t.conclude(&[old.rule], renewed(before, after, old.pointer), Some(&now));
                }
            }
            Ok(())
        })
    },
};

/// A version of a user, as a reading shows it.
#[derive(PartialEq)]
struct Version<'a> {
    rule: &'static str,
    pointer: &'static str,
    value: Option<&'a str>,
}

fn versions(seen: &Exchange) -> [Version<'_>; 2] {
    let in_body = seen.subject().and_then(|user| user.pointer("/meta/version")?.as_str());
    [
        Version { rule: "RFC7644-3.5.1-19", pointer: "/meta/version", value: in_body },
        Version { rule: "RFC7232-2.1-01", pointer: "ETag", value: seen.answer.header("etag") },
    ]
}

/// A weak version should be another one where clients must not miss the change, and no more (RFC 9110 §8.8.1).
fn renewed(old: &str, new: &str, pointer: &str) -> Judgement {
    let judgement = if old == new { broken("another version than before", new, pointer) } else { Judgement::Holds };
    if old.starts_with("W/") { as_doubtful(judgement) } else { judgement }
}

pub(super) static OTHER_ID: Check = Check {
    id: "update.put-other-id",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A PUT that names another id changes the user in the address, under its own id, or nothing",
    effect: "An update of one account lands on another.",
    rules: &["RFC7643-3.1-07"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let (user, other) = (t.given_user().await?, t.given_user().await?);
            let mut body = user.seen.clone();
            body["id"] = other.id.as_str().into();
            let answer = t.put(&user, body).await?;
            t.expect(&["RFC7643-3.1-07"], &answer, any(vec![status(&[200, 204]), refused()]));
            let seen = t.read(&user).await?;
            t.expect(&["RFC7643-3.1-07"], &seen, json_at("/id", user.id.as_str()));
            let untouched = t.read(&other).await?;
            t.step("the user with the other id");
            t.expect(&["RFC7643-3.1-07"], &untouched, text_at("/userName", &other.name));
            Ok(())
        })
    },
};

pub(super) static NO_SCHEMAS: Check = Check {
    id: "update.put-no-schemas",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A PUT without schemas is refused, or taken for what it is",
    effect: "Clients that forget schemas wipe accounts.",
    rules: &["RFC7644-3.5.1-15"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let mut body = user.seen.clone();
            if let Some(body) = body.as_object_mut() {
                body.shift_remove("schemas");
            }
            let answer = t.put(&user, body).await?;
            t.expect(&["RFC7644-3.5.1-15"], &answer, lenient(error(&[400])));
            t.expect(&["RFC7644-3.5.1-15"], &t.read(&user).await?, text_at("/userName", &user.name));
            Ok(())
        })
    },
};
