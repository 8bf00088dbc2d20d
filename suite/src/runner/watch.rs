//! Judges every exchange and every change, whoever made it.

use serde_json::Value;

use crate::check::{Invariant, Item, Judgement, Scope, Transition};
use crate::target::Exchange;
use crate::target::guard::{Guard, Touched};

/// The watchers of a run.
pub struct Watch {
    invariants: Vec<&'static Invariant>,
    transitions: Vec<&'static Transition>,
    scope: Scope,
}

/// What a watcher saw in one exchange.
#[derive(Debug, Clone)]
pub struct Watched {
    /// The watcher's id.
    pub item: &'static str,
    /// What it says.
    pub judgement: Judgement,
    /// The exchange, by its number in the case.
    pub exchange: usize,
    /// `GET /Users/{id}`: findings are counted once for each.
    pub endpoint: String,
}

impl Watch {
    /// The watchers among these items.
    pub fn new(items: &[Item], scope: Scope) -> Watch {
        let mut watch = Watch { invariants: Vec::new(), transitions: Vec::new(), scope };
        for item in items {
            match item {
                Item::Invariant(invariant) => watch.invariants.push(invariant),
                Item::Transition(transition) => watch.transitions.push(transition),
                _ => {}
            }
        }
        watch
    }

    /// Judges one exchange.
    pub fn exchange(&self, exchange: &Exchange, number: usize) -> Vec<Watched> {
        let endpoint = endpoint(exchange);
        let judged = self.invariants.iter().filter_map(|invariant| {
            let judgement = (invariant.judge)(exchange, &self.scope)?;
            Some(Watched { item: invariant.id, judgement, exchange: number, endpoint: endpoint.clone() })
        });
        judged.collect()
    }

    /// Judges a change; `bystander` tells whether the resource is one that the change did not name. The guard knows who
    /// is there.
    pub fn transition(
        &self,
        bystander: bool,
        before: &Value,
        change: &Exchange,
        after: &Value,
        number: usize,
        guard: &Guard,
    ) -> Vec<Watched> {
        let endpoint = endpoint(change);
        let is_user = |id: &str| guard.is_alive(&Touched { collection: Some("/Users"), id: id.into() });
        let fitting = self.transitions.iter().filter(|transition| transition.bystander == bystander);
        let judged = fitting.filter_map(|transition| {
            let judgement = (transition.judge)(before, change, after, &is_user)?;
            Some(Watched { item: transition.id, judgement, exchange: number, endpoint: endpoint.clone() })
        });
        judged.collect()
    }
}

/// The method and the kind of path.
fn endpoint(exchange: &Exchange) -> String {
    let path = &exchange.request.path;
    let kind = match path.trim_start_matches('/').split_once('/') {
        Some((first @ ("Users" | "Groups"), _)) => format!("/{first}/{{id}}"),
        _ => path.clone(),
    };
    format!("{} {kind}", exchange.request.method)
}
