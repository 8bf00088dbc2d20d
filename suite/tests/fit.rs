//! A target that takes only certain users is told what they must be like, or it is found out; the checks then say of it
//! what they say of one that takes anybody.

mod matrix;

use std::time::Duration;

use matrix::{BOOKS, Odd, Peer, Refuses, story};
use scimprove::check::Outcome;
use scimprove::report::Story;
use scimprove::runner::fit::{Choice, Fit};
use scimprove::scim::additions::{Addition, Additions};
use scimprove::target::{Answer, Request};
use serde_json::{Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The user that a request writes whole.
fn user(request: &Request) -> Option<Value> {
    let is_whole = matches!((request.method.as_str(), request.path.as_str()), ("POST", "/Users"))
        || (request.method == "PUT" && request.path.starts_with("/Users/"));
    request.body_json().filter(|body| is_whole && body["userName"].is_string())
}

fn refusal(detail: &str) -> Option<Answer> {
    let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "400",
        "scimType": "invalidValue", "detail": detail});
    let headers = vec![("content-type".into(), "application/scim+json".into())];
    Some(Answer::new(400, headers, body.to_string().into(), Duration::ZERO))
}

fn wants_department(request: &Request) -> Option<Answer> {
    let user = user(request)?;
    let has = user.pointer(&format!("/{ENTERPRISE}/department")).is_some();
    if has { None } else { refusal("Attribute 'department' is mandatory for this account") }
}

fn wants_its_own_domain(request: &Request) -> Option<Answer> {
    let user = user(request)?;
    let is_own = user["userName"]
        .as_str()
        .is_none_or(|name| !name.contains('@') || name.to_lowercase().ends_with("@corp.example"));
    if is_own { None } else { refusal("The e-mail domain is not verified") }
}

fn wants_another_password(request: &Request) -> Option<Answer> {
    let user = user(request)?;
    let is_strong = user["password"].as_str().is_none_or(|password| password.contains('!'));
    if is_strong { None } else { refusal("Password too weak") }
}

fn wants_nobody(request: &Request) -> Option<Answer> {
    user(request).and_then(|_| refusal("Seats are sold out"))
}

fn held(refuses: Refuses, fit: Fit) -> Story {
    story(&Peer { odd: Odd::Refuses(refuses), fit, ..Peer::correct() }, &BOOKS)
}

/// What is not passed, with the reason.
fn red(story: &Story) -> Vec<String> {
    let red =
        story.finished.iter().filter(|it| matches!(it.outcome, Outcome::Failed | Outcome::Blocked | Outcome::Error));
    red.map(|it| format!("{}: {:?}", it.id, it.reason)).collect()
}

fn chosen(story: &Story) -> Vec<(&str, Option<&str>)> {
    story.choices.iter().map(|Choice { about, chosen, .. }| (about.as_str(), chosen.as_deref())).collect()
}

#[test]
fn what_a_refusal_names_is_added_to_every_user() {
    let story = held(wants_department, Peer::correct().fit);
    assert_eq!(chosen(&story), [(format!("{ENTERPRISE}:department").as_str(), Some("\"Guides\""))]);
    assert!(story.choices[0].because.contains("mandatory"), "{:?}", story.choices);
    assert_eq!(red(&story), Vec::<String>::new());
}

/// Somebody is there at corp.example.
#[test]
fn addresses_are_those_of_somebody_who_is_there() {
    let story = held(wants_its_own_domain, Peer::correct().fit);
    assert_eq!(chosen(&story), [("mail domain", Some("corp.example"))]);
    assert_eq!(red(&story), Vec::<String>::new());
}

/// Nobody is written to whom the user has not thought of.
#[test]
fn a_domain_that_was_given_stays() {
    let fit = Fit { mail_domain: "example.net".into(), ..Peer::correct().fit };
    assert_eq!(chosen(&held(wants_its_own_domain, fit)), [("users", None)]);
}

#[test]
fn passwords_are_made_stronger() {
    let story = held(wants_another_password, Peer::correct().fit);
    assert_eq!(chosen(&story), [("password", Some("one that ends with !#Zz9"))]);
    assert_eq!(red(&story), Vec::<String>::new());
}

#[test]
fn what_the_user_sets_is_not_looked_for() {
    let department: Addition = format!("{ENTERPRISE}:department=R&D").parse().expect("an addition");
    let additions: Additions = [department].into_iter().collect();
    let story = held(wants_department, Fit { additions, ..Peer::correct().fit });
    assert_eq!(chosen(&story), []);
    assert_eq!(red(&story), Vec::<String>::new());
}

#[test]
fn a_target_that_takes_nobody_is_told_so() {
    let story = held(wants_nobody, Peer::correct().fit);
    assert_eq!(chosen(&story), [("users", None)]);
    let create = story.finished.iter().find(|it| it.id == "create.user.okta").expect("decided");
    assert_eq!(create.outcome, Outcome::Failed);
}

#[test]
fn a_target_that_takes_anybody_is_asked_nothing_more() {
    assert_eq!(chosen(&story(&Peer::correct(), &BOOKS)), []);
}
