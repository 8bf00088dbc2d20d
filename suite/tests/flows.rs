//! Flows of the published products: the clients of the identity providers against the reference server that plays the
//! product, in this process and on a paused clock.

#[path = "flows/fault.rs"]
mod fault;
#[path = "flows/stage.rs"]
mod stage;

use fault::Fault;
use scim_profile::NAMES;
use scimprove::flow::Client;
use scimprove::runner::flow::PlayedStep;
use stage::{Stage, told};

#[test]
fn each_product_has_the_documented_outcome_with_each_client() {
    let mut wrong = String::new();
    for name in NAMES.into_iter().chain(["acme"]) {
        for client in Client::of(&Stage::of(name).profile) {
            let played = Stage::of(name).play(client);
            if played.stop.is_some() || played.steps.iter().any(|step| !step.differences.is_empty()) {
                wrong.push_str(&format!("{name} with {}\n{}\n", client.name(), told(&played)));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A product that goes wrong with a step, and no sooner, is seen to with that step: one that refuses what the client writes,
/// one that confirms it and does nothing, and one that loses people from its lists.
#[test]
fn each_step_sees_what_goes_wrong_with_it() {
    let mut unseen = Vec::new();
    for name in ["reftab", "rxnt"] {
        for client in Client::of(&Stage::of(name).profile) {
            let steps = Stage::of(name).play(client).steps;
            let mut before = 0;
            for step in &steps {
                let stage = Stage { fault: Fault::None, ..Stage::of(name) };
                let (_, after) = stage.play_until(client, step.name);
                for fault in faults(step) {
                    let from = before;
                    let stage = Stage { fault: fault(from), ..Stage::of(name) };
                    let (played, _) = stage.play_until(client, step.name);
                    let is_seen = |it: &PlayedStep| it.name == step.name && !it.differences.wrong.is_empty();
                    if !played.steps.iter().any(is_seen) && played.stop.is_none() {
                        unseen.push(format!("{name} {} {}: {:?}", client.name(), step.name, stage.fault));
                    }
                }
                before = after;
            }
        }
    }
    assert!(unseen.is_empty(), "{unseen:#?}");
}

/// How a product can go wrong with a step: by what the client writes, if it writes.
fn faults(step: &PlayedStep) -> Vec<fn(usize) -> Fault> {
    let writes = step.sent.iter().any(|line| !line.starts_with("GET"));
    match step.name {
        // It writes what is there already, so that nobody misses it.
        "push-now" => vec![Fault::Refuses],
        _ if writes => vec![Fault::Refuses, Fault::Ignores],
        _ => vec![Fault::Loses],
    }
}
