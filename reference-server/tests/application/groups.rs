//! Roles by way of groups.

use crate::client::{Client, GROUP, PATCH};
use crate::stage::*;
use serde_json::json;

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
