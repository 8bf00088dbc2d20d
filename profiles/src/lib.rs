//! What a product says that it supports through SCIM, claim by claim: one file for each product. Data, and no behaviour:
//! a server serves it and a suite demands it, each in its own way.
//!
//! ```
//! let profile = scim_profile::named("mdscripts").expect("one of the published systems");
//! assert_eq!(profile.title, "MDScripts");
//! assert_eq!(scim_profile::Profile::read("name = 7").expect_err("no name")[0].position.line, 1);
//! ```

mod account;
mod application;
mod attribute;
mod authentication;
mod claim;
mod core;
mod feature;
mod gate;
mod group;
mod lint;
mod place;
mod published;
mod rule;
mod scalar;
mod source;
mod statement;

pub use account::{Accepted, Accounts, Others, Password, Probe, UserNameFormat};
pub use application::{Advisory, Equipment, FollowUp, Mail, Moment, OptIn, Permission};
pub use attribute::{Attribute, Condition, Extension, Invalid, Kind, Mutability};
pub use authentication::{Authentication, ClientAuthentication, Pkce, Scheme};
pub use claim::{Claim, Shown};
pub use feature::{Feature, Offer};
pub use gate::{ClosedBy, FoundBy, Gate, Organisation, Refusal};
pub use group::{Groups, Mapping};
pub use lint::Complaint;
pub use place::Position;
pub use published::{NAMES, named, text_of};
pub use rule::Rule;
pub use scalar::Scalar;
pub use source::{Basis, Said, Source};
pub use statement::Statement;

use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// A product's profile.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// The word for command lines: lower case, digits, hyphens.
    pub name: String,
    /// The product's name.
    pub title: String,
    /// What it is, in a few words.
    pub about: String,
    /// Where its users ask for help.
    pub contact: Option<String>,
    /// The identity providers that the product names.
    pub identity_providers: Vec<String>,
    /// What its documents say, claim by claim.
    #[serde(rename = "claim")]
    pub claims: Vec<Claim>,
    /// The features of the headline, and what stands below it. What is not named, the documents do not speak of.
    pub features: BTreeMap<Feature, Offer>,
    /// How an organisation is found and what it has.
    #[serde(default)]
    pub organisation: Organisation,
    /// How a client shows who it is.
    pub authentication: Authentication,
    /// What must be open before anything works.
    #[serde(default, rename = "gate")]
    pub gates: Vec<Gate>,
    /// People's accounts.
    #[serde(default)]
    pub accounts: Accounts,
    /// Attributes of the core and enterprise schemas that have rules of the product's own.
    #[serde(default, rename = "attribute")]
    pub attributes: Vec<Attribute>,
    /// Schemas of the product's own.
    #[serde(default, rename = "extension")]
    pub extensions: Vec<Extension>,
    /// Groups, where there are any.
    pub groups: Option<Groups>,
    /// Requests that are refused whatever they hold.
    #[serde(default, rename = "refusal")]
    pub refusals: Vec<Refusal>,
    /// Mail that the product sends.
    #[serde(default, rename = "mail")]
    pub mails: Vec<Mail>,
    /// What people are opted in to by what is written of them.
    #[serde(default, rename = "opt-in")]
    pub opt_ins: Vec<OptIn>,
    /// What is accepted, and worth a word to the administrator.
    #[serde(default, rename = "advisory")]
    pub advisories: Vec<Advisory>,
    /// What people may do, by the value of an attribute.
    #[serde(default, rename = "permission")]
    pub permissions: Vec<Permission>,
    /// What people borrow, where they borrow anything.
    pub equipment: Option<Equipment>,
    /// What an administrator does in the product afterwards, for the guide.
    #[serde(default, rename = "follow-up")]
    pub follow_ups: Vec<FollowUp>,
    /// What the documents say that cannot be done, for the guide.
    #[serde(default, rename = "limit")]
    pub limits: Vec<Limit>,
}

/// A limit that the documents name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// It, in words.
    pub words: String,
    /// Who says so.
    pub from: Spanned<Source>,
}
