//! Sorting.

use crate::client::{Client, USER, at, config};
use scim_reference_server::{Config, Policy};
use serde_json::{Value, json};

async fn with(users: &[Value]) -> Client {
    let client = Client::rfc();
    for user in users {
        client.user_with(user.clone()).await;
    }
    client
}

async fn order(client: &Client, query: &str) -> Vec<String> {
    let list = client.get(&format!("/Users?{query}")).await;
    assert_eq!(list.status, 200, "{query}: {list:?}");
    list.each("userName").into_iter().map(str::to_owned).collect()
}

/// RFC7644-3.4.2.3-01, RFC7644-3.4.2.3-02, RFC7644-3.4.2.3-03, RFC7644-3.10-07
#[tokio::test]
async fn a_list_is_sorted_up_or_down() {
    let client = Client::rfc();
    for name in ["d", "a", "e", "c", "b"] {
        client.user(name).await;
    }
    assert_eq!(client.get("/ServiceProviderConfig").await.body["sort"]["supported"], true);
    assert_eq!(order(&client, "").await, ["d", "a", "e", "c", "b"]);
    let qualified = format!("sortBy={USER}:userName");
    for up in ["sortBy=userName", "sortBy=userName&sortOrder=ascending", "sortBy=USERNAME", &qualified] {
        assert_eq!(order(&client, up).await, ["a", "b", "c", "d", "e"], "{up}");
    }
    assert_eq!(order(&client, "sortBy=userName&sortOrder=descending").await, ["e", "d", "c", "b", "a"]);
    assert_eq!(order(&client, "sortBy=username&filter=userName%20lt%20%22d%22").await, ["a", "b", "c"]);
}

/// RFC7644-3.4.2.3-04
#[tokio::test]
async fn there_are_two_orders() {
    let client = with(&[json!({"userName": "a"})]).await;
    for wrong in ["up", "asc", "-1", "ascending,descending"] {
        let answer = client.get(&format!("/Users?sortBy=userName&sortOrder={wrong}")).await;
        assert_eq!(answer.error(), (400, "invalidValue"), "{wrong}");
        let answer = client.search("/Users", json!({"sortBy": "userName", "sortOrder": wrong})).await;
        assert_eq!(answer.error(), (400, "invalidValue"), "{wrong}");
    }
}

/// RFC7644-3.4.2.3-05, RFC7644-3.4.2.3-06
#[tokio::test]
async fn case_counts_where_the_schema_says_so() {
    let client = with(&[
        json!({"userName": "1", "displayName": "b", "externalId": "b"}),
        json!({"userName": "2", "displayName": "A", "externalId": "A"}),
        json!({"userName": "3", "displayName": "C", "externalId": "C"}),
    ])
    .await;
    assert_eq!(order(&client, "sortBy=displayName").await, ["2", "1", "3"]);
    assert_eq!(order(&client, "sortBy=displayName&sortOrder=descending").await, ["3", "1", "2"]);
    assert_eq!(order(&client, "sortBy=externalId").await, ["2", "3", "1"]);
    assert_eq!(order(&client, "sortBy=externalId&sortOrder=descending").await, ["1", "3", "2"]);
}

/// RFC7644-3.4.2.3-07, RFC7644-3.4.2.3-08, RFC7644-3.4.2.3-09
#[tokio::test]
async fn a_complex_attribute_is_sorted_by_a_part_of_it() {
    let client = with(&[
        json!({
            "userName": "1", "name": {"familyName": "M"},
            "emails": [{"value": "a@x.example"}, {"value": "z@x.example", "primary": true}],
        }),
        json!({"userName": "2", "name": {"familyName": "A"}, "emails": [{"value": "m@x.example"}]}),
        json!({
            "userName": "3", "name": {"familyName": "Z", "givenName": "A"},
            "emails": [{"value": "b@x.example", "primary": false}, {"value": "y@x.example"}],
        }),
    ])
    .await;
    assert_eq!(order(&client, "sortBy=name.familyName").await, ["2", "1", "3"]);
    assert_eq!(order(&client, "sortBy=emails.value").await, ["3", "2", "1"]);
    assert_eq!(order(&client, "sortBy=emails.value&sortOrder=descending").await, ["1", "2", "3"]);
    for whole in ["name", "meta"] {
        assert_eq!(client.get(&format!("/Users?sortBy={whole}")).await.error(), (400, "invalidValue"), "{whole}");
    }
}

