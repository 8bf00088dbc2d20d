//! A server in this process that plays one profile, and the suite, which holds it to another; on a paused clock.

use std::sync::Arc;
use std::time::Duration;

use scim_profile::Profile;
use scim_reference_server::{Administrator, BASE_PATH, Config, Defect, Policy, Product, Tenancy, Tenant, defects};
use scimprove::catalogue::{Rulebook, Rules};
use scimprove::check::Item;
use scimprove::checks;
use scimprove::report::Story;
use scimprove::runner::fit::Fit;
use scimprove::runner::select::Selection;
use scimprove::runner::{Run, Settings, run};
use scimprove::target::application::{Application, Spare};
use scimprove::target::credentials::{Credentials, Others};
use scimprove::target::guard::{Guard, Key};
use scimprove::target::http::Limits;
use scimprove::target::ledger::Ledger;
use scimprove::target::login::LoginProbe;
use scimprove::target::pace::Pace;
use scimprove::target::redact::Redactor;
use scimprove::target::service::ServiceTarget;
use scimprove::target::{Client, Request, Target};
use serde_json::json;

const ORIGIN: &str = "http://scim.example";
const TOKEN: &str = "a-token-of-this-test";
const KEY: &str = "a-key-of-this-test";
const STEM: &str = "Pw-claims-aA1";

/// What is wrong with the server.
#[derive(Clone, Default)]
pub(crate) struct Fault {
    /// Its profile, where it is not the one that the suite holds.
    pub(crate) plays: Option<String>,
    /// A defect of the server's.
    pub(crate) defect: Option<&'static str>,
    /// Another policy.
    pub(crate) policy: Option<fn(&mut Policy)>,
}

/// Runs what is made of a profile, or the one check of it, against a server that plays it or another one.
pub(crate) fn story(held: &Profile, fault: &Fault, embedded: bool, only: Option<&str>) -> Story {
    let is_wanted = |item: &Item| matches!(item, Item::Demand(_)) && only.is_none_or(|only| item.id() == only);
    story_of(held, fault, embedded, checks::items_with(held).into_iter().filter(is_wanted).collect())
}

/// Runs every check with a profile against the server that plays it, as `check --profile` does.
pub(crate) fn whole_story(held: &Profile) -> Story {
    let selection = Selection::new(&[], &[]).expect("no patterns");
    let selected = selection.select(&checks::items_with(held), Rules::of(held, true)).expect("no patterns");
    story_of(held, &Fault::default(), true, selected)
}

fn story_of(held: &Profile, fault: &Fault, embedded: bool, selected: Vec<Item>) -> Story {
    assert!(!selected.is_empty(), "{} has no such check", held.name);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
    runtime.block_on(async {
        let played = match &fault.plays {
            Some(text) => Profile::read(text).expect("a profile that can be read"),
            None => held.clone(),
        };
        let mut policy = Product::of(played).policy();
        if let Some(change) = fault.policy {
            change(&mut policy);
        }
        let defects: Vec<&'static Defect> =
            fault.defect.iter().map(|name| defects::named(name).expect("a defect")).collect();
        let tenant = Tenant { name: "spare".into(), token: "a-token-of-the-spare".into(), by: Tenancy::Path };
        let config = Config {
            policy,
            defects,
            console_key: Some(KEY.into()),
            tenants: vec![tenant],
            ..Config::repeatable(ORIGIN, TOKEN)
        };
        let service = scim_reference_server::service(config.with_forward_clock());
        let account = ("ada".to_string(), "Pw-of-ada-1".to_string());
        if let Some(console) = service.console(1) {
            console.appoint(&Administrator { name: account.0.clone(), password: account.1.clone() });
        }
        let router = axum::Router::new().fallback_service(service);
        let limits = Limits { time: Duration::from_secs(10), ..Limits::default() };
        let credentials = Credentials::Bearer(TOKEN.into());
        let target = ServiceTarget::new(router.clone(), BASE_PATH, credentials.clone(), limits);
        let fixture = existing_user(&target).await;
        let guard = Guard::new(Key::new("kclaimsclaims").expect("a key"), fixture.clone());
        let redactor = Redactor::new([TOKEN.to_string(), STEM.to_string()]);
        let client = Client::new(Box::new(target), guard, Ledger::in_memory(), redactor, Pace::new(None));
        let pages = ServiceTarget::new(router.clone(), "/app", Credentials::Bearer(KEY.into()), limits);
        let spare = ServiceTarget::new(router.clone(), "/tenants/spare", Credentials::Anonymous, limits);
        let spare = Spare::new(Arc::new(spare), format!("{ORIGIN}/tenants/spare"), KEY.into(), account);
        let door: Arc<dyn Target> = Arc::new(ServiceTarget::new(router, "", Credentials::Anonymous, limits));
        let settings = Settings {
            base: format!("{ORIGIN}{BASE_PATH}"),
            embedded,
            insecure: false,
            credentials,
            others: Others::default(),
            jobs: 4,
            concurrency: true,
            settle: Duration::from_secs(2),
            timeout: limits.time,
            fit: Fit { mail_domain: "example.com".into(), ..Fit::default() },
            login_probe: Some(LoginProbe::Service(door, "/login".into())),
            application: Some(Application::new(Arc::new(pages))),
            spare: Some(spare),
            fixture_user: fixture,
            last_owner: false,
            password_stem: STEM.into(),
            keep: false,
            profile: Some(Arc::new(held.clone())),
        };
        let rules = Rules::of(held, embedded);
        let it = Run { client, settings, selected, rulebooks: Rulebook::DEFAULT.to_vec(), rules, properties: None };
        let (_stop, interrupt) = tokio::sync::watch::channel(false);
        let mut story = Story::default();
        run(it, interrupt, &mut |event| story.hear(event)).await;
        story
    })
}

/// Somebody whom the run finds there, as people are who have an account before anybody provisions.
async fn existing_user(target: &dyn Target) -> Option<String> {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ada@corp.example", "displayName": "Ada",
        "name": {"familyName": "Lovelace", "givenName": "Ada"}, "active": true,
    });
    let created = target.send(&Request::post("/Users", body)).await.ok()?;
    Some(created.json?.get("id")?.as_str()?.to_string())
}
