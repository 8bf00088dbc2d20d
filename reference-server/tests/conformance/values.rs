//! Data types: what a value of each may be, and when two values are the same. The attributes are those that the server
//! publishes, in every vocabulary.

use crate::client::{Client, GROUP, USER};
use crate::sample::full_user;
use crate::served::{Definition, definitions, of_users, vocabularies, written};
use crate::walk::{each_value, walk};
use axum::http::Uri;
use serde_json::{Value, json};

fn minimal(name: &str) -> Value {
    json!({"schemas": [USER], "userName": name})
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

/// What does not fit an attribute, or one value of it where it takes several.
fn wrong(definition: &Definition) -> Vec<Value> {
    let none_of_text = [json!(1), json!(true), json!({"value": "x"}), json!(["x"])];
    match definition.said["type"].as_str().expect("a type") {
        "string" => none_of_text.to_vec(),
        "reference" => [&none_of_text[..], &[json!("http://exa mple"), json!("a<b")]].concat(),
        "binary" => [&none_of_text[..], &[json!("!!!not base64"), json!("A"), json!("AAA=A")]].concat(),
        "dateTime" => {
            [&none_of_text[..], &["2020-13-01T00:00:00Z", "2020-02-30T00:00:00Z", "2020-01-01", "x"].map(Value::from)]
                .concat()
        }
        "boolean" => vec![json!("yes"), json!("true"), json!(1), json!(0), json!({}), json!([true])],
        "integer" => vec![json!("1"), json!(1.5), json!(true), json!({}), json!([1])],
        "decimal" => vec![json!("1.5"), json!(true), json!({}), json!([1.5])],
        "complex" => vec![json!("x"), json!(1), json!(true), json!([{"value": "x"}])],
        kind => panic!("{kind}"),
    }
}

/// RFC7643-2.3.1-01, RFC7643-2.3.2-02, RFC7643-2.3.8-04, RFC7643-2.4-01, RFC7643-2.3.6-01, RFC7643-2.3.7-02
#[tokio::test]
async fn values_of_the_wrong_type_are_refused_and_nothing_is_kept() {
    for (vocabulary, client) in vocabularies() {
        for definition in written(&client).await {
            for value in wrong(&definition) {
                let answer = client.post("/Users", definition.user_with("ann", value.clone())).await;
                assert_eq!(answer.error(), (400, "invalidValue"), "{vocabulary}: {} {value}", definition.name());
            }
            if definition.has("multiValued", true) {
                for value in [json!("x"), json!({"value": "x"}), json!(true)] {
                    let answer = client.post("/Users", definition.user_having("ann", value.clone())).await;
                    assert_eq!(answer.error(), (400, "invalidValue"), "{vocabulary}: {} {value}", definition.name());
                }
            }
        }
        for (name, value) in [("displayName", json!(1)), ("members", json!({})), ("members", json!(["x"]))] {
            let group = with(json!({"schemas": [GROUP], "displayName": "crew"}), name, value);
            assert_eq!(client.post("/Groups", group).await.error(), (400, "invalidValue"), "{vocabulary}: {name}");
        }
        assert_eq!(client.get("/Users").await.body["totalResults"], 0, "{vocabulary}");
        assert_eq!(client.get("/Groups").await.body["totalResults"], 0, "{vocabulary}");
    }
}

/// RFC7643-2.3.2-02
#[tokio::test]
async fn what_is_no_boolean_is_refused_however_it_is_written() {
    let client = Client::rfc();
    let path = format!("/Users/{}", client.user("ann").await);
    let before = client.get(&path).await.body;
    for value in [json!("yes"), json!("False"), json!("true"), json!(1), json!({})] {
        let put = client.put(&path, with(minimal("ann"), "active", value.clone())).await;
        assert_eq!(put.error(), (400, "invalidValue"), "{value}");
        for change in [
            json!({"op": "replace", "path": "active", "value": value}),
            json!({"op": "add", "value": {"active": value}}),
        ] {
            assert_eq!(client.patch(&path, json!([change])).await.error(), (400, "invalidValue"), "{change}");
        }
    }
    assert_eq!(client.get(&path).await.body, before);
}

/// RFC7643-2.3.1-01, RFC7643-2.3.2-01, RFC7643-2.3.6-01, RFC7643-2.3.6-02, RFC7643-2.3.7-06, RFC7643-7-19
#[tokio::test]
async fn values_of_the_right_type_come_back_as_they_were_sent() {
    for (vocabulary, client) in vocabularies() {
        for (index, definition) in written(&client).await.into_iter().enumerate() {
            let value = definition.fitting();
            let body = definition.user_with(&format!("u{index}"), value.clone());
            let created = client.post("/Users", body).await;
            assert_eq!(created.status, 201, "{vocabulary}: {}: {created:?}", definition.name());
            let read = definition.read(&client, &created.id()).await;
            assert_eq!(read, definition.shown(value), "{vocabulary}: {}", definition.name());
        }
    }
}

/// RFC7644-3.8-08, RFC7643-2.3.2-01, RFC7643-2.3.8-04, RFC7643-2.4-01
#[tokio::test]
async fn what_is_shown_has_the_form_that_its_schema_says() {
    let client = Client::rfc();
    let exchanges = walk(&client).await;
    let definitions = definitions(&client).await;
    let mut checked = 0;
    for resource in exchanges.iter().flat_map(|exchange| exchange.users_and_groups()) {
        let schemas = resource["schemas"].as_array().expect("an array");
        for definition in definitions.iter().filter(|definition| schemas.contains(&json!(definition.schema))) {
            let whole = if definition.schema.contains("extension") { &resource[&definition.schema] } else { resource };
            if let (None, Some(value)) = (&definition.parent, whole.get(&definition.path)) {
                assert_eq!(value.is_array(), definition.has("multiValued", true), "{}", definition.name());
                let values = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
                values.iter().for_each(|value| check_form(value, &definition.said, &definition.name()));
                checked += values.len();
            }
        }
    }
    assert!(checked > 100, "{checked}");
}

fn check_form(value: &Value, said: &Value, name: &str) {
    let fits = match said["type"].as_str().expect("a type") {
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64(),
        "decimal" => value.is_number(),
        "complex" => value.is_object(),
        _ => value.is_string(),
    };
    assert!(fits, "{name}: {value}");
    for part in said["subAttributes"].as_array().into_iter().flatten() {
        let part_name = part["name"].as_str().expect("a name");
        if let Some(value) = value.get(part_name) {
            check_form(value, part, &format!("{name}.{part_name}"));
        }
    }
}

/// RFC7643-2.3.4-01
#[tokio::test]
async fn integers_have_neither_fraction_nor_exponent() {
    let names = ["totalResults", "itemsPerPage", "startIndex", "maxOperations", "maxPayloadSize", "maxResults"];
    let mut seen = std::collections::BTreeSet::new();
    for exchange in walk(&Client::rfc()).await {
        each_value("", &exchange.answer.body, &mut |name, value| {
            if names.contains(&name) {
                // A number with a point or an exponent is none of these, even if it is whole.
                assert!(value.is_i64(), "{}: {name} is {value}", exchange.request);
                seen.insert(name.to_owned());
            }
        });
    }
    assert_eq!(seen.len(), names.len(), "{seen:?}");
}

/// RFC7643-2.3.5-01
#[tokio::test]
async fn moments_have_a_date_a_time_and_a_zone() {
    let forms = scim_reference_server::variants::all().filter(|variant| variant.name.starts_with("time."));
    for client in forms.map(|variant| Client::rfc_but(variant.change)).chain([Client::rfc()]) {
        let mut seen = 0;
        for exchange in walk(&client).await {
            each_value("", &exchange.answer.body, &mut |name, value| {
                if matches!(name, "created" | "lastModified") {
                    let text = value.as_str().expect("a string");
                    assert!(text.parse::<jiff::Timestamp>().is_ok(), "{text}");
                    assert_eq!((text.len() >= 20, &text[10..11]), (true, "T"), "{text}");
                    seen += 1;
                }
            });
        }
        assert!(seen > 0);
    }
}

/// RFC7643-2.3.3-01, RFC7643-2.3.4-01, RFC7643-2.3.5-02
#[tokio::test]
async fn numbers_and_moments_are_kept_if_they_are_some() {
    let mut met = std::collections::BTreeSet::new();
    for (vocabulary, client) in vocabularies() {
        for (index, definition) in written(&client).await.into_iter().enumerate() {
            let good = match definition.said["type"].as_str().expect("a type") {
                "decimal" => vec![json!(1.5), json!(-0.25), json!(7.0)],
                "integer" => vec![json!(0), json!(-7), json!(4_294_967_296_u64)],
                "dateTime" => ["2020-02-29T23:59:59Z", "2020-01-01T00:00:00.5+02:00"].map(Value::from).to_vec(),
                _ => continue,
            };
            met.insert(definition.said["type"].to_string());
            for value in good {
                let created = client.post("/Users", definition.user_with(&format!("u{index}"), value.clone())).await;
                assert_eq!(created.status, 201, "{vocabulary}: {} {value}: {created:?}", definition.name());
                let read = client.get(&format!("/Users/{}", created.id())).await.body;
                assert_eq!(definition.values(&read), [&value], "{vocabulary}: {}", definition.name());
                client.delete(&format!("/Users/{}", created.id())).await;
            }
            for value in wrong(&definition) {
                let answer = client.post("/Users", definition.user_with(&format!("u{index}"), value.clone())).await;
                assert_eq!(answer.error(), (400, "invalidValue"), "{vocabulary}: {} {value}", definition.name());
            }
        }
    }
    assert_eq!(met.len(), 3, "{met:?}");
}

/// RFC7643-2.3.1-02
#[tokio::test]
async fn suggested_values_are_no_more_than_that() {
    let client = Client::rfc();
    let suggests = |definition: &Definition| definition.said.get("canonicalValues").is_some();
    for (index, definition) in written(&client).await.into_iter().filter(suggests).enumerate() {
        let created = client.post("/Users", definition.user_with(&format!("u{index}"), json!("x-custom"))).await;
        assert_eq!(created.status, 201, "{}", definition.name());
        assert_eq!(definition.values(&created.body), [&json!("x-custom")], "{}", definition.name());
    }
}

/// RFC7643-2.3.7-02, RFC7643-2.3.7-04
#[tokio::test]
async fn every_reference_is_an_address_and_leads_somewhere() {
    let client = Client::rfc();
    let mut references = Vec::new();
    for exchange in walk(&client).await {
        each_value("", &exchange.answer.body, &mut |name, value| {
            if matches!(name, "$ref" | "location" | "profileUrl")
                || (name == "value" && value.to_string().contains("//"))
            {
                assert!(
                    value.as_str().is_some_and(|text| text.parse::<Uri>().is_ok()),
                    "{}: {value}",
                    exchange.request
                );
                references.extend((name != "profileUrl" && name != "value").then(|| value.clone()));
            }
        });
    }
    assert!(references.len() > 50);
    for reference in references {
        let answer = client.follow(&reference).await;
        let id = reference.as_str().and_then(|text| text.rsplit('/').next()).unwrap_or_default();
        match answer.status {
            // ServiceProviderConfig has no id.
            200 => assert!(answer.body.get("id").is_none_or(|found| found == id), "{reference}"),
            status => assert_eq!((status, answer.error()), (404, (404, ""))),
        }
    }
}

/// RFC7643-2.3.7-03
#[tokio::test]
async fn relative_references_start_at_the_base_address() {
    let client = Client::varied("location.relative");
    let ann = client.user("ann").await;
    let crew = client.group("crew", &[&ann]).await;
    let user = client.get(&format!("/Users/{ann}")).await.body;
    let group = client.get(&format!("/Groups/{crew}")).await.body;
    for (reference, id) in [
        (&user["meta"]["location"], &ann),
        (&group["members"][0]["$ref"], &ann),
        (&user["groups"][0]["$ref"], &crew),
        (&group["meta"]["location"], &crew),
    ] {
        assert!(reference.as_str().is_some_and(|text| !text.contains(':') && !text.starts_with('/')), "{reference}");
        assert_eq!(&client.follow(reference).await.id(), id, "{reference}");
    }
}

/// RFC7643-2.3.7-05
#[tokio::test]
async fn a_member_that_nobody_is_is_refused() {
    let client = Client::rfc();
    let ann = client.user("ann").await;
    let group = |members: Value| json!({"schemas": [GROUP], "displayName": "crew", "members": members});
    for members in [json!([{"value": "no-such-id"}]), json!([{"value": ann}, {"value": "no-such-id"}])] {
        assert_eq!(client.post("/Groups", group(members)).await.error(), (400, "invalidValue"));
    }
    assert_eq!(client.get("/Groups").await.body["totalResults"], 0);
    assert_eq!(client.post("/Groups", group(json!([{"value": ann}]))).await.status, 201);
}

/// RFC7643-2.3.8-03
#[tokio::test]
async fn the_order_of_attributes_means_nothing() {
    fn reversed(value: Value) -> Value {
        match value {
            Value::Object(members) => members.into_iter().rev().map(|(name, value)| (name, reversed(value))).collect(),
            Value::Array(elements) => elements.into_iter().map(reversed).collect(),
            other => other,
        }
    }
    let mut seen = Vec::new();
    for body in [full_user("ann"), reversed(full_user("ann"))] {
        let mut created = Client::rfc().post("/Users", body).await;
        assert_eq!(created.status, 201);
        created.body["id"].take();
        created.body["meta"].take();
        seen.push(created.body);
    }
    assert_eq!(seen[0], seen[1]);
}

/// RFC7643-2.4-02
#[tokio::test]
async fn at_most_one_value_is_primary() {
    let strict = Client::rfc();
    let lenient = Client::varied("emails.last-primary-wins");
    let is_plural = |definition: &Definition| definition.parts().any(|part| part.said["name"] == "primary");
    for (index, definition) in written(&strict).await.into_iter().filter(is_plural).enumerate() {
        let values = |second: bool| {
            let [first, second] =
                [("work", true), ("home", second)].map(|(kind, primary)| json!({"type": kind, "primary": primary}));
            with(minimal(&format!("u{index}")), &definition.path, json!([first, second]))
        };
        assert_eq!(strict.post("/Users", values(true)).await.error(), (400, "invalidValue"), "{}", definition.path);
        for (client, second, primary) in [(&strict, false, "work"), (&lenient, true, "home")] {
            let created = client.post("/Users", values(second)).await;
            assert_eq!(created.status, 201, "{}", definition.path);
            let kept = created.body[&definition.path].as_array().expect("an array").iter();
            let primaries: Vec<&Value> = kept.filter(|value| value["primary"] == true).collect();
            assert_eq!((primaries.len(), &primaries[0]["type"]), (1, &json!(primary)), "{}", definition.path);
        }
    }
}

/// RFC7643-2.4-03
#[tokio::test]
async fn a_value_that_becomes_primary_is_the_only_one() {
    let client = Client::rfc();
    let emails = json!([{"value": "a@x", "type": "work", "primary": true}, {"value": "b@x", "type": "home"}]);
    let created = client.post("/Users", with(minimal("ann"), "emails", emails)).await;
    let path = format!("/Users/{}", created.id());
    let others = |body: &Value, value: &str| {
        let emails = body["emails"].as_array().expect("an array").iter();
        emails.filter(|email| email["value"] != value && email["primary"] == true).count()
    };
    assert_eq!(others(&created.body, "a@x"), 0);
    for value in ["b@x", "a@x"] {
        let path_of_value = format!("emails[value eq \"{value}\"].primary");
        let change = json!([{"op": "replace", "path": path_of_value, "value": true}]);
        let patched = client.patch(&path, change).await;
        assert_eq!((patched.status, others(&patched.body, value)), (200, 0), "{patched:?}");
        let filter = format!("emails[value eq \"{value}\" and primary eq true]");
        assert_eq!(client.names(&filter).await, ["ann"], "{value}");
    }
    assert_eq!(client.names("emails[value eq \"b@x\" and primary eq true]").await, [""; 0]);
}

/// RFC7643-2.4-04, RFC7643-2.4-05, RFC7643-2.4-06
#[tokio::test]
async fn a_value_comes_once_of_each_type() {
    let client = Client::rfc();
    let work = json!({"value": "A@x.example", "type": "work"});
    let home = json!({"value": "A@x.example", "type": "home"});
    let same = json!({"value": "a@X.EXAMPLE", "type": "work"});
    for (index, (sent, kept)) in
        [(json!([work, work]), 1), (json!([work, home]), 2), (json!([work, same]), 1), (json!([home, same, work]), 2)]
            .into_iter()
            .enumerate()
    {
        let created = client.post("/Users", with(minimal(&format!("u{index}")), "emails", sent)).await;
        assert_eq!(created.status, 201);
        let path = format!("/Users/{}", created.id());
        assert_eq!(client.get(&path).await.body["emails"].as_array().map(Vec::len), Some(kept), "{index}");
        let again = json!([{"op": "add", "path": "emails", "value": [created.body["emails"][0]]}]);
        assert_eq!(client.patch(&path, again).await.body["emails"], created.body["emails"], "{index}");
    }
}

/// RFC7643-2.4-07
#[tokio::test]
async fn a_member_is_the_same_whatever_version_its_address_names() {
    let client = Client::rfc();
    let ann = client.user("ann").await;
    let path = format!("/Groups/{}", client.group("crew", &[]).await);
    for base in ["http://scim.example/scim/v2", "http://scim.example/scim", "http://scim.example/scim/v1"] {
        let member = json!([{"value": ann, "$ref": format!("{base}/Users/{ann}"), "type": "User"}]);
        let patched = client.patch(&path, json!([{"op": "add", "path": "members", "value": member}])).await;
        assert_eq!(patched.status, 200, "{base}: {patched:?}");
        assert_eq!(client.members(&path["/Groups/".len()..]).await, [ann.as_str()], "{base}");
    }
    let member = &client.get(&path).await.body["members"][0];
    assert_eq!(client.follow(&member["$ref"]).await.id(), ann);
}

/// RFC7643-2.5-01, RFC7643-2.5-02, RFC7643-2.5-03
#[tokio::test]
async fn null_and_nothing_are_no_value() {
    for (vocabulary, client) in vocabularies() {
        let definitions = written(&client).await;
        let is_free = |definition: &&Definition| !definition.has("required", true) && definition.path != "active";
        for (index, definition) in definitions.iter().filter(is_free).enumerate() {
            let name = format!("u{index}");
            let full = client.post("/Users", definition.user_with(&name, definition.fitting())).await;
            assert_eq!(full.status, 201, "{vocabulary}: {}", definition.name());
            let path = format!("/Users/{}", full.id());
            let nothings = match definition.has("multiValued", true) {
                true => [json!([]), Value::Null].map(|nothing| definition.user_having(&name, nothing)).to_vec(),
                false => vec![definition.user_with(&name, Value::Null)],
            };
            for nothing in nothings {
                client.put(&path, definition.user_with(&name, definition.fitting())).await;
                let replaced = client.put(&path, nothing.clone()).await;
                assert_eq!(replaced.status, 200, "{vocabulary}: {nothing}: {replaced:?}");
                assert_eq!(definition.read(&client, &full.id()).await, [Value::Null; 0], "{nothing}");
                let created = client.post("/Users", with(nothing, "userName", json!("another"))).await;
                assert_eq!(created.status, 201, "{vocabulary}: {}", definition.name());
                assert_eq!(definition.read(&client, &created.id()).await, [Value::Null; 0], "{}", definition.name());
                if !definition.has("returned", "never") {
                    let found = client.names(&format!("{} pr", definition.name_in_filters())).await;
                    assert_eq!(found, [""; 0], "{vocabulary}: {}", definition.name());
                }
                client.delete(&format!("/Users/{}", created.id())).await;
            }
            client.delete(&path).await;
        }
    }
}

/// RFC7643-2.5-01, RFC7643-2.5-02
#[tokio::test]
async fn a_group_without_members_has_none_however_that_is_written() {
    let client = Client::rfc();
    let ann = client.user("ann").await;
    for nothing in [json!([]), json!(null)] {
        let group = |members: &Value| json!({"schemas": [GROUP], "displayName": "crew", "members": members});
        let created = client.post("/Groups", group(&nothing)).await;
        let (id, path) = (created.id(), format!("/Groups/{}", created.id()));
        assert_eq!((created.status, client.members(&id).await), (201, vec![]), "{nothing}");
        client.put(&path, group(&json!([{"value": ann}]))).await;
        assert_eq!(client.members(&id).await, [ann.as_str()]);
        assert_eq!(client.put(&path, group(&nothing)).await.status, 200, "{nothing}");
        assert_eq!(client.members(&id).await, [""; 0], "{nothing}");
        client.put(&path, group(&json!([{"value": ann}]))).await;
        let change = json!([{"op": "replace", "path": "members", "value": nothing}]);
        assert_eq!(client.patch(&path, change).await.status, 200, "{nothing}");
        assert_eq!(client.members(&id).await, [""; 0], "{nothing}");
        assert_eq!(client.filter("/Groups", "members pr").await.body["totalResults"], 0, "{nothing}");
    }
}

/// RFC7643-2.1-03, RFC7643-2.1-04
#[tokio::test]
async fn names_are_read_in_any_case() {
    let client = Client::rfc();
    for (index, definition) in written(&client).await.into_iter().enumerate() {
        let value = definition.fitting();
        for (turn, other_case) in [str::to_uppercase, str::to_lowercase].into_iter().enumerate() {
            let body = definition.user_with(&format!("u{index}-{turn}"), value.clone());
            let created = client.post("/Users", renamed(body, &other_case)).await;
            assert_eq!(created.status, 201, "{}: {created:?}", definition.name());
            let read = definition.read(&client, &created.id()).await;
            assert_eq!(read, definition.shown(value.clone()), "{}", definition.name());
            client.delete(&format!("/Users/{}", created.id())).await;
        }
    }
}

/// The same with the names of its members written in another way.
fn renamed(value: Value, other_case: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (other_case(&name), renamed(value, other_case))).collect()
        }
        Value::Array(elements) => elements.into_iter().map(|element| renamed(element, other_case)).collect(),
        other => other,
    }
}

