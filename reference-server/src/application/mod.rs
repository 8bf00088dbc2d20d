//! The application behind SCIM, where a product is played: what becomes of people there once they are written.
//!
//! It keeps what no client writes (mail, events, what administrators give by hand), for one organisation. What follows from
//! a resource is read off it whenever somebody asks, so that it cannot go stale.

mod equipment;
mod event;
mod fixed;
mod given;
mod letter;
mod numbered;
mod person;
mod rights;
mod write;

pub(crate) use event::{About, Event, What};
pub(crate) use given::Staff;
pub(crate) use numbered::Since;
pub(crate) use person::Seen;
pub(crate) use write::{Author, Write};

use crate::config::Clock;
use crate::product::Product;
use crate::scim::ScimError;
use crate::scim::error::quoted;
use crate::scim::resource::Attributes;
use crate::scim::schema::ResourceKind;
use given::Given;
use letter::Letter;
use numbered::Numbered;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The application as one organisation has it.
pub(crate) struct Application {
    product: &'static Product,
    clock: Clock,
    /// Whoever holds the store may take this lock, and never the other way round.
    kept: Mutex<Kept>,
}

/// What nobody can read off the resources. Users and groups are known by their ids.
#[derive(Default)]
struct Kept {
    outbox: Numbered<Letter>,
    events: Numbered<Event>,
    /// Who was made here, and was not written by a client since.
    made_here: HashSet<String>,
    /// What administrators have given to users by hand.
    given: HashMap<String, Given>,
    /// Users who have made a password of their own, past single sign-on.
    stand_alone: HashSet<String>,
    /// The role that each mapped group gives to its members.
    roles: BTreeMap<String, String>,
    /// Items that are lent, by name, with whom.
    lent: BTreeMap<String, String>,
    /// What advisories depend on and the organisation uses.
    in_use: BTreeSet<String>,
}

/// What follows from a write for the account itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Consequence {
    /// The password is no more.
    pub(crate) ends_password: bool,
}

impl Application {
    pub(crate) fn new(product: &'static Product, clock: Clock) -> Self {
        Self { product, clock, kept: Mutex::default() }
    }

