//! The application behind, where a product is played: what each way of writing leaves there, by what the profiles say.

mod client;

use axum::body::Body;
use axum::http::{Request, header};
use client::{Answer, Client, GROUP, PATCH, USER, config};
use scim_profile::{NAMES, Profile};
use scim_reference_server::{Config, Product, Tenancy, Tenant};
use serde_json::{Value, json};

const KEY: &str = "console-key";

/// A sixth product, which has a little of everything.
const SIXTH: &str = include_str!("application/sixth.toml");

fn profiles() -> Vec<Profile> {
    let sixth = Profile::read(SIXTH).unwrap_or_else(|complaints| panic!("{complaints:?}"));
    NAMES.iter().map(|name| profile(name)).chain([sixth]).collect()
}

fn profile(name: &str) -> Profile {
    scim_profile::named(name).expect("published").clone()
}

fn playing(profile: Profile) -> Client {
    playing_with(profile, |_| {})
}

fn playing_with(profile: Profile, change: impl FnOnce(&mut Config)) -> Client {
    let policy = Product::of(profile).policy();
    let tenant = |name: &str, by| Tenant { name: name.into(), token: format!("{name}-token"), by };
    let tenants = vec![tenant("north", Tenancy::Path), tenant("south", Tenancy::Credential)];
    let mut config = Config { policy, tenants, console_key: Some(KEY.into()), ..config() };
    change(&mut config);
    Client::with(config)
}

/// A request to the pages, with the key.
async fn page(client: &Client, method: &str, path: &str, body: Option<Value>) -> Answer {
    let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {KEY}"));
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    client.send(request.body(body).expect("a request")).await
}

async fn seen(client: &Client, path: &str) -> Value {
    let answer = page(client, "GET", path, None).await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    assert_eq!(answer.header("content-type"), "application/json");
    answer.body
}

/// One member of each item of a list.
async fn each(client: &Client, path: &str, member: &str) -> Vec<String> {
    let list = seen(client, path).await;
    assert_eq!(list["next"], Value::Null, "one page");
    let items = list["items"].as_array().expect("items");
    items.iter().map(|item| item[member].as_str().unwrap_or_default().to_owned()).collect()
}

async fn events(client: &Client) -> Vec<String> {
    each(client, "/app/events", "event").await
}

/// Names of the advisories that were left.
async fn advisories(client: &Client) -> Vec<String> {
    each(client, "/app/events", "advisory").await.into_iter().filter(|name| !name.is_empty()).collect()
}

fn person(name: &str, more: &Value) -> Value {
    let address = format!("{name}@example.com");
    let mut body = json!({
        "schemas": [USER], "userName": address, "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "displayName": "Ada", "emails": [{"value": address, "type": "work", "primary": true}], "active": true,
    });
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body
}

/// The ways of changing a user.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Put,
    PatchWithoutPath,
    PatchWithPath,
    BulkPut,
    BulkPatch,
}

const WAYS: [Way; 5] = [Way::Put, Way::PatchWithoutPath, Way::PatchWithPath, Way::BulkPut, Way::BulkPatch];

/// Makes a user, alone or in a bulk request, and gives the id.
async fn made(client: &Client, in_bulk: bool, body: Value) -> String {
    if !in_bulk {
        let answer = client.post("/Users", body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        return answer.id();
    }
    let result = bulk(client, json!({"method": "POST", "path": "/Users", "bulkId": "b", "data": body})).await;
    assert_eq!(result["status"], "201", "{result}");
    let location = result["location"].as_str().expect("a location");
    location.rsplit_once('/').expect("an address").1.to_owned()
}

async fn bulk(client: &Client, operation: Value) -> Value {
    let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [operation]});
    let answer = client.post("/Bulk", body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["Operations"][0].clone()
}

/// Gives attributes of a user other values; a null takes one away.
async fn changed(client: &Client, way: Way, id: &str, values: &Value) {
    let path = format!("/Users/{id}");
    let whole = || async {
        let mut body = client.get(&path).await.body;
        for (name, value) in values.as_object().expect("an object") {
            body[name] = value.clone();
        }
        body
    };
    let patch = |operations: Vec<Value>| json!({"schemas": [PATCH], "Operations": operations});
    let without_path = || patch(vec![json!({"op": "replace", "value": values})]);
    let status = match way {
        Way::Put => client.put(&path, whole().await).await.status.to_string(),
        Way::PatchWithoutPath => client.scim("PATCH", &path, Some(without_path())).await.status.to_string(),
        Way::PatchWithPath => client.scim("PATCH", &path, Some(patch(with_paths(values)))).await.status.to_string(),
        Way::BulkPut => text(&bulk(client, json!({"method": "PUT", "path": path, "data": whole().await})).await),
        Way::BulkPatch => text(&bulk(client, json!({"method": "PATCH", "path": path, "data": without_path()})).await),
    };
    assert_eq!(status, "200", "{way:?}: {values}");
}

fn text(result: &Value) -> String {
    result["status"].as_str().unwrap_or_default().to_owned()
}

fn with_paths(values: &Value) -> Vec<Value> {
    let step = |path: String, value: &Value| match value {
        Value::Null => json!({"op": "remove", "path": path}),
        value => json!({"op": "replace", "path": path, "value": value}),
    };
    let of = |(name, value): (&String, &Value)| match value.as_object() {
        Some(parts) if name.starts_with("urn:") => {
            parts.iter().map(|(part, value)| step(format!("{name}:{part}"), value)).collect()
        }
        _ => vec![step(name.clone(), value)],
    };
    values.as_object().expect("an object").iter().flat_map(of).collect()
}

/// A value of an attribute as a body has it.
fn valued(attribute: &str, value: Value) -> Value {
    let value = match attribute {
        "phoneNumbers" if !value.is_null() => json!([{"value": value, "type": "work", "primary": true}]),
        _ => value,
    };
    match attribute.rsplit_once(':') {
        None => json!({ attribute: value }),
        Some((urn, name)) => json!({ urn: { name: value } }),
    }
}

