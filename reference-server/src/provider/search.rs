//! Lists: filtered, sorted, paged.

use super::cursor::Paging;
use super::document::Needed;
use super::{Provider, Query, Reply};
use crate::policy::{BelowRange, ItemsPerPage, ListOrder, OverCount, Sort};
use crate::scim::error::{ScimError, ScimType};
use crate::scim::filter::{self, Filter, Predicate};
use crate::scim::projection::Projection;
use crate::scim::schema::{ResourceKind, ResourceType};
use crate::scim::{list, sort};
use crate::store::{Place, Store};
use serde_json::Value;
use std::cmp::Ordering;

/// A resource of a list, with what the list is sorted by.
pub(super) type Found = (sort::Key, Place);

impl Provider {
    pub(crate) fn search(&self, kinds: &[ResourceKind], query: &Query) -> Result<Reply, ScimError> {
        let projection = self.projection(&query.view, kinds)?;
        let filter = query.filter.as_deref().map(|text| self.parse_filter(text)).transpose()?.flatten();
        let sort_by = query.sort_by.as_deref().filter(|_| self.policy.offers.sort == Sort::Offered);
        self.check_range(query)?;
        let paging = self.paging(kinds, query)?;
        let store = self.listed();
        let in_order = sort_by.is_none() && self.policy.lists.order == ListOrder::OldestFirst;
        let found = match filter.is_none() && in_order {
            true => None,
            false => Some(self.found(&store, kinds, filter.as_ref(), sort_by, query.descending)?),
        };
        let total = match &found {
            None => kinds.iter().map(|kind| store.len(*kind)).sum(),
            Some(found) => found.len(),
        };
        if self.policy.lists.most_matches.is_some_and(|most| total > most) {
            let detail = format!("{total} resources match; ask for fewer by a filter");
            return Err(ScimError::bad(ScimType::TooMany, detail));
        }
        let show = |page: &[Found]| page.iter().map(|(_, place)| self.shown(&store, *place, &projection)).collect();
        let list = match paging {
            Paging::Index => {
                let page = self.page(query);
                let page_of = match found {
                    None => everything(&store, kinds, page),
                    Some(found) => found.into_iter().skip(page.skip).take(page.take).collect(),
                };
                if let (Some(writer), Projection::Default) = (&self.writer, &projection) {
                    return Ok(writer.list(&store, total, page.skip.saturating_add(1), &page_of));
                }
                list::response(total, page.skip.saturating_add(1), show(&page_of))
            }
            Paging::Cursor(name, cursor) => {
                let take = self.page_size(cursor.count());
                let (page, more) = match found {
                    None => behind(&store, kinds, cursor.after.as_ref().map(|(_, place)| *place), take),
                    Some(found) => {
                        let is_shown = |it: &Found| {
                            let after = cursor.after.as_ref();
                            after.is_some_and(|after| self.in_list(kinds, query.descending, it, after).is_le())
                        };
                        let start = found.partition_point(is_shown);
                        let end = start.saturating_add(take).min(found.len());
                        (found[start..end].to_vec(), end < found.len())
                    }
                };
                let last = page.last().filter(|_| more).cloned();
                let (previous, next) = self.neighbours(name, *cursor, last);
                list::cursor_response(total, previous, next, show(&page))
            }
        };
        Ok(Reply::ok(self.dressed(list, query.count)))
    }

    fn parse_filter(&self, text: &str) -> Result<Option<Filter>, ScimError> {
        if !self.policy.offers.filter {
            return Err(ScimError::bad(ScimType::InvalidFilter, "filters are not supported"));
        }
        filter::read(text, self.limits.filter, self.policy.filters)
    }

