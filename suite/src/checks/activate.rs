//! Deactivate and reactivate (OKTA-USR-036 to 052): what matters most, since access hangs on it.

use serde_json::{Value, json};

use super::{reads, writes};
use crate::check::{Case, Check, Family, Feature, Form, Judgement, Resource, Stop};
use crate::expect::{all, as_variation, broken, json_at, only_row, rows_are, status, unassigned};
use crate::idp::okta;
use crate::target::login::Door;

/// Single stories.
pub(super) static CHECKS: &[&Check] = &[&KEEPS_MEMBERSHIP, &PUT_KEEPS_STATUS, &OKTA_REACTIVATION, &ROUND_TRIPS];

/// Each way of writing it, from each state.
pub(super) static FAMILIES: &[&Family] = &[&DEACTIVATE, &AGAIN, &REACTIVATE, &STILL_ACTIVE];

const ACCESS_STAYS: &str = "Okta shows the person as deactivated, and the person still has access.";
const LOCKED_OUT: &str = "Somebody who comes back has no access, or gets a second, empty account.";

const PATHLESS: Form = Form {
    name: "patch-pathless",
    words: "PATCH without a path, as Okta's catalogue integrations send it,",
    rules: &["OKTA-USR-036", "OKTA-USR-037", "RFC7644-3.5.2.3-13"],
    answers: &[200, 204],
    run: writes::replace_pathless,
};
const PATH: Form = Form {
    name: "patch-path",
    words: "PATCH with a path",
    rules: &["RFC7644-3.5.2.3-13", "RFC7644-3.5.2-08"],
    answers: &[200, 204],
    run: writes::replace_path,
};
const ADD: Form = Form {
    name: "patch-add",
    words: "PATCH add with a path",
    rules: &["RFC7644-3.5.2.1-09"],
    answers: &[200, 204],
    run: writes::add_path,
};
const BATCHED: Form = Form {
    name: "patch-batched",
    words: "PATCH with several operations",
    rules: &["RFC7644-3.5.2-11"],
    answers: &[200, 204],
    run: writes::replace_among_others,
};
const PUT: Form = Form {
    name: "put",
    words: "GET and PUT, as Okta's wizard apps send it,",
    rules: &["OKTA-USR-038", "RFC7644-3.5.1-03"],
    answers: &[200],
    run: writes::put,
};

static DEACTIVATE: Family = Family {
    id: "deactivate",
    since: "0.1",
    feature: Feature::Deactivate,
    title: "{write} deactivates a user, every reading shows it, and the login is shut",
    effect: ACCESS_STAYS,
    also: &["OKTA-USR-040", "RFC7644-3.1-04"],
    alone: false,
    writes: &[PATHLESS, PATH, ADD, BATCHED, PUT],
    reads: reads::INACTIVE,
    story: |t, write, reads| {
        Box::pin(async move {
            let (user, password) = user_with_password(t).await?;
            let open = knock_before(t, &user, &password).await;
            let answer = t
                .write_and_see(write, reads, &user, &json!({"active": false}), &[], || json_at("/active", false))
                .await?;
            if open && answer.answer.is_success() {
                t.step("the login afterwards");
                t.conclude(&["OKTA-USR-040"], door_is(Door::Shut, t.knock(&user.name, &password).await), Some(&answer));
            }
            Ok(())
        })
    },
};

static AGAIN: Family = Family {
    id: "deactivate-inactive",
    since: "0.1",
    feature: Feature::Deactivate,
    title: "{write} deactivates a user who is inactive already: it succeeds, and changes nothing",
    effect: "Okta's second deactivation (unassigned, then deactivated) is stuck as an error.",
    also: &["OKTA-USR-044", "RFC7644-3.1-04"],
    alone: false,
    writes: &[PATHLESS, PATH, PUT],
    reads: reads::INACTIVE,
    story: |t, write, reads| {
        Box::pin(async move {
            let user = inactive_user(t).await?;
            t.write_and_see(write, reads, &user, &json!({"active": false}), &["OKTA-USR-044"], || {
                json_at("/active", false)
            })
            .await?;
            Ok(())
        })
    },
};

