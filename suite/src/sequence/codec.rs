//! Sequences as bytes for a fuzzer. A record of fixed width for each operation: bytes that change, come or go leave the
//! records behind them what they were. Every byte string is a sequence.
//!
//! ```text
//! 0       1        2    3 4 5              6 7 8   9 10 11
//! opcode  reference  odd  form attribute value …     …
//! ```

use super::filter::{Field, Join, Term, Test};
use super::op::{
    Act, Attribute, Basis, Bend, Kind, MOST_OPS, MOST_PARTS, MOST_REFS, Odd, Op, Ref, Seq, Setting, Step, Verb, View,
    Writing,
};

/// Bytes of one operation.
pub const RECORD: usize = 12;
/// The byte of a record that holds the reference, for mutators that aim anew.
pub const REFERENCE: usize = 1;

/// Where the number stands in a reference's byte, and the states from which it means what is deleted, and what never was.
const NUMBER_AT: u8 = 5;
const DELETED: u8 = 13;
const NEVER: u8 = 15;

const PARTS_AT: usize = 3;
const PART: usize = 3;

/// Which operation the low half of the first byte means: its weight is how often it stands here.
const OPCODES: [Opcode; 16] = {
    use Opcode::*;
    [
        Create, Create, Create, Patch, Patch, Patch, Patch, Patch, Patch, Replace, Replace, Delete, Delete, Read, List,
        List,
    ]
};

#[derive(Clone, Copy, PartialEq)]
enum Opcode {
    Create,
    Read,
    Replace,
    Patch,
    Delete,
    List,
}

const VIEWS: [View; 4] = [View::All, View::Some, View::Without, View::Page];
const BASES: [Basis; 2] = [Basis::Whole, Basis::Least];
const VERBS: [Verb; 3] = [Verb::Replace, Verb::Add, Verb::Remove];
const WRITINGS: [Writing; 6] =
    [Writing::Path, Writing::Pathless, Writing::Element, Writing::Qualified, Writing::WithId, Writing::Single];
const BENDS: [Bend; 13] = [
    Bend::NoSchemas,
    Bend::OtherSchema,
    Bend::Capitals,
    Bend::ReadOnly,
    Bend::Unknown,
    Bend::CapitalOp,
    Bend::Empty,
    Bend::NoValue,
    Bend::BadPath,
    Bend::Twice,
    Bend::Cut,
    Bend::Deep,
    Bend::PlainJson,
];

/// Of 256 values of the third byte 204 leave the operation valid, 39 make a value odd, and 13 bend the message.
const ODD_FROM: u8 = 204;
const BENT_FROM: u8 = 243;

/// Reads a sequence; a last record that is cut short is filled with zeros, and what follows the last is left.
pub fn decode(bytes: &[u8]) -> Seq {
    let record = |chunk: &[u8]| {
        let mut record = [0; RECORD];
        record[..chunk.len()].copy_from_slice(chunk);
        op(&record)
    };
    Seq { ops: bytes.chunks(RECORD).take(MOST_OPS).map(record).collect() }
}

/// Writes a sequence in the one way that [`decode`] reads back as the same.
pub fn encode(seq: &Seq) -> Vec<u8> {
    seq.ops.iter().flat_map(record).collect()
}

fn op(record: &[u8; RECORD]) -> Op {
    let [code, reference, odd, ..] = *record;
    let (count, flavour) = (usize::from(code >> 4 & 3), code >> 6);
    let at = self::reference(reference);
    let kind = at.kind();
    let parts = |count: usize| record[PARTS_AT..].chunks(PART).take(count).map(|part| [part[0], part[1], part[2]]);
    let setting = |part: [u8; PART]| Setting { attribute: attribute(kind, part[1]), value: part[2] };
    let basis = pick(&BASES, flavour);
    let view = pick(&VIEWS, flavour);
    let act = match OPCODES[usize::from(code & 15)] {
        Opcode::Create => Act::Create { kind, basis, set: parts(count).map(setting).collect() },
        Opcode::Read => Act::Read { at, view },
        Opcode::Replace => Act::Replace { at, basis, set: parts(count).map(setting).collect() },
        Opcode::Patch => Act::Patch { at, steps: parts(count.max(1)).map(|part| step(kind, part)).collect() },
        Opcode::Delete => Act::Delete { at },
        Opcode::List => Act::List { kind, view, filter: parts(count).map(|part| term(kind, part)).collect() },
    };
    let odd = match odd {
        BENT_FROM.. => Some(Odd::Message(pick(&BENDS, odd - BENT_FROM))),
        ODD_FROM.. => Some(Odd::Value),
        _ => None,
    };
    Op { act, odd }
}

