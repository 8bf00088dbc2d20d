//! Groups that are pushed, and groups that are imported.

use serde_json::json;

use crate::check::{Case, Judgement, Resource, Stop};
use crate::checks::profile::said::Said;
use crate::checks::profile::ways::success;
use crate::expect::{all, broken, json_at, no_server_error, status, values, values_are};
use crate::idp::okta;
use crate::scim::{patch, sample};

/// A group comes with its name and its members, follows their changes, and makes nobody.
pub(super) async fn push(t: &Case, said: Said) -> Result<(), Stop> {
    let people = t.given_users(3).await?;
    let named: Vec<(&str, &str)> = people.iter().take(2).map(|user| (user.id.as_str(), user.name.as_str())).collect();
    let name = t.fresh_group_name();
    let made = t.post("/Groups", sample::group(&name, &named)).await?;
    t.step("POST of the group");
    said.expect(t, &made, status(&[201, 200]));
    let Some(group) = crate::checks::resource(&made, sample::group(&name, &named)) else { return Ok(()) };
    let both: Vec<&str> = named.iter().map(|(id, _)| *id).collect();
    reads(t, &said, &group, &name, &both, "after the push").await?;
    let other = t.fresh_group_name();
    let answer = t.patch(&group, okta::rename_group(&group.id, &other)).await?;
    t.step("the rename");
    said.conclude(t, success(&answer), &answer);
    reads(t, &said, &group, &other, &both, "after the rename").await?;
    let third = people[2].id.as_str();
    let change = vec![
        json!({"op": "remove", "path": patch::member_path(both[0])}),
        json!({"op": "add", "path": "members", "value": [{"value": third, "display": people[2].name}]}),
    ];
    let answer = t.patch_ops(&group, change).await?;
    t.step("the change of members");
    said.conclude(t, success(&answer), &answer);
    reads(t, &said, &group, &other, &[both[1], third], "after the change of members").await?;
    unknown_member(t, &said, &group, &[both[1], third]).await
}

/// A member whom nobody has provisioned is refused or ignored, and never made.
async fn unknown_member(t: &Case, said: &Said, group: &Resource, members: &[&str]) -> Result<(), Stop> {
    let nobody = t.fresh_id();
    let change = vec![json!({"op": "add", "path": "members", "value": [{"value": nobody, "display": "Nobody"}]})];
    let answer = t.patch_ops(group, change).await?;
    t.step("a member who is nobody");
    said.expect(t, &answer, no_server_error());
    let seen = t.read(group).await?;
    t.step("after a member who is nobody");
    said.expect(t, &seen, values_are("/members", members));
    let user = t.get(format!("/Users/{nobody}")).await?;
    said.conclude(t, if user.answer.is_success() { broken("nobody", "a user", "") } else { Judgement::Holds }, &user);
    Ok(())
}

async fn reads(t: &Case, said: &Said, group: &Resource, name: &str, members: &[&str], when: &str) -> Result<(), Stop> {
    let seen = t.read(group).await?;
    t.step(format!("the group {when}"));
    said.expect(t, &seen, all(vec![json_at("/displayName", name), values_are("/members", members)]));
    let found = t.send(okta::look_up_group(name)).await?;
    let is_found = found.rows().any(|(_, row)| row.get("id").and_then(|id| id.as_str()) == Some(&group.id));
    t.step(format!("the look-up {when}"));
    said.conclude(
        t,
        if is_found { Judgement::Holds } else { broken("the group", "none of that name", "/Resources") },
        &found,
    );
    Ok(())
}

/// A group is listed with whoever is in it.
pub(super) async fn listed(t: &Case, said: Said) -> Result<(), Stop> {
    let user = t.given_user().await?;
    let group = t.given_group(&[&user]).await?;
    let mut start = 1;
    for _ in 0..50 {
        let page = t.send(okta::import_page("/Groups", start)).await?;
        t.step("the list of groups");
        said.expect(t, &page, status(&[200]));
        let row = page.rows().find(|(_, row)| row.get("id").and_then(|id| id.as_str()) == Some(&group.id));
        if let Some((_, row)) = row {
            let is_member = values(row.get("members")).contains(&user.id);
            said.conclude(
                t,
                if is_member { Judgement::Holds } else { broken("the member", "not in the list", "/Resources") },
                &page,
            );
            return Ok(());
        }
        let rows = page.rows().count();
        if rows == 0 {
            said.conclude(t, broken("the group in the list", "nothing of it", "/Resources"), &page);
            return Ok(());
        }
        start += rows;
    }
    Err(Stop::Inconclusive("the list of groups has more than 50 pages".into()))
}
