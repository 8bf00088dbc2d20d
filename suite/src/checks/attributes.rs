//! Every attribute by what the target's own `/Schemas` says of it (RFC 7643 §2.2 and §7): extensions that nobody has heard
//! of, too.

mod seen;

use serde_json::{Value, json};

use super::{StoryFn, made, protocol};
use crate::check::{Case, Check, Judgement, Resource, Stop};
use crate::expect::{all, any, as_doubtful, as_variation, broken, error, quoted, rows_are, same, scim_type, status};
use crate::probe::definition::{Definition, of_users};
use crate::scim::patch::{operation, remove};
use crate::target::{Exchange, Request};

/// What is kept first, then what is not to be changed or shown.
pub(super) static CHECKS: &[&Check] = &[
    &KEPT,
    &REPLACED,
    &PATCHED,
    &FILTERED,
    &seen::SORTED,
    &seen::PROJECTED,
    &DATES,
    &NUMBERS,
    &IMMUTABLE,
    &ON_REQUEST,
];

const OTHERWISE: &str = "Whoever maps attributes by the target's own schema loses data.";

const fn by_schema(id: &'static str, title: &'static str, rules: &'static [&'static str], story: StoryFn) -> Check {
    protocol(id, title, OTHERWISE, rules, story)
}

/// The attributes that are so, and that the product has no rules of its own for.
fn announced(t: &Case, words: &str, is_so: impl Fn(&Definition) -> bool) -> Result<Vec<Definition>, Stop> {
    let all = of_users(t.facts()).into_iter();
    let known: Vec<Definition> = all.filter(|it| is_so(it) && t.keeps(&it.path()) && it.value(1).is_some()).collect();
    match known.is_empty() {
        true => Err(Stop::Unsupported(format!("/Schemas announces no attribute of users {words}"))),
        false => Ok(known),
    }
}

/// Whether a representation shows this value.
fn shows(of: &Definition, seen: &Exchange, wanted: &Value) -> Judgement {
    let shown = seen.subject().and_then(|user| of.shown(user));
    let is_it = shown.is_some_and(|shown| {
        let numbers = shown.as_f64().zip(wanted.as_f64());
        let times =
            shown.as_str().and_then(crate::scim::time::parse).zip(wanted.as_str().and_then(crate::scim::time::parse));
        match (numbers, times) {
            (Some((shown, wanted)), _) => shown == wanted,
            (_, Some((shown, wanted))) if of.kind() == "dateTime" => shown == wanted,
            _ => same(shown, wanted),
        }
    });
    if is_it { Judgement::Holds } else { broken(wanted.to_string(), quoted(shown), of.pointer()) }
}

static KEPT: Check = by_schema(
    "attributes.kept",
    "Every attribute that is announced as writable and shown comes back as it was sent",
    &["RFC7643-7-28", "RFC7643-2.2-01", "RFC7643-2.3.3-01"],
    |t| {
        Box::pin(async move {
            for attribute in announced(t, "that a client sets and sees", Definition::is_kept)? {
                let Some(value) = attribute.value(1) else { continue };
                t.step(attribute.path());
                let mut rules = vec!["RFC7643-7-28"];
                rules.extend(attribute.is_left_to_defaults().then_some("RFC7643-2.2-01"));
                rules.extend((attribute.kind() == "decimal").then_some("RFC7643-2.3.3-01"));
                match made(t, &attribute.change(value.clone())).await? {
                    (_, Some((_, seen))) => t.conclude(&rules, shows(&attribute, &seen, &value), Some(&seen)),
                    // A target can have rules for values that it does not announce.
                    (refused, None) => t.conclude(&rules, as_variation(error(&[400])(&refused)), Some(&refused)),
                };
            }
            Ok(())
        })
    },
);

