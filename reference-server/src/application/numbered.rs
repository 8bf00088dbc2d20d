//! A list in which everything has a number and a time, and which forgets the oldest when it grows too long.

use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::VecDeque;

/// So much is remembered.
const MOST: usize = 10_000;
/// So much stands in one answer.
const PAGE: usize = 100;

/// The list.
pub(super) struct Numbered<T> {
    entries: VecDeque<Entry<T>>,
    /// How many there were, forgotten ones included.
    count: u64,
}

struct Entry<T> {
    number: u64,
    time: Timestamp,
    it: T,
}

/// Where a page of it begins: behind that number.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Since(pub(crate) u64);

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { entries: VecDeque::new(), count: 0 }
    }
}

impl<T> Numbered<T> {
    pub(super) fn add(&mut self, time: Timestamp, it: T) {
        if self.entries.len() == MOST {
            self.entries.pop_front();
        }
        self.count += 1;
        self.entries.push_back(Entry { number: self.count, time, it });
    }

    /// A page, and where the next one begins.
    pub(super) fn page(&self, since: Since, shown: impl Fn(&T) -> Value) -> Value {
        let first = self.entries.partition_point(|entry| entry.number <= since.0);
        let page: Vec<Value> = self.entries.range(first..).take(PAGE).map(|entry| entry.shown(&shown)).collect();
        let behind = self.entries.len() - first > page.len();
        let next = self.entries.get(first + page.len().saturating_sub(1)).filter(|_| behind).map(|last| last.number);
        json!({ "total": self.count, "items": page, "next": next })
    }
}

impl<T> Entry<T> {
    fn shown(&self, shown: impl Fn(&T) -> Value) -> Value {
        let mut entry = json!({ "number": self.number, "time": format!("{:.3}", self.time) });
        if let (Value::Object(entry), Value::Object(more)) = (&mut entry, shown(&self.it)) {
            entry.extend(more);
        }
        entry
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_lead_to_the_end_and_the_oldest_are_forgotten() {
        let mut list = Numbered::default();
        for number in 1..=MOST + 150 {
            list.add(Timestamp::UNIX_EPOCH, number);
        }
        assert_eq!(list.entries.len(), MOST);
        let (mut since, mut seen) = (0, Vec::new());
        loop {
            let page = list.page(Since(since), |number| json!({ "it": number }));
            assert_eq!(page["total"], MOST + 150);
            let items = page["items"].as_array().expect("a list");
            assert!(items.len() <= PAGE);
            seen.extend(items.iter().map(|item| (item["number"].clone(), item["it"].clone())));
            match page["next"].as_u64() {
                Some(next) => since = next,
                None => break,
            }
        }
        assert_eq!(seen.len(), MOST);
        assert_eq!(seen[0], (json!(151), json!(151)));
        assert!(seen.iter().all(|(number, it)| number == it));
        assert_eq!(list.page(Since(u64::MAX), |_| json!({}))["items"], json!([]));
        assert_eq!(Numbered::<u8>::default().page(Since(0), |_| json!({}))["next"], Value::Null);
    }
}