/// Changes that an identity provider makes to somebody, in order; none of them makes anybody new.
async fn worked_over(client: &Client, way: Way, id: &str) {
    changed(client, way, id, &json!({"displayName": "Augusta"})).await;
    changed(client, way, id, &json!({"active": false})).await;
    changed(client, way, id, &json!({"active": false})).await;
    changed(client, way, id, &json!({"active": true})).await;
}

#[tokio::test]
async fn whoever_is_new_gets_mail_once_and_nobody_else() {
    for profile in profiles() {
        let wanted: Vec<String> = profile
            .mails
            .iter()
            .filter(|mail| mail.on == scim_profile::Moment::Create)
            .map(|mail| mail.name.get_ref().clone())
            .collect();
        for (way, in_bulk) in WAYS.into_iter().flat_map(|way| [(way, false), (way, true)]) {
            let client = playing(profile.clone());
            let id = made(&client, in_bulk, person("ada", &json!({}))).await;
            assert_eq!(each(&client, "/app/outbox", "mail").await, wanted, "{}", profile.name);
            assert!(each(&client, "/app/outbox", "to").await.iter().all(|to| to == "ada@example.com"));
            assert!(each(&client, "/app/outbox", "user").await.iter().all(|user| *user == id));
            worked_over(&client, way, &id).await;
            let of_create = |mail: &&String| wanted.contains(mail);
            let outbox = each(&client, "/app/outbox", "mail").await;
            assert_eq!(outbox.iter().filter(of_create).count(), wanted.len(), "{} {way:?}", profile.name);
            let refused = client.post("/Users", person("ada", &json!({}))).await;
            assert_eq!(refused.status, 409);
            assert_eq!(each(&client, "/app/outbox", "mail").await, outbox, "what is refused leaves nothing");
        }
    }
}

#[tokio::test]
async fn the_value_of_an_attribute_says_what_somebody_may() {
    let mut seen_so_far = 0;
    for profile in profiles() {
        for permission in &profile.permissions {
            let (attribute, value) = (permission.attribute.get_ref(), permission.value.get_ref());
            let value = valued(&qualified(&profile, attribute), value.as_str().into());
            for way in WAYS {
                let client = playing(profile.clone());
                let new = made(&client, way == Way::BulkPut, person("new", &value)).await;
                let id = made(&client, false, person("ada", &json!({}))).await;
                changed(&client, way, &id, &value).await;
                for id in [new, id] {
                    let person = seen(&client, &format!("/app/users/{id}")).await;
                    assert_eq!(person["permissions"], json!([permission.value.get_ref()]), "{} {way:?}", profile.name);
                    assert_eq!(person["may"], json!(permission.may), "{} {way:?}", profile.name);
                }
                seen_so_far += 1;
            }
        }
    }
    assert_eq!(seen_so_far, (5 + 2) * WAYS.len());
}

/// An attribute of an extension with its URN.
fn qualified(profile: &Profile, attribute: &str) -> String {
    let has = |extension: &&scim_profile::Extension| {
        extension.attributes.iter().any(|known| known.name.get_ref() == attribute)
    };
    let extension = profile.extensions.iter().find(has);
    extension.map_or_else(|| attribute.to_owned(), |extension| format!("{}:{attribute}", extension.urn.get_ref()))
}

/// A value that an attribute may have.
fn value_for(profile: &Profile, attribute: &str) -> Value {
    let ruled = profile.all_attributes().find(|ruled| ruled.name.get_ref() == attribute);
    let known = ruled.map(|ruled| ruled.known.as_slice()).unwrap_or_default();
    known.first().map_or("one", String::as_str).into()
}

#[tokio::test]
async fn an_attribute_opts_in_as_long_as_it_has_a_value() {
    let mut seen_so_far = 0;
    for profile in profiles() {
        for opt_in in &profile.opt_ins {
            let attribute = opt_in.attribute.get_ref();
            let there = valued(&qualified(&profile, attribute), value_for(&profile, attribute));
            let gone = valued(&qualified(&profile, attribute), Value::Null);
            for way in WAYS {
                let client = playing(profile.clone());
                let id = made(&client, false, person("ada", &json!({}))).await;
                let path = format!("/app/users/{id}");
                let mut expected = json!([]);
                for values in [&there, &there, &gone, &there] {
                    assert_eq!(seen(&client, &path).await["optIns"], expected, "{} {way:?}", profile.name);
                    changed(&client, way, &id, values).await;
                    expected = if values == &gone { json!([]) } else { json!([opt_in.name.get_ref()]) };
                }
                assert_eq!(seen(&client, &path).await["optIns"], expected);
                let log = events(&client).await;
                let count = |wanted: &str| log.iter().filter(|event| *event == wanted).count();
                assert_eq!((count("opted-in"), count("opted-out")), (2, 1), "{log:?}");
                seen_so_far += 1;
            }
        }
    }
    assert_eq!(seen_so_far, 2 * WAYS.len());
}

