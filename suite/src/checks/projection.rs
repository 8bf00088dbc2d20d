//! `attributes` and `excludedAttributes`, which every server must support (RFC 7644 §3.9).

mod parts;

use serde_json::Value;

use crate::check::{Check, Feature};
use crate::expect::{all, json_at, status, unassigned};
use crate::target::Request;

pub(super) static CHECKS: &[&Check] =
    &[&ATTRIBUTES, &EXCLUDED, &EXCLUDED_MEMBERS, &parts::SEVERAL, &parts::PARTS, &parts::EXTENSION, &parts::DEFAULT];

const THIN: &str = "A client that asks for a thin list gets a fat one, or rows that it can't address.";

static ATTRIBUTES: Check = Check {
    id: "read.attributes",
    since: "0.1",
    feature: Feature::Protocol,
    title: "With attributes=userName a user shows its name and its id, and not the rest",
    effect: THIN,
    rules: &["RFC7644-3.4.2.5-01", "RFC7644-3.9-02", "RFC7644-3.9-03", "RFC7643-3.1-09", "RFC7643-7-29"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let seen = t.send(Request::get(user.path()).query("attributes", "userName")).await?;
            t.expect(&["RFC7644-3.4.2.5-01"], &seen, status(&[200]));
            if seen.answer.status != 200 {
                return Ok(());
            }
            let always = ["RFC7644-3.9-02", "RFC7643-3.1-09", "RFC7643-7-29"];
            t.expect(&always, &seen, json_at("/id", user.id.as_str()));
            t.expect(&["RFC7644-3.9-03"], &seen, all(vec![unassigned("/emails"), unassigned("/name")]));
            let by_name = format!("userName eq {}", Value::from(user.name.as_str()));
            let list = Request::get("/Users").query("filter", by_name).query("attributes", "userName");
            let list = t.send(list.query("startIndex", 1).query("count", 100)).await?;
            // Whether the filter finds the user is for others to judge.
            if list.answer.status == 200 && list.rows().count() == 1 {
                t.step("in a list");
                t.expect(&always, &list, json_at("/Resources/0/id", user.id.as_str()));
            }
            Ok(())
        })
    },
};

static EXCLUDED: Check = Check {
    id: "read.excluded-attributes",
    since: "0.1",
    feature: Feature::Protocol,
    title: "excludedAttributes leaves out what it names, but never the id",
    effect: THIN,
    rules: &["RFC7644-3.4.2.5-02", "RFC7644-3.4.2.5-03"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let seen = t.send(Request::get(user.path()).query("excludedAttributes", "id,emails")).await?;
            t.expect(&["RFC7644-3.4.2.5-02"], &seen, all(vec![status(&[200]), unassigned("/emails")]));
            t.expect(&["RFC7644-3.4.2.5-03"], &seen, json_at("/id", user.id.as_str()));
            Ok(())
        })
    },
};

static EXCLUDED_MEMBERS: Check = Check {
    id: "read.group.excluded-members",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A group is read without its members where they are excluded",
    effect: "Every look-up of a large group brings all its members along, and times out.",
    rules: &["RFC7644-3.9-13"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let group = t.given_group(&[&user]).await?;
            let seen = t.send(Request::get(group.path()).query("excludedAttributes", "members")).await?;
            let without = all(vec![status(&[200]), json_at("/id", group.id.as_str()), unassigned("/members")]);
            t.expect(&["RFC7644-3.9-13"], &seen, without);
            Ok(())
        })
    },
};
