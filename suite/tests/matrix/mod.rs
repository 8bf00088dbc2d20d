//! The whole suite against the reference server in this process, on a paused clock: waits cost nothing, nothing is
//! random, and a run takes a fraction of a second.
#![allow(dead_code, unreachable_pub, unused_imports)]

pub mod bends;
pub mod document;
pub mod odd;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use scim_reference_server::{Account, BASE_PATH, Config, Defect, Policy, Tenancy, Tenant, variants};
use scimprove::catalogue::{self, Rulebook, Rules};
use scimprove::check::Item;
use scimprove::checks;
use scimprove::properties::Plan;
use scimprove::report::Story;
use scimprove::runner::fit::Fit;
use scimprove::runner::{Run, Settings, run};
use scimprove::target::credentials::{Credentials, Others};
use scimprove::target::guard::{Guard, Key};
use scimprove::target::http::Limits;
use scimprove::target::ledger::Ledger;
use scimprove::target::login::LoginProbe;
use scimprove::target::pace::Pace;
use scimprove::target::redact::Redactor;
use scimprove::target::service::ServiceTarget;
use scimprove::target::{Client, Request, Target};

use bends::{Bend, BentTarget};
pub use odd::{Odd, Refuses};

/// The origin that the server believes to have.
pub const ORIGIN: &str = "http://scim.example";
pub const TOKEN: &str = "a-token-of-this-test";
/// Somebody who was there before SCIM, and owns the organisation.
const OWNER: &str = "ada@corp.example";
/// The token of another organisation.
const SECOND: &str = "a-token-of-somebody-else";
/// The token of somebody who may read.
const LOW: &str = "a-token-to-read-with";
/// The beginning of every password.
const STEM: &str = "Pw-matrix-aA1";

/// What counts by default.
pub const BOOKS: [Rulebook; 2] = [Rulebook::Rfc, Rulebook::Okta];

/// Everything that a check cites.
pub const ALL_BOOKS: [Rulebook; 3] = [Rulebook::Rfc, Rulebook::Okta, Rulebook::Entra];

/// What a run is made against.
#[derive(Clone)]
pub struct Peer {
    /// How the server behaves.
    pub policy: Policy,
    /// How it is wrong.
    pub defects: Vec<&'static Defect>,
    /// How its answers are bent on their way.
    pub bend: Option<Bend>,
    /// What is odd about it.
    pub odd: Odd,
    /// What made-up users are like, to begin with.
    pub fit: Fit,
    /// The word that marks what the run creates.
    pub key: &'static str,
    /// Checks at a time.
    pub jobs: usize,
}

impl Peer {
    /// The correct server.
    pub fn correct() -> Peer {
        let fit = Fit { mail_domain: "example.com".into(), ..Fit::default() };
        Peer {
            policy: extended(Policy::okta()),
            defects: Vec::new(),
            bend: None,
            odd: Odd::No,
            fit,
            key: "kmatrixmatrix",
            jobs: 4,
        }
    }
}

/// Runs every check against this peer, or those that were chosen. What is of Entra alone meets the same server in the mode
/// that Entra needs: some of it is what the RFCs have refused.
pub fn story(peer: &Peer, rulebooks: &[Rulebook]) -> Story {
    let book = |id: &&str| catalogue::rule(id).map(|rule| rule.rulebook);
    let counts = |id: &&str| book(id).is_some_and(|book| rulebooks.contains(&book));
    let selected = items().into_iter().filter(|item| item.rules().iter().any(counts));
    let is_of_entra = |item: &Item| item.rules().iter().all(|id| book(id) == Some(Rulebook::Entra));
    let (of_entra, others): (Vec<Item>, Vec<Item>) = selected.partition(is_of_entra);
    let mut story = story_of(peer, rulebooks, others, None);
    if !of_entra.is_empty() {
        let own = story_of(&Peer { policy: extended(Policy::entra()), ..peer.clone() }, rulebooks, of_entra, None);
        story.finished.extend(own.finished);
        if let (Some(cleaned), Some(own)) = (&mut story.cleaned, own.cleaned) {
            cleaned.left.extend(own.left);
        }
    }
    story
}

/// The core schemas lack what is immutable, shown on request, a date or a number: an extension has it.
fn extended(mut policy: Policy) -> Policy {
    let extended = variants::all().find(|variant| variant.name == "schema.own-extension").expect("the variant");
    (extended.change)(&mut policy);
    policy
}

