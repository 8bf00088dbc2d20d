//! Every defect is visible to a client: what is right on the plain server is wrong under the defect.

mod client;

use axum::body::Body;
use axum::http::{Request, header};
use client::{Client, GROUP, USER, encoded};
use scim_reference_server::defects;
use serde_json::json;

#[tokio::test]
async fn each_defect_turns_right_into_wrong() {
    for defect in defects::all() {
        assert!(is_right(defect.name, &Client::plain()).await, "{} is wrong without the defect", defect.name);
        assert!(!is_right(defect.name, &Client::defective(defect.name)).await, "{} has no effect", defect.name);
    }
}

#[tokio::test]
async fn a_defect_leaves_the_ordinary_alone() {
    for defect in defects::all().iter().filter(|defect| defect.name != "import.list-is-fake") {
        let client = Client::defective(defect.name);
        let id = client.user("ann").await;
        let group = client.group("g", &[&id]).await;
        assert_eq!(client.get(&format!("/Users/{id}")).await.body["userName"], "ann", "{}", defect.name);
        assert_eq!(client.get(&format!("/Groups/{group}")).await.body["members"][0]["value"], id, "{}", defect.name);
        assert_eq!(client.names(r#"userName eq "ann""#).await, ["ann"], "{}", defect.name);
    }
}

#[test]
fn the_table_is_well_kept() {
    let mut names: Vec<&str> = defects::all().iter().map(|defect| defect.name).collect();
    assert_eq!(names.len(), 46);
    for defect in defects::all() {
        assert!(defect.name.starts_with(&format!("{}.", defect.area)), "{}", defect.name);
        assert!(!defect.breaks.is_empty() && defect.sentence.ends_with('.'), "{}", defect.name);
        assert_eq!(defects::named(defect.name).map(|found| found.name), Some(defect.name));
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 46);
    assert!(defects::named("no.such").is_none());
}

/// Two defects at once each do their part.
#[tokio::test]
async fn defects_combine() {
    let both = ["create.external-id-dropped", "paging.numbers-as-strings"];
    let defects = both.iter().filter_map(|name| defects::named(name)).collect();
    let client = Client::with(scim_reference_server::Config { defects, ..client::config() });
    for name in both {
        assert!(!is_right(name, &client).await, "{name}");
    }
}

async fn is_right(defect: &str, client: &Client) -> bool {
    match defect.split_once('.') {
        Some(("create", _)) => create(defect, client).await,
        Some(("filter" | "paging" | "import", _)) => list(defect, client).await,
        Some(("put", _)) => put(defect, client).await,
        Some(("patch", _)) => patch(defect, client).await,
        Some(("deactivate" | "reactivate", _)) => status(defect, client).await,
        Some(("discovery", _)) => discovery(defect, client).await,
        Some(("group" | "member", _)) => group(defect, client).await,
        _ => edge(defect, client).await,
    }
}

async fn discovery(defect: &str, client: &Client) -> bool {
    let config = client.get("/ServiceProviderConfig").await;
    let types = client.get("/ResourceTypes").await.body;
    match defect {
        "discovery.spc-missing" => config.status == 200,
        "discovery.spc-incomplete" => config.body["patch"]["supported"] == true,
        "discovery.not-list-response" => types["totalResults"] == 2,
        "discovery.empty" => types["Resources"].as_array().is_some_and(|all| all.len() == 2),
        unknown => panic!("no probe for {unknown}"),
    }
}

async fn create(defect: &str, client: &Client) -> bool {
    let name = "ann@x.example";
    match defect {
        "create.active-false-ignored" => {
            let created = client.post("/Users", json!({"schemas": [USER], "userName": name, "active": false})).await;
            let read = client.get(&format!("/Users/{}", created.id())).await;
            created.body["active"] == false && read.body["active"] == false
        }
        "create.external-id-dropped" => {
            let id = client.user(name).await;
            client.get(&format!("/Users/{id}")).await.body["externalId"] == format!("Ext-{name}")
        }
        "create.location-mismatch" => {
            let created = client.post("/Users", json!({"schemas": [USER], "userName": name})).await;
            created.body["meta"]["location"] == created.header("location")
        }
        "create.duplicate-accepted" => {
            let first = client.user(name).await;
            let body = json!({"schemas": [USER], "userName": name.to_uppercase()});
            let second = client.post("/Users", body.clone()).await;
            let third = client.post("/Users", body).await;
            let rows = client.names(&format!("userName eq \"{name}\"")).await;
            if second.status == 201 {
                assert_eq!((third.status, rows.len()), (201, 3));
                assert_eq!(second.body["userName"], name.to_uppercase());
                assert_ne!(second.id(), first);
                let path = format!("/Users/{}", second.id());
                let read = client.get(&path).await.body;
                assert_eq!(client.put(&path, read).await.body["userName"], name.to_uppercase());
            }
            second.status == 409 && rows.len() == 1
        }
        _ => {
            client.user(name).await;
            let second = client.post("/Users", json!({"schemas": [USER], "userName": name})).await;
            assert_eq!(client.names(&format!("userName eq \"{name}\"")).await.len(), 1);
            second.error() == (409, "uniqueness")
        }
    }
}

async fn list(defect: &str, client: &Client) -> bool {
    let mut ids = Vec::new();
    for index in 0..5 {
        ids.push(client.user(&format!("user+{index}@x.example")).await);
    }
    let total = async |filter: &str| client.filter("/Users", filter).await.body["totalResults"].clone();
    let page = async |query: &str| client.get(&format!("/Users?{query}")).await.body;
    match defect {
        "filter.unsupported-returns-all" => {
            total(r#"emails.value eq "nobody@x""#).await == 0
                && client.filter("/Users", "nope zz 1").await.status == 400
                && total(r#"emails[type eq "none"]"#).await == 0
        }
        "filter.username-case-sensitive" => total(r#"userName eq "USER+1@x.example""#).await == 1,
        "filter.no-match-404" => client.filter("/Users", r#"userName eq "nobody""#).await.status == 200,
        "filter.compound-truncated" => total(r#"userName eq "user+1@x.example" and active eq false"#).await == 0,
        "filter.plus-decoded" => total(r#"userName eq "user+1@x.example""#).await == 1,
        "paging.total-is-page-size" => page("count=2").await["totalResults"] == 5,
        "paging.items-per-page-is-count" => page("startIndex=101&count=100").await["itemsPerPage"] == 0,
        "paging.numbers-as-strings" => page("").await["totalResults"] == 5,
        "paging.pages-overlap" => {
            let mut seen = Vec::new();
            for start in [1, 3, 5] {
                let page = page(&format!("startIndex={start}&count=2")).await;
                assert_eq!(page["startIndex"], start);
                let resources = page["Resources"].as_array().cloned().unwrap_or_default();
                seen.extend(resources.iter().map(|user| user["id"].as_str().unwrap_or_default().to_owned()));
            }
            seen == ids
        }
        "import.list-is-fake" => page("").await["Resources"].as_array().is_some_and(|users| users.len() == 5),
        unknown => panic!("no probe for {unknown}"),
    }
}

async fn put(defect: &str, client: &Client) -> bool {
    let id = client.user("ann").await;
    let path = format!("/Users/{id}");
    match defect {
        "put.omitted-active-flips" => {
            client.patch(&path, json!([{"op": "replace", "value": {"active": false}}])).await;
            client.put(&path, json!({"schemas": [USER], "userName": "ann"})).await;
            client.get(&path).await.body["active"] == false
        }
        "put.accepted-not-applied" => {
            let mut body = client.get(&path).await.body;
            body["title"] = "New".into();
            body["displayName"] = "Other".into();
            assert_eq!(client.put(&path, body).await.status, 200);
            let group = client.group("old", &[]).await;
            let members = json!({"schemas": [GROUP], "displayName": "new", "members": [{"value": id}]});
            assert_eq!(client.put(&format!("/Groups/{group}"), members).await.body["displayName"], "new");
            let read = client.get(&path).await.body;
            assert_eq!(read["displayName"], "Other");
            read["title"] == "New" && client.members(&group).await.len() == 1
        }
        unknown => panic!("no probe for {unknown}"),
    }
}

async fn patch(defect: &str, client: &Client) -> bool {
    let path = format!("/Users/{}", client.user("ann").await);
    let before = client.get(&path).await.body;
    let titled = json!({"op": "replace", "path": "title", "value": "New"});
    match defect {
        "patch.pathless-ignored" => {
            assert_eq!(client.patch(&path, json!([{"op": "replace", "value": {"title": "New"}}])).await.status, 200);
            client.get(&path).await.body["title"] == "New"
        }
        "patch.pathless-replaces-whole" => {
            assert_eq!(client.patch(&path, json!([{"op": "replace", "value": {"active": false}}])).await.status, 200);
            let after = client.get(&path).await.body;
            assert_eq!(after["active"], false);
            after["emails"] == before["emails"]
        }
        "patch.not-atomic" => {
            let operations = json!([titled, {"op": "replace", "path": "nope", "value": 1}]);
            assert_eq!(client.patch(&path, operations).await.status, 400);
            client.get(&path).await.body == before
        }
        "patch.remove-ignored" => {
            assert_eq!(client.patch(&path, json!([{"op": "remove", "path": "title"}])).await.status, 200);
            client.get(&path).await.body.get("title").is_none()
        }
        "patch.silent-no-op" => {
            let operations = json!([{"op": "replace", "path": "nope", "value": 1}]);
            let answer = client.patch(&path, operations).await;
            assert_eq!(client.get(&path).await.body, before);
            answer.status == 400
        }
        unknown => panic!("no probe for {unknown}"),
    }
}

async fn status(defect: &str, client: &Client) -> bool {
    let path = format!("/Users/{}", client.user("ann").await);
    let session = client.login("ann", "correct horse").await.body["session"].as_str().unwrap_or_default().to_owned();
    let forms = |wanted: bool| {
        let word = if wanted { "True" } else { "False" };
        [
            json!([{"op": "replace", "value": {"active": wanted}}]),
            json!([{"op": "replace", "path": "active", "value": wanted}]),
            json!([{"op": "Replace", "path": "active", "value": word}]),
        ]
    };
    match defect {
        "reactivate.refused" => {
            let mut right = true;
            for form in forms(true) {
                client.patch(&path, forms(false)[0].clone()).await;
                client.patch(&path, form).await;
                right &= client.get(&path).await.body["active"] == true;
            }
            right
        }
        "deactivate.not-applied" => {
            let mut put = client.get(&path).await.body;
            put["active"] = false.into();
            assert_eq!(client.put(&path, put).await.status, 200);
            let mut right = client.get(&path).await.body["active"] == false;
            for form in forms(false) {
                client.patch(&path, forms(true)[0].clone()).await;
                assert_eq!(client.patch(&path, form).await.status, 200);
                right &= client.get(&path).await.body["active"] == false;
                right &= client.login("ann", "correct horse").await.status == 401;
            }
            right
        }
        _ => {
            assert_eq!(client.patch(&path, forms(false)[0].clone()).await.status, 200);
            let read = client.get(&path).await;
            let found = client.filter("/Users", r#"userName eq "ann""#).await.body;
            read.status == 200
                && read.body["active"] == false
                && found["Resources"][0]["active"] == false
                && client.session(&session).await == 401
        }
    }
}

async fn group(defect: &str, client: &Client) -> bool {
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
        unknown => panic!("no probe for {unknown}"),
    }
}

async fn edge(defect: &str, client: &Client) -> bool {
    match defect {
        "error.plain-text" => {
            let mut right = true;
            for path in ["/Users/nobody", "/Nothing", "/Users?filter=", "/Me"] {
                right &= client.get(path).await.body.is_object();
            }
            right
        }
        "error.status-not-string" => client.get("/Users/nobody").await.body["status"] == "404",
        "media.plain-json-answer" => client.get("/Users").await.header("content-type") == "application/scim+json",
        "auth.write-without-token" => {
            let body = json!({"schemas": [USER], "userName": "stranger"}).to_string();
            let request = Request::post("/scim/v2/Users").header(header::CONTENT_TYPE, "application/scim+json");
            let write = client.send(request.body(Body::from(body)).expect("a request")).await;
            let read = Request::get(format!("/scim/v2/Users?filter={}", encoded("userName pr")));
            assert_eq!(client.send(read.body(Body::empty()).expect("a request")).await.status, 401);
            write.status == 401 && client.get("/Users").await.body["totalResults"] == 0
        }
        "security.password-returned" => {
            let body = json!({"schemas": [USER], "userName": "a", "password": "canary"});
            let created = client.post("/Users", body.clone()).await;
            let path = format!("/Users/{}", created.id());
            let put = client.put(&path, body).await;
            let patched = client.patch(&path, json!([{"op": "replace", "value": {"password": "canary2"}}])).await;
            let shows = [created, put, patched].map(|answer| String::from_utf8_lossy(&answer.bytes).contains("canary"));
            assert!(shows == [true; 3] || shows == [false; 3]);
            !shows[0]
        }
        unknown => panic!("no probe for {unknown}"),
    }
}
