//! The records of one resource type, in order of creation, and the indexes that lead to them.

use super::base::Base;
use super::index::Index;
use super::order::Order;
use super::record::Record;
use super::rendered::{KEY_NAMES, Rendered};
use crate::population::People;
use crate::scim::fold::fold;
use crate::scim::schema::ResourceKind;
use hashbrown::DefaultHashBuilder;
use std::borrow::Cow;
use std::hash::BuildHasher;

#[derive(Clone, Debug, Default)]
pub(super) struct Shelf {
    /// The records that are computed; their slots come first, and there are none as a rule.
    base: Base,
    /// Those behind. Append-only: a deleted record leaves a hole, so that a slot means one record for ever.
    records: Vec<Option<Record>>,
    order: Order,
    /// One for each kind of key.
    indexes: [Index; 5],
    hasher: DefaultHashBuilder,
}

/// A key that records can be found by without looking at all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum KeyKind {
    Id,
    UserName,
    ExternalId,
    DisplayName,
    Email,
}

/// The hash of a key.
type Key = (KeyKind, u32);

impl Shelf {
    /// With records that are computed.
    pub(super) fn computed(people: People, kind: ResourceKind) -> Self {
        Self { base: Base::of(people, kind), ..Self::default() }
    }

    /// With the same records, written down.
    pub(super) fn filled(people: People, kind: ResourceKind) -> Self {
        let count = people.count(kind);
        let mut shelf = Self { records: Vec::with_capacity(count), ..Self::default() };
        for number in 0..count {
            shelf.insert(Record::computed(people, kind, number));
        }
        shelf
    }

    pub(super) fn len(&self) -> usize {
        self.base.len() + self.order.len()
    }

    /// Slots from the n-th record on.
    pub(super) fn slots_from(&self, nth: usize) -> impl Iterator<Item = usize> + '_ {
        let behind = self.order.iter_from(nth.saturating_sub(self.base.len()));
        self.base.iter_from(nth).chain(behind.map(|at| self.base.slots() + at))
    }

    /// How many records stand up to a slot, itself included.
    pub(super) fn rank_behind(&self, slot: usize) -> usize {
        match (slot + 1).checked_sub(self.base.slots()) {
            None => self.base.rank(slot + 1),
            Some(at) => self.base.len() + self.order.rank(at),
        }
    }

    pub(super) fn record(&self, slot: usize) -> Option<Cow<'_, Record>> {
        match slot.checked_sub(self.base.slots()) {
            None => self.base.record(slot),
            Some(at) => self.records.get(at)?.as_ref().map(Cow::Borrowed),
        }
    }

    pub(super) fn record_mut(&mut self, slot: usize) -> Option<&mut Record> {
        match slot.checked_sub(self.base.slots()) {
            None => self.base.record_mut(slot),
            Some(at) => self.records.get_mut(at)?.as_mut(),
        }
    }

    pub(super) fn with_id(&self, id: &str) -> Option<usize> {
        let folded = fold(id);
        let hash = self.hash(&folded);
        let found = self.indexes[KeyKind::Id as usize].candidates(hash).find(|slot| self.has_id(*slot, id));
        found.or_else(|| self.base.candidates(KeyKind::Id, &folded).into_iter().find(|slot| self.has_id(*slot, id)))
    }

    fn has_id(&self, slot: usize, id: &str) -> bool {
        match slot.checked_sub(self.base.slots()) {
            None => self.base.has_id(slot, id),
            Some(at) => matches!(self.records.get(at), Some(Some(record)) if &*record.id == id),
        }
    }

    /// Slots that may hold the key, in order; text keys that ignore case are given folded.
    pub(super) fn candidates(&self, key: KeyKind, text: &str) -> Vec<usize> {
        let mut slots = self.base.candidates(key, text);
        slots.extend(self.indexes[key as usize].candidates(self.hash(text)));
        slots.sort_unstable();
        // A computed record that was changed, and not in this key, is offered by both.
        slots.dedup();
        slots
    }

    /// Slots that do hold it.
    pub(super) fn holders(&self, key: KeyKind, text: &str) -> impl Iterator<Item = usize> {
        let candidates = self.candidates(key, text).into_iter();
        candidates.filter(move |slot| self.record(*slot).is_some_and(|record| record.holds(key, text)))
    }

    pub(super) fn insert(&mut self, record: Record) -> usize {
        let slot = self.base.slots() + self.order.push();
        let mut keys = self.keys(record.rendered());
        keys.push(self.id(&record));
        self.file(&keys, slot, Index::insert);
        self.records.push(Some(record));
        slot
    }

    pub(super) fn remove(&mut self, slot: usize) {
        let removed = match slot.checked_sub(self.base.slots()) {
            None => self.base.remove(slot),
            Some(at) => {
                self.order.remove(at);
                self.records.get_mut(at).and_then(Option::take)
            }
        };
        if let Some(record) = removed {
            let mut keys = self.keys(record.rendered());
            keys.push(self.id(&record));
            self.file(&keys, slot, Index::remove);
        }
    }

    pub(super) fn set_attributes(&mut self, slot: usize, attributes: Rendered) {
        let Some(record) = self.record_mut(slot) else {
            return;
        };
        let before = record.set_attributes(attributes);
        let (is_same, is_active) = (before.key_texts() == record.rendered().key_texts(), record.is_active());
        if before.is_active() && !is_active {
            record.epoch += 1;
        }
        if is_same {
            return;
        }
        let after = self.record(slot).map(|record| self.keys(record.rendered())).unwrap_or_default();
        let before = self.keys(&before);
        self.file(before.iter().filter(|key| !after.contains(key)), slot, Index::remove);
        self.file(after.iter().filter(|key| !before.contains(key)), slot, Index::insert);
    }

    /// Gives an attribute another value; false if that is its value.
    pub(super) fn set_attribute(&mut self, slot: usize, name: &str, value: &str) -> bool {
        let Some(edit) = self.record(slot).and_then(|record| record.rendered().edit(name, value)) else {
            return false;
        };
        if KEY_NAMES.contains(&name)
            && let Some(mut attributes) = self.record(slot).map(|record| record.rendered().clone())
        {
            attributes.change(edit);
            self.set_attributes(slot, attributes);
        } else if let Some(record) = self.record_mut(slot) {
            if name == "active" && value != "true" && record.is_active() {
                record.epoch += 1;
            }
            record.rendered_mut().change(edit);
        }
        true
    }

    fn hash(&self, key: &str) -> u32 {
        self.hasher.hash_one(key) as u32
    }

    fn id(&self, record: &Record) -> Key {
        (KeyKind::Id, self.hash(&fold(&record.id)))
    }

    /// What a record is looked up by, but for its id, each once.
    fn keys(&self, attributes: &Rendered) -> Vec<Key> {
        let mut keys = Vec::with_capacity(8);
        keys.extend(attributes.keys().map(|(kind, text)| (kind, self.hash(&text))));
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Takes a record's keys into the indexes or out of them. Computed keys are in none until they are changed.
    fn file<'a>(&mut self, keys: impl IntoIterator<Item = &'a Key>, slot: usize, step: fn(&mut Index, u32, usize)) {
        for (kind, hash) in keys {
            step(&mut self.indexes[*kind as usize], *hash, slot);
        }
    }

    /// How many records are kept of those that are computed, how many of those are gone, and how many are behind.
    #[cfg(test)]
    pub(super) fn kept(&self) -> (usize, usize, usize) {
        let (changed, gone) = self.base.kept();
        (changed, gone, self.records.len())
    }
}
