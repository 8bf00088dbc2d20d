//! The HTTP edge: requests become operations, replies become responses, and every refusal is a SCIM error.

mod answer;
mod app;
mod bent;
mod body;
mod bulk;
mod head;
mod login;
mod oauth;
mod query;
mod route;
mod space;

use crate::auth::Presented;
use crate::config::Config;
use crate::defects::{self, Twist};
use crate::limits::Limits;
use crate::policy::{Bulk, Challenge, Groups, Me, Policy, Root, WrongMethod};
use crate::product::Console;
use crate::provider::{Access, Actor, Operation, Reply};
use crate::scim::ScimError;
use crate::scim::etag::{Preconditions, Tags};
use crate::scim::schema::ResourceKind;
use answer::Answer;
use app::Pages;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, header};
use bytes::Bytes;
use http_body_util::Full;
pub(crate) use query::KNOWN as PARAMETERS;
use route::Route;
use serde_json::Value;
use space::{Door, Spaces, Visitor};
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

/// The whole server. It answers any request, so that there is nothing to route.
pub(crate) struct Server {
    spaces: Spaces,
    /// The token of the first organisation, for defects that let in whoever should stay out; nothing without them.
    token: String,
    /// What opens the pages of the application behind, where they are served.
    pages: Option<Pages>,
    policy: Policy,
    limits: Limits,
    /// What bends the server, one by one.
    twists: Vec<Twist>,
    /// How many requests came under the base path.
    requests: AtomicU64,
}

/// The process lives on, and the client learns nothing of what went wrong inside.
pub(crate) fn panicked() -> Response<Full<Bytes>> {
    let error = ScimError::new(500, "the server made a mistake; the request may be tried again");
    answer::finish(&Method::GET, Answer::from(error).into_response(&Policy::default()))
}

impl Server {
    pub(crate) fn new(config: Config) -> Self {
        let mut policy = config.policy.clone();
        let twists: Vec<Twist> = config.defects.iter().flat_map(|defect| defect.twists()).copied().collect();
        for twist in &twists {
            if let Twist::Policy(change) = twist {
                change(&mut policy);
            }
        }
        let spaces = Spaces::new(&config, &policy);
        let pages = Pages::of(&config, &policy);
        let bends_heads = twists.iter().any(|twist| matches!(twist, Twist::Head(_)));
        let Config { token, limits, .. } = config;
        let token = if bends_heads { token } else { String::new() };
        Self { spaces, token, pages, policy, limits, twists, requests: AtomicU64::new(0) }
    }

    /// The pages of an organisation in the product that is played.
    pub(crate) fn console(&self, organisation: usize) -> Option<Console> {
        self.spaces.console(organisation)
    }

    /// The ids of those who own the first organisation.
    pub(crate) fn owners(&self) -> Vec<String> {
        self.spaces.get(0).provider.owners()
    }

    pub(crate) async fn answer(&self, request: Request<Body>) -> Response<Full<Bytes>> {
        let (mut parts, body) = request.into_parts();
        for twist in &self.twists {
            if let Twist::Head(twist) = twist {
                twist(&mut parts, &self.token);
            }
        }
        let mut response = self.respond(&parts, body).await;
        for twist in &self.twists {
            if let Twist::Wire(twist) = twist {
                twist(&parts, &mut response);
            }
        }
        answer::finish(&parts.method, response)
    }

    async fn respond(&self, parts: &Parts, body: Body) -> Response<Bytes> {
        if let Err(error) = head::check(parts, &self.limits) {
            return Answer::from(error).into_response(&self.policy);
        }
        if let Some(pages) = &self.pages
            && let Some((space, path)) = self.spaces.application(parts.uri.path())
        {
            let answer = self.app(pages, space, path, parts, body).await;
            let mut response = answer.plain_json().into_response(&self.policy);
            // Some of it is shown once.
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            return response;
        }
        let (door, path) = self.spaces.door(parts.uri.path());
        let answer = match space::below_base(path) {
            Some(path) => match self.scim(door, path, parts, body).await {
                Ok(answer) | Err(answer) => answer,
            },
            None => match self.endpoint(path) {
                // Small requests that come seldom: the others need not carry their room.
                Some((state, endpoint)) => return Box::pin(self.oauth(state, endpoint, door, parts, body)).await,
                None => self.beside(door, path, parts, body).await,
            },
        };
        answer.into_response(&self.policy)
    }

