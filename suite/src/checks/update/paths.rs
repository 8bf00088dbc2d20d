//! How operations and their paths are written (RFC 7644 §3.5.2).

use serde_json::{Value, json};

use crate::check::{Check, Feature, Judgement};
use crate::expect::{any, as_variation, broken, error, json_at, quoted, status, values_are};
use crate::scim::patch::{message, operation};
use crate::scim::urn;

pub(in crate::checks) static SPELLING: Check = Check {
    id: "update.patch-spelling",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "Operations are understood whether their names are written large or small",
    effect: "Entra writes Add, Replace and Remove: nothing that it sends is carried out.",
    rules: &["RFC7644-3.5.2-07", "RFC7644-3.5.2-26"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_change(&["nickName"])?;
            for (rule, words, body, value) in [
                ("RFC7644-3.5.2-07", "Add", message(vec![operation("Add", "nickName", json!("One"))]), "One"),
                ("RFC7644-3.5.2-07", "REPLACE", message(vec![operation("REPLACE", "nickName", json!("Two"))]), "Two"),
                (
                    "RFC7644-3.5.2-26",
                    "Op, Path and Value",
                    message(vec![json!({"Op": "replace", "Path": "nickName", "Value": "Three"})]),
                    "Three",
                ),
                (
                    "RFC7644-3.5.2-26",
                    "operations",
                    json!({"schemas": [urn::PATCH_OP], "operations": [operation("replace", "nickName", json!("Four"))]}),
                    "Four",
                ),
            ] {
                let user = t.given_user().await?;
                let answer = t.patch(&user, body).await?;
                t.step(words);
                // The RFC has them in small letters, and leaves open whether others are refused.
                let judgement = status(&[200, 204])(&answer);
                let judgement = if answer.answer.status == 400 { as_variation(judgement) } else { judgement };
                t.conclude(&[rule], judgement, Some(&answer));
                if answer.answer.is_success() {
                    t.expect(&[rule], &t.read(&user).await?, json_at("/nickName", value));
                }
            }
            Ok(())
        })
    },
};

pub(in crate::checks) static NO_PATHS: Check = Check {
    id: "update.patch-no-paths",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "What is no path is refused, and changes nothing",
    effect: "A change goes to another attribute than was meant, or is lost without a word.",
    rules: &["RFC7644-3.5.2-27", "RFC7644-3.5.2-40", "RFC7644-3.12-12"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_patch()?;
            let user = t.given_user().await?;
            for (rule, path, value) in [
                ("RFC7644-3.5.2-27", "/nickName", json!("Wrong")),
                ("RFC7644-3.5.2-27", "emails/0", json!({"value": t.fresh_name()})),
                ("RFC7644-3.12-12", "name[givenName eq \"Sample\"]", json!({"givenName": "Wrong"})),
                ("RFC7644-3.5.2-40", "", json!({"nickName": "Wrong"})),
            ] {
                let answer = t.patch_ops(&user, vec![operation("replace", path, value)]).await?;
                t.step(format!("the path {path:?}"));
                let judgement = error(&[400])(&answer);
                // An empty path may be taken for none, and a filter for a test of the one value that there is.
                let is_read_kindly = rule != "RFC7644-3.5.2-27" && answer.answer.is_success();
                let judgement = if is_read_kindly { as_variation(judgement) } else { judgement };
                let was_refused = judgement == Judgement::Holds;
                t.conclude(&[rule], judgement, Some(&answer));
                if was_refused {
                    let seen = t.read(&user).await?;
                    t.expect(&[rule], &seen, crate::expect::unassigned("/nickName"));
                    t.expect(&[rule], &seen, values_are("/emails", &[&user.name]));
                }
            }
            Ok(())
        })
    },
};

