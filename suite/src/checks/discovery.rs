//! Discovery: ServiceProviderConfig, ResourceTypes and Schemas (RFC 7643 §5 to §7, RFC 7644 §4).

mod agree;
mod attributes;
mod read_only;

use serde_json::{Value, json};

use super::activate::{knock_before, user_with_password};
use crate::catalogue::Gate;
use crate::check::{Case, Check, Feature, Judgement, Stop};
use crate::expect::{
    all, any, as_doubtful, as_variation, broken, doubtful, error, json_at, status, text_at, value_at, variation,
};
use crate::probe::Offer;
use crate::scim::urn;
use crate::target::exchange::{Login, encode};
use crate::target::login::Door;
use crate::target::{Exchange, Request};

/// In the order of the RFC.
pub(super) static CHECKS: &[&Check] = &[
    &CONFIG,
    &CONFIG_SCHEMES,
    &CONFIG_PUBLIC,
    &CONFIG_TRUE,
    &TYPES,
    &TYPES_ONE,
    &TYPES_SCHEMAS,
    &SCHEMAS,
    &SCHEMAS_ONE,
    &attributes::SHAPE,
    &attributes::REFERENCES,
    &attributes::CORE,
    &agree::TYPES,
    &agree::DESCRIBED,
    &read_only::READ_ONLY,
    &PARAMETERS,
    &FILTER,
    &META,
];

const MISLED: &str = "Clients that read discovery configure themselves wrongly, or give up.";

static CONFIG: Check = Check {
    id: "discovery.config",
    since: "0.1",
    feature: Feature::Protocol,
    title: "ServiceProviderConfig says of every feature whether it is there",
    effect: MISLED,
    rules: &[
        "RFC7644-4-01",
        "RFC7643-5-01",
        "RFC7643-5-02",
        "RFC7643-5-03",
        "RFC7643-5-04",
        "RFC7643-5-05",
        "RFC7643-5-06",
        "RFC7643-5-07",
        "RFC7643-5-08",
        "RFC7643-5-09",
        "RFC7643-5-18",
        "RFC7644-3.5-02",
        "OKTA-DIS-007",
    ],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let config = t.get("/ServiceProviderConfig").await?;
            t.expect(
                &["RFC7644-4-01", "OKTA-DIS-007"],
                &config,
                all(vec![status(&[200]), is_resource(urn::PROVIDER_CONFIG)]),
            );
            if config.answer.status != 200 {
                return Ok(());
            }
            for (rule, pointer) in [
                ("RFC7643-5-01", "/patch/supported"),
                ("RFC7643-5-02", "/bulk/supported"),
                ("RFC7643-5-05", "/filter/supported"),
                ("RFC7643-5-07", "/changePassword/supported"),
                ("RFC7643-5-08", "/sort/supported"),
                ("RFC7643-5-09", "/etag/supported"),
            ] {
                t.expect(&[rule], &config, value_at(pointer, "true or false", Value::is_boolean));
            }
            for (rule, pointer) in [
                ("RFC7643-5-03", "/bulk/maxOperations"),
                ("RFC7643-5-04", "/bulk/maxPayloadSize"),
                ("RFC7643-5-06", "/filter/maxResults"),
            ] {
                t.expect(&[rule], &config, value_at(pointer, "a whole number", Value::is_u64));
            }
            let id = config.subject().and_then(|config| config.get("id"));
            let judgement = match id {
                Some(id) if !id.is_null() && !is_text(id) => {
                    broken("a text, or no id", crate::expect::quoted(Some(id)), "/id")
                }
                _ => Judgement::Holds,
            };
            t.conclude(&["RFC7643-5-18"], judgement, Some(&config));
            let patch = json_at("/patch/supported", true)(&config);
            let is_denied = t.facts().offers(Gate::Patch) == Offer::No;
            // §3.5.2 makes it optional what §3.5 recommends.
            t.conclude(&["RFC7644-3.5-02"], if is_denied { as_variation(patch) } else { patch }, Some(&config));
            Ok(())
        })
    },
};

