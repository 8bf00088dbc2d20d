//! The one way to a target: paced, guarded, written to the ledger, and patient where a target asks for patience.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use super::exchange::{Exchange, Login, NoAnswer, Request, encode};
use super::guard::{Create, Guard, Plan, Refusal, Touched, is_addressable};
use super::ledger::{Ledger, LedgerError};
use super::oauth::LoginError;
use super::pace::Pace;
use super::redact::Redactor;
use super::session::Session;
use super::{Answer, Target};
use crate::scim::bulk;

/// Sends requests to one target for one run.
pub struct Client {
    target: Box<dyn Target>,
    /// Decides what may go out.
    pub guard: Guard,
    /// What this run has created.
    pub ledger: Ledger,
    /// Takes secrets out of what is stored.
    pub redactor: Redactor,
    pace: Pace,
    /// The login, where it is one that ends and is renewed.
    session: Option<Arc<Session>>,
    sent: AtomicU64,
    /// Connections refused one after the other.
    unreachable: AtomicU32,
    /// Requests without a whole answer one after the other.
    unanswered: AtomicU32,
    /// Requests that used up their time, in the whole run.
    timed_out: AtomicU32,
    /// Pauses that a target asked for and that led to nothing, one after the other.
    fruitless: AtomicU32,
    /// Whether a 429 that does not say until when is waited for, too.
    insists: AtomicBool,
}

/// A request that was sent, with the readings that the guard made before it.
#[derive(Debug)]
pub struct Sent {
    /// The request and its answer.
    pub exchange: Exchange,
    /// Readings of what the request was about to change, each made right before.
    pub proofs: Vec<(Touched, Exchange)>,
}

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The guard did not let it out: a check asked for what it must not, or the target gave a foreign id.
    #[error("the guard refused {1}: {0}")]
    Refused(Refusal, String),
    /// The target did not answer.
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
    /// The ledger could not be written, so nothing may be created.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// A longer path and query no URL can have ([`http::Uri`] takes no more): a target may give out ids as long as an answer,
/// and nothing is worked out about them.
const LONGEST_PATH: usize = u16::MAX as usize - 1;
/// After so many refused connections in a row the target is taken as gone, and nothing more is tried.
const GONE_AFTER: u32 = 5;
/// After so many requests in a row without a whole answer, too: each may have cost the whole time limit. More than can be
/// under way at once by default, so that one slow moment is not taken for the end.
const SILENT_AFTER: u32 = 12;
/// The longest pause that a 429 is obeyed for.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The pause after a 429 that does not say until when, where one is made.
const MOMENT: Duration = Duration::from_millis(100);
/// How often one request is repeated after a 429.
const PATIENCE: u32 = 3;
/// After so many pauses in a row that changed nothing no more is made.
const MOST_FRUITLESS: u32 = 12;
/// After so many requests that used up their time no new story is begun: at the default limit that is a long while.
const MOST_TIMED_OUT: u32 = 40;

impl Client {
    /// A client that sends through `target` and holds to `guard`.
    pub fn new(target: Box<dyn Target>, guard: Guard, ledger: Ledger, redactor: Redactor, pace: Pace) -> Client {
        Client {
            target,
            guard,
            ledger,
            redactor,
            pace,
            session: None,
            sent: AtomicU64::new(0),
            unreachable: AtomicU32::new(0),
            unanswered: AtomicU32::new(0),
            insists: AtomicBool::new(false),
            timed_out: AtomicU32::new(0),
            fruitless: AtomicU32::new(0),
        }
    }

    /// The same client, which sees to it that this login lasts.
    pub fn renewing(self, session: Option<Arc<Session>>) -> Client {
        Client { session, ..self }
    }

    /// Why the login is over, if it is: nothing more is sent then.
    pub fn lost_login(&self) -> Option<LoginError> {
        self.session.as_ref()?.lost()
    }

