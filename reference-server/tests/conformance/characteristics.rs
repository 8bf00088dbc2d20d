//! Characteristics that no attribute of RFC 7643 has, and an extension of this server's own does: numbers, what is set
//! once, what is shown on request alone.

use crate::client::{Answer, Client, USER};
use serde_json::{Value, json};

/// A server with such an extension.
fn server() -> Client {
    Client::varied("schema.own-extension")
}

/// An attribute that a schema of users describes like this.
struct Found {
    urn: String,
    name: String,
}

impl Found {
    async fn by(client: &Client, characteristics: Value) -> Self {
        let list = client.get("/Schemas").await;
        let fits = |attribute: &&Value| {
            let wanted = characteristics.as_object().expect("an object");
            attribute["multiValued"] == false && wanted.iter().all(|(name, value)| &attribute[name] == value)
        };
        let extensions = client.get("/ResourceTypes/User").await.body["schemaExtensions"].clone();
        for schema in list.resources().iter().filter(|schema| {
            extensions.as_array().is_some_and(|all| all.iter().any(|extension| extension["schema"] == schema["id"]))
        }) {
            if let Some(attribute) = schema["attributes"].as_array().and_then(|all| all.iter().find(fits)) {
                let text = |value: &Value| value.as_str().expect("a string").to_owned();
                return Self { urn: text(&schema["id"]), name: text(&attribute["name"]) };
            }
        }
        panic!("no attribute is described by {characteristics}");
    }

    fn path(&self) -> String {
        format!("{}:{}", self.urn, self.name)
    }

    fn user(&self, name: &str, value: &Value) -> Value {
        let mut user = json!({"schemas": [USER, self.urn], "userName": name});
        user[&self.urn] = json!({&*self.name: value});
        user
    }

    fn of<'a>(&self, answer: &'a Answer) -> &'a Value {
        &answer.body[&self.urn][&self.name]
    }

    async fn given(&self, client: &Client, name: &str, value: &Value) -> String {
        let answer = client.post("/Users", self.user(name, value)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        format!("/Users/{}", answer.id())
    }
}

/// RFC7644-3.4.2.2-45
#[tokio::test]
async fn numbers_are_compared_and_sorted_as_such() {
    let client = server();
    let number = Found::by(&client, json!({"type": "integer", "mutability": "readWrite"})).await;
    for (name, value) in [("ten", 10), ("nine", 9), ("minus", -1), ("hundred", 100)] {
        number.given(&client, name, &json!(value)).await;
    }
    client.user("none").await;
    let path = number.path();
    for (filter, names) in [
        ("lt 10", &["nine", "minus"] as &[&str]),
        ("le 10", &["ten", "nine", "minus"]),
        ("gt 9", &["ten", "hundred"]),
        ("ge 9", &["ten", "nine", "hundred"]),
        ("eq 9", &["nine"]),
        ("eq 9.0", &["nine"]),
        ("gt 9.5", &["ten", "hundred"]),
        ("lt 1e2", &["ten", "nine", "minus"]),
        ("pr", &["ten", "nine", "minus", "hundred"]),
    ] {
        assert_eq!(client.names(&format!("{path} {filter}")).await, names, "{filter}");
    }
    for filter in ["co 9", "sw 1", "eq \"9\"", "gt true"] {
        let answer = client.filter("/Users", &format!("{path} {filter}")).await;
        assert_eq!(answer.error(), (400, "invalidFilter"), "{filter}");
    }
    let sorted = client.get(&format!("/Users?sortBy={path}")).await;
    assert_eq!(sorted.each("userName"), ["minus", "nine", "ten", "hundred", "none"]);
    let sorted = client.get(&format!("/Users?sortBy={path}&sortOrder=descending")).await;
    assert_eq!(sorted.each("userName"), ["none", "hundred", "ten", "nine", "minus"]);
}

/// RFC7643-7-27
#[tokio::test]
async fn what_is_shown_on_request_is_shown_to_who_asks_and_who_writes() {
    let client = server();
    let shy = Found::by(&client, json!({"type": "string", "returned": "request"})).await;
    let (value, other) = (json!("v"), json!("w"));
    let created = client.post("/Users", shy.user("ann", &value)).await;
    assert_eq!((created.status, shy.of(&created)), (201, &value), "a client that writes it sees it");
    let path = format!("/Users/{}", created.id());
    let is_hidden = async |path: &str| shy.of(&client.get(path).await).is_null();
    assert!(is_hidden(&path).await);
    assert!(is_hidden(&format!("{path}?attributes=userName")).await);
    assert!(is_hidden(&format!("{path}?excludedAttributes=userName")).await);
    for user in client.get("/Users").await.resources() {
        assert!(user[&shy.urn][&shy.name].is_null(), "{user}");
    }
    for asked in [shy.path(), format!("userName,{}", shy.path())] {
        assert_eq!(shy.of(&client.get(&format!("{path}?attributes={asked}")).await), &value);
        let list = client.get(&format!("/Users?attributes={asked}")).await;
        assert_eq!(list.resources()[0][&shy.urn][&shy.name], value);
    }
    let title = client.patch(&path, json!([{"op": "replace", "path": "title", "value": "T"}])).await;
    assert_eq!((title.status, shy.of(&title)), (200, &Value::Null), "who writes something else does not");
    let patched = client.patch(&path, json!([{"op": "replace", "path": shy.path(), "value": other}])).await;
    assert_eq!((patched.status, shy.of(&patched)), (200, &other));
    let put = client.put(&path, shy.user("ann", &value)).await;
    assert_eq!((put.status, shy.of(&put)), (200, &value));
}

