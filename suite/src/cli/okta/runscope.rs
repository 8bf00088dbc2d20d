//! `okta runscope FILE`: plays one of Okta's published tests, and reports.

use std::fmt::Display;
use std::io::Write;
use std::path::Path;

use crate::cli::check::{canary, colour, embedded_options, knock, listen, may_write, write};
use crate::cli::embedded::{self, Behaviour};
use crate::cli::grammar::{RunscopeOptions, TargetOptions};
use crate::cli::target::{random_word, reach};
use crate::cli::{Exit, Fault};
use crate::idp::okta::runscope::{Export, Variables};
use crate::report::runscope::{json, render};
use crate::runner::fit::Fit;
use crate::runner::runscope::{End, Play, Played, Settings, play};
use crate::target::Request;
use crate::target::exchange::Login;
use crate::target::guard::Key;

/// Plays the test and writes the reports.
pub(super) async fn runscope(options: RunscopeOptions) -> Result<Exit, Fault> {
    // Now, and not when the test is over and its result would be lost.
    options.json.iter().try_for_each(|file| may_write(file))?;
    let in_file = |reason: &dyn Display| Fault::usage(format!("{}: {reason}", options.file.display()));
    let text = std::fs::read_to_string(&options.file).map_err(|error| in_file(&error))?;
    let export = Export::read(&text).map_err(|error| in_file(&error))?;
    let server = match options.target.url {
        Some(_) => None,
        None => Some(embedded::start(0, random_word()?, &Behaviour::default()).await?),
    };
    let target = match &server {
        Some(server) => embedded_options(&options.target, server),
        None => options.target.clone(),
    };
    // Okta's tests change nobody but whom they create.
    let target = TargetOptions { fixture_user: None, ..target };
    let url = target.url.clone().unwrap_or_default();
    let reached = reach(&target, &url)?;
    let (is_loopback, base, credentials) = (reached.is_loopback, reached.base.clone(), reached.credentials.clone());
    let probe = reached.clone().client(&target, None, "")?;
    let rehearsed =
        export.rehearse(&variables(&options, &base, probe.guard.key())?).map_err(|error| in_file(&error))?;
    if rehearsed.is_empty() {
        return Err(Fault { exit: Exit::Nothing, ..in_file(&"every request is switched off") });
    }
    reached.log_in().await?;
    knock(&probe, &base, &credentials).await?;
    // The built-in server dies with this process, and what was created with it.
    let folder = if server.is_some() { None } else { Some(Path::new(".")) };
    let client = reached.client(&target, folder, "")?;
    rehearsed.iter().filter_map(own_secret).for_each(|secret| client.redactor.learn(&secret));
    if !(is_loopback || options.allow_leftovers || options.keep) {
        canary(&client, &Fit { mail_domain: target.mail_domain.clone(), ..Fit::default() }).await?;
    }
    let ledger = client.ledger.path().map(|path| path.display().to_string());
    let variables = variables(&options, &base, client.guard.key())?;
    let settings = Settings {
        base: base.clone(),
        embedded: server.is_some(),
        insecure: target.insecure,
        credentials,
        settle: target.settle,
        mail_domain: target.mail_domain.clone(),
        keep: options.keep,
    };
    let (interrupt, listening) = listen();
    let played = play(Play { client, export, variables, settings }, &interrupt).await;
    listening.abort();
    report(&options, &played, ledger.as_deref(), &base)?;
    exit(&played, &base)
}

/// An export may hold credentials of its own: what stands behind the scheme is secret.
fn own_secret(request: &Request) -> Option<String> {
    match &request.login {
        Login::Literal(value) => value.split_once(' ').map(|(_, secret)| secret.trim().to_string()),
        _ => None,
    }
}

fn variables(options: &RunscopeOptions, base: &str, key: &Key) -> Result<Variables, Fault> {
    let mut variables = Variables::new(base, key, &options.target.mail_domain);
    for (name, value) in &options.variable {
        if !variables.give(name, value) {
            return Err(Fault::usage(format!("--variable {name}: that is given by the options of the target")));
        }
    }
    Ok(variables)
}

fn report(options: &RunscopeOptions, played: &Played, ledger: Option<&str>, base: &str) -> Result<(), Fault> {
    write(&options.json, || json::render(played))?;
    if options.json.as_deref() == Some(Path::new("-")) {
        return Ok(());
    }
    let mut text = render(played, colour());
    if let (true, Some(ledger)) = (options.keep, ledger) {
        text.push_str(&format!(
            "kept what was created; remove it with\n  scimprove cleanup {ledger} --url {base} --token-env SCIM_TOKEN\n"
        ));
    }
    anstream::stdout().write_all(text.as_bytes()).map_err(Fault::bug)
}

/// What the result means for the shell.
fn exit(played: &Played, base: &str) -> Result<Exit, Fault> {
    if let Some(reason) = &played.ended.lost_login {
        return Err(Fault::unreachable(format!("the login ended in the middle of the test: {reason}")));
    }
    if played.ended.target_gone {
        return Err(Fault::unreachable(format!(
            "{base} stopped answering in the middle of the test. Did the service crash, or does something cut it off? See its log, \
             or try --rps 5 or a longer --timeout"
        )));
    }
    Ok(if played.count(End::Failed) > 0 {
        Exit::Failed
    } else if played.ended.interrupted || played.count(End::Passed) == 0 {
        Exit::Nothing
    } else {
        Exit::Conforms
    })
}
