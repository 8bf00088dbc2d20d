//! One check at work: what stories call. It sends through the client, keeps every exchange, and records verdicts.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::catalogue;
use crate::check::{Difference, Form, Fut, Judgement, Outcome, Read, Verdict};
use crate::clean::cut;
use crate::expect::{Expectation, shortened};
use crate::probe::{Facts, Offer};
use crate::runner::watch::{Watch, Watched};
use crate::scim::{patch, sample, urn};
use crate::target::budget::Budget;
use crate::target::client::{SendError, Sent};
use crate::target::credentials::Credentials;
use crate::target::exchange::encode;
use crate::target::guard::is_addressable;
use crate::target::login::{Door, LoginProbe};
use crate::target::redact::Redactor;
use crate::target::{Body, Client, Exchange, NoAnswer, Request, cleanup};

/// How soon a reading is repeated that lags behind; each pause is twice the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// What all cases of a run share.
pub struct Shared {
    /// The way to the target.
    pub client: Client,
    /// The base URL.
    pub base: String,
    /// What the target says about itself.
    pub facts: Facts,
    /// Judges every exchange.
    pub watch: Watch,
    /// What the bodies and the shell lines of all findings may take together.
    pub evidence: Budget,
    /// How long lists and filters may lag behind.
    pub settle: Duration,
    /// The domain of the mail addresses that are made up.
    pub mail_domain: String,
    /// How the run logs in.
    pub credentials: Credentials,
    /// Whether a user can log in at the product.
    pub login_probe: Option<LoginProbe>,
    /// A user that exists already, which may be read and changed.
    pub fixture_user: Option<String>,
    /// How long one request may take.
    pub timeout: Duration,
    /// The beginning of every password that is made up; never the whole.
    pub password_stem: String,
    /// Counts names.
    pub counter: AtomicU64,
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
        Kept { exchange: kept, asked, mark: mark(exchange) }
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

    // ---- setting up -------------------------------------------------------------------------------------------

    /// A user name that no other resource has.
    pub fn fresh_name(&self) -> String {
        format!("scim-{}-{}@{}", self.key(), self.next(), self.shared.mail_domain)
    }

    /// A group's name that no other group has.
    pub fn fresh_group_name(&self) -> String {
        format!("scim {} {}", self.key(), self.next())
    }

    /// An id that exists nowhere, and that the guard knows to be made up.
    pub fn fresh_id(&self) -> String {
        let id = format!("none-{}-{}", self.key(), self.next());
        self.shared.client.guard.mint(&id);
        id
    }

    /// A password that fits most policies.
    pub fn fresh_password(&self) -> String {
        format!("{}-{}", self.shared.password_stem, self.next())
    }

    /// The word that marks this run's resources.
    pub fn key(&self) -> &str {
        self.shared.client.guard.key().word()
    }

    fn next(&self) -> u64 {
        self.shared.counter.fetch_add(1, Ordering::Relaxed)
    }

    /// The body by which Okta creates a new user.
    pub fn okta_user(&self) -> Value {
        let name = self.fresh_name();
        let external_id = format!("00u{}X{}", self.key(), self.next());
        sample::okta_user(&name, "Sample", "Person", &external_id)
    }

    /// A user as Okta creates it, read back.
    pub async fn given_user(&self) -> Result<Resource, Stop> {
        self.given_user_with(json!({})).await
    }

    /// A user as Okta creates it, with changes laid over.
    pub async fn given_user_with(&self, change: Value) -> Result<Resource, Stop> {
        let mut body = self.okta_user();
        sample::overlay(&mut body, &change);
        self.given("/Users", body, "create.user.okta").await
    }

    /// A user with this body, read back.
    pub async fn given_user_from(&self, body: Value) -> Result<Resource, Stop> {
        self.given("/Users", body, "create.user.minimal").await
    }

