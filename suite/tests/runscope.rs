//! Tests in Runscope's form, played to the reference server: small ones of our own, and those that Okta publishes. The
//! latter belong to others, so they are not part of the project: `SCIM_OKTA_EXPORTS` names the folder that holds them,
//! and without it their trials are ignored.

#[path = "runscope/stage.rs"]
mod stage;

use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use scim_reference_server::Policy;
use scimprove::idp::okta::runscope::{Export, Kind, Verdict};
use scimprove::report::runscope::render;
use scimprove::report::terminal::Colour;
use scimprove::runner::runscope::{End, Played};
use serde_json::{Value, json};

use stage::{PRESETS, Stage};

/// One of Okta's tests.
struct Published {
    file: &'static str,
    /// Values that it wants besides.
    given: &'static [(&'static str, &'static str)],
    requests: usize,
    assertions: usize,
}

const SPEC: Published = Published { file: "Okta-SCIM-20-SPEC-Test", given: &[], requests: 12, assertions: 52 };

/// Those that speak of SCIM 2.0 and of the target alone.
const PUBLISHED: [Published; 3] = [
    SPEC,
    Published { file: "Okta-SCIM-20-SPEC-Test-old", requests: 10, assertions: 44, ..SPEC },
    // Users in place of entitlements, of which the reference server has none.
    Published {
        file: "Okta-SCIM-20-Entitlements-Test",
        given: &[("EntitlementEndpoint", "/Users")],
        requests: 1,
        assertions: 6,
    },
];

/// Those that cannot be played, and the words that say why.
const REFUSED: [(&str, &str); 4] = [
    ("Okta-SCIM-20-CRUD-Test", "{{oktaOrgUrl}}"),
    ("Okta-SCIM-20-With-Entitlements-CRUD-Test", "{{oktaOrgUrl}}"),
    ("Okta-SCIM-11-CRUD-Test", "{{oktaOrgUrl}}"),
    ("SCIM_tests_for_Runscope", "request 3 (Get a random user): it asks http://api.randomuser.me"),
];

/// What Okta's SPEC test notices: a defect, and the requests that turn red by it.
const NOTICED: [(&str, &[usize]); 13] = [
    ("create.duplicate-accepted", &[8]),
    ("create.duplicate-500", &[8]),
    ("create.duplicate-400", &[8]),
    ("create.names-lost", &[1, 2, 6, 7]),
    ("read.bad-id-not-404", &[4, 12]),
    ("filter.no-match-404", &[3, 5]),
    ("paging.numbers-as-strings", &[1, 5]),
    ("error.plain-text", &[4, 11, 12]),
    ("error.foreign-envelope", &[4, 11, 12]),
    ("auth.redirect-to-login", &[11]),
    ("media.request-json-refused", &[6, 7, 8]),
    // Nobody is there, and nobody can be created before the first request.
    ("media.request-scim-refused", &[1, 2]),
    ("media.charset-refused", &[1, 2]),
];

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = vec![
        Trial::test("own.steps_turn_red_by_what_is_wrong", steps_turn_red_by_what_is_wrong),
        Trial::test("own.what_was_not_read_stops_those_who_need_it", what_was_not_read_stops_those_who_need_it),
        Trial::test("own.strangers_are_left_alone", strangers_are_left_alone),
        Trial::test("own.whoever_is_there_is_asked_about", whoever_is_there_is_asked_about),
        Trial::test("own.an_inactive_user_leaves_it_open", an_inactive_user_leaves_it_open),
        Trial::test("own.time_is_compared_in_milliseconds", time_is_compared_in_milliseconds),
        Trial::test("own.what_is_not_known_is_refused", what_is_not_known_is_refused),
        Trial::test("own.what_cannot_be_sent_is_refused", what_cannot_be_sent_is_refused),
    ];
    trials.extend(PRESETS.iter().map(|preset| {
        let title = format!("own.the_life_of_a_user_passes.{}", preset.name);
        Trial::test(title, || the_life_of_a_user_passes((preset.policy)()))
    }));
    trials.extend(published());
    libtest_mimic::run(&arguments, trials).exit();
}

