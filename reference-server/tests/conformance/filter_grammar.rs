//! Filters: whether there are any, and what is one.

use crate::client::{Client, ENTERPRISE, USER};
use serde_json::json;

/// Four people who differ in what filters can ask for.
async fn people() -> Client {
    let client = Client::rfc();
    client
        .user_with(json!({
            "userName": "ann", "title": "Boss", "userType": "Employee",
            "emails": [
                {"value": "ann@example.com", "type": "work", "primary": true},
                {"value": "ann@home.example", "type": "home"},
            ],
        }))
        .await;
    client.user_with(json!({"userName": "bob", "userType": "Intern", "name": {"familyName": "O'Malley"}})).await;
    let ims = json!([{"value": "cy@foo.com", "type": "xmpp"}]);
    client.user_with(json!({"userName": "cy", "title": "Clerk", "userType": "Contractor", "ims": ims})).await;
    client
        .user_with(json!({
            "userName": "Jo", "userType": "Employee", ENTERPRISE: {"department": "D"},
            "emails": [{"value": "jo@example.org", "type": "work"}],
        }))
        .await;
    client
}

async fn refuses(client: &Client, filters: &[&str]) {
    for filter in filters {
        assert_eq!(client.filter("/Users", filter).await.error(), (400, "invalidFilter"), "{filter:.80}");
        let answer = client.search("/Users", json!({"filter": filter})).await;
        assert_eq!(answer.error(), (400, "invalidFilter"), "{filter:.80}");
    }
}

async fn finds(client: &Client, expected: &[(&str, &[&str])]) {
    for (filter, names) in expected {
        assert_eq!(client.names(filter).await, *names, "{filter}");
    }
}

