//! What a story does: it sends, and everything that comes back is kept and watched.

use std::time::Duration;

use futures::future::join_all;
use http::Method;
use serde_json::Value;

use super::{Case, KEPT_WORDS, Kept, Resource, Stop, focus_on, stop};
use crate::check::{Difference, Judgement};
use crate::clean::cut;
use crate::probe::Fate;
use crate::runner::fit::fitted;
use crate::runner::watch::Watched;
use crate::scim::{bulk, patch, sample, urn};
use crate::target::client::{SendError, Sent};
use crate::target::exchange::{Login, encode};
use crate::target::guard::is_addressable;
use crate::target::login::Door;
use crate::target::{Exchange, NoAnswer, Request};

impl Case {
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

    /// Sends requests at the same time, and gives the answers in their order. It waits for all, whatever comes.
    pub async fn at_once(&self, requests: Vec<Request>) -> Result<Vec<Exchange>, Stop> {
        let answers = join_all(requests.into_iter().map(|request| self.send(request))).await;
        answers.into_iter().collect()
    }

    /// The same for who goes on where nothing was sent, or no answer came.
    pub(in crate::runner) async fn attempt(&self, request: Request) -> Result<Result<Exchange, Stop>, SendError> {
        let sent = self.shared.client.send(fitted(&self.shared.fit.additions, request)).await?;
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
            let watched = watched.into_iter().filter(|sight| !self.is_ruled(&sight.judgement));
            let watched: Vec<Watched> = watched.map(|sight| self.bounded_sight(sight)).collect();
            self.lock().watched.extend(watched);
        }
        Ok(())
    }

    /// Whether a change came to something else because the product has a rule of its own for the attribute: whether it keeps
    /// that rule is for the checks of its profile to say.
    fn is_ruled(&self, judgement: &Judgement) -> bool {
        let Judgement::Broken(Difference { pointer, .. }) = judgement else { return false };
        self.shared.facts.fate(&attribute_at(pointer)) != Fate::Free
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
    pub(super) fn bounded(&self, judgement: Judgement) -> Judgement {
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
        if exchange.request.is_elsewhere() {
            return;
        }
        let collection = match exchange.request.path.as_str() {
            "/Users" => "/Users",
            "/Groups" => "/Groups",
            "/Bulk" => return self.remember_bulk(exchange),
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

    fn remember_bulk(&self, exchange: &Exchange) {
        let results = exchange.answer.json.iter().flat_map(bulk::all_created);
        self.lock().created.extend(results.filter(|(_, id)| is_addressable(id)));
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
        self.needs_request(&format!("DELETE {}/{{id}}", resource.collection))?;
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

    /// The login of a person of this run at the target, with the token that the login probe was answered with.
    ///
    /// # Errors
    /// Ends the story where the run has no login probe, or the probe gives no token.
    pub async fn sign_in(&self, user_name: &str, password: &str) -> Result<Login, Stop> {
        let Some(probe) = &self.shared.login_probe else {
            return Err(Stop::Unsupported("what people may do takes their own login: see --login-probe".into()));
        };
        match probe.sign_in(user_name, password, self.shared.timeout).await {
            (Door::Open, Some(token)) => {
                self.shared.client.redactor.learn(&token);
                Ok(Login::Other { variable: "SCIM_PERSON_TOKEN", token, is_elsewhere: false })
            }
            (Door::Open, None) => Err(Stop::Unsupported("the login probe gives no access_token".into())),
            _ => Err(Stop::Unsupported("the login probe does not let a new user in".into())),
        }
    }

    /// Whether the run can try logins.
    pub fn can_knock(&self) -> bool {
        self.shared.login_probe.is_some()
    }

    /// How long lists and filters may lag behind.
    pub fn settle(&self) -> Duration {
        self.shared.settle
    }
}

/// The attribute that a pointer into a user leads to: `name.givenName` for `/name/givenName`.
fn attribute_at(pointer: &str) -> String {
    let mut parts = pointer.split('/').filter(|part| !part.is_empty());
    let first = parts.next().unwrap_or_default();
    let joint = if first.contains(':') { ':' } else { '.' };
    match parts.next().filter(|part| part.parse::<usize>().is_err()) {
        Some(second) => format!("{first}{joint}{second}"),
        None => first.to_owned(),
    }
}
