//! Representations, and the parts of them that a client asks for.

use crate::choice::{Choice, choice, prove, said, told};
use crate::client::{BASE, Client};
use scim_reference_server::Policy;
use scim_reference_server::policy::{BothLists, Locations, PartialSchemas, UnknownNames};

#[tokio::test]
async fn each_reading_comes_to_what_is_said_of_it() {
    prove(CHOICES).await;
}

pub(crate) static CHOICES: &[Choice] = &[
    choice!(
        "A55",
        "`attributes` and `excludedAttributes` together: does one of them count?",
        [shown.both_lists],
        "a user with `attributes=title&excludedAttributes=title`",
        both_lists,
        (BothLists::Refused, "400 invalidValue"),
        (BothLists::AttributesWin, "done"),
    ),
    choice!(
        "A56",
        "`attributes` names what nobody has: does it matter?",
        [shown.unknown_names],
        "a user with `attributes=noSuchThing`",
        unknown_name,
        (UnknownNames::Ignored, "done"),
        (UnknownNames::Refused, "400 invalidValue"),
    ),
    choice!(
        "A57",
        "A part of a resource: does it have its `schemas`?",
        [shown.partial_schemas],
        "a user with `attributes=title`; whether there are `schemas`",
        part_of_resource,
        (PartialSchemas::Shown, "true"),
        (PartialSchemas::OnRequest, "false"),
    ),
    choice!(
        "A66",
        "The address of a resource: is it whole, and if not, what is it relative to?",
        [shown.locations],
        "`$ref` of the group of a user, with BASE and ID for what they are",
        reference,
        (Locations::Absolute, "BASE/Groups/ID"),
        (Locations::Relative, "Groups/ID"),
        (Locations::FromResource, "../Groups/ID"),
    ),
];

async fn both_lists(client: Client) -> String {
    let path = user(&client).await;
    said(&client.get(&format!("{path}?attributes=title&excludedAttributes=title")).await)
}

async fn unknown_name(client: Client) -> String {
    let path = user(&client).await;
    said(&client.get(&format!("{path}?attributes=noSuchThing")).await)
}

async fn part_of_resource(client: Client) -> String {
    let path = user(&client).await;
    let part = client.get(&format!("{path}?attributes=title")).await.body;
    assert_eq!(part["title"], "Tester");
    part["schemas"].is_array().to_string()
}

async fn reference(client: Client) -> String {
    let id = client.user("a").await;
    let group = client.group("g", &[&id]).await;
    let user = client.get(&format!("/Users/{id}")).await.body;
    told(&user["groups"][0]["$ref"]).replace(BASE, "BASE").replace(&group, "ID")
}

/// The path of a new user.
async fn user(client: &Client) -> String {
    format!("/Users/{}", client.user("a").await)
}
