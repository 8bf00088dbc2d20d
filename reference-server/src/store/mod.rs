//! Where resources live: in memory, in order of creation, found by their keys.
//!
//! The store knows no protocol. It is a plain value; whoever holds it decides about locking.

mod index;
mod membership;
mod order;
mod record;
mod sessions;

pub(crate) use membership::Place;
pub(crate) use record::{Password, Record};
pub(crate) use sessions::Session;

use crate::scim::fold::fold;
use crate::scim::resource::Attributes;
use crate::scim::schema::ResourceKind;
use index::Index;
use jiff::{Timestamp, ToSpan};
use membership::Membership;
use order::Order;
use record::Keys;
use sessions::Sessions;
use std::collections::HashSet;

/// All resources, who belongs to what, and who is signed in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Store {
    users: Shelf,
    groups: Shelf,
    membership: Membership,
    /// Names of deleted users that nobody may have again, folded.
    retired: HashSet<String>,
    pub(crate) sessions: Sessions,
}

/// The records of one resource type.
#[derive(Clone, Debug, Default)]
struct Shelf {
    /// Append-only: a deleted record leaves a hole, so that a slot means one record for ever.
    records: Vec<Option<Record>>,
    order: Order,
    ids: Index,
    user_names: Index,
    external_ids: Index,
    display_names: Index,
    emails: Index,
}

/// A key that records can be found by without looking at all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Id,
    UserName,
    ExternalId,
    DisplayName,
    Email,
}

/// A change that has been found good and is carried out as a whole.
#[derive(Debug, Default)]
pub(crate) struct Change {
    pub(crate) attributes: Option<Attributes>,
    pub(crate) password: Option<Option<Password>>,
    pub(crate) joining: Vec<Place>,
    pub(crate) leaving: Vec<Place>,
    /// Counts as a change even if it changes nothing.
    pub(crate) touches: bool,
}

impl Change {
    fn is_empty(&self) -> bool {
        self.attributes.is_none()
            && self.password.is_none()
            && self.joining.is_empty()
            && self.leaving.is_empty()
            && !self.touches
    }
}

impl Store {
    pub(crate) fn len(&self, kind: ResourceKind) -> usize {
        self.shelf(kind).order.len()
    }

    /// Slots from the n-th record on, in order of creation.
    pub(crate) fn slots_from(&self, kind: ResourceKind, nth: usize) -> impl Iterator<Item = usize> + '_ {
        self.shelf(kind).order.iter_from(nth)
    }

    /// How many records stand up to a slot, itself included.
    pub(crate) fn rank_behind(&self, kind: ResourceKind, slot: usize) -> usize {
        self.shelf(kind).order.rank(slot + 1)
    }

    pub(crate) fn record(&self, kind: ResourceKind, slot: usize) -> Option<&Record> {
        self.shelf(kind).record(slot)
    }

    /// Slots that may hold the key; text keys that ignore case are given folded.
    pub(crate) fn candidates(&self, kind: ResourceKind, key: KeyKind, text: &str) -> Vec<usize> {
        let shelf = self.shelf(kind);
        let mut slots: Vec<usize> = shelf.index(key).candidates(text).collect();
        slots.sort_unstable();
        slots
    }

    pub(crate) fn find(&self, kind: ResourceKind, id: &str) -> Option<usize> {
        let shelf = self.shelf(kind);
        shelf.ids.candidates(&fold(id)).find(|slot| shelf.record(*slot).is_some_and(|record| record.id == id))
    }

    /// A record of any type.
    pub(crate) fn find_any(&self, id: &str) -> Option<Place> {
        [ResourceKind::User, ResourceKind::Group]
            .into_iter()
            .find_map(|kind| self.find(kind, id).map(|slot| Place::new(kind, slot)))
    }

    /// The records of any type whose id is that text in some case: filters of members ignore it.
    pub(crate) fn find_folded(&self, folded: &str) -> Vec<Place> {
        let of = |kind| {
            let slots = self.candidates(kind, KeyKind::Id, folded).into_iter();
            slots
                .filter(move |slot| self.record(kind, *slot).is_some_and(|record| fold(&record.id) == folded))
                .map(move |slot| Place::new(kind, slot))
        };
        of(ResourceKind::User).chain(of(ResourceKind::Group)).collect()
    }

    /// Keeps a name from ever being used again.
    pub(crate) fn retire(&mut self, name: &str) {
        self.retired.insert(fold(name));
    }

    pub(crate) fn is_retired(&self, name: &str) -> bool {
        self.retired.contains(&fold(name))
    }

    pub(crate) fn is_member(&self, group: usize, member: Place) -> bool {
        self.membership.contains(group, member)
    }

    pub(crate) fn members_of(&self, group: usize) -> Vec<Place> {
        self.membership.members_of(group)
    }

    pub(crate) fn groups_of(&self, member: Place) -> &[usize] {
        self.membership.groups_of(member)
    }

    pub(crate) fn indirect_groups_of(&self, member: Place) -> Vec<usize> {
        self.membership.indirect_groups_of(member)
    }

    pub(crate) fn insert(&mut self, kind: ResourceKind, record: Record, members: &[Place]) -> usize {
        let slot = self.shelf_mut(kind).insert(record);
        for member in members {
            self.membership.add(slot, *member);
        }
        slot
    }

    /// Carries out a change; one without effect leaves no trace.
    pub(crate) fn update(&mut self, kind: ResourceKind, slot: usize, change: Change, now: Timestamp) {
        if change.is_empty() {
            return;
        }
        for member in &change.leaving {
            self.membership.remove(slot, *member);
        }
        for member in &change.joining {
            self.membership.add(slot, *member);
        }
        let shelf = self.shelf_mut(kind);
        if let Some(attributes) = &change.attributes {
            shelf.set_attributes(slot, attributes);
        }
        if let Some(record) = shelf.record_mut(slot) {
            if let Some(password) = change.password {
                record.password = password;
                record.epoch += 1;
            }
            touch(record, now);
        }
    }

    pub(crate) fn delete(&mut self, kind: ResourceKind, slot: usize, now: Timestamp) {
        self.shelf_mut(kind).remove(slot);
        for group in self.membership.forget(Place::new(kind, slot)) {
            if let Some(record) = self.groups.record_mut(group) {
                touch(record, now);
            }
        }
    }

    fn shelf(&self, kind: ResourceKind) -> &Shelf {
        match kind {
            ResourceKind::User => &self.users,
            ResourceKind::Group => &self.groups,
        }
    }

    fn shelf_mut(&mut self, kind: ResourceKind) -> &mut Shelf {
        match kind {
            ResourceKind::User => &mut self.users,
            ResourceKind::Group => &mut self.groups,
        }
    }
}

