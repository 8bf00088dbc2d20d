//! One check at work: what stories call. It sends through the client, keeps every exchange, and records verdicts.

mod act;
mod beside;
mod given;
mod judge;
mod settling;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use serde_json::Value;

use crate::catalogue;
use crate::check::{Fut, Outcome, Verdict};
use crate::clean::cut;
use crate::expect::shortened;
use crate::probe::Facts;
use crate::runner::fit::Fit;
use crate::runner::watch::{Watch, Watched};
use crate::target::application::{Application, Spare};
use crate::target::budget::Budget;
use crate::target::client::SendError;
use crate::target::credentials::{Credentials, Others};
use crate::target::exchange::encode;
use crate::target::login::LoginProbe;
use crate::target::redact::Redactor;
use crate::target::{Body, Client, Exchange, cleanup};

/// What all cases of a run share.
pub struct Shared {
    /// The way to the target.
    pub client: Client,
    /// The base URL.
    pub base: String,
    /// What the target says about itself.
    pub facts: Facts,
    /// The rules that there are.
    pub rules: catalogue::Rules,
    /// Whether the target is the built-in server.
    pub embedded: bool,
    /// Judges every exchange.
    pub watch: Watch,
    /// What the bodies and the shell lines of all findings may take together.
    pub evidence: Budget,
    /// How long lists and filters may lag behind.
    pub settle: Duration,
    /// What made-up users are like.
    pub fit: Fit,
    /// How the run logs in.
    pub credentials: Credentials,
    /// The tokens of others.
    pub others: Others,
    /// Whether a user can log in at the product.
    pub login_probe: Option<LoginProbe>,
    /// The way to the application behind SCIM.
    pub application: Option<Application>,
    /// An organisation that is there to be thrown away.
    pub spare: Option<Spare>,
    /// A user that exists already, which may be read and changed.
    pub fixture_user: Option<String>,
    /// Whether that one is the last owner, who must not be shut out.
    pub last_owner: bool,
    /// How long one request may take.
    pub timeout: Duration,
    /// The beginning of every password that is made up; never the whole.
    pub password_stem: String,
    /// Counts names.
    pub counter: AtomicU64,
    /// Whether a check may send several requests at the same time.
    pub concurrency: bool,
    /// Whether what a check creates stays.
    pub keep: bool,
}

/// A resource that a check has created and read back.
#[derive(Debug, Clone)]
pub struct Resource {
    /// `/Users` or `/Groups`.
    pub collection: &'static str,
    /// The target's id.
    pub id: String,
    /// userName or displayName.
    pub name: String,
    /// The body that created it.
    pub sent: Value,
    /// The representation, as read right after.
    pub seen: Value,
}

/// Why a story ended before its end.
#[derive(Debug, Clone)]
pub enum Stop {
    /// The set-up failed; the named check owns the reason.
    Blocked {
        /// The check that judges what the set-up needs.
        by: &'static str,
        /// What happened.
        reason: String,
    },
    /// No answer, or a rate limit.
    Inconclusive(String),
    /// The target does not offer what the story is about.
    Unsupported(String),
    /// The story itself is wrong.
    Error(String),
}

/// An exchange as a case keeps it: cut to what a report shows, since a target may send a great deal.
#[derive(Clone)]
pub struct Kept {
    /// The exchange, without its JSON; where the body was long, with the beginning of it.
    pub exchange: Exchange,
    /// Whether the story asked for it; otherwise the guard or the frame condition did.
    pub asked: bool,
    /// Whether it went to the application, and not to SCIM.
    pub beside: bool,
    /// Tells the exchange from others, whatever was cut.
    mark: u64,
}