#[tokio::test]
async fn what_is_worth_a_word_leaves_one_each_time() {
    let mut seen_so_far = 0;
    for profile in profiles() {
        for advisory in &profile.advisories {
            let (name, attribute) = (advisory.name.get_ref(), advisory.attribute.get_ref());
            let values = valued(&qualified(&profile, attribute), value_for(&profile, attribute));
            for way in WAYS {
                let client = playing(profile.clone());
                let count = || async { advisories(&client).await.iter().filter(|left| *left == name).count() };
                let id = made(&client, false, person("ada", &json!({}))).await;
                changed(&client, Way::PatchWithPath, &id, &json!({"displayName": "Augusta"})).await;
                assert_eq!(count().await, 0, "nobody spoke of it");
                if let Some(switch) = &advisory.with {
                    changed(&client, way, &id, &values).await;
                    assert_eq!(count().await, 0, "{switch} is off");
                    let on = page(&client, "PUT", &format!("/app/switches/{switch}"), Some(json!({"on": true}))).await;
                    assert_eq!(on.status, 204);
                    assert_eq!(seen(&client, "/app").await["switches"][switch], true);
                }
                changed(&client, way, &id, &values).await;
                assert_eq!(count().await, 1, "{} {name} {way:?}", profile.name);
                changed(&client, way, &id, &values).await;
                assert_eq!(count().await, 2, "it is about the write, not about the change");
                made(&client, way == Way::BulkPut, person("new", &values)).await;
                assert_eq!(count().await, 3);
                changed(&client, Way::PatchWithPath, &id, &json!({"displayName": "Ada"})).await;
                assert_eq!(count().await, 3);
                assert!(each(&client, "/app/events", "words").await.contains(&advisory.words));
                seen_so_far += 1;
            }
        }
    }
    assert_eq!(seen_so_far, 4 * WAYS.len());
}

#[tokio::test]
async fn a_level_that_was_given_by_hand_stays_unless_the_profile_says_no() {
    let mut seen_so_far = 0;
    for profile in profiles() {
        let accounts = &profile.accounts;
        let Some(first) = accounts.access_level.as_ref().map(|level| level.get().clone()) else {
            let client = playing(profile);
            let id = made(&client, false, person("ada", &json!({}))).await;
            assert_eq!(seen(&client, &format!("/app/users/{id}")).await.get("accessLevel"), None);
            let raised = json!({"accessLevel": "High"});
            assert_eq!(page(&client, "PUT", &format!("/app/users/{id}/staff"), Some(raised)).await.status, 404);
            continue;
        };
        let raised = accounts.access_levels.last().expect("another level").clone();
        let keeps = *accounts.keeps_what_is_given.as_ref().expect("said").get();
        for way in WAYS {
            let client = playing(profile.clone());
            let id = made(&client, way == Way::BulkPut, person("ada", &json!({}))).await;
            let path = format!("/app/users/{id}");
            assert_eq!(seen(&client, &path).await["accessLevel"], json!(first));
            let staff = json!({"accessLevel": raised, "locations": ["East wing"], "isProvider": true});
            let given = page(&client, "PUT", &format!("{path}/staff"), Some(staff)).await;
            assert_eq!((given.status, &given.body["accessLevel"]), (200, &json!(raised)));
            worked_over(&client, way, &id).await;
            let person = seen(&client, &path).await;
            let expected = if keeps { json!([raised, ["East wing"], true]) } else { json!([first, [], false]) };
            assert_eq!(json!([person["accessLevel"], person["locations"], person["isProvider"]]), expected, "{way:?}");
            for wrong in [json!({"accessLevel": "Emperor"}), json!({"locations": vec!["x"; 51]})] {
                let refused = page(&client, "PUT", &format!("{path}/staff"), Some(wrong)).await;
                assert_eq!(refused.status, 422, "{refused:?}");
            }
            for wrong in [json!({"accessLevel": 7}), json!({"locations": [7]}), json!({"isProvider": "yes"})] {
                assert_eq!(page(&client, "PUT", &format!("{path}/staff"), Some(wrong)).await.status, 400);
            }
            assert_eq!(page(&client, "PUT", "/app/users/nobody/staff", Some(json!({}))).await.status, 404);
            seen_so_far += 1;
        }
    }
    assert_eq!(seen_so_far, 2 * WAYS.len());
}

async fn pushed(client: &Client, name: &str, members: &[&String]) -> String {
    client.group(name, &members.iter().map(|id| id.as_str()).collect::<Vec<_>>()).await
}

async fn mapped(client: &Client, group: &str, role: &str) -> u16 {
    page(client, "PUT", &format!("/app/groups/{group}/role"), Some(json!({ "role": role }))).await.status
}

