//! Who says a thing: the documents themselves, what follows from them, or whoever filled their gaps.

use serde::Deserialize;
use serde::de::Error;
use std::fmt;
use std::str::FromStr;
use toml::Spanned;

/// How firm a statement is. Only what is stated or derived can fail a server of somebody else's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Fills a gap that the documents leave.
    Chosen,
    /// Follows from an RFC, a public standard, or the identity provider's own rules.
    Derived,
    /// Stands in the documents.
    Stated,
}

/// A basis and the claims it is about, written `stated ACME-01 ACME-02`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// How firm it is.
    pub basis: Basis,
    /// Ids of claims, one at least.
    pub claims: Vec<String>,
}

/// A value, and who says so: `{ value = "email", from = "stated ACME-03" }`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said<T> {
    /// It.
    pub value: Spanned<T>,
    /// Who says so.
    pub from: Spanned<Source>,
}

impl<T> Said<T> {
    /// The value itself.
    pub fn get(&self) -> &T {
        self.value.get_ref()
    }

    /// Who says so.
    pub fn source(&self) -> &Source {
        self.from.get_ref()
    }
}

impl Basis {
    /// The word of the files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::Derived => "derived",
            Self::Stated => "stated",
        }
    }
}

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut words = text.split_ascii_whitespace();
        let basis = match words.next() {
            Some("stated") => Basis::Stated,
            Some("derived") => Basis::Derived,
            Some("chosen") => Basis::Chosen,
            _ => return Err("a source begins with stated, derived or chosen".into()),
        };
        let claims: Vec<String> = words.map(str::to_owned).collect();
        if claims.is_empty() {
            return Err(format!("after {} come the ids of claims, as in \"{} ACME-01\"", basis.name(), basis.name()));
        }
        Ok(Self { basis, claims })
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.basis.name(), self.claims.join(" "))
    }
}
