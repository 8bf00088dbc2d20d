//! Guessing is slowed down: whoever has failed ten times within a minute is not listened to for the rest of it.

use super::Secret;
use super::moment::Moment;
use super::refused::Refused;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

const FAILURES: usize = 10;
const WINDOW: SignedDuration = SignedDuration::from_mins(1);

/// When there are more names than this, the failures of some are forgotten: the memory is finite, and names are not.
const NAMES: usize = 10_000;

/// Failures of late, by the name of the client or account that was tried, whether there is one or not. Success in between
/// forgives nothing: it may be somebody else's. Names are kept as their marks, which are short.
#[derive(Debug, Default)]
pub(crate) struct Failures(HashMap<u64, Vec<Timestamp>>);

impl Failures {
    /// Refuses a further try, a good one, too: else the answer would tell it from the others.
    pub(crate) fn check(&self, name: &str, moment: &Moment<'_>) -> Result<(), Refused> {
        let Some(failures) = self.0.get(&mark(name)) else { return Ok(()) };
        let mut recent = failures.iter().rev().filter(|failure| !moment.is_past(**failure, WINDOW));
        match recent.nth(FAILURES - 1) {
            None => Ok(()),
            Some(first) => {
                let left = WINDOW - moment.now.duration_since(*first);
                Err(Refused::SlowDown { seconds: left.as_secs() + i64::from(left.subsec_nanos() > 0) })
            }
        }
    }

    pub(crate) fn note(&mut self, name: &str, moment: &Moment<'_>) {
        let is_over = |failures: &Vec<Timestamp>| failures.iter().all(|failure| moment.is_past(*failure, WINDOW));
        if self.0.len() >= NAMES && !self.0.contains_key(&mark(name)) {
            self.0.retain(|_, failures| !is_over(failures));
            if self.0.len() >= NAMES {
                self.0.clear();
            }
        }
        let failures = self.0.entry(mark(name)).or_default();
        failures.retain(|failure| !moment.is_past(*failure, WINDOW));
        failures.push(moment.now);
    }
}

fn mark(name: &str) -> u64 {
    Secret::of(name).mark()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Randomness;
    use std::sync::Arc;

    #[test]
    fn the_memory_for_names_is_finite() {
        let randomness: Randomness = Arc::new(|_| {});
        let moment = Moment { now: Timestamp::UNIX_EPOCH, randomness: &randomness };
        let mut failures = Failures::default();
        for name in 0..=2 * NAMES {
            failures.note(&name.to_string(), &moment);
            assert!(failures.0.len() <= NAMES);
        }
        for _ in 0..FAILURES {
            failures.note("late", &moment);
        }
        assert!(failures.check("late", &moment).is_err() && failures.check("other", &moment).is_ok());
    }
}
