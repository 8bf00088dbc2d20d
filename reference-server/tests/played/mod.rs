//! A server that plays a product, on a clock that is set by hand, and what clients of OAuth ask of it.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part")]

use crate::client::{Answer, Client, USER, config};
use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use scim_reference_server::{Administrator, Config, Console, OAuthClient, Product, service};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

pub const ID: &str = "client-1";
pub const SECRET: &str = "quiet: 100% + more";
pub const MINUTE: i64 = 60;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

pub struct Played {
    pub client: Client,
    pub console: Console,
    seconds: Arc<AtomicI64>,
}

impl Played {
    /// A published system that is configured.
    pub fn new(name: &str) -> Self {
        Self::but(name, |_| {})
    }

    /// The same after a change of what it is started with.
    pub fn but(name: &str, change: impl FnOnce(&mut Config)) -> Self {
        let profile = scim_profile::named(name).expect("published").clone();
        Self::with(profile, change)
    }

    pub fn with(profile: scim_profile::Profile, change: impl FnOnce(&mut Config)) -> Self {
        let seconds = Arc::new(AtomicI64::new(1_800_000_000));
        let shown = Arc::clone(&seconds);
        let mut config = Config {
            policy: Product::of(profile).policy(),
            client: Some(OAuthClient { id: ID.into(), secret: SECRET.into() }),
            clock: Arc::new(move || Timestamp::from_second(shown.load(Ordering::Relaxed)).expect("a moment")),
            ..config()
        };
        change(&mut config);
        let service = service(config);
        let console = service.console(0).expect("it plays a product");
        Self { client: Client(axum::Router::new().fallback_service(service)), console, seconds }
    }

    pub fn wait(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    /// A form that is posted, with the Authorization header that is given.
    pub async fn post(&self, path: &str, authorization: Option<&str>, fields: &[(&str, &str)]) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        let form = form.extend_pairs(fields).finish();
        let mut request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded; charset=utf-8");
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        self.client.send(request.body(Body::from(form)).expect("a request")).await
    }

    /// A request to the token endpoint by the client with its secret.
    pub async fn ask(&self, fields: &[(&str, &str)]) -> Answer {
        self.post("/oauth/token", Some(&basic(ID, SECRET)), fields).await
    }

    /// An access token by client credentials.
    pub async fn token(&self) -> String {
        let answer = self.ask(&[("grant_type", "client_credentials")]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["access_token"].as_str().expect("a token").to_owned()
    }

    /// The status of a list that is asked for with a token.
    pub async fn status(&self, token: &str) -> u16 {
        self.list(token).await.status
    }

    pub async fn list(&self, token: &str) -> Answer {
        let answer = self.client.bare("GET", "/Users", &[("authorization", &format!("Bearer {token}"))], "").await;
        if answer.status == 401 {
            assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""), "{answer:?}");
        }
        answer
    }

    /// Somebody is created with a token.
    pub async fn create(&self, token: &str, name: &str) -> Answer {
        let body = json!({"schemas": [USER], "userName": name}).to_string();
        self.client.bare("POST", "/Users", &[("authorization", &format!("Bearer {token}"))], body).await
    }
}

/// The header of a client, its parts encoded as a form is (RFC 6749 §2.3.1).
pub fn basic(id: &str, secret: &str) -> String {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(id), encode(secret))))
}

/// Status and code of a refusal (RFC 6749 §5.2), with its shape checked.
pub fn refusal(answer: &Answer) -> (u16, &str) {
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
    assert!(answer.body["error_description"].as_str().is_some_and(|words| !words.is_empty()), "{answer:?}");
    assert!(answer.body.get("access_token").is_none());
    (answer.status, answer.body["error"].as_str().unwrap_or_default())
}

/// A request to the authorization endpoint, field by field.
pub type Fields<'a> = Vec<(&'a str, &'a str)>;

/// One of the addresses that a code is sent to.
pub const RECEIVER: &str = "https://system-admin.okta.com/admin/app/cpc/rubiconmd/oauth/callback";
pub const OTHER_RECEIVER: &str = "https://system-admin.oktapreview.com/admin/app/cpc/rubiconmd/oauth/callback";
pub const ADMINISTRATOR: &str = "admin@clinic.example";
pub const PASSWORD: &str = "correct <horse> & \"battery\"";
// RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A state that would do harm in a page or an address that does not escape it.
pub const STATE: &str = "s&t=a'te \"><script>1</script>";

