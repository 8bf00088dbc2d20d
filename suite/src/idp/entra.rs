//! A tenant of Microsoft Entra that provisions an application (ENTRA-… of the catalogue). Groups are not played yet.

mod differences;

use std::collections::VecDeque;

use serde_json::{Map, Value, json};

use super::emulator::{Emulator, Event, Options, Person, Silence, Trouble, Which, Who, body, id_in, list, succeeded};
use crate::scim::{patch, sample, urn};
use crate::target::exchange::encode;
use crate::target::{Answer, Request};
use differences::{flattened, operations};

/// How the client writes PATCH: as it always has, or as a flag in the tenant's address makes it (ENTRA-PAT, variants by
/// flag).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// `Replace`, one operation for each attribute, and `"False"`.
    None,
    /// `aadOptscim062020`: `replace`, one operation without a path, and `false`.
    Compliant,
}

/// A tenant with people and one application.
pub struct Tenant {
    flag: Flag,
    options: Options,
    people: Vec<Provisioned>,
    tasks: VecDeque<Task>,
    under_way: Option<Task>,
}

/// Somebody, and what is known of the account at the application.
struct Provisioned {
    person: Person,
    id: Option<String>,
    is_assigned: bool,
    is_enabled: bool,
    /// What the application was told last.
    told: Value,
}

#[derive(Debug, Clone, PartialEq)]
enum Task {
    Try(&'static str, &'static str),
    Match(Who),
    Create(Who),
    /// Is it still there? Then what has changed is written.
    Verify(Who),
    Update(Who, Vec<Value>),
    Delete(Who),
}

