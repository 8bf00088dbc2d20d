//! Pure functions from what a run told to bytes; a file a format. Nothing here opens a socket or reads a clock.

pub mod headline;
pub mod json;
pub mod junit;
pub mod runscope;
pub mod sequence;
pub mod terminal;

use crate::check::Outcome;
use crate::runner::event::{Ended, Event, Finished, Started};
use crate::target::cleanup::Cleaned;

/// Everything that a run told, gathered.
#[derive(Debug, Clone, Default)]
pub struct Story {
    /// The head, once the run has begun.
    pub started: Option<Started>,
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
            Event::Started(started) => self.started = Some(started),
            Event::Finished(finished) => self.finished.push(*finished),
            Event::Cleaned(cleaned) => self.cleaned = Some(cleaned),
            Event::Ended(ended) => {
                self.ended = Some(ended);
                self.sort();
            }
        }
    }

    /// How many items came out so.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.finished.iter().filter(|finished| finished.outcome == outcome).count()
    }

    /// Items finish in any order; reports show them in that of the registry.
    fn sort(&mut self) {
        let order: std::collections::HashMap<String, usize> =
            crate::checks::items().iter().enumerate().map(|(at, item)| (item.id(), at)).collect();
        self.finished.sort_by_key(|finished| order.get(&finished.id).copied().unwrap_or(usize::MAX));
    }
}
