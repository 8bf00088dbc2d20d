//! ServiceProviderConfig: what the server says that it can do, and that it can.

use crate::client::{Client, USER, encoded};
use axum::http::Uri;
use scim_reference_server::{policy, variants};
use serde_json::{Value, json};

const FEATURES: [&str; 6] = ["patch", "bulk", "filter", "changePassword", "sort", "etag"];
const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

/// The usual server, and each that offers more or less, by name.
fn servers() -> Vec<(&'static str, Client)> {
    let differing = variants::all().filter(|variant| variant.name.starts_with("offers."));
    let differing = differing.map(|variant| (variant.name, Client::rfc_but(variant.change)));
    std::iter::once(("rfc", Client::rfc())).chain(differing).collect()
}

async fn config(client: &Client) -> Value {
    let answer = client.get("/ServiceProviderConfig").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

/// Whether it is an address that a browser can go to.
fn is_web_address(value: &Value) -> bool {
    let address = value.as_str().and_then(|text| text.parse::<Uri>().ok());
    address.is_some_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some())
}

/// RFC7644-4-01
#[tokio::test]
async fn the_config_is_one_object() {
    let config = config(&Client::rfc()).await;
    assert_eq!(config["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"]));
    assert!(config.get("Resources").is_none());
}

/// RFC7643-5-01, RFC7643-5-02, RFC7643-5-05, RFC7643-5-07, RFC7643-5-08, RFC7643-5-09
#[tokio::test]
async fn every_feature_is_announced_by_a_boolean() {
    for (name, client) in servers() {
        let config = config(&client).await;
        for feature in FEATURES {
            assert!(config[feature]["supported"].is_boolean(), "{name}: {feature}");
        }
    }
}

/// RFC7643-5-03, RFC7643-5-04, RFC7643-5-06
#[tokio::test]
async fn every_limit_is_an_integer_and_allows_something() {
    for (name, client) in servers() {
        let config = config(&client).await;
        for (feature, limit) in [("bulk", "maxOperations"), ("bulk", "maxPayloadSize"), ("filter", "maxResults")] {
            // A fraction or an exponent, even of a whole number, would not be read as an integer.
            let most = config[feature][limit].as_u64();
            assert!(most.is_some(), "{name}: {feature}.{limit}");
            assert!(config[feature]["supported"] == false || most > Some(0), "{name}: {feature}.{limit}");
        }
    }
}

/// RFC7643-5-10, RFC7643-5-11, RFC7643-5-12, RFC7643-5-13, RFC7643-5-14, RFC7643-5-15
#[tokio::test]
async fn every_authentication_scheme_is_described() {
    let config = config(&Client::rfc()).await;
    let schemes = config["authenticationSchemes"].as_array().expect("an array");
    assert!(!schemes.is_empty());
    for scheme in schemes {
        let kind = scheme["type"].as_str().expect("a type");
        assert!(["oauth", "oauth2", "oauthbearertoken", "httpbasic", "httpdigest"].contains(&kind), "{kind}");
        for text in ["name", "description"] {
            assert!(scheme[text].as_str().is_some_and(|text| !text.is_empty()), "{scheme}");
        }
        assert!(is_web_address(&scheme["specUri"]), "{scheme}");
        assert!(scheme.get("documentationUri").is_none_or(is_web_address), "{scheme}");
    }
    assert!(config.get("documentationUri").is_none_or(is_web_address));
}

/// RFC7643-5-16
#[tokio::test]
async fn how_to_authenticate_can_be_read_without_having_done_so() {
    let client = Client::rfc();
    let open = client.bare("GET", "/ServiceProviderConfig", &[], "").await;
    assert_eq!((open.status, &open.body), (200, &config(&client).await));
    assert!(open.body["authenticationSchemes"].is_array());
    assert_eq!(client.bare("GET", "/Users", &[], "").await.status, 401, "and nothing else can");
}

/// RFC7643-5-17
#[tokio::test]
async fn the_config_cannot_be_changed() {
    let client = Client::rfc();
    let before = config(&client).await;
    let mut other = before.clone();
    other["patch"]["supported"] = false.into();
    for method in ["POST", "PUT", "DELETE"] {
        assert_eq!(client.scim(method, "/ServiceProviderConfig", Some(other.clone())).await.error().0, 405, "{method}");
    }
    let change = json!([{"op": "replace", "path": "patch.supported", "value": false}]);
    assert_eq!(client.patch("/ServiceProviderConfig", change).await.error().0, 405);
    assert_eq!(config(&client).await, before);
}

