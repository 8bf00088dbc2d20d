//! The extension with what the schemas of RFC 7643 lack: every data type, every mutability, every time of being
//! returned.

mod client;

use client::{Client, USER, config, encoded};
use scim_reference_server::policy::Vocabulary;
use scim_reference_server::{Config, Policy};
use serde_json::{Value, json};

const BADGE: &str = "urn:example:params:scim:schemas:extension:badge:2.0:User";

fn server(vocabulary: Vocabulary) -> Client {
    Client::with(Config { policy: Policy { vocabulary, ..Policy::rfc() }, ..config() })
}

fn badges() -> Client {
    server(Vocabulary::WithBadge)
}

fn user(name: &str, badge: &Value) -> Value {
    json!({"schemas": [USER, BADGE], "userName": name, BADGE: badge})
}

/// A user with everything on the badge.
async fn full(client: &Client, name: &str) -> String {
    let badge = json!({
        "serial": format!("S-{name}"), "colour": "red", "note": "limps", "pin": "1234", "level": 3, "reach": 1.5,
        "lost": false, "expires": "2030-01-01T00:00:00Z", "chip": "TWFu", "page": "https://x.example/A",
        "doors": ["north", "south"], "cover": {"material": "leather", "maker": "Hide", "engraving": "A"},
        "keys": [{"value": "k1", "type": "metal", "blank": "b1", "hook": "left"}, {"value": "k2", "type": "card"}],
    });
    let made = client.post("/Users", user(name, &badge)).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.id()
}

/// The badge as a GET shows it.
async fn badge(client: &Client, id: &str) -> Value {
    client.get(&format!("/Users/{id}")).await.body[BADGE].clone()
}

#[tokio::test]
async fn every_type_takes_its_values_and_no_others() {
    let client = badges();
    let rows: [(&str, &[Value], &[Value]); 9] = [
        ("level", &[json!(0), json!(-7), json!(9_007_199_254_740_993_u64)], &[json!(1.5), json!("1"), json!(true)]),
        ("reach", &[json!(0.5), json!(-2), json!(1e3)], &[json!("0.5"), json!(false), json!([1.5])]),
        ("lost", &[json!(true), json!(false)], &[json!("True"), json!(1), json!("")]),
        (
            "expires",
            &[json!("2030-01-01T00:00:00Z"), json!("2030-01-01T00:00:00.5+02:00"), json!("2030-01-01T00:00:00")],
            &[json!("2030-01-01"), json!("2030-13-01T00:00:00Z"), json!("2030-01-01 00:00:00Z"), json!(0), json!("")],
        ),
        ("chip", &[json!("TWFu"), json!("TWE="), json!("_-9"), json!("")], &[json!("T"), json!("!!!"), json!(1)]),
        ("page", &[json!("https://x.example/A"), json!("../a")], &[json!("http://exa mple"), json!(1)]),
        ("doors", &[json!(["a", "b"]), json!(["a"])], &[json!("a"), json!([1]), json!([null]), json!([["a"]])]),
        ("cover", &[json!({"material": "x"})], &[json!("x"), json!({"maker": "x"}), json!([{"material": "x"}])]),
        ("keys", &[json!([{"value": "k"}])], &[json!([{"type": "card"}]), json!(["k"]), json!({"value": "k"})]),
    ];
    for (at, (name, good, bad)) in rows.into_iter().enumerate() {
        let path = format!("{BADGE}:{name}");
        let id = client.post("/Users", user(&format!("u{at}"), &json!({}))).await.id();
        for value in good {
            let operations = json!([{"op": "replace", "path": path, "value": value}]);
            let patched = client.patch(&format!("/Users/{id}"), operations).await;
            assert_eq!((patched.status, &patched.body[BADGE][name]), (200, value), "{name} {value}");
            let made = client.post("/Users", user(&format!("{at}-{value}"), &json!({name: value}))).await;
            assert_eq!((made.status, &made.body[BADGE][name]), (201, value), "{name} {value}");
        }
        let before = client.get(&format!("/Users/{id}")).await.body;
        for value in bad {
            let made = client.post("/Users", user("bad", &json!({name: value}))).await;
            assert_eq!(made.error(), (400, "invalidValue"), "{name} {value}");
            // One value stands for a list of it in a PATCH.
            let is_lone = (name == "doors" || name == "keys") && !value.is_array();
            // And parts are added to those that are there.
            if is_lone || (name == "cover" && value.is_object()) {
                continue;
            }
            let patched =
                client.patch(&format!("/Users/{id}"), json!([{"op": "replace", "path": path, "value": value}])).await;
            assert_eq!(patched.error(), (400, "invalidValue"), "{name} {value}");
        }
        assert_eq!(client.get(&format!("/Users/{id}")).await.body, before);
    }
}

