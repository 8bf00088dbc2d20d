//! A login that lasts: the token of now, and the way to the next one.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::oauth::{LoginError, OAuth};
use super::redact::Redactor;
use super::token_command::TokenCommand;

/// Before a token ends the next one is asked for, by this time or a tenth of its life, whichever is shorter.
const AHEAD: Duration = Duration::from_secs(60);
/// After so many new tokens in a row that were refused as the old ones were, none is asked for because of a refusal.
const MOST_FRUITLESS: u32 = 3;
/// No token is longer.
const LONGEST_TOKEN: usize = 16 << 10;

/// Where tokens come from.
pub enum Source {
    /// A command prints one.
    Command(TokenCommand),
    /// An authorization server gives one.
    OAuth(Box<OAuth>),
}

/// A token as it was given.
#[derive(Clone)]
pub struct Issued {
    /// The bearer token.
    pub token: String,
    /// How long it is good for, where that is said.
    pub lifetime: Option<Duration>,
}

impl Issued {
    /// Takes a text for a token only if a header can carry it.
    ///
    /// # Errors
    /// What is wrong with it, without saying it.
    pub fn new(token: &str, lifetime: Option<Duration>) -> Result<Issued, String> {
        match token {
            "" => Err("it is empty".into()),
            long if long.len() > LONGEST_TOKEN => Err(format!("it is longer than {LONGEST_TOKEN} bytes")),
            odd if !odd.bytes().all(|byte| byte.is_ascii_graphic()) => {
                Err("it holds spaces, line breaks or other bytes that no header can carry".into())
            }
            // A token that ends at once would be asked for again with every request.
            fit => Ok(Issued { token: fit.into(), lifetime: lifetime.filter(|lifetime| !lifetime.is_zero()) }),
        }
    }
}

/// One login, shared by everybody who sends requests: the first who needs a new token asks for it, and all others wait.
pub struct Session {
    /// Whoever holds this is asking.
    source: Mutex<Source>,
    held: RwLock<Held>,
    /// New tokens in a row that were refused at once.
    fruitless: AtomicU32,
    redactor: Redactor,
}

/// What is known of the token of now.
#[derive(Default)]
struct Held {
    /// Empty until the first login.
    token: String,
    /// The number of the token of now, from 1.
    number: u64,
    renew_at: Option<Instant>,
    /// Why there will be no other token.
    lost: Option<LoginError>,
    /// What must not come back in an answer: every token so far, and what they were given for.
    secrets: Vec<String>,
}

/// Why a new token is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    /// There is none, or its time is about to end.
    Due,
    /// The target has refused it.
    Refused,
}

impl Session {
    /// A login that has yet to be made; everything secret is told to `redactor` as soon as it is known.
    pub fn new(source: Source, redactor: Redactor) -> Arc<Session> {
        let secrets = match &source {
            Source::Command(_) => Vec::new(),
            Source::OAuth(oauth) => oauth.secrets(),
        };
        let held = RwLock::new(Held { secrets, ..Held::default() });
        Arc::new(Session { source: Mutex::new(source), held, fruitless: AtomicU32::new(0), redactor })
    }

    /// The token of now; empty before the first login.
    pub fn token(&self) -> String {
        self.read().token.clone()
    }

    /// Every text that must never be stored, as far as it is known by now.
    pub fn secrets(&self) -> Vec<String> {
        self.read().secrets.clone()
    }

    /// Why the login is over, if it is.
    pub fn lost(&self) -> Option<LoginError> {
        self.read().lost.clone()
    }

    /// Sees to it that there is a token that has some time left, and gives its number.
    ///
    /// # Errors
    /// None can be had.
    pub async fn ready(self: &Arc<Self>) -> Result<u64, LoginError> {
        let number = {
            let held = self.read();
            if let Some(lost) = &held.lost {
                return Err(lost.clone());
            }
            if held.number > 0 && held.renew_at.is_none_or(|at| Instant::now() < at) {
                return Ok(held.number);
            }
            held.number
        };
        self.renew(number, Why::Due).await?;
        Ok(self.read().number)
    }

