//! Entra's life of a user: created, disabled, restored, removed (ENTRA-USR-F2 to F5).

use serde_json::{Value, json};

use super::look_up::{by, equals};
use super::{story, user_of_entra};
use crate::check::{Check, Feature};
use crate::checks::reads::until_found;
use crate::checks::resource;
use crate::expect::{all, error, json_at, no_rows, status, text_at, unassigned, value_at};
use crate::idp::entra;
use crate::scim::patch::{message, operation};
use crate::scim::urn;
use crate::target::Request;

pub(super) static CREATE: Check = story(
    "create.entra.user",
    Feature::CreateUsers,
    "The user that Entra creates is taken with its meta, its empty lists and the extension that it only names",
    "Nobody gets an account.",
    &[
        "ENTRA-USR-010",
        "ENTRA-USR-011",
        "ENTRA-USR-012",
        "ENTRA-VAL-001",
        "ENTRA-CYC-003",
        "ENTRA-GAL-17",
        "ENTRA-CON-003",
    ],
    |t| {
        Box::pin(async move {
            t.needs(&["name.givenName", "name.familyName", "emails"])?;
            let body = entra::new_user(&t.fresh_name(), &t.fresh_word());
            let created = t.post("/Users", body.clone()).await?;
            t.expect(
                &["ENTRA-USR-010", "ENTRA-USR-011", "ENTRA-USR-012", "ENTRA-GAL-17", "ENTRA-CON-003"],
                &created,
                status(&[201, 200]),
            );
            let name = body["userName"].as_str().unwrap_or_default().to_string();
            t.expect(&["ENTRA-USR-010"], &created, text_at("/userName", &name));
            let is_there = |id: &Value| id.as_str().is_some_and(|id| !id.is_empty());
            t.expect(&["ENTRA-USR-010"], &created, value_at("/id", "a non-empty id", is_there));
            let Some(user) = resource(&created, body.clone()) else { return Ok(()) };
            if t.needs_filter().is_err() {
                return Ok(());
            }
            let match_it = by("/Users", equals("userName", &name));
            until_found(t, &match_it, 1).await?;
            let found = t.send(match_it).await?;
            let row = found.focused("/Resources/0");
            t.step("the reading by filter");
            let sent = ["/externalId", "/name/givenName", "/name/familyName", "/emails/0/value", "/active"];
            let sent = sent.iter().map(|at| json_at(at, body.pointer(at).cloned().unwrap_or_default()));
            t.expect(&["ENTRA-VAL-001"], &row, all(sent.collect()));
            t.expect(&["ENTRA-CYC-003"], &row, json_at("/id", user.id.as_str()));
            Ok(())
        })
    },
);

pub(super) static DUPLICATE: Check = story(
    "create.entra.duplicate",
    Feature::CreateUsers,
    "A second user of the same name is a 409",
    "Two accounts for one person; Entra then writes to neither.",
    &["ENTRA-USR-013", "ENTRA-VAL-002"],
    |t| {
        Box::pin(async move {
            let user = user_of_entra(t, json!({})).await?;
            let again = t.post("/Users", entra::new_user(&user.name, &t.fresh_word())).await?;
            t.expect(&["ENTRA-USR-013", "ENTRA-VAL-002"], &again, error(&[409]));
            Ok(())
        })
    },
);

pub(super) static NULLS: Check = story(
    "create.entra.nulls",
    Feature::CreateUsers,
    "null at attributes that have no value, and at names that the schema has not, is no error",
    "Whoever lacks an attribute in Entra gets no account.",
    &["ENTRA-USR-014"],
    |t| {
        Box::pin(async move {
            let mut body = entra::new_user(&t.fresh_name(), &t.fresh_word());
            for name in ["addresses", "phoneNumbers", "preferredLanguage", "title", "department", "manager"] {
                body[name] = Value::Null;
            }
            let created = t.post("/Users", body.clone()).await?;
            t.expect(&["ENTRA-USR-014"], &created, status(&[201, 200]));
            let Some(user) = resource(&created, body) else { return Ok(()) };
            let seen = t.read(&user).await?;
            t.expect(&["ENTRA-USR-014"], &seen, all(vec![unassigned("/title"), unassigned("/addresses")]));
            Ok(())
        })
    },
);

pub(super) static DISABLE: Check = story(
    "deactivate.entra.disable",
    Feature::Deactivate,
    "Entra's three ways of disabling show in the next reading, as a Boolean",
    "People who left keep their access.",
    &["ENTRA-USR-040", "ENTRA-USR-041", "ENTRA-USR-042", "ENTRA-VAL-009"],
    |t| {
        Box::pin(async move {
            t.needs_patch()?;
            for (words, op, value) in [
                ("the compliant way", "replace", json!(false)),
                ("a Boolean with Replace", "Replace", json!(false)),
                ("the text False", "Replace", json!("False")),
                ("the text false", "replace", json!("false")),
            ] {
                let user = user_of_entra(t, json!({})).await?;
                let answer = t.patch(&user, message(vec![operation(op, "active", value)])).await?;
                t.step(words);
                t.expect(&["ENTRA-USR-040"], &answer, status(&[200, 204]));
                let seen = t.read(&user).await?;
                let rules = &["ENTRA-USR-040", "ENTRA-USR-041", "ENTRA-USR-042", "ENTRA-VAL-009"];
                t.expect(rules, &seen, json_at("/active", false));
            }
            Ok(())
        })
    },
);

