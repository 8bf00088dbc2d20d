//! What a change must do, and what it must leave alone: in the resource that it names, and in everybody else. Pure
//! functions.

mod named;

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Map, Value};

use crate::check::{Judgement, Transition};
use crate::expect::{as_variation, broken, is_unassigned, quoted};

/// In the resource itself, then in a bystander.
pub(super) static TRANSITIONS: &[&Transition] = &[&UNNAMED_STAYS, &named::NAMED_CHANGES, &BYSTANDER_STAYS];

static UNNAMED_STAYS: Transition = Transition {
    id: "protocol.unnamed-stays",
    since: "0.1",
    title: "A change leaves alone what it does not name in that resource",
    effect: "Deactivating a person wipes the profile; renaming a group empties it.",
    rules: &["RFC7644-3.5-90"],
    bystander: false,
    judge: |before, change, after, _| {
        let (Value::Object(before), Value::Object(after)) = (before, after) else { return None };
        let is_patch = change.request.method == Method::PATCH;
        let named = named(&change.request.body_json()?, is_patch)?;
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for name in names {
            if follows(name, &named) {
                continue;
            }
            let (old, new) = (present(before, name), present(after, name));
            let (kept, found) = (old.map(without_displays), new.map(without_displays));
            if alike(kept.as_ref(), found.as_ref()) {
                continue;
            }
            let finding = broken(format!("{name} as it was, {}", quoted(old)), quoted(new), format!("/{name}"));
            // A PUT may clear or default what it leaves out (RFC 7644 §3.5.1); `active` has a check of its own.
            let judgement = if is_patch { finding } else { as_variation(finding) };
            return Some(judgement);
        }
        Some(Judgement::Holds)
    },
};

static BYSTANDER_STAYS: Transition = Transition {
    id: "protocol.others-stay",
    since: "0.1",
    title: "A change of one resource changes no other",
    effect: "Deprovisioning one person takes the access of another.",
    rules: &["RFC7644-3.5-91"],
    bystander: true,
    judge: |before, _, after, _| {
        let (Value::Object(before), Value::Object(now)) = (before, after) else {
            return Some(broken("a user or group that nobody touched, as it was", quoted(Some(after)), ""));
        };
        let names: BTreeSet<&String> = before.keys().chain(now.keys()).filter(|name| *name != "meta").collect();
        let changed = names.into_iter().find(|name| !alike(present(before, name), present(now, name)));
        Some(changed.map_or(Judgement::Holds, |name| {
            broken(format!("{name} as it was, {}", quoted(before.get(name))), quoted(now.get(name)), format!("/{name}"))
        }))
    },
};

/// The attributes that a change names, in lower case; `None` if its body can't be read.
fn named(body: &Value, is_patch: bool) -> Option<BTreeSet<String>> {
    let mut named = BTreeSet::new();
    if !is_patch {
        named.extend(body.as_object()?.keys().map(|name| name.to_lowercase()));
        return Some(named);
    }
    for operation in body.get("Operations")?.as_array()? {
        // An empty path is read as none by some.
        match operation.get("path").and_then(Value::as_str).filter(|path| !path.is_empty()) {
            Some(path) => _ = named.insert(top(path)),
            None => named.extend(operation.get("value")?.as_object()?.keys().map(|name| top(name))),
        }
    }
    Some(named)
}

/// The attribute of the representation that a path begins with: an extension's URN, or the first name.
fn top(path: &str) -> String {
    let stem = path.split('[').next().unwrap_or_default().to_lowercase();
    let name = match stem.rfind(':') {
        Some(at) if stem[..at].contains(":extension:") || stem.contains(":extension:") => return extension(&stem),
        Some(at) => &stem[at + 1..],
        None => &stem,
    };
    name.split('.').next().unwrap_or_default().into()
}

/// `urn:…:extension:enterprise:2.0:User:department` names the container `urn:…:User`.
fn extension(path: &str) -> String {
    match path.find(":user") {
        Some(at) => path[..at + ":user".len()].into(),
        None => path.into(),
    }
}

/// Whether an attribute may change with these: it is named, the server's own, or derived from a named one.
fn follows(name: &str, named: &BTreeSet<String>) -> bool {
    let name = name.to_lowercase();
    let own = matches!(name.as_str(), "meta" | "schemas" | "id" | "groups");
    // Servers derive one name from the others, and the mail address from the login name.
    let derived = match name.as_str() {
        "displayname" | "name" => ["displayname", "name"].iter().any(|from| named.contains(*from)),
        "emails" | "username" => ["emails", "username"].iter().any(|from| named.contains(*from)),
        _ => false,
    };
    own || derived || named.contains(&name)
}

fn present<'a>(resource: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    resource.get(name).filter(|value| !is_unassigned(value))
}

/// A value without the names of others in it. A group may be its own member, and a user the own manager: who changes
/// the name then changes what is shown of it, too.
fn without_displays(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(without_displays).collect(),
        Value::Object(map) => {
            let is_reference = map.contains_key("value");
            let kept =
                map.iter().filter(|(name, _)| !(is_reference && ["display", "displayName"].contains(&name.as_str())));
            kept.map(|(name, value)| (name.clone(), without_displays(value))).collect()
        }
        value => value.clone(),
    }
}

/// Equal, where the order of a list does not matter.
pub(super) fn alike(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left, right) {
        (Some(Value::Array(left)), Some(Value::Array(right))) => {
            left.len() == right.len() && left.iter().all(|item| right.contains(item))
        }
        (left, right) => left == right,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::target::{Answer, Exchange, Request};

    fn judged(request: Request, before: Value, after: Value) -> Judgement {
        let change =
            Exchange { request, answer: Answer::new(200, vec![], "".into(), Duration::ZERO), focus: String::new() };
        (UNNAMED_STAYS.judge)(&before, &change, &after, &|_| true).expect("a judgement")
    }

    #[test]
    fn what_a_patch_does_not_name_must_stay() {
        let patch =
            || Request::patch("/Users/1", json!({"Operations": [{"op": "replace", "value": {"active": false}}]}));
        let before = json!({"active": true, "title": "T", "emails": [{"value": "a"}, {"value": "b"}]});
        let kept = json!({"active": false, "title": "T", "emails": [{"value": "b"}, {"value": "a"}]});
        assert_eq!(judged(patch(), before.clone(), kept), Judgement::Holds);
        assert!(matches!(judged(patch(), before, json!({"active": false})), Judgement::Broken(_)));
    }

    #[test]
    fn what_a_put_leaves_out_may_go() {
        let put = Request::put("/Users/1", json!({"userName": "a"}));
        assert!(matches!(judged(put, json!({"title": "T"}), json!({})), Judgement::Variation(_)));
    }

    #[test]
    fn a_group_that_is_its_own_member_may_be_renamed() {
        let group = |name: &str| json!({"displayName": name, "members": [{"value": "1", "display": name}]});
        let rename =
            || Request::patch("/Groups/1", json!({"Operations": [{"op": "replace", "value": {"displayName": "b"}}]}));
        assert_eq!(judged(rename(), group("a"), group("b")), Judgement::Holds);
        assert!(matches!(judged(rename(), group("a"), json!({"displayName": "b"})), Judgement::Broken(_)));
    }

    #[test]
    fn paths_name_the_attribute_that_they_begin_with() {
        for (path, name) in [
            ("name.familyName", "name"),
            ("members[value eq \"1\"]", "members"),
            ("urn:ietf:params:scim:schemas:core:2.0:User:title", "title"),
            (
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user",
            ),
        ] {
            assert_eq!(top(path), name);
        }
    }
}
