//! Paging by cursor (RFC 9865): a cursor stands for a query and the last resource that was shown.
//!
//! It is a random word that means something to this organisation's service alone, so it can neither be forged nor used
//! elsewhere. A walk is not disturbed by what comes and goes meanwhile: it goes on behind a resource, not at a number.

use super::search::Found;
use super::{Provider, Query};
use crate::policy::Cursor as Method;
use crate::scim::error::{ScimError, ScimType};
use crate::scim::schema::ResourceKind;
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long a cursor is good for, published as `pagination.cursorTimeout`.
pub(super) const CURSOR_TIMEOUT: Duration = Duration::from_secs(600);

/// The oldest cursor is forgotten when there are more than this.
const LIMIT: usize = 10_000;

/// Where a walk goes on.
#[derive(Clone, Debug)]
pub(super) struct Cursor {
    kinds: Vec<ResourceKind>,
    /// What is asked for, page by page.
    query: Query,
    /// The last resource that was shown; none before the first page.
    pub(super) after: Option<Found>,
    /// The cursor of the page before.
    pub(super) previous: Option<String>,
    opened: Timestamp,
}

#[derive(Default)]
pub(super) struct Cursors(Mutex<Table>);

#[derive(Default)]
struct Table {
    open: HashMap<String, Cursor>,
    order: VecDeque<String>,
}

/// How a list is paged.
pub(super) enum Paging {
    /// By `startIndex`.
    Index,
    /// By cursor: the name of the present page, if it has one, and where it begins.
    Cursor(Option<String>, Box<Cursor>),
}

impl Provider {
    /// How the client wants a list paged.
    pub(super) fn paging(&self, kinds: &[ResourceKind], query: &Query) -> Result<Paging, ScimError> {
        let method = self.policy.offers.cursor;
        let first = || Cursor {
            kinds: kinds.to_vec(),
            query: Query { cursor: None, ..query.clone() },
            after: None,
            previous: None,
            opened: self.now(),
        };
        if method == Method::None {
            return Ok(Paging::Index);
        }
        let too_many =
            query.count.is_some_and(|count| usize::try_from(count).is_ok_and(|it| it > self.policy.max_results));
        let name = match (&query.cursor, query.start_index) {
            (None, None) if method == Method::Default => "",
            (None, _) => return Ok(Paging::Index),
            (Some(_), Some(_)) => {
                let detail = "startIndex and cursor cannot be used together";
                return Err(ScimError::bad(ScimType::InvalidValue, detail));
            }
            (Some(name), None) => name,
        };
        if too_many && method == Method::StrictCount {
            let detail = format!("count must not be above {}", self.policy.max_results);
            return Err(ScimError::bad(ScimType::InvalidCount, detail));
        }
        if name.is_empty() {
            return Ok(Paging::Cursor(None, Box::new(first())));
        }
        let cursor = self.cursors.find(name);
        let cursor = cursor.ok_or_else(|| ScimError::bad(ScimType::InvalidCursor, "there is no such cursor"))?;
        let age = self.now().duration_since(cursor.opened);
        if age > SignedDuration::try_from(CURSOR_TIMEOUT).unwrap_or(SignedDuration::MAX) {
            return Err(ScimError::bad(ScimType::ExpiredCursor, "the cursor is too old; begin again without one"));
        }
        let asked = Query { cursor: None, count: cursor.query.count, ..query.clone() };
        if asked != cursor.query || kinds != cursor.kinds {
            let detail = "the cursor belongs to another query; only count may be left out on the way";
            return Err(ScimError::bad(ScimType::InvalidCursor, detail));
        }
        if query.count.is_some() && query.count != cursor.query.count {
            return Err(ScimError::bad(ScimType::InvalidCount, "count must stay the same from page to page"));
        }
        Ok(Paging::Cursor(Some(name.to_owned()), Box::new(cursor)))
    }

    /// The cursors in front of a page and behind it. `last`: the last resource of the page, if more come after it.
    pub(super) fn neighbours(
        &self,
        name: Option<String>,
        cursor: Cursor,
        last: Option<Found>,
    ) -> (Option<String>, Option<String>) {
        let next = last.map(|last| {
            // The first page has a name only if somebody may want to come back to it.
            let here = name.unwrap_or_else(|| self.open_cursor(cursor.clone()));
            self.open_cursor(Cursor { after: Some(last), previous: Some(here), opened: self.now(), ..cursor.clone() })
        });
        (cursor.previous, next)
    }

    fn open_cursor(&self, cursor: Cursor) -> String {
        let name = self.random::<16>();
        self.cursors.open(name.clone(), cursor);
        name
    }
}

impl Cursor {
    /// How many resources a page holds, as the client said when it began.
    pub(super) fn count(&self) -> Option<i64> {
        self.query.count
    }
}

impl Cursors {
    fn open(&self, name: String, cursor: Cursor) {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if table.order.len() == LIMIT
            && let Some(oldest) = table.order.pop_front()
        {
            table.open.remove(&oldest);
        }
        table.order.push_back(name.clone());
        table.open.insert(name, cursor);
    }

    fn find(&self, name: &str) -> Option<Cursor> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).open.get(name).cloned()
    }
}
