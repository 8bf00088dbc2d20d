//! Creating, replacing, deleting. Each is judged completely before anything is changed.

use super::{Provider, Reply};
use crate::policy::{Omitted, OmittedActive};
use crate::scim::error::{ScimError, ScimType, quoted};
use crate::scim::projection::{Projection, View};
use crate::scim::resource::{self, Attributes, MemberRef, Submitted, member_of};
use crate::scim::schema::ResourceKind;
use crate::scim::value::ValueLeniency;
use crate::store::{Change, Password, Place, Record, Store};
use serde_json::Value;
use std::collections::HashSet;

impl Provider {
    pub(crate) fn create(&self, kind: ResourceKind, body: &Value, view: &View) -> Result<Reply, ScimError> {
        let projection = Projection::read(view)?;
        let mut submitted = self.submitted(kind, body)?;
        if kind == ResourceKind::User {
            submitted.attributes.entry("active").or_insert(Value::Bool(true));
        }
        let mut store = self.writing();
        check_unique(&store, kind, &submitted.attributes, None)?;
        let members = resolve(&store, submitted.members.as_deref().unwrap_or_default())?;
        let now = self.now();
        let mut id = self.new_id(now);
        while store.find_any(&id).is_some() {
            id = self.new_id(now);
        }
        let location = self.location(kind, &id);
        let password = submitted.password.as_deref().map(Password::new);
        let slot = store.insert(kind, Record::new(id, &submitted.attributes, password, now), &members);
        Ok(Reply::created(location, self.shown(&store, Place::new(kind, slot), &projection)))
    }

    pub(crate) fn replace(&self, kind: ResourceKind, id: &str, body: &Value, view: &View) -> Result<Reply, ScimError> {
        let projection = Projection::read(view)?;
        let mut store = self.writing();
        let slot = store.find(kind, id).ok_or_else(|| ScimError::not_found(kind.name(), id))?;
        let mut submitted = self.submitted(kind, body)?;
        let current = store.record(kind, slot).map(Record::attributes).unwrap_or_default();
        self.keep_omitted(kind, &current, body, &mut submitted);
        check_unique(&store, kind, &submitted.attributes, Some(slot))?;
        let mut change = Change::default();
        if let Some(members) = &submitted.members {
            let wanted = resolve(&store, members)?;
            let keep: HashSet<Place> = wanted.iter().copied().collect();
            change.leaving = store.members_of(slot).into_iter().filter(|member| !keep.contains(member)).collect();
            change.joining = wanted.into_iter().filter(|member| !store.is_member(slot, *member)).collect();
        }
        change.password = new_password(&store, slot, submitted.password.as_deref());
        change.attributes = (submitted.attributes != current).then_some(submitted.attributes);
        store.update(kind, slot, change, self.now());
        Ok(Reply::ok(self.shown(&store, Place::new(kind, slot), &projection)))
    }

    pub(crate) fn delete(&self, kind: ResourceKind, id: &str) -> Result<Reply, ScimError> {
        let mut store = self.writing();
        let slot = store.find(kind, id).ok_or_else(|| ScimError::not_found(kind.name(), id))?;
        store.delete(kind, slot, self.now());
        Ok(Reply::no_content())
    }

    fn submitted(&self, kind: ResourceKind, body: &Value) -> Result<Submitted, ScimError> {
        // Entra's loose writings occur in PATCH; a whole resource has to be right.
        resource::read(kind, body, ValueLeniency::default(), self.policy.ignore_unknown_schemas)
    }

    /// What becomes of attributes that a PUT does not speak of. `null` and `[]` do speak of them.
    fn keep_omitted(&self, kind: ResourceKind, current: &Attributes, body: &Value, submitted: &mut Submitted) {
        let mentioned = |name: &str| body.as_object().is_some_and(|body| member_of(body, name).is_some());
        let attributes = &mut submitted.attributes;
        match self.policy.put_omitted {
            Omitted::Clears if kind == ResourceKind::Group => {
                submitted.members.get_or_insert_default();
            }
            Omitted::Clears => {}
            Omitted::Keeps => {
                for (name, value) in current.iter().filter(|(name, _)| *name != "schemas" && !mentioned(name)) {
                    attributes.insert(name.clone(), value.clone());
                }
                resource::set_schemas(kind.definition(), attributes);
            }
        }
        if kind == ResourceKind::User {
            let status = match self.policy.put_omitted_active {
                OmittedActive::Keeps => current.get("active").cloned().unwrap_or(Value::Bool(true)),
                OmittedActive::Defaults => Value::Bool(true),
            };
            attributes.entry("active").or_insert(status);
        }
    }
}

/// A userName belongs to one user, in any case; `own` is the slot that may have it already.
pub(crate) fn check_unique(
    store: &Store,
    kind: ResourceKind,
    attributes: &Attributes,
    own: Option<usize>,
) -> Result<(), ScimError> {
    let Some(name) = attributes.get("userName").and_then(Value::as_str).filter(|_| kind == ResourceKind::User) else {
        return Ok(());
    };
    match store.user_named(name) {
        Some(slot) if Some(slot) != own => {
            Err(ScimError::conflict(format!("another user has the userName {}", quoted(name))))
        }
        _ => Ok(()),
    }
}

/// Finds the members a client names.
pub(crate) fn resolve(store: &Store, members: &[MemberRef]) -> Result<Vec<Place>, ScimError> {
    let find = |member: &MemberRef| {
        store.find_any(&member.value).ok_or_else(|| {
            let detail = format!("no user or group has the id {} given as member", quoted(&member.value));
            ScimError::bad(ScimType::InvalidValue, detail)
        })
    };
    members.iter().map(find).collect()
}

/// A password that is sent again is no new one and ends no session.
pub(crate) fn new_password(store: &Store, slot: usize, clear: Option<&str>) -> Option<Option<Password>> {
    let clear = clear?;
    let record = store.record(ResourceKind::User, slot)?;
    let same = record.password.as_ref().is_some_and(|known| known.is(clear));
    (!same).then(|| Some(Password::new(clear)))
}
