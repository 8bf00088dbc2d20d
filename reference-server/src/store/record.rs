//! One resource as it is kept: rendered once, read back only when somebody has to look inside.

use super::{KeyKind, text};
use crate::population::People;
use crate::scim::fold::fold;
use crate::scim::resource::Attributes;
use crate::scim::schema::ResourceKind;
use jiff::Timestamp;
use std::borrow::Cow;
use std::fmt;
use subtle::ConstantTimeEq;

#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) id: Box<str>,
    /// The resource's own attributes. What changes without it (`id`, `meta`, `groups`, `members`) is not in there.
    rendered: Rendered,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) password: Option<Password>,
    /// Counts what ends a session: each password change and each deactivation.
    pub(crate) epoch: u64,
}

/// Attributes as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rendered(Box<[u8]>);

impl From<&Attributes> for Rendered {
    fn from(attributes: &Attributes) -> Self {
        // A map of JSON values has no way to fail.
        Self(serde_json::to_vec(attributes).unwrap_or_default().into())
    }
}

impl Record {
    pub(crate) fn new(id: String, attributes: &Attributes, password: Option<Password>, now: Timestamp) -> Self {
        Self { id: id.into(), rendered: attributes.into(), created: now, modified: now, password, epoch: 0 }
    }

    /// One of the people, or one of their teams.
    pub(super) fn computed(people: People, kind: ResourceKind, number: usize) -> Self {
        let created = people.created(number);
        Self {
            id: people.id(kind, number).into(),
            rendered: Rendered(people.attributes(kind, number).into()),
            created,
            modified: created,
            password: None,
            epoch: 0,
        }
    }

    /// The text of the attributes in two parts, between which there is room for more: `schemas`, which come first, and
    /// the others without the brace that ends them.
    pub(crate) fn text_parts(&self) -> (&[u8], &[u8]) {
        // No URN has a bracket.
        let end = memchr::memchr(b']', &self.rendered.0).map_or(0, |at| at + 1);
        let (schemas, others) = self.rendered.0.split_at(end);
        (schemas, others.strip_suffix(b"}").unwrap_or_default())
    }

    pub(crate) fn attributes(&self) -> Attributes {
        // The bytes are ours, written from such a map.
        serde_json::from_slice(&self.rendered.0).unwrap_or_default()
    }

    /// Those of the attributes that have these names.
    pub(crate) fn some_attributes(&self, names: &[&str]) -> Attributes {
        let is_one = |name: &[u8]| names.iter().any(|wanted| wanted.as_bytes() == name);
        let wanted = text::members(&self.rendered.0).filter(|(name, _)| is_one(name));
        let read =
            |(name, value)| Some((std::str::from_utf8(name).ok()?.to_owned(), serde_json::from_slice(value).ok()?));
        wanted.filter_map(read).collect()
    }

    pub(super) fn set_attributes(&mut self, attributes: Rendered) {
        self.rendered = attributes;
    }

    /// Whether it has these attributes. The members of an object have no order, and in another they are as long.
    pub(super) fn has(&self, rendered: &Rendered, attributes: &Attributes) -> bool {
        self.rendered == *rendered || (self.rendered.0.len() == rendered.0.len() && self.attributes() == *attributes)
    }

    /// What an attribute says, if it is a string.
    pub(crate) fn string(&self, attribute: &str) -> Option<Cow<'_, str>> {
        text::string(text::member(&self.rendered.0, attribute)?)
    }

    pub(crate) fn is_active(&self) -> bool {
        text::member(&self.rendered.0, "active") == Some(b"true")
    }

    /// What to call the record where only its name is shown.
    pub(crate) fn label(&self) -> Option<Cow<'_, str>> {
        self.string("displayName").or_else(|| self.string("userName"))
    }

    /// The values that look-ups go by, each once; folded where case does not matter. The id is not among them, as it
    /// never changes.
    pub(super) fn keys(&self) -> Vec<(KeyKind, String)> {
        let mut keys = Vec::with_capacity(5);
        let mut add = |key, value| {
            if let Some(value) = text::string(value) {
                keys.push((key, if key == KeyKind::ExternalId { value.into_owned() } else { fold(&value) }));
            }
        };
        for (name, value) in text::members(&self.rendered.0) {
            match name {
                b"userName" => add(KeyKind::UserName, value),
                b"externalId" => add(KeyKind::ExternalId, value),
                b"displayName" => add(KeyKind::DisplayName, value),
                b"emails" => {
                    let values = text::elements(value).filter_map(|email| text::member(email, "value"));
                    values.for_each(|value| add(KeyKind::Email, value));
                }
                _ => {}
            }
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Whether it has the key, which is given folded where case does not matter.
    pub(super) fn holds(&self, key: KeyKind, text: &str) -> bool {
        let is_it = |name| self.string(name).is_some_and(|value| fold(&value) == text);
        match key {
            KeyKind::Id => fold(&self.id) == text,
            KeyKind::UserName => is_it("userName"),
            KeyKind::ExternalId => self.string("externalId").as_deref() == Some(text),
            KeyKind::DisplayName => is_it("displayName"),
            KeyKind::Email => self.keys().iter().any(|(kind, email)| *kind == key && email == text),
        }
    }
}

/// A password. It lives in memory only, is compared in constant time and never printed.
#[derive(Clone)]
pub(crate) struct Password(Box<[u8]>);

impl Password {
    pub(crate) fn new(clear: &str) -> Self {
        Self(clear.as_bytes().into())
    }

    pub(crate) fn is(&self, clear: &str) -> bool {
        self.0.ct_eq(clear.as_bytes()).into()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Password(…)")
    }
}
