//! Reading: every way to a user shows the same user (RFC 7644 §3.4.1, §3.4.2, §3.9).

use std::cmp::Ordering;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::Value;

use super::Relation;
use crate::check::Stop;
use crate::expect::{broken, quoted};
use crate::probe::schema::{Attribute, Kind};
use crate::properties::grounds::Topic;
use crate::properties::trial::{Breach, Trial, Tried};
use crate::target::{Exchange, Request};

/// Lists, pages, parts, order.
pub(super) static RELATIONS: &[&Relation] = &[&LIST, &PAGES, &TOTAL, &PARTS, &SORTED];

static LIST: Relation = Relation {
    id: "property.read.list",
    title: "A user in a list looks like the user read by id",
    effect: "An import brings in other values than those that were provisioned.",
    rules: &["RFC7644-3.4.2-09"],
    may_lag: true,
    search: |search| {
        search.each(
            |grounds| Some((0..grounds.people.len().max(1)).boxed()),
            |t, person| {
                Box::pin(async move {
                    let walk = t.list(100).await?;
                    let Some((_, row)) = walk.rows.iter().find(|(known, _)| known == person) else {
                        return Err(Stop::Unsupported("the list does not show the user".into()));
                    };
                    let Some(user) = t.grounds.people.get(*person) else { return Err(unknown()) };
                    let seen = t.now(user).await?;
                    Ok(t.unchanged(&["RFC7644-3.4.2-09"], &seen, row).shown_by(*person))
                })
            },
        )
    },
};

static PAGES: Relation = Relation {
    id: "property.read.pages",
    title: "Pages of any size, one after the other, show whom one large page shows, each once",
    effect: "An import loses people, or brings them in twice.",
    rules: &["RFC7644-3.4.2.4-14"],
    may_lag: true,
    search: |search| {
        search.each(
            |_| Some((1..=7_usize).boxed()),
            |t, size| {
                Box::pin(async move {
                    let (whole, paged) = (t.list(100).await?, t.list(*size).await?);
                    if whole.rows.is_empty() && paged.rows.is_empty() {
                        return Err(Stop::Unsupported("the list shows none of this run's people".into()));
                    }
                    let missing = whole.people().difference(&paged.people()).count();
                    let twice = paged.rows.len() - paged.people().len();
                    if missing == 0 && twice == 0 {
                        return Ok(Tried::Held(&["RFC7644-3.4.2.4-14"]));
                    }
                    let expected =
                        format!("{} of this run's people once each, in pages of {size}", whole.people().len());
                    let judgement = broken(expected, format!("{missing} missing, {twice} twice"), "/Resources");
                    Ok(Tried::Broken(Breach { rules: &["RFC7644-3.4.2.4-14"], judgement, people: t.everybody() }))
                })
            },
        )
    },
};

static TOTAL: Relation = Relation {
    id: "property.read.total",
    title: "totalResults does not depend on count",
    effect: "An import stops early, or never.",
    rules: &["RFC7644-3.4.2.4-11"],
    may_lag: true,
    search: |search| {
        search.each(
            |_| Some((0..=9_usize).boxed()),
            |t, count| {
                Box::pin(async move {
                    let scope = t.grounds.scope.as_ref().map(ToString::to_string);
                    let ask = async |count: usize| {
                        let request = Request::get("/Users").query("count", count);
                        let list = t.t.send(match &scope {
                            Some(scope) => request.query("filter", scope),
                            None => request,
                        });
                        total(&list.await?)
                    };
                    let (before, some, after) = (ask(100).await?, ask(*count).await?, ask(100).await?);
                    // Others may come and go meanwhile.
                    if before != after {
                        return Err(Stop::Unsupported("the total changed meanwhile".into()));
                    }
                    if some == before {
                        return Ok(Tried::Held(&["RFC7644-3.4.2.4-11"]));
                    }
                    let judgement = broken(
                        format!("{before}, as with count=100"),
                        format!("{some} with count={count}"),
                        "/totalResults",
                    );
                    Ok(Tried::Broken(Breach { rules: &["RFC7644-3.4.2.4-11"], judgement, people: t.everybody() }))
                })
            },
        )
    },
};

fn total(list: &Exchange) -> Result<u64, Stop> {
    let total = list.answer.json.as_ref().and_then(|list| list.get("totalResults")?.as_u64());
    total.ok_or_else(|| Stop::Unsupported("a list has no whole number as totalResults".into()))
}

static PARTS: Relation = Relation {
    id: "property.read.parts",
    title: "attributes shows what was asked for, excludedAttributes the rest, and together they are the whole",
    effect: "A client that asks for a part gets too much or too little.",
    rules: &["RFC7644-3.9-03", "RFC7644-3.9-04", "RFC7644-3.4.2.5-02"],
    may_lag: false,
    search: |search| {
        search.each(
            |grounds| {
                let shown: Vec<Attribute> =
                    grounds.schema.attributes.iter().filter(|it| it.by_default).cloned().collect();
                let some = shown.len().min(4);
                (!shown.is_empty()).then(|| (subsequence(shown, 1..=some), 0..grounds.people.len().max(1)).boxed())
            },
            |t, (asked, person)| Box::pin(parts(t, asked, *person)),
        )
    },
};

