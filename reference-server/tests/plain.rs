//! Writes that are kept as they stand come to what they come to when they are taken apart, byte for byte: in their
//! answers, and in all that is read afterwards. A defect that does nothing makes a server take them apart.

mod client;

use client::{Answer, Client, ENTERPRISE, GROUP, PATCH, USER, config, encoded};
use proptest::prelude::*;
use scim_reference_server::defects::Twist;
use scim_reference_server::{Config, Defect, Policy, variants};

static NOTHING: Defect =
    Defect { name: "none", sentence: "Nothing is wrong.", area: "", breaks: &[], twist: Twist::Reply(|_, _| {}) };

/// A write as text; of a PATCH, the number of the resource.
#[derive(Clone, Debug)]
enum Write {
    Post(&'static str, String),
    Patch(usize, String),
}

/// Two servers that are asked the same.
struct Pair {
    servers: [Client; 2],
    /// Addresses of what was created.
    known: Vec<String>,
}

impl Pair {
    fn new(policy: &Policy) -> Self {
        let server = |defects| {
            let plain = config();
            Client::with(Config { defects, policy: policy.clone(), ..Config::repeatable(plain.origin, plain.token) })
        };
        Self { servers: [server(vec![]), server(vec![&NOTHING])], known: Vec::new() }
    }

    async fn ask(&self, method: &str, path: &str, body: Option<&str>) -> Answer {
        let [one, other] = &self.servers;
        let ask = async |server: &Client| server.raw(method, path, "application/json", body.map(str::to_owned)).await;
        let (one, other) = (ask(one).await, ask(other).await);
        let what = format!("{method} {path} {body:?}");
        assert_eq!(String::from_utf8_lossy(&one.bytes), String::from_utf8_lossy(&other.bytes), "{what}");
        assert_eq!((one.status, &one.headers), (other.status, &other.headers), "{what}");
        one
    }

