//! What the operations of a PATCH do to values (RFC 7644 §3.5.2.1 to §3.5.2.3), and what their paths select.

use serde_json::{Value, json};

use super::let_clock_tick;
use crate::check::{Case, Check, Feature, Judgement, Resource, Stop};
use crate::expect::{all, broken, doubtful, error, json_at, scim_type, status, unassigned, values_are};
use crate::scim::patch::{operation, remove};
use crate::scim::urn;

pub(super) static NO_OP: Check = Check {
    id: "update.patch-no-op",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "Adding a value that is there already succeeds and changes nothing",
    effect: "Repeats by the client make duplicates, or are refused and retried for ever.",
    rules: &["RFC7644-3.5.2.1-10", "RFC7644-3.5.2.1-11"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let email = json!([{"value": user.name, "type": "work", "primary": true}]);
            let_clock_tick(&user).await;
            let answer = t.patch_ops(&user, vec![operation("add", "emails", email)]).await?;
            t.expect(&["RFC7644-3.5.2.1-10"], &answer, status(&[200, 204]));
            if answer.answer.is_success() {
                let seen = t.read(&user).await?;
                t.expect(&["RFC7644-3.5.2.1-10"], &seen, values_are("/emails", &[&user.name]));
                if let Some(time) = user.seen.pointer("/meta/lastModified") {
                    t.expect(&["RFC7644-3.5.2.1-11"], &seen, json_at("/meta/lastModified", time.clone()));
                }
            }
            Ok(())
        })
    },
};

pub(super) static EMAILS_APPEND: Check = Check {
    id: "update.emails-append",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "add on the addresses appends and keeps the others",
    effect: "Adding an address deletes the others.",
    rules: &["RFC7644-3.5.2.1-06", "RFC7644-3.5.2.1-07"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_change(&["emails"])?;
            let user = t.given_user().await?;
            let (a, b) = (t.fresh_name(), t.fresh_name());
            let emails = json!([{"value": a, "type": "home"}, {"value": b, "type": "other"}]);
            let answer = t.patch_ops(&user, vec![operation("add", "emails", emails)]).await?;
            t.expect(&["RFC7644-3.5.2.1-06", "RFC7644-3.5.2.1-07"], &answer, status(&[200, 204]));
            let seen = t.read(&user).await?;
            t.expect(
                &["RFC7644-3.5.2.1-06", "RFC7644-3.5.2.1-07"],
                &seen,
                values_are("/emails", &[&user.name, &a, &b]),
            );
            Ok(())
        })
    },
};

pub(super) static PRIMARY_MOVES: Check = Check {
    id: "update.primary-moves",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A new primary address takes the mark from the old one, whether it is added or put in place of another",
    effect: "Okta reads the wrong address.",
    rules: &["RFC7644-3.5.2-19", "RFC7644-3.5.2.3-10", "RFC7643-2.4-03"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_change(&["emails"])?;
            let new = t.fresh_name();
            let email = json!({"value": new, "type": "home", "primary": true});
            let user = t.given_user().await?;
            primary_moves(t, "RFC7644-3.5.2-19", &user, operation("add", "emails", json!([email])), &new).await?;
            let name = t.fresh_name();
            let two =
                json!([{"value": name, "type": "work", "primary": true}, {"value": t.fresh_name(), "type": "home"}]);
            let user = t.given_user_with(json!({"userName": name, "emails": two})).await?;
            if user.seen["emails"].as_array().map(Vec::len) != Some(2) {
                return Ok(());
            }
            let replace = operation("replace", "emails[type eq \"home\"]", email);
            primary_moves(t, "RFC7644-3.5.2.3-10", &user, replace, &new).await
        })
    },
};

/// Makes the change, and sees that the one with this value is the primary one, and no other.
async fn primary_moves(t: &Case, rule: &'static str, user: &Resource, change: Value, new: &str) -> Result<(), Stop> {
    t.step(format!("{} of a primary address", change["op"].as_str().unwrap_or_default()));
    let answer = t.patch_ops(user, vec![change]).await?;
    t.expect(&[rule], &answer, status(&[200, 204]));
    if !answer.answer.is_success() {
        return Ok(());
    }
    let seen = t.read(user).await?;
    let emails = seen.subject().and_then(|user| user.get("emails")?.as_array());
    let primaries = emails.into_iter().flatten().filter(|email| email["primary"] == true);
    let primaries: Value = primaries.map(|email| email["value"].clone()).collect();
    let judgement = if primaries == json!([new]) {
        Judgement::Holds
    } else {
        broken(format!("{new} alone"), primaries.to_string(), "/emails")
    };
    t.conclude(&[rule, "RFC7643-2.4-03"], judgement, Some(&seen));
    Ok(())
}