#[tokio::test]
async fn a_mapped_group_gives_its_role_to_its_members() {
    let mut seen_so_far = 0;
    for profile in profiles() {
        let mapping = profile.groups.as_ref().and_then(|groups| groups.mapping.as_ref());
        let client = playing(profile.clone());
        let Some(roles) = mapping.map(|mapping| mapping.roles.clone()) else {
            assert_ne!(mapped(&client, "nothing", "Viewer").await, 204, "{}", profile.name);
            continue;
        };
        let id = made(&client, false, person("ada", &json!({}))).await;
        let other = made(&client, false, person("other", &json!({}))).await;
        let has = |expected: Vec<&String>| {
            let (client, path, mut expected) = (&client, format!("/app/users/{id}"), expected.clone());
            expected.sort();
            let expected = json!(expected);
            async move { assert_eq!(seen(client, &path).await["roles"], expected) }
        };
        let [one, two, ..] = &roles[..] else { panic!("two roles at least") };
        let members = |ids: &[&String]| json!(ids.iter().map(|id| json!({"value": id})).collect::<Vec<_>>());

        // Pushed, then mapped: whoever is there has the role.
        let first = pushed(&client, "First", &[&id]).await;
        has(vec![]).await;
        assert_eq!(mapped(&client, &first, one).await, 204);
        has(vec![one]).await;
        // The union of several, each role once.
        let (second, third) = (pushed(&client, "Second", &[&id, &other]).await, pushed(&client, "Third", &[&id]).await);
        assert_eq!((mapped(&client, &second, two).await, mapped(&client, &third, one).await), (204, 204));
        has(vec![one, two]).await;
        // Another name is no other group.
        let path = format!("/Groups/{first}");
        let rename = json!([{"op": "replace", "value": {"id": first, "displayName": "Renamed"}}]);
        assert!(client.patch(&path, rename).await.status < 300);
        let whole = json!({"schemas": [GROUP], "displayName": "Again", "members": members(&[&id])});
        assert_eq!(client.put(&path, whole).await.status, 200);
        has(vec![one, two]).await;
        // Members go by each way of writing, and come back.
        let remove_one = json!([{"op": "remove", "path": format!("members[value eq \"{id}\"]")}]);
        let replace_all = json!([{"op": "replace", "path": "members", "value": members(&[&other])}]);
        let add = json!([{"op": "add", "path": "members", "value": members(&[&id])}]);
        for removal in [remove_one.clone(), replace_all] {
            assert!(client.patch(&format!("/Groups/{second}"), removal).await.status < 300);
            has(vec![one]).await;
            assert!(client.patch(&format!("/Groups/{second}"), add.clone()).await.status < 300);
            has(vec![one, two]).await;
        }
        let without = json!({"schemas": [GROUP], "displayName": "Second", "members": members(&[&other])});
        assert_eq!(client.put(&format!("/Groups/{second}"), without).await.status, 200);
        has(vec![one]).await;
        // Of two groups with one role the second still gives it.
        let removal = json!({"schemas": [PATCH], "Operations": remove_one});
        bulk(&client, json!({"method": "PATCH", "path": path, "data": removal})).await;
        has(vec![one]).await;
        assert_eq!(client.delete(&format!("/Groups/{third}")).await.status, 204);
        has(vec![]).await;
        // Mapped to another role, and to none.
        assert!(client.patch(&path, add).await.status < 300);
        has(vec![one]).await;
        assert_eq!(mapped(&client, &first, two).await, 204);
        has(vec![two]).await;
        assert_eq!(page(&client, "DELETE", &format!("/app/groups/{first}/role"), None).await.status, 204);
        has(vec![]).await;
        assert_eq!(mapped(&client, &first, "Emperor").await, 422);
        assert_eq!(mapped(&client, "nothing", one).await, 404);
        assert_eq!(mapped(&client, &third, one).await, 404, "it is gone");
        assert_eq!(each(&client, "/app/groups", "displayName").await, ["Again", "Second"]);
        assert_eq!(each(&client, "/app/groups", "role").await, ["", two]);
        seen_so_far += 1;
    }
    assert_eq!(seen_so_far, 2);
}

#[tokio::test]
async fn equipment_of_whoever_is_closed_or_gone_is_reported() {
    let mut seen_so_far = 0;
    for profile in profiles() {
        let items = profile.equipment.as_ref().map(|equipment| equipment.items.clone()).unwrap_or_default();
        if items.is_empty() {
            assert_eq!(seen(&playing(profile), "/app/equipment").await["total"], 0);
            continue;
        }
        for way in WAYS {
            let client = playing(profile.clone());
            let id = made(&client, false, person("ada", &json!({}))).await;
            let other = made(&client, false, person("other", &json!({}))).await;
            let holder = |at: usize| format!("/app/equipment/{}/holder", client::encoded(items[at].get_ref()));
            for (at, user) in [(0, &id), (1, &other)] {
                assert_eq!(page(&client, "PUT", &holder(at), Some(json!({ "user": user }))).await.status, 204);
            }
            assert_eq!(page(&client, "PUT", &holder(0), Some(json!({ "user": other }))).await.status, 409);
            assert_eq!(page(&client, "PUT", &holder(0), Some(json!({"user": "nobody"}))).await.status, 404);
            assert_eq!(page(&client, "PUT", "/app/equipment/x/holder", Some(json!({ "user": id }))).await.status, 404);
            assert_eq!(seen(&client, &format!("/app/users/{id}")).await["equipment"], json!([items[0].get_ref()]));
            let report = "/app/equipment/held-by-closed";
            assert_eq!(each(&client, report, "item").await, [""; 0]);
            changed(&client, way, &id, &json!({"active": false})).await;
            assert_eq!(each(&client, report, "item").await, [items[0].get_ref().as_str()], "{way:?}");
            assert_eq!(each(&client, report, "userName").await, ["ada@example.com"]);
            changed(&client, way, &id, &json!({"active": true})).await;
            assert_eq!(each(&client, report, "item").await, [""; 0]);
            assert_eq!(client.delete(&format!("/Users/{other}")).await.status, 204);
            assert_eq!(each(&client, report, "item").await, [items[1].get_ref().as_str()], "the holder is gone");
            assert_eq!(page(&client, "DELETE", &holder(1), None).await.status, 204);
            assert_eq!(each(&client, report, "item").await, [""; 0]);
            seen_so_far += 1;
        }
    }
    assert_eq!(seen_so_far, 2 * WAYS.len());
}

#[tokio::test]
async fn children_are_those_of_the_profile_with_their_people() {
    let mut seen_so_far = 0;
    for profile in profiles() {
        let Some(attribute) = profile.organisation.child_attribute.as_ref().map(|it| it.get().clone()) else {
            assert_eq!(seen(&playing(profile), "/app/children").await["total"], 0);
            continue;
        };
        let attribute = qualified(&profile, &attribute);
        let (from, to) = (&profile.organisation.children[0], &profile.organisation.children[1]);
        for way in WAYS {
            let client = playing(profile.clone());
            let id = made(&client, false, person("ada", &valued(&attribute, from.as_str().into()))).await;
            assert_eq!(seen(&client, &format!("/app/users/{id}")).await["child"], json!(from));
            changed(&client, way, &id, &valued(&attribute, to.as_str().into())).await;
            let items = seen(&client, "/app/children").await["items"].clone();
            let of = |name: &String| {
                let mut items = items.as_array().expect("items").iter();
                items.find(|item| item["name"] == json!(name)).expect("a child")["users"].clone()
            };
            assert_eq!((of(from), of(to)), (json!([]), json!([id])), "{way:?}");
            seen_so_far += 1;
        }
        let is_ruled =
            profile.all_attributes().any(|ruled| attribute.ends_with(ruled.name.get_ref()) && ruled.rule.is_some());
        if is_ruled {
            let client = playing(profile.clone());
            let nowhere = person("ada", &valued(&attribute, "Nowhere".into()));
            assert_eq!(client.post("/Users", nowhere).await.error(), (400, "invalidValue"));
            assert_eq!(seen(&client, "/app/users").await["total"], 0, "nothing is created");
            assert_eq!(seen(&client, "/app/outbox").await["total"], 0);
        }
    }
    assert_eq!(seen_so_far, 2 * WAYS.len());
}