    /// How many requests went out so far.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Whether the target has stopped taking connections, or answering.
    pub fn is_target_gone(&self) -> bool {
        self.unreachable.load(Ordering::Relaxed) >= GONE_AFTER
            || self.unanswered.load(Ordering::Relaxed) >= SILENT_AFTER
    }

    /// Whether the target left so many requests without an answer in time that a run would take for ever.
    pub fn is_target_slow(&self) -> bool {
        self.timed_out.load(Ordering::Relaxed) >= MOST_TIMED_OUT
    }

    /// Sends a request, if the guard permits it.
    pub async fn send(&self, request: Request) -> Result<Sent, SendError> {
        let length = request.path.len() + request.query.len();
        if length > LONGEST_PATH {
            return Err(NoAnswer::Unsendable(format!("a URL of {length} bytes")).into());
        }
        let refused = |refusal| SendError::Refused(refusal, format!("{} {}", request.method, request.path));
        let mut plan = self.guard.plan(&request).map_err(refused)?;
        if let Some(body) = &plan.restates {
            let seen = self.deliver(&Request::get(request.path.clone())).await?;
            if !Guard::restates(body, seen.status, seen.json.as_ref()) {
                return Err(refused(Refusal::Restates(request.path.clone())));
            }
        }
        let proofs = self.prove(&plan, &request).await?;
        self.plan_revivals(&mut plan, &proofs).map_err(refused)?;
        if request.is_elsewhere() {
            // The cleanup would not find it, or take one of ours with the same id for it: who creates it removes it.
            plan.creates.clear();
        }
        let mut numbers = Vec::new();
        for create in &plan.creates {
            numbers.push(self.ledger.intend(create.collection, &create.body)?);
        }
        let answer = self.deliver(&request).await;
        self.record(&plan.creates, &numbers, answer.as_ref().ok())?;
        let exchange = Exchange { request, answer: answer?, focus: String::new() };
        if exchange.answer.is_success() && !exchange.request.is_elsewhere() {
            plan.removes.iter().for_each(|touched| self.guard.removed(touched));
        }
        if !exchange.request.is_elsewhere() {
            self.learn(&exchange);
        }
        Ok(Sent { exchange, proofs })
    }

    /// A PUT on what is gone may create it again, so it is held to what a create is.
    fn plan_revivals(&self, plan: &mut Plan, proofs: &[(Touched, Exchange)]) -> Result<(), Refusal> {
        let gone =
            |touched: &Touched| proofs.iter().any(|(proven, read)| proven == touched && read.answer.status != 200);
        for (touched, body) in plan.puts.iter().filter(|(touched, _)| gone(touched)) {
            let collection = touched.collection.unwrap_or("/Users");
            if !self.guard.marks_create(collection, body) {
                return Err(Refusal::Unmarked);
            }
            plan.creates.push(Create { collection, body: body.clone(), in_bulk: None });
        }
        Ok(())
    }

    /// Reads every resource that the request would change or name; all must show the run's key. Members are read anew
    /// each time, too: a target that was restarted may have given their ids to others.
    async fn prove(&self, plan: &Plan, request: &Request) -> Result<Vec<(Touched, Exchange)>, SendError> {
        let mut proofs = Vec::new();
        for touched in &plan.prove {
            let collections: &[&'static str] = match &touched.collection {
                Some("/Groups") => &["/Groups"],
                Some(_) => &["/Users"],
                None if self.guard.is_alive(&Touched { collection: Some("/Groups"), id: touched.id.clone() }) => {
                    &["/Groups", "/Users"]
                }
                None => &["/Users", "/Groups"],
            };
            let mut permitted = false;
            for collection in collections {
                let reading = Request::get(format!("{collection}/{}", encode(&touched.id)));
                let answer = self.deliver(&reading).await?;
                let exact = Touched { collection: Some(collection), id: touched.id.clone() };
                permitted = self.guard.permits(&exact, answer.status, answer.json.as_ref());
                if let Login::Other { .. } = &request.login {
                    let seen = self.deliver(&reading.clone().login(request.login.clone())).await?;
                    permitted = self.guard.permits_another(permitted, seen.status, seen.json.as_ref());
                }
                if touched.collection.is_some() {
                    proofs.push((exact, Exchange { request: reading, answer, focus: String::new() }));
                }
                if permitted {
                    break;
                }
            }
            if !permitted {
                let what = format!("{} {}", request.method, request.path);
                return Err(SendError::Refused(Refusal::Foreign(touched.id.clone()), what));
            }
        }
        Ok(proofs)
    }

