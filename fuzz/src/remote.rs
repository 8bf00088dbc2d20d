//! Sequences against any server: guarded, paced, written to a ledger, and cleaned up after each.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::Timestamp;
use scimprove::report::sequence::render;
use scimprove::runner::Finished;
use scimprove::runner::sequence::{Played, play, shared};
use scimprove::sequence::bind::Manners;
use scimprove::sequence::{Seq, text};
use scimprove::target::credentials::Credentials;
use scimprove::target::guard::{Guard, Key};
use scimprove::target::http::{HttpTarget, Limits, Trust, base_url};
use scimprove::target::ledger::{Head, Ledger};
use scimprove::target::pace::Pace;
use scimprove::target::redact::Redactor;
use scimprove::target::{Answer, Client, NoAnswer, Request, Target};
use tokio::runtime::Runtime;

const HELP: &str = "\
ops_remote plays sequences of SCIM operations against a server. Say where:

  SCIM_BASE_URL=https://app.example.com/scim/v2   the base URL
  SCIM_TOKEN=…                                    its bearer token
  SCIM_FUZZ_CONSENT=app.example.com               the host once more, unless it is this machine: only a server that you own
  SCIM_FUZZ_SKIP=protocol.location,…              findings that are known already, by their ids

Everything that it creates bears a random word in its name and is removed again; nothing else is ever changed. Off this
machine it sends 5 requests a second, creates 1,000 resources at most, and no user is active.";

/// Requests a second, off this machine.
const RATE: f64 = 5.0;
/// Resources that are created in all, off this machine.
const MOST_CREATED: u64 = 1_000;

struct Remote {
    base: String,
    credentials: Credentials,
    line: Arc<Line>,
    is_loopback: bool,
    known: Vec<String>,
    created: AtomicU64,
    runtime: Runtime,
}

/// The connection that all sequences share, and the pace of it.
struct Line {
    http: HttpTarget,
    pace: Pace,
}

struct OnLine(Arc<Line>);

impl Target for OnLine {
    fn send<'a>(&'a self, request: &'a Request) -> Pin<Box<dyn Future<Output = Result<Answer, NoAnswer>> + Send + 'a>> {
        Box::pin(async {
            self.0.pace.turn().await;
            self.0.http.send(request).await
        })
    }
}

static REMOTE: OnceLock<Remote> = OnceLock::new();

/// Reads the environment and tries the target, before the first input. Where it can't be used the process ends with 2.
pub fn reach() {
    let tried = Remote::from_environment().and_then(|remote| remote.try_out().map(|()| remote));
    match tried {
        Ok(remote) => drop(REMOTE.set(remote)),
        Err(reason) => {
            eprintln!("{reason}");
            std::process::exit(2);
        }
    }
}

/// Plays a sequence against the target of [`reach`].
///
/// # Panics
/// If anything is found, the target stops answering, or something is left behind.
pub fn ops_remote(data: &[u8]) {
    let (Some(remote), Ok(seq)) = (REMOTE.get(), text::read(data)) else { return };
    if !remote.is_loopback && remote.created.load(Ordering::Relaxed) >= MOST_CREATED {
        // libFuzzer goes on until its time is over; nothing is sent any more.
        std::thread::sleep(Duration::from_millis(100));
        return;
    }
    let (played, ledger) = remote.play(&seq).unwrap_or_else(|reason| panic!("{reason}"));
    let is_new = |finished: &&Finished| !remote.known.contains(&finished.id);
    let faults: Vec<&Finished> = played.faults().filter(is_new).collect();
    let left = (!played.cleaned.left.is_empty()).then(|| remote.leftovers(&played, ledger));
    let gone = played.target_gone.then_some("the target stopped answering");
    let is_clean = faults.is_empty() && left.is_none() && gone.is_none();
    assert!(is_clean, "{}\n{}{}", render(faults, &played, &seq), gone.unwrap_or_default(), left.unwrap_or_default());
}

