//! Entra's PATCH, which is written in its own way (ENTRA-PAT-…).

use serde_json::{Value, json};

use super::{LOST, story, user_of_entra};
use crate::check::{Case, Check, Feature, Judgement, Resource, Stop};
use crate::expect::{Expectation, all, any, broken, json_at, quoted, status, text_at, unassigned, values_are};
use crate::scim::patch::{operation, pathless, remove};
use crate::scim::{sample, urn};

/// Makes a change, and reads back what came of it.
pub(super) async fn changed(
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

pub(super) static OPS: Check = Check {
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

pub(super) static ADD_UNMATCHED: Check = Check {
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

pub(super) static DOTTED: Check = Check {
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

/// Attributes that Entra maps by default, with another value for each: the path, the pointer, the value.
const MAPPED: [(&str, &str, &str); 6] = [
    ("displayName", "/displayName", "Pat Changed"),
    ("name.givenName", "/name/givenName", "Pat"),
    ("name.familyName", "/name/familyName", "Changed"),
    ("title", "/title", "Guide"),
    ("preferredLanguage", "/preferredLanguage", "nl-NL"),
    (EMPLOYEE_NUMBER, EMPLOYEE_NUMBER_AT, "E-701"),
];
const EMPLOYEE_NUMBER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber";
const EMPLOYEE_NUMBER_AT: &str = "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/employeeNumber";

/// Those that the target has and changes.
fn mapped(t: &Case) -> Vec<(&'static str, &'static str, &'static str)> {
    let has = |(path, ..): &&(&'static str, &'static str, &'static str)| {
        (!path.starts_with("urn:") || t.needs_enterprise().is_ok()) && t.needs_change(&[path]).is_ok()
    };
    MAPPED.iter().filter(has).copied().collect()
}

fn all_of(mapped: &[(&'static str, &'static str, &'static str)]) -> Vec<Expectation> {
    mapped.iter().map(|(_, pointer, value)| json_at(pointer, *value)).collect()
}

pub(super) static VERBOSE: Check = story(
    "update.entra.verbose",
    Feature::UpdateAttributes,
    "One Replace for each attribute sets them all, those of the extension too",
    LOST,
    &["ENTRA-PAT-002", "ENTRA-PAT-008", "ENTRA-VAL-006", "ENTRA-GAL-18"],
    |t| {
        Box::pin(async move {
            t.needs_patch()?;
            let user = user_of_entra(t, json!({})).await?;
            let mapped = mapped(t);
            let each = mapped.iter().map(|(path, _, value)| operation("Replace", path, json!(value))).collect();
            changed(t, &["ENTRA-PAT-002", "ENTRA-VAL-006", "ENTRA-GAL-18"], &user, each, all(all_of(&mapped))).await?;
            if mapped.iter().any(|(path, ..)| *path == EMPLOYEE_NUMBER) {
                let user = user_of_entra(t, json!({})).await?;
                t.step("of the extension alone");
                let one = vec![operation("Add", EMPLOYEE_NUMBER, json!("E-702"))];
                changed(t, &["ENTRA-PAT-008"], &user, one, json_at(EMPLOYEE_NUMBER_AT, "E-702")).await?;
            }
            Ok(())
        })
    },
);

pub(super) static BATCH: Check = story(
    "update.entra.batch",
    Feature::UpdateAttributes,
    "One operation without a path sets them all, the mail address by its type before",
    LOST,
    &["ENTRA-VAL-006", "ENTRA-VAL-008", "ENTRA-PAT-003"],
    |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_change(&["emails"])?;
            let home = format!("home-{}", t.fresh_name());
            let name = t.fresh_name();
            let emails = json!([
                {"value": name, "type": "work", "primary": true}, {"value": home, "type": "home"},
            ]);
            let user = user_of_entra(t, json!({"emails": emails})).await?;
            let mapped = mapped(t);
            let values: Value = mapped
                .iter()
                .map(|(path, _, value)| (path.to_string(), json!(value)))
                .collect::<serde_json::Map<_, _>>()
                .into();
            let moved = t.fresh_name();
            let both =
                vec![operation("replace", "emails[type eq \"work\"].value", json!(moved)), pathless("replace", values)];
            changed(t, &["ENTRA-VAL-006"], &user, both, all(all_of(&mapped))).await?;
            let seen = t.read(&user).await?;
            t.step("the addresses");
            t.expect(&["ENTRA-PAT-003"], &seen, values_are("/emails", &[&moved, &home]));
            let renamed = t.fresh_name();
            t.step("another userName");
            let change = vec![pathless("replace", json!({"userName": renamed}))];
            changed(t, &["ENTRA-VAL-008"], &user, change, text_at("/userName", &renamed)).await
        })
    },
);

pub(super) static FROM_NOTHING: Check = story(
    "update.entra.from-nothing",
    Feature::UpdateAttributes,
    "Whoever has a name alone is given every attribute by Add, one for each or all in one",
    LOST,
    &["ENTRA-VAL-007"],
    |t| {
        Box::pin(async move {
            t.needs_patch()?;
            let mapped = mapped(t);
            let each: Vec<Value> = mapped.iter().map(|(path, _, value)| operation("Add", path, json!(value))).collect();
            let whole = mapped.iter().map(|(path, _, value)| (path.to_string(), json!(value)));
            let whole: Value = whole.collect::<serde_json::Map<_, _>>().into();
            for (words, operations) in [("one for each", each), ("all in one", vec![pathless("add", whole)])] {
                let user = t.given_user_from(sample::minimal_user(&t.fresh_name())).await?;
                t.step(words);
                changed(t, &["ENTRA-VAL-007"], &user, operations, all(all_of(&mapped))).await?;
            }
            Ok(())
        })
    },
);

pub(super) static ONE_ELEMENT: Check = story(
    "update.entra.one-element",
    Feature::UpdateAttributes,
    "Several Adds at the same type build one value",
    LOST,
    &["ENTRA-PAT-005"],
    |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_change(&["addresses"])?;
            let user = user_of_entra(t, json!({})).await?;
            let part = |part: &str, value: &str| {
                operation("Add", &format!("addresses[type eq \"work\"].{part}"), json!(value))
            };
            let parts = vec![part("locality", "Hollywood"), part("country", "US"), part("postalCode", "91608")];
            let one: Expectation = Box::new(|seen| {
                let list = seen.subject().and_then(|user| user.get("addresses"));
                let all = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                let is_whole =
                    |it: &Value| it["locality"] == "Hollywood" && it["country"] == "US" && it["postalCode"] == "91608";
                match all {
                    [only] if is_whole(only) => Judgement::Holds,
                    _ => broken("one address with a locality, a country and a postalCode", quoted(list), "/addresses"),
                }
            });
            changed(t, &["ENTRA-PAT-005"], &user, parts, one).await
        })
    },
);