pub(super) static COMPLEX_MERGE: Check = Check {
    id: "update.complex-merge",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A complex attribute is merged: parts that a PATCH does not name stay",
    effect: "A changed first name deletes the last name.",
    rules: &["RFC7644-3.5.2.3-06", "RFC7644-3.5.2.1-05"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_change(&["name.givenName"])?;
            let user = t.given_user().await?;
            let kept = |given: &'static str| {
                all(vec![json_at("/name/givenName", given), json_at("/name/familyName", "Person")])
            };
            let answer =
                t.patch_ops(&user, vec![operation("replace", "name", json!({"givenName": "Replaced"}))]).await?;
            t.expect(&["RFC7644-3.5.2.3-06"], &answer, status(&[200, 204]));
            let seen = t.read(&user).await?;
            t.expect(&["RFC7644-3.5.2.3-06"], &seen, kept("Replaced"));
            if seen.subject().and_then(|user| user.pointer("/name/familyName")).is_none() {
                return Ok(());
            }
            let answer = t.patch_ops(&user, vec![operation("add", "name", json!({"givenName": "Added"}))]).await?;
            t.step("by add");
            t.expect(&["RFC7644-3.5.2.1-05"], &answer, status(&[200, 204]));
            let seen = t.read(&user).await?;
            // The RFC's list contradicts itself for add, so replacing the whole is tolerated.
            t.expect(&["RFC7644-3.5.2.1-05"], &seen, doubtful(kept("Added")));
            Ok(())
        })
    },
};

pub(super) static IN_ORDER: Check = Check {
    id: "update.patch-in-order",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "The operations of a PATCH act one after the other",
    effect: "Batched updates end in the wrong state.",
    rules: &["RFC7644-3.5.2-11"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_change(&["title", "nickName"])?;
            let user = t.given_user().await?;
            let operations = vec![
                operation("replace", "title", json!("First")),
                operation("replace", "title", json!("Second")),
                operation("add", "nickName", json!("Sam")),
                remove("nickName"),
            ];
            let answer = t.patch_ops(&user, operations).await?;
            t.expect(&["RFC7644-3.5.2-11"], &answer, status(&[200, 204]));
            let seen = t.read(&user).await?;
            t.expect(&["RFC7644-3.5.2-11"], &seen, all(vec![json_at("/title", "Second"), unassigned("/nickName")]));
            Ok(())
        })
    },
};

pub(super) static CASE_OF_PATHS: Check = Check {
    id: "update.patch-path-case",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "PATCH paths are read in any letter case, and with the schema's URN before them",
    effect: "Clients that write paths differently change nothing.",
    rules: &["RFC7644-3.5.2-39", "RFC7644-3.5.2-32"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_change(&["title", "nickName"])?;
            let user = t.given_user().await?;
            let answer = t.patch_ops(&user, vec![operation("replace", "NICKNAME", json!("Any Case"))]).await?;
            t.expect(&["RFC7644-3.5.2-39"], &answer, status(&[200, 204]));
            let seen = t.read(&user).await?;
            t.expect(&["RFC7644-3.5.2-39"], &seen, json_at("/nickName", "Any Case"));
            let answer = t
                .patch_ops(&user, vec![operation("replace", &format!("{}:title", urn::USER), json!("By URN"))])
                .await?;
            t.step("behind the URN");
            t.expect(&["RFC7644-3.5.2-32"], &answer, status(&[200, 204]));
            let seen = t.read(&user).await?;
            t.expect(&["RFC7644-3.5.2-32"], &seen, json_at("/title", "By URN"));
            Ok(())
        })
    },
};

pub(super) static VALUE_PATH: Check = Check {
    id: "update.value-path",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A path with a value filter changes or removes exactly the matching address",
    effect: "The wrong address is changed, or all of them.",
    rules: &["RFC7644-3.5.2-35", "RFC7644-3.5.2-36", "RFC7644-3.5.2.2-04", "RFC7644-3.5.2.3-08"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_change(&["emails"])?;
            let home = t.fresh_name();
            let name = t.fresh_name();
            let user = t
                .given_user_with(json!({"userName": name, "emails": [
            {"value": name, "type": "work", "primary": true}, {"value": home, "type": "home"}]}))
                .await?;
            if user.seen["emails"].as_array().map(Vec::len) != Some(2) {
                return Err(Stop::Unsupported("the server keeps one address only".into()));
            }
            let new = t.fresh_name();
            let answer =
                t.patch_ops(&user, vec![operation("replace", "emails[type eq \"home\"].value", json!(new))]).await?;
            t.expect(&["RFC7644-3.5.2-36", "RFC7644-3.5.2.3-08"], &answer, status(&[200, 204]));
            let seen = t.read(&user).await?;
            t.expect(&["RFC7644-3.5.2-36", "RFC7644-3.5.2.3-08"], &seen, values_are("/emails", &[&name, &new]));
            let answer = t.patch_ops(&user, vec![remove("emails[type eq \"home\"]")]).await?;
            t.step("remove");
            t.expect(&["RFC7644-3.5.2-35", "RFC7644-3.5.2.2-04"], &answer, status(&[200, 204]));
            let seen = t.read(&user).await?;
            t.expect(&["RFC7644-3.5.2-35", "RFC7644-3.5.2.2-04"], &seen, values_are("/emails", &[&name]));
            Ok(())
        })
    },
};

pub(super) static NO_TARGET: Check = Check {
    id: "update.no-target",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A replace whose value filter matches nothing is a 400 noTarget",
    effect: "The client believes that a value was changed which does not exist.",
    rules: &["RFC7644-3.5.2.3-09"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let answer = t
                .patch_ops(&user, vec![operation("replace", "emails[type eq \"other\"].value", json!(t.fresh_name()))])
                .await?;
            t.expect(&["RFC7644-3.5.2.3-09"], &answer, all(vec![error(&[400]), scim_type(&["noTarget"], &[])]));
            let seen = t.read(&user).await?;
            t.expect(&["RFC7644-3.5.2.3-09"], &seen, values_are("/emails", &[&user.name]));
            Ok(())
        })
    },
};
