//! The event log: what happened, one line for each thing, whoever did it.

use super::write::{Author, Write};
use super::{short, text_of};
use crate::scim::resource::Attributes;
use crate::scim::schema::ResourceKind;
use scim_profile::Advisory;
use serde_json::{Value, json};

/// Something that happened.
pub(crate) struct Event {
    pub(crate) what: What,
    pub(crate) by: Author,
    pub(crate) about: Option<About>,
    /// More of it, where there is more to say.
    pub(crate) words: String,
    /// The advisory that it is.
    pub(crate) advisory: Option<&'static str>,
}

/// The resource that an event is about, as it was called then.
pub(crate) struct About {
    pub(crate) kind: ResourceKind,
    pub(crate) id: String,
    pub(crate) name: String,
}

/// Kinds of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    UserCreated,
    /// An account that was there already is the identity provider's from now on.
    UserLinked,
    UserUpdated,
    UserDeactivated,
    UserReactivated,
    UserDeleted,
    GroupCreated,
    GroupRenamed,
    MembersChanged,
    GroupDeleted,
    MailSent,
    Advisory,
    OptedIn,
    OptedOut,
    RightsChanged,
    LevelGiven,
    LevelTaken,
    RoleMapped,
    RoleUnmapped,
    PasswordMade,
    PasswordEnded,
    ItemLent,
    ItemReturned,
    SettingChanged,
    TimePassed,
}

impl What {
    fn name(self) -> &'static str {
        match self {
            Self::UserCreated => "user.created",
            Self::UserLinked => "user.linked",
            Self::UserUpdated => "user.updated",
            Self::UserDeactivated => "user.deactivated",
            Self::UserReactivated => "user.reactivated",
            Self::UserDeleted => "user.deleted",
            Self::GroupCreated => "group.created",
            Self::GroupRenamed => "group.renamed",
            Self::MembersChanged => "group.members",
            Self::GroupDeleted => "group.deleted",
            Self::MailSent => "mail.sent",
            Self::Advisory => "advisory",
            Self::OptedIn => "opted-in",
            Self::OptedOut => "opted-out",
            Self::RightsChanged => "rights.changed",
            Self::LevelGiven => "level.given",
            Self::LevelTaken => "level.taken",
            Self::RoleMapped => "role.mapped",
            Self::RoleUnmapped => "role.unmapped",
            Self::PasswordMade => "password.made",
            Self::PasswordEnded => "password.ended",
            Self::ItemLent => "item.lent",
            Self::ItemReturned => "item.returned",
            Self::SettingChanged => "setting.changed",
            Self::TimePassed => "time.passed",
        }
    }
}

impl About {
    /// A resource with these attributes.
    pub(crate) fn of(kind: ResourceKind, id: &str, attributes: &Attributes) -> Self {
        let name = if kind == ResourceKind::User { "userName" } else { "displayName" };
        Self { kind, id: id.to_owned(), name: text_of(attributes, name) }
    }
}

impl Event {
    pub(super) fn of(write: &Write<'_>, what: What, words: String) -> Self {
        let about = write.latest().map(|attributes| About::of(write.kind, write.id, attributes));
        Self { what, by: write.by, about, words, advisory: None }
    }

    pub(super) fn advisory(write: &Write<'_>, advisory: &'static Advisory) -> Self {
        let name = advisory.name.get_ref();
        Self { advisory: Some(name), ..Self::of(write, What::Advisory, advisory.words.clone()) }
    }

    pub(super) fn shown(&self) -> Value {
        let by = match self.by {
            Author::Client => "provisioning",
            Author::Administrator => "administrator",
        };
        let mut shown = json!({ "event": self.what.name(), "by": by });
        if let Some(about) = &self.about {
            let kind = if about.kind == ResourceKind::User { "user" } else { "group" };
            shown[kind] = about.id.as_str().into();
            shown["name"] = about.name.as_str().into();
        }
        if let Some(name) = self.advisory {
            shown["advisory"] = name.into();
        }
        if !self.words.is_empty() {
            shown["words"] = self.words.as_str().into();
        }
        shown
    }
}

/// What a write comes to, without what follows from it.
pub(super) fn of(write: &Write<'_>, is_linked: bool) -> Vec<Event> {
    let event = |what| Event::of(write, what, String::new());
    let is_user = write.kind == ResourceKind::User;
    let (before, after) = match (write.before, write.after) {
        (None, None) => return Vec::new(),
        (None, Some(_)) if is_linked => return vec![event(What::UserLinked)],
        (None, Some(_)) => return vec![event(if is_user { What::UserCreated } else { What::GroupCreated })],
        (Some(_), None) => return vec![event(if is_user { What::UserDeleted } else { What::GroupDeleted })],
        (Some(before), Some(after)) => (before, after),
    };
    let changed = changed(before, after);
    if !is_user {
        let mut events = Vec::new();
        if changed.contains(&"displayName") {
            events.push(Event::of(write, What::GroupRenamed, format!("from {}", text_of(before, "displayName"))));
        }
        if let (came, gone) = write.members
            && came + gone > 0
        {
            events.push(Event::of(write, What::MembersChanged, format!("{came} came, {gone} went")));
        }
        return events;
    }
    let mut events: Vec<Event> = is_linked.then(|| event(What::UserLinked)).into_iter().collect();
    if write.closes() {
        events.push(event(What::UserDeactivated));
    }
    if write.opens() {
        events.push(event(What::UserReactivated));
    }
    let others: Vec<&str> = changed.into_iter().filter(|name| !matches!(*name, "active" | "schemas")).collect();
    if !others.is_empty() {
        events.push(Event::of(write, What::UserUpdated, short(&others.join(", "))));
    }
    events
}

/// The attributes that differ; those of an extension count as one.
fn changed<'a>(before: &'a Attributes, after: &'a Attributes) -> Vec<&'a str> {
    let gone = before.keys().filter(|name| !after.contains_key(*name));
    let other = after.iter().filter(|(name, value)| before.get(*name) != Some(value)).map(|(name, _)| name);
    gone.chain(other).map(String::as_str).collect()
}