pub(super) static IN_ORDER: Check = story(
    "update.entra.in-order",
    Feature::UpdateAttributes,
    "Operations on one attribute are carried out in their order: the last counts",
    LOST,
    &["ENTRA-PAT-018"],
    |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_change(&["title"])?;
            let user = user_of_entra(t, json!({"title": "First"})).await?;
            let title = |op: &str, value: &str| operation(op, "title", json!(value));
            let three = vec![remove("title"), title("Add", "Second"), title("Replace", "Third")];
            changed(t, &["ENTRA-PAT-018"], &user, three, json_at("/title", "Third")).await?;
            t.step("a removal last");
            let two = vec![title("Replace", "Fourth"), remove("title")];
            changed(t, &["ENTRA-PAT-018"], &user, two, unassigned("/title")).await
        })
    },
);

pub(super) static MANAGER: Check = story(
    "update.entra.manager",
    Feature::UpdateAttributes,
    "A manager is set, replaced and shown as an object with the id",
    "Nobody knows who reports to whom; or Entra can't read the answer, and the person fails.",
    &["ENTRA-VAL-010", "ENTRA-VAL-011", "ENTRA-USR-017"],
    |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_enterprise()?;
            let manager = format!("{}:manager", urn::ENTERPRISE);
            t.needs_change(&[&manager])?;
            let user = user_of_entra(t, json!({})).await?;
            let at = format!("/{}/manager/value", urn::ENTERPRISE);
            for (rule, op) in [("ENTRA-VAL-010", "Add"), ("ENTRA-VAL-011", "Replace")] {
                let boss = t.given_user().await?;
                t.step(op);
                let set = vec![operation(op, &manager, json!({"value": boss.id}))];
                changed(t, &[rule, "ENTRA-USR-017"], &user, set, json_at(&at, boss.id.as_str())).await?;
            }
            Ok(())
        })
    },
);

pub(super) static MANAGER_AS_TEXT: Check = story(
    "update.entra.manager-as-text",
    Feature::UpdateAttributes,
    "A manager may be set by the id alone, and taken away by an empty text",
    "Nobody knows who reports to whom.",
    &["ENTRA-PAT-011", "ENTRA-PAT-013", "ENTRA-VAL-012", "ENTRA-USR-017", "ENTRA-GAL-25"],
    |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_enterprise()?;
            let manager = format!("{}:manager", urn::ENTERPRISE);
            t.needs_change(&[&manager])?;
            let at = format!("/{}/manager/value", urn::ENTERPRISE);
            for (words, nobody) in [("an empty text", json!("")), ("an empty value", json!({"value": ""}))] {
                let (user, boss) = (user_of_entra(t, json!({})).await?, t.given_user().await?);
                t.step("the id alone");
                let set = vec![operation("Add", &manager, json!(boss.id))];
                changed(
                    t,
                    &["ENTRA-PAT-011", "ENTRA-USR-017", "ENTRA-GAL-25"],
                    &user,
                    set,
                    json_at(&at, boss.id.as_str()),
                )
                .await?;
                t.step(words);
                let unset = vec![operation("replace", &manager, nobody)];
                changed(t, &["ENTRA-PAT-013", "ENTRA-VAL-012", "ENTRA-GAL-25"], &user, unset, is_blank(&at)).await?;
            }
            Ok(())
        })
    },
);

