//! Update attributes: Okta's profile push (OKTA-USR-023 to 033), and the PATCH and PUT of RFC 7644 §3.5.

use std::time::Duration;

use serde_json::{Value, json};

use super::{reads, writes};
use crate::check::{Check, Family, Feature, Form, Judgement, Resource};
use crate::expect::{
    all, any, broken, doubtful, error, if_body, json_at, lenient, rows_are, scim_type, status, text_at, unassigned,
    values_are,
};
use crate::idp::okta;
use crate::scim::patch::{operation, pathless, remove};
use crate::scim::{time, urn};

/// Single stories.
pub(super) static CHECKS: &[&Check] = &[
    &UNCHANGED,
    &STALE,
    &LAST_MODIFIED,
    &NO_OP,
    &TAKEN_NAME,
    &PUT_UNKNOWN,
    &PATCH_UNKNOWN,
    &ATOMIC,
    &IN_ORDER,
    &PRIMARY_MOVES,
    &VALUE_PATH,
    &NO_TARGET,
    &EMAILS_APPEND,
    &READ_ONLY,
    &REQUIRED,
    &BAD_MESSAGES,
    &CASE_OF_PATHS,
    &COMPLEX_MERGE,
];

/// One family for each kind of attribute, each with every way of writing it.
pub(super) static FAMILIES: &[&Family] =
    &[&SUB_ATTRIBUTE, &SINGLE, &UNSET, &EMAILS, &USER_NAME, &EXTERNAL_ID, &ENTERPRISE, &CLEAR];

const LOST: &str = "A change made in Okta never arrives, and Okta shows success.";

const PATHLESS: Form = Form {
    name: "patch-pathless",
    words: "PATCH replace without a path",
    rules: &["RFC7644-3.5.2.3-01"],
    answers: &[200, 204],
    run: writes::replace_pathless,
};
const PATH: Form = Form {
    name: "patch-path",
    words: "PATCH replace with a path",
    rules: &["RFC7644-3.5.2.3-03", "RFC7644-3.5.2-30"],
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
const PUT: Form = Form {
    name: "put",
    words: "GET and PUT, as Okta updates",
    rules: &["RFC7644-3.5.1-03", "RFC7644-3.5.1-01", "OKTA-USR-025"],
    answers: &[200],
    run: writes::put,
};
const PUT_AS_CREATED: Form = Form {
    name: "put-as-created",
    words: "PUT of the writable attributes alone",
    rules: &["RFC7644-3.5.1-03", "RFC7644-3.5-01"],
    answers: &[200],
    run: writes::put_as_created,
};

static SUB_ATTRIBUTE: Family = Family {
    id: "update.family-name",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "{write} changes the family name, and every reading shows it",
    effect: LOST,
    also: &["RFC7644-3.1-04"],
    alone: false,
    writes: &[
        Form { rules: &["RFC7644-3.5.2.3-01", "RFC7644-3.5.2.3-06"], ..PATHLESS },
        Form { rules: &["RFC7644-3.5.2-31"], ..PATH },
        Form { rules: &["RFC7644-3.5.2.1-09", "RFC7644-3.5.2-31"], ..ADD },
        PUT,
        PUT_AS_CREATED,
    ],
    reads: reads::USER,
    story: |t, write, reads| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let change = json!({"name": {"familyName": "Changed"}});
            t.write_and_see(write, reads, &user, &change, &[], || {
                all(vec![json_at("/name/familyName", "Changed"), json_at("/name/givenName", "Sample")])
            })
            .await?;
            Ok(())
        })
    },
};

static SINGLE: Family = Family {
    id: "update.display-name",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "{write} changes displayName, and every reading shows it",
    effect: LOST,
    also: &["RFC7644-3.1-04"],
    alone: false,
    writes: &[PATHLESS, PATH, ADD, PUT, PUT_AS_CREATED],
    reads: reads::USER,
    story: |t, write, reads| {
        Box::pin(async move {
            t.needs(&["displayName"])?;
            let user = t.given_user().await?;
            let change = json!({"displayName": "Changed Person"});
            t.write_and_see(write, reads, &user, &change, &[], || json_at("/displayName", "Changed Person")).await?;
            Ok(())
        })
    },
};

