//! A hash table from keys to slots that keeps no keys, only half of their hashes.
//!
//! What it gives are candidates: the caller looks into the record before believing them. An entry takes eight bytes, so
//! there are no more than 2³² slots.

use hashbrown::HashTable;

#[derive(Clone, Debug, Default)]
pub(crate) struct Index(HashTable<Entry>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    hash: u32,
    slot: u32,
}

impl Entry {
    fn new(hash: u32, slot: usize) -> Self {
        Self { hash, slot: slot as u32 }
    }

    /// The table looks at both ends of a hash.
    fn spread(&self) -> u64 {
        u64::from(self.hash) << 32 | u64::from(self.hash)
    }
}

impl Index {
    /// Slots whose key may be the one with this hash.
    pub(crate) fn candidates(&self, hash: u32) -> impl Iterator<Item = usize> + '_ {
        let found = self.0.iter_hash(Entry::new(hash, 0).spread()).filter(move |entry| entry.hash == hash);
        found.map(|entry| entry.slot as usize)
    }

    pub(crate) fn insert(&mut self, hash: u32, slot: usize) {
        let entry = Entry::new(hash, slot);
        self.0.insert_unique(entry.spread(), entry, Entry::spread);
    }

    pub(crate) fn remove(&mut self, hash: u32, slot: usize) {
        let entry = Entry::new(hash, slot);
        if let Ok(found) = self.0.find_entry(entry.spread(), |other| *other == entry) {
            found.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_every_slot_of_a_hash_until_removed() {
        let mut index = Index::default();
        for slot in 0..1000 {
            index.insert((slot as u32 % 100).wrapping_mul(0x9E37_79B9), slot);
        }
        let seven = 7_u32.wrapping_mul(0x9E37_79B9);
        index.remove(seven, 107);
        index.remove(seven, 108);
        let mut slots: Vec<usize> = index.candidates(seven).collect();
        slots.sort_unstable();
        assert_eq!(slots, [7, 207, 307, 407, 507, 607, 707, 807, 907]);
        assert_eq!(index.candidates(1).count(), 0);
    }
}
