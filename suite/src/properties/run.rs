//! Draws cases, tries them one after the other, and shrinks the first that does not hold.
//!
//! The loop is our own, since a case is a conversation with a target. A case is drawn anew from its seed each time, and
//! led to a smaller one by the same cuts: so nothing of proptest lives while an answer is waited for, and the same seed
//! gives the same cases.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Debug;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tokio::sync::watch;
use tokio::time::Instant;

use super::grounds::Grounds;
use super::relations::{Relation, Searched};
use super::trial::{Breach, Trial, Tried};
use super::verdict;
use crate::catalogue::{self, Rulebook};
use crate::check::{Case, Fut, Judgement, Stop};
use crate::expect::as_variation;
use crate::runner::Finished;
use crate::runner::case::{Kept, Record, Shared};
use crate::target::cleanup::Cleaned;

/// How many cases to try.
#[derive(Clone)]
pub struct Plan {
    /// What to try.
    pub relations: Vec<&'static Relation>,
    /// Cases for each relation.
    pub cases: u32,
    /// What they are drawn from: the same seed gives the same cases.
    pub seed: u64,
}

/// What a run of properties tells while it goes on.
pub struct Ears<'a> {
    /// Hears of every case: its exchanges, and what was seen on the way.
    pub record: &'a mut (dyn FnMut(&Record) + Send),
    /// Hears of every relation that is decided.
    pub finished: &'a mut (dyn FnMut(Finished) + Send),
}

/// Cases that a failing one is shrunk by, at most.
const SHRINKS: usize = 150;
/// Cases in a row without an answer after which a relation is given up.
const SILENT: usize = 3;
/// A case may take as long as this many single requests.
const PATIENCE: u32 = 10;

/// Tries every relation that the rulebooks cite, one after the other. `interrupt` turns true when the user breaks off.
pub async fn run(
    plan: &Plan,
    shared: &Arc<Shared>,
    rulebooks: &[Rulebook],
    base: &str,
    interrupt: &watch::Receiver<bool>,
    ears: &mut Ears<'_>,
) -> Cleaned {
    let mut cleaned = Cleaned::default();
    let setting = Case::new(shared.clone());
    let mut interrupted = interrupt.clone();
    let grounds = tokio::select! {
        biased;
        Ok(_) = interrupted.wait_for(|stopped| *stopped) => Err(Stop::Inconclusive("the run was broken off".into())),
        grounds = Grounds::prepare(shared, &setting, plan.seed) => grounds,
    };
    let cited = |rule: &&&str| catalogue::rule(rule).is_some_and(|rule| rulebooks.contains(&rule.rulebook));
    for relation in plan.relations.iter().filter(|relation| relation.rules.iter().any(|rule| cited(&rule))) {
        let applies = |rule: &&str| catalogue::rule(rule).is_some_and(|rule| shared.facts.applies(rule));
        let outline = match &grounds {
            Err(stop) => Outline { stop: Some(stop.clone()), ..Outline::default() },
            Ok(_) if !relation.rules.iter().any(applies) => {
                let reason = "the target does not announce what the relation is about".into();
                Outline { stop: Some(Stop::Unsupported(reason)), ..Outline::default() }
            }
            Ok(grounds) => {
                let mut search = Search {
                    plan,
                    shared: shared.clone(),
                    grounds,
                    name: relation.id,
                    may_lag: relation.may_lag,
                    interrupt: interrupt.clone(),
                    ears: &mut *ears.record,
                    cleaned: &mut cleaned,
                };
                (relation.search)(&mut search).await
            }
        };
        (ears.finished)(verdict::finished(relation, &outline, plan, grounds.as_ref().ok(), rulebooks, base, shared));
    }
    let (record, removed) = setting.finish().await;
    (ears.record)(&record);
    cleaned.add(removed);
    cleaned
}

/// What came out of the cases of one relation.
#[derive(Default)]
pub(super) struct Outline {
    /// Cases that could be tried.
    pub(super) tried: u32,
    /// The rules that some case has shown to hold.
    pub(super) shown: BTreeSet<&'static str>,
    /// Why others could not, and how many.
    pub(super) skipped: BTreeMap<String, u32>,
    /// The case that does not hold, as small as it could be made.
    pub(super) broken: Option<Example>,
    /// A case that shows a legal variation.
    pub(super) varied: Option<Example>,
    /// Why it ended early.
    pub(super) stop: Option<Stop>,
}

