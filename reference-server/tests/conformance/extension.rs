//! Extensions, the enterprise extension among them, and how attributes are addressed.

use crate::client::{BASE, Client, ENTERPRISE, USER, encoded};
use crate::sample::full_user;
use crate::served::written;
use serde_json::{Value, json};

fn employee(name: &str, data: Value) -> Value {
    json!({"schemas": [USER, ENTERPRISE], "userName": name, ENTERPRISE: data})
}

/// RFC7643-3.3-02, RFC7643-3.3-03, RFC7643-3-05, RFC7643-4.3-02
#[tokio::test]
async fn an_extension_keeps_to_its_own_object() {
    let client = Client::rfc();
    let data = json!({
        "employeeNumber": "701984", "costCenter": "4130", "organization": "Ex Ample", "division": "Parks",
        "department": "Tours",
    });
    let created = client.post("/Users", employee("ann", data.clone())).await;
    assert_eq!((created.status, &created.body[ENTERPRISE]), (201, &data));
    assert_eq!(created.body["schemas"], json!([USER, ENTERPRISE]));
    let read = client.get(&format!("/Users/{}", created.id())).await.body;
    assert_eq!(read, created.body);
    for name in data.as_object().expect("an object").keys() {
        assert!(read.get(name).is_none(), "{name}");
    }
    // At the top level these names mean nothing.
    let mut flat = data.clone();
    flat["schemas"] = json!([USER]);
    flat["userName"] = json!("bob");
    let created = client.post("/Users", flat).await;
    assert_eq!((created.status, &created.body["schemas"]), (201, &json!([USER])));
    assert!(created.body.get(ENTERPRISE).is_none() && !created.body.to_string().contains("701984"));
}

/// RFC7643-3-06
#[tokio::test]
async fn extension_data_brings_its_schema_with_it() {
    let client = Client::rfc();
    let mut body = employee("ann", json!({"department": "Tours"}));
    body["schemas"] = json!([USER]);
    let created = client.post("/Users", body).await;
    assert_eq!((created.status, &created.body["schemas"]), (201, &json!([USER, ENTERPRISE])));
    assert_eq!(created.body[ENTERPRISE], json!({"department": "Tours"}));
    for nothing in [json!({}), json!(null), json!({"department": null})] {
        let replaced = client.put(&format!("/Users/{}", created.id()), employee("ann", nothing)).await;
        assert_eq!((replaced.status, &replaced.body["schemas"]), (200, &json!([USER])));
        assert!(replaced.body.get(ENTERPRISE).is_none());
    }
    for wrong in [json!("x"), json!([]), json!([{"department": "D"}]), json!(7)] {
        assert_eq!(
            client.post("/Users", employee("bob", wrong.clone())).await.error(),
            (400, "invalidValue"),
            "{wrong}"
        );
    }
}

/// RFC7643-4.3-03, RFC7643-4.3-04
#[tokio::test]
async fn a_manager_is_a_user_with_an_id_and_an_address() {
    let client = Client::rfc();
    let boss = client.user("boss").await;
    for (name, base) in [("ann", format!("{BASE}/")), ("cy", String::new())] {
        let manager = json!({"value": boss, "$ref": format!("{base}Users/{boss}")});
        let created = client.post("/Users", employee(name, json!({"manager": manager}))).await;
        assert_eq!(created.status, 201);
        let shown = &client.get(&format!("/Users/{}", created.id())).await.body[ENTERPRISE]["manager"];
        assert_eq!(*shown, manager);
        assert_eq!(client.follow(&shown["$ref"]).await.id(), boss);
    }
    let bare = client.post("/Users", employee("bob", json!({"manager": boss}))).await;
    assert_eq!(bare.error(), (400, "invalidValue"));
}

/// RFC7643-4.3-05
#[tokio::test]
async fn the_name_of_a_manager_is_not_the_clients_to_give() {
    let client = Client::rfc();
    let boss = client.user("boss").await;
    let fake = json!({"manager": {"value": boss, "displayName": "fake"}});
    let created = client.post("/Users", employee("ann", fake.clone())).await;
    assert_eq!((created.status, &created.body[ENTERPRISE]["manager"]["value"]), (201, &json!(boss)));
    let path = format!("/Users/{}", created.id());
    assert_eq!(client.put(&path, employee("ann", fake)).await.status, 200);
    let change = json!([{"op": "replace", "path": format!("{ENTERPRISE}:manager.displayName"), "value": "fake"}]);
    assert_eq!(client.patch(&path, change).await.error(), (400, "mutability"));
    assert!(!client.get(&path).await.body.to_string().contains("fake"));
}

