//! How much memory the answers of a run may take all together: a target can send more than this machine has.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that can be taken and are given back.
#[derive(Debug, Clone)]
pub struct Budget {
    left: Arc<AtomicUsize>,
}

/// A part of a budget, given back when it is dropped.
#[derive(Debug)]
pub struct Held {
    budget: Budget,
    size: usize,
}

impl Budget {
    /// A budget of so many bytes.
    pub fn new(bytes: usize) -> Budget {
        Budget { left: Arc::new(AtomicUsize::new(bytes)) }
    }

    /// Takes bytes for good, if there are so many left.
    pub fn spend(&self, bytes: usize) -> bool {
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes)).is_ok()
    }

    /// A part that holds nothing yet.
    pub fn hold(&self) -> Held {
        Held { budget: self.clone(), size: 0 }
    }
}

impl Held {
    /// Takes more, if there is so much left.
    pub fn grow(&mut self, bytes: usize) -> bool {
        let taken = self.budget.spend(bytes);
        self.size += if taken { bytes } else { 0 };
        taken
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.budget.left.fetch_add(self.size, Ordering::Relaxed);
    }
}

/// What a JSON body takes at most once it is read: an object has a table and room for four entries, and every further
/// value a place that doubling may have left another empty for.
pub fn read_json(body: &[u8]) -> usize {
    let cost = |byte: &u8| match byte {
        b'{' => 600,
        b'[' => 300,
        b',' => 210,
        _ => 0,
    };
    body.len() + body.iter().map(cost).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_comes_back_and_what_is_spent_does_not() {
        let budget = Budget::new(10);
        let mut held = budget.hold();
        assert!(held.grow(6) && !held.grow(5), "there were only four left");
        drop(held);
        assert!(budget.spend(10) && !budget.spend(1));
    }
}