/// A case that shows something.
pub(super) struct Example {
    /// Its number, from 1.
    pub(super) case: u32,
    /// How often it was made smaller.
    pub(super) shrinks: usize,
    pub(super) breach: Breach,
    pub(super) kept: Vec<Kept>,
}

/// The cases of one relation, at work.
pub(super) struct Search<'s> {
    plan: &'s Plan,
    shared: Arc<Shared>,
    grounds: &'s Grounds,
    name: &'static str,
    may_lag: bool,
    interrupt: watch::Receiver<bool>,
    ears: &'s mut (dyn FnMut(&Record) + Send),
    cleaned: &'s mut Cleaned,
}

/// Says how cases are drawn; `None` where the target announces nothing to draw from.
pub(super) type Draw<T> = fn(&Grounds) -> Option<BoxedStrategy<T>>;

/// Tries one case.
pub(super) type Holds<T> = for<'a> fn(Trial<'a>, &'a T) -> Fut<'a, Tried>;

/// Where a case comes from.
pub(super) struct Draws<'a> {
    pub(super) seed: u64,
    pub(super) relation: &'a str,
    pub(super) case: u64,
    /// The steps that lead to a smaller case.
    pub(super) cuts: &'a [Cut],
}

/// One step of shrinking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// To a smaller case.
    Simplify,
    /// Back a little, since the smaller one held.
    Complicate,
}

/// A case, drawn and cut; `None` where there is no smaller one.
pub(super) fn drawn<T: Debug>(strategy: BoxedStrategy<T>, draws: &Draws<'_>) -> Option<T> {
    let mut runner =
        TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &draws.bytes()));
    let mut tree = strategy.new_tree(&mut runner).ok()?;
    for cut in draws.cuts {
        let moved = match cut {
            Cut::Simplify => tree.simplify(),
            Cut::Complicate => tree.complicate(),
        };
        if !moved {
            return None;
        }
    }
    Some(tree.current())
}

impl Draws<'_> {
    fn bytes(&self) -> [u8; 32] {
        // FNV-1a: a relation's cases stay the same when others come and go.
        let name = self
            .relation
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        let mut bytes = [0; 32];
        for (place, word) in bytes.chunks_exact_mut(8).zip([self.seed, name, self.case, 0]) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }
}

