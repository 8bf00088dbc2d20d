//! From an operation to a request: references become the ids that the target gave, values become JSON.

use serde_json::{Value, json};

use super::codec;
use super::op::{Act, Attribute, Basis, Bend, Kind, MOST_REFS, Odd, Op, Ref, Setting, Step, Verb, View, Writing};
use super::pool::{Known, Pool};
use super::values::{Makings, fitting, odd_for, place};
use super::{bend, filter, query};
use crate::scim::{patch, sample, urn};
use crate::target::Request;
use crate::target::exchange::encode;

/// How a sequence behaves towards a target.
#[derive(Debug, Clone, Copy)]
pub struct Manners {
    /// Resources at a time.
    pub live: usize,
    /// Bytes of a body.
    pub body: usize,
    /// No user is ever active: some products send invitations.
    pub inactive: bool,
    /// Lists ask for nothing but this run's own, and bodies that cannot be read do not leave.
    pub reserved: bool,
}

impl Manners {
    /// For a target on this machine.
    pub const LOCAL: Manners = Manners { live: 50, body: 64 << 10, inactive: false, reserved: false };
    /// For a target elsewhere.
    pub const AWAY: Manners = Manners { inactive: true, reserved: true, ..Manners::LOCAL };
}

/// What an operation is bound to.
pub struct World<'a> {
    /// What the sequence has created so far.
    pub pool: &'a Pool,
    /// The word that marks this run's resources.
    pub key: &'a str,
    /// The domain of mail addresses.
    pub mail_domain: &'a str,
    /// How to behave.
    pub manners: Manners,
}

/// An id that exists nowhere; whoever plays mints it.
pub fn never(key: &str, n: u8) -> String {
    format!("none-{key}-s{n}")
}

/// The ids that [`never()`] gives.
pub fn all_never(key: &str) -> impl Iterator<Item = String> {
    (0..MOST_REFS).map(move |n| never(key, n))
}

/// The request of an operation, the `number`-th of its sequence.
///
/// # Errors
/// Why there is none: a reference means nothing yet, or a cap is reached.
pub fn bind(op: &Op, number: usize, world: &World<'_>) -> Result<Request, String> {
    let kind = op.act.kind();
    let fresh = match kind {
        Kind::User => format!("scim-{}-s{number}@{}", world.key, world.mail_domain),
        Kind::Group => format!("scim {} s{number}", world.key),
    };
    let taken = world.pool.nth(&world.pool.live, kind, 0).map(|known| known.name.as_str());
    let makings = Makings { fresh: &fresh, taken, mail_domain: world.mail_domain, inactive: world.manners.inactive };
    let binder = Binder { op, kind, world, makings };
    let request = binder.request()?;
    let length = request.body_bytes().len();
    if length > world.manners.body { Err(format!("a body of {length} bytes is too long")) } else { Ok(request) }
}

struct Binder<'a> {
    op: &'a Op,
    kind: Kind,
    world: &'a World<'a>,
    makings: Makings<'a>,
}

