//! Flows of the published products: the clients of the identity providers against the reference server that plays the
//! product, in this process and on a paused clock.

#[path = "flows/stage.rs"]
mod stage;

use scim_profile::NAMES;
use scimprove::flow::Client;
use stage::{Stage, told};

#[test]
fn each_product_has_the_documented_outcome_with_each_client() {
    let mut wrong = String::new();
    for name in NAMES {
        for client in Client::of(&Stage::of(name).profile) {
            let played = Stage::of(name).play(client);
            if played.stop.is_some() || played.steps.iter().any(|step| !step.differences.is_empty()) {
                wrong.push_str(&format!("{name} with {}\n{}\n", client.name(), told(&played)));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