/// The reference that a byte holds: one bit for the kind, four for the state, three for the number. Of sixteen thirteen
/// are of what is there.
pub fn reference(byte: u8) -> Ref {
    let (kind, n) = (if byte & 1 == 0 { Kind::User } else { Kind::Group }, byte >> NUMBER_AT);
    match byte >> 1 & 15 {
        0..DELETED => Ref::Live(kind, n),
        DELETED..NEVER => Ref::Deleted(kind, n),
        _ => Ref::Never(kind, n),
    }
}

/// The byte of the next number.
pub fn next_reference(byte: u8) -> u8 {
    byte.wrapping_add(1 << NUMBER_AT)
}

/// The byte that holds a reference.
pub fn reference_byte(at: Ref) -> u8 {
    let (state, kind, n) = match at {
        Ref::Live(kind, n) => (0, kind, n),
        Ref::Deleted(kind, n) => (DELETED, kind, n),
        Ref::Never(kind, n) => (NEVER, kind, n),
    };
    u8::from(kind == Kind::Group) | state << 1 | (n % MOST_REFS) << NUMBER_AT
}

fn step(kind: Kind, [form, named, value]: [u8; PART]) -> Step {
    let (op, writing) = (pick(&VERBS, form), pick(&WRITINGS, form / 3));
    Step { op, writing, attribute: attribute(kind, named), value }
}

fn term(kind: Kind, [form, named, value]: [u8; PART]) -> Term {
    let (join, not) = (if form / 10 % 2 == 0 { Join::And } else { Join::Or }, form / 20 % 2 == 1);
    Term { join, not, field: Field(pick(Field::of(kind), named)), test: pick(&Test::ALL, form), value }
}

fn attribute(kind: Kind, byte: u8) -> Attribute {
    pick(kind.attributes(), byte)
}

fn pick<T: Copy>(table: &[T], byte: u8) -> T {
    table[usize::from(byte) % table.len()]
}

/// Where something stands in its table, as the byte that picks it.
fn place<T: PartialEq>(table: &[T], wanted: &T) -> u8 {
    table.iter().position(|it| it == wanted).and_then(|at| u8::try_from(at).ok()).unwrap_or(0)
}

fn record(op: &Op) -> [u8; RECORD] {
    let kind = op.act.kind();
    let whole = |kind: Kind| Ref::Live(kind, 0);
    let setting = |it: &Setting| [0, place(kind.attributes(), &it.attribute), it.value];
    let (code, at, flavour, parts): (Opcode, Ref, u8, Vec<[u8; PART]>) = match &op.act {
        Act::Create { kind, basis, set } => {
            (Opcode::Create, whole(*kind), place(&BASES, basis), set.iter().map(setting).collect())
        }
        Act::Read { at, view } => (Opcode::Read, *at, place(&VIEWS, view), Vec::new()),
        Act::Replace { at, basis, set } => {
            (Opcode::Replace, *at, place(&BASES, basis), set.iter().map(setting).collect())
        }
        Act::Patch { at, steps } => {
            let part = |it: &Step| {
                let form = place(&VERBS, &it.op) + 3 * place(&WRITINGS, &it.writing);
                [form, place(kind.attributes(), &it.attribute), it.value]
            };
            (Opcode::Patch, *at, 0, steps.iter().map(part).collect())
        }
        Act::Delete { at } => (Opcode::Delete, *at, 0, Vec::new()),
        Act::List { kind, view, filter } => {
            let part = |it: &Term| {
                let form = place(&Test::ALL, &it.test) + 10 * u8::from(it.join == Join::Or) + 20 * u8::from(it.not);
                [form, place(Field::of(*kind), &it.field.0), it.value]
            };
            (Opcode::List, whole(*kind), place(&VIEWS, view), filter.iter().map(part).collect())
        }
    };
    let mut record = [0; RECORD];
    let count = u8::try_from(parts.len().min(MOST_PARTS)).unwrap_or(0);
    record[0] = place(&OPCODES, &code) | count << 4 | flavour << 6;
    record[REFERENCE] = reference_byte(at);
    record[2] = match op.odd {
        None => 0,
        Some(Odd::Value) => ODD_FROM,
        Some(Odd::Message(bend)) => BENT_FROM + place(&BENDS, &bend),
    };
    for (slot, part) in record[PARTS_AT..].chunks_mut(PART).zip(parts) {
        slot.copy_from_slice(&part);
    }
    record
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

        #[test]
        fn what_is_written_is_read_as_the_same(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let seq = decode(&bytes);
            prop_assert!(seq.ops.len() <= MOST_OPS);
            let written = encode(&seq);
            prop_assert_eq!(&decode(&written), &seq);
            prop_assert_eq!(encode(&decode(&written)), written);
        }

        #[test]
        fn a_record_that_comes_or_goes_leaves_the_others(bytes in prop::collection::vec(any::<u8>(), 60), at in 0usize..5) {
            let mut shorter = bytes.clone();
            shorter.drain(at * RECORD..(at + 1) * RECORD);
            let mut expected = decode(&bytes);
            expected.ops.remove(at);
            prop_assert_eq!(decode(&shorter), expected);
        }
    }
}
