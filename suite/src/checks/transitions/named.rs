//! What a change names, and the target confirms, must show: a write that is answered with success and ignored is the
//! fault that nobody notices for months.
//!
//! A legal server may normalise a value, default what was removed, leave out what it does not support, and show a
//! derived name in place of the one that was sent. So only a plain text or boolean counts that differs from what was
//! shown before in more than its writing, for an attribute that the server has shown to support; and it must be exactly
//! as it was. Members count by their id.

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Map, Value};

use crate::check::{IsUser, Judgement, Transition};
use crate::expect::{broken, quoted, same, values};
use crate::scim::urn;
use crate::target::{Body, Exchange, Request};

pub(super) static NAMED_CHANGES: Transition = Transition {
    id: "protocol.named-changes",
    since: "0.1",
    title: "What a change names, and is answered with success, shows in the next reading",
    effect: "Okta takes a change for done that never happened: a person keeps the old name, or the access.",
    rules: &["RFC7644-3.5-92"],
    bystander: false,
    judge: |before, change, after, is_user| {
        if !before.is_object() || !after.is_object() || !matches!(change.answer.status, 200 | 204) {
            return None;
        }
        let asked = Asked::of(change, before)?;
        let wishes = asked.wishes.iter().filter(|wish| !asked.is_contested(wish));
        let values = wishes.filter_map(|wish| judge_wish(wish, before, after));
        let mut judgements =
            values.chain(asked.members.as_ref().and_then(|members| members.judge(before, after, is_user)));
        let first = judgements.next()?;
        Some(judgements.fold(first, |worst, next| if worst == Judgement::Holds { next } else { worst }))
    },
};

/// What a request asks for.
struct Asked {
    wishes: Vec<Wish>,
    /// `None` where it names no members, or in a way that is not simple.
    members: Option<Members>,
}

/// One attribute that is named.
struct Wish {
    /// The names that lead to it, in lower case: `["name", "givenname"]`, or the extension's URN first.
    place: Vec<String>,
    /// The element of a list that is meant: its `type` in lower case.
    element: Option<String>,
    /// `None`: it is named in a way that is not simple enough to be held to.
    wanted: Option<Wanted>,
}

enum Wanted {
    Value(Value),
    Gone,
}

/// Attributes without a default that a server could put in place of what was removed.
const REMOVABLE: [&str; 6] =
    ["title", "nickname", "profileurl", "name.middlename", "name.honorificprefix", "name.honorificsuffix"];

impl Asked {
    fn of(change: &Exchange, before: &Value) -> Option<Asked> {
        // Of a key that stands twice, or in a body that is no JSON, readers may take this or that.
        let Body::Json(Value::Object(body)) = &change.request.body else { return None };
        let is_group = change.request.path.starts_with("/Groups/");
        let mut asked = Asked { wishes: Vec::new(), members: is_group.then(|| Members::of(before)) };
        let schemas = body.get("schemas")?.as_array()?;
        match change.request.method {
            Method::PUT => asked.put(body, schemas),
            Method::PATCH if schemas.iter().any(|it| it == urn::PATCH_OP) => {
                for operation in body.get("Operations")?.as_array()? {
                    asked.operation(operation.as_object()?)?;
                }
            }
            _ => return None,
        }
        asked.wishes.retain(|wish| !is_servers_own(&change.request, &wish.place));
        Some(asked)
    }

    fn put(&mut self, body: &Map<String, Value>, schemas: &[Value]) {
        let is_extended = schemas.iter().any(|it| it == urn::ENTERPRISE);
        for (name, value) in body {
            let is_extension = name.to_lowercase().starts_with("urn:");
            if !is_extension || (is_extended && name == urn::ENTERPRISE) {
                self.attribute(true, name, value);
            }
        }
    }

    /// One operation of a PATCH; `None` if it can't be read for certain.
    fn operation(&mut self, operation: &Map<String, Value>) -> Option<()> {
        if operation.keys().any(|key| !["op", "path", "value"].contains(&key.as_str())) {
            return None;
        }
        let (op, value) = (operation.get("op")?.as_str()?, operation.get("value"));
        if !["add", "replace", "remove"].contains(&op) {
            return None;
        }
        // An empty path is read as none by some.
        match (operation.get("path").filter(|path| *path != ""), value) {
            (None, Some(Value::Object(map))) if op != "remove" => {
                map.iter().for_each(|(name, value)| self.attribute(op == "replace", name, value));
                Some(())
            }
            (Some(Value::String(path)), value) => self.at(op, path, value),
            _ => None,
        }
    }

