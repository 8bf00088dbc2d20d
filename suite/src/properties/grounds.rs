//! What all cases of a run of properties share: the announced schema, and a few people to ask for.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::patches::{Place, places};
use super::resources;
use super::run::{Draws, drawn};
use super::trial::Trial;
use crate::check::{Case, Resource, Stop};
use crate::probe::schema::{Kind, Schema};
use crate::runner::case::Shared;
use crate::scim::filter::{Filter, Op, compare};
use crate::scim::sample;
use crate::target::{Answer, Exchange, Request};

/// The people that filters and lists are asked for.
const PEOPLE: usize = 5;
/// Other draws for somebody whom the target refuses.
const TRIES: u64 = 3;
/// Resources that are read without a filter to keep to this run's own.
const FEW: u64 = 100;
/// Values that a filter asks for, of each attribute, besides those that people have.
const UNKNOWN: usize = 2;
/// The longest list of values that filters ask for at one place, and of places.
const MOST_VALUES: usize = 10;
const MOST_TOPICS: usize = 200;

/// What cases are drawn from and judged on.
pub(super) struct Grounds {
    /// What the target announces.
    pub(super) schema: Schema,
    /// Users of this run, who stay as they are.
    pub(super) people: Vec<Resource>,
    /// What filters can ask for, userName first.
    pub(super) topics: Vec<Topic>,
    /// Keeps a question to this run's users, where the target has many others.
    pub(super) scope: Option<Filter>,
    /// What a user must have to be created, besides the name.
    base: Base,
}

/// An attribute that filters can ask for.
#[derive(Debug, Clone)]
pub(super) struct Topic {
    pub(super) path: String,
    pub(super) kind: Kind,
    /// Whether somebody may have several values there.
    pub(super) multi_valued: bool,
    pub(super) case_exact: Option<bool>,
    /// Values to ask for: those that people have, then others.
    pub(super) values: Vec<Value>,
    /// Whether one of the people has a value.
    pub(super) is_seen: bool,
    place: Option<Place>,
}

/// The least that the target takes as a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    Minimal,
    Okta,
}

impl Grounds {
    /// Reads the announcement and creates the people.
    pub(super) async fn prepare(shared: &Arc<Shared>, t: &Case, seed: u64) -> Result<Grounds, Stop> {
        let schema = Schema::announced(&shared.facts);
        let base = if t.given_user_from(body(t, Base::Minimal, &json!({}))).await.is_ok() {
            Base::Minimal
        } else {
            Base::Okta
        };
        let mut grounds = Grounds { schema, people: Vec::new(), topics: Vec::new(), scope: None, base };
        for at in 0..PEOPLE {
            let user = grounds.given_person(t, seed, at as u64).await?;
            grounds.people.push(user);
        }
        grounds.topics = topics(&grounds.schema, &grounds.people);
        let list = t.send(Request::get("/Users").query("count", 1)).await?;
        let total = list.answer.json.as_ref().and_then(|list| list.get("totalResults")?.as_u64());
        if total.is_some_and(|total| total > FEW) {
            grounds.scope = Some(compare("userName", Op::Sw, format!("scim-{}-", t.key())));
        }
        grounds.settle(t, shared.settle).await?;
        Ok(grounds)
    }

    /// Somebody with drawn attributes; the target may refuse some of them.
    async fn given_person(&self, t: &Case, seed: u64, at: u64) -> Result<Resource, Stop> {
        for again in 0..TRIES {
            let draws = Draws { seed, relation: "people", case: at + again * PEOPLE as u64, cuts: &[] };
            let Some(user) = drawn(resources::user(&self.schema), &draws) else { break };
            match t.given_user_from(self.body(t, &user)).await {
                Err(Stop::Blocked { .. }) => {}
                other => return other,
            }
        }
        t.given_user_from(self.body(t, &json!({}))).await
    }

    /// A body that creates a user with these attributes and a new name.
    pub(super) fn body(&self, t: &Case, drawn: &Value) -> Value {
        body(t, self.base, drawn)
    }

