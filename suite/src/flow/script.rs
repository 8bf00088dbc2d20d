//! What happens, step by step.

use serde_json::{Value, json};

use super::cast::{self, ADA, GRACE, JOAN, MARY, Values};
use super::world::World;
use super::{Client, Offered, offered};
use crate::idp::emulator::{Event, Which, Who};
use scim_profile::{Feature, Profile};

/// The group that is pushed with members.
pub const TEAM: Which = 0;
/// The group that is pushed, and then left to itself.
pub const OTHERS: Which = 1;

/// A step of a flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The word of ids and reports.
    pub name: &'static str,
    /// The feature that it shows.
    pub feature: Feature,
    /// What happens, in words.
    pub title: &'static str,
    /// What happens.
    pub events: Vec<Event>,
}

/// The groups, by their names without the key: who is a member at first.
pub const GROUPS: [(&str, &[Who]); 2] = [("Team", &[ADA, GRACE]), ("Others", &[])];

/// All steps of a client with a product, in order.
pub fn script(profile: &Profile, client: Client, world: &World<'_>) -> Vec<Step> {
    let user_name = |who: Who| world.people[who].user_name().to_string();
    let set = |who, values| {
        let mut mapped = cast::mapped(profile, who, &user_name(who), values);
        // What identifies a person is changed in a step of its own.
        if let Value::Object(map) = &mut mapped {
            map.retain(|name, _| name != "userName" && name != "emails");
        }
        mapped
    };
    let mail = |address: String| {
        let mut emails = world.people[ADA].mapped()["emails"].clone();
        emails[0]["value"] = address.into();
        json!({"emails": emails})
    };
    let mut steps = Steps(Vec::new());
    let is_spared = |who: Who| who == MARY && !world.spares_administrators();
    let newcomers = [ADA, GRACE, MARY].into_iter().filter(|who| !is_spared(*who));
    steps.add("connect", Feature::CreateUsers, "the connection is tried", vec![Event::Connect]);
    steps.add("create", Feature::CreateUsers, "people get the application", newcomers.map(Event::Assign).collect());
    steps.add("link", Feature::Link, "somebody who has an account gets the application", vec![Event::Assign(JOAN)]);
    steps.add(
        "update",
        Feature::UpdateAttributes,
        "every attribute that is mapped gets another value",
        vec![Event::Change(ADA, set(ADA, Values::Second))],
    );
    steps.add(
        "mail",
        Feature::UpdateAttributes,
        "the mail address changes, and back",
        vec![Event::Change(ADA, mail(format!("new-{}", user_name(ADA)))), Event::Change(ADA, mail(user_name(ADA)))],
    );
    if world.spares_administrators() {
        steps.add(
            "administrator",
            Feature::UpdateAttributes,
            "an administrator of the identity provider gets another name",
            vec![Event::Change(MARY, json!({"displayName": "Mary Fairfax"}))],
        );
    }
    steps.add(
        "suspend",
        Feature::Deactivate,
        "somebody is suspended, and returns",
        vec![Event::Suspend(ADA), Event::Resume(ADA)],
    );
    steps.add("deactivate", Feature::Deactivate, "somebody is deactivated", vec![Event::Deactivate(ADA)]);
    steps.add(
        "reactivate",
        Feature::Reactivate,
        "somebody is changed in absence, and comes back",
        vec![Event::Change(ADA, set(ADA, Values::First)), Event::Assign(ADA)],
    );
    steps.add("unassign", Feature::Deactivate, "somebody loses the application", vec![Event::Unassign(JOAN)]);
    if client.imports() {
        steps.add("import", Feature::ImportUsers, "the people of the application are read", vec![Event::Import]);
    }
    steps.add("reassign", Feature::Reactivate, "somebody gets the application again", vec![Event::Assign(JOAN)]);
    if client.pushes_groups() {
        steps.add("push", Feature::GroupPush, "a group is pushed", vec![Event::Push(TEAM)]);
        if world.has_groups() && offered(profile, Feature::GroupPush) != Offered::Denied {
            groups(&mut steps, &world.groups[TEAM].name);
        }
    }
    steps.add(
        "delete",
        Feature::RemoveUsers,
        "the account of somebody is closed, and removed",
        vec![Event::Deactivate(GRACE), Event::Delete(GRACE)],
    );
    steps.0
}

fn groups(steps: &mut Steps, name: &str) {
    let mut add = |name, title, events| steps.add(name, Feature::GroupPush, title, events);
    add("join", "somebody becomes a member", vec![Event::Join(TEAM, JOAN)]);
    add("leave", "somebody is a member no longer", vec![Event::Leave(TEAM, GRACE)]);
    add("rename", "the group gets another name", vec![Event::Rename(TEAM, format!("{name} renamed"))]);
    add("push-now", "the group is pushed as a whole", vec![Event::PushNow(TEAM)]);
    add("unlink", "a group is pushed, and left to itself", vec![Event::Push(OTHERS), Event::Unlink(OTHERS)]);
    add("remove", "the group is deleted at the application", vec![Event::Remove(TEAM)]);
}

struct Steps(Vec<Step>);

impl Steps {
    fn add(&mut self, name: &'static str, feature: Feature, title: &'static str, events: Vec<Event>) {
        self.0.push(Step { name, feature, title, events });
    }
}
