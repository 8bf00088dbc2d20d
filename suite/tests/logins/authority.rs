//! An authorization server with a SCIM service behind it. It keeps to the RFCs, except where a script answers first.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, Response, header};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use tokio::runtime::Runtime;
use tower::ServiceExt;
use url::form_urlencoded::{byte_serialize, parse};

pub(crate) const CLIENT: &str = "the client";
/// With characters that forms and headers write otherwise.
pub(crate) const SECRET: &str = "s3cret+of/the client%";
pub(crate) const USER: &str = "ada@example.com";
pub(crate) const PASSWORD: &str = "pass&word=of <ada>";
pub(crate) const REDIRECT: &str = "https://elsewhere.example/callback?app=1";
/// The SCIM service's own; no client ever sees it.
const INNER: &str = "inner-token-of-the-service";

type Fields = BTreeMap<String, String>;

/// What it was asked.
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) fields: Fields,
    pub(crate) headers: HeaderMap,
}

/// What answers first.
pub(crate) type Script = fn(&Asked) -> Option<Response<Body>>;

/// What differs from test to test.
#[derive(Default)]
pub(crate) struct Rules {
    /// So many SCIM requests a token is good for.
    pub(crate) life: Option<usize>,
    /// `expires_in`.
    pub(crate) expires_in: Option<u64>,
    /// No refresh tokens.
    pub(crate) no_refresh: bool,
    /// The refresh token from which on all are refused.
    pub(crate) refuses_refresh_from: Option<usize>,
    /// After so many tokens the token endpoint fails.
    pub(crate) fails_after: Option<usize>,
    /// Who asks for a code gets one, at any address of this machine.
    pub(crate) consents_at_once: bool,
    /// Answers first.
    pub(crate) script: Option<Script>,
    /// Here the SCIM service refuses every token.
    pub(crate) refuses_at: Option<&'static str>,
    /// The SCIM service shows the token in a header.
    pub(crate) shows_tokens: bool,
    /// The user name is asked for on a page of its own.
    pub(crate) two_steps: bool,
}

#[derive(Default)]
pub(crate) struct State {
    rules: Rules,
    /// Every form that came to the token endpoint, by its grant.
    pub(crate) grants: Vec<String>,
    /// The token of now, and how many requests it has served.
    tokens: BTreeMap<String, usize>,
    /// Tokens given.
    pub(crate) given: usize,
    /// Requests that the SCIM service has refused.
    pub(crate) refused: usize,
    /// Tokens that came to their end while they were used.
    pub(crate) ended: usize,
    refresh: Option<String>,
    /// Code and what it was asked for with.
    code: Option<(String, Fields)>,
    /// What should not happen.
    pub(crate) faults: Vec<String>,
    /// Every secret so far.
    pub(crate) secrets: Vec<String>,
    /// Requests that came anywhere.
    pub(crate) paths: Vec<String>,
}

/// It runs as long as this value lives.
pub(crate) struct Authority {
    pub(crate) origin: String,
    pub(crate) runtime: Runtime,
    state: Arc<Mutex<State>>,
}

impl Authority {
    pub(crate) fn start(rules: Rules) -> Authority {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let secrets = [SECRET, PASSWORD].map(String::from).to_vec();
        let state = Arc::new(Mutex::new(State { rules, secrets, ..State::default() }));
        let scim = scim_reference_server::router(scim_reference_server::Config::new(&origin, INNER));
        let shared = state.clone();
        let serve = move |request: Request<Body>| {
            let (state, scim) = (shared.clone(), scim.clone());
            async move { answer(&state, scim, request).await }
        };
        runtime.spawn(async move { axum::serve(listener, Router::new().fallback(serve)).await });
        Authority { origin, runtime, state }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panicked")
    }
}

