//! `check`: reaches the target, runs, reports.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use scim_profile::Profile;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::embedded::Behaviour;
use super::embedded::{self, Embedded};
use super::grammar::{CheckOptions, Mode, OAuthOptions, TargetOptions};
use super::progress::Progress;
use super::target::{Reached, application, random_word, reach};
use super::{Exit, Fault, profile};
use crate::catalogue::{Rulebook, Rules};
use crate::check::Outcome;
use crate::checks;
use crate::clean::cut;
use crate::properties::Plan;
use crate::report::{Story, json, junit, terminal};
use crate::runner::fit::Fit;
use crate::runner::select::Selection;
use crate::runner::{Run, Settings, run};
use crate::target::client::SendError;
use crate::target::credentials::{Credentials, Others};
use crate::target::login::LoginProbe;
use crate::target::{Client, Exchange, NoAnswer, Request};

/// Who owns the organisation of the built-in server.
const OWNER: &str = "owner@corp.example";

/// The organisation of the built-in server in which checks may break whatever they like.
const SPARE: &str = "spare";

/// Runs the selected checks, and gives everything that the run told.
pub async fn story(options: &CheckOptions) -> Result<Story, Fault> {
    Ok(run_checks(options).await?.0)
}

/// The story, and where its ledger lies.
async fn run_checks(options: &CheckOptions) -> Result<(Story, Option<String>), Fault> {
    // Now, and not when the run is over and its result would be lost.
    [&options.json, &options.junit].into_iter().flatten().try_for_each(|file| may_write(file))?;
    let mut selection = Selection::new(&options.only, &options.skip).map_err(Fault::usage)?;
    selection.features = options.feature.clone();
    selection.rulebooks = options.rulebook.clone();
    let promised = options.profile.as_deref().map(profile::load).transpose()?.map(Arc::new);
    match &options.target.url {
        Some(url) => against(reach(&options.target, url)?, options, &selection, promised, None).await,
        None => {
            let played = promised.as_deref().cloned();
            let console_key = Some(random_word()?);
            let tenants = if played.is_some() { vec![(SPARE.into(), random_word()?)] } else { Vec::new() };
            // A product says itself who is there.
            let owners = if played.is_some() { Vec::new() } else { vec![(OWNER.into(), None)] };
            let others = Others { second: Some(random_word()?), low: Some(random_word()?) };
            // What Entra alone is to be held against is served as Entra needs it.
            let mode = if options.rulebook == [Rulebook::Entra] { Mode::Entra } else { Mode::default() };
            let behaviour = Behaviour {
                mode,
                profile: played,
                console_key,
                tenants,
                forward_clock: true,
                second_token: others.second.clone(),
                low_token: others.low.clone(),
                owners,
                ..Behaviour::default()
            };
            let server = embedded::start(0, random_word()?, &behaviour).await?;
            let target = embedded_options(&options.target, &server);
            let reached = reach(&target, &server.base)?;
            against(
                reached,
                &CheckOptions { target, second_token: others.second, low_token: others.low, ..options.clone() },
                &selection,
                promised,
                Some(&server),
            )
            .await
        }
    }
}

/// Runs the selected checks and writes the reports.
pub async fn check(options: CheckOptions) -> Result<Exit, Fault> {
    let (story, ledger) = run_checks(&options).await?;
    let quiet = [&options.json, &options.junit].iter().any(|file| file.as_deref() == Some(Path::new("-")));
    write(&options.json, || json::render(&story))?;
    write(&options.junit, || junit::render(&story))?;
    if !quiet {
        let mut text = terminal::render(&story, colour());
        if let (true, Some(ledger)) = (options.keep, &ledger) {
            let url = options.target.url.as_deref().unwrap_or_default();
            text.push_str(&format!("kept what was created; remove it with\n  scimprove cleanup {ledger} --url {url} --token-env SCIM_TOKEN\n"));
        }
        anstream::stdout().write_all(text.as_bytes()).map_err(Fault::bug)?;
    }
    let end = exit(&story, options.strict);
    if let (Exit::Unreachable, Some(reason)) = (end, story.ended.as_ref().and_then(|ended| ended.lost_login.as_ref())) {
        return Err(Fault::unreachable(format!("the login ended in the middle of the run: {reason}")));
    }
    if end == Exit::Unreachable {
        let base = story.started.as_ref().map_or("the target", |started| &started.target);
        return Err(Fault::unreachable(format!(
            "{base} stopped answering in the middle of the run. Did the service crash, or does something cut it off? See its log, \
             or try --rps 5 or a longer --timeout"
        )));
    }
    Ok(end)
}