static UNSET: Family = Family {
    id: "update.title",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "{write} sets a title that the user did not have",
    effect: LOST,
    also: &["RFC7644-3.1-04"],
    alone: false,
    writes: &[
        PATHLESS,
        Form { rules: &["RFC7644-3.5.2.3-05"], ..PATH },
        Form { rules: &["RFC7644-3.5.2.1-04", "RFC7644-3.5.2.1-01"], ..ADD },
        Form {
            name: "patch-add-pathless",
            words: "PATCH add without a path",
            rules: &["RFC7644-3.5.2.1-02"],
            answers: &[200, 204],
            run: writes::add_pathless,
        },
        PUT,
    ],
    reads: reads::USER,
    story: |t, write, reads| {
        Box::pin(async move {
            t.needs(&["title"])?;
            let user = t.given_user().await?;
            t.write_and_see(write, reads, &user, &json!({"title": "Guide"}), &[], || json_at("/title", "Guide"))
                .await?;
            Ok(())
        })
    },
};

static EMAILS: Family = Family {
    id: "update.emails",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "{write} replaces the mail addresses as a whole",
    effect: "Mail goes to an address that the person no longer has.",
    also: &["RFC7644-3.1-04"],
    alone: false,
    writes: &[
        Form { rules: &["RFC7644-3.5.2.3-01"], ..PATHLESS },
        Form { rules: &["RFC7644-3.5.2.3-04"], ..PATH },
        Form { rules: &["RFC7644-3.5.1-04", "OKTA-USR-025"], ..PUT },
    ],
    reads: reads::USER,
    story: |t, write, reads| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let address = t.fresh_name();
            let change = json!({"emails": [{"value": address, "type": "work", "primary": true}]});
            t.write_and_see(write, reads, &user, &change, &[], || values_are("/emails", &[&address])).await?;
            Ok(())
        })
    },
};

static USER_NAME: Family = Family {
    id: "update.user-name",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "{write} renames the user, who keeps the id and is found by the new name alone",
    effect: "After a marriage or a domain change Okta loses the account or makes a second one.",
    also: &["RFC7643-3.1-04", "RFC7644-3.1-04", "OKTA-USR-032", "OKTA-USR-010"],
    alone: false,
    writes: &[PATHLESS, PATH, Form { rules: &["RFC7644-3.5.1-14", "OKTA-USR-025"], ..PUT }],
    reads: reads::USER,
    story: |t, write, reads| {
        Box::pin(async move {
            let mut user = t.given_user().await?;
            let old = user.name.clone();
            let new = t.fresh_name();
            let answer = t.write(write, &user, &json!({"userName": new})).await?;
            if !answer.answer.is_success() {
                return Ok(());
            }
            t.expect(&["RFC7644-3.1-04"], &answer, if_body(text_at("/userName", &new)));
            user.name = new.clone();
            for read in reads {
                t.see(read, &user, &["RFC7643-3.1-04", "OKTA-USR-032", "OKTA-USR-010"], || {
                    all(vec![text_at("/userName", &new), json_at("/id", user.id.as_str())])
                })
                .await?;
            }
            let gone = t.send(okta::look_up_user(&old)).await?;
            t.step("the look-up of the old name");
            t.expect(write.rules, &gone, rows_are(&[&user.id], &[]));
            Ok(())
        })
    },
};

static EXTERNAL_ID: Family = Family {
    id: "update.external-id",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "{write} changes externalId, letter case kept",
    effect: "Clients that match by externalId lose the account.",
    also: &["RFC7643-3.1-14", "RFC7644-3.1-04"],
    alone: false,
    writes: &[PATHLESS, PATH, PUT],
    reads: reads::USER,
    story: |t, write, reads| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let new = format!("New{}Id", t.key());
            t.write_and_see(write, reads, &user, &json!({"externalId": new}), &["RFC7643-3.1-14"], || {
                json_at("/externalId", new.as_str())
            })
            .await?;
            Ok(())
        })
    },
};

static ENTERPRISE: Family = Family {
    id: "update.department",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "{write} sets an enterprise attribute of a user who had none",
    effect: "Department and manager from Okta never arrive.",
    also: &["RFC7643-3.3-02", "RFC7644-3.1-04"],
    alone: false,
    writes: &[
        Form { rules: &["RFC7644-3.5.2.3-01", "RFC7644-3.5.2.1-15"], ..PATHLESS },
        Form { rules: &["RFC7644-3.5.2-33", "RFC7644-3.5.2-20"], ..PATH },
        Form { rules: &["RFC7644-3.5.2-33", "RFC7644-3.5.2.1-04"], ..ADD },
        Form { rules: &["RFC7644-3.5.1-18", "OKTA-USR-030"], ..PUT },
    ],
    reads: reads::USER,
    story: |t, write, reads| {
        Box::pin(async move {
            t.needs_enterprise()?;
            let user = t.given_user().await?;
            let change = json!({urn::ENTERPRISE: {"department": "Tour Operations"}});
            let pointer = format!("/{}/department", urn::ENTERPRISE);
            t.write_and_see(write, reads, &user, &change, &["RFC7643-3.3-02"], || json_at(&pointer, "Tour Operations"))
                .await?;
            Ok(())
        })
    },
};