    /// A list in the form that this server gives it.
    fn dressed(&self, mut list: Value, count: Option<i64>) -> Value {
        let Some(members) = list.as_object_mut() else {
            return list;
        };
        if self.policy.lists.bare_when_whole && members["totalResults"] == members["itemsPerPage"] {
            members.shift_remove("startIndex");
            members.shift_remove("itemsPerPage");
        }
        if self.policy.lists.items_per_page == ItemsPerPage::Asked && members.contains_key("itemsPerPage") {
            members["itemsPerPage"] = self.page_size(count).into();
        }
        if self.policy.lists.no_empty_resources && members["totalResults"] == 0 {
            members.shift_remove("Resources");
        }
        list
    }

    /// A start below 1 means 1, a count below 0 means 0 (RFC 7644, table 6).
    fn page(&self, query: &Query) -> Page {
        let natural = |number: i64| usize::try_from(number.max(0)).unwrap_or(usize::MAX);
        let start = query.start_index.map_or(1, natural).max(1);
        Page { skip: start - 1, take: self.page_size(query.count) }
    }

    /// Numbers that this server does not read as what they could be taken for.
    fn check_range(&self, query: &Query) -> Result<(), ScimError> {
        let lists = &self.policy.lists;
        let below = query.count.is_some_and(|count| count < 0) || query.start_index.is_some_and(|start| start < 1);
        if below && lists.below_range == BelowRange::Refused {
            return Err(ScimError::bad(ScimType::InvalidValue, "count begins at 0, and startIndex at 1"));
        }
        let most = i64::try_from(self.policy.max_results).unwrap_or(i64::MAX);
        if query.count.is_some_and(|count| count > most) && lists.over_count == OverCount::Refused {
            return Err(ScimError::bad(ScimType::TooMany, format!("a page holds no more than {most} resources")));
        }
        Ok(())
    }

    fn page_size(&self, count: Option<i64>) -> usize {
        let count =
            count.map_or(self.policy.default_page_size, |count| usize::try_from(count.max(0)).unwrap_or(usize::MAX));
        count.min(self.policy.max_results)
    }

    /// Which of two resources comes first in a list. Equal keys stay in the order of lists that nobody sorts, so pages
    /// never overlap.
    fn in_list(&self, kinds: &[ResourceKind], descending: bool, (a, one): &Found, (b, other): &Found) -> Ordering {
        let by_key = if descending { b.cmp(a) } else { a.cmp(b) };
        let place = |place: &Place| (kinds.iter().position(|kind| *kind == place.kind()), place.slot);
        by_key.then_with(|| match self.policy.lists.order {
            ListOrder::OldestFirst => place(one).cmp(&place(other)),
            ListOrder::NewestFirst => place(other).cmp(&place(one)),
            ListOrder::Scattered => scattered(*one).cmp(&scattered(*other)),
        })
    }

    fn found(
        &self,
        store: &Store,
        kinds: &[ResourceKind],
        filter: Option<&Filter>,
        sort_by: Option<&str>,
        descending: bool,
    ) -> Result<Vec<Found>, ScimError> {
        let definitions: Vec<&'static ResourceType> =
            kinds.iter().map(|kind| self.policy.vocabulary.definition(*kind)).collect();
        let mut found: Vec<Found> = Vec::new();
        for (kind, definition) in kinds.iter().zip(&definitions) {
            let compile = |filter| filter::compile(filter, definition, &definitions, self.policy.filters);
            let predicate = filter.map(compile).transpose()?;
            let by = sort_by.map(|path| sort::target(path, definition, &definitions)).transpose()?;
            let mut names = predicate.as_ref().map(Predicate::attributes).unwrap_or_default();
            names.extend(by.flatten().map(|target| target.top()));
            for slot in self.looked_at(store, *kind, predicate.as_ref())? {
                let place = Place::new(*kind, slot);
                let record = store.record(*kind, slot);
                let text = |name: &str| record.as_ref()?.string(name);
                match predicate.as_ref().and_then(|predicate| predicate.is_true_by_text(text)) {
                    Some(false) => continue,
                    Some(true) if by.is_none() => {
                        found.push(plain(*kind, slot));
                        continue;
                    }
                    _ => {}
                }
                let document = self.document(store, place, Needed::These(&names));
                if predicate.as_ref().is_none_or(|predicate| predicate.matches(&document)) {
                    let key = by
                        .as_ref()
                        .map(|target| sort::key(target.as_ref(), &document, self.policy.lists.unassigned))
                        .unwrap_or_default();
                    found.push((key, place));
                }
            }
        }
        if sort_by.is_some() || self.policy.lists.order != ListOrder::OldestFirst {
            found.sort_by(|one, other| self.in_list(kinds, descending, one, other));
        }
        Ok(found)
    }
}