/// Two changes within one tick of the clock are still one after the other.
fn touch(record: &mut Record, now: Timestamp) {
    record.modified = now.max(record.modified.saturating_add(1.millisecond()).unwrap_or(now));
}

impl Shelf {
    fn record(&self, slot: usize) -> Option<&Record> {
        self.records.get(slot)?.as_ref()
    }

    fn record_mut(&mut self, slot: usize) -> Option<&mut Record> {
        self.records.get_mut(slot)?.as_mut()
    }

    fn index(&self, key: KeyKind) -> &Index {
        match key {
            KeyKind::Id => &self.ids,
            KeyKind::UserName => &self.user_names,
            KeyKind::ExternalId => &self.external_ids,
            KeyKind::DisplayName => &self.display_names,
            KeyKind::Email => &self.emails,
        }
    }

    fn insert(&mut self, record: Record) -> usize {
        let slot = self.order.push();
        self.ids.insert(&fold(&record.id), slot);
        self.file(&record.keys(), slot, Index::insert);
        self.records.push(Some(record));
        slot
    }

    fn remove(&mut self, slot: usize) {
        let Some(record) = self.records.get_mut(slot).and_then(Option::take) else {
            return;
        };
        self.order.remove(slot);
        self.ids.remove(&fold(&record.id), slot);
        self.file(&record.keys(), slot, Index::remove);
    }

    fn set_attributes(&mut self, slot: usize, attributes: &Attributes) {
        let Some(mut record) = self.records.get_mut(slot).and_then(Option::take) else {
            return;
        };
        let before = record.keys();
        record.set_attributes(attributes);
        let after = record.keys();
        if before.active && !after.active {
            record.epoch += 1;
        }
        self.file(&before, slot, Index::remove);
        self.file(&after, slot, Index::insert);
        self.records[slot] = Some(record);
    }

    fn file(&mut self, keys: &Keys, slot: usize, step: fn(&mut Index, &str, usize)) {
        if let Some(name) = keys.folded_user_name() {
            step(&mut self.user_names, &name, slot);
        }
        if let Some(name) = keys.folded_display_name() {
            step(&mut self.display_names, &name, slot);
        }
        if let Some(id) = &keys.external_id {
            step(&mut self.external_ids, id, slot);
        }
        for email in keys.folded_emails() {
            step(&mut self.emails, &email, slot);
        }
    }
}