#[tokio::test]
async fn whoever_is_made_here_is_found_and_taken_over_without_mail() {
    for profile in profiles() {
        for way in WAYS {
            let client = playing(profile.clone());
            let made = page(&client, "POST", "/app/users", Some(person("ada", &json!({})))).await;
            assert_eq!((made.status, &made.body["origin"]), (201, &json!("application")), "{}", profile.name);
            let id = made.id();
            let list = client.get("/Users?filter=userName%20eq%20%22ada@example.com%22").await;
            assert_eq!(list.each("id"), [id.as_str()]);
            assert_eq!(client.post("/Users", person("ada", &json!({}))).await.status, 409);
            worked_over(&client, way, &id).await;
            let seen_now = seen(&client, &format!("/app/users/{id}")).await;
            assert_eq!((&seen_now["origin"], &seen_now["id"]), (&json!("provisioning"), &json!(id)));
            assert_eq!(events(&client).await.iter().filter(|event| *event == "user.linked").count(), 1);
            let created = profile.mails.iter().filter(|mail| mail.on == scim_profile::Moment::Create);
            let outbox = each(&client, "/app/outbox", "mail").await;
            assert!(created.into_iter().all(|mail| !outbox.contains(mail.name.get_ref())), "{outbox:?}");
        }
    }
}

#[tokio::test]
async fn whoever_is_made_here_and_unlisted_is_taken_over_by_a_post() {
    for profile in profiles() {
        for in_bulk in [false, true] {
            let client = playing_with(profile.clone(), |config| {
                (scim_reference_server::variants::named("create.links-on-post").expect("a variant").change)(
                    &mut config.policy,
                );
            });
            let body = json!({"userName": "Ada@Example.com", "emails": [{"value": "a@home.example", "primary": true}]});
            let hidden = page(&client, "POST", "/app/users", Some(person("ada", &body))).await;
            assert_eq!((hidden.status, &hidden.body["listed"]), (201, &json!(false)), "{}", profile.name);
            let again = page(&client, "POST", "/app/users", Some(person("ada", &body))).await;
            assert_eq!(again.status, 409);
            assert_eq!(each(&client, "/app/unlisted", "userName").await, ["Ada@Example.com"]);
            assert_eq!(client.get("/Users").await.each("id"), [""; 0]);
            assert_eq!(client.get(&format!("/Users/{}", hidden.id())).await.status, 404);
            let other = made(&client, in_bulk, person("other", &json!({}))).await;
            if profile.name != "rudderstack" {
                let name = json!([{"op": "replace", "path": "userName", "value": "ada@example.com"}]);
                assert_eq!(client.patch(&format!("/Users/{other}"), name).await.status, 409);
            }
            let id = made(&client, in_bulk, person("ada", &json!({"displayName": "Augusta"}))).await;
            assert_eq!(id, hidden.id());
            let linked = client.get(&format!("/Users/{id}")).await.body;
            assert_eq!(linked["userName"], "Ada@Example.com", "the name to sign in with stays");
            assert_eq!(linked["emails"][0]["value"], "a@home.example");
            assert_eq!(seen(&client, "/app/unlisted").await["total"], 0);
            assert!(!each(&client, "/app/outbox", "user").await.contains(&id), "nobody is new");
            assert_eq!(client.post("/Users", person("ada", &json!({}))).await.status, 409);
            let log = events(&client).await;
            assert_eq!(log.iter().filter(|event| *event == "user.linked").count(), 1, "{log:?}");
        }
    }
}

async fn in_pages(client: &Client, id: &str, values: &Value) -> u16 {
    page(client, "PATCH", &format!("/app/users/{id}"), Some(values.clone())).await.status
}

#[tokio::test]
async fn what_is_fixed_in_pages_is_changed_through_scim_alone() {
    let mut seen_so_far = 0;
    let phone = |value: &str| json!({"phoneNumbers": [{"value": value, "type": "mobile"}]});
    for profile in profiles() {
        let fixed = profile.accounts.fixed_in_pages.as_ref().map(|fixed| fixed.get().clone()).unwrap_or_default();
        for (path, values) in [
            ("name.givenName", json!({"name": {"givenName": "Augusta", "familyName": "Lovelace"}})),
            ("name.familyName", json!({"name": {"givenName": "Ada", "familyName": "King"}})),
            ("userName", json!({"userName": "augusta@example.com"})),
            ("phoneNumbers[type eq \"mobile\"].value", phone("+1 555 0100")),
            ("displayName", json!({"displayName": "Augusta"})),
            ("emails", json!({"emails": [{"value": "augusta@example.com", "primary": true}]})),
        ] {
            let is_fixed = fixed.iter().any(|known| known == path);
            let client = playing(profile.clone());
            let id = made(&client, false, person("ada", &phone("+1 555 0199"))).await;
            let before = client.get(&format!("/Users/{id}")).await.body;
            let echo: Vec<&str> = values.as_object().expect("an object").keys().map(String::as_str).collect();
            let same = json!({ echo[0]: before[echo[0]] });
            if !same[echo[0]].is_null() {
                assert_eq!(in_pages(&client, &id, &same).await, 200, "{} {path}: no other value", profile.name);
            }
            let status = in_pages(&client, &id, &values).await;
            if is_fixed {
                assert_eq!(status, 409, "{} {path}", profile.name);
                assert_eq!(client.get(&format!("/Users/{id}")).await.body, before, "nothing is stored");
                changed(&client, Way::PatchWithoutPath, &id, &values).await;
                // Whoever was made here, and is nobody else's yet, is changed here.
                let own = page(&client, "POST", "/app/users", Some(person("own", &json!({})))).await.id();
                assert_eq!(in_pages(&client, &own, &values).await, if path == "userName" { 409 } else { 200 });
                seen_so_far += 1;
            } else if profile.name != "rudderstack" {
                assert_eq!(status, 200, "{} {path}", profile.name);
            }
            assert_eq!(in_pages(&client, "nobody", &values).await, 404);
        }
    }
    assert_eq!(seen_so_far, 4 + 2);
}

