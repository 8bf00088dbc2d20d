//! Plays one of Okta's published tests: through the client, so that guard and ledger hold.

use std::time::Duration;

use http::Method;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::Instant;

use super::event::Ended;
use crate::idp::okta::runscope::{Export, Judged, Kind, Step, Variables, Verdict};
use crate::scim::sample;
use crate::target::cleanup::{self, Cleaned, Leftover};
use crate::target::credentials::Credentials;
use crate::target::{Client, Exchange, Request, curl};

/// A test that can be played.
pub struct Play {
    /// The way to the target.
    pub client: Client,
    /// The test.
    pub export: Export,
    /// The values of its variables.
    pub variables: Variables,
    /// How to behave.
    pub settings: Settings,
}

/// How a test is played.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The base URL, for reports.
    pub base: String,
    /// Whether the target is the built-in server.
    pub embedded: bool,
    /// Whether any certificate is accepted.
    pub insecure: bool,
    /// How the run logs in, for reports.
    pub credentials: Credentials,
    /// How long lists may lag behind.
    pub settle: Duration,
    /// The domain of made-up mail addresses.
    pub mail_domain: String,
    /// Leave what was created.
    pub keep: bool,
}

/// What came of a test; without secrets.
#[derive(Debug)]
pub struct Played {
    /// Its name.
    pub name: String,
    /// The base URL of the target.
    pub target: String,
    /// Whether the target is the built-in server.
    pub embedded: bool,
    /// Whether any certificate was accepted.
    pub insecure: bool,
    /// What was done before the first step, if anything.
    pub set_up: Option<String>,
    /// The steps, in order; those after an interrupt are missing.
    pub steps: Vec<PlayedStep>,
    /// Whether what was created was left.
    pub kept: bool,
    /// What became of the things created.
    pub cleaned: Cleaned,
    /// How the run ended.
    pub ended: Ended,
}

/// What came of one step.
#[derive(Debug)]
pub struct PlayedStep {
    /// Which request of the test it is, from 1.
    pub number: usize,
    /// What its author says that it is for.
    pub title: String,
    /// Switched off in the export.
    pub skipped: bool,
    /// Method, path and query, once they are known.
    pub request: Option<String>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// How long the answer took.
    pub took: Duration,
    /// Why there is no answer.
    pub trouble: Option<String>,
    /// What was asked of the answer.
    pub judged: Vec<Judged>,
    /// Shell lines that show again what is wrong.
    pub reproduce: Vec<String>,
}

/// How a step came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// Everything that was asked is so.
    Passed,
    /// Something is not, or there is no answer.
    Failed,
    /// Nothing is wrong, and something is not known.
    Open,
    /// Switched off in the export.
    Skipped,
}

/// How often a list is asked whether somebody has appeared in it.
const PATIENCE: Duration = Duration::from_millis(100);

/// Plays it, and removes what it has created. `interrupt` turns true when the user breaks off.
pub async fn play(play: Play, interrupt: &watch::Receiver<bool>) -> Played {
    let start = Instant::now();
    let Play { client, export, mut variables, settings } = play;
    let mut changes = Vec::new();
    let wants_somebody = export.wants_somebody(&variables);
    let set_up = if wants_somebody { given_somebody(&client, &settings, &mut changes).await } else { None };
    let mut steps = Vec::new();
    for step in &export.steps {
        if *interrupt.borrow() {
            break;
        }
        steps.push(play_step(step, &client, &mut variables, &settings, &mut changes).await);
    }
    let mut cleaned = if settings.keep { Cleaned::default() } else { cleanup::cleanup(&client).await };
    let ended = Ended {
        exchanges: client.sent(),
        milliseconds: start.elapsed().as_millis() as u64,
        interrupted: *interrupt.borrow(),
        target_gone: client.is_target_gone(),
        lost_login: client.lost_login().map(|error| error.to_string()),
    };
    if cleaned.left.is_empty()
        && !settings.keep
        && let Err(error) = client.ledger.close()
    {
        cleaned.left.push(Leftover { place: "ledger".into(), reason: error.to_string() });
    }
    let mut played = Played {
        name: export.name,
        target: settings.base,
        embedded: settings.embedded,
        insecure: settings.insecure,
        set_up,
        steps,
        kept: settings.keep,
        cleaned,
        ended,
    };
    played.redact(&client);
    played
}

