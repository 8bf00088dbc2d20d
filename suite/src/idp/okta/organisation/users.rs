//! People: what their lives at Okta cause at the application.

use serde_json::{Map, Value, json};

use super::{Dialect, Laid, Organisation, Task, on};
use crate::idp::emulator::{Person, Silence, Trouble, Who, body as body_of, id_in, list};
use crate::scim::{sample, urn};
use crate::target::Answer;

/// The body of a create, key for key: the mapped attributes, a list of groups that is always empty (OKTA-USR-013), and a
/// placeholder where a password would be (OKTA-USR-011).
pub(super) fn body(person: &Person) -> Value {
    let mut body = Map::new();
    body.insert("schemas".into(), json!([urn::USER]));
    body.extend(person.mapped.as_object().cloned().unwrap_or_default());
    body.insert("externalId".into(), person.external_id.as_str().into());
    body.insert("groups".into(), json!([]));
    body.insert("password".into(), person.password.as_str().into());
    body.insert("active".into(), true.into());
    named_extensions(&mut body);
    Value::Object(body)
}

/// What was read, with what Okta has laid over it; read-only parts go back as they came (OKTA-USR-023, OKTA-USR-024).
fn merged(read: &Value, person: &Person, laid: Laid) -> Value {
    let mut body = read.as_object().cloned().unwrap_or_default();
    if let Laid::Profile | Laid::Both(_) = laid {
        let mut whole = Value::Object(body);
        sample::overlay(&mut whole, &person.mapped);
        sample::overlay(&mut whole, &json!({"externalId": person.external_id}));
        body = whole.as_object().cloned().unwrap_or_default();
        // The recorded deactivation lacks them; a profile that is pushed has them last.
        body.entry("groups").or_insert_with(|| json!([]));
        named_extensions(&mut body);
    }
    if let Laid::State(active) | Laid::Both(active) = laid {
        body.insert("active".into(), active.into());
    }
    Value::Object(body)
}

/// Extensions that are there stand in `schemas`, too.
fn named_extensions(body: &mut Map<String, Value>) {
    let there: Vec<Value> = body.keys().filter(|name| name.starts_with("urn:")).map(|name| json!(name)).collect();
    if let Some(schemas) = body.get_mut("schemas").and_then(Value::as_array_mut) {
        there.into_iter().for_each(|urn| {
            if !schemas.contains(&urn) {
                schemas.push(urn);
            }
        });
    }
}

impl Organisation {
    /// Both dialects read, and put the whole back (OKTA-USR-023).
    pub(super) fn change(&mut self, who: Who, change: &Value) -> Result<(), Silence> {
        let somebody = &mut self.people[who];
        sample::overlay(&mut somebody.person.mapped, change);
        if somebody.id.is_none() || !somebody.is_assigned {
            return Err(Silence::Unknown);
        }
        if somebody.person.is_administrator && !self.options.updates_administrators {
            return Err(Silence::Administrator);
        }
        on(self.options.updates, "Update User Attributes")?;
        self.plan([Task::Read(who, Laid::Profile)]);
        Ok(())
    }

    pub(super) fn deactivate(&mut self, who: Who) -> Result<(), Silence> {
        let somebody = &mut self.people[who];
        if somebody.id.is_none() {
            return Err(Silence::Unknown);
        }
        somebody.is_assigned = false;
        on(self.options.deactivates, "Deactivate Users")?;
        self.plan([match self.dialect {
            // OKTA-USR-036.
            Dialect::Patch => Task::Activate(who, false),
            // OKTA-USR-038.
            Dialect::Put => Task::Read(who, Laid::State(false)),
        }]);
        Ok(())
    }

    /// Nobody: a create (OKTA-USR-001). Somebody: this is the account from now on, and what Okta has is written over it
    /// (OKTA-USR-034); whoever is inactive there is activated (OKTA-USR-046).
    pub(super) fn take_look_up(&mut self, who: Who, answer: &Answer) -> Result<(), Trouble> {
        // The reference takes a 404 for nobody (OKTA-USR-003).
        let rows = if answer.status == 404 { &[][..] } else { list("look-up of a user", answer)?.0 };
        let Some(first) = rows.first() else {
            self.plan([Task::Create(who)]);
            return Ok(());
        };
        let id = id_in(first).ok_or(Trouble::Useless { doing: "look-up of a user", reason: "a user without an id" })?;
        self.people[who].id = Some(id);
        let is_inactive = first.get("active") == Some(&Value::Bool(false));
        match (is_inactive, self.dialect) {
            (false, _) => self.plan([Task::Read(who, Laid::Profile)]),
            (true, Dialect::Patch) => self.plan([Task::Activate(who, true), Task::Read(who, Laid::Profile)]),
            // Twice, as it was recorded (OKTA-USR-049).
            (true, Dialect::Put) => self.plan([Task::Read(who, Laid::Both(true)), Task::Read(who, Laid::Both(true))]),
        }
        Ok(())
    }

    pub(super) fn take_created(&mut self, who: Who, answer: &Answer) -> Result<(), Trouble> {
        const DOING: &str = "create of a user";
        if answer.is_success() && answer.body.is_empty() {
            // OKTA-USR-008.
            return Err(Trouble::Useless { doing: DOING, reason: "Create new user returned empty user" });
        }
        // From now on this id names the account (OKTA-USR-009).
        let id =
            id_in(body_of(DOING, answer)?).ok_or(Trouble::Useless { doing: DOING, reason: "a user without an id" })?;
        self.people[who].id = Some(id);
        Ok(())
    }

    pub(super) fn take_reading(&mut self, who: Who, laid: Laid, answer: &Answer) -> Result<(), Trouble> {
        let read = body_of("reading of a user", answer)?;
        let body = merged(read, &self.people[who].person, laid);
        self.tasks.push_front(Task::Put(who, body));
        Ok(())
    }
}
