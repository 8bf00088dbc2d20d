//! Import (OKTA-IMP-001 to 015) and index paging (RFC 7644 §3.4.2.4), of users and of groups.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::check::{Case, Check, Feature, Judgement, Resource, Stop};
use crate::expect::{all, broken, doubtful, json_at, no_server_error, status, value_at, variation};
use crate::idp::okta;
use crate::scim::urn;
use crate::target::{Exchange, Request};

/// Users first, then the same for groups.
pub(super) static CHECKS: &[&Check] = &[
    &CONNECTION,
    &USERS_WALK,
    &USERS_EDGES,
    &USERS_ENVELOPE,
    &USERS_ROWS,
    &USERS_INACTIVE,
    &USERS_ODD,
    &FIXTURE,
    &GROUPS_CONNECTION,
    &GROUPS_WALK,
    &GROUPS_EDGES,
    &GROUPS_PAGES,
    &GROUPS_ROWS,
];

const LOST: &str =
    "An import loses people, or brings them in twice; with profile sourcing Okta deactivates those it misses.";

static CONNECTION: Check = Check {
    id: "import.users.connection",
    since: "0.1",
    feature: Feature::ImportUsers,
    title: "Okta's connection test gets a list with whole numbers",
    effect: "The admin can't save the integration.",
    rules: &["OKTA-TST-002", "OKTA-USR-005", "OKTA-AUT-001", "RFC7644-3.4.2-02", "RFC7644-3.4.2-03"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let answer = t.send(okta::test_connection()).await?;
            t.expect(&["OKTA-TST-002", "OKTA-AUT-001"], &answer, status(&[200]));
            t.expect(&["OKTA-TST-002", "RFC7644-3.4.2-02"], &answer, is_list());
            t.expect(
                &["OKTA-USR-005", "RFC7644-3.4.2-03"],
                &answer,
                value_at("/totalResults", "a whole number", Value::is_u64),
            );
            Ok(())
        })
    },
};

static USERS_WALK: Check = Check {
    id: "import.users.walk",
    since: "0.1",
    feature: Feature::ImportUsers,
    title: "Pages of every size show each user once, in the same order, with the true total",
    effect: LOST,
    rules: WALK_RULES,
    alone: true,
    story: |t| {
        Box::pin(async move {
            let users = t.given_users(7).await?;
            walk_all(t, "/Users", &users).await
        })
    },
};

static GROUPS_WALK: Check = Check {
    id: "import.groups.walk",
    since: "0.1",
    feature: Feature::ImportGroups,
    title: "Pages of every size show each group once, in the same order, with the true total",
    effect: "An import loses groups, or brings them in twice.",
    rules: WALK_RULES,
    alone: true,
    story: |t| {
        Box::pin(async move {
            let mut groups = Vec::new();
            for _ in 0..5 {
                groups.push(t.given_group(&[]).await?);
            }
            walk_all(t, "/Groups", &groups).await
        })
    },
};

const WALK_RULES: &[&str] = &[
    "OKTA-IMP-002",
    "OKTA-IMP-003",
    "OKTA-IMP-004",
    "OKTA-IMP-005",
    "OKTA-IMP-008",
    "RFC7644-3.4.2-08",
    "RFC7644-3.4.2.4-04",
    "RFC7644-3.4.2.4-10",
    "RFC7644-3.4.2.4-11",
    "RFC7644-3.4.2.4-12",
    "RFC7644-3.4.2.4-14",
];

/// Requests that one walk may take; a larger page is used on larger targets.
const MOST_PAGES: usize = 40;

/// Walks the collection in several page sizes, and compares what each walk shows.
async fn walk_all(t: &Case, collection: &str, own: &[Resource]) -> Result<(), Stop> {
    if let Some(newest) = own.last() {
        super::reads::until_listed(t, newest, true).await?;
    }
    let first = t.send(okta::import_page(collection, 1)).await?;
    t.expect(
        &["OKTA-IMP-002"],
        &first,
        all(vec![status(&[200]), value_at("/totalResults", "a whole number", Value::is_u64)]),
    );
    let total = number(&first, "totalResults").unwrap_or(0);
    let mut orders: Vec<Vec<String>> = Vec::new();
    for size in [1, 2, 3, 5, okta::PAGE] {
        if total / size > MOST_PAGES {
            continue;
        }
        t.step(format!("pages of {size}"));
        orders.push(walk(t, collection, size, total, own).await?);
    }
    if orders.is_empty() {
        return Err(Stop::Inconclusive(format!("the target lists {total} resources: too many to walk through")));
    }
    t.step("all walks together");
    let steady = orders.windows(2).all(|pair| pair[0] == pair[1]);
    let judgement = if steady {
        Judgement::Holds
    } else {
        broken("the same order in every walk", "different orders", "/Resources")
    };
    t.conclude(&["OKTA-IMP-003"], judgement, Some(&first));
    Ok(())
}

