//! Deleting.

use crate::client::{Client, USER};
use serde_json::{Value, json};

/// RFC7644-3.6-02, RFC7644-3.6-03, RFC7644-3.6-04, RFC7644-3.6-05, RFC7644-3.6-06, RFC7644-3.6-09
#[tokio::test]
async fn what_is_deleted_is_gone() {
    let client = Client::rfc();
    let (user, group) = (client.user("ann").await, client.group("Crew", &[]).await);
    let put = json!({"schemas": [USER], "userName": "ann"});
    let patch = json!([{"op": "replace", "path": "displayName", "value": "D"}]);
    for path in [format!("/Users/{user}"), format!("/Groups/{group}")] {
        let answer = client.delete(&path).await;
        assert_eq!((answer.status, answer.bytes.len(), answer.header("content-type")), (204, 0, ""));
        assert_eq!(client.get(&path).await.error(), (404, ""), "{path}");
        assert_eq!(client.put(&path, put.clone()).await.error(), (404, ""), "{path}");
        assert_eq!(client.patch(&path, patch.clone()).await.error(), (404, ""), "{path}");
        assert_eq!(client.delete(&path).await.error(), (404, ""), "{path}");
        assert_eq!(client.scim("HEAD", &path, None).await.status, 404, "{path}");
    }
    for unknown in ["/Users/nobody", "/Groups/nobody"] {
        assert_eq!(client.delete(unknown).await.error(), (404, ""));
    }
}

/// RFC7644-3.6-01, RFC7644-3.6-07
#[tokio::test]
async fn no_query_finds_what_is_deleted() {
    let client = Client::rfc();
    let (gone, stays) = (client.user("ann").await, client.user("bob").await);
    let (dead, alive) = (client.group("Dead", &[&gone]).await, client.group("Alive", &[&gone, &stays]).await);
    client.delete(&format!("/Users/{gone}")).await;
    client.delete(&format!("/Groups/{dead}")).await;
    assert_eq!(client.get("/Users").await.each("id"), [&stays]);
    assert_eq!(client.get("/Groups").await.each("id"), [&alive]);
    assert_eq!(client.get("?sortBy=id").await.body["totalResults"], 2);
    for filter in [
        format!(r#"id eq "{gone}" or id eq "{dead}""#),
        format!(r#"id eq "{gone}""#),
        r#"userName eq "ann""#.to_owned(),
        r#"externalId eq "Ext-ann""#.to_owned(),
        r#"displayName eq "The ann""#.to_owned(),
        r#"displayName sw "Dead""#.to_owned(),
        r#"emails.value eq "ann@x.example""#.to_owned(),
        format!(r#"members.value eq "{gone}""#),
        format!(r#"groups.value eq "{dead}""#),
    ] {
        assert_eq!(client.filter("", &filter).await.body["totalResults"], 0, "{filter}");
        assert_eq!(client.search("", json!({"filter": filter})).await.body["totalResults"], 0, "{filter}");
    }
    assert_eq!(client.filter("", "id pr").await.body["totalResults"], 2);
    assert_eq!(client.members(&alive).await, [&*stays]);
}

/// RFC7644-3.6-08, RFC7644-3.6-11
#[tokio::test]
async fn the_name_is_free_for_somebody_else() {
    let client = Client::rfc();
    let first = client.user("ann").await;
    client.group("Crew", &[&first]).await;
    client.delete(&format!("/Users/{first}")).await;
    let second = client.user("ann").await;
    assert_ne!(first, second);
    assert_eq!(client.get(&format!("/Users/{first}")).await.error(), (404, ""));
    let read = client.get(&format!("/Users/{second}")).await.body;
    assert_eq!(read.get("groups"), None, "whoever comes after inherits nothing");
    // A server that never gives a name away again says so.
    let client = Client::varied("delete.name-kept");
    let first = client.user("ann").await;
    client.delete(&format!("/Users/{first}")).await;
    let answer = client.post("/Users", json!({"schemas": [USER], "userName": "Ann"})).await;
    assert_eq!(answer.error(), (409, "uniqueness"));
}

/// RFC7644-3.6-10
#[tokio::test]
async fn the_members_of_a_deleted_group_stay() {
    let client = Client::rfc();
    let user = client.user("ann").await;
    let (inner, other) = (client.group("Inner", &[&user]).await, client.group("Other", &[&user]).await);
    let outer = client.group("Outer", &[&user, &inner]).await;
    client.delete(&format!("/Groups/{outer}")).await;
    let read = client.get(&format!("/Users/{user}")).await;
    assert_eq!(read.status, 200);
    let groups = read.body["groups"].as_array().cloned().unwrap_or_default();
    let groups: Vec<&Value> = groups.iter().map(|group| &group["value"]).collect();
    assert_eq!(groups, [&json!(inner), &json!(other)]);
    assert_eq!(client.members(&inner).await, [&*user]);
}
