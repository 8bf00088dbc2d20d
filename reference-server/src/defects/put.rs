//! Faults of PUT.

use super::message::{current, ids, member, take};
use super::{Defect, Next, Twist};
use crate::policy::{OmittedActive, Policy};
use crate::provider::{Operation, Reply};
use crate::scim::error::{ScimError, ScimType};
use crate::scim::schema::ResourceKind;
use serde_json::Value;
use std::collections::HashSet;

pub(super) const TABLE: &[Defect] = &[
    Defect {
        name: "put.omitted-active-flips",
        sentence: "A PUT without active lets a deactivated user in again.",
        area: "put",
        breaks: &["RFC7644-3.5.1-90"],
        twist: Twist::Policy(omitted_active_flips),
    },
    Defect {
        name: "put.accepted-not-applied",
        sentence: "A PUT is answered 200 and applied in part.",
        area: "put",
        breaks: &["OKTA-USR-025", "OKTA-GRP-013", "RFC7644-3.5.1-03", "RFC7644-3.5.1-04", "RFC7644-3.5.1-17"],
        twist: Twist::Around(accepted_not_applied),
    },
    Defect {
        name: "put.self-conflict",
        sentence: "A PUT that keeps a group's name is refused as a conflict with that name.",
        area: "put",
        breaks: &["OKTA-GRP-013", "OKTA-GRP-016", "RFC7644-3.5.1-12"],
        twist: Twist::Around(self_conflict),
    },
    Defect {
        name: "put.members-immutable",
        sentence: "A PUT with other members is refused, as if members could not change.",
        area: "put",
        breaks: &["OKTA-GRP-013", "RFC7644-3.5.1-17"],
        twist: Twist::Around(members_immutable),
    },
    Defect {
        name: "put.missing",
        sentence: "PUT of a user is not implemented.",
        area: "put",
        breaks: &["OKTA-USR-025", "OKTA-USR-038", "OKTA-APP-002", "RFC7644-3.5-01"],
        twist: Twist::Around(missing),
    },
];

fn omitted_active_flips(policy: &mut Policy) {
    policy.put_omitted_active = OmittedActive::Defaults;
}

/// The attributes that the hurried implementer did carry over.
const APPLIED: [&str; 5] = ["schemas", "userName", "displayName", "active", "password"];

fn accepted_not_applied(operation: Operation, next: Next<'_>) -> Reply {
    let Operation::Replace { kind, id, mut body, view } = operation else {
        return next(operation);
    };
    if let Some(mut old) = current(kind, &id, next)
        && body.is_object()
    {
        for name in APPLIED {
            take(&mut old, name);
            if let Some(value) = member(&body, name).cloned() {
                old[name] = value;
            }
        }
        // A refusal is to stay one: only a body that says who it is gets this treatment.
        let has_name = old.get("userName").or_else(|| old.get("displayName")).is_some_and(Value::is_string);
        if has_name {
            body = old;
        }
    }
    next(Operation::Replace { kind, id, body, view })
}

fn self_conflict(operation: Operation, next: Next<'_>) -> Reply {
    if let Operation::Replace { kind: ResourceKind::Group, id, body, .. } = &operation
        && let Some(group) = current(ResourceKind::Group, id, next)
        && member(body, "displayName") == group.get("displayName")
    {
        return ScimError::conflict("a group of that name exists already").into();
    }
    next(operation)
}

fn members_immutable(operation: Operation, next: Next<'_>) -> Reply {
    if let Operation::Replace { kind: ResourceKind::Group, id, body, .. } = &operation
        && let Some(members) = member(body, "members")
        && let Some(group) = current(ResourceKind::Group, id, next)
        && ids(members).collect::<HashSet<_>>() != ids(&group["members"]).collect()
    {
        return ScimError::bad(ScimType::Mutability, "members is immutable").into();
    }
    next(operation)
}

fn missing(operation: Operation, next: Next<'_>) -> Reply {
    if matches!(operation, Operation::Replace { kind: ResourceKind::User, .. }) {
        return ScimError::new(501, "users are updated by PATCH").into();
    }
    next(operation)
}
