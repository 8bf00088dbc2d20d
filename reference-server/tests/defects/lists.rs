//! Probes of filters, pages and discovery.

use crate::client::{Client, USER};
use serde_json::json;

pub(crate) async fn list(defect: &str, client: &Client) -> bool {
    let mut ids = Vec::new();
    for index in 0..5 {
        ids.push(client.user(&format!("user+{index}@x.example")).await);
    }
    let total = async |filter: &str| client.filter("/Users", filter).await.body["totalResults"].clone();
    let page = async |query: &str| client.get(&format!("/Users?{query}")).await.body;
    match defect {
        "filter.unsupported-returns-all" => {
            total(r#"emails.value eq "nobody@x""#).await == 0
                && client.filter("/Users", "nope zz 1").await.status == 400
                && total(r#"emails[type eq "none"]"#).await == 0
        }
        "filter.username-case-sensitive" => total(r#"userName eq "USER+1@x.example""#).await == 1,
        "filter.no-match-404" => client.filter("/Users", r#"userName eq "nobody""#).await.status == 200,
        "filter.compound-truncated" => total(r#"userName eq "user+1@x.example" and active eq false"#).await == 0,
        "filter.plus-decoded" => total(r#"userName eq "user+1@x.example""#).await == 1,
        "paging.total-is-page-size" => page("count=2").await["totalResults"] == 5,
        "paging.items-per-page-is-count" => page("startIndex=101&count=100").await["itemsPerPage"] == 0,
        "paging.numbers-as-strings" => page("").await["totalResults"] == 5,
        "paging.pages-overlap" => {
            let mut seen = Vec::new();
            for start in [1, 3, 5] {
                let page = page(&format!("startIndex={start}&count=2")).await;
                assert_eq!(page["startIndex"], start);
                let resources = page["Resources"].as_array().cloned().unwrap_or_default();
                seen.extend(resources.iter().map(|user| user["id"].as_str().unwrap_or_default().to_owned()));
            }
            seen == ids
        }
        "import.list-is-fake" => page("").await["Resources"].as_array().is_some_and(|users| users.len() == 5),
        "filter.keyword-case-sensitive" => total(r#"USERNAME EQ "user+1@x.example""#).await == 1,
        "filter.unsupported-500" => total(r#"userName gt "a""#).await == 5,
        "filter.external-id-refused" => total(r#"externalId eq "Ext-user+1@x.example""#).await == 1,
        "filter.resources-null" => client.filter("/Users", r#"title eq "none""#).await.body["Resources"].is_array(),
        "filter.valuepath-email" => total(r#"emails[type eq "work" and value sw "user+1"]"#).await == 1,
        "filter.special-characters" => total(r#"userName eq "o'brien""#).await == 0,
        "filter.parentheses-ignored" => {
            total(r#"(userName sw "user+1" or userName sw "user+2") and active eq false"#).await == 0
        }
        "filter.duplicate-rows" => {
            let emails = json!([{"value": "a@x.example"}, {"value": "b@x.example"}]);
            client.post("/Users", json!({"schemas": [USER], "userName": "two", "emails": emails})).await;
            total(r#"userName eq "two""#).await == 1
        }
        "filter.unsupported-returns-empty" => total(r#"userName sw "user+""#).await == 5,
        "paging.start-index-below-one" => page("startIndex=0").await["totalResults"] == 5,
        "paging.ignored" => page("count=2").await["itemsPerPage"] == 2,
        "paging.past-end-returns-rows" => page("startIndex=9&count=2").await["itemsPerPage"] == 0,
        "paging.count-zero" => page("count=0").await["itemsPerPage"] == 0,
        "import.poison-row" => {
            client.post("/Users", json!({"schemas": [USER], "userName": "nameless"})).await;
            page("").await["totalResults"] == 6
        }
        "import.unmanaged-invisible" => {
            client.post("/Users", json!({"schemas": [USER], "userName": "local"})).await;
            let found = client.names("userName eq \"local\"").await;
            assert_eq!(found, ["local"]);
            let all = client.get("/Users").await.body["Resources"].as_array().cloned().unwrap_or_default();
            all.iter().any(|user| user["userName"] == "local")
        }
        unknown => panic!("no probe for {unknown}"),
    }
}

pub(crate) async fn discovery(defect: &str, client: &Client) -> bool {
    let config = client.get("/ServiceProviderConfig").await;
    let types = client.get("/ResourceTypes").await.body;
    let schemas = client.get("/Schemas").await.body;
    match defect {
        "discovery.spc-missing" => config.status == 200,
        "discovery.spc-incomplete" => config.body["patch"]["supported"] == true,
        "discovery.not-list-response" => types["totalResults"] == 2,
        "discovery.empty" => types["Resources"].as_array().is_some_and(|all| all.len() == 2),
        "discovery.schemas-attribute-missing" => schemas["Resources"][0]["schemas"].is_array(),
        "discovery.schema-lies" => {
            let attributes = schemas["Resources"][0]["attributes"].as_array().cloned().unwrap_or_default();
            attributes.iter().any(|it| it["name"] == "displayName" && it["mutability"] == "readWrite")
        }
        "discovery.claims-unsupported" => {
            let path = format!("/Users/{}", client.user("ann").await);
            assert_eq!(config.body["etag"]["supported"], true);
            client.get(&path).await.headers.contains_key("etag")
        }
        "discovery.meta-missing" => types["Resources"][0]["meta"]["resourceType"] == "ResourceType",
        "discovery.filter-not-403" => {
            let lists = [client.filter("/Schemas", "id pr").await, client.filter("/ResourceTypes", "id pr").await];
            lists.iter().all(|list| list.status == 403 || list.body["totalResults"] != 0)
        }
        unknown => panic!("no probe for {unknown}"),
    }
}
