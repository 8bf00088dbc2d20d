//! Readings of filters.

use super::{BOTH, Book, Variant};
use crate::scim::filter::{
    BareComplex, BareWords, Brackets, DollarNames, EmptyFilter, NeOfNone, NeOfSeveral, NestedBrackets, NullOperand,
    Unknown,
};

pub(super) static VARIANTS: &[Variant] = &[
    // The ambiguity A18: an attribute that nobody has has no value.
    Variant {
        name: "filter.unknown-finds-nothing",
        sentence: "A filter on an attribute that nobody knows finds nothing.",
        change: |policy| policy.filters.unknown = Unknown::HasNoValue,
        legal_under: BOTH,
        shows: &[],
    },
    // Brackets are a MAY (RFC7644-3.4.2.2-24).
    Variant {
        name: "filter.no-brackets",
        sentence: "Brackets in the filter of a query are refused.",
        change: |policy| policy.filters.brackets = Brackets::Refused,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A33: a comparison without a value to compare.
    Variant {
        name: "filter.ne-needs-value",
        sentence: "ne does not match where there is no value.",
        change: |policy| policy.filters.ne_of_none = NeOfNone::Fails,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A29: the printed grammar allows them (erratum 7322).
    Variant {
        name: "filter.nested-brackets",
        sentence: "Brackets inside brackets find nothing.",
        change: |policy| policy.filters.nested_brackets = NestedBrackets::FindNothing,
        legal_under: BOTH,
        shows: &[],
    },
    // The grammar of RFC 7644 has it in PATCH paths alone.
    Variant {
        name: "filter.value-path-parts",
        sentence: "A filter may compare a part behind brackets.",
        change: |policy| policy.filters.parts_behind_brackets = true,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A31: RFC 7644 §3.4.2.2 says so, and its own example does without.
    Variant {
        name: "filter.needs-part",
        sentence: "A complex attribute cannot be compared without its part.",
        change: |policy| policy.filters.bare_complex = BareComplex::Refused,
        legal_under: &[Book::Okta],
        shows: &["RFC7644-3.4.2.2-56"],
    },
    // The ambiguity A32: "any of the values", or the contrary of eq.
    Variant {
        name: "filter.ne-all-differ",
        sentence: "ne holds where all of several values differ.",
        change: |policy| policy.filters.ne_of_several = NeOfSeveral::AllDiffer,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A34: the grammar has null, and no rule says what it finds.
    Variant {
        name: "filter.null-refused",
        sentence: "null in a filter is refused.",
        change: |policy| policy.filters.nulls = NullOperand::Refused,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A35: values are JSON, but for two examples.
    Variant {
        name: "filter.bare-words",
        sentence: "Text in a filter may do without quotes.",
        change: |policy| policy.filters.bare_words = BareWords::Text,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A36: a value of another type.
    Variant {
        name: "filter.string-booleans",
        sentence: "A filter may have text for booleans.",
        change: |policy| policy.filters.string_booleans = true,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A37: the grammar has no empty filter.
    Variant {
        name: "filter.empty-is-none",
        sentence: "An empty filter is none.",
        change: |policy| policy.filters.empty = EmptyFilter::Absent,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A43: the grammar of names begins with a letter (erratum 8924).
    Variant {
        name: "filter.no-dollar",
        sentence: "$ref cannot be filtered by.",
        change: |policy| policy.filters.dollar_names = DollarNames::Refused,
        legal_under: BOTH,
        shows: &[],
    },
    // RFC 7644 §3.10 SHOULD-s the URN, and does not forbid to do without.
    Variant {
        name: "filter.unqualified",
        sentence: "A filter may name attributes of extensions without their URN.",
        change: |policy| policy.filters.unqualified_names = true,
        legal_under: BOTH,
        shows: &[],
    },
];