const SHOWN: &[&str] = &["RFC7644-3.9-03", "RFC7644-3.9-04", "RFC7644-3.4.2.5-02"];
/// What can be said where the user has nothing of what is asked for.
const NOT_SHOWN: &[&str] = &["RFC7644-3.9-03"];

async fn parts(t: Trial<'_>, asked: &[Attribute], person: usize) -> Result<Tried, Stop> {
    let Some(user) = t.grounds.people.get(person) else { return Err(unknown()) };
    let names: Vec<String> = asked.iter().map(Attribute::path).collect();
    let read = async |parameter: Option<&str>| {
        let request = Request::get(user.path());
        let read = t.t.send(match parameter {
            Some(parameter) => request.query(parameter, names.join(",")),
            None => request,
        });
        let read = read.await?;
        match (read.answer.status, read.answer.json) {
            (200, Some(json)) => Ok(json),
            (status, _) => Err(Stop::Unsupported(format!("reading a part answered {status}"))),
        }
    };
    let (with, without, whole) =
        (read(Some("attributes")).await?, read(Some("excludedAttributes")).await?, read(None).await?);
    let (with, without, whole) =
        (t.grounds.schema.view(&with), t.grounds.schema.view(&without), t.grounds.schema.view(&whole));
    let is_asked =
        |path: &str| asked.iter().any(|it| path == it.path() || path.starts_with(&format!("{}.", it.path())));
    let is_default = |path: &str| {
        let fits = |it: &&Attribute| path == it.path() || path.starts_with(&format!("{}.", it.path()));
        t.grounds.schema.attributes.iter().find(fits).is_some_and(|it| it.by_default)
    };
    let breach = |rules, expected: String, got: Option<&Value>| {
        let judgement = broken(expected, quoted(got), "");
        Ok(Tried::Broken(Breach { rules, judgement, people: vec![person] }))
    };
    let is_shown = whole.keys().any(|path| is_asked(path));
    for (path, value) in whole.iter().filter(|(path, _)| is_default(path)) {
        let names = names.join(",");
        match (is_asked(path), with.get(path), without.get(path)) {
            (true, seen, _) if seen != Some(value) => {
                return breach(&["RFC7644-3.9-04"], format!("{path} with attributes={names}, {value}"), seen);
            }
            (true, _, Some(seen)) => {
                return breach(
                    &["RFC7644-3.4.2.5-02"],
                    format!("no {path} with excludedAttributes={names}"),
                    Some(seen),
                );
            }
            (false, Some(seen), _) => {
                return breach(&["RFC7644-3.9-03"], format!("no {path} with attributes={names}"), Some(seen));
            }
            (false, _, seen) if seen != Some(value) => {
                return breach(
                    &["RFC7644-3.4.2.5-02"],
                    format!("{path} with excludedAttributes={names}, {value}"),
                    seen,
                );
            }
            _ => {}
        }
    }
    Ok(Tried::Held(if is_shown { SHOWN } else { NOT_SHOWN }))
}

static SORTED: Relation = Relation {
    id: "property.read.sorted",
    title: "Descending is ascending the other way round, ties aside",
    effect: "A list that a client shows sorted is not.",
    rules: &["RFC7644-3.4.2.3-03"],
    may_lag: true,
    search: |search| {
        search.each(
            |grounds| {
                let fits = |topic: &&Topic| !topic.multi_valued && topic.kind == Kind::Text && topic.is_seen;
                Some(select(grounds.topics.iter().filter(fits).cloned().collect::<Vec<Topic>>()).boxed())
            },
            |t, topic| Box::pin(sorted(t, topic)),
        )
    },
};

async fn sorted(t: Trial<'_>, topic: &Topic) -> Result<Tried, Stop> {
    let path = topic.path.as_str();
    let up = t.sorted(100, &[("sortBy", path), ("sortOrder", "ascending")]).await?;
    let down = t.sorted(100, &[("sortBy", path), ("sortOrder", "descending")]).await?;
    // Alphabets differ in what they do with signs and accents: what differs in plain letters is no tie in any of them.
    let key = |row: &Value| {
        let text = topic.of(row).first()?.as_str().filter(|text| text.is_ascii())?.to_lowercase();
        Some(text.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
    };
    let order = |rows: &[(usize, Value)], left: usize, right: usize| {
        let place = |person: usize| rows.iter().position(|(known, _)| *known == person);
        Some(place(left)?.cmp(&place(right)?))
    };
    let mut compared = 0;
    for (at, (left, left_row)) in up.rows.iter().enumerate() {
        for (right, right_row) in &up.rows[at + 1..] {
            let (Some(one), Some(other)) = (key(left_row), key(right_row)) else { continue };
            compared += usize::from(one != other);
            if one != other && order(&down.rows, *left, *right) == Some(Ordering::Less) {
                let judgement = broken(
                    format!("{other:?} before {one:?}, since it comes after it ascending"),
                    "the same order",
                    "/Resources",
                );
                return Ok(Tried::Broken(Breach {
                    rules: &["RFC7644-3.4.2.3-03"],
                    judgement,
                    people: vec![*left, *right],
                }));
            }
        }
    }
    match compared {
        0 => Err(Stop::Unsupported("there is nothing to put in order".into())),
        _ => Ok(Tried::Held(&["RFC7644-3.4.2.3-03"])),
    }
}

fn unknown() -> Stop {
    Stop::Error("nobody of this number was created".into())
}
