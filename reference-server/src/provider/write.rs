//! Creating, replacing, deleting. Each is judged completely before anything is changed.

use super::{Provider, Reply};
use crate::policy::{Emails, Free, NewStatus, Omitted, OmittedActive, Primary, UnknownAttributes, UserNames, Writes};
use crate::scim::error::{ScimError, ScimType, quoted};
use crate::scim::etag::Preconditions;
use crate::scim::fold::fold;
use crate::scim::projection::{Projection, View};
use crate::scim::resource::{self, Attributes, MemberRef, Submitted, Terms, member_of};
use crate::scim::schema::ResourceKind;
use crate::scim::value::ValueLeniency;
use crate::store::{Change, KeyKind, Password, Place, Record, Store};
use serde_json::{Value, json};
use std::collections::HashSet;

impl Provider {
    pub(crate) fn create(&self, kind: ResourceKind, body: &Value, view: &View) -> Result<Reply, ScimError> {
        let projection = Projection::read(view)?;
        let mut submitted = self.submitted(kind, body)?;
        if kind == ResourceKind::User {
            let status = self.policy.writes.new_status == NewStatus::Active;
            submitted.attributes.entry("active").or_insert(status.into());
            self.fill(body, &mut submitted.attributes);
        }
        let mut store = self.writing();
        check_unique(&store, &self.policy.writes, kind, &submitted.attributes, None)?;
        let members = resolve(&store, submitted.members.as_deref().unwrap_or_default())?;
        let now = self.now();
        let mut id = self.new_id(now);
        while store.find_any(&id).is_some() {
            id = self.new_id(now);
        }
        let location = self.location(kind, &id);
        let password = submitted.password.as_deref().map(Password::new);
        let slot = store.insert(kind, Record::new(id, &submitted.attributes, password, now), &members);
        let answer = self.answer(&store, Place::new(kind, slot), &projection);
        Ok(Reply { status: 201, location: Some(location), ..answer })
    }

    pub(crate) fn replace(
        &self,
        kind: ResourceKind,
        id: &str,
        body: &Value,
        view: &View,
        when: &Preconditions,
    ) -> Result<Reply, ScimError> {
        let projection = Projection::read(view)?;
        let mut store = self.writing();
        let slot = store.find(kind, id).ok_or_else(|| ScimError::not_found(kind.name(), id))?;
        self.check_version(&store, Place::new(kind, slot), when)?;
        let mut submitted = self.submitted(kind, body)?;
        let current = store.record(kind, slot).map(|record| record.attributes()).unwrap_or_default();
        self.keep_omitted(kind, &current, body, &mut submitted);
        if kind == ResourceKind::User {
            self.fill(body, &mut submitted.attributes);
        }
        check_unique(&store, &self.policy.writes, kind, &submitted.attributes, Some(slot))?;
        self.check_owner(&store, kind, id, Some(&submitted.attributes))?;
        let mut change = Change { touches: self.policy.writes.put_touches, ..Change::default() };
        if let Some(members) = &submitted.members {
            let wanted = resolve(&store, members)?;
            let keep: HashSet<Place> = wanted.iter().copied().collect();
            change.leaving = store.members_of(slot).into_iter().filter(|member| !keep.contains(member)).collect();
            change.joining = wanted.into_iter().filter(|member| !store.is_member(slot, *member)).collect();
        }
        change.password = new_password(&store, slot, submitted.password.as_deref());
        change.attributes = (submitted.attributes != current).then_some(submitted.attributes);
        store.update(kind, slot, change, self.now());
        Ok(self.answer(&store, Place::new(kind, slot), &projection))
    }

    pub(crate) fn delete(&self, kind: ResourceKind, id: &str, when: &Preconditions) -> Result<Reply, ScimError> {
        let mut store = self.writing();
        let slot = store.find(kind, id).ok_or_else(|| ScimError::not_found(kind.name(), id))?;
        self.check_version(&store, Place::new(kind, slot), when)?;
        self.check_owner(&store, kind, id, None)?;
        if self.policy.writes.deleted_names == Free::No
            && let Some(name) = store.record(kind, slot).and_then(|record| record.keys().user_name)
        {
            store.retire(&name);
        }
        store.delete(kind, slot, self.now());
        Ok(Reply::no_content())
    }