    fn record(&self, creates: &[Create], numbers: &[u64], answer: Option<&Answer>) -> Result<(), LedgerError> {
        for (create, number) in creates.iter().zip(numbers) {
            let body = answer.filter(|answer| answer.is_success()).and_then(|answer| answer.json.as_ref());
            let result = create.in_bulk.as_ref().zip(body);
            let result = result.and_then(|((at, name), body)| bulk::result(body, *at, name.as_deref()));
            let id = match (&create.in_bulk, result) {
                (Some(_), result) => result.and_then(bulk::placed).map(|(_, id)| id),
                (None, _) => body.and_then(|body| body.get("id")?.as_str()).map(String::from),
            };
            // By any other nothing could be removed; the cleanup looks for it by name.
            let id = id.filter(|id| is_addressable(id));
            if let Some(id) = &id {
                self.guard.given(Touched { collection: Some(create.collection), id: id.clone() });
            }
            let status = result.and_then(bulk::status_of);
            self.ledger.outcome(*number, status.or(answer.map(|answer| answer.status)), id)?;
        }
        Ok(())
    }

    /// A reading of a single resource that shows the key makes it known as ours.
    fn learn(&self, exchange: &Exchange) {
        // A reading of a part may lack the name by which a stranger would be known.
        let is_whole = exchange.request.method == http::Method::GET && exchange.request.query.is_empty();
        if !is_whole || exchange.answer.status != 200 {
            return;
        }
        let Some(body) = &exchange.answer.json else { return };
        for collection in ["/Users", "/Groups"] {
            let id = exchange.request.path.strip_prefix(collection).and_then(|rest| rest.strip_prefix('/'));
            if let Some(id) = id.and_then(|id| percent_encoding::percent_decode_str(id).decode_utf8().ok()) {
                self.guard.learn(&Touched { collection: Some(collection), id: id.into_owned() }, body);
            }
        }
    }

    /// From now on a 429 that does not say until when is waited for, too, or no longer. A check has to judge such an
    /// answer; in cleaning up it would leave something behind.
    pub(crate) fn insist(&self, insists: bool) {
        self.insists.store(insists, Ordering::Relaxed);
    }

    /// The login that a request goes out with, where that is one that ends, and the number of its token.
    async fn token(&self, request: &Request) -> Result<Option<(&Arc<Session>, u64)>, NoAnswer> {
        match (&self.session, &request.login) {
            (Some(session), Login::Own | Login::OwnSpelt(_)) => {
                Ok(Some((session, session.ready().await.map_err(lost)?)))
            }
            _ => Ok(None),
        }
    }

