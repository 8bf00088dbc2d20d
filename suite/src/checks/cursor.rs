//! Paging by cursor (RFC 9865). Judged on three people of the run's own, whoever else is there.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::reads::until_found;
use super::{StoryFn, protocol};
use crate::check::{Case, Check, Judgement, Resource, Stop};
use crate::expect::{
    any, as_variation, broken, error, got_status, ids_are, lenient, no_server_error, quoted, scim_type, status,
    value_at,
};
use crate::scim::urn;
use crate::target::{Exchange, Request};

/// In the order of the RFC.
pub(super) static CHECKS: &[&Check] = &[&WALK, &ANNOUNCED, &COUNTS, &REFUSED, &MIXED, &SEARCHED];

const LOST: &str = "An import by cursor loses people, brings them twice, or never ends.";

/// Declares a check of cursors.
const fn check(id: &'static str, title: &'static str, rules: &'static [&'static str], story: StoryFn) -> Check {
    protocol(id, title, LOST, rules, story)
}

/// More pages than three people can fill, with room for a server that gives smaller ones.
const MOST_PAGES: usize = 8;

/// Three people who are found by one filter.
struct People<'a> {
    t: &'a Case,
    all: Vec<Resource>,
    filter: String,
}

impl<'a> People<'a> {
    async fn new(t: &'a Case) -> Result<People<'a>, Stop> {
        t.needs_cursors()?;
        t.needs_filter()?;
        t.needs(&["displayName"])?;
        let stem = t.fresh_word();
        let mut all = Vec::new();
        for letter in ["B", "C", "A"] {
            all.push(t.given_user_with(json!({"displayName": format!("{stem} {letter}")})).await?);
        }
        let filter = format!("displayName sw {}", Value::from(stem));
        let people = People { t, all, filter };
        until_found(t, &people.asked().query("count", 100), people.all.len()).await?;
        Ok(people)
    }

    fn asked(&self) -> Request {
        Request::get("/Users").query("filter", &self.filter)
    }

    /// The page at a cursor; the first one at an empty one.
    async fn page(&self, cursor: &str, count: &str) -> Result<Exchange, Stop> {
        self.t.send(self.asked().query("cursor", cursor).query("count", count)).await
    }

    /// Every page, from the first.
    async fn walk(&self, sort_by: Option<&str>) -> Result<Vec<Exchange>, Stop> {
        let mut pages = Vec::new();
        let mut cursor = String::new();
        while pages.len() < MOST_PAGES {
            let mut question = self.asked();
            if let Some(sort_by) = sort_by {
                question = question.query("sortBy", sort_by);
            }
            let page = self.t.send(question.query("cursor", &cursor).query("count", 2)).await?;
            let next = next_of(&page).map(String::from);
            pages.push(page);
            match next {
                Some(next) => cursor = next,
                None => break,
            }
        }
        Ok(pages)
    }

    fn ids(&self) -> BTreeSet<String> {
        self.all.iter().map(|user| user.id.clone()).collect()
    }
}

fn next_of(page: &Exchange) -> Option<&str> {
    page.answer.json.as_ref()?.get("nextCursor")?.as_str().filter(|cursor| !cursor.is_empty())
}

fn rows(pages: &[Exchange]) -> Vec<&str> {
    pages.iter().flat_map(|page| page.rows().filter_map(|(_, row)| row.get("id")?.as_str())).collect()
}

static WALK: Check = check(
    "cursor.walk",
    "A walk from an empty cursor to the last page brings everybody once",
    &[
        "RFC9865-2-01",
        "RFC9865-2-02",
        "RFC9865-2-03",
        "RFC9865-2-05",
        "RFC9865-2-06",
        "RFC9865-2-07",
        "RFC9865-2-10",
        "RFC9865-2.2-01",
    ],
    |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            let pages = people.walk(None).await?;
            let (Some(first), Some(last)) = (pages.first(), pages.last()) else { return Ok(()) };
            t.expect(&["RFC9865-2-01"], first, status(&[200]));
            let found = rows(&pages);
            t.conclude(&["RFC9865-2-10"], ids_are(&found, &people.ids()), Some(last));
            let previous = first.answer.json.as_ref().and_then(|list| list.get("previousCursor"));
            let judgement = match previous.filter(|cursor| !cursor.is_null()) {
                None => Judgement::Holds,
                shown => broken("no previousCursor on the first page", quoted(shown), "/previousCursor"),
            };
            t.conclude(&["RFC9865-2-05"], judgement, Some(first));
            let is_done = found.len() >= people.all.len();
            let ends = match (is_done, next_of(last)) {
                (true, None) => Judgement::Holds,
                (false, None) => broken("a nextCursor while there is more", "none", "/nextCursor"),
                (_, Some(_)) => broken(format!("an end after {MOST_PAGES} pages"), "a nextCursor", "/nextCursor"),
            };
            t.conclude(&["RFC9865-2-02"], ends.clone(), Some(last));
            let shown = last.answer.json.as_ref().and_then(|list| list.get("nextCursor"));
            let omitted = match shown {
                Some(Value::String(text)) if text.is_empty() => broken("no nextCursor", "\"\"", "/nextCursor"),
                _ => ends,
            };
            t.conclude(&["RFC9865-2-03"], omitted, Some(last));
            for page in &pages {
                let is_plain = |cursor: &str| cursor.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c));
                let judgement = match next_of(page).filter(|cursor| !is_plain(cursor)) {
                    None => Judgement::Holds,
                    Some(cursor) => broken("letters, digits, - . _ ~", crate::expect::shortened(cursor), "/nextCursor"),
                };
                t.conclude(&["RFC9865-2-06"], judgement, Some(page));
                let judgement = match page.rows().count() {
                    0..=2 => Judgement::Holds,
                    many => broken("2 rows at most", many.to_string(), "/Resources"),
                };
                t.conclude(&["RFC9865-2-07"], judgement, Some(page));
            }
            if t.needs_sort().is_err() {
                return Ok(());
            }
            let sorted = people.walk(Some("displayName")).await?;
            t.step("sortBy=displayName");
            let wanted: Vec<&str> = [2, 0, 1].iter().map(|at| people.all[*at].id.as_str()).collect();
            let judgement = if rows(&sorted) == wanted {
                Judgement::Holds
            } else {
                broken("the three in their order", "another", "/Resources")
            };
            t.conclude(&["RFC9865-2.2-01"], judgement, sorted.first());
            Ok(())
        })
    },
);

