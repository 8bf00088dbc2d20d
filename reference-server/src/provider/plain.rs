//! Writes that need not be taken apart: what they say is kept as it stands.
//!
//! A test holds them to the usual way (`write.rs`, `patch.rs`), which takes whatever is no such write.

use super::{Provider, Reply};
use crate::policy::{NewStatus, Policy, Vocabulary, Writes};
use crate::scim::ScimError;
use crate::scim::etag::Preconditions;
use crate::scim::plain::{self, DEPTH, PlainResource, PlainStep};
use crate::scim::projection::{Projection, View};
use crate::scim::schema::ResourceKind;
use crate::store::{Place, Rendered};

/// Whether a write comes to what it says, with nothing added to it and nothing forbidden but two users of one name.
pub(super) fn writes_are_plain(policy: &Policy) -> bool {
    policy.writes == Writes::default() && policy.vocabulary == Vocabulary::Full
}

impl Provider {
    /// Carries out a POST in the plainest writing; nothing if it is none.
    pub(crate) fn create_plain(&self, kind: ResourceKind, body: &[u8]) -> Option<Reply> {
        if !self.takes_plain_writes() {
            return None;
        }
        let writes = &self.policy.writes;
        let definition = self.policy.vocabulary.definition(kind);
        let resource = plain::resource(definition, body, writes.values, writes.new_status == NewStatus::Active)?;
        Some(self.create_from(kind, resource).into())
    }

    fn create_from(&self, kind: ResourceKind, resource: PlainResource<'_>) -> Result<Reply, ScimError> {
        let mut store = self.writing();
        if let Some(taken) = resource.user_name.and_then(|name| self.name_taken(&store, name, None)) {
            return Err(ScimError::conflict(taken));
        }
        let place = self.insert(&mut store, kind, None, Rendered::from_text(resource.text), None, &[]);
        Ok(self.created(&store, place, &Projection::Default))
    }

    /// Carries out a PATCH in the plainest writing; nothing if it is none.
    pub(crate) fn patch_plain(&self, kind: ResourceKind, id: &str, body: &[u8], when: &Preconditions) -> Option<Reply> {
        if !self.takes_plain_writes() {
            return None;
        }
        let definition = self.policy.vocabulary.definition(kind);
        let steps = plain::patch(definition, body, self.policy.patch.values, self.limits.operations)?;
        Some(self.patch_with(kind, id, &steps, when).into())
    }

    fn patch_with(
        &self,
        kind: ResourceKind,
        id: &str,
        steps: &[PlainStep<'_>],
        when: &Preconditions,
    ) -> Result<Reply, ScimError> {
        let mut store = self.writing();
        let slot = store.find(kind, id).ok_or_else(|| ScimError::not_found(kind.name(), id))?;
        let place = Place::new(kind, slot);
        self.check_version(&store, place, when)?;
        self.check_owner(&store, kind, id, || match steps.iter().rfind(|(attribute, _)| attribute.name == "active") {
            Some((_, status)) => *status == "true",
            None => store.record(kind, slot).is_some_and(|record| record.is_active()),
        })?;
        store.set(kind, slot, steps.iter().map(|(attribute, value)| (attribute.name, *value)), self.now());
        Ok(self.patched(&store, place, &View::default(), &Projection::Default))
    }

    /// Whether nobody looks into what is written or answered on the way.
    fn takes_plain_writes(&self) -> bool {
        self.writes_are_plain && self.writer.is_some() && self.limits.depth >= DEPTH
    }
}
