//! What the published systems claim, held against servers that play them: true of a server that plays the same profile,
//! and seen to be broken, claim by claim, where the server plays another.

#[path = "claims/stage.rs"]
mod stage;

use scim_profile::{NAMES, Profile};
use scimprove::check::Outcome;
use scimprove::report::Story;
use scimprove::report::claims::{Verdict, rows};
use stage::{Fault, story};

fn profile(name: &str) -> &'static Profile {
    scim_profile::named(name).expect("published")
}

/// What did not come to a good end, in words.
fn faults(story: &Story) -> Vec<String> {
    let bad = |outcome: Outcome| !matches!(outcome, Outcome::Passed | Outcome::Unsupported);
    let faults = story.finished.iter().filter(|finished| bad(finished.outcome));
    faults
        .map(|finished| {
            let findings: Vec<String> = finished
                .findings
                .iter()
                .map(|it| {
                    format!(
                        "\n    {:?}: expected {}, got {} at {:?}",
                        it.steps, it.difference.expected, it.difference.got, it.difference.pointer
                    )
                })
                .collect();
            format!("{} {}: {:?}{}", finished.id, finished.outcome.name(), finished.reason, findings.concat())
        })
        .collect()
}

#[test]
fn a_server_that_plays_a_profile_does_what_it_says() {
    for name in NAMES {
        let story = story(profile(name), &Fault::default(), true);
        let faults = faults(&story);
        assert!(faults.is_empty(), "{name}:\n{}", faults.join("\n"));
        let broken: Vec<_> = rows(&story).into_iter().filter(|row| row.verdict == Verdict::Broken).collect();
        assert!(broken.is_empty(), "{name}: {broken:#?}");
    }
}