impl Search<'_> {
    /// Tries cases until one does not hold, and shrinks that one.
    pub(super) fn each<T: Debug + 'static>(&mut self, draw: Draw<T>, holds: Holds<T>) -> Searched<'_> {
        Box::pin(self.cases(draw, holds))
    }

    async fn cases<T: Debug + 'static>(&mut self, draw: Draw<T>, holds: Holds<T>) -> Outline {
        let mut outline = Outline::default();
        let mut done = HashSet::new();
        let mut silent = 0;
        for case in 1..=self.plan.cases {
            let Some(value) = self.draw(draw, case, &[]) else {
                outline.stop =
                    Some(Stop::Unsupported("the target announces nothing that it could be tried with".into()));
                return outline;
            };
            // Where there are few different cases, each is tried once.
            if !done.insert(format!("{value:?}")) {
                continue;
            }
            let (tried, kept) = self.attempt(holds, &value).await;
            silent = if matches!(tried, Err(Stop::Inconclusive(_))) { silent + 1 } else { 0 };
            match tried {
                Ok(Tried::Held(rules)) => {
                    outline.tried += 1;
                    outline.shown.extend(rules);
                }
                Ok(Tried::Broken(breach)) => {
                    outline.tried += 1;
                    let example = Example { case, shrinks: 0, breach, kept };
                    let example = match example.breach.judgement {
                        Judgement::Broken(_) => self.confirmed(holds, &value, example).await,
                        _ => example,
                    };
                    if matches!(example.breach.judgement, Judgement::Broken(_)) {
                        outline.broken = Some(self.shrunk(draw, holds, example).await);
                        return outline;
                    }
                    outline.varied.get_or_insert(example);
                }
                Err(Stop::Error(reason)) => {
                    outline.stop = Some(Stop::Error(reason));
                    return outline;
                }
                Err(Stop::Blocked { reason, .. } | Stop::Unsupported(reason) | Stop::Inconclusive(reason)) => {
                    *outline.skipped.entry(reason).or_default() += 1;
                }
            }
            if *self.interrupt.borrow() || silent >= SILENT {
                let reason = outline.skipped.keys().next().cloned().unwrap_or_else(|| "the run was broken off".into());
                outline.stop = Some(Stop::Inconclusive(reason));
                return outline;
            }
        }
        outline
    }

    fn draw<T: Debug>(&self, draw: Draw<T>, case: u32, cuts: &[Cut]) -> Option<T> {
        drawn(draw(self.grounds)?, &Draws { seed: self.plan.seed, relation: self.name, case: case.into(), cuts })
    }

    /// Tries one case, and removes what it created.
    async fn attempt<T>(&mut self, holds: Holds<T>, value: &T) -> (Result<Tried, Stop>, Vec<Kept>) {
        let case = Case::new(self.shared.clone());
        let limit = self.shared.timeout * PATIENCE;
        let story = holds(Trial { t: &case, grounds: self.grounds }, value);
        let mut interrupt = self.interrupt.clone();
        let tried = tokio::select! {
            biased;
            Ok(_) = interrupt.wait_for(|stopped| *stopped) => Err(Stop::Inconclusive("the run was broken off".into())),
            tried = tokio::time::timeout(limit, AssertUnwindSafe(story).catch_unwind()) => match tried {
                Ok(Ok(tried)) => tried,
                // The run goes on and cleans up; the panic has told of itself on stderr.
                Ok(Err(_)) => Err(Stop::Error("the property broke down: a mistake of ours".into())),
                Err(_) => Err(Stop::Inconclusive(format!("it was not done after {limit:?}"))),
            }
        };
        let (record, removed) = case.finish().await;
        (self.ears)(&record);
        self.cleaned.add(removed);
        (tried, record.kept)
    }

    /// Tries a failing case again, as long as readings may lag: what holds after all is noted and no more.
    async fn confirmed<T>(&mut self, holds: Holds<T>, value: &T, mut example: Example) -> Example {
        let start = Instant::now();
        let mut pause = Duration::from_millis(20);
        loop {
            let is_last = !self.may_lag || start.elapsed() + pause > self.shared.settle;
            if !is_last {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            match self.attempt(holds, value).await {
                (Ok(Tried::Broken(breach)), kept) => {
                    (example.breach, example.kept) = (breach, kept);
                    if is_last {
                        return example;
                    }
                }
                _ => {
                    example.breach.judgement = as_variation(example.breach.judgement);
                    return example;
                }
            }
        }
    }

    /// Looks for the smallest case that does not hold.
    async fn shrunk<T: Debug>(&mut self, draw: Draw<T>, holds: Holds<T>, mut example: Example) -> Example {
        let mut cuts = Vec::new();
        let mut next = Cut::Simplify;
        // Different cuts may lead to one case: what it said is known.
        let mut known: HashMap<String, bool> = HashMap::new();
        while known.len() < SHRINKS && cuts.len() < 10 * SHRINKS {
            cuts.push(next);
            let Some(value) = self.draw(draw, example.case, &cuts) else { break };
            let name = format!("{value:?}");
            let is_broken = match known.get(&name) {
                Some(is_broken) => *is_broken,
                None => match self.attempt(holds, &value).await {
                    (Ok(Tried::Broken(breach)), kept) if matches!(breach.judgement, Judgement::Broken(_)) => {
                        (example.breach, example.kept) = (breach, kept);
                        example.shrinks += 1;
                        true
                    }
                    _ => false,
                },
            };
            known.insert(name, is_broken);
            next = if is_broken { Cut::Simplify } else { Cut::Complicate };
            if *self.interrupt.borrow() {
                break;
            }
        }
        example
    }
}