/// RFC7643-2.2-01
#[tokio::test]
async fn an_attribute_without_more_ado_is_optional_free_and_blind_to_case() {
    let client = Client::rfc();
    let is_plain = |definition: &Definition| {
        let keywords = ["type", "multiValued", "required", "caseExact", "mutability", "returned", "uniqueness"];
        let default = Definition { said: json!({}), ..definition.clone() };
        keywords.iter().all(|keyword| definition.has(keyword, default.characteristic(keyword)))
            && definition.parent.as_ref().is_none_or(|parent| parent["mutability"] == "readWrite")
    };
    let plain: Vec<Definition> = of_users(&client).await.into_iter().filter(is_plain).collect();
    assert!(plain.len() > 30, "{}", plain.len());
    for (index, definition) in plain.iter().enumerate() {
        let (first, second) = (format!("a{index}"), format!("b{index}"));
        let value = definition.fitting();
        let created = client.post("/Users", definition.user_with(&first, value.clone())).await;
        assert_eq!(definition.values(&created.body), [&value], "{}: returned", definition.name());
        let again = client.post("/Users", definition.user_with(&second, value.clone())).await;
        assert_eq!(again.status, 201, "{}: not unique", definition.name());
        let other = value.as_str().map(|text| text.to_uppercase()).expect("a string");
        let filter = format!("{} eq \"{other}\" and userName sw \"a\"", definition.name_in_filters());
        assert!(client.names(&filter).await.contains(&first), "{}: {filter}", definition.name());
        let path = format!("/Users/{}", created.id());
        assert_eq!(client.put(&path, minimal(&first)).await.status, 200, "{}: not required", definition.name());
        let replaced = client.put(&path, definition.user_with(&first, definition.fitting())).await;
        assert_eq!(definition.values(&replaced.body), [&value], "{}: written again", definition.name());
        client.delete(&path).await;
        client.delete(&format!("/Users/{}", again.id())).await;
    }
}

