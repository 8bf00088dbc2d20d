//! From the options to a client: credentials, trust, ledger, guard.

use std::path::Path;
use std::sync::Arc;

use super::Fault;
use super::grammar::TargetOptions;
use crate::target::Client;
use crate::target::application::Application;
use crate::target::credentials::Credentials;
use crate::target::guard::{Guard, Key};
use crate::target::http::{HttpTarget, Limits, Trust, base_url};
use crate::target::ledger::{Head, Ledger};
use crate::target::pace::Pace;
use crate::target::redact::Redactor;

/// The target as the user named it, ready to be talked to.
pub struct Reached {
    /// The base URL, as it is shown.
    pub base: String,
    /// The credentials.
    pub credentials: Credentials,
    /// Whether it is this machine.
    pub is_loopback: bool,
    http: HttpTarget,
}

/// The target of the options, whose URL must be given.
pub fn reach(options: &TargetOptions, url: &str) -> Result<Reached, Fault> {
    let base = base_url(url).map_err(Fault::usage)?;
    let credentials = credentials(options)?;
    let trust = trust(options)?;
    let limits = Limits { time: options.timeout, ..Limits::default() };
    let http = HttpTarget::new(&base, credentials.clone(), &trust, limits).map_err(Fault::usage)?;
    let is_loopback = match base.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    Ok(Reached { base: base.as_str().trim_end_matches('/').into(), credentials, is_loopback, http })
}

impl Reached {
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
        let redactor = Redactor::new(self.credentials.secrets().into_iter().chain([password_stem.to_string()]));
        let guard = Guard::new(key, options.fixture_user.clone());
        Client::new(Box::new(self.http), guard, ledger, redactor, Pace::new(options.rps))
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

fn variable(name: &str) -> Result<String, Fault> {
    std::env::var(name).map_err(|_| Fault::usage(format!("the environment variable {name} is not set")))
}

/// Twelve random letters and digits, a letter first.
pub fn random_word() -> Result<String, Fault> {
    Ok(random_key()?.word().into())
}

fn random_key() -> Result<Key, Fault> {
    Key::random().map_err(|error| Fault::bug(format!("no randomness: {error}")))
}

fn credentials(options: &TargetOptions) -> Result<Credentials, Fault> {
    let token = |text: String, from: &str| match text.trim() {
        "" => Err(Fault::usage(format!("{from} holds no token"))),
        token => Ok(Credentials::Bearer(token.into())),
    };
    if let Some(text) = &options.token {
        return token(text.clone(), "--token");
    }
    if let Some(name) = &options.token_env {
        return token(variable(name)?, name);
    }
    if let Some(file) = &options.token_file {
        let text = std::fs::read_to_string(file)
            .map_err(|error| Fault::usage(format!("--token-file {}: {error}", file.display())))?;
        return token(text, &file.display().to_string());
    }
    if let Some(command) = &options.token_command {
        let output = std::process::Command::new("sh")
            .args(["-c", command])
            .output()
            .map_err(|error| Fault::usage(format!("--token-command could not be run: {error}")))?;
        if !output.status.success() {
            return Err(Fault::usage(format!("--token-command failed with {}", output.status)));
        }
        return token(String::from_utf8_lossy(&output.stdout).into_owned(), "the output of --token-command");
    }
    if let Some(pair) = &options.basic {
        let (user, password) =
            pair.split_once(':').ok_or_else(|| Fault::usage("--basic needs USER:PASSWORD, with a colon between"))?;
        return Ok(Credentials::Basic { user: user.into(), password: password.into() });
    }
    match std::env::var("SCIM_TOKEN") {
        Ok(text) if !text.trim().is_empty() => Ok(Credentials::Bearer(text.trim().into())),
        _ => Ok(Credentials::Anonymous),
    }
}
