//! What becomes of what a client sends.

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
    /// What becomes of mail addresses of which none is primary.
    pub primary: Primary,
    /// What becomes of attributes that nobody knows.
    pub unknown_attributes: UnknownAttributes,
    /// Whether two groups may have the same name.
    pub group_names: Free,
    /// Whether the name of a deleted user may be used again.
    pub deleted_names: Free,
    /// Whether two users may have the same externalId.
    pub external_ids: Free,
    /// What becomes of the last owner.
    pub last_owner: LastOwner,
    /// A PUT moves `lastModified` even if it changes nothing.
    pub put_touches: bool,
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
