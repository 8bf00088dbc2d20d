//! How lists look.

pub use crate::scim::sort::UnassignedSorts;

use std::time::Duration;

/// Choices of list answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// In which order resources come that nobody sorts.
    pub order: ListOrder,
    /// A list without a match has no `Resources`, instead of an empty one (A11).
    pub no_empty_resources: bool,
    /// `startIndex` and `itemsPerPage` are left out of a list that holds everything.
    pub bare_when_whole: bool,
    /// How long a list or a filter may show what was, instead of what is.
    pub lag: Duration,
    /// A query that more resources match than this is refused with `tooMany`, whatever page of it is wanted.
    pub most_matches: Option<usize>,
    /// What `itemsPerPage` counts (A12).
    pub items_per_page: ItemsPerPage,
    /// A `count` above the largest page (A13).
    pub over_count: OverCount,
    /// A `count` below 0 or a `startIndex` below 1 (A14).
    pub below_range: BelowRange,
    /// Where resources without a value stand in a sorted list (A63).
    pub unassigned: UnassignedSorts,
}

/// What `itemsPerPage` counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ItemsPerPage {
    /// The resources of the page.
    #[default]
    Shown,
    /// Those that a full page would have, as in figure 9 of RFC 7644.
    Asked,
}

/// The answer to a `count` above the largest page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OverCount {
    /// A page of the largest size.
    #[default]
    Cut,
    /// 400 `tooMany`.
    Refused,
}

/// The answer to a `count` below 0 or a `startIndex` below 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BelowRange {
    /// They are read as 0 and 1 (RFC 7644, table 6).
    #[default]
    Raised,
    /// 400 `invalidValue`.
    Refused,
}

/// Order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListOrder {
    /// By creation.
    #[default]
    OldestFirst,
    /// By creation, backwards.
    NewestFirst,
    /// As a hash table has them: steady, and without meaning.
    Scattered,
}