/// One walk. Gives this run's resources in the order in which they came.
async fn walk(t: &Case, collection: &str, size: usize, total: usize, own: &[Resource]) -> Result<Vec<String>, Stop> {
    let mut order = Vec::new();
    let mut start = 1;
    let mut last = None;
    // A target may give less than was asked for, so a walk may take more pages than the total suggests.
    for _ in 0..=total.min(2 * MOST_PAGES) {
        let page = t.send(Request::get(collection).query("startIndex", start).query("count", size)).await?;
        let rows: Vec<String> = page.rows().filter_map(|(_, row)| row.get("id")?.as_str().map(String::from)).collect();
        t.expect(&["OKTA-IMP-005", "RFC7644-3.4.2.4-04"], &page, at_most_rows(size));
        t.expect(&["OKTA-IMP-004", "RFC7644-3.4.2.4-10"], &page, items_per_page());
        t.expect(&["OKTA-IMP-002", "RFC7644-3.4.2.4-11"], &page, json_at("/totalResults", total));
        if !rows.is_empty() {
            t.expect(&["RFC7644-3.4.2.4-12"], &page, start_index(start));
        }
        let count = rows.len();
        order.extend(rows.into_iter().filter(|id| own.iter().any(|own| own.id == *id)));
        last = Some(page);
        if count == 0 || start + count > total {
            break;
        }
        if count < size {
            // Okta steps by what it asked for: a target that gives less loses what lies between (OKTA-IMP-001).
            let got =
                broken(format!("a full page of {size}, since more follow"), format!("{count} rows"), "/Resources");
            t.conclude(&["OKTA-IMP-005"], got, last.as_ref());
        }
        start += count;
    }
    let seen: BTreeSet<&String> = order.iter().collect();
    let missing = own.iter().filter(|own| !seen.contains(&own.id)).count();
    let double = order.len() - seen.len();
    let judgement = if missing == 0 && double == 0 {
        Judgement::Holds
    } else {
        broken(
            format!("each of {} resources once", own.len()),
            format!("{missing} missing, {double} twice"),
            "/Resources",
        )
    };
    t.conclude(
        &["OKTA-IMP-003", "OKTA-IMP-005", "OKTA-IMP-008", "RFC7644-3.4.2-08", "RFC7644-3.4.2.4-14"],
        judgement,
        last.as_ref(),
    );
    Ok(order)
}

static USERS_EDGES: Check = Check {
    id: "import.users.edges",
    since: "0.1",
    feature: Feature::ImportUsers,
    title: "Paging holds at its edges: past the end, count 0, negative, huge and senseless numbers",
    effect: "Okta's last page of an import never ends, or brings people in again.",
    rules: EDGE_RULES,
    alone: true,
    story: |t| {
        Box::pin(async move {
            let users = t.given_users(2).await?;
            super::reads::until_listed(t, &users[1], true).await?;
            edges(t, "/Users").await
        })
    },
};

static GROUPS_EDGES: Check = Check {
    id: "import.groups.edges",
    since: "0.1",
    feature: Feature::ImportGroups,
    title: "Paging of groups holds at its edges",
    effect: "The last page of an import never ends, or brings groups in again.",
    rules: EDGE_RULES,
    alone: true,
    story: |t| {
        Box::pin(async move {
            let group = t.given_group(&[]).await?;
            super::reads::until_listed(t, &group, true).await?;
            edges(t, "/Groups").await
        })
    },
};

static GROUPS_PAGES: Check = Check {
    id: "import.groups.pages",
    since: "0.1",
    feature: Feature::ImportGroups,
    title: "Pages of groups hold as many as were asked for, each of them another group",
    effect: "An import of groups brings some in twice, and never the others.",
    rules: &["RFC7644-3.4.2.4-16"],
    alone: true,
    story: |t| {
        Box::pin(async move {
            let (one, two) = (t.given_group(&[]).await?, t.given_group(&[]).await?);
            super::reads::until_listed(t, &one, true).await?;
            super::reads::until_listed(t, &two, true).await?;
            let mut ids = Vec::new();
            for start in 1..=2 {
                let page = t.send(Request::get("/Groups").query("startIndex", start).query("count", 1)).await?;
                t.step(format!("page {start} of one group each"));
                let shown: Vec<String> =
                    page.rows().filter_map(|(_, row)| Some(row.get("id")?.as_str()?.to_string())).collect();
                let judgement = match shown.as_slice() {
                    [id] if !ids.contains(id) => Judgement::Holds,
                    [_] => broken("another group than before", "the same", "/Resources/0/id"),
                    other => broken("one row", format!("{} rows", other.len()), "/Resources"),
                };
                t.conclude(&["RFC7644-3.4.2.4-16"], judgement, Some(&page));
                ids.extend(shown);
            }
            Ok(())
        })
    },
};

