//! What add, replace and remove do to a value that is there, or is not (RFC 7644 §3.5.2.1 to §3.5.2.3).

use serde_json::{Value, json};

use crate::check::{Case, Check, Feature, Judgement, Resource, Stop};
use crate::expect::{
    Expectation, all, any, as_variation, broken, error, json_at, lenient, quoted, status, unassigned, values_are,
    variation,
};
use crate::scim::patch::{operation, remove};
use crate::target::{Exchange, Request};

/// Does one operation and sees what became of the user; `tolerated` refusals end it there.
async fn changed(
    t: &Case,
    rule: &'static str,
    user: &Resource,
    change: Value,
    tolerated: &[u16],
    effect: Expectation,
) -> Result<(), Stop> {
    let words = change.to_string();
    let answer = t.patch_ops(user, vec![change]).await?;
    t.step(words);
    if tolerated.contains(&answer.answer.status) {
        t.conclude(&[rule], as_variation(status(&[200, 204])(&answer)), Some(&answer));
        return Ok(());
    }
    t.expect(&[rule], &answer, status(&[200, 204]));
    let seen = t.read(user).await?;
    t.expect(&[rule], &seen, effect);
    Ok(())
}

pub(in crate::checks) static PARTS: Check = Check {
    id: "update.patch-parts",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A part of a complex attribute, or of the value that a filter selects, is set and removed alone",
    effect: "A change of one part takes the others away, or goes to another value.",
    rules: &["RFC7644-3.5.2.2-07", "RFC7644-3.5.2.2-06", "RFC7644-3.5.2.1-13", "RFC7644-3.5.2-10"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_change(&["name.middleName", "emails", "emails.display"])?;
            let user = t.given_user_with(json!({"name": {"middleName": "Middle"}})).await?;
            let rest = || {
                all(vec![
                    unassigned("/name/middleName"),
                    json_at("/name/familyName", "Person"),
                    json_at("/name/givenName", "Sample"),
                ])
            };
            changed(t, "RFC7644-3.5.2.2-07", &user, remove("name.middleName"), &[], rest()).await?;
            let add = operation("add", "emails[type eq \"work\"].display", json!("At work"));
            let shown = all(vec![json_at("/emails/0/display", "At work"), values_are("/emails", &[&user.name])]);
            changed(t, "RFC7644-3.5.2.1-13", &user, add, &[], shown).await?;
            let taken = remove("emails[type eq \"work\"].display");
            let kept = all(vec![unassigned("/emails/0/display"), values_are("/emails", &[&user.name])]);
            changed(t, "RFC7644-3.5.2.2-06", &user, taken, &[], kept).await?;
            let thin = crate::scim::patch::message(vec![operation("replace", "name.givenName", json!("Given"))]);
            let answer = t.send(Request::patch(user.path(), thin).query("attributes", "userName")).await?;
            t.step("PATCH with attributes=userName");
            t.expect(&["RFC7644-3.5.2-10"], &answer, all(vec![status(&[200]), unassigned("/emails")]));
            // What is left out of the answer is there all the same.
            let whole = all(vec![json_at("/name/givenName", "Given"), values_are("/emails", &[&user.name])]);
            t.expect(&["RFC7644-3.5.2-10"], &t.read(&user).await?, whole);
            Ok(())
        })
    },
};

pub(in crate::checks) static ABSENT: Check = Check {
    id: "update.patch-absent",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "Removing what is not there does no harm, and a replace without a value is no change",
    effect: "Clients that clear an attribute to be sure are refused, or wipe what they did not mean.",
    rules: &["RFC7644-3.5.2.2-11", "RFC7644-3.5.2.3-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_change(&["nickName", "displayName"])?;
            let user = t.given_user().await?;
            changed(t, "RFC7644-3.5.2.2-11", &user, remove("nickName"), &[400], unassigned("/nickName")).await?;
            let bare = json!({"op": "replace", "path": "displayName"});
            let answer = t.patch_ops(&user, vec![bare]).await?;
            t.step("replace without a value");
            // That a replace has a value goes without saying, and is said of add alone.
            t.expect(&["RFC7644-3.5.2.3-02"], &answer, lenient(error(&[400])));
            let nothing = operation("replace", "nickName", Value::Null);
            changed(t, "RFC7644-3.5.2.3-02", &user, nothing, &[400], unassigned("/nickName")).await
        })
    },
};

