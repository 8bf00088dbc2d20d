//! The guard as a security boundary: whatever a check asks for, and however wrong the target takes it, no stranger is
//! changed and nobody is put together with one.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "guard/sloppy.rs"]
mod sloppy;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::Method;
use scimprove::target::cleanup::cleanup;
use scimprove::target::exchange::{Login, encode};
use scimprove::target::guard::{Guard, Key, Touched};
use scimprove::target::ledger::Ledger;
use scimprove::target::pace::Pace;
use scimprove::target::redact::Redactor;
use scimprove::target::{Answer, Body, Client, NoAnswer, Request, Target};
use serde_json::{Value, json};
use sloppy::{Dice, Habits, KEY, Sloppy};

fn client(server: &Sloppy) -> Client {
    let guard = Guard::new(Key::new(KEY).unwrap(), None);
    Client::new(Box::new(server.clone()), guard, Ledger::in_memory(), Redactor::default(), Pace::new(None))
}

/// A user and a group of this run, created and read.
async fn own(client: &Client) -> (String, String) {
    let mut ids = Vec::new();
    for (collection, body) in [
        ("/Users", json!({"userName": format!("own-{KEY}@example.com")})),
        ("/Groups", json!({"displayName": format!("own {KEY}")})),
    ] {
        let created = client.send(Request::post(collection, body)).await.unwrap().exchange.answer;
        let id = created.json.unwrap()["id"].as_str().unwrap().to_string();
        client.send(Request::get(format!("{collection}/{id}"))).await.unwrap();
        ids.push(id);
    }
    (ids[0].clone(), ids[1].clone())
}