static ANNOUNCED: Check = check(
    "cursor.announced",
    "ServiceProviderConfig says which ways of paging there are, and the default is always the same",
    &["RFC9865-4-02", "RFC9865-2.4-01"],
    |t| {
        Box::pin(async move {
            t.needs_cursors()?;
            let config = t.get("/ServiceProviderConfig").await?;
            for name in ["cursor", "index"] {
                let flag = value_at(&format!("/pagination/{name}"), "true or false", Value::is_boolean);
                t.expect(&["RFC9865-4-02"], &config, flag);
            }
            let user = t.given_user().await?;
            let asked = || Request::get("/Users").query("filter", format!("id eq {}", Value::from(user.id.as_str())));
            let ways = |page: &Exchange| {
                let has = |name: &str| page.answer.json.as_ref().is_some_and(|list| list.get(name).is_some());
                (has("startIndex"), has("nextCursor"))
            };
            let (one, two) = (t.send(asked()).await?, t.send(asked()).await?);
            let same = if ways(&one) == ways(&two) {
                Judgement::Holds
            } else {
                broken("the same way of paging twice", "two ways", "/startIndex")
            };
            t.conclude(&["RFC9865-2.4-01"], same, Some(&two));
            Ok(())
        })
    },
);

static COUNTS: Check =
    check("cursor.counts", "A count of nothing, or less, gives no rows with a cursor, too", &["RFC9865-2-08"], |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            for count in ["0", "-1"] {
                let page = people.page("", count).await?;
                t.step(format!("count={count}"));
                let judgement = match (page.answer.status, page.rows().count()) {
                    (200, 0) => Judgement::Holds,
                    (200, many) => broken("no rows", many.to_string(), "/Resources"),
                    _ => broken("200 and no rows", got_status(&page), ""),
                };
                t.conclude(&["RFC9865-2-08"], judgement, Some(&page));
            }
            Ok(())
        })
    });