    pub(crate) fn product(&self) -> &'static Product {
        self.product
    }

    /// Learns of a write that has been carried out.
    pub(crate) fn learn(&self, write: &Write<'_>) -> Consequence {
        let (now, mut kept) = ((self.clock)(), self.kept());
        let tell = |kept: &mut Kept, event| kept.events.add(now, event);
        let id = write.id;
        let was_made_here = write.kind == ResourceKind::User && kept.made_here.contains(id);
        if write.by == Author::Client && was_made_here {
            kept.made_here.remove(id);
        }
        let is_linked = write.linked || (write.by == Author::Client && was_made_here && !write.is_end());
        for event in event::of(write, is_linked) {
            tell(&mut kept, event);
        }
        if write.kind == ResourceKind::Group {
            if write.is_end() {
                kept.roles.remove(id);
            }
            return Consequence::default();
        }
        if write.by == Author::Administrator && write.is_start() {
            kept.made_here.insert(id.to_owned());
        }
        for letter in letter::of(self.product.profile(), write) {
            tell(&mut kept, Event::of(write, What::MailSent, letter.name.clone()));
            kept.outbox.add(now, letter);
        }
        for (what, words) in rights::changes(self.product, write) {
            tell(&mut kept, Event::of(write, what, words));
        }
        for advisory in rights::advisories(self.product, write, &kept.in_use) {
            tell(&mut kept, Event::advisory(write, advisory));
        }
        let takes = write.by == Author::Client && !write.is_start() && !given::is_kept(self.product.profile());
        if takes && kept.given.remove(id).is_some() {
            tell(&mut kept, Event::of(write, What::LevelTaken, String::new()));
        }
        let ends_password = (write.closes() || write.is_end()) && kept.stand_alone.remove(id);
        if ends_password {
            tell(&mut kept, Event::of(write, What::PasswordEnded, String::new()));
        }
        if write.is_end() {
            kept.given.remove(id);
        }
        Consequence { ends_password: ends_password && !write.is_end() }
    }

    /// Whether an administrator may make of a user what the pages made of it.
    ///
    /// # Errors
    /// 409 naming an attribute that cannot be changed there.
    pub(crate) fn check_edit(&self, id: &str, before: &Attributes, after: &Attributes) -> Result<(), ScimError> {
        if self.kept().made_here.contains(id) {
            return Ok(());
        }
        match fixed::changed(self.product, before, after) {
            None => Ok(()),
            Some(name) => {
                let detail = format!("{name} comes from the identity provider, and is not changed here");
                Err(ScimError::new(409, detail))
            }
        }
    }

    /// Notes what an administrator has done.
    pub(crate) fn note(&self, what: What, about: Option<About>, words: impl Into<String>) {
        let event = Event { what, by: Author::Administrator, about, words: words.into(), advisory: None };
        self.kept().events.add((self.clock)(), event);
    }

    /// Mail that was sent, the oldest first.
    pub(crate) fn outbox(&self, since: Since) -> Value {
        self.kept().outbox.page(since, Letter::shown)
    }

    /// What happened, the oldest first.
    pub(crate) fn events(&self, since: Since) -> Value {
        self.kept().events.page(since, Event::shown)
    }

    /// Uses something that advisories depend on, or no more.
    pub(crate) fn change_use(&self, name: &str, on: bool) -> Result<(), ScimError> {
        let known = self.product.profile().advisories.iter().filter_map(|advisory| advisory.with.as_deref());
        if !known.into_iter().any(|known| known == name) {
            return Err(ScimError::new(404, format!("there is no switch {}", quoted(name))));
        }
        let mut kept = self.kept();
        match on {
            true => drop(kept.in_use.insert(name.to_owned())),
            false => drop(kept.in_use.remove(name)),
        }
        Ok(())
    }

    /// What advisories depend on, and whether the organisation uses it.
    pub(crate) fn uses(&self) -> Value {
        let kept = self.kept();
        let names = self.product.profile().advisories.iter().filter_map(|advisory| advisory.with.as_deref());
        names.map(|name| (name.to_owned(), kept.in_use.contains(name).into())).collect::<Attributes>().into()
    }

    /// Lets the members of a group have a role, or none.
    ///
    /// # Errors
    /// 404 where groups give no roles, 422 for a role that is none.
    pub(crate) fn map_group(&self, group: &str, role: Option<&str>) -> Result<(), ScimError> {
        let Some(mapping) = self.product.profile().groups.as_ref().and_then(|groups| groups.mapping.as_ref()) else {
            return Err(ScimError::new(404, "groups give no roles here"));
        };
        let mut kept = self.kept();
        match role {
            None => drop(kept.roles.remove(group)),
            Some(role) => {
                let role = given::chosen("role", role, &mapping.roles)?;
                kept.roles.insert(group.to_owned(), role);
            }
        }
        Ok(())
    }

    /// The role that a group gives.
    pub(crate) fn role_of(&self, group: &str) -> Option<String> {
        self.kept().roles.get(group).cloned()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Application").field("product", &self.product.profile().name).finish_non_exhaustive()
    }
}

/// Client text where it is kept beside the resources: no longer than anybody reads.
fn short(text: &str) -> String {
    const LONGEST: usize = 200;
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// The text that a user has as value of an attribute.
fn text_of(user: &Attributes, name: &str) -> String {
    short(user.get(name).and_then(Value::as_str).unwrap_or_default())
}

/// A list in an answer.
fn list<T: Into<Value>>(items: impl IntoIterator<Item = T>) -> Value {
    json!(items.into_iter().map(Into::into).collect::<Vec<Value>>())
}
