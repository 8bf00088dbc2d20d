//! An organisation at Okta that provisions an application: what happens there, and what its client sends.

mod groups;
mod users;

use std::collections::VecDeque;

use serde_json::Value;

use crate::idp::emulator::{Emulator, Event, Options, Person, Silence, Trouble, Which, Who, list, succeeded};
use crate::target::exchange::encode;
use crate::target::{Answer, Request};

/// How the client writes changes (OKTA-APP-001, OKTA-APP-002).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Apps of the App Integration Wizard: PUT for everything, users and groups.
    Put,
    /// Integrations of the catalogue: PATCH for the state of users, and for groups.
    Patch,
}

/// An organisation with people, groups, and one application.
pub struct Organisation {
    dialect: Dialect,
    options: Options,
    people: Vec<Assigned>,
    groups: Vec<Pushed>,
    /// What is still to be done, in order.
    tasks: VecDeque<Task>,
    /// What waits for its answer.
    under_way: Option<Task>,
    imported: Vec<Value>,
}

/// Somebody, and what is known of the account at the application.
struct Assigned {
    person: Person,
    id: Option<String>,
    is_assigned: bool,
}

/// A group, and what is known of it at the application.
struct Pushed {
    name: String,
    members: Vec<Who>,
    id: Option<String>,
}

/// One request, once its turn has come.
#[derive(Debug, Clone, PartialEq)]
enum Task {
    Try(&'static str),
    LookUp(Who),
    Create(Who),
    /// PATCH of `active`.
    Activate(Who, bool),
    /// GET, and PUT of what was read with the mapped attributes laid over, and `active` as it is to be, if anything.
    Read(Who, Laid),
    Put(Who, Value),
    Page(&'static str, usize),
    LookUpGroup(Which),
    /// POST with these members, and PUT or PATCH of them afterwards.
    CreateGroup(Which),
    PutGroup(Which, Vec<Who>),
    PatchGroup(Which, Vec<Value>),
    DeleteGroup(Which),
}

/// What is laid over a reading before it is sent back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Laid {
    /// The mapped attributes.
    Profile,
    /// The state and nothing else.
    State(bool),
    /// Both.
    Both(bool),
}

impl Organisation {
    /// An organisation of these people and groups, whose members are people of it.
    pub fn new(
        dialect: Dialect,
        options: Options,
        people: Vec<Person>,
        groups: Vec<(String, Vec<Who>)>,
    ) -> Organisation {
        let assigned = |person| Assigned { person, id: None, is_assigned: false };
        let pushed = |(name, members)| Pushed { name, members, id: None };
        Organisation {
            dialect,
            options,
            people: people.into_iter().map(assigned).collect(),
            groups: groups.into_iter().map(pushed).collect(),
            tasks: VecDeque::new(),
            under_way: None,
            imported: Vec::new(),
        }
    }

    fn plan(&mut self, tasks: impl IntoIterator<Item = Task>) {
        self.tasks.extend(tasks);
    }
}

impl Emulator for Organisation {
    fn happens(&mut self, event: &Event) -> Result<(), Silence> {
        match event {
            // Both, whatever the application offers (OKTA-TST-001).
            Event::Connect => self.plan([Task::Try("/Users"), Task::Try("/Groups")]),
            // The look-up comes first, always (OKTA-USR-001).
            Event::Assign(who) => {
                on(self.options.creates, "Create Users")?;
                self.people[*who].is_assigned = true;
                self.plan([Task::LookUp(*who)]);
            }
            Event::Change(who, change) => self.change(*who, change)?,
            // OKTA-USR-041.
            Event::Suspend(_) | Event::Resume(_) => return Err(Silence::Suspension),
            Event::Deactivate(who) | Event::Unassign(who) => self.deactivate(*who)?,
            // OKTA-USR-042.
            Event::Delete(_) => return Err(Silence::Never("Okta deletes nobody at the application")),
            Event::Import => {
                on(self.options.imports_users, "Import")?;
                self.imported.clear();
                self.plan([Task::Page("/Users", 1)]);
                if self.options.imports_groups {
                    self.plan([Task::Page("/Groups", 1)]);
                }
            }
            Event::Push(_)
            | Event::PushNow(_)
            | Event::Join(..)
            | Event::Leave(..)
            | Event::Rename(..)
            | Event::Unlink(_)
            | Event::Remove(_) => {
                on(self.options.pushes_groups, "Push Groups")?;
                self.push(event)?;
            }
        }
        Ok(())
    }

