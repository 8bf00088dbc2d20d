//! The clients of the identity providers that the product names, played from the first assignment to the last deletion.

use super::Draft;
use super::product::Product;
use super::said::Said;
use crate::check::{Case, Demand, Feature, Judgement, Stop};
use crate::flow::{Client, Offered};
use crate::runner::flow::{PlayedStep, play};

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let demand = |client: Client| {
        let features = product.profile.features.values();
        let draft = Draft {
            id: ("flow", client.name().into()),
            feature: Feature::Protocol,
            title: format!(
                "{}'s client ({}) comes to the documented end, step by step",
                client.provider(),
                client.name()
            ),
            said: features.map(|offer| Said::of(offer.source())).collect(),
            // An import reads everybody.
            alone: true,
        };
        draft.story(product, move |t| Box::pin(story(t, product, client)))
    };
    Client::of(product.profile).map(demand).collect()
}

async fn story(t: &Case, product: &'static Product, client: Client) -> Result<(), Stop> {
    let played = play(t, product.profile, client, None).await;
    for step in &played.steps {
        judge(t, product, client, step);
    }
    played.stop.map_or(Ok(()), Err)
}

/// What a whole flow comes to hangs on many a form that somebody chose, so it binds only whoever follows the profile. On
/// what the product does not speak of, nothing is said.
fn judge(t: &Case, product: &'static Product, client: Client, step: &PlayedStep) {
    let Some(offer) = product.profile.features.get(&step.feature).filter(|_| step.offered != Offered::Silent) else {
        return;
    };
    let Some(last) = &step.last else { return };
    let said = Said::of(offer.source()).chosen();
    t.step(step.title);
    // What nobody has seen the client send shows nothing that would count against a product.
    let counts = if client.is_known_for(step.feature) { Judgement::Broken } else { Judgement::Variation };
    let judgement = step.differences.wrong.first().cloned().map_or(Judgement::Holds, counts);
    said.conclude(t, judgement, last);
}
