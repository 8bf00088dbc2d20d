//! Changes of members that race each other: Okta pushes several groups and people at a time.

use serde_json::json;

use super::{WRONG_MEMBERS, member};
use crate::check::{Check, Feature, Judgement, Resource};
use crate::checks::{RACERS, RACES};
use crate::expect::{as_variation, no_server_error, status, values, values_are};
use crate::scim::patch::{message, operation};
use crate::target::{Exchange, Request};

pub(super) static MEMBERS: Check = Check {
    id: "group.members.race",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "Members that are added at the same time are all there, as far as they were confirmed",
    effect: WRONG_MEMBERS,
    rules: &["OKTA-GRP-008", "RFC7644-3.5.2.1-12"],
    alone: true,
    story: |t| {
        Box::pin(async move {
            t.needs_concurrency()?;
            let users = t.given_users(RACERS).await?;
            for race in 1..=RACES {
                let group = t.given_group(&[]).await?;
                let answers = t.at_once(users.iter().map(|user| add(&group, user)).collect()).await?;
                t.step(format!("race {race}"));
                for answer in &answers {
                    t.conclude(&["OKTA-GRP-008", "RFC7644-3.5.2.1-12"], taken(answer), Some(answer));
                }
                let seen = t.read(&group).await?;
                let there = values(seen.subject().and_then(|group| group.get("members")));
                // After a failure of the server nobody knows.
                let wanted = users.iter().zip(&answers).filter(|(user, answer)| {
                    answer.answer.is_success() || (answer.answer.status >= 500 && there.contains(&user.id))
                });
                let wanted: Vec<&str> = wanted.map(|(user, _)| user.id.as_str()).collect();
                t.step(format!("the group after race {race}"));
                t.expect(&["OKTA-GRP-008", "RFC7644-3.5.2.1-12"], &seen, values_are("/members", &wanted));
            }
            Ok(())
        })
    },
};

pub(super) static SAME_MEMBER: Check = Check {
    id: "group.members.race-same",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A member that is added several times at the same time is there once, and no add fails",
    effect: "Repeats by the client end in server errors, and Okta marks the push as failed.",
    rules: &["OKTA-GRP-008", "RFC7644-3.5.2.1-10", "RFC7644-3.12-23"],
    alone: true,
    story: |t| {
        Box::pin(async move {
            t.needs_concurrency()?;
            let user = t.given_user().await?;
            for race in 1..=RACES {
                let group = t.given_group(&[]).await?;
                let answers = t.at_once(vec![add(&group, &user); RACERS]).await?;
                t.step(format!("race {race}"));
                for answer in &answers {
                    t.conclude(&["OKTA-GRP-008", "RFC7644-3.5.2.1-10"], taken(answer), Some(answer));
                    t.expect(&["RFC7644-3.12-23"], answer, no_server_error());
                }
                if answers.iter().any(|answer| answer.answer.is_success()) {
                    let seen = t.read(&group).await?;
                    t.step(format!("the group after race {race}"));
                    t.expect(&["OKTA-GRP-008", "RFC7644-3.5.2.1-10"], &seen, values_are("/members", &[&user.id]));
                }
            }
            Ok(())
        })
    },
};

fn add(group: &Resource, user: &Resource) -> Request {
    Request::patch(group.path(), message(vec![operation("add", "members", json!([member(user)]))]))
}

/// A server that sees a race may ask to come again, and has then lost nothing.
fn taken(answer: &Exchange) -> Judgement {
    let judgement = status(&[200, 204])(answer);
    if matches!(answer.answer.status, 409 | 412 | 503) { as_variation(judgement) } else { judgement }
}
