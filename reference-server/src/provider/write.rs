//! Creating, replacing, deleting. Each is judged completely before anything is changed.

use super::{Provider, Reply};
use crate::application::{Author, Write};
use crate::policy::{
    Emails, Free, NewStatus, Omitted, OmittedActive, OtherId, Primary, Required, UnknownAttributes, UserNameText,
    UserNames,
};
use crate::scim::error::{ScimError, ScimType, quoted};
use crate::scim::etag::Preconditions;
use crate::scim::fold::{is_identifier, opaque};
use crate::scim::immutable::{self, Gone};
use crate::scim::named;
use crate::scim::projection::{Projection, View};
use crate::scim::resource::{self, Attributes, Submitted, Terms, member_of};
use crate::scim::schema::ResourceKind;
use crate::scim::value::ValueLeniency;
use crate::store::{Change, Password, Place, Record, Rendered, Store};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::HashSet;

impl Provider {
    pub(crate) fn create(&self, by: Author, kind: ResourceKind, body: &Value, view: &View) -> Result<Reply, ScimError> {
        let definition = self.policy.vocabulary.definition(kind);
        let projection = self.projection(view, &[kind])?.and(named::in_resource(definition, body));
        let mut submitted = self.submitted(kind, body)?;
        if kind == ResourceKind::User {
            self.complete(body, &mut submitted.attributes);
        }
        let mut store = self.writing();
        self.check_unique(&store, kind, &submitted.attributes, None)?;
        self.check_manager(&store, &submitted.attributes)?;
        let members = self.resolve(&store, submitted.members.as_deref().unwrap_or_default())?;
        self.check_size(members.iter().collect::<HashSet<_>>().len())?;
        let password = submitted.password.as_deref().map(|clear| Password::new(&opaque(clear)));
        let taken_over = if by == Author::Client { self.take_over(kind, &mut submitted.attributes) } else { None };
        let linked = taken_over.is_some();
        let (id, known) = taken_over.map_or((None, None), |account| (Some(account.id), account.password));
        let password = password.or(known);
        let place = self.insert(&mut store, kind, id, (&submitted.attributes).into(), password, &members);
        self.tell(
            &mut store,
            place,
            Write {
                after: Some(&submitted.attributes),
                speaks_of: &|path| named::resource_speaks_of(body, path),
                linked,
                members: (members.len(), 0),
                ..Write::of(by, kind)
            },
        );
        Ok(self.created(&store, place, &projection))
    }

    /// Puts a resource that was found good into the store.
    pub(super) fn insert(
        &self,
        store: &mut Store,
        kind: ResourceKind,
        id: Option<String>,
        attributes: Rendered,
        password: Option<Password>,
        members: &[Place],
    ) -> Place {
        let now = self.now();
        let id = id.unwrap_or_else(|| self.free_id(store, now));
        Place::new(kind, store.insert(kind, Record::new(id, attributes, password, now), members))
    }

    /// An id that nobody has.
    pub(super) fn free_id(&self, store: &Store, now: Timestamp) -> String {
        let mut id = self.new_id(now);
        while store.find_any(&id).is_some() {
            id = self.new_id(now);
        }
        id
    }

    /// 201 with a new resource and its address.
    pub(super) fn created(&self, store: &Store, place: Place, projection: &Projection) -> Reply {
        let location = store.record(place.kind(), place.slot).map(|record| self.location(place.kind(), &record.id));
        Reply { status: 201, location, ..self.answer(store, place, projection) }
    }

    pub(crate) fn replace(
        &self,
        kind: ResourceKind,
        id: &str,
        body: &Value,
        view: &View,
        when: &Preconditions,
    ) -> Result<Reply, ScimError> {
        let definition = self.policy.vocabulary.definition(kind);
        let projection = self.projection(view, &[kind])?.and(named::in_resource(definition, body));
        let mut store = self.writing();
        let slot = store.find(kind, id).ok_or_else(|| ScimError::not_found(kind.name(), id))?;
        self.check_version(&store, Place::new(kind, slot), when)?;
        self.check_id(id, body)?;
        let current = store.record(kind, slot).map(|record| record.attributes()).unwrap_or_default();
        let mut submitted = self.submitted(kind, &self.completed(kind, &current, body))?;
        self.keep_omitted(kind, &current, body, &mut submitted);
        immutable::hold(definition, &current, &mut submitted.attributes, Gone::Returns)?;
        resource::set_schemas(definition, &mut submitted.attributes);
        if kind == ResourceKind::User {
            self.fill(body, &mut submitted.attributes);
        }
        self.check_unique(&store, kind, &submitted.attributes, Some(slot))?;
        self.check_manager(&store, &submitted.attributes)?;
        self.check_owner(&store, kind, id, || is_active(&submitted.attributes))?;
        let mut change = Change { touches: self.policy.writes.put_touches, ..Change::default() };
        if let Some(members) = &submitted.members {
            let wanted = self.resolve(&store, members)?;
            let keep: HashSet<Place> = wanted.iter().copied().collect();
            self.check_size(keep.len())?;
            change.leaving = store.members_of(slot).into_iter().filter(|member| !keep.contains(member)).collect();
            change.joining = wanted.into_iter().filter(|member| !store.is_member(slot, *member)).collect();
        }
        change.password = new_password(&store, slot, submitted.password.as_deref());
        change.attributes = store.other_attributes(kind, slot, &submitted.attributes);
        let moved = (change.joining.len(), change.leaving.len());
        store.update(kind, slot, change, self.now());
        self.tell(
            &mut store,
            Place::new(kind, slot),
            Write {
                before: Some(&current),
                after: Some(&submitted.attributes),
                speaks_of: &|path| named::resource_speaks_of(body, path),
                members: moved,
                ..Write::of(Author::Client, kind)
            },
        );
        Ok(self.answer(&store, Place::new(kind, slot), &projection))
    }