    /// Sends as it is, and once more where the token was at its end and could be renewed; waiting where the target asks for it by a 429 with whole seconds.
    async fn deliver(&self, request: &Request) -> Result<Answer, NoAnswer> {
        if self.is_target_gone() {
            return Err(NoAnswer::Connect("the target has stopped answering".into()));
        }
        let mut tries = 0;
        let mut repeatable = request.method.is_safe();
        let mut is_renewed = false;
        loop {
            let token = self.token(request).await?;
            self.pace.turn().await;
            self.sent.fetch_add(1, Ordering::Relaxed);
            let answer = self.target.send(request).await;
            match &answer {
                Err(NoAnswer::Connect(_)) => _ = self.unreachable.fetch_add(1, Ordering::Relaxed),
                _ => self.unreachable.store(0, Ordering::Relaxed),
            }
            // A server may end an idle connection at the moment of the next request (RFC 9110 §9.2.2).
            if repeatable && matches!(answer, Err(NoAnswer::Closed(_))) {
                repeatable = false;
                continue;
            }
            match &answer {
                // Too much of an answer is a sign of life, too.
                Ok(_) | Err(NoAnswer::TooLarge(_) | NoAnswer::NoRoom) => self.unanswered.store(0, Ordering::Relaxed),
                // Nothing was asked.
                Err(NoAnswer::Unsendable(_) | NoAnswer::Login(_)) => {}
                Err(_) => _ = self.unanswered.fetch_add(1, Ordering::Relaxed),
            }
            if let Err(NoAnswer::Timeout(_)) = &answer {
                self.timed_out.fetch_add(1, Ordering::Relaxed);
            }
            if let (Some((session, number)), Ok(answer)) = (&token, &answer) {
                let is_refused = refuses_token(answer);
                if is_renewed {
                    session.tried(!is_refused);
                } else if is_refused && request.login == Login::Own {
                    is_renewed = session.refused(*number).await.map_err(lost)?;
                    if is_renewed {
                        continue;
                    }
                }
            }
            let pause = match &answer {
                Ok(answer) if answer.status == 429 => match answer.header("retry-after") {
                    Some(seconds) => seconds.trim().parse().ok().map(Duration::from_secs),
                    None => self.insists.load(Ordering::Relaxed).then_some(MOMENT),
                },
                Ok(_) => {
                    self.fruitless.store(0, Ordering::Relaxed);
                    None
                }
                Err(_) => None,
            };
            if tries > 0 && pause.is_some() {
                self.fruitless.fetch_add(1, Ordering::Relaxed);
            }
            let is_patient = tries < PATIENCE && self.fruitless.load(Ordering::Relaxed) < MOST_FRUITLESS;
            match pause {
                Some(pause) if is_patient && pause <= LONGEST_PAUSE => tokio::time::sleep(pause).await,
                _ => return answer,
            }
            tries += 1;
        }
    }
}

/// Whether an answer refuses the token that came along, and not only what was asked for (RFC 6750 §3.1). Many servers
/// leave out the reason.
fn refuses_token(answer: &Answer) -> bool {
    let challenge = answer.header("www-authenticate").unwrap_or_default().to_ascii_lowercase();
    answer.status == 401 && !["insufficient_scope", "invalid_request"].iter().any(|other| challenge.contains(other))
}

fn lost(error: LoginError) -> NoAnswer {
    NoAnswer::Login(error.to_string())
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::Pin;

    use bytes::Bytes;

    use super::*;
    use crate::target::guard::Key;

    /// Answers 429 with this Retry-After, whatever is asked.
    struct Limited(&'static str);

    impl Target for Limited {
        fn send<'a>(&'a self, _: &'a Request) -> Pin<Box<dyn Future<Output = Result<Answer, NoAnswer>> + Send + 'a>> {
            let headers = vec![("retry-after".to_string(), self.0.to_string())];
            Box::pin(async { Ok(Answer::new(429, headers, Bytes::new(), Duration::ZERO)) })
        }
    }

    /// How long a hundred requests take.
    async fn patience(retry_after: &'static str) -> Duration {
        let key = Key::new("k3yk3yk3yk3y").expect("a key");
        let (guard, ledger) = (Guard::new(key, None), Ledger::in_memory());
        let client = Client::new(Box::new(Limited(retry_after)), guard, ledger, Redactor::default(), Pace::new(None));
        let start = tokio::time::Instant::now();
        for _ in 0..100 {
            let sent = client.send(Request::get("/Users")).await.expect("an answer");
            assert_eq!(sent.exchange.answer.status, 429);
        }
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_target_that_never_relents_is_not_waited_for_for_ever() {
        assert_eq!(patience("30").await, Duration::from_secs(360));
        assert_eq!(patience("1").await, Duration::from_secs(12));
        for odd in ["31", "-1", "18446744073709551616", "1e3", "Fri, 31 Dec 9999 23:59:59 GMT", ""] {
            assert_eq!(patience(odd).await, Duration::ZERO, "{odd}");
        }
    }
}
