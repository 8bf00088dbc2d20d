//! A hash table from folded keys to slots that keeps no keys.
//!
//! What it gives are candidates: the caller looks into the record before believing them. An entry takes eight bytes, so
//! there are no more than 2³² slots.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    table: HashTable<Entry>,
    hasher: DefaultHashBuilder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    hash: u32,
    slot: u32,
}

impl Entry {
    /// The table looks at both ends of a hash.
    fn spread(&self) -> u64 {
        u64::from(self.hash) << 32 | u64::from(self.hash)
    }
}

impl Index {
    /// Slots whose key may be this one.
    pub(crate) fn candidates(&self, key: &str) -> impl Iterator<Item = usize> + '_ {
        let wanted = self.entry(key, 0);
        let found = self.table.iter_hash(wanted.spread()).filter(move |entry| entry.hash == wanted.hash);
        found.map(|entry| entry.slot as usize)
    }

    pub(crate) fn insert(&mut self, key: &str, slot: usize) {
        let entry = self.entry(key, slot);
        self.table.insert_unique(entry.spread(), entry, Entry::spread);
    }

    pub(crate) fn remove(&mut self, key: &str, slot: usize) {
        let entry = self.entry(key, slot);
        if let Ok(found) = self.table.find_entry(entry.spread(), |other| *other == entry) {
            found.remove();
        }
    }

    fn entry(&self, key: &str, slot: usize) -> Entry {
        Entry { hash: self.hasher.hash_one(key) as u32, slot: slot as u32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_every_slot_of_a_key_until_removed() {
        let mut index = Index::default();
        for slot in 0..1000 {
            index.insert(&format!("key {}", slot % 100), slot);
        }
        index.remove("key 7", 107);
        index.remove("key 7", 108);
        let mut slots: Vec<usize> = index.candidates("key 7").collect();
        slots.sort_unstable();
        assert_eq!(slots, [7, 207, 307, 407, 507, 607, 707, 807, 907]);
        assert_eq!(index.candidates("nobody").count(), 0);
    }
}