/// RFC7644-3.10-02
#[tokio::test]
async fn an_extension_attribute_is_addressed_through_its_urn() {
    let client = Client::rfc();
    let boss = client.user("boss").await;
    let data = json!({"department": "Tours", "manager": {"value": boss}});
    let path = format!("/Users/{}", client.post("/Users", employee("ann", data)).await.id());
    let department = format!("{ENTERPRISE}:department");
    for filter in [
        format!("{department} eq \"tours\""),
        format!("{ENTERPRISE}:manager.value eq \"{boss}\""),
        format!("{} pr", department.to_uppercase()),
    ] {
        assert_eq!(client.names(&filter).await, ["ann"], "{filter}");
    }
    assert_eq!(client.names(&format!("{department} eq \"other\"")).await, [""; 0]);
    let shown = client.get(&format!("{path}?attributes={department}")).await.body;
    assert_eq!(shown[ENTERPRISE], json!({"department": "Tours"}));
    assert!(shown.get("userName").is_none());
    let sorted = client.get(&format!("/Users?sortBy={department}&attributes=userName")).await.body;
    assert_eq!(sorted["Resources"][0]["userName"], "ann");
    let change = json!([{"op": "replace", "path": department, "value": "Tools"}]);
    let patched = client.patch(&path, change).await.body;
    assert_eq!(patched[ENTERPRISE], json!({"department": "Tools", "manager": {"value": boss}}));
}

/// RFC7644-3.10-03
#[tokio::test]
async fn an_extension_attribute_without_its_urn_is_none() {
    let client = Client::rfc();
    let created = client.post("/Users", employee("ann", json!({"department": "Tours"}))).await;
    assert_eq!(created.status, 201);
    assert_eq!(client.filter("/Users", "department eq \"Tours\"").await.error(), (400, "invalidFilter"));
    let shown = client.get(&format!("/Users/{}?attributes=department", created.id())).await.body;
    assert!(shown.get(ENTERPRISE).is_none());
    let lenient = Client::varied("filter.unknown-finds-nothing");
    lenient.post("/Users", employee("ann", json!({"department": "Tours"}))).await;
    assert_eq!(lenient.names("department eq \"Tours\"").await, [""; 0]);
}

/// RFC7644-3.10-04, RFC7644-3.10-05
#[tokio::test]
async fn a_core_attribute_may_be_written_with_its_urn_and_in_any_case() {
    let client = Client::rfc();
    let path = format!("/Users/{}", client.user("ann").await);
    client.user("bob").await;
    let ways = |name: &str| {
        let whole = format!("{USER}:{name}");
        [name.to_owned(), name.to_uppercase(), whole.clone(), whole.to_uppercase(), whole.to_lowercase()]
    };
    for name in ways("userName") {
        assert_eq!(client.names(&format!("{name} eq \"bob\"")).await, ["bob"], "{name}");
        let sorted = client.get(&format!("/Users?sortBy={name}&sortOrder=descending")).await.body;
        assert_eq!(sorted["Resources"][0]["userName"], "bob", "{name}");
    }
    for name in ways("name.givenName") {
        assert_eq!(client.names(&format!("{name} eq \"given\" and userName eq \"ann\"")).await, ["ann"], "{name}");
        let shown = client.get(&format!("{path}?attributes={name}")).await.body;
        assert_eq!(shown["name"], json!({"givenName": "Given"}), "{name}");
    }
    for (number, name) in ways("nickName").into_iter().enumerate() {
        let change = json!([{"op": "replace", "path": name, "value": format!("N{number}")}]);
        assert_eq!(client.patch(&path, change).await.body["nickName"], format!("N{number}"), "{name}");
    }
    for unknown in ["urn:example:nope:userName", &format!("{ENTERPRISE}:userName")] {
        assert_eq!(
            client.filter("/Users", &format!("{unknown} pr")).await.error(),
            (400, "invalidFilter"),
            "{unknown}"
        );
    }
}

