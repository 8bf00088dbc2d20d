//! Queries by POST to `/.search`.

use crate::client::{Client, SEARCH, USER};
use serde_json::{Value, json};

/// RFC7644-3.4.3-01, RFC7644-3.4.3-03, RFC7644-3.4.3-10
#[tokio::test]
async fn a_post_to_search_is_a_query() {
    let client = Client::rfc();
    let user = client.user("ann").await;
    let group = client.group("The crew", &[&user]).await;
    for endpoint in ["/Users", "/Groups", ""] {
        let found = client.search(endpoint, json!({})).await;
        assert_eq!((found.status, found.header("location")), (200, ""));
        assert_eq!(found.body, client.get(endpoint).await.body, "{endpoint}");
    }
    let found = client.search("", json!({"filter": r#"displayName sw "the""#})).await;
    assert_eq!(found.each("id"), [&user, &group]);
    assert_eq!(client.get("").await.body["totalResults"], 2, "a search creates nothing");
}

/// RFC7644-3.4.3-02, RFC7644-3.4.3-11
#[tokio::test]
async fn the_message_is_a_search_request() {
    let client = Client::rfc();
    client.user("a").await;
    let wrong = [json!({}), json!({"schemas": [USER]}), json!({"schemas": SEARCH}), json!({"schemas": []}), json!([])];
    for endpoint in ["/Users", "/Groups", ""] {
        for body in &wrong {
            let answer = client.post(&format!("{endpoint}/.search"), body.clone()).await;
            assert_eq!(answer.error(), (400, "invalidSyntax"), "{body}");
        }
        for text in ["", "{", "null", r#""x""#, r#"{"schemas":[}"#] {
            let path = format!("{endpoint}/.search");
            let answer = client.raw("POST", &path, "application/scim+json", Some(text)).await;
            assert_eq!(answer.error(), (400, "invalidSyntax"), "{text}");
        }
    }
    assert_eq!(client.search("/Users", json!({"unheardOf": 1})).await.resources().len(), 1);
}

/// RFC7644-3.4.3-04, RFC7644-3.4.3-06, RFC7644-3.4.3-07, RFC7644-3.4.3-08, RFC7644-3.4.3-09
#[tokio::test]
async fn it_means_the_same_as_a_get() {
    let client = Client::rfc();
    for name in ["d", "a", "e", "c", "b"] {
        client.user(name).await;
    }
    for (message, query) in [
        (json!({"filter": r#"userName gt "b""#}), "filter=userName%20gt%20%22b%22"),
        (json!({"sortBy": "userName"}), "sortBy=userName"),
        (json!({"sortBy": "userName", "sortOrder": "descending"}), "sortBy=userName&sortOrder=descending"),
        (json!({"count": 2}), "count=2"),
        (json!({"startIndex": 2, "count": 2}), "startIndex=2&count=2"),
        (json!({"startIndex": 0, "count": -1}), "startIndex=0&count=-1"),
        (json!({"attributes": ["userName"]}), "attributes=userName"),
        (json!({"attributes": ["name.givenName", "emails.value"]}), "attributes=name.givenName,emails.value"),
        (json!({"excludedAttributes": ["id", "name"]}), "excludedAttributes=id,name"),
        (
            json!({
                "filter": r#"userName ne "c""#, "sortBy": "userName", "startIndex": 2, "count": 2,
                "excludedAttributes": ["meta"],
            }),
            "filter=userName%20ne%20%22c%22&sortBy=userName&startIndex=2&count=2&excludedAttributes=meta",
        ),
    ] {
        let found = client.search("/Users", message.clone()).await;
        assert_eq!((found.status, &found.body), (200, &client.get(&format!("/Users?{query}")).await.body), "{message}");
    }
    let filtered = client.search("/Users", json!({"filter": r#"userName gt "b""#, "sortBy": "userName"})).await;
    assert_eq!(filtered.each("userName"), ["c", "d", "e"]);
    let page = client.search("/Users", json!({"count": 2})).await;
    assert_eq!((page.resources().len(), &page.body["totalResults"]), (2, &json!(5)));
    let shown = client.search("/Users", json!({"attributes": ["userName"], "count": 1})).await;
    let shown = shown.resources()[0].as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(shown, ["schemas", "id", "userName"]);
    for user in client.search("/Users", json!({"excludedAttributes": ["id", "name"]})).await.resources() {
        assert!(user["id"].is_string() && user.get("name").is_none() && user["displayName"].is_string(), "{user}");
    }
}

/// RFC7644-3.4.3-05, RFC7644-3.4.3-07, RFC7644-3.4.3-08, RFC7644-3.4.3-09
#[tokio::test]
async fn what_is_wrong_with_a_query_is_said() {
    let client = Client::rfc();
    client.user("a").await;
    for (message, keyword) in [
        (json!({"filter": "userName zz 1"}), "invalidFilter"),
        (json!({"filter": ""}), "invalidFilter"),
        (json!({"filter": 5}), "invalidValue"),
        (json!({"sortBy": ["userName"]}), "invalidValue"),
        (json!({"count": "2"}), "invalidValue"),
        (json!({"count": 1.5}), "invalidValue"),
        (json!({"startIndex": true}), "invalidValue"),
        (json!({"attributes": "userName"}), "invalidValue"),
        (json!({"attributes": [1]}), "invalidValue"),
        (json!({"excludedAttributes": {"0": "name"}}), "invalidValue"),
        (json!({"attributes": ["userName"], "excludedAttributes": ["name"]}), "invalidValue"),
    ] {
        let answer = client.search("/Users", message.clone()).await;
        assert_eq!(answer.error(), (400, keyword), "{message}");
    }
    let unset: Value = json!({"filter": null, "count": null, "attributes": null, "sortBy": null});
    assert_eq!(client.search("/Users", unset).await.body, client.get("/Users").await.body);
}

/// RFC7644-3.4.3-12
#[tokio::test]
async fn a_get_of_search_is_no_query() {
    let client = Client::rfc();
    client.user("a").await;
    for endpoint in ["/Users", "/Groups", ""] {
        for method in ["GET", "PUT", "PATCH", "DELETE"] {
            let answer = client.scim(method, &format!("{endpoint}/.search"), None).await;
            assert_eq!(answer.error(), (405, ""), "{method} {endpoint}");
            assert_eq!(answer.header("allow"), "POST");
        }
    }
}