static REPLACED: Check = by_schema(
    "attributes.replaced",
    "Every attribute that is announced as writable gets another value by PUT",
    &["RFC7644-3.5.1-03", "RFC7644-3.5.1-04"],
    |t| {
        Box::pin(async move {
            let is_free = |it: &Definition| it.is_kept() && it.mutability() == "readWrite";
            for attribute in announced(t, "that a client may change", is_free)? {
                let (Some(first), Some(second)) = (attribute.value(1), attribute.value(2)) else { continue };
                if t.needs_change(&[&attribute.path()]).is_err() {
                    continue;
                }
                let (_, Some((user, _))) = made(t, &attribute.change(first)).await? else { continue };
                let rule = if attribute.is_multi_valued() { "RFC7644-3.5.1-04" } else { "RFC7644-3.5.1-03" };
                t.step(format!("PUT of another {}", attribute.path()));
                let put = t.put_changed(&user, &attribute.change(second.clone())).await?;
                if put.answer.is_success() {
                    let seen = t.read(&user).await?;
                    t.conclude(&[rule], shows(&attribute, &seen, &second), Some(&seen));
                } else {
                    // A value that was made up may be refused.
                    t.conclude(&[rule], as_variation(status(&[200])(&put)), Some(&put));
                }
            }
            Ok(())
        })
    },
);

static PATCHED: Check = by_schema(
    "attributes.patched",
    "Every attribute that is announced as writable can be replaced, taken away and added by PATCH",
    &["RFC7644-3.5.2.3-03", "RFC7644-3.5.2.3-04", "RFC7644-3.5.2.2-02", "RFC7644-3.5.2.2-03", "RFC7644-3.5.2.1-04"],
    |t| {
        Box::pin(async move {
            t.needs_patch()?;
            let is_free = |it: &Definition| it.is_kept() && it.mutability() == "readWrite" && !it.is_required();
            for attribute in announced(t, "that a client may change", is_free)? {
                let (Some(first), Some(second)) = (attribute.value(1), attribute.value(2)) else { continue };
                if t.needs_change(&[&attribute.path()]).is_err() {
                    continue;
                }
                let (_, Some((user, _))) = made(t, &attribute.change(first.clone())).await? else { continue };
                let path = attribute.path();
                let (replaces, removes) = match attribute.is_multi_valued() {
                    true => ("RFC7644-3.5.2.3-04", "RFC7644-3.5.2.2-03"),
                    false => ("RFC7644-3.5.2.3-03", "RFC7644-3.5.2.2-02"),
                };
                for (rule, change, wanted) in [
                    (replaces, operation("replace", &path, second.clone()), Some(&second)),
                    (removes, remove(&path), None),
                    ("RFC7644-3.5.2.1-04", operation("add", &path, first.clone()), Some(&first)),
                ] {
                    t.step(format!("{} {path}", change["op"].as_str().unwrap_or_default()));
                    let answer = t.patch_ops(&user, vec![change]).await?;
                    if !answer.answer.is_success() {
                        // A value that was made up may be refused.
                        t.conclude(&[rule], as_variation(status(&[200, 204])(&answer)), Some(&answer));
                        break;
                    }
                    let seen = t.read(&user).await?;
                    let judgement = match wanted {
                        Some(wanted) => shows(&attribute, &seen, wanted),
                        None => match seen.subject().and_then(|user| attribute.shown(user)) {
                            // A flag that is off need not be gone.
                            None | Some(Value::Bool(false)) => Judgement::Holds,
                            left => broken("no value", quoted(left), attribute.pointer()),
                        },
                    };
                    t.conclude(&[rule], judgement, Some(&seen));
                }
            }
            Ok(())
        })
    },
);

static FILTERED: Check = by_schema(
    "attributes.filtered",
    "A filter on an attribute that is announced finds whom it fits, and nobody else",
    &["RFC7644-3.4.2.2-32", "RFC7644-3.10-02"],
    |t| {
        Box::pin(async move {
            t.needs_filter()?;
            let is_asked = |it: &Definition| it.is_kept() && matches!(it.kind(), "string" | "boolean" | "integer");
            for attribute in announced(t, "that a filter can ask for", is_asked)? {
                let (Some(first), Some(second)) = (attribute.value(1), attribute.value(2)) else { continue };
                let ((_, Some((one, _))), (_, Some((two, seen)))) = (
                    made(t, &attribute.change(first.clone())).await?,
                    made(t, &attribute.change(second.clone())).await?,
                ) else {
                    continue;
                };
                // Whether it is kept at all is for another check.
                if shows(&attribute, &seen, &second) != Judgement::Holds || first == second {
                    continue;
                }
                let of_two = second.get(0).unwrap_or(&second).clone();
                let filter = format!("{} eq {of_two}", attribute.path());
                let question = Request::get("/Users")
                    .query("filter", format!("{filter} and userName co {}", Value::from(t.key())))
                    .query("count", 100);
                t.step(&filter);
                let wanted = || any(vec![rows_are(&[&one.id, &two.id], &[&two.id]), error(&[400, 403])]);
                let rule = if attribute.path().starts_with("urn:") { "RFC7644-3.10-02" } else { "RFC7644-3.4.2.2-32" };
                t.ask(&[rule], question, wanted).await?;
            }
            Ok(())
        })
    },
);

