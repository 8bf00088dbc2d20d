//! What of a resource a client wants to see, as this server reads it.

use super::Provider;
use crate::scim::error::ScimError;
use crate::scim::projection::{Projection, View, ViewReading};
use crate::scim::schema::{ResourceKind, ResourceType};

impl Provider {
    pub(super) fn projection(&self, view: &View, kinds: &[ResourceKind]) -> Result<Projection, ScimError> {
        let shown = &self.policy.shown;
        let reading = ViewReading {
            both: shown.both_lists,
            unknown: shown.unknown_names,
            schemas: shown.partial_schemas,
            bare_urns: self.policy.patch.bare_urns,
        };
        if *view == View::default() {
            return Ok(Projection::Default);
        }
        let definitions: Vec<&ResourceType> =
            kinds.iter().map(|kind| self.policy.vocabulary.definition(*kind)).collect();
        Projection::read(view, &definitions, reading)
    }
}
