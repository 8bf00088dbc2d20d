//! The life of an account: made or linked, changed, closed, opened again, removed or not.

use scim_profile::Probe;
use serde_json::{Value, json};

use crate::check::{Case, Judgement, Resource, Stop};
use crate::checks::profile::accounts::door_is;
use crate::checks::profile::application;
use crate::checks::profile::place::Place;
use crate::checks::profile::product::Product;
use crate::checks::profile::said::Said;
use crate::checks::profile::ways::{Way, given, success, write, write_to};
use crate::expect::{Expectation, all, broken, got_status, json_at, no_rows, only_row, refused, status};
use crate::idp::okta;
use crate::scim::patch;
use crate::target::login::Door;
use crate::target::{Exchange, Request};

/// Okta's create: 201, active, shown by every reading, able to sign in where a password says so; and there once.
pub(super) async fn create(t: &Case, product: &'static Product, said: Said) -> Result<(), Stop> {
    let password = t.fresh_password();
    let takes_passwords = t.keeps("password");
    let change = if takes_passwords { json!({ "password": password }) } else { json!({}) };
    let made = write(t, Way::Post, &product.standing(&[]), &change).await?;
    t.step("POST");
    said.expect(t, &made.answer, status(&[201]));
    made.shows(t, &said, true, || json_at("/active", true)).await?;
    let Some(user) = &made.user else { return Ok(()) };
    t.ask(&[], okta::look_up_user(&user.name), || only_row(&user.id)).await?;
    let found = t.send(okta::look_up_user(&user.name)).await?;
    t.step("the look-up of the name");
    said.expect(t, &found, only_row(&user.id));
    let password = takes_passwords.then_some(password.as_str());
    let is_seen = access(t, product, &said, user, password, true, &made.answer, Way::Post).await?;
    if is_seen { Ok(()) } else { Err(unseen("whether people can sign in")) }
}

/// A change of a name and of what else the product takes, in every way.
pub(super) async fn update(t: &Case, product: &'static Product, said: Said) -> Result<(), Stop> {
    for way in Way::CHANGES {
        let mut change = t.some_change();
        for (name, value) in [("title", "Guide"), ("nickName", "Sam")] {
            if t.keeps(name) && !t.facts().lacks(name) {
                change[name] = value.into();
            }
        }
        let made = write(t, way, &product.standing(&[]), &change).await?;
        let leaves = patch::leaves(&change);
        let places: Vec<(Place, Value)> =
            leaves.into_iter().map(|(path, value)| (product.place(&path), value)).collect();
        made.shows(t, &said, true, || all(places.iter().map(|(place, value)| place.is(value, true)).collect())).await?;
    }
    Ok(())
}

/// Whoever is deactivated is shown as inactive, keeps the record, and is locked out.
pub(super) async fn deactivate(t: &Case, product: &'static Product, said: Said) -> Result<(), Stop> {
    let mut is_seen = true;
    for way in Way::CHANGES {
        let (user, password) = with_password(t, product).await?;
        let made = write_to(t, way, user.clone(), &json!({"active": false})).await?;
        made.shows(t, &said, true, || json_at("/active", false)).await?;
        let seen = t.read(&user).await?;
        t.step(format!("the record after {}", way.words()));
        let kept = ["userName", "displayName", "externalId"]
            .into_iter()
            .filter_map(|name| user.seen.get(name).map(|value| json_at(&format!("/{name}"), value.clone())));
        said.expect(t, &seen, all([status(&[200])].into_iter().chain(kept).collect()));
        is_seen &= access(t, product, &said, &user, password.as_deref(), false, &made.answer, way).await?;
    }
    if is_seen { Ok(()) } else { Err(unseen("whether access ends")) }
}

/// Off and on again: the same account, found by its name, and open.
pub(super) async fn reactivate(t: &Case, product: &'static Product, said: Said) -> Result<(), Stop> {
    let mut is_seen = true;
    for way in Way::CHANGES {
        let (user, password) = with_password(t, product).await?;
        let off = write_to(t, way, user.clone(), &json!({"active": false})).await?;
        if !off.answer.answer.is_success() {
            let reason = format!("deactivating answered {}", got_status(&off.answer));
            return Err(Stop::Blocked { by: "deactivate.patch-pathless", reason });
        }
        let found = t.send(okta::look_up_user(&user.name)).await?;
        t.step("the look-up of somebody who is inactive");
        said.expect(t, &found, only_row(&user.id));
        let on = write_to(t, way, user.clone(), &json!({"active": true})).await?;
        let id = user.id.clone();
        on.shows(t, &said, true, || all(vec![json_at("/active", true), json_at("/id", id.as_str())])).await?;
        let found = t.send(okta::look_up_user(&user.name)).await?;
        t.step(format!("the look-up after {}", way.words()));
        said.expect(t, &found, only_row(&user.id));
        is_seen &= access(t, product, &said, &user, password.as_deref(), true, &on.answer, way).await?;
    }
    if is_seen { Ok(()) } else { Err(unseen("whether access comes back")) }
}

