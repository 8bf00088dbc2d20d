//! What can be asked of the provider, and by whom.

use crate::scim::projection::View;
use crate::scim::schema::ResourceKind;
use serde_json::Value;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The provisioning client, known by its token.
    Client,
    /// A client that may read and not write.
    Reader,
    /// A user who is signed in; what is theirs is reached through `/Me` alone.
    Person,
    /// Nobody in particular.
    Anonymous,
}

/// How much an operation touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Open to everybody.
    Public,
    /// Reads ServiceProviderConfig.
    Config,
    /// Reads the rest of discovery.
    Discovery,
    /// Reads resources.
    Read,
    /// Changes resources.
    Write,
}

/// One request, free of HTTP. Bodies and filters are still what the client wrote: judging them is the provider's part.
#[derive(Clone, Debug)]
pub enum Operation {
    /// POST of a resource.
    Create {
        /// Resource type.
        kind: ResourceKind,
        /// The resource.
        body: Value,
        /// Parts of the answer.
        view: View,
    },
    /// GET of a resource.
    Read {
        /// Resource type.
        kind: ResourceKind,
        /// Identifier.
        id: String,
        /// Parts of the answer.
        view: View,
    },
    /// A list, filtered or not, by GET or `.search`.
    Search {
        /// Resource types looked through.
        kinds: &'static [ResourceKind],
        /// What is wanted.
        query: Query,
    },
    /// PUT.
    Replace {
        /// Resource type.
        kind: ResourceKind,
        /// Identifier.
        id: String,
        /// The resource as it is to be.
        body: Value,
        /// Parts of the answer.
        view: View,
    },
    /// PATCH.
    Patch {
        /// Resource type.
        kind: ResourceKind,
        /// Identifier.
        id: String,
        /// The PatchOp message.
        body: Value,
        /// Parts of the answer.
        view: View,
    },
    /// DELETE.
    Delete {
        /// Resource type.
        kind: ResourceKind,
        /// Identifier.
        id: String,
    },
    /// POST of `/Bulk`.
    Bulk {
        /// The BulkRequest message.
        body: Value,
    },
    /// GET of `/ServiceProviderConfig`.
    ServiceProviderConfig,
    /// GET of `/ResourceTypes`, or one of them.
    ResourceTypes {
        /// The one.
        name: Option<String>,
        /// Whether a filter was given, which is not allowed here.
        filtered: bool,
    },
    /// GET of `/Schemas`, or one of them.
    Schemas {
        /// The one.
        urn: Option<String>,
        /// Whether a filter was given, which is not allowed here.
        filtered: bool,
    },
    /// A user signs in.
    Login {
        /// Name in any case.
        user_name: String,
        /// Password in clear.
        password: String,
    },
    /// A signed-in user comes back.
    Session {
        /// What [`Operation::Login`] gave.
        session: String,
    },
}

/// A query for resources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Filter as written.
    pub filter: Option<String>,
    /// Attribute to sort by, as written.
    pub sort_by: Option<String>,
    /// Sort in descending order.
    pub descending: bool,
    /// First result wanted, counted from 1.
    pub start_index: Option<i64>,
    /// Number of results wanted.
    pub count: Option<i64>,
    /// Where to go on (RFC 9865); empty for the first page.
    pub cursor: Option<String>,
    /// Parts of each resource.
    pub view: View,
}

impl Operation {
    /// How much it touches.
    #[must_use]
    pub fn access(&self) -> Access {
        match self {
            Self::Login { .. } | Self::Session { .. } => Access::Public,
            Self::ServiceProviderConfig => Access::Config,
            Self::ResourceTypes { .. } | Self::Schemas { .. } => Access::Discovery,
            Self::Read { .. } | Self::Search { .. } => Access::Read,
            Self::Create { .. }
            | Self::Replace { .. }
            | Self::Patch { .. }
            | Self::Delete { .. }
            | Self::Bulk { .. } => Access::Write,
        }
    }
}
