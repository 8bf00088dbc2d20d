//! Runs the selected items against one target.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use futures::{FutureExt, StreamExt};
use http::Method;
use tokio::sync::watch;
use tokio::time::Instant;

use super::case::{Case, Kept, Record, Shared, Stop, breach};
use super::event::{Ended, Event, Evidence, Finding, Finished, RuleVerdict, Started};
use super::select::Selection;
use super::watch::{Watch, Watched};
use crate::catalogue::{self, Rulebook};
use crate::check::{Difference, Item, Judgement, Outcome, Scope, Verdict};
use crate::clean;
use crate::target::budget::Budget;
use crate::target::cleanup::{self, Cleaned};
use crate::target::credentials::Credentials;
use crate::target::login::LoginProbe;
use crate::target::{Client, Exchange, Request, curl};
use crate::{probe, properties};

/// How a run behaves. The defaults are those of the command line.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The base URL, for reports.
    pub base: String,
    /// Whether the target is the built-in server.
    pub embedded: bool,
    /// Whether any certificate is accepted.
    pub insecure: bool,
    /// How the run logs in.
    pub credentials: Credentials,
    /// Checks at a time.
    pub jobs: usize,
    /// How long lists and filters may lag behind.
    pub settle: Duration,
    /// How long one request may take.
    pub timeout: Duration,
    /// The domain of made-up mail addresses.
    pub mail_domain: String,
    /// Whether a user can log in at the product.
    pub login_probe: Option<LoginProbe>,
    /// A user that exists already.
    pub fixture_user: Option<String>,
    /// The beginning of every made-up password.
    pub password_stem: String,
    /// Leave what was created.
    pub keep: bool,
}

/// A run that can be started.
pub struct Run {
    /// The way to the target.
    pub client: Client,
    /// How to behave.
    pub settings: Settings,
    /// What to check.
    pub selected: Vec<Item>,
    /// The rulebooks that count.
    pub rulebooks: Vec<Rulebook>,
    /// Properties to try after the checks.
    pub properties: Option<properties::Plan>,
}

/// What the bodies and the shell lines of all findings may take together, in bytes of a report.
pub(super) const EVIDENCE: usize = 8 << 20;

/// A check may take as long as this many single requests.
const PATIENCE: u32 = 10;

/// The items of a selection, with the rulebooks that it names.
pub fn select(selection: &Selection) -> Result<(Vec<Item>, Vec<Rulebook>), super::select::Unselectable> {
    Ok((selection.select(&crate::checks::items())?, selection.rulebooks()))
}

