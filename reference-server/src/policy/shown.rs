//! How a resource looks.

pub use crate::scim::projection::{BothLists, PartialSchemas, UnknownNames};

/// Choices of representations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// What stands for an attribute without value.
    pub unassigned: Unassigned,
    /// How addresses of resources are written (A66).
    pub locations: Locations,
    /// How points in time are written.
    pub times: Times,
    /// `meta.version`, and `ETag` with it.
    pub versions: Versions,
    /// In which order the values of an attribute with several come.
    pub elements: Elements,
    /// What is said of a member.
    pub members: MemberForm,
    /// A user does not show its groups, and the schema has no such attribute.
    pub no_user_groups: bool,
    /// What becomes of `attributes` and `excludedAttributes` together (A55).
    pub both_lists: BothLists,
    /// What becomes of names in them that name nothing (A56).
    pub unknown_names: UnknownNames,
    /// Whether a part of a resource has its `schemas` (A57).
    pub partial_schemas: PartialSchemas,
    /// `name.formatted` is put together from the parts where the client gave none.
    pub formats_names: bool,
}

/// What stands for an attribute without value; all of it means the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unassigned {
    /// Nothing.
    #[default]
    LeftOut,
    /// `null`.
    Null,
    /// `[]` where the attribute takes several values, otherwise nothing.
    EmptyList,
}

/// Writings of `meta.location`, `$ref` and the Location header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locations {
    /// Whole addresses.
    #[default]
    Absolute,
    /// Relative to the base address: `Users/1` (RFC 7643 §2.3.7).
    Relative,
    /// Relative to the address of the resource: `../Users/1`, as in the example of RFC 7643 §8.3.
    FromResource,
}

/// Writings of a point in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    /// In UTC with milliseconds.
    #[default]
    Milliseconds,
    /// In UTC, whole seconds.
    Seconds,
    /// In UTC with nine digits of fraction.
    Nanoseconds,
    /// With an offset from UTC.
    Offset,
}

/// Whether a resource shows a version. What it is good for is [`crate::policy::Etag`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Versions {
    /// It does not.
    None,
    /// A weak one, which changes whenever `lastModified` does.
    #[default]
    Weak,
    /// A strong one.
    Strong,
}

/// Order of the values of an attribute with several, which means nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Elements {
    /// As they came.
    #[default]
    AsSent,
    /// The other way round.
    Reversed,
    /// The other way round in every second answer.
    Alternating,
}

/// What is said of a member besides its id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MemberForm {
    /// Address, type and name.
    #[default]
    Full,
    /// Nothing.
    Bare,
    /// Address and type.
    Nameless,
}
