//! Every leniency and every legal variant, as typed fields with named presets.
//!
//! A field exists only if it changes an answer. None of them makes the server wrong under every rulebook: what is wrong
//! however it is read belongs to [`crate::defects`]. The ways of differing that are legal stand in [`crate::variants`],
//! each with its reason; here are the choices themselves.

mod lists;
mod offers;
mod presets;
mod shown;
mod wire;
mod writes;

pub use lists::{BelowRange, ItemsPerPage, ListOrder, Lists, OverCount, UnassignedSorts};
pub use offers::{
    Bulk, BulkIds, BulkStatus, ConfigSchema, Cursor, Cycle, Discovery, DiscoveryFilter, Etag, Groups, Listing, Me,
    Offers, OverBulk, Root, Sort, StaleVersion,
};
pub use presets::{PRESETS, Preset};
pub use shown::{
    BothLists, Elements, Locations, MemberForm, PartialSchemas, Shown, Times, Unassigned, UnknownNames, Versions,
};
pub use wire::{Challenge, ContentType, Errors, Json, MemberOrder, Repeated, Wire, WrongMethod};
pub use writes::{
    Emails, Free, Ids, Integrity, LastOwner, Links, Missing, NewStatus, OtherId, Primary, Required, Undeclared,
    UnknownAttributes, UpdateConflict, UserNameText, UserNames, Writes,
};

pub use crate::scim::schema::Vocabulary;

use crate::product::Product;
use crate::scim::filter::FilterReading;
use crate::scim::patch::PatchLeniency;
use crate::scim::schema::ResourceKind;

/// How the server behaves where the documents leave a choice or a client needs more than they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How a PATCH is read.
    pub patch: PatchLeniency,
    /// URNs in `schemas` that this server does not know are dropped instead of refused (A16).
    pub ignore_unknown_schemas: bool,
    /// What a PUT does to readWrite attributes it leaves out (A07).
    pub put_omitted: Omitted,
    /// What a PUT without `active` does to the account's status.
    pub put_omitted_active: OmittedActive,
    /// How a successful PATCH is answered (A45).
    pub patch_answer: PatchAnswer,
    /// The token may stand in the Authorization header without a scheme.
    pub raw_token: bool,
    /// Writes are taken from anybody, as a provider with self-registration may do.
    pub anonymous_writes: bool,
    /// Resources in a page when the client asks for no number.
    pub default_page_size: usize,
    /// Most resources in a page, published as `filter.maxResults`.
    pub max_results: usize,
    /// Which attributes and extensions the server knows.
    pub vocabulary: Vocabulary,
    /// The product that it plays, whose rules hold for what is written.
    pub product: Option<&'static Product>,
    /// What is there at all.
    pub offers: Offers,
    /// What becomes of what a client sends.
    pub writes: Writes,
    /// How filters are read.
    pub filters: FilterReading,
    /// How a resource looks.
    pub shown: Shown,
    /// How lists look.
    pub lists: Lists,
    /// How messages look on the wire.
    pub wire: Wire,
}

/// Fate of readWrite attributes that a PUT leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Omitted {
    /// They lose their value.
    Clears,
    /// They keep it.
    Keeps,
}

/// Fate of `active` when a PUT leaves it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OmittedActive {
    /// The status stays: a profile push never lets anybody in again.
    Keeps,
    /// The default of a new account applies, so a deactivated one is active again.
    Defaults,
}

/// Form of the answer to a successful PATCH.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchAnswer {
    /// 200 with the whole resource.
    Resource,
    /// 204 without body, unless the client selects attributes.
    NoContent,
    /// That for groups, which may have many members, and the whole resource for users.
    NoContentForGroups,
}

impl Policy {
    /// Whether users show the groups that they belong to.
    #[must_use]
    pub fn shows_user_groups(&self) -> bool {
        let known = self.vocabulary.definition(ResourceKind::User).attribute("groups").is_some();
        known && self.offers.groups == Groups::Offered && !self.shown.no_user_groups
    }
}
