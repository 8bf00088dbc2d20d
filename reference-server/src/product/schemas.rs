//! The schemas that a product publishes: those of the RFC as far as it takes them, with its own characteristics, and its
//! extensions.

use crate::scim::schema::{
    Attribute, ENTERPRISE_USER, GROUP, Mutability, ResourceKind, ResourceType, Returned, Schema, Type, USER,
};
use scim_profile::{Extension, Kind, Others, Profile, Said};

/// The types of a product, groups included, whether it offers them or not.
pub(super) fn of(profile: &Profile) -> [ResourceType; 2] {
    let user = core(profile, &USER);
    let enterprise = core(profile, &ENTERPRISE_USER);
    let mut extensions: Vec<&'static Schema> = Vec::new();
    if !enterprise.attributes.is_empty() {
        extensions.push(enterprise);
    }
    extensions.extend(profile.extensions.iter().map(extension));
    let kind = |kind: ResourceKind, schema, extensions| ResourceType { schema, extensions, ..*kind.definition() };
    let users = ResourceType { hides: hides(profile), ..kind(ResourceKind::User, user, forever(extensions)) };
    [users, kind(ResourceKind::Group, &GROUP, &[])]
}

/// Whether something is kept that nobody reads.
fn hides(profile: &Profile) -> bool {
    profile.all_attributes().any(|attribute| {
        attribute.mutability.as_ref().is_some_and(|it| *it.get() == scim_profile::Mutability::WriteOnly)
    })
}

/// A schema of the RFC, as this product has it.
fn core(profile: &Profile, schema: &Schema) -> &'static Schema {
    let mut attributes: Vec<Attribute> =
        schema.attributes.iter().filter_map(|attribute| accepted(profile, schema, attribute)).collect();
    for ruled in &profile.attributes {
        let name = match ruled.name.get_ref().strip_prefix(schema.id).and_then(|rest| rest.strip_prefix(':')) {
            Some(name) => name,
            None if schema.id == USER.id => ruled.name.get_ref(),
            None => continue,
        };
        let (name, part) = name.split_once('.').map_or((name, None), |(name, part)| (name, Some(part)));
        let Some(attribute) = attributes.iter_mut().find(|attribute| attribute.name == name) else { continue };
        match part {
            None => characterise(attribute, ruled),
            Some(part) => {
                let mut parts = attribute.sub_attributes.to_vec();
                parts.iter_mut().filter(|sub| sub.name == part).for_each(|sub| characterise(sub, ruled));
                attribute.sub_attributes = forever(parts);
            }
        }
    }
    Box::leak(Box::new(Schema {
        id: schema.id,
        name: schema.name,
        description: schema.description,
        attributes: forever(attributes),
    }))
}

/// An attribute, if the product has it; the parts that it takes of it.
fn accepted(profile: &Profile, schema: &Schema, attribute: &Attribute) -> Option<Attribute> {
    let Some(accepts) = &profile.accounts.accepts else { return Some(*attribute) };
    let own = |name: &String| match name.strip_prefix(schema.id) {
        Some(rest) => rest.strip_prefix(':').map(str::to_owned),
        None => (schema.id == USER.id).then(|| name.clone()),
    };
    let paths: Vec<String> = accepts.attributes.get().iter().filter_map(own).collect();
    let base = |path: &str| path.split(['.', '[']).next().unwrap_or_default().to_owned();
    let mine: Vec<&String> = paths.iter().filter(|path| base(path) == attribute.name).collect();
    // Which groups somebody belongs to is no client's to write, so that no set of what is taken names it.
    if mine.is_empty() && attribute.name == "groups" && profile.groups.is_some() {
        return Some(*attribute);
    }
    if mine.is_empty() {
        return match accepts.others.get() {
            Others::Ignored => None,
            // It is shown to nobody and kept by nobody, so a client that writes one need not hear of it.
            Others::ReadOnly if attribute.name == "password" => Some(*attribute),
            Others::ReadOnly => Some(Attribute { mutability: Mutability::ReadOnly, ..*attribute }),
        };
    }
    let parts: Vec<&str> = mine.iter().filter_map(|path| path.rsplit_once('.').map(|(_, part)| part)).collect();
    if parts.len() < mine.len() || attribute.sub_attributes.is_empty() {
        return Some(*attribute);
    }
    // Which of several values is meant stands in a part of it, so that stays.
    let is_taken = |sub: &&Attribute| parts.contains(&sub.name) || (attribute.multi_valued && sub.name == "type");
    let taken: Vec<Attribute> = attribute.sub_attributes.iter().filter(is_taken).copied().collect();
    Some(Attribute { sub_attributes: forever(taken), ..*attribute })
}

/// What a profile says of an attribute that the RFC has.
fn characterise(attribute: &mut Attribute, ruled: &scim_profile::Attribute) {
    if let Some(values) = &ruled.values {
        attribute.canonical_values = texts(values.get());
    }
    if let Some(exact) = &ruled.case_exact {
        attribute.case_exact = *exact.get();
    }
    if let Some(mutability) = &ruled.mutability {
        attribute.mutability = mutability_of(mutability);
        if attribute.mutability == Mutability::WriteOnly {
            attribute.returned = Returned::Never;
        }
    }
    if let Some(required) = &ruled.required {
        attribute.required = *required.get();
    }
}

fn extension(extension: &Extension) -> &'static Schema {
    let attribute = |ruled: &scim_profile::Attribute| {
        let mut attribute = Attribute {
            name: text(ruled.name.get_ref()),
            description: text(ruled.description.as_deref().unwrap_or_default()),
            kind: ruled.kind.map_or(Type::String, kind_of),
            multi_valued: ruled.multi_valued,
            required: false,
            non_empty: false,
            is_country: false,
            case_exact: false,
            mutability: Mutability::ReadWrite,
            returned: Returned::Default,
            unique: false,
            canonical_values: &[],
            // A product's references lead to pages of its own (RFC 7643 §7: each reference says where it leads).
            reference_types: if ruled.kind == Some(Kind::Reference) { &["external"] } else { &[] },
            sub_attributes: &[],
        };
        characterise(&mut attribute, ruled);
        attribute
    };
    Box::leak(Box::new(Schema {
        id: text(extension.urn.get_ref()),
        name: text(&extension.name),
        description: text(&extension.description),
        attributes: forever(extension.attributes.iter().map(attribute).collect()),
    }))
}

fn kind_of(kind: Kind) -> Type {
    match kind {
        Kind::String => Type::String,
        Kind::Boolean => Type::Boolean,
        Kind::Integer => Type::Integer,
        Kind::Decimal => Type::Decimal,
        Kind::DateTime => Type::DateTime,
        Kind::Reference => Type::Reference,
    }
}

fn mutability_of(mutability: &Said<scim_profile::Mutability>) -> Mutability {
    match mutability.get() {
        scim_profile::Mutability::ReadOnly => Mutability::ReadOnly,
        scim_profile::Mutability::ReadWrite => Mutability::ReadWrite,
        scim_profile::Mutability::Immutable => Mutability::Immutable,
        scim_profile::Mutability::WriteOnly => Mutability::WriteOnly,
    }
}

fn text(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn texts(all: &[String]) -> &'static [&'static str] {
    forever(all.iter().map(|one| text(one)).collect())
}

fn forever<T>(all: Vec<T>) -> &'static [T] {
    Box::leak(all.into_boxed_slice())
}
