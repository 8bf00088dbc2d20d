//! Filters.

use crate::choice::{Choice, all, choice, prove, said};
use crate::client::{Client, ENTERPRISE, USER, encoded};
use scim_reference_server::Policy;
use scim_reference_server::scim::filter::{
    BareComplex, BareWords, Brackets, Comparison, DollarNames, EmptyFilter, NeOfNone, NeOfSeveral, NestedBrackets,
    NullOperand, Unknown,
};
use serde_json::json;

#[tokio::test]
async fn each_reading_comes_to_what_is_said_of_it() {
    prove(CHOICES).await;
}

pub(crate) static CHOICES: &[Choice] = &[
    choice!(
        "A18",
        "A filter names an attribute that nobody has: is the filter wrong?",
        [filters.unknown],
        "`noSuchThing eq \"x\"`",
        unknown,
        (Unknown::IsRefused, "400 invalidFilter"),
        (Unknown::HasNoValue, "nobody"),
    ),
    choice!(
        "A29",
        "Brackets inside brackets, as the printed grammar has them: are they read?",
        [filters.nested_brackets],
        "`emails[value[type eq \"work\"]]`",
        nested_brackets,
        (NestedBrackets::Refused, "400 invalidFilter"),
        (NestedBrackets::FindNothing, "nobody"),
    ),
    choice!(
        "A30",
        "Brackets in the filter of a query, which are a MAY: are they read?",
        [filters.brackets],
        "`emails[type eq \"work\"]`",
        brackets,
        (Brackets::Read, "a"),
        (Brackets::Refused, "400 invalidFilter"),
    ),
    choice!(
        "A31",
        "A complex attribute without its part: is `value` meant?",
        [filters.bare_complex],
        "`emails co \"a@\"`, and `urn:…:User:manager eq \"…\"`",
        bare_complex,
        (BareComplex::ValueOfSeveral, "a; 400 invalidFilter"),
        (BareComplex::Value, "a; b"),
        (BareComplex::Refused, "400 invalidFilter; 400 invalidFilter"),
    ),
    choice!(
        "A32",
        "`ne` with several values: does one have to differ, or all?",
        [filters.ne_of_several],
        "`emails.type ne \"work\"`, where a has an address at work and one at home",
        ne_of_several,
        (NeOfSeveral::OneDiffers, "a"),
        (NeOfSeveral::AllDiffer, "nobody"),
    ),
    choice!(
        "A33",
        "`ne` without a value: does it hold?",
        [filters.ne_of_none],
        "`title ne \"Cook\"`, where b has no title",
        ne_of_none,
        (NeOfNone::Holds, "a and b"),
        (NeOfNone::Fails, "a"),
    ),
    choice!(
        "A34",
        "`eq null`: does it ask for those without a value?",
        [filters.nulls],
        "`title eq null`, where b has no title",
        null,
        (NullOperand::NoValue, "b"),
        (NullOperand::Refused, "400 invalidFilter"),
    ),
    choice!(
        "A35",
        "Text without quotes: is it a string?",
        [filters.bare_words],
        "`userName eq a`",
        bare_word,
        (BareWords::Refused, "400 invalidFilter"),
        (BareWords::Text, "a"),
    ),
    choice!(
        "A36",
        "`\"True\"`, a string, in a filter: is it a boolean?",
        [filters.string_booleans],
        "`active eq \"True\" and title pr`",
        string_boolean,
        (false, "400 invalidFilter"),
        (true, "a"),
    ),
    choice!(
        "A37",
        "The filter is empty: is it none?",
        [filters.empty],
        "`filter=`",
        empty,
        (EmptyFilter::Refused, "400 invalidFilter"),
        (EmptyFilter::Absent, "a and b"),
    ),
    choice!(
        "A43",
        "`$ref`, whose name the grammar of names does not have: can it be filtered by?",
        [filters.dollar_names],
        "`groups.$ref pr`, where a is in a group",
        dollar_name,
        (DollarNames::Read, "a"),
        (DollarNames::Refused, "400 invalidFilter"),
    ),
    choice!(
        "A68",
        "Text is compared: prepared by PRECIS, or in lower case alone?",
        [filters.comparison],
        "`userName eq \"CAFE\u{301}\"`, with a combining accent, where there is a `caf\u{e9}`",
        composed,
        (Comparison::Prepared, "caf\u{e9}"),
        (Comparison::LowerCase, "nobody"),
    ),
    choice!(
        "",
        "A part behind brackets, as in PATCH paths: may it be compared?",
        [filters.parts_behind_brackets],
        "`emails[type eq \"work\"].value eq \"a@x.example\"`",
        part_behind_brackets,
        (false, "400 invalidFilter"),
        (true, "a"),
    ),
    choice!(
        "",
        "A filter names an attribute of an extension without its URN: is that enough?",
        [filters.unqualified_names],
        "`department eq \"Tools\"`",
        unqualified,
        (false, "400 invalidFilter"),
        (true, "b"),
    ),
];

