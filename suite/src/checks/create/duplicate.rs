//! One name, one user: when a create is a conflict, and when the name is free again.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::check::{Case, Check, Family, Feature, Form, Fut, Judgement, Resource, Stop};
use crate::checks::{RACERS, RACES, resource};
use crate::expect::{Expectation, all, broken, error, has_detail, no_server_error, rows_are, scim_type, status};
use crate::idp::okta;
use crate::scim::sample;
use crate::target::{Exchange, Request};

/// The prior states in which a create must be a conflict.
pub(super) static DUPLICATE: Family = Family {
    id: "create.duplicate",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A second create with {write} is a 409, and there is still one user",
    effect: "Two accounts for one person; Okta manages one of them, the other keeps its access.",
    also: &["RFC7644-3.12-21", "OKTA-USR-015", "RFC7644-3.3-08", "RFC7644-3.3-09", "OKTA-ERR-001"],
    alone: false,
    writes: &[
        Form { name: "same", words: "the same body", rules: &["RFC7643-4.1.1-02"], answers: &[409], run: post_again },
        Form {
            name: "other-attributes",
            words: "the same userName and other attributes",
            rules: &["RFC7643-4.1.1-02"],
            answers: &[409],
            run: post_other,
        },
        Form {
            name: "other-case",
            words: "the userName in another letter case",
            rules: &["RFC7643-4.1.1-03", "OKTA-USR-006"],
            answers: &[409],
            run: post_upper,
        },
        Form {
            name: "inactive",
            words: "the userName of an inactive user",
            rules: &["OKTA-USR-035"],
            answers: &[409],
            run: post_after_deactivation,
        },
    ],
    reads: &[],
    story: |t, write, _| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let answer = (write.run)(t, &user, &Value::Null).await?;
            let cited: Vec<&'static str> = if write.name == "other-case" {
                write.rules.to_vec()
            } else {
                [&["OKTA-USR-015", "RFC7644-3.3-08"], write.rules].concat()
            };
            t.expect(&cited, &answer, status(&[409]));
            t.expect(&["RFC7644-3.12-21"], &answer, status(&[409]));
            if answer.answer.status == 409 {
                t.expect(&["RFC7644-3.3-08"], &answer, scim_type(&["uniqueness"], &[]));
                t.expect(&["OKTA-USR-015", "OKTA-ERR-001"], &answer, all(vec![error(&[409]), has_detail()]));
            }
            let found = t.send(okta::look_up_user(&user.name)).await?;
            let rows: Vec<String> =
                found.rows().filter_map(|(_, row)| row.get("id")?.as_str().map(String::from)).collect();
            if found.answer.status == 200 && !rows.is_empty() {
                let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
                t.step("the look-up afterwards");
                t.expect(&["RFC7644-3.3-09"], &found, rows_are(&rows, &[&user.id]));
            }
            Ok(())
        })
    },
};

fn post_again<'a>(t: &'a Case, user: &'a Resource, _: &'a Value) -> Fut<'a, Exchange> {
    Box::pin(t.post("/Users", user.sent.clone()))
}

fn post_other<'a>(t: &'a Case, user: &'a Resource, _: &'a Value) -> Fut<'a, Exchange> {
    let mut body = t.okta_user();
    sample::overlay(&mut body, &json!({"userName": user.name, "displayName": "Somebody Else"}));
    Box::pin(t.post("/Users", body))
}

fn post_upper<'a>(t: &'a Case, user: &'a Resource, _: &'a Value) -> Fut<'a, Exchange> {
    let mut body = t.okta_user();
    body["userName"] = user.name.to_uppercase().into();
    Box::pin(t.post("/Users", body))
}

fn post_after_deactivation<'a>(t: &'a Case, user: &'a Resource, _: &'a Value) -> Fut<'a, Exchange> {
    Box::pin(async move {
        t.put_changed(user, &json!({"active": false})).await?;
        t.post("/Users", user.sent.clone()).await
    })
}

pub(super) static AFTER_DELETE: Check = Check {
    id: "create.user.after-delete",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "The name of a deleted user is free, and the new user has a new id",
    effect: "Somebody who comes back can't be created, or inherits what belonged to the old account.",
    rules: &["RFC7644-3.6-08", "RFC7644-3.6-11", "RFC7643-3.1-04"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            if !t.delete(&user).await?.answer.is_success() {
                return Err(Stop::Blocked { by: "delete.user.gone", reason: "the user could not be deleted".into() });
            }
            let again = t.post("/Users", user.sent.clone()).await?;
            t.expect(&["RFC7644-3.6-08"], &again, status(&[201]));
            if let Some(new) = resource(&again, user.sent.clone()) {
                let judgement = if new.id == user.id {
                    broken("a new id", "the id of the deleted user", "/id")
                } else {
                    Judgement::Holds
                };
                t.conclude(&["RFC7644-3.6-11", "RFC7643-3.1-04"], judgement, Some(&again));
            }
            Ok(())
        })
    },
};

pub(super) static RACE: Check = Check {
    id: "create.user.race",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "Of creates of one user at the same time one succeeds, and the others are conflicts",
    effect: "Two accounts for one person, or a server error that clients take for a passing fault and repeat for ever.",
    rules: &["RFC7644-3.3-08", "RFC7643-4.1.1-02", "RFC7644-3.12-23"],
    alone: true,
    story: |t| {
        Box::pin(async move {
            t.needs_concurrency()?;
            for race in 1..=RACES {
                let body = t.okta_user();
                let name = body["userName"].as_str().unwrap_or_default().to_string();
                let answers = t.at_once(vec![Request::post("/Users", body); RACERS]).await?;
                t.step(format!("race {race}"));
                for answer in &answers {
                    t.expect(&["RFC7644-3.12-23"], answer, no_server_error());
                }
                // Who is asked to come again later has not been told anything.
                let told = answers.iter().filter(|answer| answer.answer.status != 503);
                let (made, refused): (Vec<&Exchange>, Vec<&Exchange>) = told.partition(|it| it.answer.is_success());
                if made.is_empty() && refused.iter().all(|it| it.answer.status < 500 && it.answer.status != 409) {
                    let reason = "none of the creates succeeded, and none was a conflict".into();
                    return Err(Stop::Blocked { by: "create.user.okta", reason });
                }
                for answer in &refused {
                    t.expect(&["RFC7644-3.3-08"], answer, status(&[409]));
                }
                let judgement = match made.len() {
                    1 => Judgement::Holds,
                    count => broken("one success", count.to_string(), ""),
                };
                t.conclude(&["RFC7644-3.3-08"], judgement, made.last().or(refused.last()).copied());
                let found = t.send(okta::look_up_user(&name)).await?;
                if found.answer.is_success() {
                    t.step(format!("the look-up after race {race}"));
                    t.expect(&["RFC7643-4.1.1-02"], &found, one_at_most(&name));
                }
            }
            Ok(())
        })
    },
};

/// A list in which no more than one user has this name.
fn one_at_most(name: &str) -> Expectation {
    let name = name.to_lowercase();
    Box::new(move |found| {
        let has_name = |row: &Value| row["userName"].as_str().is_some_and(|it| it.to_lowercase() == name);
        let ids = found.rows().filter(|(_, row)| has_name(row)).filter_map(|(_, row)| row.get("id"));
        match ids.map(Value::to_string).collect::<BTreeSet<String>>().len() {
            0 | 1 => Judgement::Holds,
            count => broken("one user of this name", count.to_string(), "/Resources"),
        }
    })
}