static CONFIG_SCHEMES: Check = Check {
    id: "discovery.config.schemes",
    since: "0.1",
    feature: Feature::Protocol,
    title: "ServiceProviderConfig names its authentication schemes",
    effect: MISLED,
    rules: &["RFC7643-5-10", "RFC7643-5-11", "RFC7643-5-12", "RFC7643-5-13"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let config = discovered(t, "/ServiceProviderConfig").await?;
            t.expect(
                &["RFC7643-5-10"],
                &config,
                value_at("/authenticationSchemes", "a list of objects", |schemes| {
                    schemes.as_array().is_some_and(|all| all.iter().all(Value::is_object))
                }),
            );
            let schemes =
                config.subject().and_then(|config| config.get("authenticationSchemes")?.as_array()).map_or(0, Vec::len);
            for at in 0..schemes {
                for (rule, name) in
                    [("RFC7643-5-11", "type"), ("RFC7643-5-12", "name"), ("RFC7643-5-13", "description")]
                {
                    t.expect(
                        &[rule],
                        &config,
                        value_at(&format!("/authenticationSchemes/{at}/{name}"), "a text", is_text),
                    );
                }
                t.expect(
                    &["RFC7643-5-11"],
                    &config,
                    doubtful(value_at(&format!("/authenticationSchemes/{at}/type"), "a type of the RFC", |kind| {
                        ["oauth", "oauth2", "oauthbearertoken", "httpbasic", "httpdigest"]
                            .iter()
                            .any(|known| kind == known)
                    })),
                );
            }
            Ok(())
        })
    },
};

static CONFIG_PUBLIC: Check = Check {
    id: "discovery.config.public",
    since: "0.1",
    feature: Feature::Protocol,
    title: "ServiceProviderConfig can be read without credentials",
    effect: "Clients can't find out how to authenticate.",
    rules: &["RFC7643-5-16"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let config = t.send(Request::get("/ServiceProviderConfig").login(Login::None)).await?;
            t.expect(&["RFC7643-5-16"], &config, status(&[200]));
            Ok(())
        })
    },
};

static CONFIG_TRUE: Check = Check {
    id: "discovery.config.true",
    since: "0.1",
    feature: Feature::Protocol,
    title: "What ServiceProviderConfig announces is there",
    effect: "Clients use a feature that fails, or leave one out that works.",
    rules: &["RFC7643-5-19", "RFC7643-5-20", "RFC7644-3.4.2.4-15", "RFC9865-4-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let agrees = |gate: Gate, works: bool, what: &str| match (t.facts().offers(gate), works) {
                (Offer::Yes, false) => broken(format!("{what} works, since it is announced"), "it does not", ""),
                (Offer::No, true) => crate::expect::as_doubtful(broken(
                    format!("{what} is announced, since it works"),
                    "it is denied",
                    "",
                )),
                _ => Judgement::Holds,
            };
            let patched = super::writes::replace_path(t, &user, &t.some_change()).await?;
            t.conclude(&["RFC7643-5-19"], agrees(Gate::Patch, patched.answer.is_success(), "PATCH"), Some(&patched));
            super::reads::until_listed(t, &user, true).await?;
            let filtered = t.filtered(&user, &format!("userName eq {}", Value::from(user.name.as_str()))).await?;
            t.conclude(
                &["RFC7643-5-19"],
                agrees(Gate::Filter, filtered.subject().is_some(), "filter"),
                Some(&filtered),
            );
            if t.facts().offers(Gate::Etag) == Offer::Yes {
                let seen = t.read(&user).await?;
                t.conclude(
                    &["RFC7643-5-19"],
                    agrees(Gate::Etag, seen.answer.header("etag").is_some(), "ETag"),
                    Some(&seen),
                );
            }
            if t.facts().offers(Gate::ChangePassword) == Offer::No {
                deny_passwords(t).await?;
            }
            let page = t.send(Request::get("/Users").query("cursor", "").query("count", 1)).await?;
            t.step("a page by cursor");
            let next = page.subject().and_then(|list| list.get("nextCursor"));
            let judgement = match (next, t.facts().offers(Gate::Cursor)) {
                (Some(next), Offer::No) if next.is_string() => {
                    broken("pagination is announced, since there is a nextCursor", "it is not", "/pagination/cursor")
                }
                _ => Judgement::Holds,
            };
            t.conclude(&["RFC9865-4-01"], judgement, Some(&page));
            let plain = t.send(Request::get("/Users")).await?;
            if let Some(most) = t.facts().max_results().filter(|most| (1..=1000).contains(most)) {
                let page = t.send(Request::get("/Users").query("count", most + 1)).await?;
                for (rule, page) in [("RFC7643-5-20", &page), ("RFC7644-3.4.2.4-15", &plain)] {
                    let rows = page.rows().count() as u64;
                    let judgement = if rows <= most {
                        Judgement::Holds
                    } else {
                        broken(format!("at most {most} rows"), rows.to_string(), "/Resources")
                    };
                    t.conclude(&[rule], judgement, Some(page));
                }
            }
            Ok(())
        })
    },
};

