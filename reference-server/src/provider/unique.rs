//! Values that one resource has alone.

use super::Provider;
use crate::policy::{Free, Integrity, UpdateConflict};
use crate::scim::error::{ScimError, ScimType, quoted};
use crate::scim::fold::{Folding, fold};
use crate::scim::resource::{Attributes, MemberRef};
use crate::scim::schema::{Attribute, ENTERPRISE_USER, ResourceKind, Schema};
use crate::scim::value::same_value;
use crate::store::{KeyKind, Place, Store};
use serde_json::Value;

impl Provider {
    /// A userName belongs to one user, in any case, and other values do where this server wants it so; `own` is the slot
    /// that may have them already.
    pub(super) fn check_unique(
        &self,
        store: &Store,
        kind: ResourceKind,
        attributes: &Attributes,
        own: Option<usize>,
    ) -> Result<(), ScimError> {
        let Some(what) = self.taken(store, kind, attributes, own) else {
            return Ok(());
        };
        Err(match self.policy.writes.update_conflict {
            UpdateConflict::BadRequest if own.is_some() => ScimError::bad(ScimType::Uniqueness, what),
            _ => ScimError::conflict(what),
        })
    }

    /// What of a resource another one has already, in words.
    fn taken(&self, store: &Store, kind: ResourceKind, attributes: &Attributes, own: Option<usize>) -> Option<String> {
        let writes = &self.policy.writes;
        let text = |name: &str| attributes.get(name).and_then(Value::as_str);
        let another = |key, text: &str| store.holders(kind, key, text).any(|slot| Some(slot) != own);
        if let Some(id) = text("externalId").filter(|_| writes.external_ids == Free::No)
            && another(KeyKind::ExternalId, id)
        {
            return Some(in_use("the externalId", id));
        }
        match kind {
            ResourceKind::User => {
                if let Some(taken) = text("userName").and_then(|name| self.name_taken(store, name, own)) {
                    return Some(taken);
                }
            }
            ResourceKind::Group => match text("displayName").filter(|_| writes.group_names == Free::No) {
                Some(name) if another(KeyKind::DisplayName, &fold(name)) => {
                    return Some(in_use("the displayName", name));
                }
                _ => {}
            },
        }
        self.taken_in_extensions(store, kind, attributes, own)
    }

    /// Whether a userName is another's, or was, in words.
    pub(super) fn name_taken(&self, store: &Store, name: &str, own: Option<usize>) -> Option<String> {
        // A POST takes such an account over.
        let is_unlisted = own.is_some() && self.is_unlisted(name);
        if is_unlisted || self.users_named(store, name).any(|slot| Some(slot) != own) {
            return Some(format!("another user has the userName {}", quoted(name)));
        }
        store.is_retired(name).then(|| in_use("the userName of a deleted user", name))
    }

    /// Users whose name is that one, as names are compared here.
    pub(super) fn users_named<'a>(&self, store: &'a Store, name: &str) -> impl Iterator<Item = usize> + use<'a> {
        let folding = Folding::Folded(self.policy.filters.comparison);
        let wanted = folding.of(name);
        let kind = ResourceKind::User;
        store.candidates(kind, KeyKind::UserName, &fold(name)).into_iter().filter(move |slot| {
            let record = store.record(kind, *slot);
            record.is_some_and(|record| record.string("userName").is_some_and(|name| folding.of(&name) == wanted))
        })
    }

    /// There is no index for these, and seldom such an attribute.
    fn taken_in_extensions(
        &self,
        store: &Store,
        kind: ResourceKind,
        attributes: &Attributes,
        own: Option<usize>,
    ) -> Option<String> {
        let extensions = self.policy.vocabulary.definition(kind).extensions;
        let unique: Vec<(&Schema, &Attribute, &Value)> = extensions
            .iter()
            .flat_map(|schema| schema.attributes.iter().map(move |attribute| (*schema, attribute)))
            .filter(|(_, attribute)| attribute.unique)
            .filter_map(|(schema, attribute)| {
                Some((schema, attribute, attributes.get(schema.id)?.get(attribute.name)?))
            })
            .collect();
        if unique.is_empty() {
            return None;
        }
        let others = store.slots_from(kind, 0).filter(|slot| Some(*slot) != own);
        others.filter_map(|slot| store.record(kind, slot)).find_map(|record| {
            let other = record.attributes();
            let is_same = |(schema, attribute, value): &&(&Schema, &Attribute, &Value)| {
                let there = other.get(schema.id).and_then(|part| part.get(attribute.name));
                there.is_some_and(|there| same_value(attribute, there, value))
            };
            let (schema, attribute, _) = unique.iter().find(is_same)?;
            Some(format!("the value of {}:{} is in use", schema.id, attribute.name))
        })
    }

    /// Finds the members a client names.
    pub(super) fn resolve(&self, store: &Store, members: &[MemberRef]) -> Result<Vec<Place>, ScimError> {
        let find = |member: &MemberRef| match store.find_any(&member.value) {
            None if self.policy.writes.integrity != Integrity::Nobody => {
                let detail = format!("no user or group has the id {} given as member", quoted(&member.value));
                Some(Err(ScimError::bad(ScimType::InvalidValue, detail)))
            }
            found => found.map(Ok),
        };
        members.iter().filter_map(find).collect()
    }

    /// A manager is a user, where that is looked at.
    pub(super) fn check_manager(&self, store: &Store, attributes: &Attributes) -> Result<(), ScimError> {
        let manager = attributes.get(ENTERPRISE_USER.id).and_then(|part| part.pointer("/manager/value")?.as_str());
        match manager {
            Some(id)
                if self.policy.writes.integrity == Integrity::MembersAndManagers
                    && store.find(ResourceKind::User, id).is_none() =>
            {
                let detail = format!("no user has the id {} given as manager", quoted(id));
                Err(ScimError::bad(ScimType::InvalidValue, detail))
            }
            _ => Ok(()),
        }
    }
}

fn in_use(what: &str, name: &str) -> String {
    format!("{what} {} is in use", quoted(name))
}
