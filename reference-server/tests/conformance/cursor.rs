//! Paging by cursor (RFC 9865).

use crate::client::{Answer, Client, config, encoded};
use jiff::{SignedDuration, Timestamp};
use scim_reference_server::policy::{Cursor, ListOrder};
use scim_reference_server::{Config, Policy, Tenancy, Tenant};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const NAMES: [&str; 5] = ["dora", "anna", "emil", "cleo", "bert"];

async fn filled(policy: Policy) -> Client {
    let client = Client::with(Config { policy, ..config() });
    for name in NAMES {
        client.user(name).await;
    }
    client
}

fn names(page: &Answer) -> Vec<String> {
    let resources = page.body["Resources"].as_array().cloned().unwrap_or_default();
    resources.iter().map(|user| user["userName"].as_str().unwrap_or_default().to_owned()).collect()
}

fn cursor(page: &Answer, name: &str) -> Option<String> {
    page.body.get(name).map(|cursor| cursor.as_str().expect("a cursor is a string").to_owned())
}

/// All pages of a query, by its cursors; `query` begins with a question mark.
async fn walk(client: &Client, query: &str) -> Vec<Answer> {
    let mut pages = vec![client.get(&format!("/Users{query}&cursor")).await];
    while let Some(next) = pages.last().and_then(|page| cursor(page, "nextCursor")) {
        pages.push(client.get(&format!("/Users{query}&cursor={next}")).await);
        assert!(pages.len() < 20, "the walk does not end");
    }
    pages
}

/// RFC9865-4-01 RFC9865-4-02 RFC9865-4-03 RFC9865-4-04
#[tokio::test]
async fn it_is_announced() {
    let config = Client::rfc().get("/ServiceProviderConfig").await;
    assert_eq!(
        config.body["pagination"],
        json!({
            "cursor": true, "index": true, "defaultPaginationMethod": "index",
            "defaultPageSize": 100, "maxPageSize": 1000, "cursorTimeout": 600,
        })
    );
    let mut policy = Policy::rfc();
    policy.offers.cursor = Cursor::None;
    let client = filled(policy).await;
    assert!(client.get("/ServiceProviderConfig").await.body.get("pagination").is_none());
    assert!(client.get("/Users?cursor&count=2").await.body.get("nextCursor").is_none());
}

/// Both ways to write an empty cursor.
/// RFC9865-2-01 RFC9865-2-02 RFC9865-2-03 RFC9865-2-06 RFC9865-2-07 RFC9865-2-09 RFC9865-2-10
#[tokio::test]
async fn a_walk_sees_each_resource_once() {
    let client = filled(Policy::rfc()).await;
    for start in ["/Users?cursor&count=2", "/Users?cursor=&count=2"] {
        let first = client.get(start).await;
        assert_eq!((first.status, names(&first)), (200, vec!["dora".to_owned(), "anna".to_owned()]));
    }
    let pages = walk(&client, "?count=2").await;
    let sizes: Vec<usize> = pages.iter().map(|page| names(page).len()).collect();
    assert_eq!(sizes, [2, 2, 1]);
    assert_eq!(pages.iter().flat_map(names).collect::<Vec<_>>(), NAMES);
    for page in &pages {
        assert_eq!((&page.body["totalResults"], page.body.get("startIndex")), (&json!(5), None));
        for name in ["nextCursor", "previousCursor"] {
            let is_unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
            assert!(cursor(page, name).is_none_or(|it| !it.is_empty() && it.chars().all(is_unreserved)));
        }
    }
    // A page that is just full is the last one, too.
    assert_eq!(walk(&client, "?count=5").await.len(), 1);
    assert_eq!(walk(&client, "?count=100").await.len(), 1);
}

/// RFC9865-2-04 RFC9865-2-05
#[tokio::test]
async fn there_is_a_way_back() {
    let client = filled(Policy::rfc()).await;
    let pages = walk(&client, "?count=2").await;
    assert_eq!(cursor(&pages[0], "previousCursor"), None);
    for (at, page) in pages.iter().enumerate().skip(1) {
        let back = cursor(page, "previousCursor").expect("a way back");
        let before = client.get(&format!("/Users?count=2&cursor={back}")).await;
        assert_eq!(names(&before), names(&pages[at - 1]));
        assert_eq!(cursor(&before, "previousCursor").is_none(), at == 1);
    }
}

