//! What the published systems claim, held against servers that play them: true of a server that plays the same profile,
//! and seen to be broken, claim by claim, where the server plays another.

#[path = "claims/behaviours.rs"]
mod behaviours;
#[path = "claims/stage.rs"]
mod stage;

use behaviours::{Behaviour, MDSCRIPTS, REFTAB, RUBICONMD, RUDDERSTACK, RXNT, Seen, Wrong};

use scim_profile::{NAMES, Profile, Shown};
use scimprove::check::Outcome;
use scimprove::report::Story;
use scimprove::report::claims::{Verdict, rows};
use scimprove::report::{json, terminal};
use stage::{Fault, story, whole_story};

const BEHAVIOURS: [(&str, &[Behaviour]); 5] = [
    ("rubiconmd", RUBICONMD),
    ("mdscripts", MDSCRIPTS),
    ("reftab", REFTAB),
    ("rudderstack", RUDDERSTACK),
    ("rxnt", RXNT),
];

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
        let story = story(profile(name), &Fault::default(), true, None);
        // With a login, and the way to the application, nothing is left out.
        assert_eq!(story.count(Outcome::Unsupported), 0, "{name}");
        assert_eq!(story.count(Outcome::Passed), story.finished.len(), "{name}");
        let faults = faults(&story);
        assert!(faults.is_empty(), "{name}:\n{}", faults.join("\n"));
        let broken: Vec<_> = rows(&story).into_iter().filter(|row| row.verdict == Verdict::Broken).collect();
        assert!(broken.is_empty(), "{name}: {broken:#?}");
    }
}

/// The checks that every server gets ask a product for nothing that it does not keep: `check --profile` ends well.
#[test]
fn nothing_is_held_against_a_product_that_it_does_not_claim() {
    let acme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/profiles/acme.toml"));
    let acme = Profile::read(&acme.expect("the example")).expect("a profile");
    for profile in NAMES.iter().map(|name| profile(name)).chain([&acme]) {
        let story = whole_story(profile);
        let is_bad = |it: &&scimprove::runner::Finished| {
            matches!(it.outcome, Outcome::Failed | Outcome::Warned | Outcome::Blocked | Outcome::Error)
        };
        let bad: Vec<String> =
            story.finished.iter().filter(is_bad).map(|it| format!("{}: {:?}", it.id, it.reason)).collect();
        assert!(bad.is_empty(), "{}: {bad:#?}\n{}", profile.name, faults(&story).join("\n"));
    }
}

/// Each claim is in the table, where the profile says that it shows; and what shows on the wire is judged by a check, or
/// there is a reason.
#[test]
fn every_behaviour_is_classed_and_judged() {
    for (name, behaviours) in BEHAVIOURS {
        let profile = profile(name);
        let claims: Vec<&str> = profile.claims.iter().map(|claim| claim.id.get_ref().as_str()).collect();
        assert_eq!(behaviours.iter().map(|it| it.claim).collect::<Vec<_>>(), claims, "{name}");
        let items = scimprove::checks::items_with(profile);
        let cited: Vec<&str> = items.iter().flat_map(|item| item.rules()).collect();
        for (behaviour, claim) in behaviours.iter().zip(&profile.claims) {
            let shows: Vec<&str> = claim.shows.iter().map(word).collect();
            assert_eq!(behaviour.shows, shows.join(","), "{}", behaviour.claim);
            match &behaviour.seen {
                Seen::Broken(servers) => {
                    assert!(!servers.is_empty() && cited.contains(&behaviour.claim), "{}", behaviour.claim);
                }
                Seen::Not(reason) => assert!(!reason.is_empty(), "{}", behaviour.claim),
            }
        }
    }
}

fn word(shown: &Shown) -> &'static str {
    match shown {
        Shown::Wire => "wire",
        Shown::Page => "page",
        Shown::Emulator => "emulator",
        Shown::Text => "text",
    }
}

