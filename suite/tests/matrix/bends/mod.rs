//! A scripted peer: the correct server, whose answers at one place are bent on their way. It makes the mistakes that no
//! server is known for, and that the suite must notice all the same.

mod bulk;
mod cursor;
mod discovery;
mod etag;
mod references;
mod search;
mod table;
mod tenancy;
mod values;

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard};

use bytes::Bytes;
use http::Method;
use scimprove::target::{Answer, NoAnswer, Request, Target};
use serde_json::{Value, json};

pub use table::everything;

/// One bend for each thing that a check demands and no defect gets wrong; a table for each subject.
pub fn all() -> Vec<Bend> {
    let tables = [
        table::BENDS,
        discovery::BENDS,
        values::BENDS,
        references::BENDS,
        search::BENDS,
        cursor::BENDS,
        bulk::BENDS,
        etag::BENDS,
        tenancy::BENDS,
    ];
    tables.concat().into_iter().map(|(place, mutation)| Bend { place, mutation }).collect()
}

/// One way of bending answers.
#[derive(Clone, Copy)]
pub struct Bend {
    /// Which answers.
    pub place: Place,
    /// What becomes of them.
    pub mutation: Mutation,
}

/// A kind of answer, by its request and by what happened before. All but the last four are answers of success.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// POST on this collection.
    Created(&'static str),
    /// PUT below this collection.
    Put(&'static str),
    /// PATCH below this collection.
    Patched(&'static str),
    /// DELETE below this collection.
    Deleted(&'static str),
    /// A reading by id of what was not changed since its creation.
    Fresh(&'static str),
    /// The same, from the second reading on.
    Again(&'static str),
    /// A reading by id of what was changed.
    Changed(&'static str),
    /// A reading by id of what was changed twice.
    ChangedTwice(&'static str),
    /// A list without a filter.
    List(&'static str),
    /// A list with a filter.
    Filtered(&'static str),
    /// A list with a filter that shows something changed, as far as that is concerned.
    FilteredChanged(&'static str),
    /// A reading of this path and nothing else.
    At(&'static str),
    /// Every answer with this status.
    Status(u16),
    /// A login at the product.
    Login,
    /// Every answer.
    Every,
}

/// What becomes of an answer. Pointers are relative to each resource in it.
#[derive(Clone, Copy)]
pub enum Mutation {
    /// Another status.
    Status(u16),
    /// No body.
    NoBody,
    /// A value is left out.
    Drop(&'static str),
    /// A value is another one, given as JSON.
    Set(&'static str, &'static str),
    /// The list is empty.
    EmptyList,
    /// A header is left out.
    NoHeader(&'static str),
    /// A header is another one.
    Header(&'static str, &'static str),
    /// Anything else, in words and in code.
    Other(&'static str, fn(&Past, &Request, &mut Answer)),
}

/// What the peer has seen.
#[derive(Default)]
pub struct Past {
    /// How often each id was changed.
    pub changes: BTreeMap<String, usize>,
    /// How often each user tried to log in.
    pub logins: BTreeMap<String, usize>,
    /// Ids that were deleted, in order.
    pub deleted: Vec<String>,
    readings: BTreeMap<String, Vec<Value>>,
    questions: BTreeMap<String, usize>,
    /// The last answer of success to each reading, by its path and query.
    answers: BTreeMap<String, Value>,
}

impl fmt::Display for Bend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: ", self.place)?;
        match self.mutation {
            Mutation::Status(status) => write!(f, "status {status}"),
            Mutation::NoBody => f.write_str("no body"),
            Mutation::Drop(pointer) => write!(f, "no {pointer}"),
            Mutation::Set(pointer, value) => write!(f, "{pointer} is {value}"),
            Mutation::EmptyList => f.write_str("an empty list"),
            Mutation::NoHeader(name) => write!(f, "no {name}"),
            Mutation::Header(name, value) => write!(f, "{name}: {value}"),
            Mutation::Other(words, _) => f.write_str(words),
        }
    }
}

/// A target whose answers are bent.
pub struct BentTarget<T> {
    inner: T,
    bend: Bend,
    past: Mutex<Past>,
}

impl<T: Target> BentTarget<T> {
    /// Bends the answers of a target.
    pub fn new(inner: T, bend: Bend) -> BentTarget<T> {
        BentTarget { inner, bend, past: Mutex::default() }
    }

    fn past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}

impl<T: Target> Target for BentTarget<T> {
    fn send<'a>(&'a self, request: &'a Request) -> Pin<Box<dyn Future<Output = Result<Answer, NoAnswer>> + Send + 'a>> {
        Box::pin(async move {
            let mut answer = self.inner.send(request).await?;
            self.past().remember(request, &answer);
            bend(self.bend, &self.past(), request, &mut answer);
            Ok(answer)
        })
    }
}

impl Past {
    fn remember(&mut self, request: &Request, answer: &Answer) {
        if request.path == "/login" {
            let name = request.body_json().and_then(|body| body["userName"].as_str().map(String::from));
            *self.logins.entry(name.unwrap_or_default()).or_default() += 1;
        }
        if let Some(body) = answer.json.as_ref().filter(|_| request.method == Method::GET && answer.is_success()) {
            self.answers.insert(request.path_and_query(), body.clone());
        }
        *self.questions.entry(request.path_and_query()).or_default() += 1;
        let Some(id) = id_of(request).filter(|_| answer.is_success()) else { return };
        match request.method {
            Method::PUT | Method::PATCH => *self.changes.entry(id.into()).or_default() += 1,
            Method::DELETE => self.deleted.push(id.into()),
            _ => self.readings.entry(id.into()).or_default().push(answer.json.clone().unwrap_or_default()),
        }
    }

    /// Everything that readings of an id have shown, in order.
    pub fn readings(&self, id: &str) -> &[Value] {
        self.readings.get(id).map_or(&[], Vec::as_slice)
    }

    /// How often this path and query were asked.
    pub fn asked(&self, path_and_query: &str) -> usize {
        self.questions.get(path_and_query).copied().unwrap_or_default()
    }

    fn changes(&self, id: &str) -> usize {
        self.changes.get(id).copied().unwrap_or_default()
    }
}

/// The id at the end of the path of a single user or group.
pub fn id_of(request: &Request) -> Option<&str> {
    ["/Users/", "/Groups/"].iter().find_map(|collection| request.path.strip_prefix(collection))
}

/// Pointers to the resources of the answer that are meant; `None` for another kind of answer.
fn meant(place: Place, past: &Past, request: &Request, answer: &Answer) -> Option<Vec<String>> {
    let method = &request.method;
    let one = |holds: bool| holds.then(|| vec![String::new()]);
    let below = |collection: &str, wanted: &Method| {
        let id = request.path.strip_prefix(collection)?.strip_prefix('/')?;
        (method == wanted && answer.is_success()).then_some(id)
    };
    let read = |collection: &str, holds: &dyn Fn(&str) -> bool| one(below(collection, &Method::GET).is_some_and(holds));
    let rows = |collection: &str, filtered: bool| {
        let is_it = method == Method::GET && request.path == collection && answer.is_success();
        let rows = answer.json.as_ref()?.get("Resources")?.as_array()?;
        (is_it && request.parameter("filter").is_some() == filtered).then(|| rows.iter().enumerate())
    };
    let pointers = |at: usize| format!("/Resources/{at}");
    match place {
        Place::Created(collection) => one(method == Method::POST && request.path == collection && answer.is_success()),
        Place::Put(collection) => one(below(collection, &Method::PUT).is_some()),
        Place::Patched(collection) => one(below(collection, &Method::PATCH).is_some()),
        Place::Deleted(collection) => one(below(collection, &Method::DELETE).is_some()),
        Place::Fresh(collection) => read(collection, &|id| past.changes(id) == 0),
        Place::Again(collection) => read(collection, &|id| past.changes(id) == 0 && past.readings(id).len() > 1),
        Place::Changed(collection) => read(collection, &|id| past.changes(id) > 0),
        Place::ChangedTwice(collection) => read(collection, &|id| past.changes(id) > 1),
        Place::List(collection) => Some(rows(collection, false)?.map(|(at, _)| pointers(at)).collect()),
        Place::Filtered(collection) => Some(rows(collection, true)?.map(|(at, _)| pointers(at)).collect()),
        Place::FilteredChanged(collection) => {
            let is_changed = |row: &Value| row["id"].as_str().is_some_and(|id| past.changes(id) > 0);
            let changed = rows(collection, true)?.filter(|(_, row)| is_changed(row));
            Some(changed.map(|(at, _)| pointers(at)).collect()).filter(|changed: &Vec<String>| !changed.is_empty())
        }
        Place::At(path) => one(method == Method::GET && request.path == path),
        Place::Status(status) => one(answer.status == status),
        Place::Login => one(request.path == "/login"),
        Place::Every => one(true),
    }
}

fn bend(bend: Bend, past: &Past, request: &Request, answer: &mut Answer) {
    let Some(resources) = meant(bend.place, past, request, answer) else { return };
    match bend.mutation {
        Mutation::Status(status) => answer.status = status,
        Mutation::NoBody => (answer.body, answer.json) = (Bytes::new(), None),
        Mutation::Drop(pointer) => at_each(answer, &resources, pointer, |parent, name| _ = parent.shift_remove(name)),
        Mutation::Set(pointer, value) => {
            let value: Value = serde_json::from_str(value).expect("the table holds JSON");
            at_each(answer, &resources, pointer, |parent, name| _ = parent.insert(name.into(), value.clone()));
        }
        Mutation::EmptyList => edit(answer, |body| {
            body["Resources"] = json!([]);
            body["totalResults"] = json!(0);
            body["itemsPerPage"] = json!(0);
        }),
        Mutation::NoHeader(name) => answer.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name)),
        Mutation::Header(name, value) => {
            answer.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
            answer.headers.push((name.into(), value.into()));
        }
        Mutation::Other(_, other) => other(past, request, answer),
    }
}

/// Does something to the object that holds the value at `pointer`, in each resource that has it.
fn at_each(
    answer: &mut Answer,
    resources: &[String],
    pointer: &str,
    change: impl Fn(&mut serde_json::Map<String, Value>, &str),
) {
    edit(answer, |body| {
        for resource in resources {
            let full = format!("{resource}{pointer}");
            let Some((parent, name)) = full.rsplit_once('/') else { continue };
            if let Some(Value::Object(parent)) = body.pointer_mut(parent) {
                change(parent, name);
            }
        }
    });
}

/// Changes the body of an answer that has one.
pub fn edit(answer: &mut Answer, change: impl FnOnce(&mut Value)) {
    if let Some(body) = answer.json.as_mut().filter(|body| body.is_object()) {
        change(body);
        answer.body = Bytes::from(body.to_string());
    }
}