static DATES: Check =
    by_schema("attributes.dates", "A date that no calendar has is refused, and not kept", &["RFC7643-2.3.5-02"], |t| {
        Box::pin(async move {
            for attribute in announced(t, "that is a date", |it| it.is_kept() && it.kind() == "dateTime")? {
                for wrong in ["2020-13-01T00:00:00Z", "2021-02-30T00:00:00Z", "tomorrow"] {
                    let value = if attribute.is_multi_valued() { json!([wrong]) } else { json!(wrong) };
                    t.step(format!("{} as {wrong:?}", attribute.path()));
                    match made(t, &attribute.change(value)).await? {
                        (refused, None) => _ = t.expect(&["RFC7643-2.3.5-02"], &refused, error(&[400])),
                        (_, Some((_, seen))) => {
                            let shown = seen.subject().and_then(|user| attribute.shown(user));
                            let judgement =
                                broken("400, since there is no such date", quoted(shown), attribute.pointer());
                            // What is dropped misleads nobody for long.
                            let judgement = if shown.is_none() { as_doubtful(judgement) } else { judgement };
                            t.conclude(&["RFC7643-2.3.5-02"], judgement, Some(&seen));
                        }
                    }
                }
            }
            Ok(())
        })
    });

static NUMBERS: Check = by_schema(
    "attributes.numbers",
    "Whole numbers are compared as numbers: 9 is less than 10",
    &["RFC7644-3.4.2.2-45"],
    |t| {
        Box::pin(async move {
            t.needs_filter()?;
            for attribute in announced(t, "that is a whole number", |it| it.is_kept() && it.kind() == "integer")? {
                let (Some(small), Some(large)) = (attribute.value(9), attribute.value(10)) else { continue };
                let ((_, Some((nine, _))), (_, Some((ten, _)))) =
                    (made(t, &attribute.change(small)).await?, made(t, &attribute.change(large)).await?)
                else {
                    continue;
                };
                let question = |op: &str| {
                    let filter = format!("{} {op} 10 and userName co {}", attribute.path(), Value::from(t.key()));
                    Request::get("/Users").query("filter", filter).query("count", 100)
                };
                let both = [nine.id.as_str(), ten.id.as_str()];
                for (op, wanted) in [("lt", vec![both[0]]), ("ge", vec![both[1]]), ("le", both.to_vec())] {
                    t.step(format!("{} {op} 10", attribute.path()));
                    t.ask(&["RFC7644-3.4.2.2-45"], question(op), || rows_are(&both, &wanted)).await?;
                }
            }
            Ok(())
        })
    },
);