static REFUSED: Check = check(
    "cursor.refused",
    "A cursor that the server never gave is refused as such, and a count may not change on the way",
    &["RFC9865-2.1-01", "RFC9865-2.1-03", "RFC9865-2-11"],
    |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            let unknown = people.page("notacursor", "2").await?;
            t.step("a cursor that nobody gave");
            t.expect(&["RFC9865-2.1-01"], &unknown, error(&[400]));
            if unknown.answer.status == 400 {
                t.expect(
                    &["RFC9865-2.1-01"],
                    &unknown,
                    scim_type(&["invalidCursor"], &["expiredCursor", "invalidValue"]),
                );
            }
            let first = people.page("", "2").await?;
            let Some(next) = next_of(&first) else {
                return Err(Stop::Blocked { by: "cursor.walk", reason: "the first page has no nextCursor".into() });
            };
            let other = people.page(next, "3").await?;
            t.step("another count on the second page");
            let judgement = lenient(error(&[400]))(&other);
            let judgement = if other.answer.is_success() { as_variation(judgement) } else { judgement };
            t.conclude(&["RFC9865-2.1-03"], judgement, Some(&other));
            let name = Value::from(people.all[0].name.as_str());
            let question = Request::get("/Users").query("filter", format!("userName eq {name}"));
            let mixed = t.send(question.query("cursor", next).query("count", 2)).await?;
            t.step("another filter on the second page");
            let rest = |page: &Exchange| {
                let seen: Vec<&str> = first.rows().filter_map(|(_, row)| row.get("id")?.as_str()).collect();
                let again = page.rows().filter_map(|(_, row)| row.get("id")?.as_str()).any(|id| seen.contains(&id));
                if again {
                    broken("the rest of the first question", "rows of its first page", "/Resources")
                } else {
                    Judgement::Holds
                }
            };
            let judgement = if mixed.answer.status == 200 { rest(&mixed) } else { error(&[400])(&mixed) };
            t.conclude(&["RFC9865-2-11"], judgement, Some(&mixed));
            Ok(())
        })
    },
);

static MIXED: Check = check(
    "cursor.and-index",
    "startIndex and a cursor at once are refused, or one of them counts",
    &["RFC9865-2.4-02"],
    |t| {
        Box::pin(async move {
            t.needs_cursors()?;
            let both =
                t.send(Request::get("/Users").query("startIndex", 1).query("cursor", "").query("count", 1)).await?;
            t.expect(&["RFC9865-2.4-02"], &both, no_server_error());
            t.expect(&["RFC9865-2.4-02"], &both, any(vec![status(&[200]), error(&[400])]));
            Ok(())
        })
    },
);

static SEARCHED: Check =
    check("cursor.searched", "cursor and count mean the same in a query by POST", &["RFC9865-3-01"], |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            let body = json!({"schemas": [urn::SEARCH], "filter": people.filter, "cursor": "", "count": 2});
            let page = t.send(Request::post("/Users/.search", body)).await?;
            if matches!(page.answer.status, 403 | 404 | 405 | 501) {
                return Err(Stop::Unsupported(format!("there are no queries by POST: {}", got_status(&page))));
            }
            t.expect(&["RFC9865-3-01"], &page, status(&[200]));
            let judgement = match next_of(&page) {
                Some(_) => Judgement::Holds,
                None => broken("a nextCursor", "none", "/nextCursor"),
            };
            t.conclude(&["RFC9865-3-01"], judgement, Some(&page));
            Ok(())
        })
    });
