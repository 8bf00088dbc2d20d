//! What is gone of a range of numbers: the n-th that is left is found by halving, however long the range.
//!
//! The holes are kept in order. Finding takes logarithmic time; a new hole moves those behind it.

#[derive(Clone, Debug, Default)]
pub(super) struct Holes(Vec<u32>);

impl Holes {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn contains(&self, number: usize) -> bool {
        self.place(number).is_ok()
    }

    pub(super) fn insert(&mut self, number: usize) {
        if let Err(place) = self.place(number) {
            self.0.insert(place, number as u32);
        }
    }

    /// The numbers that are left below an end, from the n-th on.
    pub(super) fn iter_from(&self, nth: usize, end: usize) -> impl Iterator<Item = usize> + '_ {
        let first = nth.saturating_add(self.before(nth));
        let mut holes = self.0[self.up_to(first)..].iter().peekable();
        (first..end).filter(move |number| holes.next_if(|hole| **hole as usize == *number).is_none())
    }

    /// How many lie below a number.
    pub(super) fn up_to(&self, number: usize) -> usize {
        self.place(number).unwrap_or_else(|place| place)
    }

    /// How many holes lie before the n-th number that is left: those with no more than n numbers left before them.
    fn before(&self, nth: usize) -> usize {
        let (mut low, mut high) = (0, self.0.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.0[middle] as usize - middle <= nth {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn place(&self, number: usize) -> Result<usize, usize> {
        self.0.binary_search_by(|hole| (*hole as usize).cmp(&number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

        #[test]
        fn agrees_with_a_plain_list(gone in prop::collection::vec(0_usize..60, 0..80), end in 0_usize..70) {
            let mut holes = Holes::default();
            let mut plain: Vec<usize> = (0..end).collect();
            let lost: BTreeSet<usize> = gone.iter().copied().collect();
            for number in gone {
                holes.insert(number);
                plain.retain(|left| *left != number);
                prop_assert!(holes.contains(number));
            }
            for nth in 0..end + 5 {
                prop_assert_eq!(holes.up_to(nth), lost.range(..nth).count());
                let tail: Vec<usize> = holes.iter_from(nth, end).collect();
                prop_assert_eq!(tail.as_slice(), plain.get(nth..).unwrap_or_default());
            }
        }
    }
}
