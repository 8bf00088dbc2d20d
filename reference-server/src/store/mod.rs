//! Where resources live: in memory, in order of creation, found by their keys.
//!
//! The store knows no protocol. It is a plain value; whoever holds it decides about locking.

mod base;
mod holes;
mod id;
mod index;
mod membership;
mod order;
mod record;
mod rendered;
mod sessions;
mod shelf;
mod text;

pub(crate) use membership::Place;
pub(crate) use record::{Password, Record};
pub(crate) use rendered::Rendered;
pub(crate) use sessions::Session;
pub(crate) use shelf::KeyKind;

use crate::population::{People, Population};
use crate::scim::fold::fold;
use crate::scim::resource::Attributes;
use crate::scim::schema::{ResourceKind, Vocabulary};
use jiff::{Timestamp, ToSpan};
use membership::Membership;
use sessions::Sessions;
use shelf::Shelf;
use std::borrow::Cow;
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

/// A change that has been found good and is carried out as a whole.
#[derive(Debug, Default)]
pub(crate) struct Change {
    pub(crate) attributes: Option<Rendered>,
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
    /// With people in it, who have the attributes of a vocabulary.
    pub(crate) fn with(population: Population, vocabulary: Vocabulary) -> Self {
        let people = People::new(population.users, vocabulary);
        let (shelf, membership): (fn(People, ResourceKind) -> Shelf, _) = if population.synthetic {
            (Shelf::computed, Membership::computed(people))
        } else {
            (Shelf::filled, Membership::filled(people))
        };
        Self {
            users: shelf(people, ResourceKind::User),
            groups: shelf(people, ResourceKind::Group),
            membership,
            ..Self::default()
        }
    }

    pub(crate) fn len(&self, kind: ResourceKind) -> usize {
        self.shelf(kind).len()
    }

    /// Slots from the n-th record on, in order of creation.
    pub(crate) fn slots_from(&self, kind: ResourceKind, nth: usize) -> impl Iterator<Item = usize> + '_ {
        self.shelf(kind).slots_from(nth)
    }

    /// How many records stand up to a slot, itself included.
    pub(crate) fn rank_behind(&self, kind: ResourceKind, slot: usize) -> usize {
        self.shelf(kind).rank_behind(slot)
    }

    pub(crate) fn record(&self, kind: ResourceKind, slot: usize) -> Option<Cow<'_, Record>> {
        self.shelf(kind).record(slot)
    }

    /// Slots that may hold the key; text keys that ignore case are given folded.
    pub(crate) fn candidates(&self, kind: ResourceKind, key: KeyKind, text: &str) -> Vec<usize> {
        self.shelf(kind).candidates(key, text)
    }

    /// Slots that do hold the key.
    pub(crate) fn holders(&self, kind: ResourceKind, key: KeyKind, text: &str) -> impl Iterator<Item = usize> {
        self.shelf(kind).holders(key, text)
    }

    pub(crate) fn find(&self, kind: ResourceKind, id: &str) -> Option<usize> {
        self.shelf(kind).with_id(id)
    }

    /// A record of any type.
    pub(crate) fn find_any(&self, id: &str) -> Option<Place> {
        [ResourceKind::User, ResourceKind::Group]
            .into_iter()
            .find_map(|kind| self.find(kind, id).map(|slot| Place::new(kind, slot)))
    }

    /// The records of any type whose id is that text in some case: filters of members ignore it.
    pub(crate) fn find_folded(&self, folded: &str) -> Vec<Place> {
        let of = |kind| self.holders(kind, KeyKind::Id, folded).map(move |slot| Place::new(kind, slot));
        of(ResourceKind::User).chain(of(ResourceKind::Group)).collect()
    }

    /// Keeps a name from ever being used again.
    pub(crate) fn retire(&mut self, name: &str) {
        self.retired.insert(fold(name).into_owned());
    }

    pub(crate) fn is_retired(&self, name: &str) -> bool {
        !self.retired.is_empty() && self.retired.contains(&*fold(name))
    }

    pub(crate) fn is_member(&self, group: usize, member: Place) -> bool {
        self.membership.contains(group, member)
    }

    pub(crate) fn members_of(&self, group: usize) -> Vec<Place> {
        self.membership.members_of(group)
    }

    pub(crate) fn group_size(&self, group: usize) -> usize {
        self.membership.size(group)
    }

    pub(crate) fn groups_of(&self, member: Place) -> Vec<usize> {
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

    /// These attributes as a change, if the record has others.
    pub(crate) fn other_attributes(
        &self,
        kind: ResourceKind,
        slot: usize,
        attributes: &Attributes,
    ) -> Option<Rendered> {
        let rendered = Rendered::from(attributes);
        let has = self.record(kind, slot).is_some_and(|record| record.rendered().is(&rendered, attributes));
        (!has).then_some(rendered)
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
        if let Some(attributes) = change.attributes {
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

    /// Gives attributes other values, as JSON; if they have these already that leaves no trace.
    pub(crate) fn set<'a>(
        &mut self,
        kind: ResourceKind,
        slot: usize,
        values: impl IntoIterator<Item = (&'a str, &'a str)>,
        now: Timestamp,
    ) {
        let shelf = self.shelf_mut(kind);
        let changes = values.into_iter().filter(|(name, value)| shelf.set_attribute(slot, name, value)).count();
        if let Some(record) = shelf.record_mut(slot).filter(|_| changes > 0) {
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

#[cfg(test)]
mod tests {
    use super::*;

    const HUGE: usize = 100_000_000;

    fn user(slot: usize) -> Place {
        Place::new(ResourceKind::User, slot)
    }

    #[test]
    fn a_computed_directory_keeps_its_changes_and_nothing_else() {
        let mut store = Store::with(Population::synthetic(HUGE), Vocabulary::Full);
        for start in (0..HUGE).step_by(HUGE / 50) {
            for slot in store.slots_from(ResourceKind::User, start).take(3).collect::<Vec<_>>() {
                let record = store.record(ResourceKind::User, slot).expect("a user").into_owned();
                assert_eq!(store.find(ResourceKind::User, &record.id), Some(slot));
                assert_eq!(store.groups_of(user(slot)), [slot / 20]);
                assert!(store.members_of(slot / 20).contains(&user(slot)));
            }
        }
        assert_eq!(store.users.kept(), (0, 0, 0));
        assert_eq!(store.groups.kept(), (0, 0, 0));
        assert_eq!(store.membership.kept(), (0, 0));

        let now = Timestamp::UNIX_EPOCH;
        let touch = || Change { touches: true, ..Change::default() };
        store.update(ResourceKind::User, 77_777_777, touch(), now);
        store.update(ResourceKind::User, 77_777_777, touch(), now);
        store.delete(ResourceKind::User, HUGE - 1, now);
        let record = Record::new("new".to_owned(), (&Attributes::new()).into(), None, now);
        assert_eq!(store.insert(ResourceKind::User, record, &[]), HUGE);
        assert_eq!(store.len(ResourceKind::User), HUGE);
        // One user changed, one gone, one behind; the team that lost one has 19 members and has changed, too.
        assert_eq!(store.users.kept(), (1, 1, 1));
        assert_eq!(store.groups.kept(), (1, 0, 0));
        assert_eq!(store.membership.kept(), (19, 1));
        let last: Vec<usize> = store.slots_from(ResourceKind::User, HUGE - 2).collect();
        assert_eq!(last, [HUGE - 2, HUGE]);
    }
}
