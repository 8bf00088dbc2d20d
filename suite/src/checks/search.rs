//! Queries by POST (RFC 7644 §3.4.3).

use serde_json::{Value, json};

use crate::check::{Case, Check, Feature, Resource, Stop};
use crate::expect::{all, error, got_status, json_at, lenient, only_row, rows_are, status, unassigned, value_at};
use crate::scim::urn;
use crate::target::{Exchange, Request};

/// In the order of the RFC.
pub(super) static CHECKS: &[&Check] = &[&FINDS, &PAGES, &SHOWS, &REFUSES, &ROOT];

const LONG_FILTERS: &str = "Clients whose filter is too long or too private for a URL can't ask.";

/// A SearchRequest with these parameters.
fn message(parameters: Value) -> Value {
    let mut message = json!({"schemas": [urn::SEARCH]});
    crate::scim::sample::overlay(&mut message, &parameters);
    message
}

/// Asks; a target that has no such endpoint says so, and that is the end.
async fn search(t: &Case, path: &str, body: Value) -> Result<Exchange, Stop> {
    let answer = t.send(Request::post(path, body)).await?;
    match answer.answer.status {
        404 | 405 | 501 | 403 => {
            Err(Stop::Unsupported(format!("there are no queries by POST on {path}: {}", got_status(&answer))))
        }
        _ => Ok(answer),
    }
}

fn by_name(user: &Resource) -> String {
    format!("userName eq {}", Value::from(user.name.as_str()))
}

static FINDS: Check = Check {
    id: "search.finds",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A query by POST finds whom the same filter finds by GET, and is answered 200",
    effect: LONG_FILTERS,
    rules: &["RFC7644-3.4.3-01", "RFC7644-3.4.3-03", "RFC7644-3.4.3-04", "RFC7644-7.5.2-02"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_filter()?;
            let (user, other) = (t.given_user().await?, t.given_user().await?);
            let body = || message(json!({"filter": by_name(&user)}));
            let answer = search(t, "/Users/.search", body()).await?;
            t.expect(&["RFC7644-3.4.3-03"], &answer, status(&[200]));
            let is_list = value_at("/schemas", "the URN of ListResponse", |schemas| {
                schemas.as_array().is_some_and(|all| all.contains(&json!(urn::LIST)))
            });
            t.expect(&["RFC7644-3.4.3-01"], &answer, is_list);
            let asked = Request::post("/Users/.search", body());
            t.ask(&["RFC7644-3.4.3-04", "RFC7644-7.5.2-02"], asked, || rows_are(&[&user.id, &other.id], &[&user.id]))
                .await?;
            Ok(())
        })
    },
};

static PAGES: Check = Check {
    id: "search.pages",
    since: "0.1",
    feature: Feature::Protocol,
    title: "count and sortBy mean the same by POST as by GET",
    effect: LONG_FILTERS,
    rules: &["RFC7644-3.4.3-06", "RFC7644-3.4.3-07"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_filter()?;
            t.needs(&["displayName"])?;
            let stem = t.fresh_word();
            let (first, second) = (
                t.given_user_with(json!({"displayName": format!("{stem} 1")})).await?,
                t.given_user_with(json!({"displayName": format!("{stem} 2")})).await?,
            );
            let filter = format!("displayName sw {}", Value::from(stem.as_str()));
            let both = Request::post("/Users/.search", message(json!({"filter": filter})));
            // Whether the filter finds them is for others to judge; only then pages can be seen.
            search(t, "/Users/.search", message(json!({"filter": filter}))).await?;
            let ids = [first.id.as_str(), second.id.as_str()];
            t.ask(&["RFC7644-3.4.3-07"], both, || rows_are(&ids, &ids)).await?;
            let page =
                search(t, "/Users/.search", message(json!({"filter": filter, "startIndex": 1, "count": 1}))).await?;
            t.step("count 1");
            let one = value_at("/Resources", "one row", |rows| rows.as_array().is_some_and(|rows| rows.len() == 1));
            t.expect(&["RFC7644-3.4.3-07"], &page, one);
            if t.needs_sort().is_ok() {
                let down = json!({"filter": filter, "sortBy": "displayName", "sortOrder": "descending", "count": 1});
                let sorted = search(t, "/Users/.search", message(down)).await?;
                t.step("sorted downwards, the first");
                t.expect(&["RFC7644-3.4.3-06"], &sorted, only_row(&second.id));
            }
            Ok(())
        })
    },
};