/// RFC7644-3.4.2.3-10
#[tokio::test]
async fn who_has_no_value_comes_last_and_first_when_turned_round() {
    let client = with(&[
        json!({"userName": "none"}),
        json!({"userName": "z", "title": "Z", "emails": [{"value": "z@x.example"}]}),
        json!({"userName": "empty", "title": "", "emails": []}),
        json!({"userName": "a", "title": "A", "emails": [{"value": "a@x.example"}]}),
    ])
    .await;
    for attribute in ["title", "emails.value"] {
        assert_eq!(order(&client, &format!("sortBy={attribute}")).await, ["a", "z", "none", "empty"], "{attribute}");
        let descending = order(&client, &format!("sortBy={attribute}&sortOrder=descending")).await;
        assert_eq!(descending, ["none", "empty", "z", "a"], "{attribute}");
    }
}

/// RFC7644-3.4.2.3-11
#[tokio::test]
async fn points_in_time_are_sorted_as_such() {
    // A clock that was set back: the order of creation is not that of the times.
    let clock = at(&["2020-03-01T00:00:00Z", "2019-12-31T23:59:59.999Z", "2020-01-01T00:00:00Z"]);
    let client = Client::with(Config { policy: Policy::rfc(), clock, ..config() });
    for name in ["march", "before", "january"] {
        client.user_with(json!({"userName": name})).await;
    }
    for attribute in ["meta.created", "meta.lastModified"] {
        assert_eq!(order(&client, &format!("sortBy={attribute}")).await, ["before", "january", "march"]);
        let descending = order(&client, &format!("sortBy={attribute}&sortOrder=descending")).await;
        assert_eq!(descending, ["march", "january", "before"]);
    }
}

/// RFC7644-3.4.2.3-12
#[tokio::test]
async fn nobody_is_sorted_by_what_is_not_known() {
    let client = with(&[json!({"userName": "a"})]).await;
    for unknown in ["noSuchAttr", "name.noSuchPart", "userName.value", "password", "a%20b", ":", "urn:x:userName"] {
        assert_eq!(client.get(&format!("/Users?sortBy={unknown}")).await.error(), (400, "invalidValue"), "{unknown}");
    }
}

/// RFC7644-3.4.2.3-13
#[tokio::test]
async fn without_sorting_the_parameter_means_nothing() {
    let client = Client::varied("offers.no-sort");
    for name in ["b", "a"] {
        client.user(name).await;
    }
    assert_eq!(client.get("/ServiceProviderConfig").await.body["sort"]["supported"], false);
    for query in ["", "sortBy=userName", "sortBy=userName&sortOrder=descending", "sortBy=noSuchAttr"] {
        assert_eq!(order(&client, query).await, ["b", "a"], "{query}");
    }
}

/// RFC7644-3.4.2.4-01
#[tokio::test]
async fn pages_of_a_sorted_list_make_up_the_list() {
    let client = Client::rfc();
    for name in ["d", "a", "e", "c", "b"] {
        // Of those with the same title none is told twice, and none left out.
        client.user_with(json!({"userName": name, "title": if name == "e" { "A" } else { "B" }})).await;
    }
    for sort in ["sortBy=userName", "sortBy=userName&sortOrder=descending", "sortBy=title", "sortBy=nickName"] {
        let whole = order(&client, sort).await;
        assert_eq!(whole.len(), 5);
        for count in [1, 2, 3] {
            let mut walked = Vec::new();
            for start in (1..=5).step_by(count) {
                walked.extend(order(&client, &format!("{sort}&startIndex={start}&count={count}")).await);
            }
            assert_eq!(walked, whole, "{sort} by {count}");
        }
    }
}
