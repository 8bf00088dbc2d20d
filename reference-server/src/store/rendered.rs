//! The attributes of a resource as they are kept: as JSON text, of which most questions need a part only.

use super::{KeyKind, text};
use crate::scim::fold::fold;
use crate::scim::resource::Attributes;
use std::borrow::Cow;
use std::ops::Range;

/// The attributes that keys come from.
pub(super) const KEY_NAMES: [&str; 4] = ["userName", "externalId", "displayName", "emails"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rendered(Vec<u8>);

/// A piece of text that takes the place of another.
pub(super) struct Edit {
    place: Range<usize>,
    text: String,
}

impl From<&Attributes> for Rendered {
    fn from(attributes: &Attributes) -> Self {
        // A map of JSON values has no way to fail.
        Self::from_text(serde_json::to_vec(attributes).unwrap_or_default())
    }
}

impl Rendered {
    /// Takes text that was written from such attributes. It is copied into just the room that it needs: what a text was
    /// written into is larger, and an allocator need not take back what is left over.
    pub(crate) fn from_text(text: Vec<u8>) -> Self {
        Self(text.as_slice().to_vec())
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

    /// What gives an attribute another value; it comes last if it is new. Nothing if that is its value.
    pub(super) fn edit(&self, name: &str, value: &str) -> Option<Edit> {
        match text::place(&self.0, name) {
            Some(place) if self.0[place.clone()] == *value.as_bytes() => None,
            Some(place) => Some(Edit { place, text: value.to_owned() }),
            None => {
                let end = self.0.len().checked_sub(1)?;
                Some(Edit { place: end..end, text: format!(",\"{name}\":{value}") })
            }
        }
    }

    /// Changes the text where it stands.
    pub(super) fn change(&mut self, edit: Edit) {
        let Edit { place, text } = edit;
        self.0.reserve_exact(text.len().saturating_sub(place.len()));
        self.0.splice(place, text.into_bytes());
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

    /// The values that look-ups go by; folded where case does not matter. The id is not among them, as it never changes.
    pub(super) fn keys(&self) -> impl Iterator<Item = (KeyKind, Cow<'_, str>)> {
        let [user_name, external_id, display_name, emails] = self.key_texts();
        let emails = emails.into_iter().flat_map(text::elements).map(|email| text::member(email, "value"));
        let single =
            [(KeyKind::UserName, user_name), (KeyKind::ExternalId, external_id), (KeyKind::DisplayName, display_name)];
        let all = single.into_iter().chain(emails.map(|value| (KeyKind::Email, value)));
        all.filter_map(|(key, value)| {
            let value = text::string(value?)?;
            let key_text = match (key, value) {
                (KeyKind::ExternalId, value) => value,
                (_, Cow::Borrowed(value)) => fold(value),
                (_, Cow::Owned(value)) => fold(&value).into_owned().into(),
            };
            Some((key, key_text))
        })
    }

    /// The texts in which the keys stand.
    pub(super) fn key_texts(&self) -> [Option<&[u8]>; 4] {
        text::members_named(&self.0, KEY_NAMES)
    }
}
