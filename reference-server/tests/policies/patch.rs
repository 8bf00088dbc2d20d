//! Paths, operations and messages of PATCH.

use crate::choice::{Choice, all, choice, prove, said, told};
use crate::client::{Client, ENTERPRISE, PATCH};
use scim_reference_server::Policy;
use scim_reference_server::policy::PatchAnswer;
use scim_reference_server::scim::patch::{BareUrns, ListedValues, Nulls, Parts, UnknownMembers, UnknownPaths};
use serde_json::{Value, json};

#[tokio::test]
async fn each_reading_comes_to_what_is_said_of_it() {
    prove(CHOICES).await;
}

pub(crate) static CHOICES: &[Choice] = &[
    choice!(
        "A01",
        "`remove` without a filter lists values: which go?",
        [patch.listed_values],
        "`remove` of `members` a and b lists a; the members left",
        members_by_list,
        (ListedValues::Refused, "400 invalidSyntax: a and b"),
        (ListedValues::Removed, "done: b"),
        (ListedValues::Ignored, "done: nobody"),
    ),
    choice!(
        "A02",
        "`remove` with a filter that nothing matches: is there anything wrong?",
        [patch.remove_needs_a_target],
        "`remove` of `emails[type eq \"home\"]` from a user without",
        remove_of_nothing,
        (false, "done"),
        (true, "400 noTarget"),
    ),
    choice!(
        "A03",
        "`replace` with a filter that nothing matches: is the value made?",
        [patch.replace_creates_element],
        "`replace` at `emails[type eq \"home\"].value`; the types of the addresses then",
        replace_of_nothing,
        (false, "400 noTarget: work"),
        (true, "done: work and home"),
    ),
    choice!(
        "A04",
        "`add` with a filter that nothing matches: is the value made?",
        [patch.add_creates_element],
        "`add` at `emails[type eq \"home\"].value`; the types of the addresses then",
        add_to_nothing,
        (false, "400 noTarget: work"),
        (true, "done: work and home"),
    ),
    choice!(
        "A05",
        "`Replace`, with a capital: is it an `op`?",
        [patch.op_in_any_case],
        "`Replace` of the title",
        op_with_a_capital,
        (false, "400 invalidSyntax"),
        (true, "done"),
    ),
    choice!(
        "A10",
        "`Operations` is empty: is there nothing to do?",
        [patch.empty_operations],
        "a message without operations",
        no_operations,
        (false, "400 invalidSyntax"),
        (true, "done"),
    ),
    choice!(
        "A17",
        "A path names nothing: what is said of it?",
        [patch.unknown_paths],
        "`add` at `noSuchThing`",
        unknown_path,
        (UnknownPaths::InvalidPath, "400 invalidPath"),
        (UnknownPaths::NoTarget, "400 noTarget"),
        (UnknownPaths::Ignored, "done"),
    ),
    choice!(
        "A17",
        "A key of a value without path names nothing: what is said of it?",
        [patch.unknown_keys],
        "`replace` of `noSuchThing` and the title in one value; the title then",
        unknown_key,
        (UnknownPaths::InvalidPath, "400 invalidPath: Tester"),
        (UnknownPaths::NoTarget, "400 noTarget: Tester"),
        (UnknownPaths::Ignored, "done: new"),
    ),
    choice!(
        "A45",
        "How is a PATCH answered that succeeded?",
        [patch_answer],
        "the status after a PATCH of a user, and of a group",
        answer_to_patch,
        (PatchAnswer::Resource, "200 and 200"),
        (PatchAnswer::NoContent, "204 and 204"),
        (PatchAnswer::NoContentForGroups, "200 and 204"),
    ),
    choice!(
        "A46",
        "`replace` of the values that a filter selects: do the parts stay that are not named?",
        [patch.replaced_elements],
        "`replace` of `emails[type eq \"work\"]` by `{\"value\": …}`; the type then",
        replaced_element,
        (Parts::Merged, "done: work"),
        (Parts::Replaced, "done: nothing"),
    ),
    choice!(
        "A47",
        "`add` to a complex attribute that has a value: do the parts stay that are not named?",
        [patch.added_parts],
        "`add` of `{\"givenName\": \"New\"}` to the name; the family name then",
        added_part,
        (Parts::Merged, "done: Family"),
        (Parts::Replaced, "done: nothing"),
    ),
    choice!(
        "A48",
        "`null` as a value: does it take the value away?",
        [patch.nulls],
        "`replace` of the title by `null`; the title then",
        null_as_value,
        (Nulls::Unassign, "done: nothing"),
        (Nulls::Refused, "400 invalidValue: Tester"),
    ),
    choice!(
        "A49",
        "A key of a value without path has a dot or a URN: is it a path?",
        [patch.path_like_keys],
        "`replace` of `name.givenName` and `urn:…:User:department` in one value; both then",
        keys_like_paths,
        (false, "400 invalidPath: Given, nothing"),
        (true, "done: New, Tools"),
    ),
    choice!(
        "A50",
        "The URN of an extension alone: is it a path, and a name in `attributes`?",
        [patch.bare_urns],
        "`add` at `urn:…:User`, and `attributes=urn:…:User`; the department seen by that",
        bare_urn,
        (BareUrns::Read, "done: Tools"),
        (BareUrns::Refused, "400 invalidPath: nothing"),
    ),
    choice!(
        "A51",
        "A filter on an attribute of one value: does it select that value?",
        [patch.filters_lone_values],
        "`remove` of `urn:…:User:manager[value eq \"…\"]`; whether a manager is left",
        filtered_manager,
        (false, "400 invalidPath: true"),
        (true, "done: false"),
    ),
    choice!(
        "A52",
        "`replace` of a part of a member, which is immutable: may another come in its place?",
        [patch.exchanges_members],
        "`replace` of `members[value eq \"a\"].value` by b; the members then",
        exchanged_member,
        (false, "400 mutability: a"),
        (true, "done: b"),
    ),
    choice!(
        "",
        "A message has members that RFC 7644 does not know: does that matter?",
        [patch.unknown_members],
        "an operation with a `note`",
        unknown_member,
        (UnknownMembers::Ignored, "done"),
        (UnknownMembers::Refused, "400 invalidSyntax"),
    ),
    choice!(
        "",
        "A path names an attribute of an extension without its URN: is that enough?",
        [patch.unqualified_names],
        "`add` at `department`",
        unqualified_path,
        (false, "400 invalidPath"),
        (true, "done"),
    ),
];