impl Binder<'_> {
    fn request(&self) -> Result<Request, String> {
        match &self.op.act {
            Act::Create { kind, basis, set } => {
                if self.world.pool.live.len() >= self.world.manners.live {
                    return Err(format!("{} resources are there already", self.world.manners.live));
                }
                let mut body = self.new_resource(*basis);
                self.settings(&mut body, set)?;
                self.send(Request::post(kind.collection(), Value::Null), body)
            }
            Act::Replace { at, basis, set } => {
                let known = self.known(*at);
                let mut body = match (basis, known) {
                    (Basis::Whole, Some(known)) if known.seen.is_object() => known.seen.clone(),
                    _ => self.new_resource(Basis::Least),
                };
                if let Some(known) = known {
                    body[natural(self.kind)] = known.name.as_str().into();
                }
                self.settings(&mut body, set)?;
                self.send(Request::put(self.path(*at)?, Value::Null), body)
            }
            Act::Patch { at, steps } => {
                let id = self.id(*at)?;
                let made: Result<Vec<Value>, String> =
                    steps.iter().enumerate().map(|(n, step)| self.step(n, step, &id)).collect();
                self.send(Request::patch(self.path(*at)?, Value::Null), patch::message(made?))
            }
            Act::Delete { at } => Ok(Request::delete(self.path(*at)?)),
            Act::Read { at, view } => Ok(query::view(Request::get(self.path(*at)?), *view, self.kind)),
            Act::List { kind, view, filter } => {
                let tree = filter::tree(filter, &|field, n| self.world.pool.text(*kind, field.path(), n));
                let own = self.world.manners.reserved.then_some(self.world.key);
                let odd = self.op.odd.map(|odd| (odd, filter.first().map_or(0, |term| term.value)));
                Ok(query::list(*kind, if odd.is_some() { View::All } else { *view }, tree, own, odd))
            }
        }
    }

    // ---- references -------------------------------------------------------------------------------------------

    fn known(&self, at: Ref) -> Option<&Known> {
        let pool = self.world.pool;
        match at {
            Ref::Live(kind, n) => pool.nth(&pool.live, kind, n),
            Ref::Deleted(kind, n) => pool.nth(&pool.deleted, kind, n),
            Ref::Never(..) => None,
        }
    }

    fn id(&self, at: Ref) -> Result<String, String> {
        match at {
            Ref::Never(_, n) => Ok(never(self.world.key, n)),
            at => self.known(at).map(|known| known.id.clone()).ok_or_else(|| format!("there is no {at:?}")),
        }
    }

    fn path(&self, at: Ref) -> Result<String, String> {
        Ok(format!("{}/{}", at.kind().collection(), encode(&self.id(at)?)))
    }

    fn member(&self, at: Ref) -> Result<Value, String> {
        let display = self.known(at).map_or("nobody", |known| known.name.as_str());
        Ok(json!({"value": self.id(at)?, "display": display}))
    }

    // ---- values -----------------------------------------------------------------------------------------------

    /// The value of the `part`-th attribute of the operation; the first one may be odd.
    fn value(&self, part: usize, attribute: Attribute, n: u8) -> Result<Value, String> {
        if part == 0 && self.op.odd == Some(Odd::Value) {
            return Ok(odd_for(attribute, n, self.kind, &self.makings));
        }
        let at = codec::reference(n);
        Ok(match attribute {
            Attribute::Members => json!([self.member(at)?]),
            Attribute::MemberPair => {
                let next = codec::reference(codec::next_reference(n));
                json!([self.member(at)?, self.member(next)?])
            }
            Attribute::NoMembers => json!([]),
            Attribute::Manager => self.id(at)?.into(),
            attribute => fitting(attribute, n, self.kind, &self.makings),
        })
    }

    fn new_resource(&self, basis: Basis) -> Value {
        let (name, key) = (self.makings.fresh, self.world.key);
        let mut body = match (self.kind, basis) {
            (Kind::Group, _) => sample::group(name, &[]),
            (Kind::User, Basis::Least) => sample::minimal_user(name),
            (Kind::User, Basis::Whole) => {
                let mut body = sample::okta_user(name, "Sample", "Person", &format!("00u{key}{name}"));
                sample::overlay(&mut body, &json!({"title": "Guide", "nickName": "Sam"}));
                body
            }
        };
        if self.kind == Kind::User && self.world.manners.inactive {
            body["active"] = false.into();
        }
        body
    }

    fn settings(&self, body: &mut Value, set: &[Setting]) -> Result<(), String> {
        for (part, setting) in set.iter().enumerate() {
            let value = self.value(part, setting.attribute, setting.value)?;
            let value = match setting.attribute {
                Attribute::WorkEmail => json!([{"value": value, "type": "work", "primary": true}]),
                _ => value,
            };
            sample::overlay(body, &nested(setting.attribute, value));
            if place(setting.attribute).0.is_some()
                && let Some(schemas) = body["schemas"].as_array_mut()
                && !schemas.iter().any(|it| it == urn::ENTERPRISE)
            {
                schemas.push(urn::ENTERPRISE.into());
            }
        }
        Ok(())
    }

    // ---- PATCH ------------------------------------------------------------------------------------------------

    fn step(&self, part: usize, step: &Step, own_id: &str) -> Result<Value, String> {
        let attribute = step.attribute;
        if attribute == Attribute::Active && step.op == Verb::Remove && self.world.manners.inactive {
            return Err("a user may be active by default".into());
        }
        let value = self.value(part, attribute, step.value)?;
        let op = verb(step.op);
        let path = match step.writing {
            Writing::Qualified => qualified(attribute, self.kind),
            _ => plain(attribute),
        };
        let is_list = matches!(
            attribute,
            Attribute::Emails
                | Attribute::PhoneNumbers
                | Attribute::Addresses
                | Attribute::Members
                | Attribute::MemberPair
        );
        Ok(match (step.writing, step.op) {
            (Writing::Element, Verb::Remove) if matches!(attribute, Attribute::Members | Attribute::MemberPair) => {
                patch::remove(&patch::member_path(&self.id(codec::reference(step.value))?))
            }
            (Writing::Element, _) if is_list && self.kind == Kind::User => {
                let path = format!("{path}[type eq \"work\"]");
                match step.op {
                    Verb::Remove => patch::remove(&path),
                    _ => patch::operation(op, &path, first(value)),
                }
            }
            (Writing::Single, Verb::Remove) if is_list => patch::operation(op, &path, value),
            (_, Verb::Remove) => patch::remove(&path),
            (Writing::Single, _) if is_list => patch::operation(op, &path, first(value)),
            (Writing::Pathless | Writing::WithId, _) => {
                let value = match attribute {
                    Attribute::WorkEmail => json!([{"value": value, "type": "work"}]),
                    _ => value,
                };
                let mut named = nested(attribute, value);
                if step.writing == Writing::WithId {
                    named = json!({"id": own_id});
                    sample::overlay(&mut named, &nested(attribute, self.value(part, attribute, step.value)?));
                }
                patch::pathless(op, named)
            }
            _ => patch::operation(op, &path, value),
        })
    }

    // ---- the message ------------------------------------------------------------------------------------------

    fn send(&self, request: Request, body: Value) -> Result<Request, String> {
        let Some(Odd::Message(how)) = self.op.odd else { return Ok(request.json(body)) };
        if how == Bend::Cut && self.world.manners.reserved {
            return Err("a body that breaks off stays at home".into());
        }
        let which = match &self.op.act {
            Act::Patch { steps, .. } => steps.first().map_or(0, |step| step.value),
            _ => 0,
        };
        Ok(bend::bent(how, request, body, &never(self.world.key, 0), which))
    }
}

