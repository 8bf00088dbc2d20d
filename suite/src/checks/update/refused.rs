//! Updates that must be refused, and then change nothing.

use serde_json::{Value, json};

use crate::check::{Check, Feature};
use crate::expect::{all, any, error, json_at, lenient, scim_type, text_at, unassigned, values_are};
use crate::idp::okta;
use crate::scim::patch::{operation, pathless, remove};
use crate::scim::urn;

const NO_OPERATION: &str = "an empty list of operations";
const UNKNOWN_NAME: &str = "a path that names nothing";

pub(super) static BAD_MESSAGES: Check = Check {
    id: "update.patch-messages",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A PATCH message that is none is refused with 400, and changes nothing",
    effect: "Okta shows success for a change that never was, or a server error in place of the cause.",
    rules: &[
        "RFC7644-3.5.2-03",
        "RFC7644-3.5.2-04",
        "RFC7644-3.5.2-05",
        "RFC7644-3.5.2-06",
        "RFC7644-3.5.2-29",
        "RFC7644-3.5.2.2-01",
        "RFC7644-3.12-19",
        "RFC7644-3.5.2-18",
        "RFC7644-3.12-09",
        "RFC7644-3.12-10",
        "RFC7644-3.12-11",
        "RFC7644-3.5.2.1-03",
    ],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let ops = |operation: Value| json!({"schemas": [urn::PATCH_OP], "Operations": [operation]});
            let title = json!({"op": "replace", "path": "title", "value": "Wrong"});
            let cases: Vec<(&'static str, &str, Value)> = vec![
                ("RFC7644-3.5.2-03", "no schemas", json!({"Operations": [title]})),
                ("RFC7644-3.5.2-04", "no Operations", json!({"schemas": [urn::PATCH_OP]})),
                (
                    "RFC7644-3.5.2-04",
                    "Operations as an object",
                    json!({"schemas": [urn::PATCH_OP], "Operations": title}),
                ),
                ("RFC7644-3.5.2-04", NO_OPERATION, json!({"schemas": [urn::PATCH_OP], "Operations": []})),
                ("RFC7644-3.5.2-05", "no op", ops(json!({"path": "title", "value": "Wrong"}))),
                ("RFC7644-3.5.2-06", "op move", ops(json!({"op": "move", "path": "title", "value": "Wrong"}))),
                ("RFC7644-3.5.2-29", "remove without a path", ops(json!({"op": "remove"}))),
                (
                    "RFC7644-3.5.2.2-01",
                    "remove without a path, of a value",
                    ops(pathless("remove", json!({"title": "x"}))),
                ),
                ("RFC7644-3.12-19", "a list in place of the message", json!([title])),
                (
                    "RFC7644-3.5.2-18",
                    "text for a Boolean",
                    ops(json!({"op": "replace", "path": "active", "value": "notabool"})),
                ),
                (
                    "RFC7644-3.5.2-18",
                    "text for a complex attribute",
                    ops(json!({"op": "replace", "path": "name", "value": "text"})),
                ),
                (
                    "RFC7644-3.12-09",
                    "a malformed path",
                    ops(json!({"op": "replace", "path": "emails[", "value": "Wrong"})),
                ),
                (
                    "RFC7644-3.12-09",
                    "a path with two dots",
                    ops(json!({"op": "replace", "path": "name..familyName", "value": "Wrong"})),
                ),
                (
                    "RFC7644-3.12-10",
                    "a value filter with an unknown operator",
                    ops(json!({"op": "replace", "path": "emails[type zz \"work\"].value", "value": "Wrong"})),
                ),
                (
                    "RFC7644-3.12-11",
                    UNKNOWN_NAME,
                    ops(json!({"op": "replace", "path": "noSuchAttribute", "value": "Wrong"})),
                ),
                ("RFC7644-3.5.2.1-03", "a path-less value that is no object", ops(pathless("add", json!("Wrong")))),
            ];
            let mut before = user.seen.clone();
            for (rule, words, message) in cases {
                if words == UNKNOWN_NAME && t.facts().ignores_others() {
                    continue;
                }
                t.step(words);
                let answer = t.patch(&user, message).await?;
                // Entra's validator sends a list of no operations, and wants a success.
                let may_be_taken = rule == "RFC7644-3.5.2-03" || words == NO_OPERATION;
                t.expect(&[rule], &answer, if may_be_taken { lenient(error(&[400])) } else { error(&[400]) });
                let seen = t.read(&user).await?;
                // What was accepted is a finding already; what was refused must have changed nothing.
                if !answer.answer.is_success() {
                    t.step(format!("after {words}"));
                    let kept = ["active", "name", "title", "emails"].into_iter().map(|name| match before.get(name) {
                        Some(value) => json_at(&format!("/{name}"), value.clone()),
                        None => unassigned(&format!("/{name}")),
                    });
                    t.expect(&[rule], &seen, all(kept.collect()));
                }
                before = seen.answer.json.unwrap_or_default();
            }
            Ok(())
        })
    },
};