pub(in crate::checks) static FILTERS: Check = Check {
    id: "update.patch-filters",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "The filter in a path selects by every operator, and by and, or, not",
    effect: "Addresses that a client selects in its own way are never changed.",
    rules: &["RFC7644-3.5.2-38"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_change(&["emails"])?;
            let domain = t.fresh_name().rsplit('@').next().unwrap_or_default().to_string();
            for filter in [
                format!("type eq \"work\" and value ew {}", Value::from(domain)),
                "not (type eq \"home\")".into(),
                "type pr".into(),
                "primary eq true".into(),
                "type ne \"home\"".into(),
                "type eq \"work\" or type eq \"other\"".into(),
            ] {
                let user = t.given_user().await?;
                let new = t.fresh_name();
                let path = format!("emails[{filter}].value");
                let answer = t.patch_ops(&user, vec![operation("replace", &path, json!(new))]).await?;
                t.step(format!("the path {path}"));
                // A server may know simple filters alone, and say so (RFC 7644 §3.12, invalidFilter, invalidPath).
                let judgement = any(vec![status(&[200, 204])])(&answer);
                let judgement = if answer.answer.status == 400 { as_variation(judgement) } else { judgement };
                t.conclude(&["RFC7644-3.5.2-38"], judgement, Some(&answer));
                let wanted = if answer.answer.is_success() { new } else { user.name.clone() };
                t.expect(&["RFC7644-3.5.2-38"], &t.read(&user).await?, values_are("/emails", &[&wanted]));
            }
            Ok(())
        })
    },
};

pub(in crate::checks) static DOTTED: Check = Check {
    id: "update.patch-dotted-keys",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A key with a dot in a PATCH without a path means the part, or nothing; it is no attribute of its own",
    effect: "Entra writes parts like this: names stay as they were, and odd attributes appear.",
    rules: &["RFC7644-3.5.2.1-16"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_change(&["name.givenName"])?;
            for op in ["add", "replace"] {
                let user = t.given_user().await?;
                let answer = t.patch_ops(&user, vec![json!({"op": op, "value": {"name.givenName": "Dotted"}})]).await?;
                t.step(format!("{op} of name.givenName"));
                t.expect(&["RFC7644-3.5.2.1-16"], &answer, any(vec![status(&[200, 204]), error(&[400])]));
                let seen = t.read(&user).await?;
                let shown = |pointer: &str| seen.subject().and_then(|user| user.pointer(pointer)).cloned();
                let given = shown("/name/givenName");
                let is_kept = given == Some(json!("Sample"));
                let is_set = given == Some(json!("Dotted")) && answer.answer.is_success();
                let judgement = if shown("/name.givenName").is_some() {
                    broken("no attribute with a dot in its name", "name.givenName", "")
                } else if !(is_kept || is_set) || shown("/name/familyName") != Some(json!("Person")) {
                    let name = seen.subject().and_then(|user| user.get("name"));
                    broken("the given name set or kept, and the rest as it was", quoted(name), "/name")
                } else {
                    Judgement::Holds
                };
                t.conclude(&["RFC7644-3.5.2.1-16"], judgement, Some(&seen));
            }
            Ok(())
        })
    },
};

pub(in crate::checks) static UNMATCHED: Check = Check {
    id: "update.patch-add-unmatched",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "An add to a value that is not there is refused, or adds it; what is there stays",
    effect: "A new address overwrites another, or is lost without a word.",
    rules: &["RFC7644-3.5.2.1-14"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_change(&["emails"])?;
            let user = t.given_user().await?;
            let new = t.fresh_name();
            let add = operation("add", "emails[type eq \"home\"].value", json!(new));
            let answer = t.patch_ops(&user, vec![add]).await?;
            t.expect(&["RFC7644-3.5.2.1-14"], &answer, any(vec![status(&[200, 204]), error(&[400])]));
            let seen = t.read(&user).await?;
            t.step("afterwards");
            let old = values_are("/emails", &[&user.name]);
            let both = values_are("/emails", &[&user.name, &new]);
            let wanted = if answer.answer.is_success() { any(vec![both, old]) } else { old };
            t.expect(&["RFC7644-3.5.2.1-14"], &seen, wanted);
            Ok(())
        })
    },
};
