//! Membership: add is union, remove is difference, replace is what was sent (RFC 7644 §3.5.2).

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::{Value, json};

use super::Relation;
use crate::check::{Resource, Stop};
use crate::expect::{broken, got_status, values};
use crate::properties::grounds::Grounds;
use crate::properties::trial::{Breach, Trial, Tried};
use crate::scim::patch;

/// The three operations.
pub(super) static RELATIONS: &[&Relation] = &[&ADD, &REMOVE, &REPLACE];

const ACCESS: &str = "People get access that they must not have, or lose what they need.";

/// Members of groups that are made up, at most.
const MOST: usize = 4;

static ADD: Relation = Relation {
    id: "property.group.add",
    title: "Adding members makes the union of old and new, and adding who is there changes nothing",
    effect: ACCESS,
    rules: &["RFC7644-3.5.2.1-12", "RFC7644-3.5.2.1-06", "RFC7644-3.5.2.1-10"],
    may_lag: false,
    search: |search| {
        search.each(two_sets, |t, (old, new)| {
            Box::pin(async move {
                let group = given(t, old).await?;
                let answer = t.t.patch_ops(&group, vec![patch::operation("add", "members", members(t, new))]).await?;
                let is_there = new.iter().all(|person| old.contains(person));
                let rules: &'static [&'static str] =
                    if is_there { &["RFC7644-3.5.2.1-10"] } else { &["RFC7644-3.5.2.1-12", "RFC7644-3.5.2.1-06"] };
                if !answer.answer.is_success() && is_there {
                    let judgement = broken("a success, since they are members already", got_status(&answer), "");
                    return Ok(Tried::Broken(Breach { rules, judgement, people: old.clone() }));
                }
                accepted(&answer)?;
                let named = [old.as_slice(), new].concat();
                has(t, rules, &group, &named.iter().copied().collect(), &named).await
            })
        })
    },
};

static REMOVE: Relation = Relation {
    id: "property.group.remove",
    title: "Removing one member leaves the others",
    effect: ACCESS,
    rules: &["RFC7644-3.5.2-37", "RFC7644-3.5.2.2-04"],
    may_lag: false,
    search: |search| {
        search.each(two_sets, |t, (old, out)| {
            Box::pin(async move {
                let group = given(t, old).await?;
                let Some(gone) = out.first() else { return Err(Stop::Error("nobody was drawn".into())) };
                let Some(person) = t.grounds.people.get(*gone) else {
                    return Err(Stop::Error("nobody of this number was created".into()));
                };
                let answer = t.t.patch_ops(&group, vec![patch::remove(&patch::member_path(&person.id))]).await?;
                accepted(&answer)?;
                let left: BTreeSet<usize> = old.iter().copied().filter(|at| at != gone).collect();
                let named = [old.as_slice(), &[*gone]].concat();
                has(t, &["RFC7644-3.5.2-37", "RFC7644-3.5.2.2-04"], &group, &left, &named).await
            })
        })
    },
};

static REPLACE: Relation = Relation {
    id: "property.group.replace",
    title: "Replacing the members leaves exactly those that were sent",
    effect: ACCESS,
    rules: &["RFC7644-3.5.2.3-11"],
    may_lag: false,
    search: |search| {
        search.each(two_sets, |t, (old, new)| {
            Box::pin(async move {
                let group = given(t, old).await?;
                let answer =
                    t.t.patch_ops(&group, vec![patch::operation("replace", "members", members(t, new))]).await?;
                accepted(&answer)?;
                let named = [old.as_slice(), new].concat();
                has(t, &["RFC7644-3.5.2.3-11"], &group, &new.iter().copied().collect(), &named).await
            })
        })
    },
};

/// The members that a group has, none or some, and one or some others.
fn two_sets(grounds: &Grounds) -> Option<BoxedStrategy<(Vec<usize>, Vec<usize>)>> {
    let people: Vec<usize> = (0..grounds.people.len().min(MOST)).collect();
    let most = people.len();
    (most > 0).then(|| (subsequence(people.clone(), 0..=most), subsequence(people, 1..=most)).boxed())
}

async fn given(t: Trial<'_>, people: &[usize]) -> Result<Resource, Stop> {
    let members: Vec<&Resource> = people.iter().filter_map(|at| t.grounds.people.get(*at)).collect();
    t.t.given_group(&members).await
}

fn members(t: Trial<'_>, people: &[usize]) -> Value {
    let people = people.iter().filter_map(|at| t.grounds.people.get(*at));
    people.map(|person| json!({"value": person.id, "display": person.name})).collect()
}

fn accepted(answer: &crate::target::Exchange) -> Result<(), Stop> {
    match answer.answer.is_success() {
        true => Ok(()),
        false => Err(Stop::Unsupported(format!("a PATCH of members was refused with {}", answer.answer.status))),
    }
}

/// Whether the group has exactly these members. Whoever was named must be there when the lines are repeated.
async fn has(
    t: Trial<'_>,
    rules: &'static [&'static str],
    group: &Resource,
    wanted: &BTreeSet<usize>,
    named: &[usize],
) -> Result<Tried, Stop> {
    let mut got = values(t.now(group).await?.get("members"));
    got.sort();
    let mut ids: Vec<String> = wanted.iter().filter_map(|at| Some(t.grounds.people.get(*at)?.id.clone())).collect();
    ids.sort();
    if got == ids {
        return Ok(Tried::Held(rules));
    }
    let judgement = broken(format!("exactly {} {ids:?}", ids.len()), format!("{} {got:?}", got.len()), "/members");
    let people = named.iter().copied().collect::<BTreeSet<usize>>().into_iter().collect();
    Ok(Tried::Broken(Breach { rules, judgement, people }))
}