async fn members_by_list(client: Client) -> String {
    let (a, b) = (client.user("a").await, client.user("b").await);
    let path = format!("/Groups/{}", client.group("g", &[&a, &b]).await);
    let answer = client.patch(&path, json!([{"op": "remove", "path": "members", "value": [{"value": a}]}])).await;
    format!("{}: {}", said(&answer), members(&client, &path).await)
}

async fn remove_of_nothing(client: Client) -> String {
    let path = user(&client).await;
    said(&client.patch(&path, json!([{"op": "remove", "path": "emails[type eq \"home\"]"}])).await)
}

async fn replace_of_nothing(client: Client) -> String {
    home_address(client, "replace").await
}

async fn add_to_nothing(client: Client) -> String {
    home_address(client, "add").await
}

async fn home_address(client: Client, op: &str) -> String {
    let path = user(&client).await;
    let operation = json!({"op": op, "path": "emails[type eq \"home\"].value", "value": "home@x.example"});
    let answer = client.patch(&path, json!([operation])).await;
    let emails = client.get(&path).await.body["emails"].clone();
    let types = emails.as_array().into_iter().flatten().map(|email| told(&email["type"]));
    format!("{}: {}", said(&answer), all(types))
}

async fn op_with_a_capital(client: Client) -> String {
    let path = user(&client).await;
    said(&client.patch(&path, json!([{"op": "Replace", "path": "title", "value": "new"}])).await)
}

async fn no_operations(client: Client) -> String {
    let path = user(&client).await;
    said(&client.patch(&path, json!([])).await)
}

async fn unknown_path(client: Client) -> String {
    let path = user(&client).await;
    said(&client.patch(&path, json!([{"op": "add", "path": "noSuchThing", "value": "x"}])).await)
}

async fn unknown_key(client: Client) -> String {
    let path = user(&client).await;
    let value = json!({"noSuchThing": "x", "title": "new"});
    let answer = client.patch(&path, json!([{"op": "replace", "value": value}])).await;
    format!("{}: {}", said(&answer), told(&client.get(&path).await.body["title"]))
}

