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
    // A sequence in text form becomes records first.
    let mut records = text::read(&data[..size]).map(|seq| encode(&seq)).unwrap_or_default();
    records.truncate(most.min(data.len()).min(MOST_OPS * RECORD) / RECORD * RECORD);
    if draw.below(8) == 0 || most.min(data.len()) < RECORD {
        data[..records.len()].copy_from_slice(&records);
        return bytewise(data, records.len(), most);
    }
    let count = records.len() / RECORD;
    let at = draw.below(count.max(1)) * RECORD;
    let has_room = records.len() + RECORD <= most.min(data.len()).min(MOST_OPS * RECORD);
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
        3 if count > 0 => records[at + REFERENCE] = (draw.byte() & 0b111) | (draw.byte() % 4) << 3,
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
