//! Attributes that the RFCs describe in two ways.

use crate::choice::{Choice, all, choice, prove, said};
use crate::client::{Client, ENTERPRISE, GROUP};
use scim_reference_server::policy::Vocabulary;
use serde_json::json;

#[tokio::test]
async fn each_reading_comes_to_what_is_said_of_it() {
    prove(CHOICES).await;
}

pub(crate) static CHOICES: &[Choice] = &[
    choice!(
        "A41",
        "`displayName` of a group, which RFC 7643 §4.2 requires and §8.7.1 does not: does a group need it?",
        [vocabulary],
        "POST of a group without",
        nameless_group,
        (Vocabulary::Full, "400 invalidValue"),
        (Vocabulary::OptionalGroupNames, "created"),
        ..
    ),
    choice!(
        "A42",
        "References and `manager.value`, whose case counts in one section and not in another: does it?",
        [vocabulary],
        "filters on `profileUrl`, and on `manager.value`, in another case; whom they find",
        other_case,
        (Vocabulary::Full, "a; nobody"),
        (Vocabulary::ExactReferences, "nobody; nobody"),
        (Vocabulary::AsPrinted, "a; b"),
        ..
    ),
];

async fn nameless_group(client: Client) -> String {
    said(&client.post("/Groups", json!({"schemas": [GROUP]})).await)
}

async fn other_case(client: Client) -> String {
    let a = client.user_with(json!({"userName": "a", "profileUrl": "https://x.example/a"})).await;
    client.user_with(json!({"userName": "b", ENTERPRISE: {"manager": {"value": a}}})).await;
    let manager = format!("{ENTERPRISE}:manager.value eq \"{}\"", a.to_uppercase());
    assert_ne!(a, a.to_uppercase());
    let [references, managers] =
        [client.names("profileUrl eq \"https://x.example/A\"").await, client.names(&manager).await].map(all);
    format!("{references}; {managers}")
}
