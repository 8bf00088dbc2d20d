//! Takes away what a run created, and nothing else: every id is read again, and only what still shows the key goes.

use futures::StreamExt;
use serde::Serialize;
use serde_json::{Value, json};

use super::client::{Client, SendError};
use super::exchange::{Request, encode};
use super::guard::{Refusal, Touched};
use super::ledger::Created;
use crate::clean::cut;

/// How a cleanup ended.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Cleaned {
    /// Resources removed now.
    pub removed: usize,
    /// Resources that were gone already, or never came to be.
    pub gone: usize,
    /// What is still there, or may be.
    pub left: Vec<Leftover>,
}

/// Something that a run could not take away.
#[derive(Debug, Clone, Serialize)]
pub struct Leftover {
    /// `/Users/4711`, or the collection and name where the id is not known.
    pub place: String,
    /// Why it is still there, and in which state it was left.
    pub reason: String,
}

enum End {
    Removed,
    Gone,
    Left(Leftover),
}

/// Requests at a time.
const AT_ONCE: usize = 8;
/// How much of an id or of a reason is told.
const NAMED: usize = 500;
/// Pages of 100 that are searched for a resource whose id never arrived.
const MOST_PAGES: usize = 50;

/// Removes everything in the client's ledger that is still at the target; restores the fixture user.
pub async fn cleanup(client: &Client) -> Cleaned {
    client.insist(true);
    let cleaned = clean_all(client).await;
    client.insist(false);
    cleaned
}

async fn clean_all(client: &Client) -> Cleaned {
    let mut cleaned = Cleaned::default();
    if let Some((id, was)) = client.ledger.fixture() {
        restore(client, &id, was, &mut cleaned).await;
    }
    // Groups first: some targets refuse to delete a user who is a member.
    for collection in ["/Groups", "/Users"] {
        let entries = client.ledger.open_entries().into_iter().filter(|(_, entry)| entry.collection == collection);
        let (confirmed, lost): (Vec<_>, Vec<_>) = entries.partition(|(_, entry)| entry.id.is_some());
        let ids: Vec<String> = confirmed.iter().filter_map(|(_, entry)| entry.id.clone()).collect();
        cleaned.add(remove_all(client, collection, &ids).await);
        if !lost.is_empty() {
            cleaned.add(sweep(client, collection, lost).await);
        }
        // A target that gave a stranger's id, or one that leads nowhere, may have made ours under another.
        cleaned.add(look_for_misnamed(client, collection, confirmed).await);
    }
    cleaned
}

/// Looks by name for what was not found under the id that its create was answered with.
async fn look_for_misnamed(client: &Client, collection: &'static str, confirmed: Vec<(u64, Created)>) -> Cleaned {
    let mut found = Vec::new();
    let mut walked = false;
    for (_, entry) in &confirmed {
        let touched = Touched { collection: Some(collection), id: entry.id.clone().unwrap_or_default() };
        if client.guard.is_alive(&touched) || client.guard.is_removed(&touched) || walked {
            continue;
        }
        match look_up(client, entry).await {
            Some(ids) if !ids.is_empty() => found.extend(ids),
            // A filter may be broken; the list is looked through once for all.
            _ => {
                walked = true;
                found.extend(walk(client, collection).await.unwrap_or_default());
            }
        }
    }
    found.sort();
    found.dedup();
    remove_all(client, collection, &found).await
}

/// Removes these resources of one collection, each only while it shows the key.
pub async fn remove_all(client: &Client, collection: &str, ids: &[String]) -> Cleaned {
    let ends: Vec<(&String, End)> = futures::stream::iter(ids)
        .map(|id| async move { (id, remove(client, collection, id).await) })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let mut cleaned = Cleaned::default();
    for (id, end) in ends {
        cleaned.count(client, client.ledger.number_of(collection, id), end);
    }
    cleaned
}

