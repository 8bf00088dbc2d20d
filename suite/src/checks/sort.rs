//! Sorting (RFC 7644 §3.4.2.3). Judged on the order of three people of the run's own, whoever else is there.

use serde_json::{Value, json};

use super::reads::until_found;
use super::{StoryFn, protocol};
use crate::check::{Case, Check, Judgement, Resource, Stop};
use crate::expect::{as_doubtful, as_variation, broken, error, got_status, lenient, no_server_error, status};
use crate::target::{Exchange, Request};

/// In the order of the RFC.
pub(super) static CHECKS: &[&Check] =
    &[&TEXT, &ORDER, &EXACT_CASE, &PARTS, &UNASSIGNED, &TIMES, &NAMES, &PAGES, &HARMLESS];

const WRONG_ORDER: &str = "Lists that a client shows or walks in order come in another.";

/// Declares a check of the order.
const fn check(id: &'static str, title: &'static str, rules: &'static [&'static str], story: StoryFn) -> Check {
    protocol(id, title, WRONG_ORDER, rules, story)
}

/// Three people whose values stand in another order in each attribute. `b` is the first to be made, then `A`, then `C`.
struct People<'a> {
    t: &'a Case,
    all: Vec<Resource>,
    stem: String,
}

const B: usize = 0;
const A: usize = 1;
const C: usize = 2;

impl<'a> People<'a> {
    async fn new(t: &'a Case) -> Result<People<'a>, Stop> {
        t.needs_sort()?;
        t.needs_filter()?;
        t.needs(&["displayName"])?;
        let stem = t.fresh_word();
        let mut people = People { t, all: Vec::new(), stem };
        // The letter, the family name, the title, the primary address; the address before it is first of all for `b`.
        for (letter, family, title, primary) in
            [("b", "q", json!("2"), "z"), ("A", "p", json!(null), "m"), ("C", "r", json!("1"), "k")]
        {
            let name = t.fresh_name();
            let mut change = json!({
                "userName": name,
                "displayName": people.tag(letter),
                "externalId": people.tag(letter),
                "name": {"familyName": people.tag(family)},
                "title": title,
                "emails": [
                    {"value": format!("{}-{name}", if letter == "b" { "a" } else { "y" }), "type": "home"},
                    {"value": format!("{primary}-{name}"), "type": "work", "primary": true},
                ],
            });
            if let Some(change) = change.as_object_mut() {
                // The schema of users does not list what every resource has.
                let is_known = |name: &str| name == "externalId" || !t.facts().lacks(name);
                change.retain(|name, value| !value.is_null() && is_known(name));
            }
            people.all.push(t.given_user_with(change).await?);
        }
        // All of them must be there before an order can be seen.
        until_found(t, &people.question("displayName", None), people.all.len()).await?;
        Ok(people)
    }

    fn tag(&self, text: &str) -> String {
        format!("{} {text}", self.stem)
    }

    fn question(&self, by: &str, order: Option<&str>) -> Request {
        let filter = format!("displayName sw {}", Value::from(self.tag("")));
        let question = Request::get("/Users").query("filter", filter).query("sortBy", by);
        match order {
            Some(order) => question.query("sortOrder", order),
            None => question,
        }
    }

    /// The people in the order of the answer, page by page.
    async fn order(&self, by: &str, order: Option<&str>) -> Result<(Exchange, Vec<usize>), Stop> {
        self.order_in(by, order, 100).await
    }

    async fn order_in(&self, by: &str, order: Option<&str>, size: usize) -> Result<(Exchange, Vec<usize>), Stop> {
        let mut found = Vec::new();
        let mut first = None;
        for _ in 0..=self.all.len() {
            let start = found.len() + 1;
            let page = self.t.send(self.question(by, order).query("startIndex", start).query("count", size)).await?;
            let rows: Vec<usize> = page
                .rows()
                .filter_map(|(_, row)| self.all.iter().position(|user| row.get("id") == Some(&json!(user.id))))
                .collect();
            let is_last = rows.is_empty() || found.len() + rows.len() >= self.all.len();
            found.extend(rows);
            first.get_or_insert(page);
            if is_last {
                break;
            }
        }
        let Some(first) = first else { return Err(Stop::Error("no page was asked for".into())) };
        Ok((first, found))
    }

    /// The three come in this order.
    async fn expect(
        &self,
        rules: &[&'static str],
        by: &str,
        order: Option<&str>,
        wanted: &[usize],
    ) -> Result<(), Stop> {
        let (answer, found) = self.order(by, order).await?;
        self.t.step(format!("sortBy={by}{}", order.map(|it| format!(", sortOrder={it}")).unwrap_or_default()));
        self.t.conclude(rules, self.judge(&answer, &found, wanted), Some(&answer));
        Ok(())
    }

    fn judge(&self, answer: &Exchange, found: &[usize], wanted: &[usize]) -> Judgement {
        let words = |all: &[usize]| all.iter().map(|at| ["b", "A", "C"][*at]).collect::<Vec<_>>().join(", ");
        if answer.answer.status != 200 {
            return broken(words(wanted), got_status(answer), "");
        }
        if found == wanted { Judgement::Holds } else { broken(words(wanted), words(found), "/Resources") }
    }
}

static TEXT: Check = check(
    "sort.text",
    "Text is sorted upwards unless asked otherwise, letter case aside",
    &["RFC7644-3.4.2.3-01", "RFC7644-3.4.2.3-02", "RFC7644-3.4.2.3-05"],
    |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            let rules = ["RFC7644-3.4.2.3-01", "RFC7644-3.4.2.3-05"];
            people.expect(&rules, "displayName", Some("ascending"), &[A, B, C]).await?;
            people.expect(&["RFC7644-3.4.2.3-02"], "displayName", None, &[A, B, C]).await
        })
    },
);

