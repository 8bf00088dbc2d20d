//! What the organisation has set: switches, plan, roles of tokens. And the clock, for whoever tries what time does.

use super::call::{Call, Desk};
use crate::application::What;
use crate::product::Organisation;
use crate::provider::Reply;
use crate::scim::ScimError;
use crate::scim::error::quoted;
use scim_profile::{Attribute, ClosedBy, Gate, Profile};
use serde_json::{Map, Value, json};

type Page = Result<Reply, ScimError>;

/// Everything that is set, and what there is to choose from.
pub(super) fn overview(desk: &Desk<'_>, _: &Call<'_>) -> Page {
    let profile = profile(desk);
    let Organisation { switched_off, plan, token_role, maker_role } = desk.console.organisation();
    let switches = profile.gates.iter().filter(|gate| gate.closed_by == ClosedBy::Switch);
    let is_on = |gate: &Gate| (gate.name.get_ref().clone(), Value::from(!switched_off.contains(gate.name.get_ref())));
    let mut switches: Map<String, Value> = switches.map(is_on).collect();
    if let Value::Object(uses) = desk.application.uses() {
        switches.extend(uses);
    }
    let accounts = &profile.accounts;
    let levels = accounts.access_level.iter().map(|level| level.get()).chain(&accounts.access_levels);
    let mapping = profile.groups.as_ref().and_then(|groups| groups.mapping.as_ref());
    Ok(Reply::ok(json!({
        "product": profile.name,
        "title": profile.title,
        "switches": switches,
        "plan": plan.or_else(|| words(profile, ClosedBy::Plan).first().map(|word| (*word).clone())),
        "tokenRole": token_role.or_else(|| words(profile, ClosedBy::Role).first().map(|word| (*word).clone())),
        "makerRole": maker_role.or_else(|| words(profile, ClosedBy::Role).first().map(|word| (*word).clone())),
        "plans": words(profile, ClosedBy::Plan),
        "tokenRoles": words(profile, ClosedBy::Role),
        "accessLevels": levels.collect::<Vec<_>>(),
        "roles": mapping.map(|mapping| mapping.roles.clone()).unwrap_or_default(),
        "children": profile.organisation.children,
        "known": profile.all_attributes().filter(|ruled| !ruled.known.is_empty()).map(known).collect::<Map<_, _>>(),
        "clockMoves": desk.forward.is_some(),
    })))
}

pub(super) fn switch(desk: &Desk<'_>, call: &Call<'_>) -> Page {
    let (name, on) = (call.named(), call.flag("on")?);
    let mut gates = profile(desk).gates.iter().filter(|gate| gate.closed_by == ClosedBy::Switch);
    match gates.any(|gate| gate.name.get_ref() == name) {
        true => desk.console.switch(name, on),
        false => desk.application.change_use(name, on)?,
    }
    done(desk, format!("{name} {}", if on { "on" } else { "off" }))
}

pub(super) fn change_plan(desk: &Desk<'_>, call: &Call<'_>) -> Page {
    let plan = chosen(desk, ClosedBy::Plan, "plan", call.text("plan")?)?;
    desk.console.change_plan(plan);
    done(desk, format!("plan {plan}"))
}

pub(super) fn change_token_role(desk: &Desk<'_>, call: &Call<'_>) -> Page {
    let role = chosen(desk, ClosedBy::Role, "role", call.text("role")?)?;
    desk.console.change_token_role(role);
    done(desk, format!("role of tokens {role}"))
}

pub(super) fn change_maker_role(desk: &Desk<'_>, call: &Call<'_>) -> Page {
    let role = chosen(desk, ClosedBy::Role, "role", call.text("role")?)?;
    desk.console.change_maker_role(role);
    done(desk, format!("role of whoever makes tokens {role}"))
}

pub(super) fn clock(desk: &Desk<'_>, _: &Call<'_>) -> Page {
    Ok(Reply::ok(json!({ "now": format!("{:.3}", desk.provider.now()) })))
}

pub(super) fn pass_time(desk: &Desk<'_>, call: &Call<'_>) -> Page {
    let forward = desk.forward.ok_or_else(|| ScimError::new(404, "this server's clock cannot be put forward"))?;
    let seconds = call.number("seconds")?;
    forward.by(seconds);
    desk.application.note(What::TimePassed, None, format!("{seconds} s"));
    clock(desk, call)
}

/// The values that an attribute may have, like the sites that there are.
fn known(ruled: &Attribute) -> (String, Value) {
    (ruled.name.get_ref().clone(), json!(ruled.known))
}

fn done(desk: &Desk<'_>, words: String) -> Page {
    desk.application.note(What::SettingChanged, None, words);
    Ok(Reply::no_content())
}

fn profile(desk: &Desk<'_>) -> &'static Profile {
    desk.application.product().profile()
}

/// What gates of that kind know, those that open them first.
fn words(profile: &'static Profile, closed_by: ClosedBy) -> Vec<&'static String> {
    let gates = || profile.gates.iter().filter(|gate| gate.closed_by == closed_by);
    gates().flat_map(|gate| &gate.open_for).chain(gates().flat_map(|gate| &gate.closed_for)).collect()
}

fn chosen(desk: &Desk<'_>, closed_by: ClosedBy, what: &str, word: &str) -> Result<&'static str, ScimError> {
    let words = words(profile(desk), closed_by);
    if words.is_empty() {
        return Err(ScimError::new(404, format!("there is no {what} to choose here")));
    }
    let found = words.iter().find(|known| **known == word);
    found.map(|word| word.as_str()).ok_or_else(|| ScimError::new(422, format!("there is no {what} {}", quoted(word))))
}
