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
    let needed = needed(&asked);
    curl::script(base, client.guard.key().word(), &needed, &client.redactor, &shared.credentials)
}

/// Changes that a script repeats at most, besides the creates.
const MOST_CHANGES: usize = 4;

/// The exchanges without which the last one would not be the same: it, the creates and the last changes that took.
fn needed<'a>(asked: &[&'a Exchange]) -> Vec<&'a Exchange> {
    let Some(last) = asked.len().checked_sub(1) else { return Vec::new() };
    let took: Vec<usize> =
        (0..last).filter(|at| asked[*at].request.method != Method::GET && asked[*at].answer.is_success()).collect();
    let (creates, changes): (Vec<usize>, Vec<usize>) =
        took.into_iter().partition(|at| asked[*at].request.method == Method::POST);
    let newest = changes.len().saturating_sub(MOST_CHANGES);
    let mut kept: Vec<usize> = creates.into_iter().chain(changes[newest..].iter().copied()).chain([last]).collect();
    kept.sort_unstable();
    // A create that failed matters only where it is the finding itself, and that is the last one.
    kept.into_iter().map(|at| asked[at]).collect()
}