static ORDER: Check = check(
    "sort.order",
    "sortOrder turns the order round, and knows two words only",
    &["RFC7644-3.4.2.3-03", "RFC7644-3.4.2.3-04"],
    |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            people.expect(&["RFC7644-3.4.2.3-03"], "displayName", Some("descending"), &[C, B, A]).await?;
            let answer = t.send(people.question("displayName", Some("up"))).await?;
            t.step("sortOrder=up");
            t.expect(&["RFC7644-3.4.2.3-04"], &answer, lenient(error(&[400])));
            Ok(())
        })
    },
);

static EXACT_CASE: Check =
    check("sort.exact-case", "An attribute whose letter case counts is sorted by it", &["RFC7644-3.4.2.3-06"], |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            let (answer, found) = people.order("externalId", Some("ascending")).await?;
            t.step("sortBy=externalId");
            let judgement = people.judge(&answer, &found, &[A, C, B]);
            // Other orders of letters than that of their code points are orders, too.
            let judgement = if found == [A, B, C] { as_doubtful(judgement) } else { judgement };
            t.conclude(&["RFC7644-3.4.2.3-06"], judgement, Some(&answer));
            Ok(())
        })
    });

static PARTS: Check = check(
    "sort.parts",
    "A part of a complex attribute can be sorted by; of several values the primary one counts",
    &["RFC7644-3.4.2.3-07", "RFC7644-3.4.2.3-09", "RFC7644-3.4.2.3-08"],
    |t| {
        Box::pin(async move {
            t.needs(&["name.familyName", "emails"])?;
            let people = People::new(t).await?;
            people.expect(&["RFC7644-3.4.2.3-07"], "name.familyName", Some("ascending"), &[A, B, C]).await?;
            people.expect(&["RFC7644-3.4.2.3-09"], "emails.value", Some("ascending"), &[C, A, B]).await?;
            let whole = t.send(people.question("name", None)).await?;
            t.step("sortBy=name, which is complex");
            t.expect(&["RFC7644-3.4.2.3-08"], &whole, no_server_error());
            Ok(())
        })
    },
);

static UNASSIGNED: Check = check(
    "sort.unassigned",
    "Whoever has no value comes last going up, and first going down",
    &["RFC7644-3.4.2.3-10"],
    |t| {
        Box::pin(async move {
            t.needs(&["title"])?;
            let people = People::new(t).await?;
            for (order, wanted) in [("ascending", [C, B, A]), ("descending", [A, B, C])] {
                let (answer, found) = people.order("title", Some(order)).await?;
                t.step(format!("sortBy=title, sortOrder={order}"));
                let judgement = people.judge(&answer, &found, &wanted);
                // Some databases have it the other way round, and the RFC says it in passing.
                let turned: &[usize] = if order == "ascending" { &[A, C, B] } else { &[B, C, A] };
                let judgement = if found == turned { as_variation(judgement) } else { judgement };
                t.conclude(&["RFC7644-3.4.2.3-10"], judgement, Some(&answer));
            }
            Ok(())
        })
    },
);

static TIMES: Check =
    check("sort.times", "Times are sorted from the oldest to the newest", &["RFC7644-3.4.2.3-11"], |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            let (answer, found) = people.order("meta.created", Some("ascending")).await?;
            t.step("sortBy=meta.created");
            let made = |at: usize| {
                let text = people.all[at].seen.pointer("/meta/created").and_then(Value::as_str);
                text.and_then(crate::scim::time::parse)
            };
            let mut wanted = found.clone();
            // Those that were made within one tick of the target's clock may come in any order.
            wanted.sort_by(|left, right| made(*left).partial_cmp(&made(*right)).unwrap_or(std::cmp::Ordering::Equal));
            let judgement = match wanted.len() {
                3 => people.judge(&answer, &found, &wanted),
                _ => people.judge(&answer, &found, &[B, A, C]),
            };
            t.conclude(&["RFC7644-3.4.2.3-11"], judgement, Some(&answer));
            Ok(())
        })
    });

static NAMES: Check = check(
    "sort.names",
    "sortBy takes names in any letter case and behind their URN, and no server fails by an unknown one",
    &["RFC7644-3.10-07", "RFC7644-3.4.2.3-12"],
    |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            people.expect(&["RFC7644-3.10-07"], "DISPLAYNAME", Some("descending"), &[C, B, A]).await?;
            let qualified = format!("{}:displayName", crate::scim::urn::USER);
            people.expect(&["RFC7644-3.10-07"], &qualified, Some("descending"), &[C, B, A]).await?;
            let unknown = t.send(people.question("noSuchAttribute", None)).await?;
            t.step("an attribute that does not exist");
            t.expect(&["RFC7644-3.4.2.3-12"], &unknown, status(&[200, 400]));
            Ok(())
        })
    },
);

static PAGES: Check = check(
    "sort.pages",
    "The pages of a sorted list, put together, are the sorted list",
    &["RFC7644-3.4.2.4-01"],
    |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            let (answer, found) = people.order_in("displayName", Some("descending"), 1).await?;
            t.step("pages of one");
            t.conclude(&["RFC7644-3.4.2.4-01"], people.judge(&answer, &found, &[C, B, A]), Some(&answer));
            Ok(())
        })
    },
);

static HARMLESS: Check = check(
    "sort.harmless",
    "sortBy makes no list fail, whether the server sorts or not",
    &["RFC7644-3.4.2.3-13"],
    |t| {
        Box::pin(async move {
            let answer = t.send(Request::get("/Users").query("sortBy", "userName").query("count", 1)).await?;
            t.expect(&["RFC7644-3.4.2.3-13"], &answer, status(&[200, 400, 501]));
            Ok(())
        })
    },
);