/// RFC7643-5-18, RFC7643-3.1-01
#[tokio::test]
async fn the_config_does_without_an_id_and_says_where_it_is() {
    let client = Client::rfc();
    let config = config(&client).await;
    assert!(config.get("id").is_none_or(|id| id.as_str().is_some_and(|id| !id.is_empty())));
    assert_eq!(config["meta"]["resourceType"], "ServiceProviderConfig");
    assert_eq!(client.follow(&config["meta"]["location"]).await.body, config);
}

/// RFC7644-4-02
#[tokio::test]
async fn parameters_of_lists_mean_nothing_to_the_config() {
    let client = Client::rfc();
    let plain = config(&client).await;
    for parameters in ["sortBy=x&sortOrder=descending", "startIndex=5&count=0", "count=x"] {
        let answer = client.get(&format!("/ServiceProviderConfig?{parameters}")).await;
        assert_eq!((answer.status, &answer.body), (200, &plain), "{parameters}");
    }
}

/// RFC7643-5-19
#[tokio::test]
async fn what_is_announced_works_and_what_is_not_does_not() {
    for (name, client) in servers() {
        let config = config(&client).await;
        for feature in FEATURES {
            assert_eq!(config[feature]["supported"], works(&client, feature).await, "{name}: {feature}");
        }
    }
}

async fn works(client: &Client, feature: &str) -> bool {
    let names = [format!("{feature}-z"), format!("{feature}-a")];
    let path = format!("/Users/{}", client.user(&names[0]).await);
    client.user(&names[1]).await;
    match feature {
        "patch" => {
            let answer = client.patch(&path, json!([{"op": "replace", "path": "nickName", "value": "N"}])).await;
            let is_done = client.get(&path).await.body["nickName"] == "N";
            assert_eq!(answer.status < 300, is_done);
            is_done
        }
        "bulk" => {
            let user = json!({"schemas": [USER], "userName": "from-bulk"});
            let create = json!({"method": "POST", "path": "/Users", "bulkId": "b", "data": user});
            let answer = client.post("/Bulk", json!({"schemas": [BULK], "Operations": [create]})).await;
            let is_done = String::from_utf8_lossy(&client.get("/Users").await.bytes).contains("from-bulk");
            assert_eq!(answer.status < 300, is_done);
            is_done
        }
        "filter" => {
            let answer = client.filter("/Users", &format!("userName eq \"{}\"", names[1])).await;
            answer.status == 200 && answer.body["totalResults"] == 1
        }
        "changePassword" => {
            let user = json!({"schemas": [USER], "userName": names[0], "password": "another Word 1"});
            assert_eq!(client.put(&path, user).await.status, 200);
            client.login(&names[0], "another Word 1").await.status == 200
        }
        "sort" => {
            let first = async |order: &str| {
                let list = client.get(&format!("/Users?sortBy=userName&sortOrder={order}")).await;
                list.body["Resources"][0]["userName"].clone()
            };
            first("ascending").await != first("descending").await
        }
        "etag" => {
            let version = client.get(&path).await.header("etag").to_owned();
            let token = format!("Bearer {}", crate::client::TOKEN);
            let headers = [("authorization", token.as_str()), ("if-none-match", &version)];
            !version.is_empty() && client.bare("GET", &path, &headers, "").await.status == 304
        }
        _ => unreachable!(),
    }
}

/// RFC7644-3.5.2-01
#[tokio::test]
async fn a_server_without_patch_says_so() {
    let client = Client::rfc_but(|policy| policy.offers.patch = false);
    let path = format!("/Users/{}", client.user("ann").await);
    let before = client.get(&path).await.body;
    let answer = client.patch(&path, json!([{"op": "replace", "path": "nickName", "value": "N"}])).await;
    assert_eq!(answer.error(), (501, ""));
    assert_eq!(client.get(&path).await.body, before);
}

/// RFC7644-3.7-01
#[tokio::test]
async fn a_server_without_bulk_says_so() {
    for (bulk, status) in [(policy::Bulk::NotImplemented, 501), (policy::Bulk::NotFound, 404)] {
        let client = Client::rfc_but(|policy| policy.offers.bulk = bulk);
        let user = json!({"schemas": [USER], "userName": "ann"});
        let create = json!({"method": "POST", "path": "/Users", "bulkId": "b", "data": user});
        let answer = client.post("/Bulk", json!({"schemas": [BULK], "Operations": [create]})).await;
        assert_eq!(answer.error(), (status, ""));
        let filter = encoded("userName eq \"ann\"");
        assert_eq!(client.get(&format!("/Users?filter={filter}")).await.body["totalResults"], 0);
    }
}
