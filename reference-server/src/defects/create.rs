//! Faults of creating users.

use super::message::{member, resource, resource_mut, take};
use super::{Defect, Next, Twist};
use crate::provider::{Operation, Query, Reply};
use crate::scim::error::{ScimError, ScimType};
use crate::scim::filter::{Filter, FilterLimits, Operator, parse};
use crate::scim::schema::ResourceKind;
use serde_json::Value;

pub(super) const TABLE: &[Defect] = &[
    Defect {
        name: "create.duplicate-accepted",
        sentence: "A second user with a userName that is taken is created beside the first.",
        area: "create",
        breaks: &[
            "OKTA-USR-015",
            "OKTA-USR-006",
            "RFC7643-4.1.1-02",
            "RFC7643-4.1.1-03",
            "RFC7644-3.3-08",
            "RFC7644-3.3-09",
        ],
        twist: Twist::Around(duplicate_accepted),
    },
    Defect {
        name: "create.duplicate-500",
        sentence: "A userName that is taken is answered 500.",
        area: "create",
        breaks: &["OKTA-USR-015", "RFC7644-3.3-08", "RFC7644-3.12-23"],
        twist: Twist::Reply(duplicate_500),
    },
    Defect {
        name: "create.duplicate-400",
        sentence: "A userName that is taken is answered 400 instead of 409.",
        area: "create",
        breaks: &["OKTA-USR-015", "RFC7644-3.3-08"],
        twist: Twist::Reply(duplicate_400),
    },
    Defect {
        name: "create.active-false-ignored",
        sentence: "A user created inactive is active.",
        area: "create",
        breaks: &["RFC7643-4.1.1-11", "RFC7644-3.1-04"],
        twist: Twist::Request(active_false_ignored),
    },
    Defect {
        name: "create.external-id-dropped",
        sentence: "The externalId sent on create is not kept.",
        area: "create",
        breaks: &["OKTA-USR-014", "RFC7643-3.1-10", "RFC7643-3.1-12"],
        twist: Twist::Request(external_id_dropped),
    },
    Defect {
        name: "create.location-mismatch",
        sentence: "The Location header differs from meta.location and leads nowhere.",
        area: "create",
        breaks: &["RFC7644-3.3-03", "RFC7644-3.3-04"],
        twist: Twist::Reply(location_mismatch),
    },
    Defect {
        name: "create.null-values-rejected",
        sentence: "A null for an optional attribute is refused as a value of the wrong type.",
        area: "create",
        breaks: &["RFC7643-2.5-01", "RFC7643-2.5-02", "RFC7644-3.5.1-07"],
        twist: Twist::Around(null_values_rejected),
    },
    Defect {
        name: "create.names-lost",
        sentence: "Given and family name are accepted and dropped.",
        area: "create",
        breaks: &["OKTA-USR-007", "OKTA-USR-016"],
        twist: Twist::Request(names_lost),
    },
    Defect {
        name: "create.unknown-attribute-500",
        sentence: "An attribute or schema that is not known makes a create or PUT fail with 500.",
        area: "create",
        breaks: &["RFC7644-3.1-03", "RFC7644-3.12-23"],
        twist: Twist::Around(unknown_attribute_500),
    },
    Defect {
        name: "create.active-default-wrong",
        sentence: "A user created without a status is disabled, and confirmed as active.",
        area: "create",
        breaks: &["RFC7644-3.1-04", "RFC7644-3.4.2.2-57"],
        twist: Twist::Around(active_default_wrong),
    },
];

/// Told apart from its double by marks that nobody sees: the store itself stays right and keeps one name once.
const MARK: char = '\u{2063}';
const MOST_DOUBLES: usize = 64;

fn duplicate_accepted(operation: Operation, next: Next<'_>) -> Reply {
    let mut operation = operation;
    if let Operation::Search { query, .. } = &mut operation {
        find_doubles(query);
    }
    let mut reply = next(operation.clone());
    for marks in 1..=MOST_DOUBLES {
        if reply.status != 409 {
            break;
        }
        let mut marked = operation.clone();
        match &mut marked {
            Operation::Create { body, .. } | Operation::Replace { body, .. } => mark(body, marks),
            _ => break,
        }
        reply = next(marked);
    }
    if let Some(body) = &mut reply.body {
        unmark(body);
    }
    reply
}

