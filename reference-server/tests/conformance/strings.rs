//! Strings beyond ASCII: when two of them are the same.

use crate::client::{Client, USER};
use serde_json::{Value, json};

/// The same letters, composed and taken apart.
const COMPOSED: &str = "jos\u{e9}";
const APART: &str = "jose\u{301}";

fn minimal(name: &str) -> Value {
    json!({"schemas": [USER], "userName": name})
}

/// RFC7644-5-01, RFC7644-5-02
#[tokio::test]
async fn a_name_is_the_same_however_its_accents_are_written() {
    for (first, second) in [(COMPOSED, APART), (APART, COMPOSED)] {
        let client = Client::rfc();
        let created = client.post("/Users", minimal(first)).await;
        assert_eq!(created.status, 201);
        assert_eq!(client.post("/Users", minimal(second)).await.error(), (409, "uniqueness"));
        for name in [first, second, &second.to_uppercase()] {
            for filter in [format!("userName eq \"{name}\""), format!("userName sw \"{name}\" and active eq true")] {
                let found = client.filter("/Users", &filter).await;
                assert_eq!(found.body["Resources"], json!([created.body]), "{filter}");
            }
        }
        assert_eq!(client.names("userName eq \"jose\"").await, [""; 0], "an accent makes a difference");
    }
}

/// RFC8265-3.3-01
#[tokio::test]
async fn the_case_of_all_letters_means_nothing_in_a_name() {
    for (lower, upper) in [("åsa", "ÅSA"), ("жанна", "ЖАННА"), ("ωμέγα", "ΩΜΈΓΑ"), ("ærø", "ÆRØ")]
    {
        let client = Client::rfc();
        assert_eq!(client.post("/Users", minimal(lower)).await.status, 201);
        assert_eq!(client.post("/Users", minimal(upper)).await.error(), (409, "uniqueness"), "{upper}");
        assert_eq!(client.names(&format!("userName eq \"{upper}\"")).await, [lower]);
    }
}

/// RFC8265-3.3-02
#[tokio::test]
async fn the_width_of_letters_means_nothing_in_a_name() {
    for (usual, other) in [("bob", "ｂｏｂ"), ("bob", "ＢＯＢ"), ("カナ", "ｶﾅ")] {
        let client = Client::rfc();
        assert_eq!(client.post("/Users", minimal(other)).await.status, 201);
        assert_eq!(client.post("/Users", minimal(usual)).await.error(), (409, "uniqueness"), "{other}");
        assert_eq!(client.filter("/Users", &format!("userName eq \"{usual}\"")).await.body["totalResults"], 1);
    }
}

/// RFC8265-3.3-03
#[tokio::test]
async fn a_name_with_odd_letters_is_kept_whole_or_refused() {
    let client = Client::rfc();
    for name in ["a b", "a\u{0}b", "a\u{200b}b", "a\tb", " a", "a\u{202e}b", "a😀b", "\u{feff}a", "a\\b", "a\"b"] {
        let answer = client.post("/Users", minimal(name)).await;
        match answer.status {
            201 => {
                assert_eq!(answer.body["userName"], name);
                let found = client.names(&format!("userName eq {}", json!(name))).await;
                assert_eq!(found, [name], "{name:?}");
                assert_eq!(client.post("/Users", minimal(name)).await.error(), (409, "uniqueness"), "{name:?}");
            }
            _ => assert_eq!(answer.error(), (400, "invalidValue"), "{name:?}"),
        }
    }
    for beginning in ["a", "b"] {
        assert_eq!(client.names(&format!("userName eq \"{beginning}\"")).await, [""; 0], "nothing was cut off");
    }
}

/// RFC7644-7.8-01
#[tokio::test]
async fn a_filter_finds_a_text_however_its_accents_are_written() {
    let client = Client::rfc();
    for (name, title) in
        [("a", format!("Chef {COMPOSED}")), ("b", format!("Chef {APART}")), ("c", "Chef jose".to_owned())]
    {
        let body = json!({"schemas": [USER], "userName": name, "displayName": title, "name": {"givenName": title}});
        let created = client.post("/Users", body).await;
        assert_eq!((created.status, &created.body["displayName"]), (201, &json!(title)));
    }
    for name in [COMPOSED, APART] {
        for attribute in ["displayName", "name.givenName"] {
            for (operator, text) in
                [("eq", format!("chef {name}")), ("co", format!("F {name}")), ("ew", name.to_owned())]
            {
                let filter = format!("{attribute} {operator} \"{text}\"");
                assert_eq!(client.names(&filter).await, ["a", "b"], "{filter}");
            }
        }
    }
}

/// RFC8265-4.2-01
#[tokio::test]
async fn a_password_is_the_same_however_its_accents_and_spaces_are_written() {
    let (usual, other) = (format!("{COMPOSED} Word"), format!("{APART}\u{a0}Word"));
    for (set, given) in [(&usual, &other), (&other, &usual)] {
        let client = Client::rfc();
        let body = json!({"schemas": [USER], "userName": "ann", "password": set});
        assert_eq!(client.post("/Users", body).await.status, 201);
        assert_eq!(client.login("ann", set).await.status, 200);
        assert_eq!(client.login("ann", given).await.status, 200, "{given:?}");
        for wrong in [given.to_lowercase(), given.to_uppercase(), "jose Word".to_owned()] {
            assert_eq!(client.login("ann", &wrong).await.status, 401, "{wrong:?}");
        }
    }
}
