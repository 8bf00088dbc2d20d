//! Faults that an attacker can use.

use super::message::{current, filter_of, has_term, member, subject};
use super::performance::FOR_EVER;
use super::{Defect, Next, Twist};
use crate::BASE_PATH;
use crate::policy::{LastOwner, Policy};
use crate::provider::{Operation, Query, Reply};
use crate::scim::filter::{Filter, Operator};
use crate::scim::path::AttrPath;
use crate::scim::schema::ResourceKind;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, header};
use bytes::Bytes;
use serde_json::Value;
use std::time::Duration;

pub(super) const TABLE: &[Defect] = &[
    Defect {
        name: "security.password-returned",
        sentence: "The password comes back in the answer to whoever set it.",
        area: "security",
        breaks: &["OKTA-PWD-004", "RFC7643-4.1.1-12", "RFC7643-7-24"],
        twist: Twist::Reply(password_returned),
    },
    Defect {
        name: "security.client-id-overwrites",
        sentence: "A create with an id writes over the user who has it.",
        area: "security",
        breaks: &["RFC7643-3.1-05", "RFC7644-3.3-05", "RFC7644-3.5-91"],
        twist: Twist::Around(client_id_overwrites),
    },
    Defect {
        name: "security.external-id-maps-internal",
        sentence: "A create with the externalId of another user takes that user over.",
        area: "security",
        breaks: &["OKTA-USR-015", "RFC7643-3.1-05", "RFC7644-3.5-91"],
        twist: Twist::Around(external_id_maps_internal),
    },
    Defect {
        name: "security.filter-depth",
        sentence: "A filter of more than fifty levels is never answered.",
        area: "security",
        breaks: &["RFC7644-3.4.2.2-31", "RFC9110-17-01"],
        twist: Twist::Wait(filter_depth),
    },
    Defect {
        name: "security.filter-injection",
        sentence: "A filter's value reaches the query language unescaped.",
        area: "security",
        breaks: &["RFC7644-3.4.2.2-65", "RFC7644-7.7-01"],
        twist: Twist::Request(filter_injection),
    },
    Defect {
        name: "security.email-adoption",
        sentence: "A create with the mail address of another user takes that user over.",
        area: "security",
        breaks: &["RFC7643-3.1-05", "RFC7644-3.5-91"],
        twist: Twist::Around(email_adoption),
    },
    Defect {
        name: "security.cross-tenant",
        sentence: "Single resources of other organisations are found by their ids.",
        area: "security",
        breaks: &["RFC7644-6-01", "RFC7644-6-02"],
        twist: Twist::Elsewhere(cross_tenant),
    },
    Defect {
        name: "security.privilege-by-attribute",
        sentence: "A user with the role admin may do what the provisioning client may.",
        area: "security",
        breaks: &["RFC7644-7.7-01"],
        twist: Twist::Promote(privilege_by_attribute),
    },
    Defect {
        name: "security.password-preset",
        sentence: "Passwords cannot be changed, it is said, and open a login all the same.",
        area: "security",
        breaks: &["RFC7643-5-19"],
        twist: Twist::Reply(password_preset),
    },
    Defect {
        name: "security.last-admin",
        sentence: "The last owner can be deactivated and deleted.",
        area: "security",
        breaks: &["RFC7644-3.12-03"],
        twist: Twist::Policy(last_admin),
    },
    Defect {
        name: "security.host-header",
        sentence: "Addresses in answers follow the Host header.",
        area: "security",
        breaks: &["RFC7643-3.1-22", "RFC7644-3.3-03"],
        twist: Twist::Wire(host_header),
    },
];

fn password_returned(operation: &Operation, reply: &mut Reply) {
    let password = match operation {
        Operation::Create { body, .. } | Operation::Replace { body, .. } => member(body, "password").cloned(),
        Operation::Patch { body, .. } => {
            let mut operations = super::message::operations(body).iter();
            operations.find_map(|operation| super::message::value_for(operation, "password")).cloned()
        }
        _ => None,
    };
    if let (true, Some(password), Some(body)) = (reply.succeeded(), password, &mut reply.body) {
        body["password"] = password;
    }
}

fn client_id_overwrites(operation: Operation, next: Next<'_>) -> Reply {
    create_over(operation, next, |body, next| {
        let id = member(body, "id")?.as_str()?.to_owned();
        current(ResourceKind::User, &id, next).map(|_| id)
    })
}