/// Whether somebody signs in with a password, and reaches the organisation by it.
async fn enters(client: &Client, password: &str) -> (u16, u16) {
    let login = client.login("ada@example.com", password).await.status;
    let body = json!({"userName": "ada@example.com", "password": password}).to_string();
    let request = Request::post("/access").header(header::CONTENT_TYPE, "application/json");
    (login, client.send(request.body(Body::from(body)).expect("a request")).await.status)
}

#[tokio::test]
async fn a_password_past_the_identity_provider_dies_with_the_account() {
    for profile in profiles() {
        let accounts = &profile.accounts;
        let is_elsewhere = accounts.password.as_ref().is_some_and(|it| *it.get() == scim_profile::Password::Ignored);
        let is_access = accounts.probe.as_ref().is_some_and(|it| *it.get() == scim_profile::Probe::Access);
        for way in WAYS {
            let client = playing(profile.clone());
            let id = made(&client, way == Way::BulkPut, person("ada", &json!({"password": "from outside"}))).await;
            let path = format!("/app/users/{id}");
            let expected = if is_elsewhere { (401, 401) } else { (200, 200) };
            assert_eq!(enters(&client, "from outside").await, expected, "{}", profile.name);
            let made = page(&client, "PUT", &format!("{path}/password"), Some(json!({"password": "my own"}))).await;
            let kind = if is_elsewhere && !is_access { "stand-alone" } else { "usual" };
            assert_eq!((made.status, &made.body["password"]), (200, &json!(kind)), "{}", profile.name);
            assert!(!String::from_utf8_lossy(&made.bytes).contains("my own"));
            assert_eq!(enters(&client, "my own").await, (200, 200));
            changed(&client, way, &id, &json!({"displayName": "Augusta"})).await;
            assert_eq!(enters(&client, "my own").await, (200, 200), "an update is no deactivation");
            changed(&client, way, &id, &json!({"active": false})).await;
            assert_eq!(enters(&client, "my own").await, (if is_access { 200 } else { 401 }, 401), "{way:?}");
            let again = page(&client, "PUT", &format!("{path}/password"), Some(json!({"password": "my own"}))).await;
            assert_eq!(again.status, if is_access { 200 } else { 409 });
            changed(&client, way, &id, &json!({"active": true})).await;
            let expected = if kind == "stand-alone" { (401, 401) } else { (200, 200) };
            assert_eq!(enters(&client, "my own").await, expected, "{} {way:?}", profile.name);
            let ended = events(&client).await.iter().filter(|event| *event == "password.ended").count();
            assert_eq!(ended, usize::from(kind == "stand-alone"));
        }
    }
}

#[tokio::test]
async fn whom_the_identity_provider_vouches_for_signs_in_and_reaches_what_the_account_reaches() {
    for profile in profiles() {
        let is_access = profile.accounts.probe.as_ref().is_some_and(|it| *it.get() == scim_profile::Probe::Access);
        for way in WAYS {
            let client = playing(profile.clone());
            let id = made(&client, false, person("ada", &json!({}))).await;
            let path = format!("/app/users/{id}");
            let sign_in = || page(&client, "POST", "/app/sign-in", Some(json!({"userName": "ADA@example.com"})));
            let first = sign_in().await;
            assert_eq!((first.status, &first.body["access"]), (200, &json!(true)), "{}", profile.name);
            let session = first.body["session"].as_str().expect("a session").to_owned();
            assert_eq!(client.session(&session).await, 200);
            changed(&client, way, &id, &json!({"active": false})).await;
            let seen_now = seen(&client, &path).await;
            assert_eq!((&seen_now["signsIn"], &seen_now["access"]), (&json!(is_access), &json!(false)));
            assert_eq!(client.session(&session).await, 401, "{way:?}: the session is over");
            let second = sign_in().await;
            assert_eq!(second.status, if is_access { 200 } else { 401 }, "{} {way:?}", profile.name);
            if is_access {
                assert_eq!(second.body["access"], false);
                let session = format!("Bearer {}", second.body["session"].as_str().expect("a session"));
                let me = client.bare("GET", "/Me", &[("authorization", &session)], "").await;
                assert_ne!(me.status, 200, "nothing is reached");
            }
            changed(&client, way, &id, &json!({"active": true})).await;
            assert_eq!(sign_in().await.body["access"], true);
            let nobody = page(&client, "POST", "/app/sign-in", Some(json!({"userName": "nobody@example.com"}))).await;
            assert_eq!(nobody.status, 401);
        }
    }
}

