//! What people have borrowed.

use crate::client;
use crate::stage::*;
use serde_json::json;

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
