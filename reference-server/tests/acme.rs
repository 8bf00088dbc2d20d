//! A product that exists only as a file is played like any other.

mod client;

use client::{Client, ENTERPRISE, USER, config};
use scim_profile::Profile;
use scim_reference_server::{Config, Product};
use serde_json::{Value, json};

const ACME: &str = "urn:example:acme:2.0:User";

const FILE: &str = include_str!("../../examples/profiles/acme.toml");

fn playing() -> Client {
    playing_file(FILE)
}

fn playing_file(text: &str) -> Client {
    let profile = Profile::read(text).expect("a profile");
    Client::with(Config { policy: Product::of(profile).policy(), ..config() })
}

fn physician(more: Value) -> Value {
    let mut own = json!({"callSign": "Echo 1", "isPhysician": true, "npi": "1234567893"});
    for (name, value) in more.as_object().expect("an object") {
        own[name] = value.clone();
    }
    json!({
        "schemas": [USER, ACME], "userName": "ada@example.com", "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"value": "ada@example.com", "primary": true}], "active": true, ACME: own,
    })
}

#[tokio::test]
async fn what_its_file_says_is_kept() {
    let client = playing();
    let more =
        json!({"bases": "Harbour, Glacier", "ratings": ["single", "night"], "flownHours": 7.5, "hangarCode": "4711"});
    let mut body = physician(more);
    body["userType"] = "Crew".into();
    body["nickName"] = "dropped".into();
    let made = client.post("/Users", body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let own = &made.body[ACME];
    assert_eq!(own["bases"], "Harbour,Glacier");
    assert_eq!(own["ratings"], json!(["single", "night"]));
    assert_eq!(own["seat"], 2, "by default");
    assert!(
        own.get("flownHours").is_none() && own.get("hangarCode").is_none(),
        "nobody writes it, nobody reads it: {own}"
    );
    assert_eq!(made.body["userType"], "crew", "letter case counts, so that it is an unknown one");
    assert_eq!(made.body["emails"][0]["type"], "work");
    assert!(made.body.get("nickName").is_none(), "it is not taken");

    let path = format!("/Users/{}", made.body["id"].as_str().expect("an id"));
    let no_more = json!([{"op": "replace", "path": format!("{ACME}:isPhysician"), "value": false}]);
    assert_eq!(client.patch(&path, no_more).await.status, 200);
    assert!(client.get(&path).await.body[ACME].get("npi").is_none(), "it does not apply");
    let deleted = client.delete(&path).await;
    assert_eq!(
        (deleted.status, deleted.body["detail"].as_str()),
        (501, Some("accounts are not removed; deactivate them"))
    );
}

#[tokio::test]
async fn what_its_file_rules_out_is_refused() {
    let mut unknown_subsidiary = physician(json!({}));
    unknown_subsidiary[ENTERPRISE] = json!({"organization": "Acme Moon"});
    let mut digits = physician(json!({}));
    digits["name"]["familyName"] = "Lovelace2".into();
    let mut no_address = physician(json!({}));
    no_address["userName"] = "ada".into();
    for wrong in [
        physician(json!({"npi": "1234567890"})),
        physician(json!({"npi": null})),
        physician(json!({"dea": "AB1234560"})),
        physician(json!({"ratings": ["triple"]})),
        physician(json!({"bases": "Moon"})),
        physician(json!({"onCallMail": "none"})),
        unknown_subsidiary,
        digits,
        no_address,
    ] {
        let client = playing();
        let refused = client.post("/Users", wrong.clone()).await;
        assert_eq!((refused.status, refused.body["scimType"].as_str()), (400, Some("invalidValue")), "{wrong}");
        assert_eq!(client.get("/Users").await.body["totalResults"], 0, "{wrong}");
    }
}

#[tokio::test]
async fn what_its_file_adds_is_published() {
    let client = playing();
    let schema = client.get(&format!("/Schemas/{ACME}")).await.body;
    let attributes = schema["attributes"].as_array().expect("attributes");
    let of = |name: &str| attributes.iter().find(|it| it["name"] == name).expect("an attribute");
    assert_eq!(of("flownHours")["mutability"], "readOnly");
    assert_eq!(
        (&of("hangarCode")["mutability"], &of("hangarCode")["returned"]),
        (&json!("writeOnly"), &json!("never"))
    );
    assert_eq!(of("ratings")["canonicalValues"], json!(["single", "twin", "night"]));
    assert_eq!(of("fitUntil")["type"], "dateTime");
}

#[tokio::test]
async fn what_nobody_reads_is_in_no_answer() {
    let client = playing();
    let made = client.post("/Users", physician(json!({"hangarCode": "4711"}))).await;
    let path = format!("/Users/{}", made.body["id"].as_str().expect("an id"));
    let answers = [
        made.body.clone(),
        client.get(&path).await.body,
        client.get(&format!("{path}?attributes={ACME}:hangarCode")).await.body,
        client.get("/Users").await.body,
        client.get("/Users?filter=userName%20eq%20%22ada@example.com%22").await.body,
        client.put(&path, physician(json!({"hangarCode": "4712"}))).await.body,
        client
            .patch(&path, json!([{"op": "replace", "path": format!("{ACME}:hangarCode"), "value": "4713"}]))
            .await
            .body,
    ];
    for answer in answers {
        assert!(answer["schemas"].is_array() && !answer.to_string().contains("hangarCode"), "{answer}");
    }
}

/// Also where nothing of its schema is sent.
#[tokio::test]
async fn what_is_required_of_its_own_is_missed() {
    let required = "required = { value = true, from = \"chosen ACME-16\" }";
    let call_sign = "name = \"callSign\"\n";
    assert!(FILE.contains(call_sign));
    let client = playing_file(&FILE.replace(call_sign, &format!("{call_sign}{required}\n")));
    let mut without = physician(json!({"isPhysician": false, "callSign": null}));
    assert_eq!(client.post("/Users", without.clone()).await.status, 400);
    without.as_object_mut().expect("an object").remove(ACME);
    without["schemas"] = json!([USER]);
    let refused = client.post("/Users", without).await;
    assert_eq!((refused.status, refused.body["detail"].as_str()), (400, Some("callSign is required")));
    assert_eq!(client.post("/Users", physician(json!({}))).await.status, 201);
}
