//! Faults of membership.

use super::message::{
    current, ids, is_op, leads_to, member, operations, operations_mut, patch_message, patch_rest, path, resource,
    resource_mut, silence, subject, take, value_for,
};
use super::{Defect, Next, Twist};
use crate::provider::{Operation, Query, Reply};
use crate::scim::error::ScimError;
use crate::scim::filter::{Filter, Operator};
use crate::scim::path::AttrPath;
use crate::scim::schema::ResourceKind;
use serde_json::{Value, json};
use std::collections::HashSet;

pub(super) const TABLE: &[Defect] = &[
    Defect {
        name: "member.filtered-remove-ignored",
        sentence: "remove of one member is answered with success and removes nobody.",
        area: "member",
        breaks: &["OKTA-GRP-007", "RFC7644-3.5.2-37"],
        twist: Twist::Around(filtered_remove_ignored),
    },
    Defect {
        name: "member.filtered-remove-wipes",
        sentence: "remove of one member removes all.",
        area: "member",
        breaks: &["OKTA-GRP-007", "RFC7644-3.5.2-37"],
        twist: Twist::Request(filtered_remove_wipes),
    },
    Defect {
        name: "member.add-replaces",
        sentence: "add puts the new members in place of the old.",
        area: "member",
        breaks: &["OKTA-GRP-008", "RFC7644-3.5.2.1-12"],
        twist: Twist::Request(add_replaces),
    },
    Defect {
        name: "member.replace-is-additive",
        sentence: "replace keeps the members it should put away.",
        area: "member",
        breaks: &["OKTA-GRP-010", "OKTA-GRP-021", "RFC7644-3.5.2.3-11"],
        twist: Twist::Request(replace_is_additive),
    },
    Defect {
        name: "member.add-existing-500",
        sentence: "Adding somebody who is a member already is answered 500.",
        area: "member",
        breaks: &["OKTA-GRP-008", "RFC7644-3.5.2.1-10", "RFC7644-3.12-23"],
        twist: Twist::Around(add_existing_500),
    },
    Defect {
        name: "member.unknown-500",
        sentence: "A member that nobody is is answered 500.",
        area: "member",
        breaks: &["OKTA-GRP-027", "RFC7644-3.12-23"],
        twist: Twist::Around(unknown_500),
    },
    Defect {
        name: "member.user-groups-writable",
        sentence: "groups of a user can be written, and make the user a member.",
        area: "member",
        breaks: &["OKTA-USR-013", "OKTA-USR-024", "RFC7643-4.1.2-10", "RFC7643-4.1.2-11", "RFC7644-3.5.2-02"],
        twist: Twist::Around(user_groups_writable),
    },
    Defect {
        name: "member.push-after-reprovision-404",
        sentence: "Who was deleted and created again cannot become a member: the dead record is found first.",
        area: "member",
        breaks: &["OKTA-GRP-008", "OKTA-GRP-028", "RFC7644-3.5.2.1-12"],
        twist: Twist::Around(push_after_reprovision_404),
    },
    Defect {
        name: "member.duplicate-in-request-500",
        sentence: "The same member twice in one list is answered 500.",
        area: "member",
        breaks: &["OKTA-GRP-008", "RFC7643-4.2-13", "RFC7644-3.5.2.1-10", "RFC7644-3.12-23"],
        twist: Twist::Around(duplicate_in_request_500),
    },
    Defect {
        name: "member.remove-by-value-wipes",
        sentence: "A remove of members that lists some takes all away.",
        area: "member",
        breaks: &["ENTRA-GRP-009"],
        twist: Twist::Request(remove_by_value_wipes),
    },
];

fn is_filtered_remove(operation: &Value) -> bool {
    is_op(operation, "remove") && path(operation).is_some_and(|path| path.contains('[') && leads_to(path, "members"))
}