/// RFC7644-3.10-06
#[tokio::test]
async fn a_part_is_addressed_behind_a_dot() {
    let client = Client::rfc();
    let created = client.post("/Users", full_user("ann")).await;
    let path = format!("/Users/{}", created.id());
    for definition in written(&client).await.into_iter().filter(|definition| definition.parent.is_some()) {
        let shown = client.get(&format!("{path}?attributes={}", encoded(&definition.name_in_filters()))).await.body;
        assert_eq!(definition.values(&shown), definition.values(&created.body), "{}", definition.name());
        let attribute = definition.path.split('.').next().expect("a name");
        let whole = if definition.schema == USER { &shown } else { &shown[&definition.schema] };
        let values =
            whole[attribute].as_array().map_or_else(|| vec![&whole[attribute]], |values| values.iter().collect());
        let parts: usize = values.iter().filter_map(|value| value.as_object()).map(serde_json::Map::len).sum();
        assert_eq!(parts, definition.values(&shown).len(), "{}: and nothing else", definition.name());
    }
}

/// RFC7644-3.1-03
#[tokio::test]
async fn what_the_server_does_not_know_it_does_not_keep() {
    let client = Client::rfc();
    let mut body = full_user("ann");
    for unknown in ["x-unknown", "employeeNumber", "urn:example:ext:2.0:User", "members", "nick name"] {
        body[unknown] = json!({"mark": "unheard-of"});
    }
    body["name"]["x-unknown"] = json!("unheard-of");
    body["emails"][0]["x-unknown"] = json!("unheard-of");
    body[ENTERPRISE]["x-unknown"] = json!("unheard-of");
    let created = client.post("/Users", body.clone()).await;
    assert_eq!(created.status, 201);
    let path = format!("/Users/{}", created.id());
    for answer in [created, client.get(&path).await, client.put(&path, body.clone()).await, client.get("/Users").await]
    {
        assert!(!String::from_utf8_lossy(&answer.bytes).contains("unheard-of"));
    }
    let strict = Client::varied("unknown.refused");
    assert_eq!(strict.post("/Users", body).await.error(), (400, "invalidSyntax"));
    assert_eq!(strict.post("/Users", full_user("ann")).await.status, 201);
}

/// RFC7644-3.1-04
#[tokio::test]
async fn every_answer_shows_what_was_really_kept() {
    let client = Client::rfc();
    for (name, active) in [("none", None), ("on", Some(true)), ("off", Some(false))] {
        let mut body = json!({"schemas": [USER], "userName": name, "password": "a clear Word"});
        if let Some(active) = active {
            body["active"] = active.into();
        }
        let created = client.post("/Users", body).await;
        let is_active = active.unwrap_or(true);
        assert_eq!(created.body["active"], is_active, "{name}");
        assert_eq!(client.names(&format!("userName eq \"{name}\" and active eq {is_active}")).await, [name]);
        assert_eq!(client.login(name, "a clear Word").await.status, if is_active { 200 } else { 401 });
        let forged = json!([{"op": "replace", "path": "id", "value": "forged"}]);
        let refused = client.patch(&format!("/Users/{}", created.id()), forged).await;
        assert_eq!(refused.error(), (400, "mutability"), "what is not kept is not confirmed");
        client.delete(&format!("/Users/{}", created.id())).await;
    }
    let created = client.post("/Users", full_user("ann")).await;
    let path = format!("/Users/{}", created.id());
    assert_eq!(client.get(&path).await.body, created.body);
    let mut other = full_user("ann");
    other["emails"] = json!([{"value": "new@x.example", "type": "work"}, {"value": "NEW@x.example", "type": "work"}]);
    other["nickName"] = json!(null);
    let replaced = client.put(&path, other).await;
    assert_eq!(replaced.status, 200);
    assert_eq!(client.get(&path).await.body, replaced.body);
    let change = json!([{"op": "add", "value": {"nickName": "N", "emails": [{"value": "more@x.example"}]}}]);
    let patched = client.patch(&path, change).await;
    assert_eq!(patched.status, 200);
    assert_eq!(client.get(&path).await.body, patched.body);
    assert_eq!(client.filter("/Users", "userName eq \"ann\"").await.body["Resources"], json!([patched.body]));
}
