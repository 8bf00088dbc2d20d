//! Faults of taking access away and giving it back.

use super::message::{current, filter_of, has_term, is_false, member, patch_rest, silence, take, wanted_status};
use super::{Defect, Next, Twist};
use crate::provider::{Operation, Refusal, Reply};
use crate::scim::error::{ScimError, ScimType};
use crate::scim::filter::Filter;
use crate::scim::schema::ResourceKind;
use serde_json::{Value, json};

pub(super) const TABLE: &[Defect] = &[
    Defect {
        name: "deactivate.not-applied",
        sentence: "Deactivation is answered with success and the user stays active.",
        area: "deactivate",
        breaks: &["OKTA-USR-036", "OKTA-USR-038", "OKTA-USR-040", "RFC7644-3.5.2.3-13"],
        twist: Twist::Around(not_applied),
    },
    Defect {
        name: "deactivate.deletes",
        sentence: "Deactivation deletes the user.",
        area: "deactivate",
        breaks: &["OKTA-USR-038", "OKTA-USR-039", "OKTA-USR-046"],
        twist: Twist::Around(deletes),
    },
    Defect {
        name: "deactivate.active-key-missing",
        sentence: "active is left out where it is false.",
        area: "deactivate",
        breaks: &["OKTA-USR-004", "OKTA-USR-037", "OKTA-USR-039", "RFC7643-7-28"],
        twist: Twist::Reply(active_key_missing),
    },
    Defect {
        name: "deactivate.credentials-survive",
        sentence: "Sessions of a deactivated user go on.",
        area: "deactivate",
        breaks: &["OKTA-USR-040"],
        twist: Twist::Reply(credentials_survive),
    },
    Defect {
        name: "reactivate.refused",
        sentence: "A deactivated user cannot be activated again.",
        area: "reactivate",
        breaks: &["OKTA-USR-046", "OKTA-USR-048"],
        twist: Twist::Around(refused),
    },
    Defect {
        name: "reactivate.inactive-hidden",
        sentence: "Lists and filters leave out inactive users.",
        area: "reactivate",
        breaks: &["OKTA-USR-035", "OKTA-USR-039", "OKTA-USR-047"],
        twist: Twist::Request(inactive_hidden),
    },
    Defect {
        name: "reactivate.post-conflicts",
        sentence: "A look-up by userName does not find inactive users, whose names are taken all the same.",
        area: "reactivate",
        breaks: &["OKTA-USR-035", "OKTA-USR-039", "OKTA-USR-047"],
        twist: Twist::Request(post_conflicts),
    },
];

fn not_applied(operation: Operation, next: Next<'_>) -> Reply {
    match operation {
        Operation::Patch { kind: ResourceKind::User, id, mut body, view } => {
            silence(&mut body, "active", is_false);
            patch_rest(ResourceKind::User, id, body, view, next)
        }
        Operation::Replace { kind: ResourceKind::User, id, mut body, view } => {
            if member(&body, "active").is_some_and(is_false) {
                take(&mut body, "active");
            }
            next(Operation::Replace { kind: ResourceKind::User, id, body, view })
        }
        other => next(other),
    }
}

fn deletes(operation: Operation, next: Next<'_>) -> Reply {
    let leaver = match &operation {
        Operation::Patch { id, .. } | Operation::Replace { id, .. } if wanted_status(&operation) == Some(false) => {
            Some(id.clone())
        }
        _ => None,
    };
    let reply = next(operation);
    if let (Some(id), true) = (leaver, reply.succeeded()) {
        next(Operation::Delete { kind: ResourceKind::User, id });
    }
    reply
}

fn active_key_missing(_: &Operation, reply: &mut Reply) {
    let Some(body) = &mut reply.body else { return };
    drop_status(body);
    if let Some(Value::Array(resources)) = body.get_mut("Resources") {
        resources.iter_mut().for_each(drop_status);
    }
}

fn drop_status(resource: &mut Value) {
    if resource.get("active") == Some(&Value::Bool(false)) {
        take(resource, "active");
    }
}

fn credentials_survive(_: &Operation, reply: &mut Reply) {
    if reply.refusal == Some(Refusal::Inactive) {
        *reply = Reply::ok(json!({ "userName": "still here" }));
    }
}

fn refused(operation: Operation, next: Next<'_>) -> Reply {
    if let Operation::Patch { id, .. } | Operation::Replace { id, .. } = &operation
        && wanted_status(&operation) == Some(true)
        && current(ResourceKind::User, id, next).is_some_and(|user| user["active"] == false)
    {
        return ScimError::bad(ScimType::InvalidValue, "a deactivated user cannot be changed").into();
    }
    next(operation)
}

const ACTIVE: &str = "not (active eq false)";

fn inactive_hidden(operation: &mut Operation) {
    if let Operation::Search { kinds, query } = operation
        && kinds.contains(&ResourceKind::User)
    {
        query.filter = Some(match &query.filter {
            Some(filter) => format!("({filter}) and {ACTIVE}"),
            None => ACTIVE.to_owned(),
        });
    }
}

fn post_conflicts(operation: &mut Operation) {
    let is_by_name =
        |term: &Filter| matches!(term, Filter::Compare(path, ..) if path.name.eq_ignore_ascii_case("userName"));
    if let Some(filter) = filter_of(operation).filter(|filter| has_term(filter, &is_by_name))
        && let Operation::Search { query, .. } = operation
    {
        query.filter = Some(format!("({filter}) and {ACTIVE}"));
    }
}
