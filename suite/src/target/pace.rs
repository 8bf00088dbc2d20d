//! Spreads requests evenly over time, so that a run never exceeds the rate its user allowed.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

/// Hands out the moments at which requests may leave.
#[derive(Debug)]
pub struct Pace {
    interval: Option<Duration>,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// At most `per_second` requests a second; `None` for no limit.
    pub fn new(per_second: Option<f64>) -> Pace {
        Pace { interval: per_second.map(|rate| Duration::from_secs_f64(1.0 / rate)), next: Mutex::new(None) }
    }

    /// Waits for this request's moment.
    pub async fn turn(&self) {
        let Some(interval) = self.interval else { return };
        let moment = {
            let mut next = self.next.lock().unwrap_or_else(|broken| broken.into_inner());
            let moment = next.unwrap_or_else(Instant::now).max(Instant::now());
            *next = Some(moment + interval);
            moment
        };
        tokio::time::sleep_until(moment).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn ten_requests_at_five_a_second_take_nearly_two_seconds() {
        let pace = Pace::new(Some(5.0));
        let start = Instant::now();
        for _ in 0..10 {
            pace.turn().await;
        }
        assert_eq!(start.elapsed().as_millis(), 1800);
    }
}
