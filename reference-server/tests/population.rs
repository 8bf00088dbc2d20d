//! People who are there from the start: loaded ones and computed ones are the same, and their number costs nothing.

mod client;

use client::{Client, ENTERPRISE, GROUP, PATCH, TOKEN, USER, encoded};
use proptest::prelude::*;
use scim_reference_server::policy::{Free, PRESETS, Policy, Writes};
use scim_reference_server::{Config, Limits, Population};
use serde_json::{Value, json};

fn server(population: Population) -> Client {
    server_of(Policy::okta(), population)
}

fn server_of(policy: Policy, population: Population) -> Client {
    Client::with(Config { policy, population, ..Config::repeatable("http://scim.example", TOKEN) })
}

/// Two teams and a bit.
const FEW: usize = 44;

/// What has been learned from answers, which both servers give alike.
struct Known {
    users: Vec<Value>,
    groups: Vec<Value>,
    /// Where a walk by cursor goes on.
    cursor: String,
}

impl Known {
    /// Few of them, so that things happen to the same ones again and again: some at the edges, then those who were created.
    fn user(&self, number: usize, part: &str) -> &str {
        let created = FEW..self.users.len();
        let places: Vec<usize> = [0, 1, 19, 20, FEW - 2, FEW - 1].into_iter().chain(created).collect();
        self.users[places[number % places.len()]][part].as_str().unwrap_or_default()
    }

    fn group(&self, number: usize, part: &str) -> &str {
        self.groups[number % self.groups.len()][part].as_str().unwrap_or_default()
    }

    /// One request: its form, and three numbers that say what it is about.
    fn request(&self, form: usize, [a, b, c]: [usize; 3]) -> (&'static str, String, Option<Value>) {
        let (user, group) = (format!("/Users/{}", self.user(a, "id")), format!("/Groups/{}", self.group(b, "id")));
        let member = if c.is_multiple_of(4) { self.group(a, "id") } else { self.user(a, "id") };
        // Half the names are somebody's.
        let name =
            if c.is_multiple_of(2) { self.user(b, "userName").to_owned() } else { format!("New.{c}@corp.example") };
        let patch = |op, path: &str, value: Value| {
            Some(json!({"schemas": [PATCH], "Operations": [{"op": op, "path": path, "value": value}]}))
        };
        let filter = |endpoint: &str, text: &str, rest: &str| {
            ("GET", format!("{endpoint}?filter={}{rest}", encoded(text)), None)
        };
        match form {
            0 => ("GET", user, None),
            1 => ("GET", group, None),
            2 => ("GET", format!("/Users?startIndex={}&count={}", if c % 2 == 0 { a } else { FEW - 4 + a }, b), None),
            3 => ("GET", format!("/Groups?startIndex={}&count={}", a % 4, b % 3), None),
            4 => ("GET", format!("?startIndex={}&count={}", FEW - 3 + a, b), None),
            5 => filter("/Users", &format!("userName eq {:?} and active pr", name.to_uppercase()), ""),
            6 => filter("/Users", &format!("externalId eq {:?} or emails eq {name:?}", self.user(a, "externalId")), ""),
            7 => filter("/Users", &format!("displayName eq {:?}", self.user(a, "displayName")), ""),
            8 => filter("/Groups", &format!("members[value eq {member:?}]"), ""),
            9 => filter("", &format!("displayName eq {:?} or id eq {member:?}", self.group(b, "displayName")), ""),
            10 => filter("/Users", &format!("userName co \"{}\"", c), "&sortBy=name.familyName&count=5"),
            11 => filter("/Users", "active eq false", "&sortBy=userName&sortOrder=descending&count=3"),
            12 => ("PATCH", user, patch("replace", "userName", name.into())),
            13 => ("PATCH", user, patch("replace", "active", (c % 2 == 0).into())),
            14 => ("PATCH", user, patch("add", "emails", json!([{"value": name, "type": "other"}]))),
            15 => ("PATCH", user, patch("replace", &format!("{ENTERPRISE}:department"), "Moved".into())),
            16 => {
                let emails = json!([{"value": self.user(b, "userName"), "type": "work"}]);
                let body = json!({"schemas": [USER], "userName": name, "displayName": self.user(c, "displayName"),
                    "externalId": self.user(c, "externalId"), "emails": emails});
                ("PUT", user, Some(body))
            }
            17 => ("POST", "/Users".to_owned(), Some(json!({"schemas": [USER], "userName": name, "password": "pa55"}))),
            18 => {
                // Like the name of a team, and like no other.
                let name = if c % 3 == 0 { format!("Team {a}") } else { name };
                let body = json!({"schemas": [GROUP], "displayName": name, "members": [{"value": member}]});
                ("POST", "/Groups".to_owned(), Some(body))
            }
            19 => ("DELETE", user, None),
            20 => ("DELETE", group, None),
            21 | 22 => ("PATCH", group, patch("add", "members", json!([{"value": member}]))),
            23 => ("PATCH", group, patch("remove", &format!("members[value eq {member:?}]"), Value::Null)),
            24 => {
                ("PATCH", group, patch("replace", "members", json!([{"value": member}, {"value": self.user(c, "id")}])))
            }
            25 => ("PATCH", group, patch("replace", "displayName", self.group(a, "displayName").into())),
            26 => ("GET", format!("/Users?count=15&cursor={}", self.cursor), None),
            27 => ("PATCH", user, patch("replace", "password", "pa55".into())),
            _ => ("LOGIN", self.user(a, "userName").to_owned(), None),
        }
    }
}