/// Where passwords are announced as no feature, one that a client has set should open no login: whoever may create users
/// could prepare the login of somebody else. A first password that can't be changed later is only noted.
async fn deny_passwords(t: &Case) -> Result<(), Stop> {
    let (user, password) = user_with_password(t).await?;
    if !knock_before(t, &user, &password).await {
        return Ok(());
    }
    let new = t.fresh_password();
    let changed = t.put_changed(&user, &json!({"password": new})).await?;
    let (words, weighed): (_, fn(Judgement) -> Judgement) = match t.knock(&user.name, &new).await {
        Some(Door::Open) => ("a changed one opens it", as_doubtful),
        _ => ("one given at the start opens it", as_variation),
    };
    t.step("a login by a password");
    let judgement = broken("no password opens the login, since none is announced", words, "");
    t.conclude(&["RFC7643-5-19"], weighed(judgement), Some(&changed));
    Ok(())
}

static TYPES: Check = Check {
    id: "discovery.types",
    since: "0.1",
    feature: Feature::Protocol,
    title: "ResourceTypes lists every type with its name, endpoint and schema",
    effect: MISLED,
    rules: &[
        "RFC7644-4-03",
        "RFC7643-6-01",
        "RFC7643-6-02",
        "RFC7643-6-03",
        "RFC7643-6-05",
        "RFC7643-6-07",
        "RFC7644-3.2-02",
        "RFC7643-4.1-01",
        "RFC7643-4.2-01",
    ],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let types = t.get("/ResourceTypes").await?;
            t.expect(&["RFC7644-4-03"], &types, complete_list(urn::RESOURCE_TYPE));
            for (at, kind) in types.rows() {
                let row = format!("/Resources/{at}");
                for (rule, name) in [("RFC7643-6-01", "name"), ("RFC7643-6-02", "endpoint"), ("RFC7643-6-03", "schema")]
                {
                    t.expect(&[rule], &types, value_at(&format!("{row}/{name}"), "a text", is_text));
                }
                if kind.get("schemaExtensions").is_some_and(|extensions| !extensions.is_null()) {
                    t.expect(
                        &["RFC7643-6-05"],
                        &types,
                        value_at(&format!("{row}/schemaExtensions"), "a list of objects", |all| {
                            all.as_array().is_some_and(|all| all.iter().all(Value::is_object))
                        }),
                    );
                    t.expect(
                        &["RFC7643-6-07"],
                        &types,
                        value_at(&format!("{row}/schemaExtensions"), "required with each", |all| {
                            all.as_array().is_some_and(|all| all.iter().all(|one| one["required"].is_boolean()))
                        }),
                    );
                }
                for (name, endpoint, schema, rule) in
                    [("User", "Users", urn::USER, "RFC7643-4.1-01"), ("Group", "Groups", urn::GROUP, "RFC7643-4.2-01")]
                {
                    if kind["name"] == name {
                        let ends =
                            kind["endpoint"].as_str().is_some_and(|path| path.trim_start_matches('/') == endpoint);
                        let judgement = if ends {
                            Judgement::Holds
                        } else {
                            broken(format!("/{endpoint}"), kind["endpoint"].to_string(), format!("{row}/endpoint"))
                        };
                        t.conclude(&["RFC7644-3.2-02"], judgement, Some(&types));
                        t.expect(&[rule], &types, json_at(&format!("{row}/schema"), schema));
                    }
                }
            }
            Ok(())
        })
    },
};

