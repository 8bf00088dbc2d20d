//! One case at work: what relations ask of the target, and what they say.

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Value, json};

use super::grounds::Grounds;
use super::patches::{Change, Place};
use crate::check::{Case, Judgement, Resource, Stop};
use crate::expect::{broken, got_status, quoted, values};
use crate::probe::schema::Kind;
use crate::scim::filter::Filter;
use crate::scim::time;
use crate::target::{Exchange, Request};

/// A case and what it is about.
#[derive(Clone, Copy)]
pub(super) struct Trial<'a> {
    /// Sends, keeps and removes.
    pub(super) t: &'a Case,
    /// What the case is drawn from.
    pub(super) grounds: &'a Grounds,
}

/// What a case says of its relation. One that could not be tried ends with a [`Stop`].
pub(super) enum Tried {
    /// It holds, which shows these rules of the relation.
    Held(&'static [&'static str]),
    /// It does not.
    Broken(Breach),
}

/// What does not hold.
pub(super) struct Breach {
    /// The rules that it breaks, of those that the relation cites.
    pub(super) rules: &'static [&'static str],
    /// Expected and got.
    pub(super) judgement: Judgement,
    /// Those of the shared people who show it.
    pub(super) people: Vec<usize>,
}

/// A list, read to its end.
pub(super) struct Walk {
    /// This run's people, in the order in which they came: who, and as what.
    pub(super) rows: Vec<(usize, Value)>,
    /// What the first page said of the total.
    pub(super) total: u64,
}

/// What a filter found.
pub(super) enum Found {
    /// These people.
    People(BTreeSet<usize>),
    /// The target does not take the filter, and said so.
    Refused(Box<Exchange>),
}

/// Pages that are read at most.
const MOST_PAGES: usize = 40;
/// The size of a page where it does not matter.
const PAGE: usize = 100;

impl Breach {
    /// What a breach of these rules shows of nobody in particular.
    pub(super) fn of(rules: &'static [&'static str], judgement: Judgement) -> Tried {
        Tried::Broken(Breach { rules, judgement, people: Vec::new() })
    }
}

impl Tried {
    /// The same, as one of the shared people shows it.
    pub(super) fn shown_by(self, person: usize) -> Tried {
        match self {
            Tried::Broken(breach) => Tried::Broken(Breach { people: vec![person], ..breach }),
            held => held,
        }
    }
}

impl Walk {
    /// Who came, each counted once.
    pub(super) fn people(&self) -> BTreeSet<usize> {
        self.rows.iter().map(|(person, _)| *person).collect()
    }
}