    pub(crate) fn delete(&self, kind: ResourceKind, id: &str, when: &Preconditions) -> Result<Reply, ScimError> {
        let mut store = self.writing();
        let slot = store.find(kind, id).ok_or_else(|| ScimError::not_found(kind.name(), id))?;
        self.check_version(&store, Place::new(kind, slot), when)?;
        self.check_owner(&store, kind, id, || false)?;
        if self.policy.writes.deleted_names == Free::No
            && let Some(name) =
                store.record(kind, slot).and_then(|record| Some(record.string("userName")?.into_owned()))
        {
            store.retire(&name);
        }
        let before = self.application.as_ref().and_then(|_| store.record(kind, slot).map(|record| record.attributes()));
        self.tell(
            &mut store,
            Place::new(kind, slot),
            Write { before: before.as_ref(), ..Write::of(Author::Client, kind) },
        );
        store.delete(kind, slot, self.now());
        Ok(Reply::no_content())
    }

    /// A group must not have more members than this server wants to hold in one.
    pub(crate) fn check_size(&self, members: usize) -> Result<(), ScimError> {
        let most = self.limits.members;
        if members <= most {
            return Ok(());
        }
        Err(ScimError::bad(ScimType::InvalidValue, format!("a group may have {most} members")))
    }

    /// Gives a new account its status, and the defaults of what its body does not speak of.
    pub(super) fn complete(&self, body: &Value, attributes: &mut Attributes) {
        let status = self.policy.writes.new_status == NewStatus::Active;
        attributes.entry("active").or_insert(status.into());
        self.fill(body, attributes);
    }

    pub(super) fn submitted(&self, kind: ResourceKind, body: &Value) -> Result<Submitted, ScimError> {
        let writes = &self.policy.writes;
        let terms = Terms {
            values: ValueLeniency { last_primary_wins: writes.primary == Primary::LastWins, ..writes.values },
            ignore_unknown_schemas: self.policy.ignore_unknown_schemas,
            refuse_unknown_attributes: writes.unknown_attributes == UnknownAttributes::Refused,
            undeclared: writes.undeclared_extensions,
            missing: writes.missing_required,
        };
        let mut submitted = resource::read(self.policy.vocabulary.definition(kind), body, terms)?;
        submitted.password = submitted.password.filter(|_| self.policy.offers.passwords);
        self.tidy(kind, &mut submitted.attributes)?;
        Ok(submitted)
    }

    /// Puts values into the form in which this server keeps them.
    pub(crate) fn tidy(&self, kind: ResourceKind, attributes: &mut Attributes) -> Result<(), ScimError> {
        if let (ResourceKind::User, Some(product)) = (kind, self.policy.product) {
            product.rules().settle(self.policy.vocabulary.definition(kind), attributes)?;
        }
        let Some(Value::String(name)) = attributes.get_mut("userName") else {
            return Ok(());
        };
        if self.policy.writes.user_name_text == UserNameText::Identifier && !is_identifier(name) {
            let detail = format!("the userName {} holds characters that names may not have", quoted(name));
            return Err(ScimError::bad(ScimType::InvalidValue, detail));
        }
        if self.policy.writes.user_names == UserNames::LowerCase {
            *name = name.to_lowercase();
        }
        Ok(())
    }

    /// An id is read-only, so that another one in a body means nothing; unless this server minds.
    fn check_id(&self, id: &str, body: &Value) -> Result<(), ScimError> {
        match member_of_text(body, "id") {
            Some(other) if other != id && self.policy.writes.put_other_id == OtherId::Refused => {
                Err(ScimError::bad(ScimType::Mutability, "the id of a resource cannot be changed"))
            }
            _ => Ok(()),
        }
    }

    /// The body of a PUT with the required attributes that it leaves out, where they are kept.
    fn completed<'a>(&self, kind: ResourceKind, current: &Attributes, body: &'a Value) -> Cow<'a, Value> {
        let (Value::Object(members), Required::Kept) = (body, self.policy.writes.put_required) else {
            return Cow::Borrowed(body);
        };
        let mut members = members.clone();
        let attributes = self.policy.vocabulary.definition(kind).schema.attributes.iter();
        for name in attributes.filter(|attribute| attribute.required).map(|attribute| attribute.name) {
            if let (None, Some(value)) = (member_of(&members, name), current.get(name)) {
                members.insert(name.to_owned(), value.clone());
            }
        }
        Cow::Owned(members.into())
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
            }
        }
        if kind == ResourceKind::User {
            let status = match self.policy.put_omitted_active {
                OmittedActive::Keeps => current.get("active").cloned(),
                OmittedActive::Defaults => Some(Value::Bool(true)),
            };
            if let Some(status) = status {
                attributes.entry("active").or_insert(status);
            }
        }
    }
}

/// Whether a user with these attributes may sign in.
pub(super) fn is_active(attributes: &Attributes) -> bool {
    attributes.get("active") == Some(&Value::Bool(true))
}

fn member_of_text<'a>(body: &'a Value, name: &str) -> Option<&'a str> {
    member_of(body.as_object()?, name)?.as_str()
}

/// A password that is sent again is no new one and ends no session.
pub(crate) fn new_password(store: &Store, slot: usize, clear: Option<&str>) -> Option<Option<Password>> {
    let clear = clear?;
    let record = store.record(ResourceKind::User, slot)?;
    let clear = opaque(clear);
    let same = record.password.as_ref().is_some_and(|known| known.is(&clear));
    (!same).then(|| Some(Password::new(&clear)))
}
