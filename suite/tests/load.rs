//! A target that fails only under load is not called wrong: what stumbles beside other checks is done again alone.
#![cfg(feature = "cli")]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use clap::Parser;
use scimprove::check::Outcome;
use scimprove::cli::check::{embedded_options, story};
use scimprove::cli::embedded::{self, Behaviour, Embedded};
use scimprove::cli::grammar::{Arguments, CheckOptions};
use tokio::sync::Mutex;

/// The reference server behind a door that lets one change in at a time, and answers 500 to the others: what a
/// database that locks itself does.
async fn jammed(server: &Embedded) -> String {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let origin = server.base.trim_end_matches("/scim/v2").to_string();
    let (client, turnstile) =
        (reqwest::Client::builder().no_proxy().build().expect("a client"), Arc::new(Mutex::new(())));
    let router = Router::new().fallback(move |request: Request| {
        let (client, turnstile, origin) = (client.clone(), turnstile.clone(), origin.clone());
        async move {
            let reads = request.method().is_safe();
            let turn = turnstile.try_lock();
            if turn.is_err() && !reads {
                return Response::builder().status(500).body(Body::from("locked")).expect("an answer");
            }
            if !reads {
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
            pass_on(&client, &origin, request).await
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/scim/v2", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn pass_on(client: &reqwest::Client, origin: &str, request: Request) -> Response {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let mut onward = client.request(request.method().clone(), format!("{origin}{path}"));
    for name in ["authorization", "content-type", "accept"] {
        if let Some(value) = request.headers().get(name) {
            onward = onward.header(name, value);
        }
    }
    let body = to_bytes(request.into_body(), 8 << 20).await.expect("a body");
    let answer = onward.body(body).send().await.expect("an answer");
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers().iter().filter(|(name, _)| *name != "transfer-encoding") {
        response = response.header(name, value);
    }
    let body = answer.bytes().await.expect("a body");
    response.body(Body::from(body)).expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_only_under_load_is_warned_of_and_no_more() {
    let server = embedded::start(0, "a-token-of-load".into(), &Behaviour::default()).await.expect("the server starts");
    let options =
        Arguments::parse_from(["scimprove", "--only", "create", "--only", "update", "--only", "protocol"]).check;
    let mut target = embedded_options(&options.target, &server);
    target.url = Some(jammed(&server).await);
    let folder = tempfile::tempdir().expect("a folder");
    std::env::set_current_dir(folder.path()).expect("a folder for the ledger");
    let story = story(&CheckOptions { target, ..options }).await.expect("the run ends");

    let stumbled = story.finished.iter().find(|finished| finished.id == "protocol.no-server-error").expect("decided");
    assert_eq!(stumbled.outcome, Outcome::Warned, "the door was never jammed, so nothing is shown");
    // The answers of the door itself are no SCIM, and said to be none. The checks behind it hold, but for the one that is
    // about creates at the same time, which must not jam.
    let wrong: Vec<&str> = story
        .finished
        .iter()
        .filter(|finished| !finished.id.starts_with("protocol.") && finished.outcome != Outcome::Passed)
        .map(|finished| finished.id.as_str())
        .collect();
    assert_eq!(wrong, ["create.user.race"]);
}
