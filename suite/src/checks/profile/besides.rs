//! Attributes that mean something in the product besides: that they are taken is seen here; what comes of them, there.

use serde_json::{Value, json};

use super::place::Place;
use super::product::{Product, json as of_scalar};
use super::said::Said;
use super::ways::{Way, write, write_to};
use super::{Draft, application, sample, word};
use crate::check::{Case, Demand, Feature, Judgement, Stop};
use crate::expect::{broken, json_at};
use crate::scim::patch;
use crate::target::exchange::encode;
use crate::target::{Exchange, Request};

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let profile = product.profile;
    let mut demands = Vec::new();
    let advisories = profile.advisories.iter().map(|it| {
        let besides = Besides::Advisory { name: it.name.get_ref(), with: it.with.as_deref() };
        ("advisory", &it.name, &it.attribute, &it.from, besides)
    });
    let opt_ins = profile
        .opt_ins
        .iter()
        .map(|it| ("opt-in", &it.name, &it.attribute, &it.from, Besides::OptIn(it.name.get_ref())));
    for (mechanism, name, attribute, from, besides) in advisories.chain(opt_ins) {
        let said = Said::of(from.get_ref());
        let draft = Draft {
            id: (mechanism, word(name.get_ref())),
            feature: Feature::UpdateAttributes,
            title: format!("{} is taken, kept, and taken away again", attribute.get_ref()),
            said: vec![said.clone()],
            alone: false,
        };
        let place = product.place(attribute.get_ref());
        demands
            .push(draft.story(product, move |t| Box::pin(is_taken(t, product, said.clone(), place.clone(), besides))));
    }
    if let Some(child) = &profile.organisation.child_attribute {
        let said = Said::of(child.source());
        let place = product.place(child.get());
        let draft = Draft {
            id: ("organisation", "children".into()),
            feature: Feature::CreateUsers,
            title: "People are put into an organisation below that is known, and into no other".into(),
            said: vec![said.clone()],
            alone: false,
        };
        demands.push(draft.story(product, move |t| Box::pin(children(t, product, said.clone(), place.clone()))));
    }
    demands
}

