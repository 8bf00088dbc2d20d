//! Looking into JSON text that this server has written, without reading all of it.
//!
//! Such text is compact, and its names need no escapes. Other text would be misread, and nothing worse.

use memchr::memchr2;
use std::borrow::Cow;
use std::ops::Range;

/// The members of an object: name and value.
pub(super) fn members(object: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = object;
    std::iter::from_fn(move || {
        // A brace or a comma is in front of each member, a colon behind its name.
        let member = rest.get(1..)?;
        let (name, value) = member.split_at(string_end(member)?);
        let value = value.get(1..)?;
        let (value, after) = value.split_at(value_end(value)?);
        rest = after;
        Some((name.get(1..name.len() - 1)?, value))
    })
}

/// The elements of an array.
pub(super) fn elements(array: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = array;
    std::iter::from_fn(move || {
        let element = rest.get(1..)?;
        let (element, after) = element.split_at(value_end(element).filter(|end| *end > 0)?);
        rest = after;
        Some(element)
    })
}

/// The values of the members of these names.
pub(super) fn members_named<'a, const N: usize>(object: &'a [u8], names: [&str; N]) -> [Option<&'a [u8]>; N] {
    let mut found = [None; N];
    for (name, value) in members(object) {
        if let Some(at) = names.iter().position(|wanted| wanted.as_bytes() == name) {
            found[at] = Some(value);
        }
    }
    found
}

/// The value of a member.
pub(super) fn member<'a>(object: &'a [u8], name: &str) -> Option<&'a [u8]> {
    members(object).find(|(known, _)| *known == name.as_bytes()).map(|(_, value)| value)
}

/// Where the value of a member stands.
pub(super) fn place(object: &[u8], name: &str) -> Option<Range<usize>> {
    let value = member(object, name)?;
    let start = value.as_ptr().addr() - object.as_ptr().addr();
    Some(start..start + value.len())
}

/// What a string says.
pub(super) fn string(value: &[u8]) -> Option<Cow<'_, str>> {
    let inner = value.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    match inner.contains(&b'\\') {
        true => serde_json::from_slice(value).ok().map(Cow::Owned),
        false => std::str::from_utf8(inner).ok().map(Cow::Borrowed),
    }
}

/// Where the string ends that a text begins with.
fn string_end(text: &[u8]) -> Option<usize> {
    let mut at = text.first().filter(|byte| **byte == b'"').map(|_| 1)?;
    loop {
        at += memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// Where the value ends that a text begins with.
fn value_end(text: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        match text.get(at)? {
            b'"' => at += string_end(&text[at..])?,
            b'{' | b'[' => (at, depth) = (at + 1, depth + 1),
            b'}' | b']' | b',' if depth == 0 => return Some(at),
            b'}' | b']' => (at, depth) = (at + 1, depth - 1),
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
            r#"["\\{}\[\],:é]{0,6}"#.prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("[a-z$:.0-9]{0,8}", inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn agrees_with_a_parser(object in prop::collection::vec(("[a-z$:.0-9]{0,8}", value()), 0..5)) {
            let object: Map<String, Value> = object.into_iter().collect();
            let text = serde_json::to_vec(&object).expect("a map is JSON");
            let found: Vec<(&[u8], &[u8])> = members(&text).collect();
            prop_assert_eq!(found.len(), object.len());
            for ((name, value), (known, expected)) in found.iter().zip(&object) {
                prop_assert_eq!(*name, known.as_bytes());
                prop_assert_eq!(&serde_json::from_slice::<Value>(value).expect("a value"), expected);
                prop_assert_eq!(member(&text, known), Some(*value));
                prop_assert_eq!(place(&text, known).map(|place| &text[place]), Some(*value));
                prop_assert_eq!(members_named(&text, ["A", known]), [None, Some(*value)]);
                prop_assert_eq!(string(value), expected.as_str().map(Cow::from));
                if let Value::Array(expected) = expected {
                    let found: Vec<Value> = elements(value).map(|it| serde_json::from_slice(it).expect("a value")).collect();
                    prop_assert_eq!(&found, expected);
                }
            }
        }

        #[test]
        fn other_text_is_no_danger(text in prop::collection::vec(prop::sample::select(b"\"\\{}[],:a".to_vec()), 0..12)) {
            members(&text).chain(members(&text)).count();
            elements(&text).count();
            string(&text);
        }
    }
}
