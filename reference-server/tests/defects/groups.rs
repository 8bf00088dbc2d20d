//! Probes of groups and their members.

use crate::NOBODY;
use crate::client::{Client, GROUP, USER, sorted};
use serde_json::json;

pub(crate) async fn group(defect: &str, client: &Client) -> bool {
    let (a, b, c) = (client.user("a").await, client.user("b").await, client.user("c").await);
    let group = client.group("Old", &[&a, &b]).await;
    let path = format!("/Groups/{group}");
    let members = async || client.members(&group).await;
    match defect {
        "group.update-without-members-empties" => {
            client.patch(&path, json!([{"op": "replace", "value": {"id": group, "displayName": "New"}}])).await;
            members().await.len() == 2
        }
        "group.rename-ignored" => {
            client.patch(&path, json!([{"op": "replace", "value": {"id": group, "displayName": "New"}}])).await;
            let first = client.get(&path).await.body["displayName"] == "New";
            let put = json!({"schemas": [GROUP], "displayName": "Newer", "members": [{"value": c}]});
            assert_eq!(client.put(&path, put).await.status, 200);
            assert_eq!(members().await, [c]);
            first && client.get(&path).await.body["displayName"] == "Newer"
        }
        "group.empty-members-refused" => {
            let patch = client.patch(&path, json!([{"op": "replace", "path": "members", "value": []}])).await;
            let put = client.put(&path, json!({"schemas": [GROUP], "displayName": "Old", "members": []})).await;
            patch.status == 200 && put.status == 200
        }
        "member.filtered-remove-ignored" | "member.filtered-remove-wipes" => {
            let remove = json!([{"op": "remove", "path": format!("members[value eq \"{a}\"]")}]);
            assert_eq!(client.patch(&path, remove).await.status, 200);
            members().await == [b]
        }
        "member.add-replaces" => {
            client.patch(&path, json!([{"op": "add", "path": "members", "value": [{"value": c}]}])).await;
            members().await.len() == 3
        }
        "member.replace-is-additive" => {
            client.patch(&path, json!([{"op": "replace", "path": "members", "value": [{"value": c}]}])).await;
            members().await == [c]
        }
        "member.add-existing-500" => {
            let add = json!([{"op": "add", "path": "members", "value": [{"value": a}]}]);
            client.patch(&path, add).await.status == 200
        }
        "group.replace-members-unsupported" => {
            let operation = json!({"op": "replace", "path": "members", "value": [{"value": c}]});
            client.patch(&path, json!([operation])).await.status == 200
        }
        "group.rename-conflict-500" => {
            client.group("Taken", &[]).await;
            client.patch(&path, json!([{"op": "replace", "value": {"displayName": "Taken"}}])).await.status == 200
        }
        "group.filter-displayname" => {
            client.filter("/Groups", r#"displayName eq "OLD""#).await.body["totalResults"] == 1
        }
        "group.pathless-members" => {
            let operation = json!({"op": "replace", "value": {"members": [{"value": c}]}});
            client.patch(&path, json!([operation])).await.status == 200
        }
        "member.unknown-500" | "member.duplicate-in-request-500" => {
            let members = if defect == "member.unknown-500" { [c.as_str(), NOBODY] } else { [c.as_str(), c.as_str()] };
            let operation = json!({"op": "add", "path": "members", "value": members.map(|id| json!({"value": id}))});
            client.patch(&path, json!([operation])).await.status < 500
        }
        "member.user-groups-writable" => {
            let groups = json!([{"value": group}]);
            let user = json!({"schemas": [USER], "userName": "c", "groups": groups});
            client.put(&format!("/Users/{c}"), user).await;
            let operation = json!({"op": "add", "path": "groups", "value": groups});
            let patched = client.patch(&format!("/Users/{}", client.user("d").await), json!([operation])).await.status;
            assert!(matches!((members().await.len(), patched), (2, 400) | (4, 200)));
            members().await == sorted(&[&a, &b])
        }
        "member.push-after-reprovision-404" => {
            assert_eq!(client.delete(&format!("/Users/{a}")).await.status, 204);
            assert_eq!(client.get(&format!("/Users/{a}")).await.status, 404);
            assert_eq!(members().await, std::slice::from_ref(&b));
            let again = client.user("a").await;
            assert_eq!(client.get("/Users").await.body["totalResults"], 3);
            let operation = json!({"op": "add", "path": "members", "value": [{"value": again}]});
            client.patch(&path, json!([operation])).await.status == 200
        }
        "member.remove-by-value-wipes" => {
            let (ann, bob) = (client.user("ann").await, client.user("bob").await);
            let group = client.group("g", &[&ann, &bob]).await;
            let leave = json!([{"op": "remove", "path": "members", "value": [{"value": ann}]}]);
            assert_eq!(client.patch(&format!("/Groups/{group}"), leave).await.status, 200);
            client.members(&group).await == [bob]
        }
        unknown => panic!("no probe for {unknown}"),
    }
}
