//! Pages by index.

use crate::client::{Answer, Client};
use serde_json::json;

async fn with_users(count: usize) -> (Client, Vec<String>) {
    let client = Client::rfc();
    let mut ids = Vec::new();
    for index in 0..count {
        ids.push(client.user(&format!("user{index}")).await);
    }
    (client, ids)
}

async fn page(client: &Client, query: &str) -> Answer {
    let list = client.get(&format!("/Users?{query}")).await;
    assert_eq!(list.status, 200, "{query}: {list:?}");
    list
}

/// RFC7644-3.4.2.4-02, RFC7644-3.4.2.4-03, RFC7644-3.4.2.4-12
#[tokio::test]
async fn the_first_result_has_the_index_1() {
    let (client, ids) = with_users(5).await;
    for first in ["count=2", "startIndex=1&count=2", "startIndex=0&count=2", "startIndex=-1&count=2"] {
        let list = page(&client, first).await;
        assert_eq!((list.each("id"), &list.body["startIndex"]), (vec![&*ids[0], &*ids[1]], &json!(1)), "{first}");
    }
    let far_below = page(&client, "startIndex=-9223372036854775809&count=1").await;
    assert_eq!((far_below.each("id"), &far_below.body["startIndex"]), (vec![&*ids[0]], &json!(1)));
    let list = page(&client, "startIndex=3&count=2").await;
    assert_eq!((list.each("id"), &list.body["startIndex"]), (vec![&*ids[2], &*ids[3]], &json!(3)));
}

/// RFC7644-3.4.2.4-04, RFC7644-3.4.2.4-06, RFC7644-3.4.2.4-07, RFC7644-3.4.2.4-10, RFC7644-3.4.2.4-11
#[tokio::test]
async fn a_page_holds_what_was_asked_for_and_tells_of_the_rest() {
    let (client, _) = with_users(3).await;
    client.group("user0", &[]).await;
    for (count, held) in [("2", 2), ("1", 1), ("3", 3), ("4", 3), ("0", 0), ("-1", 0), ("-100", 0)] {
        for restriction in ["", "&filter=userName%20sw%20%22user%22", "&sortBy=userName"] {
            let list = page(&client, &format!("count={count}{restriction}")).await;
            assert_eq!(list.resources().len(), held, "{count}{restriction}");
            assert_eq!(list.body["itemsPerPage"], held, "{count}{restriction}");
            assert_eq!(list.body["totalResults"], 3, "{count}{restriction}");
        }
    }
    let one = page(&client, "count=1&filter=userName%20ne%20%22user0%22").await;
    assert_eq!((one.resources().len(), &one.body["totalResults"]), (1, &json!(2)));
}

/// RFC7644-3.4.2.4-05, RFC7644-3.4.2.4-15
#[tokio::test]
async fn the_server_may_give_less_and_chooses_where_the_client_does_not() {
    let client = Client::rfc_but(|policy| (policy.default_page_size, policy.max_results) = (2, 3));
    for index in 0..5 {
        client.user(&format!("user{index}")).await;
    }
    for (query, held) in [("", 2), ("startIndex=1", 2), ("count=3", 3), ("count=5", 3), ("startIndex=5", 1)] {
        let list = page(&client, query).await;
        assert_eq!(list.resources().len(), held, "{query}");
        assert_eq!((&list.body["itemsPerPage"], &list.body["totalResults"]), (&json!(held), &json!(5)), "{query}");
    }
    // A default larger than what was announced would break the promise.
    let client = Client::rfc_but(|policy| (policy.default_page_size, policy.max_results) = (100, 3));
    for index in 0..5 {
        client.user(&format!("user{index}")).await;
    }
    assert_eq!(page(&client, "").await.resources().len(), 3);
}

/// RFC7644-3.4.2.4-08
#[tokio::test]
async fn an_index_is_a_whole_number() {
    let (client, _) = with_users(1).await;
    for wrong in ["count=abc", "startIndex=1.5", "count=1e2", "count=", "startIndex=%201", "count=0x10", "count=--1"] {
        assert_eq!(client.get(&format!("/Users?{wrong}")).await.error(), (400, "invalidValue"), "{wrong}");
    }
}

/// RFC7644-3.4.2.4-09
#[tokio::test]
async fn huge_numbers_are_numbers() {
    let (client, ids) = with_users(2).await;
    let endless = "9".repeat(400);
    for huge in ["2147483648", "9223372036854775807", "18446744073709551616", &endless] {
        assert_eq!(page(&client, &format!("count={huge}")).await.each("id"), ids);
        for beyond in [format!("startIndex={huge}"), format!("startIndex={huge}&count={huge}")] {
            let list = page(&client, &beyond).await;
            assert_eq!((list.resources().len(), &list.body["totalResults"]), (0, &json!(2)), "{beyond:.40}");
        }
        let sorted = page(&client, &format!("sortBy=id&startIndex={huge}&count={huge}")).await;
        assert_eq!(sorted.resources().len(), 0);
    }
}

/// RFC7644-3.4.2.4-13
#[tokio::test]
async fn a_page_behind_the_end_is_empty() {
    let (client, _) = with_users(3).await;
    for start in [4, 13, 1_000_000] {
        let list = page(&client, &format!("startIndex={start}")).await;
        assert_eq!(list.body["totalResults"], 3);
        assert_eq!((list.resources().len(), &list.body["itemsPerPage"]), (0, &json!(0)));
        assert_eq!(list.body["startIndex"], start);
    }
}

/// RFC7644-3.4.2.4-14
#[tokio::test]
async fn a_walk_meets_everybody_once() {
    let (client, mut ids) = with_users(8).await;
    client.delete(&format!("/Users/{}", ids.remove(4))).await;
    for restriction in ["", "&filter=userName%20pr", "&sortBy=userName"] {
        for count in [1, 2, 3, 7] {
            let mut walked = Vec::new();
            loop {
                let list = page(&client, &format!("startIndex={}&count={count}{restriction}", walked.len() + 1)).await;
                if list.resources().is_empty() {
                    break;
                }
                walked.extend(list.each("id").into_iter().map(str::to_owned));
            }
            assert_eq!(walked, ids, "{count}{restriction}");
        }
    }
}

/// RFC7644-3.4.2.4-16
#[tokio::test]
async fn groups_are_paged_too_and_so_is_everything_together() {
    let client = Client::rfc();
    let mut ids = vec![client.user("a").await, client.user("b").await];
    for name in ["g", "h", "i"] {
        ids.push(client.group(name, &[]).await);
    }
    for (path, expected) in [("/Groups", &ids[2..]), ("", &ids[..])] {
        let mut walked = Vec::new();
        while walked.len() < expected.len() {
            let list = client.get(&format!("{path}?startIndex={}&count=2", walked.len() + 1)).await;
            assert_eq!(list.body["startIndex"], walked.len() + 1);
            assert_eq!(list.body["itemsPerPage"], 2.min(expected.len() - walked.len()));
            assert_eq!(list.body["totalResults"], expected.len());
            walked.extend(list.each("id").into_iter().map(str::to_owned));
        }
        assert_eq!(walked, expected);
        assert_eq!(client.get(&format!("{path}?startIndex=6")).await.resources().len(), 0);
    }
}