async fn unknown(client: Client) -> String {
    found(client, "noSuchThing eq \"x\"").await
}

async fn nested_brackets(client: Client) -> String {
    found(client, "emails[value[type eq \"work\"]]").await
}

async fn brackets(client: Client) -> String {
    found(client, "emails[type eq \"work\"]").await
}

async fn bare_complex(client: Client) -> String {
    let a = two(&client).await;
    let several = list(&client, "emails co \"a@\"").await;
    format!("{several}; {}", list(&client, &format!("{ENTERPRISE}:manager eq \"{a}\"")).await)
}

async fn ne_of_several(client: Client) -> String {
    found(client, "emails.type ne \"work\" and emails pr").await
}

async fn ne_of_none(client: Client) -> String {
    found(client, "title ne \"Cook\"").await
}

async fn null(client: Client) -> String {
    found(client, "title eq null").await
}

async fn bare_word(client: Client) -> String {
    found(client, "userName eq a").await
}

async fn string_boolean(client: Client) -> String {
    found(client, "active eq \"True\" and title pr").await
}

async fn empty(client: Client) -> String {
    found(client, "").await
}

async fn dollar_name(client: Client) -> String {
    let id = client.user("a").await;
    client.group("g", &[&id]).await;
    list(&client, "groups.$ref pr").await
}

async fn composed(client: Client) -> String {
    let made = client.post("/Users", json!({"schemas": [USER], "userName": "caf\u{e9}"})).await;
    assert_eq!(made.status, 201, "{made:?}");
    list(&client, "userName eq \"CAFE\u{301}\"").await
}

async fn part_behind_brackets(client: Client) -> String {
    found(client, "emails[type eq \"work\"].value eq \"a@x.example\"").await
}

async fn unqualified(client: Client) -> String {
    found(client, "department eq \"Tools\"").await
}

/// Whom a filter finds of two users.
async fn found(client: Client, filter: &str) -> String {
    two(&client).await;
    list(&client, filter).await
}

/// Makes two users, and gives the id of a, who has a title and two mail addresses, and is the manager of b, who has
/// none, but a department.
async fn two(client: &Client) -> String {
    let emails = json!([{"value": "a@x.example", "type": "work"}, {"value": "a@home.example", "type": "home"}]);
    let a = json!({"userName": "a", "title": "Tester", "active": true, "emails": emails});
    let a = client.user_with(a).await;
    let part = json!({"department": "Tools", "manager": {"value": a}});
    client.user_with(json!({"userName": "b", "active": false, ENTERPRISE: part})).await;
    a
}

/// The names in a filtered list, or what is said of the filter.
async fn list(client: &Client, filter: &str) -> String {
    let answer = client.get(&format!("/Users?filter={}", encoded(filter))).await;
    match answer.status {
        200 => all(answer.each("userName").into_iter().map(str::to_owned)),
        _ => said(&answer),
    }
}
