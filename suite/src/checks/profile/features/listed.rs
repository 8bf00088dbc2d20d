//! Imports.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::check::{Case, Judgement, Resource, Stop};
use crate::checks::profile::application;
use crate::checks::profile::said::Said;
use crate::expect::broken;
use crate::idp::okta;

/// Pages that are walked through at most.
const MOST_PAGES: usize = 50;

/// Everybody is listed once, the inactive and those whom nobody provisioned too, and the order stays.
pub(super) async fn users(t: &Case, said: Said) -> Result<(), Stop> {
    let native = if t.knows_application() { Some(application::made_there(t).await?) } else { None };
    let listed = all_are_listed(t, &said, native.as_ref()).await;
    if let Some(native) = &native {
        application::taken_away(t, native).await?;
    }
    listed
}

async fn all_are_listed(t: &Case, said: &Said, native: Option<&Resource>) -> Result<(), Stop> {
    let mut people = t.given_users(3).await?;
    people.push(t.given_user_with(json!({"active": false})).await?);
    let mut wanted: Vec<&str> = people.iter().map(|user| user.id.as_str()).collect();
    wanted.extend(t.fixture_user());
    wanted.extend(native.map(|native| native.id.as_str()));
    let first = walk(t, said).await?;
    let second = walk(t, said).await?;
    let (Some(first), Some(second)) = (first, second) else { return Ok(()) };
    let last = t.send(okta::import_page("/Users", 1)).await?;
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    first.iter().for_each(|id| *count.entry(id).or_default() += 1);
    let missing = wanted.iter().filter(|id| !count.contains_key(**id)).count();
    let twice = count.values().filter(|times| **times > 1).count();
    t.step("the whole list");
    let complete =
        || broken("everybody, once", format!("{missing} of {} missing, {twice} twice", wanted.len()), "/Resources");
    said.conclude(t, if missing + twice == 0 { Judgement::Holds } else { complete() }, &last);
    let ours =
        |list: &[String]| -> Vec<String> { list.iter().filter(|id| wanted.contains(&id.as_str())).cloned().collect() };
    let is_stable = ours(&first) == ours(&second);
    said.conclude(
        t,
        if is_stable { Judgement::Holds } else { broken("the same order", "another", "/Resources") },
        &last,
    );
    if t.fixture_user().is_none() && native.is_none() {
        let reason = "whether people are listed whom nobody provisioned needs --fixture-user or --application";
        return Err(Stop::Unsupported(reason.into()));
    }
    Ok(())
}

/// The ids of the list, page by page; nothing where it cannot be walked through.
async fn walk(t: &Case, said: &Said) -> Result<Option<Vec<String>>, Stop> {
    let (mut ids, mut start): (Vec<String>, usize) = (Vec::new(), 1);
    for _ in 0..MOST_PAGES {
        let page = t.send(okta::import_page("/Users", start)).await?;
        t.step(format!("the page from {start} on"));
        let total = page.answer.json.as_ref().and_then(|list| list.get("totalResults")?.as_u64());
        let Some(total) = total.filter(|_| page.answer.status == 200) else {
            said.conclude(t, broken("200 with totalResults", crate::expect::got_status(&page), "/totalResults"), &page);
            return Ok(None);
        };
        let rows: Vec<String> =
            page.rows().filter_map(|(_, row)| row.get("id").and_then(Value::as_str).map(String::from)).collect();
        start += rows.len();
        let is_end = rows.is_empty() || start as u64 > total;
        ids.extend(rows);
        if is_end {
            return Ok(Some(ids));
        }
    }
    Err(Stop::Inconclusive(format!("the list has more than {MOST_PAGES} pages")))
}
