//! Runs the selected items against one target.

use std::collections::{BTreeSet, HashMap};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use futures::{FutureExt, StreamExt};
use scim_profile::Profile;
use tokio::sync::watch;
use tokio::time::Instant;

use super::bystanders::Bystanders;
use super::case::{Case, Kept, Record, Shared, Stop};
use super::event::{Ended, Event, Finished, Started};
use super::fit::{self, Fit};
use super::judge::{Sight, collect, judge_story, judge_watcher};
use super::promise::promise;
use super::watch::Watch;
use crate::catalogue::{Rulebook, Rules};
use crate::check::{Item, Outcome, Scope};
use crate::probe::{self, Facts};
use crate::properties;
use crate::target::application::{Application, Spare};
use crate::target::budget::Budget;
use crate::target::cleanup::{self, Cleaned};
use crate::target::credentials::{Credentials, Others};
use crate::target::login::LoginProbe;
use crate::target::{Client, Request};

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
    /// The tokens of others.
    pub others: Others,
    /// Checks at a time.
    pub jobs: usize,
    /// Whether a check may send several requests at the same time.
    pub concurrency: bool,
    /// How long lists and filters may lag behind.
    pub settle: Duration,
    /// How long one request may take.
    pub timeout: Duration,
    /// What made-up users are like, until the target wants them otherwise.
    pub fit: Fit,
    /// Whether a user can log in at the product.
    pub login_probe: Option<LoginProbe>,
    /// The way to the application behind SCIM.
    pub application: Option<Application>,
    /// An organisation that is there to be thrown away.
    pub spare: Option<Spare>,
    /// A user that exists already.
    pub fixture_user: Option<String>,
    /// Whether that one is the last owner, who must not be shut out.
    pub last_owner: bool,
    /// The beginning of every made-up password.
    pub password_stem: String,
    /// Leave what was created.
    pub keep: bool,
    /// What the product says of itself: what it does not take is not asked of it.
    pub profile: Option<Arc<Profile>>,
}

/// A run that can be started.
pub struct Run {
    /// The way to the target.
    pub client: Client,
    /// How to behave.
    pub settings: Settings,
    /// What to check.
    pub selected: Vec<Item>,
    /// The rulebooks that count; the claims of a profile always do.
    pub rulebooks: Vec<Rulebook>,
    /// The rules that there are.
    pub rules: Rules,
    /// Properties to try after the checks.
    pub properties: Option<properties::Plan>,
}

/// What the bodies and the shell lines of all findings may take together, in bytes of a report.
pub(super) const EVIDENCE: usize = 8 << 20;

/// A check may take as long as this many single requests.
const PATIENCE: u32 = 10;

/// The moment, to the second.
fn now() -> String {
    let now = jiff::Timestamp::now();
    now.round(jiff::Unit::Second).unwrap_or(now).to_string()
}

/// Runs everything, tells each event, and cleans up. `interrupt` turns true when the user breaks off.
pub async fn run(run: Run, mut interrupt: watch::Receiver<bool>, tell: &mut (dyn FnMut(Event) + Send)) -> Cleaned {
    let start = Instant::now();
    let Run { client, settings, selected, mut rulebooks, rules, properties } = run;
    if !rules.claims().is_empty() {
        rulebooks.push(Rulebook::Profile);
    }
    tell(Event::Started(Box::new(Started {
        at: now(),
        target: settings.base.clone(),
        embedded: settings.embedded,
        insecure: settings.insecure,
        login_probe: settings.login_probe.is_some(),
        rulebooks: rulebooks.clone(),
        key: client.guard.key().word().into(),
        selected: selected.len(),
        ledger: client.ledger.path().map(|path| path.display().to_string()),
        promise: settings.profile.as_deref().map(|profile| promise(profile, &selected)),
    })));
    let mut shared = Arc::new(prepare(client, &settings, rules, &selected).await);
    let mut cleaned = Cleaned::default();
    let trial = Case::new(shared.clone());
    let (fit, choices) = fit::find(&trial, &settings.fit).await;
    cleaned.add(trial.finish().await.1);
    // Nobody else has it yet.
    if let Some(shared) = Arc::get_mut(&mut shared) {
        shared.fit = fit;
    }
    tell(Event::Fitted(choices.into_iter().map(|choice| choice.redacted(&shared.client.redactor)).collect()));
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
        // What a story could not take away is tried again now, and counts only if it is there even then.
        cleaned.left.retain(|leftover| leftover.place == "ledger");
        cleaned.add(cleanup::cleanup(&shared.client).await);
    }
    tell(Event::Cleaned(cleaned.clone()));
    tell(Event::Ended(Ended {
        exchanges: shared.client.sent(),
        milliseconds: start.elapsed().as_millis() as u64,
        interrupted: *interrupt.borrow_and_update(),
        target_gone: shared.client.is_target_gone(),
        lost_login: shared.client.lost_login().map(|error| error.to_string()),
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

async fn prepare(client: Client, settings: &Settings, rules: Rules, selected: &[Item]) -> Shared {
    let (has_credentials, is_tls) = (!settings.credentials.is_anonymous(), settings.base.starts_with("https:"));
    [&settings.others.second, &settings.others.low].into_iter().flatten().for_each(|it| client.redactor.learn(it));
    let facts = probe::discover(&client, has_credentials, is_tls, settings.profile.clone()).await;
    let facts = Facts { has_second_tenant: settings.others.second.is_some(), ..facts };
    if let Some(id) = &settings.fixture_user
        && let Ok(sent) = client.send(Request::get(format!("/Users/{}", crate::target::exchange::encode(id)))).await
        && let (200, Some(was)) = (sent.exchange.answer.status, sent.exchange.answer.json)
    {
        // Kept before anything could change it. A ledger that cannot be written shows up at the first create.
        let _ = client.ledger.keep_fixture(id, was);
    }
    let scope = Scope { key: client.guard.key().clone(), credentials: settings.credentials.clone() };
    Shared {
        watch: Watch::new(selected, scope),
        base: settings.base.clone(),
        client,
        facts,
        rules,
        embedded: settings.embedded,
        evidence: Budget::new(EVIDENCE),
        settle: settings.settle,
        fit: settings.fit.clone(),
        credentials: settings.credentials.clone(),
        others: settings.others.clone(),
        login_probe: settings.login_probe.clone(),
        application: settings.application.clone(),
        spare: settings.spare.clone(),
        fixture_user: settings.fixture_user.clone(),
        last_owner: settings.last_owner,
        timeout: settings.timeout,
        password_stem: settings.password_stem.clone(),
        counter: AtomicU64::new(1),
        concurrency: settings.concurrency,
        keep: settings.keep,
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
        if !matches!(item, Item::Demand(_)) && shared.facts.declines(item.feature()) {
            return Err(Stop::Unsupported("the product says that it does not offer this".into()));
        }
        match item {
            Item::Check(check) => (check.story)(&case).await,
            Item::Form(family, form) => (family.story)(&case, form, family.reads).await,
            Item::Demand(demand) => (demand.story)(&case).await,
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