/// Two users without a value there: one without the extension, one with something else in it.
async fn without(client: &Client, found: &Found) -> [String; 2] {
    let other = Found::by(client, json!({"type": "integer", "mutability": "readWrite"})).await;
    assert_eq!(other.urn, found.urn);
    [format!("/Users/{}", client.user("bob").await), other.given(client, "cy", &json!(7)).await]
}

/// RFC7644-3.5.1-08, RFC7644-3.5.1-09, RFC7644-3.5.1-10
#[tokio::test]
async fn a_put_sets_what_is_immutable_once() {
    let client = server();
    let fixed = Found::by(&client, json!({"type": "string", "mutability": "immutable", "returned": "default"})).await;
    let (value, other) = (json!("v"), json!("w"));
    let path = fixed.given(&client, "ann", &value).await;
    let before = client.get(&path).await.body;
    let mut body = fixed.user("ann", &other);
    body["title"] = "T".into();
    assert_eq!(client.put(&path, body).await.error(), (400, "mutability"));
    assert_eq!(client.get(&path).await.body, before);
    let mut body = fixed.user("ann", &value);
    body["title"] = "T".into();
    let same = client.put(&path, body).await;
    assert_eq!((same.status, fixed.of(&same), &same.body["title"]), (200, &value, &json!("T")));

    for path in without(&client, &fixed).await {
        let name = client.get(&path).await.body["userName"].as_str().expect("a name").to_owned();
        let first = client.put(&path, fixed.user(&name, &other)).await;
        assert_eq!((first.status, fixed.of(&first)), (200, &other), "what has no value takes one");
        assert_eq!(client.put(&path, fixed.user(&name, &value)).await.error(), (400, "mutability"));
        assert_eq!(fixed.of(&client.get(&path).await), &other);
        client.delete(&path).await;
    }
}

/// RFC7644-3.5.2-16, RFC7644-3.5.2-17
#[tokio::test]
async fn a_patch_adds_what_is_immutable_once() {
    let client = server();
    let fixed = Found::by(&client, json!({"type": "string", "mutability": "immutable", "returned": "default"})).await;
    let (value, other) = (json!("v"), json!("w"));
    let operation = |op: &str, value: &Value| json!([{"op": op, "path": fixed.path(), "value": value}]);
    let pathless = |op: &str| json!([{"op": op, "value": {&*fixed.urn: {&*fixed.name: other}}}]);
    for path in without(&client, &fixed).await {
        let added = client.patch(&path, operation("add", &value)).await;
        assert_eq!((added.status, fixed.of(&added)), (200, &value));
        let before = client.get(&path).await.body;
        for refused in [
            operation("add", &other),
            operation("replace", &other),
            operation("replace", &json!(null)),
            json!([{"op": "remove", "path": fixed.path()}]),
            json!([{"op": "remove", "path": fixed.urn}]),
            pathless("add"),
            pathless("replace"),
        ] {
            assert_eq!(client.patch(&path, refused.clone()).await.error(), (400, "mutability"), "{refused}");
            assert_eq!(client.get(&path).await.body, before, "{refused}");
        }
        for op in ["add", "replace"] {
            let same = client.patch(&path, operation(op, &value)).await;
            assert_eq!((same.status, &same.body), (200, &before), "{op}");
        }
        client.delete(&path).await;
    }
}

/// RFC7644-3.5.2-15
#[tokio::test]
async fn what_is_read_only_may_be_said_as_it_is() {
    let client = Client::rfc();
    let id = client.user("ann").await;
    client.group("Crew", &[&id]).await;
    let path = format!("/Users/{id}");
    let before = client.get(&path).await.body;
    for op in ["add", "replace"] {
        for name in ["id", "meta", "groups"] {
            for operation in [
                json!({"op": op, "path": name, "value": before[name]}),
                json!({"op": op, "value": {name: before[name]}}),
            ] {
                let answer = client.patch(&path, json!([operation])).await;
                assert_eq!((answer.status, &answer.body), (200, &before), "{operation}");
            }
        }
        let created = json!({"op": op, "path": "meta.created", "value": before["meta"]["created"]});
        assert_eq!(client.patch(&path, json!([created])).await.body, before);
    }
}