/// Whether standard output is to be coloured: the terminal and NO_COLOR decide.
pub(super) fn colour() -> terminal::Colour {
    match anstream::AutoStream::choice(&std::io::stdout()) {
        anstream::ColorChoice::Never => terminal::Colour::No,
        _ => terminal::Colour::Yes,
    }
}

/// What the result means for the shell.
pub fn exit(story: &Story, strict: bool) -> Exit {
    let any = |outcome| story.count(outcome) > 0;
    if any(Outcome::Error) {
        Exit::Bug
    } else if any(Outcome::Failed) || (strict && any(Outcome::Warned)) {
        Exit::Failed
    } else if story.ended.as_ref().is_some_and(|ended| ended.target_gone || ended.lost_login.is_some()) {
        Exit::Unreachable
    } else if story.ended.as_ref().is_some_and(|ended| ended.interrupted) {
        Exit::Nothing
    } else if story.finished.iter().any(|finished| finished.outcome.is_decided()) {
        Exit::Conforms
    } else {
        Exit::Nothing
    }
}

/// The built-in server as a target: its token, its login door; what the user said of time and names stays.
pub fn embedded_options(options: &TargetOptions, server: &Embedded) -> TargetOptions {
    TargetOptions {
        url: Some(server.base.clone()),
        token: Some(server.token.clone()),
        token_env: None,
        token_file: None,
        token_command: None,
        basic: None,
        oauth: OAuthOptions::default(),
        login_probe: options.login_probe.clone().or_else(|| Some(server.login.clone())),
        application: server.application.as_ref().map(|(base, _)| base.clone()),
        application_key: server.application.as_ref().map(|(_, key)| key.clone()),
        last_owner: options.last_owner || (options.fixture_user.is_none() && server.owner.is_some()),
        fixture_user: options.fixture_user.clone().or_else(|| server.owner.clone()),
        ..options.clone()
    }
}

