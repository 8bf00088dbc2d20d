//! What a server is started with.

use crate::defects::Defect;
use crate::limits::Limits;
use crate::policy::Policy;
use crate::population::Population;
use crate::product::Organisation;
use jiff::{SignedDuration, Timestamp};
use std::fmt;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::time::Instant;

/// A source of the present moment.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A source of random bytes.
pub type Randomness = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// Everything a server needs to know.
#[derive(Clone)]
pub struct Config {
    /// Scheme, host and port under which clients reach the server, as in `http://127.0.0.1:8080`.
    pub origin: String,
    /// The bearer token that opens it.
    pub token: String,
    /// A bearer token that opens it for reading alone.
    pub reader_token: Option<String>,
    /// Accounts that were there before any client came.
    pub accounts: Vec<Account>,
    /// Other organisations on the same server.
    pub tenants: Vec<Tenant>,
    /// Leniencies and variants.
    pub policy: Policy,
    /// What the first organisation has set in the product that is played, where one is.
    pub organisation: Organisation,
    /// What opens the pages of the application behind, where a product is played; without it they are not served.
    pub console_key: Option<String>,
    /// The OAuth client of the first organisation, where the product has such clients; nothing is one that has not
    /// configured SCIM yet.
    pub client: Option<OAuthClient>,
    /// Who may consent in the name of the first organisation.
    pub administrator: Option<Administrator>,
    /// Addresses that codes may be sent to, besides those of the product.
    pub redirect_uris: Vec<String>,
    /// Ways to be wrong that are switched on.
    pub defects: Vec<&'static Defect>,
    /// Bounds.
    pub limits: Limits,
    /// People who are there from the start, in the first organisation.
    pub population: Population,
    /// Time; a test may stop it.
    pub clock: Clock,
    /// What puts that clock forward, where it can be.
    pub forward: Option<Forward>,
    /// Randomness for ids and sessions; a test may make it repeat.
    pub randomness: Randomness,
}

/// An account that somebody has made in the application itself: no client knows it, and it has no externalId.
#[derive(Clone)]
pub struct Account {
    /// Name to sign in with.
    pub user_name: String,
    /// Password to sign in with.
    pub password: Option<String>,
    /// It owns the organisation: while it is the last that does, it can neither be deactivated nor deleted.
    pub owner: bool,
}

/// What a client shows at the token endpoint.
#[derive(Clone)]
pub struct OAuthClient {
    /// `client_id`.
    pub id: String,
    /// `client_secret`.
    pub secret: String,
}

/// An account for the forms of the authorization endpoint. It is none of those that are provisioned.
#[derive(Clone)]
pub struct Administrator {
    /// Name to sign in with.
    pub name: String,
    /// Password to sign in with.
    pub password: String,
}

/// An organisation with resources of its own, which nobody else sees (RFC 7644 §6).
#[derive(Clone)]
pub struct Tenant {
    /// Its name, as it stands in addresses.
    pub name: String,
    /// The bearer token that opens it, and nothing else.
    pub token: String,
    /// What tells it from others.
    pub by: Tenancy,
}

/// What tells one organisation from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tenancy {
    /// The address: it is served under `/tenants/NAME/scim/v2`.
    Path,
    /// The token: it is served under the same address as all others.
    Credential,
}

impl Config {
    /// Policy `okta`, no defects, the system's clock and randomness.
    pub fn new(origin: impl Into<String>, token: impl Into<String>) -> Self {
        Self {
            origin: origin.into(),
            token: token.into(),
            reader_token: None,
            accounts: Vec::new(),
            tenants: Vec::new(),
            policy: Policy::okta(),
            organisation: Organisation::default(),
            console_key: None,
            client: None,
            administrator: None,
            redirect_uris: Vec::new(),
            defects: Vec::new(),
            limits: Limits::default(),
            population: Population::default(),
            clock: Arc::new(Timestamp::now),
            forward: None,
            randomness: system_randomness(),
        }
    }
}

impl Config {
    /// Whether anybody looks into replies between provider and wire.
    pub(crate) fn looks_into_replies(&self) -> bool {
        !self.defects.is_empty()
    }

    /// The same, with a server that repeats itself: its time is tokio's, a millisecond later at each look, and its
    /// randomness is counted. On a paused clock the same requests get the same answers. For tests and fuzzers alone:
    /// whoever knows one id can tell the next.
    pub fn repeatable(origin: impl Into<String>, token: impl Into<String>) -> Self {
        Self { clock: repeatable_clock(), randomness: repeatable_randomness(), ..Self::new(origin, token) }
    }
}

