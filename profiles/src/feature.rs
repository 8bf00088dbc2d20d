//! The table that such documents open with.

use crate::source::Said;
use serde::Deserialize;

/// What a product may support.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feature {
    /// People who are assigned get accounts.
    CreateUsers,
    /// Changes of their profiles follow.
    UpdateAttributes,
    /// Accounts are closed.
    Deactivate,
    /// They are opened again.
    Reactivate,
    /// Accounts are read into the identity provider.
    ImportUsers,
    /// Groups are, too.
    ImportGroups,
    /// Groups and memberships are written.
    GroupPush,
    /// Passwords are written.
    PasswordSync,
    /// An account that is there already is taken for the person who is assigned.
    Link,
    /// Accounts are deleted.
    RemoveUsers,
    /// Groups of the product are taken for groups of the identity provider.
    EnhancedGroupPush,
}

/// Whether it does, and who says so.
pub type Offer = Said<bool>;

impl Feature {
    /// The eight of the headline, then what stands below it.
    pub const ALL: [Self; 11] = [
        Self::CreateUsers,
        Self::UpdateAttributes,
        Self::Deactivate,
        Self::Reactivate,
        Self::ImportUsers,
        Self::ImportGroups,
        Self::GroupPush,
        Self::PasswordSync,
        Self::Link,
        Self::RemoveUsers,
        Self::EnhancedGroupPush,
    ];

    /// The word of the files.
    pub fn name(self) -> &'static str {
        match self {
            Self::CreateUsers => "create-users",
            Self::UpdateAttributes => "update-attributes",
            Self::Deactivate => "deactivate",
            Self::Reactivate => "reactivate",
            Self::ImportUsers => "import-users",
            Self::ImportGroups => "import-groups",
            Self::GroupPush => "group-push",
            Self::PasswordSync => "password-sync",
            Self::Link => "link",
            Self::RemoveUsers => "remove-users",
            Self::EnhancedGroupPush => "enhanced-group-push",
        }
    }
}