/// What Okta asks for.
pub fn request() -> Fields<'static> {
    vec![("response_type", "code"), ("client_id", ID), ("redirect_uri", RECEIVER), ("state", STATE)]
}

/// The same with a proof key.
pub fn proven() -> Fields<'static> {
    [request(), vec![("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]].concat()
}

/// A request with another value of one field.
pub fn with<'a>(mut fields: Fields<'a>, name: &'a str, value: &'a str) -> Fields<'a> {
    fields.retain(|(known, _)| *known != name);
    fields.push((name, value));
    fields
}

pub fn without<'a>(mut fields: Fields<'a>, name: &str) -> Fields<'a> {
    fields.retain(|(known, _)| *known != name);
    fields
}

impl Played {
    /// RubiconMD with an administrator who may consent.
    pub fn rubicon() -> Self {
        Self::rubicon_but(|_| {})
    }

    pub fn rubicon_but(change: impl FnOnce(&mut Config)) -> Self {
        Self::but("rubiconmd", |config| {
            config.administrator = Some(administrator());
            change(config);
        })
    }

    pub async fn address(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::get(format!("{path}?{query}")).body(Body::empty()).expect("a request");
        self.client.send(request).await
    }

    /// What the administrator's browser does with the login form.
    pub async fn sign_in(&self, fields: &[(&str, &str)], password: &str) -> Answer {
        let account = [("username", ADMINISTRATOR), ("password", password)];
        self.post("/oauth/authorize", None, &[fields, &account].concat()).await
    }

    /// The ticket in the consent form.
    pub async fn ticket(&self, fields: &[(&str, &str)]) -> String {
        let consent = page(&self.sign_in(fields, PASSWORD).await, 200);
        hidden(&consent, "ticket").expect("the form has one")
    }

    pub async fn decide(&self, ticket: &str, decision: &str) -> Answer {
        self.post("/oauth/authorize", None, &[("client_id", ID), ("ticket", ticket), ("decision", decision)]).await
    }

    /// A code for a request, to which the administrator consents.
    pub async fn code(&self, fields: &[(&str, &str)]) -> String {
        let answer = self.decide(&self.ticket(fields).await, "authorize").await;
        answered(&answer, RECEIVER, "code").expect("a code")
    }

    /// What the token endpoint says to a code.
    pub async fn redeem(&self, code: &str, verifier: Option<&str>) -> Answer {
        let mut fields = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", RECEIVER)];
        fields.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        self.ask(&fields).await
    }

    /// Access and refresh token after a consent.
    pub async fn tokens(&self) -> (String, String) {
        pair(&self.redeem(&self.code(&request()).await, None).await)
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        self.ask(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }
}

pub fn administrator() -> Administrator {
    Administrator { name: ADMINISTRATOR.into(), password: PASSWORD.into() }
}

/// Both tokens of an answer.
pub fn pair(answer: &Answer) -> (String, String) {
    assert_eq!(answer.status, 200, "{answer:?}");
    let token = |name: &str| answer.body[name].as_str().expect("a token").to_owned();
    (token("access_token"), token("refresh_token"))
}

/// The text of a page, which nobody keeps, frames or runs.
pub fn page(answer: &Answer, status: u16) -> String {
    let text = String::from_utf8(answer.bytes.clone()).expect("UTF-8");
    assert_eq!(answer.status, status, "{text}");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!((answer.header("x-frame-options"), answer.header("referrer-policy")), ("DENY", "no-referrer"));
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; form-action 'self'") && !policy.contains("unsafe"), "{policy}");
    assert!(!text.contains("<script") && !answer.headers.contains_key("location"), "{text}");
    text
}

/// The value of a hidden field, as a browser reads it.
pub fn hidden(page: &str, name: &str) -> Option<String> {
    let field = page.split_once(&format!("name=\"{name}\" value=\""))?.1.split('"').next()?;
    let field = field.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'");
    Some(field.replace("&#38;", "&"))
}

/// A parameter of the address that the client is answered at, which is `receiver`; every answer echoes the state.
pub fn answered(answer: &Answer, receiver: &str, name: &str) -> Option<String> {
    assert_eq!((answer.status, answer.header("cache-control")), (303, "no-store"), "{answer:?}");
    let query = answer.header("location").strip_prefix(receiver).and_then(|rest| rest.strip_prefix('?'));
    let query = query.unwrap_or_else(|| panic!("{}", answer.header("location")));
    let find = |name: &str| form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name);
    assert_eq!(find("state").expect("it is echoed").1, STATE);
    find(name).map(|(_, value)| value.into_owned())
}
