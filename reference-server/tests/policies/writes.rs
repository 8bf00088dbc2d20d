//! POST and PUT.

use crate::choice::{Choice, all, choice, prove, said, told};
use crate::client::{Client, ENTERPRISE, GROUP, USER};
use scim_reference_server::Policy;
use scim_reference_server::policy::{
    Free, Integrity, Missing, Omitted, OmittedActive, OtherId, Primary, Required, Undeclared, UnknownAttributes,
    UpdateConflict, UserNameText,
};
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
        "`\"False\"`, a string, in a whole resource: is it a boolean?",
        [writes.values.string_booleans],
        "POST with `\"active\": \"False\"`; the status then",
        string_boolean,
        (false, "400 invalidValue: nothing"),
        (true, "created: false"),
    ),
    choice!(
        "A07",
        "A PUT leaves an attribute out: does it lose its value?",
        [put_omitted],
        "PUT of the userName alone; the title then",
        attribute_left_out,
        (Omitted::Clears, "done: nothing"),
        (Omitted::Keeps, "done: Tester"),
    ),
    choice!(
        "A07",
        "A PUT leaves `active` out: does the default of a new account count?",
        [put_omitted_active],
        "PUT of the userName of a user who is deactivated; the status then",
        status_left_out,
        (OmittedActive::Keeps, "done: false"),
        (OmittedActive::Defaults, "done: true"),
    ),
    choice!(
        "A08",
        "A PUT leaves a required attribute out: is it refused?",
        [writes.put_required],
        "PUT without userName",
        required_left_out,
        (Required::Demanded, "400 invalidValue"),
        (Required::Kept, "done"),
    ),
    choice!(
        "A09",
        "The body of a PUT has another `id` than its address: does it matter?",
        [writes.put_other_id],
        "PUT with another `id`",
        other_id,
        (OtherId::Ignored, "done"),
        (OtherId::Refused, "400 mutability"),
    ),
    choice!(
        "A15",
        "A resource has an attribute that nobody knows: is it dropped?",
        [writes.unknown_attributes],
        "POST with `noSuchThing`",
        unknown_attribute,
        (UnknownAttributes::Dropped, "created"),
        (UnknownAttributes::Refused, "400 invalidSyntax"),
    ),
    choice!(
        "A16",
        "`schemas` has a URN that nobody knows: is it dropped?",
        [ignore_unknown_schemas],
        "POST with `urn:example:nobody` in `schemas`",
        unknown_schema,
        (false, "400 invalidValue"),
        (true, "created"),
    ),
    choice!(
        "A19",
        "A required attribute is missing: how is that called?",
        [writes.missing_required],
        "POST without userName",
        missing_required,
        (Missing::InvalidValue, "400 invalidValue"),
        (Missing::InvalidSyntax, "400 invalidSyntax"),
    ),
    choice!(
        "A20",
        "A PUT or PATCH wants a unique value that is in use: with which status is it refused?",
        [writes.update_conflict],
        "PUT, and PATCH, of another user's userName",
        name_in_use,
        (UpdateConflict::Conflict, "409 uniqueness and 409 uniqueness"),
        (UpdateConflict::BadRequest, "400 uniqueness and 400 uniqueness"),
    ),
    choice!(
        "A51",
        "The manager as a string, in a whole resource: is it the `value`?",
        [writes.values.bare_complex],
        "POST with an id as `manager`",
        manager_as_string,
        (false, "400 invalidValue"),
        (true, "created"),
    ),
    choice!(
        "A53",
        "A resource names somebody who is not there: does it have to be somebody?",
        [writes.integrity],
        "POST of a group with such a member, and of a user with such a manager",
        nobody_named,
        (Integrity::Members, "400 invalidValue and created"),
        (Integrity::MembersAndManagers, "400 invalidValue and 400 invalidValue"),
        (Integrity::Nobody, "created and created"),
    ),
    choice!(
        "A54",
        "Two mail addresses are primary, or none: which one is it?",
        [writes.primary],
        "POST with two that are, and with two that are not; which of them is then",
        primary_addresses,
        (Primary::AsSent, "400 invalidValue: nobody, created: nobody"),
        (Primary::Assigned, "400 invalidValue: nobody, created: 1"),
        (Primary::LastWins, "created: 2, created: nobody"),
    ),
    choice!(
        "A58",
        "Two users have the same externalId: may they?",
        [writes.external_ids],
        "POST of a second one",
        same_external_id,
        (Free::Yes, "created"),
        (Free::No, "409 uniqueness"),
    ),
    choice!(
        "A59",
        "A country in a whole resource: is it one of the two-letter codes?",
        [writes.values.countries],
        "POST with an address in `USA`",
        long_country,
        (Countries::AnyText, "created"),
        (Countries::TwoLetters, "400 invalidValue"),
    ),
    choice!(
        "A64",
        "A point in time in a whole resource: does it need a zone?",
        [writes.values.times],
        "POST with `2027-01-01T00:00:00` in an extension of the server's own",
        time_without_zone,
        (DateTimes::Xsd, "created"),
        (DateTimes::Zoned, "400 invalidValue"),
    )
    .within(|policy| policy.vocabulary = Vocabulary::WithBadge),
    choice!(
        "A65",
        "A PATCH changes nothing: does `lastModified` move?",
        [writes.patch_touches],
        "`replace` of the title by itself; whether it moved",
        patch_of_nothing,
        (false, "done: false"),
        (true, "done: true"),
    ),
    choice!(
        "A68",
        "The text of a userName: which characters may it have?",
        [writes.user_name_text],
        "POST of `two words`",
        name_with_space,
        (UserNameText::Any, "created"),
        (UserNameText::Identifier, "400 invalidValue"),
    ),
    choice!(
        "",
        "A resource uses an extension that `schemas` does not name: does it have to?",
        [writes.undeclared_extensions],
        "POST with a department, and without its URN in `schemas`",
        undeclared_extension,
        (Undeclared::Adopted, "created"),
        (Undeclared::Refused, "400 invalidValue"),
    ),
    choice!(
        "",
        "Two groups have the same name: may they?",
        [writes.group_names],
        "POST of a second one",
        same_group_name,
        (Free::Yes, "created"),
        (Free::No, "409 uniqueness"),
    ),
    choice!(
        "",
        "A complex value of a resource has a part that nobody knows: is that part dropped?",
        [writes.values.unknown_parts],
        "POST with a `nonsense` in the name",
        unknown_part,
        (UnknownParts::Dropped, "created"),
        (UnknownParts::Refused, "400 invalidSyntax"),
    ),
    choice!(
        "",
        "There are canonical values: may a resource have others?",
        [writes.values.canonical_values],
        "POST with a mail address of the type `unheard-of`",
        unheard_of_type,
        (CanonicalValues::Suggested, "created"),
        (CanonicalValues::Demanded, "400 invalidValue"),
    ),
    choice!(
        "",
        "A list of one in place of a value: is it the value?",
        [writes.values.lists_of_one],
        "POST with `\"title\": [\"Cook\"]`",
        list_of_one,
        (false, "400 invalidValue"),
        (true, "created"),
    ),
    choice!(
        "",
        "An empty string in a whole resource: is it a value?",
        [writes.values.empty_text_clears],
        "POST with `\"title\": \"\"`; whether there is a title then",
        empty_text,
        (false, "created: true"),
        (true, "created: false"),
    ),
];

