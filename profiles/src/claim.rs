//! What the documents say, one thing at a time.

use crate::source::Basis;
use serde::Deserialize;
use toml::Spanned;

/// One thing that the documents say. Keys of the profile name it in their `from`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Claim {
    /// Capitals, a hyphen, two digits: `ACME-01`. It is the id of a rule in reports.
    pub id: Spanned<String>,
    /// Whether the documents say it in so many words.
    pub basis: Basis,
    /// Where it can be seen.
    pub shows: Vec<Shown>,
    /// It, in a sentence that is true of the product.
    pub words: String,
    /// What a tenant feels if it is not.
    #[serde(default)]
    pub effect: String,
}

/// Where a claim shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// In requests and answers.
    Wire,
    /// In the product's own pages.
    Page,
    /// In what the identity provider does or leaves.
    Emulator,
    /// Nowhere but in the documents.
    Text,
}