static TYPES_ONE: Check = Check {
    id: "discovery.types.one",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A resource type can be read alone; an unknown one is a 404",
    effect: MISLED,
    rules: &["RFC7644-4-04", "RFC7644-3.4.1-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let types = discovered(t, "/ResourceTypes").await?;
            let names: Vec<String> = types
                .rows()
                .filter_map(|(_, kind)| kind.get("id").or(kind.get("name"))?.as_str().map(String::from))
                .collect();
            for name in names.iter().take(4) {
                let one = t.get(format!("/ResourceTypes/{}", encode(name))).await?;
                t.expect(&["RFC7644-4-04"], &one, all(vec![status(&[200]), is_resource(urn::RESOURCE_TYPE)]));
            }
            let unknown = t.get("/ResourceTypes/NoSuchType").await?;
            t.expect(&["RFC7644-3.4.1-01"], &unknown, error(&[404]));
            Ok(())
        })
    },
};

static TYPES_SCHEMAS: Check = Check {
    id: "discovery.types.schemas",
    since: "0.1",
    feature: Feature::Protocol,
    title: "Every schema that a resource type names can be read",
    effect: MISLED,
    rules: &["RFC7643-6-04", "RFC7643-6-06", "RFC7643-4.3-01", "OKTA-DIS-003"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let types = discovered(t, "/ResourceTypes").await?;
            let mut named: Vec<(&'static str, String)> = Vec::new();
            for (_, kind) in types.rows() {
                named.extend(kind["schema"].as_str().map(|urn| ("RFC7643-6-04", urn.to_string())));
                for extension in kind["schemaExtensions"].as_array().into_iter().flatten() {
                    named.extend(extension["schema"].as_str().map(|urn| ("RFC7643-6-06", urn.to_string())));
                }
            }
            for (rule, name) in named {
                let schema = t.get(format!("/Schemas/{}", encode(&name))).await?;
                let right = || all(vec![status(&[200]), json_at("/id", name.as_str())]);
                t.expect(&[rule, "OKTA-DIS-003"], &schema, right());
                if name == urn::ENTERPRISE {
                    t.expect(&["RFC7643-4.3-01"], &schema, right());
                }
            }
            Ok(())
        })
    },
};

static SCHEMAS: Check = Check {
    id: "discovery.schemas",
    since: "0.1",
    feature: Feature::Protocol,
    title: "Schemas lists every schema once, and no message",
    effect: MISLED,
    rules: &["RFC7644-4-07", "RFC7644-3.1-01", "RFC7643-7-01", "RFC7643-7-02", "RFC7643-7-04"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let schemas = t.get("/Schemas").await?;
            t.expect(&["RFC7644-4-07"], &schemas, complete_list(urn::SCHEMA));
            let ids: Vec<&str> = schemas.rows().filter_map(|(_, schema)| schema.get("id")?.as_str()).collect();
            let mut once = ids.clone();
            once.sort_unstable();
            once.dedup();
            let judgement = if once.len() == schemas.rows().count() {
                Judgement::Holds
            } else {
                broken("a different id for each", format!("{ids:?}"), "/Resources")
            };
            t.conclude(&["RFC7643-7-01"], judgement, Some(&schemas));
            let messages =
                ids.iter().filter(|id| id.to_ascii_lowercase().starts_with("urn:ietf:params:scim:api:")).count();
            let judgement = if messages == 0 {
                Judgement::Holds
            } else {
                broken("no message schema", messages.to_string(), "/Resources")
            };
            t.conclude(&["RFC7644-3.1-01"], judgement, Some(&schemas));
            for (at, _) in schemas.rows() {
                t.expect(
                    &["RFC7643-7-02"],
                    &schemas,
                    value_at(&format!("/Resources/{at}/schemas"), urn::SCHEMA, |all| {
                        all.as_array().is_some_and(|all| all.contains(&urn::SCHEMA.into()))
                    }),
                );
                t.expect(
                    &["RFC7643-7-04"],
                    &schemas,
                    value_at(&format!("/Resources/{at}/attributes"), "a list", Value::is_array),
                );
            }
            Ok(())
        })
    },
};

