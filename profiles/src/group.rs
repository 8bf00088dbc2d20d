//! Groups, for products that have some.

use crate::source::Source;
use serde::Deserialize;
use toml::Spanned;

/// Groups, and what they mean.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Groups {
    /// Who says that there are any.
    pub from: Spanned<Source>,
    /// Administrators give groups a meaning.
    pub mapping: Option<Mapping>,
}

/// What an administrator gives to the members of a group.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mapping {
    /// Roles to choose from.
    pub roles: Vec<String>,
    /// Where in the product it is done.
    pub found_under: Vec<String>,
    /// Who says so.
    pub from: Spanned<Source>,
}