impl Remote {
    fn from_environment() -> Result<Remote, String> {
        let variable = |name: &str| std::env::var(name).ok().filter(|text| !text.trim().is_empty());
        let base = variable("SCIM_BASE_URL").ok_or(HELP)?;
        let url = base_url(base.trim()).map_err(|error| error.to_string())?;
        let host = url.host_str().unwrap_or_default().to_string();
        let is_loopback = match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        if !is_loopback && variable("SCIM_FUZZ_CONSENT").is_none_or(|consent| consent.trim() != host) {
            return Err(format!("{HELP}\n\n{host} is not this machine: set SCIM_FUZZ_CONSENT={host} if it is yours"));
        }
        let credentials = match variable("SCIM_TOKEN") {
            Some(token) => Credentials::Bearer(token.trim().into()),
            None => Credentials::Anonymous,
        };
        let limits = Limits { time: Duration::from_secs(10), ..Limits::default() };
        let http =
            HttpTarget::new(&url, credentials.clone(), &Trust::default(), limits).map_err(|it| it.to_string())?;
        let pace = Pace::new((!is_loopback).then_some(RATE));
        let known = variable("SCIM_FUZZ_SKIP").unwrap_or_default();
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|it| it.to_string())?;
        Ok(Remote {
            base: url.as_str().trim_end_matches('/').into(),
            credentials,
            line: Arc::new(Line { http, pace }),
            is_loopback,
            known: known.split(',').map(|id| id.trim().to_string()).collect(),
            created: AtomicU64::new(0),
            runtime,
        })
    }

    /// One user is created and removed before anything else is done.
    fn try_out(&self) -> Result<(), String> {
        let seq =
            text::parse(include_str!("../seeds/ops_remote/create-a-user.scimseq")).map_err(|it| it.to_string())?;
        let (played, ledger) = self.play(&seq)?;
        let step = played.steps.first().cloned().unwrap_or_default();
        if !played.cleaned.left.is_empty() {
            return Err(format!(
                "one user was created to see whether it can be removed:{}",
                self.leftovers(&played, ledger)
            ));
        }
        if played.cleaned.removed == 0 {
            return Err(format!("no user can be created at {}: {step}\n\n{HELP}", self.base));
        }
        Ok(())
    }

    fn play(&self, seq: &Seq) -> Result<(Played, Option<String>), String> {
        let key = Key::random().map_err(|error| error.to_string())?;
        let head =
            Head { ledger: 1, key: key.word().into(), base: self.base.clone(), at: Timestamp::now().to_string() };
        let ledger = Ledger::create(Path::new("."), &head, !self.is_loopback).map_err(|error| error.to_string())?;
        let path = ledger.path().map(|path| path.display().to_string());
        let redactor = Redactor::new(self.credentials.secrets());
        let target = Box::new(OnLine(self.line.clone()));
        let client = Client::new(target, Guard::new(key, None), ledger, redactor, Pace::new(None));
        let shared = shared(client, self.credentials.clone(), "example.com", &self.base);
        let manners = if self.is_loopback { Manners::LOCAL } else { Manners::AWAY };
        let played = self.runtime.block_on(play(&shared, seq, manners));
        self.created.fetch_add(shared.client.ledger.announced(), Ordering::Relaxed);
        if played.cleaned.left.is_empty() {
            shared.client.ledger.close().map_err(|error| error.to_string())?;
        }
        Ok((played, path))
    }

    fn leftovers(&self, played: &Played, ledger: Option<String>) -> String {
        let left = played.cleaned.left.iter().map(|left| format!("\nleft behind: {}: {}", left.place, left.reason));
        let lines: String = left.collect();
        let ledger = ledger.unwrap_or_default();
        format!("{lines}\nscimprove cleanup {ledger} --url {} --token-env SCIM_TOKEN", self.base)
    }
}