static CLEAR: Family = Family {
    id: "update.clear",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "{write} takes a title away",
    effect: "What was removed in Okta stays in the product; or an empty value breaks the update.",
    also: &["RFC7644-3.1-04"],
    alone: false,
    writes: &[
        Form {
            name: "patch-remove",
            words: "PATCH remove",
            rules: &["RFC7644-3.5.2.2-02"],
            answers: &[200, 204],
            run: writes::remove_path,
        },
        Form {
            name: "put-null",
            words: "PUT with null",
            rules: &["RFC7644-3.5.1-07", "RFC7643-2.5-02", "OKTA-USR-029"],
            answers: &[200],
            run: writes::put,
        },
    ],
    reads: reads::USER,
    story: |t, write, reads| {
        Box::pin(async move {
            t.needs(&["title"])?;
            let user = t.given_user_with(json!({"title": "Guide", "nickName": "Sam"})).await?;
            t.write_and_see(write, reads, &user, &json!({"title": null}), &[], || unassigned("/title")).await?;
            Ok(())
        })
    },
};

static UNCHANGED: Check = Check {
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

static STALE: Check = Check {
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
            stale["groups"] = json!([{"value": group.id, "display": group.name, "type": "direct"}]);
            stale["meta"]["lastModified"] = "2001-01-01T00:00:00Z".into();
            stale["meta"]["version"] = "W/\"stale\"".into();
            stale["title"] = "Guide".into();
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

static LAST_MODIFIED: Check = Check {
    id: "update.last-modified",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A change moves lastModified forward and leaves created",
    effect: "Clients that follow changes by time miss them.",
    rules: &["RFC7643-3.1-21", "RFC7644-3.5.1-19"],
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
            let_clock_tick(&user).await;
            let answer = t.put_changed(&user, &json!({"name": {"familyName": "Changed"}})).await?;
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
            t.conclude(&["RFC7643-3.1-21", "RFC7644-3.5.1-19"], judgement, Some(&seen));
            let judgement = if at(&body, "created") == at(&user.seen, "created") {
                Judgement::Holds
            } else {
                broken("created as it was", "another time", "/meta/created")
            };
            t.conclude(&["RFC7643-3.1-21"], judgement, Some(&seen));
            Ok(())
        })
    },
};

/// Waits until a change of this user could not have the time of its last one.
async fn let_clock_tick(user: &Resource) {
    let time = user.seen.pointer("/meta/lastModified").and_then(Value::as_str);
    // A clock that counts seconds needs more than one to show anything.
    let is_fine = time.is_some_and(|text| text.contains('.') && !text.contains(".000"));
    tokio::time::sleep(Duration::from_millis(if is_fine { 10 } else { 1100 })).await;
}