pub(in crate::checks) static ELEMENTS: Check = Check {
    id: "update.patch-elements",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "Of several addresses a filter changes each that it matches; one object is added like a list of one",
    effect: "Some of the addresses that were meant stay as they were.",
    rules: &["RFC7644-3.5.2.3-07", "RFC7644-3.5.2.1-08"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_change(&["emails", "addresses"])?;
            let addresses = json!([
                {"type": "work", "country": "US", "locality": "Here"}, {"type": "other", "country": "US", "locality": "There"},
                {"type": "home", "country": "NL", "locality": "Home"},
            ]);
            let user = t.given_user_with(json!({"addresses": addresses})).await?;
            if user.seen["addresses"].as_array().map(Vec::len) != Some(3) {
                return Err(Stop::Unsupported("the server keeps fewer addresses than were sent".into()));
            }
            let both = json!({"country": "US", "locality": "New"});
            let both = operation("replace", "addresses[country eq \"US\"]", both);
            let answer = t.patch_ops(&user, vec![both]).await?;
            t.step("replace of both that match");
            t.expect(&["RFC7644-3.5.2.3-07"], &answer, status(&[200, 204]));
            let seen = t.read(&user).await?;
            t.conclude(&["RFC7644-3.5.2.3-07"], localities(&seen, &["Home", "New"]), Some(&seen));
            let one = t.fresh_name();
            let add = operation("add", "emails", json!({"value": one, "type": "home"}));
            let appended = values_are("/emails", &[&user.name, &one]);
            changed(t, "RFC7644-3.5.2.1-08", &user, add, &[400], appended).await
        })
    },
};

/// The places that the addresses name, each as often as one likes.
fn localities(seen: &Exchange, wanted: &[&str]) -> Judgement {
    let addresses = seen.subject().and_then(|user| user.get("addresses"));
    let all = addresses.and_then(Value::as_array).into_iter().flatten();
    let found: std::collections::BTreeSet<&str> = all.filter_map(|one| one.get("locality")?.as_str()).collect();
    if found.iter().eq(wanted.iter()) {
        Judgement::Holds
    } else {
        broken(format!("addresses in {}", wanted.join(" and ")), quoted(addresses), "/addresses")
    }
}

pub(in crate::checks) static TOUCHES: Check = Check {
    id: "update.patch-touches",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A PATCH that changes something makes lastModified newer",
    effect: "Clients that ask for what has changed never see it.",
    rules: &["RFC7644-3.5.2-23"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_change(&["nickName"])?;
            let user = t.given_user().await?;
            let Some(before) = user.seen.pointer("/meta/lastModified").cloned() else {
                return Err(Stop::Unsupported("the server shows no lastModified".into()));
            };
            super::let_clock_tick(&user).await;
            let answer = t.patch_ops(&user, vec![operation("replace", "nickName", json!("Touched"))]).await?;
            t.expect(&["RFC7644-3.5.2-23"], &answer, status(&[200, 204]));
            let seen = t.read(&user).await?;
            let time = seen.subject().and_then(|user| user.pointer("/meta/lastModified"));
            let parsed = |value: Option<&Value>| value.and_then(Value::as_str).and_then(crate::scim::time::parse);
            let judgement = match (parsed(Some(&before)), parsed(time)) {
                (Some(before), Some(after)) if after > before => Judgement::Holds,
                _ => broken(format!("later than {before}"), quoted(time), "/meta/lastModified"),
            };
            t.conclude(&["RFC7644-3.5.2-23"], judgement, Some(&seen));
            Ok(())
        })
    },
};

pub(in crate::checks) static SCHEMAS: Check = Check {
    id: "update.patch-schemas",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "An extension can be added to a user by PATCH, with its attributes or under its URN as the path",
    effect: "Departments never reach accounts that were created without one.",
    rules: &["RFC7644-3.5.2-21", "RFC7644-3.5.2-34"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            use crate::scim::urn::ENTERPRISE;
            t.needs_patch()?;
            t.needs_enterprise()?;
            t.needs_change(&[&format!("{ENTERPRISE}:department")])?;
            let at = format!("/{ENTERPRISE}/department");
            let user = t.given_user().await?;
            let operations = vec![
                operation("add", "schemas", json!([ENTERPRISE])),
                operation("add", &format!("{ENTERPRISE}:department"), json!("Tours")),
            ];
            let answer = t.patch_ops(&user, operations).await?;
            t.step("schemas, then an attribute");
            if answer.answer.status == 400 {
                // That schemas can be written at all is nowhere said.
                t.expect(&["RFC7644-3.5.2-21"], &answer, variation(status(&[200, 204])));
            } else {
                t.expect(&["RFC7644-3.5.2-21"], &answer, status(&[200, 204]));
                t.expect(&["RFC7644-3.5.2-21"], &t.read(&user).await?, json_at(&at, "Tours"));
            }
            let other = t.given_user().await?;
            let whole = operation("add", ENTERPRISE, json!({"department": "Food"}));
            let answer = t.patch_ops(&other, vec![whole]).await?;
            t.step("the URN as the path");
            let taken = any(vec![status(&[200, 204]), error(&[400])]);
            t.expect(&["RFC7644-3.5.2-34"], &answer, taken);
            if answer.answer.is_success() {
                t.expect(&["RFC7644-3.5.2-34"], &t.read(&other).await?, json_at(&at, "Food"));
            }
            Ok(())
        })
    },
};
