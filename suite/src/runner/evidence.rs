//! What shows a finding: exchanges without secrets, and lines for a shell.

use http::Method;

use super::case::{Kept, Record, Shared};
use super::event::Evidence;
use crate::clean;
use crate::target::{Exchange, curl};

/// The exchange that shows a finding, and the change before it.
pub(super) fn evidence(record: &Record, at: Option<usize>, shared: &Shared) -> Vec<Evidence> {
    let Some(at) = at else { return Vec::new() };
    let before = &record.kept[..at];
    let change = before.iter().rposition(|kept| kept.asked && kept.exchange.request.method != Method::GET);
    let shown = change.into_iter().chain([at]).map(|at| evidence_of(&record.kept[at].exchange, shared));
    shown.map(|evidence| afforded(evidence, shared)).collect()
}

pub(crate) fn evidence_of(exchange: &Exchange, shared: &Shared) -> Evidence {
    let redactor = &shared.client.redactor;
    Evidence {
        method: exchange.request.method.to_string(),
        path: redactor.text(&exchange.request.path_and_query()),
        sent: redactor.request_body(&exchange.request.body),
        status: exchange.answer.status,
        headers: exchange.answer.headers.iter().map(|(name, value)| (name.clone(), redactor.text(value))).collect(),
        got: redactor.answer_body(exchange),
        milliseconds: exchange.answer.took.as_millis() as u64,
    }
}

/// The evidence, without its bodies where the findings told before hold too much already.
pub(super) fn afforded(mut evidence: Evidence, shared: &Shared) -> Evidence {
    for text in evidence.sent.iter_mut().chain([&mut evidence.got]) {
        if !shared.evidence.spend(clean::json(text).len()) {
            *text = "[left out: the findings before this one hold too much already]".into();
        }
    }
    evidence
}

pub(super) fn afforded_lines(lines: Vec<String>, shared: &Shared) -> Vec<String> {
    if shared.evidence.spend(lines.iter().map(String::len).sum()) { lines } else { Vec::new() }
}

pub(super) fn reproduce(kept: &[Kept], at: Option<usize>, base: &str, shared: &Shared) -> Vec<String> {
    let Some(at) = at else { return Vec::new() };
    // What shows the finding, whoever asked for it, and what the story did before.
    let before = kept.iter().take(at).filter(|kept| kept.asked);
    let asked = before.chain(kept.get(at)).filter(|kept| !kept.beside);
    let asked: Vec<&Exchange> = asked.map(|kept| &kept.exchange).collect();
    let client = &shared.client;
    let key = client.guard.key().word();
    let needed = needed(&asked, key);
    curl::script(base, key, &needed, &client.redactor, &shared.credentials)
}

/// Changes that a script repeats at most, besides the creates.
const MOST_CHANGES: usize = 4;

/// Creates that a script repeats at most because an answer shows them: a list may show any number.
const MOST_SHOWN: usize = 6;

/// The exchanges without which the last one would not be the same: it, the creates of what it is about, and the last
/// changes of that which took. What was created is known by its id, and by names with the run's key.
fn needed<'a>(asked: &[&'a Exchange], key: &str) -> Vec<&'a Exchange> {
    let Some(last) = asked.len().checked_sub(1) else { return Vec::new() };
    let is_reading = |at: &usize| {
        let request = &asked[*at].request;
        request.method == Method::GET || request.path.ends_with("/.search")
    };
    let took: Vec<usize> = (0..last).filter(|at| !is_reading(at) && asked[*at].answer.is_success()).collect();
    let (creates, changes): (Vec<usize>, Vec<usize>) = took.into_iter().partition(|at| {
        let request = &asked[*at].request;
        request.method == Method::POST && ["/Users", "/Groups"].contains(&request.path.as_str())
    });
    let creates = concerned(asked, &creates, last, key);
    let concerns = |at: &usize| {
        // A bulk request may do anything.
        asked[*at].request.method == Method::POST
            || creates.iter().any(|create| speaks_of(&sent(asked[*at]), asked[*create], key))
    };
    let changes: Vec<usize> = changes.into_iter().filter(concerns).collect();
    let newest = changes.len().saturating_sub(MOST_CHANGES);
    let mut kept: Vec<usize> = creates.into_iter().chain(changes[newest..].iter().copied()).chain([last]).collect();
    kept.sort_unstable();
    // A create that failed matters only where it is the finding itself, and that is the last one.
    kept.into_iter().map(|at| asked[at]).collect()
}

