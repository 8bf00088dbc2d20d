//! A scripted peer: the correct server, whose answers at one place are bent on their way. It makes every mistake that no
//! server is known for, and that the suite must notice all the same.

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;

use bytes::Bytes;
use http::Method;
use scimprove::target::{Answer, NoAnswer, Request, Target};
use serde_json::{Value, json};

/// One way of bending answers.
#[derive(Clone, Copy, PartialEq)]
pub struct Bend {
    /// Which answers.
    pub place: Place,
    /// What becomes of them.
    pub mutation: Mutation,
}

/// A kind of answer, by its request and by what happened before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// The answer to a successful POST on this collection.
    Created(&'static str),
    /// The answer to a successful PUT or PATCH below this collection.
    Changed(Method_, &'static str),
    /// The answer to a successful DELETE.
    Deleted(&'static str),
    /// A reading by id of a resource that was not changed since its creation.
    Fresh(&'static str),
    /// A reading by id of a resource that was changed.
    After(&'static str),
    /// A list of this collection without a filter.
    List(&'static str),
    /// A list of this collection with a filter; only rows that were changed are touched.
    FilterAfter(&'static str),
    /// A list of this collection with a filter.
    Filter(&'static str),
    /// Exactly this path by GET.
    At(&'static str),
    /// Every answer with this status.
    Status(u16),
    /// Every answer.
    Every,
}

/// PUT or PATCH, for a constant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method_ {
    Put,
    Patch,
}

/// What becomes of an answer. Pointers are relative to each resource in it.
#[derive(Clone, Copy, PartialEq)]
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
    /// Anything else.
    Other(&'static str, fn(&Request, &mut Answer)),
}

impl fmt::Debug for Mutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mutation::Status(status) => write!(f, "status {status}"),
            Mutation::NoBody => f.write_str("no body"),
            Mutation::Drop(pointer) => write!(f, "no {pointer}"),
            Mutation::Set(pointer, value) => write!(f, "{pointer} = {value}"),
            Mutation::EmptyList => f.write_str("an empty list"),
            Mutation::NoHeader(name) => write!(f, "no {name}"),
            Mutation::Header(name, value) => write!(f, "{name}: {value}"),
            Mutation::Other(words, _) => f.write_str(words),
        }
    }
}

impl fmt::Display for Bend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {:?}", self.place, self.mutation)
    }
}

/// A target whose answers are bent.
pub struct BentTarget<T> {
    /// The target itself.
    pub inner: T,
    /// What is done to its answers.
    pub bend: Bend,
    /// Ids that were changed.
    pub changed: Mutex<BTreeSet<String>>,
}

impl<T> BentTarget<T> {
    /// Which resources of the answer are meant: `None` for no answer at all, else pointers to them.
    fn meant(&self, request: &Request, answer: &Answer) -> Option<Vec<String>> {
        let whole = || Some(vec![String::new()]);
        let method = &request.method;
        let rows = |wanted: &dyn Fn(&Value) -> bool| {
            let rows = answer.json.as_ref()?.get("Resources")?.as_array()?;
            let rows = rows.iter().enumerate().filter(|(_, row)| wanted(row));
            Some(rows.map(|(at, _)| format!("/Resources/{at}")).collect())
        };
        let below = |collection: &str| request.path.strip_prefix(collection).and_then(|rest| rest.strip_prefix('/'));
        let changed = self.changed.lock().expect("no panic");
        let ok = answer.is_success();
        match self.bend.place {
            Place::Created(collection) if ok && method == Method::POST && request.path == collection => whole(),
            Place::Changed(Method_::Put, collection) if ok && method == Method::PUT && below(collection).is_some() => {
                whole()
            }
            Place::Changed(Method_::Patch, collection)
                if ok && method == Method::PATCH && below(collection).is_some() =>
            {
                whole()
            }
            Place::Deleted(collection) if ok && method == Method::DELETE && below(collection).is_some() => whole(),
            Place::Fresh(collection)
                if ok && method == Method::GET && below(collection).is_some_and(|id| !changed.contains(id)) =>
            {
                whole()
            }
            Place::After(collection)
                if ok && method == Method::GET && below(collection).is_some_and(|id| changed.contains(id)) =>
            {
                whole()
            }
            Place::List(collection)
                if ok && request.path == collection && method == Method::GET && !request.query.contains("filter=") =>
            {
                rows(&|_| true)
            }
            Place::Filter(collection)
                if ok && request.path == collection && method == Method::GET && request.query.contains("filter=") =>
            {
                rows(&|_| true)
            }
            Place::FilterAfter(collection)
                if ok && request.path == collection && method == Method::GET && request.query.contains("filter=") =>
            {
                let found: Option<Vec<String>> =
                    rows(&|row| row.get("id").and_then(Value::as_str).is_some_and(|id| changed.contains(id)));
                found.filter(|found| !found.is_empty())
            }
            Place::At(path) if method == Method::GET && request.path == path => whole(),
            Place::Status(status) if answer.status == status => whole(),
            Place::Every => whole(),
            _ => None,
        }
    }

    fn bend(&self, request: &Request, answer: &mut Answer) {
        let Some(resources) = self.meant(request, answer) else { return };
        match self.bend.mutation {
            Mutation::Status(status) => answer.status = status,
            Mutation::NoBody => (answer.body, answer.json) = (Bytes::new(), None),
            Mutation::Drop(pointer) => edit(answer, |body| {
                for resource in &resources {
                    let full = format!("{resource}{pointer}");
                    let Some((parent, name)) = full.rsplit_once('/') else { continue };
                    if let Some(Value::Object(parent)) = body.pointer_mut(parent) {
                        parent.shift_remove(&name.replace("~1", "/"));
                    }
                }
            }),
            Mutation::Set(pointer, value) => edit(answer, |body| {
                for resource in &resources {
                    let full = format!("{resource}{pointer}");
                    let Some((parent, name)) = full.rsplit_once('/') else { continue };
                    if let Some(Value::Object(parent)) = body.pointer_mut(parent) {
                        parent.insert(name.into(), serde_json::from_str(value).expect("JSON in the table"));
                    }
                }
            }),
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
            Mutation::Other(_, other) => other(request, answer),
        }
    }
}

/// Changes the body of an answer that has one.
pub fn edit(answer: &mut Answer, change: impl FnOnce(&mut Value)) {
    if let Some(body) = &mut answer.json {
        change(body);
        answer.body = Bytes::from(body.to_string());
    }
}

impl<T: Target> Target for BentTarget<T> {
    fn send<'a>(&'a self, request: &'a Request) -> Pin<Box<dyn Future<Output = Result<Answer, NoAnswer>> + Send + 'a>> {
        Box::pin(async move {
            let mut answer = self.inner.send(request).await?;
            if matches!(request.method, Method::PUT | Method::PATCH)
                && answer.is_success()
                && let Some((_, id)) = request.path.rsplit_once('/')
            {
                self.changed.lock().expect("no panic").insert(id.into());
            }
            self.bend(request, &mut answer);
            Ok(answer)
        })
    }
}
