//! A write as the application hears of it: what was there before, and what is there now.

use crate::scim::path::AttrPath;
use crate::scim::resource::Attributes;
use crate::scim::schema::ResourceKind;
use serde_json::Value;

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Author {
    /// A client, through SCIM.
    Client,
    /// An administrator, in the product's own pages.
    Administrator,
}

/// A write that has been carried out.
pub(crate) struct Write<'a> {
    pub(crate) by: Author,
    pub(crate) kind: ResourceKind,
    pub(crate) id: &'a str,
    /// Nothing for a resource that is new.
    pub(crate) before: Option<&'a Attributes>,
    /// Nothing for one that is gone.
    pub(crate) after: Option<&'a Attributes>,
    /// Whether the request spoke of an attribute.
    pub(crate) speaks_of: &'a dyn Fn(&AttrPath) -> bool,
    /// A new resource, and not a new person: the account was there, unlisted.
    pub(crate) linked: bool,
    /// How many members came and went.
    pub(crate) members: (usize, usize),
}

impl<'a> Write<'a> {
    /// A write, of which no more is known.
    pub(crate) fn of(by: Author, kind: ResourceKind) -> Self {
        Self { by, kind, id: "", before: None, after: None, speaks_of: &|_| false, linked: false, members: (0, 0) }
    }

    pub(super) fn is_start(&self) -> bool {
        self.before.is_none()
    }

    pub(super) fn is_end(&self) -> bool {
        self.after.is_none()
    }

    /// Whether it closes an account that was open.
    pub(super) fn closes(&self) -> bool {
        self.before.is_some_and(is_open) && self.after.is_some_and(|after| !is_open(after))
    }

    /// Whether it opens an account that was closed.
    pub(super) fn opens(&self) -> bool {
        self.after.is_some_and(is_open) && self.before.is_some_and(|before| !is_open(before))
    }

    /// The resource as it is, or was last.
    pub(super) fn latest(&self) -> Option<&Attributes> {
        self.after.or(self.before)
    }
}

/// Whether an account is open.
pub(super) fn is_open(user: &Attributes) -> bool {
    user.get("active") == Some(&Value::Bool(true))
}