    /// Lists and filters may lag behind: waits until the list shows everybody, as long as the user allows.
    async fn settle(&self, t: &Case, patience: Duration) -> Result<(), Stop> {
        let start = Instant::now();
        let mut pause = Duration::from_millis(20);
        loop {
            let walk = Trial { t, grounds: self }.list(100).await?;
            if walk.people().len() >= self.people.len() || start.elapsed() + pause > patience {
                return Ok(());
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }

    /// Which of the people has this id.
    pub(super) fn index(&self, id: &str) -> Option<usize> {
        self.people.iter().position(|person| person.id == id)
    }

    /// The exchange that created one of the people, for the lines that show a finding.
    pub(super) fn creation(&self, person: usize) -> Option<Exchange> {
        let person = self.people.get(person)?;
        let request = Request::post(person.collection, person.sent.clone());
        debug_assert_eq!(request.method, Method::POST);
        let answer = Answer::new(201, Vec::new(), Bytes::from(person.seen.to_string()), Duration::ZERO);
        Some(Exchange { request, answer, focus: String::new() })
    }
}

impl Topic {
    /// The values that a user has there.
    pub(super) fn of<'a>(&self, user: &'a Value) -> Vec<&'a Value> {
        let Some(place) = &self.place else {
            return crate::probe::schema::member(user, "userName").into_iter().collect();
        };
        let Some(value) = place.attribute.of(user) else { return Vec::new() };
        let items = value.as_array().map_or_else(|| vec![value], |items| items.iter().collect());
        match &place.part {
            Some(part) => items.into_iter().filter_map(|item| crate::probe::schema::member(item, &part.name)).collect(),
            None => items,
        }
    }
}

fn body(t: &Case, base: Base, drawn: &Value) -> Value {
    let mut body = match base {
        Base::Minimal => json!({"schemas": [crate::scim::urn::USER], "userName": t.fresh_name(), "active": true}),
        Base::Okta => t.okta_user(),
    };
    if let Some(body) = body.as_object_mut() {
        body.retain(|name, _| name == "schemas" || name == "externalId" || !t.facts().lacks(name));
        body.shift_remove("groups");
    }
    let name = body["userName"].as_str().unwrap_or_default().to_string();
    sample::overlay(&mut body, &resources::filled(drawn, &name));
    body
}

fn topics(schema: &Schema, people: &[Resource]) -> Vec<Topic> {
    let name = Topic {
        path: "userName".into(),
        kind: Kind::Text,
        multi_valued: false,
        case_exact: Some(false),
        values: Vec::new(),
        is_seen: true,
        place: None,
    };
    let parts =
        schema.attributes.iter().filter(|it| it.multi_valued && it.kind == Kind::Complex).flat_map(|attribute| {
            let parts = attribute.parts.iter().filter(|part| part.kind != Kind::Complex);
            parts.map(|part| Place { attribute: attribute.clone(), part: Some(part.clone()) })
        });
    let whole = places(schema).into_iter().filter(|place| place.leaf().kind != Kind::Complex);
    let others = whole.chain(parts).map(|place| Topic {
        path: place.path(),
        kind: place.leaf().kind,
        multi_valued: place.attribute.multi_valued,
        case_exact: place.leaf().case_exact,
        values: Vec::new(),
        is_seen: false,
        place: Some(place),
    });
    let mut topics: Vec<Topic> = std::iter::once(name).chain(others).take(MOST_TOPICS).collect();
    for topic in &mut topics {
        let mut values: Vec<Value> = Vec::new();
        for value in people.iter().flat_map(|person| topic.of(&person.seen)).filter(|value| !value.is_object()) {
            if values.len() < MOST_VALUES
                && !values.contains(value)
                && value.as_str().is_none_or(|text| text.chars().count() <= 200)
            {
                values.push(value.clone());
            }
        }
        topic.is_seen = !values.is_empty();
        let unknown: &[Value] = match topic.kind {
            Kind::Boolean => &[json!(true), json!(false)],
            Kind::Number => &[json!(4), json!(20)],
            Kind::Date => &[json!("2015-06-07T08:09:10Z")],
            _ => &[json!("Guide"), json!("nobody")],
        };
        values.extend(unknown.iter().take(UNKNOWN).filter(|it| !values.contains(it)).cloned().collect::<Vec<Value>>());
        topic.values = values;
    }
    topics
}
