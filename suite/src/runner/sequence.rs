//! Plays a sequence: through the client, so that guard and ledger hold; what the invariants and transitions say is the
//! result.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use super::case::{Case, Shared};
use super::event::Finished;
use super::judge::{Sight, collect, judge_watcher};
use super::run::EVIDENCE;
use super::watch::Watch;
use crate::catalogue::{Rulebook, Rules};
use crate::check::{Item, Judgement, Outcome, Scope};
use crate::probe::Facts;
use crate::runner::fit::Fit;
use crate::sequence::Seq;
use crate::sequence::bind::{Manners, World, all_never, bind};
use crate::sequence::pool::Pool;
use crate::target::budget::Budget;
use crate::target::cleanup::{self, Cleaned};
use crate::target::client::SendError;
use crate::target::credentials::{Credentials, Others};
use crate::target::{Client, NoAnswer};

/// What became of a sequence.
pub struct Played {
    /// What became of each operation: the exchange in a line, or why there was none.
    pub steps: Vec<String>,
    /// The watchers that found something, each with its findings; without secrets.
    pub finished: Vec<Finished>,
    /// Requests that were not answered.
    pub unanswered: Vec<NoAnswer>,
    /// Whether the target stopped answering.
    pub target_gone: bool,
    /// What was removed at its end, and what could not be.
    pub cleaned: Cleaned,
}

/// What a sequence shares with nobody: a client of its own, and no more knowledge of the target than its answers give.
pub fn shared(client: Client, credentials: Credentials, mail_domain: &str, base: &str) -> Arc<Shared> {
    let scope = Scope { key: client.guard.key().clone(), credentials: credentials.clone() };
    Arc::new(Shared {
        watch: Watch::new(&crate::checks::items(), scope),
        client,
        base: base.into(),
        facts: Facts::default(),
        rules: Rules::default(),
        embedded: false,
        evidence: Budget::new(EVIDENCE),
        settle: Duration::ZERO,
        fit: Fit { mail_domain: mail_domain.into(), ..Fit::default() },
        credentials,
        others: Others::default(),
        login_probe: None,
        application: None,
        spare: None,
        fixture_user: None,
        last_owner: false,
        timeout: Duration::ZERO,
        password_stem: String::new(),
        counter: AtomicU64::new(1),
        concurrency: false,
        keep: false,
    })
}

/// Plays a sequence, and removes what it has created.
pub async fn play(shared: &Arc<Shared>, seq: &Seq, manners: Manners) -> Played {
    let key = shared.client.guard.key().word().to_string();
    all_never(&key).for_each(|id| _ = shared.client.guard.mint(&id));
    let case = Case::new(shared.clone());
    let mut pool = Pool::default();
    let (mut steps, mut unanswered) = (Vec::new(), Vec::new());
    for (number, op) in seq.ops.iter().enumerate() {
        let world = World { pool: &pool, key: &key, mail_domain: &shared.fit.mail_domain, manners };
        let request = match bind(op, number, &world) {
            Ok(request) => request,
            Err(reason) => {
                steps.push(format!("nothing: {reason}"));
                continue;
            }
        };
        let words = format!("{request:?}");
        match case.attempt(request).await {
            Ok(Ok(exchange)) => {
                pool.learn(op.act.kind(), &exchange);
                steps.push(format!("{exchange:?}"));
            }
            Ok(Err(_)) => {
                steps.push(format!("{words}: the target asks to slow down, and what follows is left"));
                break;
            }
            Err(SendError::NoAnswer(reason)) => {
                steps.push(format!("{words}: {reason}"));
                unanswered.push(reason);
            }
            Err(other) => steps.push(format!("nothing: {other}")),
        }
    }
    let target_gone = shared.client.is_target_gone();
    let (record, mut cleaned) = case.finish().await;
    // A create whose answer was lost, or told no id, may be there all the same.
    if !shared.client.ledger.open_entries().is_empty() {
        cleaned.add(cleanup::cleanup(&shared.client).await);
    }
    let mut sights: Vec<Sight> = Vec::new();
    if record.watched.iter().any(|sight| sight.judgement != Judgement::Holds) {
        collect(&mut sights, 0, &record, &shared.base, shared);
    }
    let watchers = crate::checks::items().into_iter().filter(Item::is_watcher);
    let found = watchers.filter(|item| sights.iter().any(|sight| sight.seen.item == item.id()));
    let mut finished: Vec<Finished> =
        found.map(|item| judge_watcher(&item, &sights, &Rulebook::DEFAULT, shared)).collect();
    finished.retain(|finished| !finished.findings.is_empty());
    finished.iter_mut().for_each(|finished| finished.redact(&shared.client.redactor));
    let redacted = steps.iter().map(|step| shared.client.redactor.text(step)).collect();
    Played { steps: redacted, finished, unanswered, target_gone, cleaned }
}

impl Played {
    /// What is wrong beyond doubt. A check that stumbles over a server error only warns of it, since load may bring it;
    /// one request at a time that makes a server fail is a fault.
    pub fn faults(&self) -> impl Iterator<Item = &Finished> {
        self.finished
            .iter()
            .filter(|finished| finished.outcome >= Outcome::Failed || finished.id == "protocol.no-server-error")
    }
}
