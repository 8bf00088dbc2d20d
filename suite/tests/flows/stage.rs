//! A product on the stage: the reference server with its profile, in this process and on a paused clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::fault::{Fault, Faulty};
use scim_profile::Profile;
use scim_reference_server::{BASE_PATH, Config, Product};
use scimprove::flow::Client as Player;
use scimprove::runner::case::Case;
use scimprove::runner::flow::{Played, play};
use scimprove::runner::sequence;
use scimprove::target::credentials::Credentials;
use scimprove::target::guard::{Guard, Key};
use scimprove::target::http::Limits;
use scimprove::target::ledger::Ledger;
use scimprove::target::pace::Pace;
use scimprove::target::redact::Redactor;
use scimprove::target::service::ServiceTarget;
use scimprove::target::{Client, Request, Target};
use serde_json::Value;

const ORIGIN: &str = "http://scim.example";
const TOKEN: &str = "a-token-of-this-test";

/// Whom a flow is played to.
pub(crate) struct Stage {
    /// What the product says of itself.
    pub(crate) profile: Profile,
    /// What the server takes it to say.
    pub(crate) served: Profile,
    /// How the server goes wrong.
    pub(crate) fault: Fault,
}

impl Stage {
    /// A published product, or the example, served as it is.
    pub(crate) fn of(name: &str) -> Stage {
        let example = || Profile::read(include_str!("../../../examples/profiles/acme.toml")).expect("the example");
        let profile = scim_profile::named(name).cloned().unwrap_or_else(example);
        Stage { served: profile.clone(), profile, fault: Fault::None }
    }

    /// Plays the flow of a client. No group may be left.
    pub(crate) fn play(&self, player: Player) -> Played {
        let (played, left, _) = self.playing(player, None);
        assert_eq!(left["totalResults"], 0, "no group is left");
        played
    }

    /// Plays it to the end of a step, and tells how many requests that took.
    pub(crate) fn play_until(&self, player: Player, step: &str) -> (Played, usize) {
        let (played, _, requests) = self.playing(player, Some(step));
        (played, requests)
    }

    fn playing(&self, player: Player, until: Option<&str>) -> (Played, Value, usize) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            let router = scim_reference_server::router(Config {
                policy: Product::of(self.served.clone()).policy(),
                ..Config::repeatable(ORIGIN, TOKEN)
            });
            let credentials = Credentials::Bearer(TOKEN.into());
            let to = || ServiceTarget::new(router.clone(), BASE_PATH, credentials.clone(), Limits::default());
            let requests = Arc::new(AtomicUsize::new(0));
            let faulty = Faulty { target: to(), fault: self.fault, requests: requests.clone() };
            let guard = Guard::new(Key::new("kflowskflows").expect("a key"), None);
            let redactor = Redactor::new(credentials.secrets());
            let client = Client::new(Box::new(faulty), guard, Ledger::in_memory(), redactor, Pace::new(None));
            let shared = sequence::shared(client, credentials.clone(), "example.com", &format!("{ORIGIN}{BASE_PATH}"));
            let case = Case::new(shared);
            let played = play(&case, &self.profile, player, until).await;
            let count = requests.load(Ordering::Relaxed);
            case.finish().await;
            let left = to().send(&Request::get("/Groups")).await.ok().and_then(|answer| answer.json);
            (played, left.unwrap_or(Value::Null), count)
        })
    }
}

/// What came of a flow, in lines.
pub(crate) fn told(played: &Played) -> String {
    let mut text = String::new();
    for step in &played.steps {
        text.push_str(&format!("{}: {}\n", step.name, step.title));
        step.sent.iter().chain(&step.silences).for_each(|line| text.push_str(&format!("  {line}\n")));
        let all = step
            .differences
            .wrong
            .iter()
            .map(|it| ("WRONG", it))
            .chain(step.differences.noted.iter().map(|it| ("noted", it)));
        all.for_each(|(word, it)| {
            text.push_str(&format!("  {word} {}: {}, got {}\n", it.pointer, it.expected, it.got))
        });
    }
    if let Some(stop) = &played.stop {
        text.push_str(&format!("stopped: {stop:?}\n"));
    }
    text
}