#[tokio::test]
async fn gates_are_closed_and_opened_in_the_pages() {
    use scim_profile::ClosedBy;
    let mut seen_so_far = 0;
    for profile in profiles() {
        let client = playing(profile.clone());
        let id = made(&client, false, person("ada", &json!({}))).await;
        for gate in &profile.gates {
            let word = |open: bool| if open { &gate.open_for[0] } else { &gate.closed_for[0] };
            let set = |open: bool| match gate.closed_by {
                ClosedBy::Switch => (format!("/app/switches/{}", gate.name.get_ref()), json!({ "on": open })),
                ClosedBy::Plan => ("/app/plan".to_owned(), json!({ "plan": word(open) })),
                ClosedBy::Role => ("/app/token-role".to_owned(), json!({ "role": word(open) })),
            };
            for (open, status) in [(false, 403), (true, 200)] {
                let (path, body) = set(open);
                assert_eq!(page(&client, "PUT", &path, Some(body)).await.status, 204);
                assert_eq!(client.get("/Users").await.status, status, "{} {}", profile.name, gate.name.get_ref());
                assert_eq!(seen(&client, &format!("/app/users/{id}")).await["active"], true, "pages stay open");
            }
            if gate.closed_by == ClosedBy::Role {
                for (open, status) in [(false, 403), (true, 200)] {
                    let body = json!({ "role": word(open) });
                    assert_eq!(page(&client, "PUT", "/app/maker-role", Some(body)).await.status, 204);
                    assert_eq!(client.get("/Users").await.status, status);
                }
            }
            seen_so_far += 1;
        }
        let has = |closed_by| profile.gates.iter().any(|gate| gate.closed_by == closed_by);
        for (path, name, closed_by) in [
            ("/app/plan", "plan", ClosedBy::Plan),
            ("/app/token-role", "role", ClosedBy::Role),
            ("/app/maker-role", "role", ClosedBy::Role),
        ] {
            let status = page(&client, "PUT", path, Some(json!({ name: "Emperor" }))).await.status;
            assert_eq!(status, if has(closed_by) { 422 } else { 404 }, "{} {path}", profile.name);
        }
        assert_eq!(page(&client, "PUT", "/app/switches/nothing", Some(json!({"on": true}))).await.status, 404);
        assert_eq!(page(&client, "PUT", "/app/switches/nothing", Some(json!({"on": 1}))).await.status, 400);
    }
    assert_eq!(seen_so_far, 5 + 3);
}

#[tokio::test]
async fn each_write_leaves_its_event() {
    for way in WAYS {
        let client = playing(profile("mdscripts"));
        let id = made(&client, way == Way::BulkPut, person("ada", &json!({}))).await;
        worked_over(&client, way, &id).await;
        assert_eq!(client.delete(&format!("/Users/{id}")).await.status, 204);
        let wanted = ["user.created", "user.updated", "user.deactivated", "user.reactivated", "user.deleted"];
        assert_eq!(events(&client).await, wanted, "{way:?}: what changes nothing is none");
        assert!(each(&client, "/app/events", "by").await.iter().all(|by| by == "provisioning"));
        assert!(each(&client, "/app/events", "user").await.iter().all(|user| *user == id));
        assert_eq!(seen(&client, "/app/events?after=3").await["items"][0]["event"], "user.reactivated");
    }
}

#[tokio::test]
async fn time_passes_where_it_may() {
    let client = playing_with(profile("rxnt"), |config| {
        *config = Config { clock: client::at(&["2026-01-01T00:00:00Z"]), ..config.clone() }.with_forward_clock();
    });
    assert_eq!(seen(&client, "/app/clock").await["now"], "2026-01-01T00:00:00.000Z");
    let later = page(&client, "POST", "/app/clock", Some(json!({"seconds": 90 * 86_400}))).await;
    assert_eq!((later.status, &later.body["now"]), (200, &json!("2026-04-01T00:00:00.000Z")));
    made(&client, false, person("ada", &json!({}))).await;
    let made = client.get("/Users").await.resources()[0]["meta"]["created"].clone();
    assert_eq!(made, "2026-04-01T00:00:00.000Z");
    for wrong in [json!({"seconds": -1}), json!({"seconds": 1.5}), json!({"seconds": 5_000_000_000_u64}), json!({})] {
        assert_eq!(page(&client, "POST", "/app/clock", Some(wrong)).await.status, 400);
    }
    for _ in 0..3 {
        page(&client, "POST", "/app/clock", Some(json!({"seconds": u32::MAX}))).await;
    }
    let other = playing(profile("rxnt"));
    assert_eq!(page(&other, "POST", "/app/clock", Some(json!({"seconds": 1}))).await.status, 404);
    assert_eq!(seen(&other, "/app").await["clockMoves"], false);
}

#[tokio::test]
async fn nothing_leads_from_one_organisation_to_another() {
    for profile in profiles() {
        let client = playing(profile.clone());
        let id = made(&client, false, person("ada", &json!({}))).await;
        page(&client, "PUT", "/app/switches/access-groups", Some(json!({"on": true}))).await;
        for other in ["/tenants/north/app", "/tenants/south/app"] {
            for list in ["users", "outbox", "events"] {
                assert_eq!(seen(&client, &format!("{other}/{list}")).await["total"], 0, "{other}/{list}");
            }
            assert_eq!(page(&client, "GET", &format!("{other}/users/{id}"), None).await.status, 404);
            let staff = page(&client, "PUT", &format!("{other}/users/{id}/staff"), Some(json!({}))).await;
            assert_eq!(staff.status, 404);
            for gate in profile.gates.iter().filter(|gate| gate.closed_by == scim_profile::ClosedBy::Switch) {
                let path = format!("{other}/switches/{}", gate.name.get_ref());
                assert_eq!(page(&client, "PUT", &path, Some(json!({"on": false}))).await.status, 204);
                assert_eq!(client.get("/Users").await.status, 200);
            }
        }
        let body = person("own", &json!({})).to_string();
        let request = Request::post("/scim/v2/Users").header(header::AUTHORIZATION, "Bearer south-token");
        let answer = client.send(request.body(Body::from(body)).expect("a request")).await;
        let is_open = profile.gates.iter().all(|gate| gate.closed_by != scim_profile::ClosedBy::Switch);
        assert_eq!(answer.status, if is_open { 201 } else { 403 });
        assert_eq!(seen(&client, "/tenants/south/app/users").await["total"], u8::from(is_open));
        assert_eq!(seen(&client, "/app/users").await["total"], 1);
        assert_eq!(page(&client, "GET", "/tenants/nobody/app", None).await.status, 404);
    }
}