/// RFC9865-2-08
#[tokio::test]
async fn a_count_of_nothing_gives_the_total() {
    let client = filled(Policy::rfc()).await;
    for count in ["0", "-1"] {
        let page = client.get(&format!("/Users?cursor&count={count}")).await;
        assert_eq!((page.status, names(&page).len(), &page.body["totalResults"]), (200, 0, &json!(5)), "{count}");
    }
}

/// RFC9865-2.1-01 RFC9865-5.2-02 RFC9865-5.2-01
#[tokio::test]
async fn a_cursor_that_is_none_is_refused() {
    let tenant = Tenant { name: "acme".into(), token: "acme-token".into(), by: Tenancy::Path };
    let client = Client::with(Config { policy: Policy::rfc(), tenants: vec![tenant], ..config() });
    for name in NAMES {
        client.user(name).await;
    }
    let own = cursor(&client.get("/Users?cursor&count=2").await, "nextCursor").expect("a cursor");
    let request = axum::http::Request::get(format!("/tenants/acme/scim/v2/Users?count=2&cursor={own}"))
        .header("authorization", "Bearer acme-token")
        .body(axum::body::Body::empty());
    let foreign = client.send(request.expect("a request")).await;
    let forged = client.get("/Users?count=2&cursor=notacursor").await;
    assert_eq!(forged.error(), (400, "invalidCursor"));
    assert_eq!(foreign.error(), (400, "invalidCursor"));
    assert_eq!(foreign.body, forged.body);
}

/// RFC9865-2.1-02
#[tokio::test]
async fn a_cursor_that_is_too_old_is_refused() {
    let seconds = Arc::new(AtomicI64::new(1_800_000_000));
    let clock = Arc::clone(&seconds);
    let clock = Arc::new(move || Timestamp::from_second(clock.load(Ordering::Relaxed)).expect("a time"));
    let client = Client::with(Config { policy: Policy::rfc(), clock, ..config() });
    for name in NAMES {
        client.user(name).await;
    }
    let next = cursor(&client.get("/Users?cursor&count=2").await, "nextCursor").expect("a cursor");
    let path = format!("/Users?count=2&cursor={next}");
    seconds.fetch_add(SignedDuration::from_secs(600).as_secs(), Ordering::Relaxed);
    assert_eq!(client.get(&path).await.status, 200);
    seconds.fetch_add(1, Ordering::Relaxed);
    assert_eq!(client.get(&path).await.error(), (400, "expiredCursor"));
}

/// RFC9865-2.1-03 RFC9865-2-11
#[tokio::test]
async fn a_walk_keeps_to_its_query() {
    let client = filled(Policy::rfc()).await;
    let next = cursor(&client.get("/Users?cursor&count=2").await, "nextCursor").expect("a cursor");
    assert_eq!(client.get(&format!("/Users?count=3&cursor={next}")).await.error(), (400, "invalidCount"));
    let filter = encoded("userName sw \"a\"");
    for other in [format!("filter={filter}"), "sortBy=userName".into(), "attributes=title".into()] {
        let answer = client.get(&format!("/Users?{other}&count=2&cursor={next}")).await;
        assert_eq!(answer.error(), (400, "invalidCursor"), "{other}");
    }
    assert_eq!(client.get(&format!("/Groups?count=2&cursor={next}")).await.error(), (400, "invalidCursor"));
    assert_eq!(names(&client.get(&format!("/Users?cursor={next}")).await), ["emil", "cleo"]);
    // A count above the largest page is cut, or refused where the policy says so.
    assert_eq!(client.get("/Users?cursor&count=1001").await.status, 200);
    let mut policy = Policy::rfc();
    policy.offers.cursor = Cursor::StrictCount;
    let client = filled(policy).await;
    assert_eq!(client.get("/Users?cursor&count=1001").await.error(), (400, "invalidCount"));
    assert_eq!(client.get("/Users?cursor&count=1000").await.status, 200);
    assert_eq!(client.get("/Users?startIndex=1&count=1001").await.status, 200);
}

