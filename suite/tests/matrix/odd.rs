//! Targets that are right and odd: what a person's first run may meet.

use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use scim_reference_server::Config;
use scimprove::target::{Answer, NoAnswer, Request, Target};
use serde_json::json;
use tokio::time::Instant;

/// Gives an answer in place of the server's.
pub type Refuses = fn(&Request) -> Option<Answer>;

/// What is odd about a target.
#[derive(Clone, Copy, Default)]
pub enum Odd {
    /// Nothing.
    #[default]
    No,
    /// Some requests do not come through to it.
    Refuses(Refuses),
    /// Each answer takes so long, on the paused clock.
    Slow(Duration),
    /// It takes so many requests a second, and asks for patience with the others.
    Busy(usize),
    /// It takes so many requests, and then no connection any more.
    Dies(usize),
    /// Its lists lag behind for so long, on the paused clock.
    Lags(Duration),
}

impl Odd {
    /// The configuration of such a server.
    pub fn configure(self, config: &mut Config) {
        if let Odd::Lags(lag) = self {
            config.policy.lists.lag = lag;
            let (start, looks) = (Instant::now(), AtomicUsize::new(0));
            config.clock = std::sync::Arc::new(move || {
                let passed = start.elapsed().as_micros() as usize + looks.fetch_add(1, Ordering::Relaxed);
                Timestamp::from_microsecond(1_800_000_000_000_000 + passed as i64).expect("a time")
            });
        }
    }

    /// What stands in front of such a server.
    pub fn around(self, inner: impl Target + 'static) -> Box<dyn Target> {
        match self {
            Odd::No | Odd::Lags(_) => Box::new(inner),
            odd => {
                Box::new(OddTarget { inner, odd, sent: AtomicUsize::new(0), second: Mutex::new((Instant::now(), 0)) })
            }
        }
    }
}

struct OddTarget<T> {
    inner: T,
    odd: Odd,
    sent: AtomicUsize,
    /// When the second began, and how many requests it has had.
    second: Mutex<(Instant, usize)>,
}

impl<T: Target> Target for OddTarget<T> {
    fn send<'a>(&'a self, request: &'a Request) -> Pin<Box<dyn Future<Output = Result<Answer, NoAnswer>> + Send + 'a>> {
        Box::pin(async {
            match self.odd {
                Odd::Refuses(refuses) => {
                    if let Some(answer) = refuses(request) {
                        return Ok(answer);
                    }
                }
                Odd::Slow(takes) => tokio::time::sleep(takes).await,
                Odd::Busy(most) if !self.is_free(most) => return Ok(patience()),
                Odd::Dies(after) if self.sent.fetch_add(1, Ordering::Relaxed) >= after => {
                    return Err(NoAnswer::Connect("connection refused".into()));
                }
                _ => {}
            }
            self.inner.send(request).await
        })
    }
}

impl<T> OddTarget<T> {
    fn is_free(&self, most: usize) -> bool {
        let mut second = self.second.lock().expect("no panic while it is held");
        if second.0.elapsed() >= Duration::from_secs(1) {
            *second = (Instant::now(), 0);
        }
        second.1 += 1;
        second.1 <= most
    }
}

fn patience() -> Answer {
    let error = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "429", "detail": "too many requests",
    });
    let headers = [("content-type", "application/scim+json"), ("retry-after", "1")];
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_string())).to_vec();
    Answer::new(429, headers, error.to_string().into(), Duration::ZERO)
}
