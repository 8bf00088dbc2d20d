//! Faults of PATCH.

use super::message::{
    current, is_op, leads_to, member, operations, operations_mut, patch_message, patch_rest, path, value_for_mut,
};
use super::{Defect, Next, Twist};
use crate::policy::Policy;
use crate::provider::{Operation, Reply};
use crate::scim::error::{ScimError, ScimType};
use crate::scim::path::AttrPath;
use crate::scim::projection::View;
use crate::scim::schema::ResourceKind;
use serde_json::{Value, json};

pub(super) const TABLE: &[Defect] = &[
    Defect {
        name: "patch.pathless-ignored",
        sentence: "Operations without path are skipped.",
        area: "patch",
        breaks: &["OKTA-USR-036", "OKTA-GRP-005", "OKTA-GRP-011", "RFC7644-3.5.2.1-02", "RFC7644-3.5.2.3-01"],
        twist: Twist::Around(pathless_ignored),
    },
    Defect {
        name: "patch.pathless-replaces-whole",
        sentence: "A replace without path replaces the whole resource.",
        area: "patch",
        breaks: &["OKTA-USR-036", "OKTA-GRP-005", "RFC7644-3.5.2.3-01"],
        twist: Twist::Around(pathless_replaces_whole),
    },
    Defect {
        name: "patch.not-atomic",
        sentence: "When an operation fails, those before it stay.",
        area: "patch",
        breaks: &["OKTA-GRP-009", "RFC7644-3.5.2-12", "RFC7644-3.5.2-13"],
        twist: Twist::Around(not_atomic),
    },
    Defect {
        name: "patch.remove-ignored",
        sentence: "remove is accepted and skipped.",
        area: "patch",
        breaks: &["OKTA-GRP-007", "RFC7644-3.5.2.2-02", "RFC7644-3.5.2.2-03", "RFC7644-3.5.2.2-04"],
        twist: Twist::Around(remove_ignored),
    },
    Defect {
        name: "patch.silent-no-op",
        sentence: "An operation that cannot be carried out is answered 200.",
        area: "patch",
        breaks: &["RFC7644-3.5.2-14", "RFC7644-3.5.2-18", "RFC7644-3.5.2.3-09", "RFC7644-3.12-11"],
        twist: Twist::Around(silent_no_op),
    },
    Defect {
        name: "patch.string-boolean",
        sentence: "A string for active counts as true, even \"False\".",
        area: "patch",
        breaks: &["RFC7643-2.3.2-02", "RFC7644-3.5.2-18"],
        twist: Twist::Request(string_boolean),
    },
    Defect {
        name: "patch.valuepath-email-refused",
        sentence: "A path with a filter is refused, but for members.",
        area: "patch",
        breaks: &["RFC7644-3.5.2-36", "RFC7644-3.5.2.3-08"],
        twist: Twist::Around(valuepath_refused),
    },
    Defect {
        name: "patch.extension-urn-path",
        sentence: "A path with an extension's URN is split at the first dot, and leads nowhere.",
        area: "patch",
        breaks: &["RFC7644-3.5.2-33"],
        twist: Twist::Around(extension_urn_path),
    },
    Defect {
        name: "patch.mutability-not-enforced",
        sentence: "A PATCH of a read-only attribute is answered 200 with the new value, which is not kept.",
        area: "patch",
        breaks: &["RFC7644-3.5.2-15", "RFC7644-3.5.2.2-09", "RFC7644-3.1-04"],
        twist: Twist::Around(mutability_not_enforced),
    },
    Defect {
        name: "patch.no-change-400",
        sentence: "A PATCH that changes nothing is refused.",
        area: "patch",
        breaks: &["OKTA-USR-036", "OKTA-USR-044", "OKTA-GRP-005", "OKTA-GRP-008", "RFC7644-3.5.2.1-10"],
        twist: Twist::Around(no_change_400),
    },
    Defect {
        name: "patch.replace-no-match-adds",
        sentence: "replace of a value that is not there adds it.",
        area: "patch",
        breaks: &["RFC7644-3.5.2.3-09"],
        twist: Twist::Policy(replace_no_match_adds),
    },
    Defect {
        name: "patch.remove-without-path",
        sentence: "remove without path is answered with success.",
        area: "patch",
        breaks: &["RFC7644-3.5.2-29", "RFC7644-3.5.2.2-01"],
        twist: Twist::Around(remove_without_path),
    },
    Defect {
        name: "patch.required-removable",
        sentence: "remove of a required attribute is answered with success.",
        area: "patch",
        breaks: &["RFC7644-3.5.2.2-08"],
        twist: Twist::Around(required_removable),
    },
    Defect {
        name: "patch.unknown-id-400",
        sentence: "A PATCH of what is not there is judged as a change of nothing: 400 for what is then missing.",
        area: "patch",
        breaks: &["RFC7644-3.5.2-22", "RFC7644-3.6-05"],
        twist: Twist::Reply(unknown_id_400),
    },
    Defect {
        name: "patch.op-case-sensitive",
        sentence: "Add, Replace and Remove with a capital are refused.",
        area: "patch",
        breaks: &["ENTRA-CON-010", "ENTRA-PAT-001"],
        twist: Twist::Policy(op_case_sensitive),
    },
    Defect {
        name: "patch.dotted-keys-literal",
        sentence: "Keys like name.givenName in a value without path are lost.",
        area: "patch",
        breaks: &["ENTRA-PAT-007"],
        twist: Twist::Around(dotted_keys_literal),
    },
    Defect {
        name: "patch.valuepath-add-needs-target",
        sentence: "An add at a filter that no value matches is refused.",
        area: "patch",
        breaks: &["ENTRA-PAT-004"],
        twist: Twist::Policy(valuepath_add_needs_target),
    },
    Defect {
        name: "patch.empty-operations",
        sentence: "A message without operations is confirmed.",
        area: "patch",
        breaks: &["RFC7644-3.5.2-04"],
        twist: Twist::Policy(empty_operations),
    },
];

