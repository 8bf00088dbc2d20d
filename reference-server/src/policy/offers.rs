//! What there is at all, and what discovery says of it.

/// Features, and how discovery tells of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offers {
    /// PATCH; without it 501.
    pub patch: bool,
    /// Filters; without them 400.
    pub filter: bool,
    /// Groups; without them there is no such endpoint.
    pub groups: bool,
    /// Passwords; without them what is sent is dropped.
    pub passwords: bool,
    /// `sortBy`.
    pub sort: Sort,
    /// What `/Bulk` answers, which is not supported.
    pub bulk: Bulk,
    /// A path with a slash at its end means the same as without.
    pub trailing_slash: bool,
    /// What can be read without a token.
    pub discovery: Discovery,
    /// What a filter on a discovery list does.
    pub discovery_filter: DiscoveryFilter,
    /// What `/Schemas` lists.
    pub schemas: Listing,
    /// ServiceProviderConfig tells of later RFCs.
    pub later_features: bool,
}

impl Default for Offers {
    fn default() -> Self {
        Self {
            patch: true,
            filter: true,
            groups: true,
            passwords: true,
            sort: Sort::default(),
            bulk: Bulk::default(),
            trailing_slash: true,
            discovery: Discovery::default(),
            discovery_filter: DiscoveryFilter::default(),
            schemas: Listing::default(),
            later_features: false,
        }
    }
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

/// The answer to a bulk request by a server that has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bulk {
    /// 501: not supported.
    #[default]
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