/// In every order that the server may have by itself.
/// RFC9865-2.2-01 RFC9865-2-10
#[tokio::test]
async fn sorted_and_filtered_walks() {
    for order in [ListOrder::OldestFirst, ListOrder::NewestFirst, ListOrder::Scattered] {
        let mut policy = Policy::rfc();
        policy.lists.order = order;
        let client = filled(policy).await;
        let walked = async |query: &str| walk(&client, query).await.iter().flat_map(names).collect::<Vec<_>>();
        assert_eq!(walked("?count=2&sortBy=userName").await, ["anna", "bert", "cleo", "dora", "emil"]);
        let descending = walked("?count=1&sortBy=userName&sortOrder=descending").await;
        assert_eq!(descending, ["emil", "dora", "cleo", "bert", "anna"]);
        // Everybody has the same title.
        let mut by_title = walked("?count=2&sortBy=title").await;
        let mut plain = walked("?count=2").await;
        assert_eq!(by_title, plain);
        for walk in [&mut by_title, &mut plain] {
            walk.sort();
            assert_eq!(*walk, ["anna", "bert", "cleo", "dora", "emil"]);
        }
        let filter = encoded("userName co \"e\"");
        let mut found = walked(&format!("?count=1&filter={filter}")).await;
        found.sort();
        assert_eq!(found, ["bert", "cleo", "emil"]);
    }
}

/// What comes and goes meanwhile disturbs nobody: nothing is seen twice, and nothing that stays is missed.
/// RFC9865-2-10
#[tokio::test]
async fn a_walk_goes_on_where_it_was() {
    for query in ["count=2", "count=2&sortBy=userName"] {
        let client = filled(Policy::rfc()).await;
        let first = client.get(&format!("/Users?{query}&cursor")).await;
        let seen = names(&first);
        for user in first.body["Resources"].as_array().expect("users") {
            client.delete(&format!("/Users/{}", user["id"].as_str().expect("an id"))).await;
        }
        client.user("aaron").await;
        let mut later = Vec::new();
        let mut next = cursor(&first, "nextCursor");
        while let Some(cursor_now) = next {
            let page = client.get(&format!("/Users?{query}&cursor={cursor_now}")).await;
            later.extend(names(&page));
            next = cursor(&page, "nextCursor");
        }
        assert!(later.iter().all(|name| !seen.contains(name)), "{query}: {later:?}");
        for name in NAMES.iter().filter(|name| !seen.contains(&(**name).to_owned())) {
            assert_eq!(later.iter().filter(|it| it == name).count(), 1, "{query}: {name} in {later:?}");
        }
    }
}

/// RFC9865-2.3-01 RFC9865-2.4-01 RFC9865-2.4-02
#[tokio::test]
async fn the_method_is_chosen_by_the_client_or_by_default() {
    let client = filled(Policy::rfc()).await;
    for _ in 0..2 {
        let page = client.get("/Users?count=2").await;
        assert_eq!((&page.body["startIndex"], page.body.get("nextCursor")), (&json!(1), None));
    }
    assert_eq!(client.get("/Users?startIndex=1&cursor=").await.error(), (400, "invalidValue"));
    let mut policy = Policy::rfc();
    policy.offers.cursor = Cursor::Default;
    let client = filled(policy).await;
    let config = client.get("/ServiceProviderConfig").await;
    assert_eq!(config.body["pagination"]["defaultPaginationMethod"], "cursor");
    for _ in 0..2 {
        let page = client.get("/Users?count=2").await;
        assert!(cursor(&page, "nextCursor").is_some() && page.body.get("startIndex").is_none());
    }
    assert_eq!(client.get("/Users?startIndex=3&count=2").await.body["startIndex"], 3);
}

/// RFC9865-3-01
#[tokio::test]
async fn it_works_in_search_messages() {
    let client = filled(Policy::rfc()).await;
    let ask = async |cursor: &str| {
        let body =
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "cursor": cursor, "count": 2});
        client.post("/Users/.search", body).await
    };
    let first = ask("").await;
    let next = cursor(&first, "nextCursor").expect("a cursor");
    assert_eq!(names(&ask(&next).await), ["emil", "cleo"]);
    let wrong = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "cursor": 1});
    assert_eq!(client.post("/Users/.search", wrong).await.error(), (400, "invalidValue"));
    let root: Value = client.get("/?cursor&count=3").await.body;
    assert_eq!(root["Resources"].as_array().map(Vec::len), Some(3));
}