    /// Several users as Okta creates them.
    pub async fn given_users(&self, count: usize) -> Result<Vec<Resource>, Stop> {
        let mut users = Vec::with_capacity(count);
        for _ in 0..count {
            users.push(self.given_user().await?);
        }
        Ok(users)
    }

    /// A group with exactly these members, read back.
    pub async fn given_group(&self, members: &[&Resource]) -> Result<Resource, Stop> {
        let named: Vec<(&str, &str)> =
            members.iter().map(|member| (member.id.as_str(), member.name.as_str())).collect();
        let body = sample::group(&self.fresh_group_name(), &named);
        let by = if members.is_empty() { "group.create.empty" } else { "group.create.with-members" };
        let group = self.given("/Groups", body, by).await?;
        let mut got = crate::expect::values(group.seen.get("members"));
        let mut wanted: Vec<String> = members.iter().map(|member| member.id.clone()).collect();
        got.sort();
        wanted.sort();
        if got == wanted {
            Ok(group)
        } else {
            Err(Stop::Blocked { by, reason: format!("the new group has {} of {} members", got.len(), wanted.len()) })
        }
    }

    /// A user as Okta creates it, for the check that judges the reading back.
    pub async fn given_unread_user(&self) -> Result<Resource, Stop> {
        self.given_unread("/Users", self.okta_user(), "create.user.okta").await
    }

    /// A group without members, for the check that judges the reading back.
    pub async fn given_unread_group(&self) -> Result<Resource, Stop> {
        self.given_unread("/Groups", sample::group(&self.fresh_group_name(), &[]), "group.create.empty").await
    }

    async fn given(&self, collection: &'static str, body: Value, by: &'static str) -> Result<Resource, Stop> {
        let mut resource = self.given_unread(collection, body, by).await?;
        let read = self.send(Request::get(resource.path())).await?;
        if read.answer.status != 200
            || !self.shared.client.guard.key().owns(read.answer.json.as_ref().unwrap_or(&Value::Null))
        {
            let reason = format!("reading it back answered {}", crate::expect::got_status(&read));
            let by = if collection == "/Groups" { "group.read.by-id" } else { "read.user.by-id" };
            return Err(Stop::Blocked { by, reason });
        }
        resource.seen = read.answer.json.unwrap_or_default();
        Ok(resource)
    }

    async fn given_unread(&self, collection: &'static str, body: Value, by: &'static str) -> Result<Resource, Stop> {
        let created = self.send(Request::post(collection, body.clone())).await?;
        let id = created.answer.json.as_ref().and_then(|json| json.get("id")?.as_str()).map(String::from);
        let (true, Some(id)) = (created.answer.is_success(), id) else {
            let kind = if collection == "/Groups" { "group" } else { "user" };
            let reason = format!("creating a {kind} answered {}", crate::expect::got_status(&created));
            if collection == "/Groups" && matches!(created.answer.status, 404 | 501) && !self.offers_groups() {
                return Err(Stop::Unsupported("the target has no groups".into()));
            }
            return Err(Stop::Blocked { by, reason });
        };
        if !is_addressable(&id) {
            let shown = shortened(&format!("{id:?}"));
            let reason = format!("creating it gave the id {shown}, which no path can carry for certain");
            return Err(Stop::Blocked { by, reason });
        }
        let name = ["userName", "displayName"].iter().find_map(|name| body.get(*name)?.as_str()).unwrap_or_default();
        Ok(Resource { collection, id, name: name.into(), sent: body, seen: created.answer.json.unwrap_or_default() })
    }

    fn offers_groups(&self) -> bool {
        self.shared.facts.offers(catalogue::Gate::Group) == Offer::Yes
    }

    /// Ends the story if the target's own schema leaves out an attribute that it is about.
    pub fn needs(&self, attributes: &[&str]) -> Result<(), Stop> {
        match attributes.iter().find(|attribute| self.shared.facts.lacks(attribute)) {
            Some(lacking) => Err(Stop::Unsupported(format!("the target's User schema has no {lacking}"))),
            None => Ok(()),
        }
    }

