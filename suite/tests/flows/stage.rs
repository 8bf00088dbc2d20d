//! A product on the stage: the reference server with its profile, in this process and on a paused clock.

use scim_profile::Profile;
use scim_reference_server::{BASE_PATH, Config, Product, defects};
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
    /// How the server is wrong.
    pub(crate) defects: Vec<&'static str>,
}

impl Stage {
    /// A published product, served as it is published.
    pub(crate) fn of(name: &str) -> Stage {
        let profile = scim_profile::named(name).expect("published").clone();
        Stage { served: profile.clone(), profile, defects: Vec::new() }
    }

    /// Plays the flow of a client. Nothing may be left.
    pub(crate) fn play(&self, player: Player) -> Played {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            let named = |name: &&str| defects::named(name).unwrap_or_else(|| panic!("there is no defect {name}"));
            let router = scim_reference_server::router(Config {
                policy: Product::of(self.served.clone()).policy(),
                defects: self.defects.iter().map(named).collect(),
                ..Config::repeatable(ORIGIN, TOKEN)
            });
            let credentials = Credentials::Bearer(TOKEN.into());
            let to = || ServiceTarget::new(router.clone(), BASE_PATH, credentials.clone(), Limits::default());
            let guard = Guard::new(Key::new("kflowskflows").expect("a key"), None);
            let redactor = Redactor::new(credentials.secrets());
            let client = Client::new(Box::new(to()), guard, Ledger::in_memory(), redactor, Pace::new(None));
            let shared = sequence::shared(client, credentials.clone(), "example.com", &format!("{ORIGIN}{BASE_PATH}"));
            let case = Case::new(shared);
            let played = play(&case, &self.profile, player, None).await;
            case.finish().await;
            let left = to().send(&Request::get("/Groups")).await.expect("an answer").json.unwrap_or(Value::Null);
            assert_eq!(left["totalResults"], 0, "no group is left");
            played
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
