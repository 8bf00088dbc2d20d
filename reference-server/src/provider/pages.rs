//! What administrators see in the product's own pages, and do there: the resources, and what the application makes of them.

use super::{Provider, Reply};
use crate::application::{About, Application, Author, Seen, Staff, What};
use crate::scim::ScimError;
use crate::scim::error::ScimType;
use crate::scim::etag::Preconditions;
use crate::scim::fold::opaque;
use crate::scim::patch::PATCH_URN;
use crate::scim::projection::View;
use crate::scim::resource::Attributes;
use crate::scim::schema::ResourceKind;
use crate::store::{Change, Password, Place, Record, Store};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// So many stand in one answer.
const PAGE: usize = 100;

impl Provider {
    /// People from the n-th on, counted from nothing.
    pub(crate) fn people(&self, application: &Application, from: usize) -> Value {
        self.page_of(ResourceKind::User, from, |store, slot, record| self.person_at(application, store, slot, record))
    }

    /// Groups from the n-th on, with the roles that they give.
    pub(crate) fn groups_with_roles(&self, application: &Application, from: usize) -> Value {
        self.page_of(ResourceKind::Group, from, |store, slot, record| {
            json!({
                "id": &*record.id,
                "displayName": record.string("displayName"),
                "members": store.group_size(slot),
                "role": application.role_of(&record.id),
            })
        })
    }

    /// Somebody.
    pub(crate) fn person_seen(&self, application: &Application, id: &str) -> Result<Value, ScimError> {
        let store = self.reading();
        let (slot, record) = there(&store, ResourceKind::User, id)?;
        Ok(self.person_at(application, &store, slot, &record))
    }

    /// Changes somebody, as the pages do: what comes from the identity provider cannot be changed.
    pub(crate) fn edit_person(&self, id: &str, values: &Value) -> Result<(), ScimError> {
        let body = json!({ "schemas": [PATCH_URN], "Operations": [{ "op": "replace", "value": values }] });
        let (view, when) = (View::default(), Preconditions::default());
        self.patch(Author::Administrator, ResourceKind::User, id, &body, &view, &when).map(drop)
    }

    /// Gives something to somebody by hand.
    pub(crate) fn give(&self, application: &Application, id: &str, staff: Staff) -> Result<(), ScimError> {
        let store = self.reading();
        let (_, record) = there(&store, ResourceKind::User, id)?;
        application.give(id, staff)?;
        application.note(What::LevelGiven, Some(about(ResourceKind::User, &record)), String::new());
        Ok(())
    }

    /// Lets the members of a group have a role, or none.
    pub(crate) fn map_group(&self, application: &Application, id: &str, role: Option<&str>) -> Result<(), ScimError> {
        let store = self.reading();
        let (_, record) = there(&store, ResourceKind::Group, id)?;
        application.map_group(id, role)?;
        let what = if role.is_some() { What::RoleMapped } else { What::RoleUnmapped };
        application.note(what, Some(about(ResourceKind::Group, &record)), role.unwrap_or_default());
        Ok(())
    }

    /// Lends an item to somebody.
    pub(crate) fn lend(&self, application: &Application, item: &str, id: &str) -> Result<(), ScimError> {
        let store = self.reading();
        let (_, record) = there(&store, ResourceKind::User, id)?;
        application.lend(item, Some(id))?;
        application.note(What::ItemLent, Some(about(ResourceKind::User, &record)), item);
        Ok(())
    }

    /// Every item and who has it, or those that somebody has whose account is closed or gone.
    pub(crate) fn equipment(&self, application: &Application, of_closed: bool) -> Value {
        let store = self.reading();
        let mut items = Vec::new();
        for (item, holder) in application.lent() {
            let slot = holder.as_deref().and_then(|id| store.find(ResourceKind::User, id));
            let record = slot.and_then(|slot| store.record(ResourceKind::User, slot));
            let is_open = record.as_ref().is_some_and(|record| record.is_active());
            if of_closed && (holder.is_none() || is_open) {
                continue;
            }
            let name = record.as_ref().map(|record| about(ResourceKind::User, record).name);
            items
                .push(json!({ "item": item, "user": holder, "userName": name, "active": holder.is_some() && is_open }));
        }
        json!({ "total": items.len(), "items": items })
    }

