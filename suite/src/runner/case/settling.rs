//! How long a list or a filter may lag behind a change.

use std::time::Duration;

use tokio::time::Instant;

use super::Case;

/// How soon a reading is repeated that lags behind; each pause is twice the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// The time that is given to a reading which may lag behind (`--settle`).
#[derive(Debug)]
pub struct Settling {
    start: Instant,
    pause: Duration,
    limit: Duration,
}

impl Case {
    /// Begins to wait for a reading that may lag behind.
    pub fn settling(&self) -> Settling {
        Settling { start: Instant::now(), pause: FIRST_PAUSE, limit: self.shared.settle }
    }
}

impl Settling {
    /// Waits until it is time to look again; tells whether it is, for the last time at the very end of the time given.
    pub async fn again(&mut self) -> bool {
        let left = self.limit.saturating_sub(self.start.elapsed());
        if left.is_zero() {
            return false;
        }
        tokio::time::sleep(self.pause.min(left)).await;
        self.pause *= 2;
        true
    }

    /// Whether anything had to be waited for.
    pub fn has_waited(&self) -> bool {
        self.pause > FIRST_PAUSE
    }

    /// Since when, in milliseconds.
    pub fn milliseconds(&self) -> u128 {
        self.start.elapsed().as_millis()
    }
}
