//! The ways to be wrong: faults that real service providers had, each of which can be switched on by name.
//!
//! They act at the seam between HTTP and provider and at the HTTP edge, never inside the provider, which stays right.

mod create;
mod deactivate;
mod discovery;
mod edge;
mod group;
mod list;
mod message;
mod patch;
mod put;
mod table;

use crate::policy::Policy;
use crate::provider::{Operation, Reply};
use axum::http::Response;
use bytes::Bytes;

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
    /// The response on the wire.
    Wire(fn(&mut Response<Bytes>)),
}

/// All defects, by area.
#[must_use]
pub fn all() -> &'static [Defect] {
    table::DEFECTS
}

/// The defect of that name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Defect> {
    all().iter().find(|defect| defect.name == name)
}

/// Carries out an operation under the defects that are switched on, the first of them outermost.
pub(crate) fn perform(defects: &[&'static Defect], operation: Operation, provider: Next<'_>) -> Reply {
    let Some((defect, rest)) = defects.split_first() else {
        return provider(operation);
    };
    match defect.twist {
        Twist::Policy(_) | Twist::Wire(_) => perform(rest, operation, provider),
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
    }
}