pub(super) static ATOMIC: Check = Check {
    id: "update.patch-atomic",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A PATCH of which one operation fails changes nothing, whichever it is",
    effect: "A refused update leaves accounts half changed.",
    rules: &["RFC7644-3.5.2-12", "RFC7644-3.5.2-13", "RFC7644-3.5.2-14"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_change(&["title"])?;
            let user = t.given_user().await?;
            let good = || operation("replace", "title", json!("Half"));
            let bad = [
                ("a path that does not exist", operation("replace", "noSuchAttribute.x", json!("x"))),
                (
                    "a filter without a match",
                    operation("replace", "emails[type eq \"none\"].value", json!("x@example.com")),
                ),
                ("a read-only attribute", operation("replace", "meta.created", json!("2001-01-01T00:00:00Z"))),
            ];
            let mut refused = 0;
            for (words, bad) in bad {
                for (order, operations) in [("after", vec![good(), bad.clone()]), ("before", vec![bad.clone(), good()])]
                {
                    t.step(format!("{words}, {order} a good operation"));
                    let answer = t.patch_ops(&user, operations).await?;
                    // Whether this operation fails is judged elsewhere; if it does, nothing may remain of the rest.
                    if answer.answer.is_success() {
                        t.patch_ops(&user, vec![remove("title")]).await?;
                        continue;
                    }
                    refused += 1;
                    t.expect(&["RFC7644-3.5.2-14"], &answer, error(&[400, 403, 404, 409, 501]));
                    let seen = t.read(&user).await?;
                    t.expect(&["RFC7644-3.5.2-12", "RFC7644-3.5.2-13"], &seen, unassigned("/title"));
                }
            }
            if refused == 0 {
                return Err(crate::check::Stop::Blocked {
                    by: "update.patch-messages",
                    reason: "no operation is ever refused".into(),
                });
            }
            Ok(())
        })
    },
};

pub(super) static READ_ONLY: Check = Check {
    id: "update.patch-read-only",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "PATCH of id, meta or groups is refused as a matter of mutability, and changes nothing",
    effect: "A client can move accounts or give memberships that it must not give.",
    rules: &["RFC7644-3.5.2-15", "RFC7644-3.5.2-02", "RFC7644-3.5.2.2-09", "RFC7643-7-22"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let group = t.given_group(&[]).await?;
            let has_groups = !t.facts().lacks("groups");
            for (rule, operation) in [
                ("RFC7644-3.5.2-15", operation("replace", "id", json!(t.fresh_id()))),
                ("RFC7644-3.5.2-15", operation("replace", "meta.created", json!("2001-01-01T00:00:00Z"))),
                ("RFC7644-3.5.2-02", operation("add", "groups", json!([{"value": group.id}]))),
                ("RFC7644-3.5.2.2-09", remove("id")),
            ] {
                t.step(format!("{} {}", operation["op"], operation["path"]));
                let answer = t.patch_ops(&user, vec![operation]).await?;
                // A path that names nothing is the business of other rules; nobody may join all the same.
                if has_groups || rule != "RFC7644-3.5.2-02" {
                    let refused =
                        all(vec![error(&[400]), scim_type(&["mutability"], &["invalidValue", "invalidPath"])]);
                    t.expect(&[rule], &answer, refused);
                }
            }
            let seen = t.read(&user).await?;
            t.step("afterwards");
            t.expect(
                &["RFC7644-3.5.2-15", "RFC7643-7-22"],
                &seen,
                all(vec![
                    json_at("/id", user.id.as_str()),
                    json_at("/meta/created", user.seen.pointer("/meta/created").cloned().unwrap_or_default()),
                ]),
            );
            let members = t.read(&group).await?;
            t.expect(&["RFC7644-3.5.2-02"], &members, values_are("/members", &[]));
            Ok(())
        })
    },
};

