//! What is expected: of each thing that happens whether the target takes it, and of everybody what it shows afterwards.

use scim_profile::{Feature, Profile};
use serde_json::{Value, json};

use super::cast::MARY;
use super::{Client, options, shown};
use crate::idp::emulator::{Event, Options, Person, Which, Who};
use crate::scim::sample;

/// What comes of something that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// No request is sent.
    Nothing,
    /// The target refuses, and nothing changes.
    Refused {
        /// The statuses that say so.
        statuses: &'static [u16],
        /// The error's `scimType`, if it has one.
        kind: Option<&'static str>,
        /// What cannot be done.
        words: String,
    },
}

/// Everybody and every group, as the target should show them.
pub struct World<'a> {
    profile: &'a Profile,
    client: Client,
    options: Options,
    /// In the order of the cast.
    pub people: Vec<Account>,
    /// In the order of the script.
    pub groups: Vec<Group>,
}

/// Somebody, here and there.
#[derive(Debug, Clone)]
pub struct Account {
    person: Person,
    is_assigned: bool,
    /// What is shown; nothing where there is no account.
    pub shows: Option<Value>,
    /// The id that the account must keep.
    pub id: Option<String>,
    /// When it was created, by its own words.
    pub created: Option<Value>,
}

/// A group, here and there.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its name at the identity provider.
    pub name: String,
    /// Who are its members at the identity provider.
    pub members: Vec<Who>,
    /// Its name and members as shown; nothing where there is no group.
    pub shows: Option<(String, Vec<Who>)>,
    /// Whether it is still pushed.
    is_pushed: bool,
    /// The id that the group must keep.
    pub id: Option<String>,
}