const EDGE_RULES: &[&str] = &[
    "OKTA-IMP-004",
    "OKTA-IMP-005",
    "RFC7644-3.4.2.4-02",
    "RFC7644-3.4.2.4-03",
    "RFC7644-3.4.2.4-06",
    "RFC7644-3.4.2.4-07",
    "RFC7644-3.4.2.4-08",
    "RFC7644-3.4.2.4-09",
    "RFC7644-3.4.2.4-13",
];

async fn edges(t: &Case, collection: &str) -> Result<(), Stop> {
    let page = async |start: &str, count: &str| {
        t.step(format!("startIndex {start}, count {count}"));
        t.send(Request::get(collection).query("startIndex", start).query("count", count)).await
    };
    let plain = page("1", "2").await?;
    let total = number(&plain, "totalResults").unwrap_or(0);
    let first =
        || plain.answer.json.as_ref().and_then(|list| list.pointer("/Resources/0/id")).cloned().unwrap_or_default();
    let past = page(&(total + 10).to_string(), "100").await?;
    t.expect(
        &["OKTA-IMP-004", "RFC7644-3.4.2.4-13"],
        &past,
        all(vec![status(&[200]), json_at("/totalResults", total), at_most_rows(0), items_per_page()]),
    );
    for count in ["0", "-1"] {
        let none = page("1", count).await?;
        let rule = if count == "0" { "RFC7644-3.4.2.4-07" } else { "RFC7644-3.4.2.4-06" };
        t.expect(&[rule], &none, all(vec![status(&[200]), json_at("/totalResults", total), at_most_rows(0)]));
    }
    for start in ["0", "-1"] {
        let same = page(start, "2").await?;
        t.expect(
            &["OKTA-IMP-005", "RFC7644-3.4.2.4-03"],
            &same,
            all(vec![status(&[200]), json_at("/Resources/0/id", first())]),
        );
    }
    let absent = t.send(Request::get(collection).query("count", 2)).await?;
    t.step("no startIndex");
    t.expect(&["RFC7644-3.4.2.4-02"], &absent, all(vec![status(&[200]), json_at("/Resources/0/id", first())]));
    for (start, count) in [("1", "2147483648"), ("9223372036854775808", "2")] {
        let huge = page(start, count).await?;
        t.expect(&["RFC7644-3.4.2.4-09"], &huge, no_server_error());
    }
    let senseless = page("1", "abc").await?;
    t.expect(&["RFC7644-3.4.2.4-08"], &senseless, doubtful(status(&[400])));
    t.step("");
    Ok(())
}

static USERS_ENVELOPE: Check = Check {
    id: "import.users.envelope",
    since: "0.1",
    feature: Feature::ImportUsers,
    title: "A page of users is a ListResponse that says which page it is",
    effect: "Okta stops after the first page.",
    rules: &[
        "OKTA-IMP-002",
        "RFC7644-3.4.2-02",
        "RFC7644-3.4.2-04",
        "RFC7644-3.4.2-05",
        "RFC7644-3.4.2-06",
        "RFC7644-3.4.2-01",
    ],
    alone: false,
    story: |t| {
        Box::pin(async move {
            t.given_users(2).await?;
            let page = t.send(Request::get("/Users").query("startIndex", 1).query("count", 1)).await?;
            t.expect(&["RFC7644-3.4.2-02"], &page, is_list());
            t.expect(
                &["RFC7644-3.4.2-04"],
                &page,
                value_at("/Resources", "a list with a row", |rows| {
                    rows.as_array().is_some_and(|rows| !rows.is_empty())
                }),
            );
            t.expect(
                &["OKTA-IMP-002", "RFC7644-3.4.2-05"],
                &page,
                value_at("/startIndex", "a whole number", Value::is_u64),
            );
            t.expect(
                &["OKTA-IMP-002", "RFC7644-3.4.2-06"],
                &page,
                value_at("/itemsPerPage", "a whole number", Value::is_u64),
            );
            let unknown = t.send(Request::get("/Users").query("x-unknown", 1).query("count", 1)).await?;
            t.step("an unknown query parameter");
            t.expect(&["RFC7644-3.4.2-01"], &unknown, status(&[200]));
            Ok(())
        })
    },
};

