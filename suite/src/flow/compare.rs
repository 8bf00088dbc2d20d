//! What is shown against what is expected.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::check::Difference;
use crate::expect::quoted;
use crate::scim::urn;

/// What differs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Differences {
    /// Something expected is another, or not there.
    pub wrong: Vec<Difference>,
    /// Something is there that nobody wrote, or a refusal has another form: a server may do so.
    pub noted: Vec<Difference>,
}

impl Differences {
    /// Adds something that is wrong.
    pub fn wrong(&mut self, expected: impl Into<String>, got: impl Into<String>, pointer: impl Into<String>) {
        self.wrong.push(Difference { expected: expected.into(), got: got.into(), pointer: pointer.into() });
    }

    /// Adds something that is another than the product says, and that a server may do.
    pub fn noted(&mut self, expected: impl Into<String>, got: impl Into<String>, pointer: impl Into<String>) {
        self.noted.push(Difference { expected: expected.into(), got: got.into(), pointer: pointer.into() });
    }

    /// Adds what another comparison has found, below this.
    pub fn extend(&mut self, place: &str, other: Differences) {
        let below = |mut difference: Difference| {
            difference.pointer = format!("{place} {}", difference.pointer).trim_end().into();
            difference
        };
        self.wrong.extend(other.wrong.into_iter().map(below));
        self.noted.extend(other.noted.into_iter().map(below));
    }

    /// Whether there are none at all.
    pub fn is_empty(&self) -> bool {
        self.wrong.is_empty() && self.noted.is_empty()
    }
}

/// A user with everything that was written, and nothing else.
pub fn user(expected: &Value, got: &Value, id: Option<&str>, groups: &[&str]) -> Differences {
    let mut found = Differences::default();
    found.resource(got, id, "User");
    let mut schemas: BTreeSet<&str> = BTreeSet::from([urn::USER]);
    schemas.extend(
        expected.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).filter(|it| it.starts_with("urn:")),
    );
    found.same_set("/schemas", &schemas, texts(got.get("schemas"), None));
    found.same_set("/groups", &groups.iter().copied().collect(), texts(got.get("groups"), Some("value")));
    found.members("", expected, got, &["schemas", "id", "meta", "groups"]);
    found
}

/// A group with this name and exactly these members.
pub fn group(name: &str, members: &[&str], got: &Value, id: Option<&str>) -> Differences {
    let mut found = Differences::default();
    found.resource(got, id, "Group");
    found.value("/displayName", &name.into(), got.get("displayName"));
    found.same_set("/members", &members.iter().copied().collect(), texts(got.get("members"), Some("value")));
    found
}

impl Differences {
    fn resource(&mut self, got: &Value, id: Option<&str>, kind: &str) {
        match (id, got.get("id").and_then(Value::as_str)) {
            (Some(id), shown) if shown != Some(id) => self.wrong(format!("{id:?}"), quoted(got.get("id")), "/id"),
            (None, None | Some("")) => self.wrong("an id", quoted(got.get("id")), "/id"),
            _ => {}
        }
        self.value("/meta/resourceType", &kind.into(), got.pointer("/meta/resourceType"));
    }

    fn same_set(&mut self, pointer: &str, expected: &BTreeSet<&str>, mut got: Vec<String>) {
        got.sort();
        let wanted: Vec<&str> = expected.iter().copied().collect();
        if got != wanted {
            self.wrong(format!("{wanted:?}"), format!("{got:?}"), pointer);
        }
    }

    fn value(&mut self, pointer: &str, expected: &Value, got: Option<&Value>) {
        match (expected, got) {
            (Value::Object(_), Some(Value::Object(_))) => {
                self.members(pointer, expected, got.unwrap_or(&Value::Null), &[])
            }
            (Value::Array(wanted), Some(Value::Array(items))) => self.items(pointer, wanted, items),
            (_, Some(got)) if got == expected => {}
            _ => self.wrong(crate::expect::shortened(&expected.to_string()), quoted(got), pointer),
        }
    }

    fn members(&mut self, pointer: &str, expected: &Value, got: &Value, apart: &[&str]) {
        let names = |value: &Value| -> Vec<String> {
            let names = value.as_object().into_iter().flat_map(|map| map.keys().cloned());
            names.filter(|name| !apart.contains(&name.as_str())).collect()
        };
        for name in names(expected) {
            self.value(&format!("{pointer}/{name}"), &expected[&name], got.get(&name));
        }
        for name in names(got) {
            if expected.get(&name).is_none() && got[&name] != Value::Array(Vec::new()) {
                self.noted("nothing", quoted(got.get(&name)), format!("{pointer}/{name}"));
            }
        }
    }

    /// Values have no order.
    fn items(&mut self, pointer: &str, expected: &[Value], got: &[Value]) {
        let mut left: Vec<&Value> = got.iter().collect();
        for (at, wanted) in expected.iter().enumerate() {
            let key = |value: &Value| value.get("value").cloned().unwrap_or_else(|| value.clone());
            match left.iter().position(|item| key(item) == key(wanted)) {
                Some(place) => {
                    let item = left.remove(place);
                    self.value(&format!("{pointer}/{at}"), wanted, Some(item));
                }
                None => self.wrong(
                    crate::expect::shortened(&wanted.to_string()),
                    "no such value",
                    format!("{pointer}/{at}"),
                ),
            }
        }
        for item in left {
            self.wrong("no other value", crate::expect::shortened(&item.to_string()), pointer);
        }
    }
}

/// The texts in a list, or a part of each of its objects. What is no text shows as what it is.
fn texts(list: Option<&Value>, part: Option<&str>) -> Vec<String> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    let text = |item: &Value| {
        let value = part.map_or(Some(item), |part| item.get(part)).unwrap_or(item);
        value.as_str().map_or_else(|| value.to_string(), String::from)
    };
    items.map(text).collect()
}
