//! Many clients at once: no writer loses what another has written.

mod client;

use client::{Client, ENTERPRISE, USER};
use serde_json::json;
use std::collections::BTreeMap;
use tokio::task::JoinSet;

const CLIENTS: usize = 16;

/// Does something so many times at once, each time with another number, and gives what came of it.
async fn at_once<Answer: Send + 'static>(
    times: usize,
    act: impl Fn(usize) -> std::pin::Pin<Box<dyn Future<Output = Answer> + Send>>,
) -> Vec<Answer> {
    (0..times).map(act).collect::<JoinSet<Answer>>().join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn members_that_many_add_and_remove_are_exactly_those() {
    const EACH: usize = 12;
    let client = Client::plain();
    let mut ids = Vec::new();
    for number in 0..CLIENTS * EACH {
        ids.push(client.user(&format!("user{number}")).await);
    }
    let leaving: Vec<&str> = ids.iter().step_by(2).map(String::as_str).collect();
    let group = client.group("all", &leaving).await;
    at_once(CLIENTS, |number| {
        let (client, path) = (client.clone(), format!("/Groups/{group}"));
        let own = ids[number * EACH..(number + 1) * EACH].to_vec();
        Box::pin(async move {
            for pair in own.chunks(2) {
                let remove = json!([{"op": "remove", "path": format!("members[value eq {:?}]", pair[0])}]);
                let add = json!([{"op": "add", "path": "members", "value": [{"value": pair[1]}]}]);
                assert_eq!(client.patch(&path, add).await.status, 200);
                assert_eq!(client.patch(&path, remove).await.status, 200);
            }
        })
    })
    .await;
    let mut expected: Vec<String> = ids.iter().skip(1).step_by(2).cloned().collect();
    expected.sort();
    assert_eq!(client.members(&group).await, expected);
    for (number, id) in ids.iter().enumerate() {
        let groups = client.get(&format!("/Users/{id}")).await.body["groups"].as_array().map_or(0, Vec::len);
        assert_eq!(groups, number % 2, "user {number}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_want_one_name_one_gets_it() {
    let client = Client::plain();
    for round in 0..10 {
        let statuses = at_once(CLIENTS, |number| {
            let client = client.clone();
            // In some case or other: it is one name.
            let name = if number % 2 == 0 { format!("wanted{round}") } else { format!("WANTED{round}") };
            let body = json!({"schemas": [USER], "userName": name});
            Box::pin(async move {
                let answer = client.post("/Users", body).await;
                if answer.status == 409 {
                    assert_eq!(answer.error(), (409, "uniqueness"));
                }
                answer.status
            })
        })
        .await;
        let count = statuses.iter().fold(BTreeMap::new(), |mut count, status| {
            *count.entry(*status).or_insert(0) += 1;
            count
        });
        assert_eq!(count, BTreeMap::from([(201, 1), (409, CLIENTS - 1)]));
        assert_eq!(client.names(&format!("userName eq \"wanted{round}\"")).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_rename_to_one_name_one_gets_it() {
    let client = Client::plain();
    let mut ids = Vec::new();
    for number in 0..CLIENTS {
        ids.push(client.user(&format!("user{number}")).await);
    }
    let statuses = at_once(CLIENTS, |number| {
        let (client, path) = (client.clone(), format!("/Users/{}", ids[number]));
        let rename = json!([{"op": "replace", "path": "userName", "value": "wanted"}]);
        Box::pin(async move { client.patch(&path, rename).await.status })
    })
    .await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(client.names(r#"userName eq "wanted""#).await.len(), 1);
    assert_eq!(client.names(r#"userName sw "user""#).await.len(), CLIENTS - 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn different_attributes_that_many_change_are_all_changed() {
    let client = Client::plain();
    let id = client.user("busy").await;
    let attributes = ["title", "nickName", "userType", "locale", "timezone", "preferredLanguage", "displayName"];
    let mut paths: Vec<String> = attributes.iter().map(|name| (*name).to_owned()).collect();
    let parts = ["employeeNumber", "costCenter", "organization", "division", "department"];
    paths.extend(parts.iter().map(|name| format!("{ENTERPRISE}:{name}")));
    paths.extend(["givenName", "familyName", "middleName"].iter().map(|name| format!("name.{name}")));
    at_once(paths.len(), |number| {
        let (client, user, path) = (client.clone(), format!("/Users/{id}"), paths[number].clone());
        Box::pin(async move {
            for round in 0..8 {
                let value = format!("{path} {round}");
                let answer = client.patch(&user, json!([{"op": "replace", "path": path, "value": value}])).await;
                assert_eq!(answer.status, 200);
            }
        })
    })
    .await;
    let user = client.get(&format!("/Users/{id}")).await.body;
    for path in &paths {
        let shown = match path.strip_prefix(&format!("{ENTERPRISE}:")) {
            Some(part) => &user[ENTERPRISE][part],
            None => user.pointer(&format!("/{}", path.replace('.', "/"))).expect("a value"),
        };
        assert_eq!(shown, &json!(format!("{path} 7")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_is_deleted_is_in_no_group_whatever_others_do() {
    let client = Client::plain();
    let mut ids = Vec::new();
    for number in 0..CLIENTS {
        ids.push(client.user(&format!("user{number}")).await);
    }
    let group = client.group("all", &[]).await;
    at_once(CLIENTS * 2, |number| {
        let (client, group, id) = (client.clone(), format!("/Groups/{group}"), ids[number / 2].clone());
        Box::pin(async move {
            if number % 2 == 0 {
                assert_eq!(client.delete(&format!("/Users/{id}")).await.status, 204);
            } else {
                let add = json!([{"op": "add", "path": "members", "value": [{"value": id}]}]);
                let answer = client.patch(&group, add).await;
                assert!([200, 400].contains(&answer.status), "{answer:?}");
            }
        })
    })
    .await;
    // Put together as values, where a member that is nobody would stand as nothing.
    let members = client.get(&format!("/Groups/{group}?attributes=members")).await.body["members"].take();
    assert!(members.is_null() || members == json!([]), "{members}");
    assert_eq!(client.get("/Users").await.body["totalResults"], 0);
}
