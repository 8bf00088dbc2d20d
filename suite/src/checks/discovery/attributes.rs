//! What `/Schemas` says of each attribute (RFC 7643 §7).

use serde_json::Value;

use super::{MISLED, discovered};
use crate::check::{Check, Feature, Judgement, Stop};
use crate::expect::{as_doubtful, broken, json_at, quoted};
use crate::scim::urn;
use crate::target::Exchange;

pub(super) static SHAPE: Check = Check {
    id: "discovery.schemas.attributes",
    since: "0.1",
    feature: Feature::Protocol,
    title: "Every attribute definition has a name, a type and characteristics that the RFC knows",
    effect: MISLED,
    rules: &[
        "RFC7643-7-05",
        "RFC7643-7-06",
        "RFC7643-7-07",
        "RFC7643-7-10",
        "RFC7643-7-11",
        "RFC7643-7-12",
        "RFC7643-7-13",
        "RFC7643-2.1-01",
        "RFC7643-2.3.8-01",
        "RFC7643-2.3.8-02",
        "RFC7643-7-08",
        "RFC7643-7-09",
        "RFC7643-7-15",
    ],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let schemas = discovered(t, "/Schemas").await?;
            let definitions = definitions(&schemas)?;
            let one_of = |words: &[&str], value: Option<&Value>| {
                value.is_none_or(|value| words.iter().any(|word| value == word))
            };
            for (pointer, definition, is_sub) in definitions {
                let name = definition["name"].as_str().unwrap_or_default();
                let judge = |rule: &'static str, holds: bool, expected: &str, part: &str| {
                    let got = || quoted(definition.get(part));
                    let judgement =
                        if holds { Judgement::Holds } else { broken(expected, got(), format!("{pointer}/{part}")) };
                    t.conclude(&[rule], judgement, Some(&schemas));
                };
                // Who says nothing of it means false, and few say it of each part.
                let judge_mild = |rule: &'static str, holds: bool, expected: &str, part: &str| {
                    let said = definition.get(part);
                    let judgement = broken(expected, quoted(said), format!("{pointer}/{part}"));
                    let judgement = match (holds, said) {
                        (true, _) => Judgement::Holds,
                        (false, None) => as_doubtful(judgement),
                        (false, Some(_)) => judgement,
                    };
                    t.conclude(&[rule], judgement, Some(&schemas));
                };
                judge("RFC7643-7-05", !name.is_empty(), "a name", "name");
                judge("RFC7643-2.1-01", is_attribute_name(name), "letters, digits, $, - and _ after a letter", "name");
                let types = ["string", "boolean", "decimal", "integer", "dateTime", "reference", "complex", "binary"];
                judge(
                    "RFC7643-7-06",
                    definition.get("type").is_some() && one_of(&types, definition.get("type")),
                    "a type of the RFC",
                    "type",
                );
                judge("RFC7643-7-07", definition["multiValued"].is_boolean(), "true or false", "multiValued");
                judge_mild("RFC7643-7-08", definition["required"].is_boolean(), "true or false", "required");
                judge(
                    "RFC7643-7-09",
                    definition.get("caseExact").is_none_or(Value::is_boolean),
                    "true or false, or nothing",
                    "caseExact",
                );
                judge(
                    "RFC7643-7-10",
                    one_of(&["readOnly", "readWrite", "immutable", "writeOnly"], definition.get("mutability")),
                    "a mutability of the RFC",
                    "mutability",
                );
                judge(
                    "RFC7643-7-11",
                    one_of(&["always", "never", "default", "request"], definition.get("returned")),
                    "a returned of the RFC",
                    "returned",
                );
                judge(
                    "RFC7643-7-12",
                    one_of(&["none", "server", "global"], definition.get("uniqueness")),
                    "a uniqueness of the RFC",
                    "uniqueness",
                );
                if definition["mutability"] == "writeOnly" {
                    let said = definition.get("returned");
                    let judgement = match said {
                        Some(said) if said != "never" => as_doubtful(broken(
                            "\"never\" for what is writeOnly",
                            quoted(Some(said)),
                            format!("{pointer}/returned"),
                        )),
                        _ => Judgement::Holds,
                    };
                    t.conclude(&["RFC7643-7-15"], judgement, Some(&schemas));
                }
                if definition["type"] == "complex" {
                    let plain = |name: &str, none: Value| definition.get(name).is_none_or(|said| *said == none);
                    let judgement = match (plain("uniqueness", "none".into()), plain("caseExact", false.into())) {
                        (true, true) => Judgement::Holds,
                        _ => as_doubtful(broken(
                            "neither uniqueness nor caseExact for what is complex",
                            "one of them",
                            pointer.clone(),
                        )),
                    };
                    t.conclude(&["RFC7643-2.3.8-02"], judgement, Some(&schemas));
                    judge(
                        "RFC7643-7-13",
                        definition["subAttributes"].as_array().is_some_and(|all| !all.is_empty()),
                        "sub-attributes",
                        "subAttributes",
                    );
                    judge("RFC7643-2.3.8-01", !is_sub, "no complex type inside a complex one", "type");
                }
            }
            Ok(())
        })
    },
};

