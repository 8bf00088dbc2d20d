//! A hash table from folded keys to slots that keeps no keys.
//!
//! What it gives are candidates: the caller looks into the record before believing them.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    table: HashTable<Entry>,
    hasher: DefaultHashBuilder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    hash: u64,
    slot: usize,
}

impl Index {
    /// Slots whose key may be this one.
    pub(crate) fn candidates(&self, key: &str) -> impl Iterator<Item = usize> + '_ {
        let hash = self.hasher.hash_one(key);
        self.table.iter_hash(hash).filter(move |entry| entry.hash == hash).map(|entry| entry.slot)
    }

    pub(crate) fn insert(&mut self, key: &str, slot: usize) {
        let entry = Entry { hash: self.hasher.hash_one(key), slot };
        self.table.insert_unique(entry.hash, entry, |entry| entry.hash);
    }

    pub(crate) fn remove(&mut self, key: &str, slot: usize) {
        let entry = Entry { hash: self.hasher.hash_one(key), slot };
        if let Ok(found) = self.table.find_entry(entry.hash, |other| *other == entry) {
            found.remove();
        }
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