async fn resources(client: &Client, path: &str) -> Vec<Value> {
    let list = client.get(path).await;
    assert_eq!(list.status, 200, "{list:?}");
    list.body["Resources"].as_array().cloned().unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    /// Byte for byte: the same resources, the same order, the same refusals.
    #[test]
    fn computed_people_are_like_loaded_ones(preset in 0..PRESETS.len(), steps in prop::collection::vec((0_usize..29, [0_usize..10, 0_usize..10, 0_usize..10]), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            let [loaded, computed] = [Population::of(FEW), Population::synthetic(FEW)].map(|people| server_of(PRESETS[preset].1(), people));
            let mut known = Known {
                users: resources(&loaded, "/Users?count=500").await,
                groups: resources(&loaded, "/Groups").await,
                cursor: String::new(),
            };
            for (form, about) in steps {
                let (method, path, body) = known.request(form, about);
                let [expected, answer] = if method == "LOGIN" {
                    [loaded.login(&path, "pa55").await, computed.login(&path, "pa55").await]
                } else {
                    [loaded.scim(method, &path, body.clone()).await, computed.scim(method, &path, body.clone()).await]
                };
                prop_assert!(expected.status < 500);
                prop_assert_eq!(&answer.body, &expected.body, "{} {} {:?}", method, path, body);
                prop_assert_eq!((answer.status, answer.bytes), (expected.status, expected.bytes));
                if path.contains("cursor") {
                    known.cursor = expected.body["nextCursor"].as_str().unwrap_or_default().to_owned();
                }
                if expected.status == 201 {
                    let into = if path == "/Users" { &mut known.users } else { &mut known.groups };
                    into.push(expected.body);
                }
            }
            for path in ["/Users?count=500", "/Groups", "?count=500", "/Users?sortBy=userName&count=500"] {
                prop_assert_eq!(computed.get(path).await.body, loaded.get(path).await.body);
            }
            Ok(())
        })?;
    }
}

/// What leads to a number is a guess: another value with the same number is another value.
#[tokio::test]
async fn a_name_is_taken_by_whoever_has_it_and_by_nobody_else() {
    for population in [Population::of(FEW), Population::synthetic(FEW)] {
        let policy = Policy::okta();
        let writes = Writes { group_names: Free::No, external_ids: Free::No, ..policy.writes.clone() };
        let client = server_of(Policy { writes, ..policy }, population);
        let group =
            async |name: &str| client.post("/Groups", json!({"schemas": [GROUP], "displayName": name})).await.status;
        let team = resources(&client, "/Groups").await[1]["displayName"].as_str().expect("a name").to_owned();
        assert!(team.ends_with(" Team 2"));
        assert_eq!((group(&team.to_uppercase()).await, group("Blue Team 2").await), (409, 201));

        let user = resources(&client, "/Users?count=1").await[0].clone();
        let path = format!("/Users/{}", user["id"].as_str().expect("an id"));
        let claim = async |name: &str| {
            let body = json!({"schemas": [USER], "userName": name, "externalId": user["externalId"]});
            client.post("/Users", body).await.status
        };
        assert_eq!(claim("early.0@corp.example").await, 409);
        let operations = json!([{"op": "replace", "path": "externalId", "value": "another"}]);
        assert_eq!(client.patch(&path, operations).await.status, 200);
        assert_eq!(claim("late.0@corp.example").await, 201);
    }
}