impl Trial<'_> {
    // ---- reading ----------------------------------------------------------------------------------------------

    /// Everybody, or the run's own where the target has many users, in pages of this size.
    pub(super) async fn list(&self, size: usize) -> Result<Walk, Stop> {
        self.sorted(size, &[]).await
    }

    /// The same with more parameters.
    pub(super) async fn sorted(&self, size: usize, more: &[(&str, &str)]) -> Result<Walk, Stop> {
        let scope = self.grounds.scope.as_ref().map(Filter::to_string);
        match self.walk(scope, size, more).await? {
            Ok(walk) => Ok(walk),
            Err(refused) => Err(skip("import.users.connection", format!("the list answered {}", got_status(&refused)))),
        }
    }

    /// Whom a filter finds.
    pub(super) async fn found(&self, filter: &str) -> Result<Found, Stop> {
        Ok(match self.walk(Some(self.scoped(filter)), PAGE, &[]).await? {
            Ok(walk) => Found::People(walk.people()),
            Err(refused) => Found::Refused(Box::new(refused)),
        })
    }

    /// Whom a filter finds that the target must take for the case to go on.
    pub(super) async fn people(&self, filter: &Filter) -> Result<BTreeSet<usize>, Stop> {
        self.taken(&filter.to_string()).await
    }

    async fn taken(&self, filter: &str) -> Result<BTreeSet<usize>, Stop> {
        match self.found(filter).await? {
            Found::People(people) => Ok(people),
            Found::Refused(refused) => {
                Err(Stop::Unsupported(format!("a filter was answered {}", refused.answer.status)))
            }
        }
    }

    /// Whom `POST /Users/.search` finds; it ends the case where the target has none.
    pub(super) async fn searched(&self, filter: &Filter) -> Result<BTreeSet<usize>, Stop> {
        let body = json!({
            "schemas": [crate::scim::urn::SEARCH],
            "filter": self.scoped(&filter.to_string()),
            "startIndex": 1,
            "count": PAGE,
        });
        let answer = self.t.post("/Users/.search", body).await?;
        if answer.answer.status != 200 {
            return Err(Stop::Unsupported(format!("POST /Users/.search answered {}", answer.answer.status)));
        }
        Ok(self.own(&answer).map(|(person, _)| person).collect())
    }

    fn scoped(&self, filter: &str) -> String {
        match &self.grounds.scope {
            Some(scope) => format!("({filter}) and {scope}"),
            None => filter.into(),
        }
    }

    /// A list page by page; a refusal of the first page is given back.
    async fn walk(
        &self,
        filter: Option<String>,
        size: usize,
        more: &[(&str, &str)],
    ) -> Result<Result<Walk, Exchange>, Stop> {
        let mut walk = Walk { rows: Vec::new(), total: 0 };
        let mut start = 1;
        for page in 0..MOST_PAGES {
            let mut request = Request::get("/Users");
            if let Some(filter) = &filter {
                request = request.query("filter", filter);
            }
            for (name, value) in more {
                request = request.query(name, value);
            }
            let answer = self.t.send(request.query("startIndex", start).query("count", size)).await?;
            match answer.answer.status {
                200 => {}
                500 | 502.. => return Err(failed(&answer)),
                _ => return Ok(Err(answer)),
            }
            let said = answer.answer.json.as_ref().and_then(|list| list.get("totalResults")).and_then(whole_number);
            let Some(total) = said else {
                return Err(skip("import.users.connection", "a list without totalResults".into()));
            };
            if page == 0 {
                walk.total = total;
            }
            let rows = answer.rows().count();
            walk.rows.extend(self.own(&answer).map(|(person, row)| (person, row.clone())));
            start += rows;
            if rows == 0 || start as u64 > total {
                return Ok(Ok(walk));
            }
        }
        Err(Stop::Inconclusive(format!("the list has more than {MOST_PAGES} pages of {size}")))
    }

    /// The rows that are this run's people.
    fn own<'e>(&self, list: &'e Exchange) -> impl Iterator<Item = (usize, &'e Value)> {
        list.rows().filter_map(|(_, row)| Some((self.grounds.index(row.get("id")?.as_str()?)?, row)))
    }

    /// Every one of the shared people.
    pub(super) fn everybody(&self) -> Vec<usize> {
        (0..self.grounds.people.len()).collect()
    }

    /// Whether one of the people has a value where a filter asks for it.
    pub(super) fn has(&self, person: usize, path: &str) -> bool {
        let topic = self.grounds.topics.iter().find(|topic| topic.path == path);
        let person = self.grounds.people.get(person);
        topic.zip(person).is_some_and(|(topic, person)| !topic.of(&person.seen).is_empty())
    }

    // ---- comparing filters ------------------------------------------------------------------------------------

    /// Whether two filters find the same people.
    pub(super) async fn same(
        &self,
        rules: &'static [&'static str],
        left: &Filter,
        right: &Filter,
    ) -> Result<Tried, Stop> {
        self.same_texts(rules, &left.to_string(), &right.to_string()).await
    }

    /// The same of filters as they are written.
    pub(super) async fn same_texts(
        &self,
        rules: &'static [&'static str],
        left: &str,
        right: &str,
    ) -> Result<Tried, Stop> {
        let (found, again) = (self.taken(left).await?, self.taken(right).await?);
        Ok(compared(rules, (left, &found), (right, &again)))
    }

    /// Whether a filter finds the same people however it is written. A target that takes one spelling takes the other.
    pub(super) async fn spelt(
        &self,
        rules: &'static [&'static str],
        filter: &Filter,
        spelling: &str,
    ) -> Result<Tried, Stop> {
        if filter.to_string() == spelling {
            return Err(Stop::Unsupported("it is spelt the same".into()));
        }
        let found = self.people(filter).await?;
        match self.found(spelling).await? {
            Found::People(again) => Ok(compared(rules, (&filter.to_string(), &found), (spelling, &again))),
            Found::Refused(refused) => Ok(Breach::of(
                rules,
                broken(format!("{spelling} answered as {filter} is, by 200"), got_status(&refused), ""),
            )),
        }
    }

    // ---- writing ----------------------------------------------------------------------------------------------

    /// A new user with these attributes.
    pub(super) async fn user(&self, drawn: &Value) -> Result<Resource, Stop> {
        self.t.given_user_from(self.grounds.body(self.t, drawn)).await
    }

    /// The resource as it is now.
    pub(super) async fn now(&self, resource: &Resource) -> Result<Value, Stop> {
        let read = self.t.read(resource).await?;
        match (read.answer.status, &read.answer.json) {
            (200, Some(json)) => Ok(json.clone()),
            _ => Err(skip("read.user.by-id", format!("reading it answered {}", got_status(&read)))),
        }
    }

    /// PATCH; the case ends where the target refuses it.
    pub(super) async fn patch(&self, resource: &Resource, message: Value) -> Result<(), Stop> {
        accepted(&self.t.patch(resource, message).await?)
    }

    /// PUT; the case ends where the target refuses it.
    pub(super) async fn put(&self, resource: &Resource, body: Value) -> Result<(), Stop> {
        accepted(&self.t.put(resource, body).await?)
    }

    /// Whether a user says the same in everything that clients write.
    pub(super) fn unchanged(&self, rules: &'static [&'static str], before: &Value, after: &Value) -> Tried {
        let (before, after) = (self.grounds.schema.view(before), self.grounds.schema.view(after));
        let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        match paths.into_iter().find(|path| before.get(*path) != after.get(*path)) {
            None => Tried::Held(rules),
            Some(path) => Breach::of(
                rules,
                broken(
                    format!("{path} as before, {}", quoted(before.get(path))),
                    quoted(after.get(path)),
                    pointer(path),
                ),
            ),
        }
    }

    /// Whether a reading shows what was written with success. A value that is neither the old one nor the new one is the
    /// target's way of writing it, and noted.
    pub(super) fn shown(
        &self,
        rules: &'static [&'static str],
        change: &Change,
        before: &Value,
        after: &Value,
    ) -> Tried {
        let mut judged = Tried::Held(rules);
        for (place, sent) in &change.places {
            let (old, new) = (place.of(before), place.of(after));
            if new.is_some_and(|new| says(place, new, sent)) {
                continue;
            }
            let difference =
                broken(format!("{} as it was written, {sent}", place.path()), quoted(new), pointer(&place.path()));
            let is_lost = match (old, new) {
                (_, None) => true,
                (Some(old), Some(new)) if says(place, new, old) => true,
                (old, Some(new)) => is_added_to(old, new, sent),
            };
            if is_lost {
                return Breach::of(rules, difference);
            }
            judged = Breach::of(rules, crate::expect::as_variation(difference));
        }
        judged
    }
}

