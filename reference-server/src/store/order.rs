//! Which slots are live, in order of creation: any page is found without walking to it.
//!
//! A bitmap with one bit a slot, and a Fenwick tree over the population counts of its words. Adding, dropping, the
//! number of live slots before one (rank) and the n-th live slot (select) all take logarithmic time.

const BITS: usize = u64::BITS as usize;

/// The live slots of an append-only slab.
#[derive(Clone, Debug, Default)]
pub(crate) struct Order {
    slots: usize,
    live: usize,
    words: Vec<u64>,
    /// Fenwick tree, one-based: entry `i` sums the counts of the words `i - lowbit(i) .. i`.
    sums: Vec<usize>,
}

impl Order {
    /// Number of live slots.
    pub(crate) fn len(&self) -> usize {
        self.live
    }

    /// Adds the next slot, live, and gives its number.
    pub(crate) fn push(&mut self) -> usize {
        let slot = self.slots;
        self.slots += 1;
        if slot.is_multiple_of(BITS) {
            self.push_word();
        }
        self.words[slot / BITS] |= 1 << (slot % BITS);
        self.adjust(slot / BITS, true);
        slot
    }

    /// Drops a slot for good; false when it is not live.
    pub(crate) fn remove(&mut self, slot: usize) -> bool {
        if !self.contains(slot) {
            return false;
        }
        self.words[slot / BITS] &= !(1 << (slot % BITS));
        self.adjust(slot / BITS, false);
        true
    }

    /// Whether the slot is live.
    pub(crate) fn contains(&self, slot: usize) -> bool {
        self.words.get(slot / BITS).is_some_and(|word| word >> (slot % BITS) & 1 == 1)
    }

    /// Number of live slots before this one.
    pub(crate) fn rank(&self, slot: usize) -> usize {
        let slot = slot.min(self.slots);
        let (mut word, mut sum) = (slot / BITS, 0);
        if let Some(bits) = self.words.get(word) {
            sum += (bits & ((1 << (slot % BITS)) - 1)).count_ones() as usize;
        }
        while word > 0 {
            sum += self.sums[word - 1];
            word &= word - 1;
        }
        sum
    }

    /// The live slot with so many live slots before it.
    pub(crate) fn select(&self, nth: usize) -> Option<usize> {
        if nth >= self.live {
            return None;
        }
        let (mut word, mut left) = (0, nth);
        let mut step = self.sums.len().next_power_of_two();
        while step > 0 {
            if word + step <= self.sums.len() && self.sums[word + step - 1] <= left {
                word += step;
                left -= self.sums[word - 1];
            }
            step /= 2;
        }
        let mut bits = self.words[word];
        for _ in 0..left {
            bits &= bits - 1;
        }
        Some(word * BITS + bits.trailing_zeros() as usize)
    }

    /// The live slots from the n-th on, in order.
    pub(crate) fn iter_from(&self, nth: usize) -> impl Iterator<Item = usize> + '_ {
        let first = self.select(nth);
        let start = first.unwrap_or(self.slots);
        let mut word = start / BITS;
        let mut bits = self.words.get(word).map_or(0, |bits| bits & (u64::MAX << (start % BITS)));
        std::iter::from_fn(move || {
            while bits == 0 {
                word += 1;
                bits = *self.words.get(word)?;
            }
            let slot = word * BITS + bits.trailing_zeros() as usize;
            bits &= bits - 1;
            Some(slot)
        })
    }

    fn push_word(&mut self) {
        let word = self.words.len();
        self.words.push(0);
        // The new entry covers earlier words too; they are summed by walking down the tree.
        let entry = word + 1;
        let (mut below, stop) = (word, entry & (entry - 1));
        let mut sum = 0;
        while below > stop {
            sum += self.sums[below - 1];
            below &= below - 1;
        }
        self.sums.push(sum);
    }

    fn adjust(&mut self, word: usize, up: bool) {
        self.live = if up { self.live + 1 } else { self.live - 1 };
        let mut entry = word + 1;
        while entry <= self.sums.len() {
            let sum = &mut self.sums[entry - 1];
            *sum = if up { *sum + 1 } else { *sum - 1 };
            entry += entry & entry.wrapping_neg();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

        /// Against the plain list of live slots; true adds, a number removes.
        #[test]
        fn agrees_with_a_plain_list(steps in prop::collection::vec(prop::option::weighted(0.3, 0_usize..600), 0..600)) {
            let mut order = Order::default();
            let mut plain: Vec<usize> = Vec::new();
            let mut next = 0;
            for step in steps {
                match step {
                    None => {
                        prop_assert_eq!(order.push(), next);
                        plain.push(next);
                        next += 1;
                    }
                    Some(slot) => {
                        let at = plain.binary_search(&slot);
                        prop_assert_eq!(order.remove(slot), at.is_ok());
                        if let Ok(at) = at {
                            plain.remove(at);
                        }
                    }
                }
            }
            prop_assert_eq!(order.len(), plain.len());
            for nth in 0..=plain.len() {
                prop_assert_eq!(order.select(nth), plain.get(nth).copied());
            }
            for slot in 0..next + 70 {
                prop_assert_eq!(order.rank(slot), plain.iter().filter(|live| **live < slot).count());
                prop_assert_eq!(order.contains(slot), plain.contains(&slot));
            }
            for nth in [0, 1, plain.len() / 2, plain.len(), plain.len() + 5] {
                let tail: Vec<usize> = order.iter_from(nth).collect();
                prop_assert_eq!(tail.as_slice(), plain.get(nth..).unwrap_or_default());
            }
        }
    }
}
