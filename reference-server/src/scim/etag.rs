//! Versions of resources, and the conditions that requests set on them (RFC 7644 §3.14, RFC 7232).

use std::fmt;

/// An entity tag: `"…"`, or `W/"…"` for one that stands for the meaning and not for the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// It is weak.
    pub weak: bool,
    /// What stands between the quotes.
    pub opaque: String,
}

impl fmt::Display for Tag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written())
    }
}

/// The digits of a number, which may stand in a tag.
pub(crate) fn hexadecimal(number: u64) -> impl Iterator<Item = u8> {
    let digits = number.checked_ilog2().unwrap_or_default() / 4 + 1;
    (0..digits).rev().map(move |at| b"0123456789abcdef"[(number >> (4 * at)) as usize & 15])
}

impl Tag {
    /// Reads one tag.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (tag, rest) = Self::first(text)?;
        rest.is_empty().then_some(tag)
    }

    /// The tag as text.
    pub(crate) fn written(&self) -> String {
        [if self.weak { "W/\"" } else { "\"" }, &self.opaque, "\""].concat()
    }

    /// Reads the tag that a text begins with, and gives the rest.
    fn first(text: &str) -> Option<(Self, &str)> {
        let (weak, quoted) = match text.strip_prefix("W/") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (opaque, rest) = quoted.strip_prefix('"')?.split_once('"')?;
        let is_fit = |c: char| c == '!' || ('#'..='~').contains(&c) || c > '\u{7f}';
        opaque.chars().all(is_fit).then(|| (Self { weak, opaque: opaque.to_owned() }, rest))
    }
}

/// What `If-Match` and `If-None-Match` list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tags {
    /// `*`: whatever is there.
    Any,
    /// One of these.
    These(Vec<Tag>),
}

impl Tags {
    /// Reads a list of tags; `None` when it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.trim() == "*" {
            return Some(Self::Any);
        }
        let mut tags = Vec::new();
        let mut rest = text.trim_start_matches([' ', '\t', ',']);
        while !rest.is_empty() {
            let (tag, after) = Tag::first(rest)?;
            tags.push(tag);
            let next = after.trim_start_matches([' ', '\t']);
            if !next.is_empty() && !next.starts_with(',') {
                return None;
            }
            rest = next.trim_start_matches([' ', '\t', ',']);
        }
        (!tags.is_empty()).then_some(Self::These(tags))
    }

    fn hold(&self, current: &Tag, weakly: bool) -> bool {
        match self {
            Self::Any => true,
            Self::These(tags) => {
                tags.iter().any(|tag| tag.opaque == current.opaque && (weakly || !(tag.weak || current.weak)))
            }
        }
    }
}

/// The conditions of one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preconditions {
    /// Only if the version is one of these.
    pub if_match: Option<Tags>,
    /// Only if the version is none of these.
    pub if_none_match: Option<Tags>,
}

impl Preconditions {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.if_match.is_none() && self.if_none_match.is_none()
    }

    /// Whether `If-Match` fails for that version. `weakly`: weak tags count, as in the examples of RFC 7644 §3.14; by
    /// RFC 7232 §3.1 they never match.
    #[must_use]
    pub fn mismatch(&self, current: &Tag, weakly: bool) -> bool {
        self.if_match.as_ref().is_some_and(|tags| !tags.hold(current, weakly))
    }

    /// Whether `If-None-Match` lists that version: a reader has it already, a writer did not want to meet it.
    #[must_use]
    pub fn is_known(&self, current: &Tag) -> bool {
        self.if_none_match.as_ref().is_some_and(|tags| tags.hold(current, true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(text: &str) -> Tag {
        Tag::parse(text).expect("a tag")
    }

    #[test]
    fn tags_are_quoted() {
        assert_eq!(tag("W/\"a\""), Tag { weak: true, opaque: "a".into() });
        assert_eq!(tag("\"\""), Tag { weak: false, opaque: String::new() });
        for wrong in ["", "a", "w/\"a\"", "\"a", "\"a b\"", "\"a\"b", "W/a", "\"a\u{1}\""] {
            assert_eq!(Tag::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn digits_are_those_of_the_number() {
        for number in [0, 1, 15, 16, 0xfff, 0x1000, 0x1234_5678_9abc_def0, u64::MAX] {
            let digits: String = hexadecimal(number).map(char::from).collect();
            assert_eq!(digits, format!("{number:x}"));
        }
    }

    #[test]
    fn lists_may_hold_commas_in_quotes_and_empty_places() {
        let list = Tags::parse(", \"a,b\" ,, W/\"c\",").expect("a list");
        assert_eq!(list, Tags::These(vec![tag("\"a,b\""), tag("W/\"c\"")]));
        assert_eq!(Tags::parse(" * "), Some(Tags::Any));
        for wrong in ["", "a", "\"a\" \"b\"", "*, \"a\"", "\"a\", b"] {
            assert_eq!(Tags::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn weak_tags_match_weakly() {
        let when = |if_match: &str| Preconditions { if_match: Tags::parse(if_match), ..Preconditions::default() };
        for (listed, current, counts, never) in [
            ("W/\"1\"", "W/\"1\"", false, true),
            ("\"1\"", "W/\"1\"", false, true),
            ("\"1\"", "\"1\"", false, false),
            ("\"2\"", "\"1\"", true, true),
            ("*", "W/\"1\"", false, false),
        ] {
            assert_eq!(when(listed).mismatch(&tag(current), true), counts, "{listed} {current}");
            assert_eq!(when(listed).mismatch(&tag(current), false), never, "{listed} {current}");
        }
    }
}
