//! What people may do and have agreed to, as it follows from their attributes.

use super::event::What;
use super::short;
use super::write::Write;
use crate::product::Product;
use crate::scim::path::AttrPath;
use crate::scim::resource::Attributes;
use scim_profile::{Advisory, Permission};
use serde_json::Value;
use std::collections::BTreeSet;

/// What somebody may do by the values of their attributes.
pub(super) fn permissions(product: &'static Product, user: &Attributes) -> Vec<&'static Permission> {
    let has = |permission: &&Permission| {
        let (attribute, wanted) = (permission.attribute.get_ref(), permission.value.get_ref());
        let exact = product.is_case_exact(attribute);
        let is_it = |value: &&Value| match value {
            Value::String(text) if exact => text == wanted,
            Value::String(text) => text.eq_ignore_ascii_case(wanted),
            other => other.to_string() == *wanted,
        };
        product.place(attribute).values(user).iter().any(is_it)
    };
    product.profile().permissions.iter().filter(has).collect()
}

/// What somebody is opted in to.
pub(super) fn opt_ins(product: &'static Product, user: &Attributes) -> Vec<&'static str> {
    let is_in = |attribute: &str| !product.place(attribute).values(user).is_empty();
    let all = product.profile().opt_ins.iter();
    all.filter(|opt_in| is_in(opt_in.attribute.get_ref())).map(|opt_in| opt_in.name.get_ref().as_str()).collect()
}

/// The organisation below that somebody belongs to.
pub(super) fn child(product: &'static Product, user: &Attributes) -> Option<String> {
    let attribute = product.profile().organisation.child_attribute.as_ref()?;
    let values = product.place(attribute.get()).values(user);
    values.first().and_then(|value| value.as_str()).map(short)
}

/// How a write changes all that.
pub(super) fn changes(product: &'static Product, write: &Write<'_>) -> Vec<(What, String)> {
    let Some(after) = write.after else { return Vec::new() };
    let nothing = Attributes::new();
    let before = write.before.unwrap_or(&nothing);
    let (was, is) = (opt_ins(product, before), opt_ins(product, after));
    let came = is.iter().filter(|name| !was.contains(name)).map(|name| (What::OptedIn, (*name).to_owned()));
    let gone = was.iter().filter(|name| !is.contains(name)).map(|name| (What::OptedOut, (*name).to_owned()));
    let mut changes: Vec<(What, String)> = came.chain(gone).collect();
    let words = |user: &Attributes| {
        let may = permissions(product, user).into_iter().map(|permission| permission.value.get_ref().as_str());
        may.collect::<Vec<_>>().join(", ")
    };
    let (was, is) = (words(before), words(after));
    if was != is {
        changes.push((What::RightsChanged, is));
    }
    changes
}

/// What is accepted, and worth a word: the request spoke of an attribute, and it has a value now.
pub(super) fn advisories(
    product: &'static Product,
    write: &Write<'_>,
    in_use: &BTreeSet<String>,
) -> Vec<&'static Advisory> {
    let due = |advisory: &&Advisory| {
        if advisory.with.as_ref().is_some_and(|name| !in_use.contains(name)) {
            return false;
        }
        let place = product.place(advisory.attribute.get_ref());
        let has_value = write.after.is_some_and(|user| !place.values(user).is_empty());
        has_value && (write.speaks_of)(&AttrPath { urn: place.extension, name: place.name, sub: place.part })
    };
    product.profile().advisories.iter().filter(due).collect()
}