    async fn write(&mut self, write: &Write) {
        match write {
            Write::Post(endpoint, body) => {
                let answer = self.ask("POST", endpoint, Some(body)).await;
                if answer.status == 201 {
                    self.known.push(format!("{endpoint}/{}", encoded(&answer.id())));
                }
            }
            Write::Patch(number, body) => {
                let address = self.known.get(number % self.known.len().max(1)).map_or("/Users/nobody", String::as_str);
                self.ask("PATCH", address, Some(body)).await;
            }
        }
        for address in &self.known {
            self.ask("GET", address, None).await;
        }
        for (attribute, value) in [("userName", "anna"), ("displayName", "anna"), ("externalId", "Anna")] {
            let filter = encoded(&format!("{attribute} eq {value:?} or emails eq {value:?}"));
            self.ask("GET", &format!("/Users?filter={filter}"), None).await;
        }
    }
}

/// Texts of values: such as fit the attribute above all.
fn value(name: &str) -> impl Strategy<Value = String> + use<> {
    let fitting: &[&str] = match name {
        "active" | "primary" => &["true", "true", "false"],
        "manager" => &[r#"{"value":"anna"}"#, r#"{"value":"anna","displayName":"x"}"#],
        _ => &[r#""anna""#, r#""Anna""#, r#""bert""#, r#""é""#, r#""2026-01-01T00:00:00Z""#],
    };
    let other: &[&str] = &[
        r#""""#,
        r#""a\"b""#,
        r#""\u0061""#,
        "null",
        "1",
        "1.5",
        "[]",
        "{}",
        "\"\u{7f}\"",
        r#""true""#,
        r#"["anna"]"#,
        "\"a\tb\"",
        r#"" b""#,
        r#"{"value":"x"}"#,
        "[{}]",
        "tru",
        "truefalse",
        "true",
        r#""x y""#,
    ];
    let of = |texts: &[&str]| prop::sample::select(texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
    prop_oneof![30 => of(fitting), 1 => of(other)]
}

fn member(names: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(names).prop_flat_map(|name| value(name).prop_map(move |value| format!("\"{name}\":{value}")))
}

/// Each member once, as a rule.
fn once(mut members: Vec<String>, twice: bool) -> Vec<String> {
    let name = |member: &String| member.split("\":").next().map(str::to_owned);
    if !twice {
        members.sort_by_key(name);
        members.dedup_by_key(|member| name(member));
    }
    members
}

fn object(names: &'static [&'static str]) -> impl Strategy<Value = String> {
    (prop::collection::vec(member(names), 1..4), prop::bool::weighted(0.05))
        .prop_map(|(members, twice)| format!("{{{}}}", once(members, twice).join(",")))
}

/// Elements of which two are the same now and then.
fn list(names: &'static [&'static str]) -> impl Strategy<Value = String> {
    let repeats = prop::bool::weighted(0.3);
    (prop::collection::vec(object(names), 1..3), repeats).prop_map(|(mut elements, repeats)| {
        elements.extend(elements.first().filter(|_| repeats).cloned());
        format!("[{}]", elements.join(","))
    })
}

const PARTS: &[&str] =
    &["value", "value", "value", "value", "type", "type", "display", "primary", "primary", "primary", "Value", "other"];

/// A member of a user.
fn attribute() -> impl Strategy<Value = String> {
    let complex = |name: &'static str, value: BoxedStrategy<String>| {
        value.prop_map(move |value| format!("\"{name}\":{value}")).boxed()
    };
    prop_oneof![
        4 => member(&["externalId", "displayName", "title", "active", "nickName", "profileUrl", "locale"]),
        1 => member(&["TITLE", "id", "meta", "groups", "password", "members", "unheardOf", "userName", "emails", "name"]),
        1 => complex("name", object(&["givenName", "familyName", "formatted", "GIVENNAME"]).boxed()),
        2 => complex("emails", list(PARTS).boxed()),
        1 => complex("phoneNumbers", list(PARTS).boxed()),
        1 => complex("ims", (value("primary"), value("primary")).prop_map(|(one, other)| {
            format!(r#"[{{"value":"a","primary":{one}}},{{"primary":{other},"value":"b"}}]"#)
        }).boxed()),
        1 => complex("addresses", list(&["country", "type", "locality", "primary"]).boxed()),
        1 => complex("x509Certificates", list(&["value"]).boxed()),
        1 => complex("photos", list(&["value", "primary"]).boxed()),
        1 => complex(ENTERPRISE, object(&["department", "employeeNumber", "manager"]).boxed()),
        1 => complex(ENTERPRISE, Just(r#"{"manager":{"value":"anna","displayName":"x"}}"#.to_owned()).boxed()),
    ]
}

fn schemas(kind: &'static str) -> impl Strategy<Value = String> {
    prop_oneof![
        20 => Just(format!(r#""schemas":["{kind}"]"#)),
        4 => Just(format!(r#""schemas":["{ENTERPRISE}","{kind}"]"#)),
        1 => Just(format!(r#""schemas":["{}"]"#, kind.to_uppercase())),
        1 => Just(format!(r#""schemas":["{kind}","urn:example:nope"]"#)),
        1 => Just(r#""schemas":[]"#.to_owned()),
        1 => Just(r#""unheardOf":true"#.to_owned()),
    ]
}

fn resource() -> impl Strategy<Value = (&'static str, String)> {
    let others = prop::collection::vec(attribute(), 0..6);
    let user = (schemas(USER), member(&["userName"]), others, prop::bool::weighted(0.05));
    let user =
        user.prop_map(|(schemas, name, others, twice)| ("/Users", once([vec![schemas, name], others].concat(), twice)));
    let group = (schemas(GROUP), prop::collection::vec(member(&["displayName", "externalId", "members"]), 0..3));
    let group = group.prop_map(|(schemas, others)| ("/Groups", [vec![schemas], others].concat()));
    let either = prop_oneof![4 => user.boxed(), 1 => group.boxed()];
    either.prop_flat_map(|(endpoint, members)| {
        Just(members).prop_shuffle().prop_map(move |members| (endpoint, format!("{{{}}}", members.join(","))))
    })
}

fn step() -> impl Strategy<Value = String> {
    const NAMES: &[&str] = &[
        "active",
        "title",
        "displayName",
        "externalId",
        "nickName",
        "userName",
        "ACTIVE",
        "id",
        "password",
        "emails",
        "name",
        "name.givenName",
        "schemas",
        "unheardOf",
    ];
    let op = prop::sample::select(vec!["replace", "replace", "add", "Replace", "remove", "move"]);
    let path = prop::option::of(prop::sample::select(NAMES));
    let names = prop_oneof![4 => object(&NAMES[..5]), 1 => object(NAMES)];
    let value = path.prop_flat_map(|path| (Just(path), value(path.unwrap_or_default())));
    (op, value, names, prop::bool::weighted(0.1)).prop_flat_map(|(op, (path, value), values, turned)| {
        let mut members = vec![format!(r#""op":"{op}""#)];
        members.push(format!("\"value\":{}", if path.is_some() && !turned { value } else { values }));
        members.extend(path.map(|path| format!(r#""path":"{path}""#)));
        Just(members).prop_shuffle().prop_map(|members| format!("{{{}}}", members.join(",")))
    })
}

fn message() -> impl Strategy<Value = String> {
    (schemas(PATCH), prop::collection::vec(step(), 1..3), any::<bool>()).prop_map(|(schemas, steps, turned)| {
        let operations = format!(r#""Operations":[{}]"#, steps.join(","));
        if turned { format!("{{{operations},{schemas}}}") } else { format!("{{{schemas},{operations}}}") }
    })
}

/// A text, or the same with one letter less or one more.
fn perhaps_broken(text: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let letter = prop::sample::select(vec!['"', '\\', ',', ':', '{', '}', '[', ']', ' ', '\n', 'x', '\u{1}']);
    (text, prop::option::weighted(0.1, (any::<prop::sample::Index>(), prop::option::of(letter)))).prop_map(
        |(text, change)| {
            let Some((at, letter)) = change else {
                return text;
            };
            let mut letters: Vec<char> = text.chars().collect();
            let at = at.index(letters.len());
            match letter {
                Some(letter) => letters.insert(at, letter),
                None => drop(letters.remove(at)),
            }
            letters.into_iter().collect()
        },
    )
}

fn write() -> impl Strategy<Value = Write> {
    let post = resource()
        .prop_flat_map(|(endpoint, body)| perhaps_broken(Just(body)).prop_map(move |body| Write::Post(endpoint, body)));
    let patch = (0_usize..4, perhaps_broken(message())).prop_map(|(number, body)| Write::Patch(number, body));
    prop_oneof![post, patch]
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn after_any_history(writes in prop::collection::vec(write(), 1..10), rfc in any::<bool>()) {
        runtime().block_on(async {
            let mut pair = Pair::new(&if rfc { Policy::rfc() } else { Policy::okta() });
            pair.write(&Write::Post("/Users", format!(r#"{{"schemas":["{USER}"],"userName":"anna"}}"#))).await;
            for write in &writes {
                pair.write(write).await;
            }
        });
    }
}

#[tokio::test(start_paused = true)]
async fn under_every_variant() {
    let user = |name: &str| {
        let body = format!(
            r#"{{"schemas":["{USER}"],"userName":"{name}","displayName":"Anna","emails":[{{"value":"{name}@X","type":"work"}}]}}"#
        );
        Write::Post("/Users", body)
    };
    let set = |values: &str| {
        Write::Patch(0, format!(r#"{{"schemas":["{PATCH}"],"Operations":[{{"op":"replace","value":{values}}}]}}"#))
    };
    let story = [
        user("Anna"),
        user("anna"),
        user("an na"),
        set(r#"{"active":false}"#),
        set(r#"{"active":false}"#),
        set(r#"{"active":true,"title":"Chief"}"#),
        set(r#"{"displayName":"Berta"}"#),
    ];
    let variants = variants::all().map(|variant| {
        let mut policy = Policy::okta();
        (variant.change)(&mut policy);
        policy
    });
    for policy in variants.chain([Policy::rfc(), Policy::strict(), Policy::okta(), Policy::entra()]) {
        let mut pair = Pair::new(&policy);
        for write in &story {
            pair.write(write).await;
        }
    }
}