    /// Ends the story if the target does not list the enterprise extension.
    pub fn needs_enterprise(&self) -> Result<(), Stop> {
        match self.shared.facts.offers(catalogue::Gate::Enterprise) {
            Offer::No => Err(Stop::Unsupported("the target does not list the enterprise extension".into())),
            _ => Ok(()),
        }
    }

    /// The base URL of the target.
    pub fn base(&self) -> &str {
        &self.shared.base
    }

    /// What the target says about itself.
    pub fn facts(&self) -> &Facts {
        &self.shared.facts
    }

    /// The id of a user that exists already, if the run was given one.
    pub fn fixture_user(&self) -> Option<&str> {
        self.shared.fixture_user.as_deref()
    }

    // ---- acting -----------------------------------------------------------------------------------------------

    /// Sends a request. Fails only if no answer came, or if the target asks to slow down and does not relent.
    pub async fn send(&self, request: Request) -> Result<Exchange, Stop> {
        self.try_send(request).await?.map_err(|reason| stop(SendError::NoAnswer(reason)))
    }

    /// The same where silence is a finding, and not the end of the story.
    pub async fn try_send(&self, request: Request) -> Result<Result<Exchange, NoAnswer>, Stop> {
        match self.attempt(request).await {
            Ok(taken) => taken.map(Ok),
            Err(SendError::NoAnswer(reason)) => Ok(Err(reason)),
            Err(other) => Err(stop(other)),
        }
    }

    /// The same for who goes on where nothing was sent, or no answer came.
    pub(super) async fn attempt(&self, request: Request) -> Result<Result<Exchange, Stop>, SendError> {
        let sent = self.shared.client.send(request).await?;
        Ok(self.take_in(sent).await)
    }

    /// Keeps what was sent, and judges what it changed.
    async fn take_in(&self, sent: Sent) -> Result<Exchange, Stop> {
        let changes = matches!(sent.exchange.request.method, Method::PUT | Method::PATCH);
        let mut before = None;
        for (touched, proof) in sent.proofs {
            let target = touched.collection.map(|collection| format!("{collection}/{}", encode(&touched.id)));
            if target.as_deref() == Some(sent.exchange.request.path.as_str()) && proof.answer.status == 200 {
                before = proof.answer.json.clone();
            }
            self.keep(&proof, false);
        }
        let (exchange, number) = self.received(sent.exchange)?;
        if !matches!(exchange.request.method, Method::GET | Method::HEAD | Method::POST) {
            self.lock().wrote = Some(number);
        }
        if let (true, true, Some(before)) = (changes, exchange.answer.is_success(), before) {
            self.judge_transition(&before, &exchange).await?;
        }
        Ok(exchange)
    }

    /// Keeps what the story asked for. A target that asks to slow down ends the story.
    fn received(&self, exchange: Exchange) -> Result<(Exchange, usize), Stop> {
        let number = self.keep(&exchange, true);
        self.remember_created(&exchange);
        if exchange.answer.status == 429 {
            return Err(Stop::Inconclusive("the target limits the rate (429); try --rps 5, or less".into()));
        }
        Ok((exchange, number))
    }

    /// Reads the resource again and compares: what a write did not name must be as it was.
    async fn judge_transition(&self, before: &Value, change: &Exchange) -> Result<(), Stop> {
        let read = Request::get(&change.request.path);
        let after = self.shared.client.send(read).await.map_err(stop)?.exchange;
        let number = self.keep(&after, false);
        if let (200, Some(after)) = (after.answer.status, &after.answer.json) {
            let watched = self.shared.watch.transition(false, before, change, after, number, &self.shared.client.guard);
            let watched = watched.into_iter().map(|sight| self.bounded_sight(sight));
            self.lock().watched.extend(watched);
        }
        Ok(())
    }