    fn submitted(&self, kind: ResourceKind, body: &Value) -> Result<Submitted, ScimError> {
        // Entra's loose writings occur in PATCH; a whole resource has to be right.
        let writes = &self.policy.writes;
        let terms = Terms {
            values: ValueLeniency {
                last_primary_wins: writes.primary == Primary::LastWins,
                ..ValueLeniency::default()
            },
            ignore_unknown_schemas: self.policy.ignore_unknown_schemas,
            refuse_unknown_attributes: writes.unknown_attributes == UnknownAttributes::Refused,
        };
        let mut submitted = resource::read(self.policy.vocabulary.definition(kind), body, terms)?;
        submitted.password = submitted.password.filter(|_| self.policy.offers.passwords);
        self.tidy(&mut submitted.attributes);
        Ok(submitted)
    }

    /// Puts values into the form in which this server keeps them.
    pub(crate) fn tidy(&self, attributes: &mut Attributes) {
        if self.policy.writes.user_names == UserNames::LowerCase
            && let Some(Value::String(name)) = attributes.get_mut("userName")
        {
            *name = name.to_lowercase();
        }
    }

    /// Gives defaults to what the body does not speak of (RFC 7644 §3.3 and §3.5.1).
    fn fill(&self, body: &Value, attributes: &mut Attributes) {
        let writes = &self.policy.writes;
        let definition = self.policy.vocabulary.definition(ResourceKind::User);
        let mentioned = |name: &str| body.as_object().is_some_and(|body| member_of(body, name).is_some());
        let mut default = |name: &str, value: Value| {
            if !mentioned(name) && definition.attribute(name).is_some() {
                attributes.entry(name).or_insert(value);
            }
        };
        let user_name = member_of_text(body, "userName").unwrap_or_default();
        if writes.names_users {
            default("displayName", user_name.split('@').next().unwrap_or_default().into());
        }
        if writes.fills_profile {
            default("locale", "en-US".into());
            default("timezone", "Etc/UTC".into());
            default("userType", "Employee".into());
        }
        if writes.emails == Emails::FromUserName && user_name.contains('@') {
            default("emails", json!([{ "value": user_name, "type": "work", "primary": true }]));
        }
        if writes.primary == Primary::Assigned
            && let Some(Value::Array(emails)) = attributes.get_mut("emails")
            && !emails.iter().any(|email| email["primary"] == true)
        {
            emails.iter_mut().enumerate().for_each(|(at, email)| email["primary"] = (at == 0).into());
        }
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
                resource::set_schemas(self.policy.vocabulary.definition(kind), attributes);
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

fn member_of_text<'a>(body: &'a Value, name: &str) -> Option<&'a str> {
    member_of(body.as_object()?, name)?.as_str()
}

/// A userName belongs to one user, in any case, and other names do where this server wants it so; `own` is the slot that
/// may have them already.
pub(crate) fn check_unique(
    store: &Store,
    writes: &Writes,
    kind: ResourceKind,
    attributes: &Attributes,
    own: Option<usize>,
) -> Result<(), ScimError> {
    let text = |name: &str| attributes.get(name).and_then(Value::as_str);
    let another = |key, text: &str| store.holders(kind, key, text).any(|slot| Some(slot) != own);
    let taken = |what: &str, name: &str| Err(ScimError::conflict(format!("{what} {} is in use", quoted(name))));
    if let Some(id) = text("externalId").filter(|_| writes.external_ids == Free::No)
        && another(KeyKind::ExternalId, id)
    {
        return taken("the externalId", id);
    }
    match kind {
        ResourceKind::User => match text("userName") {
            Some(name) if store.user_named(name).is_some_and(|slot| Some(slot) != own) => {
                Err(ScimError::conflict(format!("another user has the userName {}", quoted(name))))
            }
            Some(name) if store.is_retired(name) => taken("the userName of a deleted user", name),
            _ => Ok(()),
        },
        ResourceKind::Group => match text("displayName").filter(|_| writes.group_names == Free::No) {
            Some(name) if another(KeyKind::DisplayName, &fold(name)) => taken("the displayName", name),
            _ => Ok(()),
        },
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