#[tokio::test]
async fn what_is_set_once_stays() {
    let client = badges();
    let id = full(&client, "a").await;
    let path = format!("/Users/{id}");
    let at = |name: &str| format!("{BADGE}:{name}");
    let refused = [
        json!({"op": "replace", "path": at("serial"), "value": "S-b"}),
        json!({"op": "replace", "path": at("serial"), "value": "s-A"}),
        json!({"op": "add", "path": at("serial"), "value": "S-b"}),
        json!({"op": "replace", "value": {BADGE: {"serial": "S-b"}}}),
        json!({"op": "remove", "path": at("serial")}),
        json!({"op": "replace", "path": at("serial"), "value": null}),
        json!({"op": "remove", "path": BADGE}),
        json!({"op": "replace", "path": at("cover.maker"), "value": "Seek"}),
        json!({"op": "replace", "path": at("cover"), "value": {"material": "x", "maker": "Seek"}}),
        json!({"op": "remove", "path": at("cover.maker")}),
        json!({"op": "remove", "path": at("cover")}),
        json!({"op": "replace", "path": at("keys[value eq \"k1\"].blank"), "value": "b2"}),
        json!({"op": "remove", "path": at("keys[value eq \"k1\"].blank")}),
        json!({"op": "replace", "path": at("keys[value eq \"k1\"]"), "value": {"value": "k1", "blank": "b2"}}),
        json!({"op": "replace", "path": at("keys"), "value": [{"value": "k1", "type": "metal", "blank": "b2"}]}),
    ];
    let before = client.get(&path).await.body;
    for operation in refused {
        let answer = client.patch(&path, json!([operation])).await;
        assert_eq!(answer.error(), (400, "mutability"), "{operation}");
    }
    assert_eq!(client.get(&path).await.body, before);
    // Not even to bring it back.
    let there_and_back = json!([
        {"op": "remove", "path": at("serial")}, {"op": "add", "path": at("serial"), "value": "S-a"},
    ]);
    assert_eq!(client.patch(&path, there_and_back).await.error(), (400, "mutability"));

    let equal = [
        json!({"op": "replace", "path": at("serial"), "value": "S-a"}),
        json!({"op": "add", "value": {BADGE: {"serial": "S-a", "cover": {"maker": "HIDE"}}}}),
        json!({"op": "replace", "path": at("keys[value eq \"k1\"].blank"), "value": "B1"}),
    ];
    for operation in equal {
        let answer = client.patch(&path, json!([operation])).await;
        assert_eq!((answer.status, &answer.body[BADGE]), (200, &before[BADGE]), "{operation}");
    }
    // An element joins with such a part, gets it, or goes with it.
    let joining = json!([
        {"op": "add", "path": at("keys"), "value": [{"value": "k3", "blank": "b3"}]},
        {"op": "add", "path": at("keys[value eq \"k2\"].blank"), "value": "b2"},
        {"op": "remove", "path": at("keys[value eq \"k1\"]")},
    ]);
    let keys = client.patch(&path, joining).await.body[BADGE]["keys"].clone();
    assert_eq!(keys, json!([{"value": "k2", "type": "card", "blank": "b2"}, {"value": "k3", "blank": "b3"}]));
}