    fn keep(&self, exchange: &Exchange, asked: bool) -> usize {
        let kept = Kept::new(exchange, asked, &self.shared.client.redactor);
        let mut log = self.lock();
        let number = log.kept.len();
        let watched = self.shared.watch.exchange(exchange, number);
        log.watched.extend(watched.into_iter().map(|sight| self.bounded_sight(sight)));
        log.kept.push(kept);
        number
    }

    fn bounded_sight(&self, sight: Watched) -> Watched {
        Watched { judgement: self.bounded(sight.judgement), ..sight }
    }

    /// A judgement whose quotations are no longer than a report can show, and hold no secrets.
    fn bounded(&self, judgement: Judgement) -> Judgement {
        let short = |text: String| cut(&self.shared.client.redactor.text(&text), KEPT_WORDS);
        let difference = |it: Difference| Difference {
            expected: short(it.expected),
            got: short(it.got),
            pointer: short(it.pointer),
        };
        match judgement {
            Judgement::Holds => Judgement::Holds,
            Judgement::Variation(it) => Judgement::Variation(difference(it)),
            Judgement::Doubtful(it) => Judgement::Doubtful(difference(it)),
            Judgement::Broken(it) => Judgement::Broken(difference(it)),
        }
    }

    fn remember_created(&self, exchange: &Exchange) {
        let collection = match exchange.request.path.as_str() {
            "/Users" => "/Users",
            "/Groups" => "/Groups",
            _ => return,
        };
        if exchange.request.method != Method::POST || !exchange.answer.is_success() {
            return;
        }
        let id = exchange.answer.json.as_ref().and_then(|body| body.get("id")?.as_str());
        // Any other could not be removed by it; the last cleanup looks for it by name.
        if let Some(id) = id.filter(|id| is_addressable(id)) {
            self.lock().created.push((collection, id.into()));
        }
    }

    /// `GET` on a resource.
    pub async fn read(&self, resource: &Resource) -> Result<Exchange, Stop> {
        self.send(Request::get(resource.path())).await
    }

    /// `GET` on any path.
    pub async fn get(&self, path: impl Into<String>) -> Result<Exchange, Stop> {
        self.send(Request::get(path)).await
    }

    /// `GET` where an answer that is no HTTP is a finding, and not the end of the story: the reason, if it comes twice.
    pub async fn try_get(&self, path: impl Into<String>) -> Result<Result<Exchange, String>, Stop> {
        let request = Request::get(path);
        let is_no_http = |error: &SendError| matches!(error, SendError::NoAnswer(NoAnswer::Protocol(_)));
        let mut sent = self.shared.client.send(request.clone()).await;
        if sent.as_ref().is_err_and(is_no_http) {
            sent = self.shared.client.send(request).await;
        }
        match sent {
            Ok(sent) => self.received(sent.exchange).map(|(exchange, _)| Ok(exchange)),
            Err(SendError::NoAnswer(NoAnswer::Protocol(reason))) => Ok(Err(reason)),
            Err(other) => Err(stop(other)),
        }
    }

    /// `POST` of a body.
    pub async fn post(&self, collection: &str, body: Value) -> Result<Exchange, Stop> {
        self.send(Request::post(collection, body)).await
    }

    /// `PUT` of a body.
    pub async fn put(&self, resource: &Resource, body: Value) -> Result<Exchange, Stop> {
        self.send(Request::put(resource.path(), body)).await
    }

