//! People who are there before the first request: made up, and the same ones each time.
//!
//! Everything about a person or a team follows from its number, and each key leads back to the number. So a directory of
//! any size can be loaded into a store, or computed by one whenever somebody looks ([`Population::synthetic`]).

mod keys;
mod person;
mod words;

use crate::scim::resource::{self, Terms};
use crate::scim::schema::{BADGE, ResourceKind, Vocabulary};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use std::ops::Range;

/// Who is there when a server starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Population {
    /// Number of users; nobody, if not said otherwise. Each twenty of them are a team, which is a group.
    pub users: usize,
    /// They are computed when somebody looks, and kept only when somebody changes them.
    pub synthetic: bool,
}

impl Population {
    /// Most users that there can be.
    pub const LIMIT: usize = 1_000_000_000;

    /// Users who are loaded when the server starts.
    #[must_use]
    pub fn of(users: usize) -> Self {
        Self { users, synthetic: false }
    }

    /// Users who are computed.
    #[must_use]
    pub fn synthetic(users: usize) -> Self {
        Self { users, synthetic: true }
    }
}

/// People in one team: a group is answered whole, so that a page of groups holds as many times more.
const TEAM: usize = 20;

/// How many levels a badge has, where everybody must have one.
const LEVELS: usize = 4;

/// When the first of them was created, in milliseconds since 1970: as 2021 began.
const BEGINNING: i64 = 1_609_459_200_000;

/// Milliseconds from one to the next. A thousand million of them are there in less than two years.
const PACE: i64 = 50;

/// The people, and the teams that they make up.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct People {
    users: usize,
    vocabulary: Vocabulary,
}

impl People {
    /// As many as there are, with the attributes that a server knows.
    pub(crate) fn new(users: usize, vocabulary: Vocabulary) -> Self {
        Self { users: users.min(Population::LIMIT), vocabulary }
    }

    pub(crate) fn count(self, kind: ResourceKind) -> usize {
        match kind {
            ResourceKind::User => self.users,
            ResourceKind::Group => self.users.div_ceil(TEAM),
        }
    }

    /// The people of a team.
    pub(crate) fn members_of(self, team: usize) -> Range<usize> {
        let first = (team * TEAM).min(self.users);
        first..(first + TEAM).min(self.users)
    }

    /// The team of a person.
    pub(crate) fn team_of(self, user: usize) -> Option<usize> {
        (user < self.users).then_some(user / TEAM)
    }

    pub(crate) fn created(self, number: usize) -> Timestamp {
        // There are no more than Population::LIMIT of them.
        Timestamp::from_millisecond(BEGINNING + PACE * number as i64).unwrap_or(Timestamp::MAX)
    }

    /// The resource's own attributes as JSON, like those of a resource that a client has created.
    pub(crate) fn attributes(self, kind: ResourceKind, number: usize) -> Vec<u8> {
        let whole = match kind {
            ResourceKind::User => rendered(&person::user(self, number)),
            ResourceKind::Group => rendered(&person::team(number)),
        };
        if self.vocabulary == Vocabulary::Full { whole } else { self.known(kind, number, &whole) }
    }

    /// The attributes that this server knows.
    fn known(self, kind: ResourceKind, number: usize, attributes: &[u8]) -> Vec<u8> {
        let terms = Terms { ignore_unknown_schemas: true, ..Terms::default() };
        let definition = self.vocabulary.definition(kind);
        let mut body: Value = serde_json::from_slice(attributes).unwrap_or_default();
        // Where nobody gets in without a badge, everybody has one.
        if definition.demands(&BADGE) {
            body[BADGE.id] = json!({ "level": number % LEVELS });
        }
        resource::read(definition, &body, terms).map(|submitted| rendered(&submitted.attributes)).unwrap_or_default()
    }
}

fn rendered(resource: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1_024);
    // Plain structures have no way to fail.
    let _ = serde_json::to_writer(&mut bytes, resource);
    bytes
}