/// Okta's test wants somebody to be there already: a target without users gets one, of this run.
async fn given_somebody(client: &Client, settings: &Settings, changes: &mut Vec<Exchange>) -> Option<String> {
    let is_empty = async || {
        let first = Request::get("/Users").query("startIndex", 1).query("count", 1);
        let seen = client.send(first).await.ok()?.exchange;
        Some(seen.answer.status == 200 && seen.rows().next().is_none())
    };
    if is_empty().await != Some(true) {
        return None;
    }
    let key = client.guard.key().word();
    let name = format!("scim-{key}-somebody@{}", settings.mail_domain);
    let body = sample::okta_user(&name, "Sample", "Somebody", &format!("somebody-{key}"));
    let created = match client.send(Request::post("/Users", body)).await {
        Ok(sent) if sent.exchange.answer.is_success() => sent.exchange,
        Ok(sent) => {
            return Some(format!("there are no users, and creating one answered {}", sent.exchange.answer.status));
        }
        Err(error) => return Some(format!("there are no users, and creating one failed: {error}")),
    };
    changes.push(created);
    let since = Instant::now();
    while is_empty().await == Some(true) && since.elapsed() < settings.settle {
        tokio::time::sleep(PATIENCE).await;
    }
    Some(
        "there were no users: one was created before the first step, since this test wants somebody to be there".into(),
    )
}

async fn play_step(
    step: &Step,
    client: &Client,
    variables: &mut Variables,
    settings: &Settings,
    changes: &mut Vec<Exchange>,
) -> PlayedStep {
    let mut played = PlayedStep {
        number: step.number,
        title: step.title.clone(),
        skipped: step.skipped,
        request: None,
        status: None,
        took: Duration::ZERO,
        trouble: None,
        judged: Vec::new(),
        reproduce: Vec::new(),
    };
    if step.skipped {
        played.judged = step.unjudged("the step is switched off in the export");
        return played;
    }
    let request = match step.ask(variables) {
        Ok(request) => request,
        Err(reason) => return played.without_answer(step, format!("not sent: {reason}")),
    };
    played.request = Some(format!("{} {}", request.method, request.path_and_query()));
    let exchange = match client.send(request).await {
        Ok(sent) => sent.exchange,
        Err(reason) => return played.without_answer(step, reason.to_string()),
    };
    played.status = Some(exchange.answer.status);
    played.took = exchange.answer.took;
    played.judged = step.judge(&exchange.answer, variables);
    if played.end() == End::Failed {
        let shown: Vec<&Exchange> = changes.iter().chain([&exchange]).collect();
        let key = client.guard.key().word();
        played.reproduce = curl::script(&settings.base, key, &shown, &client.redactor, &settings.credentials);
    }
    if exchange.request.method != Method::GET && exchange.answer.is_success() {
        changes.push(exchange);
    }
    played
}

impl Played {
    /// How many steps came out so.
    pub fn count(&self, end: End) -> usize {
        self.steps.iter().filter(|step| step.end() == end).count()
    }

    /// How many assertions there are.
    pub fn assertions(&self) -> usize {
        self.judged().count()
    }

    /// How many assertions hold.
    pub fn passed(&self) -> usize {
        self.judged().filter(|judged| judged.verdict == Verdict::Passed).count()
    }

    /// How many assertions do not hold.
    pub fn failed(&self) -> usize {
        self.judged().filter(|judged| judged.verdict == Verdict::Failed).count()
    }

    fn judged(&self) -> impl Iterator<Item = &Judged> {
        self.steps.iter().flat_map(|step| &step.judged).filter(|judged| judged.kind == Kind::Assertion)
    }

    fn redact(&mut self, client: &Client) {
        let clean = |text: &mut String| *text = client.redactor.text(text);
        self.set_up.iter_mut().for_each(clean);
        for step in &mut self.steps {
            step.request.iter_mut().chain(&mut step.trouble).for_each(clean);
            for judged in &mut step.judged {
                [&mut judged.expected, &mut judged.got].into_iter().for_each(clean);
            }
        }
    }
}

impl PlayedStep {
    /// How it came out.
    pub fn end(&self) -> End {
        let any = |wanted: fn(&Verdict) -> bool| self.judged.iter().any(|judged| wanted(&judged.verdict));
        if self.skipped {
            End::Skipped
        } else if self.trouble.is_some() || any(|verdict| *verdict == Verdict::Failed) {
            End::Failed
        } else if any(|verdict| matches!(verdict, Verdict::Open(_))) {
            End::Open
        } else {
            End::Passed
        }
    }

    fn without_answer(mut self, step: &Step, reason: String) -> PlayedStep {
        self.judged = step.unjudged("there is no answer");
        self.trouble = Some(reason);
        self
    }
}
