//! What the application behind learns of a write, and what follows from it.

use super::Provider;
use crate::application::{Application, Write};
use crate::store::{Change, Place, Store};

impl Provider {
    /// The application behind, where a product is played.
    pub(crate) fn application(&self) -> Option<&Application> {
        self.application.as_ref()
    }

    /// Tells the application of a write that has been carried out, or of a deletion right before: the one place where it
    /// hears of them.
    pub(super) fn tell(&self, store: &mut Store, place: Place, write: Write<'_>) {
        let Some(application) = &self.application else { return };
        let id = store.record(place.kind(), place.slot).map(|record| record.id.to_string());
        let consequence = application.learn(&Write { id: &id.unwrap_or_default(), ..write });
        if consequence.ends_password {
            let change = Change { password: Some(None), ..Change::default() };
            store.update(place.kind(), place.slot, change, self.now());
        }
    }
}
