//! The flows of Okta's guide on the wire, each from the first request to the last.
//!
//! Catalogue integrations PATCH where they can; apps made with the wizard PUT everything.

use scimprove::idp::okta;
use scimprove::scim::{patch, sample};
use scimprove::target::Request;
use scimprove::target::exchange::Login;
use serde_json::{Value, json};

use crate::recording::{PASSWORDS, Snapshot};
use crate::wire::Okta;

const ANN: &str = "ann.example@okta.local";
const BOB: &str = "bob.example@okta.local";

pub(crate) fn snapshots() -> Vec<Snapshot> {
    vec![
        Snapshot { name: "exchanges.test-connection", text: || told(test_connection) },
        Snapshot { name: "exchanges.create-user", text: || told(create_user) },
        Snapshot { name: "exchanges.update-profile-put", text: || told(update_profile_put) },
        Snapshot { name: "exchanges.update-profile-patch", text: || told(update_profile_patch) },
        Snapshot { name: "exchanges.deactivate", text: || told(deactivate) },
        Snapshot { name: "exchanges.reactivate", text: || told(reactivate) },
        Snapshot { name: "exchanges.import", text: || told(import) },
        Snapshot { name: "exchanges.group-push-create", text: || told(group_push_create) },
        Snapshot { name: "exchanges.group-push-patch", text: || told(group_push_patch) },
        Snapshot { name: "exchanges.group-push-put", text: || told(group_push_put) },
        Snapshot { name: "exchanges.group-push-delete", text: || told(group_push_delete) },
        Snapshot { name: "exchanges.password-sync", text: || told(password_sync) },
        Snapshot { name: "exchanges.errors", text: || told(errors) },
    ]
}

fn told(flow: impl AsyncFnOnce(&mut Okta)) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async {
        let mut okta = Okta::new();
        flow(&mut okta).await;
        okta.told()
    })
}

async fn test_connection(okta: &mut Okta) {
    okta.says("An admin saves the integration: are there users?", okta::test_connection()).await;
    okta.says("And groups?", okta::import_page("/Groups", 1)).await;
}

async fn create_user(okta: &mut Okta) {
    okta.says("Is the person there already?", okta::look_up_user(ANN)).await;
    let created = okta.says("No: create", Request::post("/Users", person(ANN, "Ann"))).await;
    assert_eq!(okta.prepares(okta::look_up_user(ANN)).await["Resources"][0], created);
}

async fn update_profile_put(okta: &mut Okta) {
    let user = given_user(okta).await;
    put_changed(okta, "The profile", &user, json!({"name": {"familyName": "Other"}, "displayName": "Ann Other"})).await;
}

async fn update_profile_patch(okta: &mut Okta) {
    let user = given_user(okta).await;
    let whole = patch::pathless("replace", json!({"name": {"familyName": "Other"}, "displayName": "Ann Other"}));
    let parts = vec![
        patch::operation("replace", "name.familyName", json!("Another")),
        patch::operation("replace", "emails[type eq \"work\"].value", json!("ann.another@okta.local")),
        patch::remove("locale"),
    ];
    okta.says("Several attributes, without a path", Request::patch(&user, patch::message(vec![whole]))).await;
    okta.says("Several operations, each with a path", Request::patch(&user, patch::message(parts))).await;
}

async fn deactivate(okta: &mut Okta) {
    let user = given_user(okta).await;
    okta.says("A catalogue integration: PATCH", Request::patch(&user, okta::set_active(false))).await;
    okta.says("The record stays", Request::get(&user)).await;
    okta.says("And is still found", okta::look_up_user(ANN)).await;
    okta.prepares(Request::patch(&user, okta::set_active(true))).await;
    put_changed(okta, "A wizard app", &user, json!({"active": false})).await;
}

async fn reactivate(okta: &mut Okta) {
    let user = given_user(okta).await;
    okta.prepares(Request::patch(&user, okta::set_active(false))).await;
    okta.says("The person is assigned again: look-up", okta::look_up_user(ANN)).await;
    okta.says("A catalogue integration: PATCH", Request::patch(&user, okta::set_active(true))).await;
    put_changed(okta, "Then the profile", &user, json!({"displayName": "Ann Again"})).await;
    okta.prepares(Request::patch(&user, okta::set_active(false))).await;
    put_changed(okta, "A wizard app", &user, json!({"active": true})).await;
}

async fn import(okta: &mut Okta) {
    for number in 1..=102 {
        let name = format!("user-{number:03}@okta.local");
        okta.prepares(Request::post("/Users", sample::minimal_user(&name))).await;
    }
    for name in ["Tour Guides", "Drivers"] {
        okta.prepares(Request::post("/Groups", sample::group(name, &[]))).await;
    }
    okta.says("The first page of users", okta::import_page("/Users", 1)).await;
    okta.says("The second, since totalResults says that there is more", okta::import_page("/Users", 101)).await;
    okta.says("The groups", okta::import_page("/Groups", 1)).await;
}

async fn group_push_create(okta: &mut Okta) {
    let ann = id(&okta.prepares(Request::post("/Users", person(ANN, "Ann"))).await);
    okta.says("Is a group of this name there already?", okta::look_up_group("Tour Guides")).await;
    let group = sample::group("Tour Guides", &[(&ann, ANN)]);
    let group = okta.says("No: create, with its members", Request::post("/Groups", group)).await;
    let add = patch::operation("add", "members", json!([{"value": ann, "display": ANN}]));
    let add = Request::patch(format!("/Groups/{}", id(&group)), patch::message(vec![add]));
    okta.says("The same members once more", add).await;
}

