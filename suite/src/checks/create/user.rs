//! The create itself: as Okta sends it, with the least, inactive, with a password.

use serde_json::json;

use super::is_text;
use crate::check::{Check, Feature, Stop};
use crate::checks::{reads, resource};
use crate::expect::{all, got_status, json_at, no_rows, rows_are, status, status_or, text_at, unassigned, value_at};
use crate::idp::okta;
use crate::scim::filter::eq;
use crate::scim::{sample, urn};
use crate::target::{Exchange, Request};

const STUCK: &str = "Okta shows an error at the person's assignment, and the person has no account.";

pub(super) static OKTA: Check = Check {
    id: "create.user.okta",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "Okta's look-up and create make a user that every reading shows",
    effect: STUCK,
    rules: &[
        "OKTA-USR-003",
        "OKTA-USR-007",
        "OKTA-USR-013",
        "OKTA-USR-016",
        "OKTA-USR-017",
        "RFC7644-3.3-01",
        "RFC7644-3.3-02",
        "RFC7644-3.3-11",
        "OKTA-TRN-007",
        "RFC7644-3.4.1-03",
        "OKTA-USR-053",
        "OKTA-USR-002",
        "OKTA-USR-004",
    ],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let body = t.okta_user();
            let name = body["userName"].as_str().unwrap_or_default().to_string();
            let looked_up = t.send(okta::look_up_user(&name)).await?;
            t.expect(&["OKTA-USR-003"], &looked_up, no_rows());
            let created = t.post("/Users", body.clone()).await?;
            t.expect(&["RFC7644-3.3-01", "OKTA-USR-007", "OKTA-TRN-007"], &created, status(&[201]));
            t.expect(&["OKTA-USR-013"], &created, status_or(&[201], &[200]));
            t.expect(&["RFC7644-3.3-02", "OKTA-USR-007"], &created, value_at("/id", "a non-empty id", is_text));
            let mut shown = vec![
                value_at("/schemas", "the User schema", |schemas| {
                    schemas.as_array().is_some_and(|all| all.contains(&urn::USER.into()))
                }),
                text_at("/userName", &name),
                json_at("/active", true),
            ];
            shown.extend(t.kept_names().into_iter().map(|(pointer, value)| json_at(pointer, value)));
            t.expect(&["OKTA-USR-007", "OKTA-USR-016"], &created, all(shown));
            t.expect(
                &["OKTA-USR-017"],
                &created,
                value_at("/emails", "a list with one primary", |emails| {
                    emails.as_array().is_some_and(|emails| emails.iter().any(|email| email["primary"] == true))
                }),
            );
            let Some(user) = resource(&created, body) else { return Ok(()) };
            for read in reads::USER {
                let (pointer, value) = t.kept_names()[0];
                t.see(read, &user, &["RFC7644-3.3-11"], || json_at(pointer, value)).await?;
            }
            Ok(())
        })
    },
};

pub(super) static MINIMAL: Check = Check {
    id: "create.user.minimal",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A userName is enough to create a user",
    effect: "Accounts with few mapped attributes can't be created.",
    rules: &["RFC7644-3.3-01", "RFC7643-3-05", "RFC7644-3.3-04"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let name = t.fresh_name();
            let created = t.post("/Users", sample::minimal_user(&name)).await?;
            // A server may demand more than the RFC does, and must then say so.
            t.expect(&["RFC7644-3.3-01", "RFC7643-3-05"], &created, status_or(&[201], &[400]));
            if created.answer.is_success() {
                t.expect(&["RFC7644-3.3-04"], &created, text_at("/userName", &name));
            }
            Ok(())
        })
    },
};

pub(super) static INACTIVE: Check = Check {
    id: "create.user.inactive",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A user created with active false is inactive in every reading",
    effect: "Somebody who must not have access yet has it.",
    rules: &["RFC7643-4.1.1-11", "RFC7644-3.4.1-03", "OKTA-USR-039", "OKTA-USR-047"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user_with(json!({"active": false})).await?;
            for read in reads::INACTIVE {
                t.see(read, &user, &["RFC7643-4.1.1-11"], || json_at("/active", false)).await?;
            }
            Ok(())
        })
    },
};

pub(super) static DEFAULT_STATUS: Check = Check {
    id: "create.user.default-status",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A user created without active has the status that the answer shows",
    effect: "A new person can't log in, or has access too early, and the client believes the contrary.",
    rules: &["RFC7644-3.1-04", "RFC7644-3.4.2.2-57"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs(&["active"])?;
            let mut body = t.okta_user();
            if let Some(body) = body.as_object_mut() {
                body.remove("active");
            }
            let created = t.post("/Users", body.clone()).await?;
            let Some(user) = resource(&created, body) else {
                let reason = format!("a create without active answered {}", got_status(&created));
                return Err(Stop::Blocked { by: "create.user.minimal", reason });
            };
            let seen = t.read(&user).await?;
            if seen.answer.status != 200 {
                let reason = format!("reading it back answered {}", got_status(&seen));
                return Err(Stop::Blocked { by: "read.user.by-id", reason });
            }
            // Which status it is, is for the server to choose (RFC 7643 §4.1.1).
            let shown = |exchange: &Exchange| exchange.subject().and_then(|user| user.get("active")?.as_bool());
            let Some(active) = shown(&created).or_else(|| shown(&seen)) else {
                return Err(Stop::Unsupported("the target shows no status of a user created without one".into()));
            };
            t.expect(&["RFC7644-3.1-04"], &seen, json_at("/active", active));
            let filter = eq("userName", user.name.as_str()).and(eq("active", active));
            let found = || rows_are(&[&user.id], &[&user.id]);
            let rows = t.ask(&[], okta::filtered("/Users", &filter.to_string()), found).await?;
            // Whether such filters are understood at all is for others to say.
            if rows.answer.is_success() {
                t.step("the filter on the status that was shown");
                t.expect(&["RFC7644-3.4.2.2-57"], &rows, found());
            }
            Ok(())
        })
    },
};

pub(super) static PASSWORD: Check = Check {
    id: "create.user.password",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "The placeholder password that Okta always sends is accepted and never shown",
    effect: "No user can be created (password policy), or passwords leak into Okta's logs.",
    rules: &["OKTA-USR-012", "RFC7643-4.1.1-12", "RFC7643-7-26"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let mut body = t.okta_user();
            body["password"] = t.fresh_password().into();
            let created = t.post("/Users", body.clone()).await?;
            t.expect(&["OKTA-USR-012"], &created, status(&[201]));
            t.expect(&["OKTA-USR-012", "RFC7643-4.1.1-12"], &created, crate::expect::if_body(unassigned("/password")));
            let Some(user) = resource(&created, body) else { return Ok(()) };
            let seen = t.read(&user).await?;
            t.expect(&["RFC7643-4.1.1-12"], &seen, unassigned("/password"));
            let asked_for = t.send(Request::get(user.path()).query("attributes", "password")).await?;
            t.step("asked for by name");
            t.expect(&["RFC7643-4.1.1-12", "RFC7643-7-26"], &asked_for, unassigned("/password"));
            Ok(())
        })
    },
};