async fn string_boolean(client: Client) -> String {
    let answer = client.post("/Users", json!({"schemas": [USER], "userName": "a", "active": "False"})).await;
    format!("{}: {}", said(&answer), told(&answer.body["active"]))
}

async fn attribute_left_out(client: Client) -> String {
    let path = user(&client).await;
    let answer = client.put(&path, json!({"schemas": [USER], "userName": "a"})).await;
    format!("{}: {}", said(&answer), told(&client.get(&path).await.body["title"]))
}

async fn status_left_out(client: Client) -> String {
    let path = user(&client).await;
    client.put(&path, json!({"schemas": [USER], "userName": "a", "active": false})).await;
    let answer = client.put(&path, json!({"schemas": [USER], "userName": "a"})).await;
    format!("{}: {}", said(&answer), told(&client.get(&path).await.body["active"]))
}

async fn required_left_out(client: Client) -> String {
    let path = user(&client).await;
    said(&client.put(&path, json!({"schemas": [USER], "title": "Cook"})).await)
}

async fn other_id(client: Client) -> String {
    let path = user(&client).await;
    said(&client.put(&path, json!({"schemas": [USER], "id": "another", "userName": "a"})).await)
}

async fn unknown_attribute(client: Client) -> String {
    post(&client, json!({"schemas": [USER], "userName": "a", "noSuchThing": "x"})).await
}

async fn unknown_schema(client: Client) -> String {
    post(&client, json!({"schemas": [USER, "urn:example:nobody"], "userName": "a"})).await
}

