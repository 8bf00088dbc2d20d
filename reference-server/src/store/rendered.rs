//! The attributes of a resource as they are kept: as JSON text, of which most questions need a part only.

use super::{KeyKind, text};
use crate::scim::fold::fold;
use crate::scim::resource::Attributes;
use std::borrow::Cow;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rendered(Box<[u8]>);

impl From<&Attributes> for Rendered {
    fn from(attributes: &Attributes) -> Self {
        // A map of JSON values has no way to fail.
        Self::from_text(serde_json::to_vec(attributes).unwrap_or_default())
    }
}

impl Rendered {
    /// Takes text that was written from such attributes.
    pub(super) fn from_text(text: Vec<u8>) -> Self {
        Self(text.into())
    }

    /// The text in two parts, between which there is room for more: `schemas`, which come first, and the others without
    /// the brace that ends them.
    pub(crate) fn parts(&self) -> (&[u8], &[u8]) {
        // No URN has a bracket.
        let end = memchr::memchr(b']', &self.0).map_or(0, |at| at + 1);
        let (schemas, others) = self.0.split_at(end);
        (schemas, others.strip_suffix(b"}").unwrap_or_default())
    }

    pub(crate) fn attributes(&self) -> Attributes {
        serde_json::from_slice(&self.0).unwrap_or_default()
    }

    /// Those of the attributes that have these names.
    pub(crate) fn attributes_named(&self, names: &[&str]) -> Attributes {
        let is_one = |name: &[u8]| names.iter().any(|wanted| wanted.as_bytes() == name);
        let read =
            |(name, value)| Some((std::str::from_utf8(name).ok()?.to_owned(), serde_json::from_slice(value).ok()?));
        text::members(&self.0).filter(|(name, _)| is_one(name)).take(names.len()).filter_map(read).collect()
    }

    /// Whether these attributes, rendered, are the same. The members of an object have no order, and in another they are
    /// as long.
    pub(super) fn is(&self, rendered: &Self, attributes: &Attributes) -> bool {
        self == rendered || (self.0.len() == rendered.0.len() && self.attributes() == *attributes)
    }

    /// What an attribute says, if it is a string.
    pub(super) fn string(&self, attribute: &str) -> Option<Cow<'_, str>> {
        text::string(text::member(&self.0, attribute)?)
    }

    pub(super) fn is_active(&self) -> bool {
        text::member(&self.0, "active") == Some(b"true")
    }

    /// The values that look-ups go by, each once; folded where case does not matter. The id is not among them, as it
    /// never changes.
    pub(super) fn keys(&self) -> Vec<(KeyKind, String)> {
        let [user_name, external_id, display_name, emails] = self.key_texts();
        let emails = emails.into_iter().flat_map(text::elements).map(|email| text::member(email, "value"));
        let single =
            [(KeyKind::UserName, user_name), (KeyKind::ExternalId, external_id), (KeyKind::DisplayName, display_name)];
        let all = single.into_iter().chain(emails.map(|value| (KeyKind::Email, value)));
        let read = |(key, value): (KeyKind, Option<&[u8]>)| {
            let value = text::string(value?)?;
            Some((key, if key == KeyKind::ExternalId { value.into_owned() } else { fold(&value) }))
        };
        let mut keys: Vec<_> = all.filter_map(read).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The texts in which the keys stand.
    pub(super) fn key_texts(&self) -> [Option<&[u8]>; 4] {
        text::members_named(&self.0, ["userName", "externalId", "displayName", "emails"])
    }
}
