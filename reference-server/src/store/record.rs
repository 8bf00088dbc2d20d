//! One resource as it is kept: rendered once, read back only when somebody has to look inside.

use super::KeyKind;
use crate::population::People;
use crate::scim::fold::fold;
use crate::scim::resource::Attributes;
use crate::scim::schema::ResourceKind;
use jiff::Timestamp;
use serde::Deserialize;
use std::fmt;
use subtle::ConstantTimeEq;

#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) id: Box<str>,
    /// The resource's own attributes as JSON. What changes without it (`id`, `meta`, `groups`, `members`) is not in there.
    body: Box<[u8]>,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) password: Option<Password>,
    /// Counts what ends a session: each password change and each deactivation.
    pub(crate) epoch: u64,
}

impl Record {
    pub(crate) fn new(id: String, attributes: &Attributes, password: Option<Password>, now: Timestamp) -> Self {
        Self { id: id.into(), body: render(attributes), created: now, modified: now, password, epoch: 0 }
    }

    /// One of the people, or one of their teams.
    pub(super) fn computed(people: People, kind: ResourceKind, number: usize) -> Self {
        let created = people.created(number);
        Self {
            id: people.id(kind, number).into(),
            body: people.attributes(kind, number).into(),
            created,
            modified: created,
            password: None,
            epoch: 0,
        }
    }

    pub(crate) fn attributes(&self) -> Attributes {
        // The bytes are ours, written from such a map.
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(crate) fn set_attributes(&mut self, attributes: &Attributes) {
        self.body = render(attributes);
    }

    pub(crate) fn keys(&self) -> Keys {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Whether it has the key, which is given folded where case does not matter.
    pub(super) fn holds(&self, key: KeyKind, text: &str) -> bool {
        let is_it = |value: Option<String>| value.as_deref() == Some(text);
        match key {
            KeyKind::Id => fold(&self.id) == text,
            KeyKind::UserName => is_it(self.keys().folded_user_name()),
            KeyKind::ExternalId => is_it(self.keys().external_id),
            KeyKind::DisplayName => is_it(self.keys().folded_display_name()),
            KeyKind::Email => self.keys().folded_emails().iter().any(|email| email == text),
        }
    }
}

fn render(attributes: &Attributes) -> Box<[u8]> {
    // A map of JSON values has no way to fail.
    serde_json::to_vec(attributes).unwrap_or_default().into()
}

/// The values that look-ups go by.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Keys {
    pub(crate) user_name: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) active: bool,
    emails: Vec<Email>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Email {
    value: Option<String>,
}

impl Keys {
    pub(crate) fn folded_user_name(&self) -> Option<String> {
        self.user_name.as_deref().map(fold)
    }

    pub(crate) fn folded_display_name(&self) -> Option<String> {
        self.display_name.as_deref().map(fold)
    }

    /// Each address once, so that the index holds a slot once for a key.
    pub(crate) fn folded_emails(&self) -> Vec<String> {
        let mut emails: Vec<String> = self.emails.iter().filter_map(|email| email.value.as_deref().map(fold)).collect();
        emails.sort_unstable();
        emails.dedup();
        emails
    }

    /// What to call the record where only its name is shown.
    pub(crate) fn label(self) -> Option<String> {
        self.display_name.or(self.user_name)
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
