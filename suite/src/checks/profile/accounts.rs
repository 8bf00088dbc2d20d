//! Which user names there are, and what becomes of a password.

use scim_profile::{Mutability, Password, UserNameFormat};
use serde_json::{Value, json};

use super::Draft;
use super::place::Place;
use super::product::Product;
use super::said::Said;
use super::ways::{Way, write};
use crate::check::{Case, Demand, Feature, Judgement, Stop};
use crate::expect::{all, broken};
use crate::target::login::Door;

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let accounts = &product.profile.accounts;
    let mut demands = Vec::new();
    if let Some(format) = accounts.user_name.as_ref().filter(|format| *format.get() == UserNameFormat::Email) {
        let said = Said::of(format.source());
        let draft = Draft {
            id: ("user-name", "email".into()),
            feature: Feature::CreateUsers,
            title: "User names are e-mail addresses, and others are refused".into(),
            said: vec![said.clone()],
            alone: false,
        };
        demands.push(draft.story(product, move |t| Box::pin(user_name(t, product, said.clone()))));
    }
    let sync = product.profile.features.get(&scim_profile::Feature::PasswordSync);
    let not_offered = sync.filter(|offer| !*offer.get()).map(|offer| Said::of(offer.source()));
    let password = accounts.password.as_ref();
    let ignored = password.filter(|password| *password.get() == Password::Ignored).map(|it| Said::of(it.source()));
    if let Some(said) = Said::together([not_offered, ignored].into_iter().flatten()) {
        let draft = Draft {
            id: ("password", "ignored".into()),
            feature: Feature::Protocol,
            title: "A password that is sent opens nothing, and makes no request fail".into(),
            said: vec![said.clone()],
            alone: false,
        };
        demands.push(draft.story(product, move |t| Box::pin(password_goes(t, product, said.clone()))));
    }
    if let Some(set) = password.filter(|password| *password.get() == Password::Set) {
        let said = Said::of(set.source());
        let draft = Draft {
            id: ("password", "set".into()),
            feature: Feature::PasswordSync,
            title: "A password that is sent opens the account, and the one before it does not any more".into(),
            said: vec![said.clone()],
            alone: false,
        };
        demands.push(draft.story(product, move |t| Box::pin(password_opens(t, product, said.clone()))));
    }
    demands
}

async fn user_name(t: &Case, product: &'static Product, said: Said) -> Result<(), Stop> {
    let place = product.place("userName");
    let plain = t.fresh_name();
    let made = write(t, Way::Post, &product.standing(&[]), &place.change(json!(plain))).await?;
    made.shows(t, &said, true, || place.is(&json!(plain), false)).await?;
    let is_fixed = product.attributes.iter().any(|known| {
        known.name() == "userName"
            && known.says.mutability.as_ref().is_some_and(|it| *it.get() == Mutability::Immutable)
    });
    for way in Way::ALL.into_iter().filter(|way| *way == Way::Post || !is_fixed) {
        for no_address in names_that_are_none(t) {
            let sent = place.change(no_address.clone());
            let made = write(t, way, &product.standing(&[]), &sent).await?;
            made.is_refused(t, &said, &said, &["invalidValue"], || place.is_not(&no_address)).await?;
        }
    }
    Ok(())
}

/// Without an @, without a domain, with a blank in it; each with the run's key.
fn names_that_are_none(t: &Case) -> [Value; 3] {
    let local = || t.fresh_name().split('@').next().unwrap_or_default().to_owned();
    [json!(local()), json!(format!("{}@", local())), json!(format!("{} x@example.com", local()))]
}

async fn password_goes(t: &Case, product: &'static Product, said: Said) -> Result<(), Stop> {
    let place = product.place("password");
    for way in Way::ALL {
        let password = t.fresh_password();
        let made = write(t, way, &product.standing(&[]), &place.change(json!(password))).await?;
        if made.answer.answer.is_success() {
            made.shows(t, &said, way == Way::Post, || place.is_unset()).await?;
        } else if matches!(way, Way::Post | Way::Put) {
            made.succeeds(t, &said);
        }
        if let (Some(user), true) = (&made.user, t.can_knock()) {
            let door = t.knock(&user.name, &password).await;
            t.step(format!("the login with the password of {}", way.words()));
            said.conclude(t, door_is(&Door::Shut, door), &made.answer);
        }
    }
    if t.can_knock() {
        return Ok(());
    }
    Err(Stop::Unsupported("whether the password opens anything needs --login-probe".into()))
}

async fn password_opens(t: &Case, product: &'static Product, said: Said) -> Result<(), Stop> {
    if !t.can_knock() {
        return Err(Stop::Unsupported("whether the password opens anything needs --login-probe".into()));
    }
    let place = product.place("password");
    for way in Way::ALL {
        let (old, new) = (t.fresh_password(), t.fresh_password());
        let mut ground = product.standing(&[]);
        ground["password"] = json!(old);
        let made = write(t, way, &ground, &place.change(json!(new))).await?;
        let Some(user) = made.user.as_ref().filter(|_| made.succeeds(t, &said)) else { continue };
        t.step(format!("the login after {}", way.words()));
        said.conclude(t, door_is(&Door::Open, t.knock(&user.name, &new).await), &made.answer);
        said.conclude(t, door_is(&Door::Shut, t.knock(&user.name, &old).await), &made.answer);
        said.expect(t, &made.answer, all(vec![place_is_hidden(&place)]));
    }
    Ok(())
}

fn place_is_hidden(place: &Place) -> crate::expect::Expectation {
    let unset = place.is_unset();
    Box::new(move |exchange| if exchange.answer.body.is_empty() { Judgement::Holds } else { unset(exchange) })
}

/// Judges what the login probe said; where it said nothing clear, nothing is said.
pub(super) fn door_is(wanted: &Door, got: Option<Door>) -> Judgement {
    let words = |door: &Door| match door {
        Door::Open => "the login lets the person in",
        Door::Shut => "the login refuses the person",
        Door::Unclear(_) => "an unclear answer",
    };
    match got {
        Some(got) if got == *wanted => Judgement::Holds,
        Some(Door::Unclear(reason)) => crate::expect::as_variation(broken(words(wanted), reason, "")),
        Some(got) => broken(words(wanted), words(&got), ""),
        None => Judgement::Holds,
    }
}
