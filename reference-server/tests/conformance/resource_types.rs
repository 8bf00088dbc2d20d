//! ResourceTypes: what kinds of resources there are, and where.

use crate::client::{Answer, Client, ENTERPRISE, GROUP, USER, config};
use crate::served::vocabularies;
use scim_reference_server::policy::Vocabulary;
use scim_reference_server::{Config, Policy, Population};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const RESOURCE_TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";

async fn types(client: &Client) -> Vec<Value> {
    let list = client.get("/ResourceTypes").await;
    assert_eq!(list.status, 200, "{list:?}");
    list.body["Resources"].as_array().expect("an array").clone()
}

fn extensions(resource_type: &Value) -> impl Iterator<Item = &Value> {
    resource_type["schemaExtensions"].as_array().expect("an array").iter()
}

/// RFC7644-4-03
#[tokio::test]
async fn all_types_come_in_one_list() {
    let list = Client::rfc().get("/ResourceTypes").await;
    assert_eq!((list.status, &list.body["schemas"]), (200, &json!([crate::walk::LIST])));
    let types = list.body["Resources"].as_array().expect("an array");
    assert_eq!(list.body["totalResults"], types.len());
    assert_eq!(types.len(), 2);
    assert!(types.iter().all(|one| one["schemas"] == json!([RESOURCE_TYPE])));
}

/// RFC7644-4-04, RFC7644-3.4.1-01
#[tokio::test]
async fn one_type_is_read_like_one_user() {
    let client = Client::rfc();
    for one in types(&client).await {
        let alone = client.follow(&one["meta"]["location"]).await;
        assert_eq!((alone.status, &alone.body), (200, &one));
        assert_eq!(one["meta"]["resourceType"], "ResourceType");
    }
    assert_eq!(client.get("/ResourceTypes/User").await.body["name"], "User");
    assert_eq!(client.get("/ResourceTypes/NoSuchType").await.error(), (404, ""));
}

/// RFC7643-6-01, RFC7643-6-10, RFC7643-6-11
#[tokio::test]
async fn every_type_has_a_name_of_its_own_and_a_description() {
    for (vocabulary, client) in vocabularies() {
        let types = types(&client).await;
        for member in ["name", "id"] {
            let texts: BTreeSet<&str> = types.iter().filter_map(|one| one[member].as_str()).collect();
            assert!(texts.len() == types.len() && !texts.contains(""), "{vocabulary}: {texts:?}");
        }
        assert!(types.iter().all(|one| one["description"].as_str().is_some_and(|text| !text.is_empty())));
    }
}

/// RFC7643-6-02, RFC7644-3.2-01, RFC7644-3.2-02
#[tokio::test]
async fn every_type_is_served_under_its_name_in_the_plural() {
    let client = Client::rfc();
    let types = types(&client).await;
    for one in &types {
        let (name, endpoint) = (one["name"].as_str().expect("a name"), one["endpoint"].as_str().expect("an endpoint"));
        assert_eq!(endpoint, format!("/{name}s"));
        assert_eq!(client.get(endpoint).await.status, 200, "{endpoint}");
    }
    let names: Vec<&Value> = types.iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["User", "Group"]);
}

/// RFC7643-6-03, RFC7643-6-04, RFC7643-6-05, RFC7643-6-06, RFC7643-6-07
#[tokio::test]
async fn every_schema_of_a_type_can_be_read() {
    for (vocabulary, client) in vocabularies() {
        let mut extended = 0;
        for one in types(&client).await {
            let mut urns = vec![one["schema"].clone()];
            for extension in extensions(&one) {
                assert!(extension["required"].is_boolean(), "{vocabulary}: {extension}");
                urns.push(extension["schema"].clone());
                extended += 1;
            }
            for urn in urns {
                let urn = urn.as_str().filter(|urn| urn.starts_with("urn:")).expect("a URN").to_owned();
                let schema = client.get(&format!("/Schemas/{urn}")).await;
                assert_eq!((schema.status, &schema.body["id"]), (200, &json!(urn)), "{vocabulary}");
            }
        }
        assert!(vocabulary != "rfc" || extended > 0, "the enterprise extension is one");
    }
}

/// RFC7643-6-09
#[tokio::test]
async fn an_extension_that_is_not_required_may_be_left_out() {
    let client = Client::rfc();
    let user = client.get("/ResourceTypes/User").await.body;
    assert_eq!(user["schemaExtensions"], json!([{"schema": ENTERPRISE, "required": false}]));
    let created = client.post("/Users", json!({"schemas": [USER], "userName": "ann"})).await;
    assert_eq!((created.status, &created.body["schemas"]), (201, &json!([USER])));
}

