//! Mail, events and advisories: what each way of writing leaves, by what the profiles say.

use crate::stage::*;
use serde_json::json;

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