async fn group_push_patch(okta: &mut Okta) {
    let (group, ann, bob) = given_group(okta).await;
    let path = format!("/Groups/{group}");
    let change = |operation: Value| Request::patch(&path, patch::message(vec![operation]));
    let renamed = |name: &str| Request::patch(&path, okta::rename_group(&group, name));
    okta.says("Rename", renamed("City Guides")).await;
    okta.says("Before each change of members: the name, though it stays", renamed("City Guides")).await;
    okta.says("Add a member", change(patch::operation("add", "members", json!([{"value": bob, "display": BOB}]))))
        .await;
    okta.says("Remove a member", change(patch::remove(&patch::member_path(&ann)))).await;
    let everyone = json!([{"value": ann, "display": ANN}, {"value": bob, "display": BOB}]);
    okta.says("Push Now: all members", change(patch::operation("replace", "members", everyone))).await;
    okta.says("Push Now of an empty group", change(patch::operation("replace", "members", json!([])))).await;
}

async fn group_push_put(okta: &mut Okta) {
    let (group, ann, bob) = given_group(okta).await;
    let put = |name: &str, members: Value| {
        let body =
            json!({"schemas": [scimprove::scim::urn::GROUP], "id": group, "displayName": name, "members": members});
        Request::put(format!("/Groups/{group}"), body)
    };
    let old = json!([{"value": ann, "display": null}]);
    let new = json!([{"value": ann, "display": null}, {"value": bob, "display": BOB}]);
    okta.says("Rename", put("City Guides", old.clone())).await;
    okta.says("Add a member: the old members first", put("City Guides", old)).await;
    okta.says("And the new ones", put("City Guides", new)).await;
}

async fn group_push_delete(okta: &mut Okta) {
    let (group, ann, _) = given_group(okta).await;
    okta.says("The group is unlinked and deleted", Request::delete(format!("/Groups/{group}"))).await;
    okta.says("It is gone", Request::get(format!("/Groups/{group}"))).await;
    okta.says("Its people stay", Request::get(format!("/Users/{ann}"))).await;
}

async fn password_sync(okta: &mut Okta) {
    let user = given_user(okta).await;
    let password = json!({"password": PASSWORDS[1]});
    let change = patch::message(vec![patch::pathless("replace", password.clone())]);
    okta.says("A catalogue integration: PATCH", Request::patch(&user, change)).await;
    put_changed(okta, "A wizard app", &user, password).await;
}

async fn errors(okta: &mut Okta) {
    let user = given_user(okta).await;
    let unknown = "/Users/00000000-0000-7000-8000-000000000000";
    okta.says("A userName that is taken", Request::post("/Users", person(ANN, "Ann"))).await;
    okta.says("An id that nobody has", Request::get(unknown)).await;
    okta.says("A filter that is none", Request::get("/Users").query("filter", "userName eq")).await;
    okta.says("An attribute that is unknown", Request::patch(&user, nonsense())).await;
    okta.says(
        "A body that is no JSON",
        Request::post("/Users", json!({})).raw("application/scim+json", "{\"userName\":"),
    )
    .await;
    okta.says("A user without a userName", Request::post("/Users", json!({"schemas": [scimprove::scim::urn::USER]})))
        .await;
    okta.says("A member whom nobody knows", Request::post("/Groups", sample::group("Guides", &[("nobody", ANN)])))
        .await;
    okta.says("A method that is not for this", Request::delete("/Users")).await;
    okta.says("No token", Request::get("/Users").login(Login::None)).await;
    okta.says("A wrong token", Request::get("/Users").login(Login::Literal("Bearer [wrong]".into()))).await;
}

fn nonsense() -> Value {
    patch::message(vec![patch::operation("replace", "shoeSize", json!(43))])
}

/// The body of Okta's create, with its placeholder password.
fn person(user_name: &str, given: &str) -> Value {
    let mut body = sample::okta_user(user_name, given, "Example", &format!("00u1{given}0le5T6Aj10h7"));
    body["password"] = PASSWORDS[0].into();
    body
}

/// The path of a user who is there.
async fn given_user(okta: &Okta) -> String {
    format!("/Users/{}", id(&okta.prepares(Request::post("/Users", person(ANN, "Ann"))).await))
}

/// A group of Ann's that Bob may join: its id and theirs.
async fn given_group(okta: &Okta) -> (String, String, String) {
    let ann = id(&okta.prepares(Request::post("/Users", person(ANN, "Ann"))).await);
    let bob = id(&okta.prepares(Request::post("/Users", person(BOB, "Bob"))).await);
    let group = okta.prepares(Request::post("/Groups", sample::group("Tour Guides", &[(&ann, ANN)]))).await;
    (id(&group), ann, bob)
}

/// Read, change, PUT the whole.
async fn put_changed(okta: &mut Okta, what: &str, path: &str, change: Value) {
    let mut body = okta.says(&format!("{what}: read"), Request::get(path)).await;
    sample::overlay(&mut body, &change);
    okta.says(&format!("{what}: PUT what was read, changed"), Request::put(path, body)).await;
}

fn id(resource: &Value) -> String {
    resource["id"].as_str().expect("an id").into()
}