/// The creates that the last exchange is about: those that it names, those that its answer shows, the newest, and
/// whatever these name in turn, as a group its members.
fn concerned(asked: &[&Exchange], creates: &[usize], last: usize, key: &str) -> Vec<usize> {
    let (question, answer) = (sent(asked[last]), String::from_utf8_lossy(&asked[last].answer.body).to_lowercase());
    let shown = creates.iter().rev().filter(|at| speaks_of(&answer, asked[**at], key)).take(MOST_SHOWN);
    let named = creates.iter().filter(|at| speaks_of(&question, asked[**at], key));
    let mut found: Vec<usize> = shown.chain(named).chain(creates.last()).copied().collect();
    let mut next = 0;
    while let Some(at) = found.get(next).copied() {
        let body = sent(asked[at]);
        let more = creates.iter().filter(|other| **other < at && speaks_of(&body, asked[**other], key));
        found.extend(more.copied().filter(|other| !found.contains(other)).collect::<Vec<_>>());
        next += 1;
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// What a request says: its address in plain letters, and its body.
fn sent(exchange: &Exchange) -> String {
    let address = exchange.request.path_and_query();
    let address = percent_encoding::percent_decode_str(&address).decode_utf8_lossy();
    format!("{address} {}", String::from_utf8_lossy(&exchange.request.body_bytes())).to_lowercase()
}

/// Whether a text names what was created.
fn speaks_of(text: &str, create: &Exchange, key: &str) -> bool {
    let body = create.request.body_json().unwrap_or_default();
    let names = ["userName", "displayName", "externalId"].into_iter().filter_map(|name| body.get(name)?.as_str());
    let names = names.map(str::to_lowercase).filter(|name| name.contains(key));
    let words = names.chain(curl::created(create).map(|id| id.to_lowercase()));
    words.into_iter().any(|word| !word.is_empty() && text.contains(&word))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::*;
    use crate::target::{Answer, Request};

    const KEY: &str = "k3yk3yk3yk3y";

    fn exchange(request: Request, answer: Value) -> Exchange {
        // As it is kept: without its JSON.
        let mut answer = Answer::new(200, Vec::new(), answer.to_string().into(), Duration::ZERO);
        answer.json = None;
        Exchange { request, answer, focus: String::new() }
    }

    fn create(number: usize) -> Exchange {
        let body = json!({"userName": format!("{KEY}-{number}@example.com"), "displayName": "Sample Person"});
        exchange(Request::post("/Users", body), json!({"id": format!("id-of-{number}")}))
    }

    /// The numbers of those that a script repeats.
    fn kept(asked: &[Exchange]) -> Vec<usize> {
        let asked: Vec<&Exchange> = asked.iter().collect();
        let needed = needed(&asked, KEY);
        (0..asked.len()).filter(|at| needed.iter().any(|one| std::ptr::eq(*one, asked[*at]))).collect()
    }

    #[test]
    fn others_that_the_story_made_are_left_out() {
        let change = |id: &str| exchange(Request::patch(format!("/Users/{id}"), json!({})), json!({}));
        let story = [
            create(0),
            change("id-of-0"),
            create(1),
            change("id-of-1"),
            create(2),
            exchange(Request::get("/Users/id-of-1"), json!({})),
        ];
        assert_eq!(kept(&story), [2, 3, 4, 5], "the one, its change, the newest, and the reading");
    }

    #[test]
    fn a_group_brings_its_members() {
        let members =
            json!({"displayName": format!("scim {KEY} 9"), "members": [{"value": "id-of-0"}, {"value": "id-of-2"}]});
        let group = exchange(Request::post("/Groups", members), json!({"id": "the-group"}));
        let story = [create(0), create(1), create(2), group, exchange(Request::get("/Groups/the-group"), json!({}))];
        assert_eq!(kept(&story), [0, 2, 3, 4]);
    }

    #[test]
    fn of_a_long_list_the_newest_are_enough() {
        let mut story: Vec<Exchange> = (0..20).map(create).collect();
        let rows: Vec<Value> = (0..20).map(|number| json!({"id": format!("id-of-{number}")})).collect();
        story.push(exchange(Request::get("/Users"), json!({"Resources": rows})));
        assert_eq!(kept(&story), [14, 15, 16, 17, 18, 19, 20]);
    }
}
