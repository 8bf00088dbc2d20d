//! What the product does besides answering.

use crate::source::Source;
use serde::Deserialize;
use toml::Spanned;

/// A mail that somebody gets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mail {
    /// A word for it.
    pub name: Spanned<String>,
    /// When: once for each.
    pub on: Moment,
    /// Who says so.
    pub from: Spanned<Source>,
}

/// Moments in the life of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    /// It is created.
    Create,
    /// It is closed.
    Deactivate,
    /// It is opened again.
    Reactivate,
}

/// What a person is opted in to while an attribute has a value.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OptIn {
    /// A word for it.
    pub name: Spanned<String>,
    /// The attribute.
    pub attribute: Spanned<String>,
    /// Who says so.
    pub from: Spanned<Source>,
}

/// A write that is accepted and worth a word.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Advisory {
    /// A word for it.
    pub name: Spanned<String>,
    /// It is about writes of this attribute.
    pub attribute: Spanned<String>,
    /// Only in organisations that have this switched on.
    pub with: Option<String>,
    /// What is said.
    pub words: String,
    /// Who says so.
    pub from: Spanned<Source>,
}

/// Things that people borrow.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Equipment {
    /// Their names.
    pub items: Vec<Spanned<String>>,
    /// Who says so.
    pub from: Spanned<Source>,
}

/// What an administrator does in the product once people are provisioned.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FollowUp {
    /// It, in a sentence.
    pub words: String,
    /// Where it is done, step by step.
    #[serde(default)]
    pub found_under: Vec<String>,
    /// Who says so.
    pub from: Spanned<Source>,
}

/// What people may do by the value of an attribute.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Permission {
    /// The attribute.
    pub attribute: Spanned<String>,
    /// Its value.
    pub value: Spanned<String>,
    /// What they may do.
    pub may: Vec<String>,
    /// The name that the product suggests for the group at the identity provider.
    pub suggested_group: Option<String>,
    /// Who says so.
    pub from: Spanned<Source>,
}
