//! A place in a JSON body, as Runscope writes it.

use std::fmt;

use serde_json::Value;

/// `Resources[0].name.familyName`; empty for the body itself.
#[derive(Debug)]
pub(super) struct Place {
    text: String,
    pointer: String,
}

impl Place {
    /// Reads a place; `None` for what is not written in names, dots and indexes.
    pub(super) fn read(text: &str) -> Option<Place> {
        let mut pointer = String::new();
        for part in text.split('.').filter(|_| !text.is_empty()) {
            let (name, indexes) = match part.split_once('[') {
                Some((name, rest)) => (name, rest.strip_suffix(']')?.split("][").collect()),
                None => (part, Vec::new()),
            };
            let is_plain = |c: char| c.is_alphanumeric() || "_-$:@ ".contains(c);
            // The body itself may be a list: `[0].id`.
            if !name.chars().all(is_plain) || (name.is_empty() && (indexes.is_empty() || !pointer.is_empty())) {
                return None;
            }
            if !name.is_empty() {
                pointer.push_str(&format!("/{name}"));
            }
            for index in indexes {
                pointer.push_str(&format!("/{}", index.parse::<usize>().ok()?));
            }
        }
        Some(Place { text: text.into(), pointer })
    }

    /// What stands there.
    pub(super) fn of<'a>(&self, body: &'a Value) -> Option<&'a Value> {
        body.pointer(&self.pointer)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.text.is_empty() { "the body" } else { &self.text })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn places_are_names_dots_and_indexes() {
        let body = json!({"Resources": [{"id": "a", "emails": [{"value": "e"}]}], "rows": [[1, 2]]});
        let at = |text: &str| Place::read(text).expect(text).of(&body).cloned();
        assert_eq!(at("Resources[0].id"), Some(json!("a")));
        assert_eq!(at("Resources[0].emails[0].value"), Some(json!("e")));
        assert_eq!(at("rows[0][1]"), Some(json!(2)));
        assert_eq!(at(""), Some(body.clone()));
        assert_eq!(at("Resources[1].id"), None);
        assert_eq!(at("resources"), None, "names have one spelling");
        for odd in ["a..b", "a[x]", "a[0", "['a']", "a[-1]", "a[*].b", ".", "a.[0]", "a/b"] {
            assert!(Place::read(odd).is_none(), "{odd}");
        }
    }
}