/// Runs everything, tells each event, and cleans up. `interrupt` turns true when the user breaks off.
pub async fn run(run: Run, mut interrupt: watch::Receiver<bool>, tell: &mut (dyn FnMut(Event) + Send)) -> Cleaned {
    let start = Instant::now();
    let Run { client, settings, selected, rulebooks, properties } = run;
    tell(Event::Started(Started {
        target: settings.base.clone(),
        embedded: settings.embedded,
        insecure: settings.insecure,
        login_probe: settings.login_probe.is_some(),
        rulebooks: rulebooks.clone(),
        key: client.guard.key().word().into(),
        selected: selected.len(),
        ledger: client.ledger.path().map(|path| path.display().to_string()),
    }));
    let shared = Arc::new(prepare(client, &settings, &selected).await);
    let mut cleaned = Cleaned::default();
    let mut sights: Vec<Sight> = Vec::new();

    // Watchers see what others do: alone, they look at everything.
    let stories = |items: &[Item]| items.iter().filter(|item| !item.is_watcher()).copied().collect::<Vec<Item>>();
    let (items, silent) = match stories(&selected) {
        none if none.is_empty() && !selected.is_empty() => (stories(&crate::checks::items()), true),
        some => (some, false),
    };
    let places: HashMap<String, usize> = items.iter().enumerate().map(|(place, item)| (item.id(), place)).collect();
    let bystanders = Bystanders::new(&shared).await;
    let (alone, together): (Vec<Item>, Vec<Item>) = items.into_iter().partition(Item::alone);
    // What stumbled beside others is done again alone, so that load is not taken for a wrong answer.
    let (mut batch, mut later, mut jobs) = (together, alone, settings.jobs.max(1));
    let mut blocked = Vec::new();
    let mut passed = BTreeSet::new();
    loop {
        let mut running = futures::stream::iter(batch)
            .map(|item| {
                let (shared, bystanders, interrupt) = (shared.clone(), &bystanders, interrupt.clone());
                async move { (item, run_story(item, shared, bystanders, interrupt).await) }
            })
            .buffer_unordered(jobs);
        while let Some((item, (record, stop, removed))) = running.next().await {
            cleaned.add(removed);
            collect(&mut sights, places[&item.id()], &record, &settings.base, &shared);
            if jobs > 1 && stumbled(&record, stop.as_ref()) {
                later.push(item);
            } else if !silent {
                let finished = judge_story(item, &record, stop, &rulebooks, &settings.base, &shared);
                match finished.outcome {
                    // Who is to blame is known only when all is done.
                    Outcome::Blocked => {
                        blocked.push(finished);
                        continue;
                    }
                    Outcome::Passed | Outcome::Noted | Outcome::Warned => _ = passed.insert(finished.id.clone()),
                    _ => {}
                }
                told(tell, finished, &shared);
            }
        }
        drop(running);
        if jobs == 1 && later.is_empty() {
            break;
        }
        (batch, jobs) = (std::mem::take(&mut later), 1);
    }
    for finished in blocked {
        told(tell, blamed(finished, &passed), &shared);
    }
    if let Some(plan) = properties {
        let mut ears = properties::run::Ears {
            // They come after every item of the registry.
            record: &mut |record| collect(&mut sights, places.len(), record, &settings.base, &shared),
            finished: &mut |finished| told(tell, finished, &shared),
        };
        cleaned.add(properties::run::run(&plan, &shared, &rulebooks, &settings.base, &interrupt, &mut ears).await);
    }
    sights.sort_by_key(|sight| (sight.place, sight.seen.exchange));
    for item in selected.iter().filter(|item| item.is_watcher()) {
        told(tell, judge_watcher(item, &sights, &rulebooks, &shared), &shared);
    }
    if !settings.keep {
        cleaned.add(cleanup::cleanup(&shared.client).await);
    }
    tell(Event::Cleaned(cleaned.clone()));
    tell(Event::Ended(Ended {
        exchanges: shared.client.sent(),
        milliseconds: start.elapsed().as_millis() as u64,
        interrupted: *interrupt.borrow_and_update(),
        target_gone: shared.client.is_target_gone(),
    }));
    let nothing_left = cleaned.left.is_empty() && !settings.keep;
    if nothing_left && let Err(error) = shared.client.ledger.close() {
        cleaned.left.push(cleanup::Leftover { place: "ledger".into(), reason: error.to_string() });
    }
    cleaned
}

/// Whether the target failed or fell silent, which it may do under load alone. Invariants tell of it all the same.
fn stumbled(record: &Record, stop: Option<&Stop>) -> bool {
    let failed = |kept: &Kept| matches!(kept.exchange.answer.status, 500 | 502..);
    matches!(stop, Some(Stop::Inconclusive(_))) || record.kept.iter().any(failed)
}

/// A blocked check names one that failed. If that one passed, the target does now this, now that, and nobody is to blame.
fn blamed(mut finished: Finished, passed: &BTreeSet<String>) -> Finished {
    if let Some(owner) = finished.blocked_by.filter(|owner| passed.contains(*owner)) {
        let reason = finished.reason.take().unwrap_or_default();
        finished.reason = Some(format!("{reason}; but {owner}, which judges this, saw nothing wrong"));
        (finished.outcome, finished.blocked_by) = (Outcome::Inconclusive, None);
    }
    finished
}

/// Tells of a decided item, without secrets.
fn told(tell: &mut (dyn FnMut(Event) + Send), mut finished: Finished, shared: &Shared) {
    finished.redact(&shared.client.redactor);
    tell(Event::Finished(Box::new(finished)));
}

async fn prepare(client: Client, settings: &Settings, selected: &[Item]) -> Shared {
    let facts =
        probe::discover(&client, settings.credentials != Credentials::Anonymous, settings.base.starts_with("https:"))
            .await;
    if let Some(id) = &settings.fixture_user
        && let Ok(sent) = client.send(Request::get(format!("/Users/{}", crate::target::exchange::encode(id)))).await
        && let (200, Some(was)) = (sent.exchange.answer.status, sent.exchange.answer.json)
    {
        // Kept before anything could change it. A ledger that cannot be written shows up at the first create.
        let _ = client.ledger.keep_fixture(id, was);
    }
    let scope = Scope { key: client.guard.key().clone(), secrets: settings.credentials.secrets() };
    Shared {
        watch: Watch::new(selected, scope),
        base: settings.base.clone(),
        client,
        facts,
        evidence: Budget::new(EVIDENCE),
        settle: settings.settle,
        mail_domain: settings.mail_domain.clone(),
        credentials: settings.credentials.clone(),
        login_probe: settings.login_probe.clone(),
        fixture_user: settings.fixture_user.clone(),
        timeout: settings.timeout,
        password_stem: settings.password_stem.clone(),
        counter: AtomicU64::new(1),
        keep: settings.keep,
    }
}