static SCHEMAS_ONE: Check = Check {
    id: "discovery.schemas.one",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A schema can be read by its URN; an unknown one is a 404",
    effect: MISLED,
    rules: &["RFC7644-4-08", "RFC7644-3.4.1-02", "RFC7644-3.10-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.get(format!("/Schemas/{}", urn::USER)).await?;
            t.expect(&["RFC7644-4-08"], &user, all(vec![status(&[200]), json_at("/id", urn::USER)]));
            let upper = t.get(format!("/Schemas/{}", urn::USER.to_uppercase())).await?;
            t.step("the URN in capitals");
            let found = any(vec![all(vec![status(&[200]), text_at("/id", urn::USER)]), variation(error(&[404]))]);
            t.expect(&["RFC7644-3.10-01"], &upper, found);
            t.step("an unknown URN");
            let unknown = t.get("/Schemas/urn:example:nope").await?;
            t.expect(&["RFC7644-3.4.1-02"], &unknown, error(&[404]));
            Ok(())
        })
    },
};

static PARAMETERS: Check = Check {
    id: "discovery.parameters-ignored",
    since: "0.1",
    feature: Feature::Protocol,
    title: "Paging and sorting parameters don't cut discovery lists",
    effect: "Clients that always page see a part of the schemas.",
    rules: &["RFC7644-4-06", "RFC7644-4-10", "RFC7644-4-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            for (rule, path) in [("RFC7644-4-06", "/ResourceTypes"), ("RFC7644-4-10", "/Schemas")] {
                let whole = discovered(t, path).await?;
                let cut = t.send(Request::get(path).query("startIndex", 2).query("count", 1)).await?;
                let (wanted, got) = (whole.rows().count(), cut.rows().count());
                let judgement = if wanted == got {
                    Judgement::Holds
                } else {
                    broken(format!("{wanted} rows"), got.to_string(), "/Resources")
                };
                t.conclude(&[rule], judgement, Some(&cut));
            }
            let plain = discovered(t, "/ServiceProviderConfig").await?;
            let config = t.send(Request::get("/ServiceProviderConfig").query("sortBy", "x").query("count", 0)).await?;
            // meta may hold the time of the answer.
            let content = |exchange: &Exchange| {
                let mut body = exchange.answer.json.clone().unwrap_or_default();
                body.as_object_mut().map(|body| body.remove("meta"));
                body
            };
            let judgement = if content(&plain) == content(&config) {
                Judgement::Holds
            } else {
                broken("the same as without parameters", crate::expect::got_status(&config), "")
            };
            t.conclude(&["RFC7644-4-02"], judgement, Some(&config));
            Ok(())
        })
    },
};

static FILTER: Check = Check {
    id: "discovery.filter-refused",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A filter on discovery is refused, or ignored; never obeyed",
    effect: MISLED,
    rules: &["RFC7644-4-05", "RFC7644-4-09"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            for (rule, path) in [("RFC7644-4-05", "/ResourceTypes"), ("RFC7644-4-09", "/Schemas")] {
                let whole = discovered(t, path).await?;
                let rows = whole.rows().count();
                let filtered = t.send(Request::get(path).query("filter", "name eq \"User\"")).await?;
                let ignored: crate::expect::Expectation = Box::new(move |list: &Exchange| match list.rows().count() {
                    got if got == rows => Judgement::Holds,
                    got => broken("403, or the whole list", format!("{got} rows"), "/Resources"),
                });
                // The same paragraph says that it shall be ignored and that it should be refused.
                t.expect(
                    &[rule],
                    &filtered,
                    any(vec![error(&[403]), all(vec![status(&[200]), ignored, variation(status(&[403]))])]),
                );
            }
            Ok(())
        })
    },
};

