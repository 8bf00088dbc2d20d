//! Queries and ListResponse.

use crate::client::Client;
use serde_json::json;
use std::collections::BTreeSet;

/// RFC7644-3.4.2-02, RFC7644-3.4.2-03, RFC7644-3.4.2-04
#[tokio::test]
async fn a_list_says_what_it_is_and_how_many_there_are() {
    let client = Client::rfc();
    for (total, name) in [(0, ""), (1, "a"), (2, "b")] {
        if total > 0 {
            client.user(name).await;
        }
        let list = client.get("/Users").await;
        assert_eq!(list.body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"]));
        assert_eq!(list.body["totalResults"], total);
        assert_eq!(list.resources().len(), total);
    }
}

/// RFC7644-3.4.2-05, RFC7644-3.4.2-06
#[tokio::test]
async fn a_part_of_the_result_says_which() {
    for client in [Client::rfc(), Client::varied("list.bare-when-whole")] {
        for name in ["a", "b", "c"] {
            client.user(name).await;
        }
        for (query, start, held) in [("count=2", 1, 2), ("startIndex=3", 3, 1), ("startIndex=2&count=1", 2, 1)] {
            let list = client.get(&format!("/Users?{query}")).await;
            assert_eq!(list.resources().len(), held, "{query}");
            assert_eq!(list.body["totalResults"], 3, "{query}");
            assert_eq!(
                (&list.body["startIndex"], &list.body["itemsPerPage"]),
                (&json!(start), &json!(held)),
                "{query}"
            );
        }
    }
}

/// RFC7644-3.4.2-07
#[tokio::test]
async fn no_match_is_a_success() {
    let nobody = r#"userName eq "nobody""#;
    let client = Client::rfc();
    client.user("a").await;
    let list = client.filter("/Users", nobody).await;
    assert_eq!((list.status, &list.body["totalResults"], &list.body["Resources"]), (200, &json!(0), &json!([])));
    let client = Client::varied("list.no-empty-resources");
    client.user("a").await;
    let list = client.filter("/Users", nobody).await;
    assert_eq!((list.status, &list.body["totalResults"], list.body.get("Resources")), (200, &json!(0), None));
}

/// RFC7644-3.4.2-08
#[tokio::test]
async fn the_total_is_what_a_walk_finds() {
    let client = Client::rfc();
    for index in 0..7 {
        client.user(&format!("user{index}")).await;
    }
    let mut ids = BTreeSet::new();
    for start in [1, 4, 7] {
        let page = client.get(&format!("/Users?startIndex={start}&count=3")).await;
        assert_eq!(page.body["totalResults"], 7);
        assert!(page.resources().len() <= 3);
        ids.extend(page.each("id").into_iter().map(str::to_owned));
    }
    assert_eq!(ids.len(), 7);
}

/// RFC7644-3.4.2.1-01, RFC7644-3.4.2.1-02, RFC7644-3.4.2.1-03, RFC7644-3.4.2.1-04
#[tokio::test]
async fn a_type_has_its_own_list_and_the_root_has_all() {
    let client = Client::rfc();
    let user = client.user("ann").await;
    let group = client.group("Crew", &[&user]).await;
    assert_eq!(client.get("/Users").await.each("id"), [&user]);
    assert_eq!(client.get("/Groups").await.each("id"), [&group]);
    for root in ["?count=200", "/?count=200"] {
        assert_eq!(client.get(root).await.each("id"), [&user, &group]);
    }
    for (filter, found) in [
        (r#"meta.resourceType eq "User""#, vec![&user]),
        (r#"meta.resourceType eq "Group""#, vec![&group]),
        // A group has no userName, and a user no members, wherever they are asked for.
        ("userName pr", vec![&user]),
        ("members pr", vec![&group]),
        (r#"userName eq "nobody" or displayName eq "Crew""#, vec![&group]),
        ("not (userName pr)", vec![&group]),
        ("userName eq null", vec![&group]),
    ] {
        assert_eq!(client.filter("", filter).await.each("id"), found, "{filter}");
    }
}

/// RFC7644-3.4.2.1-05
#[tokio::test]
async fn too_many_results_are_refused() {
    let client = Client::rfc_but(|policy| policy.lists.most_matches = Some(3));
    for name in ["a", "b"] {
        client.user(name).await;
    }
    client.group("g", &[]).await;
    assert_eq!(client.get("").await.resources().len(), 3);
    client.user("c").await;
    for path in ["", "?count=1", "?filter=id%20pr", "?sortBy=id"] {
        assert_eq!(client.get(path).await.error(), (400, "tooMany"), "{path}");
    }
    assert_eq!(client.search("", json!({"count": 0})).await.error(), (400, "tooMany"));
    assert_eq!(client.get("/Users").await.resources().len(), 3);
    assert_eq!(client.filter("", r#"displayName eq "g""#).await.resources().len(), 1);
}

/// RFC7644-3.4.2.1-06
#[tokio::test]
async fn a_filter_on_one_resource_changes_nothing() {
    let client = Client::rfc();
    let path = format!("/Users/{}", client.user("a").await);
    let plain = client.get(&path).await;
    for filter in [r#"userName eq "a""#, r#"userName eq "b""#] {
        let asked = client.filter(&path, filter).await;
        assert_eq!((asked.status, &asked.body), (200, &plain.body), "{filter}");
    }
}

/// RFC7643-5-20
#[tokio::test]
async fn no_answer_holds_more_than_was_announced() {
    let client = Client::rfc_but(|policy| policy.max_results = 3);
    for index in 0..5 {
        client.user(&format!("user{index}")).await;
    }
    assert_eq!(client.get("/ServiceProviderConfig").await.body["filter"]["maxResults"], 3);
    for query in ["count=4", "count=1000000", "", "filter=userName%20pr&count=5", "sortBy=userName&count=5"] {
        let list = client.get(&format!("/Users?{query}")).await;
        assert_eq!((list.resources().len(), &list.body["totalResults"]), (3, &json!(5)), "{query}");
    }
    assert_eq!(client.search("/Users", json!({"count": 5})).await.resources().len(), 3);
}

/// RFC7644-3.4.2-09
#[tokio::test]
async fn a_resource_looks_the_same_in_a_list() {
    let client = Client::rfc();
    let user = client.user("ann").await;
    client.group("Crew", &[&user]).await;
    for path in ["/Users", "/Groups", "", "/Users?filter=id%20pr", "/Users?sortBy=userName"] {
        for resource in client.get(path).await.resources() {
            let location = resource["meta"]["location"].as_str().expect("a location");
            let alone = client.get(location.strip_prefix("http://scim.example/scim/v2").expect("under the base")).await;
            assert_eq!(resource, &alone.body, "{path}");
        }
    }
}
