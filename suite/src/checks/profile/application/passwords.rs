//! Passwords that people make past the identity provider.

use scim_profile::{Password, Probe};
use serde_json::json;

use super::{draft, person};
use crate::check::{Case, Demand, Feature, Stop};
use crate::checks::profile::accounts::door_is;
use crate::checks::profile::product::Product;
use crate::checks::profile::said::Said;
use crate::checks::profile::ways::{Way, given, write_to};
use crate::expect::json_at;
use crate::target::Request;
use crate::target::exchange::encode;
use crate::target::login::Door;

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let accounts = &product.profile.accounts;
    let is_login = accounts.probe.as_ref().is_some_and(|probe| *probe.get() == Probe::Login);
    let ignored = accounts.password.as_ref().filter(|password| *password.get() == Password::Ignored && is_login);
    let demand = |said: Said| {
        let title = "A password that somebody made past the identity provider ends with the account";
        draft(("password", "stand-alone"), Feature::Deactivate, title, vec![said.clone()])
            .story(product, move |t| Box::pin(story(t, product, said.clone())))
    };
    ignored.map(|password| Said::of(password.source()).chosen()).map(demand).into_iter().collect()
}

async fn story(t: &Case, product: &'static Product, said: Said) -> Result<(), Stop> {
    for way in Way::CHANGES {
        let (user, password) = (given(t, &product.standing(&[])).await?, t.fresh_password());
        let path = format!("/users/{}/password", encode(&user.id));
        t.change_beside(Request::put(path, json!({ "password": password }))).await?;
        let off = write_to(t, way, user.clone(), &json!({"active": false})).await?;
        let seen = person(t, &user.id).await?;
        t.step(format!("the person after the deactivation by {}", way.words()));
        said.expect(t, &seen, json_at("/password", serde_json::Value::Null));
        if t.can_knock() {
            said.conclude(t, door_is(&Door::Shut, t.knock(&user.name, &password).await), &off.answer);
        }
    }
    Ok(())
}
