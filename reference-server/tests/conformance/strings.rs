//! Strings beyond ASCII: when two of them are the same.

use crate::client::{Client, USER};
use serde_json::{Value, json};

fn minimal(name: &str) -> Value {
    json!({"schemas": [USER], "userName": name})
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