fn mark(body: &mut Value, marks: usize) {
    if let Some(Value::String(name)) = take(body, "userName") {
        body["userName"] = format!("{name}{}", MARK.to_string().repeat(marks)).into();
    }
}

fn unmark(value: &mut Value) {
    match value {
        Value::String(text) if text.contains(MARK) => *text = text.replace(MARK, ""),
        Value::Array(elements) => elements.iter_mut().for_each(unmark),
        Value::Object(members) => members.values_mut().for_each(unmark),
        _ => {}
    }
}

fn find_doubles(query: &mut Query) {
    let Some(Ok(Filter::Compare(path, Operator::Eq, Value::String(name)))) =
        query.filter.as_deref().map(|text| parse(text, FilterLimits::default()))
    else {
        return;
    };
    if path.name.eq_ignore_ascii_case("userName") {
        let marked = Value::from(format!("{name}{MARK}"));
        let either =
            vec![Filter::Compare(path.clone(), Operator::Eq, name.into()), Filter::Compare(path, Operator::Sw, marked)];
        query.filter = Some(Filter::Or(either).to_string());
    }
}

fn duplicate_500(operation: &Operation, reply: &mut Reply) {
    if is_refused_double(operation, reply) {
        *reply = ScimError::new(500, "the database refused the row").into();
    }
}

fn duplicate_400(operation: &Operation, reply: &mut Reply) {
    if is_refused_double(operation, reply) {
        *reply = ScimError::bad(ScimType::InvalidValue, "the user could not be created").into();
    }
}

fn is_refused_double(operation: &Operation, reply: &Reply) -> bool {
    matches!(operation, Operation::Create { kind: ResourceKind::User, .. }) && reply.status == 409
}

fn active_false_ignored(operation: &mut Operation) {
    if let Operation::Create { kind: ResourceKind::User, body, .. } = operation {
        take(body, "active");
    }
}

fn external_id_dropped(operation: &mut Operation) {
    if let Operation::Create { body, .. } = operation {
        take(body, "externalId");
    }
}

/// The header lacks the base path, as behind a proxy that nobody told the server about.
fn location_mismatch(_: &Operation, reply: &mut Reply) {
    reply.location = reply.location.take().map(|location| location.replacen(crate::BASE_PATH, "", 1));
}

fn null_values_rejected(operation: Operation, next: Next<'_>) -> Reply {
    let null = resource(&operation).and_then(|(_, body)| body.as_object()?.iter().find(|(_, value)| value.is_null()));
    match null {
        Some((name, _)) => ScimError::bad(ScimType::InvalidValue, format!("{name} must not be null")).into(),
        None => next(operation),
    }
}

fn names_lost(operation: &mut Operation) {
    if let Some((ResourceKind::User, body)) = resource_mut(operation)
        && let Some(mut name) = take(body, "name")
    {
        take(&mut name, "givenName");
        take(&mut name, "familyName");
        body["name"] = name;
    }
}

/// As where a body is read into a type that knows all its fields.
fn unknown_attribute_500(operation: Operation, next: Next<'_>) -> Reply {
    if let Some((kind, body)) = resource(&operation) {
        let definition = kind.definition();
        let is_known = |name: &str| definition.attribute(name).is_some() || definition.extension(name).is_some();
        let is_schema =
            |urn: &str| urn.eq_ignore_ascii_case(definition.schema.id) || definition.extension(urn).is_some();
        let mut names = body.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        let mut urns =
            member(body, "schemas").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        if !names.all(is_known) || !urns.all(is_schema) {
            return ScimError::new(500, "unrecognised field").into();
        }
    }
    next(operation)
}

fn active_default_wrong(operation: Operation, next: Next<'_>) -> Reply {
    let Operation::Create { kind: ResourceKind::User, mut body, view } = operation else {
        return next(operation);
    };
    let is_silent = member(&body, "active").is_none() && body.is_object();
    if is_silent {
        body["active"] = false.into();
    }
    let mut reply = next(Operation::Create { kind: ResourceKind::User, body, view });
    if let Some(active) = reply.body.as_mut().and_then(|body| body.get_mut("active")).filter(|_| is_silent) {
        *active = true.into();
    }
    reply
}