static USERS_ROWS: Check = Check {
    id: "import.users.rows",
    since: "0.1",
    feature: Feature::ImportUsers,
    title: "A user in a list has what an import needs, and the same as a reading by id",
    effect: "Imported people can't be matched to their Okta accounts.",
    rules: &["OKTA-IMP-010", "RFC7644-3.4.2-09", "RFC7644-3.4.2.1-01", "OKTA-IMP-008"],
    alone: true,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let Some(row) = super::reads::in_list(t, &user).await? else {
                return Err(Stop::Inconclusive("the target lists too many users to find one".into()));
            };
            let names = t.kept_names();
            t.see(&super::reads::LISTED, &user, &["OKTA-IMP-010"], || json_at(names[0].0, names[0].1)).await?;
            if row.subject().is_none() {
                return Ok(());
            }
            for (pointer, wanted) in names {
                t.expect(&["OKTA-IMP-010"], &row, json_at(pointer, wanted));
            }
            t.expect(&["OKTA-IMP-010"], &row, json_at("/active", true));
            t.expect(
                &["OKTA-IMP-010"],
                &row,
                value_at("/emails", "a primary address", |emails| {
                    emails.as_array().is_some_and(|all| {
                        all.iter().any(|email| email["primary"] == true && email["value"].is_string())
                    })
                }),
            );
            let seen = t.read(&user).await?;
            t.conclude(&["RFC7644-3.4.2-09"], super::same_after_read(&row, &seen), Some(&row));
            Ok(())
        })
    },
};

static USERS_INACTIVE: Check = Check {
    id: "import.users.inactive",
    since: "0.1",
    feature: Feature::ImportUsers,
    title: "Inactive users stay in the list, marked inactive",
    effect: "With profile sourcing Okta takes the person for deleted.",
    rules: &["OKTA-IMP-008", "RFC7644-3.4.2.1-01"],
    alone: true,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let answer = t.put_changed(&user, &json!({"active": false})).await?;
            if !answer.answer.is_success() {
                return Err(Stop::Blocked { by: "deactivate.put", reason: "the user could not be deactivated".into() });
            }
            t.see(&super::reads::LISTED, &user, &["OKTA-IMP-008"], || json_at("/active", false)).await
        })
    },
};

static USERS_ODD: Check = Check {
    id: "import.users.odd-names",
    since: "0.1",
    feature: Feature::ImportUsers,
    title: "People with odd names or without addresses don't break the list",
    effect: "One odd record stops the import of everybody.",
    rules: &["OKTA-IMP-014", "RFC7644-3.4.2.1-01"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let long = "x".repeat(120);
            for (words, change) in [
                ("an apostrophe", json!({"name": {"familyName": "O'Malley"}})),
                ("letters outside ASCII", json!({"displayName": "李 明 😀", "name": {"familyName": "李"}})),
                ("quotation marks", json!({"displayName": "Q \"The\" \\ Q"})),
                ("a long name", json!({"displayName": long})),
            ] {
                let mut body = t.okta_user();
                crate::scim::sample::overlay(&mut body, &change);
                if !t.post("/Users", body).await?.answer.is_success() {
                    continue;
                }
                let page = t.send(okta::import_page("/Users", 1)).await?;
                t.step(format!("the list after {words}"));
                t.expect(&["OKTA-IMP-014", "RFC7644-3.4.2.1-01"], &page, all(vec![status(&[200]), is_list()]));
            }
            let bare = t.post("/Users", crate::scim::sample::minimal_user(&t.fresh_name())).await?;
            if bare.answer.is_success() {
                let page = t.send(okta::import_page("/Users", 1)).await?;
                t.step("the list after a user without a name");
                t.expect(&["OKTA-IMP-014", "RFC7644-3.4.2.1-01"], &page, all(vec![status(&[200]), is_list()]));
            }
            Ok(())
        })
    },
};