static META: Check = Check {
    id: "discovery.meta",
    since: "0.1",
    feature: Feature::Protocol,
    title: "Where a discovery resource has a meta, it says what kind of resource it is",
    effect: "Typed clients refuse the whole answer.",
    rules: &["RFC7643-3.1-01", "RFC7643-3.1-26"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            for (rule, path, kind) in [
                ("RFC7643-3.1-01", "/ServiceProviderConfig", "ServiceProviderConfig"),
                ("RFC7643-3.1-01", "/ResourceTypes", "ResourceType"),
                ("RFC7643-3.1-26", "/Schemas", "Schema"),
            ] {
                let found = discovered(t, path).await?;
                let whole = found.subject().into_iter().filter(|_| path == "/ServiceProviderConfig");
                let metas = whole.chain(found.rows().map(|(_, row)| row)).filter_map(|it| it.get("meta"));
                let odd =
                    metas.map(|meta| meta.get("resourceType")).find(|said| said.and_then(Value::as_str) != Some(kind));
                let judgement = match odd {
                    // No client of ours needs it, and many servers are careless here.
                    Some(said) => as_doubtful(broken(kind, crate::expect::quoted(said), "/meta/resourceType")),
                    None => Judgement::Holds,
                };
                t.step(path);
                t.conclude(&[rule], judgement, Some(&found));
            }
            Ok(())
        })
    },
};

/// A discovery list that is there; the check that judges it owns the reason if it is not.
async fn discovered(t: &Case, path: &'static str) -> Result<Exchange, Stop> {
    let answer = t.get(path).await?;
    let is_list = path != "/ServiceProviderConfig";
    if answer.answer.status == 200 && answer.answer.json.is_some() && (!is_list || answer.rows().count() > 0) {
        return Ok(answer);
    }
    let by = match path {
        "/ResourceTypes" => "discovery.types",
        "/Schemas" => "discovery.schemas",
        _ => "discovery.config",
    };
    Err(Stop::Blocked { by, reason: format!("{path} answered {} and nothing to go on", answer.answer.status) })
}

fn is_resource(schema: &'static str) -> crate::expect::Expectation {
    Box::new(move |answer| {
        let schemas = answer.subject().and_then(|body| body.get("schemas"));
        match schemas.and_then(Value::as_array) {
            Some(all) if all.contains(&schema.into()) => Judgement::Holds,
            _ => broken(schema, crate::expect::quoted(schemas), "/schemas"),
        }
    })
}

/// A ListResponse whose total is the number of its rows, all of one schema.
fn complete_list(schema: &'static str) -> crate::expect::Expectation {
    Box::new(move |list| {
        if list.answer.status != 200 {
            return broken("200", crate::expect::got_status(list), "");
        }
        if let other @ (Judgement::Broken(_) | Judgement::Doubtful(_)) = is_resource(urn::LIST)(list) {
            return other;
        }
        let total = list.subject().and_then(|body| body.get("totalResults"));
        let rows = list.rows().count();
        if rows == 0 {
            return broken("at least one row", "none", "/Resources");
        }
        if total.and_then(Value::as_u64) != Some(rows as u64) {
            return broken(rows.to_string(), crate::expect::quoted(total), "/totalResults");
        }
        let without =
            list.rows().find(|(_, row)| !row["schemas"].as_array().is_some_and(|all| all.contains(&schema.into())));
        without.map_or(Judgement::Holds, |(at, row)| {
            broken(schema, crate::expect::quoted(row.get("schemas")), format!("/Resources/{at}/schemas"))
        })
    })
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}