/// One check at work.
pub struct Case {
    shared: Arc<Shared>,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    kept: Vec<Kept>,
    verdicts: Vec<Verdict>,
    watched: Vec<Watched>,
    created: Vec<(&'static str, String)>,
    step: String,
    wrote: Option<usize>,
}

/// What a case leaves behind.
pub struct Record {
    /// Every exchange, in order.
    pub kept: Vec<Kept>,
    /// Every verdict, in order.
    pub verdicts: Vec<Verdict>,
    /// What the invariants and transitions saw.
    pub watched: Vec<Watched>,
    /// The last change that the story made, by its exchange.
    pub wrote: Option<usize>,
}

/// Bytes that are kept of one body.
const KEPT_BODY: usize = 16 << 10;
/// Bytes that are kept of one header, or of a path.
const KEPT_HEADER: usize = 1 << 10;
/// Headers that are kept of one answer.
const KEPT_HEADERS: usize = 40;
/// Bytes that are kept of a quotation in a finding.
const KEPT_WORDS: usize = 2000;

/// Verdicts of one case after which only new ones are recorded.
const MOST_VERDICTS: usize = 2000;

impl Kept {
    /// What is kept of an exchange. Secrets go before anything is cut: a part of one would not be known any more.
    pub fn new(exchange: &Exchange, asked: bool, redactor: &Redactor) -> Kept {
        let (request, answer) = (&exchange.request, &exchange.answer);
        let mut sent = request.clone();
        sent.path = cut(&request.path, KEPT_HEADER);
        sent.query = cut(&request.query, KEPT_HEADER);
        let body = request.body_bytes();
        sent.body = match body.len() {
            0 => Body::None,
            length if length > 4 * KEPT_BODY => Body::Raw(format!("[a body of {length} bytes]").into()),
            _ => Body::Raw(body),
        };
        let body = if answer.body.len() > KEPT_BODY {
            redactor.beginning(answer, KEPT_BODY).into()
        } else {
            answer.body.clone()
        };
        let mut headers: Vec<(String, String)> = answer
            .headers
            .iter()
            .take(KEPT_HEADERS)
            .map(|(name, value)| (cut(name, KEPT_HEADER), cut(&redactor.text(value), KEPT_HEADER)))
            .collect();
        if answer.headers.len() > KEPT_HEADERS {
            headers.push(("…".into(), format!("({} headers in all)", answer.headers.len())));
        }
        let kept = Exchange { request: sent, answer: answer.cut_to(headers, body), focus: exchange.focus.clone() };
        Kept { exchange: kept, asked, beside: false, mark: mark(exchange) }
    }
}

/// Tells an exchange from every other that is still looked at: no two bodies lie at the same place. It is asked for each
/// row of a list, so the body itself is not read.
fn mark(exchange: &Exchange) -> u64 {
    let (request, answer) = (&exchange.request, &exchange.answer);
    let body = (answer.body.as_ptr() as usize, answer.body.len());
    let mut hasher = DefaultHasher::new();
    (request.method.as_str(), &request.path, &request.query, answer.status, body).hash(&mut hasher);
    hasher.finish()
}

impl Resource {
    /// The path below the base URL.
    pub fn path(&self) -> String {
        format!("{}/{}", self.collection, encode(&self.id))
    }
}

impl Case {
    /// A case of a run.
    pub fn new(shared: Arc<Shared>) -> Case {
        Case { shared, log: Mutex::default() }
    }

    /// Removes what the story created and hands over what it saw.
    pub async fn finish(self) -> (Record, cleanup::Cleaned) {
        let log = self.log.into_inner().unwrap_or_else(|broken| broken.into_inner());
        let mut cleaned = cleanup::Cleaned::default();
        if !self.shared.keep {
            for collection in ["/Groups", "/Users"] {
                let of_collection = log.created.iter().filter(|(known, _)| *known == collection);
                let mut ids: Vec<String> = of_collection.map(|(_, id)| id.clone()).collect();
                ids.sort();
                ids.dedup();
                cleaned.add(cleanup::remove_all(&self.shared.client, collection, &ids).await);
            }
        }
        let record = Record { kept: log.kept, verdicts: log.verdicts, watched: log.watched, wrote: log.wrote };
        (record, cleaned)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}

/// What a breach of a rule of this level counts as.
pub fn breach(level: catalogue::Level) -> Outcome {
    match level {
        catalogue::Level::Must => Outcome::Failed,
        catalogue::Level::Should | catalogue::Level::Observed => Outcome::Warned,
        catalogue::Level::May => Outcome::Noted,
    }
}

/// Points an exchange at the row of a list that has this id; at nothing if there is none.
pub fn focus_on(list: Exchange, id: &str) -> Exchange {
    let row = list.rows().find(|(_, row)| row.get("id").and_then(Value::as_str) == Some(id)).map(|(at, _)| at);
    let pointer = row.map_or_else(|| "/Resources/-".to_string(), |at| format!("/Resources/{at}"));
    list.focused(pointer)
}

fn stop(error: SendError) -> Stop {
    match error {
        SendError::NoAnswer(reason) => Stop::Inconclusive(reason.to_string()),
        SendError::Refused(crate::target::guard::Refusal::Foreign(id), what) => Stop::Inconclusive(format!(
            "{} was not sent: {} does not show this run's key, so it may belong to somebody else",
            shortened(&what),
            shortened(&id)
        )),
        // What a target answered is in what the story writes next. On the correct server a test forbids it.
        refused @ SendError::Refused(..) => Stop::Inconclusive(cut(&refused.to_string(), KEPT_WORDS)),
        broken @ SendError::Ledger(_) => Stop::Error(broken.to_string()),
    }
}

/// A step of a story, boxed, for tables of function pointers.
pub fn boxed<'a, T>(step: impl Future<Output = Result<T, Stop>> + Send + 'a) -> Fut<'a, T> {
    Box::pin(step)
}