static SHOWS: Check = Check {
    id: "search.shows",
    since: "0.1",
    feature: Feature::Protocol,
    title: "attributes and excludedAttributes are lists by POST, and never take the id away",
    effect: LONG_FILTERS,
    rules: &["RFC7644-3.4.3-08", "RFC7644-3.4.3-09"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_filter()?;
            let user = t.given_user().await?;
            let shown = |pointer: &str| format!("/Resources/0{pointer}");
            for (rule, name, names, absent) in [
                ("RFC7644-3.4.3-08", "attributes", json!(["userName"]), "/emails"),
                ("RFC7644-3.4.3-09", "excludedAttributes", json!(["id", "emails"]), "/emails"),
            ] {
                let body = message(json!({"filter": by_name(&user), name: names}));
                search(t, "/Users/.search", body.clone()).await?;
                let wanted = || all(vec![json_at(&shown("/id"), user.id.as_str()), unassigned(&shown(absent))]);
                t.ask(&[rule], Request::post("/Users/.search", body), wanted).await?;
            }
            Ok(())
        })
    },
};

static REFUSES: Check = Check {
    id: "search.refuses",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A query by POST that is no SearchRequest, or has a malformed filter, is refused; GET there is none",
    effect: LONG_FILTERS,
    rules: &["RFC7644-3.4.3-02", "RFC7644-3.4.3-05", "RFC7644-3.4.3-11", "RFC7644-3.4.3-12"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let path = "/Users/.search";
            search(t, path, message(json!({"count": 1}))).await?;
            let bare = search(t, path, json!({"count": 1})).await?;
            t.step("no schemas");
            t.expect(&["RFC7644-3.4.3-02"], &bare, lenient(error(&[400])));
            let other = search(t, path, json!({"schemas": [urn::PATCH_OP], "count": 1})).await?;
            t.step("the schema of PATCH");
            t.expect(&["RFC7644-3.4.3-02"], &other, lenient(error(&[400])));
            let odd = search(t, path, message(json!({"filter": "userName zz 1"}))).await?;
            t.step("a malformed filter");
            t.expect(&["RFC7644-3.4.3-05"], &odd, error(&[400]));
            for text in ["{", "[]"] {
                let answer = t.send(Request::post(path, Value::Null).raw("application/scim+json", text)).await?;
                t.step(format!("the body {text}"));
                t.expect(&["RFC7644-3.4.3-11"], &answer, error(&[400]));
            }
            let get = t.get(path).await?;
            t.step("GET");
            t.expect(&["RFC7644-3.4.3-12"], &get, error(&[404, 405, 501]));
            Ok(())
        })
    },
};

static ROOT: Check = Check {
    id: "search.root",
    since: "0.1",
    feature: Feature::Protocol,
    title: "A query at the root looks at resources of every type, and takes what a type lacks for absent",
    effect: LONG_FILTERS,
    rules: &["RFC7644-3.4.3-10", "RFC7644-3.4.2.1-02", "RFC7644-3.4.2.1-03", "RFC7644-3.4.2.1-04"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.needs_listed_groups()?;
            t.needs_filter()?;
            t.needs(&["displayName"])?;
            let stem = t.fresh_word();
            let user = t.given_user_with(json!({"displayName": format!("{stem} user")})).await?;
            let group = t.given_group_named(&format!("{stem} group")).await?;
            let both = [user.id.as_str(), group.id.as_str()];
            let filter = format!("displayName sw {}", Value::from(stem.as_str()));
            let get = |filter: &str| Request::get("/").query("filter", filter).query("count", 100);
            let first = t.send(get(&filter)).await?;
            if matches!(first.answer.status, 403 | 404 | 405 | 501) {
                return Err(Stop::Unsupported(format!("there are no queries at the root: {}", got_status(&first))));
            }
            t.ask(&["RFC7644-3.4.2.1-02"], get(&filter), || rows_are(&both, &both)).await?;
            let users = format!("{filter} and meta.resourceType eq \"User\"");
            t.ask(&["RFC7644-3.4.2.1-03"], get(&users), || rows_are(&both, &[&user.id])).await?;
            let named = format!("{filter} and userName pr");
            t.ask(&["RFC7644-3.4.2.1-04"], get(&named), || rows_are(&both, &[&user.id])).await?;
            search(t, "/.search", message(json!({"filter": filter}))).await?;
            let posted = Request::post("/.search", message(json!({"filter": filter})));
            t.ask(&["RFC7644-3.4.3-10"], posted, || rows_are(&both, &both)).await?;
            Ok(())
        })
    },
};