/// Okta looks for the name, and takes the account that it finds; if it is made all the same, there is no second one.
pub(super) async fn link(t: &Case, said: Said) -> Result<(), Stop> {
    let user = t.given_user().await?;
    links(t, &said, &user).await?;
    if !t.knows_application() {
        return Err(Stop::Unsupported("accounts that were made in the product itself need --application".into()));
    }
    let user = application::made_there(t).await?;
    let linked = links(t, &said, &user).await;
    application::taken_away(t, &user).await?;
    linked
}

async fn links(t: &Case, said: &Said, user: &Resource) -> Result<(), Stop> {
    let found = t.send(okta::look_up_user(&user.name)).await?;
    let again = t.post("/Users", user.sent.clone()).await?;
    t.step("POST of a name that somebody has");
    said.conclude(t, no_dead_end(&found, &again, user), &again);
    said.chosen().expect(t, &again, status(&[409]));
    let after = t.send(okta::look_up_user(&user.name)).await?;
    t.step("the look-up after that POST");
    // An account that is linked by the POST alone may show only then.
    let is_hidden = found.rows().count() == 0 && !again.answer.is_success();
    said.expect(t, &after, if is_hidden { no_rows() } else { only_row(&user.id) });
    let mut whole = user.sent.clone();
    whole["id"] = user.id.as_str().into();
    let linked = t.put(user, whole).await?;
    t.step("PUT to the account that was found");
    said.conclude(t, success(&linked), &linked);
    let seen = t.read(user).await?;
    said.expect(t, &seen, all(vec![json_at("/id", user.id.as_str()), crate::expect::text_at("/userName", &user.name)]));
    Ok(())
}

/// An account that cannot be found and whose name is taken is out of reach; one that is found must be the one that it is.
fn no_dead_end(found: &Exchange, again: &Exchange, user: &Resource) -> Judgement {
    let is_found = found.rows().any(|(_, row)| row.get("id").and_then(Value::as_str) == Some(&user.id));
    let linked = again.answer.json.as_ref().and_then(|json| json.get("id")?.as_str());
    match again.answer.status {
        200..=299 if linked == Some(&user.id) => Judgement::Holds,
        200..=299 => broken("the account that is there", "a second one", "/id"),
        409 if is_found => Judgement::Holds,
        409 => broken("a look-up that finds the account, or a create that links it", "neither", ""),
        _ => broken("the account, or 409", got_status(again), ""),
    }
}

/// `DELETE`, and nobody is there any more.
pub(super) async fn remove(t: &Case, said: Said) -> Result<(), Stop> {
    let user = t.given_user().await?;
    let answer = t.send(Request::delete(user.path())).await?;
    t.step("DELETE");
    said.expect(t, &answer, status(&[204, 200]));
    let seen = t.read(&user).await?;
    t.step("the reading afterwards");
    said.expect(t, &seen, status(&[404, 410]));
    Ok(())
}

/// `DELETE` is refused, and they are there as before.
pub(super) async fn keep(t: &Case, said: Said) -> Result<(), Stop> {
    let user = t.given_user().await?;
    let answer = t.send(Request::delete(user.path())).await?;
    t.step("DELETE");
    said.expect(t, &answer, refused());
    let seen = t.read(&user).await?;
    t.step("the reading afterwards");
    said.expect(t, &seen, all(vec![status(&[200]), json_at("/active", true)]));
    Ok(())
}

/// An account, and the password that opens it where the product takes one.
async fn with_password(t: &Case, product: &'static Product) -> Result<(Resource, Option<String>), Stop> {
    let password = t.keeps("password").then(|| t.fresh_password());
    let mut ground = product.standing(&[]);
    if let Some(password) = &password {
        ground["password"] = password.as_str().into();
    }
    Ok((given(t, &ground).await?, password))
}

/// Whether somebody gets in, by what can be seen of it: the login with a password, and the application, which tells of
/// those who come from the identity provider. Tells whether anything was seen.
#[expect(clippy::too_many_arguments, reason = "a step of two stories, with all that they know")]
async fn access(
    t: &Case,
    product: &'static Product,
    said: &Said,
    user: &Resource,
    password: Option<&str>,
    is_open: bool,
    change: &Exchange,
    way: Way,
) -> Result<bool, Stop> {
    let keeps_login = matches!(product.profile.accounts.probe.as_ref().map(|probe| probe.get()), Some(Probe::Access));
    let mut is_seen = false;
    if let (Some(password), true, false) = (password, t.can_knock(), keeps_login) {
        t.step(format!("the login after {}", way.words()));
        let wanted = if is_open { Door::Open } else { Door::Shut };
        said.conclude(t, door_is(&wanted, t.knock(&user.name, password).await), change);
        is_seen = true;
    }
    if t.knows_application() {
        let answer = application::sign_in(t, user).await?;
        t.step(format!("the sign-in after {}", way.words()));
        let wanted: Expectation = match (is_open, keeps_login) {
            (true, _) => all(vec![status(&[200]), json_at("/access", true)]),
            (false, true) => all(vec![status(&[200]), json_at("/access", false)]),
            (false, false) => status(&[401]),
        };
        said.expect(t, &answer, wanted);
        is_seen = true;
    }
    Ok(is_seen)
}

fn unseen(what: &str) -> Stop {
    Stop::Unsupported(format!("{what} shows at the login: it needs --login-probe, or --application"))
}
