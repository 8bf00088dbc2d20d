//! One resource as it is kept: rendered once, read back only when somebody has to look inside.

use super::KeyKind;
use super::id::Id;
use super::rendered::Rendered;
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
    pub(crate) id: Id,
    /// The resource's own attributes. What changes without it (`id`, `meta`, `groups`, `members`) is not in there.
    rendered: Rendered,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) password: Option<Password>,
    /// Counts what ends a session: each password change and each deactivation.
    pub(crate) epoch: u64,
}

impl Record {
    pub(crate) fn new(id: String, rendered: Rendered, password: Option<Password>, now: Timestamp) -> Self {
        Self { id: id.into(), rendered, created: now, modified: now, password, epoch: 0 }
    }

    /// One of the people, or one of their teams.
    pub(super) fn computed(people: People, kind: ResourceKind, number: usize) -> Self {
        let created = people.created(number);
        Self {
            id: people.id(kind, number).into(),
            rendered: Rendered::from_text(people.attributes(kind, number)),
            created,
            modified: created,
            password: None,
            epoch: 0,
        }
    }

    pub(crate) fn rendered(&self) -> &Rendered {
        &self.rendered
    }

    pub(crate) fn attributes(&self) -> Attributes {
        self.rendered.attributes()
    }

    /// What an attribute says, if it is a string.
    pub(crate) fn string(&self, attribute: &str) -> Option<Cow<'_, str>> {
        self.rendered.string(attribute)
    }

    pub(crate) fn is_active(&self) -> bool {
        self.rendered.is_active()
    }

    /// What to call the record where only its name is shown.
    pub(crate) fn label(&self) -> Option<Cow<'_, str>> {
        self.string("displayName").or_else(|| self.string("userName"))
    }

    pub(super) fn rendered_mut(&mut self) -> &mut Rendered {
        &mut self.rendered
    }

    /// Gives it other attributes, and gives back those it had.
    pub(super) fn set_attributes(&mut self, attributes: Rendered) -> Rendered {
        std::mem::replace(&mut self.rendered, attributes)
    }

    /// Whether it has the key, which is given folded where case does not matter.
    pub(super) fn holds(&self, key: KeyKind, text: &str) -> bool {
        match key {
            KeyKind::Id => fold(&self.id) == text,
            key => self.rendered.keys().any(|(kind, known)| kind == key && known == text),
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