    fn at(&mut self, op: &str, path: &str, value: Option<&Value>) -> Option<()> {
        if let Some(id) = member_named(path) {
            match op {
                "remove" if value.is_none() => self.members.as_mut()?.leave(id),
                _ => self.members = None,
            }
            return Some(());
        }
        if let Some((list, kind, part)) = element_named(path) {
            let wanted = value.filter(|_| op == "replace").cloned().map(Wanted::Value);
            self.wishes.push(Wish { place: vec![list, part], element: Some(kind), wanted });
            return Some(());
        }
        let place = place(path)?;
        if place == ["members"] {
            return match (op, value) {
                ("remove", None) => {
                    self.members.as_mut()?.replace(Some(&Value::Array(Vec::new())));
                    Some(())
                }
                // What a value does beside `remove` is nowhere said.
                ("remove", _) => None,
                _ => {
                    self.name_members(op == "replace", value);
                    Some(())
                }
            };
        }
        match (op, value) {
            ("remove", value) => {
                let wanted = value.is_none().then_some(Wanted::Gone);
                self.wishes.push(Wish { place, element: None, wanted });
            }
            (_, value) => self.value(place, value?),
        }
        Some(())
    }

    /// An attribute of a representation, or of the value of an operation without a path.
    fn attribute(&mut self, replaces: bool, name: &str, value: &Value) {
        match name.to_lowercase().as_str() {
            "members" => self.name_members(replaces, Some(value)),
            // Paths as keys are no writing of the RFC.
            name if !name.starts_with("urn:") && name.contains(['.', ':', '[']) => {}
            name => self.value(vec![name.into()], value),
        }
    }

    fn value(&mut self, place: Vec<String>, value: &Value) {
        match value {
            Value::Object(parts) if place.len() == 1 => {
                for (name, part) in parts {
                    let place = vec![place[0].clone(), name.to_lowercase()];
                    self.wishes.push(Wish { place, element: None, wanted: Some(Wanted::Value(part.clone())) });
                }
            }
            value => self.wishes.push(Wish { place, element: None, wanted: Some(Wanted::Value(value.clone())) }),
        }
    }

    fn name_members(&mut self, replaces: bool, value: Option<&Value>) {
        let is_simple = self.members.as_mut().is_some_and(|members| match replaces {
            true => members.replace(value),
            false => members.join(value),
        });
        if !is_simple {
            self.members = None;
        }
    }

    /// Whether another operation names the same, a part of it or the whole, so that one may undo the other. Servers may
    /// tie the login name to the mail address, too.
    fn is_contested(&self, wish: &Wish) -> bool {
        let overlaps = |other: &&Wish| other.place.iter().zip(&wish.place).all(|(left, right)| left == right);
        let names = |name: &str| self.wishes.iter().any(|other| other.place[0] == name);
        let is_tied = matches!(wish.place[0].as_str(), "username" | "emails") && names("username") && names("emails");
        is_tied || self.wishes.iter().filter(overlaps).count() > 1
    }
}

/// What the server alone says, derives from others, or never shows.
fn is_servers_own(request: &Request, place: &[String]) -> bool {
    let is_user = request.path.starts_with("/Users/");
    match place[0].as_str() {
        "id" | "meta" | "schemas" | "groups" | "password" => true,
        "displayname" => is_user,
        "name" => place.get(1).is_some_and(|part| part == "formatted"),
        _ => place.get(1).is_some_and(|part| part == "manager"),
    }
}

fn judge_wish(wish: &Wish, before: &Value, after: &Value) -> Option<Judgement> {
    let (pointer, old) = found(before, wish)?;
    let new = found(after, wish).map(|(_, value)| value);
    let is_ignored = new.is_some_and(|new| same(new, old));
    let expected = match wish.wanted.as_ref()? {
        Wanted::Value(wanted) if is_another(old, wanted) => wanted.to_string(),
        Wanted::Gone if old.is_string() && is_removable(&wish.place) => "no value".into(),
        _ => return None,
    };
    Some(if is_ignored { broken(expected, format!("{}, as before", quoted(new)), pointer) } else { Judgement::Holds })
}