async fn against(
    reached: Reached,
    options: &CheckOptions,
    selection: &Selection,
    profile: Option<Arc<Profile>>,
    server: Option<&Embedded>,
) -> Result<(Story, Option<String>), Fault> {
    let target = &options.target;
    let items = profile.as_deref().map_or_else(checks::items, checks::items_with);
    let rules = profile.as_deref().map_or_else(Rules::default, |profile| Rules::of(profile, server.is_some()));
    let (selected, rulebooks) = (selection.select(&items, rules).map_err(Fault::usage)?, selection.rulebooks());
    let properties = plan(options, selection)?;
    let relations = properties.as_ref().map_or(0, |plan| plan.relations.len());
    if selected.is_empty() && relations == 0 {
        return Err(Fault {
            exit: Exit::Nothing,
            message: "nothing is selected: --only, --skip, --feature and --rulebook leave no check, and --properties no property"
                .into(),
        });
    }
    let (is_loopback, base, credentials) = (reached.is_loopback, reached.base.clone(), reached.credentials.clone());
    let stem = format!("Pw-{}-aA1", random_word()?);
    // The built-in server dies with this process, and what was created with it.
    let folder = if server.is_some() { None } else { Some(Path::new(".")) };
    reached.log_in().await?;
    let probe = reached.clone().client(target, None, &stem)?;
    knock(&probe, &base, &credentials).await?;
    let client = reached.client(target, folder, &stem)?;
    if !(is_loopback || options.allow_leftovers || options.keep) {
        canary(&client, &fit(options)).await?;
    }
    let ledger = client.ledger.path().map(|path| path.display().to_string());
    let settings = Settings {
        base,
        embedded: server.is_some(),
        insecure: target.insecure,
        credentials,
        others: Others { second: options.second_token.clone(), low: options.low_token.clone() },
        jobs: target.jobs.into(),
        // A rate lets one request out after the other.
        concurrency: !options.no_concurrency && target.rps.is_none(),
        settle: target.settle,
        timeout: target.timeout,
        fit: fit(options),
        login_probe: target.login_probe.as_deref().map(LoginProbe::new),
        application: application(target)?,
        spare: server.and_then(|server| server.spare(SPARE)).transpose().map_err(Fault::bug)?,
        fixture_user: target.fixture_user.clone(),
        last_owner: target.last_owner,
        password_stem: stem,
        keep: options.keep,
        profile,
    };
    let (interrupt, listening) = listen();
    let mut story = Story::default();
    let progress = Progress::new(selected.len() + relations, std::io::stderr().is_terminal());
    let run_it = Run { client, settings, selected, rulebooks, rules, properties };
    run(run_it, interrupt, &mut |event| {
        progress.hear(&event);
        story.hear(event);
    })
    .await;
    listening.abort();
    Ok((story, ledger))
}

/// What made-up users are like, as far as the user has said so.
fn fit(options: &CheckOptions) -> Fit {
    let additions = options.set.iter().cloned().collect();
    Fit { mail_domain: options.target.mail_domain.clone(), additions, ..Fit::default() }
}

/// Turns true when the user breaks off; the second time, everything ends at once.
pub(super) fn listen() -> (watch::Receiver<bool>, JoinHandle<()>) {
    let (stop, interrupt) = watch::channel(false);
    let listening = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            eprintln!("breaking off and cleaning up; once more to leave at once");
            let _ = stop.send(true);
            let _ = tokio::signal::ctrl_c().await;
            std::process::exit(130);
        }
    });
    (interrupt, listening)
}

/// The properties to try, if any. The seed is told, since it alone repeats the cases.
fn plan(options: &CheckOptions, selection: &Selection) -> Result<Option<Plan>, Fault> {
    if options.properties == 0 {
        return Ok(None);
    }
    let seed = match options.seed {
        Some(seed) => seed,
        None => {
            let mut bytes = [0; 4];
            getrandom::fill(&mut bytes).map_err(|error| Fault::bug(format!("no randomness: {error}")))?;
            u32::from_le_bytes(bytes).into()
        }
    };
    eprintln!("properties: {} cases of each; --seed {seed} draws the same again", options.properties);
    Ok(Some(Plan { relations: selection.relations(), cases: options.properties, seed }))
}

