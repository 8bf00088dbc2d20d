//! Whether resources are what discovery announces (RFC 7643 §6 and §7).

use serde_json::{Value, json};

use super::{MISLED, discovered, is_text};
use crate::check::{Case, Check, Feature, Judgement, Stop};
use crate::checks::made;
use crate::expect::{as_doubtful, broken, quoted};
use crate::scim::urn;
use crate::target::Exchange;

pub(super) static TYPES: Check = Check {
    id: "discovery.types.agree",
    since: "0.1",
    feature: Feature::Protocol,
    title: "Resources name their type and their schemas as discovery does, and have the extensions that it demands",
    effect: MISLED,
    rules: &["RFC7643-6-08", "RFC7643-6-13", "RFC7643-6-14", "RFC7643-7-18"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let types = discovered(t, "/ResourceTypes").await?;
            let schemas = discovered(t, "/Schemas").await?;
            let known: Vec<&str> = schemas.rows().filter_map(|(_, schema)| schema.get("id")?.as_str()).collect();
            for (collection, seen) in resources(t).await? {
                t.step(format!("a resource of {collection}"));
                // Whether the endpoint is written as the RFC says is judged with the types.
                let named = |endpoint: &Value| {
                    let last = endpoint.as_str().and_then(|it| it.trim_end_matches('/').rsplit('/').next());
                    last == Some(&collection[1..])
                };
                let Some((_, kind)) = types.rows().find(|(_, kind)| kind.get("endpoint").is_some_and(named)) else {
                    continue;
                };
                let said = seen.subject().and_then(|resource| resource.pointer("/meta/resourceType"));
                if let Some(said) = said {
                    let judgement = match kind.get("name") {
                        Some(name) if name != said => {
                            broken(quoted(Some(name)), quoted(Some(said)), "/meta/resourceType")
                        }
                        _ => Judgement::Holds,
                    };
                    t.conclude(&["RFC7643-6-13"], judgement, Some(&seen));
                }
                let listed = seen.subject().and_then(|resource| resource.get("schemas")?.as_array());
                let uses: Vec<&str> = listed.into_iter().flatten().filter_map(Value::as_str).collect();
                let has = |all: &[&str], urn: &str| all.iter().any(|one| one.eq_ignore_ascii_case(urn));
                let judgement = match uses.iter().find(|used| !has(&known, used)) {
                    Some(used) => broken("a schema of /Schemas", shown(used), "/schemas"),
                    None => Judgement::Holds,
                };
                t.conclude(&["RFC7643-7-18"], judgement, Some(&seen));
                let extensions = kind.get("schemaExtensions").and_then(Value::as_array).into_iter().flatten();
                let extensions: Vec<(&str, bool)> =
                    extensions.filter_map(|it| Some((it.get("schema")?.as_str()?, it["required"] == true))).collect();
                let is_there = |urn: &str| has(&uses, urn) && seen.subject().is_some_and(|it| it.get(urn).is_some());
                let missing = extensions.iter().find(|(urn, required)| *required && !is_there(urn));
                let judgement = match missing {
                    Some((urn, _)) => broken(format!("{}, which is required", shown(urn)), uses.join(", "), "/schemas"),
                    None => Judgement::Holds,
                };
                t.conclude(&["RFC7643-6-08"], judgement, Some(&seen));
                if collection == "/Users" && seen.subject().is_some_and(|user| user.get(urn::ENTERPRISE).is_some()) {
                    let announced: Vec<&str> = extensions.iter().map(|(urn, _)| *urn).collect();
                    let judgement = match has(&announced, urn::ENTERPRISE) {
                        true => Judgement::Holds,
                        false => broken(urn::ENTERPRISE, announced.join(", "), "/schemaExtensions"),
                    };
                    t.conclude(&["RFC7643-6-14"], judgement, Some(&types));
                }
            }
            Ok(())
        })
    },
};

pub(super) static DESCRIBED: Check = Check {
    id: "discovery.types.described",
    since: "0.1",
    feature: Feature::Protocol,
    title: "Each resource type has a description, and an endpoint that is the plural of its name",
    effect: "People who configure a client can't tell what a type is.",
    rules: &["RFC7643-6-11", "RFC7644-3.2-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let types = discovered(t, "/ResourceTypes").await?;
            for (at, kind) in types.rows() {
                let pointer = format!("/Resources/{at}/description");
                let said = kind.get("description");
                let judgement = match said {
                    Some(text) if is_text(text) => Judgement::Holds,
                    // It may be left out, and people would miss it.
                    None | Some(Value::Null) => as_doubtful(broken("a text", "none", pointer)),
                    Some(other) => broken("a text", quoted(Some(other)), pointer),
                };
                t.conclude(&["RFC7643-6-11"], judgement, Some(&types));
                let (name, endpoint) = (kind["name"].as_str(), kind["endpoint"].as_str());
                let (Some(name), Some(endpoint)) = (name, endpoint) else { continue };
                let last = endpoint.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
                let judgement = match last.starts_with(name) && last.len() > name.len() || is_plural(name, last) {
                    true => Judgement::Holds,
                    false => broken(
                        format!("the plural of {}", shown(name)),
                        shown(last),
                        format!("/Resources/{at}/endpoint"),
                    ),
                };
                t.conclude(&["RFC7644-3.2-01"], judgement, Some(&types));
            }
            Ok(())
        })
    },
};

/// `Policy` and `Policies`.
fn is_plural(name: &str, endpoint: &str) -> bool {
    name.strip_suffix('y').is_some_and(|stem| endpoint == format!("{stem}ies"))
}

/// A user, and where there are groups a group, as readings by id show them.
async fn resources(t: &Case) -> Result<Vec<(&'static str, Exchange)>, Stop> {
    let mut all = vec![("/Users", t.read(&t.given_user().await?).await?)];
    // Who does not list the extension may refuse it; who keeps it all the same is to list it.
    let extended = json!({"schemas": [urn::USER, urn::ENTERPRISE], urn::ENTERPRISE: {"department": "Tours"}});
    if let (_, Some((_, seen))) = made(t, &extended).await? {
        all.push(("/Users", seen));
    }
    if t.needs_listed_groups().is_ok() {
        let group = t.given_group(&[]).await?;
        all.push(("/Groups", t.read(&group).await?));
    }
    Ok(all)
}

fn shown(text: &str) -> String {
    crate::expect::shortened(&format!("{text:?}"))
}
