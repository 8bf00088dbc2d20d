//! Lists that lag behind, as those of a search index do: they show what was a moment ago.

use super::Provider;
use crate::store::Store;
use jiff::{SignedDuration, Timestamp};
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError, RwLockReadGuard};

/// The last picture that was taken of the store, and when.
pub(super) type Lagging = Mutex<Option<(Timestamp, Arc<Store>)>>;

/// The store as a list sees it.
pub(super) enum Seen<'a> {
    /// As it is.
    Now(RwLockReadGuard<'a, Store>),
    /// As it was.
    Before(Arc<Store>),
}

impl Deref for Seen<'_> {
    type Target = Store;

    fn deref(&self) -> &Store {
        match self {
            Self::Now(store) => store,
            Self::Before(store) => store,
        }
    }
}

impl Provider {
    /// What a list shows: a picture serves until it is too old, and then a new one is taken.
    pub(super) fn listed(&self) -> Seen<'_> {
        let lag = SignedDuration::try_from(self.policy.lists.lag).unwrap_or(SignedDuration::MAX);
        if lag.is_zero() {
            return Seen::Now(self.reading());
        }
        let now = self.now();
        let mut picture = self.lagging.lock().unwrap_or_else(PoisonError::into_inner);
        match &*picture {
            Some((taken, store)) if now.duration_since(*taken) < lag => Seen::Before(Arc::clone(store)),
            _ => {
                let store = Arc::new(self.reading().clone());
                *picture = Some((now, Arc::clone(&store)));
                Seen::Before(store)
            }
        }
    }
}
