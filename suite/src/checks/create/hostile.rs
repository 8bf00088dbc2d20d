//! Values that are meant to be more than values (RFC 7644 §7.7), and what an error gives away (RFC 7643 §9.2).

use serde_json::{Value, json};

use crate::check::{Check, Feature, Judgement};
use crate::checks::resource;
use crate::expect::{any, broken, error, json_at, rows_are, status};
use crate::scim::sample;
use crate::target::Request;

/// Texts that a careless program takes for a part of itself.
const TEXTS: [&str; 8] = [
    "Robert'); DROP TABLE users;--",
    "' OR '1'='1",
    "*)(uid=*))(|(uid=*",
    "{\"$ne\": null}",
    "${7*7}{{7*7}}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "a\" or userName pr or displayName eq \"b",
];

pub(super) static TEXTS_KEPT: Check = Check {
    id: "create.user.injection",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "Text that looks like a query, a script or a path is kept as it is, found again, or refused",
    effect: "A name can be made to read or change what it must not.",
    rules: &["RFC7644-7.7-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_display_name().await?;
            for text in TEXTS {
                let text = format!("{text} {}", t.fresh_word());
                let mut body = t.okta_user();
                sample::overlay(&mut body, &json!({"displayName": text}));
                let created = t.post("/Users", body.clone()).await?;
                t.step(format!("the text {text:?}"));
                t.expect(&["RFC7644-7.7-01"], &created, any(vec![status(&[201]), error(&[400])]));
                let Some(user) = resource(&created, body) else { continue };
                t.expect(&["RFC7644-7.7-01"], &t.read(&user).await?, json_at("/displayName", text.as_str()));
                if t.needs_filter().is_ok() {
                    let filter = format!("displayName eq {}", Value::from(text.as_str()));
                    let asked = Request::get("/Users").query("filter", filter).query("count", 9);
                    t.ask(&["RFC7644-7.7-01"], asked, || any(vec![rows_are(&[&user.id], &[&user.id]), error(&[400])]))
                        .await?;
                }
            }
            Ok(())
        })
    },
};

pub(super) static NO_PASSWORDS: Check = Check {
    id: "errors.no-passwords",
    since: "0.1",
    feature: Feature::Protocol,
    title: "An error does not repeat the password that it was sent",
    effect: "Passwords end in the logs of whoever sent them.",
    rules: &["RFC7643-9.2-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let password = t.fresh_password();
            let body = |change: Value| {
                let mut body = t.okta_user();
                sample::overlay(&mut body, &change);
                sample::overlay(&mut body, &json!({"password": password}));
                body
            };
            for (words, body) in [
                ("a name that is taken", body(json!({"userName": user.name}))),
                ("a list of addresses that is none", body(json!({"emails": "none"}))),
                ("no schemas", body(json!({"schemas": []}))),
            ] {
                let answer = t.post("/Users", body).await?;
                t.step(words);
                if answer.answer.is_success() {
                    continue;
                }
                let shows = String::from_utf8_lossy(&answer.answer.body).contains(&password);
                let judgement = match shows {
                    true => broken("an error without the password", "the password that was sent", ""),
                    false => Judgement::Holds,
                };
                t.conclude(&["RFC7643-9.2-02"], judgement, Some(&answer));
            }
            Ok(())
        })
    },
};