    /// Okta's update: `GET`, lay the change over what was read, `PUT` the whole (OKTA-USR-023).
    pub async fn put_changed(&self, resource: &Resource, change: &Value) -> Result<Exchange, Stop> {
        let read = self.read(resource).await?;
        // An error has a body, too.
        let Some(mut body @ Value::Object(_)) = read.answer.json.clone().filter(|_| read.answer.status == 200) else {
            let reason = format!("reading it before the PUT answered {}", crate::expect::got_status(&read));
            return Err(Stop::Blocked { by: "read.user.by-id", reason });
        };
        sample::overlay(&mut body, change);
        if change.get(urn::ENTERPRISE).is_some()
            && let Some(schemas) = body.get_mut("schemas").and_then(Value::as_array_mut)
            && !schemas.contains(&urn::ENTERPRISE.into())
        {
            schemas.push(urn::ENTERPRISE.into());
        }
        self.put(resource, body).await
    }

    /// `PATCH` with a PatchOp message.
    pub async fn patch(&self, resource: &Resource, message: Value) -> Result<Exchange, Stop> {
        self.send(Request::patch(resource.path(), message)).await
    }

    /// `PATCH` with these operations.
    pub async fn patch_ops(&self, resource: &Resource, operations: Vec<Value>) -> Result<Exchange, Stop> {
        self.patch(resource, patch::message(operations)).await
    }

    /// `DELETE`.
    pub async fn delete(&self, resource: &Resource) -> Result<Exchange, Stop> {
        self.send(Request::delete(resource.path())).await
    }

    /// A list with a filter, as Okta pages it, focused on the row of this resource.
    pub async fn filtered(&self, resource: &Resource, filter: &str) -> Result<Exchange, Stop> {
        let query =
            Request::get(resource.collection).query("filter", filter).query("startIndex", 1).query("count", 100);
        Ok(focus_on(self.send(query).await?, &resource.id))
    }

    /// Tries to log in. `None` without a login probe.
    pub async fn knock(&self, user_name: &str, password: &str) -> Option<Door> {
        Some(self.shared.login_probe.as_ref()?.knock(user_name, password, self.shared.timeout).await)
    }

    /// Whether the run can try logins.
    pub fn can_knock(&self) -> bool {
        self.shared.login_probe.is_some()
    }

    /// How long lists and filters may lag behind.
    pub fn settle(&self) -> Duration {
        self.shared.settle
    }

    // ---- judging ----------------------------------------------------------------------------------------------

    /// Says what the next verdicts are about, for findings: "after the second PUT".
    pub fn step(&self, words: impl Into<String>) {
        self.lock().step = words.into();
    }