static FIXTURE: Check = Check {
    id: "import.users.fixture",
    since: "0.1",
    feature: Feature::ImportUsers,
    title: "A user who was there before SCIM is read, found by name and listed (--fixture-user)",
    effect: "People who had accounts before are created a second time, or collide.",
    rules: &["OKTA-IMP-008", "OKTA-USR-035", "OKTA-USR-053"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let Some(id) = t.fixture_user() else {
                return Err(Stop::Unsupported("no --fixture-user was given".into()));
            };
            let seen = t.get(format!("/Users/{}", crate::target::exchange::encode(id))).await?;
            t.expect(&["OKTA-USR-053"], &seen, all(vec![status(&[200]), json_at("/id", id)]));
            let Some(name) = seen.subject().and_then(|user| user.get("userName")?.as_str()) else { return Ok(()) };
            let fixture = Resource {
                collection: "/Users",
                id: id.into(),
                name: name.into(),
                sent: Value::Null,
                seen: Value::Null,
            };
            let found = t.send(okta::look_up_user(name)).await?;
            t.expect(&["OKTA-USR-035"], &found, crate::expect::rows_are(&[id], &[id]));
            if let Some(row) = super::reads::in_list(t, &fixture).await? {
                t.expect(&["OKTA-IMP-008"], &row, json_at("/id", id));
            }
            Ok(())
        })
    },
};

static GROUPS_CONNECTION: Check = Check {
    id: "import.groups.connection",
    since: "0.1",
    feature: Feature::ImportGroups,
    title: "Okta's connection test gets a list of groups, empty or not",
    effect: "The admin can't save the integration.",
    rules: &["OKTA-TST-002", "OKTA-IMP-011"],
    alone: false,
    story: |t| {
        Box::pin(async move {
            let answer = t.send(okta::import_page("/Groups", 1)).await?;
            if answer.answer.status != 200 && t.facts().offers(crate::catalogue::Gate::Group) == crate::probe::Offer::No
            {
                // A server without groups may say so; Okta's "Import Groups" then fails, so it warns.
                t.expect(&["OKTA-TST-002", "OKTA-IMP-011"], &answer, doubtful(status(&[200])));
                return Ok(());
            }
            t.expect(&["OKTA-TST-002", "OKTA-IMP-011"], &answer, all(vec![status(&[200]), is_list()]));
            Ok(())
        })
    },
};

static GROUPS_ROWS: Check = Check {
    id: "import.groups.rows",
    since: "0.1",
    feature: Feature::ImportGroups,
    title: "A group in a list has its id and name, and its members agree with a reading by id",
    effect: "Imported groups can't be linked.",
    rules: &["OKTA-IMP-011", "RFC7644-3.4.2-09", "RFC7644-3.4.2.1-01", "OKTA-IMP-008"],
    alone: true,
    story: |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let group = t.given_group(&[&user]).await?;
            t.see(&super::reads::LISTED, &group, &["OKTA-IMP-011"], || json_at("/displayName", group.name.as_str()))
                .await?;
            let Some(row) = super::reads::in_list(t, &group).await? else {
                return Err(Stop::Inconclusive("the target lists too many groups to find one".into()));
            };
            if row.subject().and_then(|row| row.get("members")).is_some() {
                t.expect(&["RFC7644-3.4.2-09"], &row, variation(crate::expect::values_are("/members", &[&user.id])));
            }
            Ok(())
        })
    },
};

fn is_list() -> crate::expect::Expectation {
    value_at("/schemas", urn::LIST, |schemas| schemas.as_array().is_some_and(|all| all.contains(&urn::LIST.into())))
}

fn at_most_rows(most: usize) -> crate::expect::Expectation {
    Box::new(move |page| match page.rows().count() {
        rows if rows <= most => Judgement::Holds,
        rows => broken(format!("at most {most} rows"), rows.to_string(), "/Resources"),
    })
}

/// `itemsPerPage` is the number of rows; it may be left out of a page that holds everything.
fn items_per_page() -> crate::expect::Expectation {
    Box::new(|page| {
        let rows = page.rows().count();
        match page.answer.json.as_ref().and_then(|list| list.get("itemsPerPage")) {
            Some(items) if items.as_u64() == Some(rows as u64) => Judgement::Holds,
            None if number(page, "totalResults") == Some(rows) || rows == 0 => Judgement::Holds,
            got => broken(rows.to_string(), crate::expect::quoted(got), "/itemsPerPage"),
        }
    })
}

/// `startIndex` says where the page begins; it may be left out of a page that holds everything (RFC 7644 §3.4.2).
fn start_index(start: usize) -> crate::expect::Expectation {
    let strict = json_at("/startIndex", start);
    Box::new(move |page| {
        let is_whole = number(page, "totalResults") == Some(page.rows().count());
        let is_absent = page.answer.json.as_ref().is_some_and(|list| list.get("startIndex").is_none());
        if is_whole && is_absent { Judgement::Holds } else { strict(page) }
    })
}

fn number(page: &Exchange, name: &str) -> Option<usize> {
    let value = page.answer.json.as_ref()?.get(name)?;
    value.as_u64().or_else(|| value.as_str()?.parse().ok()).map(|number| number as usize)
}