pub(super) static RESTORE: Check = story(
    "reactivate.entra.restore",
    Feature::Reactivate,
    "Who comes back is the same user, in the same groups",
    "People who come back have an empty account, or none of their groups.",
    &["ENTRA-USR-043", "ENTRA-USR-045"],
    |t| {
        Box::pin(async move {
            t.needs_patch()?;
            let user = user_of_entra(t, json!({})).await?;
            let group = if t.needs_listed_groups().is_ok() { Some(t.given_group(&[&user]).await?) } else { None };
            t.patch(&user, message(vec![operation("Replace", "active", json!(false))])).await?;
            let answer = t.patch(&user, message(vec![operation("Replace", "active", json!("True"))])).await?;
            t.expect(&["ENTRA-USR-043"], &answer, status(&[200, 204]));
            let seen = t.read(&user).await?;
            let same = all(vec![json_at("/id", user.id.as_str()), json_at("/active", true)]);
            t.expect(&["ENTRA-USR-043"], &seen, same);
            if let Some(group) = group {
                let members = crate::expect::values_are("/members", &[&user.id]);
                t.expect(&["ENTRA-USR-045"], &t.read(&group).await?, members);
            }
            Ok(())
        })
    },
);

pub(super) static DELETE: Check = story(
    "delete.entra.user",
    Feature::Protocol,
    "Who is deleted is gone by id and by filter, and a second deletion is a 404",
    "Entra never learns that somebody is gone.",
    &["ENTRA-USR-050", "ENTRA-USR-051", "ENTRA-USR-052", "ENTRA-VAL-013"],
    |t| {
        Box::pin(async move {
            let user = user_of_entra(t, json!({})).await?;
            let deleted = t.delete(&user).await?;
            t.expect(&["ENTRA-USR-050", "ENTRA-VAL-013"], &deleted, status(&[204]));
            let read = t.read(&user).await?;
            t.step("the reading by id");
            t.expect(&["ENTRA-USR-051", "ENTRA-VAL-013"], &read, status(&[404]));
            if t.needs_filter().is_ok() {
                t.step("the reading by filter");
                let gone = by("/Users", equals("userName", &user.name));
                t.ask(&["ENTRA-USR-051"], gone, no_rows).await?;
            }
            let again = t.delete(&user).await?;
            t.step("a second time");
            t.expect(&["ENTRA-USR-052"], &again, status(&[404]));
            Ok(())
        })
    },
);

pub(super) static UNKNOWN: Check = story(
    "read.entra.unknown",
    Feature::CreateUsers,
    "An id that nobody has is a 404",
    "Entra goes on writing to an account that is gone.",
    &["ENTRA-USR-030"],
    |t| {
        Box::pin(async move {
            let read = t.send(Request::get(format!("/Users/{}", t.fresh_id()))).await?;
            t.expect(&["ENTRA-USR-030"], &read, status(&[404]));
            Ok(())
        })
    },
);

pub(super) static TEXTS: Check = story(
    "create.entra.texts",
    Feature::CreateUsers,
    "A manager as a text, and a role whose primary is the text True, are taken and shown as what they are",
    "Nobody with a manager or a role gets an account.",
    &["ENTRA-USR-016", "ENTRA-USR-017", "ENTRA-USR-019", "ENTRA-USR-020"],
    |t| {
        Box::pin(async move {
            t.needs_enterprise()?;
            t.needs(&["roles"])?;
            let boss = t.given_user().await?;
            let mut body = entra::new_user(&t.fresh_name(), &t.fresh_word());
            body[urn::ENTERPRISE] = json!({"manager": boss.id});
            let role = json!({"primary": "True", "type": "WindowsAzureActiveDirectoryRole", "display": "Admin", "value": "Admin"});
            body["roles"] = json!([role]);
            let created = t.post("/Users", body.clone()).await?;
            t.expect(&["ENTRA-USR-016", "ENTRA-USR-019", "ENTRA-USR-020"], &created, status(&[201, 200]));
            let Some(user) = resource(&created, body) else { return Ok(()) };
            let seen = t.read(&user).await?;
            let manager = format!("/{}/manager/value", urn::ENTERPRISE);
            t.expect(&["ENTRA-USR-016", "ENTRA-USR-017"], &seen, json_at(&manager, boss.id.as_str()));
            t.expect(&["ENTRA-USR-019"], &seen, json_at("/roles/0/primary", true));
            t.expect(&["ENTRA-USR-020"], &seen, json_at("/roles/0/value", "Admin"));
            Ok(())
        })
    },
);