pub(super) static REQUIRED: Check = Check {
    id: "update.required-stays",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "userName can't be taken away, neither by PATCH nor by PUT",
    effect: "An account without a name: nobody can log in with it or find it.",
    rules: &["RFC7644-3.5.2.2-08", "RFC7644-3.5.1-13"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let answer = t.patch_ops(&user, vec![remove("userName")]).await?;
            t.expect(
                &["RFC7644-3.5.2.2-08"],
                &answer,
                all(vec![error(&[400]), scim_type(&["mutability"], &["invalidValue"])]),
            );
            let mut body = user.seen.clone();
            if let Some(body) = body.as_object_mut() {
                body.remove("userName");
            }
            let answer = t.put(&user, body).await?;
            t.step("PUT without it");
            t.expect(&["RFC7644-3.5.1-13"], &answer, lenient(error(&[400])));
            let seen = t.read(&user).await?;
            t.step("afterwards");
            t.expect(&["RFC7644-3.5.2.2-08", "RFC7644-3.5.1-13"], &seen, text_at("/userName", &user.name));
            Ok(())
        })
    },
};

pub(super) static TAKEN_NAME: Check = Check {
    id: "update.user-name-taken",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A rename to a name that is taken is a conflict, and changes nobody",
    effect: "Two people share one login name.",
    rules: &["RFC7644-3.12-08", "RFC7644-3.5.1-16", "RFC7644-3.5.2-24", "RFC7643-4.1.1-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_change(&["userName"])?;
            let (user, other) = (t.given_user().await?, t.given_user().await?);
            let conflict = || any(vec![error(&[409]), all(vec![error(&[400]), scim_type(&["uniqueness"], &[])])]);
            let put = t.put_changed(&user, &json!({"userName": other.name})).await?;
            t.expect(&["RFC7644-3.12-08", "RFC7643-4.1.1-02"], &put, conflict());
            let seen = t.read(&user).await?;
            t.expect(&["RFC7644-3.5.1-16"], &seen, text_at("/userName", &user.name));
            let patch =
                t.patch_ops(&user, vec![operation("replace", "userName", json!(other.name.to_uppercase()))]).await?;
            t.step("by PATCH, in upper case");
            t.expect(&["RFC7644-3.5.2-24"], &patch, conflict());
            let seen = t.read(&user).await?;
            t.expect(&["RFC7644-3.5.2-24"], &seen, text_at("/userName", &user.name));
            Ok(())
        })
    },
};

pub(super) static PUT_UNKNOWN: Check = Check {
    id: "update.put-unknown",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "PUT of an id that does not exist is a 404 and creates nobody",
    effect: "Okta's update of a vanished account brings a ghost into being.",
    rules: &["RFC7644-3.2-04", "RFC7644-3.5.1-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let body = t.okta_user();
            let name = body["userName"].as_str().unwrap_or_default().to_string();
            let id = t.fresh_id();
            let answer = t.send(crate::target::Request::put(format!("/Users/{id}"), body)).await?;
            t.expect(&["RFC7644-3.2-04", "RFC7644-3.5.1-02"], &answer, error(&[404]));
            let found = t.send(okta::look_up_user(&name)).await?;
            t.expect(&["RFC7644-3.2-04", "RFC7644-3.5.1-02"], &found, crate::expect::no_rows());
            Ok(())
        })
    },
};

pub(super) static PATCH_UNKNOWN: Check = Check {
    id: "update.patch-unknown",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "PATCH of an id that does not exist is a 404",
    effect: "Okta can't tell that the account has gone.",
    rules: &["RFC7644-3.5.2-22"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let path = format!("/Users/{}", t.fresh_id());
            let answer = t.send(crate::target::Request::patch(path, okta::set_active(false))).await?;
            t.expect(&["RFC7644-3.5.2-22"], &answer, error(&[404]));
            Ok(())
        })
    },
};