fn pathless_ignored(operation: Operation, next: Next<'_>) -> Reply {
    skipping(operation, next, |_, operation| path(operation).is_none() && !is_op(operation, "remove"))
}

fn remove_ignored(operation: Operation, next: Next<'_>) -> Reply {
    skipping(operation, next, |_, operation| is_op(operation, "remove") && path(operation).is_some())
}

fn remove_without_path(operation: Operation, next: Next<'_>) -> Reply {
    skipping(operation, next, |_, operation| is_op(operation, "remove") && path(operation).is_none())
}

fn required_removable(operation: Operation, next: Next<'_>) -> Reply {
    skipping(operation, next, |kind, operation| {
        is_op(operation, "remove") && path(operation).is_some_and(|path| path.eq_ignore_ascii_case(name_of(kind)))
    })
}

/// The attribute that a resource is called by.
fn name_of(kind: ResourceKind) -> &'static str {
    if kind == ResourceKind::User { "userName" } else { "displayName" }
}

/// A PATCH without some of its operations.
fn skipping(operation: Operation, next: Next<'_>, is_skipped: fn(ResourceKind, &Value) -> bool) -> Reply {
    let Operation::Patch { kind, id, mut body, view } = operation else {
        return next(operation);
    };
    let before = operations(&body).len();
    if let Some(operations) = operations_mut(&mut body) {
        operations.retain(|operation| !is_skipped(kind, operation));
    }
    if operations(&body).len() < before {
        patch_rest(kind, id, body, view, next)
    } else {
        next(Operation::Patch { kind, id, body, view })
    }
}

fn pathless_replaces_whole(operation: Operation, next: Next<'_>) -> Reply {
    let Operation::Patch { kind, id, body, view } = operation else {
        return next(operation);
    };
    let is_whole = |operation: &Value| {
        path(operation).is_none()
            && is_op(operation, "replace")
            && member(operation, "value").is_some_and(Value::is_object)
    };
    let (whole, rest): (Vec<Value>, Vec<Value>) = operations(&body).iter().cloned().partition(is_whole);
    let Some(old) = current(kind, &id, next).filter(|_| !whole.is_empty()) else {
        return next(Operation::Patch { kind, id, body, view });
    };
    if !rest.is_empty() {
        let reply = next(Operation::Patch { kind, id: id.clone(), body: patch_message(rest), view: view.clone() });
        if !reply.succeeded() {
            return reply;
        }
    }
    let name = if kind == ResourceKind::User { "userName" } else { "displayName" };
    let mut new = json!({ "schemas": [kind.definition().schema.id], name: old[name] });
    for operation in &whole {
        let values = member(operation, "value").and_then(Value::as_object).into_iter().flatten();
        for (key, value) in values {
            new[key] = value.clone();
        }
    }
    next(Operation::Replace { kind, id, body: new, view })
}

fn not_atomic(operation: Operation, next: Next<'_>) -> Reply {
    let Operation::Patch { kind, id, body, view } = operation else {
        return next(operation);
    };
    if operations(&body).len() < 2 {
        return next(Operation::Patch { kind, id, body, view });
    }
    let mut last = None;
    for operation in operations(&body) {
        let body = patch_message(vec![operation.clone()]);
        let reply = next(Operation::Patch { kind, id: id.clone(), body, view: view.clone() });
        let failed = !reply.succeeded();
        last = Some(reply);
        if failed {
            break;
        }
    }
    last.unwrap_or_else(Reply::no_content)
}

