//! Attributes with rules of the product's own.

use crate::rule::Rule;
use crate::scalar::Scalar;
use crate::source::{Said, Source};
use serde::Deserialize;
use serde::de::Error;
use std::str::FromStr;
use toml::Spanned;

/// A schema of the product's own, for users.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Extension {
    /// Its URN.
    pub urn: Spanned<String>,
    /// A name for it.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// Who says so.
    pub from: Spanned<Source>,
    /// What it holds.
    #[serde(rename = "attribute")]
    pub attributes: Vec<Attribute>,
}

/// An attribute, and what the product makes of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Attribute {
    /// In an extension its name; else the name of one of the core schema (`timezone`, `name.givenName`), or the URN and
    /// name of one of the enterprise schema.
    pub name: Spanned<String>,
    /// Data type; that of the RFC for attributes of the RFC.
    #[serde(rename = "type")]
    pub kind: Option<Kind>,
    /// What it holds, for attributes of an extension.
    pub description: Option<String>,
    /// How the identity provider calls it.
    pub label: Option<String>,
    /// It is a list.
    #[serde(default)]
    pub multi_valued: bool,
    /// Who says that there is such an attribute.
    pub from: Spanned<Source>,
    /// The rule that its values keep.
    pub rule: Option<Said<Rule>>,
    /// The values that the rule knows, where it asks for known ones.
    #[serde(default)]
    pub known: Vec<String>,
    /// The rule holds only then.
    pub rule_when: Option<Said<Condition>>,
    /// The only values.
    pub values: Option<Said<Vec<String>>>,
    /// Values differ when their case differs.
    pub case_exact: Option<Said<bool>>,
    /// What becomes of others.
    pub invalid: Option<Said<Invalid>>,
    /// The value of an account for which none is sent.
    pub default: Option<Said<Scalar>>,
    /// Who may change it, and when.
    pub mutability: Option<Said<Mutability>>,
    /// Else it is dropped.
    pub applies_when: Option<Said<Condition>>,
    /// Without it the account is refused.
    pub required: Option<Said<bool>>,
    /// Without it the account is refused then.
    pub required_when: Option<Said<Condition>>,
}

/// Data types (RFC 7643 §2.3), complex ones left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// Text.
    String,
    /// True or false.
    Boolean,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// A moment.
    DateTime,
    /// An address of something.
    Reference,
}

/// Fate of a value that breaks the rule or is not among the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Invalid {
    /// 400 `invalidValue`, and nothing is stored.
    Refused,
    /// The default is taken instead.
    Default,
}

/// Who may change an attribute (RFC 7643 §2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mutability {
    /// The server alone.
    ReadOnly,
    /// Clients.
    ReadWrite,
    /// Clients, once.
    Immutable,
    /// Clients, and nobody reads it.
    WriteOnly,
}

/// That another attribute has a value: `isProvider is true`, `role is Manager`.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The other attribute.
    pub attribute: String,
    /// Its value: true, false, or text.
    pub is: Scalar,
}

impl FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((attribute, is)) = text.split_once(" is ").map(|(left, right)| (left.trim(), right.trim())) else {
            return Err("a condition is written as \"isProvider is true\"".into());
        };
        let is = match is {
            "true" => Scalar::Boolean(true),
            "false" => Scalar::Boolean(false),
            text => Scalar::Text(text.to_owned()),
        };
        Ok(Self { attribute: attribute.to_owned(), is })
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