impl Config {
    /// The same, with a clock that can be put forward while the server runs.
    #[must_use]
    pub fn with_forward_clock(self) -> Self {
        let forward = Forward::default();
        Self { clock: forward.before(self.clock), forward: Some(forward), ..self }
    }
}

/// Puts a clock forward, and never back.
#[derive(Clone, Debug, Default)]
pub struct Forward(Arc<AtomicI64>);

impl Forward {
    /// A clock that is ahead of another by as much as this has put it forward.
    fn before(&self, clock: Clock) -> Clock {
        let ahead = Arc::clone(&self.0);
        Arc::new(move || {
            let passed = SignedDuration::from_secs(ahead.load(Ordering::Relaxed));
            clock().checked_add(passed).unwrap_or(Timestamp::MAX)
        })
    }

    /// Lets so many seconds pass.
    pub(crate) fn by(&self, seconds: u32) {
        let add = |ahead: i64| Some(ahead.saturating_add(seconds.into()));
        // The closure always gives a value.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }
}

/// The operating system's, which is asked for many bytes at once: a call for each id would cost more than the rest of the
/// id. What was given out is forgotten.
fn system_randomness() -> Randomness {
    let drawn: Mutex<([u8; 1024], usize)> = Mutex::new(([0; 1024], 0));
    Arc::new(move |bytes| {
        let mut drawn = drawn.lock().unwrap_or_else(PoisonError::into_inner);
        let (stock, left) = &mut *drawn;
        if *left < bytes.len() {
            getrandom::fill(stock).expect("the operating system gives random bytes");
            *left = stock.len();
        }
        let Some(start) = left.checked_sub(bytes.len()) else {
            return getrandom::fill(bytes).expect("the operating system gives random bytes");
        };
        bytes.copy_from_slice(&stock[start..*left]);
        stock[start..*left].fill(0);
        *left = start;
    })
}

fn repeatable_clock() -> Clock {
    let (start, looks) = (Instant::now(), AtomicI64::new(1_800_000_000_000));
    Arc::new(move || {
        let passed = i64::try_from(start.elapsed().as_millis()).unwrap_or_default();
        let now = looks.fetch_add(1, Ordering::Relaxed).saturating_add(passed);
        Timestamp::from_millisecond(now).unwrap_or(Timestamp::MAX)
    })
}

/// Splitmix64: every draw differs, and every server draws the same.
fn repeatable_randomness() -> Randomness {
    let drawn = AtomicU64::new(0);
    Arc::new(move |bytes| {
        for byte in bytes {
            let mut word = drawn.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
            word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            *byte = word.to_be_bytes()[0];
        }
    })
}

impl fmt::Debug for Account {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut account = formatter.debug_struct("Account");
        account.field("user_name", &self.user_name).field("owner", &self.owner).finish_non_exhaustive()
    }
}

impl fmt::Debug for Administrator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Administrator").field("name", &self.name).finish_non_exhaustive()
    }
}

impl fmt::Debug for OAuthClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OAuthClient").field("id", &self.id).finish_non_exhaustive()
    }
}

impl fmt::Debug for Tenant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tenant").field("name", &self.name).field("by", &self.by).finish_non_exhaustive()
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let defects: Vec<&str> = self.defects.iter().map(|defect| defect.name).collect();
        formatter
            .debug_struct("Config")
            .field("origin", &self.origin)
            .field("tenants", &self.tenants)
            .field("policy", &self.policy)
            .field("defects", &defects)
            .field("limits", &self.limits)
            .field("population", &self.population)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_bytes_are_given_out_once() {
        let randomness = system_randomness();
        let mut seen = std::collections::HashSet::new();
        for _ in 0..1000 {
            let mut bytes = [0; 48];
            randomness(&mut bytes);
            assert!(bytes.chunks(8).all(|part| seen.insert(part.to_vec())));
        }
        let mut many = [0; 5000];
        randomness(&mut many);
        assert!(many.chunks(8).all(|part| seen.insert(part.to_vec())));
    }

    #[test]
    fn the_token_is_not_printed() {
        let printed = format!("{:?}", Config::new("http://host", "sesame-open"));
        assert!(!printed.contains("sesame-open"));
    }
}
