//! Attribute paths: `[URN:]name[.sub]`.

use std::fmt;

/// A path to an attribute as written by a client. Whether it names anything is for the schema to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttrPath {
    /// Schema URN in front of the name.
    pub urn: Option<String>,
    /// Attribute name.
    pub name: String,
    /// Sub-attribute name after the dot.
    pub sub: Option<String>,
}

impl AttrPath {
    /// A path of one name.
    pub fn named(name: impl Into<String>) -> Self {
        Self { urn: None, name: name.into(), sub: None }
    }

    /// Reads a path; `None` when it does not follow the grammar.
    ///
    /// URNs hold dots and colons themselves ("2.0"), so the last colon is found before the dot is looked for.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (urn, rest) = match text.rsplit_once(':') {
            Some((urn, rest)) if is_urn(urn) => (Some(urn.to_owned()), rest),
            Some(_) => return None,
            None => (None, text),
        };
        let (name, sub) = match rest.split_once('.') {
            Some((name, sub)) => (name, Some(sub)),
            None => (rest, None),
        };
        (is_name(name) && sub.is_none_or(is_name)).then(|| Self {
            urn,
            name: name.to_owned(),
            sub: sub.map(str::to_owned),
        })
    }
}

impl fmt::Display for AttrPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = &self.urn {
            write!(formatter, "{urn}:")?;
        }
        formatter.write_str(&self.name)?;
        match &self.sub {
            Some(sub) => write!(formatter, ".{sub}"),
            None => Ok(()),
        }
    }
}

/// Whether a character may stand in an attribute path, URN included.
#[must_use]
pub fn is_path_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '-' | '_' | '$' | '/' | '+' | '%')
}

/// `$ref` does not follow the RFC's own rule for names (open erratum 8924) and is a name all the same.
fn is_name(text: &str) -> bool {
    let body = text.strip_prefix('$').filter(|rest| rest.eq_ignore_ascii_case("ref")).unwrap_or(text);
    body.starts_with(|c: char| c.is_ascii_alphabetic())
        && body.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '$' | '-' | '_'))
}

fn is_urn(text: &str) -> bool {
    text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
        && text.len() > 4
        && text.chars().all(is_path_char)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_urns_at_the_last_colon() {
        let text = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value";
        let path = AttrPath::parse(text).expect("valid path");
        assert_eq!(path.urn.as_deref(), Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"));
        assert_eq!((path.name.as_str(), path.sub.as_deref()), ("manager", Some("value")));
        assert_eq!(path.to_string(), text);
    }

    #[test]
    fn takes_the_dollar_reference() {
        assert_eq!(AttrPath::parse("members.$ref").and_then(|p| p.sub), Some("$ref".to_owned()));
    }

    #[test]
    fn refuses_what_the_grammar_does_not_have() {
        for text in ["", ".", "a.", ".a", "a.b.c", "/title", "emails/0", "a b", "1a", "a:b", "urn:", "$x", "é"] {
            assert_eq!(AttrPath::parse(text), None, "{text:?}");
        }
    }
}