fn filtered_remove_ignored(operation: Operation, next: Next<'_>) -> Reply {
    let Operation::Patch { kind, id, mut body, view } = operation else {
        return next(operation);
    };
    if let Some(operations) = operations_mut(&mut body) {
        operations.retain(|operation| !is_filtered_remove(operation));
    }
    patch_rest(kind, id, body, view, next)
}

fn filtered_remove_wipes(operation: &mut Operation) {
    each_operation(operation, |operation| {
        if is_filtered_remove(operation) {
            *operation = json!({ "op": "remove", "path": "members" });
        }
    });
}

fn add_replaces(operation: &mut Operation) {
    each_operation(operation, |operation| {
        if is_op(operation, "add") && value_for(operation, "members").is_some() {
            take(operation, "op");
            operation["op"] = "replace".into();
        }
    });
}

fn replace_is_additive(operation: &mut Operation) {
    each_operation(operation, |operation| {
        if is_op(operation, "replace") && value_for(operation, "members").is_some() {
            take(operation, "op");
            operation["op"] = "add".into();
        }
    });
}

fn each_operation(operation: &mut Operation, twist: fn(&mut Value)) {
    if let Operation::Patch { kind: ResourceKind::Group, body, .. } = operation
        && let Some(operations) = operations_mut(body)
    {
        operations.iter_mut().for_each(twist);
    }
}

fn add_existing_500(operation: Operation, next: Next<'_>) -> Reply {
    if let Operation::Patch { kind: ResourceKind::Group, id, body, .. } = &operation
        && let Some(group) = current(ResourceKind::Group, id, next)
    {
        let mut present: HashSet<String> = ids(&group["members"]).collect();
        let adds = operations(body).iter().filter(|operation| is_op(operation, "add"));
        let mut joining = adds.filter_map(|operation| value_for(operation, "members")).flat_map(ids);
        if joining.any(|id| !present.insert(id)) {
            return ScimError::new(500, "the database refused the row").into();
        }
    }
    next(operation)
}

/// The lists of members that a write of a group holds, as ids.
pub(super) fn pushed(operation: &Operation) -> Vec<Vec<String>> {
    match operation {
        Operation::Patch { kind: ResourceKind::Group, body, .. } => operations(body)
            .iter()
            .filter(|operation| !is_op(operation, "remove"))
            .filter_map(|operation| value_for(operation, "members"))
            .map(|members| ids(members).collect())
            .collect(),
        _ => match resource(operation) {
            Some((ResourceKind::Group, body)) => {
                member(body, "members").into_iter().map(|list| ids(list).collect()).collect()
            }
            _ => Vec::new(),
        },
    }
}

fn unknown_500(operation: Operation, next: Next<'_>) -> Reply {
    let exists =
        |id: &String| [ResourceKind::User, ResourceKind::Group].iter().any(|kind| current(*kind, id, next).is_some());
    if !pushed(&operation).iter().flatten().all(exists) {
        return ScimError::new(500, "the database refused the row").into();
    }
    next(operation)
}

fn duplicate_in_request_500(operation: Operation, next: Next<'_>) -> Reply {
    let is_twofold = |list: &Vec<String>| list.iter().collect::<HashSet<_>>().len() < list.len();
    if pushed(&operation).iter().any(is_twofold) {
        return ScimError::new(500, "the database refused the row").into();
    }
    next(operation)
}

