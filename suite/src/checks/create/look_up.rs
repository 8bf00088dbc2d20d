//! What goes before a create: is the person there already? Readings by id and by name (OKTA-USR-001 to 006).

use serde_json::json;

use crate::check::{Check, Feature};
use crate::checks::resource;
use crate::expect::{all, error, has_detail, json_at, no_rows, rows_are, status, text_at};
use crate::idp::okta;
use crate::target::exchange::encode;

pub(super) static READ_BY_ID: Check = Check {
    id: "read.user.by-id",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A user is read by its id, the same each time; an unknown id is a 404",
    effect: "Okta can't see whether the account exists: updates and reactivations end in errors.",
    rules: &[
        "OKTA-USR-053",
        "RFC7644-3.4.1-03",
        "RFC7644-3.4.1-05",
        "OKTA-USR-054",
        "RFC7644-3.12-07",
        "OKTA-ERR-001",
        "RFC7644-3.4.1-04",
    ],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_unread_user().await?;
            let first = t.read(&user).await?;
            t.expect(
                &["OKTA-USR-053", "RFC7644-3.4.1-03"],
                &first,
                all(vec![status(&[200]), json_at("/id", user.id.as_str()), text_at("/userName", &user.name)]),
            );
            let second = t.read(&user).await?;
            let before = first
                .answer
                .json
                .as_ref()
                .and_then(|body| body.pointer("/meta/lastModified"))
                .cloned()
                .unwrap_or_default();
            if !before.is_null() {
                t.expect(&["RFC7644-3.4.1-05"], &second, json_at("/meta/lastModified", before));
            }
            let unknown = t.get(format!("/Users/{}", t.fresh_id())).await?;
            t.step("an id that does not exist");
            t.expect(&["OKTA-USR-054", "RFC7644-3.12-07"], &unknown, error(&[404]));
            t.expect(&["OKTA-USR-054", "OKTA-ERR-001"], &unknown, has_detail());
            let elsewhere = t.get(format!("/Groups/{}", encode(&user.id))).await?;
            t.step("the user's id under /Groups");
            t.expect(&["RFC7644-3.4.1-04"], &elsewhere, status(&[404]));
            Ok(())
        })
    },
};

pub(super) static UNKNOWN: Check = Check {
    id: "lookup.user.unknown",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "Looking up a name that nobody has gives 200 and an empty list, whatever the name looks like",
    effect: "Okta takes the answer for a failure, or links the wrong person; nobody is created.",
    rules: &["OKTA-USR-002", "OKTA-USR-003", "RFC7644-3.4.2-07", "RFC7644-3.4.2.2-65"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let plain = t.send(okta::look_up_user(&t.fresh_name())).await?;
            t.expect(&["OKTA-USR-002", "OKTA-USR-003", "RFC7644-3.4.2-07"], &plain, no_rows());
            for odd in ["x' or '1'='1", "%", "*", "_", "a\\b", "O'Brien \"the\" 1st"] {
                t.step(format!("the name {odd:?}"));
                let name = format!("{odd}{}", t.key());
                let answer = t.send(okta::look_up_user(&name)).await?;
                t.expect(&["RFC7644-3.4.2.2-65"], &answer, no_rows());
            }
            Ok(())
        })
    },
};

pub(super) static OTHER_CASE: Check = Check {
    id: "lookup.user.other-case",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A user is found by its name in any letter case",
    effect: "Okta does not find the account, creates it again, and the job is stuck on a 409 or a duplicate.",
    rules: &["OKTA-USR-006", "OKTA-USR-035", "RFC7644-3.4.2.2-51", "RFC7643-4.1.1-03"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            for (words, name) in [("upper case", user.name.to_uppercase()), ("mixed case", mixed(&user.name))] {
                t.step(words);
                let rules = ["OKTA-USR-006", "OKTA-USR-035", "RFC7644-3.4.2.2-51", "RFC7643-4.1.1-03"];
                t.ask(&rules, okta::look_up_user(&name), || rows_are(&[&user.id], &[&user.id])).await?;
            }
            Ok(())
        })
    },
};

pub(super) static ENCODINGS: Check = Check {
    id: "lookup.user.encodings",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A look-up works with its spaces as %20 and as +",
    effect: "Okta's look-up fails before anybody is created.",
    rules: &["OKTA-TRN-005", "RFC7644-1.2-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let percent = okta::look_up_user(&user.name);
            let mut plus = percent.clone();
            plus.query = plus.query.replace("%20", "+");
            let found = || rows_are(&[&user.id], &[&user.id]);
            t.ask(&["OKTA-TRN-005", "RFC7644-1.2-01"], percent, found).await?;
            t.step("spaces as +");
            t.ask(&["OKTA-TRN-005"], plus, found).await?;
            Ok(())
        })
    },
};

pub(super) static PLUS: Check = Check {
    id: "lookup.user.plus-sign",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A name with a plus sign, an apostrophe or a dollar sign is found exactly",
    effect: "People with a + in their mail address are created twice or not at all.",
    rules: &["OKTA-USR-002", "OKTA-USR-035", "RFC7644-3.4.2.2-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            for mark in ["+", "'", "$"] {
                let name = format!("o{mark}{}", t.fresh_name());
                let mut body = t.okta_user();
                body["userName"] = name.as_str().into();
                let created = t.post("/Users", body.clone()).await?;
                // A server may forbid such names; then it says so, and there is nothing to look up.
                let Some(user) = resource(&created, body) else { continue };
                t.step(format!("a name with {mark}"));
                let rules = ["OKTA-USR-002", "OKTA-USR-035", "RFC7644-3.4.2.2-02"];
                t.ask(&rules, okta::look_up_user(&name), || rows_are(&[&user.id], &[&user.id])).await?;
            }
            Ok(())
        })
    },
};

pub(super) static EXTERNAL_ID: Check = Check {
    id: "lookup.user.external-id",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "externalId can be filtered for, and its letter case counts",
    effect: "Clients that match by externalId find nobody, or the wrong person.",
    rules: &["RFC7644-3.4.2.2-60", "RFC7643-3.1-13", "RFC7644-3.4.2.2-52", "OKTA-NOT-003"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user_with(json!({"externalId": format!("AbC{}", t.key())})).await?;
            let exact = okta::filtered("/Users", &format!("externalId eq \"AbC{}\"", t.key()));
            let found = || rows_are(&[&user.id], &[&user.id]);
            t.ask(&["RFC7644-3.4.2.2-60", "OKTA-NOT-003"], exact, found).await?;
            let other = t.filtered(&user, &format!("externalId eq \"aBc{}\"", t.key())).await?;
            if other.answer.status == 200 {
                t.step("in another letter case");
                t.expect(&["RFC7643-3.1-13", "RFC7644-3.4.2.2-52"], &other, rows_are(&[&user.id], &[]));
            }
            Ok(())
        })
    },
};

/// Every other letter upper case.
fn mixed(name: &str) -> String {
    name.char_indices().map(|(at, c)| if at % 2 == 0 { c.to_ascii_uppercase() } else { c }).collect()
}
