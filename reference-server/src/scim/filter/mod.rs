//! Filters: the expression as written, and its text form.
//!
//! [`parse`] reads text under limits, [`Predicate`] is the expression checked against a resource type and ready to be
//! evaluated.

mod parser;
mod predicate;
mod reading;

pub(crate) use parser::Parser;
pub use parser::{FilterError, FilterLimits, parse, parse_as};
pub(crate) use predicate::number_order;
pub use predicate::{Leaf, Operand, Predicate, compile, compile_for_element};
pub use reading::{
    BareComplex, BareWords, Brackets, Comparison, DollarNames, EmptyFilter, FilterReading, NeOfNone, NeOfSeveral,
    NestedBrackets, NullOperand, Unknown,
};

use super::error::{ScimError, ScimType};
use super::path::AttrPath;
use serde_json::Value;
use std::fmt;

/// Reads the filter of a query; nothing, where an empty one is none.
///
/// # Errors
/// 400 `invalidFilter` for what does not follow the grammar, exceeds a limit, or is not read here.
pub fn read(text: &str, limits: FilterLimits, reading: FilterReading) -> Result<Option<Filter>, ScimError> {
    if reading.empty == EmptyFilter::Absent && text.trim().is_empty() {
        return Ok(None);
    }
    let refused = |why: String| ScimError::bad(ScimType::InvalidFilter, why);
    let filter = parse_as(text, limits, reading).map_err(|error| refused(format!("the filter is wrong: {error}")))?;
    if reading.brackets == Brackets::Refused && has_brackets(&filter) {
        return Err(refused("brackets are not supported in a query".to_owned()));
    }
    Ok(Some(filter))
}

fn has_brackets(filter: &Filter) -> bool {
    match filter {
        Filter::Element(..) => true,
        Filter::And(terms) | Filter::Or(terms) => terms.iter().any(has_brackets),
        Filter::Not(inner) => has_brackets(inner),
        Filter::Compare(..) | Filter::Present(_) => false,
    }
}

/// A filter expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// `path op value`.
    Compare(AttrPath, Operator, Value),
    /// `path pr`.
    Present(AttrPath),
    /// All of them; at least two.
    And(Vec<Filter>),
    /// Any of them; at least two.
    Or(Vec<Filter>),
    /// `not (…)`.
    Not(Box<Filter>),
    /// `path[…]`: one value that satisfies the whole of it.
    Element(AttrPath, Box<Filter>),
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Contains.
    Co,
    /// Starts with.
    Sw,
    /// Ends with.
    Ew,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
}

impl Operator {
    const ALL: [(&'static str, Self); 9] = [
        ("eq", Self::Eq),
        ("ne", Self::Ne),
        ("co", Self::Co),
        ("sw", Self::Sw),
        ("ew", Self::Ew),
        ("gt", Self::Gt),
        ("ge", Self::Ge),
        ("lt", Self::Lt),
        ("le", Self::Le),
    ];

    /// The operator of that name, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, operator)| *operator)
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(_, operator)| operator == self).map_or("", |(name, _)| name);
        formatter.write_str(name)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare(path, operator, value) => write!(formatter, "{path} {operator} {value}"),
            Self::Present(path) => write!(formatter, "{path} pr"),
            Self::And(terms) => join(formatter, terms, " and ", |term| matches!(term, Self::And(_) | Self::Or(_))),
            Self::Or(terms) => join(formatter, terms, " or ", |term| matches!(term, Self::Or(_))),
            Self::Not(inner) => write!(formatter, "not ({inner})"),
            Self::Element(path, inner) => write!(formatter, "{path}[{inner}]"),
        }
    }
}

fn join(formatter: &mut fmt::Formatter<'_>, terms: &[Filter], word: &str, bracket: fn(&Filter) -> bool) -> fmt::Result {
    for (index, term) in terms.iter().enumerate() {
        if index > 0 {
            formatter.write_str(word)?;
        }
        if bracket(term) { write!(formatter, "({term})")? } else { write!(formatter, "{term}")? }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_may_do_without_a_filter_and_without_brackets() {
        let with = |text: &str, reading| read(text, FilterLimits::default(), reading).map_err(|error| error.scim_type);
        let usual = FilterReading::default();
        let refused = Err(Some(ScimType::InvalidFilter));
        assert_eq!(with(" ", usual), refused);
        assert_eq!(with(" ", FilterReading { empty: EmptyFilter::Absent, ..usual }), Ok(None));
        let brackets = "title pr and not (emails[type pr])";
        assert!(matches!(with(brackets, usual), Ok(Some(_))));
        assert_eq!(with(brackets, FilterReading { brackets: Brackets::Refused, ..usual }), refused);
    }
}