pub(super) static REFERENCES: Check = Check {
    id: "discovery.schemas.references",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A reference says what it may lead to, in words that the RFC or the resource types have",
    effect: MISLED,
    rules: &["RFC7643-2.3.7-01", "RFC7643-7-14"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let schemas = discovered(t, "/Schemas").await?;
            let types = discovered(t, "/ResourceTypes").await?;
            let mut known = vec!["external".to_string(), "uri".into()];
            known.extend(types.rows().filter_map(|(_, kind)| Some(kind.get("name")?.as_str()?.to_string())));
            let definitions = definitions(&schemas)?;
            let references = definitions.iter().filter(|(_, definition, _)| definition["type"] == "reference");
            let references: Vec<_> = references.collect();
            if references.is_empty() {
                return Err(Stop::Unsupported("no attribute that is announced is a reference".into()));
            }
            for (pointer, definition, _) in references {
                let said = definition.get("referenceTypes");
                let listed = said.and_then(Value::as_array);
                let pointer = format!("{pointer}/referenceTypes");
                let is_list = listed.is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_string));
                let judgement = match is_list {
                    true => Judgement::Holds,
                    false => broken("a list of texts", quoted(said), pointer.clone()),
                };
                t.conclude(&["RFC7643-2.3.7-01"], judgement, Some(&schemas));
                let unknown = listed.into_iter().flatten().find(|one| !known.iter().any(|known| *one == known));
                let judgement = match unknown {
                    None => Judgement::Holds,
                    // A server without groups may have copied the RFC's own schema, which speaks of them.
                    Some(one) if one == "User" || one == "Group" => {
                        as_doubtful(broken(known.join(", "), quoted(Some(one)), pointer))
                    }
                    Some(one) => broken(known.join(", "), quoted(Some(one)), pointer),
                };
                t.conclude(&["RFC7643-7-14"], judgement, Some(&schemas));
            }
            Ok(())
        })
    },
};

pub(super) static CORE: Check = Check {
    id: "discovery.schemas.core",
    since: "0.1",
    feature: Feature::Protocol,
    title: "The User schema does not contradict the RFC on userName and password",
    effect: "Clients show passwords, or take names for free that are not.",
    rules: &["RFC7643-8.7.1-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let schemas = discovered(t, "/Schemas").await?;
            let schema = schemas.rows().find(|(_, schema)| schema["id"] == urn::USER);
            let Some((row, attributes)) = schema.and_then(|(row, it)| Some((row, it.get("attributes")?.as_array()?)))
            else {
                return Err(Stop::Blocked { by: "discovery.schemas", reason: "there is no User schema".into() });
            };
            for (name, part, wanted) in [
                ("userName", "type", Value::from("string")),
                ("userName", "multiValued", false.into()),
                ("userName", "required", true.into()),
                ("userName", "uniqueness", "server".into()),
                ("password", "mutability", "writeOnly".into()),
                ("password", "returned", "never".into()),
                ("active", "type", "boolean".into()),
                ("emails", "multiValued", true.into()),
                ("name", "type", "complex".into()),
            ] {
                let Some(at) = attributes.iter().position(|attribute| attribute["name"] == name) else { continue };
                if attributes[at].get(part).is_some() {
                    let pointer = format!("/Resources/{row}/attributes/{at}/{part}");
                    t.expect(&["RFC7643-8.7.1-01"], &schemas, json_at(&pointer, wanted));
                }
            }
            Ok(())
        })
    },
};

/// Every attribute definition of a list of schemas, with its pointer, and whether it is one of a sub-attribute.
fn definitions(schemas: &Exchange) -> Result<Vec<(String, &Value, bool)>, Stop> {
    let mut found = Vec::new();
    for (at, schema) in schemas.rows() {
        definitions_below(&schema["attributes"], &format!("/Resources/{at}/attributes"), false, &mut found);
    }
    if found.is_empty() {
        return Err(Stop::Blocked { by: "discovery.schemas", reason: "there is no attribute definition".into() });
    }
    Ok(found)
}

/// Those of one list. The Schema schema may nest deeper.
fn definitions_below<'a>(list: &'a Value, pointer: &str, is_sub: bool, found: &mut Vec<(String, &'a Value, bool)>) {
    for (at, definition) in list.as_array().into_iter().flatten().enumerate() {
        let pointer = format!("{pointer}/{at}");
        if definition["name"] == "subAttributes" {
            continue;
        }
        let below = format!("{pointer}/subAttributes");
        found.push((pointer, definition, is_sub));
        if !is_sub {
            definitions_below(&definition["subAttributes"], &below, true, found);
        }
    }
}

fn is_attribute_name(name: &str) -> bool {
    let rest = name.strip_prefix('$').unwrap_or(name);
    rest.starts_with(|first: char| first.is_ascii_alphabetic())
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'$' | b'-' | b'_'))
}