async fn answer_to_patch(client: Client) -> String {
    let path = user(&client).await;
    let of_user = client.patch(&path, json!([{"op": "replace", "path": "title", "value": "new"}])).await;
    let path = format!("/Groups/{}", client.group("g", &[]).await);
    let of_group = client.patch(&path, json!([{"op": "replace", "path": "displayName", "value": "new"}])).await;
    format!("{} and {}", of_user.status, of_group.status)
}

async fn replaced_element(client: Client) -> String {
    let path = user(&client).await;
    let value = json!({"value": "new@x.example"});
    let operation = json!({"op": "replace", "path": "emails[type eq \"work\"]", "value": value});
    let answer = client.patch(&path, json!([operation])).await;
    let email = client.get(&path).await.body["emails"][0].clone();
    assert_eq!(email["value"], value["value"]);
    format!("{}: {}", said(&answer), told(&email["type"]))
}

async fn added_part(client: Client) -> String {
    let path = user(&client).await;
    let answer = client.patch(&path, json!([{"op": "add", "path": "name", "value": {"givenName": "New"}}])).await;
    let name = client.get(&path).await.body["name"].clone();
    assert_eq!(name["givenName"], "New");
    format!("{}: {}", said(&answer), told(&name["familyName"]))
}

async fn null_as_value(client: Client) -> String {
    let path = user(&client).await;
    let answer = client.patch(&path, json!([{"op": "replace", "path": "title", "value": null}])).await;
    format!("{}: {}", said(&answer), told(&client.get(&path).await.body["title"]))
}

async fn keys_like_paths(client: Client) -> String {
    let path = user(&client).await;
    let value = json!({"name.givenName": "New", format!("{ENTERPRISE}:department"): "Tools"});
    let answer = client.patch(&path, json!([{"op": "replace", "value": value}])).await;
    let user = client.get(&path).await.body;
    format!("{}: {}, {}", said(&answer), told(&user["name"]["givenName"]), told(&user[ENTERPRISE]["department"]))
}

async fn bare_urn(client: Client) -> String {
    let path = user(&client).await;
    let answer =
        client.patch(&path, json!([{"op": "add", "path": ENTERPRISE, "value": {"department": "Tools"}}])).await;
    let department = json!([{"op": "add", "path": format!("{ENTERPRISE}:department"), "value": "Tools"}]);
    client.patch(&path, department).await;
    let part = client.get(&format!("{path}?attributes={ENTERPRISE}")).await.body;
    format!("{}: {}", said(&answer), told(&part[ENTERPRISE]["department"]))
}

async fn filtered_manager(client: Client) -> String {
    let boss = client.user("boss").await;
    let staff = json!({"userName": "a", ENTERPRISE: {"manager": {"value": boss}}});
    let path = format!("/Users/{}", client.user_with(staff).await);
    let at = format!("{ENTERPRISE}:manager[value eq \"{boss}\"]");
    let answer = client.patch(&path, json!([{"op": "remove", "path": at}])).await;
    let left = client.get(&path).await.body[ENTERPRISE]["manager"].is_object();
    format!("{}: {left}", said(&answer))
}

async fn exchanged_member(client: Client) -> String {
    let (a, b) = (client.user("a").await, client.user("b").await);
    let path = format!("/Groups/{}", client.group("g", &[&a]).await);
    let at = format!("members[value eq \"{a}\"].value");
    let answer = client.patch(&path, json!([{"op": "replace", "path": at, "value": b}])).await;
    format!("{}: {}", said(&answer), members(&client, &path).await)
}

async fn unknown_member(client: Client) -> String {
    let path = user(&client).await;
    let operation = json!({"op": "replace", "path": "title", "value": "new", "note": "x"});
    said(&client.scim("PATCH", &path, Some(json!({"schemas": [PATCH], "Operations": [operation]}))).await)
}

async fn unqualified_path(client: Client) -> String {
    let path = user(&client).await;
    said(&client.patch(&path, json!([{"op": "add", "path": "department", "value": "Tools"}])).await)
}

/// The path of a new user.
async fn user(client: &Client) -> String {
    format!("/Users/{}", client.user("a").await)
}

/// The names of the members of a group.
async fn members(client: &Client, path: &str) -> String {
    let group = client.get(path).await.body;
    let names = group["members"].as_array().into_iter().flatten();
    all(names.map(|member: &Value| told(&member["display"]).trim_start_matches("The ").to_owned()))
}