/// RFC7643-7-21
#[tokio::test]
async fn filters_see_case_where_the_schema_says_so() {
    let client = Client::rfc();
    let is_shown_text =
        |definition: &Definition| definition.has("type", "string") && !definition.has("returned", "never");
    let mut exact = 0;
    for definition in written(&client).await.into_iter().filter(is_shown_text) {
        let value = definition.fitting().as_str().expect("a string").to_owned();
        let path =
            format!("/Users/{}", client.post("/Users", definition.user_with("ann", value.clone().into())).await.id());
        let found = async |text: &str| {
            let filter = format!("{} eq \"{text}\"", definition.name_in_filters());
            client.filter("/Users", &filter).await.body["totalResults"].clone()
        };
        let is_exact = definition.has("caseExact", true);
        exact += usize::from(is_exact);
        assert_eq!(found(&value).await, 1, "{}", definition.name());
        for other in [value.to_uppercase(), value.to_lowercase()].iter().filter(|other| **other != value) {
            assert_eq!(found(other).await, u64::from(!is_exact), "{} as {other}", definition.name());
        }
        client.delete(&path).await;
    }
    assert!(exact > 0, "the id of a manager is exact");
    client.group("Crew", &[]).await;
    for name in ["Crew", "crew", "CREW"] {
        let found = client.filter("/Groups", &format!("displayName eq \"{name}\"")).await;
        assert_eq!(found.body["totalResults"], 1, "{name}");
    }
}

