//! Identifiers: what they look like is the server's own business (RFC 7643 §3.1), as long as none is given twice.

use super::Provider;
use crate::policy::Ids;
use jiff::Timestamp;
use std::fmt::Write;
use std::sync::atomic::Ordering;

impl Provider {
    /// A new identifier: a version 7 UUID, so identifiers sort by age and say nothing else.
    pub(super) fn new_id(&self, now: Timestamp) -> String {
        match self.policy.writes.ids {
            Ids::Uuid => self.uuid(now),
            Ids::UpperCase => self.uuid(now).to_uppercase(),
            Ids::Number => self.serial().to_string(),
            Ids::Long => format!("{}_-=.{}", self.random::<48>(), self.random::<48>()),
            Ids::Odd => format!("{}-é+~@:,'({})", self.serial(), self.random::<8>()),
        }
    }

    fn uuid(&self, now: Timestamp) -> String {
        let mut random = [0; 10];
        (self.randomness)(&mut random);
        let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid().to_string()
    }

    fn serial(&self) -> u64 {
        1_000 + self.issued.fetch_add(1, Ordering::Relaxed)
    }

    /// So many random bytes in hexadecimal.
    pub(super) fn random<const BYTES: usize>(&self) -> String {
        let mut random = [0; BYTES];
        (self.randomness)(&mut random);
        random.iter().fold(String::with_capacity(2 * BYTES), |mut text, byte| {
            // Writing to a string has no way to fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}