    async fn scim(&self, door: Door, path: &str, parts: &Parts, body: Body) -> Result<Answer, Answer> {
        if self.is_busy() {
            let error = ScimError::new(429, "too many requests; try again in a second");
            return Err(Answer::from(error).with(header::RETRY_AFTER, "1"));
        }
        let mut visitor = self.spaces.visitor(door, &parts.headers, &self.policy)?;
        let mut route = Route::find(path).map(|route| route.filter(|route| self.has(route, path)));
        // Whoever is signed in reaches their own resource, and nothing else.
        let mut is_me = false;
        if let (Ok(Some(Route::Me)), Some(id)) = (&route, visitor.person.clone()) {
            (route, visitor.actor, is_me) = (Ok(Some(Route::Resource(ResourceKind::User, id))), Actor::Client, true);
        }
        if let Some(id) = &visitor.person
            && self.is_promoted(&visitor, id)
        {
            visitor.actor = Actor::Client;
        }
        let access = route::access(route.as_ref().ok().and_then(Option::as_ref), &parts.method);
        if let Some(refusal) = self.refusal(&visitor, access).or_else(|| self.closed(&visitor, access)) {
            return Err(refusal);
        }
        let route = route?.ok_or_else(|| ScimError::new(404, "there is nothing at this address"))?;
        self.is_offered(&route, &parts.method)?;
        if let Some(allow) = route.allowed()
            && !is_allowed(allow, &parts.method)
        {
            return Err(wrong_method(allow, self.policy.wire.wrong_method));
        }
        let when = preconditions(&parts.headers);
        let body = match route.takes_body(&parts.method) {
            true => Some(body::receive(&parts.headers, body, &self.limits).await?),
            false => None,
        };
        let at_once = body.as_ref().and_then(|body| self.at_once(&visitor, &route, parts, body, &when));
        let mut reply = match at_once {
            Some(reply) => reply,
            None => {
                let parse = |body: Bytes| body::parse(&body, &self.limits, self.policy.wire.repeated_names);
                let body = body.map_or(Ok(Value::Null), parse)?;
                let operation = self.operation(route, &parts.method, parts.uri.query().unwrap_or_default(), body)?;
                match self.twists.is_empty() {
                    true => self.perform(&visitor, operation, when),
                    false => self.perform_late(&visitor, operation, when).await,
                }
            }
        };
        if is_me {
            reply.tell_location();
        }
        let answer = Answer::from(reply);
        Ok(if self.policy.wire.json_on_request && wants_plain_json(&parts.headers) {
            answer.plain_json()
        } else {
            answer
        })
    }

    /// Carries out a write that needs not be taken apart.
    fn at_once(
        &self,
        visitor: &Visitor<'_>,
        route: &Route,
        parts: &Parts,
        body: &[u8],
        when: &Preconditions,
    ) -> Option<Reply> {
        let provider = &self.spaces.get(visitor.space).provider;
        match (route, &parts.method, parts.uri.query()) {
            (Route::Collection(kind), &Method::POST, None) => provider.create_plain(*kind, body),
            (Route::Resource(kind, id), &Method::PATCH, None) => provider.patch_plain(*kind, id, body, when),
            _ => None,
        }
    }

    /// The answer to a visitor who may not do something of that weight.
    fn refusal(&self, visitor: &Visitor<'_>, access: Access) -> Option<Answer> {
        if self.spaces.get(visitor.space).provider.permits(visitor.actor, access) {
            return None;
        }
        Some(match visitor.actor {
            Actor::Reader => Answer::from(ScimError::new(403, "this token opens the service for reading alone"))
                .with(header::WWW_AUTHENTICATE, "Bearer realm=\"scim\", error=\"insufficient_scope\""),
            Actor::Person => ScimError::new(403, "a user reaches nothing here but /Me").into(),
            _ => unauthorized(visitor.presented, self.policy.wire.challenge),
        })
    }

