//! The filters of sequences: up to three comparisons, bound to values of resources that are there.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::op::Kind;
use crate::scim::filter::{self, Filter};

/// One comparison of a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// How it joins what stands before it.
    pub join: Join,
    /// `not (…)`.
    pub not: bool,
    /// What is compared.
    pub field: Field,
    /// How.
    pub test: Test,
    /// With which of its values.
    pub value: u8,
}

/// A connective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names are RFC 7644's own")]
pub enum Join {
    And,
    Or,
}

/// An operator that suits the field: where it does not, `eq` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names are RFC 7644's own")]
pub enum Test {
    Eq,
    Ne,
    Co,
    Sw,
    Ew,
    Gt,
    Ge,
    Lt,
    Le,
    Pr,
}

impl Test {
    /// Every operator, in the order of records.
    pub const ALL: [Test; 10] =
        [Test::Eq, Test::Ne, Test::Co, Test::Sw, Test::Ew, Test::Gt, Test::Ge, Test::Lt, Test::Le, Test::Pr];

    fn operator(self) -> Option<filter::Op> {
        use filter::Op;
        Some(match self {
            Test::Eq => Op::Eq,
            Test::Ne => Op::Ne,
            Test::Co => Op::Co,
            Test::Sw => Op::Sw,
            Test::Ew => Op::Ew,
            Test::Gt => Op::Gt,
            Test::Ge => Op::Ge,
            Test::Lt => Op::Lt,
            Test::Le => Op::Le,
            Test::Pr => return None,
        })
    }
}

/// Something to compare, by its number in [`FIELDS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field(pub u8);

/// What a field holds, and so what it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Text.
    Text,
    /// A date.
    Date,
    /// True or false.
    Flag,
    /// Objects, which can only be present.
    Parts,
    /// Mail addresses, compared within brackets beside their type.
    Work,
}

/// Path and content of each field.
pub const FIELDS: [(&str, Holds); 16] = [
    ("userName", Holds::Text),
    ("displayName", Holds::Text),
    ("externalId", Holds::Text),
    ("id", Holds::Text),
    ("active", Holds::Flag),
    ("title", Holds::Text),
    ("nickName", Holds::Text),
    ("name.familyName", Holds::Text),
    ("name", Holds::Parts),
    ("emails.value", Holds::Text),
    ("emails.type", Holds::Text),
    ("emails", Holds::Work),
    ("meta.created", Holds::Date),
    ("meta.lastModified", Holds::Date),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", Holds::Text),
    ("members.value", Holds::Text),
];

/// What groups have of them.
const OF_GROUPS: [u8; 6] = [1, 2, 3, 12, 13, 15];
/// What users have of them.
const OF_USERS: [u8; 15] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];

impl Field {
    /// The fields of a resource type.
    pub fn of(kind: Kind) -> &'static [u8] {
        match kind {
            Kind::User => &OF_USERS,
            Kind::Group => &OF_GROUPS,
        }
    }

    /// Its path.
    pub fn path(self) -> &'static str {
        FIELDS[usize::from(self.0) % FIELDS.len()].0
    }

    fn holds(self) -> Holds {
        FIELDS[usize::from(self.0) % FIELDS.len()].1
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.path())
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Field, D::Error> {
        let path = String::deserialize(from)?;
        let at = FIELDS.iter().position(|(known, _)| *known == path);
        at.and_then(|at| u8::try_from(at).ok())
            .map(Field)
            .ok_or_else(|| D::Error::custom(format!("there is no field {path:?}")))
    }
}

/// What texts are compared with, besides those of resources.
pub const TEXTS: [&str; 10] =
    ["work", "scim", "Ada", "a", "", "O'Neil", "say \"hi\"", "back\\slash", "Zo\u{eb}", "example.com"];
const DATES: [&str; 4] =
    ["2011-05-13T04:42:34Z", "2027-01-15T08:00:00.005Z", "2027-01-15T09:00:00+01:00", "2099-12-31T23:59:59Z"];

/// The tree of these terms; `None` without any. `known` gives texts of resources that are there.
pub fn tree(terms: &[Term], known: &dyn Fn(Field, u8) -> Option<String>) -> Option<Filter> {
    terms.iter().fold(None, |tree, term| {
        let next = leaf(*term, known);
        let next = if term.not { next.negated() } else { next };
        Some(match (tree, term.join) {
            (None, _) => next,
            (Some(tree), Join::And) => tree.and(next),
            (Some(tree), Join::Or) => tree.or(next),
        })
    })
}

fn leaf(term: Term, known: &dyn Fn(Field, u8) -> Option<String>) -> Filter {
    let (path, n) = (term.field.path(), usize::from(term.value));
    let text = || match known(term.field, term.value / 2) {
        Some(text) if term.value.is_multiple_of(2) => text,
        _ => TEXTS[n / 2 % TEXTS.len()].into(),
    };
    let Some(operator) = term.test.operator() else { return filter::present(path) };
    let equality = if operator == filter::Op::Ne { filter::Op::Ne } else { filter::Op::Eq };
    match term.field.holds() {
        Holds::Text => filter::compare(path, operator, text()),
        Holds::Flag => filter::compare(path, equality, n.is_multiple_of(2)),
        Holds::Date if matches!(term.test, Test::Co | Test::Sw | Test::Ew) => {
            filter::compare(path, equality, DATES[n % DATES.len()])
        }
        Holds::Date => filter::compare(path, operator, DATES[n % DATES.len()]),
        Holds::Parts => filter::present(path),
        Holds::Work => {
            filter::element(path, filter::eq("type", "work").and(filter::compare("value", operator, text())))
        }
    }
}
