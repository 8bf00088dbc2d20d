//! Every defect is visible to a client: what is right on the plain server is wrong under the defect.

#[path = "../client/mod.rs"]
mod client;
mod edge;
mod groups;
mod lists;
mod together;
mod users;

use client::Client;
use scim_reference_server::{Account, Config, Tenancy, Tenant, defects};

/// An id that nobody has.
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// What these do, they do to everybody.
const PLAIN_TO_SEE: [&str; 3] = ["import.list-is-fake", "media.request-scim-refused", "media.charset-refused"];

/// On a paused clock: an answer that never comes costs no time.
#[tokio::test(start_paused = true)]
async fn each_defect_turns_right_into_wrong() {
    let (mut wrong, mut idle) = (Vec::new(), Vec::new());
    for defect in defects::all() {
        if !is_right(defect.name, &Client::with(world(defect.name))).await {
            wrong.push(defect.name);
        }
        let defects = vec![defect];
        if is_right(defect.name, &Client::with(Config { defects, ..world(defect.name) })).await {
            idle.push(defect.name);
        }
    }
    assert!(wrong.is_empty(), "wrong without the defect: {wrong:?}");
    assert!(idle.is_empty(), "without effect: {idle:?}");
}

#[tokio::test]
async fn a_defect_leaves_the_ordinary_alone() {
    for defect in defects::all().iter().filter(|defect| !PLAIN_TO_SEE.contains(&defect.name)) {
        let client = Client::defective(defect.name);
        let id = client.user("ann").await;
        let group = client.group("g", &[&id]).await;
        assert_eq!(client.get(&format!("/Users/{id}")).await.body["userName"], "ann", "{}", defect.name);
        assert_eq!(client.get(&format!("/Groups/{group}")).await.body["members"][0]["value"], id, "{}", defect.name);
        assert_eq!(client.names(r#"userName eq "ann""#).await, ["ann"], "{}", defect.name);
    }
}

#[test]
fn the_table_is_well_kept() {
    let mut names: Vec<&str> = defects::all().iter().map(|defect| defect.name).collect();
    assert_eq!(names.len(), 137);
    for defect in defects::all() {
        assert!(defect.name.starts_with(&format!("{}.", defect.area)), "{}", defect.name);
        assert!(!defect.breaks.is_empty() && defect.sentence.ends_with('.'), "{}", defect.name);
        assert_eq!(defects::named(defect.name).map(|found| found.name), Some(defect.name));
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 137);
    assert!(defects::named("no.such").is_none());
}

/// Two defects at once each do their part.
#[tokio::test]
async fn defects_combine() {
    let both = ["create.external-id-dropped", "paging.numbers-as-strings"];
    let defects = both.iter().filter_map(|name| defects::named(name)).collect();
    let client = Client::with(Config { defects, ..client::config() });
    for name in both {
        assert!(!is_right(name, &client).await, "{name}");
    }
}

/// The server that a probe needs: some speak of others than its client.
fn world(defect: &str) -> Config {
    let mut config = client::config();
    match defect {
        "security.cross-tenant" => {
            let (name, token) = ("umbra".to_owned(), together::OTHER_TOKEN.to_owned());
            config.tenants.push(Tenant { name, token, by: Tenancy::Credential });
        }
        "security.last-admin" => {
            let (user_name, password) = ("owner".to_owned(), None);
            config.accounts.push(Account { user_name, password, owner: true });
        }
        _ => {}
    }
    config
}

async fn is_right(defect: &str, client: &Client) -> bool {
    match defect.split_once('.') {
        Some(("create", _)) => users::create(defect, client).await,
        Some(("read", _)) => users::read(defect, client).await,
        Some(("filter" | "paging" | "import", _)) => lists::list(defect, client).await,
        Some(("put", _)) => users::put(defect, client).await,
        Some(("patch", _)) => users::patch(defect, client).await,
        Some(("deactivate" | "reactivate", _)) => users::status(defect, client).await,
        Some(("discovery", _)) => lists::discovery(defect, client).await,
        Some(("group" | "member", _)) => groups::group(defect, client).await,
        Some(("etag" | "bulk" | "concurrency", _)) => together::together(defect, client).await,
        _ => edge::edge(defect, client).await,
    }
}
