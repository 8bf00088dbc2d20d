//! Bounds: what one request may ask for, and how long a client may take over it.

use crate::scim::filter::FilterLimits;
use std::time::Duration;

/// Bounds on requests and connections. What is over one gets its SCIM error and leaves no trace.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the address, path and query: 414. A filter at its limit fits, percent-encoded.
    pub url: usize,
    /// Header fields: 431. Over 100 at least, HTTP itself is refused: 431 without a body.
    pub headers: usize,
    /// Bytes of their names and values: 431.
    pub header_bytes: usize,
    /// Bytes of a request body: 413.
    pub body: usize,
    /// Time for a body to arrive: 408.
    pub body_time: Duration,
    /// Levels of arrays and objects inside each other in a body, 127 at most: 400 `invalidSyntax`.
    pub depth: usize,
    /// Bounds of a filter: 400 `invalidFilter`. Of a PATCH path, too, which is 400 `invalidPath` if it is too long.
    pub filter: FilterLimits,
    /// Operations in one PATCH: 413.
    pub operations: usize,
    /// Operations in one bulk request, published as `bulk.maxOperations`: 413.
    pub bulk_operations: usize,
    /// Resources that a list may look at one by one, where no index leads to them: 400 `tooMany`.
    pub scan: usize,
    /// Members of one group: 400 `invalidValue`.
    pub members: usize,
    /// Connections at once. When there are as many, idle ones are closed, and new ones wait for a place.
    pub connections: usize,
    /// Time after which a connection is closed on which no whole head of a request has come, and nothing of an answer was
    /// taken; it may be twice as long. Where a part of a head has come: 408.
    pub idle: Duration,
    /// Time that requests under way get when the server is told to stop.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            url: 32 * 1024,
            headers: 64,
            header_bytes: 32 * 1024,
            body: 1024 * 1024,
            body_time: Duration::from_secs(30),
            depth: 64,
            filter: FilterLimits::default(),
            operations: 2_000,
            bulk_operations: 1_000,
            scan: 2_000_000,
            members: 1_000_000,
            connections: 16 * 1024,
            idle: Duration::from_secs(75),
            grace: Duration::from_secs(10),
        }
    }
}