/// What comes of it in the application.
#[derive(Clone, Copy)]
enum Besides {
    OptIn(&'static str),
    Advisory { name: &'static str, with: Option<&'static str> },
}

/// Written in every way, and removed.
async fn is_taken(t: &Case, product: &'static Product, said: Said, place: Place, besides: Besides) -> Result<(), Stop> {
    let known = product.attributes.iter().find(|known| known.place == place);
    let value = known.and_then(|known| sample::of(known.says, product.profile).valid.pop());
    let value = value.unwrap_or_else(|| json!("+1 555 0100"));
    let ground = known.map_or_else(|| product.standing(&[]), |known| product.ground(known));
    for way in Way::ALL {
        let made = write(t, way, &ground, &place.change(value.clone())).await?;
        made.shows(t, &said, way == Way::Post, || place.is(&value, false)).await?;
    }
    let made = write(t, Way::Post, &ground, &place.change(value.clone())).await?;
    let Some(user) = made.user else { return Ok(()) };
    let leaves = patch::leaves(&place.change(Value::Null));
    let removal = leaves.iter().map(|(path, _)| patch::remove(path)).collect();
    let answer = t.patch_ops(&user, removal).await?;
    t.step("PATCH remove");
    said.conclude(t, super::ways::success(&answer), &answer);
    let seen = t.read(&user).await?;
    t.step("after PATCH remove");
    let default = known.and_then(|known| known.says.default.as_ref()).map(|default| of_scalar(default.get()));
    said.expect(t, &seen, default.map_or_else(|| place.is_unset(), |default| place.is(&default, true)));
    match besides {
        Besides::OptIn(name) => opts_in(t, product, &said, &place, &value, name).await,
        Besides::Advisory { name, with } => is_advised(t, product, &said, &place, &value, name, with).await,
    }
}

/// Whoever has the value is opted in, and whoever has it no more is not.
async fn opts_in(
    t: &Case,
    product: &'static Product,
    said: &Said,
    place: &Place,
    value: &Value,
    name: &str,
) -> Result<(), Stop> {
    for way in Way::ALL {
        let made = write(t, way, &product.standing(&[]), &place.change(value.clone())).await?;
        let Some(user) = made.user else { continue };
        let seen = application::person(t, &user.id).await?;
        t.step(format!("the person after {}", way.words()));
        said.expect(t, &seen, application::holds("/optIns", name, true));
        let leaves = patch::leaves(&place.change(Value::Null));
        t.patch_ops(&user, leaves.iter().map(|(path, _)| patch::remove(path)).collect()).await?;
        let seen = application::person(t, &user.id).await?;
        t.step("the person after PATCH remove");
        said.expect(t, &seen, application::holds("/optIns", name, false));
    }
    Ok(())
}

/// Such a write leaves a word in the log: always, or while what it is about is in use.
async fn is_advised(
    t: &Case,
    product: &'static Product,
    said: &Said,
    place: &Place,
    value: &Value,
    name: &str,
    with: Option<&str>,
) -> Result<(), Stop> {
    let switch = |on: bool| with.map(|with| Request::put(format!("/switches/{}", encode(with)), json!({ "on": on })));
    if let Some(on) = switch(true) {
        let made = write(t, Way::Post, &product.standing(&[]), &place.change(value.clone())).await?;
        if let Some(user) = &made.user {
            let (is_there, page) = advised(t, &user.id, name).await?;
            t.step("the log while that is not in use");
            let judgement = if is_there { broken("no advisory", "one", "/items") } else { Judgement::Holds };
            said.conclude(t, judgement, &page);
        }
        t.change_beside(on).await?;
    }
    let mut written = Vec::new();
    for way in Way::ALL {
        let made = write(t, way, &product.standing(&[]), &place.change(value.clone())).await;
        written.push((way, made));
    }
    if let Some(off) = switch(false) {
        t.change_beside(off).await?;
    }
    for (way, made) in written {
        let Some(user) = made?.user else { continue };
        let (is_there, page) = advised(t, &user.id, name).await?;
        t.step(format!("the log after {}", way.words()));
        said.conclude(t, if is_there { Judgement::Holds } else { broken("an advisory", "none", "/items") }, &page);
    }
    Ok(())
}

/// Whether the log has this advisory about somebody.
async fn advised(t: &Case, user: &str, name: &str) -> Result<(bool, Exchange), Stop> {
    let (events, page) = application::whole(t, "/events").await?;
    Ok((events.iter().any(|event| event["user"] == user && event["advisory"] == name), page))
}

/// Each that is known in every way; one that is not is refused, and nobody is made.
async fn children(t: &Case, product: &'static Product, said: Said, place: Place) -> Result<(), Stop> {
    for child in &product.profile.organisation.children {
        for way in Way::ALL {
            let made = write(t, way, &product.standing(&[]), &place.change(json!(child))).await?;
            made.shows(t, &said, way == Way::Post, || place.is(&json!(child), false)).await?;
            if let (Some(user), true) = (&made.user, t.knows_application()) {
                let seen = application::person(t, &user.id).await?;
                t.step(format!("the person after {}", way.words()));
                said.expect(t, &seen, json_at("/child", child.as_str()));
            }
        }
    }
    let nowhere = json!("scim-sample-nowhere");
    for way in Way::ALL {
        let made = write(t, way, &product.standing(&[]), &place.change(nowhere.clone())).await?;
        made.is_refused(t, &said, &said.chosen(), &["invalidValue"], || place.is_not(&nowhere)).await?;
    }
    let Some((first, user)) = product.profile.organisation.children.first().zip(Some(t.given_user().await?)) else {
        return Ok(());
    };
    let moved = write_to(t, Way::Put, user, &place.change(json!(first))).await?;
    moved.shows(t, &said, false, || place.is(&json!(first), false)).await
}