/// Every known way to reach a stranger: `s` is a stranger, `u` and `g` are an own user and an own group.
fn tricks(s: &str, u: &str, g: &str) -> Vec<(&'static str, Request)> {
    let get = || Request::get(format!("/Users/{s}"));
    let group = format!("/Groups/{g}");
    let op = |operation: Value| Request::patch(&group, json!({"Operations": [operation]}));
    let put = |members: Value| Request::put(&group, json!({"displayName": format!("own {KEY}"), "members": members}));
    let raw = |method: Method, path: &str, text: String| Request::new(method, path).raw("application/scim+json", text);
    let bulk = |operation: Value| Request::post("/Bulk", json!({"Operations": [operation]}));
    let user = json!({"userName": format!("x-{KEY}")});
    let delete = |path: String| Request::delete(path);
    let twisted = s.bytes().map(|byte| format!("%25{byte:02x}")).collect::<String>();
    vec![
        ("plain", delete(format!("/Users/{s}"))),
        ("case of the endpoint", delete(format!("/uSERS/{s}"))),
        ("encoded id", delete(format!("/Users/{}", twisted.replace("%25", "%")))),
        ("twice encoded id", delete(format!("/Users/{twisted}"))),
        ("dot segments", delete(format!("/Users/{u}/../{s}"))),
        ("encoded dot segments", delete(format!("/Users/{u}%2f%2e%2e%2f{s}"))),
        ("twice encoded dot segments", delete(format!("/Users/{u}%252f..%252f{s}"))),
        ("backslashes", delete(format!("/Users/{u}%5c..%5c{s}"))),
        ("double slashes", delete(format!("//Users//{s}"))),
        ("a NUL byte", delete(format!("/Users/{s}%00{u}"))),
        ("a path parameter", delete(format!("/Users/{s};x={u}"))),
        ("a space", delete(format!("/Users/%20{s}"))),
        ("a query in the path", delete(format!("/Users/{s}?x=/{u}"))),
        ("an encoded query", delete(format!("/Users/{s}%3fx={u}"))),
        ("/Me", delete("/Me".into())),
        ("the whole collection", delete("/Users".into())),
        ("a method nobody knows", Request::new(Method::from_bytes(b"PURGE").unwrap(), format!("/Users/{s}"))),
        ("a method in lower case", Request::new(Method::from_bytes(b"delete").unwrap(), format!("/Users/{s}"))),
        ("override", get().header("X-HTTP-Method-Override", "DELETE")),
        ("override, short", get().header("x-http-method", "DELETE")),
        ("override, another", get().header("X-Method-Override", "DELETE")),
        ("override of HEAD", Request::new(Method::HEAD, format!("/Users/{s}")).header("X-HTTP-Method", "DELETE")),
        ("another URL", Request::delete(format!("/Users/{u}")).header("X-Original-URL", format!("/Users/{s}"))),
        ("_method", get().query("_method", "DELETE")),
        ("_method, encoded", get().query("%5fmethod", "DELETE")),
        ("_method, twice encoded", get().query("%255fmethod", "DELETE")),
        ("_method behind a value", get().query("x", "1&_method=DELETE")),
        ("_method behind a semicolon", {
            let mut request = get();
            request.query = "x=1;_method=DELETE".into();
            request
        }),
        ("_method in the path", Request::get(format!("/Users/{s}?_method=DELETE"))),
        ("_method in the path, encoded", Request::get(format!("/Users/{s}%3f_method=DELETE"))),
        ("_method in the body", get().json(json!({"_method": "DELETE"}))),
        ("_method in a create", Request::post("/Users", json!({"_method": "DELETE", "userName": KEY}))),
        ("_method in a form", raw(Method::POST, "/Users", format!("_method=DELETE&userName={KEY}"))),
        (
            "create by a stranger's name",
            Request::post("/Users", json!({"userName": "stranger0-0@corp.example", "displayName": KEY})),
        ),
        ("the same in a list", Request::post("/Users", json!([user, {"userName": "stranger0-0@corp.example"}]))),
        (
            "the same behind a URN",
            Request::post(
                "/Users",
                json!({"displayName": KEY, "urn:x:User": {"userName": "stranger0-0@corp.example"}}),
            ),
        ),
        (
            "the same in broken JSON",
            raw(Method::POST, "/Users", format!(r#"{{"userName":"stranger0-0@corp.example","displayName":"{KEY}",}}"#)),
        ),
        (
            "the same as XML",
            raw(Method::POST, "/Users", format!("<u>{KEY}</u><userName>stranger0-0@corp.example</userName>")),
        ),
        (
            "a name that stands twice",
            raw(Method::POST, "/Users", format!(r#"{{"userName":"stranger0-0@corp.example","userName":"{KEY}"}}"#)),
        ),
        ("create by a stranger's id", Request::post("/Users", json!({"userName": KEY, "id": s}))),
        ("PUT with a stranger's id", Request::put(format!("/Users/{u}"), json!({"userName": KEY, "id": s}))),
        ("PUT with it in another case", Request::put(format!("/Users/{u}"), json!({"userName": KEY, "ID": s}))),
        (
            "PATCH to a stranger's id",
            Request::patch(format!("/Users/{u}"), json!({"Operations": [{"op": "replace", "path": "id", "value": s}]})),
        ),
        ("member", put(json!([{"value": s}]))),
        ("member in another case", put(json!([{"VALUE": s}]))),
        ("one member, no list", put(json!({"value": s}))),
        ("bare member", put(json!([s]))),
        ("bare text", put(json!(s))),
        ("member by $ref", put(json!([{"value": u, "$ref": format!("https://h/Users/{s}")}]))),
        ("member by $ref with a query", put(json!([{"value": u, "$ref": format!("https://h/Users/{s}?x=/{u}")}]))),
        ("member by $ref with a fragment", put(json!([{"$ref": format!("https://h/Users/{s}#/{u}")}]))),
        ("member by a longer $ref", put(json!([{"$ref": format!("https://h/Users/{s}/Users/{u}")}]))),
        ("member by an encoded $ref", put(json!([{"$ref": format!("https://h/Users/{twisted}")}]))),
        ("member by id", put(json!([{"id": s}]))),
        ("nested member", put(json!([{"value": {"value": s}}]))),
        ("list in a list", put(json!([[{"value": s}]]))),
        ("MEMBERS", Request::put(&group, json!({"displayName": KEY, "MEMBERS": [{"value": s}]}))),
        ("/members", op(json!({"op": "add", "path": "/members", "value": [{"value": s}]}))),
        ("members by path", op(json!({"op": "add", "path": "Members", "value": [{"value": s}]}))),
        (
            "members by URN",
            op(json!({"op": "add", "path": "urn:ietf:params:scim:schemas:core:2.0:Group:members", "value": s})),
        ),
        ("members without path", op(json!({"OP": "add", "VALUE": {"Members": [{"Value": s}]}}))),
        (
            "members in the filter",
            op(json!({"op": "add", "path": format!("members[value eq \"{s}\"]"), "value": {"display": "x"}})),
        ),
        ("members in a bare filter", op(json!({"op": "add", "path": format!("members[value eq {s}]")}))),
        ("two paths", op(json!({"op": "add", "path": "displayName", "Path": "members", "value": [{"value": s}]}))),
        (
            "members that stand twice",
            raw(
                Method::PUT,
                &group,
                format!(r#"{{"displayName":"{KEY}","members":[{{"value":"{s}"}}],"members":[]}}"#),
            ),
        ),
        (
            "members with a comment",
            raw(Method::PUT, &group, format!(r#"{{"displayName":"{KEY}",/**/"members":["{s}"]}}"#)),
        ),
        (
            "members with a byte order mark",
            raw(Method::PUT, &group, format!("\u{feff}{{\"displayName\":\"{KEY}\",\"members\":[\"{s}\"]}}")),
        ),
        (
            "members in UTF-16",
            raw(
                Method::PUT,
                &group,
                format!(r#"{{"displayName":"{KEY}","members":["{s}"]}}"#).chars().flat_map(|c| [c, '\0']).collect(),
            ),
        ),
        ("members, escaped, in broken JSON", raw(Method::PUT, &group, format!(r#"{{"\u006dembers":["{s}"],}}"#))),
        (
            "JSON in a string",
            raw(Method::PUT, &group, json!(json!({"displayName": KEY, "members": [s]}).to_string()).to_string()),
        ),
        ("groups of a user", Request::post("/Users", json!({"userName": KEY, "groups": [{"value": s}]}))),
        (
            "Groups by PATCH",
            Request::patch(
                format!("/Users/{u}"),
                json!({"Operations": [{"op": "add", "path": "Groups", "value": [s]}]}),
            ),
        ),
        ("bulk", bulk(json!({"method": "DELETE", "path": format!("/Users/{s}")}))),
        (
            "bulk with a second path",
            bulk(json!({"method": "DELETE", "path": format!("/Users/{u}"), "Path": format!("/Users/{s}")})),
        ),
        (
            "bulk with a second method",
            bulk(json!({"method": "POST", "Method": "DELETE", "path": "/Users", "data": user})),
        ),
        (
            "bulk with second data",
            bulk(
                json!({"method": "PUT", "path": group, "data": {"displayName": KEY}, "Data": {"displayName": KEY, "members": [s]}}),
            ),
        ),
        (
            "bulk with data as text",
            bulk(json!({"method": "PUT", "path": group, "data": json!({"members": [s]}).to_string()})),
        ),
        (
            "bulk in bulk",
            bulk(
                json!({"method": "POST", "path": "/Bulk", "data": {"Operations": [{"method": "DELETE", "path": format!("/Users/{s}")}]}}),
            ),
        ),
        ("bulk with dot segments", bulk(json!({"method": "DELETE", "path": format!("/Users/{u}/../{s}")}))),
    ]
}

/// Each trick does harm when it is sent past the guard, and none through it.
#[tokio::test(start_paused = true)]
async fn every_trick_works_on_a_sloppy_server_and_none_gets_past_the_guard() {
    let mut wrong = Vec::new();
    for counts in [true, false] {
        let names: Vec<&str> = tricks("s", "u", "g").into_iter().map(|(name, _)| name).collect();
        for (at, name) in names.into_iter().enumerate() {
            for guarded in [true, false] {
                let server = Sloppy::new(7, Habits { counts, ..Habits::default() });
                let client = client(&server);
                let (user, group) = own(&client).await;
                let stranger = server.world().strangers("Users")[0].clone();
                let (_, request) = tricks(&stranger, &user, &group).swap_remove(at);
                if guarded {
                    let end = client.send(request).await;
                    if end.is_ok() || !server.world().damage.is_empty() {
                        wrong.push(format!("{name} was let out: {:?}", server.world().damage));
                    }
                } else {
                    server.send(&request).await.unwrap();
                    if server.world().damage.is_empty() {
                        wrong.push(format!("{name} does no harm to this server, so it proves nothing"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A request of the grammar: method × path × encoding × headers × query × body.
fn hostile(dice: &mut Dice, users: &[String], groups: &[String], n: usize) -> Request {
    let all: Vec<&String> = users.iter().chain(groups).collect();
    let id = |dice: &mut Dice| (*dice.pick(&all)).clone();
    if dice.chance(4) {
        let (s, u, g) = (id(dice), id(dice), id(dice));
        let mut tricks = tricks(&s, &u, &g);
        let at = dice.roll(tricks.len());
        return tricks.swap_remove(at).1;
    }
    let of_group = dice.chance(40);
    let target =
        if dice.chance(90) { if of_group { dice.pick(groups) } else { dice.pick(users) } } else { *dice.pick(&all) };
    let collection = *dice.pick(if of_group {
        &["/Groups", "/Groups", "/Groups", "/groups"]
    } else {
        &["/Users", "/Users", "/Users", "/USERS"]
    });
    let method = *dice.pick(&["GET", "GET", "POST", "POST", "PUT", "PATCH", "PATCH", "DELETE", "HEAD", "delete"]);
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let single = if method == Method::POST { dice.chance(4) } else { dice.chance(97) };
    let path = match (single, dice.roll(30)) {
        (false, _) => collection.to_string(),
        (_, 0) => format!("{collection}//{target}"),
        (_, 1) => format!("{collection}/{target}/../{}", id(dice)),
        (_, 2) => format!("{collection}/{}", target.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>()),
        (_, 3) => format!("{collection}/{target}/"),
        (_, 4) => format!("{collection}/{target}%00{}", id(dice)),
        (_, 5) => format!("/v2{collection}/{target}"),
        _ => format!("{collection}/{}", encode(target)),
    };
    let mut request = Request::new(method.clone(), path);
    if dice.chance(3) {
        let name =
            *dice.pick(&["X-HTTP-Method-Override", "x-http-method", "X-Original-URL", "If-Match", "X-Method-Override"]);
        let value = if name == "X-Original-URL" { format!("/Users/{}", id(dice)) } else { "DELETE".into() };
        request = request.header(name, value);
    }
    if dice.chance(5) {
        let name = *dice.pick(&["_method", "attributes", "%5Fmethod", "x;_method", "filter", "_METHOD"]);
        request = request.query(name, dice.pick(&["DELETE", "userName", "a&_method=DELETE"]));
    }
    if method == Method::DELETE || method == Method::GET || method == Method::HEAD {
        return request;
    }
    let body = body(dice, of_group, method == Method::PATCH, n, &id);
    match dice.roll(40) {
        0 => request.raw("application/json", format!("\u{feff}{body}")),
        1 => request.raw("application/json", body.to_string().replacen('}', ",}", 1)),
        2 => request.raw("application/json", json!(body.to_string()).to_string()),
        3 => request.raw("application/json", body.to_string().chars().flat_map(|c| [c, '\0']).collect::<String>()),
        4 => request
            .raw("application/json", body.to_string().replacen('{', &format!("{{\"members\":[\"{}\"],", id(dice)), 1)),
        _ => request.json(body),
    }
}

fn body(dice: &mut Dice, of_group: bool, patch: bool, n: usize, id: &impl Fn(&mut Dice) -> String) -> Value {
    let name = match dice.roll(20) {
        0 => "stranger0-1@corp.example".to_string(),
        1 => format!("Strangers 0 {}", n % 4),
        2 => String::new(),
        _ => format!("scim-{KEY}-{n}"),
    };
    let key = |dice: &mut Dice, plain: &str| match dice.roll(12) {
        0 => plain.to_uppercase(),
        1 => format!("urn:ietf:params:scim:schemas:core:2.0:X:{plain}"),
        2 => format!("/{plain}"),
        _ => plain.to_string(),
    };
    let references = |dice: &mut Dice| {
        let one = id(dice);
        match dice.roll(9) {
            0 => json!([one]),
            1 => json!({"value": one}),
            2 => json!([{"Value": one}]),
            3 => json!([{"$ref": format!("https://h.example/scim/Users/{one}")}]),
            4 => json!([{"value": one.parse::<u64>().map_or(json!(one), Value::from)}]),
            5 => json!([{"$REF": format!("../Users/{one}?a=/b")}, {"value": id(dice)}]),
            _ => json!([{"value": one}, {"value": id(dice)}]),
        }
    };
    let mut body = json!({});
    if patch {
        let operation = match dice.roll(5) {
            0 => json!({"op": "replace", "path": key(dice, "active"), "value": false}),
            1 => {
                json!({"op": "replace", "value": {key(dice, if of_group { "displayName" } else { "userName" }): name}})
            }
            2 => json!({"op": "add", "path": format!("members[value eq \"{}\"]", id(dice)), "value": {}}),
            3 => json!({"op": "add", "value": {key(dice, "members"): references(dice)}}),
            _ => {
                json!({"op": "add", "path": key(dice, if of_group { "members" } else { "groups" }), "value": references(dice)})
            }
        };
        body[if dice.chance(90) { "Operations" } else { "operations" }] = json!([operation]);
        return body;
    }
    body[key(dice, if of_group { "displayName" } else { "userName" })] = name.into();
    body["externalId"] = format!("x{KEY}{n}").into();
    if dice.chance(20) {
        body["active"] = false.into();
    }
    if dice.chance(25) {
        let name = key(dice, if of_group { "members" } else { "groups" });
        body[name] = references(dice);
    }
    if dice.chance(4) {
        body[key(dice, "id")] = id(dice).into();
    }
    body
}

fn seed() -> u64 {
    let seed = std::env::var("SCIMPROVE_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_261_123);
    println!("SCIMPROVE_SEED={seed}");
    seed
}

/// Sends hostile requests, restarts the server now and then, cleans up, and looks for damage.
async fn besiege(requests: usize, habits: Habits, seed: u64) {
    let server = Sloppy::new(seed, habits);
    let client = client(&server);
    let mut dice = Dice(seed ^ 0xface);
    let (mut users, mut groups) = (Vec::new(), Vec::new());
    for n in 0..requests {
        if n % 50 == 0 {
            // Ids that are known: own ones, strangers', and such as are free.
            let world = server.world();
            users = sample(&mut dice, world.own("Users"), world.strangers("Users"), "404");
            groups = sample(&mut dice, world.own("Groups"), world.strangers("Groups"), "405");
        }
        if n % 9_973 == 9_972 {
            server.world().restart();
            // Whoever was freed right before cannot be seen yet: a restart takes its time.
            tokio::time::advance(std::time::Duration::from_secs(11)).await;
        }
        let mut request = hostile(&mut dice, &users, &groups, n);
        if request.method == Method::POST && server.world().all.len() > 400 && dice.chance(70) {
            request = Request::delete(format!("/Users/{}", dice.pick(&users)));
        }
        let shown = format!("{request:?} {}", String::from_utf8_lossy(&request.body_bytes()));
        let end = client.send(request).await;
        let damage = std::mem::take(&mut server.world().damage);
        assert!(damage.is_empty(), "seed {seed}, request {n}: {shown}: {damage:?} ({end:?})");
    }
    assert!(server.world().changes > requests / 10, "the guard lets hardly anything out: {}", server.world().changes);

    let cleaned = cleanup(&client).await;
    let world = server.world();
    assert!(world.damage.is_empty(), "seed {seed}: {:?}", world.damage);
    // What is hidden and was never seen, or is hidden under a short id, cannot be told from a stranger.
    let is_known = |kind: &'static str, id: &str| {
        let collection = if kind == "Users" { "/Users" } else { "/Groups" };
        client.guard.is_alive(&Touched { collection: Some(collection), id: id.into() })
    };
    let left: Vec<_> = world
        .all
        .iter()
        .filter(|(_, entity)| !entity.stranger)
        .filter(|((kind, id), entity)| !habits.hides || entity.active || !habits.counts && is_known(kind, id))
        .collect();
    assert!(
        left.is_empty(),
        "seed {seed}: {} of our own are left, such as {:?}; {} reported",
        left.len(),
        left[0],
        cleaned.left.len()
    );
}

fn sample(dice: &mut Dice, own: Vec<String>, strangers: Vec<String>, free: &str) -> Vec<String> {
    let mut ids: Vec<String> = vec![free.into()];
    ids.extend((0..12).filter(|_| !own.is_empty()).map(|_| dice.pick(&own).clone()));
    ids.extend((0..5).map(|_| dice.pick(&strangers).clone()));
    ids
}

#[tokio::test(start_paused = true)]
async fn a_target_that_hides_links_lies_and_counts() {
    besiege(40_000, Habits { links: 5, lies: 2, hides: true, counts: true }, seed()).await;
}

#[tokio::test(start_paused = true)]
async fn a_target_that_hides_links_and_lies() {
    besiege(30_000, Habits { links: 5, lies: 2, hides: true, counts: false }, seed() + 1).await;
}

#[tokio::test(start_paused = true)]
async fn a_target_that_counts() {
    besiege(30_000, Habits { counts: true, ..Habits::default() }, seed() + 2).await;
}

#[test]
fn what_careful_servers_write_is_understood() {
    let guard = Guard::new(Key::new(KEY).unwrap(), None);
    for reference in [
        json!({"value": "a@b.example", "$ref": "https://h.example/scim/v2/Users/a@b.example"}),
        json!({"value": "a@b.example", "$ref": "https://h.example/scim/v2/Users/a%40b.example"}),
        json!({"value": "a@b.example", "$ref": "../Users/a@b.example", "display": "Users / all", "type": "User"}),
        json!({"$ref": "/scim/v2/Users/a@b.example", "display": null}),
    ] {
        let body = json!({"displayName": KEY, "members": [reference]});
        let plan = guard.plan(&Request::put("/Groups/g", body)).unwrap();
        let proven: Vec<&str> = plan.prove.iter().map(|touched| touched.id.as_str()).collect();
        assert_eq!(proven, ["a@b.example", "g"]);
    }
}

#[test]
fn the_body_of_a_create_may_be_anything_that_is_marked() {
    let guard = Guard::new(Key::new(KEY).unwrap(), None);
    for text in [
        format!(r#"{{"schemas":["x"],"userName":"scim-{KEY}","groups":[],"active":tr"#),
        format!("<user><userName>scim-{KEY}</userName></user>"),
        format!(r#"{{"userName":"a-{KEY}","userName":"b-{KEY}"}}"#),
    ] {
        let mut request = Request::post("/Users", Value::Null).raw("application/scim+json", text.clone());
        assert!(guard.plan(&request).is_ok(), "{text}");
        request.body = Body::Raw(text.replace(KEY, "stranger").into());
        assert!(guard.plan(&request).is_err(), "{text}");
    }
}

/// What a bulk request creates may be named in it by a marked name; nothing else may, and nothing at all once a create was
/// answered with what is somebody else's.
#[tokio::test(start_paused = true)]
async fn a_bulk_request_refers_to_its_own_creates_alone() {
    let server = Sloppy::new(7, Habits::default());
    let client = client(&server);
    let name = format!("b-{KEY}-1");
    let user = |n: usize| json!({"userName": format!("bulk{n}-{KEY}@example.com")});
    let group = |member: &str| json!({"displayName": format!("bulk {KEY}"), "members": [{"value": member}]});
    let create =
        |path: &str, id: &str, data: Value| json!({"method": "POST", "path": path, "bulkId": id, "data": data});
    let bulk = |operations: Vec<Value>| Request::post("/Bulk", json!({"Operations": operations}));
    let pair =
        |n: usize| vec![create("/Users", &name, user(n)), create("/Groups", "g", group(&format!("bulkId:{name}")))];
    assert!(client.send(bulk(pair(1))).await.is_err(), "nothing was read yet that shows what creates are");
    own(&client).await;
    assert!(client.send(bulk(pair(2))).await.is_ok());
    let refused = [
        ("a name without the mark", vec![create("/Users", "1", user(3)), create("/Groups", "g", group("bulkId:1"))]),
        ("a name of nothing", vec![create("/Groups", "g", group(&format!("bulkId:{name}")))]),
        ("a change by such a name", {
            let path = format!("/Users/bulkId:{name}");
            vec![create("/Users", &name, user(4)), json!({"method": "DELETE", "path": path})]
        }),
        ("a create without the mark", {
            let stranger = json!({"userName": "x@example.com"});
            vec![create("/Users", &name, stranger), create("/Groups", "g", group(&format!("bulkId:{name}")))]
        }),
        ("a method that nobody knows", vec![json!({"method": "GRAB", "path": "/Users/1"})]),
        ("no method", vec![json!({"path": "/Users/1"})]),
        ("a bulk request in it", {
            let inner = json!({"Operations": [{"method": "DELETE", "path": "/Users/1"}]});
            vec![create("/Bulk", &name, inner)]
        }),
    ];
    for (words, operations) in refused {
        assert!(client.send(bulk(operations)).await.is_err(), "{words} was let out");
    }
    assert!(server.world().damage.is_empty(), "{:?}", server.world().damage);
    let stranger = server.world().strangers("Users")[0].clone();
    client.guard.given(Touched { collection: Some("/Users"), id: stranger.clone() });
    client.send(Request::get(format!("/Users/{stranger}"))).await.unwrap();
    assert!(client.send(bulk(pair(5))).await.is_err(), "creates are linked to strangers here");
}

/// Two organisations that count their ids alike: the second has a stranger where the first has a user of this run.
struct TwoTenants {
    changes: Arc<Mutex<Vec<String>>>,
}

impl Target for TwoTenants {
    fn send<'a>(&'a self, request: &'a Request) -> Pin<Box<dyn Future<Output = Result<Answer, NoAnswer>> + Send + 'a>> {
        let is_other = matches!(request.login, Login::Other { .. });
        let name = if is_other { "boss@corp.example".to_string() } else { format!("own-{KEY}@example.com") };
        if request.method != Method::GET {
            self.changes.lock().unwrap().push(format!("{request:?}"));
        }
        let body = json!({"id": "5", "userName": name}).to_string();
        Box::pin(async { Ok(Answer::new(200, Vec::new(), body.into(), Duration::ZERO)) })
    }
}

#[tokio::test]
async fn a_stranger_of_another_organisation_with_the_same_id_is_not_changed() {
    let changes = Arc::new(Mutex::new(Vec::new()));
    let guard = Guard::new(Key::new(KEY).unwrap(), None);
    let target = Box::new(TwoTenants { changes: changes.clone() });
    let client = Client::new(target, guard, Ledger::in_memory(), Redactor::default(), Pace::new(None));
    client.send(Request::get("/Users/5")).await.unwrap();
    let second = || Login::Other { variable: "SCIM_SECOND_TOKEN", token: "t".into(), is_elsewhere: true };
    let body = json!({"userName": format!("own-{KEY}@example.com"), "active": false});
    for change in
        [Request::put("/Users/5", body.clone()), Request::patch("/Users/5", body), Request::delete("/Users/5")]
    {
        assert!(client.send(change.clone().login(second())).await.is_err(), "{change:?}");
        assert_eq!(*changes.lock().unwrap(), Vec::<String>::new());
        client.send(change).await.unwrap();
        changes.lock().unwrap().clear();
    }
}

/// A server that shows this wherever it is asked.
struct Shows(Value);

impl Target for Shows {
    fn send<'a>(&'a self, _: &'a Request) -> Pin<Box<dyn Future<Output = Result<Answer, NoAnswer>> + Send + 'a>> {
        Box::pin(async { Ok(Answer::new(200, Vec::new(), self.0.to_string().into(), Duration::ZERO)) })
    }
}

/// What discovery shows may be said again, and nothing else.
#[tokio::test]
async fn discovery_is_only_ever_said_again() {
    let shown = json!({"id": "User", "patch": {"supported": true}, "meta": {"lastModified": "2026-01-01T00:00:00Z"}});
    let guard = Guard::new(Key::new(KEY).unwrap(), None);
    let target = Box::new(Shows(shown.clone()));
    let client = Client::new(target, guard, Ledger::in_memory(), Redactor::default(), Pace::new(None));
    let other = json!({"id": "User", "patch": {"supported": false}});
    for path in ["/ServiceProviderConfig", "/ResourceTypes/User", "/Schemas/urn%3Ax"] {
        let raw = |text: String| Request::new(Method::PUT, path).raw("application/scim+json", text);
        for taken in [Request::put(path, shown.clone()), raw(format!(" {shown}"))] {
            client.send(taken).await.unwrap();
        }
        for refused in [
            Request::put(path, other.clone()),
            raw(format!("{shown}{other}")),
            raw(shown.to_string().replacen('{', r#"{"patch":{"supported":false},"#, 1)),
            Request::put(path, shown.clone()).header("X-HTTP-Method-Override", "DELETE"),
            Request::patch(path, shown.clone()),
            Request::post(path, shown.clone()),
            Request::delete(path),
        ] {
            assert!(client.send(refused.clone()).await.is_err(), "{refused:?}");
        }
    }
    assert!(client.send(Request::put("/ResourceTypes", shown.clone())).await.is_err());
}
