//! Lists, and the pages and the order of them.

use crate::choice::{Choice, all, choice, prove, said, told};
use crate::client::Client;
use scim_reference_server::Policy;
use scim_reference_server::policy::{BelowRange, Cursor, ItemsPerPage, OverCount, UnassignedSorts};
use serde_json::json;

#[tokio::test]
async fn each_reading_comes_to_what_is_said_of_it() {
    prove(CHOICES).await;
}

pub(crate) static CHOICES: &[Choice] = &[
    choice!(
        "A11",
        "A list holds nothing: is there a `Resources`?",
        [lists.no_empty_resources],
        "`Resources` of a list of users where there are none",
        empty_list,
        (false, "[]"),
        (true, "nothing"),
    ),
    choice!(
        "A12",
        "`itemsPerPage`: what does it count?",
        [lists.items_per_page],
        "`itemsPerPage` with `count=10`, where there are two",
        items_per_page,
        (ItemsPerPage::Shown, "2"),
        (ItemsPerPage::Asked, "10"),
    ),
    choice!(
        "A13",
        "`count` is above the largest page: is it cut?",
        [lists.over_count],
        "`count=100000`",
        count_above_the_largest,
        (OverCount::Cut, "done"),
        (OverCount::Refused, "400 tooMany"),
    ),
    choice!(
        "A14",
        "`count` is below 0, or `startIndex` below 1: are they 0 and 1?",
        [lists.below_range],
        "`count=-1`, and `startIndex=0`",
        below_range,
        (BelowRange::Raised, "done and done"),
        (BelowRange::Refused, "400 invalidValue and 400 invalidValue"),
    ),
    choice!(
        "A63",
        "A list is sorted by what some do not have: where do they stand?",
        [lists.unassigned],
        "`sortBy=title` up, and down, where b has no title",
        sorted_without_value,
        (UnassignedSorts::Last, "a and b, b and a"),
        (UnassignedSorts::First, "b and a, a and b"),
    ),
    choice!(
        "A67",
        "`count` is above the largest page, in paging by cursor: is it cut?",
        [offers.cursor],
        "`cursor=&count=100000`",
        count_above_the_largest_by_cursor,
        (Cursor::Offered, "done"),
        (Cursor::StrictCount, "400 invalidCount"),
        ..
    ),
];

async fn empty_list(client: Client) -> String {
    told(&client.get("/Users").await.body["Resources"])
}

async fn items_per_page(client: Client) -> String {
    client.user("a").await;
    client.user("b").await;
    told(&client.get("/Users?count=10").await.body["itemsPerPage"])
}

async fn count_above_the_largest(client: Client) -> String {
    said(&client.get("/Users?count=100000").await)
}

async fn below_range(client: Client) -> String {
    client.user("a").await;
    let (count, start) = (client.get("/Users?count=-1").await, client.get("/Users?startIndex=0").await);
    if count.status == 200 {
        assert_eq!((count.each("userName").len(), start.each("userName").len()), (0, 1));
    }
    format!("{} and {}", said(&count), said(&start))
}

async fn sorted_without_value(client: Client) -> String {
    client.user_with(json!({"userName": "a", "title": "Tester"})).await;
    client.user_with(json!({"userName": "b"})).await;
    let (up, down) =
        (client.get("/Users?sortBy=title").await, client.get("/Users?sortBy=title&sortOrder=descending").await);
    let names = [up, down].map(|list| all(list.each("userName").into_iter().map(str::to_owned)));
    names.join(", ")
}

async fn count_above_the_largest_by_cursor(client: Client) -> String {
    said(&client.get("/Users?cursor=&count=100000").await)
}
