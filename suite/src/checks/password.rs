//! Password sync (OKTA-PWD-001 to 005). Only a login can show that it works.

use serde_json::json;

use super::activate::{door_is, knock_before, user_with_password};
use super::writes;
use crate::check::{Check, Family, Feature, Form};
use crate::expect::{if_body, status, unassigned};
use crate::target::login::Door;

/// Single stories.
pub(super) static CHECKS: &[&Check] = &[&REPEATED];

/// Every way of writing it.
pub(super) static FAMILIES: &[&Family] = &[&SYNC];

const OUT_OF_STEP: &str = "People can't log in with their new password, and can with the old one.";

static SYNC: Family = Family {
    id: "password.sync",
    since: "0.1",
    feature: Feature::PasswordSync,
    title: "{write} changes the password: the new one opens the login, the old one does not, and neither is shown",
    effect: OUT_OF_STEP,
    also: &["OKTA-PWD-003", "OKTA-PWD-004", "RFC7643-4.1.1-12"],
    alone: false,
    writes: &[
        Form {
            name: "patch-pathless",
            words: "PATCH without a path",
            rules: &["OKTA-PWD-002", "RFC7644-3.5.2-25", "RFC7643-4.1.1-13"],
            answers: &[200, 204],
            run: writes::replace_pathless,
        },
        Form {
            name: "patch-path",
            words: "PATCH with a path",
            rules: &["OKTA-PWD-002", "RFC7644-3.5.2-25", "RFC7643-4.1.1-13"],
            answers: &[200, 204],
            run: writes::replace_path,
        },
        Form {
            name: "put",
            words: "GET and PUT",
            rules: &["OKTA-USR-031", "RFC7644-3.5.1-05"],
            answers: &[200],
            run: writes::put,
        },
    ],
    reads: &[],
    story: |t, write, _| {
        Box::pin(async move {
            t.needs_password_change()?;
            let (user, old) = user_with_password(t).await?;
            let open = knock_before(t, &user, &old).await;
            let new = t.fresh_password();
            let answer = t.write(write, &user, &json!({"password": new})).await?;
            t.expect(&["OKTA-PWD-004", "RFC7643-4.1.1-12"], &answer, if_body(unassigned("/password")));
            let seen = t.read(&user).await?;
            t.expect(&["OKTA-PWD-004", "RFC7643-4.1.1-12"], &seen, unassigned("/password"));
            if open && answer.answer.is_success() {
                t.step("the login with the new password");
                t.conclude(&["OKTA-PWD-003"], door_is(Door::Open, t.knock(&user.name, &new).await), Some(&answer));
                t.step("the login with the old password");
                t.conclude(&["OKTA-PWD-003"], door_is(Door::Shut, t.knock(&user.name, &old).await), Some(&answer));
            }
            Ok(())
        })
    },
};

static REPEATED: Check = Check {
    id: "password.sync-keeps-user",
    since: "0.1",
    feature: Feature::PasswordSync,
    title: "A password sync changes nothing else, and may be repeated",
    effect: OUT_OF_STEP,
    rules: &["OKTA-PWD-002", "OKTA-PWD-004"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_password_change()?;
            let (user, _) = user_with_password(t).await?;
            let new = t.fresh_password();
            for round in 1..=2 {
                t.step(format!("round {round}"));
                let answer = writes::replace_pathless(t, &user, &json!({"password": new})).await?;
                t.expect(&["OKTA-PWD-002"], &answer, status(&[200, 204]));
            }
            let seen = t.read(&user).await?;
            t.step("afterwards");
            t.expect(&["OKTA-PWD-002"], &seen, crate::expect::json_at("/active", true));
            t.expect(&["OKTA-PWD-004"], &seen, unassigned("/password"));
            Ok(())
        })
    },
};
