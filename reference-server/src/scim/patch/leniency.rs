//! Writings of PATCH that RFC 7644 does not have, or leaves open, and what they come to here.

use crate::scim::value::ValueLeniency;

/// How a PATCH is read. The default is what the RFC says, as most understand it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PatchLeniency {
    /// `Add`, `REPLACE` (A05).
    pub op_in_any_case: bool,
    /// A message without operations does nothing, successfully (A10).
    pub empty_operations: bool,
    /// What becomes of members of the message that the RFC does not know.
    pub unknown_members: UnknownMembers,
    /// Loose writings of values.
    pub values: ValueLeniency,
    /// One value stands for a list of it.
    pub lone_values: LoneValues,
    /// What `null` does (A48).
    pub nulls: Nulls,
    /// Keys of a value without path may be paths: `name.givenName`, `urn:…:User:department` (A49).
    pub path_like_keys: bool,
    /// What becomes of keys of a value without path that name nothing.
    pub unknown_keys: UnknownPaths,
    /// What becomes of a path that names nothing (A17).
    pub unknown_paths: UnknownPaths,
    /// Whether the URN of an extension is a path (A50).
    pub bare_urns: BareUrns,
    /// An attribute of an extension may be named without its URN, where no other has that name.
    pub unqualified_names: bool,
    /// `manager[value eq "1"]`: a filter selects the one value of a complex attribute (A51).
    pub filters_lone_values: bool,
    /// What `remove` with a list of values takes out (A01).
    pub listed_values: ListedValues,
    /// `remove` of values that are not there is refused with `noTarget`, instead of having nothing to do (A02).
    pub remove_needs_a_target: bool,
    /// `add` at `emails[type eq "work"].value` makes the element that is not there (A04).
    pub add_creates_element: bool,
    /// The same for `replace`, for which RFC 7644 wants `noTarget` (A03).
    pub replace_creates_element: bool,
    /// What `add` does to a complex attribute that has parts (A47).
    pub added_parts: Parts,
    /// What `replace` does to the elements that a filter selects (A46).
    pub replaced_elements: Parts,
    /// `members[value eq "1"].value` may be replaced: one leaves, another joins (A52).
    pub exchanges_members: bool,
}

/// Fate of members of a message that the RFC does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownMembers {
    /// They mean nothing.
    #[default]
    Ignored,
    /// The message is refused.
    Refused,
}

/// Whether a value stands for a list that holds nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoneValues {
    /// It does.
    #[default]
    Taken,
    /// An attribute of several values takes a list.
    Refused,
}

/// Meaning of `null` as the value of an operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nulls {
    /// `replace` takes the value away (RFC 7643 §2.5).
    #[default]
    Unassign,
    /// It is no value.
    Refused,
}

/// Fate of a path that names no attribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownPaths {
    /// 400 `invalidPath`.
    #[default]
    InvalidPath,
    /// 400 `noTarget`.
    NoTarget,
    /// The operation has nothing to do.
    Ignored,
}

/// Whether the URN of an extension addresses all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BareUrns {
    /// It does.
    #[default]
    Read,
    /// The grammar has no such path.
    Refused,
}

/// Meaning of a list of values in a `remove`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListedValues {
    /// It is refused: taking everything away from a client that listed a few would be the worst of all readings.
    #[default]
    Refused,
    /// Those go, and no others.
    Removed,
    /// It means nothing: the path says that all values go.
    Ignored,
}

/// What becomes of the parts of a complex value that an operation does not speak of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Parts {
    /// They stay.
    #[default]
    Merged,
    /// They go.
    Replaced,
}

impl PatchLeniency {
    /// Nothing that the RFC does not say.
    #[must_use]
    pub fn strict() -> Self {
        Self {
            unknown_members: UnknownMembers::Refused,
            values: ValueLeniency::strict(),
            lone_values: LoneValues::Refused,
            nulls: Nulls::Refused,
            bare_urns: BareUrns::Refused,
            remove_needs_a_target: true,
            ..Self::default()
        }
    }

    /// What the great identity providers write.
    #[must_use]
    pub fn okta() -> Self {
        Self {
            op_in_any_case: true,
            values: ValueLeniency { string_booleans: true, bare_complex: true, ..ValueLeniency::default() },
            path_like_keys: true,
            listed_values: ListedValues::Removed,
            add_creates_element: true,
            ..Self::default()
        }
    }

    /// What Entra writes without its compliance flag, and what its validator asks for.
    #[must_use]
    pub fn entra() -> Self {
        let values = ValueLeniency { lists_of_one: true, empty_text_clears: true, ..Self::okta().values };
        Self {
            empty_operations: true,
            values,
            unknown_keys: UnknownPaths::Ignored,
            unqualified_names: true,
            filters_lone_values: true,
            replace_creates_element: true,
            ..Self::okta()
        }
    }
}
