//! The same server gets the same verdicts whatever the run's random word and however many checks go at a time; and checks
//! that go at a time take less time. All of it on a paused clock, on which nothing takes time but what the server takes.

mod matrix;

use std::collections::BTreeMap;
use std::time::Duration;

use matrix::{BOOKS, Odd, Peer, story, story_with};
use scim_reference_server::defects;
use scimprove::check::{Item, Outcome};
use scimprove::checks;
use scimprove::report::Story;

/// Every verdict, by check and rule.
fn verdicts(story: &Story) -> BTreeMap<(String, &'static str), Outcome> {
    let all = story.finished.iter().flat_map(|it| it.verdicts.iter().map(|verdict| (it.id.clone(), verdict)));
    all.map(|(id, verdict)| ((id, verdict.rule), verdict.result)).collect()
}

/// What two runs say differently.
fn differences(one: &Story, other: &Story) -> Vec<String> {
    let (one, other) = (verdicts(one), verdicts(other));
    let keys = one.keys().chain(other.keys()).collect::<std::collections::BTreeSet<_>>();
    let differ = keys.into_iter().filter(|key| one.get(*key) != other.get(*key));
    differ.map(|key| format!("{key:?}: {:?} and {:?}", one.get(key), other.get(key))).collect()
}

#[test]
fn neither_the_word_nor_the_jobs_change_a_verdict() {
    for name in [None, Some("patch.pathless-ignored"), Some("filter.username-case-sensitive"), Some("error.plain-text")]
    {
        let defects = name.map(|name| defects::named(name).expect(name)).into_iter().collect::<Vec<_>>();
        let peer = Peer { defects, ..Peer::correct() };
        let usual = story(&peer, &BOOKS);
        for (key, jobs) in [("kzyxwvutsrqp", 4), ("ka1b2c3d4e5f", 1), ("kmatrixmatrix", 16)] {
            let again = story(&Peer { key, jobs, ..peer.clone() }, &BOOKS);
            assert_eq!(differences(&usual, &again), Vec::<String>::new(), "{name:?} with {jobs} jobs and {key}");
        }
    }
}

/// Within 1.3 times what the exchanges take when they are spread over the jobs, those of checks that run alone one by one.
#[test]
fn jobs_share_the_time_that_a_slow_server_takes() {
    let takes = Duration::from_millis(50);
    let peer = Peer { odd: Odd::Slow(takes), jobs: 8, ..Peer::correct() };
    let all = story(&peer, &BOOKS).ended.expect("an end");
    let alone: Vec<Item> = checks::items().into_iter().filter(Item::alone).collect();
    let alone = story_with(&peer, alone).ended.expect("an end").exchanges;
    let ideal = takes.as_millis() as u64 * (alone + (all.exchanges - alone) / 8);
    let ratio = all.milliseconds as f64 / ideal as f64;
    println!("{} exchanges, {alone} of them alone: {} ms, {ratio:.2} of {ideal} ms", all.exchanges, all.milliseconds);
    assert!(ratio <= 1.3, "{} ms is {ratio:.2} times {ideal} ms", all.milliseconds);
}
