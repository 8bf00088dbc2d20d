//! What every resource of this run says about itself: schemas, id, meta.

use serde_json::Value;

use super::{each_own, is_thin};
use crate::check::{Invariant, Judgement, Scope};
use crate::expect::{broken, quoted, shortened};
use crate::scim::{time, urn};
use crate::target::Exchange;

pub(super) static SCHEMAS: Invariant = Invariant {
    id: "protocol.schemas",
    since: "0.1",
    title: "Every resource names its schemas",
    effect: "Clients can't tell what they were given.",
    rules: &["RFC7643-3-01"],
    judge: |exchange, scope| {
        each_own(exchange, scope, |pointer, resource, _| {
            // A projected answer may leave them out.
            if resource.get("schemas").is_none() && is_thin(exchange) {
                return Judgement::Holds;
            }
            match schemas_of(resource) {
                Some(schemas) if !schemas.is_empty() => Judgement::Holds,
                _ => broken("a list of URNs", quoted(resource.get("schemas")), format!("{pointer}/schemas")),
            }
        })
    },
};

pub(super) static CORE_SCHEMA: Invariant = Invariant {
    id: "protocol.core-schema",
    since: "0.1",
    title: "The core schema is among those that a resource names",
    effect: "Clients can't tell a user from a group.",
    rules: &["RFC7643-3.3-01"],
    judge: |exchange, scope| {
        each_own(exchange, scope, |pointer, resource, core| match schemas_of(resource) {
            Some(schemas) if !schemas.is_empty() && !schemas.contains(&core.to_lowercase()) => {
                broken(core, quoted(resource.get("schemas")), format!("{pointer}/schemas"))
            }
            _ => Judgement::Holds,
        })
    },
};

pub(super) static SCHEMAS_ONCE: Invariant = Invariant {
    id: "protocol.schemas-once",
    since: "0.1",
    title: "A resource names no schema twice",
    effect: "Strict clients refuse the resource.",
    rules: &["RFC7643-3-02"],
    judge: |exchange, scope| {
        each_own(exchange, scope, |pointer, resource, _| {
            let schemas = schemas_of(resource).unwrap_or_default();
            let once: std::collections::BTreeSet<&String> = schemas.iter().collect();
            if once.len() == schemas.len() {
                Judgement::Holds
            } else {
                broken("each URN once", quoted(resource.get("schemas")), format!("{pointer}/schemas"))
            }
        })
    },
};

/// The URNs in `schemas`, without case; `None` if it is no list of texts.
fn schemas_of(resource: &Value) -> Option<Vec<String>> {
    resource.get("schemas")?.as_array()?.iter().map(|urn| Some(urn.as_str()?.to_lowercase())).collect()
}

pub(super) static ID: Invariant = Invariant {
    id: "protocol.id",
    since: "0.1",
    title: "Every resource has an id",
    effect: "Okta can't address the account again.",
    rules: &["RFC7643-3.1-02", "OKTA-USR-010", "ENTRA-CON-007"],
    judge: |exchange, scope| {
        each_own(exchange, scope, |pointer, resource, _| match resource.get("id").and_then(Value::as_str) {
            Some(id) if !id.is_empty() => Judgement::Holds,
            _ => broken("a non-empty text", quoted(resource.get("id")), format!("{pointer}/id")),
        })
    },
};

pub(super) static RESERVED_ID: Invariant = Invariant {
    id: "protocol.reserved-id",
    since: "0.1",
    title: "No id holds the word bulkId",
    effect: "Clients that send bulk requests take the id for a reference.",
    rules: &["RFC7643-3.1-06", "OKTA-USR-010"],
    judge: |exchange, scope| {
        each_own(exchange, scope, |pointer, resource, _| match resource.get("id").and_then(Value::as_str) {
            Some(id) if id.to_lowercase().contains("bulkid") => {
                broken("an id without bulkId", quoted(resource.get("id")), format!("{pointer}/id"))
            }
            _ => Judgement::Holds,
        })
    },
};

