//! Smaller and larger sets of attributes than the RFC's own: a server supports what it supports (RFC 7644 §3.1), and may
//! have an extension of its own (RFC 7643 §3.3).

use super::core::{ENTERPRISE_USER, GROUP, RESOURCE_TYPES, USER, attribute, complex, string};
use super::{Attribute, BADGE, ResourceKind, ResourceType, Schema, Type};
use std::sync::LazyLock;

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
    /// The same, where nobody can do without that extension, nor without the level that it gives.
    WithRequiredBadge,
    /// All of RFC 7643, where a group may do without a name, as its §8.7.1 prints it (A41).
    OptionalGroupNames,
    /// All of RFC 7643, where the case of references counts, as its §2.3.7 says (A42).
    ExactReferences,
    /// All of RFC 7643, with manager.value and groups.$ref as its §8.7.1 prints them (A42).
    AsPrinted,
    /// A product's own.
    Own(Own),
}

/// Resource types that somebody has put together.
#[derive(Clone, Copy, Debug)]
pub struct Own(pub &'static [ResourceType; 2]);

impl PartialEq for Own {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Own {}

impl Vocabulary {
    /// Each of them.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 8] = [
        Self::Full,
        Self::WithoutEnterprise,
        Self::Small,
        Self::WithBadge,
        Self::WithRequiredBadge,
        Self::OptionalGroupNames,
        Self::ExactReferences,
        Self::AsPrinted,
    ];

    /// The resource types of this vocabulary.
    #[must_use]
    pub fn resource_types(self) -> &'static [ResourceType; 2] {
        match self {
            Self::Full => &RESOURCE_TYPES,
            Self::WithoutEnterprise => &WITHOUT_ENTERPRISE,
            Self::Small => &SMALL,
            Self::WithBadge => &WITH_BADGE,
            Self::WithRequiredBadge => &WITH_REQUIRED_BADGE,
            Self::OptionalGroupNames => &OPTIONAL_GROUP_NAMES,
            Self::ExactReferences => &EXACT_REFERENCES,
            Self::AsPrinted => &AS_PRINTED,
            Self::Own(own) => own.0,
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
static WITH_BADGE: [ResourceType; 2] =
    [ResourceType { hides: true, ..users(&USER, &[&ENTERPRISE_USER, &BADGE]) }, GROUPS];
static WITH_REQUIRED_BADGE: LazyLock<[ResourceType; 2]> = LazyLock::new(|| {
    let badge = changed_schema(&BADGE, &|_, attribute| match attribute.name {
        "level" => attribute.required(),
        _ => attribute,
    });
    let extensions: &[&Schema] = Box::leak(Box::new([&ENTERPRISE_USER, badge]));
    [ResourceType { hides: true, demanded: &extensions[1..], ..users(&USER, extensions) }, GROUPS]
});

static OPTIONAL_GROUP_NAMES: LazyLock<[ResourceType; 2]> = LazyLock::new(|| {
    changed(&|_, attribute| match attribute.name {
        // That of users is not required anyway.
        "displayName" => Attribute { required: false, ..attribute },
        _ => attribute,
    })
});

static EXACT_REFERENCES: LazyLock<[ResourceType; 2]> = LazyLock::new(|| {
    changed(&|_, attribute| match attribute.kind {
        Type::Reference => attribute.case_exact(),
        _ => attribute,
    })
});

static AS_PRINTED: LazyLock<[ResourceType; 2]> = LazyLock::new(|| {
    changed(&|within, attribute| match (within, attribute.name) {
        ("manager", "value") => Attribute { case_exact: false, ..attribute },
        ("groups", "$ref") => Attribute { reference_types: &["User", "Group"], ..attribute },
        _ => attribute,
    })
});

/// How one attribute changes; a part of a complex one stands within another.
type Change = dyn Fn(&str, Attribute) -> Attribute;

/// All of RFC 7643 with a change. It is made once, and stays as long as the program.
fn changed(change: &Change) -> [ResourceType; 2] {
    let extensions: &[&Schema] = Box::leak(Box::new([changed_schema(&ENTERPRISE_USER, change)]));
    [
        users(changed_schema(&USER, change), extensions),
        ResourceType { schema: changed_schema(&GROUP, change), ..GROUPS },
    ]
}

fn changed_schema(schema: &Schema, change: &Change) -> &'static Schema {
    Box::leak(Box::new(Schema { attributes: changed_attributes("", schema.attributes, change), ..*schema }))
}

fn changed_attributes(within: &str, attributes: &[Attribute], change: &Change) -> &'static [Attribute] {
    let changed = attributes.iter().map(|attribute| Attribute {
        sub_attributes: changed_attributes(attribute.name, attribute.sub_attributes, change),
        ..change(within, *attribute)
    });
    Vec::leak(changed.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::schema::Returned;

    #[test]
    fn what_is_not_returned_by_default_is_told_of() {
        let is_hidden = |attribute: &Attribute| matches!(attribute.returned, Returned::Request | Returned::Never);
        for definition in Vocabulary::ALL.into_iter().flat_map(Vocabulary::resource_types) {
            let schemas = std::iter::once(definition.schema).chain(definition.extensions.iter().copied());
            let attributes = schemas.flat_map(|schema| schema.attributes);
            let mut all = attributes.flat_map(|it| it.sub_attributes.iter().chain([it]));
            assert_eq!(all.any(|it| it.name != "password" && is_hidden(it)), definition.hides, "{}", definition.name);
        }
    }

    #[test]
    fn a_change_reaches_what_it_is_meant_for_and_no_more() {
        let [user, group] = Vocabulary::AsPrinted.resource_types();
        let manager = user.extensions[0].attribute("manager").expect("a manager");
        assert!(!manager.sub("value").expect("a value").case_exact);
        assert!(RESOURCE_TYPES[0].extensions[0].attributes[5].sub_attributes[0].case_exact);
        assert_eq!(user.schema.attributes.len(), USER.attributes.len());
        assert!(group.schema.attribute("displayName").is_some_and(|name| name.required));
        let [_, group] = Vocabulary::OptionalGroupNames.resource_types();
        assert!(group.schema.attribute("displayName").is_some_and(|name| !name.required));
        let [user, _] = Vocabulary::ExactReferences.resource_types();
        assert!(user.schema.attribute("profileUrl").is_some_and(|url| url.case_exact));
    }
}