/// From those who are computed to those who were created, with some missing.
#[tokio::test]
async fn a_walk_by_cursor_goes_on_behind_whoever_was_shown() {
    for population in [Population::of(5), Population::synthetic(5)] {
        let client = server(population);
        let users = resources(&client, "/Users").await;
        let delete =
            async |user: &Value| client.delete(&format!("/Users/{}", user["id"].as_str().expect("an id"))).await;
        assert_eq!(delete(&users[1]).await.status, 204);
        for name in ["one", "two", "three"] {
            client.user(name).await;
        }
        let (mut walked, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = client.get(&format!("/Users?count=1&cursor={cursor}")).await;
            let user = &page.body["Resources"][0];
            walked.push(user["userName"].clone());
            // Whoever was shown may go, and whoever comes next.
            match walked.len() {
                2 => assert_eq!(delete(user).await.status, 204),
                3 => assert_eq!(delete(&users[4]).await.status, 204),
                5 => assert_eq!(delete(user).await.status, 204),
                _ => {}
            }
            match page.body["nextCursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        let names = [&users[0], &users[2], &users[3]].map(|user| user["userName"].clone());
        assert_eq!(walked[..3], names);
        assert_eq!(walked[3..], ["one", "two", "three"]);
    }
}

#[tokio::test]
async fn loaded_people_and_their_teams_belong_together() {
    let client = server(Population::of(250));
    let (users, groups) = (resources(&client, "/Users?count=500").await, resources(&client, "/Groups").await);
    assert_eq!((users.len(), groups.len()), (250, 13));
    let mut pairs = 0;
    for group in &groups {
        for member in group["members"].as_array().expect("members") {
            let user = users.iter().find(|user| user["id"] == member["value"]).expect("a user");
            assert_eq!(user["groups"][0]["value"], group["id"]);
            assert_eq!(user["groups"][0]["display"], group["displayName"]);
            assert_eq!(member["display"], user["displayName"]);
            pairs += 1;
        }
    }
    assert_eq!(pairs, 250);
    let manager = &users[7][ENTERPRISE]["manager"]["value"];
    assert_eq!(manager, &users[0]["id"]);
}

const HUGE: usize = 100_000_000;

#[tokio::test]
async fn an_import_of_a_hundred_million_can_be_looked_at_anywhere() {
    let client = server(Population::synthetic(HUGE));
    let mut last = String::new();
    for start in [1, 101, HUGE / 2, 77_777_777, HUGE - 99] {
        let page = client.get(&format!("/Users?startIndex={start}&count=100")).await;
        assert_eq!(page.body["totalResults"], HUGE);
        assert_eq!(page.body["itemsPerPage"], 100);
        let users = page.body["Resources"].as_array().expect("users");
        let first = users[0]["id"].as_str().expect("an id");
        // Identifiers sort by age.
        assert!(first > last.as_str());
        last = users[99]["id"].as_str().expect("an id").to_owned();
        for user in [&users[0], &users[99]] {
            let name = user["userName"].as_str().expect("a name");
            assert_eq!(client.get(&format!("/Users/{}", user["id"].as_str().expect("an id"))).await.body, *user);
            assert_eq!(client.names(&format!("active pr and userName eq {name:?}")).await, [name]);
        }
    }
    let beyond = client.get(&format!("/Users?startIndex={}", HUGE + 1)).await;
    assert_eq!((&beyond.body["totalResults"], &beyond.body["itemsPerPage"]), (&json!(HUGE), &json!(0)));
    let root = client.get(&format!("?startIndex={}&count=4", HUGE - 1)).await;
    assert_eq!(root.body["totalResults"], HUGE + HUGE / 20);
    let kinds: Vec<&Value> =
        root.body["Resources"].as_array().expect("a list").iter().map(|it| &it["schemas"][0]).collect();
    assert_eq!(kinds, [USER, USER, GROUP, GROUP]);
}

#[tokio::test]
async fn totals_and_pages_stay_right_while_a_huge_directory_changes() {
    let client = server(Population::synthetic(HUGE));
    let at = async |start: usize, count: usize| {
        let page = client.get(&format!("/Users?startIndex={start}&count={count}&attributes=userName")).await;
        let names = page.body["Resources"].as_array().expect("users").iter();
        let names: Vec<String> = names.map(|user| user["userName"].as_str().unwrap_or_default().to_owned()).collect();
        (page.body["totalResults"].as_u64().expect("a total") as usize, names)
    };
    let middle = HUGE / 2;
    let (_, before) = at(middle, 10).await;
    for place in [2, 5] {
        let found = client.filter("/Users", &format!("userName eq {:?}", before[place])).await;
        let id = found.body["Resources"][0]["id"].as_str().expect("an id").to_owned();
        assert_eq!(client.delete(&format!("/Users/{id}")).await.status, 204);
        assert_eq!(client.get(&format!("/Users/{id}")).await.status, 404);
    }
    let left: Vec<&String> =
        before.iter().enumerate().filter(|(place, _)| ![2, 5].contains(place)).map(|(_, name)| name).collect();
    let (total, after) = at(middle, 8).await;
    assert_eq!((total, after.iter().collect::<Vec<_>>()), (HUGE - 2, left));

    client.user(&before[2]).await;
    client.user("somebody.new@corp.example").await;
    let taken = client.post("/Users", json!({"schemas": [USER], "userName": before[3].to_uppercase()})).await;
    assert_eq!(taken.error(), (409, "uniqueness"));
    let (total, end) = at(HUGE - 1, 100).await;
    assert_eq!((total, end), (HUGE, vec![before[2].clone(), "somebody.new@corp.example".to_owned()]));
}

#[tokio::test]
async fn somebody_who_is_computed_can_log_in_once_there_is_a_password() {
    let client = server(Population::synthetic(HUGE));
    let user = client.get(&format!("/Users?startIndex={}&count=1&filter={}", 1, encoded("userName sw \"x\""))).await;
    assert_eq!(user.error(), (400, "tooMany"));
    let user = client.get("/Users?startIndex=4711&count=1").await.body["Resources"][0].clone();
    let (id, name) = (user["id"].as_str().expect("an id"), user["userName"].as_str().expect("a name"));
    assert_eq!(user["active"], true);
    assert_eq!(client.login(name, "").await.status, 401);
    let operations = json!([{"op": "replace", "path": "password", "value": "correct horse"}]);
    assert_eq!(client.patch(&format!("/Users/{id}"), operations).await.status, 200);
    let session =
        client.login(name, "correct horse").await.body["access_token"].as_str().expect("a session").to_owned();
    assert_eq!(client.session(&session).await, 200);
    let operations = json!([{"op": "replace", "path": "active", "value": false}]);
    assert_eq!(client.patch(&format!("/Users/{id}"), operations).await.body["active"], false);
    assert_eq!((client.session(&session).await, client.login(name, "correct horse").await.status), (401, 401));
}

/// RFC 7644 §3.4.2.1: a list that costs too much is refused, and pages and look-ups are not.
#[tokio::test]
async fn what_would_look_through_too_many_is_refused() {
    let limits = Limits { scan: 100, ..Limits::default() };
    for population in [Population::of(101), Population::synthetic(101)] {
        let client = Client::with(Config { population, limits, ..client::config() });
        let id = client.get("/Users?count=1").await.body["Resources"][0]["id"].as_str().expect("an id").to_owned();
        let no_index =
            [r#"title eq "Engineer""#, r#"userName co "a""#, "not (userName pr)", r#"id pr or userName eq "x""#];
        for filter in no_index {
            let answer = client.filter("/Users", filter).await;
            assert_eq!(answer.error(), (400, "tooMany"), "{filter}");
            let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": filter});
            assert_eq!(client.post("/.search", body).await.error(), (400, "tooMany"), "{filter}");
        }
        assert_eq!(client.get("/Users?sortBy=userName").await.error(), (400, "tooMany"));
        assert_eq!(client.filter("/Groups", r#"displayName co "team""#).await.body["totalResults"], 6);
        assert_eq!(client.filter("/Users", &format!("title pr and id eq {id:?}")).await.body["totalResults"], 1);
        assert_eq!(client.get("/Users").await.body["totalResults"], 101);
        assert_eq!(client.delete(&format!("/Users/{id}")).await.status, 204);
        assert_eq!(client.get("/Users?sortBy=userName").await.body["totalResults"], 100);
    }
}