fn is_removable(place: &[String]) -> bool {
    REMOVABLE.contains(&place.join(".").as_str()) || (place.len() == 2 && place[0].starts_with("urn:"))
}

/// Whether a value says something else than another, however a server may write it.
fn is_another(old: &Value, wanted: &Value) -> bool {
    match (old, wanted) {
        (Value::Bool(old), Value::Bool(wanted)) => old != wanted,
        (Value::String(old), Value::String(wanted)) => is_plain(wanted) && folded(old) != folded(wanted),
        _ => false,
    }
}

/// Text that no server has a reason to cut, clean or translate.
fn is_plain(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || " -_.@+:/,'".contains(c);
    text.len() <= 100 && text.chars().all(fits) && text.chars().any(|c| c.is_ascii_alphanumeric())
}

fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The single value at a place, with a pointer to it.
fn found<'a>(resource: &'a Value, wish: &Wish) -> Option<(String, &'a Value)> {
    let (name, mut value) = member(resource, &wish.place[0])?;
    let mut pointer = format!("/{name}");
    if let Some(kind) = &wish.element {
        let is_meant = |item: &&Value| item["type"].as_str().is_some_and(|it| it.to_lowercase() == *kind);
        let mut meant = value.as_array()?.iter().filter(is_meant);
        value = meant.next().filter(|_| meant.next().is_none())?;
        pointer.push_str(&format!("[type eq \"{kind}\"]"));
    }
    for part in &wish.place[1..] {
        let (name, inner) = member(value, part)?;
        value = inner;
        pointer.push_str(&format!("/{name}"));
    }
    (value.is_string() || value.is_boolean()).then_some((pointer, value))
}

fn member<'a>(value: &'a Value, name: &str) -> Option<(&'a String, &'a Value)> {
    value.as_object()?.iter().find(|(known, _)| known.to_lowercase() == name)
}

/// The names of a path without brackets; `None` for any other path.
fn place(path: &str) -> Option<Vec<String>> {
    let path = path.to_lowercase();
    let behind = |urn: &str| path.strip_prefix(&format!("{}:", urn.to_lowercase())).map(String::from);
    let extension = urn::ENTERPRISE.to_lowercase();
    let (mut place, rest) = match behind(urn::USER).or_else(|| behind(urn::GROUP)) {
        Some(rest) => (Vec::new(), rest),
        None if path == extension => return Some(vec![path]),
        None => match behind(urn::ENTERPRISE) {
            Some(rest) => (vec![extension], rest),
            None => (Vec::new(), path),
        },
    };
    place.extend(rest.split('.').map(String::from));
    let is_name = |name: &String| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (place.len() <= 2 && place.iter().all(|name| name.starts_with("urn:") || is_name(name))).then_some(place)
}

/// `members[value eq "id"]`.
fn member_named(path: &str) -> Option<String> {
    let id = path.strip_prefix("members[value eq \"")?.strip_suffix("\"]")?;
    (!id.contains(['"', '\\'])).then(|| id.to_string())
}

/// `emails[type eq "work"].value` and its like: the list, the type and the part, in lower case.
fn element_named(path: &str) -> Option<(String, String, String)> {
    let (list, rest) = path.split_once("[type eq \"")?;
    let (kind, part) = rest.split_once("\"].")?;
    let fits = ["emails", "addresses"].contains(&list) && !kind.contains(['"', '\\']) && !part.contains('.');
    fits.then(|| (list.into(), kind.to_lowercase(), part.to_lowercase()))
}

/// Who must be a member in the end, and who must not.
struct Members {
    before: Vec<String>,
    joins: BTreeSet<String>,
    leaves: BTreeSet<String>,
}

/// A server may show the members of a large group in part.
const MOST_MEMBERS: usize = 100;

impl Members {
    fn of(group: &Value) -> Members {
        let before = values(group.get("members"));
        Members { before, joins: BTreeSet::new(), leaves: BTreeSet::new() }
    }

    fn leave(&mut self, id: String) {
        self.joins.remove(&id);
        self.leaves.insert(id);
    }

