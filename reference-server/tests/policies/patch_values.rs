//! Values in a PATCH.

use crate::choice::{Choice, all, choice, prove, said, told};
use crate::client::{Client, ENTERPRISE};
use scim_reference_server::Policy;
use scim_reference_server::scim::patch::LoneValues;
use scim_reference_server::scim::schema::{BADGE, Vocabulary};
use scim_reference_server::scim::value::{CanonicalValues, Countries, DateTimes, UnknownParts};
use serde_json::{Value, json};

#[tokio::test]
async fn each_reading_comes_to_what_is_said_of_it() {
    prove(CHOICES).await;
}

pub(crate) static CHOICES: &[Choice] = &[
    choice!(
        "A06",
        "`\"False\"`, a string, in a PATCH: is it a boolean?",
        [patch.values.string_booleans],
        "`replace` of `active` by `\"False\"`; the status then",
        string_boolean,
        (false, "400 invalidValue: true"),
        (true, "done: false"),
    ),
    choice!(
        "A06",
        "`\"True\"`, a string, in the filter of a path: is it a boolean?",
        [patch.values.string_booleans],
        "`replace` at `roles[primary eq \"True\"].value`; the role then",
        string_boolean_in_path,
        (false, "400 invalidFilter: old"),
        (true, "done: new"),
    ),
    choice!(
        "A51",
        "The manager as a string, in a PATCH: is it the `value`?",
        [patch.values.bare_complex],
        "`add` at `urn:…:User:manager` of an id, then `replace` by `\"\"`; whether there is a manager after each",
        manager_as_string,
        (false, "400 invalidValue: false, 400 invalidValue: false"),
        (true, "done: true, done: false"),
    ),
    choice!(
        "A54",
        "Two values of a PATCH are primary: does the last one count?",
        [patch.values.last_primary_wins],
        "`replace` of the mail addresses by two that are primary; the primary one then",
        two_primary_values,
        (false, "400 invalidValue: a@x.example"),
        (true, "done: second@x.example"),
    ),
    choice!(
        "A59",
        "A country in a PATCH: is it one of the two-letter codes?",
        [patch.values.countries],
        "`add` of an address in `USA`",
        long_country,
        (Countries::AnyText, "done"),
        (Countries::TwoLetters, "400 invalidValue"),
    ),
    choice!(
        "A64",
        "A point in time in a PATCH: does it need a zone?",
        [patch.values.times],
        "`add` of `2027-01-01T00:00:00` to an extension of the server's own",
        time_without_zone,
        (DateTimes::Xsd, "done"),
        (DateTimes::Zoned, "400 invalidValue"),
    )
    .within(|policy| policy.vocabulary = Vocabulary::WithBadge),
    choice!(
        "",
        "One value in place of a list: is it a list of one?",
        [patch.lone_values],
        "`add` of one mail address, not in a list",
        lone_value,
        (LoneValues::Taken, "done"),
        (LoneValues::Refused, "400 invalidValue"),
    ),
    choice!(
        "",
        "A list of one in place of a value: is it the value?",
        [patch.values.lists_of_one],
        "`replace` of the title by `[\"new\"]`",
        list_of_one,
        (false, "400 invalidValue"),
        (true, "done"),
    ),
    choice!(
        "",
        "An empty string: does it take the value away?",
        [patch.values.empty_text_clears],
        "`replace` of the title by `\"\"`; whether there is a title then",
        empty_text,
        (false, "done: true"),
        (true, "done: false"),
    ),
    choice!(
        "",
        "A complex value of a PATCH has a part that nobody knows: is that part dropped?",
        [patch.values.unknown_parts],
        "`add` of a name with a `nonsense`",
        unknown_part,
        (UnknownParts::Dropped, "done"),
        (UnknownParts::Refused, "400 invalidSyntax"),
    ),
    choice!(
        "",
        "There are canonical values: may a PATCH have others?",
        [patch.values.canonical_values],
        "`add` of a mail address of the type `unheard-of`",
        unheard_of_type,
        (CanonicalValues::Suggested, "done"),
        (CanonicalValues::Demanded, "400 invalidValue"),
    ),
];

async fn string_boolean(client: Client) -> String {
    let path = user(&client).await;
    let answer = client.patch(&path, json!([{"op": "replace", "path": "active", "value": "False"}])).await;
    format!("{}: {}", said(&answer), told(&client.get(&path).await.body["active"]))
}

async fn string_boolean_in_path(client: Client) -> String {
    let roles = json!([{"value": "old", "primary": true}, {"value": "other"}]);
    let path = format!("/Users/{}", client.user_with(json!({"userName": "a", "roles": roles})).await);
    let operation = json!({"op": "replace", "path": "roles[primary eq \"True\"].value", "value": "new"});
    let answer = client.patch(&path, json!([operation])).await;
    let roles = client.get(&path).await.body["roles"].clone();
    assert_eq!(roles[1]["value"], "other");
    format!("{}: {}", said(&answer), told(&roles[0]["value"]))
}

async fn manager_as_string(client: Client) -> String {
    let (boss, path) = (client.user("boss").await, user(&client).await);
    let mut seen = Vec::new();
    for (op, value) in [("add", boss.as_str()), ("replace", "")] {
        let operation = json!({"op": op, "path": format!("{ENTERPRISE}:manager"), "value": value});
        let answer = client.patch(&path, json!([operation])).await;
        let manager = client.get(&path).await.body[ENTERPRISE]["manager"]["value"].clone();
        assert!(manager.is_null() || manager == boss.as_str(), "{manager}");
        seen.push(format!("{}: {}", said(&answer), manager.is_string()));
    }
    seen.join(", ")
}

async fn two_primary_values(client: Client) -> String {
    let path = user(&client).await;
    let [first, second] =
        ["first", "second"].map(|name| json!({"value": format!("{name}@x.example"), "primary": true}));
    let answer = client.patch(&path, json!([{"op": "replace", "path": "emails", "value": [first, second]}])).await;
    let emails = client.get(&path).await.body["emails"].clone();
    let primary = emails.as_array().into_iter().flatten().filter(|email| email["primary"] == true);
    format!("{}: {}", said(&answer), all(primary.map(|email: &Value| told(&email["value"]))))
}

async fn long_country(client: Client) -> String {
    add(client, "addresses", json!([{"country": "USA", "type": "work"}])).await
}

async fn time_without_zone(client: Client) -> String {
    add(client, &format!("{}:expires", BADGE.id), json!("2027-01-01T00:00:00")).await
}

async fn lone_value(client: Client) -> String {
    add(client, "emails", json!({"value": "home@x.example", "type": "home"})).await
}

async fn list_of_one(client: Client) -> String {
    add(client, "title", json!(["new"])).await
}

async fn empty_text(client: Client) -> String {
    let path = user(&client).await;
    let answer = client.patch(&path, json!([{"op": "replace", "path": "title", "value": ""}])).await;
    format!("{}: {}", said(&answer), client.get(&path).await.body["title"].is_string())
}

async fn unknown_part(client: Client) -> String {
    add(client, "name", json!({"givenName": "New", "nonsense": "x"})).await
}

async fn unheard_of_type(client: Client) -> String {
    add(client, "emails", json!([{"value": "home@x.example", "type": "unheard-of"}])).await
}

/// What is said to an `add`.
async fn add(client: Client, at: &str, value: Value) -> String {
    let path = user(&client).await;
    said(&client.patch(&path, json!([{"op": "add", "path": at, "value": value}])).await)
}

/// The path of a new user.
async fn user(client: &Client) -> String {
    format!("/Users/{}", client.user("a").await)
}