/// Ends a case that could not be set up; another check owns the reason.
pub(super) fn skip(by: &'static str, reason: String) -> Stop {
    Stop::Blocked { by, reason }
}

fn accepted(answer: &Exchange) -> Result<(), Stop> {
    match answer.answer.status {
        200..=299 => Ok(()),
        500 | 502.. => Err(failed(answer)),
        status => {
            let method: &Method = &answer.request.method;
            Err(Stop::Unsupported(format!("a {method} was refused with {status}")))
        }
    }
}

fn failed(answer: &Exchange) -> Stop {
    Stop::Inconclusive(format!("the target failed ({}); protocol.no-server-error tells of it", answer.answer.status))
}

fn compared(rules: &'static [&'static str], left: (&str, &BTreeSet<usize>), right: (&str, &BTreeSet<usize>)) -> Tried {
    let (missing, more) = (left.1.difference(right.1).count(), right.1.difference(left.1).count());
    let Some(witness) = left.1.symmetric_difference(right.1).next() else { return Tried::Held(rules) };
    let expected = format!("{} finds whom {} finds, {} of this run's people", right.0, left.0, left.1.len());
    let judgement = broken(expected, format!("{missing} of them missing, {more} more"), "/Resources");
    Tried::Broken(Breach { rules, judgement, people: vec![*witness] })
}

/// Whether two values say the same: a server may change the case of text where it does not count, the order of a list,
/// and the offset of a date.
fn says(place: &Place, got: &Value, sent: &Value) -> bool {
    let leaf = place.leaf();
    match (got, sent) {
        (Value::Array(got), Value::Array(sent)) => {
            let key = |item: &Value| text_of(item.get("value").unwrap_or(item), None);
            let mut both = (got.iter().map(key).collect::<Vec<_>>(), sent.iter().map(key).collect::<Vec<_>>());
            both.0.sort();
            both.1.sort();
            // Without a value to tell them apart, that there are as many must do.
            both.0 == both.1
                || (sent.iter().any(|item| item.is_object() && item.get("value").is_none())
                    && both.0.len() == both.1.len())
        }
        (Value::String(got), Value::String(sent)) if leaf.kind == Kind::Date => time::parse(got) == time::parse(sent),
        (Value::Number(_), Value::Number(_)) => crate::expect::same(got, sent),
        _ => text_of(got, leaf.case_exact) == text_of(sent, leaf.case_exact),
    }
}

/// Whether a list holds what was sent, and besides it nothing but that again or what was there before: the new values
/// were added, not put in the place of the old.
fn is_added_to(old: Option<&Value>, new: &Value, sent: &Value) -> bool {
    let (old, new, sent) = (values(old), values(Some(new)), values(Some(sent)));
    new.len() > sent.len()
        && sent.iter().all(|value| new.contains(value))
        && new.iter().all(|value| sent.contains(value) || old.contains(value))
}

fn text_of(value: &Value, case_exact: Option<bool>) -> String {
    match value.as_str() {
        Some(text) if case_exact == Some(true) => text.into(),
        Some(text) => text.to_lowercase(),
        None => value.to_string(),
    }
}

fn whole_number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn pointer(path: &str) -> String {
    match path.rsplit_once(':') {
        Some((urn, rest)) => format!("/{urn}/{}", rest.replace('.', "/")),
        None => format!("/{}", path.replace('.', "/")),
    }
}
