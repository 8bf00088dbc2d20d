//! How every attribute is asked for, left out, and sorted by.

use std::cmp::Ordering;

use serde_json::Value;

use super::{announced, by_schema, shows};
use crate::check::{Case, Check, Judgement, Resource, Stop};
use crate::checks::made;
use crate::expect::{any, broken, error, quoted, status};
use crate::probe::definition::Definition;
use crate::target::{Exchange, Request};

pub(super) static PROJECTED: Check = by_schema(
    "attributes.projected",
    "Every attribute that is announced can be asked for alone, and left out",
    &["RFC7644-3.9-04", "RFC7644-3.9-03", "RFC7644-3.4.2.5-02"],
    |t| {
        Box::pin(async move {
            let is_shown = |it: &Definition| it.is_kept() && it.returned() == "default";
            let mut kept = 0;
            for attribute in announced(t, "that is shown by default", is_shown)? {
                let Some((user, value)) = somebody_with(t, &attribute, 1).await? else { continue };
                kept += 1;
                let path = attribute.path();
                let asked = t.send(Request::get(user.path()).query("attributes", &path)).await?;
                t.step(format!("attributes={path}"));
                t.conclude(&["RFC7644-3.9-04"], shows(&attribute, &asked, &value), Some(&asked));
                t.conclude(&["RFC7644-3.9-03"], no_other(&user, &path, &asked), Some(&asked));
                let without = t.send(Request::get(user.path()).query("excludedAttributes", &path)).await?;
                t.step(format!("excludedAttributes={path}"));
                let judgement = match without.subject().and_then(|user| attribute.shown(user)) {
                    Some(left) => broken("no value", quoted(Some(left)), attribute.pointer()),
                    None => status(&[200])(&without),
                };
                t.conclude(&["RFC7644-3.4.2.5-02"], judgement, Some(&without));
            }
            any_of(kept)
        })
    },
);

/// Ends the story where nothing could be asked for.
fn any_of(kept: usize) -> Result<(), Stop> {
    match kept {
        0 => Err(Stop::Unsupported("none of the attributes that /Schemas announces is kept as it was sent".into())),
        _ => Ok(()),
    }
}

/// Somebody new with a value of this attribute, if it is kept: whether it is, is for another check.
async fn somebody_with(t: &Case, of: &Definition, seed: usize) -> Result<Option<(Resource, Value)>, Stop> {
    let Some(value) = of.value(seed) else { return Ok(None) };
    let (_, Some((user, seen))) = made(t, &of.change(value.clone())).await? else { return Ok(None) };
    Ok((shows(of, &seen, &value) == Judgement::Holds).then_some((user, value)))
}

/// Whether an answer leaves out the addresses and the name, which nobody asked for.
fn no_other(user: &Resource, asked: &str, answer: &Exchange) -> Judgement {
    let others =
        ["emails", "name"].into_iter().filter(|name| !asked.starts_with(name) && user.seen.get(name).is_some());
    for name in others {
        if let Some(shown) = answer.subject().and_then(|user| user.get(name)) {
            return broken("no value", quoted(Some(shown)), format!("/{name}"));
        }
    }
    Judgement::Holds
}

pub(super) static SORTED: Check = by_schema(
    "attributes.sorted",
    "People can be sorted by every attribute that is announced and has one value, in both directions",
    &["RFC7644-3.4.2.3-01", "RFC7644-3.4.2.3-03"],
    |t| {
        Box::pin(async move {
            t.needs_sort()?;
            t.needs_filter()?;
            let has_order = |it: &Definition| {
                it.is_kept()
                    && !it.is_multi_valued()
                    && matches!(it.kind(), "string" | "integer" | "decimal" | "dateTime")
            };
            let mut kept = 0;
            for attribute in announced(t, "that has an order", has_order)? {
                let (Some((one, first)), Some((other, second))) =
                    (somebody_with(t, &attribute, 1).await?, somebody_with(t, &attribute, 2).await?)
                else {
                    continue;
                };
                let (low, high) = match order_of(&first, &second) {
                    Ordering::Less => (one, other),
                    Ordering::Greater => (other, one),
                    Ordering::Equal => continue,
                };
                kept += 1;
                let path = attribute.path();
                let filter = format!(
                    "userName eq {} or userName eq {}",
                    Value::from(low.name.as_str()),
                    Value::from(high.name.as_str())
                );
                let sorted = |order: &str| {
                    let question = Request::get("/Users").query("filter", &filter).query("sortBy", &path);
                    question.query("sortOrder", order).query("count", 10)
                };
                for (rule, order, wanted) in [
                    ("RFC7644-3.4.2.3-01", "ascending", [&low.id, &high.id]),
                    ("RFC7644-3.4.2.3-03", "descending", [&high.id, &low.id]),
                ] {
                    t.step(format!("sortBy={path}, {order}"));
                    let wanted = wanted.map(String::from);
                    // A server need not sort by everything; it has to say so.
                    let in_order = || any(vec![rows_in_order(wanted.clone()), error(&[400])]);
                    t.ask(&[rule], sorted(order), in_order).await?;
                }
            }
            any_of(kept)
        })
    },
);

/// Numbers as numbers, and texts aside from their letter case; dates are written so that their texts are in order.
fn order_of(one: &Value, other: &Value) -> Ordering {
    match (one.as_f64().zip(other.as_f64()), one.as_str().zip(other.as_str())) {
        (Some((one, other)), _) => one.total_cmp(&other),
        (_, Some((one, other))) => one.to_lowercase().cmp(&other.to_lowercase()),
        _ => Ordering::Equal,
    }
}

fn rows_in_order(wanted: [String; 2]) -> crate::expect::Expectation {
    Box::new(move |list| {
        let ids: Vec<&str> = list.rows().filter_map(|(_, row)| row.get("id")?.as_str()).collect();
        match ids == wanted {
            true => Judgement::Holds,
            false => broken(format!("{} before {}", wanted[0], wanted[1]), ids.join(", "), "/Resources"),
        }
    })
}