    fn join(&mut self, list: Option<&Value>) -> bool {
        let Some(ids) = ids(list) else { return false };
        for id in ids {
            self.leaves.remove(&id);
            self.joins.insert(id);
        }
        true
    }

    fn replace(&mut self, list: Option<&Value>) -> bool {
        self.joins.clear();
        self.leaves = self.before.iter().cloned().collect();
        self.join(list)
    }

    /// A group that shows no members may hide them all: it is not judged. Nor is whom the target may not know, or not
    /// take into a group.
    fn judge(&self, before: &Value, after: &Value, is_user: IsUser<'_>) -> Option<Judgement> {
        let now = values(after.get("members"));
        let has = |list: &[String], id: &String| list.iter().any(|it| it.eq_ignore_ascii_case(id));
        if before.get("members").is_none() || self.before.is_empty() || self.before.len() >= MOST_MEMBERS {
            return None;
        }
        let leaving: Vec<&String> = self.leaves.iter().filter(|id| has(&self.before, id)).collect();
        let joining: Vec<&String> = self.joins.iter().filter(|id| is_user(id) && !has(&self.before, id)).collect();
        if leaving.is_empty() && joining.is_empty() {
            return None;
        }
        let kept = leaving.into_iter().find(|id| has(&now, id));
        let missing = joining.into_iter().find(|id| !has(&now, id));
        Some(match (kept, missing) {
            (Some(id), _) => broken(format!("no member {id:?}"), "the member, as before", "/members"),
            (None, Some(id)) => broken(format!("the member {id:?}"), format!("{} others", now.len()), "/members"),
            (None, None) => Judgement::Holds,
        })
    }
}