/// The first request: is there a SCIM service, and does it take the credentials?
pub(super) async fn knock(client: &Client, base: &str, credentials: &Credentials) -> Result<(), Fault> {
    let first = crate::idp::okta::test_connection();
    let exchange = match client.send(first).await {
        Ok(sent) => sent.exchange,
        Err(SendError::NoAnswer(NoAnswer::Login(reason))) => {
            return Err(Fault::unreachable(format!(
                "{base} refuses the token that was given a moment ago, and there is no other to try: {reason}"
            )));
        }
        Err(SendError::NoAnswer(reason)) => {
            return Err(Fault::unreachable(format!(
                "{base}: {reason}. Is the service running there, and is the URL right?"
            )));
        }
        Err(other) => return Err(Fault::bug(other)),
    };
    let at = format!("{base}/Users");
    let html = is_html(&exchange);
    let kind = cut(exchange.answer.header("content-type").unwrap_or("no Content-Type"), 100);
    match exchange.answer.status {
        401 | 403 if credentials.is_anonymous() => Err(Fault::unreachable(format!(
            "{at} answered {}: it wants credentials, and none were given. Set SCIM_TOKEN, or use --token-env, --token-file or --basic",
            exchange.answer.status
        ))),
        401 | 403 if credentials.session().is_some() => Err(Fault::unreachable(format!(
            "{at} answered {}: it refuses the token that it was given. Is the token for this target, and may its holder use \
             SCIM? See --oauth-scope, or what --token-command prints",
            exchange.answer.status
        ))),
        401 | 403 => Err(Fault::unreachable(format!(
            "{at} answered {}: it refuses the credentials. Check --token, --token-env, --token-file or --basic",
            exchange.answer.status
        ))),
        429 => Err(Fault::unreachable(format!(
            "{at} answered 429: it limits the rate already at the first request. Wait a while, and try a lower --rps"
        ))),
        status @ 300..=399 => {
            let to = cut(exchange.answer.header("location").unwrap_or("nowhere"), 300);
            Err(Fault::unreachable(format!(
                "{at} redirects ({status}) to {to}. SCIM clients don't follow; give the final URL"
            )))
        }
        404 if exchange.answer.json.is_none() => Err(Fault::unreachable(format!(
            "{at} answered 404 without a SCIM body. Does the base URL lack a part, like /scim/v2?"
        ))),
        _ if html => Err(Fault::unreachable(format!(
            "{at} answered a web page (text/html), no SCIM. Is this the SCIM base URL, and not the application's?"
        ))),
        200 if exchange.answer.json.is_none() => Err(Fault::unreachable(format!(
            "{at} answered 200 ({kind}) with {} bytes that are no JSON. Is this the SCIM base URL, and does the service write whole JSON there?",
            exchange.answer.body.len()
        ))),
        _ => Ok(()),
    }
}

fn is_html(exchange: &Exchange) -> bool {
    exchange.answer.json.is_none()
        && exchange.answer.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html"))
}

/// Off this machine: one user is created, read and deleted before anything else is, so that nothing piles up where
/// nothing can be deleted.
pub(super) async fn canary(client: &Client, fit: &Fit) -> Result<(), Fault> {
    let name = format!("scim-{}-canary@{}", client.guard.key().word(), fit.mail_domain);
    let mut body =
        crate::scim::sample::okta_user(&name, "Sample", "Canary", &format!("canary-{}", client.guard.key().word()));
    fit.additions.fill(&mut body);
    // A create that fails leaves nothing; the checks will say so.
    let _ = client.send(Request::post("/Users", body)).await;
    let cleaned = crate::target::cleanup::cleanup(client).await;
    match cleaned.left.first() {
        None => Ok(()),
        Some(left) => Err(Fault::unreachable(format!(
            "one user was created to see whether it can be removed, and it can't: {}: {}. With --allow-leftovers the run goes on, \
             and leaves deactivated users and emptied groups behind",
            left.place, left.reason
        ))),
    }
}

/// Whether a report can be written there. The folder is left as it was: the run may not come to a report.
pub(super) fn may_write(file: &Path) -> Result<(), Fault> {
    if file == Path::new("-") {
        return Ok(());
    }
    let is_new = !file.exists();
    let opened = std::fs::OpenOptions::new().append(true).create(true).open(file);
    opened
        .and_then(|_| if is_new { std::fs::remove_file(file) } else { Ok(()) })
        .map_err(|error| unwritable(file, &error))
}

fn unwritable(file: &Path, error: &std::io::Error) -> Fault {
    Fault::usage(format!("could not write {}: {error}", file.display()))
}

pub(super) fn write(file: &Option<std::path::PathBuf>, render: impl FnOnce() -> String) -> Result<(), Fault> {
    let Some(file) = file else { return Ok(()) };
    let text = render();
    let written =
        if file == Path::new("-") { std::io::stdout().write_all(text.as_bytes()) } else { std::fs::write(file, text) };
    written.map_err(|error| unwritable(file, &error))
}
