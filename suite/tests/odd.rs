//! Reports on odd targets make sense: a person reads what is the matter, and nothing is held against the target that
//! follows from it alone.

mod matrix;

use std::time::Duration;

use http::Method;
use matrix::{BOOKS, Odd, Peer, Refuses, story};
use scim_reference_server::{Policy, variants};
use scimprove::check::Outcome;
use scimprove::report::{Story, terminal};
use scimprove::target::{Answer, Request};
use serde_json::json;

/// The correct server in another way that is right.
fn varied(name: &str) -> Story {
    let mut policy = Policy::okta();
    let variant = variants::all().find(|variant| variant.name == name).expect("a variant");
    (variant.change)(&mut policy);
    story(&Peer { policy, ..Peer::correct() }, &BOOKS)
}

fn refusing(refuses: Refuses) -> Story {
    story(&Peer { odd: Odd::Refuses(refuses), ..Peer::correct() }, &BOOKS)
}

fn text(story: &Story) -> String {
    terminal::render(story, terminal::Colour::No)
}

/// The checks that came out so.
fn checks(story: &Story, outcome: Outcome) -> Vec<&str> {
    story.finished.iter().filter(|it| it.outcome == outcome).map(|it| it.id.as_str()).collect()
}

fn reads_only(request: &Request) -> Option<Answer> {
    let reads = request.method == Method::GET || request.path.ends_with("/.search");
    let error =
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "403", "detail": "read-only"});
    let headers = vec![("content-type".into(), "application/scim+json".into())];
    (!reads).then(|| Answer::new(403, headers, error.to_string().into(), Duration::ZERO))
}

#[test]
fn one_that_only_reads_is_told_so_once() {
    let story = refusing(reads_only);
    let (failed, blocked) = (checks(&story, Outcome::Failed), checks(&story, Outcome::Blocked));
    assert!(failed.len() * 4 < blocked.len(), "{failed:#?} failed, {} blocked", blocked.len());
    assert!(failed.contains(&"create.user.okta"), "{failed:#?}");
    assert!(
        text(&story).contains("creating a user answered 403 \"read-only\" (see create.user.okta)"),
        "{}",
        text(&story)
    );
}

fn web_pages(request: &Request) -> Option<Answer> {
    let is_discovery =
        ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"].iter().any(|it| request.path.starts_with(it));
    let headers = vec![("content-type".into(), "text/html; charset=utf-8".into())];
    is_discovery.then(|| Answer::new(200, headers, "<!doctype html><p>Welcome".into(), Duration::ZERO))
}

#[test]
fn discovery_that_is_a_web_page_is_all_that_is_wrong() {
    let story = refusing(web_pages);
    let failed = checks(&story, Outcome::Failed);
    let about_it = ["discovery.", "protocol.", "bulk.limits-announced"];
    let others: Vec<&&str> = failed.iter().filter(|id| !about_it.iter().any(|it| id.starts_with(it))).collect();
    assert!(failed.contains(&"discovery.config") && others.is_empty(), "{failed:#?}");
}

/// Ids with slashes and spaces, lists that lag, a limit of the rate.
#[test]
fn what_is_only_unusual_breaks_nothing() {
    for name in ["id.odd-characters", "list.lags", "rate.busy"] {
        let story = varied(name);
        assert_eq!(checks(&story, Outcome::Failed), Vec::<&str>::new(), "{name}: {}", text(&story));
        assert!(checks(&story, Outcome::Passed).len() > 200, "{name}: {}", text(&story));
    }
}

/// Okta steps on by a hundred, whatever a page holds.
#[test]
fn pages_of_ten_lose_people_in_an_import_and_break_nothing_else() {
    let policy = Policy { max_results: 10, ..Policy::okta() };
    let story = story(&Peer { policy, ..Peer::correct() }, &BOOKS);
    let failed = checks(&story, Outcome::Failed);
    assert!(failed.iter().all(|id| id.starts_with("import.")), "{failed:#?}");
}

fn odd(odd: Odd) -> Story {
    story(&Peer { odd, ..Peer::correct() }, &BOOKS)
}

/// The limit holds for whole seconds, so that whoever sends evenly meets it as well.
#[test]
fn five_requests_a_second_take_patience_and_nothing_else() {
    let story = odd(Odd::Busy(5));
    assert_eq!(checks(&story, Outcome::Failed), Vec::<&str>::new(), "{}", text(&story));
    assert!(checks(&story, Outcome::Passed).len() > 300, "{}", text(&story));
}

/// As long as a list may lag behind unless the user says otherwise.
#[test]
fn lists_that_lag_by_two_seconds_are_waited_for() {
    let story = odd(Odd::Lags(Duration::from_secs(2)));
    assert_eq!(checks(&story, Outcome::Failed), Vec::<&str>::new(), "{}", text(&story));
    // That something came late is noted.
    let (passed, noted) = (checks(&story, Outcome::Passed).len(), checks(&story, Outcome::Noted).len());
    assert!(passed > 250 && passed + noted > 350, "{}", text(&story));
}

/// What was decided before stands; what was not is no fault of the target, and what is left behind is named.
#[test]
fn one_that_dies_in_mid_run_is_said_to_be_gone() {
    let whole = story(&Peer::correct(), &BOOKS).ended.expect("an end").exchanges;
    let story = odd(Odd::Dies(whole as usize / 2));
    assert!(story.ended.as_ref().is_some_and(|ended| ended.target_gone));
    assert_eq!(checks(&story, Outcome::Failed), Vec::<&str>::new(), "{}", text(&story));
    assert!(checks(&story, Outcome::Passed).len() > 100 && checks(&story, Outcome::Inconclusive).len() > 50);
    assert!(text(&story).contains("the target stopped taking connections"), "{}", text(&story));
}

/// Groups are a choice; Okta's are then not to be switched on.
#[test]
fn one_without_groups_is_not_blamed_for_them() {
    let story = varied("offers.no-groups");
    let failed = checks(&story, Outcome::Failed);
    assert_eq!(failed, Vec::<&str>::new(), "{}", text(&story));
    assert!(text(&story).contains("Group push           not offered"), "{}", text(&story));
}
