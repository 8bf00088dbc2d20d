//! The server's PATCH: on any message that is JSON, and on those of our own grammar.

use scim_reference_server::scim::filter::FilterLimits;
use scim_reference_server::scim::patch::{self, Op, PatchLeniency, Step};
use scim_reference_server::scim::resource::{self, Attributes, Terms};
use scim_reference_server::scim::schema::ResourceKind;
use scimprove::sequence::bind::{Manners, World, bind};
use scimprove::sequence::codec;
use scimprove::sequence::op::{Act, Kind};
use scimprove::sequence::pool::{Known, Pool};
use scimprove::target::{Request, Target};
use serde_json::Value;

use crate::inproc::{fresh_target, on_paused_clock};
use crate::samples;

/// Levels of a resource: the attribute, the list, its element, and what is in that.
const MOST_LEVELS: usize = 6;

/// Applies the input as a PatchOp message if it is JSON, else each PATCH of the sequence that it holds.
///
/// # Panics
/// If a result is no legal resource, the same replacement twice is not the same as once, or a PATCH that fails changes
/// something.
pub fn patch_apply(data: &[u8]) {
    let messages = match serde_json::from_slice::<Value>(data) {
        Ok(message) => vec![(Kind::User, message.clone()), (Kind::Group, message)],
        Err(_) => ours(data),
    };
    for (kind, message) in &messages {
        for leniency in
            [PatchLeniency::strict(), PatchLeniency::default(), PatchLeniency::okta(), PatchLeniency::entra()]
        {
            apply(*kind, message, leniency);
        }
        is_atomic(*kind, message);
    }
}

/// The messages of a sequence, bound to the samples.
fn ours(data: &[u8]) -> Vec<(Kind, Value)> {
    let known = |kind, id: &str, seen: Value| {
        let name = seen[scimprove::sequence::bind::natural(kind)].as_str().unwrap_or_default().to_string();
        Known { kind, id: id.into(), name, seen }
    };
    let live = vec![
        known(Kind::User, samples::USER_ID, samples::USER.clone()),
        known(Kind::Group, samples::GROUP_ID, samples::GROUP.clone()),
    ];
    let pool = Pool { live, deleted: Vec::new() };
    let manners = Manners { live: 0, ..Manners::LOCAL };
    let world = World { pool: &pool, key: "kfuzzfuzzfuzz", mail_domain: "example.com", manners };
    let ops = codec::decode(data).ops;
    let patches = ops.iter().enumerate().filter(|(_, op)| matches!(op.act, Act::Patch { .. }));
    let bound = patches.take(4).filter_map(|(number, op)| Some((op.act.kind(), bind(op, number, &world).ok()?)));
    bound.filter_map(|(kind, request)| Some((kind, request.body_json()?))).collect()
}

fn sample(kind: Kind) -> (ResourceKind, &'static str, &'static Value) {
    match kind {
        Kind::User => (ResourceKind::User, samples::USER_ID, &samples::USER),
        Kind::Group => (ResourceKind::Group, samples::GROUP_ID, &samples::GROUP),
    }
}

fn apply(kind: Kind, message: &Value, leniency: PatchLeniency) {
    let (kind, id, body) = sample(kind);
    let Ok(steps) = patch::read(message, &leniency, 100) else { return };
    let before = legal(kind, body).expect("the sample is a legal resource");
    let shown = || Attributes::from_iter([("id".to_owned(), id.into())]);
    let once = |attributes: &Attributes| {
        let mut attributes = attributes.clone();
        patch::apply(kind.definition(), &shown, &mut attributes, &steps, &leniency, FilterLimits::default())
            .ok()
            .map(|_| attributes)
    };
    let Some(after) = once(&before) else { return };
    let shown = Value::Object(after.clone());
    assert!(levels(&shown) <= MOST_LEVELS, "{message} leaves {} levels", levels(&shown));
    assert_eq!(legal(kind, &shown).as_ref(), Some(&after), "{message} leaves what is no legal resource: {shown}");
    if steps.iter().all(is_plain_replace) {
        assert_eq!(once(&after).as_ref(), Some(&after), "{message} does something else the second time");
    }
}

/// Attributes as the server keeps them; `None` if it would refuse them.
fn legal(kind: ResourceKind, body: &Value) -> Option<Attributes> {
    Some(resource::read(kind.definition(), body, Terms::default()).ok()?.attributes)
}

fn is_plain_replace(step: &Step) -> bool {
    step.op == Op::Replace && step.path.as_ref().is_none_or(|path| !path.contains('['))
}

fn levels(value: &Value) -> usize {
    let inner = match value {
        Value::Array(items) => items.iter().map(levels).max(),
        Value::Object(map) => map.values().map(levels).max(),
        _ => return 0,
    };
    1 + inner.unwrap_or(0)
}

/// Sends the message to a server: one that is refused leaves no trace, one that is taken is answered with what is read.
fn is_atomic(kind: Kind, message: &Value) {
    on_paused_clock(async {
        let target = fresh_target();
        let send = async |request: Request| target.send(&request).await.expect("the server in this process answers");
        let created = send(Request::post(kind.collection(), without_members(sample(kind).2.clone()))).await;
        let id = created.json.as_ref().and_then(|body| body["id"].as_str()).expect("the sample can be created");
        let path = format!("{}/{id}", kind.collection());
        let before = send(Request::get(&path)).await;
        let answer = send(Request::patch(&path, message.clone())).await;
        let after = send(Request::get(&path)).await;
        assert!(answer.status < 500, "{message} was answered {}", answer.status);
        match answer.status {
            200 => assert_eq!(answer.json, after.json, "the answer to {message} is not what is read"),
            _ => assert_eq!(before.json, after.json, "{message} was refused, and changed something"),
        }
    });
}

fn without_members(mut body: Value) -> Value {
    if let Some(map) = body.as_object_mut() {
        map.retain(|name, _| name != "members");
    }
    body
}
