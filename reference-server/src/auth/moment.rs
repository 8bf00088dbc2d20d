//! What an authority does not have of itself: the time, and randomness.

use crate::config::Randomness;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use std::fmt;

/// The present moment, and where words come from that nobody can guess.
#[derive(Clone, Copy)]
pub(crate) struct Moment<'a> {
    pub(crate) now: Timestamp,
    pub(crate) randomness: &'a Randomness,
}

impl Moment<'_> {
    /// A word of 256 random bits.
    pub(crate) fn word(&self) -> String {
        let mut random = [0; 32];
        (self.randomness)(&mut random);
        URL_SAFE_NO_PAD.encode(random)
    }

    /// Whether something that began then, and lasts so long, is over.
    pub(crate) fn is_past(&self, begun: Timestamp, lasts: SignedDuration) -> bool {
        self.now.duration_since(begun) >= lasts
    }
}

impl fmt::Debug for Moment<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Moment").field("now", &self.now).finish_non_exhaustive()
    }
}