#[tokio::test]
async fn the_key_opens_the_pages_and_nothing_else_does() {
    let client = playing(profile("reftab"));
    let ask = |path: &'static str, authorization: Option<&'static str>| {
        let request = authorization
            .into_iter()
            .fold(Request::get(path), |request, value| request.header(header::AUTHORIZATION, value));
        client.send(request.body(Body::empty()).expect("a request"))
    };
    for wrong in [None, Some("Bearer sesame"), Some("Bearer console"), Some("Bearer "), Some("Basic console-key")] {
        for path in ["/app", "/app/users", "/app/nothing", "/tenants/north/app", "/app?key=console-key"] {
            let answer = ask(path, wrong).await;
            assert_eq!(answer.status, 401, "{path} {wrong:?}");
            assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"console\"");
        }
    }
    assert_eq!(ask("/scim/v2/Users", Some("Bearer console-key")).await.status, 401);
    assert_eq!(ask("/app", Some("Bearer console-key")).await.status, 200);
    for config in [
        Config { console_key: Some(KEY.into()), ..config() },
        Config { policy: Product::of(profile("reftab")).policy(), ..config() },
        Config { policy: Product::of(profile("reftab")).policy(), console_key: Some(String::new()), ..config() },
    ] {
        assert_eq!(page(&Client::with(config), "GET", "/app", None).await.status, 404, "there are no pages");
    }
    assert_eq!(page(&Client::plain(), "POST", "/access", Some(json!({}))).await.status, 404);
    let printed = format!("{:?}", Config { console_key: Some(KEY.into()), ..config() });
    assert!(!printed.contains(KEY));
}

#[tokio::test]
async fn hostile_requests_are_refused_and_leave_nothing() {
    let client = playing(Profile::read(SIXTH).expect("a profile"));
    let id = made(&client, false, person("ada", &json!({}))).await;
    let before = seen(&client, "/app/events").await;
    let send = |method: &str, path: &str, body: Vec<u8>| {
        let request =
            Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {KEY}"));
        client.send(request.body(Body::from(body)).expect("a request"))
    };
    let large = format!("{{\"password\": \"{}\"}}", "x".repeat(1 << 20)).into_bytes();
    let deep = format!("{{\"password\": {}{}}}", "[".repeat(200), "]".repeat(200)).into_bytes();
    let staff = format!("/app/users/{id}/staff");
    for (method, path, body, status) in [
        ("PUT", "/app/users/x/password", large, 413),
        ("PUT", "/app/users/x/password", deep, 400),
        ("PUT", "/app/plan", b"".to_vec(), 400),
        ("PUT", "/app/plan", b"{".to_vec(), 400),
        ("PUT", "/app/plan", b"[]".to_vec(), 400),
        ("PUT", "/app/plan", b"{\"plan\": null}".to_vec(), 400),
        ("PUT", "/app/plan", b"{\"plan\": \"\xff\"}".to_vec(), 400),
        ("PUT", &staff, b"{\"locations\": {}}".to_vec(), 400),
        ("POST", "/app/users", b"{}".to_vec(), 400),
        ("POST", "/app/users", b"7".to_vec(), 400),
        ("GET", "/app/users/%zz", b"".to_vec(), 400),
        ("GET", "/app/users/%ff", b"".to_vec(), 400),
        ("GET", "/app/users//", b"".to_vec(), 404),
        ("GET", "/app/users/a/b/c", b"".to_vec(), 404),
        ("GET", "/app/outbox?after=-1", b"".to_vec(), 400),
        ("GET", "/app/users?after=x", b"".to_vec(), 400),
        ("DELETE", "/app/users", b"".to_vec(), 405),
        ("GET", "/app/plan", b"".to_vec(), 405),
        ("BREW", "/app", b"".to_vec(), 405),
    ] {
        let answer = send(method, path, body).await;
        assert_eq!(answer.status, status, "{method} {path}: {answer:?}");
        assert_eq!(answer.header("content-type"), "application/json", "{method} {path}");
    }
    assert_eq!(send("GET", "/app/outbox?after=18446744073709551615", Vec::new()).await.body["items"], json!([]));
    assert_eq!(send("GET", "/app/users?after=18446744073709551615", Vec::new()).await.body["items"], json!([]));
    let head = send("HEAD", "/app/users", Vec::new()).await;
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    assert_eq!(send("DELETE", "/app/users", Vec::new()).await.header("allow"), "GET, HEAD, POST");
    assert_eq!(seen(&client, "/app/events").await, before, "nothing has happened");
}

#[tokio::test]
async fn what_is_kept_of_a_long_name_is_short() {
    let client = playing(profile("rudderstack"));
    let long = "é".repeat(100_000);
    made(&client, false, person("ada", &json!({"userName": long, "displayName": long}))).await;
    let log = page(&client, "GET", "/app/events", None).await;
    assert!(log.status == 200 && log.bytes.len() < 2_000, "{}", log.bytes.len());
    let people = page(&client, "GET", "/app/users", None).await;
    assert!(people.bytes.len() < 4_000, "{}", people.bytes.len());
}

#[tokio::test]
async fn lists_of_people_are_paged() {
    let client = playing(profile("reftab"));
    for number in 0..230 {
        made(&client, false, person(&format!("p{number}"), &json!({}))).await;
    }
    let (mut after, mut names) = (json!(0), Vec::new());
    while !after.is_null() {
        let list = seen(&client, &format!("/app/users?after={after}")).await;
        assert_eq!(list["total"], 230);
        let items = list["items"].as_array().expect("items").clone();
        assert!(items.len() <= 100);
        names.extend(items.into_iter().map(|item| item["userName"].clone()));
        after = list["next"].clone();
    }
    let wanted: Vec<Value> = (0..230).map(|number| json!(format!("p{number}@example.com"))).collect();
    assert_eq!(names, wanted);
}
