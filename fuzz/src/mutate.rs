//! Mutations of whole records, so that a sequence stays one: coming, going, doubled, swapped, aimed anew.

use scimprove::sequence::codec::{RECORD, REFERENCE, encode};
use scimprove::sequence::op::MOST_OPS;
use scimprove::sequence::text;

/// Changes the first `size` bytes in place, and gives how many there are then, at most `most`. The same seed does the
/// same. `bytewise` is libFuzzer's own way, for one in eight.
pub fn mutate(
    data: &mut [u8],
    size: usize,
    most: usize,
    seed: u32,
    bytewise: fn(&mut [u8], usize, usize) -> usize,
) -> usize {
    let mut draw = Draw(u64::from(seed) << 1 | 1);
    let most = most.min(data.len()).min(MOST_OPS * RECORD);
    // A sequence in text form becomes records first.
    let mut records = text::read(&data[..size]).map(|seq| encode(&seq)).unwrap_or_default();
    records.truncate(most / RECORD * RECORD);
    if draw.below(8) == 0 || most < RECORD {
        data[..records.len()].copy_from_slice(&records);
        return bytewise(data, records.len(), most);
    }
    let count = records.len() / RECORD;
    let at = draw.below(count.max(1)) * RECORD;
    let has_room = records.len() + RECORD <= most;
    match draw.below(8) {
        0 if count > 1 => _ = records.drain(at..at + RECORD),
        1 if count > 1 => {
            let other = draw.below(count) * RECORD;
            (0..RECORD).for_each(|byte| records.swap(at + byte, other + byte));
        }
        2 if count > 0 && has_room => {
            let twin = records[at..at + RECORD].to_vec();
            records.splice(at..at, twin);
        }
        // Most faults are near the resource that was created first.
        3 if count > 0 => records[at + REFERENCE] = draw.byte() & 0x7f,
        4..=5 if count > 0 => records[at + draw.below(RECORD)] = draw.byte(),
        _ if has_room => {
            let fresh: Vec<u8> = (0..RECORD).map(|_| draw.byte()).collect();
            records.splice(at..at, fresh);
        }
        _ => records[at + draw.below(RECORD)] = draw.byte(),
    }
    data[..records.len()].copy_from_slice(&records);
    records.len()
}

/// Xorshift: small, and the same everywhere.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32
    }

    fn below(&mut self, bound: usize) -> usize {
        self.next() as usize % bound
    }

    fn byte(&mut self) -> u8 {
        self.next() as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mutation_fits_and_repeats() {
        let seed_text = include_bytes!("../seeds/ops_inproc/groups.scimseq");
        let mut sizes = std::collections::BTreeSet::new();
        for seed in 0..2_000 {
            let mutated = |seed: u32, most: usize| {
                let mut data = vec![0; seed_text.len()];
                data.copy_from_slice(seed_text);
                let size = mutate(&mut data, seed_text.len(), most, seed, |_, size, _| size);
                assert!(size <= most, "{size} of {most}");
                data.truncate(size);
                data
            };
            assert_eq!(mutated(seed, 4096), mutated(seed, 4096));
            sizes.insert(mutated(seed, 4096).len() / RECORD);
            mutated(seed, seed as usize % 40);
        }
        assert_eq!(sizes.into_iter().collect::<Vec<_>>(), [11, 12, 13], "a record less, as many, a record more");
    }
}
