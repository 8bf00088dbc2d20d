//! Filters that are no filters, and such as every server must understand.

use serde_json::Value;

use super::people::{People, is_declined};
use super::table;
use crate::check::{Check, Judgement};
use crate::checks::reads::until_found;
use crate::expect::{any, as_variation, doubtful, error, no_rows, rows_are, status};
use crate::idp::okta::look_up_user;
use crate::scim::filter::{Op, compare, eq};
use crate::scim::urn;
use crate::target::{Exchange, Request};

pub(in crate::checks) static MALFORMED: Check = table(
    "filter.malformed",
    "A filter that the grammar does not allow is refused, and finds nobody",
    &[
        "RFC7644-3.4.2.2-05",
        "RFC7644-3.4.2.2-10",
        "RFC7644-3.4.2.2-15",
        "RFC7644-3.4.2.2-22",
        "RFC7644-3.4.2.2-26",
        "RFC7644-3.4.2.2-28",
        "RFC7644-3.4.2.2-44",
    ],
    |t| {
        Box::pin(async move {
            t.needs_filter()?;
            let user = t.given_user().await?;
            let name = Value::from(user.name.as_str());
            let cases: [(&'static str, String, Judge); 8] = [
                ("RFC7644-3.4.2.2-05", String::new(), kindly),
                ("RFC7644-3.4.2.2-10", "userName eq Somebody".into(), kindly),
                ("RFC7644-3.4.2.2-10", format!("userName eq '{}'", user.name), kindly),
                ("RFC7644-3.4.2.2-15", "name.givenName.x eq \"Sample\"".into(), strictly),
                ("RFC7644-3.4.2.2-22", format!("not userName eq {name}"), kindly),
                ("RFC7644-3.4.2.2-26", format!("emails[userName eq {name}]"), strictly),
                ("RFC7644-3.4.2.2-28", "emails[type eq \"work\" and emails[value pr]]".into(), kindly),
                ("RFC7644-3.4.2.2-44", "meta.created gt \"yesterday\"".into(), strictly),
            ];
            for (rule, filter, judge) in cases {
                let answer = t.send(Request::get("/Users").query("filter", &filter).query("count", 5)).await?;
                t.step(format!("the filter {filter:?}"));
                t.conclude(&[rule], judge(&answer), Some(&answer));
            }
            Ok(())
        })
    },
);

/// How an answer is judged.
type Judge = fn(&Exchange) -> Judgement;

/// What a server reads kindly, it may: nobody is found who is not meant.
fn kindly(answer: &Exchange) -> Judgement {
    let judgement = error(&[400])(answer);
    if answer.answer.status == 200 { as_variation(judgement) } else { judgement }
}

/// It must not find whom nobody means.
fn strictly(answer: &Exchange) -> Judgement {
    any(vec![error(&[400]), no_rows()])(answer)
}

pub(in crate::checks) static BINARY: Check = table(
    "filter.binary",
    "Binary values have no order: a filter that asks for one is refused",
    &["RFC7644-3.4.2.2-47"],
    |t| {
        Box::pin(async move {
            t.needs_filter()?;
            t.needs(&["x509Certificates"])?;
            for op in [Op::Gt, Op::Ge, Op::Lt, Op::Le] {
                let filter = compare("x509Certificates.value", op, "YQ==").to_string();
                let answer = t.send(Request::get("/Users").query("filter", &filter).query("count", 5)).await?;
                t.step(format!("the filter {filter}"));
                t.expect(&["RFC7644-3.4.2.2-47"], &answer, error(&[400]));
            }
            Ok(())
        })
    },
);

/// The examples that the RFC prints, but for one of an attribute that nobody else has.
fn printed() -> [String; 16] {
    [
        "userName eq \"bjensen\"".into(),
        "name.familyName co \"O'Malley\"".into(),
        "userName sw \"J\"".into(),
        format!("{}:userName sw \"J\"", urn::USER),
        "title pr".into(),
        "meta.lastModified gt \"2011-05-13T04:42:34Z\"".into(),
        "meta.lastModified ge \"2011-05-13T04:42:34Z\"".into(),
        "meta.lastModified lt \"2011-05-13T04:42:34Z\"".into(),
        "meta.lastModified le \"2011-05-13T04:42:34Z\"".into(),
        "title pr and userType eq \"Employee\"".into(),
        "title pr or userType eq \"Intern\"".into(),
        format!("schemas eq \"{}\"", urn::ENTERPRISE),
        "userType eq \"Employee\" and (emails co \"example.com\" or emails.value co \"example.org\")".into(),
        "userType ne \"Employee\" and not (emails co \"example.com\" or emails.value co \"example.org\")".into(),
        "userType eq \"Employee\" and (emails.type eq \"work\")".into(),
        "userType eq \"Employee\" and emails[type eq \"work\" and value co \"@example.com\"]".into(),
    ]
}

pub(in crate::checks) static EXAMPLES: Check = table(
    "filter.examples",
    "The filters that the RFC prints are understood",
    &["RFC7644-3.4.2.2-30", "RFC7644-3.4.2.2-58"],
    |t| {
        Box::pin(async move {
            t.needs_filter()?;
            t.needs(&["title", "userType", "emails", "name"])?;
            // Somebody who has none of what they ask for is where some servers break down; a server may want more of a user.
            let _ = t.given_user_from(crate::scim::sample::minimal_user(&t.fresh_name())).await;
            for filter in printed() {
                let answer = t.send(Request::get("/Users").query("filter", &filter).query("count", 1)).await?;
                t.step(format!("the filter {filter}"));
                let rule = if filter.starts_with("schemas") { "RFC7644-3.4.2.2-58" } else { "RFC7644-3.4.2.2-30" };
                // A text where a part with several values has none of its own may be told so (RFC 7644 §3.4.2.2).
                let judgement = status(&[200])(&answer);
                let is_unclear = filter.contains("emails co") || filter.contains('[');
                // Nor need a server filter by every attribute; but it has to say that it does not.
                let judgement = if is_unclear || is_declined(&answer) { as_variation(judgement) } else { judgement };
                t.conclude(&[rule], judgement, Some(&answer));
            }
            Ok(())
        })
    },
);

pub(in crate::checks) static UNASSIGNED: Check = table(
    "filter.unassigned",
    "null stands for no value, and ne is true of one that differs",
    &["RFC7644-3.4.2.2-50", "RFC7644-3.4.2.2-63"],
    |t| {
        Box::pin(async move {
            t.needs_filter()?;
            t.needs(&["title", "emails"])?;
            let people = People::new(t).await?;
            let absent = people.scope().and(eq("title", Value::Null));
            let answer = people.send(&absent.to_string()).await?;
            t.step(format!("the filter {absent}"));
            if answer.answer.status == 400 {
                t.expect(&["RFC7644-3.4.2.2-50"], &answer, error(&[400]));
            } else {
                let meaning = people.scope().and(crate::scim::filter::present("title").negated());
                people.parse_text("RFC7644-3.4.2.2-50", &absent.to_string(), &meaning).await?;
            }
            let first = people.all.first().map(|user| user.name.clone()).unwrap_or_default();
            let other = people.scope().and(compare("emails.value", Op::Ne, first));
            let answer = people.send(&other.to_string()).await?;
            t.step(format!("the filter {other}"));
            let wanted: std::collections::BTreeSet<String> =
                people.matching(&other).into_iter().map(String::from).collect();
            if is_declined(&answer) {
                return Ok(());
            }
            let (found, _) = people.found(&other.to_string(), &answer).await?;
            let found: Vec<&str> = found.iter().map(String::as_str).filter(|id| people.ids().contains(id)).collect();
            // Whether one value that differs is enough, or none may be equal, the RFC does not say.
            t.conclude(&["RFC7644-3.4.2.2-63"], as_variation(crate::expect::ids_are(&found, &wanted)), Some(&answer));
            Ok(())
        })
    },
);

pub(in crate::checks) static FOLDING: Check =
    table("filter.letters", "Letter case counts in no script where it does not count", &["RFC7644-3.4.2.2-53"], |t| {
        Box::pin(async move {
            t.needs_filter()?;
            t.needs(&["displayName"])?;
            let name = format!("{} ÉCOLE", t.fresh_word());
            let user = t.given_user_with(serde_json::json!({"displayName": name})).await?;
            let filter = format!("displayName eq {}", Value::from(name.to_lowercase()));
            until_found(t, &look_up_user(&user.name), 1).await?;
            let asked = crate::idp::okta::filtered("/Users", &filter);
            // Many databases fold the letters of English alone.
            t.ask(&["RFC7644-3.4.2.2-53"], asked, || doubtful(rows_are(&[&user.id], &[&user.id]))).await?;
            Ok(())
        })
    });

pub(in crate::checks) static PASSWORD: Check =
    table("filter.password", "No filter tells anything of a password", &["RFC7643-9.2-01"], |t| {
        Box::pin(async move {
            t.needs_filter()?;
            let (user, password) = crate::checks::activate::user_with_password(t).await?;
            // A part that is no secret: the whole never stands in a URL.
            let beginning = Value::from(password.get(..2).unwrap_or_default());
            for filter in [
                format!("password sw {beginning}"),
                format!("password co {beginning}"),
                "password gt \"A\"".into(),
                "password ge \"A\"".into(),
                "password lt \"z\"".into(),
            ] {
                let by = Request::get("/Users")
                    .query("filter", format!("userName eq {} and {filter}", Value::from(user.name.as_str())));
                let answer = t.send(by.query("count", 5)).await?;
                t.step(format!("the operator {:?}", filter.split(' ').nth(1).unwrap_or_default()));
                t.expect(&["RFC7643-9.2-01"], &answer, any(vec![no_rows(), error(&[400, 403])]));
            }
            Ok(())
        })
    });