#[tokio::test]
async fn a_put_may_leave_out_what_is_set_once_and_not_change_it() {
    let client = badges();
    let id = full(&client, "a").await;
    let path = format!("/Users/{id}");
    for badge in [
        json!({"serial": "S-b"}),
        json!({"serial": "s-a"}),
        json!({"cover": {"material": "x", "maker": "Seek"}}),
        json!({"keys": [{"value": "k1", "type": "metal", "blank": "b2"}]}),
    ] {
        assert_eq!(client.put(&path, user("a", &badge)).await.error(), (400, "mutability"), "{badge}");
    }
    // The maker is there for ever, and not without the cover.
    let put = client.put(&path, user("a", &json!({}))).await;
    assert_eq!((put.status, &put.body[BADGE]["cover"]["material"]), (200, &json!("leather")));
    let kept = json!({"serial": "S-a", "cover": {"material": "x", "maker": "Hide"}});
    for badge in
        [json!({"cover": {"material": "x"}}), kept.clone(), json!({"cover": {"material": "x", "maker": "hide"}})]
    {
        let put = client.put(&path, user("a", &badge)).await;
        assert_eq!(put.status, 200, "{put:?}");
        assert_eq!((&put.body[BADGE]["serial"], &put.body[BADGE]["cover"]), (&kept["serial"], &kept["cover"]));
        assert_eq!(put.body[BADGE].get("level"), None);
    }
    // What has no value yet takes one.
    let other = client.post("/Users", user("b", &json!({"level": 1}))).await.id();
    let put = client.put(&format!("/Users/{other}"), user("b", &json!({"serial": "S-b"}))).await;
    assert_eq!((put.status, &put.body[BADGE]["serial"]), (200, &json!("S-b")));
    // Not even the whole extension takes it away.
    let put = client.put(&format!("/Users/{other}"), json!({"schemas": [USER], "userName": "b"})).await;
    assert_eq!((put.status, &put.body[BADGE]["serial"]), (200, &json!("S-b")));
    assert_eq!(put.body["schemas"], json!([USER, BADGE]));
}

#[tokio::test]
async fn read_only_values_are_ignored_in_post_and_put_and_may_be_repeated_in_patch() {
    let client = badges();
    for number in [json!("mine"), json!({}), json!([1]), json!(null)] {
        let made = client.post("/Users", user(&format!("u-{number}"), &json!({"number": number}))).await;
        assert_eq!(made.status, 201, "{number}");
        let issued = made.body[BADGE]["number"].clone();
        assert!(issued.as_str().is_some_and(|issued| issued.starts_with("B-")));
        let path = format!("/Users/{}", made.id());
        let put = client.put(&path, user(&format!("u-{number}"), &json!({"number": number}))).await;
        assert_eq!((put.status, &put.body[BADGE]["number"]), (200, &issued));
        let said = |value: &Value| json!([{"op": "replace", "path": format!("{BADGE}:number"), "value": value}]);
        assert_eq!(client.patch(&path, said(&issued)).await.status, 200);
        assert_eq!(client.patch(&path, said(&json!("B-x"))).await.error(), (400, "mutability"));
        let said = |value: &Value| json!([{"op": "add", "value": {BADGE: {"number": value, "level": 2}}}]);
        assert_eq!(client.patch(&path, said(&issued)).await.body[BADGE]["level"], 2);
        assert_eq!(client.patch(&path, said(&json!("B-x"))).await.error(), (400, "mutability"));
    }
}

#[tokio::test]
async fn required_parts_come_with_the_value_they_are_a_part_of() {
    let client = badges();
    let id = full(&client, "a").await;
    let patch = async |operation: Value| client.patch(&format!("/Users/{id}"), json!([operation])).await;
    let at = |name: &str| format!("{BADGE}:{name}");
    for path in [at("cover.material"), at("keys[value eq \"k1\"].value")] {
        assert_eq!(patch(json!({"op": "remove", "path": path})).await.error(), (400, "mutability"), "{path}");
        let nothing = patch(json!({"op": "replace", "path": path, "value": null})).await;
        assert_eq!(nothing.error(), (400, "invalidValue"), "{path}");
    }
    let keyless = json!({"op": "add", "path": at("keys"), "value": [{"type": "metal"}]});
    assert_eq!(patch(keyless).await.error(), (400, "invalidValue"));
    let made = json!({"op": "add", "path": at("keys[type eq \"card\" and hook eq \"x\"].blank"), "value": "b"});
    assert_eq!(patch(made).await.error(), (400, "noTarget"));
}