/// The user that Entra creates, key for key (ENTRA-USR-F2).
pub fn new_user(user_name: &str, external_id: &str) -> Value {
    json!({
        "schemas": [urn::USER, urn::ENTERPRISE],
        "externalId": external_id,
        "userName": user_name,
        "active": true,
        "emails": [{"primary": true, "type": "work", "value": user_name}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": "Sample Person", "familyName": "Person", "givenName": "Sample"},
        "roles": [],
    })
}

/// The group that Entra creates, with the schema that Microsoft has put beside the core one (ENTRA-GRP-F2).
pub fn new_group(display_name: &str, external_id: &str) -> Value {
    const OF_MICROSOFT: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
    json!({
        "schemas": [urn::GROUP, OF_MICROSOFT],
        "externalId": external_id,
        "displayName": display_name,
        "meta": {"resourceType": "Group"},
    })
}

/// What nobody is called: a GUID, which each test of the connection draws anew.
const NOBODY: &str = "6b3f1a52-9d0e-4a37-8c15-e2f4b7a90d61";

impl Tenant {
    /// A tenant of these people.
    pub fn new(flag: Flag, options: Options, people: Vec<Person>) -> Tenant {
        let provisioned =
            |person| Provisioned { person, id: None, is_assigned: false, is_enabled: true, told: Value::Null };
        let people = people.into_iter().map(provisioned).collect();
        Tenant { flag, options, people, tasks: VecDeque::new(), under_way: None }
    }

    fn known(&self, who: Who) -> Result<Who, Silence> {
        self.people[who].id.as_ref().map(|_| who).ok_or(Silence::Unknown)
    }
}

impl Provisioned {
    /// What the application should have.
    fn wanted(&self) -> Value {
        let mut wanted = self.person.mapped.clone();
        let state = json!({"externalId": self.person.external_id, "active": self.is_assigned && self.is_enabled});
        sample::overlay(&mut wanted, &state);
        wanted
    }
}

impl Emulator for Tenant {
    fn happens(&mut self, event: &Event) -> Result<(), Silence> {
        let off = |option| Err(Silence::Off(option));
        match event {
            // ENTRA-TST-001, ENTRA-TST-003.
            Event::Connect => {
                self.tasks.push_back(Task::Try("/Users", "userName"));
                self.tasks.push_back(Task::Try("/Groups", "displayName"));
            }
            // ENTRA-CYC-002.
            Event::Assign(_) if !self.options.creates => return off("Create"),
            Event::Assign(who) => {
                (self.people[*who].is_assigned, self.people[*who].is_enabled) = (true, true);
                self.tasks.push_back(Task::Match(*who));
            }
            Event::Change(who, change) => {
                sample::overlay(&mut self.people[*who].person.mapped, change);
                let who = self.known(*who)?;
                let somebody = &self.people[who];
                if !somebody.is_assigned || !somebody.is_enabled {
                    return Err(Silence::Unknown);
                }
                if !self.options.updates {
                    return off("Update");
                }
                self.tasks.push_back(Task::Verify(who));
            }
            // ENTRA-USR-044.
            Event::Suspend(who) | Event::Deactivate(who) => {
                self.people[*who].is_enabled = false;
                self.disable(*who)?;
            }
            Event::Resume(who) => {
                self.people[*who].is_enabled = true;
                self.tasks.push_back(Task::Verify(self.known(*who)?));
            }
            Event::Unassign(who) => {
                self.people[*who].is_assigned = false;
                self.disable(*who)?;
            }
            Event::Delete(_) if !self.options.deletes => return off("Delete"),
            // ENTRA-USR-046.
            Event::Delete(who) if !self.people[*who].is_assigned => {
                return Err(Silence::Never("somebody who was unassigned before is not deleted"));
            }
            // ENTRA-USR-053.
            Event::Delete(who) => self.tasks.push_back(Task::Delete(self.known(*who)?)),
            // ENTRA-CYC-007.
            Event::Import => return Err(Silence::Never("Entra reads nothing back")),
            _ => return off("Provisioning of groups"),
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

    fn group_id_of(&self, _: Which) -> Option<&str> {
        None
    }

    fn imported(&self) -> &[Value] {
        &[]
    }
}

impl Tenant {
    fn disable(&mut self, who: Who) -> Result<(), Silence> {
        if !self.options.deactivates {
            return Err(Silence::Off("Disable"));
        }
        self.tasks.push_back(Task::Verify(self.known(who)?));
        Ok(())
    }

    fn request(&self, task: &Task) -> Request {
        let path = |who: Who| format!("/Users/{}", encode(self.id_of(who).unwrap_or_default()));
        // Without paging (ENTRA-USR-F1).
        let filter = |attribute: &str, value: &str| format!("{attribute} eq {}", Value::from(value));
        match task {
            Task::Try(collection @ "/Groups", attribute) => Request::get(*collection)
                .query("excludedAttributes", "members")
                .query("filter", filter(attribute, NOBODY)),
            Task::Try(collection, attribute) => Request::get(*collection).query("filter", filter(attribute, NOBODY)),
            Task::Match(who) => {
                Request::get("/Users").query("filter", filter("userName", self.people[*who].person.user_name()))
            }
            Task::Create(who) => Request::post("/Users", self.body(*who)),
            Task::Verify(who) => Request::get(path(*who)),
            Task::Update(who, operations) => Request::patch(path(*who), patch::message(operations.clone())),
            Task::Delete(who) => Request::delete(path(*who)),
        }
    }

    /// ENTRA-USR-F2: the enterprise schema is declared and may be absent, `meta` and an empty list come along.
    fn body(&self, who: Who) -> Value {
        let mut body = Map::new();
        body.insert("schemas".into(), json!([urn::USER, urn::ENTERPRISE]));
        let wanted = self.people[who].wanted();
        for name in ["externalId", "userName", "active", "emails"] {
            body.extend(wanted.get(name).map(|value| (name.to_string(), value.clone())));
        }
        body.insert("meta".into(), json!({"resourceType": "User"}));
        for (name, value) in wanted.as_object().into_iter().flatten() {
            body.entry(name.clone()).or_insert_with(|| value.clone());
        }
        body.insert("roles".into(), json!([]));
        Value::Object(body)
    }

    fn take_in(&mut self, task: Task, answer: &Answer) -> Result<(), Trouble> {
        match task {
            // A 404 makes the test fail (ENTRA-ERR-002).
            Task::Try(..) => list("connection test", answer).map(|_| ()),
            Task::Match(who) => self.take_match(who, answer),
            Task::Create(who) => {
                const DOING: &str = "create of a user";
                let id = id_in(body(DOING, answer)?);
                let id = id.ok_or(Trouble::Useless { doing: DOING, reason: "a user without an id" })?;
                self.people[who].id = Some(id);
                self.people[who].told = self.people[who].wanted();
                Ok(())
            }
            // What is gone has lost its anchor (ENTRA-CYC-006). What was read else means nothing (ENTRA-CYC-007).
            Task::Verify(who) => {
                body("reading of a user", answer)?;
                let told = self.people[who].told.clone();
                self.update(who, &told);
                Ok(())
            }
            Task::Update(who, _) => {
                self.people[who].told = self.people[who].wanted();
                succeeded("update of a user", answer)
            }
            Task::Delete(who) => {
                succeeded("deletion of a user", answer)?;
                (self.people[who].is_assigned, self.people[who].told) = (false, Value::Null);
                Ok(())
            }
        }
    }

    /// Nobody: a create. One: this is the account, and what differs is written. More: nothing is (ENTRA-CYC-005).
    fn take_match(&mut self, who: Who, answer: &Answer) -> Result<(), Trouble> {
        const DOING: &str = "match of a user";
        let useless = |reason| Trouble::Useless { doing: DOING, reason };
        match list(DOING, answer)?.0 {
            [] => self.tasks.push_back(Task::Create(who)),
            [one] => {
                self.people[who].id = Some(id_in(one).ok_or(useless("a user without an id"))?);
                self.update(who, one);
            }
            _ => return Err(useless("DuplicateTargetEntries")),
        }
        Ok(())
    }

    /// PATCH of what differs (ENTRA-CYC-009), if anything does.
    fn update(&mut self, who: Who, there: &Value) {
        let operations = operations(self.flag, &flattened(there), &flattened(&self.people[who].wanted()));
        if !operations.is_empty() {
            self.tasks.push_front(Task::Update(who, operations));
        }
    }
}

/// No name of a client (ENTRA-CON-005), and no type of a body that is not there (ENTRA-CON-004).
fn dressed(mut request: Request) -> Request {
    let is_bare = request.body_bytes().is_empty();
    request.headers.retain(|(name, _)| {
        let name = name.to_ascii_lowercase();
        let is_of_no_body = is_bare && name == "content-type";
        !matches!(name.as_str(), "user-agent" | "accept-charset") && !is_of_no_body
    });
    request
}
