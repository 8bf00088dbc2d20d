//! The rules that a profile can cite by name. What each means is written twice, by a server and by a suite.

use serde::Deserialize;

/// A rule for values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// A National Provider Identifier: ten digits, the first 1 or 2, and a Luhn digit over 80840 and the number.
    Npi,
    /// A DEA registration: a letter, a letter or 9, seven digits; the last is that of (1st+3rd+5th) + 2·(2nd+4th+6th).
    DeaNumber,
    /// A name of the IANA time zone database, its older names included.
    TimeZone,
    /// No decimal digit.
    NoDigits,
    /// An e-mail address.
    Email,
    /// Known values with commas between them.
    KnownList,
    /// A known value.
    Known,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Npi, Self::DeaNumber, Self::TimeZone, Self::NoDigits, Self::Email, Self::KnownList, Self::Known];

    /// The word of the files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Npi => "npi",
            Self::DeaNumber => "dea-number",
            Self::TimeZone => "time-zone",
            Self::NoDigits => "no-digits",
            Self::Email => "email",
            Self::KnownList => "known-list",
            Self::Known => "known",
        }
    }

    /// Whether it needs to be told which values are known.
    pub fn asks_for_known(self) -> bool {
        matches!(self, Self::Known | Self::KnownList)
    }
}