#[tokio::test]
async fn what_is_returned_on_request_comes_to_who_asks_or_has_written_it() {
    let client = badges();
    let made = client.post("/Users", user("a", &json!({"note": "limps", "pin": "1234", "colour": "red"}))).await;
    assert_eq!(made.body[BADGE]["note"], "limps");
    assert_eq!(made.body[BADGE].get("pin"), None);
    let path = format!("/Users/{}", made.id());
    let shown = async |query: &str| client.get(&format!("{path}{query}")).await.body[BADGE].clone();
    let has_note = |badge: &Value| badge.get("note").is_some();
    assert!(!has_note(&shown("").await));
    assert!(!has_note(&shown("?excludedAttributes=title").await));
    assert!(!has_note(&shown("?attributes=userName").await));
    let asked = shown(&format!("?attributes={BADGE}:note")).await;
    assert_eq!(asked, json!({"colour": "red", "note": "limps"}));
    for name in ["pin", "number"] {
        let asked = shown(&format!("?attributes={BADGE}:{name}")).await;
        assert_eq!(asked.get(name).is_some(), name == "number", "{asked}");
    }
    let list = client.get("/Users").await.body;
    assert!(!has_note(&list["Resources"][0][BADGE]));

    let patch = async |operation: Value| client.patch(&path, json!([operation])).await.body[BADGE].clone();
    assert!(!has_note(&patch(json!({"op": "add", "path": "title", "value": "T"})).await));
    assert!(has_note(&patch(json!({"op": "add", "path": format!("{BADGE}:note"), "value": "x"})).await));
    assert!(has_note(&patch(json!({"op": "add", "path": BADGE, "value": {"note": "y"}})).await));
    assert!(has_note(&patch(json!({"op": "add", "value": {BADGE.to_uppercase(): {"NOTE": "z"}}})).await));
    let cover = json!({"op": "add", "path": format!("{BADGE}:cover"), "value": {"material": "m", "engraving": "e"}});
    assert_eq!(patch(cover).await["cover"], json!({"material": "m", "engraving": "e"}));
    assert_eq!(shown("").await["cover"], json!({"material": "m"}));
    let engraving = json!({"op": "replace", "path": format!("{BADGE}:cover.engraving"), "value": "f"});
    assert_eq!(patch(engraving).await["cover"]["engraving"], "f");

    assert!(!has_note(&client.put(&path, user("a", &json!({"colour": "red"}))).await.body[BADGE]));
    assert!(has_note(&client.put(&path, user("a", &json!({"note": "w"}))).await.body[BADGE]));
}

#[tokio::test]
async fn what_is_always_returned_cannot_be_hidden() {
    let client = badges();
    let id = full(&client, "a").await;
    let shown = async |query: &str| client.get(&format!("/Users/{id}?{query}")).await.body[BADGE].clone();
    assert_eq!(shown("attributes=userName").await, json!({"colour": "red"}));
    assert_eq!(shown(&format!("excludedAttributes={BADGE}")).await, json!({"colour": "red"}));
    assert_eq!(shown(&format!("excludedAttributes={BADGE}:colour,title")).await["colour"], "red");
    let keys = shown(&format!("attributes={BADGE}:keys.value")).await["keys"].clone();
    assert_eq!(keys, json!([{"value": "k1", "hook": "left"}, {"value": "k2"}]));
    let keys = shown(&format!("excludedAttributes={BADGE}:keys.hook")).await["keys"].clone();
    assert_eq!(keys[0]["hook"], "left");
}

