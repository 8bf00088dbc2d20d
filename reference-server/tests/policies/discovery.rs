//! What there is, and who may read of it.

use crate::choice::{Choice, choice, prove, said};
use crate::client::Client;
use scim_reference_server::Policy;
use scim_reference_server::policy::{ConfigSchema, Discovery, DiscoveryFilter, Me, Root};
use serde_json::{Value, json};

#[tokio::test]
async fn each_reading_comes_to_what_is_said_of_it() {
    prove(CHOICES).await;
}

pub(crate) static CHOICES: &[Choice] = &[
    choice!(
        "A38",
        "A filter on a discovery list: is it refused, or does it mean nothing?",
        [offers.discovery_filter],
        "`/ResourceTypes?filter=name eq \"User\"`",
        filtered_discovery,
        (DiscoveryFilter::Refused, "403"),
        (DiscoveryFilter::Ignored, "done, 2 types"),
    ),
    choice!(
        "A39",
        "Discovery without a token: what of it can be read?",
        [offers.discovery],
        "GET of `/ServiceProviderConfig` and `/Schemas` without a token",
        anonymous_discovery,
        (Discovery::Config, "done and 401"),
        (Discovery::Nothing, "401 and 401"),
        (Discovery::Everything, "done and done"),
    ),
    choice!(
        "A40",
        "The schema of ServiceProviderConfig: does it have what RFC 7643 §5 requires and §8.7.2 does not print?",
        [offers.config_schema],
        "that schema; whether it has `etag`",
        config_schema,
        (ConfigSchema::Complete, "true"),
        (ConfigSchema::AsPrinted, "false"),
    ),
    choice!(
        "A60",
        "`/Me` for a token that stands for no user: with which status is it refused?",
        [offers.me],
        "GET of `/Me`",
        me,
        (Me::NotImplemented, "501"),
        (Me::NotFound, "404"),
    ),
    choice!(
        "A61",
        "A query over all types: is there one, and if not, with which status is it refused?",
        [offers.root],
        "GET of the base address, and POST of its `/.search`",
        root,
        (Root::Searched, "done and done"),
        (Root::NotImplemented, "501 and 501"),
        (Root::NotFound, "404 and 404"),
    ),
];

async fn filtered_discovery(client: Client) -> String {
    let answer = client.filter("/ResourceTypes", "name eq \"User\"").await;
    match answer.status {
        200 => format!("done, {} types", answer.resources().len()),
        _ => said(&answer),
    }
}

async fn anonymous_discovery(client: Client) -> String {
    let config = client.bare("GET", "/ServiceProviderConfig", &[], "").await;
    let schemas = client.bare("GET", "/Schemas", &[], "").await;
    format!("{} and {}", said(&config), said(&schemas))
}

async fn config_schema(client: Client) -> String {
    let path = "/Schemas/urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
    let schema = client.get(path).await.body;
    let attributes = schema["attributes"].as_array().expect("a list of attributes");
    attributes.iter().any(|attribute: &Value| attribute["name"] == "etag").to_string()
}

async fn me(client: Client) -> String {
    said(&client.get("/Me").await)
}

async fn root(client: Client) -> String {
    client.user("a").await;
    let (get, search) = (client.get("/").await, client.search("", json!({})).await);
    assert_eq!(get.body["totalResults"], search.body["totalResults"]);
    format!("{} and {}", said(&get), said(&search))
}
