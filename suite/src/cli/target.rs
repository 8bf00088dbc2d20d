//! From the options to a client: credentials, trust, ledger, guard.

use std::path::Path;
use std::sync::Arc;

use super::grammar::TargetOptions;
use super::{Fault, login};
use crate::target::Client;
use crate::target::application::Application;
use crate::target::credentials::Credentials;
use crate::target::guard::{Guard, Key};
use crate::target::http::{HttpTarget, Limits, Trust, base_url};
use crate::target::ledger::{Head, Ledger};
use crate::target::pace::Pace;
use crate::target::redact::Redactor;

/// The target as the user named it, ready to be talked to.
#[derive(Clone)]
pub struct Reached {
    /// The base URL, as it is shown.
    pub base: String,
    /// The credentials.
    pub credentials: Credentials,
    /// Whether it is this machine.
    pub is_loopback: bool,
    http: HttpTarget,
    redactor: Redactor,
}

/// The target of the options, whose URL must be given.
pub fn reach(options: &TargetOptions, url: &str) -> Result<Reached, Fault> {
    let base = base_url(url).map_err(Fault::usage)?;
    let trust = trust(options)?;
    let redactor = Redactor::default();
    let credentials = login::credentials(options, &trust, &redactor)?;
    let limits = Limits { time: options.timeout, ..Limits::default() };
    let http = HttpTarget::new(&base, credentials.clone(), &trust, limits).map_err(Fault::usage)?;
    let is_loopback = match base.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    Ok(Reached { base: base.as_str().trim_end_matches('/').into(), credentials, is_loopback, http, redactor })
}

impl Reached {
    /// Logs in now, where there is something to log in to, so that what goes wrong is told of before anything else.
    pub async fn log_in(&self) -> Result<(), Fault> {
        match self.credentials.session() {
            Some(session) => session.ready().await.map(|_| ()).map_err(login::fault),
            None => Ok(()),
        }
    }

    /// A client for a run of its own, whose ledger lies in `folder`; without one it is kept in memory.
    pub fn client(self, options: &TargetOptions, folder: Option<&Path>, password_stem: &str) -> Result<Client, Fault> {
        let key = random_key()?;
        let ledger = match folder {
            Some(folder) => {
                let head = Head {
                    ledger: 1,
                    key: key.word().into(),
                    base: self.base.clone(),
                    at: jiff::Timestamp::now().to_string(),
                };
                Ledger::create(folder, &head, !self.is_loopback).map_err(Fault::usage)?
            }
            None => Ledger::in_memory(),
        };
        Ok(self.with_ledger(options, key, ledger, password_stem))
    }

    /// A client that goes on with a ledger.
    pub fn with_ledger(self, options: &TargetOptions, key: Key, ledger: Ledger, password_stem: &str) -> Client {
        self.redactor.learn(password_stem);
        let guard = Guard::new(key, options.fixture_user.clone());
        let session = self.credentials.session().cloned();
        Client::new(Box::new(self.http), guard, ledger, self.redactor, Pace::new(options.rps)).renewing(session)
    }
}

/// The way to the application behind SCIM, if the user gave one.
pub fn application(options: &TargetOptions) -> Result<Option<Application>, Fault> {
    let Some(url) = &options.application else { return Ok(None) };
    let base = base_url(url).map_err(Fault::usage)?;
    let key = match (&options.application_key, &options.application_key_env) {
        (Some(key), _) => key.clone(),
        (None, Some(name)) => variable(name)?,
        (None, None) => return Err(Fault::usage("--application needs --application-key-env")),
    };
    let limits = Limits { time: options.timeout, ..Limits::default() };
    let target = HttpTarget::new(&base, Credentials::Bearer(key), &trust(options)?, limits).map_err(Fault::usage)?;
    Ok(Some(Application::new(Arc::new(target))))
}

/// Which certificates are believed.
fn trust(options: &TargetOptions) -> Result<Trust, Fault> {
    let extra_roots = match &options.ca {
        Some(file) => match std::fs::read(file) {
            Ok(bytes) if bytes.is_empty() => Err(Fault::usage(format!("--ca {}: the file is empty", file.display()))),
            bytes => bytes.map_err(|error| Fault::usage(format!("--ca {}: {error}", file.display()))),
        }?,
        None => Vec::new(),
    };
    Ok(Trust { extra_roots, insecure: options.insecure })
}

/// What an environment variable holds.
pub(super) fn variable(name: &str) -> Result<String, Fault> {
    std::env::var(name).map_err(|_| Fault::usage(format!("the environment variable {name} is not set")))
}

/// Twelve random letters and digits, a letter first.
pub fn random_word() -> Result<String, Fault> {
    Ok(random_key()?.word().into())
}

fn random_key() -> Result<Key, Fault> {
    Key::random().map_err(|error| Fault::bug(format!("no randomness: {error}")))
}