#[tokio::test]
async fn filters_compare_by_type() {
    let client = badges();
    full(&client, "a").await;
    let other =
        json!({"level": 10, "reach": 0.25, "lost": true, "expires": "2031-01-01T00:00:00+02:00", "doors": ["West"]});
    client.post("/Users", user("b", &other)).await;
    let rows: &[(&str, &[&str])] = &[
        ("level eq 3", &["a"]),
        ("level gt 3", &["b"]),
        ("level ge 3 and {level lt 10}", &["a"]),
        ("level ne 3", &["b"]),
        ("reach gt 1", &["a"]),
        ("reach eq 0.250", &["b"]),
        ("lost eq true", &["b"]),
        ("expires lt \"2030-12-31T21:00:00Z\"", &["a"]),
        ("expires eq \"2030-12-31T22:00:00Z\"", &["b"]),
        ("chip eq \"TWFu\"", &["a"]),
        ("chip eq \"twfu\"", &[]),
        ("page eq \"https://x.example/a\"", &[]),
        ("page sw \"https://x.example/A\"", &["a"]),
        ("serial eq \"s-a\"", &[]),
        ("colour eq \"RED\"", &["a"]),
        ("note eq \"limps\"", &["a"]),
        ("doors eq \"west\"", &["b"]),
        ("doors co \"o\"", &["a"]),
        ("doors[value eq \"north\"]", &["a"]),
        ("doors pr", &["a", "b"]),
        ("number sw \"b-\"", &["a", "b"]),
        ("cover.maker pr", &["a"]),
        ("keys[type eq \"metal\" and blank eq \"b1\"]", &["a"]),
        ("keys.value eq \"k2\"", &["a"]),
    ];
    for (text, names) in rows {
        let filter = format!("{BADGE}:{}", text.replace('{', &format!("{BADGE}:")).replace('}', ""));
        assert_eq!(client.names(&filter).await, *names, "{text}");
    }
    for text in [
        "level co 3",
        "level eq \"3\"",
        "reach sw 1",
        "lost gt true",
        "chip gt \"T\"",
        "pin eq \"1234\"",
        "expires gt 1",
    ] {
        let refused = client.filter("/Users", &format!("{BADGE}:{text}")).await;
        assert_eq!(refused.error(), (400, "invalidFilter"), "{text}");
    }
}

#[tokio::test]
async fn lists_sort_by_type() {
    let client = badges();
    for (name, level, expires) in
        [("a", 10, "2030-01-01T01:00:00+02:00"), ("b", 9, "2030-01-01T00:00:00Z"), ("c", -1, "2029-12-31T23:30:00Z")]
    {
        let badge = json!({"level": level, "expires": expires, "reach": f64::from(level) / 4.0});
        client.post("/Users", user(name, &badge)).await;
    }
    client.post("/Users", user("d", &json!({}))).await;
    for (by, order) in [("level", "cbad"), ("reach", "cbad"), ("expires", "acbd"), ("number", "abcd")] {
        let sorted = |order: &'static str| format!("/Users?sortBy={BADGE}:{by}&sortOrder={order}");
        let names = async |path: String| {
            let list = client.get(&path).await.body;
            let users = list["Resources"].as_array().cloned().unwrap_or_default();
            users.iter().filter_map(|user| user["userName"].as_str().map(str::to_owned)).collect::<String>()
        };
        assert_eq!(names(sorted("ascending")).await, order, "{by}");
        assert_eq!(names(sorted("descending")).await, order.chars().rev().collect::<String>(), "{by}");
    }
}