/// Trials with files that belong to others.
fn published() -> Vec<Trial> {
    let mut trials = Vec::new();
    for test in PUBLISHED {
        for preset in PRESETS {
            let stage = Stage { given: test.given.to_vec(), ..Stage::new((preset.policy)()) };
            let trial = move |text: &str| passes(&stage, text, test.requests, test.assertions);
            trials.push(with_export(format!("{}.passes.{}", test.file, preset.name), test.file, trial));
        }
    }
    for (name, words) in REFUSED {
        let trial = move |text: &str| refused(&Stage::okta(&[]), text, words);
        trials.push(with_export(format!("{name}.is_refused"), name, trial));
    }
    for (defect, red) in NOTICED {
        let trial = move |text: &str| {
            let (played, left) = Stage::okta(&[defect]).play(text)?;
            same(numbers(&played, End::Failed), red.to_vec(), &played)?;
            same(left, Vec::<Value>::new(), &played)
        };
        trials.push(with_export(format!("{}.notices.{defect}", SPEC.file), SPEC.file, trial));
    }
    trials
}

/// A trial with the text of a published file, or an ignored one.
fn with_export(
    title: String,
    name: &'static str,
    trial: impl FnOnce(&str) -> Result<(), Failed> + Send + 'static,
) -> Trial {
    Trial::ignorable_test(title, move || match std::env::var_os("SCIM_OKTA_EXPORTS").map(PathBuf::from) {
        Some(folder) => {
            trial(&std::fs::read_to_string(folder.join(format!("{name}.json")))?).map(|()| Completion::Completed)
        }
        None => Ok(Completion::ignored_with("SCIM_OKTA_EXPORTS is not set")),
    })
}

/// Everything is asked, and everything is so; nothing stays behind.
fn passes(stage: &Stage, text: &str, requests: usize, assertions: usize) -> Result<(), Failed> {
    let (played, left) = stage.play(text)?;
    same((played.count(End::Passed), played.steps.len()), (requests, requests), &played)?;
    same((played.passed(), played.assertions()), (assertions, assertions), &played)?;
    same(left, Vec::<Value>::new(), &played)
}

fn refused(stage: &Stage, text: &str, words: &str) -> Result<(), Failed> {
    match stage.play(text) {
        Err(reason) if reason.contains(words) => Ok(()),
        Err(reason) => Err(format!("no {words:?} in {reason:?}").into()),
        Ok(_) => Err("it was played".into()),
    }
}

fn numbers(played: &Played, end: End) -> Vec<usize> {
    played.steps.iter().filter(|step| step.end() == end).map(|step| step.number).collect()
}

/// Both are the same; else the whole report tells why.
fn same<T: PartialEq + std::fmt::Debug>(got: T, wanted: T, played: &Played) -> Result<(), Failed> {
    if got == wanted { Ok(()) } else { Err(format!("{got:?}, not {wanted:?}: {}", render(played, Colour::No)).into()) }
}

fn life() -> Result<String, Failed> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/runscope");
    Ok(std::fs::read_to_string(folder.join("life-of-a-user.json"))?)
}

fn the_life_of_a_user_passes(policy: Policy) -> Result<(), Failed> {
    let (played, left) = Stage::new(policy).play(&life()?)?;
    same(numbers(&played, End::Passed), vec![1, 2, 3, 4, 5], &played)?;
    same(numbers(&played, End::Skipped), vec![6], &played)?;
    // The one of the step that is switched off is not judged.
    same((played.passed(), played.failed(), played.assertions()), (13, 0, 14), &played)?;
    same(played.set_up.is_some(), true, &played)?;
    same(left, Vec::new(), &played)
}

fn steps_turn_red_by_what_is_wrong() -> Result<(), Failed> {
    for (defect, red) in [
        ("paging.numbers-as-strings", vec![1, 4]),
        ("filter.username-case-sensitive", vec![4]),
        ("deactivate.not-applied", vec![3]),
        ("auth.redirect-to-login", vec![5]),
    ] {
        let (played, left) = Stage::okta(&[defect]).play(&life()?)?;
        same((defect, numbers(&played, End::Failed)), (defect, red), &played)?;
        let shown = played.steps.iter().filter(|step| step.end() == End::Failed).all(|step| !step.reproduce.is_empty());
        same(shown, true, &played)?;
        same(left, Vec::new(), &played)?;
    }
    Ok(())
}