/// The client's key is the server's key.
fn external_id_maps_internal(operation: Operation, next: Next<'_>) -> Reply {
    create_over(operation, next, |body, next| {
        let wanted = member(body, "externalId").filter(|id| id.is_string())?.clone();
        let filter = Filter::Compare(AttrPath::named("externalId"), Operator::Eq, wanted);
        let query = Query { filter: Some(filter.to_string()), ..Query::default() };
        let found = next(Operation::Search { kinds: &[ResourceKind::User], query }).body?;
        Some(found["Resources"][0]["id"].as_str()?.to_owned())
    })
}

/// A create that means somebody who is there replaces that user.
fn create_over(operation: Operation, next: Next<'_>, meant: fn(&Value, Next<'_>) -> Option<String>) -> Reply {
    let Operation::Create { kind: ResourceKind::User, body, view } = operation else {
        return next(operation);
    };
    let kind = ResourceKind::User;
    let Some(id) = meant(&body, next) else {
        return next(Operation::Create { kind, body, view });
    };
    let reply = next(Operation::Replace { kind, id, body, view });
    let location = reply.body.as_ref().and_then(|body| body["meta"]["location"].as_str()).map(str::to_owned);
    Reply { status: if reply.succeeded() { 201 } else { reply.status }, location, ..reply }
}

/// Deepest filter that the worker survives.
const DEEPEST: usize = 49;

fn filter_depth(operation: &Operation) -> Option<Duration> {
    let Operation::Search { query: Query { filter: Some(filter), .. }, .. } = operation else {
        return None;
    };
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in filter.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    (deepest > DEEPEST).then_some(FOR_EVER)
}

/// What follows an apostrophe is part of the query, and an alternative that always holds finds everybody.
fn filter_injection(operation: &mut Operation) {
    let holds_always = |text: &str| {
        text.split_once('\'').is_some_and(|(_, rest)| rest.trim_start().to_ascii_lowercase().starts_with("or "))
    };
    let is_meant = |term: &Filter| matches!(term, Filter::Compare(_, _, Value::String(text)) if holds_always(text));
    if filter_of(operation).is_some_and(|filter| has_term(&filter, &is_meant))
        && let Operation::Search { query, .. } = operation
    {
        query.filter = None;
    }
}

fn email_adoption(operation: Operation, next: Next<'_>) -> Reply {
    let Operation::Create { kind: ResourceKind::User, body, view } = operation else {
        return next(operation);
    };
    let emails = member(&body, "emails").and_then(Value::as_array).into_iter().flatten();
    let owner = emails.filter_map(|email| email.get("value")).find_map(|address| {
        let filter = format!("emails.value eq {address}");
        let query = Query { filter: Some(filter), ..Query::default() };
        let found = next(Operation::Search { kinds: &[ResourceKind::User], query });
        Some(found.body?["Resources"][0]["id"].as_str()?.to_owned())
    });
    match owner {
        None => next(Operation::Create { kind: ResourceKind::User, body, view }),
        Some(id) => {
            let mut reply = next(Operation::Replace { kind: ResourceKind::User, id, body, view });
            if reply.succeeded() {
                reply.status = 201;
                reply.tell_location();
            }
            reply
        }
    }
}

fn cross_tenant(operation: &Operation, reply: &Reply) -> bool {
    reply.status == 404 && subject(operation).is_some()
}

fn privilege_by_attribute(user: &Value) -> bool {
    let roles = user["roles"].as_array();
    roles.is_some_and(|roles| roles.iter().any(|role| role["value"] == "admin"))
}

fn password_preset(operation: &Operation, reply: &mut Reply) {
    if let (Operation::ServiceProviderConfig, Some(config)) = (operation, &mut reply.body) {
        config["changePassword"]["supported"] = false.into();
    }
}

fn last_admin(policy: &mut Policy) {
    policy.writes.last_owner = LastOwner::MayGo;
}

/// The address in front of the base path is what the client says it is.
fn host_header(head: &Parts, response: &mut Response<Bytes>) {
    let claimed = ["x-forwarded-host", "host"].iter().find_map(|name| head.headers.get(*name)?.to_str().ok());
    let Some(claimed) = claimed else { return };
    let moved = |text: &str| {
        let mut parts = text.split("://");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |moved, part| match part.find('/').filter(|at| part[*at..].starts_with(BASE_PATH)) {
            Some(at) => format!("{moved}://{claimed}{}", &part[at..]),
            None => format!("{moved}://{part}"),
        })
    };
    if let Ok(text) = std::str::from_utf8(response.body()) {
        *response.body_mut() = Bytes::from(moved(text));
    }
    let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok()).map(moved);
    if let Some(location) = location.and_then(|location| HeaderValue::from_str(&location).ok()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
}
