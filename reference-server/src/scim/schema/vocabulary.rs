//! Smaller and larger sets of attributes than the RFC's own: a server supports what it supports (RFC 7644 §3.1), and may
//! have an extension of its own (RFC 7643 §3.3).

use super::core::{ENTERPRISE_USER, GROUP, RESOURCE_TYPES, USER, attribute, complex, string};
use super::{Attribute, ResourceKind, ResourceType, Schema, Type};

/// Which attributes and extensions a server knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Vocabulary {
    /// All of RFC 7643.
    #[default]
    Full,
    /// The core schemas alone.
    WithoutEnterprise,
    /// What an account needs, and no more.
    Small,
    /// All of RFC 7643, and an extension that clients have never heard of.
    WithBadge,
}

impl Vocabulary {
    /// The resource types of this vocabulary.
    #[must_use]
    pub fn resource_types(self) -> &'static [ResourceType; 2] {
        match self {
            Self::Full => &RESOURCE_TYPES,
            Self::WithoutEnterprise => &WITHOUT_ENTERPRISE,
            Self::Small => &SMALL,
            Self::WithBadge => &WITH_BADGE,
        }
    }

    /// One of them.
    #[must_use]
    pub fn definition(self, kind: ResourceKind) -> &'static ResourceType {
        let [user, group] = self.resource_types();
        match kind {
            ResourceKind::User => user,
            ResourceKind::Group => group,
        }
    }
}

/// An extension that only this server has; it fills it itself.
pub static BADGE: Schema = Schema {
    id: "urn:example:params:scim:schemas:extension:badge:2.0:User",
    name: "Badge",
    description: "The badge that opens doors",
    attributes: &[string("number", "Number printed on the badge").read_only()],
};

static SMALL_USER: Schema = Schema {
    attributes: &[
        string("userName", "Name the person signs in with; unique in any case").required().non_empty().unique(),
        complex(
            "name",
            "Parts of the person's name",
            &[string("familyName", "Family name"), string("givenName", "Given name")],
        ),
        attribute("active", "Whether the person may sign in", Type::Boolean),
        string("password", "Password to set; never shown").non_empty().write_only(),
        complex("emails", "E-mail addresses", EMAIL).multi(),
    ],
    ..USER_FRAME
};

const USER_FRAME: Schema = Schema { id: USER_ID, name: "User", description: "Account of a person", attributes: &[] };
const USER_ID: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

const EMAIL: &[Attribute] = &[
    string("value", "The address"),
    string("type", "What the address is for").canonical(&["work", "home", "other"]),
    attribute("primary", "The preferred address; at most one", Type::Boolean),
];

const fn users(schema: &'static Schema, extensions: &'static [&'static Schema]) -> ResourceType {
    ResourceType {
        kind: ResourceKind::User,
        name: "User",
        endpoint: "/Users",
        description: "Accounts of people",
        schema,
        extensions,
        demanded: &[],
        hides: false,
    }
}

const GROUPS: ResourceType = ResourceType {
    kind: ResourceKind::Group,
    name: "Group",
    endpoint: "/Groups",
    description: "Groups of accounts",
    schema: &GROUP,
    extensions: &[],
    demanded: &[],
    hides: false,
};

static WITHOUT_ENTERPRISE: [ResourceType; 2] = [users(&USER, &[]), GROUPS];
static SMALL: [ResourceType; 2] = [users(&SMALL_USER, &[]), GROUPS];
static WITH_BADGE: [ResourceType; 2] = [users(&USER, &[&ENTERPRISE_USER, &BADGE]), GROUPS];
