//! `bulkId:` references: what is created in a request is named by the others in it.

use serde_json::{Value, json};

use super::{WHO_SYNCS_IN_BULK, came_to, id_of, is_refused, made, name, nameless, send, user};
use crate::check::{Case, Check, Feature, Judgement, Stop};
use crate::expect::{broken, json_at, values_are};
use crate::scim::{bulk, patch, sample, urn};
use crate::target::Exchange;

/// A reference to what has this name.
fn to(name: &str) -> String {
    format!("bulkId:{name}")
}

fn group_of(t: &Case, member: &str) -> Value {
    sample::group(&t.fresh_group_name(), &[(member, "")])
}

/// A new user, and a group with that user as a member: in which order is for the request to say.
struct Pair {
    user: (String, Value),
    group: (String, Value),
}

impl Pair {
    fn new(t: &Case) -> Pair {
        let (user_id, group_id) = (name(t), name(t));
        let group = group_of(t, &to(&user_id));
        Pair { user: (user_id, user(t).0), group: (group_id, group) }
    }

    fn user(&self) -> Value {
        bulk::post("/Users", &self.user.0, self.user.1.clone())
    }

    fn group(&self) -> Value {
        bulk::post("/Groups", &self.group.0, self.group.1.clone())
    }

    /// Both are there, and the one is a member of the other.
    async fn judge(&self, t: &Case, rule: &'static str, answer: &Exchange, order: [usize; 2]) -> Result<(), Stop> {
        for (at, named) in order.into_iter().zip([&self.user.0, &self.group.0]) {
            t.conclude(&[rule], came_to(answer, at, Some(named), &[201]), Some(answer));
        }
        let Some(user_id) = id_of(answer, order[0], &self.user.0) else { return Ok(()) };
        if let Some(read) = made(t, answer, order[1], &self.group.0).await? {
            t.step("the reading of the group");
            t.expect(&[rule], &read, values_are("/members", &[&user_id]));
        }
        Ok(())
    }
}

async fn groups(t: &Case) -> Result<(), Stop> {
    t.needs_bulk()?;
    t.needs_listed_groups()?;
    // Before anything is referred to, it is seen whether creates are what they are taken for.
    t.given_user().await?;
    Ok(())
}

pub(in crate::checks) static MEMBER: Check = Check {
    id: "bulk.reference.member",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A group that is created in bulk has the user who is created before it as a member",
    effect: "Groups are created empty, or with members that do not exist.",
    rules: &["RFC7644-3.7.2-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            groups(t).await?;
            let pair = Pair::new(t);
            let answer = send(t, bulk::message(vec![pair.user(), pair.group()])).await?;
            pair.judge(t, "RFC7644-3.7.2-01", &answer, [0, 1]).await
        })
    },
};

pub(in crate::checks) static FORWARD: Check = Check {
    id: "bulk.reference.forward",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A reference may stand before what it names",
    effect: "Groups are created empty, or with members that do not exist.",
    rules: &["RFC7644-3.7-23"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            groups(t).await?;
            let pair = Pair::new(t);
            let answer = send(t, bulk::message(vec![pair.group(), pair.user()])).await?;
            pair.judge(t, "RFC7644-3.7-23", &answer, [1, 0]).await
        })
    },
};

pub(in crate::checks) static CIRCLE: Check = Check {
    id: "bulk.reference.circle",
    since: "0.1",
    feature: Feature::Protocol,
    title: "Two groups that name each other are created with each other as members, or refused with 409",
    effect: WHO_SYNCS_IN_BULK,
    rules: &["RFC7644-3.7.1-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            groups(t).await?;
            let (one, two) = (name(t), name(t));
            let operations = vec![
                bulk::post("/Groups", &one, group_of(t, &to(&two))),
                bulk::post("/Groups", &two, group_of(t, &to(&one))),
            ];
            let answer = send(t, bulk::message(operations)).await?;
            let is_conflict = |at, named: &str| came_to(&answer, at, Some(named), &[409]) == Judgement::Holds;
            // A server that does not resolve them stops so (RFC 7644 §3.7.1); some have no groups in groups.
            if answer.answer.status == 409 || is_conflict(0, &one) || is_conflict(1, &two) {
                t.conclude(&["RFC7644-3.7.1-01"], Judgement::Holds, Some(&answer));
                return Ok(());
            }
            let is_bad = |at, named: &str| came_to(&answer, at, Some(named), &[400]) == Judgement::Holds;
            if is_bad(0, &one) && is_bad(1, &two) && !nests(t).await? {
                return Err(Stop::Unsupported("the target has no groups in groups".into()));
            }
            for (at, (named, other)) in [(&one, &two), (&two, &one)].into_iter().enumerate() {
                t.step(format!("group {}", at + 1));
                t.conclude(&["RFC7644-3.7.1-01"], came_to(&answer, at, Some(named), &[201]), Some(&answer));
                let (Some(read), Some(id)) = (made(t, &answer, at, named).await?, id_of(&answer, 1 - at, other)) else {
                    continue;
                };
                t.step(format!("the reading of group {}", at + 1));
                t.expect(&["RFC7644-3.7.1-01"], &read, values_are("/members", &[&id]));
            }
            Ok(())
        })
    },
};