async fn missing_required(client: Client) -> String {
    post(&client, json!({"schemas": [USER], "title": "Cook"})).await
}

async fn name_in_use(client: Client) -> String {
    client.user("other").await;
    let path = user(&client).await;
    let put = client.put(&path, json!({"schemas": [USER], "userName": "other"})).await;
    let patch = client.patch(&path, json!([{"op": "replace", "path": "userName", "value": "other"}])).await;
    format!("{} and {}", said(&put), said(&patch))
}

async fn manager_as_string(client: Client) -> String {
    let boss = client.user("boss").await;
    post(&client, json!({"schemas": [USER, ENTERPRISE], "userName": "a", ENTERPRISE: {"manager": boss}})).await
}

async fn nobody_named(client: Client) -> String {
    let group = json!({"schemas": [GROUP], "displayName": "g", "members": [{"value": "nobody"}]});
    let of_group = said(&client.post("/Groups", group).await);
    let manager = json!({"manager": {"value": "nobody"}});
    let of_user = post(&client, json!({"schemas": [USER, ENTERPRISE], "userName": "a", ENTERPRISE: manager})).await;
    format!("{of_group} and {of_user}")
}

async fn primary_addresses(client: Client) -> String {
    let mut seen = Vec::new();
    for (name, primary) in [("a", true), ("b", false)] {
        let emails = ["1", "2"].map(|value| match primary {
            true => json!({"value": value, "primary": true}),
            false => json!({"value": value}),
        });
        let answer = client.post("/Users", json!({"schemas": [USER], "userName": name, "emails": emails})).await;
        let shown = answer.body["emails"].as_array().into_iter().flatten();
        let primary = shown.filter(|email| email["primary"] == true).map(|email: &Value| told(&email["value"]));
        seen.push(format!("{}: {}", said(&answer), all(primary)));
    }
    seen.join(", ")
}

async fn same_external_id(client: Client) -> String {
    client.user("a").await;
    post(&client, json!({"schemas": [USER], "userName": "b", "externalId": "Ext-a"})).await
}

async fn long_country(client: Client) -> String {
    let addresses = json!([{"country": "USA", "type": "work"}]);
    post(&client, json!({"schemas": [USER], "userName": "a", "addresses": addresses})).await
}

async fn time_without_zone(client: Client) -> String {
    let badge = json!({"expires": "2027-01-01T00:00:00"});
    post(&client, json!({"schemas": [USER, BADGE.id], "userName": "a", BADGE.id: badge})).await
}

async fn patch_of_nothing(client: Client) -> String {
    let path = user(&client).await;
    let before = client.get(&path).await.body;
    let operation = json!({"op": "replace", "path": "title", "value": before["title"]});
    let answer = client.patch(&path, json!([operation])).await;
    let after = client.get(&path).await.body;
    format!("{}: {}", said(&answer), before["meta"]["lastModified"] != after["meta"]["lastModified"])
}

async fn name_with_space(client: Client) -> String {
    post(&client, json!({"schemas": [USER], "userName": "two words"})).await
}

async fn undeclared_extension(client: Client) -> String {
    post(&client, json!({"schemas": [USER], "userName": "a", ENTERPRISE: {"department": "Tools"}})).await
}

async fn same_group_name(client: Client) -> String {
    client.group("g", &[]).await;
    said(&client.post("/Groups", json!({"schemas": [GROUP], "displayName": "g"})).await)
}

async fn unknown_part(client: Client) -> String {
    post(&client, json!({"schemas": [USER], "userName": "a", "name": {"givenName": "New", "nonsense": "x"}})).await
}

async fn unheard_of_type(client: Client) -> String {
    let emails = json!([{"value": "a@x.example", "type": "unheard-of"}]);
    post(&client, json!({"schemas": [USER], "userName": "a", "emails": emails})).await
}

async fn list_of_one(client: Client) -> String {
    post(&client, json!({"schemas": [USER], "userName": "a", "title": ["Cook"]})).await
}

async fn empty_text(client: Client) -> String {
    let answer = client.post("/Users", json!({"schemas": [USER], "userName": "a", "title": ""})).await;
    format!("{}: {}", said(&answer), answer.body["title"].is_string())
}

/// What is said to a POST of a user.
async fn post(client: &Client, body: Value) -> String {
    said(&client.post("/Users", body).await)
}

/// The path of a new user.
async fn user(client: &Client) -> String {
    format!("/Users/{}", client.user("a").await)
}