/// What a person who writes checks looks at: `SCIMPROVE_CHECKS=bulk,etag` keeps checks whose ids begin so. Everything by
/// default.
pub fn items() -> Vec<Item> {
    let all = checks::items();
    match std::env::var("SCIMPROVE_CHECKS") {
        Ok(chosen) => {
            let is_chosen = |item: &Item| chosen.split(',').any(|beginning| item.id().starts_with(beginning));
            all.into_iter().filter(is_chosen).collect()
        }
        Err(_) => all,
    }
}

/// Whether everything is looked at: what is said of all checks holds of nothing less.
pub fn is_whole() -> bool {
    std::env::var_os("SCIMPROVE_CHECKS").is_none()
}

/// Runs these checks against this peer.
pub fn story_with(peer: &Peer, selected: Vec<Item>) -> Story {
    story_of(peer, &BOOKS, selected, None)
}

/// Tries properties on this peer, and nothing else.
pub fn properties(peer: &Peer, rulebooks: &[Rulebook], plan: Plan) -> Story {
    story_of(peer, rulebooks, Vec::new(), Some(plan))
}

fn story_of(peer: &Peer, rulebooks: &[Rulebook], selected: Vec<Item>, properties: Option<Plan>) -> Story {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
    runtime.block_on(async {
        let config = || {
            let mut config = Config {
                policy: peer.policy.clone(),
                tenants: vec![Tenant { name: "second".into(), token: SECOND.into(), by: Tenancy::Credential }],
                reader_token: Some(LOW.into()),
                accounts: vec![Account { user_name: OWNER.into(), password: None, owner: true }],
                ..Config::repeatable(ORIGIN, TOKEN)
            };
            peer.odd.configure(&mut config);
            config
        };
        let fixture = owner(config()).await;
        let router = scim_reference_server::router(Config { defects: peer.defects.clone(), ..config() });
        let limits = Limits { time: Duration::from_secs(10), ..Limits::default() };
        let credentials = Credentials::Bearer(TOKEN.into());
        let target = ServiceTarget::new(router.clone(), BASE_PATH, credentials.clone(), limits);
        let target: Box<dyn Target> = match peer.bend {
            Some(bend) => Box::new(BentTarget::new(target, bend)),
            None => peer.odd.around(target),
        };
        let guard = Guard::new(Key::new(peer.key).expect("a key"), fixture.clone());
        let redactor = Redactor::new([TOKEN.to_string(), STEM.to_string()]);
        let client = Client::new(target, guard, Ledger::in_memory(), redactor, Pace::new(None));
        let door = ServiceTarget::new(router, "", Credentials::Anonymous, limits);
        let door: Arc<dyn Target> = match peer.bend {
            Some(bend) => Arc::new(BentTarget::new(door, bend)),
            None => Arc::new(door),
        };
        let settings = Settings {
            base: format!("{ORIGIN}{BASE_PATH}"),
            embedded: true,
            insecure: false,
            credentials,
            others: Others { second: Some(SECOND.into()), low: Some(LOW.into()) },
            jobs: peer.jobs,
            concurrency: true,
            settle: Duration::from_secs(2),
            timeout: limits.time,
            fit: peer.fit.clone(),
            login_probe: Some(LoginProbe::Service(door, "/login".into())),
            application: None,
            spare: None,
            last_owner: fixture.is_some(),
            fixture_user: fixture,
            password_stem: STEM.into(),
            keep: false,
            profile: None,
        };
        let (_stop, interrupt) = tokio::sync::watch::channel(false);
        let mut story = Story::default();
        let it = Run { client, settings, selected, rulebooks: rulebooks.to_vec(), rules: Rules::default(), properties };
        run(it, interrupt, &mut |event| story.hear(event)).await;
        story
    })
}

/// Whom the run finds there, as an administrator has made them: the id, as the same server without defects tells it.
async fn owner(config: Config) -> Option<String> {
    let router = scim_reference_server::router(config);
    let credentials = Credentials::Bearer(TOKEN.into());
    let target = ServiceTarget::new(router, BASE_PATH, credentials, Limits::default());
    let list = target.send(&Request::get("/Users").query("count", 1)).await.ok()?;
    Some(list.json?.pointer("/Resources/0/id")?.as_str()?.to_string())
}

/// Does something with each of many, on every core, and gives the results in order.
pub fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let worker = || {
            let mut done = Vec::new();
            while let Some((at, item)) =
                Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, items.get(at)?)))
            {
                done.push((at, work(item)));
            }
            done
        };
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic in a worker")).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
