//! What becomes of what a client sends.

pub use crate::scim::resource::{Missing, Undeclared};

use crate::scim::value::ValueLeniency;

/// Choices of creating and changing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Writes {
    /// How identifiers look.
    pub ids: Ids,
    /// How a userName is kept.
    pub user_names: UserNames,
    /// Whether a new account without `active` is active.
    pub new_status: NewStatus,
    /// A user without displayName gets one.
    pub names_users: bool,
    /// A user without locale, timezone and userType gets the organisation's.
    pub fills_profile: bool,
    /// Whether a user without mail address gets one.
    pub emails: Emails,
    /// What becomes of mail addresses of which none is primary, or several are (A54).
    pub primary: Primary,
    /// What becomes of attributes that nobody knows (A15).
    pub unknown_attributes: UnknownAttributes,
    /// How the values of a whole resource are read; those of a PATCH are read as its own leniency says.
    pub values: ValueLeniency,
    /// What becomes of an extension that `schemas` does not name.
    pub undeclared_extensions: Undeclared,
    /// How the lack of a required value is called (A19).
    pub missing_required: Missing,
    /// What becomes of a required attribute that a PUT leaves out (A08).
    pub put_required: Required,
    /// What becomes of a PUT whose body has another id than its address (A09).
    pub put_other_id: OtherId,
    /// How a unique value that is in use is answered in PUT and PATCH (A20).
    pub update_conflict: UpdateConflict,
    /// Whether those whom a resource names have to be there (A53).
    pub integrity: Integrity,
    /// Which characters a userName may have (A68).
    pub user_name_text: UserNameText,
    /// Whether two groups may have the same name.
    pub group_names: Free,
    /// Whether the name of a deleted user may be used again.
    pub deleted_names: Free,
    /// Whether two users may have the same externalId (A58).
    pub external_ids: Free,
    /// How a client comes by an account that somebody has made in the application itself.
    pub links: Links,
    /// What becomes of the last owner.
    pub last_owner: LastOwner,
    /// A PUT moves `lastModified` even if it changes nothing.
    pub put_touches: bool,
    /// A PATCH moves `lastModified` even if it changes nothing (A65).
    pub patch_touches: bool,
}

/// Forms of an identifier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ids {
    /// A UUID.
    #[default]
    Uuid,
    /// A UUID in upper case.
    UpperCase,
    /// Decimal digits, one more each time.
    Number,
    /// Some two hundred characters.
    Long,
    /// With characters that an address must escape.
    Odd,
}

/// How a userName is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserNames {
    /// In the letter case in which it came.
    #[default]
    AsSent,
    /// In lower case.
    LowerCase,
}

/// Status of an account that was created without one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NewStatus {
    /// Active.
    #[default]
    Active,
    /// Inactive, until somebody activates it.
    Inactive,
}

/// Mail addresses of a user who was created without.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Emails {
    /// None.
    #[default]
    AsSent,
    /// The userName, where it is an address.
    FromUserName,
}

/// Which of several mail addresses is the primary one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Primary {
    /// The one that the client says, if any; two are refused.
    #[default]
    AsSent,
    /// The first, if the client says none; every other says `false`.
    Assigned,
    /// The last of those that the client says.
    LastWins,
}

/// Fate of attributes that nobody knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownAttributes {
    /// They are dropped.
    #[default]
    Dropped,
    /// The request is refused.
    Refused,
}

/// Whether the account that owns the organisation can be taken away from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LastOwner {
    /// It can neither be deactivated nor deleted.
    #[default]
    Stays,
    /// It is an account like others.
    MayGo,
}

/// Whether a value may be used once more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Free {
    /// It may.
    #[default]
    Yes,
    /// It may not.
    No,
}

/// How a client comes by an account that somebody has made in the application itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Links {
    /// It finds it in lists, and writes it.
    #[default]
    Listed,
    /// No list shows it, and a POST with its userName takes it over: its id and its userName stay.
    OnPost,
}

/// Fate of a required attribute that a PUT leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Required {
    /// The PUT is refused: clients MUST send it (RFC 7644 §3.5.1).
    #[default]
    Demanded,
    /// The old value stays.
    Kept,
}

/// Fate of a PUT whose body has another id than its address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OtherId {
    /// It means nothing: `id` is readOnly (RFC 7644 §3.5.1).
    #[default]
    Ignored,
    /// It is refused with `mutability`, as in the example of RFC 7644 §3.12.
    Refused,
}

/// Status of a conflict over a unique value in PUT and PATCH; in POST it is always 409.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UpdateConflict {
    /// 409 (RFC 7644, table 8).
    #[default]
    Conflict,
    /// 400: table 9, which has `uniqueness`, is about those.
    BadRequest,
}

/// Whether those whom a resource names have to be there (RFC 7643 §2.3.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Integrity {
    /// Members of groups do.
    #[default]
    Members,
    /// Managers do, too.
    MembersAndManagers,
    /// Nobody does: members who are not there are left out.
    Nobody,
}

/// Characters of a userName.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserNameText {
    /// Any.
    #[default]
    Any,
    /// Those of the IdentifierClass of PRECIS (RFC 8264 §4.2): no space, no control, no symbol beyond ASCII.
    Identifier,
}
