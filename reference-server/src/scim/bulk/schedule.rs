//! The order of things: what is referred to comes first, errors are counted, circles are closed at the end.

use super::{Entry, Request, references};
use crate::scim::error::{ScimError, ScimType, quoted};
use std::collections::{BTreeSet, HashMap};

/// What became of one operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Done<T> {
    /// It succeeded.
    pub succeeded: bool,
    /// Id of the resource that it created.
    pub id: Option<String>,
    /// All else that the caller wants to know.
    pub answer: T,
}

/// What happens to operations that refer to each other in a circle (the ambiguity A26).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cycle {
    /// They are resolved.
    #[default]
    Resolved,
    /// They are refused with 409.
    Refused,
}

/// Carries out a bulk request. `perform` carries out one operation whose references are ids; it is also given the
/// reason when an operation cannot be carried out at all. The answers come in the order of the request, without those
/// of operations that were left because of `failOnErrors`.
pub fn run<T>(
    request: &Request,
    cycle: Cycle,
    perform: &mut dyn FnMut(Result<&Entry, ScimError>) -> Done<T>,
) -> Vec<(usize, Done<T>)> {
    let named = request.entries.iter().enumerate().filter(|(_, entry)| entry.creates());
    let makers = named.filter_map(|(at, entry)| Some((entry.bulk_id.as_deref()?, at))).collect();
    let states = request.entries.iter().map(|_| State::Waiting).collect();
    let mut schedule = Schedule { request, cycle, makers, states, errors: 0, open: Vec::new(), perform };
    for at in 0..request.entries.len() {
        schedule.carry_out(at);
        schedule.close_circles();
    }
    let done = schedule.states.into_iter().enumerate();
    done.filter_map(|(at, state)| match state {
        State::Done(done) => Some((at, done)),
        _ => None,
    })
    .collect()
}

enum State<T> {
    Waiting,
    /// Its turn has come, and what it refers to is looked after.
    Begun,
    Done(Done<T>),
}

struct Schedule<'a, T> {
    request: &'a Request,
    cycle: Cycle,
    /// The operation that makes the resource of that name.
    makers: HashMap<&'a str, usize>,
    states: Vec<State<T>>,
    errors: u64,
    /// Operations of which a part is still to be done.
    open: Vec<usize>,
    perform: &'a mut dyn FnMut(Result<&Entry, ScimError>) -> Done<T>,
}