    /// The answer of a gate of the product that is closed. Whoever is not known does not hear of it, and what the service is
    /// like may be read all the same.
    fn closed(&self, visitor: &Visitor<'_>, access: Access) -> Option<Answer> {
        let is_public = matches!(access, Access::Public | Access::Config);
        if is_public || visitor.actor == Actor::Anonymous {
            return None;
        }
        self.spaces.gate(visitor).map(Answer::from)
    }

    /// Refuses what there is an address for, and no service.
    fn is_offered(&self, route: &Route, method: &Method) -> Result<(), ScimError> {
        let refusal = self.policy.product.and_then(|product| product.refusal(method, route.words()?));
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
        match route {
            Route::Me => {
                let status = if self.policy.offers.me == Me::NotFound { 404 } else { 501 };
                Err(ScimError::new(status, "/Me is for users who are signed in; this token stands for no user"))
            }
            Route::Root | Route::Search(route::EVERYTHING) => match self.policy.offers.root {
                Root::Searched => Ok(()),
                Root::NotImplemented => Err(ScimError::new(501, "queries over all types are not supported")),
                Root::NotFound => Err(ScimError::new(404, "there is nothing at this address")),
            },
            Route::Bulk if !self.has_bulk() => Err(ScimError::new(501, "/Bulk is not supported")),
            Route::Collection(ResourceKind::Group) | Route::Resource(ResourceKind::Group, _)
                if route::access(Some(route), method) == Access::Write
                    && self.policy.offers.groups == Groups::EmptyList =>
            {
                Err(ScimError::new(501, "groups are not supported"))
            }
            Route::Resource(..) if method == Method::PATCH && !self.policy.offers.patch => {
                Err(ScimError::new(501, "PATCH is not supported"))
            }
            _ => Ok(()),
        }
    }

    /// Whether this request is one of those that are put off.
    fn is_busy(&self) -> bool {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        self.policy.wire.busy.is_some_and(|every| (number + 1).is_multiple_of(every.get()))
    }

    /// Whether there is anything at an address, which depends on what is offered.
    fn has(&self, route: &Route, path: &str) -> bool {
        let offers = &self.policy.offers;
        if path.len() > 1 && path.ends_with('/') && !offers.trailing_slash {
            return false;
        }
        let has_groups = offers.groups != Groups::NotFound;
        match route {
            Route::Collection(ResourceKind::Group) | Route::Resource(ResourceKind::Group, _) => has_groups,
            Route::Search(kinds) if **kinds == [ResourceKind::Group] => has_groups,
            Route::Bulk => offers.bulk != Bulk::NotFound,
            _ => true,
        }
    }

    /// What a request to an address asks for.
    fn operation(&self, route: Route, method: &Method, query: &str, body: Value) -> Result<Operation, ScimError> {
        let parameters = query::parameters(query)?;
        Ok(match (route, method) {
            (Route::Collection(kind), &Method::POST) => {
                Operation::Create { kind, view: query::view(&parameters)?, body }
            }
            (Route::Collection(kind), _) => {
                Operation::Search { kinds: route::only(kind), query: query::from_parameters(&parameters)? }
            }
            (Route::Root, _) => {
                Operation::Search { kinds: route::EVERYTHING, query: query::from_parameters(&parameters)? }
            }
            (Route::Search(kinds), _) => Operation::Search { kinds, query: query::from_message(&body)? },
            (Route::Resource(kind, id), method) => {
                let view = query::view(&parameters)?;
                match *method {
                    Method::PUT => Operation::Replace { kind, id, view, body },
                    Method::PATCH => Operation::Patch { kind, id, view, body },
                    Method::DELETE => Operation::Delete { kind, id },
                    _ => Operation::Read { kind, id, view },
                }
            }
            (Route::Bulk, _) => Operation::Bulk { body },
            (Route::ServiceProviderConfig, _) => Operation::ServiceProviderConfig,
            (Route::ResourceTypes(name), _) => Operation::ResourceTypes { name, filtered: parameters.has("filter") },
            (Route::Schemas(urn), _) => Operation::Schemas { urn, filtered: parameters.has("filter") },
            (Route::Me, _) => return Err(ScimError::new(501, "this token stands for no user")),
        })
    }

