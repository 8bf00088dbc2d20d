//! What there is at all, and what discovery says of it.

pub use crate::scim::bulk::{Cycle, OverBulk};

/// Features, and how discovery tells of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offers {
    /// PATCH; without it 501.
    pub patch: bool,
    /// Filters; without them 400.
    pub filter: bool,
    /// Groups.
    pub groups: Groups,
    /// Passwords; without them what is sent is dropped.
    pub passwords: bool,
    /// `sortBy`.
    pub sort: Sort,
    /// Versions of resources as conditions of requests (A22).
    pub etag: Etag,
    /// What a condition that fails is answered with (A21).
    pub stale_version: StaleVersion,
    /// `/Bulk`.
    pub bulk: Bulk,
    /// What becomes of operations of a bulk request that refer to each other in a circle (A26).
    pub bulk_cycles: Cycle,
    /// What becomes of a bulk request with too many operations (A27).
    pub over_bulk: OverBulk,
    /// Whether a POST in a bulk request needs a bulkId (A25).
    pub bulk_ids: BulkIds,
    /// How the status of a bulk operation is written (A23).
    pub bulk_status: BulkStatus,
    /// A PATCH in a bulk request may have its operations alone as data, as in the broken example of RFC 7644 §3.7 (A24).
    pub bulk_bare_patch: bool,
    /// Paging by cursor (RFC 9865).
    pub cursor: Cursor,
    /// A path with a slash at its end means the same as without.
    pub trailing_slash: bool,
    /// What `/Me` is for a token that stands for no user (A60).
    pub me: Me,
    /// Queries over all types, at the base address (A61).
    pub root: Root,
    /// What can be read without a token (A39).
    pub discovery: Discovery,
    /// What a filter on a discovery list does (A38).
    pub discovery_filter: DiscoveryFilter,
    /// What `/Schemas` lists.
    pub schemas: Listing,
    /// How the schema of ServiceProviderConfig is published (A40).
    pub config_schema: ConfigSchema,
    /// ServiceProviderConfig says that there are no security events (RFC 9967).
    pub later_features: bool,
}

impl Default for Offers {
    fn default() -> Self {
        Self {
            patch: true,
            filter: true,
            groups: Groups::default(),
            passwords: true,
            sort: Sort::default(),
            etag: Etag::default(),
            stale_version: StaleVersion::default(),
            bulk: Bulk::default(),
            bulk_cycles: Cycle::default(),
            over_bulk: OverBulk::default(),
            bulk_ids: BulkIds::default(),
            bulk_status: BulkStatus::default(),
            bulk_bare_patch: false,
            cursor: Cursor::default(),
            trailing_slash: true,
            me: Me::default(),
            root: Root::default(),
            discovery: Discovery::default(),
            discovery_filter: DiscoveryFilter::default(),
            schemas: Listing::default(),
            config_schema: ConfigSchema::default(),
            later_features: false,
        }
    }
}

/// Groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Groups {
    /// There are some.
    #[default]
    Offered,
    /// There is no such endpoint.
    NotFound,
    /// The list is there and empty, for Okta asks for it to test the connection (OKTA-TST-002); nothing can be written.
    EmptyList,
}

/// Sorting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Announced, and done.
    #[default]
    Offered,
    /// Not announced; the parameters mean nothing.
    Ignored,
}

/// What becomes of `If-Match` and `If-None-Match`. Whether resources show a version is [`crate::policy::Versions`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Etag {
    /// Announced and honoured; weak tags count in `If-Match` (the reading A22 of RFC 7644's examples).
    #[default]
    Offered,
    /// The same, where a weak tag never satisfies `If-Match` (RFC 7232 §3.1).
    StrongMatch,
    /// Not announced; the conditions mean nothing.
    Ignored,
}

/// `/Me` for a token that stands for no user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Me {
    /// 501 (RFC 7644 §3.11).
    #[default]
    NotImplemented,
    /// 404.
    NotFound,
}

/// Queries over all types, at the base address and at its `/.search`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Root {
    /// They are answered.
    #[default]
    Searched,
    /// 501.
    NotImplemented,
    /// 404.
    NotFound,
}

/// Whether a POST in a bulk request needs a bulkId (the ambiguity A25).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BulkIds {
    /// It does (RFC 7644 §3.7).
    #[default]
    Required,
    /// It may do without.
    Optional,
}

/// How the status of a bulk operation is written (the ambiguity A23).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BulkStatus {
    /// `"201"`, as in the examples of RFC 7644 §3.7.3.
    #[default]
    Text,
    /// `{"code": "201"}`, as in that of §3.7.2.
    Object,
}

/// Paging by cursor (RFC 9865).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cursor {
    /// On request; without a word of the client pages go by index.
    #[default]
    Offered,
    /// On request, and a `count` above the largest page is refused with `invalidCount` instead of cut (the ambiguity A67).
    StrictCount,
    /// In every list, unless the client gives a startIndex.
    Default,
    /// Not announced; the parameter means nothing.
    None,
}

/// The answer to a condition that fails (the ambiguity A21).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StaleVersion {
    /// 412, as HTTP has it.
    #[default]
    PreconditionFailed,
    /// 409, which RFC 7644, table 8, names too.
    Conflict,
}

/// Bulk requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bulk {
    /// Announced, and done.
    #[default]
    Offered,
    /// 501: not supported.
    NotImplemented,
    /// 404: there is no such address.
    NotFound,
}

/// What of discovery is open to everybody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Discovery {
    /// ServiceProviderConfig.
    #[default]
    Config,
    /// Nothing.
    Nothing,
    /// Everything.
    Everything,
}

/// What a filter on a discovery list does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DiscoveryFilter {
    /// It is refused.
    #[default]
    Refused,
    /// Nothing.
    Ignored,
}

/// What `/Schemas` lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Listing {
    /// The schemas of users and groups and those of discovery.
    #[default]
    All,
    /// Those of users and groups alone.
    Resources,
}

/// The published schema of ServiceProviderConfig.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConfigSchema {
    /// With `etag` and the type of authentication schemes, which RFC 7643 §5 requires.
    #[default]
    Complete,
    /// Without them, as RFC 7643 §8.7.2 prints it.
    AsPrinted,
}