static NO_OP: Check = Check {
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

static TAKEN_NAME: Check = Check {
    id: "update.user-name-taken",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A rename to a name that is taken is a conflict, and changes nobody",
    effect: "Two people share one login name.",
    rules: &["RFC7644-3.12-08", "RFC7644-3.5.1-16", "RFC7644-3.5.2-24", "RFC7643-4.1.1-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
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

static PUT_UNKNOWN: Check = Check {
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

static PATCH_UNKNOWN: Check = Check {
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

static ATOMIC: Check = Check {
    id: "update.patch-atomic",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A PATCH of which one operation fails changes nothing, whichever it is",
    effect: "A refused update leaves accounts half changed.",
    rules: &["RFC7644-3.5.2-12", "RFC7644-3.5.2-13", "RFC7644-3.5.2-14"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs(&["title"])?;
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

static IN_ORDER: Check = Check {
    id: "update.patch-in-order",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "The operations of a PATCH act one after the other",
    effect: "Batched updates end in the wrong state.",
    rules: &["RFC7644-3.5.2-11"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs(&["title", "nickName"])?;
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

static PRIMARY_MOVES: Check = Check {
    id: "update.primary-moves",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A new primary address takes the mark from the old one",
    effect: "Okta reads the wrong address.",
    rules: &["RFC7644-3.5.2-19"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let new = t.fresh_name();
            let email = json!([{"value": new, "type": "home", "primary": true}]);
            let answer = t.patch_ops(&user, vec![operation("add", "emails", email)]).await?;
            if !answer.answer.is_success() {
                return Err(crate::check::Stop::Blocked {
                    by: "update.emails-append",
                    reason: "the address could not be added".into(),
                });
            }
            let seen = t.read(&user).await?;
            let primaries: Value = seen
                .subject()
                .and_then(|user| user.get("emails")?.as_array())
                .into_iter()
                .flatten()
                .filter(|email| email["primary"] == true)
                .map(|email| email["value"].clone())
                .collect();
            let judgement = if primaries == json!([new]) {
                Judgement::Holds
            } else {
                broken(format!("{new} alone"), primaries.to_string(), "/emails")
            };
            t.conclude(&["RFC7644-3.5.2-19"], judgement, Some(&seen));
            Ok(())
        })
    },
};

static VALUE_PATH: Check = Check {
    id: "update.value-path",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A path with a value filter changes or removes exactly the matching address",
    effect: "The wrong address is changed, or all of them.",
    rules: &["RFC7644-3.5.2-35", "RFC7644-3.5.2-36", "RFC7644-3.5.2.2-04", "RFC7644-3.5.2.3-08"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let home = t.fresh_name();
            let name = t.fresh_name();
            let user = t
                .given_user_with(json!({"userName": name, "emails": [
            {"value": name, "type": "work", "primary": true}, {"value": home, "type": "home"}]}))
                .await?;
            if user.seen["emails"].as_array().map(Vec::len) != Some(2) {
                return Err(crate::check::Stop::Unsupported("the server keeps one address only".into()));
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

static NO_TARGET: Check = Check {
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

static EMAILS_APPEND: Check = Check {
    id: "update.emails-append",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "add on the addresses appends and keeps the others",
    effect: "Adding an address deletes the others.",
    rules: &["RFC7644-3.5.2.1-06", "RFC7644-3.5.2.1-07"],
    alone: false,
    story: |t| {
        Box::pin(async move {
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

static READ_ONLY: Check = Check {
    id: "update.patch-read-only",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "PATCH of id, meta or groups is refused as a matter of mutability, and changes nothing",
    effect: "A client can move accounts or give memberships that it must not give.",
    rules: &["RFC7644-3.5.2-15", "RFC7644-3.5.2-02", "RFC7644-3.5.2.2-09"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let group = t.given_group(&[]).await?;
            let refused = || all(vec![error(&[400]), scim_type(&["mutability"], &["invalidValue", "invalidPath"])]);
            for (rule, operation) in [
                ("RFC7644-3.5.2-15", operation("replace", "id", json!(t.fresh_id()))),
                ("RFC7644-3.5.2-15", operation("replace", "meta.created", json!("2001-01-01T00:00:00Z"))),
                ("RFC7644-3.5.2-02", operation("add", "groups", json!([{"value": group.id}]))),
                ("RFC7644-3.5.2.2-09", remove("id")),
            ] {
                t.step(format!("{} {}", operation["op"], operation["path"]));
                let answer = t.patch_ops(&user, vec![operation]).await?;
                t.expect(&[rule], &answer, refused());
            }
            let seen = t.read(&user).await?;
            t.step("afterwards");
            t.expect(
                &["RFC7644-3.5.2-15"],
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

static REQUIRED: Check = Check {
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

static BAD_MESSAGES: Check = Check {
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
                ("RFC7644-3.5.2-05", "no op", ops(json!({"path": "title", "value": "Wrong"}))),
                ("RFC7644-3.5.2-06", "op move", ops(json!({"op": "move", "path": "title", "value": "Wrong"}))),
                ("RFC7644-3.5.2-29", "remove without a path", ops(json!({"op": "remove"}))),
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
                    "a path that names nothing",
                    ops(json!({"op": "replace", "path": "noSuchAttribute", "value": "Wrong"})),
                ),
                ("RFC7644-3.5.2.1-03", "a path-less value that is no object", ops(pathless("add", json!("Wrong")))),
            ];
            let mut before = user.seen.clone();
            for (rule, words, message) in cases {
                t.step(words);
                let answer = t.patch(&user, message).await?;
                t.expect(
                    &[rule],
                    &answer,
                    if rule == "RFC7644-3.5.2-03" { lenient(error(&[400])) } else { error(&[400]) },
                );
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

static CASE_OF_PATHS: Check = Check {
    id: "update.patch-path-case",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "PATCH paths are read in any letter case, and with the schema's URN before them",
    effect: "Clients that write paths differently change nothing.",
    rules: &["RFC7644-3.5.2-39", "RFC7644-3.5.2-32"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs(&["title", "nickName"])?;
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

static COMPLEX_MERGE: Check = Check {
    id: "update.complex-merge",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A complex attribute is merged: parts that a PATCH does not name stay",
    effect: "A changed first name deletes the last name.",
    rules: &["RFC7644-3.5.2.3-06", "RFC7644-3.5.2.1-05"],
    alone: false,
    story: |t| {
        Box::pin(async move {
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