/// RFC7643-7-20
#[tokio::test]
async fn a_name_may_change_its_case_and_is_the_same() {
    for (client, shown) in [(Client::rfc(), "BJensen"), (Client::varied("user-name.lower-case"), "bjensen")] {
        assert_eq!(client.post("/Users", minimal("BJensen")).await.body["userName"], shown);
        for name in ["BJensen", "bjensen", "BJENSEN"] {
            assert_eq!(client.names(&format!("userName eq \"{name}\"")).await, [shown], "{name}");
        }
    }
}

/// RFC7643-7-22
#[tokio::test]
async fn what_is_read_only_stays_as_it_is() {
    let client = Client::rfc();
    let ann = client.user("ann").await;
    let crew = client.group("crew", &[&ann]).await;
    let path = format!("/Users/{ann}");
    let before = client.get(&path).await.body;
    let forged =
        json!({"id": "x", "meta": {"created": "1999-01-01T00:00:00Z"}, "groups": [{"value": crew}, {"value": "x"}]});
    for (name, value) in forged.as_object().expect("an object") {
        let replaced = client.put(&path, with(before.clone(), name, value.clone())).await;
        assert_eq!((replaced.status, &replaced.body), (200, &before), "{name}");
        let created = client.post("/Users", with(minimal(&format!("by-{name}")), name, value.clone())).await;
        assert_eq!(created.status, 201, "{name}");
        assert_ne!(&created.body[name], value, "{name}");
        for op in ["add", "replace"] {
            let change = json!([{"op": op, "path": name, "value": value}]);
            assert_eq!(client.patch(&path, change).await.error(), (400, "mutability"), "{op} {name}");
        }
    }
    assert_eq!(client.get(&path).await.body, before);
    assert_eq!(client.members(&crew).await, [ann]);
}

