//! How lists look.

use std::time::Duration;

/// Choices of list answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// In which order resources come that nobody sorts.
    pub order: ListOrder,
    /// A list without a match has no `Resources`, instead of an empty one.
    pub no_empty_resources: bool,
    /// `startIndex` and `itemsPerPage` are left out of a list that holds everything.
    pub bare_when_whole: bool,
    /// How long a list or a filter may show what was, instead of what is.
    pub lag: Duration,
    /// A query that more resources match than this is refused with `tooMany`, whatever page of it is wanted.
    pub most_matches: Option<usize>,
    /// A filter on an attribute that nobody knows finds nothing, instead of being refused.
    pub unknown_finds_nothing: bool,
    /// Brackets in the filter of a query are refused.
    pub no_brackets: bool,
    /// `ne` is false where there is no value, instead of true.
    pub ne_needs_a_value: bool,
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