static REACTIVATE: Family = Family {
    id: "reactivate",
    since: "0.1",
    feature: Feature::Reactivate,
    title: "{write} reactivates a user: the same record, shown by every reading, and the login opens",
    effect: LOCKED_OUT,
    also: &["OKTA-USR-046", "OKTA-USR-048", "RFC7644-3.1-04"],
    alone: false,
    writes: &[
        Form { rules: &["OKTA-USR-048", "RFC7644-3.5.2.3-13"], ..PATHLESS },
        PATH,
        ADD,
        BATCHED,
        Form { rules: &["OKTA-USR-048", "RFC7644-3.5.1-03"], ..PUT },
    ],
    reads: reads::USER,
    story: |t, write, reads| {
        Box::pin(async move {
            let (user, password) = user_with_password(t).await?;
            let open = knock_before(t, &user, &password).await;
            deactivate(t, &user).await?;
            let answer = t
                .write_and_see(write, reads, &user, &json!({"active": true}), &["OKTA-USR-046"], || {
                    all(vec![json_at("/active", true), json_at("/id", user.id.as_str())])
                })
                .await?;
            if open && answer.answer.is_success() {
                t.step("the login afterwards");
                t.conclude(&["OKTA-USR-048"], door_is(Door::Open, t.knock(&user.name, &password).await), Some(&answer));
            }
            Ok(())
        })
    },
};

static STILL_ACTIVE: Family = Family {
    id: "reactivate-active",
    since: "0.1",
    feature: Feature::Reactivate,
    title: "{write} activates a user who is active already: it succeeds, and changes nothing",
    effect: "Okta repeats the reactivation; a refusal leaves an error at the assignment.",
    also: &["OKTA-USR-049", "RFC7644-3.1-04"],
    alone: false,
    writes: &[
        Form { rules: &["OKTA-USR-048", "RFC7644-3.5.2.3-13"], ..PATHLESS },
        PATH,
        Form { rules: &["OKTA-USR-048", "RFC7644-3.5.1-12"], ..PUT },
    ],
    reads: reads::USER,
    story: |t, write, reads| {
        Box::pin(async move {
            let user = t.given_user().await?;
            t.write_and_see(write, reads, &user, &json!({"active": true}), &["OKTA-USR-049"], || {
                json_at("/active", true)
            })
            .await?;
            Ok(())
        })
    },
};

static KEEPS_MEMBERSHIP: Check = Check {
    id: "deactivate.keeps-record",
    since: "0.1",
    feature: Feature::Deactivate,
    title: "A deactivated user keeps its data and can be read and found",
    effect: "Okta takes the account for deleted: reactivation makes a second one, and the data are lost.",
    rules: &["OKTA-USR-038", "OKTA-USR-039", "OKTA-USR-047"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user_with(json!({"title": "Guide"})).await?;
            deactivate(t, &user).await?;
            let seen = t.read(&user).await?;
            t.expect(&["OKTA-USR-039"], &seen, all(vec![status(&[200]), json_at("/active", false)]));
            let kept = t.kept_names().into_iter().map(|(pointer, value)| json_at(pointer, value));
            t.expect(&["OKTA-USR-038"], &seen, all(kept.collect()));
            let found = || rows_are(&[&user.id], &[&user.id]);
            t.ask(&["OKTA-USR-039", "OKTA-USR-047"], okta::look_up_user(&user.name), found).await?;
            Ok(())
        })
    },
};

static PUT_KEEPS_STATUS: Check = Check {
    id: "deactivate.survives-put",
    since: "0.1",
    feature: Feature::Deactivate,
    title: "A PUT that does not speak of active leaves a deactivated user deactivated",
    effect: "A profile update gives access back to somebody who was deactivated.",
    rules: &["RFC7644-3.5.1-90"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = inactive_user(t).await?;
            let mut body = t.read(&user).await?.answer.json.unwrap_or_default();
            if let Some(body) = body.as_object_mut() {
                body.remove("active");
            }
            crate::scim::sample::overlay(&mut body, &t.some_change());
            let answer = t.put(&user, body).await?;
            if !answer.answer.is_success() {
                return Err(Stop::Blocked {
                    by: "update.family-name.put",
                    reason: format!("the PUT answered {}", answer.answer.status),
                });
            }
            let seen = t.read(&user).await?;
            // A PUT may clear what it leaves out; only a user who is active again has got access back.
            let judgement = json_at("/active", false)(&seen);
            let is_cleared = unassigned("/active")(&seen) == Judgement::Holds;
            t.conclude(
                &["RFC7644-3.5.1-90"],
                if is_cleared { as_variation(judgement) } else { judgement },
                Some(&seen),
            );
            Ok(())
        })
    },
};