/// The attribute by which a resource is known.
pub fn natural(kind: Kind) -> &'static str {
    match kind {
        Kind::User => "userName",
        Kind::Group => "displayName",
    }
}

fn verb(op: Verb) -> &'static str {
    match op {
        Verb::Add => "add",
        Verb::Replace => "replace",
        Verb::Remove => "remove",
    }
}

/// An attribute's value within the objects that lead to it.
fn nested(attribute: Attribute, value: Value) -> Value {
    let (extension, names) = place(attribute);
    let inner = names.iter().rev().fold(value, |value, name| json!({ *name: value }));
    match extension {
        Some(urn) => json!({ urn: inner }),
        None => inner,
    }
}

fn plain(attribute: Attribute) -> String {
    let (extension, names) = place(attribute);
    let path = match attribute {
        Attribute::WorkEmail => "emails[type eq \"work\"].value".into(),
        _ => names.join("."),
    };
    match extension {
        Some(urn) if path.is_empty() => urn.into(),
        Some(urn) => format!("{urn}:{path}"),
        None => path,
    }
}

fn qualified(attribute: Attribute, kind: Kind) -> String {
    let core = if kind == Kind::Group { urn::GROUP } else { urn::USER };
    match place(attribute).0 {
        Some(_) => plain(attribute),
        None => format!("{core}:{}", plain(attribute)),
    }
}

/// The first of a list, or what is no list.
fn first(value: Value) -> Value {
    match value {
        Value::Array(items) if !items.is_empty() => items.into_iter().next().unwrap_or_default(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "k3yk3yk3yk3y";

    fn pool() -> Pool {
        let known = |kind, id: &str, seen: Value| Known { kind, id: id.into(), name: format!("scim-{KEY}-{id}"), seen };
        let user = |id: &str| known(Kind::User, id, json!({"schemas": [urn::USER], "active": false, "title": "T"}));
        let group = known(Kind::Group, "g", json!({"schemas": [urn::GROUP], "members": [{"value": "u"}]}));
        Pool { live: vec![user("u"), user("v"), group], deleted: vec![user("d")] }
    }

    /// Whether something in it may let a user in.
    fn activates(value: &Value) -> bool {
        let is_active = |name: &str| name.to_lowercase().ends_with("active");
        match value {
            Value::Array(items) => items.iter().any(activates),
            Value::Object(map) => {
                let by_path = map.get("path").and_then(Value::as_str).is_some_and(is_active);
                let is_off = |value: &Value| value == false || value.is_array();
                (by_path && map.get("value").is_none_or(|value| !is_off(value)) && map["op"] == "remove")
                    || (by_path && map.get("value").is_some_and(|value| !is_off(value)))
                    || map.iter().any(|(name, value)| is_active(name) && !is_off(value))
                    || map.values().any(activates)
            }
            _ => false,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

        #[test]
        fn away_from_home_nobody_is_active_and_lists_ask_for_our_own(bytes in prop::collection::vec(any::<u8>(), 120)) {
            let pool = pool();
            let world = World { pool: &pool, key: KEY, mail_domain: "example.com", manners: Manners::AWAY };
            for (number, op) in codec::decode(&bytes).ops.iter().enumerate() {
                let Ok(request) = bind(op, number, &world) else { continue };
                prop_assert!(request.body_bytes().len() <= Manners::AWAY.body);
                prop_assert!(!activates(&request.body_json().unwrap_or_default()), "{:?}: {:?}", op, request.body_json());
                if let Act::List { .. } = op.act {
                    let filter = request.parameter("filter").unwrap_or_default();
                    let is_ours = filter.contains(&format!("co \"{KEY}\"")) && !filter.starts_with("not");
                    prop_assert!(is_ours || request.parameter("count").as_deref() == Some("1"), "{request:?}");
                }
                if matches!(op.act, Act::Create { .. }) && request.body_json().is_some_and(|it| it.get("userName").is_some()) {
                    prop_assert_eq!(request.body_json().map(|body| body["active"].clone()), Some(false.into()));
                }
            }
        }
    }

    #[test]
    fn what_means_nothing_yet_gives_a_reason() {
        let world = World { pool: &Pool::default(), key: KEY, mail_domain: "example.com", manners: Manners::LOCAL };
        let op = Op { act: Act::Delete { at: Ref::Live(Kind::User, 3) }, odd: None };
        assert_eq!(bind(&op, 0, &world).expect_err("nobody is there"), "there is no Live(User, 3)");
    }
}
