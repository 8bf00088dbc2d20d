//! Lists: filtered, sorted, paged.

use super::document::Membership;
use super::{Provider, Query, Reply};
use crate::scim::error::{ScimError, ScimType};
use crate::scim::filter::{self, Filter, Leaf, Operand, Operator, Predicate};
use crate::scim::projection::Projection;
use crate::scim::schema::{ResourceKind, ResourceType, Target};
use crate::scim::{list, sort};
use crate::store::{KeyKind, Place, Store};
use serde_json::Value;

impl Provider {
    pub(crate) fn search(&self, kinds: &[ResourceKind], query: &Query) -> Result<Reply, ScimError> {
        let projection = Projection::read(&query.view)?;
        let filter = query.filter.as_deref().map(|text| self.parse_filter(text)).transpose()?;
        let page = self.page(query);
        let store = self.reading();
        let (total, places) = if filter.is_none() && query.sort_by.is_none() {
            (kinds.iter().map(|kind| store.len(*kind)).sum(), everything(&store, kinds, page))
        } else {
            let found = self.found(&store, kinds, filter.as_ref(), query)?;
            let total = found.len();
            (total, found.into_iter().skip(page.skip).take(page.take).collect())
        };
        let resources: Vec<Value> = places.into_iter().map(|place| self.shown(&store, place, &projection)).collect();
        Ok(Reply::ok(list::response(total, page.skip.saturating_add(1), resources)))
    }

    fn parse_filter(&self, text: &str) -> Result<Filter, ScimError> {
        filter::parse(text, self.limits.filter)
            .map_err(|error| ScimError::bad(ScimType::InvalidFilter, format!("the filter is wrong: {error}")))
    }

    /// A start below 1 means 1, a count below 0 means 0 (RFC 7644, table 6).
    fn page(&self, query: &Query) -> Page {
        let natural = |number: i64| usize::try_from(number.max(0)).unwrap_or(usize::MAX);
        let start = query.start_index.map_or(1, natural).max(1);
        let count = query.count.map_or(self.policy.default_page_size, natural);
        Page { skip: start - 1, take: count.min(self.policy.max_results) }
    }

    fn found(
        &self,
        store: &Store,
        kinds: &[ResourceKind],
        filter: Option<&Filter>,
        query: &Query,
    ) -> Result<Vec<Place>, ScimError> {
        let definitions: Vec<&'static ResourceType> = kinds.iter().map(|kind| kind.definition()).collect();
        let mut found: Vec<(sort::Key, Place)> = Vec::new();
        for kind in kinds {
            let predicate =
                filter.map(|filter| filter::compile(filter, kind.definition(), &definitions)).transpose()?;
            let by =
                query.sort_by.as_deref().map(|path| sort::target(path, kind.definition(), &definitions)).transpose()?;
            let membership = if predicate.as_ref().is_some_and(looks_at_membership)
                || by.flatten().as_ref().is_some_and(is_membership)
            {
                Membership::Shown
            } else {
                Membership::LeftOut
            };
            for slot in predicate
                .as_ref()
                .and_then(|predicate| candidates(store, *kind, predicate))
                .unwrap_or_else(|| store.slots_from(*kind, 0).collect())
            {
                let place = Place::new(*kind, slot);
                let document = self.document(store, place, membership);
                if predicate.as_ref().is_none_or(|predicate| predicate.matches(&document)) {
                    let key = by.as_ref().map(|target| sort::key(target.as_ref(), &document)).unwrap_or_default();
                    found.push((key, place));
                }
            }
        }
        // The sort is stable: equal keys stay in order of creation, so pages never overlap.
        if query.sort_by.is_some() {
            found.sort_by(|(a, _), (b, _)| if query.descending { b.cmp(a) } else { a.cmp(b) });
        }
        Ok(found.into_iter().map(|(_, place)| place).collect())
    }
}

#[derive(Clone, Copy)]
struct Page {
    skip: usize,
    take: usize,
}

/// A page of everything there is, found without walking to it.
fn everything(store: &Store, kinds: &[ResourceKind], page: Page) -> Vec<Place> {
    let Page { mut skip, take } = page;
    let mut places = Vec::with_capacity(take.min(1024));
    for kind in kinds {
        let left = take - places.len();
        places.extend(store.slots_from(*kind, skip).take(left).map(|slot| Place::new(*kind, slot)));
        skip = skip.saturating_sub(store.len(*kind));
    }
    places
}

/// The slots an index offers for a filter that demands one exact value; the filter itself still decides about them.
fn candidates(store: &Store, kind: ResourceKind, predicate: &Predicate) -> Option<Vec<usize>> {
    match predicate {
        Predicate::And(terms) => terms.iter().find_map(|term| candidates(store, kind, term)),
        Predicate::Compare(leaf, Operator::Eq, Operand::Text(text)) => by_key(store, kind, leaf, text),
        Predicate::Element(target, inner) => match inner.as_ref() {
            Predicate::Compare(leaf, Operator::Eq, Operand::Text(text)) => {
                let target = Target { sub: Some(leaf.attribute), ..*target };
                by_key(store, kind, &Leaf { target, attribute: leaf.attribute }, text)
            }
            _ => None,
        },
        _ => None,
    }
}

fn by_key(store: &Store, kind: ResourceKind, leaf: &Leaf, text: &str) -> Option<Vec<usize>> {
    if leaf.target.extension.is_some() {
        return None;
    }
    let key = match (leaf.target.attribute.name, leaf.target.sub.map(|sub| sub.name)) {
        ("id", None) => KeyKind::Id,
        ("userName", None) => KeyKind::UserName,
        ("externalId", None) => KeyKind::ExternalId,
        ("displayName", None) => KeyKind::DisplayName,
        ("emails", Some("value")) => KeyKind::Email,
        ("members", Some("value")) => {
            return Some(store.find_any(text).map(|member| store.groups_of(member).to_vec()).unwrap_or_default());
        }
        _ => return None,
    };
    Some(store.candidates(kind, key, text))
}

fn looks_at_membership(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::Constant(_) => false,
        Predicate::Compare(leaf, ..) => is_membership(&leaf.target),
        Predicate::Present(target) | Predicate::Element(target, _) => is_membership(target),
        Predicate::And(terms) | Predicate::Or(terms) => terms.iter().any(looks_at_membership),
        Predicate::Not(inner) => looks_at_membership(inner),
    }
}

fn is_membership(target: &Target) -> bool {
    matches!(target.attribute.name, "members" | "groups")
}