static OKTA_REACTIVATION: Check = Check {
    id: "reactivate.okta",
    since: "0.1",
    feature: Feature::Reactivate,
    title: "Okta's whole reactivation (look-up, GET, PUT, GET, PUT) ends with the one user active",
    effect: LOCKED_OUT,
    rules: &["OKTA-USR-046", "OKTA-USR-047", "OKTA-USR-048", "OKTA-USR-049"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = inactive_user(t).await?;
            let found = || rows_are(&[&user.id], &[&user.id]);
            t.ask(&["OKTA-USR-047"], okta::look_up_user(&user.name), found).await?;
            let stale = t.read(&user).await?.answer.json.unwrap_or_default();
            let mut first = stale.clone();
            first["active"] = true.into();
            if let Some(first) = first.as_object_mut() {
                first.remove("groups");
            }
            let answer = t.put(&user, first).await?;
            t.expect(&["OKTA-USR-046", "OKTA-USR-048"], &answer, status(&[200]));
            let mut second = stale;
            second["active"] = true.into();
            second["groups"] = json!([]);
            let answer = t.put(&user, second).await?;
            t.step("the second PUT, with an older meta");
            t.expect(&["OKTA-USR-049"], &answer, status(&[200]));
            let seen = t.read(&user).await?;
            t.step("afterwards");
            t.expect(&["OKTA-USR-046", "OKTA-USR-048", "OKTA-USR-049"], &seen, json_at("/active", true));
            t.ask(&["OKTA-USR-046"], okta::look_up_user(&user.name), || only_row(&user.id)).await?;
            Ok(())
        })
    },
};

static ROUND_TRIPS: Check = Check {
    id: "reactivate.round-trips",
    since: "0.1",
    feature: Feature::Reactivate,
    title: "A user goes off and on three times, and each time the record follows",
    effect: LOCKED_OUT,
    rules: &["OKTA-USR-036", "OKTA-USR-048"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            for round in 1..=3 {
                for active in [false, true] {
                    t.step(format!("round {round}, active {active}"));
                    let rule: &[&'static str] = if active { &["OKTA-USR-048"] } else { &["OKTA-USR-036"] };
                    let answer = t.patch(&user, okta::set_active(active)).await?;
                    t.expect(rule, &answer, status(&[200, 204]));
                    let seen = t.read(&user).await?;
                    t.expect(rule, &seen, json_at("/active", active));
                }
            }
            Ok(())
        })
    },
};

/// A user whose password this run knows.
pub(super) async fn user_with_password(t: &Case) -> Result<(Resource, String), Stop> {
    let password = t.fresh_password();
    let user = t.given_user_with(json!({"password": password})).await?;
    Ok((user, password))
}

/// Whether the new user gets in at all: a product whose login is elsewhere may ignore passwords.
pub(super) async fn knock_before(t: &Case, user: &Resource, password: &str) -> bool {
    t.can_knock() && t.knock(&user.name, password).await == Some(Door::Open)
}

/// Judges what the login probe said.
pub(super) fn door_is(wanted: Door, got: Option<Door>) -> Judgement {
    let words = |door: &Door| match door {
        Door::Open => "the login lets the user in",
        Door::Shut => "the login refuses the user",
        Door::Unclear(_) => "an unclear answer",
    };
    match got {
        Some(got) if got == wanted => Judgement::Holds,
        Some(Door::Unclear(reason)) => crate::expect::as_variation(broken(words(&wanted), reason, "")),
        Some(got) => broken(words(&wanted), words(&got), ""),
        None => Judgement::Holds,
    }
}

/// Deactivates by whichever of Okta's two forms works; the families judge each of them.
pub(super) async fn deactivate(t: &Case, user: &Resource) -> Result<(), Stop> {
    t.patch(user, okta::set_active(false)).await?;
    if t.read(user).await?.answer.status != 200 {
        return Err(Stop::Blocked { by: "deactivate.patch-pathless", reason: "the deactivated user is gone".into() });
    }
    if !is_inactive(t, user).await? {
        t.put_changed(user, &json!({"active": false})).await?;
    }
    if is_inactive(t, user).await? {
        return Ok(());
    }
    Err(Stop::Blocked { by: "deactivate.put", reason: "the user could not be deactivated".into() })
}

async fn is_inactive(t: &Case, user: &Resource) -> Result<bool, Stop> {
    let seen = t.read(user).await?;
    Ok(seen.answer.status == 200 && seen.subject().and_then(|user| user.get("active")) == Some(&Value::Bool(false)))
}

async fn inactive_user(t: &Case) -> Result<Resource, Stop> {
    let mut user = t.given_user().await?;
    deactivate(t, &user).await?;
    user.seen = t.read(&user).await?.answer.json.unwrap_or_default();
    Ok(user)
}