/// Looks for creates that were not confirmed: an error may hide a resource, and so may a lost answer.
async fn sweep(client: &Client, collection: &str, lost: Vec<(u64, Created)>) -> Cleaned {
    let mut cleaned = Cleaned::default();
    match walk(client, collection).await {
        Ok(found) => {
            let swept = remove_all(client, collection, &found).await;
            let clean = swept.left.is_empty();
            cleaned.add(swept);
            if clean {
                lost.iter().for_each(|(number, _)| cleaned.count(client, Some(*number), End::Gone));
            }
        }
        Err(reason) => {
            let mut unknown = Vec::new();
            for (number, entry) in lost {
                match look_up(client, &entry).await {
                    Some(found) => {
                        let swept = remove_all(client, collection, &found).await;
                        let end = if swept.left.is_empty() { End::Gone } else { continue };
                        cleaned.add(swept);
                        cleaned.count(client, Some(number), end);
                    }
                    // A clear refusal is believed; a lost answer or a failure of the target is not.
                    None if entry.status.is_some_and(|status| (400..500).contains(&status)) => {
                        cleaned.count(client, Some(number), End::Gone);
                    }
                    None => unknown.push(entry.name.to_string()),
                }
            }
            // One reason, one line: a target that fails every create would fill the report with them.
            if let Some(first) = unknown.first() {
                let more = if unknown.len() > 1 { format!(" and {} more", unknown.len() - 1) } else { String::new() };
                let place = format!("{collection} {first}{more}");
                cleaned.left.push(Leftover { place, reason: format!("the create was not confirmed, and {reason}") });
            }
        }
    }
    cleaned
}

impl Cleaned {
    fn count(&mut self, client: &Client, number: Option<u64>, end: End) {
        match end {
            End::Removed => self.removed += 1,
            End::Gone => self.gone += 1,
            End::Left(leftover) => return self.left.push(leftover),
        }
        if let Some(Err(error)) = number.map(|number| client.ledger.gone(number)) {
            self.left.push(Leftover { place: "ledger".into(), reason: error.to_string() });
        }
    }

    /// Adds the figures of another cleanup.
    pub fn add(&mut self, other: Cleaned) {
        self.removed += other.removed;
        self.gone += other.gone;
        self.left.extend(other.left);
    }
}

/// Removes one resource of this run, which must show the key in a reading made right before.
async fn remove(client: &Client, collection: &str, id: &str) -> End {
    let path = format!("{collection}/{}", encode(id));
    let left = |reason: String| End::Left(Leftover { place: cut(&path, NAMED), reason: cut(&reason, NAMED) });
    let seen = match client.send(Request::get(&path)).await {
        Ok(sent) => sent.exchange.answer,
        Err(error) => return left(error.to_string()),
    };
    match seen.status {
        404 | 410 => return remove_hidden(client, collection, id, &path).await,
        200 => {}
        other => return left(format!("reading it answered {other}")),
    }
    let body = seen.json.unwrap_or(Value::Null);
    if !client.guard.key().owns(&body) {
        return left("the target gave this id to a create, but it does not show this run's key: it is not ours".into());
    }
    match client.send(Request::delete(&path)).await {
        Ok(sent) if matches!(sent.exchange.answer.status, 403 | 405 | 501) => {
            let status = sent.exchange.answer.status;
            left(format!("DELETE answered {status}; {}", make_harmless(client, collection, &path, &body).await))
        }
        Ok(sent) => match client.send(Request::get(&path)).await {
            Ok(after) if matches!(after.exchange.answer.status, 404 | 410) => End::Removed,
            Ok(after) => {
                let (status, after) = (sent.exchange.answer.status, after.exchange.answer.status);
                left(format!("DELETE answered {status}, and reading it still answers {after}"))
            }
            Err(error) => left(error.to_string()),
        },
        Err(SendError::Refused(Refusal::Foreign(_), _)) => left("it no longer shows this run's key".into()),
        Err(error) => left(error.to_string()),
    }
}

/// Some targets hide inactive users, and delete them all the same. One that was ours and that nobody has removed is
/// deleted unseen, if the guard can be sure that its id is nobody else's.
async fn remove_hidden(client: &Client, collection: &str, id: &str, path: &str) -> End {
    let known = if collection == "/Groups" { "/Groups" } else { "/Users" };
    if !client.guard.is_alive(&Touched { collection: Some(known), id: id.into() }) {
        return End::Gone;
    }
    match client.send(Request::delete(path)).await {
        Ok(sent) if sent.exchange.answer.is_success() => End::Removed,
        _ => End::Gone,
    }
}

