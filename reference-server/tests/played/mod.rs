//! A server that plays a product, on a clock that is set by hand, and what clients of OAuth ask of it.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part")]

use crate::client::{Answer, Client, USER, config};
use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use scim_reference_server::{Config, Console, OAuthClient, Product, service};
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
