//! Targets that are no SCIM service, or a bad one: the program ends in time, within its memory, says whose fault it is,
//! and obeys nothing that it is sent.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "hostile/peer.rs"]
mod peer;
#[path = "hostile/places.rs"]
mod places;
mod program;
#[path = "hostile/run.rs"]
mod run;
#[path = "hostile/wire.rs"]
mod wire;
#[path = "hostile/world.rs"]
mod world;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::StreamExt;
use peer::{Act, Peer};
use places::Place;
use serde_json::json;
use tokio::net::TcpListener;
use wire::Mode;
use world::{plain_ids, world};

/// Runs at a time: most of them wait.
const AT_ONCE: usize = 6;

/// Runs all of them, several at a time, and tells of all that go wrong.
async fn hold<F: Future<Output = ()> + Send + 'static>(runs: impl Iterator<Item = (&'static str, F)>) {
    let runs = futures::stream::iter(runs)
        .map(|(name, run)| async move { tokio::spawn(run).await.err().map(|_| name) })
        .buffer_unordered(AT_ONCE);
    let wrong: Vec<&str> = runs.filter_map(|wrong| async move { wrong }).collect().await;
    assert!(wrong.is_empty(), "{wrong:?}");
}

async fn hold_modes(modes: &'static [Mode], seconds: &'static str) {
    hold(modes.iter().map(|Mode(name, code, words, script)| {
        let run = async move {
            let peer = Peer::start(Box::new(script)).await;
            let done = run::check(name, &peer, &["--timeout", seconds]).await;
            assert_eq!(done.ran.code, *code, "{name}: {}\n{}", done.ran.err, done.ran.out);
            assert!(done.ran.err.contains(words), "{name}: no {words:?} in {}", done.ran.err);
        };
        (*name, run)
    }))
    .await;
}

async fn hold_places(places: &'static [Place], options: &'static [&'static str]) {
    hold(places.iter().map(|Place(name, bend)| {
        let run = async move {
            let peer = Peer::start(world(plain_ids, bend)).await;
            let done = run::check(name, &peer, options).await;
            assert_eq!(done.ran.code, 1, "{name}: {}\n{}", done.ran.err, done.ran.out);
            run::lines_are_safe(name, done.json.as_ref().unwrap(), &peer.url);
        };
        (*name, run)
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_comes_over_the_wire() {
    hold_modes(wire::HTTP, "10").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_waited_for_for_ever() {
    hold_modes(wire::SILENT, "1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_in_the_json() {
    hold_modes(wire::JSON, "10").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_listens() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let done = run::against("nobody", &format!("http://127.0.0.1:{port}/scim/v2"), &[]).await;
    assert_eq!(done.ran.code, 3);
    assert!(done.ran.err.contains("Is the service running"), "{}", done.ran.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_text_is_obeyed_wherever_it_stands() {
    hold_places(places::PLACES, &[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_contradict_each_other() {
    hold_places(places::FICKLE, &[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_take_much_memory() {
    hold_places(places::FAT, &["--only", "create", "--only", "group.create", "--only", "import", "--only", "protocol"])
        .await;
}

/// Also what `cleanup` says, where nothing can be removed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_that_no_path_carries() {
    hold(places::IDS.iter().map(|(name, mint)| {
        let run = async move {
            let script = world(*mint, |asked, answered| {
                if asked.method == "DELETE" {
                    *answered = world::error(405, "\u{1b}[31mno");
                }
            });
            let peer = Peer::start(script).await;
            let done =
                run::check(name, &peer, &["--keep", "--only", "create", "--only", "update", "--only", "group"]).await;
            assert_eq!(done.ran.code, 1, "{name}: {}\n{}", done.ran.err, done.ran.out);
            run::lines_are_safe(name, done.json.as_ref().unwrap(), &peer.url);
            let ledger = program::ledger(done.folder.path()).expect("a ledger");
            let arguments = ["cleanup", ledger.to_str().unwrap(), "--token", run::TOKEN, "--timeout", "1"];
            let ran = run::child(name, done.folder.path(), &arguments).await;
            run::outputs_are_safe(name, &run::Done { ran, ..done });
            assert!(peer.complaints.lock().unwrap().is_empty(), "{name}: {:?}", peer.complaints.lock().unwrap());
        };
        (*name, run)
    }))
    .await;
}

/// Whatever an answer points to, nobody is asked but the target.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_else_is_ever_asked() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/scim/v2", elsewhere.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    tokio::spawn(async move {
        while elsewhere.accept().await.is_ok() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    for status in [301, 302, 303, 307, 308] {
        let location = format!("{base}/Users");
        let script = move |_: &peer::Asked| {
            vec![Act::Send(format!("HTTP/1.1 {status} X\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n").into())]
        };
        let done = run::check("a redirect", &Peer::start(Box::new(script)).await, &[]).await;
        assert_eq!(done.ran.code, 3);
        assert!(done.ran.err.contains("give the final URL"), "{}", done.ran.err);
    }
    let point = move |asked: &peer::Asked, answered: &mut world::Answered| {
        for one in answered.resources().into_iter().filter(|one| one.is_object()) {
            let uri = format!("{base}/Users/{}", one["id"].as_str().unwrap_or_default());
            one["meta"] = json!({"location": uri, "resourceType": "User"});
            one["groups"] = json!([{"value": "1", "$ref": uri}]);
            one["manager"] = json!({"$ref": uri});
            for name in ["endpoint", "documentationUri", "profileUrl", "$schema", "next"] {
                one[name] = uri.as_str().into();
            }
        }
        for name in ["Location", "Content-Location", "Link", "Refresh", "Alt-Svc"] {
            answered.headers.push((name.into(), format!("{base}/{}", asked.number)));
        }
        if asked.number % 5 == 4 {
            answered.status = 307;
        }
    };
    let peer = Peer::start(world(plain_ids, point)).await;
    let done = run::check("answers that point elsewhere", &peer, &[]).await;
    assert_eq!(done.ran.code, 1, "{}", done.ran.err);
    run::lines_are_safe("answers that point elsewhere", done.json.as_ref().unwrap(), &peer.url);
    assert_eq!(asked.load(Ordering::SeqCst), 0, "somebody else was asked");
}