/// The ids of users in a list of members, or of a single one; `None` if one of them is not simply named.
fn ids(list: Option<&Value>) -> Option<Vec<String>> {
    let items = match list? {
        Value::Array(items) => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    let id = |item: &Value| {
        let map = item.as_object()?;
        let is_known = |key: &String| ["value", "display", "$ref", "type"].contains(&key.as_str());
        let is_user = map.get("type").is_none_or(|kind| kind == "User");
        (is_user && map.keys().all(is_known)).then(|| map.get("value")?.as_str().map(String::from))?
    };
    items.iter().map(id).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::scim::patch;
    use crate::target::Answer;

    fn judged(request: Request, before: &Value, after: &Value) -> Option<Judgement> {
        let answer = Answer::new(204, vec![], "".into(), Duration::ZERO);
        let change = Exchange { request, answer, focus: String::new() };
        (NAMED_CHANGES.judge)(before, &change, after, &|id| id.starts_with('u'))
    }

    fn user() -> Value {
        json!({
            "userName": "a", "title": "Old", "active": true, "name": {"givenName": "G", "familyName": "F"},
            "emails": [{"value": "a@x", "type": "work"}, {"value": "b@x", "type": "home"}],
            urn::ENTERPRISE: {"department": "Old"},
        })
    }

    fn group(members: &[&str]) -> Value {
        let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
        json!({"displayName": "g", "members": members})
    }

    /// What the oracle says if nothing at all happens.
    fn ignored(request: Request, before: &Value) -> &'static str {
        match judged(request, before, before) {
            None => "nothing",
            Some(Judgement::Holds) => "holds",
            Some(_) => "broken",
        }
    }

    #[test]
    fn an_ignored_write_is_seen_in_every_writing() {
        let enterprise = format!("{}:department", urn::ENTERPRISE);
        let core = format!("{}:title", urn::USER.to_uppercase());
        for operation in [
            patch::operation("replace", "title", "New".into()),
            patch::operation("add", "TITLE", "New".into()),
            patch::operation("replace", &core, "New".into()),
            patch::operation("replace", "name.givenName", "New".into()),
            patch::operation("replace", "name", json!({"givenName": "New"})),
            patch::operation("replace", &enterprise, "New".into()),
            patch::operation("replace", "emails[type eq \"work\"].value", "new@x".into()),
            patch::pathless("replace", json!({"active": false})),
            patch::pathless("add", json!({"title": "New"})),
            patch::pathless("replace", json!({urn::ENTERPRISE: {"department": "New"}})),
            patch::remove("title"),
            patch::remove(&enterprise),
        ] {
            let request = Request::patch("/Users/1", patch::message(vec![operation.clone()]));
            assert_eq!(ignored(request, &user()), "broken", "{operation}");
        }
        let put = json!({"schemas": [urn::USER, urn::ENTERPRISE], "userName": "new"});
        assert_eq!(ignored(Request::put("/Users/1", put), &user()), "broken");
    }

    #[test]
    fn what_a_legal_server_may_do_is_not_judged() {
        for operation in [
            patch::operation("replace", "title", " OLD. ".into()),
            patch::operation("replace", "title", "Z\u{fc}rich".into()),
            patch::operation("replace", "title", "<b>".into()),
            patch::operation("replace", "title", "x".repeat(101).into()),
            patch::operation("replace", "title", 5.into()),
            patch::operation("replace", "active", "False".into()),
            patch::operation("Replace", "title", "New".into()),
            patch::operation("replace", "nickName", "not shown before".into()),
            patch::operation("replace", "displayName", "derived".into()),
            patch::operation("replace", "name.formatted", "derived".into()),
            patch::operation("replace", "id", "mine".into()),
            patch::operation("replace", "emails[type eq \"other\"].value", "new@x".into()),
            patch::pathless("replace", json!({"name.givenName": "New"})),
            patch::remove("active"),
            patch::remove("userName"),
        ] {
            let request = Request::patch("/Users/1", patch::message(vec![operation.clone()]));
            assert_eq!(ignored(request, &user()), "nothing", "{operation}");
        }
        let twice = ["New", "Old"].map(|title| patch::operation("replace", "title", title.into())).to_vec();
        assert_eq!(ignored(Request::patch("/Users/1", patch::message(twice)), &user()), "nothing");
        let tied = json!({"schemas": [urn::USER], "userName": "new", "emails": [{"value": "a@x"}]});
        assert_eq!(ignored(Request::put("/Users/1", tied), &user()), "nothing");
        let unlisted = json!({"schemas": [urn::USER], urn::ENTERPRISE: {"department": "New"}});
        assert_eq!(ignored(Request::put("/Users/1", unlisted), &user()), "nothing");
    }

    #[test]
    fn a_change_that_took_holds() {
        let request = Request::patch("/Users/1", patch::message(vec![patch::operation("add", "title", "New".into())]));
        let mut after = user();
        after["title"] = "NEW".into();
        assert_eq!(judged(request, &user(), &after), Some(Judgement::Holds));
    }

    #[test]
    fn members_count_by_their_id() {
        let list = |ids: &[&str]| group(ids)["members"].clone();
        let ask = |operations: Vec<Value>| Request::patch("/Groups/1", patch::message(operations));
        let before = group(&["u1", "u2"]);
        for (operations, said) in [
            (vec![patch::operation("add", "members", list(&["u3"]))], "broken"),
            (vec![patch::operation("add", "members", list(&["u2"]))], "nothing"),
            (vec![patch::operation("add", "members", list(&["gone"]))], "nothing"),
            (vec![patch::pathless("add", json!({"members": list(&["u3"])}))], "broken"),
            (vec![patch::operation("replace", "members", list(&["u1"]))], "broken"),
            (vec![patch::remove(&patch::member_path("u1"))], "broken"),
            (vec![patch::remove("members")], "broken"),
            (vec![patch::operation("remove", "members", list(&["u1"]))], "nothing"),
            (vec![patch::remove("members[display eq \"x\"]"), patch::remove(&patch::member_path("u1"))], "nothing"),
            (vec![patch::remove("members"), patch::operation("add", "members", list(&["u1", "u2"]))], "nothing"),
        ] {
            assert_eq!(ignored(ask(operations.clone()), &before), said, "{operations:?}");
        }
        let hidden = json!({"displayName": "g"});
        assert_eq!(ignored(ask(vec![patch::operation("add", "members", list(&["u3"]))]), &hidden), "nothing");
        let put = json!({"schemas": [urn::GROUP], "displayName": "g", "members": list(&["u1"])});
        assert_eq!(ignored(Request::put("/Groups/1", put.clone()), &before), "broken");
        assert_eq!(judged(Request::put("/Groups/1", put), &before, &group(&["U1"])), Some(Judgement::Holds));
    }
}