impl<T> Schedule<'_, T> {
    fn is_over(&self) -> bool {
        self.request.fail_on_errors.is_some_and(|most| self.errors >= most)
    }

    fn carry_out(&mut self, at: usize) {
        if self.is_over() || !matches!(self.states[at], State::Waiting) {
            return;
        }
        self.states[at] = State::Begun;
        let entry = &self.request.entries[at];
        let (mut circular, mut missing) = (BTreeSet::new(), None);
        for name in references::of(entry) {
            let Some(&maker) = self.makers.get(name.as_str()) else {
                missing = missing.or(Some(name));
                continue;
            };
            self.carry_out(maker);
            match &self.states[maker] {
                State::Done(done) if done.id.is_some() => {}
                State::Begun => drop(circular.insert(name)),
                // Left because of an error elsewhere; then so is this.
                State::Waiting => {
                    self.states[at] = State::Waiting;
                    return;
                }
                State::Done(_) => missing = missing.or(Some(name)),
            }
        }
        self.conclude(at, &circular, missing);
    }

    /// Carries out an operation of which it is known what it waits for. This stands apart from the way there, which may
    /// be as long as the request, so that a step of that is small.
    fn conclude(&mut self, at: usize, circular: &BTreeSet<String>, missing: Option<String>) {
        if self.is_over() {
            self.states[at] = State::Waiting;
            return;
        }
        let entry = &self.request.entries[at];
        let done = if let Some(name) = missing {
            let detail = format!("no resource was created with the bulkId {}", quoted(&name));
            (self.perform)(Err(ScimError::bad(ScimType::InvalidValue, detail)))
        } else if circular.is_empty() {
            let entry = self.resolved(entry);
            (self.perform)(Ok(&entry))
        } else if self.cycle == Cycle::Refused {
            (self.perform)(Err(ScimError::new(409, "the operations refer to each other in a circle")))
        } else {
            let mut part = self.resolved(entry);
            part.data = part.data.and_then(|data| references::without(&data, circular));
            let done = (self.perform)(Ok(&part));
            if done.succeeded {
                self.open.push(at);
            }
            done
        };
        self.finish(at, done);
    }

    /// Gives what was created without some of its references the rest; if that fails it is taken back.
    fn close_circles(&mut self) {
        for at in std::mem::take(&mut self.open) {
            let State::Done(Done { id: Some(id), .. }) = &self.states[at] else {
                continue;
            };
            let path = format!("{}/{id}", self.request.entries[at].path.trim_end_matches('/'));
            let mut whole = self.resolved(&self.request.entries[at]);
            let unresolved = references::of(&whole);
            let failed = match unresolved.first() {
                Some(name) => {
                    let detail = format!("no resource was created with the bulkId {}", quoted(name));
                    Some((self.perform)(Err(ScimError::new(409, detail))))
                }
                None => {
                    (whole.method, whole.path, whole.bulk_id) = ("PUT".to_owned(), path.clone(), None);
                    Some((self.perform)(Ok(&whole))).filter(|done| !done.succeeded)
                }
            };
            if let Some(failed) = failed {
                (self.perform)(Ok(&Entry { method: "DELETE".to_owned(), path, ..Entry::default() }));
                self.finish(at, Done { id: None, ..failed });
            }
        }
    }

    fn resolved(&self, entry: &Entry) -> Entry {
        references::resolved(entry, &|name| match &self.states[*self.makers.get(name)?] {
            State::Done(done) => done.id.clone(),
            _ => None,
        })
    }

    fn finish(&mut self, at: usize, done: Done<T>) {
        self.errors += u64::from(!done.succeeded);
        self.states[at] = State::Done(done);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn post(name: &str, members: &[&str]) -> Entry {
        let members: Vec<Value> = members.iter().map(|name| json!({"value": format!("bulkId:{name}")})).collect();
        Entry {
            method: "POST".into(),
            bulk_id: Some(name.into()),
            path: "/Groups".into(),
            data: Some(json!({"displayName": name, "members": members})),
            ..Entry::default()
        }
    }

    /// What was carried out, in order, and which operations have an answer. What is called `bad` fails.
    fn played(entries: Vec<Entry>, fail_on_errors: Option<u64>, cycle: Cycle) -> (Vec<String>, Vec<(usize, bool)>) {
        let mut log = Vec::new();
        let done = run(&Request { entries, fail_on_errors }, cycle, &mut |entry| {
            let text = match &entry {
                Err(error) => error.status.to_string(),
                Ok(entry) => {
                    let members = entry.data.as_ref().and_then(|data| data["members"].as_array()).into_iter().flatten();
                    let members: Vec<&str> = members.filter_map(|member| member["value"].as_str()).collect();
                    format!("{} {} {}", entry.method, entry.path, members.join(","))
                }
            };
            log.push(text.trim_end().to_owned());
            let name = entry.ok().and_then(|entry| entry.bulk_id.clone());
            let succeeded = log.last().is_some_and(|line| !line.starts_with('4')) && name.as_deref() != Some("bad");
            Done { succeeded, id: name.filter(|_| succeeded).map(|name| format!("id-{name}")), answer: () }
        });
        (log, done.into_iter().map(|(at, done)| (at, done.succeeded)).collect())
    }

    #[test]
    fn what_is_referred_to_comes_first() {
        let (log, done) = played(vec![post("g", &["u"]), post("u", &[])], None, Cycle::Resolved);
        assert_eq!(log, ["POST /Groups", "POST /Groups id-u"]);
        assert_eq!(done, [(0, true), (1, true)]);
    }

    #[test]
    fn a_circle_is_closed_at_the_end() {
        let entries = || vec![post("a", &["b"]), post("b", &["a", "a"]), post("c", &["c"])];
        let (log, done) = played(entries(), None, Cycle::Resolved);
        assert_eq!(
            log,
            [
                "POST /Groups",
                "POST /Groups id-b",
                "PUT /Groups/id-b id-a,id-a",
                "POST /Groups",
                "PUT /Groups/id-c id-c"
            ]
        );
        assert_eq!(done, [(0, true), (1, true), (2, true)]);
        let (log, done) = played(entries(), None, Cycle::Refused);
        assert_eq!(log, ["409", "400", "409"]);
        assert_eq!(done, [(0, false), (1, false), (2, false)]);
    }

    #[test]
    fn a_circle_that_cannot_be_closed_is_taken_back() {
        let (log, done) = played(vec![post("bad", &["b"]), post("b", &["bad"])], None, Cycle::Resolved);
        assert_eq!(log, ["POST /Groups", "POST /Groups id-b", "409", "DELETE /Groups/id-b"]);
        assert_eq!(done, [(0, false), (1, false)]);
    }

    #[test]
    fn nobody_waits_for_what_is_not_made() {
        let (log, done) =
            played(vec![post("g", &["nobody"]), post("bad", &[]), post("h", &["bad"])], None, Cycle::Resolved);
        assert_eq!(log, ["400", "POST /Groups", "400"]);
        assert_eq!(done, [(0, false), (1, false), (2, false)]);
    }

    #[test]
    fn so_many_errors_end_it() {
        let entries = || vec![post("bad", &[]), post("a", &[]), post("b", &["nobody"]), post("c", &[])];
        assert_eq!(played(entries(), Some(1), Cycle::Resolved).1, [(0, false)]);
        assert_eq!(played(entries(), Some(2), Cycle::Resolved).1, [(0, false), (1, true), (2, false)]);
        assert_eq!(played(entries(), None, Cycle::Resolved).1.len(), 4);
        let waits = vec![post("g", &["bad"]), post("bad", &[])];
        assert_eq!(played(waits, Some(1), Cycle::Resolved).1, [(1, false)]);
    }
}