async fn answer(state: &Mutex<State>, scim: Router, request: Request<Body>) -> Response<Body> {
    let (mut head, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.expect("a body");
    let path = head.uri.path().to_string();
    if path.starts_with("/scim/") {
        if let Some(refusal) = refusal(&mut state.lock().expect("a lock"), &path, &head.headers) {
            return refusal;
        }
        let shown =
            state.lock().expect("a lock").rules.shows_tokens.then(|| head.headers[header::AUTHORIZATION].clone());
        head.headers.insert(header::AUTHORIZATION, format!("Bearer {INNER}").parse().expect("a header"));
        let mut answer = scim.oneshot(Request::from_parts(head, Body::from(body))).await.expect("an answer");
        answer.headers_mut().extend(shown.map(|token| (header::HeaderName::from_static("x-debug"), token)));
        return answer;
    }
    let query = head.uri.query().unwrap_or_default().to_string();
    let fields = parse(query.as_bytes()).chain(parse(&body)).map(|(name, value)| (name.into(), value.into())).collect();
    let asked = Asked { path, fields, headers: head.headers };
    let mut state = state.lock().expect("a lock");
    state.paths.push(asked.path.clone());
    if let Some(scripted) = state.rules.script.and_then(|script| script(&asked)) {
        return scripted;
    }
    match (head.method.as_str(), asked.path.as_str()) {
        ("POST", "/oauth/token") => state.token(&asked),
        ("GET", "/oauth/authorize") if state.rules.consents_at_once => {
            let to = asked.field("redirect_uri").to_string();
            assert!(to.starts_with("http://127.0.0.1:"), "{to}");
            let to = format!("{to}?code=code-at-once&state={}", asked.field("state"));
            state.secrets.push("code-at-once".into());
            state.code = Some(("code-at-once".into(), asked.fields));
            redirect(&to).body(Body::empty()).expect("an answer")
        }
        ("GET", "/oauth/authorize") if asked.fields.get("redirect_uri").map(String::as_str) != Some(REDIRECT) => {
            page(400, "<p>This redirect URI is not registered.</p>")
        }
        ("GET", "/oauth/authorize") => {
            state.code = Some((String::new(), asked.fields));
            let field = if state.rules.two_steps { "" } else { r#"<input type="password" name="pw">"# };
            let form = format!(
                r#"<form action="search"><input type="search" name="q"></form><form method="post" action="login">
                <input type="hidden" name="csrf" value="c&amp;1"><input name="who" type="email">{field}<button>Sign in</button></form>"#
            );
            let mut page = page(200, &form);
            page.headers_mut().insert(header::SET_COOKIE, "visit=v1; Path=/; HttpOnly".parse().expect("a header"));
            page
        }
        ("POST", "/oauth/login") => state.login(&asked),
        ("GET", "/oauth/consent") if asked.cookie("signed-in=yes") => page(
            200,
            r#"<form method="post" action="/logout"><button>Sign out</button></form><form method="post">
            <input type="checkbox" name="scope" value="scim" checked><button name="answer" value="no">Deny</button>
            <button name="answer" value="yes">Authorize</button></form>"#,
        ),
        ("POST", "/oauth/consent") if asked.cookie("signed-in=yes") => state.consent(&asked),
        _ => page(404, "nothing here"),
    }
}

impl Asked {
    fn cookie(&self, pair: &str) -> bool {
        self.headers.get(header::COOKIE).is_some_and(|all| all.to_str().is_ok_and(|all| all.contains(pair)))
    }

    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Id and secret, from wherever they are; in both places is one too many.
    fn client(&self) -> Option<(String, String)> {
        let header = self.headers.get(header::AUTHORIZATION).map(|value| {
            let encoded = value.to_str().expect("text").strip_prefix("Basic ").expect("Basic");
            let pair = String::from_utf8(STANDARD.decode(encoded).expect("base64")).expect("UTF-8");
            let pair = pair.replace(':', "=");
            let (id, secret) = parse(pair.as_bytes()).next().expect("a pair");
            (id.into_owned(), secret.into_owned())
        });
        let form = self.fields.get("client_secret").map(|secret| (self.field("client_id").to_string(), secret.clone()));
        if header.is_some() { header.filter(|_| form.is_none()) } else { form }
    }
}

impl State {
    fn token(&mut self, asked: &Asked) -> Response<Body> {
        self.grants.push(asked.field("grant_type").into());
        if self.rules.fails_after.is_some_and(|most| self.given >= most) {
            return page(503, "gone fishing");
        }
        if asked.client() != Some((CLIENT.into(), SECRET.into())) {
            return json(401, r#"{"error":"invalid_client","error_description":"no such client"}"#);
        }
        let is_fit = match asked.field("grant_type") {
            "client_credentials" => true,
            "authorization_code" => self.code.take().is_some_and(|(code, question)| {
                let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(asked.field("code_verifier")));
                self.secrets.push(asked.field("code_verifier").into());
                code == asked.field("code")
                    && question.get("code_challenge") == Some(&challenge)
                    && question.get("code_challenge_method").is_some_and(|method| method == "S256")
                    && question.get("redirect_uri").is_some_and(|it| it == asked.field("redirect_uri"))
            }),
            "refresh_token" => {
                let is_last = self.refresh.as_deref() == Some(asked.field("refresh_token"));
                if !is_last {
                    self.faults.push("a refresh token was used twice".into());
                }
                is_last && self.rules.refuses_refresh_from.is_none_or(|from| self.given < from)
            }
            _ => false,
        };
        if !is_fit {
            return json(400, r#"{"error":"invalid_grant"}"#);
        }
        self.given += 1;
        let token = format!("access-token-{}-of-the-run", self.given);
        self.tokens = BTreeMap::from([(token.clone(), 0)]);
        let mut body = format!(r#"{{"access_token":"{token}","token_type":"bearer""#);
        self.secrets.push(token);
        if let Some(seconds) = self.rules.expires_in {
            body.push_str(&format!(r#","expires_in":{seconds}"#));
        }
        if asked.field("grant_type") != "client_credentials" && !self.rules.no_refresh {
            let refresh = format!("refresh-token-{}-of-the-run", self.given);
            body.push_str(&format!(r#","refresh_token":"{refresh}""#));
            self.secrets.push(refresh.clone());
            self.refresh = Some(refresh);
        }
        json(200, &format!("{body}}}"))
    }

    fn login(&mut self, asked: &Asked) -> Response<Body> {
        let is_whole = asked.field("csrf") == "c&1" && asked.cookie("visit=v1");
        if self.rules.two_steps && is_whole && asked.field("who") == USER && asked.field("pw").is_empty() {
            let form = r#"<form method="post"><input type="hidden" name="csrf" value="c&amp;1"><input type="hidden"
                name="who" value="ada@example.com"><input type="password" name="pw"></form>"#;
            return page(200, form);
        }
        if !is_whole || asked.field("who") != USER || asked.field("pw") != PASSWORD {
            return page(
                401,
                r#"<p>Wrong.</p><form method="post"><input name="who"><input type="password" name="pw"></form>"#,
            );
        }
        redirect("/oauth/consent").header(header::SET_COOKIE, "signed-in=yes").body(Body::empty()).expect("an answer")
    }

    fn consent(&mut self, asked: &Asked) -> Response<Body> {
        let Some((code, question)) = &mut self.code else { return page(400, "no question") };
        let state: String = byte_serialize(question["state"].as_bytes()).collect();
        if asked.field("answer") != "yes" || asked.field("scope") != "scim" {
            let to = format!("{REDIRECT}&error=access_denied&state={state}");
            return redirect(&to).body(Body::empty()).expect("an answer");
        }
        *code = format!("code-after-{}-tokens", self.given);
        self.secrets.push(code.clone());
        redirect(&format!("{REDIRECT}&code={code}&state={state}")).body(Body::empty()).expect("an answer")
    }
}

/// Nothing if the token of the request is good.
fn refusal(state: &mut State, path: &str, headers: &HeaderMap) -> Option<Response<Body>> {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let life = state.rules.life.unwrap_or(usize::MAX);
    let token = token.unwrap_or_default().to_string();
    match state.tokens.get_mut(&token) {
        Some(used) if *used < life && state.rules.refuses_at != Some(path) => {
            *used += 1;
            return None;
        }
        Some(used) if *used >= life => {
            state.tokens.remove(&token);
            state.ended += 1;
        }
        _ => {}
    }
    state.refused += 1;
    let body = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"401","detail":"no such token"}"#;
    let mut answer = json(401, body);
    let challenge = if token.is_empty() { r#"Bearer realm="scim""# } else { r#"Bearer error="invalid_token""# };
    answer.headers_mut().insert("www-authenticate", challenge.parse().expect("a header"));
    answer.headers_mut().insert("content-type", "application/scim+json".parse().expect("a header"));
    Some(answer)
}

pub(crate) fn json(status: u16, body: &str) -> Response<Body> {
    let answer = Response::builder().status(status).header("content-type", "application/json");
    answer.body(body.to_string().into()).expect("an answer")
}

pub(crate) fn page(status: u16, body: &str) -> Response<Body> {
    let answer = Response::builder().status(status).header("content-type", "text/html; charset=utf-8");
    answer.body(format!("<!DOCTYPE html><title>Login</title>{body}").into()).expect("an answer")
}

pub(crate) fn redirect(to: &str) -> axum::http::response::Builder {
    Response::builder().status(303).header("location", to)
}