pub(super) static TYPE: Invariant = Invariant {
    id: "protocol.meta",
    since: "0.1",
    title: "Every resource says its type",
    effect: "Clients mix up users and groups.",
    rules: &["RFC7644-3.3.1-01"],
    judge: |exchange, scope| {
        if is_thin(exchange) {
            return None;
        }
        each_own(exchange, scope, |pointer, resource, core| {
            let wanted = if core == urn::GROUP { "Group" } else { "User" };
            let kind = resource.pointer("/meta/resourceType");
            if kind.and_then(Value::as_str) == Some(wanted) {
                Judgement::Holds
            } else {
                broken(format!("{wanted:?}"), quoted(kind), format!("{pointer}/meta/resourceType"))
            }
        })
    },
};

pub(super) static META_LOCATION: Invariant = Invariant {
    id: "protocol.meta-location",
    since: "0.1",
    title: "Every resource says where it is",
    effect: "Clients can't find it again.",
    rules: &["RFC7643-3.1-17"],
    judge: |exchange, scope| {
        if is_thin(exchange) {
            return None;
        }
        each_own(exchange, scope, |pointer, resource, _| {
            let location = resource.pointer("/meta/location");
            let id = resource.get("id").and_then(Value::as_str).unwrap_or_default();
            let ends = location.and_then(Value::as_str).is_some_and(|uri| {
                let last = uri.rsplit('/').next().unwrap_or_default();
                percent_encoding::percent_decode_str(last).decode_utf8_lossy() == id
            });
            if ends {
                Judgement::Holds
            } else {
                broken("a URI that ends with the id", quoted(location), format!("{pointer}/meta/location"))
            }
        })
    },
};

pub(super) static CONTENT_LOCATION: Invariant = Invariant {
    id: "protocol.content-location",
    since: "0.1",
    title: "Content-Location and Location, where they are there, say the same as meta.location",
    effect: "Clients store an address that leads elsewhere.",
    rules: &["RFC7643-3.1-23", "RFC7644-3.4.1-07"],
    judge: |exchange, _| {
        let body = exchange.answer.json.as_ref().filter(|_| exchange.answer.is_success())?;
        let place = body.pointer("/meta/location")?.as_str()?;
        let names = ["content-location", "location"].into_iter();
        // Relative to the request one may be written shorter than the other.
        let is_other = |uri: &str| !place.ends_with(uri.trim_start_matches("..")) && !uri.ends_with(place);
        let other = names.filter_map(|name| exchange.answer.header(name)).find(|uri| is_other(uri));
        Some(match other {
            Some(uri) => broken(place, shortened(uri), "Content-Location"),
            None => Judgement::Holds,
        })
    },
};

pub(super) static DATES: Invariant = Invariant {
    id: "protocol.dates",
    since: "0.1",
    title: "created and lastModified are real dates with a time",
    effect: "Clients that follow changes by time break.",
    rules: &["RFC7643-2.3.5-01"],
    judge: |exchange, scope| {
        each_own(exchange, scope, |pointer, resource, _| {
            for name in ["created", "lastModified"] {
                let Some(date) = resource.pointer(&format!("/meta/{name}")) else { continue };
                if date.as_str().and_then(time::parse).is_none() {
                    return broken("an xsd:dateTime", quoted(Some(date)), format!("{pointer}/meta/{name}"));
                }
            }
            Judgement::Holds
        })
    },
};

pub(super) static LOCATION_QUERY: Invariant = Invariant {
    id: "protocol.location-uri",
    since: "0.1",
    title: "Locations hold no query",
    effect: "Sessions leak through stored links.",
    rules: &["RFC7644-1.3-01"],
    judge: |exchange, scope| plain_location(exchange, scope, |uri| !uri.contains('?')),
};

pub(super) static LOCATION_USERINFO: Invariant = Invariant {
    id: "protocol.location-userinfo",
    since: "0.1",
    title: "Locations hold no credentials",
    effect: "Tokens leak through stored links.",
    rules: &["RFC7644-7.1-01"],
    judge: |exchange, scope| {
        plain_location(exchange, scope, |uri| {
            let authority = uri.split("://").nth(1).and_then(|rest| rest.split('/').next());
            !authority.is_some_and(|authority| authority.contains('@'))
        })
    },
};

fn plain_location(exchange: &Exchange, scope: &Scope, is_plain: fn(&str) -> bool) -> Option<Judgement> {
    each_own(exchange, scope, |pointer, resource, _| match resource.pointer("/meta/location").and_then(Value::as_str) {
        Some(uri) if !is_plain(uri) => broken("a plain URI", shortened(uri), format!("{pointer}/meta/location")),
        _ => Judgement::Holds,
    })
}