/// Absent, null or an empty text: all of them say that there is nothing.
fn is_blank(pointer: &str) -> Expectation {
    any(vec![unassigned(pointer), json_at(pointer, "")])
}

pub(super) static CLEARED: Check = story(
    "update.entra.cleared",
    Feature::UpdateAttributes,
    "An empty text clears an attribute, with a path and without, and null leaves it cleared",
    "What was taken away in Entra stays in the application.",
    &["ENTRA-PAT-014", "ENTRA-GAL-16"],
    |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_change(&["title"])?;
            let with_path: fn(Value) -> Value = |value| operation("replace", "title", value);
            let without: fn(Value) -> Value = |value| pathless("replace", json!({"title": value}));
            for (words, form) in [("with a path", with_path), ("without a path", without)] {
                let user = user_of_entra(t, json!({"title": "Guide"})).await?;
                t.step(format!("an empty text {words}"));
                changed(t, &["ENTRA-PAT-014", "ENTRA-GAL-16"], &user, vec![form(json!(""))], is_blank("/title"))
                    .await?;
                t.step(format!("null {words}"));
                changed(t, &["ENTRA-PAT-014", "ENTRA-GAL-16"], &user, vec![form(Value::Null)], unassigned("/title"))
                    .await?;
            }
            Ok(())
        })
    },
);

pub(super) static ROLES: Check = story(
    "update.entra.roles",
    Feature::UpdateAttributes,
    "In a filter of a path, the text True stands for the Boolean, and makes one",
    LOST,
    &["ENTRA-PAT-010"],
    |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_change(&["roles"])?;
            let user = user_of_entra(t, json!({})).await?;
            for (op, value) in [("Add", "Admin"), ("Replace", "Reader")] {
                t.step(op);
                let change = vec![operation(op, "roles[primary eq \"True\"].value", json!(value))];
                changed(t, &["ENTRA-PAT-010"], &user, change, one_primary_role(value)).await?;
            }
            Ok(())
        })
    },
);

fn one_primary_role(value: &'static str) -> Expectation {
    Box::new(move |seen| {
        let list = seen.subject().and_then(|user| user.get("roles"));
        let all = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        match all {
            [only] if only["primary"] == true && only["value"] == value => Judgement::Holds,
            _ => broken(format!("one role {value:?}, primary"), quoted(list), "/roles"),
        }
    })
}

pub(super) static UNMATCHED: Check = story(
    "update.entra.replace-unmatched",
    Feature::UpdateAttributes,
    "A Replace at a type that the user has no value of makes one of that type",
    "People's new addresses never arrive.",
    &["ENTRA-PAT-006"],
    |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_change(&["emails"])?;
            let user = user_of_entra(t, json!({})).await?;
            let address = t.fresh_name();
            let change = vec![operation("Replace", "emails[type eq \"other\"].value", json!(address))];
            changed(t, &["ENTRA-PAT-006"], &user, change, has_part("emails", "other", "value", &address)).await
        })
    },
);

pub(super) static UNKNOWN_KEY: Check = story(
    "update.entra.unknown-key",
    Feature::UpdateAttributes,
    "A key that the server does not know does not keep the others from being set",
    LOST,
    &["ENTRA-PAT-015"],
    |t| {
        Box::pin(async move {
            t.needs_patch()?;
            t.needs_change(&["title"])?;
            let user = user_of_entra(t, json!({})).await?;
            let change = vec![pathless("Replace", json!({"title": "Guide", "noSuchAttribute": "x"}))];
            changed(t, &["ENTRA-PAT-015"], &user, change, json_at("/title", "Guide")).await
        })
    },
);

pub(super) static NO_OPERATIONS: Check = story(
    "update.entra.no-operations",
    Feature::UpdateAttributes,
    "A list of no operations changes nothing, and is no error: the validator sends one",
    "A test of Microsoft's validator fails.",
    &["ENTRA-PAT-016"],
    |t| {
        Box::pin(async move {
            t.needs_patch()?;
            let user = user_of_entra(t, json!({})).await?;
            changed(t, &["ENTRA-PAT-016"], &user, Vec::new(), json_at("/active", true)).await
        })
    },
);
