//! References lead to what they name (RFC 7643 §2.3.7), and say how somebody belongs to a group (§4.1.2).

use serde_json::{Value, json};

use crate::check::{Case, Check, Feature, Judgement, Resource, Stop};
use crate::checks::resource;
use crate::expect::{all, broken, json_at, quoted, status};
use crate::scim::{sample, urn};
use crate::target::Exchange;

const LED_ASTRAY: &str = "Clients that follow a reference end elsewhere.";

pub(in crate::checks) static LEAD: Check = Check {
    id: "read.references",
    since: "0.1",
    feature: Feature::Protocol,
    title: "Every reference that is shown can be followed to what it names",
    effect: LED_ASTRAY,
    rules: &["RFC7643-2.3.7-03", "RFC7643-2.3.7-04", "RFC7643-4.1.2-13"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_listed_groups()?;
            let user = t.given_user().await?;
            let group = t.given_group(&[&user]).await?;
            let seen = t.read(&group).await?;
            let member = follow(t, &seen, "/members/0/$ref", &user, &["RFC7643-2.3.7-03", "RFC7643-2.3.7-04"]).await?;
            let seen = t.read(&user).await?;
            let own = follow(t, &seen, "/groups/0/$ref", &group, &["RFC7643-2.3.7-04", "RFC7643-4.1.2-13"]).await?;
            if member || own { Ok(()) } else { Err(no_references()) }
        })
    },
};

pub(in crate::checks) static MANAGER: Check = Check {
    id: "read.references-manager",
    since: "0.1",
    feature: Feature::Protocol,
    title: "The reference to a manager can be followed to the manager",
    effect: LED_ASTRAY,
    rules: &["RFC7643-4.3-04"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_enterprise()?;
            if !t.keeps(&format!("{}:manager", urn::ENTERPRISE)) {
                return Err(Stop::Unsupported("the product does not keep managers".into()));
            }
            let boss = t.given_user().await?;
            let uri = format!("{}{}", t.base().trim_end_matches('/'), boss.path());
            let manager = json!({"value": boss.id, "$ref": uri});
            let change = json!({"schemas": [urn::USER, urn::ENTERPRISE], urn::ENTERPRISE: {"manager": manager}});
            let user = t.given_user_with(change).await?;
            let pointer = format!("/{}/manager/$ref", urn::ENTERPRISE);
            let seen = t.read(&user).await?;
            let is_shown = follow(t, &seen, &pointer, &boss, &["RFC7643-4.3-04"]).await?;
            if is_shown { Ok(()) } else { Err(no_references()) }
        })
    },
};

fn no_references() -> Stop {
    Stop::Unsupported("the target shows no reference".into())
}

/// Follows the reference at a place, as far as it stays with the target; tells whether there is one.
async fn follow(
    t: &Case,
    seen: &Exchange,
    pointer: &str,
    wanted: &Resource,
    rules: &[&'static str],
) -> Result<bool, Stop> {
    // What may be left out is not missed.
    let Some(uri) = seen.subject().and_then(|it| it.pointer(pointer)) else { return Ok(false) };
    t.step(format!("the reference at {pointer}"));
    let text = uri.as_str().unwrap_or_default();
    let path = match text.strip_prefix(t.base().trim_end_matches('/')) {
        Some(path) => path.to_string(),
        None if text.contains("://") => {
            // Nobody else is asked; but it can't be the target's resource.
            let judgement = broken(format!("a URI below {}", t.base()), quoted(Some(uri)), pointer);
            t.conclude(rules, judgement, Some(seen));
            return Ok(true);
        }
        // Against the base URL, whatever the endpoint (§2.3.7).
        None => format!("/{}", text.trim_start_matches("../").trim_start_matches('/')),
    };
    let found = t.get(path).await?;
    t.expect(rules, &found, all(vec![status(&[200]), json_at("/id", wanted.id.as_str())]));
    Ok(true)
}

pub(in crate::checks) static MEMBERSHIP: Check = Check {
    id: "read.membership-type",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A user's own membership is direct, and one through another group is not",
    effect: "People are taken out of a group that they are not in, and keep their access.",
    rules: &["RFC7643-4.1.2-14", "RFC7643-4.1.2-15"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_listed_groups()?;
            let user = t.given_user().await?;
            let inner = t.given_group(&[&user]).await?;
            let seen = t.read(&user).await?;
            t.step("a group that has the user");
            let Some(kind) = membership(&seen, &inner.id) else {
                return Err(Stop::Unsupported("users don't show how they belong to their groups".into()));
            };
            t.conclude(&["RFC7643-4.1.2-14"], is_kind(kind, "direct"), Some(&seen));
            let body = sample::group(&t.fresh_group_name(), &[(&inner.id, &inner.name)]);
            let created = t.post("/Groups", body.clone()).await?;
            let Some(outer) = resource(&created, body) else { return Ok(()) };
            let seen = t.read(&user).await?;
            t.step("a group that has that group");
            if let Some(kind) = membership(&seen, &outer.id) {
                t.conclude(&["RFC7643-4.1.2-15"], is_kind(kind, "indirect"), Some(&seen));
            }
            Ok(())
        })
    },
};

/// How a user's own representation says that the user belongs to a group; a type that is not said is nothing.
fn membership<'a>(seen: &'a Exchange, group: &str) -> Option<&'a Value> {
    let groups = seen.subject()?.get("groups")?.as_array()?;
    groups.iter().find(|one| one["value"] == group)?.get("type").filter(|kind| !kind.is_null())
}

fn is_kind(kind: &Value, wanted: &str) -> Judgement {
    match kind.as_str() {
        Some(kind) if kind.eq_ignore_ascii_case(wanted) => Judgement::Holds,
        _ => broken(format!("{wanted:?}"), quoted(Some(kind)), "/groups"),
    }
}
