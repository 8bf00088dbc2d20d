//! PATCH paths: an attribute path, or one with a filter in brackets and perhaps a sub-attribute behind them.

use super::leniency::{PatchLeniency, UnknownPaths};
use crate::scim::error::{ScimError, ScimType, quoted};
use crate::scim::filter::{Filter, FilterLimits, Parser};
use crate::scim::path::AttrPath;
use crate::scim::schema::{Located, ResourceType, Type};

/// Where an operation works.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) located: Located,
    pub(super) filter: Option<Filter>,
}

/// Reads a path and finds what it names; nothing, where a path that names nothing is no fault.
pub(super) fn find(
    text: &str,
    definition: &'static ResourceType,
    leniency: &PatchLeniency,
    limits: FilterLimits,
) -> Result<Option<Place>, ScimError> {
    let wrong = |what: &str| ScimError::bad(ScimType::InvalidPath, format!("the path {} {what}", quoted(text)));
    let mut parser = Parser::new(text, limits).map_err(|error| wrong(&format!("is {error}")))?;
    let mut path = parser.path().map_err(|error| wrong(&format!("is malformed: {error}")))?;
    let mut filter = None;
    if parser.peek() == Some('[') {
        if path.sub.is_some() || parser.rest().starts_with("[]") || !text.contains(']') {
            return Err(wrong("is malformed: its brackets do not fit"));
        }
        filter = Some(parser.brackets().map_err(|error| {
            ScimError::bad(ScimType::InvalidFilter, format!("the filter in {} is wrong: {error}", quoted(text)))
        })?);
        if let Some(rest) = parser.rest().strip_prefix('.') {
            let sub = AttrPath::parse(rest).filter(|sub| sub.urn.is_none() && sub.sub.is_none());
            path.sub = Some(sub.ok_or_else(|| wrong("is malformed after its brackets"))?.name);
        } else if !parser.rest().is_empty() {
            return Err(wrong("is malformed after its brackets"));
        }
    } else if !parser.rest().is_empty() {
        return Err(wrong("is malformed"));
    }
    let unqualified = || definition.locate_unqualified(&path).filter(|_| leniency.unqualified_names);
    let Some(located) = definition.locate(&path).or_else(unqualified) else {
        return unknown(text, leniency.unknown_paths).map(|()| None);
    };
    let filterable = match located {
        Located::Attribute(target) => {
            target.attribute.multi_valued || (leniency.filters_lone_values && target.attribute.kind == Type::Complex)
        }
        Located::Extension(_) => false,
    };
    if filter.is_some() && !filterable {
        return Err(wrong("filters an attribute of one value"));
    }
    Ok(Some(Place { located, filter }))
}

/// What becomes of a name that means nothing.
pub(super) fn unknown(name: &str, fate: UnknownPaths) -> Result<(), ScimError> {
    let detail = || format!("the path {} names no attribute", quoted(name));
    match fate {
        UnknownPaths::InvalidPath => Err(ScimError::bad(ScimType::InvalidPath, detail())),
        UnknownPaths::NoTarget => Err(ScimError::bad(ScimType::NoTarget, detail())),
        UnknownPaths::Ignored => Ok(()),
    }
}
