//! Faults of groups.

use super::filter::distinguish_case;
use super::message::{current, is_op, member, operations, patch_rest, path, silence, take, value_for};
use super::{Defect, Next, Twist};
use crate::provider::{Operation, Query, Reply};
use crate::scim::error::{ScimError, ScimType};
use crate::scim::filter::{Filter, Operator};
use crate::scim::patch::PATCH_URN;
use crate::scim::path::AttrPath;
use crate::scim::schema::ResourceKind;
use serde_json::{Value, json};

pub(super) const TABLE: &[Defect] = &[
    Defect {
        name: "group.update-without-members-empties",
        sentence: "A PATCH that does not speak of members removes them all.",
        area: "group",
        breaks: &["OKTA-GRP-005", "OKTA-GRP-006", "RFC7644-3.5.2.3-01", "RFC7644-3.5.2.3-12"],
        twist: Twist::Around(update_without_members_empties),
    },
    Defect {
        name: "group.rename-ignored",
        sentence: "A rename is answered 200 and not carried out.",
        area: "group",
        breaks: &["OKTA-GRP-005", "OKTA-GRP-013", "RFC7644-3.5.2.3-12"],
        twist: Twist::Around(rename_ignored),
    },
    Defect {
        name: "group.empty-members-refused",
        sentence: "An empty list of members is refused.",
        area: "group",
        breaks: &["OKTA-GRP-010", "OKTA-GRP-013", "RFC7643-2.5-02", "RFC7644-3.5.2.3-14"],
        twist: Twist::Around(empty_members_refused),
    },
    Defect {
        name: "group.replace-members-unsupported",
        sentence: "replace of members is not implemented.",
        area: "group",
        breaks: &["OKTA-GRP-010", "RFC7644-3.5.2.3-11"],
        twist: Twist::Around(replace_members_unsupported),
    },
    Defect {
        name: "group.rename-conflict-500",
        sentence: "A new name that another group has is answered 500.",
        area: "group",
        breaks: &["RFC7643-4.2-10", "RFC7644-3.12-23"],
        twist: Twist::Around(rename_conflict_500),
    },
    Defect {
        name: "group.filter-displayname",
        sentence: "A filter on a group's displayName distinguishes case.",
        area: "group",
        breaks: &["RFC7643-7-21", "RFC7644-3.4.2.2-51"],
        twist: Twist::Reply(filter_display_name),
    },
    Defect {
        name: "group.pathless-members",
        sentence: "Members without a path are refused.",
        area: "group",
        breaks: &["OKTA-GRP-011", "RFC7644-3.5.2.3-01"],
        twist: Twist::Around(pathless_members),
    },
];

fn update_without_members_empties(operation: Operation, next: Next<'_>) -> Reply {
    let Operation::Patch { kind: ResourceKind::Group, id, body, view } = operation else {
        return next(operation);
    };
    let speaks_of_members = operations(&body).iter().any(|operation| value_for(operation, "members").is_some());
    let kind = ResourceKind::Group;
    let reply = next(Operation::Patch { kind, id: id.clone(), body, view: view.clone() });
    if speaks_of_members || !reply.succeeded() {
        return reply;
    }
    let body = json!({ "schemas": [PATCH_URN], "Operations": [{ "op": "remove", "path": "members" }] });
    next(Operation::Patch { kind, id, body, view })
}

fn rename_ignored(operation: Operation, next: Next<'_>) -> Reply {
    match operation {
        Operation::Patch { kind: ResourceKind::Group, id, mut body, view } => {
            silence(&mut body, "displayName", |_| true);
            patch_rest(ResourceKind::Group, id, body, view, next)
        }
        Operation::Replace { kind: ResourceKind::Group, id, mut body, view } => {
            if let Some(old) = current(ResourceKind::Group, &id, next)
                && take(&mut body, "displayName").is_some()
            {
                body["displayName"] = old["displayName"].clone();
            }
            next(Operation::Replace { kind: ResourceKind::Group, id, body, view })
        }
        other => next(other),
    }
}

fn empty_members_refused(operation: Operation, next: Next<'_>) -> Reply {
    let is_empty = |members: &Value| members.as_array().is_some_and(Vec::is_empty);
    let refused = match &operation {
        Operation::Patch { kind: ResourceKind::Group, body, .. } => operations(body)
            .iter()
            .any(|operation| is_op(operation, "replace") && value_for(operation, "members").is_some_and(is_empty)),
        Operation::Replace { kind: ResourceKind::Group, body, .. } => member(body, "members").is_some_and(is_empty),
        _ => false,
    };
    if refused {
        return ScimError::bad(ScimType::InvalidValue, "members.value is missing").into();
    }
    next(operation)
}

fn replace_members_unsupported(operation: Operation, next: Next<'_>) -> Reply {
    let is_meant = |operation: &Value| is_op(operation, "replace") && value_for(operation, "members").is_some();
    if has_operation(&operation, is_meant) {
        return ScimError::new(501, "members can be added and removed").into();
    }
    next(operation)
}

fn pathless_members(operation: Operation, next: Next<'_>) -> Reply {
    let is_meant = |operation: &Value| path(operation).is_none() && value_for(operation, "members").is_some();
    if has_operation(&operation, is_meant) {
        return ScimError::bad(ScimType::InvalidPath, "members needs a path").into();
    }
    next(operation)
}

fn has_operation(operation: &Operation, is_meant: fn(&Value) -> bool) -> bool {
    matches!(operation, Operation::Patch { kind: ResourceKind::Group, body, .. } if operations(body).iter().any(is_meant))
}

/// Names are unique in the database, and nobody asks beforehand.
fn rename_conflict_500(operation: Operation, next: Next<'_>) -> Reply {
    let wanted = match &operation {
        Operation::Patch { kind: ResourceKind::Group, id, body, .. } => operations(body)
            .iter()
            .rev()
            .find_map(|operation| value_for(operation, "displayName"))
            .map(|name| (id.as_str(), name)),
        Operation::Replace { kind: ResourceKind::Group, id, body, .. } => {
            member(body, "displayName").map(|name| (id.as_str(), name))
        }
        _ => None,
    };
    if let Some((id, name @ Value::String(_))) = wanted {
        let filter = Filter::Compare(AttrPath::named("displayName"), Operator::Eq, name.clone());
        let query = Query { filter: Some(filter.to_string()), ..Query::default() };
        let found = next(Operation::Search { kinds: &[ResourceKind::Group], query }).body.unwrap_or_default();
        if found["Resources"].as_array().is_some_and(|groups| groups.iter().any(|group| group["id"] != *id)) {
            return ScimError::new(500, "the database refused the row").into();
        }
    }
    next(operation)
}

fn filter_display_name(operation: &Operation, reply: &mut Reply) {
    if matches!(operation, Operation::Search { kinds: [ResourceKind::Group], .. }) {
        distinguish_case(operation, "displayName", reply);
    }
}
