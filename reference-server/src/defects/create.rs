//! Faults of creating users.

use super::Next;
use super::message::{member, take};
use crate::provider::{Operation, Query, Reply};
use crate::scim::error::{ScimError, ScimType};
use crate::scim::filter::{Filter, FilterLimits, Operator, parse};
use crate::scim::schema::ResourceKind;
use serde_json::Value;

/// Told apart from its double by marks that nobody sees: the store itself stays right and keeps one name once.
const MARK: char = '\u{2063}';
const MOST_DOUBLES: usize = 64;

pub(super) fn duplicate_accepted(operation: Operation, next: Next<'_>) -> Reply {
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

pub(super) fn duplicate_500(operation: &Operation, reply: &mut Reply) {
    if is_refused_double(operation, reply) {
        *reply = ScimError::new(500, "the database refused the row").into();
    }
}

pub(super) fn duplicate_400(operation: &Operation, reply: &mut Reply) {
    if is_refused_double(operation, reply) {
        *reply = ScimError::bad(ScimType::InvalidValue, "the user could not be created").into();
    }
}

fn is_refused_double(operation: &Operation, reply: &Reply) -> bool {
    matches!(operation, Operation::Create { kind: ResourceKind::User, .. }) && reply.status == 409
}

pub(super) fn active_false_ignored(operation: &mut Operation) {
    if let Operation::Create { kind: ResourceKind::User, body, .. } = operation {
        take(body, "active");
    }
}

pub(super) fn external_id_dropped(operation: &mut Operation) {
    if let Operation::Create { body, .. } = operation {
        take(body, "externalId");
    }
}

/// The header lacks the base path, as behind a proxy that nobody told the server about.
pub(super) fn location_mismatch(_: &Operation, reply: &mut Reply) {
    reply.location = reply.location.take().map(|location| location.replacen(crate::BASE_PATH, "", 1));
}

pub(super) fn password_returned(operation: &Operation, reply: &mut Reply) {
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
