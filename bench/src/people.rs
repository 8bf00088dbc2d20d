//! Who is in the directory, and what is asked about them.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::sync::LazyLock;

pub(crate) const TOKEN: &str = "load";

/// A user as far as requests need to know.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) user_name: String,
}

/// The name of the n-th user.
pub(crate) fn name(n: usize) -> String {
    format!("person.{n:07}@load.example")
}

/// The n-th user, in about 600 bytes. They are written once, with a mark for the number, so that the load tool has
/// little to do.
pub(crate) fn user(n: usize) -> String {
    const MARK: &str = "#######";
    static MARKED: LazyLock<String> = LazyLock::new(|| {
        let name = format!("person.{MARK}@load.example");
        let user = json!({
            "schemas": [
                "urn:ietf:params:scim:schemas:core:2.0:User",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            ],
            "userName": name,
            "externalId": format!("person-{MARK}"),
            "name": { "givenName": "Josephine", "familyName": format!("Lindqvist{MARK}") },
            "displayName": format!("Josephine Lindqvist{MARK}"),
            "title": "Senior Engineer",
            "locale": "sv-SE",
            "active": true,
            "emails": [{ "value": name, "type": "work", "primary": true }],
            "phoneNumbers": [{ "value": "+46 8 5550 1234", "type": "work" }],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
                "employeeNumber": MARK,
                "department": "Research and Development",
            },
        });
        user.to_string()
    });
    MARKED.replace(MARK, &format!("{n:07}"))
}

/// The status of an account, as Okta writes it.
pub(crate) fn status(active: bool) -> &'static str {
    static BOTH: LazyLock<[String; 2]> =
        LazyLock::new(|| [false, true].map(|active| patch(json!({ "op": "replace", "value": { "active": active } }))));
    &BOTH[usize::from(active)]
}

/// These become members of a group.
pub(crate) fn joining(people: &[Person]) -> String {
    let members: Vec<Value> = people.iter().map(|person| json!({ "value": person.id })).collect();
    patch(json!({ "op": "add", "path": "members", "value": members }))
}

fn patch(operation: Value) -> String {
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation] }).to_string()
}

/// A new group.
pub(crate) fn group(name: &str, people: &[Person]) -> String {
    let members: Vec<Value> = people.iter().map(|person| json!({ "value": person.id })).collect();
    let schema = "urn:ietf:params:scim:schemas:core:2.0:Group";
    json!({ "schemas": [schema], "displayName": name, "members": members }).to_string()
}

/// The path of the users with that name.
pub(crate) fn named(user_name: &str) -> String {
    let filter = format!("userName eq \"{user_name}\"");
    format!("/Users?filter={}", utf8_percent_encode(&filter, NON_ALPHANUMERIC))
}

/// A request as it goes over the wire.
pub(crate) fn request(method: &str, path: &str, body: &str) -> Vec<u8> {
    let about_body = if body.is_empty() {
        String::new()
    } else {
        format!("Content-Type: application/scim+json\r\nContent-Length: {}\r\n", body.len())
    };
    let message = format!(
        "{method} /scim/v2{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\n\
         Accept: application/scim+json\r\n{about_body}\r\n{body}"
    );
    message.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_of_the_size_that_the_figures_speak_of() {
        let user = user(7);
        assert!((550..650).contains(&user.len()), "{}", user.len());
        assert!(user.contains(&name(7)));
    }
}