/// A test of one step or several; each is laid over a plain GET of users.
fn test(steps: &[Value]) -> String {
    let whole = |step: &Value| {
        let mut whole = json!({
            "step_type": "request",
            "note": "a step",
            "method": "GET",
            "url": "{{SCIMBaseURL}}/Users",
            "headers": {"Authorization": "{{auth}}", "Content-Type": "application/json"},
        });
        scimprove::scim::sample::overlay(&mut whole, step);
        whole
    };
    json!({"name": "a test", "steps": steps.iter().map(whole).collect::<Vec<Value>>()}).to_string()
}

fn asserts(source: &str, property: &str, comparison: &str, value: Value) -> Value {
    json!([{"source": source, "property": property, "comparison": comparison, "value": value}])
}

fn what_was_not_read_stops_those_who_need_it() -> Result<(), Failed> {
    let text = test(&[
        json!({"variables": [{"source": "response_json", "property": "Resources[7].id", "name": "who"}]}),
        json!({"url": "{{SCIMBaseURL}}/Users/{{who}}", "assertions": asserts("response_status", "", "equal_number", 200.into())}),
        json!({"assertions": asserts("response_json", "totalResults", "equal", "{{who}}".into())}),
        json!({"assertions": asserts("response_status", "", "equal_number", 200.into())}),
    ]);
    let (played, _) = Stage::okta(&[]).play(&text)?;
    same(numbers(&played, End::Failed), vec![1, 2], &played)?;
    same(numbers(&played, End::Open), vec![3], &played)?;
    same(numbers(&played, End::Passed), vec![4], &played)?;
    same((played.passed(), played.failed(), played.assertions()), (1, 0, 3), &played)?;
    let asked: Vec<bool> = played.steps.iter().map(|step| step.status.is_some()).collect();
    same(asked, vec![true, false, true, true], &played)?;
    let read = &played.steps[0].judged[0];
    same((read.kind, &read.verdict), (Kind::Variable, &Verdict::Failed), &played)
}

/// A test that somebody has changed, or a target that gives strangers' ids, changes nobody.
fn strangers_are_left_alone() -> Result<(), Failed> {
    let body = |name: &str| json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name});
    let first = "{{SCIMBaseURL}}/Users/{{who}}";
    let patch = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{"op": "replace", "value": {"active": false}}]});
    let text = test(&[
        json!({"variables": [{"source": "response_json", "property": "Resources[0].id", "name": "who"}]}),
        json!({"method": "DELETE", "url": first, "assertions": asserts("response_status", "", "equal_number", 204.into())}),
        json!({"method": "PATCH", "url": first, "body": patch.to_string()}),
        json!({"method": "PUT", "url": first, "body": body("ada@corp.example").to_string()}),
        json!({"method": "POST", "body": body("grace@corp.example").to_string()}),
        json!({"method": "POST", "body": body("{{randomUsername}}").to_string(), "headers": {"X-HTTP-Method-Override": "PUT"}}),
    ]);
    let stage = Stage { users: vec!["ada@corp.example"], ..Stage::okta(&[]) };
    let (played, left) = stage.play(&text)?;
    same(numbers(&played, End::Failed), vec![2, 3, 4, 5, 6], &played)?;
    for step in &played.steps[1..] {
        let refused = step.trouble.as_deref().is_some_and(|trouble| trouble.starts_with("the guard refused"));
        same((step.number, refused), (step.number, true), &played)?;
    }
    let left: Vec<(&Value, &Value)> = left.iter().map(|user| (&user["userName"], &user["active"])).collect();
    same(left, vec![(&json!("ada@corp.example"), &json!(true))], &played)
}

fn whoever_is_there_is_asked_about() -> Result<(), Failed> {
    let stage = Stage { users: vec!["ada@corp.example"], ..Stage::okta(&[]) };
    let (played, left) = stage.play(&life()?)?;
    same((played.count(End::Failed), played.set_up.as_ref()), (0, None), &played)?;
    let seen = played.steps[0].judged.iter().any(|judged| judged.got.contains("ada@corp.example"));
    same((seen, left.len()), (true, 1), &played)
}

/// Whether Runscope takes `false` for empty is not known, so nothing is said of it.
fn an_inactive_user_leaves_it_open() -> Result<(), Failed> {
    let made = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "{{randomUsername}}", "active": false});
    let text = test(&[json!({
        "method": "POST",
        "body": made.to_string(),
        "assertions": asserts("response_json", "active", "not_empty", Value::Null),
    })]);
    let (played, _) = Stage::okta(&[]).play(&text)?;
    same((numbers(&played, End::Open), played.passed(), played.failed()), (vec![1], 0, 0), &played)
}