/// Whether a group may be a member of another.
async fn nests(t: &Case) -> Result<bool, Stop> {
    let inner = t.given_group(&[]).await?;
    let outer = t.post("/Groups", sample::group(&t.fresh_group_name(), &[(&inner.id, &inner.name)])).await?;
    Ok(outer.answer.is_success())
}

pub(in crate::checks) static EXTENSION: Check = Check {
    id: "bulk.reference.extension",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A manager who is created in the same bulk request is the one that the user has",
    effect: "People are created with a manager that does not exist.",
    rules: &["RFC7644-3.7.2-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_bulk()?;
            t.needs_enterprise()?;
            t.needs(&[&format!("{}:manager", urn::ENTERPRISE)])?;
            let (manager, report) = (name(t), name(t));
            let mut body = user(t).0;
            body["schemas"] = json!([urn::USER, urn::ENTERPRISE]);
            body[urn::ENTERPRISE] = json!({"manager": {"value": to(&manager)}});
            let operations = vec![bulk::post("/Users", &manager, user(t).0), bulk::post("/Users", &report, body)];
            let answer = send(t, bulk::message(operations)).await?;
            t.conclude(&["RFC7644-3.7.2-02"], came_to(&answer, 1, Some(&report), &[201]), Some(&answer));
            let (Some(id), Some(read)) = (id_of(&answer, 0, &manager), made(t, &answer, 1, &report).await?) else {
                return Ok(());
            };
            t.step("the reading of the user");
            let pointer = format!("/{}/manager/value", urn::ENTERPRISE);
            t.expect(&["RFC7644-3.7.2-02"], &read, json_at(&pointer, id.as_str()));
            Ok(())
        })
    },
};

pub(in crate::checks) static PATCH: Check = Check {
    id: "bulk.reference.patch",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A PATCH in bulk adds the user who is created in the same request to a group",
    effect: "People are created, and are in none of their groups.",
    rules: &["RFC7644-3.7.2-03"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            groups(t).await?;
            t.needs_patch()?;
            let group = t.given_group(&[]).await?;
            let member = name(t);
            let add = patch::message(vec![patch::operation("add", "members", json!([{"value": to(&member)}]))]);
            let operations = vec![bulk::post("/Users", &member, user(t).0), bulk::change("PATCH", &group.path(), add)];
            let answer = send(t, bulk::message(operations)).await?;
            t.conclude(&["RFC7644-3.7.2-03"], came_to(&answer, 1, None, &[200, 204]), Some(&answer));
            if let Some(id) = id_of(&answer, 0, &member) {
                t.step("the reading of the group");
                t.expect(&["RFC7644-3.7.2-03"], &t.read(&group).await?, values_are("/members", &[&id]));
            }
            Ok(())
        })
    },
};

pub(in crate::checks) static UNKNOWN: Check = Check {
    id: "bulk.reference.unknown",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A reference to nothing, or to a create that failed, makes its operation fail",
    effect: "Groups get members that do not exist.",
    rules: &["RFC7644-3.7.2-04", "RFC7644-3.7.2-05"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            groups(t).await?;
            let nobody = format!("bulkId:{}", t.fresh_word());
            t.mint(&nobody);
            let group = name(t);
            let answer = send(t, bulk::message(vec![bulk::post("/Groups", &group, group_of(t, &nobody))])).await?;
            t.step("a name that no operation has");
            t.conclude(&["RFC7644-3.7.2-04"], is_refused(&answer, 0, Some(&group)), Some(&answer));
            if let Some(read) = made(t, &answer, 0, &group).await? {
                let members = read.subject().map(Value::to_string).unwrap_or_default();
                if members.contains(&nobody) {
                    let kept = broken("no such member", "the reference itself is kept", "/members");
                    t.conclude(&["RFC7644-3.7.2-04"], kept, Some(&read));
                }
            }
            let (failed, group) = (name(t), name(t));
            let operations = vec![
                bulk::post("/Users", &failed, nameless(t)),
                bulk::post("/Groups", &group, group_of(t, &to(&failed))),
            ];
            let answer = send(t, bulk::message(operations)).await?;
            t.step("a create that failed");
            t.conclude(&["RFC7644-3.7.2-05"], is_refused(&answer, 1, Some(&group)), Some(&answer));
            Ok(())
        })
    },
};
