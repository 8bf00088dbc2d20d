//! Tests played to the reference server in this process, on a paused clock: no answer takes any time.

use std::time::Duration;

use scim_reference_server::{BASE_PATH, Config, Policy, defects};
use scimprove::idp::okta::runscope::{Export, Variables};
use scimprove::runner::runscope::{Play, Played, Settings, play};
use scimprove::scim::sample;
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

/// A mode of the reference server.
pub(crate) struct Preset {
    pub(crate) name: &'static str,
    pub(crate) policy: fn() -> Policy,
}

/// All of them: what is played is played in every mode.
pub(crate) const PRESETS: &[Preset] = &[
    Preset { name: "okta", policy: Policy::okta },
    Preset { name: "rfc", policy: Policy::rfc },
    Preset { name: "strict", policy: Policy::strict },
    Preset { name: "entra", policy: Policy::entra },
];

/// Whom a test is played to.
#[derive(Clone)]
pub(crate) struct Stage {
    pub(crate) policy: Policy,
    pub(crate) defects: Vec<&'static str>,
    /// The names of users who are there before.
    pub(crate) users: Vec<&'static str>,
    /// Values for variables.
    pub(crate) given: Vec<(&'static str, &'static str)>,
}

impl Stage {
    pub(crate) fn new(policy: Policy) -> Stage {
        Stage { policy, defects: Vec::new(), users: Vec::new(), given: Vec::new() }
    }

    pub(crate) fn okta(defects: &[&'static str]) -> Stage {
        Stage { defects: defects.to_vec(), ..Stage::new(Policy::okta()) }
    }

    /// Plays a test, and gives what came of it and the users that are left.
    ///
    /// # Errors
    /// The test cannot be read, or not be played.
    pub(crate) fn play(&self, text: &str) -> Result<(Played, Vec<Value>), String> {
        let export = Export::read(text).map_err(|error| error.to_string())?;
        let base = format!("{ORIGIN}{BASE_PATH}");
        let key = Key::new("kstagekstage").expect("a key");
        let mut variables = Variables::new(&base, &key, "example.com");
        self.given.iter().for_each(|(name, value)| assert!(variables.give(name, value), "{name}"));
        export.rehearse(&variables).map_err(|error| error.to_string())?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            let named = |name: &&str| defects::named(name).unwrap_or_else(|| panic!("there is no defect {name}"));
            let router = scim_reference_server::router(Config {
                policy: self.policy.clone(),
                defects: self.defects.iter().map(named).collect(),
                ..Config::repeatable(ORIGIN, TOKEN)
            });
            let credentials = Credentials::Bearer(TOKEN.into());
            let to = || ServiceTarget::new(router.clone(), BASE_PATH, credentials.clone(), Limits::default());
            let target = to();
            for name in &self.users {
                let body = sample::okta_user(name, "Ada", "Stranger", name);
                assert_eq!(target.send(&Request::post("/Users", body)).await.expect("an answer").status, 201);
            }
            let guard = Guard::new(key, None);
            let redactor = Redactor::new(credentials.secrets());
            let (ledger, pace) = (Ledger::in_memory(), Pace::new(None));
            let client = Client::new(Box::new(to()), guard, ledger, redactor, pace);
            let settings = Settings {
                base,
                embedded: true,
                insecure: false,
                credentials: credentials.clone(),
                settle: Duration::from_secs(2),
                mail_domain: "example.com".into(),
                keep: false,
            };
            let (_stop, interrupt) = tokio::sync::watch::channel(false);
            let played = play(Play { client, export, variables, settings }, &interrupt).await;
            let left = target.send(&Request::get("/Users")).await.expect("an answer").json.expect("JSON");
            Ok((played, left["Resources"].as_array().cloned().unwrap_or_default()))
        })
    }
}
