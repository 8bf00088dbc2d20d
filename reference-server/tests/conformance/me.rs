//! `/Me`: the resource of whoever is signed in.

use crate::client::{Answer, Client, PATCH, TOKEN};
use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};

async fn as_person(client: &Client, session: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("/scim/v2{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {session}"))
        .header(header::CONTENT_TYPE, "application/scim+json");
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    client.send(request.body(body).expect("a request")).await
}

async fn signed_in(client: &Client, name: &str) -> (String, String) {
    let id = client.user(name).await;
    let session =
        client.login(name, "correct horse").await.body["access_token"].as_str().expect("a session").to_owned();
    (id, session)
}

/// RFC7644-3.11-03 RFC7644-3.11-04
#[tokio::test]
async fn it_is_processed_directly_and_tells_where_the_resource_is() {
    let client = Client::rfc();
    client.user("bob").await;
    let (id, session) = signed_in(&client, "ann").await;
    let location = format!("http://scim.example/scim/v2/Users/{id}");
    let change = json!({"schemas": [PATCH], "Operations": [{"op": "replace", "path": "nickName", "value": "Annie"}]});
    let read = as_person(&client, &session, "GET", "/Me", None).await;
    let put = as_person(&client, &session, "PUT", "/Me", Some(read.body.clone())).await;
    let patched = as_person(&client, &session, "PATCH", "/Me", Some(change)).await;
    for answer in [&read, &put, &patched] {
        assert_eq!((answer.status, answer.id(), answer.header("location")), (200, id.clone(), location.as_str()));
        assert_eq!(answer.body["meta"]["location"], location);
    }
    assert_eq!(client.get(&format!("/Users/{id}")).await.body["nickName"], "Annie");
    let thin = as_person(&client, &session, "GET", "/Me?attributes=userName", None).await;
    assert_eq!((thin.body["userName"].as_str(), thin.body.get("name")), (Some("ann"), None));
}

/// RFC7644-3.11-05 RFC7644-3.11-01
#[tokio::test]
async fn it_is_nobody_elses() {
    let client = Client::rfc();
    let (id, session) = signed_in(&client, "ann").await;
    assert_eq!(as_person(&client, "nonsense", "GET", "/Me", None).await.error(), (401, ""));
    assert_eq!(as_person(&client, "", "GET", "/Me", None).await.error(), (401, ""));
    // The provisioning client is no user.
    assert_eq!(as_person(&client, TOKEN, "GET", "/Me", None).await.error(), (501, ""));
    // Whoever is signed in reaches nothing else.
    for (method, path) in [
        ("GET", "/Users".to_owned()),
        ("GET", format!("/Users/{id}")),
        ("DELETE", format!("/Users/{id}")),
        ("GET", "/Schemas".to_owned()),
        ("POST", "/Bulk".to_owned()),
    ] {
        assert_eq!(as_person(&client, &session, method, &path, None).await.error(), (403, ""), "{method} {path}");
    }
    let off = json!([{"op": "replace", "path": "active", "value": false}]);
    client.patch(&format!("/Users/{id}"), off).await;
    assert_eq!(as_person(&client, &session, "GET", "/Me", None).await.error(), (401, ""));
}
