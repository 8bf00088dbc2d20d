//! Answers that are written at once are, byte for byte, those that are put together as values. A defect that does nothing
//! makes a server take the long way: somebody might look into its replies.

mod client;

use client::{Answer, Client, ENTERPRISE, GROUP, PATCH, USER, config, encoded};
use proptest::prelude::*;
use scim_reference_server::defects::Twist;
use scim_reference_server::{Config, Defect, Policy, variants};
use serde_json::{Value, json};

static NOTHING: Defect =
    Defect { name: "none", sentence: "Nothing is wrong.", area: "", breaks: &[], twist: Twist::Reply(|_, _| {}) };

#[derive(Clone, Debug)]
enum Step {
    User(String, Option<String>, Option<String>),
    Group(String, Vec<usize>),
    Rename(usize, String),
    Join(usize, usize),
    Delete(usize),
    Page(usize, usize),
    Named(String),
}

/// Two servers that are asked the same.
struct Pair {
    servers: [Client; 2],
    /// Endpoint and id of what was created.
    known: Vec<(&'static str, String)>,
}

impl Pair {
    fn new(policy: &Policy) -> Self {
        let server = |defects| {
            let plain = config();
            Client::with(Config { defects, policy: policy.clone(), ..Config::repeatable(plain.origin, plain.token) })
        };
        Self { servers: [server(vec![]), server(vec![&NOTHING])], known: Vec::new() }
    }

    async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let [one, other] = &self.servers;
        let (one, other) = (one.scim(method, path, body.clone()).await, other.scim(method, path, body).await);
        assert_eq!(String::from_utf8_lossy(&one.bytes), String::from_utf8_lossy(&other.bytes), "{method} {path}");
        assert_eq!((one.status, &one.headers), (other.status, &other.headers), "{method} {path}");
        one
    }

    async fn create(&mut self, endpoint: &'static str, body: Value) {
        let answer = self.ask("POST", endpoint, Some(body)).await;
        if answer.status == 201 {
            self.known.push((endpoint, answer.id()));
        }
    }

    fn resource(&self, number: usize) -> (&str, &str) {
        self.known.get(number % self.known.len().max(1)).map_or(("/Users", "nobody"), |(endpoint, id)| (endpoint, id))
    }

    fn address(&self, number: usize) -> String {
        let (endpoint, id) = self.resource(number);
        format!("{endpoint}/{}", encoded(id))
    }

    fn member(&self, number: usize) -> Value {
        json!({ "value": self.resource(number).1 })
    }

    async fn patch(&self, number: usize, operation: Value) {
        let body = json!({"schemas": [PATCH], "Operations": [operation]});
        self.ask("PATCH", &self.address(number), Some(body)).await;
    }

    async fn step(&mut self, step: Step) {
        match step {
            Step::User(name, shown, department) => {
                let mut user =
                    json!({"schemas": [USER], "userName": name, "displayName": shown, "emails": [{"value": name}]});
                if let Some(department) = department {
                    user[ENTERPRISE] = json!({ "department": department });
                }
                self.create("/Users", user).await;
            }
            Step::Group(name, members) => {
                let members: Vec<Value> = members.into_iter().map(|number| self.member(number)).collect();
                self.create("/Groups", json!({"schemas": [GROUP], "displayName": name, "members": members})).await;
            }
            Step::Rename(number, name) => {
                self.patch(number, json!({"op": "replace", "value": {"displayName": name}})).await;
            }
            Step::Join(group, member) => {
                let operation = json!({"op": "add", "path": "members", "value": [self.member(member)]});
                self.patch(group, operation).await;
            }
            Step::Delete(number) => drop(self.ask("DELETE", &self.address(number), None).await),
            Step::Page(start, count) => {
                for path in ["/Users", "/Groups", ""] {
                    self.ask("GET", &format!("{path}?startIndex={start}&count={count}"), None).await;
                }
                self.ask("GET", &format!("/Users?sortBy=userName&startIndex={start}"), None).await;
                self.ask("GET", "/Users?attributes=userName", None).await;
                self.ask("GET", "/Groups?cursor=&count=1", None).await;
            }
            Step::Named(name) => {
                for filter in ["userName eq", "displayName eq", "emails.value co"] {
                    let filter = format!("{filter} {}", Value::from(name.as_str()));
                    self.ask("GET", &format!("/Users?filter={}", encoded(&filter)), None).await;
                }
            }
        }
        for number in 0..self.known.len() {
            self.ask("GET", &self.address(number), None).await;
        }
        self.ask("HEAD", &self.address(0), None).await;
    }
}

/// Names with everything that JSON and addresses escape.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-dA-D]{1,3}",
        ".{1,6}",
        prop::sample::select(vec!["\"]}", "a\\\"b", "\u{1}\u{7f}", "é𝄞/", "]"]).prop_map(str::to_owned)
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (name(), prop::option::of(name()), prop::option::of(name())).prop_map(|(name, shown, department)| Step::User(name, shown, department)),
        2 => (name(), prop::collection::vec(0_usize..8, 0..4)).prop_map(|(name, members)| Step::Group(name, members)),
        2 => (0_usize..8, name()).prop_map(|(number, name)| Step::Rename(number, name)),
        3 => (0_usize..8, 0_usize..8).prop_map(|(group, member)| Step::Join(group, member)),
        1 => (0_usize..8).prop_map(Step::Delete),
        2 => (0_usize..4, 0_usize..4).prop_map(|(start, count)| Step::Page(start, count)),
        2 => name().prop_map(Step::Named),
    ]
}

/// A little of everything.
fn story() -> Vec<Step> {
    let name = |name: &str| name.to_owned();
    vec![
        Step::User(name("anna"), Some(name("An \"na\"")), Some(name("R]"))),
        Step::User(name("bert"), None, None),
        Step::Group(name("inner"), vec![0, 1]),
        Step::Group(name("outer"), vec![2]),
        Step::Rename(0, name("Änne")),
        Step::Join(3, 0),
        Step::Page(1, 2),
        Step::Named(name("ANNA")),
        Step::Named(name("nobody")),
        Step::Delete(2),
        Step::Page(2, 3),
    ]
}

#[tokio::test(start_paused = true)]
async fn under_every_variant() {
    let presets = [("okta", Policy::okta()), ("rfc", Policy::rfc())];
    let variants = variants::all().map(|variant| {
        let mut policy = Policy::okta();
        (variant.change)(&mut policy);
        (variant.name, policy)
    });
    for (name, policy) in presets.into_iter().chain(variants) {
        let mut pair = Pair::new(&policy);
        for step in story() {
            pair.step(step).await;
        }
        assert!(!pair.known.is_empty(), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn after_any_history(steps in prop::collection::vec(step(), 1..16)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            let mut pair = Pair::new(&Policy::okta());
            for step in steps {
                pair.step(step).await;
            }
        });
    }
}
