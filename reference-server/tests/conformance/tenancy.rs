//! Organisations on one server: nothing leads from one to another.

use crate::client::{Answer, Client, GROUP, PATCH, USER, config};
use axum::body::Body;
use axum::http::{Request, header};
use scim_reference_server::{Config, Policy, Tenancy, Tenant};
use serde_json::{Value, json};

/// An organisation as a client sees it: its address and its token.
type Home = (&'static str, &'static str);

const FIRST: Home = ("", "sesame");
const BY_PATH: Home = ("/tenants/acme", "acme-token");
const BY_TOKEN: Home = ("", "umbra-token");

fn server() -> Client {
    let tenant = |name: &str, token: &str, by| Tenant { name: name.into(), token: token.into(), by };
    let tenants = vec![tenant("acme", BY_PATH.1, Tenancy::Path), tenant("umbra", BY_TOKEN.1, Tenancy::Credential)];
    Client::with(Config { policy: Policy::rfc(), tenants, ..config() })
}

async fn ask(client: &Client, (prefix, token): Home, method: &str, path: &str, body: Option<Value>) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("{prefix}/scim/v2{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/scim+json");
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    client.send(request.body(body).expect("a request")).await
}

async fn user(client: &Client, home: Home, name: &str) -> String {
    let body = json!({"schemas": [USER], "userName": name, "externalId": "same", "title": home.1});
    let created = ask(client, home, "POST", "/Users", Some(body)).await;
    assert_eq!(created.status, 201, "{created:?}");
    created.id()
}

/// The same names and externalIds in each.
/// RFC7644-6-01 RFC7644-6-02 RFC7644-6.2-01 RFC7643-7-30
#[tokio::test]
async fn what_is_in_one_is_not_in_another() {
    for (ours, theirs) in [(FIRST, BY_PATH), (FIRST, BY_TOKEN), (BY_PATH, BY_TOKEN), (BY_TOKEN, FIRST)] {
        let client = server();
        let (own, other) = (user(&client, ours, "ann").await, user(&client, theirs, "ann").await);
        let before = ask(&client, theirs, "GET", &format!("/Users/{other}"), None).await;
        let path = format!("/Users/{other}");
        for list in ["/Users", "/Users?filter=externalId%20eq%20%22same%22", "/?count=10", "/Users?cursor"] {
            let found = ask(&client, ours, "GET", list, None).await;
            assert_eq!(found.body["totalResults"], 1, "{list}");
            assert_eq!(found.body["Resources"][0]["id"], own, "{list}");
        }
        let search =
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": "userName pr"});
        assert_eq!(ask(&client, ours, "POST", "/.search", Some(search)).await.body["totalResults"], 1);
        let bulk = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [{"method": "DELETE", "path": path}],
        });
        let answer = ask(&client, ours, "POST", "/Bulk", Some(bulk)).await;
        assert_eq!(answer.body["Operations"][0]["status"], "404");
        let change = json!({"schemas": [PATCH], "Operations": [{"op": "remove", "path": "title"}]});
        let put = json!({"schemas": [USER], "userName": "hers"});
        for (method, body) in [("GET", None), ("PUT", Some(put)), ("PATCH", Some(change)), ("DELETE", None)] {
            assert_eq!(ask(&client, ours, method, &path, body).await.error(), (404, ""), "{method}");
        }
        let group = json!({"schemas": [GROUP], "displayName": "g", "members": [{"value": other}]});
        assert_eq!(ask(&client, ours, "POST", "/Groups", Some(group)).await.error(), (400, "invalidValue"));
        assert_eq!(ask(&client, theirs, "GET", &path, None).await.body, before.body);
    }
}

/// RFC7644-6.1-01
#[tokio::test]
async fn an_address_does_not_make_a_token_fit() {
    let client = server();
    user(&client, BY_PATH, "ann").await;
    for token in [FIRST.1, BY_TOKEN.1] {
        assert_eq!(ask(&client, (BY_PATH.0, token), "GET", "/Users", None).await.error(), (403, ""));
    }
    assert_eq!(ask(&client, ("", BY_PATH.1), "GET", "/Users", None).await.error(), (403, ""));
    assert_eq!(ask(&client, (BY_PATH.0, "nonsense"), "GET", "/Users", None).await.error(), (401, ""));
    assert_eq!(ask(&client, ("/tenants/nobody", FIRST.1), "GET", "/Users", None).await.error(), (404, ""));
}

/// Addresses in answers are those of the organisation.
/// RFC7644-6-01
#[tokio::test]
async fn addresses_lead_home() {
    let client = server();
    let id = user(&client, BY_PATH, "ann").await;
    let read = ask(&client, BY_PATH, "GET", &format!("/Users/{id}"), None).await;
    assert_eq!(read.body["meta"]["location"], format!("http://scim.example/tenants/acme/scim/v2/Users/{id}"));
    let config = ask(&client, BY_PATH, "GET", "/ServiceProviderConfig", None).await;
    assert_eq!(config.body["meta"]["location"], "http://scim.example/tenants/acme/scim/v2/ServiceProviderConfig");
}