impl<'a> World<'a> {
    /// Nobody has the application yet.
    pub fn new(
        profile: &'a Profile,
        client: Client,
        people: Vec<Person>,
        groups: Vec<(String, Vec<Who>)>,
    ) -> World<'a> {
        let account = |person| Account { person, is_assigned: false, shows: None, id: None, created: None };
        let group = |(name, members)| Group { name, members, shows: None, is_pushed: false, id: None };
        World {
            profile,
            client,
            options: options(profile),
            people: people.into_iter().map(account).collect(),
            groups: groups.into_iter().map(group).collect(),
        }
    }

    /// Somebody has an account that was not made by the client.
    pub fn has_account(&mut self, who: Who, written: &Value, id: &str) {
        self.people[who].shows = Some(shown::shown(self.profile, written));
        self.people[who].id = Some(id.into());
    }

    /// Whether the target has groups at all.
    pub fn has_groups(&self) -> bool {
        self.profile.groups.is_some()
    }

    /// What comes of it, and from now on everything is shown so.
    pub fn happens(&mut self, event: &Event) -> Outcome {
        match event {
            Event::Connect => Outcome::Done,
            Event::Assign(who) => self.assign(*who),
            Event::Change(who, change) => self.change(*who, change),
            Event::Suspend(who) if self.client.tells_of_suspensions() => self.deactivate(*who),
            Event::Resume(who) if self.client.tells_of_suspensions() => self.assign(*who),
            Event::Suspend(_) | Event::Resume(_) => Outcome::Nothing,
            Event::Deactivate(who) | Event::Unassign(who) => self.deactivate(*who),
            Event::Delete(who) => self.delete(*who),
            Event::Import if self.options.imports_users && self.client.imports() => Outcome::Done,
            Event::Import => Outcome::Nothing,
            _ if !self.options.pushes_groups || !self.client.pushes_groups() => Outcome::Nothing,
            Event::Push(which) => self.push(*which),
            Event::PushNow(which) => self.is_pushed(*which),
            Event::Join(which, who) => {
                self.groups[*which].members.push(*who);
                self.is_pushed(*which)
            }
            Event::Leave(which, who) => {
                self.groups[*which].members.retain(|member| member != who);
                self.is_pushed(*which)
            }
            Event::Rename(which, name) => {
                self.groups[*which].name.clone_from(name);
                self.is_pushed(*which)
            }
            Event::Unlink(which) => {
                self.groups[*which].is_pushed = false;
                Outcome::Nothing
            }
            Event::Remove(which) => {
                let group = &mut self.groups[*which];
                if !std::mem::take(&mut group.is_pushed) {
                    return Outcome::Nothing;
                }
                group.shows = None;
                Outcome::Done
            }
        }
    }

    /// Whoever has an account already is linked, and what the identity provider has is written over it.
    fn assign(&mut self, who: Who) -> Outcome {
        if !self.options.creates {
            return Outcome::Nothing;
        }
        let mut written = self.people[who].person.mapped.clone();
        sample::overlay(&mut written, &json!({"externalId": self.people[who].person.external_id, "active": true}));
        let outcome = self.write(who, &written);
        self.people[who].is_assigned = true;
        outcome
    }

    fn change(&mut self, who: Who, change: &Value) -> Outcome {
        let account = &mut self.people[who];
        sample::overlay(&mut account.person.mapped, change);
        let is_skipped = account.person.is_administrator && !self.options.updates_administrators;
        if account.shows.is_none() || !account.is_assigned || is_skipped || !self.options.updates {
            return Outcome::Nothing;
        }
        let written = account.person.mapped.clone();
        self.write(who, &written)
    }

    fn write(&mut self, who: Who, written: &Value) -> Outcome {
        let before = self.people[who].shows.clone().unwrap_or_else(|| json!({}));
        if let Some(name) = shown::fixed(self.profile, &before, written) {
            // RFC 7644 §3.12.
            let words = format!("{name} cannot be changed");
            return Outcome::Refused { statuses: &[400], kind: Some("mutability"), words };
        }
        let mut after = before;
        sample::overlay(&mut after, written);
        self.people[who].shows = Some(shown::shown(self.profile, &after));
        Outcome::Done
    }

    fn deactivate(&mut self, who: Who) -> Outcome {
        let account = &mut self.people[who];
        account.is_assigned = false;
        match &mut account.shows {
            Some(shows) if self.options.deactivates => {
                shows["active"] = false.into();
                Outcome::Done
            }
            _ => Outcome::Nothing,
        }
    }

    fn delete(&mut self, who: Who) -> Outcome {
        if !self.client.deletes() || !self.options.deletes || self.people[who].shows.is_none() {
            return Outcome::Nothing;
        }
        self.people[who].shows = None;
        Outcome::Done
    }

    fn push(&mut self, which: Which) -> Outcome {
        if !self.has_groups() {
            let words = format!("{} has no groups", self.profile.title);
            return Outcome::Refused { statuses: &[501, 404, 405, 403, 400], kind: None, words };
        }
        self.groups[which].is_pushed = true;
        self.is_pushed(which)
    }

    /// The group shows what the identity provider has, as far as its members have accounts.
    fn is_pushed(&mut self, which: Which) -> Outcome {
        let is_provisioned = |who: &Who| self.people[*who].is_assigned && self.people[*who].shows.is_some();
        let group = &self.groups[which];
        if !group.is_pushed {
            return Outcome::Nothing;
        }
        let members = group.members.iter().copied().filter(is_provisioned).collect();
        self.groups[which].shows = Some((self.groups[which].name.clone(), members));
        Outcome::Done
    }

    /// The ids of the groups in which somebody is shown.
    pub fn groups_of(&self, who: Who) -> Vec<&str> {
        let has = |group: &&Group| group.shows.as_ref().is_some_and(|(_, members)| members.contains(&who));
        self.groups.iter().filter(has).filter_map(|group| group.id.as_deref()).collect()
    }

    /// Whether the product says that administrators of the identity provider are not updated.
    pub fn spares_administrators(&self) -> bool {
        !self.options.updates_administrators && self.people.get(MARY).is_some()
    }

    /// Whether the documents name this feature.
    pub fn claims(&self, feature: Feature) -> bool {
        super::offered(self.profile, feature) == super::Offered::Claimed
    }
}

impl Account {
    /// The name that the person signs in by.
    pub fn user_name(&self) -> &str {
        self.person.user_name()
    }

    /// What is mapped of the person by now.
    pub fn mapped(&self) -> &Value {
        &self.person.mapped
    }
}
