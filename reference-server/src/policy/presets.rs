//! The presets: each but the first is the one before, with the fields that differ.

use super::{
    Free, Integrity, Lists, Offers, Omitted, OmittedActive, PatchAnswer, Policy, Shown, Undeclared, UnknownAttributes,
    UserNameText, Vocabulary, Wire, Writes,
};
use crate::scim::filter::{BareComplex, BareWords, FilterReading};
use crate::scim::patch::PatchLeniency;
use crate::scim::value::ValueLeniency;

/// A name on the command line, and the policy behind it.
pub type Preset = (&'static str, fn() -> Policy);

/// All of them.
pub const PRESETS: [Preset; 4] =
    [("strict", Policy::strict), ("rfc", Policy::rfc), ("okta", Policy::okta), ("entra", Policy::entra)];

impl Policy {
    /// The RFCs and nothing more: where they leave something open, what most understand them to say.
    #[must_use]
    pub fn rfc() -> Self {
        Self {
            patch: PatchLeniency::default(),
            ignore_unknown_schemas: false,
            put_omitted: Omitted::Clears,
            put_omitted_active: OmittedActive::Keeps,
            patch_answer: PatchAnswer::Resource,
            raw_token: false,
            anonymous_writes: false,
            default_page_size: 100,
            max_results: 1000,
            vocabulary: Vocabulary::default(),
            product: None,
            offers: Offers::default(),
            writes: Writes::default(),
            filters: FilterReading::default(),
            shown: Shown::default(),
            lists: Lists::default(),
            wire: Wire::default(),
        }
    }

    /// The narrowest reading: what the RFCs do not define is refused, and what they demand is done.
    #[must_use]
    pub fn strict() -> Self {
        let rfc = Self::rfc();
        Self {
            patch: PatchLeniency::strict(),
            writes: Writes {
                unknown_attributes: UnknownAttributes::Refused,
                values: ValueLeniency::strict(),
                undeclared_extensions: Undeclared::Refused,
                integrity: Integrity::MembersAndManagers,
                user_name_text: UserNameText::Identifier,
                ..rfc.writes
            },
            ..rfc
        }
    }

    /// What Okta and Entra need, on top of the RFCs.
    #[must_use]
    pub fn okta() -> Self {
        Self { patch: PatchLeniency::okta(), ignore_unknown_schemas: true, ..Self::rfc() }
    }

    /// What Entra sends without its compliance flag, and what its validator asks for, on top of that.
    #[must_use]
    pub fn entra() -> Self {
        let okta = Self::okta();
        let patch = PatchLeniency::entra();
        Self {
            patch,
            patch_answer: PatchAnswer::NoContentForGroups,
            writes: Writes { values: patch.values, group_names: Free::No, ..okta.writes },
            filters: FilterReading {
                bare_words: BareWords::Text,
                parts_behind_brackets: true,
                unqualified_names: true,
                bare_complex: BareComplex::Value,
                string_booleans: true,
                ..okta.filters
            },
            ..okta
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::okta()
    }
}