/// RFC7643-6-08
#[tokio::test]
async fn an_extension_that_is_required_is_in_every_resource() {
    let policy = Policy { vocabulary: Vocabulary::WithRequiredBadge, ..Policy::rfc() };
    let client = Client::with(Config { policy, population: Population::of(30), ..config() });
    let user = client.get("/ResourceTypes/User").await.body;
    let required = extensions(&user).find(|extension| extension["required"] == true).expect("one that is required");
    let urn = required["schema"].as_str().expect("a URN");
    let schema = client.get(&format!("/Schemas/{urn}")).await.body;
    let attributes = schema["attributes"].as_array().expect("attributes");
    let needed: Vec<&Value> = attributes.iter().filter(|it| it["required"] == true).map(|it| &it["name"]).collect();
    assert_eq!(needed, ["level"]);

    let plain = json!({"schemas": [USER], "userName": "ann"});
    let with = |badge: Value| json!({"schemas": [USER, urn], "userName": "ann", urn: badge});
    let lacking = [plain, with(json!({})), with(json!(null)), with(json!({"level": null, "lost": true}))];
    for body in &lacking {
        assert_eq!(client.post("/Users", body.clone()).await.error(), (400, "invalidValue"), "{body}");
    }
    let created = client.post("/Users", with(json!({"level": 2}))).await;
    assert_eq!(created.status, 201, "{created:?}");
    let path = format!("/Users/{}", created.id());
    for body in &lacking {
        assert_eq!(client.put(&path, body.clone()).await.error(), (400, "invalidValue"), "{body}");
    }
    for gone in [urn.to_owned(), format!("{urn}:level")] {
        let refused = client.patch(&path, json!([{"op": "remove", "path": gone}])).await;
        assert_eq!(refused.error(), (400, "mutability"), "{gone}");
    }
    assert_eq!(client.get(&path).await.body, created.body);

    let everybody = client.get("/Users?count=100").await;
    assert_eq!(everybody.resources().len(), 31);
    for user in everybody.resources() {
        assert!(user["schemas"].as_array().is_some_and(|urns| urns.contains(&json!(urn))), "{user}");
        assert!(user[urn]["level"].is_i64(), "{user}");
    }
}

/// RFC7643-6-12
#[tokio::test]
async fn types_cannot_be_changed() {
    let client = Client::rfc();
    let before = types(&client).await;
    for path in ["/ResourceTypes", "/ResourceTypes/User"] {
        let other = json!({"schemas": [RESOURCE_TYPE], "name": "User", "endpoint": "/People", "schema": USER});
        for method in ["POST", "PUT", "DELETE"] {
            assert_eq!(client.scim(method, path, Some(other.clone())).await.error().0, 405, "{method} {path}");
        }
        let change = json!([{"op": "replace", "path": "endpoint", "value": "/People"}]);
        assert_eq!(client.patch(path, change).await.error().0, 405, "{path}");
    }
    assert_eq!(types(&client).await, before);
}

/// RFC7643-6-13
#[tokio::test]
async fn the_name_of_a_type_is_what_its_resources_say() {
    let client = Client::rfc();
    client.user("ann").await;
    client.group("crew", &[]).await;
    for one in types(&client).await {
        let list = client.get(one["endpoint"].as_str().expect("an endpoint")).await;
        let resources = list.body["Resources"].as_array().expect("an array");
        assert_eq!(resources.len(), 1);
        assert_eq!(resources[0]["meta"]["resourceType"], one["name"]);
    }
}

/// RFC7644-4-05, RFC7644-4-06, RFC7644-4-02
#[tokio::test]
async fn types_are_neither_filtered_nor_sorted_nor_paged() {
    let client = Client::rfc();
    assert_eq!(client.filter("/ResourceTypes", "name eq \"User\"").await.error(), (403, ""));
    let whole: Answer = client.get("/ResourceTypes").await;
    for parameters in ["startIndex=2&count=1", "count=0", "sortBy=name&sortOrder=descending"] {
        let list = client.get(&format!("/ResourceTypes?{parameters}")).await;
        assert_eq!((list.status, &list.body), (200, &whole.body), "{parameters}");
    }
}

/// RFC7643-4.1-01, RFC7643-4.2-01, RFC7643-4.3-01, RFC7643-6-14
#[tokio::test]
async fn users_groups_and_the_enterprise_extension_go_by_the_names_of_the_rfc() {
    let client = Client::rfc();
    let boss = client.user("boss").await;
    let data = json!({"department": "Tools", "manager": {"value": boss}});
    let body = json!({"schemas": [USER, ENTERPRISE], "userName": "ann", ENTERPRISE: data});
    let user = client.post("/Users", body).await;
    assert_eq!(user.body["schemas"], json!([USER, ENTERPRISE]));
    assert!(user.body[ENTERPRISE].is_object());
    let group = client.group("crew", &[]).await;
    assert_eq!(client.get(&format!("/Groups/{group}")).await.body["schemas"], json!([GROUP]));
    let [users, groups] = <[Value; 2]>::try_from(types(&client).await).expect("two types");
    assert_eq!((&users["schema"], &groups["schema"]), (&json!(USER), &json!(GROUP)));
    assert!(extensions(&users).any(|extension| extension["schema"] == ENTERPRISE));
    assert_eq!(client.get(&format!("/Schemas/{ENTERPRISE}")).await.status, 200);
    // Without the extension nobody speaks of it.
    let (_, client) = vocabularies().into_iter().find(|(name, _)| *name == "schema.no-enterprise").expect("a variant");
    let body = json!({"schemas": [USER], "userName": "ann", ENTERPRISE: {"department": "Tools"}});
    assert!(client.post("/Users", body).await.body.get(ENTERPRISE).is_none());
    assert_eq!(client.get(&format!("/Schemas/{ENTERPRISE}")).await.error(), (404, ""));
    assert!(extensions(&client.get("/ResourceTypes/User").await.body).next().is_none());
}
