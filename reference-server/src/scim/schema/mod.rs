//! Schemas as data: what attributes there are and how each behaves.
//!
//! Everything that treats attributes differently (validation, PATCH, filters, projection, `/Schemas`) reads these
//! tables, so there is one place that says what an attribute is.

mod badge;
mod core;
mod discovery;
mod render;
mod vocabulary;

pub use self::badge::BADGE;
pub use self::core::{COMMON, DISCOVERY_SCHEMAS, ENTERPRISE_USER, GROUP, RESOURCE_TYPES, USER};
pub use self::render::{as_printed, resource_type, schema};
pub use self::vocabulary::{Own, Vocabulary};

use crate::scim::path::AttrPath;

/// Data type of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// JSON string.
    String,
    /// JSON true or false.
    Boolean,
    /// JSON number without fraction.
    Integer,
    /// JSON number.
    Decimal,
    /// String in xsd:dateTime form.
    DateTime,
    /// String holding a URI.
    Reference,
    /// String in base64.
    Binary,
    /// JSON object of sub-attributes.
    Complex,
}

/// Who may change an attribute, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutability {
    /// The server alone.
    ReadOnly,
    /// The client at any time.
    ReadWrite,
    /// The client, once.
    Immutable,
    /// The client at any time, and nobody reads it.
    WriteOnly,
}

/// When an attribute is part of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returned {
    /// Whatever was asked for.
    Always,
    /// Not even on request.
    Never,
    /// Unless the client asks for less.
    Default,
    /// If the client asks for it, or has just written it.
    Request,
}

/// Definition of one attribute or sub-attribute.
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    /// Name in its canonical spelling.
    pub name: &'static str,
    /// What it holds.
    pub description: &'static str,
    /// Data type.
    pub kind: Type,
    /// An array of values.
    pub multi_valued: bool,
    /// A resource without it is refused.
    pub required: bool,
    /// An empty string is no value.
    pub non_empty: bool,
    /// The values are countries.
    pub is_country: bool,
    /// Values differ when their case differs.
    pub case_exact: bool,
    /// Who may change it.
    pub mutability: Mutability,
    /// When it is returned.
    pub returned: Returned,
    /// No two resources of the type may share a value.
    pub unique: bool,
    /// Suggested values.
    pub canonical_values: &'static [&'static str],
    /// What a reference may point at.
    pub reference_types: &'static [&'static str],
    /// Parts of a complex attribute.
    pub sub_attributes: &'static [Attribute],
}

impl Attribute {
    /// The sub-attribute of that name, in any case.
    #[must_use]
    pub fn sub(&self, name: &str) -> Option<&'static Attribute> {
        self.sub_attributes.iter().find(|sub| sub.name.eq_ignore_ascii_case(name))
    }
}

/// A named set of attributes.
#[derive(Debug)]
pub struct Schema {
    /// URN.
    pub id: &'static str,
    /// Short name.
    pub name: &'static str,
    /// What it describes.
    pub description: &'static str,
    /// Its attributes.
    pub attributes: &'static [Attribute],
}

impl Schema {
    /// The attribute of that name, in any case.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        find(self.attributes, name)
    }
}

/// The resource types that are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResourceKind {
    /// A person's account.
    User,
    /// A group of users and groups.
    Group,
}

impl ResourceKind {
    /// Its definition.
    #[must_use]
    pub fn definition(self) -> &'static ResourceType {
        match self {
            Self::User => &RESOURCE_TYPES[0],
            Self::Group => &RESOURCE_TYPES[1],
        }
    }

    /// `User` or `Group`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.definition().name
    }
}

/// A resource type: endpoint, core schema, extensions.
#[derive(Debug)]
pub struct ResourceType {
    /// Which one.
    pub kind: ResourceKind,
    /// Name, also the value of `meta.resourceType`.
    pub name: &'static str,
    /// Endpoint below the base address.
    pub endpoint: &'static str,
    /// What it is.
    pub description: &'static str,
    /// Core schema.
    pub schema: &'static Schema,
    /// Extensions.
    pub extensions: &'static [&'static Schema],
    /// Those that every resource must use.
    pub demanded: &'static [&'static Schema],
    /// Some of what is kept is not returned by default. Passwords are not kept.
    pub hides: bool,
}

/// Where in a resource a path leads.
#[derive(Clone, Copy, Debug)]
pub enum Located {
    /// A whole extension object.
    Extension(&'static Schema),
    /// An attribute or sub-attribute.
    Attribute(Target),
}

/// An attribute in its place.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Extension object that holds it; the resource itself when `None`.
    pub extension: Option<&'static Schema>,
    /// The attribute.
    pub attribute: &'static Attribute,
    /// The part that is meant.
    pub sub: Option<&'static Attribute>,
}

impl ResourceType {
    /// A top-level attribute by name, common ones included.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        find(COMMON, name).or_else(|| self.schema.attribute(name))
    }

    /// The extension of that URN, in any case.
    #[must_use]
    pub fn extension(&self, urn: &str) -> Option<&'static Schema> {
        self.extensions.iter().copied().find(|schema| schema.id.eq_ignore_ascii_case(urn))
    }

    /// Whether every resource must use an extension.
    #[must_use]
    pub fn demands(&self, extension: &Schema) -> bool {
        self.demanded.iter().any(|demanded| demanded.id == extension.id)
    }

    /// Finds what a name without URN means in the extensions, where it means one thing alone.
    #[must_use]
    pub fn locate_unqualified(&self, path: &AttrPath) -> Option<Located> {
        let qualified = |schema: &&Schema| AttrPath { urn: Some(schema.id.to_owned()), ..path.clone() };
        let mut found = self.extensions.iter().filter_map(|schema| self.locate(&qualified(schema)));
        found.next().filter(|_| path.urn.is_none() && found.next().is_none())
    }

    /// Finds what a path names in resources of this type.
    #[must_use]
    pub fn locate(&self, path: &AttrPath) -> Option<Located> {
        let (extension, attribute) = match &path.urn {
            None => (None, self.attribute(&path.name)?),
            Some(urn) if urn.eq_ignore_ascii_case(self.schema.id) => (None, self.attribute(&path.name)?),
            Some(urn) => match self.extension(urn) {
                Some(schema) => (Some(schema), schema.attribute(&path.name)?),
                None if path.sub.is_none() => {
                    return self.extension(&format!("{urn}:{}", path.name)).map(Located::Extension);
                }
                None => return None,
            },
        };
        let sub = match &path.sub {
            Some(name) => Some(attribute.sub(name)?),
            None => None,
        };
        Some(Located::Attribute(Target { extension, attribute, sub }))
    }
}

fn find(attributes: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locate(text: &str) -> Option<Located> {
        ResourceKind::User.definition().locate(&AttrPath::parse(text)?)
    }

    #[test]
    fn finds_attributes_in_any_case_and_qualification() {
        for text in ["userName", "USERNAME", "urn:ietf:params:scim:schemas:core:2.0:user:userName", "meta.created"] {
            assert!(matches!(locate(text), Some(Located::Attribute(_))), "{text}");
        }
        let manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value";
        assert!(matches!(locate(manager), Some(Located::Attribute(Target { extension: Some(_), sub: Some(_), .. }))));
        let whole = "URN:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        assert!(matches!(locate(whole), Some(Located::Extension(_))));
    }

    #[test]
    fn does_not_find_what_is_not_there() {
        for text in ["department", "name.nope", "members", "urn:example:x:userName", "userName.value"] {
            assert!(locate(text).is_none(), "{text}");
        }
    }
}
