//! Sequences against the reference server in this process: a fresh one for each, on a paused clock, with counted
//! randomness, so that a crash repeats.

use std::time::Duration;

use scim_reference_server::{BASE_PATH, Config, Defect, defects};
use scimprove::report::sequence::render;
use scimprove::runner::sequence::{Played, play, shared};
use scimprove::sequence::bind::Manners;
use scimprove::sequence::{Seq, text};
use scimprove::target::Client;
use scimprove::target::credentials::Credentials;
use scimprove::target::guard::{Guard, Key};
use scimprove::target::http::Limits;
use scimprove::target::ledger::Ledger;
use scimprove::target::pace::Pace;
use scimprove::target::redact::Redactor;
use scimprove::target::service::ServiceTarget;
use tokio::runtime::{Builder, Runtime};

const ORIGIN: &str = "http://scim.example";
const TOKEN: &str = "a-token-of-this-fuzzer";
/// What the canary's server gets wrong: a fault that needs a create, a form of PATCH, and an eye for what is missing.
const CANARY: &str = "patch.pathless-ignored";

thread_local! {
    static RUNTIME: Runtime =
        Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime of one thread");
}

/// Plays a sequence against the correct server.
///
/// # Panics
/// If anything is found.
pub fn ops_inproc(data: &[u8]) {
    hold(data, &[]);
}

/// Plays a sequence against a server with a fault: if this does not panic soon, then grammar, oracle or fuzzer are blind.
///
/// # Panics
/// If the fault is found.
pub fn canary(data: &[u8]) {
    let defect = defects::named(CANARY).expect("the canary's defect");
    hold(data, &[defect]);
}

fn hold(data: &[u8], defects: &[&'static Defect]) {
    // A text that a mutation has broken is no sequence.
    let Ok(seq) = text::read(data) else { return };
    let played = played(&seq, defects);
    let is_clean = played.faults().next().is_none() && played.unanswered.is_empty() && played.cleaned.left.is_empty();
    assert!(
        is_clean,
        "{}\nunanswered: {:?}\nleft behind: {:?}",
        render(played.faults(), &played, &seq),
        played.unanswered,
        played.cleaned.left
    );
}

/// Plays a sequence against a server with these defects.
pub fn played(seq: &Seq, defects: &[&'static Defect]) -> Played {
    RUNTIME.with(|runtime| {
        runtime.block_on(async {
            let credentials = Credentials::Bearer(TOKEN.into());
            let limits = Limits { time: Duration::from_secs(10), ..Limits::default() };
            let router = scim_reference_server::router(config(defects));
            let target = ServiceTarget::new(router, BASE_PATH, credentials.clone(), limits);
            let guard = Guard::new(Key::new("kfuzzfuzzfuzz").expect("a key"), None);
            let redactor = Redactor::new([TOKEN.to_string()]);
            let client = Client::new(Box::new(target), guard, Ledger::in_memory(), redactor, Pace::new(None));
            let shared = shared(client, credentials, "example.com", &format!("{ORIGIN}{BASE_PATH}"));
            play(&shared, seq, Manners::LOCAL).await
        })
    })
}

fn config(defects: &[&'static Defect]) -> Config {
    Config { defects: defects.to_vec(), ..Config::repeatable(ORIGIN, TOKEN) }
}

/// Runs something on this thread's paused clock.
pub(crate) fn on_paused_clock<T>(work: impl Future<Output = T>) -> T {
    RUNTIME.with(|runtime| runtime.block_on(work))
}

/// Raw access to a fresh server, without a guard.
pub(crate) fn fresh_target() -> impl scimprove::target::Target {
    let router = scim_reference_server::router(config(&[]));
    ServiceTarget::new(router, BASE_PATH, Credentials::Bearer(TOKEN.into()), Limits::default())
}
