//! `bulkId:x` in data and addresses: which resources of the request are meant, and putting their ids in.

use super::Entry;
use serde_json::Value;
use std::collections::BTreeSet;

const MARK: &str = "bulkId:";

/// Where a reference may stand in a resource or a PATCH: as `value`, as `$ref`, or in an operation's path.
const PLACES: [&str; 3] = ["value", "$ref", "path"];

/// The names that an entry refers to.
pub(super) fn of(entry: &Entry) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    names.extend(entry.path.split('/').filter_map(|segment| segment.strip_prefix(MARK)).map(str::to_owned));
    if let Some(data) = &entry.data {
        collect(data, &mut names);
    }
    names
}

fn collect(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, names)),
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text) if PLACES.contains(&key.as_str()) => {
                        names.extend(mentioned(text).map(str::to_owned));
                    }
                    other => collect(other, names),
                }
            }
        }
        _ => {}
    }
}

/// The names in a text: the whole of it is a reference, or a quoted part is, as in `members[value eq "bulkId:x"]`.
fn mentioned(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('"').skip(1).step_by(2).filter_map(|part| part.strip_prefix(MARK));
    text.strip_prefix(MARK).into_iter().chain(quoted)
}

/// The entry with ids in place of the names that are known.
pub(super) fn resolved(entry: &Entry, id: &dyn Fn(&str) -> Option<String>) -> Entry {
    let mut entry = entry.clone();
    let segment = |segment: &str| segment.strip_prefix(MARK).and_then(id).unwrap_or_else(|| segment.to_owned());
    entry.path = entry.path.split('/').map(segment).collect::<Vec<_>>().join("/");
    if let Some(data) = &mut entry.data {
        put_in(data, id);
    }
    entry
}

fn put_in(value: &mut Value, id: &dyn Fn(&str) -> Option<String>) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| put_in(value, id)),
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text) if PLACES.contains(&key.as_str()) => *text = spelled_out(text, id),
                    other => put_in(other, id),
                }
            }
        }
        _ => {}
    }
}

fn spelled_out(text: &str, id: &dyn Fn(&str) -> Option<String>) -> String {
    if let Some(id) = text.strip_prefix(MARK).and_then(id) {
        return id;
    }
    let part = |(at, part): (usize, &str)| match part.strip_prefix(MARK).filter(|_| at % 2 == 1).and_then(id) {
        Some(id) => id,
        None => part.to_owned(),
    };
    text.split('"').enumerate().map(part).collect::<Vec<_>>().join("\"")
}

/// The value without whatever refers to one of these names.
pub(super) fn without(value: &Value, names: &BTreeSet<String>) -> Option<Value> {
    match value {
        Value::Array(values) => Some(values.iter().filter_map(|value| without(value, names)).collect()),
        Value::Object(members) => {
            let is_meant = |(key, value): (&String, &Value)| {
                let text = value.as_str().filter(|_| PLACES.contains(&key.as_str()));
                text.is_some_and(|text| mentioned(text).any(|name| names.contains(name)))
            };
            if members.iter().any(is_meant) {
                return None;
            }
            let kept = members.iter().filter_map(|(key, value)| Some((key.clone(), without(value, names)?)));
            Some(Value::Object(kept.collect()))
        }
        other => Some(other.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_are_found_and_spelled_out() {
        let entry = Entry {
            path: "/Groups/bulkId:g".into(),
            data: Some(json!({"Operations": [
                {"op": "add", "path": "members", "value": [{"value": "bulkId:u", "display": "bulkId:no"}]},
                {"op": "remove", "path": "members[value eq \"bulkId:v\"]"},
            ]})),
            ..Entry::default()
        };
        assert_eq!(of(&entry).into_iter().collect::<Vec<_>>(), ["g", "u", "v"]);
        let entry = resolved(&entry, &|name| Some(format!("id-{name}")));
        assert_eq!(entry.path, "/Groups/id-g");
        assert_eq!(
            entry.data,
            Some(json!({"Operations": [
                {"op": "add", "path": "members", "value": [{"value": "id-u", "display": "bulkId:no"}]},
                {"op": "remove", "path": "members[value eq \"id-v\"]"},
            ]}))
        );
    }

    #[test]
    fn what_refers_to_a_name_can_be_left_out() {
        let group = json!({"displayName": "bulkId:a", "members": [{"value": "bulkId:a"}, {"value": "b"}]});
        let names = BTreeSet::from(["a".to_owned()]);
        assert_eq!(without(&group, &names), Some(json!({"displayName": "bulkId:a", "members": [{"value": "b"}]})));
        let user = json!({"userName": "u", "urn:x": {"manager": {"value": "bulkId:a"}}});
        assert_eq!(without(&user, &names), Some(json!({"userName": "u", "urn:x": {}})));
    }
}
