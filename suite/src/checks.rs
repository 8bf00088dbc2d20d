//! The registry: everything that is checked. To add a check, write its static in the file of its subject and put it into
//! the table of its topic, in the place where reports shall show it; one that is left out is dead code, which does not
//! compile. A small topic is one file; a large one is a file with the table, and a directory with one file for each
//! subject.

mod activate;
mod attributes;
mod bulk;
mod create;
mod cursor;
mod delete;
mod discovery;
mod entra;
mod etag;
mod filter;
mod group;
mod http;
mod import;
mod invariants;
mod password;
mod privilege;
pub mod profile;
mod projection;
mod reads;
mod search;
mod sort;
mod tenancy;
mod transitions;
mod update;
mod writes;

use scim_profile::Profile;
use serde_json::Value;

use crate::check::{Case, Check, Family, Feature, Fut, Item, Judgement, Resource, Stop};
use crate::expect::{broken, is_unassigned, quoted};
use crate::scim::sample;
use crate::target::Exchange;

/// Every item, in the order of reports: Okta's features, then the protocol below them.
pub fn items() -> Vec<Item> {
    let topics: [(&[&'static Check], &[&'static Family]); 20] = [
        (create::CHECKS, create::FAMILIES),
        (update::CHECKS, update::FAMILIES),
        (activate::CHECKS, activate::FAMILIES),
        (import::CHECKS, &[]),
        (group::CHECKS, group::FAMILIES),
        (password::CHECKS, password::FAMILIES),
        (delete::CHECKS, &[]),
        (discovery::CHECKS, &[]),
        (http::CHECKS, http::FAMILIES),
        (filter::CHECKS, &[]),
        (sort::CHECKS, &[]),
        (search::CHECKS, &[]),
        (projection::CHECKS, &[]),
        (cursor::CHECKS, &[]),
        (bulk::CHECKS, &[]),
        (etag::CHECKS, etag::FAMILIES),
        (attributes::CHECKS, &[]),
        (tenancy::CHECKS, &[]),
        (privilege::CHECKS, &[]),
        (entra::CHECKS, &[]),
    ];
    let mut items = Vec::new();
    for (checks, families) in topics {
        items.extend(checks.iter().map(|check| Item::Check(check)));
        for family in families {
            items.extend(family.writes.iter().map(|form| Item::Form(family, form)));
        }
    }
    items.extend(invariants::INVARIANTS.iter().map(|invariant| Item::Invariant(invariant)));
    items.extend(transitions::TRANSITIONS.iter().map(|transition| Item::Transition(transition)));
    items
}

/// Every item of a run with a profile: what is made of the profile comes first. It lives as long as the process.
pub fn items_with(profile: &Profile) -> Vec<Item> {
    let demands = profile::demands(Box::leak(Box::new(profile.clone())));
    let demands = demands.into_iter().map(|demand| Item::Demand(Box::leak(Box::new(demand))));
    demands.chain(items()).collect()
}

/// What a check does.
type StoryFn = for<'a> fn(&'a Case) -> Fut<'a, ()>;

/// A check below the features that runs beside others: for files whose checks differ in little else.
const fn protocol(
    id: &'static str,
    title: &'static str,
    effect: &'static str,
    rules: &'static [&'static str],
    story: StoryFn,
) -> Check {
    Check { id, since: "0.1", feature: Feature::Protocol, title, effect, rules, alone: false, story }
}

/// Requests that race each other: enough for a race to show, and few enough for any server.
const RACERS: usize = 8;
/// Races that are run, since a server may be lucky in one.
const RACES: usize = 3;

/// Creates a user with these attributes and reads it back; there is nothing to read where the target refuses it.
async fn made(t: &Case, change: &Value) -> Result<(Exchange, Option<(Resource, Exchange)>), Stop> {
    let mut body = t.okta_user();
    sample::overlay(&mut body, change);
    let created = t.post("/Users", body.clone()).await?;
    let Some(user) = resource(&created, body) else { return Ok((created, None)) };
    let seen = t.read(&user).await?;
    let user = Resource { seen: seen.answer.json.clone().unwrap_or_default(), ..user };
    Ok((created, Some((user, seen))))
}

/// The resource that a create's answer speaks of.
fn resource(created: &Exchange, sent: Value) -> Option<Resource> {
    let body = created.answer.json.as_ref().filter(|_| created.answer.is_success())?;
    let collection = if created.request.path == "/Groups" { "/Groups" } else { "/Users" };
    let name = ["userName", "displayName"].iter().find_map(|name| sent.get(*name)?.as_str()).unwrap_or_default().into();
    Some(Resource { collection, id: body.get("id")?.as_str()?.into(), name, sent, seen: body.clone() })
}

/// Whether an answer shows the same resource as a reading right after it: every attribute that both show is equal.
fn same_after_read(answer: &Exchange, read: &Exchange) -> Judgement {
    let (Some(Value::Object(answered)), Some(Value::Object(seen))) = (answer.subject(), read.subject()) else {
        return Judgement::Holds;
    };
    for (name, value) in answered {
        let again = seen.get(name);
        let is_unset = is_unassigned(value) && again.is_none_or(is_unassigned);
        if !is_unset && !transitions::alike(again, Some(value)) {
            let pointer = format!("{}/{name}", answer.focus);
            return broken(
                format!("{name} as a reading by id shows it, {}", quoted(again)),
                quoted(Some(value)),
                pointer,
            );
        }
    }
    Judgement::Holds
}
