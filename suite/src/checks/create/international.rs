//! Names in other scripts than that of this file (RFC 7644 §5, RFC 8265).

use serde_json::{Value, json};

use crate::check::{Case, Check, Feature, Judgement, Stop};
use crate::checks::filter::people::comparison;
use crate::checks::reads::until_found;
use crate::checks::resource;
use crate::expect::{
    Expectation, all, any, as_doubtful, as_variation, broken, error, no_rows, quoted, rows_are, scim_type, status,
};
use crate::target::Request;

/// Two ways of writing the same name, as UsernameCaseMapped has it, and the rule by which they are one.
const ALIKE: [(&str, &str, &str, &str); 3] = [
    ("RFC7644-5-01", "an accent of its own", "jos\u{e9}", "jose\u{301}"),
    ("RFC8265-3.3-01", "another letter case", "\u{c5}sa", "\u{e5}SA"),
    ("RFC8265-3.3-02", "letters of full width", "bob", "\u{ff42}\u{ff4f}\u{ff42}"),
];

/// A user's body with this in its name.
fn named(t: &Case, stem: &str, end: &str) -> Value {
    let mut body = t.okta_user();
    body["userName"] = stem.replacen('@', &format!("{end}@"), 1).into();
    body
}

/// The name as it was sent, or as somebody has prepared it: its ASCII letters before the one in question, and the domain,
/// tell whether it is that name at all.
fn is_prepared(sent: String) -> Expectation {
    let parts = |text: &str| {
        let (local, domain) = text.split_once('@').unwrap_or((text, ""));
        let stem = local.rsplit_once('-').map_or(local, |(stem, _)| stem);
        (stem.to_ascii_lowercase(), domain.to_ascii_lowercase(), local.len() > stem.len() + 1)
    };
    Box::new(move |seen| {
        let shown = seen.subject().and_then(|user| user.get("userName"));
        match shown.and_then(Value::as_str) {
            Some(name) if parts(name) == parts(&sent) => Judgement::Holds,
            _ => broken(quoted(Some(&sent.as_str().into())), quoted(shown), "/userName"),
        }
    })
}

pub(super) static PREPARED: Check = Check {
    id: "create.user.prepared-names",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A name that differs from another in composition, case or width alone is taken already",
    effect: "Two people can have names that look the same, and one may be taken for the other.",
    rules: &["RFC7644-5-01", "RFC8265-3.3-01", "RFC8265-3.3-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            for (rule, words, one, two) in ALIKE {
                let stem = t.fresh_name();
                let first = t.post("/Users", named(t, &stem, one)).await?;
                t.step(format!("a name with {words}"));
                if !first.answer.is_success() {
                    // A server may have names of ASCII alone.
                    t.expect(&[rule], &first, error(&[400]));
                    continue;
                }
                let body = named(t, &stem, one);
                if let Some(user) = resource(&first, body) {
                    let seen = t.read(&user).await?;
                    t.expect(&[rule], &seen, is_prepared(user.name));
                }
                let second = t.post("/Users", named(t, &stem, two)).await?;
                t.step(format!("the same name with {words}"));
                let judgement = all(vec![error(&[409]), scim_type(&["uniqueness"], &[])])(&second);
                // How names are prepared beyond their case is told by a document that is obsolete (RFC 7613), so a target
                // that does it in no other way is not wrong.
                let may_differ = rule != "RFC8265-3.3-01" && second.answer.status == 201;
                t.conclude(&[rule], if may_differ { as_variation(judgement) } else { judgement }, Some(&second));
            }
            Ok(())
        })
    },
};

pub(super) static ODD_LETTERS: Check = Check {
    id: "create.user.odd-letters",
    since: "0.1",
    feature: Feature::CreateUsers,
    title: "A name with a space or an invisible letter is kept as it was sent, or refused",
    effect: "An account has another name than the one that was given: it is never found again.",
    rules: &["RFC8265-3.3-03"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            for odd in ["a b", "a\u{0}b", "a\u{200b}b"] {
                let body = named(t, &t.fresh_name(), odd);
                let created = t.post("/Users", body.clone()).await?;
                t.step(format!("a name with {odd:?}"));
                t.expect(&["RFC8265-3.3-03"], &created, any(vec![status(&[201]), error(&[400])]));
                let Some(user) = resource(&created, body) else { continue };
                let read = t.read(&user).await?;
                let shown = read.subject().and_then(|user| user.get("userName"));
                let judgement = match shown.and_then(Value::as_str) {
                    Some(name) if name == user.name => Judgement::Holds,
                    got => {
                        let judgement = broken(quoted(Some(&user.name.as_str().into())), quoted(shown), "/userName");
                        let is_cut = got.is_none_or(|got| user.name.starts_with(got));
                        if is_cut { judgement } else { as_doubtful(judgement) }
                    }
                };
                t.conclude(&["RFC8265-3.3-03"], judgement, Some(&read));
            }
            Ok(())
        })
    },
};

pub(in crate::checks) static FOUND: Check = Check {
    id: "filter.prepared-names",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A filter finds a name however its accents are composed",
    effect: "Clients on another system don't find people with accents in their names, and create them again.",
    rules: &["RFC7644-5-02", "RFC7644-7.8-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_filter()?;
            let body = named(t, &t.fresh_name(), "jos\u{e9}");
            let created = t.post("/Users", body.clone()).await?;
            let Some(user) = resource(&created, body) else {
                return Err(Stop::Unsupported("names with accents are refused".into()));
            };
            let by = |attribute: &str, value: &str| {
                Request::get("/Users")
                    .query("filter", format!("{attribute} eq {}", Value::from(value)))
                    .query("count", 9)
            };
            let other = user.name.replace('\u{e9}', "e\u{301}");
            t.step("a name in another composition");
            t.ask(&["RFC7644-5-02"], by("userName", &other), || found_or_nobody(&user.id)).await?;
            if t.facts().lacks("displayName") || !t.keeps("displayName") {
                return Ok(());
            }
            let name = format!("Jos\u{e9} {}", t.fresh_word());
            let user = t.given_user_with(json!({"displayName": name})).await?;
            until_found(t, &by("displayName", &name), 1).await?;
            let other = name.replace('\u{e9}', "e\u{301}");
            t.step("a displayName in another composition");
            t.ask(&["RFC7644-7.8-01"], by("displayName", &other), || found_or_nobody(&user.id)).await?;
            Ok(())
        })
    },
};

/// A target that prepares text in no other way than by its case finds nobody.
fn found_or_nobody(id: &str) -> Expectation {
    let nobody: Expectation = Box::new(|found| match no_rows()(found) {
        Judgement::Holds => as_variation(broken("the user", "nobody", "/Resources")),
        other => other,
    });
    comparison(any(vec![rows_are(&[id], &[id]), nobody]))
}
