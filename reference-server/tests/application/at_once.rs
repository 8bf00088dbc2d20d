//! Clients and administrators at the same time.

use crate::client::{Client, PATCH, USER};
use crate::stage::*;
use serde_json::json;
use std::collections::BTreeSet;

const PEOPLE: usize = 120;

/// Several write the same people, and nobody is new twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_is_new_is_new_once() {
    let client = playing(profile("rubiconmd"));
    let write = |client: Client| async move {
        for number in 0..PEOPLE {
            let address = format!("p{number}@example.com");
            let person = json!({"schemas": [USER], "userName": address, "phoneNumbers": [{"value": "1"}]});
            client.post("/Users", person).await;
        }
    };
    let switch = |client: Client| async move {
        let list = client.get("/Users?count=50").await;
        let ids: Vec<String> = list.each("id").into_iter().map(str::to_owned).collect();
        for (number, id) in ids.iter().cycle().take(PEOPLE).enumerate() {
            let operations = json!([{"op": "replace", "value": {"active": number % 2 == 0}}]);
            let body = json!({"schemas": [PATCH], "Operations": operations});
            client.scim("PATCH", &format!("/Users/{id}"), Some(body)).await;
        }
    };
    let look = |client: Client| async move {
        for _ in 0..12 {
            for path in ["/app/users", "/app/outbox", "/app/events", "/app/groups", "/app/children", "/app"] {
                assert_eq!(page(&client, "GET", path, None).await.status, 200);
            }
            page(&client, "POST", "/app/sign-in", Some(json!({"userName": "p1@example.com"}))).await;
        }
    };
    let mut tasks = Vec::new();
    for _ in 0..3 {
        tasks.push(tokio::spawn(write(client.clone())));
        tasks.push(tokio::spawn(switch(client.clone())));
        tasks.push(tokio::spawn(look(client.clone())));
    }
    for task in tasks {
        task.await.expect("no panic");
    }
    let (mut after, mut told) = (json!(0), Vec::new());
    while !after.is_null() {
        let page = seen(&client, &format!("/app/outbox?after={after}")).await;
        let to = page["items"].as_array().expect("items").iter().map(|mail| mail["to"].to_string());
        told.extend(to.collect::<Vec<_>>());
        after = page["next"].clone();
    }
    assert_eq!(told.len(), PEOPLE);
    assert_eq!(told.into_iter().collect::<BTreeSet<_>>().len(), PEOPLE);
}
