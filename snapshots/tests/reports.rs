//! The reports of a green, a red and an undecided run, in every format.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use clap::Parser;
use libtest_mimic::Failed;
use scim_reference_server::{Config, router};
use scimprove::cli::check::story;
use scimprove::cli::grammar::{Arguments, CheckOptions};
use scimprove::report::terminal::Colour;
use scimprove::report::{Story, json, junit, terminal};
use serde_json::json;
use tower::ServiceExt;

use crate::normalise::normalise;
use crate::recording::{Snapshot, TOKEN};

pub(crate) fn snapshots() -> Vec<Snapshot> {
    vec![
        Snapshot { name: "reports.green-terminal", text: || terminal_of(GREEN, Colour::No) },
        Snapshot { name: "reports.green-colours", text: || terminal_of(GREEN, Colour::Yes) },
        Snapshot { name: "reports.green-json", text: || told(GREEN, json::render) },
        Snapshot { name: "reports.green-junit", text: || told(GREEN, junit::render) },
        Snapshot { name: "reports.red-terminal", text: || terminal_of(RED, Colour::No) },
        Snapshot { name: "reports.red-colours", text: || terminal_of(RED, Colour::Yes) },
        Snapshot { name: "reports.red-json", text: || told(RED, json::render) },
        Snapshot { name: "reports.red-junit", text: || told(RED, junit::render) },
        Snapshot { name: "reports.undecided-terminal", text: || terminal_of(UNDECIDED, Colour::No) },
        Snapshot { name: "reports.undecided-colours", text: || terminal_of(UNDECIDED, Colour::Yes) },
        Snapshot { name: "reports.undecided-json", text: || told(UNDECIDED, json::render) },
        Snapshot { name: "reports.undecided-junit", text: || told(UNDECIDED, junit::render) },
        Snapshot { name: "reports.headline", text: headline },
    ]
}

/// A run that is reported.
#[derive(Clone, Copy)]
struct Run {
    /// The target by its origin; without one it is the built-in server.
    target: Option<fn(String) -> Router>,
    options: &'static [&'static str],
}

const WHOLE: Run = Run { target: None, options: &[] };
const GREEN: Run = Run { target: None, options: &["--only", "group.rename"] };
const RED: Run = Run { target: Some(ignores_pathless), options: &["--only", "deactivate", "--only", "group.rename"] };
const UNDECIDED: Run = Run {
    target: Some(offers_little),
    options: &["--only", "group.rename", "--only", "deactivate", "--only", "filter.g*", "--only", "import.groups.*"],
};
/// Nothing of ours lags.
const SETTLE: [&str; 3] = ["scimprove", "--settle", "0.1"];

fn ignores_pathless(origin: String) -> Router {
    let defects = scim_reference_server::defects::named("patch.pathless-ignored").into_iter().collect();
    router(Config { defects, ..Config::new(origin, TOKEN) })
}

/// Says that it has no filters, creates no groups, and has had enough when a user is changed.
fn offers_little(origin: String) -> Router {
    let whole = router(Config::new(origin, TOKEN));
    Router::new().fallback(async move |request: Request| {
        let path = request.uri().path().trim_start_matches(scim_reference_server::BASE_PATH).to_string();
        match (request.method().as_str(), path.as_str()) {
            ("GET", "/ServiceProviderConfig") => scim(200, &json!({"filter": {"supported": false}}).to_string()),
            ("POST", "/Groups") => scim(501, &error(501, "groups are not supported")),
            ("PATCH", _) => scim(429, &error(429, "try again later")),
            _ => whole.clone().oneshot(request).await.into_response(),
        }
    })
}

fn error(status: u16, detail: &str) -> String {
    let schema = "urn:ietf:params:scim:api:messages:2.0:Error";
    json!({"schemas": [schema], "status": status.to_string(), "detail": detail}).to_string()
}

fn scim(status: u16, body: &str) -> Response {
    let answer = Response::builder().status(status).header("Content-Type", "application/scim+json");
    answer.body(Body::from(body.to_string())).expect("an answer")
}

fn run(run: Run) -> Story {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut options: CheckOptions = Arguments::parse_from(SETTLE.iter().chain(run.options)).check;
        if let Some(target) = run.target {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let origin = format!("http://{}", listener.local_addr().expect("an address"));
            options.target.url = Some(format!("{origin}/scim/v2"));
            options.target.token = Some(TOKEN.into());
            tokio::spawn(async move { axum::serve(listener, target(origin)).await });
        }
        story(&options).await.expect("the run ends")
    })
}

fn told(of: Run, render: Render) -> String {
    let story = run(of);
    let key = &story.started.as_ref().expect("it started").key;
    normalise(&render(&story), key)
}

fn terminal_of(of: Run, colour: Colour) -> String {
    let render = match colour {
        Colour::Yes => |story: &Story| terminal::render(story, Colour::Yes),
        Colour::No => |story: &Story| terminal::render(story, Colour::No),
    };
    // Escapes are made visible: nobody reviews a file that colours his own terminal.
    told(of, render).replace('\u{1b}', "␛")
}

fn headline() -> String {
    terminal_of(WHOLE, Colour::No)
}

type Render = fn(&Story) -> String;

const FORMATS: [(&str, Render); 3] =
    [("JSON", json::render), ("JUnit", junit::render), ("terminal", |story| terminal::render(story, Colour::Yes))];

/// A whole run with as many checks at a time as by default: what is reported depends on the target alone. So it does
/// where much is found.
pub(crate) fn two_runs_tell_the_same() -> Result<(), Failed> {
    for of in [WHOLE, Run { target: Some(ignores_pathless), options: &[] }] {
        let stories = [run(of), run(of)];
        for (format, render) in FORMATS {
            let [first, second] = stories.each_ref().map(|story| {
                let key = &story.started.as_ref().expect("it started").key;
                normalise(&render(story), key)
            });
            if first != second {
                return Err(format!("{format}: {}", difference(&first, &second)).into());
            }
        }
    }
    Ok(())
}

/// The first lines that differ.
fn difference(first: &str, second: &str) -> String {
    let lines = first.lines().zip(second.lines()).enumerate();
    let differing = lines.filter(|(_, (first, second))| first != second).take(3);
    let told: Vec<String> =
        differing.map(|(at, (first, second))| format!("line {}:\n- {first}\n+ {second}", at + 1)).collect();
    format!("{} and {} lines\n{}", first.lines().count(), second.lines().count(), told.join("\n"))
}
