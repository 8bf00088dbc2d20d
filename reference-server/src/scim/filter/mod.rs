//! Filters: the expression as written, and its text form.
//!
//! [`parse`] reads text under limits, [`Predicate`] is the expression checked against a resource type and ready to be
//! evaluated.

mod parser;
mod predicate;

pub(crate) use parser::Parser;
pub use parser::{FilterError, FilterLimits, parse};
pub use predicate::{Leaf, Operand, Predicate, Unknown, compile, compile_for_element};

use super::path::AttrPath;
use serde_json::Value;
use std::fmt;

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
