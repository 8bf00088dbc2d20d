//! The whole suite against the reference server in this process, on a paused clock: waits cost nothing, nothing is
//! random, and a run takes a fraction of a second.
#![allow(dead_code, unreachable_pub)]

pub mod bends;
pub mod document;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use scim_reference_server::{BASE_PATH, Config, Defect, Policy};
use scimprove::catalogue::Rulebook;
use scimprove::checks;
use scimprove::report::Story;
use scimprove::runner::{Run, Settings, run};
use scimprove::scim::urn;
use scimprove::target::credentials::Credentials;
use scimprove::target::guard::{Guard, Key};
use scimprove::target::http::Limits;
use scimprove::target::ledger::Ledger;
use scimprove::target::login::LoginProbe;
use scimprove::target::pace::Pace;
use scimprove::target::redact::Redactor;
use scimprove::target::service::ServiceTarget;
use scimprove::target::{Client, Request, Target};
use serde_json::json;
use tokio::time::Instant;

use bends::{Bend, BentTarget};

/// The origin that the server believes to have.
pub const ORIGIN: &str = "http://scim.example";
pub const TOKEN: &str = "a-token-of-this-test";
/// The beginning of every password.
const STEM: &str = "Pw-matrix-aA1";

/// What counts by default.
pub const BOOKS: [Rulebook; 2] = [Rulebook::Rfc, Rulebook::Okta];

/// What a run is made against.
#[derive(Clone)]
pub struct Peer {
    /// How the server behaves.
    pub policy: Policy,
    /// How it is wrong.
    pub defects: Vec<&'static Defect>,
    /// How its answers are bent on their way.
    pub bend: Option<Bend>,
}

impl Peer {
    /// The correct server.
    pub fn correct() -> Peer {
        Peer { policy: Policy::okta(), defects: Vec::new(), bend: None }
    }
}

/// Runs every check against this peer.
pub fn story(peer: &Peer, rulebooks: &[Rulebook]) -> Story {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
    runtime.block_on(async {
        let router = scim_reference_server::router(config(peer));
        let limits = Limits { time: Duration::from_secs(10), ..Limits::default() };
        let credentials = Credentials::Bearer(TOKEN.into());
        let target = ServiceTarget::new(router.clone(), BASE_PATH, credentials.clone(), limits);
        let fixture = existing_user(&target).await;
        let target: Box<dyn Target> = match peer.bend {
            Some(bend) => Box::new(BentTarget::new(target, bend)),
            None => Box::new(target),
        };
        let guard = Guard::new(Key::new("kmatrixmatrix").expect("a key"), fixture.clone());
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
            jobs: 4,
            settle: Duration::from_secs(2),
            timeout: limits.time,
            mail_domain: "example.com".into(),
            login_probe: Some(LoginProbe::Service(door, "/login".into())),
            fixture_user: fixture,
            password_stem: STEM.into(),
            keep: false,
        };
        let selected = checks::items();
        let (_stop, interrupt) = tokio::sync::watch::channel(false);
        let mut story = Story::default();
        let it = Run { client, settings, selected, rulebooks: rulebooks.to_vec() };
        run(it, interrupt, &mut |event| story.hear(event)).await;
        story
    })
}

/// Somebody whom the run finds there, as an administrator may have made them.
async fn existing_user(target: &dyn Target) -> Option<String> {
    let body =
        json!({"schemas": [urn::USER], "userName": "ada@corp.example", "name": {"familyName": "Ada"}, "active": true});
    let created = target.send(&Request::post("/Users", body)).await.ok()?;
    Some(created.json?.get("id")?.as_str()?.to_string())
}

/// A server whose time is the runtime's, a millisecond later at each look, and whose randomness is counted.
fn config(peer: &Peer) -> Config {
    let mut config = Config::new(ORIGIN, TOKEN);
    config.policy = peer.policy.clone();
    config.defects = peer.defects.clone();
    let (start, looks) = (Instant::now(), AtomicU64::new(0));
    let first = Timestamp::from_second(1_800_000_000).expect("a time");
    config.clock = Arc::new(move || {
        let looks = i64::try_from(looks.fetch_add(1, Ordering::Relaxed)).unwrap_or(i64::MAX);
        let passed = SignedDuration::try_from(start.elapsed()).unwrap_or_default() + SignedDuration::from_millis(looks);
        first + passed
    });
    let drawn = AtomicU64::new(0);
    config.randomness = Arc::new(move |bytes| {
        for byte in bytes {
            // Splitmix64: every draw differs, and every run draws the same.
            let mut word = drawn.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
            word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            *byte = (word >> 56) as u8;
        }
    });
    config
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
