//! Progress on standard error: a bar on a terminal, a line now and then in a pipe.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::check::Outcome;
use crate::runner::Event;

/// Shows how far a run is.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    plain: Mutex<Plain>,
}

struct Plain {
    total: usize,
    done: usize,
    failed: usize,
    told: Instant,
}

/// How often a pipe is told.
const EVERY: Duration = Duration::from_secs(5);

impl Progress {
    /// For this many items.
    pub(super) fn new(total: usize, terminal: bool) -> Progress {
        let bar = terminal.then(|| {
            let bar = ProgressBar::new(total as u64);
            if let Ok(style) = ProgressStyle::with_template("  {bar:30} {pos}/{len} checks  {msg}") {
                bar.set_style(style);
            }
            bar
        });
        Progress { bar, plain: Mutex::new(Plain { total, done: 0, failed: 0, told: Instant::now() }) }
    }

    /// Takes in an event.
    pub(super) fn hear(&self, event: &Event) {
        let mut plain = self.plain.lock().unwrap_or_else(|broken| broken.into_inner());
        if let Event::Finished(finished) = event {
            plain.done += 1;
            plain.failed += usize::from(finished.outcome == Outcome::Failed);
        }
        match (&self.bar, event) {
            (Some(bar), Event::Finished(finished)) => {
                bar.set_message(finished.id.clone());
                bar.inc(1);
            }
            (Some(bar), Event::Ended(_)) => bar.finish_and_clear(),
            (None, Event::Finished(_)) if plain.told.elapsed() >= EVERY => {
                plain.told = Instant::now();
                eprintln!("{} of {} checks, {} failed", plain.done, plain.total, plain.failed);
            }
            _ => {}
        }
    }
}