static IMMUTABLE: Check = by_schema(
    "attributes.immutable",
    "What is announced as immutable takes a first value, and no other after it",
    &[
        "RFC7643-7-23",
        "RFC7644-3.5.1-08",
        "RFC7644-3.5.1-09",
        "RFC7644-3.5.1-10",
        "RFC7644-3.5.2-16",
        "RFC7644-3.5.2-17",
    ],
    |t| {
        Box::pin(async move {
            let is_text = |it: &Definition| it.kind() == "string" && !it.is_multi_valued();
            let is_so = |it: &Definition| it.mutability() == "immutable" && it.is_kept() && is_text(it);
            for attribute in announced(t, "that is an immutable text", is_so)? {
                // It may be unique besides.
                let (first, other) = (json!(t.fresh_word()), json!(t.fresh_word()));
                let (_, Some((user, _))) = made(t, &attribute.change(first.clone())).await? else { continue };
                let put = t.put_changed(&user, &attribute.change(other.clone())).await?;
                t.step(format!("PUT of another {}", attribute.path()));
                let refused = all(vec![error(&[400]), scim_type(&["mutability"], &[])])(&put);
                // The rest of the PUT may be carried out without it.
                t.conclude(&["RFC7644-3.5.1-09"], refused, Some(&put));
                t.conclude(&["RFC7644-3.5.1-08", "RFC7643-7-23"], stays(t, &attribute, &user, &first).await?, None);
                let same = t.put_changed(&user, &attribute.change(first.clone())).await?;
                t.step(format!("PUT of the same {}", attribute.path()));
                t.expect(&["RFC7644-3.5.1-08"], &same, status(&[200]));
                if t.offers_patch() {
                    for op in ["replace", "add"] {
                        let change = operation(op, &attribute.path(), other.clone());
                        let patched = t.patch_ops(&user, vec![change]).await?;
                        t.step(format!("{op} of another {}", attribute.path()));
                        let refused = all(vec![error(&[400]), scim_type(&["mutability"], &[])])(&patched);
                        let was_success = patched.answer.is_success();
                        let judgement = if was_success { as_doubtful(refused) } else { refused };
                        t.conclude(&["RFC7644-3.5.2-16"], judgement, Some(&patched));
                        t.conclude(&["RFC7644-3.5.2-16"], stays(t, &attribute, &user, &first).await?, None);
                    }
                }
                first_value(t, &attribute).await?;
            }
            Ok(())
        })
    },
);

/// Whether a reading by id still shows this value.
async fn stays(t: &Case, of: &Definition, user: &Resource, value: &Value) -> Result<Judgement, Stop> {
    Ok(shows(of, &t.read(user).await?, value))
}

/// Gives a first value to somebody who has none: by PUT, and to somebody else by PATCH.
async fn first_value(t: &Case, of: &Definition) -> Result<(), Stop> {
    let (user, first) = (t.given_user().await?, json!(t.fresh_word()));
    let put = t.put_changed(&user, &of.change(first.clone())).await?;
    t.step(format!("PUT of a first {}", of.path()));
    t.expect(&["RFC7644-3.5.1-10"], &put, status(&[200]));
    t.conclude(&["RFC7644-3.5.1-10"], stays(t, of, &user, &first).await?, None);
    if !t.offers_patch() {
        return Ok(());
    }
    let (user, first) = (t.given_user().await?, json!(t.fresh_word()));
    let patched = t.patch_ops(&user, vec![operation("add", &of.path(), first.clone())]).await?;
    t.step(format!("add of a first {}", of.path()));
    // It is allowed, and need not be.
    t.conclude(&["RFC7644-3.5.2-17"], as_variation(status(&[200, 204])(&patched)), Some(&patched));
    if patched.answer.is_success() {
        t.conclude(&["RFC7644-3.5.2-17"], stays(t, of, &user, &first).await?, None);
    }
    Ok(())
}

static ON_REQUEST: Check = by_schema(
    "attributes.on-request",
    "What is announced as returned on request is shown to whoever asks for it, and to nobody else",
    &["RFC7643-7-27"],
    |t| {
        Box::pin(async move {
            let is_so = |it: &Definition| it.returned() == "request" && it.mutability() == "readWrite";
            for attribute in announced(t, "that is returned on request", is_so)? {
                let Some(value) = attribute.value(1) else { continue };
                let (_, Some((user, plain))) = made(t, &attribute.change(value.clone())).await? else { continue };
                t.step(format!("{}, not asked for", attribute.path()));
                let judgement = match plain.subject().and_then(|user| attribute.shown(user)) {
                    None => Judgement::Holds,
                    shown => broken("nothing, since nobody asked", quoted(shown), attribute.pointer()),
                };
                t.conclude(&["RFC7643-7-27"], judgement, Some(&plain));
                let asked = t.send(Request::get(user.path()).query("attributes", attribute.path())).await?;
                t.step(format!("attributes={}", attribute.path()));
                t.conclude(&["RFC7643-7-27"], shows(&attribute, &asked, &value), Some(&asked));
            }
            Ok(())
        })
    },
);