    /// How many people each organisation below has, and who the first of them are.
    ///
    /// # Errors
    /// 400 `tooMany` where that would take too long.
    pub(crate) fn children(&self, application: &Application) -> Result<Value, ScimError> {
        let store = self.reading();
        if store.len(ResourceKind::User) > self.limits.scan {
            return Err(ScimError::bad(ScimType::TooMany, "there are too many people to look at each of them"));
        }
        let known = &application.product().profile().organisation.children;
        let mut children: BTreeMap<String, (usize, Vec<String>)> =
            known.iter().map(|name| (name.clone(), Default::default())).collect();
        for slot in store.slots_from(ResourceKind::User, 0) {
            let Some(record) = store.record(ResourceKind::User, slot) else { continue };
            let Some(child) = application.child(&record.attributes()) else { continue };
            let (count, ids) = children.entry(child).or_default();
            *count += 1;
            if ids.len() < PAGE {
                ids.push(record.id.to_string());
            }
        }
        let shown = |(name, (count, ids))| json!({ "name": name, "total": count, "users": ids });
        Ok(json!({ "total": children.len(), "items": children.into_iter().map(shown).collect::<Vec<Value>>() }))
    }

    /// Sets a password that somebody has made without the identity provider.
    ///
    /// # Errors
    /// 409 for an account that is closed.
    pub(crate) fn make_password(&self, application: &Application, id: &str, clear: &str) -> Result<(), ScimError> {
        let mut store = self.writing();
        let (slot, about) = {
            let (slot, record) = there(&store, ResourceKind::User, id)?;
            if !record.is_active() && !application.signs_in_when_closed() {
                return Err(ScimError::new(409, "the account is closed"));
            }
            (slot, about(ResourceKind::User, &record))
        };
        let change = Change { password: Some(Some(Password::new(&opaque(clear)))), ..Change::default() };
        store.update(ResourceKind::User, slot, change, self.now());
        application.password_made(id);
        let past = "it lets in past the identity provider";
        let words = if application.signs_in_elsewhere() { past } else { "" };
        application.note(What::PasswordMade, Some(about), words);
        Ok(())
    }

    /// The answer to whom the identity provider vouches for.
    pub(crate) fn sign_in_elsewhere(&self, user_name: &str) -> Reply {
        self.vouched(user_name)
    }

    fn page_of(&self, kind: ResourceKind, from: usize, shown: impl Fn(&Store, usize, &Record) -> Value) -> Value {
        let store = self.reading();
        let total = store.len(kind);
        let slots = if from < total { store.slots_from(kind, from).take(PAGE).collect() } else { Vec::new() };
        let next = from.saturating_add(slots.len());
        let items: Vec<Value> = slots
            .into_iter()
            .filter_map(|slot| store.record(kind, slot).map(|record| shown(&store, slot, &record)))
            .collect();
        json!({ "total": total, "items": items, "next": (next < total).then_some(next) })
    }

    fn person_at(&self, application: &Application, store: &Store, slot: usize, record: &Record) -> Value {
        let user = Place::new(ResourceKind::User, slot);
        let groups = store.groups_of(user).into_iter().chain(store.indirect_groups_of(user));
        let groups: Vec<String> = groups
            .filter_map(|group| store.record(ResourceKind::Group, group).map(|record| record.id.to_string()))
            .collect();
        let attributes: Attributes = record.attributes();
        application.person(&Seen {
            id: &record.id,
            user: &attributes,
            groups: &groups,
            has_password: record.password.is_some(),
        })
    }
}

/// A resource that is there.
fn there<'a>(store: &'a Store, kind: ResourceKind, id: &str) -> Result<(usize, Cow<'a, Record>), ScimError> {
    let found = store.find(kind, id).and_then(|slot| Some((slot, store.record(kind, slot)?)));
    found.ok_or_else(|| ScimError::not_found(kind.name(), id))
}

fn about(kind: ResourceKind, record: &Record) -> About {
    About::of(kind, &record.id, &record.attributes())
}
