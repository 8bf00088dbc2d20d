//! The ways to be wrong: faults that real service providers had, each of which can be switched on by name.
//!
//! They act at the seam between HTTP and provider and at the HTTP edge, never inside the provider, which stays right.

mod auth;
mod bulk;
mod concurrency;
mod create;
mod deactivate;
mod discovery;
mod error;
mod etag;
mod filter;
mod group;
mod media;
mod member;
mod message;
mod paging;
mod patch;
mod performance;
mod put;
mod read;
mod security;

use crate::policy::Policy;
use crate::provider::{Operation, Reply};
use axum::http::Response;
use axum::http::request::Parts;
use bytes::Bytes;
use serde_json::Value;
use std::sync::LazyLock;
use std::time::Duration;

/// A named way of being wrong.
#[derive(Clone, Copy, Debug)]
pub struct Defect {
    /// Switch name, `area.behaviour`.
    pub name: &'static str,
    /// What the server then does, in one sentence.
    pub sentence: &'static str,
    /// Area of the protocol.
    pub area: &'static str,
    /// Rules that are broken by it.
    pub breaks: &'static [&'static str],
    /// How it is done.
    pub twist: Twist,
}

/// A look at the server, a pause in which others come and go, and an act that knows only what was seen.
#[derive(Clone, Copy, Debug)]
pub struct Late {
    /// What is seen, where the operation is one that goes wrong.
    pub look: fn(&Operation, Next<'_>) -> Option<Value>,
    /// What is done.
    pub act: fn(Operation, &Value, Next<'_>) -> Reply,
}

impl Late {
    /// Long enough for others to come between.
    pub(crate) const PAUSE: Duration = Duration::from_millis(20);
}

/// What the rest of the server does with an operation.
pub type Next<'a> = &'a dyn Fn(Operation) -> Reply;

/// How a defect bends the server.
#[derive(Clone, Copy, Debug)]
pub enum Twist {
    /// Another policy, once, when the server starts.
    Policy(fn(&mut Policy)),
    /// The operation before it is carried out.
    Request(fn(&mut Operation)),
    /// The reply afterwards.
    Reply(fn(&Operation, &mut Reply)),
    /// Both, or other operations in its place.
    Around(fn(Operation, Next<'_>) -> Reply),
    /// The head of the request as it comes; beside it, the token that opens the server.
    Head(fn(&mut Parts, &str)),
    /// What is done is worked out from what there was a moment before.
    Late(Late),
    /// Whether the other organisations are asked, too, after that answer to an operation.
    Elsewhere(fn(&Operation, &Reply) -> bool),
    /// Which users, seen as resources, may do whatever the provisioning client may.
    Promote(fn(&Value) -> bool),
    /// Several of these.
    Several(&'static [Twist]),
    /// How long the client waits before anything is done, if it does.
    Wait(fn(&Operation) -> Option<Duration>),
    /// The response on the wire; beside it, the head of the request.
    Wire(fn(&Parts, &mut Response<Bytes>)),
}

/// Names and behaviour are those of faults that were found in the field.
const TABLES: [&[Defect]; 18] = [
    create::TABLE,
    read::TABLE,
    filter::TABLE,
    paging::TABLE,
    put::TABLE,
    patch::TABLE,
    deactivate::TABLE,
    group::TABLE,
    member::TABLE,
    discovery::TABLE,
    error::TABLE,
    auth::TABLE,
    media::TABLE,
    etag::TABLE,
    bulk::TABLE,
    concurrency::TABLE,
    security::TABLE,
    performance::TABLE,
];

impl Defect {
    /// What bends the server, one by one.
    pub(crate) fn twists(&self) -> &[Twist] {
        match &self.twist {
            Twist::Several(twists) => twists,
            single => std::slice::from_ref(single),
        }
    }
}

/// All defects, by area.
#[must_use]
pub fn all() -> &'static [Defect] {
    static ALL: LazyLock<Vec<Defect>> = LazyLock::new(|| TABLES.concat());
    &ALL
}

/// The defect of that name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Defect> {
    all().iter().find(|defect| defect.name == name)
}

/// Carries out an operation under what bends the server, the first of it outermost.
pub(crate) fn perform(twists: &[Twist], operation: Operation, provider: Next<'_>) -> Reply {
    let Some((twist, rest)) = twists.split_first() else {
        return provider(operation);
    };
    match twist {
        Twist::Request(twist) => {
            let mut operation = operation;
            twist(&mut operation);
            perform(rest, operation, provider)
        }
        Twist::Reply(twist) => {
            let asked = operation.clone();
            let mut reply = perform(rest, operation, provider);
            twist(&asked, &mut reply);
            reply
        }
        Twist::Around(twist) => twist(operation, &|operation| perform(rest, operation, provider)),
        _ => perform(rest, operation, provider),
    }
}