/// A number that says nothing of a place, and is always the same.
fn scattered(place: Place) -> u64 {
    (place.slot as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29)
}

#[derive(Clone, Copy)]
struct Page {
    skip: usize,
    take: usize,
}

/// A page of everything there is, found without walking to it.
fn everything(store: &Store, kinds: &[ResourceKind], page: Page) -> Vec<Found> {
    let Page { mut skip, take } = page;
    let mut found = Vec::with_capacity(take.min(1024));
    for kind in kinds {
        let left = take - found.len();
        found.extend(store.slots_from(*kind, skip).take(left).map(|slot| plain(*kind, slot)));
        skip = skip.saturating_sub(store.len(*kind));
    }
    found
}

/// So many of everything there is behind a resource, whether that is still there or not, and whether more come.
fn behind(store: &Store, kinds: &[ResourceKind], after: Option<Place>, take: usize) -> (Vec<Found>, bool) {
    let mut found = Vec::with_capacity(take.min(1024));
    let first = after.and_then(|after| kinds.iter().position(|kind| *kind == after.kind())).unwrap_or_default();
    for kind in &kinds[first..] {
        let start = after.filter(|after| after.kind() == *kind).map_or(0, |after| store.rank_behind(*kind, after.slot));
        let left = take.saturating_add(1) - found.len();
        found.extend(store.slots_from(*kind, start).take(left).map(|slot| plain(*kind, slot)));
    }
    let more = found.len() > take;
    found.truncate(take);
    (found, more)
}

/// A resource of a list that nobody sorts.
fn plain(kind: ResourceKind, slot: usize) -> Found {
    (sort::Key::default(), Place::new(kind, slot))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;
    use crate::policy::Policy;
    use crate::population::Population;
    use crate::scim::filter::{FilterLimits, FilterReading, compile, parse};

    /// A filter decided by a text is decided as by the whole resource.
    #[test]
    fn a_text_decides_as_the_resource_does() {
        let provider = Provider::new(&Config::new("http://scim.example", "token"), Policy::okta(), "");
        provider.populate(Population::of(60));
        let store = provider.reading();
        let mut decided = [0, 0];
        for operator in ["eq", "ne", "co", "sw", "ew", "gt", "le"] {
            for (path, text) in [
                ("userName", "aaliyah.abebe0@CORP.example"),
                ("userName", "a"),
                ("externalId", "00u00000000000000000"),
                ("displayName", "Accounting Team 1"),
                ("title", "m"),
                ("locale", "m"),
                ("id", "0"),
                ("name.familyName", "a"),
                ("emails", "a"),
                ("schemas", "u"),
            ] {
                let filter =
                    parse(&format!("{path} {operator} \"{text}\""), FilterLimits::default()).expect("a filter");
                for kind in [ResourceKind::User, ResourceKind::Group] {
                    let both = [ResourceKind::User.definition(), ResourceKind::Group.definition()];
                    let predicate = compile(&filter, kind.definition(), &both, FilterReading::default()).expect("good");
                    for slot in store.slots_from(kind, 0) {
                        let record = store.record(kind, slot);
                        if let Some(truth) = predicate.is_true_by_text(|name| record.as_ref()?.string(name)) {
                            let document = provider.document(&store, Place::new(kind, slot), Needed::All);
                            assert_eq!(truth, predicate.matches(&document), "{filter} {slot}");
                            decided[usize::from(truth)] += 1;
                        }
                    }
                }
            }
        }
        assert!(decided[0] > 100 && decided[1] > 100, "{decided:?}");
    }
}