    fn next(&mut self) -> Option<Request> {
        let task = self.tasks.pop_front()?;
        let request = self.request(&task);
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

    fn group_id_of(&self, which: Which) -> Option<&str> {
        self.groups.get(which)?.id.as_deref()
    }

    fn imported(&self) -> &[Value] {
        &self.imported
    }
}

impl Organisation {
    fn request(&self, task: &Task) -> Request {
        match task {
            // Constants of the client (OKTA-TST-001).
            Task::Try("/Users") => super::test_connection(),
            Task::Try(collection) => super::import_page(collection, 1),
            Task::Page(collection, start) => super::import_page(collection, *start),
            Task::LookUp(who) => super::look_up_user(self.people[*who].person.user_name()),
            Task::Create(who) => Request::post("/Users", users::body(&self.people[*who].person)),
            Task::Activate(who, active) => Request::patch(self.user_path(*who), super::set_active(*active)),
            Task::Read(who, _) => Request::get(self.user_path(*who)),
            Task::Put(who, body) => Request::put(self.user_path(*who), body.clone()),
            Task::LookUpGroup(which) => super::look_up_group(&self.groups[*which].name),
            Task::CreateGroup(which) => Request::post("/Groups", self.group_to_create(*which)),
            Task::PutGroup(which, members) => Request::put(self.group_path(*which), self.group_to_put(*which, members)),
            Task::PatchGroup(which, operations) => {
                Request::patch(self.group_path(*which), crate::scim::patch::message(operations.clone()))
            }
            Task::DeleteGroup(which) => Request::delete(self.group_path(*which)),
        }
    }

    fn take_in(&mut self, task: Task, answer: &Answer) -> Result<(), Trouble> {
        match task {
            Task::Try(_) => list("connection test", answer).map(|_| ()),
            Task::Page(collection, start) => self.take_page(collection, start, answer),
            Task::LookUp(who) => self.take_look_up(who, answer),
            Task::Create(who) => self.take_created(who, answer),
            Task::Activate(..) => succeeded("change of a user's state", answer),
            Task::Read(who, laid) => self.take_reading(who, laid, answer),
            Task::Put(..) => succeeded("update of a user", answer),
            Task::LookUpGroup(which) => self.take_group_look_up(which, answer),
            Task::CreateGroup(which) => self.take_created_group(which, answer),
            Task::PutGroup(..) | Task::PatchGroup(..) => succeeded("update of a group", answer),
            Task::DeleteGroup(which) => {
                succeeded("removal of a group", answer)?;
                self.groups[which].id = None;
                Ok(())
            }
        }
    }

    /// A page of an import: the next one follows while there is more (OKTA-IMP-001).
    fn take_page(&mut self, collection: &'static str, start: usize, answer: &Answer) -> Result<(), Trouble> {
        let (rows, total) = list("import", answer)?;
        if collection == "/Users" {
            // Whoever is inactive is not brought in (OKTA-IMP-007).
            let is_active = |row: &&Value| row.get("active") != Some(&Value::Bool(false));
            self.imported.extend(rows.iter().filter(is_active).cloned());
        }
        let next = start + super::PAGE;
        if next <= total {
            self.tasks.push_front(Task::Page(collection, next));
        }
        Ok(())
    }

    fn user_path(&self, who: Who) -> String {
        format!("/Users/{}", encode(self.id_of(who).unwrap_or_default()))
    }

    fn group_path(&self, which: Which) -> String {
        format!("/Groups/{}", encode(self.group_id_of(which).unwrap_or_default()))
    }
}

/// Every request as Okta's client sends it (OKTA-HDR-001, OKTA-HDR-002).
fn dressed(request: Request) -> Request {
    request.header("User-Agent", "Okta SCIM Client 1.0.0")
}

fn on(option: bool, name: &'static str) -> Result<(), Silence> {
    if option { Ok(()) } else { Err(Silence::Off(name)) }
}
