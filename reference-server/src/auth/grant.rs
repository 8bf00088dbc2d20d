//! What an administrator has consented to: a family of tokens that lives as long as it is used, and ends as a whole.

use super::{Authority, Moment};
use jiff::Timestamp;

/// Most of them that live beside each other; the oldest ends when there are more.
const LIMIT: usize = 1_000;

/// A consent. Its tokens are good as long as it is there.
#[derive(Debug)]
pub(super) struct Grant {
    used: Timestamp,
}

impl Authority {
    pub(super) fn open_grant(&mut self, moment: &Moment<'_>) -> u64 {
        if self.grants.len() == LIMIT {
            self.grants.pop_first();
        }
        self.opened += 1;
        self.grants.insert(self.opened, Grant { used: moment.now });
        self.opened
    }

    /// Whether a consent is still good. If it is, it is so for another while.
    pub(super) fn use_grant(&mut self, number: u64, moment: &Moment<'_>) -> bool {
        let Some(grant) = self.grants.get_mut(&number) else { return false };
        if self.terms.idle.is_some_and(|idle| moment.is_past(grant.used, idle)) {
            self.grants.remove(&number);
            return false;
        }
        grant.used = moment.now;
        true
    }
}