/// RFC7644-3.4.2.2-01
#[tokio::test]
async fn without_filters_nothing_is_passed_off_as_filtered() {
    let client = Client::varied("offers.no-filter");
    client.user("a").await;
    assert_eq!(client.get("/ServiceProviderConfig").await.body["filter"]["supported"], false);
    refuses(&client, &[r#"userName eq "a""#, r#"userName eq "x""#, "userName pr"]).await;
    assert_eq!(client.get("/Users").await.each("userName"), ["a"]);
}

/// RFC7644-3.4.2.2-02, RFC7644-3.4.2.2-32
#[tokio::test]
async fn a_filter_finds_what_it_asks_for_and_nothing_else() {
    let client = people().await;
    assert_eq!(client.get("/ServiceProviderConfig").await.body["filter"]["supported"], true);
    finds(
        &client,
        &[(r#"userName eq "ann""#, &["ann"]), (r#"userName eq "an""#, &[]), (r#"title eq "Clerk""#, &["cy"])],
    )
    .await;
}

/// RFC7644-3.4.2.2-03, RFC7644-3.4.2.2-04
#[tokio::test]
async fn names_and_operators_may_be_in_any_case() {
    let client = people().await;
    finds(
        &client,
        &[
            (r#"USERNAME eq "ann""#, &["ann"]),
            (r#"Name.FAMILYNAME eq "O'Malley""#, &["bob"]),
            (r#"EMAILS[TYPE eq "home"]"#, &["ann"]),
            (r#"urn:IETF:params:scim:schemas:core:2.0:user:USERNAME eq "ann""#, &["ann"]),
            (r#"userName Eq "ann""#, &["ann"]),
            (r#"userName EQ "ann""#, &["ann"]),
            (r#"userName NE "ann" And title PR"#, &["cy"]),
            (r#"userName SW "an" OR userName Ew "ob" oR userName CO "y""#, &["ann", "bob", "cy"]),
            ("NOT (title pR)", &["bob", "Jo"]),
            (r#"userName GT "a" and userName gE "bob" and userName Lt "d" and userName LE "bob""#, &["bob"]),
        ],
    )
    .await;
}

/// RFC7644-3.4.2.2-05, RFC7644-3.4.2.2-06, RFC7644-3.4.2.2-07, RFC7644-3.4.2.2-13
#[tokio::test]
async fn an_expression_is_an_attribute_an_operator_and_perhaps_a_value() {
    let client = people().await;
    refuses(
        &client,
        &[
            "",
            "   ",
            "userName",
            r#"eq "ann""#,
            "userName eq",
            r#""ann" eq userName"#,
            r#"userName "ann""#,
            r#"userName regex ".*""#,
            r#"userName = "ann""#,
            r#"userName eqq "ann""#,
            r#"userName pr "ann""#,
            "userName pr true",
        ],
    )
    .await;
    assert_eq!(client.get("/Users?filter=").await.error(), (400, "invalidFilter"));
    assert_eq!(client.get("/Users?filter").await.error(), (400, "invalidFilter"));
    finds(&client, &[("title pr", &["ann", "cy"])]).await;
}

/// RFC7644-3.4.2.2-08, RFC7644-3.4.2.2-09
#[tokio::test]
async fn what_does_not_follow_the_grammar_is_refused() {
    let client = people().await;
    refuses(
        &client,
        &[
            r#"(userName eq "ann""#,
            r#"userName eq "ann")"#,
            "()",
            r#"emails[type eq "work""#,
            r#"emails type eq "work"]"#,
            "emails[]",
            r#"userName eq "ann" and"#,
            "and userName pr",
            "or userName pr",
            r#"userName eq "ann" userName eq "bob""#,
            "userName pr and or title pr",
            "not",
            "userName pr, title pr",
            "userName pr && title pr",
        ],
    )
    .await;
}

/// RFC7644-3.4.2.2-10, RFC7644-3.4.2.2-11, RFC7644-3.4.2.2-12
#[tokio::test]
async fn values_are_those_of_json() {
    let client = people().await;
    client.user_with(json!({"userName": "quoted", "displayName": r#"a"b\c"#})).await;
    client.user_with(json!({"userName": "lines", "displayName": "one\ntwo/three é"})).await;
    finds(
        &client,
        &[
            (r#"displayName eq "a\"b\\c""#, &["quoted"]),
            (r#"displayName co "\"b""#, &["quoted"]),
            (r#"displayName eq "one\ntwo\/three \u00e9""#, &["lines"]),
            (r#"userName eq "\u0061nn""#, &["ann"]),
            (r#"userName eq "quoted" and active eq true"#, &["quoted"]),
            (r#"userName eq "quoted" and active eq false"#, &[]),
            ("userName eq null", &[]),
        ],
    )
    .await;
    refuses(
        &client,
        &[
            "userName eq ann",
            "userName eq 'ann'",
            r#"userName eq "ann"#,
            r#"userName eq "ann\""#,
            r#"userName eq "a\x""#,
            "active eq True",
            "active eq 1",
            "userName eq 1",
            r#"userName eq ["ann"]"#,
            "userName eq {}",
        ],
    )
    .await;
}

/// RFC7644-3.4.2.2-14, RFC7644-3.4.2.2-15, RFC7644-3.4.2.2-16
#[tokio::test]
async fn a_path_is_a_name_with_at_most_a_urn_and_a_part() {
    let client = people().await;
    finds(
        &client,
        &[
            (&format!(r#"{USER}:userName sw "an""#), &["ann"]),
            (&format!("{USER}:name.familyName pr"), &["bob"]),
            (&format!(r#"{USER}:emails[type eq "home"]"#), &["ann"]),
            (&format!(r#"{ENTERPRISE}:department eq "D""#), &["Jo"]),
        ],
    )
    .await;
    refuses(
        &client,
        &[
            r#"name.givenName.x eq "A""#,
            r#"noSuchAttr eq "A""#,
            "noSuchAttr pr",
            "not (noSuchAttr pr)",
            "name.noSuchPart pr",
            "userName.value pr",
            "urn:example:none:userName pr",
            &format!("{ENTERPRISE}:userName pr"),
            r#"department eq "D""#,
        ],
    )
    .await;
    // The other reading of an unknown attribute: nobody has a value.
    let client = Client::varied("filter.unknown-finds-nothing");
    client.user("a").await;
    finds(&client, &[(r#"noSuchAttr eq "A""#, &[]), ("noSuchAttr pr", &[]), ("userName pr", &["a"])]).await;
}

/// RFC7644-3.4.2.2-17, RFC7644-3.4.2.2-18, RFC7644-3.4.2.2-19, RFC7644-3.4.2.2-20, RFC7644-3.4.2.2-21
#[tokio::test]
async fn expressions_are_combined_and_bind_as_tightly_as_the_rfc_says() {
    let client = people().await;
    finds(
        &client,
        &[
            (r#"title pr and userType eq "Employee""#, &["ann"]),
            (r#"title pr or userType eq "Intern""#, &["ann", "bob", "cy"]),
            // Ann is right of the "or" by herself, whatever the rest says.
            (r#"userName eq "ann" or userType eq "Intern" and title pr"#, &["ann"]),
            (r#"title pr and userType eq "Intern" or userName eq "ann""#, &["ann"]),
            (r#"(userName eq "ann" or userType eq "Intern") and title pr"#, &["ann"]),
            (r#"(userName eq "ann" or userType eq "Intern") and not (title pr)"#, &["bob"]),
            (r#"userName eq "ann" or userType eq "Intern" and not (title pr)"#, &["ann", "bob"]),
            (r#"title pr and (userType eq "Intern" or userName eq "ann")"#, &["ann"]),
            // Were "not" to reach over the "and", Bob would be found.
            (r#"not (title pr) and userType eq "Employee""#, &["Jo"]),
            (r#"not (title pr) or userName eq "ann""#, &["ann", "bob", "Jo"]),
            (r#"((userName eq "ann"))"#, &["ann"]),
            (r#"(((title pr)) and ((userType eq "Employee")))"#, &["ann"]),
            (r#"( userName eq "ann" )"#, &["ann"]),
            (r#"not (not (userName eq "ann"))"#, &["ann"]),
        ],
    )
    .await;
}

/// RFC7644-3.4.2.2-22, RFC7644-3.4.2.2-23
#[tokio::test]
async fn not_stands_in_front_of_parentheses() {
    let client = people().await;
    let others: &[&str] = &["bob", "cy", "Jo"];
    finds(&client, &[(r#"not (userName eq "ann")"#, others), (r#"not(userName eq "ann")"#, others)]).await;
    finds(&client, &[(r#"not  ( userName eq "ann" )"#, others)]).await;
    refuses(&client, &[r#"not userName eq "ann""#, "not not (title pr)", "notuserName pr"]).await;
}

/// RFC7644-3.4.2.2-24, RFC7644-3.4.2.2-25, RFC7644-3.4.2.2-27, RFC7644-3.4.2.2-29
#[tokio::test]
async fn brackets_are_about_one_value() {
    let client = people().await;
    finds(
        &client,
        &[
            (r#"emails[type eq "work"]"#, &["ann", "Jo"]),
            (r#"emails[type eq "work" and value ew "@home.example"]"#, &[]),
            (r#"emails.type eq "work" and emails.value ew "@home.example""#, &["ann"]),
            (r#"emails[type eq "work" and (value ew "@example.com" or value ew "@example.net")]"#, &["ann"]),
            (r#"emails[type eq "home" or value ew ".org"]"#, &["ann", "Jo"]),
            (r#"emails[not (type eq "work")]"#, &["ann"]),
            (r#"emails[not (type eq "work") and not (type eq "home")]"#, &[]),
            ("emails[primary eq true]", &["ann"]),
            (r#"userType eq "Employee" and emails[type eq "work" and value co "@example.com"]"#, &["ann"]),
            (r#"emails[type eq "home"] or ims[type eq "xmpp"]"#, &["ann", "cy"]),
            (r#"not (emails[type eq "home"]) and title pr"#, &["cy"]),
            (r#"(emails[type eq "home"])and(title pr)"#, &["ann"]),
        ],
    )
    .await;
    // A server may have no brackets at all, and then says so.
    let client = Client::varied("filter.no-brackets");
    refuses(&client, &[r#"emails[type eq "work"]"#, r#"title pr and not (emails[type eq "work"])"#]).await;
}

/// RFC7644-3.4.2.2-26, RFC7644-3.4.2.2-28
#[tokio::test]
async fn brackets_hold_parts_of_what_stands_in_front_of_them() {
    let client = people().await;
    refuses(
        &client,
        &[
            r#"emails[userName eq "ann"]"#,
            r#"emails[emails.type eq "work"]"#,
            r#"emails[type eq "work" and title pr]"#,
            r#"emails[type eq "work" and emails[value pr]]"#,
            "emails[ims[value pr]]",
            r#"userName[value eq "ann"]"#,
            "emails.type[value pr]",
        ],
    )
    .await;
}

/// RFC7644-3.4.2.2-30
#[tokio::test]
async fn the_examples_of_the_rfc_are_filters() {
    let client = people().await;
    let all: &[&str] = &["ann", "bob", "cy", "Jo"];
    finds(
        &client,
        &[
            (r#"userName eq "bjensen""#, &[]),
            (r#"name.familyName co "O'Malley""#, &["bob"]),
            (r#"userName sw "J""#, &["Jo"]),
            (r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J""#, &["Jo"]),
            ("title pr", &["ann", "cy"]),
            (r#"meta.lastModified gt "2011-05-13T04:42:34Z""#, all),
            (r#"meta.lastModified ge "2011-05-13T04:42:34Z""#, all),
            (r#"meta.lastModified lt "2011-05-13T04:42:34Z""#, &[]),
            (r#"meta.lastModified le "2011-05-13T04:42:34Z""#, &[]),
            (r#"title pr and userType eq "Employee""#, &["ann"]),
            (r#"title pr or userType eq "Intern""#, &["ann", "bob", "cy"]),
            (r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#, &["Jo"]),
            (
                r#"userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")"#,
                &["ann", "Jo"],
            ),
            (
                r#"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#,
                &["bob", "cy"],
            ),
            (r#"userType eq "Employee" and (emails.type eq "work")"#, &["ann", "Jo"]),
            (r#"userType eq "Employee" and emails[type eq "work" and value co "@example.com"]"#, &["ann"]),
            (
                "emails[type eq \"work\" and value co \"@example.com\"] or \
                 ims[type eq \"xmpp\" and value co \"@foo.com\"]",
                &["ann", "cy"],
            ),
        ],
    )
    .await;
}

/// RFC7644-3.4.2.2-31
#[tokio::test]
async fn endless_filters_are_refused() {
    let client = people().await;
    let deep = format!("{}userName pr{}", "(".repeat(2_000), ")".repeat(2_000));
    let open = "(".repeat(50_000);
    let negated = format!("{}userName pr{}", "not (".repeat(2_000), ")".repeat(2_000));
    let long = format!(r#"userName eq "{}""#, "x".repeat(100_000));
    let wide = vec!["userName pr"; 5_000].join(" or ");
    for filter in [&deep, &open, &negated, &long, &wide] {
        let answer = client.search("/Users", json!({"filter": filter})).await;
        assert_eq!(answer.error(), (400, "invalidFilter"), "{filter:.40}");
    }
    finds(&client, &[("title pr", &["ann", "cy"])]).await;
}