/// On a paused clock every answer takes none.
fn time_is_compared_in_milliseconds() -> Result<(), Failed> {
    let within = |limit: &str| json!({"assertions": asserts("response_time", "", "is_less_than", limit.into())});
    let (played, _) = Stage::okta(&[]).play(&test(&[within("0.1"), within("0")]))?;
    same((numbers(&played, End::Passed), numbers(&played, End::Failed)), (vec![1], vec![2]), &played)
}

fn what_is_not_known_is_refused() -> Result<(), Failed> {
    for (text, words) in [
        ("Milk, bread".into(), "this is no Runscope export"),
        (json!({"name": "a", "steps": []}).to_string(), "no request"),
        (json!({"name": "a", "steps": [{"step_type": "pause", "duration": 5}]}).to_string(), "no request"),
        (
            json!({"name": "a", "steps": [{"step_type": "condition"}]}).to_string(),
            "step 1: unknown variant `condition`",
        ),
        (
            test(&[json!({"assertions": asserts("response_json", "a", "sounds_like", "b".into())})]),
            "step 1 (a step): unknown variant `sounds_like`",
        ),
        (
            test(&[json!({"assertions": asserts("response_xml", "a", "equal", "b".into())})]),
            "unknown variant `response_xml`",
        ),
        (test(&[json!({"assertions": asserts("response_json", "a", "equal", Value::Null)})]), "compares with nothing"),
        (test(&[json!({"assertions": asserts("response_json", "a", "equal", json!({}))})]), "no text and no number"),
        (
            test(&[json!({"assertions": asserts("response_status", "", "equal_number", "ok".into())})]),
            "\"ok\", which is no number",
        ),
        (test(&[json!({"assertions": asserts("response_status", "a", "equal", "200".into())})]), "outside of JSON"),
        (
            test(&[json!({"assertions": asserts("response_json", "Resources[*].id", "not_empty", Value::Null)})]),
            "no place in a body",
        ),
        (
            test(&[
                json!({"assertions": [{"source": "response_status", "comparison": "equal", "value": "1", "fuzzy": true}]}),
            ]),
            "unknown field `fuzzy`",
        ),
        (
            test(&[json!({"variables": [{"source": "response_headers", "property": "ETag", "name": "tag"}]})]),
            "tag is read from `response_headers`",
        ),
        (test(&[json!({"variables": [{"source": "response_json", "property": "id", "name": null}]})]), "has no name"),
        (test(&[json!({"scripts": ["variables.set(\"a\", 1);"]})]), "it begins with `variables.set"),
        (test(&[json!({"before_scripts": ["request.method = 'DELETE';"]})]), "it begins with `request.method"),
        (test(&[json!({"auth": {"auth_type": "basic", "username": "a"}})]), "it has `auth`"),
        (test(&[json!({"form": {"a": ["b"]}})]), "it has `form`"),
        (test(&[json!({"method": "G ET"})]), "no HTTP method"),
    ] {
        refused(&Stage::okta(&[]), &text, words).map_err(|failed| format!("{text}: {failed:?}"))?;
        if Export::read(&text).is_ok() {
            return Err(format!("{text} was read").into());
        }
    }
    Ok(())
}

fn what_cannot_be_sent_is_refused() -> Result<(), Failed> {
    for (step, words) in [
        (json!({"url": "{{SCIMBaseURL}}/Users/{{random_int}}?x={{a}}"}), "nothing gives {{a}}, {{random_int}} a value"),
        (
            json!({"assertions": asserts("response_json", "id", "equal", "{{later}}".into())}),
            "nothing gives {{later}} a value",
        ),
        (
            json!({"url": "https://other.example/scim/Users"}),
            "it asks https://other.example/scim/Users, and not the target",
        ),
        (json!({"url": "{{SCIMBaseURL}}.other.example/Users"}), "not the target"),
        (json!({"headers": {"Authorization": "Basic {{auth}}"}}), "{{auth}} can stand only as the whole value"),
        (json!({"url": "{{SCIMBaseURL}}/Users?token={{SCIMAuth}}"}), "{{SCIMAuth}} can stand only as the whole value"),
    ] {
        refused(&Stage::okta(&[]), &test(std::slice::from_ref(&step)), words)
            .map_err(|failed| format!("{step}: {failed:?}"))?;
    }
    Ok(())
}