/// RFC7643-7-24
#[tokio::test]
async fn what_is_only_written_is_in_no_answer() {
    for client in [Client::rfc(), Client::plain()] {
        for exchange in walk(&client).await {
            let text = String::from_utf8_lossy(&exchange.answer.bytes);
            let secrets = ["correct horse", "a clear Word"];
            assert!(!secrets.iter().any(|secret| text.contains(secret)), "{}", exchange.request);
            let has_password = exchange.users_and_groups().iter().any(|user| user.get("password").is_some());
            assert!(!has_password, "{}", exchange.request);
        }
        assert_eq!(client.login("full", "a clear Word 1").await.status, 200, "it was written all the same");
    }
}

/// RFC7643-7-25
#[tokio::test]
async fn what_is_unique_is_refused_a_second_time_however_it_is_written() {
    let client = Client::rfc();
    let (ann, bob) = (client.user("ann").await, client.user("bob").await);
    let path = format!("/Users/{bob}");
    assert_eq!(client.post("/Users", minimal("ANN")).await.error(), (409, "uniqueness"));
    assert_eq!(client.put(&path, minimal("Ann")).await.error(), (409, "uniqueness"));
    let change = json!([{"op": "replace", "path": "userName", "value": "ann"}]);
    assert_eq!(client.patch(&path, change).await.error(), (409, "uniqueness"));
    assert_eq!(client.names("userName eq \"ann\"").await, ["ann"]);
    assert_eq!(client.names("userName eq \"bob\"").await, ["bob"]);
    assert_eq!(client.put(&format!("/Users/{ann}"), minimal("ANN")).await.status, 200, "one's own name is free");
}