/// A server that plays another profile, or has a defect, is seen to break the claim: by the check that is named, and with
/// a failure, not with a note.
#[test]
fn a_server_that_breaks_a_claim_is_seen_to() {
    let mut silent = Vec::new();
    for (name, behaviours) in BEHAVIOURS {
        for behaviour in behaviours {
            let Seen::Broken(servers) = &behaviour.seen else { continue };
            for (check, wrong) in *servers {
                let fault = fault(name, wrong);
                let story = story(profile(name), &fault, true, Some(check));
                let red = reds(&story);
                if !red.contains(&(check.to_string(), behaviour.claim.to_string())) {
                    let found = faults(&story).join("\n  ");
                    silent.push(format!(
                        "{} by {check} with {:?}: red are {red:?}\n  {found}",
                        behaviour.claim, fault.defect
                    ));
                }
            }
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n\n"));
}

/// Checks and the claims that they fail.
fn reds(story: &Story) -> Vec<(String, String)> {
    let failed = |it: &&scimprove::runner::event::RuleVerdict| it.result == Outcome::Failed;
    let reds = story.finished.iter().flat_map(|finished| {
        finished.verdicts.iter().filter(failed).map(|verdict| (finished.id.clone(), verdict.rule.to_string()))
    });
    reds.collect()
}

fn fault(name: &str, wrong: &Wrong) -> Fault {
    match wrong {
        Wrong::Does(defect) => Fault { defect: Some(defect), ..Fault::default() },
        Wrong::Says(edits) => {
            let mut text = scim_profile::text_of(name).expect("published").to_owned();
            for (from, to) in *edits {
                assert!(text.contains(from), "{name} does not say {from}");
                text = text.replace(from, to);
            }
            if let Err(complaints) = Profile::read(&text) {
                panic!("{name} with {edits:?}: {complaints:?}");
            }
            Fault { plays: Some(text), ..Fault::default() }
        }
    }
}

/// What somebody chose is noted at a server of somebody else's, and what is stated fails there, too.
#[test]
fn what_was_chosen_binds_no_stranger() {
    let any_name = || Wrong::Says(&[(r#"user-name = { value = "email""#, r#"user-name = { value = "any""#)]);
    let foreign =
        |name: &str, check: &str, wrong: &Wrong| story(profile(name), &fault(name, wrong), false, Some(check));
    let noted = foreign("reftab", "profile.user-name.email", &any_name());
    assert_eq!(noted.finished[0].outcome, Outcome::Noted);
    let row = rows(&noted).into_iter().find(|row| row.id == "REF-08").expect("a row");
    assert_eq!((row.verdict, row.findings), (Verdict::Noted, 0));
    // Another default is a choice; an error is what the documents rule out.
    let default =
        Wrong::Says(&[("default = { value = \"rmd:econsult:provider\"", "default = { value = \"rmd:econsult:admin\"")]);
    assert_eq!(foreign("rubiconmd", "profile.values.user-type", &default).finished[0].outcome, Outcome::Noted);
    let refused = Wrong::Says(&[("invalid = { value = \"default\"", "invalid = { value = \"refused\"")]);
    assert_eq!(foreign("rubiconmd", "profile.values.user-type", &refused).finished[0].outcome, Outcome::Failed);
    // Numbers that cannot be are kept: that fails anywhere.
    let unruled = Wrong::Says(&[(
        "rule = { value = \"npi\", from = \"derived MDS-08\" }\ninvalid = { value = \"refused\", from = \"chosen MDS-07\" }\n",
        "",
    )]);
    assert_eq!(foreign("mdscripts", "profile.rule.npi", &unruled).finished[0].outcome, Outcome::Failed);
}

/// A claim is called proven only by checks that came to their end.
#[test]
fn what_is_not_exercised_is_not_proven() {
    let story = story(profile("rubiconmd"), &Fault::default(), true, Some("profile.values.user-type"));
    let verdict = |id: &str| rows(&story).into_iter().find(|row| row.id == id).expect("a row").verdict;
    assert_eq!(verdict("RMD-11"), Verdict::Proven);
    assert_eq!((verdict("RMD-01"), verdict("RMD-18")), (Verdict::NotExercised, Verdict::NotExercised));
    assert_eq!((verdict("RMD-06"), verdict("RMD-13")), (Verdict::CannotBeShown, Verdict::CannotBeShown));
    let nothing =
        rows(&story).into_iter().filter(|row| row.verdict == Verdict::CannotBeShown && row.reasons.is_empty());
    assert_eq!(nothing.count(), 0);
}

/// The reports tell each claim, with its verdict.
#[test]
fn reports_tell_every_claim() {
    let story = story(profile("reftab"), &Fault::default(), true, Some("profile.user-name.email"));
    let report: serde_json::Value = serde_json::from_str(&json::render(&story)).expect("JSON");
    assert_eq!(report["profile"]["name"], "reftab");
    let claims = report["claims"].as_array().expect("claims");
    assert_eq!(claims.len(), profile("reftab").claims.len());
    let of = |id: &str| claims.iter().find(|claim| claim["id"] == id).expect("a claim");
    assert_eq!((&of("REF-08")["verdict"], &of("REF-08")["state"]), (&"proven".into(), &"proven".into()));
    assert_eq!(
        (&of("REF-01")["verdict"], &of("REF-07")["verdict"]),
        (&"not-exercised".into(), &"cannot-be-shown".into())
    );
    let text = terminal::render(&story, terminal::Colour::No);
    assert!(text.contains("CLAIMS  1 proven · 2 cannot be shown · 7 not exercised"), "{text}");
}