fn user_groups_writable(operation: Operation, next: Next<'_>) -> Reply {
    let (groups, mut reply) = match operation {
        Operation::Patch { kind: ResourceKind::User, id, mut body, view } => {
            let groups = operations(&body)
                .iter()
                .filter(|operation| !is_op(operation, "remove"))
                .filter_map(|operation| value_for(operation, "groups"))
                .flat_map(|groups| ids(groups).collect::<Vec<_>>())
                .collect::<Vec<_>>();
            if groups.is_empty() {
                return next(Operation::Patch { kind: ResourceKind::User, id, body, view });
            }
            silence(&mut body, "groups", |_| true);
            (groups, patch_rest(ResourceKind::User, id, body, view, next))
        }
        mut operation => {
            let groups = match resource_mut(&mut operation) {
                Some((ResourceKind::User, body)) => {
                    take(body, "groups").iter().flat_map(|groups| ids(groups).collect::<Vec<_>>()).collect()
                }
                _ => Vec::new(),
            };
            (groups, next(operation))
        }
    };
    let user = reply.body.as_ref().and_then(|body| body["id"].as_str()).map(str::to_owned);
    let Some(user) = user.filter(|_| reply.succeeded() && !groups.is_empty()) else {
        return reply;
    };
    for group in groups {
        let add = json!({ "op": "add", "path": "members", "value": [{ "value": user }] });
        let body = patch_message(vec![add]);
        next(Operation::Patch { kind: ResourceKind::Group, id: group, body, view: Default::default() });
    }
    reply.body = current(ResourceKind::User, &user, next);
    reply
}

/// Stands before the name of a user that is deleted and still there.
const TOMB: char = '\u{2063}';

/// Users are deleted by a mark, and whoever looks for a member by name finds the dead first.
fn push_after_reprovision_404(operation: Operation, next: Next<'_>) -> Reply {
    let is_dead = |id: &str| {
        current(ResourceKind::User, id, next)
            .is_some_and(|user| user["userName"].as_str().is_some_and(|name| name.starts_with(TOMB)))
    };
    if let Some((ResourceKind::User, id)) = subject(&operation)
        && is_dead(id)
    {
        return ScimError::not_found("User", id).into();
    }
    let has_dead_double = |id: &String| {
        let Some(user) = current(ResourceKind::User, id, next) else { return false };
        let name = Value::from(format!("{TOMB}{}{TOMB}", user["userName"].as_str().unwrap_or_default()));
        let filter = Filter::Compare(AttrPath::named("userName"), Operator::Sw, name);
        let query = Query { filter: Some(filter.to_string()), ..Query::default() };
        let found = next(Operation::Search { kinds: &[ResourceKind::User], query });
        found.body.is_some_and(|body| body["totalResults"] != 0)
    };
    if let Some(id) = pushed(&operation).iter().flatten().find(|id| has_dead_double(id)) {
        return ScimError::not_found("User", id).into();
    }
    match operation {
        Operation::Delete { kind: ResourceKind::User, id } => bury(id, next),
        Operation::Search { kinds, mut query } if kinds.contains(&ResourceKind::User) => {
            let living = format!("not (userName sw {})", Value::from(TOMB.to_string()));
            query.filter = Some(match query.filter {
                Some(filter) => format!("({filter}) and {living}"),
                None => living,
            });
            next(Operation::Search { kinds, query })
        }
        other => next(other),
    }
}

fn bury(id: String, next: Next<'_>) -> Reply {
    let kind = ResourceKind::User;
    let Some(user) = current(kind, &id, next) else {
        return next(Operation::Delete { kind, id });
    };
    for group in ids(&user["groups"]) {
        let leave = json!({ "op": "remove", "path": format!("members[value eq \"{id}\"]") });
        let body = patch_message(vec![leave]);
        next(Operation::Patch { kind: ResourceKind::Group, id: group, body, view: Default::default() });
    }
    let name = format!("{TOMB}{}{TOMB}{id}", user["userName"].as_str().unwrap_or_default());
    let change = json!({ "op": "replace", "value": { "userName": name, "active": false } });
    next(Operation::Patch { kind, id, body: patch_message(vec![change]), view: Default::default() });
    Reply::no_content()
}

fn remove_by_value_wipes(operation: &mut Operation) {
    if let Operation::Patch { kind: ResourceKind::Group, body, .. } = operation {
        let all = operations_mut(body).into_iter().flatten();
        for operation in all.filter(|operation| is_op(operation, "remove")) {
            take(operation, "value");
        }
    }
}
