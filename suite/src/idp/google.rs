//! Google's automated provisioning (GOOG-… of the catalogue). How it finds and creates people was seen; how it changes,
//! suspends and deletes them was not, so both forms are played, and what they show is reported as unverified.

use std::collections::VecDeque;

use serde_json::{Map, Value, json};

use super::emulator::{Emulator, Event, Options, Person, Silence, Trouble, Which, Who, body, id_in, list, succeeded};
use crate::scim::{patch, sample, urn};
use crate::target::exchange::encode;
use crate::target::{Answer, Request};

/// How changes are written (GOOG-USR-003).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The whole user.
    Put,
    /// What has changed.
    Patch,
}

/// A customer's directory, and one application of the catalogue.
pub struct Directory {
    form: Form,
    options: Options,
    people: Vec<Provisioned>,
    tasks: VecDeque<Task>,
    under_way: Option<Task>,
}

struct Provisioned {
    person: Person,
    id: Option<String>,
    is_active: bool,
    is_assigned: bool,
    told: Value,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Task {
    Try,
    Match(Who),
    Create(Who),
    Update(Who),
    Delete(Who),
}

impl Directory {
    /// A directory of these people.
    pub fn new(form: Form, options: Options, people: Vec<Person>) -> Directory {
        let provisioned =
            |person| Provisioned { person, id: None, is_active: true, is_assigned: false, told: Value::Null };
        let people = people.into_iter().map(provisioned).collect();
        Directory { form, options, people, tasks: VecDeque::new(), under_way: None }
    }
}

impl Provisioned {
    fn wanted(&self) -> Value {
        let mut wanted = self.person.mapped.clone();
        let active = self.is_active && self.is_assigned;
        sample::overlay(&mut wanted, &json!({"externalId": self.person.external_id, "active": active}));
        wanted
    }
}

impl Emulator for Directory {
    fn happens(&mut self, event: &Event) -> Result<(), Silence> {
        let off = |option| Err(Silence::Off(option));
        match event {
            Event::Connect => self.tasks.push_back(Task::Try),
            Event::Assign(_) if !self.options.creates => return off("Create"),
            Event::Assign(who) => {
                (self.people[*who].is_active, self.people[*who].is_assigned) = (true, true);
                self.tasks.push_back(Task::Match(*who));
            }
            Event::Change(who, change) => {
                let somebody = &mut self.people[*who];
                sample::overlay(&mut somebody.person.mapped, change);
                if somebody.id.is_none() || !somebody.is_assigned || !somebody.is_active {
                    return Err(Silence::Unknown);
                }
                if !self.options.updates {
                    return off("Update");
                }
                self.tasks.push_back(Task::Update(*who));
            }
            // GOOG-USR-002.
            Event::Suspend(who) | Event::Deactivate(who) | Event::Unassign(who) => {
                let somebody = &mut self.people[*who];
                match event {
                    Event::Unassign(_) => somebody.is_assigned = false,
                    _ => somebody.is_active = false,
                }
                if somebody.id.is_none() {
                    return Err(Silence::Unknown);
                }
                if !self.options.deactivates {
                    return off("Suspend");
                }
                self.tasks.push_back(Task::Update(*who));
            }
            Event::Resume(who) => {
                self.people[*who].is_active = true;
                self.tasks.push_back(Task::Update(*who));
            }
            Event::Delete(_) if !self.options.deletes => return off("Delete"),
            Event::Delete(who) if self.people[*who].id.is_none() => return Err(Silence::Unknown),
            Event::Delete(who) => self.tasks.push_back(Task::Delete(*who)),
            Event::Import => return Err(Silence::Never("Google reads nothing back")),
            // GOOG-GRP-001.
            _ => return Err(Silence::Never("Google sends no groups")),
        }
        Ok(())
    }

    fn next(&mut self) -> Option<Request> {
        let task = self.tasks.pop_front()?;
        let path = |who: Who| format!("/Users/{}", encode(self.id_of(who).unwrap_or_default()));
        let request = match task {
            // GOOG-CON-006.
            Task::Try => Request::get("/Users").query("count", 1),
            // A start and no count (GOOG-USR-F1).
            Task::Match(who) => {
                let filter = format!("userName eq {}", Value::from(self.people[who].person.user_name()));
                Request::get("/Users").query("filter", filter).query("startIndex", 1)
            }
            Task::Create(who) => Request::post("/Users", self.whole(who)),
            Task::Update(who) if self.form == Form::Put => Request::put(path(who), self.whole(who)),
            Task::Update(who) => Request::patch(path(who), self.changes(who)),
            Task::Delete(who) => Request::delete(path(who)),
        };
        self.under_way = Some(task);
        Some(dressed(request))
    }

    fn answer(&mut self, answer: &Answer) -> Result<(), Trouble> {
        let Some(task) = self.under_way.take() else { return Ok(()) };
        let done = self.take_in(task, answer);
        if done.is_err() {
            self.tasks.clear();
        }
        done
    }

    fn id_of(&self, who: Who) -> Option<&str> {
        self.people.get(who)?.id.as_deref()
    }

    fn group_id_of(&self, _: Which) -> Option<&str> {
        None
    }

    fn imported(&self) -> &[Value] {
        &[]
    }
}

impl Directory {
    fn whole(&self, who: Who) -> Value {
        let mut whole = Map::new();
        whole.insert("schemas".into(), json!([urn::USER]));
        whole.extend(self.people[who].wanted().as_object().cloned().unwrap_or_default());
        Value::Object(whole)
    }

    fn changes(&self, who: Who) -> Value {
        let (told, wanted) = (&self.people[who].told, self.people[who].wanted());
        let changed = wanted.as_object().into_iter().flatten().filter(|(name, value)| told.get(*name) != Some(value));
        patch::message(changed.map(|(name, value)| patch::operation("replace", name, value.clone())).collect())
    }

    fn take_in(&mut self, task: Task, answer: &Answer) -> Result<(), Trouble> {
        match task {
            // Any success passes.
            Task::Try => succeeded("connection test", answer),
            Task::Match(who) => {
                const DOING: &str = "match of a user";
                let rows = list(DOING, answer)?.0;
                let Some(first) = rows.first() else {
                    self.tasks.push_back(Task::Create(who));
                    return Ok(());
                };
                let id = id_in(first).ok_or(Trouble::Useless { doing: DOING, reason: "a user without an id" })?;
                self.people[who].id = Some(id);
                self.tasks.push_back(Task::Update(who));
                Ok(())
            }
            Task::Create(who) => {
                const DOING: &str = "create of a user";
                let id = id_in(body(DOING, answer)?);
                self.people[who].id =
                    Some(id.ok_or(Trouble::Useless { doing: DOING, reason: "a user without an id" })?);
                self.people[who].told = self.people[who].wanted();
                Ok(())
            }
            Task::Update(who) => {
                self.people[who].told = self.people[who].wanted();
                succeeded("update of a user", answer)
            }
            Task::Delete(_) => succeeded("deletion of a user", answer),
        }
    }
}

/// GOOG-CON-003, GOOG-CON-004.
fn dressed(mut request: Request) -> Request {
    let has_body = !request.body_bytes().is_empty();
    request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("accept-charset"));
    let request = request.header("User-Agent", "Google-Auto-Provisioning").header("Accept", "application/json");
    if has_body { request.header("Content-Type", "application/json") } else { request }
}
