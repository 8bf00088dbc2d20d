//! People's accounts.

use crate::source::Said;
use serde::Deserialize;

/// What there is to an account.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Accounts {
    /// What somebody who is deactivated has lost.
    pub probe: Option<Said<Probe>>,
    /// Which user names there are.
    pub user_name: Option<Said<UserNameFormat>>,
    /// What becomes of a password that is sent.
    pub password: Option<Said<Password>>,
    /// The attributes that are taken.
    pub accepts: Option<Accepted>,
    /// What a new account may do.
    pub access_level: Option<Said<String>>,
    /// The other levels, which administrators give by hand.
    #[serde(default)]
    pub access_levels: Vec<String>,
    /// What administrators have given by hand outlives whatever the identity provider writes.
    pub keeps_what_is_given: Option<Said<bool>>,
    /// Whether attributes of the identity provider's own administrators are updated; a limit of the identity provider's.
    pub updates_administrators: Option<Said<bool>>,
    /// Attributes that nobody changes in the product's own pages.
    pub fixed_in_pages: Option<Said<Vec<String>>>,
}

/// How it is found out whether an account is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Probe {
    /// The person can sign in or not.
    Login,
    /// The person signs in all the same, and reaches the organisation or not.
    Access,
}

/// Forms of a user name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UserNameFormat {
    /// An e-mail address; anything else is refused.
    Email,
    /// Any.
    Any,
}

/// Fate of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Password {
    /// It opens the account.
    Set,
    /// It is dropped.
    Ignored,
}

/// A closed set of attributes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Accepted {
    /// Their names; a part of one as `name.givenName`, one of several values as `phoneNumbers[type eq "mobile"].value`.
    pub attributes: Said<Vec<String>>,
    /// What becomes of all others.
    pub others: Said<Others>,
}

/// Fate of attributes outside the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Others {
    /// Whatever they hold, they are dropped, and never make a request fail.
    Ignored,
    /// They are published as readOnly, and dropped.
    ReadOnly,
}
