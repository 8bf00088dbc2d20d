//! Who is signed in. A session belongs to a user as he was: a later password or a deactivation ends it for good.

use std::collections::{HashMap, VecDeque};

/// The oldest session ends when there are more than this.
const LIMIT: usize = 10_000;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Session {
    pub(crate) user: usize,
    pub(crate) epoch: u64,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Sessions {
    open: HashMap<String, Session>,
    order: VecDeque<String>,
}

impl Sessions {
    pub(crate) fn open(&mut self, name: String, session: Session) {
        if self.order.len() == LIMIT
            && let Some(oldest) = self.order.pop_front()
        {
            self.open.remove(&oldest);
        }
        self.order.push_back(name.clone());
        self.open.insert(name, session);
    }

    pub(crate) fn find(&self, name: &str) -> Option<Session> {
        self.open.get(name).copied()
    }
}
