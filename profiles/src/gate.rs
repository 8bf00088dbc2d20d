//! What must be open before anything works, how an organisation is found, and what is refused whatever it holds.

use crate::source::{Said, Source};
use serde::Deserialize;
use toml::Spanned;

/// Something that keeps a whole organisation or a credential out: 403 with a detail, for callers who are known.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Gate {
    /// A word for it.
    pub name: Spanned<String>,
    /// What closes it.
    pub closed_by: ClosedBy,
    /// Plans or roles that it is open for; nothing for a switch.
    #[serde(default)]
    pub open_for: Vec<String>,
    /// Plans or roles that there are besides.
    #[serde(default)]
    pub closed_for: Vec<String>,
    /// What is answered while it is closed.
    pub detail: String,
    /// Who says so.
    pub from: Spanned<Source>,
}

/// What closes a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClosedBy {
    /// The feature is switched on for each organisation.
    Switch,
    /// The organisation's plan.
    Plan,
    /// The role of the credential, and of whoever made it.
    Role,
}

/// An organisation of the product.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Organisation {
    /// What tells one from another.
    pub found_by: Option<Said<FoundBy>>,
    /// The attribute that puts people into an organisation below, and the names of those that are known.
    pub child_attribute: Option<Said<String>>,
    /// Names of the organisations below.
    #[serde(default)]
    pub children: Vec<String>,
}

/// What tells one organisation from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FoundBy {
    /// The credential.
    Credential,
    /// The base address.
    Address,
}

/// A request that is refused, whatever it holds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Refusal {
    /// Method and path: `DELETE /Users/{id}`.
    pub request: Spanned<String>,
    /// The status.
    pub status: u16,
    /// What is answered.
    pub detail: String,
    /// Who says so.
    pub from: Spanned<Source>,
}

impl Refusal {
    /// What stands for the addresses that a profile can close.
    pub const PATHS: [&str; 5] = ["/Users", "/Users/{id}", "/Groups", "/Groups/{id}", "/Bulk"];
    /// What can be done at them.
    pub const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// The two halves of the request.
    #[must_use]
    pub fn method_and_path(&self) -> (&str, &str) {
        self.request.get_ref().split_once(' ').unwrap_or_default()
    }
}
