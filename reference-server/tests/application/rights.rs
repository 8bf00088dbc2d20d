//! What people may do and have agreed to, and what administrators give them.

use crate::stage::*;
use scim_profile::Profile;
use serde_json::{Value, json};

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
    let client = playing(Profile::read(SIXTH).expect("a profile"));
    let id = made(&client, false, person("ada", &valued("urn:example:sixth:2.0:User:tier", "TWO".into()))).await;
    assert_eq!(
        seen(&client, &format!("/app/users/{id}")).await["permissions"],
        json!(["two"]),
        "case makes no difference"
    );
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
