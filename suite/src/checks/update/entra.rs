//! What Entra ID sends and the RFC leaves open (`--rulebook entra`): its PATCH is written in its own way.

use serde_json::{Value, json};

use crate::check::{Case, Check, Feature, Judgement, Resource, Stop};
use crate::expect::{Expectation, all, broken, json_at, quoted, status, values_are};
use crate::scim::patch::{operation, pathless};
use crate::scim::urn;

const LOST: &str = "What Entra provisions is not carried out, or goes somewhere else.";

/// Makes a change, and reads back what came of it.
async fn changed(
    t: &Case,
    rules: &[&'static str],
    resource: &Resource,
    operations: Vec<Value>,
    wanted: Expectation,
) -> Result<(), Stop> {
    let answer = t.patch_ops(resource, operations).await?;
    if t.expect(rules, &answer, status(&[200, 204])) {
        t.expect(rules, &t.read(resource).await?, wanted);
    }
    Ok(())
}

pub(in crate::checks) static OPS: Check = Check {
    id: "update.entra.op-case",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "Add, Replace and Remove mean the same as in small letters",
    effect: LOST,
    rules: &["ENTRA-CON-010", "ENTRA-PAT-001"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_change(&["displayName"])?;
            let rules = &["ENTRA-CON-010", "ENTRA-PAT-001"];
            let user = t.given_user().await?;
            for (op, name) in [("Replace", "Replaced Person"), ("Add", "Added Person")] {
                t.step(op);
                let change = operation(op, "displayName", json!(name));
                changed(t, rules, &user, vec![change], json_at("/displayName", name)).await?;
            }
            t.step("Remove");
            let gone: Expectation = crate::expect::unassigned("/displayName");
            changed(t, rules, &user, vec![json!({"op": "Remove", "path": "displayName"})], gone).await
        })
    },
};

pub(in crate::checks) static ADD_UNMATCHED: Check = Check {
    id: "update.entra.add-unmatched",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "An Add at a type that the user has no value of makes one of that type",
    effect: LOST,
    rules: &["ENTRA-PAT-004"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_patch()?;
            let address = t.fresh_name();
            for (attribute, kind, part, value) in [
                ("emails", "other", "value", address.as_str()),
                ("phoneNumbers", "mobile", "value", "+1 201 555 0123"),
                ("addresses", "work", "locality", "Hollywood"),
            ] {
                if t.needs_change(&[attribute]).is_err() {
                    continue;
                }
                let user = t.given_user().await?;
                let path = format!("{attribute}[type eq \"{kind}\"].{part}");
                t.step(format!("Add {path}"));
                let add = operation("Add", &path, json!(value));
                changed(t, &["ENTRA-PAT-004"], &user, vec![add], has_part(attribute, kind, part, value)).await?;
            }
            Ok(())
        })
    },
};

/// A value of this type has this part.
fn has_part(attribute: &'static str, kind: &'static str, part: &'static str, value: &str) -> Expectation {
    let value = value.to_string();
    Box::new(move |seen| {
        let list = seen.subject().and_then(|user| user.get(attribute));
        let is_it = |it: &Value| it["type"] == kind && it[part] == value.as_str();
        match list.and_then(Value::as_array).is_some_and(|all| all.iter().any(is_it)) {
            true => Judgement::Holds,
            false => broken(format!("{part} {value:?} of type {kind}"), quoted(list), format!("/{attribute}")),
        }
    })
}

pub(in crate::checks) static DOTTED: Check = Check {
    id: "update.entra.dotted-keys",
    since: "0.1",
    feature: Feature::UpdateAttributes,
    title: "A key with a dot means the part of an attribute, and one with a URN the attribute of an extension",
    effect: LOST,
    rules: &["ENTRA-PAT-007"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_change(&["name.givenName", "name.familyName"])?;
            for op in ["Add", "Replace"] {
                let user = t.given_user().await?;
                t.step(format!("{op} of name.givenName"));
                let wanted = all(vec![
                    json_at("/name/givenName", "Dotted"),
                    json_at("/name/familyName", "Person"),
                    crate::expect::unassigned("/name.givenName"),
                ]);
                let change = pathless(op, json!({"name.givenName": "Dotted"}));
                changed(t, &["ENTRA-PAT-007"], &user, vec![change], wanted).await?;
            }
            let department = format!("{}:department", urn::ENTERPRISE);
            if t.needs_enterprise().is_ok() && t.needs_change(&[&department]).is_ok() {
                let user = t.given_user().await?;
                t.step("Replace of the department by its whole name");
                let wanted = json_at(&format!("/{}/department", urn::ENTERPRISE), "Tours");
                let change = pathless("Replace", json!({ department: "Tours" }));
                changed(t, &["ENTRA-PAT-007"], &user, vec![change], wanted).await?;
            }
            Ok(())
        })
    },
};

pub(in crate::checks) static REMOVE_LISTED: Check = Check {
    id: "group.entra.remove-listed",
    since: "0.1",
    feature: Feature::GroupPush,
    title: "A Remove of members that lists some takes those, and no others",
    effect: "Everybody loses the group when one person leaves it.",
    rules: &["ENTRA-GRP-009"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_listed_groups()?;
            t.needs_patch()?;
            let (one, two) = (t.given_user().await?, t.given_user().await?);
            let group = t.given_group(&[&one, &two]).await?;
            let remove = operation("Remove", "members", json!([{"value": one.id}]));
            changed(t, &["ENTRA-GRP-009"], &group, vec![remove], values_are("/members", &[&two.id])).await
        })
    },
};
