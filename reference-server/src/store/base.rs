//! Records that nobody has written: computed when somebody looks, and kept only when somebody has changed them.
//!
//! They have the slots from 0 on, in front of all that are written. What is kept is what differs: changed records, and
//! the numbers of deleted ones. So a directory takes the memory of its changes, however large it is.

use super::KeyKind;
use super::holes::Holes;
use super::record::Record;
use crate::population::People;
use crate::scim::schema::ResourceKind;
use std::borrow::Cow;
use std::collections::HashMap;

#[derive(Clone, Debug, Default)]
pub(super) struct Base {
    source: Option<(People, ResourceKind)>,
    changed: HashMap<usize, Record>,
    gone: Holes,
}

impl Base {
    pub(super) fn of(people: People, kind: ResourceKind) -> Self {
        Self { source: Some((people, kind)), ..Self::default() }
    }

    /// Number of slots, live or not.
    pub(super) fn slots(&self) -> usize {
        self.source.map_or(0, |(people, kind)| people.count(kind))
    }

    /// Number of live slots.
    pub(super) fn len(&self) -> usize {
        self.slots() - self.gone.len()
    }

    /// Live slots from the n-th on.
    pub(super) fn iter_from(&self, nth: usize) -> impl Iterator<Item = usize> + '_ {
        self.gone.iter_from(nth, self.slots())
    }

    /// Number of live slots before this one.
    pub(super) fn rank(&self, slot: usize) -> usize {
        slot - self.gone.up_to(slot)
    }

    pub(super) fn record(&self, slot: usize) -> Option<Cow<'_, Record>> {
        match self.changed.get(&slot) {
            Some(record) => Some(Cow::Borrowed(record)),
            None => self.computed(slot).map(Cow::Owned),
        }
    }

    pub(super) fn record_mut(&mut self, slot: usize) -> Option<&mut Record> {
        if !self.changed.contains_key(&slot) {
            let computed = self.computed(slot)?;
            self.changed.insert(slot, computed);
        }
        self.changed.get_mut(&slot)
    }

    /// Deletes a record; gives it if there was one.
    pub(super) fn remove(&mut self, slot: usize) -> Option<Record> {
        let record = self.record(slot)?.into_owned();
        self.changed.remove(&slot);
        self.gone.insert(slot);
        Some(record)
    }

    /// Whether one of the candidates has this very id; ids never change.
    pub(super) fn has_id(&self, slot: usize, id: &str) -> bool {
        self.source.is_some_and(|(people, kind)| people.id(kind, slot) == id)
    }

    /// Live slots that may have had the key when they were computed.
    pub(super) fn candidates(&self, key: KeyKind, text: &str) -> Vec<usize> {
        let Some((people, kind)) = self.source else {
            return Vec::new();
        };
        let mut slots = match (key, kind) {
            (KeyKind::Id, _) => Vec::from_iter(people.with_id(kind, text)),
            (KeyKind::DisplayName, ResourceKind::User) => people.called(text),
            (KeyKind::DisplayName, ResourceKind::Group) => Vec::from_iter(people.team_called(text)),
            (_, ResourceKind::Group) => Vec::new(),
            (KeyKind::ExternalId, ResourceKind::User) => Vec::from_iter(people.with_external_id(text)),
            (KeyKind::UserName | KeyKind::Email, ResourceKind::User) => Vec::from_iter(people.with_address(text)),
        };
        slots.retain(|slot| !self.gone.contains(*slot));
        slots
    }

    fn computed(&self, slot: usize) -> Option<Record> {
        let (people, kind) = self.source?;
        (slot < self.slots() && !self.gone.contains(slot)).then(|| Record::computed(people, kind, slot))
    }

    /// How many records are kept, and how many are known to be gone.
    #[cfg(test)]
    pub(super) fn kept(&self) -> (usize, usize) {
        (self.changed.len(), self.gone.len())
    }
}