/// Where nothing can be deleted a user is deactivated and a group emptied.
async fn make_harmless(client: &Client, collection: &str, path: &str, seen: &Value) -> String {
    let (name, value, done) = match collection {
        "/Groups" => ("members", json!([]), "the group was emptied"),
        _ => ("active", json!(false), "the user was deactivated"),
    };
    let mut body = without_groups(seen);
    body[name] = value;
    match client.send(Request::put(path, body)).await {
        Ok(sent) if sent.exchange.answer.is_success() => done.into(),
        Ok(sent) => format!("and making it harmless by PUT answered {}", sent.exchange.answer.status),
        Err(error) => format!("and making it harmless failed: {error}"),
    }
}

/// Puts the fixture user back as it was, if it is not: a target may have no PUT.
async fn restore(client: &Client, id: &str, was: Value, cleaned: &mut Cleaned) {
    let path = format!("/Users/{}", encode(id));
    let is_as_it_was = |json: Option<&Value>| json.is_some_and(|json| without_groups(json) == without_groups(&was));
    if client.send(Request::get(&path)).await.is_ok_and(|sent| is_as_it_was(sent.exchange.answer.json.as_ref())) {
        return;
    }
    let failure = match client.send(Request::put(&path, without_groups(&was))).await {
        Ok(sent) if sent.exchange.answer.is_success() => return,
        Ok(sent) => format!("restoring the fixture user answered {}", sent.exchange.answer.status),
        Err(error) => format!("restoring the fixture user failed: {error}"),
    };
    cleaned.left.push(Leftover { place: path, reason: failure });
}

/// A representation as it may be written: whose groups somebody is in is told by the groups, and they may be strangers'.
fn without_groups(seen: &Value) -> Value {
    let mut body = seen.clone();
    if let Some(map) = body.as_object_mut() {
        map.retain(|name, _| !name.eq_ignore_ascii_case("groups"));
    }
    body
}

/// The ids under which a create may have come to be, by the name that was sent; `None` if the filter does not work.
async fn look_up(client: &Client, entry: &Created) -> Option<Vec<String>> {
    let (name, value) = entry.name.as_object()?.iter().next()?;
    let query = Request::get(&entry.collection)
        .query("filter", format!("{name} eq {}", value.as_str().map(|_| value)?))
        .query("count", 100);
    let answer = client.send(query).await.ok()?.exchange.answer;
    if answer.status == 200 { owned_ids(client, answer.json.as_ref()) } else { None }
}

/// Looks through the whole collection for what shows the key and is in no open ledger entry.
async fn walk(client: &Client, collection: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut start = 1;
    for _ in 0..MOST_PAGES {
        let page = Request::get(collection).query("startIndex", start).query("count", 100);
        let answer = client.send(page).await.map_err(|error| error.to_string())?.exchange.answer;
        if answer.status != 200 {
            return Err(format!("listing {collection} answered {}", answer.status));
        }
        let json = answer.json.unwrap_or(Value::Null);
        let rows = json.get("Resources").and_then(Value::as_array).map_or(0, Vec::len);
        found.extend(owned_ids(client, Some(&json)).unwrap_or_default());
        let total = json.get("totalResults").and_then(Value::as_u64).unwrap_or(0) as usize;
        start += rows;
        if rows == 0 || start > total {
            found.retain(|id| client.ledger.number_of(collection, id).is_none());
            found.sort();
            found.dedup();
            return Ok(found);
        }
    }
    Err(format!("{collection} is too long to look through"))
}

fn owned_ids(client: &Client, list: Option<&Value>) -> Option<Vec<String>> {
    let rows = match list?.get("Resources") {
        Some(rows) => rows.as_array()?.as_slice(),
        None => &[],
    };
    let owned = rows.iter().filter(|row| client.guard.key().owns(row));
    Some(owned.filter_map(|row| row.get("id")?.as_str().map(String::from)).collect())
}
