//! The HTTP edge: requests become operations, replies become responses, and every refusal is a SCIM error.

mod answer;
mod body;
mod login;
mod query;
mod route;

use crate::auth::{Credentials, credentials};
use crate::config::{Config, Limits};
use crate::defects::{self, Defect, Twist};
use crate::policy::{Bulk, Challenge, Policy};
use crate::provider::{Actor, Operation, Provider, Reply};
use crate::scim::ScimError;
use crate::scim::schema::ResourceKind;
use answer::Answer;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Response, header};
use route::Route;
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tower_http::catch_panic::CatchPanicLayer;

struct Server {
    provider: Provider,
    token: String,
    policy: Policy,
    limits: Limits,
    defects: Vec<&'static Defect>,
    /// How many requests came under the base path.
    requests: AtomicU64,
}

pub(crate) fn router(config: Config) -> Router {
    let Config { origin, token, mut policy, defects, limits, population, clock, randomness } = config;
    for defect in &defects {
        if let Twist::Policy(change) = defect.twist {
            change(&mut policy);
        }
    }
    let provider = Provider::new(&origin, policy.clone(), limits, population, clock, randomness);
    let server = Arc::new(Server { provider, token, policy, limits, defects, requests: AtomicU64::new(0) });
    // One handler for everything: axum's own routing would answer 404 and 405 in its own words.
    Router::new().fallback(handle).with_state(server).layer(CatchPanicLayer::custom(panicked))
}

async fn handle(State(server): State<Arc<Server>>, request: Request) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    for defect in &server.defects {
        if let Twist::Head(twist) = defect.twist {
            twist(&mut parts, &server.token);
        }
    }
    let mut response = server.respond(&parts, body).await.into_response(&server.policy);
    for defect in &server.defects {
        if let Twist::Wire(twist) = defect.twist {
            twist(&parts, &mut response);
        }
    }
    answer::finish(&parts.method, response)
}

/// The process lives on, and the client learns nothing of what went wrong inside.
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let error = ScimError::new(500, "the server made a mistake; the request may be tried again");
    answer::finish(&Method::GET, Answer::from(error).into_response(&Policy::default()))
}

impl Server {
    async fn respond(&self, parts: &Parts, body: Body) -> Answer {
        match parts.uri.path().strip_prefix(crate::BASE_PATH) {
            Some(path) if path.is_empty() || path.starts_with('/') => match self.scim(path, parts, body).await {
                Ok(answer) | Err(answer) => answer,
            },
            _ => self.beside(parts, body).await,
        }
    }

    async fn scim(&self, path: &str, parts: &Parts, body: Body) -> Result<Answer, Answer> {
        if self.is_busy() {
            let error = ScimError::new(429, "too many requests; try again in a second");
            return Err(Answer::from(error).with(header::RETRY_AFTER, "1"));
        }
        let route = Route::find(path).map(|route| route.filter(|route| self.has(route, path)));
        let credentials = credentials(&parts.headers, &self.token, &self.policy);
        let access = route::access(route.as_ref().ok().and_then(Option::as_ref), &parts.method);
        if !self.provider.permits(credentials.actor(), access) {
            return Err(unauthorized(credentials, self.policy.wire.challenge));
        }
        let route = route?.ok_or_else(|| ScimError::new(404, "there is nothing at this address"))?;
        if let Some(allow) = route.allowed()
            && !allow.split(", ").any(|allowed| allowed == parts.method.as_str())
        {
            return Err(not_allowed(allow));
        }
        let operation = self.operation(route, parts, body).await?;
        for defect in &self.defects {
            if let Twist::Wait(wait) = defect.twist
                && let Some(time) = wait(&operation)
            {
                tokio::time::sleep(time).await;
            }
        }
        let answer = Answer::from(self.perform(credentials.actor(), operation));
        Ok(if self.policy.wire.json_on_request && wants_plain_json(&parts.headers) {
            answer.plain_json()
        } else {
            answer
        })
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
        match route {
            Route::Collection(ResourceKind::Group) | Route::Resource(ResourceKind::Group, _) => offers.groups,
            Route::Search(kinds) if **kinds == [ResourceKind::Group] => offers.groups,
            Route::Unsupported("/Bulk") => offers.bulk == Bulk::NotImplemented,
            _ => true,
        }
    }

    async fn operation(&self, route: Route, parts: &Parts, body: Body) -> Result<Operation, Answer> {
        let parameters = query::parameters(parts.uri.query().unwrap_or_default())?;
        let json = async || body::read(&parts.headers, body, self.limits.body).await;
        Ok(match (route, &parts.method) {
            (Route::Collection(kind), &Method::POST) => {
                Operation::Create { kind, view: query::view(&parameters)?, body: json().await? }
            }
            (Route::Collection(kind), _) => {
                Operation::Search { kinds: route::only(kind), query: query::from_parameters(&parameters)? }
            }
            (Route::Root, _) => {
                Operation::Search { kinds: route::EVERYTHING, query: query::from_parameters(&parameters)? }
            }
            (Route::Search(kinds), _) => Operation::Search { kinds, query: query::from_message(&json().await?)? },
            (Route::Resource(kind, id), method) => {
                let view = query::view(&parameters)?;
                match *method {
                    Method::PUT => Operation::Replace { kind, id, view, body: json().await? },
                    Method::PATCH if !self.policy.offers.patch => {
                        return Err(ScimError::new(501, "PATCH is not supported").into());
                    }
                    Method::PATCH => Operation::Patch { kind, id, view, body: json().await? },
                    Method::DELETE => Operation::Delete { kind, id },
                    _ => Operation::Read { kind, id, view },
                }
            }
            (Route::ServiceProviderConfig, _) => Operation::ServiceProviderConfig,
            (Route::ResourceTypes(name), _) => Operation::ResourceTypes { name, filtered: parameters.has("filter") },
            (Route::Schemas(urn), _) => Operation::Schemas { urn, filtered: parameters.has("filter") },
            (Route::Unsupported(what), _) => {
                return Err(ScimError::new(501, format!("{what} is not supported")).into());
            }
        })
    }

    fn perform(&self, actor: Actor, operation: Operation) -> Reply {
        if self.defects.is_empty() {
            return self.provider.perform(actor, operation);
        }
        defects::perform(&self.defects, operation, &|operation| self.provider.perform(actor, operation))
    }
}

fn not_allowed(allow: &'static str) -> Answer {
    Answer::from(ScimError::new(405, format!("only {allow} can be used here"))).with(header::ALLOW, allow)
}

fn unauthorized(credentials: Credentials, challenge: Challenge) -> Answer {
    let detail = match credentials {
        Credentials::Missing => "this needs a bearer token",
        _ => "the bearer token is not valid",
    };
    Answer::from(ScimError::new(401, detail)).with(header::WWW_AUTHENTICATE, credentials.challenge(challenge))
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