fn silent_no_op(operation: Operation, next: Next<'_>) -> Reply {
    let asked = match &operation {
        Operation::Patch { kind, id, .. } => Some((*kind, id.clone())),
        _ => None,
    };
    let reply = next(operation);
    match asked {
        Some((kind, id)) if reply.status == 400 => next(Operation::Read { kind, id, view: View::default() }),
        _ => reply,
    }
}

/// Any text is true.
fn string_boolean(operation: &mut Operation) {
    if let Operation::Patch { kind: ResourceKind::User, body, .. } = operation {
        for operation in operations_mut(body).into_iter().flatten() {
            if let Some(active @ Value::String(_)) = value_for_mut(operation, "active") {
                *active = true.into();
            }
        }
    }
}

/// A PATCH that is refused for the path of one of its operations.
fn refusing(operation: Operation, next: Next<'_>, is_refused: fn(ResourceKind, &str) -> bool) -> Reply {
    if let Operation::Patch { kind, body, .. } = &operation
        && let Some(path) = operations(body).iter().filter_map(path).find(|path| is_refused(*kind, path))
    {
        return ScimError::bad(ScimType::InvalidPath, format!("{path:?} is no valid path")).into();
    }
    next(operation)
}

fn valuepath_refused(operation: Operation, next: Next<'_>) -> Reply {
    refusing(operation, next, |_, path| path.contains('[') && !leads_to(path, "members"))
}

/// The first dot is that in `2.0`.
fn extension_urn_path(operation: Operation, next: Next<'_>) -> Reply {
    refusing(operation, next, |kind, path| {
        let urn = AttrPath::parse(path).and_then(|path| path.urn);
        urn.is_some_and(|urn| kind.definition().extension(&urn).is_some())
    })
}

const READ_ONLY: [&str; 3] = ["id", "meta", "groups"];

/// The record in memory takes the value, and the column behind it does not.
fn mutability_not_enforced(operation: Operation, next: Next<'_>) -> Reply {
    let Operation::Patch { kind, id, mut body, view } = operation else {
        return next(operation);
    };
    let mut shown = Vec::new();
    if let Some(operations) = operations_mut(&mut body) {
        operations.retain(|operation| {
            let place = path(operation).filter(|path| READ_ONLY.iter().any(|name| leads_to(path, name)));
            let value = member(operation, "value").filter(|_| !is_op(operation, "remove"));
            if let (Some(place), Some(value)) = (place, value) {
                shown.push((format!("/{}", place.replace('.', "/")), value.clone()));
            }
            place.is_none()
        });
    }
    if shown.is_empty() && !operations(&body).is_empty() {
        return next(Operation::Patch { kind, id, body, view });
    }
    let mut reply = patch_rest(kind, id, body, view, next);
    for (pointer, value) in shown {
        if let (true, Some(place)) =
            (reply.succeeded(), reply.body.as_mut().and_then(|body| body.pointer_mut(&pointer)))
        {
            *place = value;
        }
    }
    reply
}

fn no_change_400(operation: Operation, next: Next<'_>) -> Reply {
    let Operation::Patch { kind, id, .. } = &operation else {
        return next(operation);
    };
    let (kind, id) = (*kind, id.clone());
    let before = current(kind, &id, next);
    let reply = next(operation);
    if reply.succeeded() && current(kind, &id, next) == before {
        return ScimError::bad(ScimType::InvalidValue, "there are no valid fields to change").into();
    }
    reply
}

fn replace_no_match_adds(policy: &mut Policy) {
    policy.patch.replace_creates_element = true;
}

/// What is not there is taken for an empty resource.
fn unknown_id_400(operation: &Operation, reply: &mut Reply) {
    if let (Operation::Patch { kind, .. }, 404) = (operation, reply.status) {
        *reply = ScimError::bad(ScimType::InvalidValue, format!("{} is required", name_of(*kind))).into();
    }
}

fn op_case_sensitive(policy: &mut Policy) {
    policy.patch.op_in_any_case = false;
}

fn dotted_keys_literal(operation: Operation, next: Next<'_>) -> Reply {
    let Operation::Patch { kind, id, mut body, view } = operation else {
        return next(operation);
    };
    if let Some(operations) = operations_mut(&mut body) {
        operations.retain_mut(|operation| {
            let names_path = path(operation).is_some();
            match operation.get_mut("value") {
                Some(Value::Object(values)) if !names_path => {
                    values.retain(|key, _| !key.contains('.') || key.contains(':'));
                    !values.is_empty()
                }
                _ => true,
            }
        });
    }
    patch_rest(kind, id, body, view, next)
}

fn valuepath_add_needs_target(policy: &mut Policy) {
    policy.patch.add_creates_element = false;
}

fn empty_operations(policy: &mut Policy) {
    policy.patch.empty_operations = true;
}
