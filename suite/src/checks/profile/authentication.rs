//! The credential: it opens, and another does not.

use scim_profile::Scheme;

use super::Draft;
use super::product::Product;
use super::said::Said;
use crate::check::{Case, Demand, Feature, Stop};
use crate::expect::{error, status};
use crate::idp::okta;
use crate::target::exchange::Login;

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let authentication = &product.profile.authentication;
    let is_key = |scheme: &Scheme| matches!(scheme, Scheme::ApiKey | Scheme::PersonalToken);
    let scheme =
        Some(&authentication.scheme).filter(|scheme| is_key(scheme.get())).map(|scheme| Said::of(scheme.source()));
    let also =
        authentication.also.as_ref().filter(|also| also.get().iter().any(is_key)).map(|also| Said::of(also.source()));
    // What only the product's pages show is not shown by a key that opens.
    let Some(said) = scheme.or(also).and_then(|said| said.on_the_wire(product)) else { return Vec::new() };
    let draft = Draft {
        id: ("authentication", "key".into()),
        feature: Feature::Protocol,
        title: "The right key opens, and a wrong one fails visibly".into(),
        said: vec![said.clone()],
        alone: false,
    };
    vec![draft.story(product, move |t| Box::pin(story(t, said.clone())))]
}

async fn story(t: &Case, said: Said) -> Result<(), Stop> {
    let right = t.send(okta::test_connection()).await?;
    t.step("the right key");
    said.expect(t, &right, status(&[200]));
    for (words, login) in [
        ("a wrong key", Login::Literal("Bearer scim-sample-wrong-key".into())),
        ("an empty key", Login::Literal("Bearer".into())),
        ("no key", Login::None),
    ] {
        let answer = t.send(okta::test_connection().login(login)).await?;
        t.step(words);
        said.expect(t, &answer, status(&[401]));
        said.chosen().expect(t, &answer, error(&[401]));
    }
    Ok(())
}