    /// Carries out what a visitor may, under the defects that are switched on.
    fn perform(&self, visitor: &Visitor<'_>, operation: Operation, when: Preconditions) -> Reply {
        let provider = &self.spaces.get(visitor.space).provider;
        if self.twists.is_empty() {
            return match operation {
                Operation::Bulk { body } => self.bulk(visitor, &body).into(),
                operation => provider.perform(operation, &when),
            };
        }
        // A defect may make several operations of one: the first of the same weight bears the conditions.
        let (access, left) = (operation.access(), Cell::new(Some(when)));
        defects::perform(&self.twists, operation, &|operation| {
            let when = if operation.access() == access { left.take() } else { None };
            match operation {
                Operation::Bulk { body } => self.bulk(visitor, &body).into(),
                operation => self.perform_anywhere(visitor, operation, &when.unwrap_or_default()),
            }
        })
    }
}

/// The conditions in the head of a request. An `If-Match` that cannot be read matches nothing.
fn preconditions(headers: &HeaderMap) -> Preconditions {
    let text = |name: HeaderName| {
        let values = || headers.get_all(&name).iter().map(|value| value.to_str().unwrap_or_default());
        headers.contains_key(&name).then(|| values().collect::<Vec<_>>().join(", "))
    };
    Preconditions {
        if_match: text(header::IF_MATCH).map(|list| Tags::parse(&list).unwrap_or(Tags::These(Vec::new()))),
        if_none_match: text(header::IF_NONE_MATCH).and_then(|list| Tags::parse(&list)),
    }
}

fn is_allowed(allow: &str, method: &Method) -> bool {
    allow.split(',').any(|allowed| allowed.trim_start() == method.as_str())
}

/// Whether a method can be used at an address of a bulk request.
fn allows(route: &Route, method: &Method) -> Result<(), ScimError> {
    match route.allowed() {
        Some(allow) if !is_allowed(allow, method) => Err(ScimError::new(405, format!("only {allow} can be used here"))),
        _ => Ok(()),
    }
}

/// The refusal of a method, as this server words it.
fn wrong_method(allow: &'static str, status: WrongMethod) -> Answer {
    match status {
        WrongMethod::NotAllowed => not_allowed(allow),
        WrongMethod::NotFound => ScimError::new(404, format!("only {allow} leads anywhere here")).into(),
        WrongMethod::NotImplemented => ScimError::new(501, format!("only {allow} is supported here")).into(),
    }
}

fn not_allowed(allow: &'static str) -> Answer {
    Answer::from(ScimError::new(405, format!("only {allow} can be used here"))).with(header::ALLOW, allow)
}

fn unauthorized(presented: Presented<'_>, challenge: Challenge) -> Answer {
    let (status, detail) = match presented {
        Presented::Nothing => (401, "this needs a bearer token"),
        // A request that is malformed (RFC 6750 §3.1).
        Presented::Several => (400, "there is more than one Authorization header"),
        _ => (401, "the bearer token is not valid"),
    };
    Answer::from(ScimError::new(status, detail)).with(header::WWW_AUTHENTICATE, presented.challenge(challenge))
}

/// Whether a client asks for `application/json` and nothing else.
fn wants_plain_json(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.trim().eq_ignore_ascii_case("application/json")
}

/// The session a client names in `Authorization: Session …`.
fn session_name(headers: &HeaderMap) -> Option<&str> {
    let (scheme, name) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("session").then(|| name.trim())
}