#[tokio::test]
async fn values_without_parts_come_and_go_one_by_one() {
    let client = badges();
    let id = full(&client, "a").await;
    let doors = async |operation: Value| {
        let answer = client.patch(&format!("/Users/{id}"), json!([operation])).await;
        answer.body[BADGE]["doors"].clone()
    };
    let path = format!("{BADGE}:doors");
    assert_eq!(doors(json!({"op": "add", "path": path, "value": ["East"]})).await, json!(["north", "south", "East"]));
    assert_eq!(doors(json!({"op": "add", "path": path, "value": ["EAST"]})).await, json!(["north", "south", "East"]));
    let north = format!("{path}[value eq \"North\"]");
    assert_eq!(doors(json!({"op": "replace", "path": north, "value": "west"})).await, json!(["west", "south", "East"]));
    assert_eq!(doors(json!({"op": "remove", "path": format!("{path}[value ew \"st\"]")})).await, json!(["south"]));
    assert_eq!(doors(json!({"op": "remove", "path": path})).await, Value::Null);
}

#[tokio::test]
async fn a_unique_value_has_one_owner() {
    let client = badges();
    let id = full(&client, "a").await;
    let taken = client.post("/Users", user("b", &json!({"serial": "S-a"}))).await;
    assert_eq!(taken.error(), (409, "uniqueness"));
    let other = client.post("/Users", user("b", &json!({"serial": "s-a"}))).await;
    assert_eq!(other.status, 201);
    let third = client.post("/Users", user("c", &json!({}))).await.id();
    let add = json!([{"op": "add", "path": format!("{BADGE}:serial"), "value": "S-a"}]);
    assert_eq!(client.patch(&format!("/Users/{third}"), add.clone()).await.error(), (409, "uniqueness"));
    assert_eq!(client.delete(&format!("/Users/{id}")).await.status, 204);
    assert_eq!(client.patch(&format!("/Users/{third}"), add).await.status, 200);
}

#[tokio::test]
async fn the_schema_is_published() {
    let client = badges();
    let schema = client.get(&format!("/Schemas/{}", encoded(BADGE))).await.body;
    let of = |name: &str, key: &str| {
        let all = schema["attributes"].as_array().expect("attributes");
        all.iter().find(|attribute| attribute["name"] == name).map(|attribute| attribute[key].clone())
    };
    for (name, key, value) in [
        ("reach", "type", json!("decimal")),
        ("expires", "type", json!("dateTime")),
        ("chip", "type", json!("binary")),
        ("serial", "mutability", json!("immutable")),
        ("serial", "uniqueness", json!("server")),
        ("serial", "caseExact", json!(true)),
        ("note", "returned", json!("request")),
        ("colour", "returned", json!("always")),
        ("pin", "returned", json!("never")),
        ("pin", "mutability", json!("writeOnly")),
        ("doors", "multiValued", json!(true)),
        ("lost", "caseExact", Value::Null),
    ] {
        assert_eq!(of(name, key).unwrap_or_default(), value, "{name} {key}");
    }
    let kind = client.get("/ResourceTypes/User").await.body;
    assert_eq!(kind["schemaExtensions"][1], json!({"schema": BADGE, "required": false}));
}

#[tokio::test]
async fn an_extension_may_be_required() {
    let client = server(Vocabulary::WithRequiredBadge);
    let kind = client.get("/ResourceTypes/User").await.body;
    assert_eq!(kind["schemaExtensions"][1], json!({"schema": BADGE, "required": true}));
    for without in
        [json!({"schemas": [USER], "userName": "a"}), user("a", &json!({})), user("a", &json!({"lost": true}))]
    {
        assert_eq!(client.post("/Users", without).await.error(), (400, "invalidValue"));
    }
    let made = client.post("/Users", user("a", &json!({"level": 1}))).await;
    assert_eq!(made.status, 201);
    let path = format!("/Users/{}", made.id());
    assert_eq!(client.put(&path, json!({"schemas": [USER], "userName": "a"})).await.error(), (400, "invalidValue"));
    assert_eq!(client.put(&path, user("a", &json!({"lost": true}))).await.error(), (400, "invalidValue"));
    for gone in [BADGE.to_owned(), format!("{BADGE}:level")] {
        let remove = json!([{"op": "remove", "path": gone}]);
        assert_eq!(client.patch(&path, remove).await.error(), (400, "mutability"), "{gone}");
    }
    assert_eq!(badge(&client, &made.id()).await["level"], 1);
}
