//! What a sequence has created, as far as the answers told: what its references mean.

use http::Method;
use serde_json::Value;

use super::bind::natural;
use super::op::Kind;
use crate::target::Exchange;

/// The resources of a sequence.
#[derive(Debug, Clone, Default)]
pub struct Pool {
    /// Those that are there, in the order of their creation.
    pub live: Vec<Known>,
    /// Those that were deleted, in the order of their deletion.
    pub deleted: Vec<Known>,
}

/// A resource.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its type.
    pub kind: Kind,
    /// The id that the target gave.
    pub id: String,
    /// userName or displayName, as last seen.
    pub name: String,
    /// What the target last said about the whole of it; null if it never did.
    pub seen: Value,
}

impl Pool {
    /// The n-th of a kind, counted round.
    pub fn nth<'a>(&self, of: &'a [Known], kind: Kind, n: u8) -> Option<&'a Known> {
        let all: Vec<&Known> = of.iter().filter(|known| known.kind == kind).collect();
        if all.is_empty() { None } else { Some(all[usize::from(n) % all.len()]) }
    }

    /// A text that the n-th resource of a kind has at a path of a filter.
    pub fn text(&self, kind: Kind, path: &str, n: u8) -> Option<String> {
        let known = self.nth(&self.live, kind, n)?;
        let (root, path) = match path.rsplit_once(':') {
            Some((urn, path)) => (known.seen.get(urn)?, path),
            None => (&known.seen, path),
        };
        let value = path.split('.').try_fold(root, |value, name| match value.get(name)? {
            Value::Array(items) => items.first(),
            value => Some(value),
        })?;
        value.as_str().map(String::from)
    }

    /// Takes in an answer.
    pub fn learn(&mut self, kind: Kind, exchange: &Exchange) {
        let (request, answer) = (&exchange.request, &exchange.answer);
        if !answer.is_success() {
            return;
        }
        let id = answer.json.as_ref().and_then(|body| body.get("id")?.as_str());
        let is_whole = request.query.is_empty();
        let path = |known: &Known| format!("{}/{}", kind.collection(), crate::target::exchange::encode(&known.id));
        match request.method {
            Method::POST => {
                let (Some(id), Some(seen)) = (id, &answer.json) else { return };
                if !self.live.iter().any(|known| known.id == id) {
                    let body = request.body_json().unwrap_or_default();
                    let name = name(kind, seen).or_else(|| name(kind, &body)).unwrap_or_default();
                    self.live.push(Known { kind, id: id.into(), name, seen: seen.clone() });
                }
            }
            Method::DELETE => {
                if let Some(at) = self.live.iter().position(|known| path(known) == request.path) {
                    self.deleted.push(self.live.remove(at));
                }
            }
            _ => {
                let Some(known) = self.live.iter_mut().find(|known| path(known) == request.path) else { return };
                if let (true, Some(seen @ Value::Object(_))) = (is_whole, &answer.json) {
                    known.name = name(kind, seen).unwrap_or_else(|| std::mem::take(&mut known.name));
                    known.seen = seen.clone();
                }
            }
        }
    }
}

fn name(kind: Kind, resource: &Value) -> Option<String> {
    resource.get(natural(kind))?.as_str().map(String::from)
}
