//! From an operation to a request: references become the ids that the target gave, values become JSON.

use serde_json::{Map, Value, json};

use super::codec;
use super::op::{Act, Attribute, Basis, Bend, Kind, MOST_REFS, Odd, Op, Ref, Setting, Step, Verb, View, Writing};
use super::pool::{Known, Pool};
use super::values::{Makings, deep, fitting, odd_for, place};
use super::{filter, query};
use crate::scim::{patch, sample, urn};
use crate::target::Request;
use crate::target::exchange::{SCIM_JSON, encode};

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

/// The ids that [`never`] gives.
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
                let next = codec::reference(n.wrapping_add(1 << 3));
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

    fn send(&self, request: Request, mut body: Value) -> Result<Request, String> {
        let Some(Odd::Message(bend)) = self.op.odd else { return Ok(request.json(body)) };
        self.bend(bend, &mut body);
        let text = body.to_string();
        Ok(match bend {
            Bend::Twice => {
                let twice =
                    if body.get("Operations").is_some() { "\"schemas\":[]" } else { "\"title\":\"1\",\"title\":\"2\"" };
                request.raw(SCIM_JSON, format!("{{{twice},{}", text.trim_start_matches('{')))
            }
            Bend::Cut if self.world.manners.reserved => return Err("a body that breaks off stays at home".into()),
            Bend::Cut => {
                let at = (0..=text.len() * 3 / 4).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                request.raw(SCIM_JSON, text[..at].to_string())
            }
            Bend::PlainJson => request.json(body).header("Content-Type", "application/json"),
            _ => request.json(body),
        })
    }

    fn bend(&self, bend: Bend, body: &mut Value) {
        let Some(body) = body.as_object_mut() else { return };
        match bend {
            Bend::NoSchemas => _ = body.shift_remove("schemas"),
            Bend::OtherSchema => {
                if let Some(schemas) = body.get_mut("schemas").and_then(Value::as_array_mut) {
                    schemas.push("urn:example:params:scim:schemas:unknown".into());
                }
            }
            _ => match body.get_mut("Operations").and_then(Value::as_array_mut) {
                Some(operations) => self.bend_operations(bend, operations),
                None => self.bend_resource(bend, body),
            },
        }
    }

    fn bend_resource(&self, bend: Bend, body: &mut Map<String, Value>) {
        match bend {
            Bend::Capitals => capitals(body),
            Bend::ReadOnly => {
                body.insert("id".into(), never(self.world.key, 0).into());
                body.insert("meta".into(), json!({"created": "2001-01-01T00:00:00Z", "resourceType": "Other"}));
            }
            Bend::Unknown => _ = body.insert("unknownAttribute".into(), "x".into()),
            // What is left out may become active by default.
            Bend::Empty => body.retain(|name, _| ["schemas", "active"].contains(&name.as_str())),
            Bend::Deep => _ = body.insert("unknownAttribute".into(), deep(100)),
            _ => {}
        }
    }

    fn bend_operations(&self, bend: Bend, operations: &mut Vec<Value>) {
        const BAD_PATHS: [&str; 8] =
            ["", ".", "name..givenName", "emails[", "emails[type eq]", "emails[type eq \"work\"", "a b", "/title"];
        let which = match &self.op.act {
            Act::Patch { steps, .. } => steps.first().map_or(0, |step| usize::from(step.value)),
            _ => 0,
        };
        match bend {
            Bend::ReadOnly => {
                operations.push(patch::operation("replace", "meta.created", "2001-01-01T00:00:00Z".into()));
            }
            Bend::Unknown => operations.push(patch::operation("replace", "unknownAttribute", "x".into())),
            Bend::Empty => operations.clear(),
            _ => {}
        }
        let Some(first) = operations.first_mut().and_then(Value::as_object_mut) else { return };
        match bend {
            Bend::CapitalOp => first["op"] = capital(first["op"].as_str().unwrap_or_default()).into(),
            Bend::NoValue => _ = first.shift_remove("value"),
            Bend::BadPath => _ = first.insert("path".into(), BAD_PATHS[which % BAD_PATHS.len()].into()),
            Bend::Deep => _ = first.insert("value".into(), deep(100)),
            Bend::Capitals => {
                if let Some(value) = first.get_mut("value").and_then(Value::as_object_mut) {
                    capitals(value);
                }
                if let Some(path) = first.get("path").and_then(Value::as_str) {
                    let (stem, filter) = path.split_at(path.find('[').unwrap_or(path.len()));
                    let path = format!("{}{filter}", stem.to_ascii_uppercase());
                    first.insert("path".into(), path.into());
                }
            }
            _ => {}
        }
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

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

fn capitals(map: &mut Map<String, Value>) {
    let spelt = std::mem::take(map).into_iter().map(|(name, value)| match name.as_str() {
        "schemas" | "id" => (name, value),
        _ => (name.to_ascii_uppercase(), value),
    });
    *map = spelt.collect();
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