    /// The target has refused the token of this number: whether there is another one now to try.
    ///
    /// # Errors
    /// None can be had.
    pub async fn refused(self: &Arc<Self>, number: u64) -> Result<bool, LoginError> {
        let is_known = self.read().number == number;
        if is_known && self.fruitless.load(Ordering::Relaxed) >= MOST_FRUITLESS {
            return Ok(false);
        }
        self.renew(number, Why::Refused).await?;
        Ok(true)
    }

    /// Tells whether a new token was taken where the old one was refused. A target that refuses both does not mean the
    /// token, and would have one asked for with every request.
    pub fn tried(&self, taken: bool) {
        if taken {
            self.fruitless.store(0, Ordering::Relaxed);
        } else {
            self.fruitless.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn renew(self: &Arc<Self>, number: u64, why: Why) -> Result<(), LoginError> {
        let session = self.clone();
        // Begun, it is brought to its end even if nobody waits any more: the answer may hold the only refresh token.
        let renewal = tokio::spawn(async move { session.renew_alone(number, why).await });
        renewal.await.unwrap_or(Err(LoginError::Broken))
    }

    async fn renew_alone(&self, number: u64, why: Why) -> Result<(), LoginError> {
        let mut source = self.source.lock().await;
        {
            let held = self.read();
            if let Some(lost) = &held.lost {
                return Err(lost.clone());
            }
            if held.number != number {
                return Ok(());
            }
        }
        let issued = match &mut *source {
            Source::Command(command) => command.run().await,
            Source::OAuth(oauth) => oauth.next().await,
        };
        let mut held = self.write();
        match issued {
            Ok(Issued { token, lifetime }) => {
                self.redactor.learn(&token);
                let now = Instant::now();
                held.renew_at = lifetime.map(|lifetime| now + (lifetime - AHEAD.min(lifetime / 10)));
                if !held.secrets.contains(&token) {
                    held.secrets.push(token.clone());
                }
                (held.token, held.number) = (token, number + 1);
                Ok(())
            }
            // The old one is good until the target refuses it, and then it is asked again.
            Err(_) if why == Why::Due && number > 0 => {
                held.renew_at = None;
                Ok(())
            }
            Err(error) => {
                held.lost = Some(error.clone());
                Err(error)
            }
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Held> {
        self.held.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printing(command: &str) -> Arc<Session> {
        let redactor = Redactor::default();
        Session::new(Source::Command(TokenCommand::new(command, redactor.clone())), redactor)
    }

    #[test]
    fn only_what_a_header_can_carry_is_a_token() {
        assert!(Issued::new("a.b-c~d+e/f==", None).is_ok());
        for odd in ["", "two words", "two\nlines", "two\r\nX-Evil: lines", "schlüssel", "nul\0"] {
            assert!(Issued::new(odd, None).is_err(), "{odd:?}");
        }
        assert!(Issued::new(&"x".repeat(LONGEST_TOKEN + 1), None).is_err());
    }

    #[tokio::test]
    async fn who_was_refused_while_another_renewed_asks_for_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("count");
        let session = printing(&format!("echo x >> {0}; echo token-$(wc -l < {0} | tr -d ' ')", file.display()));
        let number = session.ready().await.expect("a token");
        assert_eq!((number, session.token().as_str()), (1, "token-1"));
        let refused = futures::future::join_all((0..20).map(|_| session.refused(number))).await;
        assert!(refused.iter().all(|renewed| matches!(renewed, Ok(true))));
        assert_eq!(session.token(), "token-2");
        assert_eq!(session.secrets(), ["token-1", "token-2"]);
    }

    #[tokio::test]
    async fn new_tokens_that_do_not_help_are_not_asked_for_for_ever() {
        let session = printing("echo always-the-same");
        let mut asked = 0;
        for _ in 0..10 {
            let number = session.ready().await.expect("a token");
            if session.refused(number).await.expect("a token") {
                asked += 1;
                session.tried(false);
            }
        }
        assert_eq!(asked, MOST_FRUITLESS);
    }

    #[tokio::test]
    async fn a_login_that_is_over_stays_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("used");
        let session = printing(&format!("test -e {0} && exit 1; touch {0}; echo the-only-token", file.display()));
        let number = session.ready().await.expect("a token");
        assert!(session.refused(number).await.is_err());
        std::fs::remove_file(&file).expect("it is there");
        assert!(session.ready().await.is_err() && session.refused(number).await.is_err() && session.lost().is_some());
    }
}