    /// Judges an exchange for every cited rule; the story goes on whatever comes out. Tells whether it holds.
    pub fn expect(&self, rules: &[&'static str], exchange: &Exchange, expectation: Expectation) -> bool {
        self.conclude(rules, expectation(exchange), Some(exchange))
    }

    /// Records a judgement that the story made itself.
    pub fn conclude(&self, rules: &[&'static str], judgement: Judgement, exchange: Option<&Exchange>) -> bool {
        let stays_open = exchange.is_some_and(|exchange| self.is_not_offered(exchange));
        let (judgement, exchange) = (self.bounded(judgement), exchange.map(mark));
        let mut log = self.lock();
        // The exchange was kept when it was sent: the newest one that says the same is it.
        let number = exchange.and_then(|mark| log.kept.iter().rposition(|kept| kept.asked && kept.mark == mark));
        let step = log.step.clone();
        for id in rules {
            let mut verdict = self.verdict(id, &judgement, step.clone(), number);
            if stays_open && verdict.rulebook == catalogue::Rulebook::Rfc {
                (verdict.outcome, verdict.difference) = (Outcome::Unsupported, None);
            }
            // A list may have any number of rows with the same fault.
            let says_it = |known: &Verdict| known.rule == verdict.rule && known.outcome == verdict.outcome;
            if log.verdicts.len() < MOST_VERDICTS || !log.verdicts.iter().any(says_it) {
                log.verdicts.push(verdict);
            }
        }
        judgement == Judgement::Holds
    }

    /// Whether the target refused what it does not announce: a rule of the RFC that was to be shown by a filter or a
    /// PATCH then stays open.
    fn is_not_offered(&self, exchange: &Exchange) -> bool {
        let Request { method, path, query, .. } = &exchange.request;
        let is_of_resources = path.starts_with("/Users") || path.starts_with("/Groups");
        let gate = if *method == Method::PATCH {
            catalogue::Gate::Patch
        } else if is_of_resources && query.split('&').any(|pair| pair.starts_with("filter=")) {
            catalogue::Gate::Filter
        } else {
            return false;
        };
        !exchange.answer.is_success() && self.shared.facts.offers(gate) == Offer::No
    }

    /// Asks a list or a filter about what was changed before, and judges the answer. Lists and filters may lag behind:
    /// the question is repeated within the settling time, and a lag is noted.
    pub async fn ask(
        &self,
        rules: &[&'static str],
        question: Request,
        expectation: impl Fn() -> Expectation,
    ) -> Result<Exchange, Stop> {
        let start = Instant::now();
        let mut pause = FIRST_PAUSE;
        let (answer, mut judgement) = loop {
            let answer = self.send(question.clone()).await?;
            let judgement = expectation()(&answer);
            let may_lag = matches!(judgement, Judgement::Broken(_)) && answer.answer.is_success();
            if !may_lag || start.elapsed() + pause > self.shared.settle {
                break (answer, judgement);
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        };
        if judgement == Judgement::Holds && pause > FIRST_PAUSE {
            let after = format!("this after {} ms", start.elapsed().as_millis());
            judgement = crate::expect::as_variation(crate::expect::broken("this at once", after, ""));
        }
        self.conclude(rules, judgement, Some(&answer));
        Ok(answer)
    }

    fn verdict(&self, id: &'static str, judgement: &Judgement, step: String, exchange: Option<usize>) -> Verdict {
        let rule = catalogue::rule(id);
        let (rulebook, level) =
            rule.map_or((catalogue::Rulebook::Rfc, catalogue::Level::Must), |rule| (rule.rulebook, rule.level));
        let (outcome, difference) = match (rule, judgement) {
            (None, _) => (Outcome::Error, None),
            (Some(rule), _) if !self.shared.facts.applies(rule) => (Outcome::Unsupported, None),
            (_, Judgement::Holds) => (Outcome::Passed, None),
            (_, Judgement::Variation(difference)) => (Outcome::Noted, Some(difference.clone())),
            (_, Judgement::Doubtful(difference)) => (Outcome::Warned, Some(difference.clone())),
            (_, Judgement::Broken(difference)) => (breach(level), Some(difference.clone())),
        };
        Verdict { rule: id, rulebook, level, outcome, difference, step, exchange }
    }

    /// Reads a resource back in one way. The reading's own rules say that it is there; `rules` say how it looks.
    /// Where a reading may lag it is repeated within the settling time, and a lag is noted.
    pub async fn see(
        &self,
        read: &'static Read,
        resource: &Resource,
        rules: &[&'static str],
        expectation: impl Fn() -> Expectation,
    ) -> Result<(), Stop> {
        let start = Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut came_late = false;
        let (seen, judgement) = loop {
            let Some(seen) = (read.run)(self, resource).await? else { return Ok(()) };
            let judgement = if seen.subject().is_some() { Some(expectation()(&seen)) } else { None };
            let is_done = judgement.as_ref().is_some_and(|judgement| !matches!(judgement, Judgement::Broken(_)));
            if is_done || !read.may_lag || start.elapsed() + pause > self.shared.settle {
                // What was there from the first reading and stays wrong is wrong, and not late.
                came_late |= is_done && pause > FIRST_PAUSE;
                break (seen, judgement);
            }
            came_late |= judgement.is_none();
            tokio::time::sleep(pause).await;
            pause *= 2;
        };
        self.step(format!("the reading {}", read.name));
        let there = |got: String| crate::expect::broken("the resource", got, &seen.focus);
        match judgement {
            None if seen.answer.is_success() => {
                self.conclude(read.rules, there("an answer without it".into()), Some(&seen));
            }
            None => _ = self.conclude(read.rules, there(crate::expect::got_status(&seen)), Some(&seen)),
            Some(_) if seen.answer.status != 200 => {
                self.conclude(read.rules, there(crate::expect::got_status(&seen)), Some(&seen));
            }
            Some(judgement) => {
                let shown = if came_late {
                    crate::expect::as_variation(there(format!("it after {} ms", start.elapsed().as_millis())))
                } else {
                    Judgement::Holds
                };
                self.conclude(read.rules, shown, Some(&seen));
                self.conclude(rules, judgement, Some(&seen));
            }
        }
        self.step("");
        Ok(())
    }

    /// Reads back in every way and judges each reading alike.
    pub async fn see_all(
        &self,
        reads: &'static [Read],
        resource: &Resource,
        rules: &[&'static str],
        expectation: impl Fn() -> Expectation,
    ) -> Result<(), Stop> {
        for read in reads {
            self.see(read, resource, rules, &expectation).await?;
        }
        Ok(())
    }

    /// Writes `change` in a form and judges its status. Where the target does not offer the form the story ends.
    pub async fn write(&self, form: &'static Form, resource: &Resource, change: &Value) -> Result<Exchange, Stop> {
        let answer = (form.run)(self, resource, change).await?;
        let applies = |id: &&str| catalogue::rule(id).is_some_and(|rule| self.shared.facts.applies(rule));
        if !answer.answer.is_success() && !form.rules.iter().any(applies) {
            return Err(Stop::Unsupported(format!(
                "{} is not announced, and answered {}",
                form.words, answer.answer.status
            )));
        }
        self.step(format!("the answer to {}", form.words));
        self.expect(form.rules, &answer, crate::expect::status(form.answers));
        self.step("");
        Ok(answer)
    }

    /// Writes `change` in a form, and sees `effect` in the answer's body and in every reading. A form that is refused
    /// must have changed nothing.
    pub async fn write_and_see(
        &self,
        write: &'static Form,
        reads: &'static [Read],
        resource: &Resource,
        change: &Value,
        also: &[&'static str],
        effect: impl Fn() -> Expectation,
    ) -> Result<Exchange, Stop> {
        let answer = self.write(write, resource, change).await?;
        if !answer.answer.is_success() {
            let seen = self.read(resource).await?;
            if effect()(&seen) == Judgement::Holds && seen.answer.json.as_ref() != Some(&resource.seen) {
                let got = format!("{} and the change all the same", answer.answer.status);
                self.step(format!("the reading after {}", write.words));
                self.conclude(write.rules, crate::expect::broken("a success, or no change", got, ""), Some(&seen));
                self.step("");
            }
            return Ok(answer);
        }
        self.conclude_answer(write, resource, &answer, effect()).await?;
        let rules: Vec<&'static str> = write.rules.iter().chain(also).copied().collect();
        for read in reads {
            self.see(read, resource, &rules, &effect).await?;
        }
        Ok(answer)
    }

    /// Whether the answer to a change shows the resource as a reading right after does (RFC 7644 §3.1): if neither
    /// shows the change, the change is missing, and the answer is honest.
    pub async fn conclude_answer(
        &self,
        write: &'static Form,
        resource: &Resource,
        answer: &Exchange,
        effect: Expectation,
    ) -> Result<(), Stop> {
        let mut judgement = crate::expect::if_body(&effect)(answer);
        if judgement != Judgement::Holds {
            let seen = self.read(resource).await?;
            if seen.answer.status == 200 && effect(&seen) != Judgement::Holds {
                judgement = Judgement::Holds;
            }
        }
        self.step(format!("the answer to {}", write.words));
        self.conclude(&["RFC7644-3.1-04"], judgement, Some(answer));
        self.step("");
        Ok(())
    }

    // ---- ending -----------------------------------------------------------------------------------------------

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