/// A user and a group that no story names: nothing may happen to them.
struct Bystanders {
    case: Case,
    seen: std::sync::Mutex<BTreeMap<String, serde_json::Value>>,
}

impl Bystanders {
    async fn new(shared: &Arc<Shared>) -> Bystanders {
        let case = Case::new(shared.clone());
        let mut seen = BTreeMap::new();
        // Without them the run still says all the rest; creating is judged by checks of its own.
        if let Ok(user) = case.given_user().await {
            let group = case.given_group(&[&user]).await;
            for resource in [Some(user), group.ok()].into_iter().flatten() {
                if let Ok(read) = case.read(&resource).await {
                    seen.insert(resource.path(), read.answer.json.unwrap_or_default());
                }
            }
        }
        Bystanders { case, seen: std::sync::Mutex::new(seen) }
    }

    /// Reads them again after a story that changed something.
    async fn look(&self, shared: &Shared, record: &mut Record) {
        let Some(wrote) = record.wrote else { return };
        let paths: Vec<String> = self.lock().keys().cloned().collect();
        for path in paths {
            let Ok(read) = self.case.get(&path).await else { return };
            // A bystander that is gone is compared as nothing: that is a change.
            let after = if read.answer.status == 200 { read.answer.json.clone() } else { None }.unwrap_or_default();
            let Some(before) = self.lock().insert(path, after.clone()) else { continue };
            let change = record.kept[wrote].exchange.clone();
            let number = record.kept.len();
            let watched = shared.watch.transition(true, &before, &change, &after, number, &shared.client.guard);
            record.watched.extend(watched);
            record.kept.push(Kept::new(&read, true, &shared.client.redactor));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, serde_json::Value>> {
        self.seen.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}

/// Runs one story to its end, or to its time limit, or to the user's interrupt.
async fn run_story(
    item: Item,
    shared: Arc<Shared>,
    bystanders: &Bystanders,
    mut interrupt: watch::Receiver<bool>,
) -> (Record, Option<Stop>, Cleaned) {
    let case = Case::new(shared.clone());
    let limit = shared.timeout * PATIENCE;
    let story = async {
        if shared.client.is_target_slow() {
            return Err(Stop::Inconclusive("too many requests before had no answer in time".into()));
        }
        match item {
            Item::Check(check) => (check.story)(&case).await,
            Item::Form(family, form) => (family.story)(&case, form, family.reads).await,
            Item::Invariant(_) | Item::Transition(_) => Ok(()),
        }
    };
    // A panic is a bug of ours; what the story has created is to be removed all the same.
    let story = AssertUnwindSafe(story)
        .catch_unwind()
        .map(|end| end.unwrap_or_else(|_| Err(Stop::Error("this check itself broke down; please report it".into()))));
    let end = tokio::select! {
        // First, so that nothing begins after the interrupt.
        biased;
        Ok(_) = interrupt.wait_for(|stopped| *stopped) => Some(Stop::Inconclusive("the run was broken off".into())),
        end = tokio::time::timeout(limit, AssertUnwindSafe(story).catch_unwind()) => match end {
            Ok(Ok(end)) => end.err(),
            // The run goes on and cleans up; the panic has told of itself on stderr.
            Ok(Err(_)) => Some(Stop::Error("the check broke down: a mistake of ours".into())),
            Err(_) => Some(Stop::Inconclusive(format!("it was not done after {limit:?}"))),
        },
    };
    let (mut record, cleaned) = case.finish().await;
    bystanders.look(&shared, &mut record).await;
    (record, end, cleaned)
}

/// The result of a story: the worst of its verdicts and of the reason why it ended.
fn judge_story(
    item: Item,
    record: &Record,
    stop: Option<Stop>,
    rulebooks: &[Rulebook],
    base: &str,
    shared: &Shared,
) -> Finished {
    let counted = record.verdicts.iter().filter(|verdict| rulebooks.contains(&verdict.rulebook));
    let verdicts: Vec<&Verdict> = counted.collect();
    let (stopped, reason, blocked_by) = match stop {
        // A target that refuses every step leaves nothing to judge. On the correct server a test forbids it.
        None if verdicts.is_empty() => (Some(Outcome::Inconclusive), Some("there was nothing to judge".into()), None),
        None => (None, None, None),
        Some(Stop::Blocked { by, reason }) => (Some(Outcome::Blocked), Some(reason), Some(by)),
        Some(Stop::Inconclusive(reason)) => (Some(Outcome::Inconclusive), Some(reason), None),
        Some(Stop::Unsupported(reason)) => (Some(Outcome::Unsupported), Some(reason), None),
        Some(Stop::Error(reason)) => (Some(Outcome::Error), Some(reason), None),
    };
    let mut findings: Vec<Finding> = Vec::new();
    for verdict in &verdicts {
        let Some(difference) = &verdict.difference else { continue };
        match findings.iter_mut().find(|known| is_same_cause(&known.difference, difference)) {
            Some(known) => {
                known.outcome = known.outcome.max(verdict.outcome);
                if !known.rules.contains(&verdict.rule) {
                    known.rules.push(verdict.rule);
                }
                if !known.steps.contains(&verdict.step) {
                    known.steps.push(verdict.step.clone());
                }
            }
            None => findings.push(Finding {
                outcome: verdict.outcome,
                rules: vec![verdict.rule],
                difference: difference.clone(),
                steps: vec![verdict.step.clone()],
                exchanges: evidence(record, verdict.exchange, shared),
                reproduce: afforded_lines(reproduce(&record.kept, verdict.exchange, base, shared), shared),
            }),
        }
    }
    let by_rule = worst_by_rule(&verdicts);
    Finished {
        id: item.id(),
        title: item.title(),
        feature: item.feature(),
        effect: item.effect(),
        outcome: worst(by_rule.iter().map(|verdict| verdict.result).chain(stopped)),
        reason,
        blocked_by,
        verdicts: by_rule,
        findings,
    }
}

/// Whether two readings of one story show the same thing wrong: the same attribute, wherever the resource was read.
fn is_same_cause(left: &Difference, right: &Difference) -> bool {
    let attribute = |difference: &Difference| match difference.pointer.strip_prefix("/Resources/") {
        Some(row) => row.split_once('/').map_or_else(|| difference.pointer.clone(), |(_, rest)| format!("/{rest}")),
        None => difference.pointer.clone(),
    };
    left.expected == right.expected && attribute(left) == attribute(right)
}

/// The worst outcome, where "unsupported" says something only if there is nothing else.
fn worst(outcomes: impl Iterator<Item = Outcome>) -> Outcome {
    let outcomes: Vec<Outcome> = outcomes.collect();
    let decided = outcomes.iter().filter(|outcome| **outcome != Outcome::Unsupported).max();
    decided.copied().unwrap_or(Outcome::Unsupported)
}

fn worst_by_rule(verdicts: &[&Verdict]) -> Vec<RuleVerdict> {
    let mut by_rule: Vec<&Verdict> = Vec::new();
    for verdict in verdicts {
        match by_rule.iter_mut().find(|known| known.rule == verdict.rule) {
            Some(known) if verdict.outcome > known.outcome => *known = verdict,
            Some(_) => {}
            None => by_rule.push(verdict),
        }
    }
    by_rule
        .into_iter()
        .map(|verdict| RuleVerdict {
            rule: verdict.rule,
            rulebook: verdict.rulebook,
            level: verdict.level,
            result: verdict.outcome,
            reason: verdict.difference.as_ref().map(|it| format!("expected {}, got {}", it.expected, it.got)),
            pointer: verdict.difference.as_ref().map(|it| it.pointer.clone()),
        })
        .collect()
}

/// What a watcher saw, in which story, and what shows it.
pub(super) struct Sight {
    /// The story's place in the registry.
    place: usize,
    pub(super) seen: Watched,
    evidence: Option<Evidence>,
    reproduce: Vec<String>,
}

/// Keeps what watchers saw: each finding once for its endpoint, and one passing sight of each. Stories end in any order;
/// the first in the registry is the one that is shown, so that two runs tell the same.
pub(super) fn collect(sights: &mut Vec<Sight>, place: usize, record: &Record, base: &str, shared: &Shared) {
    for seen in &record.watched {
        let known = sights.iter().position(|Sight { seen: known, .. }| {
            known.item == seen.item
                && known.endpoint == seen.endpoint
                && std::mem::discriminant(&known.judgement) == std::mem::discriminant(&seen.judgement)
        });
        if known.is_some_and(|known| sights[known].place <= place) {
            continue;
        }
        let shows = (seen.judgement != Judgement::Holds).then_some(seen.exchange);
        let sight = Sight {
            place,
            seen: seen.clone(),
            evidence: shows.map(|at| evidence_of(&record.kept[at].exchange, shared)),
            reproduce: reproduce(&record.kept, shows, base, shared),
        };
        match known {
            Some(known) => sights[known] = sight,
            None => sights.push(sight),
        }
    }
}

pub(super) fn judge_watcher(item: &Item, sights: &[Sight], rulebooks: &[Rulebook], shared: &Shared) -> Finished {
    let rules: Vec<&catalogue::Rule> = item
        .rules()
        .into_iter()
        .filter_map(catalogue::rule)
        .filter(|rule| rulebooks.contains(&rule.rulebook))
        .collect();
    let id = item.id();
    let sights: Vec<&Sight> = sights.iter().filter(|sight| sight.seen.item == id).collect();
    let mut findings = Vec::new();
    for sight in &sights {
        let (difference, outcome) = match &sight.seen.judgement {
            Judgement::Holds => continue,
            Judgement::Variation(difference) => (difference, Some(Outcome::Noted)),
            Judgement::Doubtful(difference) => (difference, Some(Outcome::Warned)),
            Judgement::Broken(difference) => (difference, None),
        };
        let outcome = outcome.or_else(|| rules.iter().map(|rule| breach(rule.level)).max()).unwrap_or(Outcome::Noted);
        findings.push(Finding {
            outcome,
            rules: rules.iter().map(|rule| rule.id.as_str()).collect(),
            difference: difference.clone(),
            steps: vec![sight.seen.endpoint.clone()],
            exchanges: sight.evidence.iter().cloned().map(|evidence| afforded(evidence, shared)).collect(),
            reproduce: afforded_lines(sight.reproduce.clone(), shared),
        });
    }
    let seen = (!sights.is_empty()).then_some(Outcome::Passed);
    let outcome = worst(findings.iter().map(|finding: &Finding| finding.outcome).chain(seen));
    let first = findings.iter().max_by_key(|finding| finding.outcome);
    let verdicts = rules
        .iter()
        .map(|rule| RuleVerdict {
            rule: rule.id.as_str(),
            rulebook: rule.rulebook,
            level: rule.level,
            result: match first {
                Some(finding) if finding.outcome == Outcome::Failed => breach(rule.level),
                Some(finding) => finding.outcome,
                None => outcome,
            },
            reason: first.map(|it| format!("expected {}, got {}", it.difference.expected, it.difference.got)),
            pointer: first.map(|it| it.difference.pointer.clone()),
        })
        .collect();
    Finished {
        id,
        title: item.title(),
        feature: item.feature(),
        effect: item.effect(),
        outcome,
        reason: sights.is_empty().then(|| "no exchange of this run said anything on it".into()),
        blocked_by: None,
        verdicts,
        findings,
    }
}

/// The exchange that shows a finding, and the change before it.
fn evidence(record: &Record, at: Option<usize>, shared: &Shared) -> Vec<Evidence> {
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
fn afforded(mut evidence: Evidence, shared: &Shared) -> Evidence {
    for text in evidence.sent.iter_mut().chain([&mut evidence.got]) {
        if !shared.evidence.spend(clean::json(text).len()) {
            *text = "[left out: the findings before this one hold too much already]".into();
        }
    }
    evidence
}

fn afforded_lines(lines: Vec<String>, shared: &Shared) -> Vec<String> {
    if shared.evidence.spend(lines.iter().map(String::len).sum()) { lines } else { Vec::new() }
}

fn reproduce(kept: &[Kept], at: Option<usize>, base: &str, shared: &Shared) -> Vec<String> {
    let Some(at) = at else { return Vec::new() };
    // What shows the finding, whoever asked for it, and what the story did before.
    let before = kept.iter().take(at).filter(|kept| kept.asked);
    let asked: Vec<&Exchange> = before.chain(kept.get(at)).map(|kept| &kept.exchange).collect();
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
