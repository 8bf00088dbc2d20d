//! Pure functions from what a run told to bytes; a file a format. Nothing here opens a socket or reads a clock.

pub mod claims;
pub mod headline;
pub mod json;
pub mod junit;
pub mod runscope;
pub mod sequence;
pub mod terminal;

use crate::check::Outcome;
use crate::runner::event::{Ended, Event, Finished, Started};
use crate::runner::fit::Choice;
use crate::target::cleanup::Cleaned;

/// Everything that a run told, gathered.
#[derive(Debug, Clone, Default)]
pub struct Story {
    /// The head, once the run has begun.
    pub started: Option<Started>,
    /// What made-up users are like, where that is not as usual.
    pub choices: Vec<Choice>,
    /// Every decided item, sorted by the order of the registry.
    pub finished: Vec<Finished>,
    /// What became of the things created.
    pub cleaned: Option<Cleaned>,
    /// The end, once there is one.
    pub ended: Option<Ended>,
}

impl Story {
    /// Takes in the next event.
    pub fn hear(&mut self, event: Event) {
        match event {
            Event::Started(started) => self.started = Some(*started),
            Event::Fitted(choices) => self.choices = choices,
            Event::Finished(finished) => self.finished.push(*finished),
            Event::Cleaned(cleaned) => self.cleaned = Some(cleaned),
            Event::Ended(ended) => {
                self.ended = Some(ended);
                self.sort();
            }
        }
    }

    /// How many items came out so, and count: what is about a feature that the product does not claim is left out where
    /// it failed or was warned of.
    pub fn count(&self, outcome: Outcome) -> usize {
        let counts = |finished: &&Finished| finished.outcome == outcome && !is_unclaimed_breach(finished);
        self.finished.iter().filter(counts).count()
    }

    /// How many items failed or were warned of, and do not count, since the product does not claim what they are about.
    pub fn count_unclaimed(&self) -> usize {
        self.finished.iter().filter(|finished| is_unclaimed_breach(finished)).count()
    }

    /// Items finish in any order; reports show them in that of the registry.
    fn sort(&mut self) {
        let promise = self.started.as_ref().and_then(|started| started.promise.as_ref());
        let demands = promise.map(|promise| promise.checks.clone()).unwrap_or_default();
        let all = demands.into_iter().chain(crate::checks::items().into_iter().map(|item| item.id()));
        let order: std::collections::HashMap<String, usize> = all.enumerate().map(|(at, id)| (id, at)).collect();
        self.finished.sort_by_key(|finished| order.get(&finished.id).copied().unwrap_or(usize::MAX));
    }
}

/// Whether an item failed or was warned of, and is about a feature that the product does not claim.
pub(crate) fn is_unclaimed_breach(finished: &Finished) -> bool {
    !finished.is_claimed && matches!(finished.outcome, Outcome::Failed | Outcome::Warned)
}
