//! Bulk requests.

use crate::choice::{Choice, choice, prove, said, told};
use crate::client::{Answer, Client, GROUP, USER};
use scim_reference_server::Policy;
use scim_reference_server::policy::{BulkIds, BulkStatus, Cycle, OverBulk};
use serde_json::{Value, json};

#[tokio::test]
async fn each_reading_comes_to_what_is_said_of_it() {
    prove(CHOICES).await;
}

pub(crate) static CHOICES: &[Choice] = &[
    choice!(
        "A23",
        "The `status` of a bulk operation: is it text, or an object?",
        [offers.bulk_status],
        "the `status` of a POST",
        status,
        (BulkStatus::Text, "201"),
        (BulkStatus::Object, "{\"code\":\"201\"}"),
    ),
    choice!(
        "A24",
        "The `data` of a bulk PATCH: may it be the operations alone?",
        [offers.bulk_bare_patch],
        "PATCH with a list of operations as `data`",
        bare_patch,
        (false, "400"),
        (true, "200"),
    ),
    choice!(
        "A25",
        "A POST in a bulk request: does it need a `bulkId`?",
        [offers.bulk_ids],
        "POST without",
        no_bulk_id,
        (BulkIds::Required, "400"),
        (BulkIds::Optional, "201"),
    ),
    choice!(
        "A26",
        "Two operations refer to each other: is that resolved?",
        [offers.bulk_cycles],
        "POST of two groups that are each other's members",
        circle,
        (Cycle::Resolved, "201 and 201"),
        (Cycle::Refused, "400 and 409"),
    ),
    choice!(
        "A27",
        "A bulk request has too many operations: are all of them refused?",
        [offers.over_bulk],
        "four POSTs where three are allowed",
        too_many,
        (OverBulk::AllRefused, "413"),
        (OverBulk::RestRefused, "201 and 201 and 201 and 413"),
    ),
];

async fn status(client: Client) -> String {
    let answer = bulk(&client, json!([post("a", "bulkId")])).await;
    told(&answer.body["Operations"][0]["status"])
}

async fn bare_patch(client: Client) -> String {
    let path = format!("/Users/{}", client.user("a").await);
    let operations = json!([{"op": "replace", "path": "title", "value": "new"}]);
    outcomes(&bulk(&client, json!([{"method": "PATCH", "path": path, "data": operations}])).await)
}

async fn no_bulk_id(client: Client) -> String {
    outcomes(&bulk(&client, json!([post("a", "note")])).await)
}

async fn circle(client: Client) -> String {
    let group = |name: &str, other: &str| {
        let members = json!([{"value": format!("bulkId:{other}")}]);
        let data = json!({"schemas": [GROUP], "displayName": name, "members": members});
        json!({"method": "POST", "path": "/Groups", "bulkId": name, "data": data})
    };
    outcomes(&bulk(&client, json!([group("a", "b"), group("b", "a")])).await)
}

async fn too_many(client: Client) -> String {
    let answer = bulk(&client, ["a", "b", "c", "d"].map(|name| post(name, "bulkId")).into()).await;
    let there = client.get("/Users").await.resources().len();
    assert_eq!(there, if answer.status == 200 { 3 } else { 0 });
    outcomes(&answer)
}

/// A POST of a user, with its name for a member of the operation.
fn post(name: &str, member: &str) -> Value {
    let data = json!({"schemas": [USER], "userName": name});
    json!({"method": "POST", "path": "/Users", member: name, "data": data})
}

async fn bulk(client: &Client, operations: Value) -> Answer {
    let urn = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
    client.post("/Bulk", json!({"schemas": [urn], "Operations": operations})).await
}

/// The status of each operation, or what is said of the request.
fn outcomes(answer: &Answer) -> String {
    if answer.status != 200 {
        return said(answer);
    }
    let operations = answer.body["Operations"].as_array().into_iter().flatten();
    operations.map(|operation| told(&operation["status"])).collect::<Vec<_>>().join(" and ")
}
