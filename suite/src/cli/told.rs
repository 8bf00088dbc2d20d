//! Being told to end: Ctrl-C, and SIGTERM where there is such a thing.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// An ear that has been open since it was made.
#[cfg(unix)]
pub(super) struct Told {
    interrupted: Signal,
    terminated: Signal,
}

#[cfg(unix)]
impl Told {
    pub(super) fn listen() -> io::Result<Told> {
        Ok(Told { interrupted: signal(SignalKind::interrupt())?, terminated: signal(SignalKind::terminate())? })
    }

    /// Waits to be told, once more.
    pub(super) async fn once(&mut self) {
        tokio::select! {
            _ = self.interrupted.recv() => {}
            _ = self.terminated.recv() => {}
        }
    }
}

/// The same where there are no signals.
#[cfg(not(unix))]
pub(super) struct Told;

#[cfg(not(unix))]
impl Told {
    pub(super) fn listen() -> io::Result<Told> {
        Ok(Told)
    }

    /// Waits to be told, once more.
    pub(super) async fn once(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
