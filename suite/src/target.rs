//! The way to a target: exchanges, the client, and below everything the guard and the ledger.

pub mod application;
pub mod budget;
pub mod cleanup;
pub mod client;
pub mod credentials;
pub mod curl;
pub mod exchange;
pub mod guard;
pub mod http;
pub mod ledger;
pub mod login;
pub mod oauth;
pub mod pace;
mod reading;
pub mod redact;
pub mod service;
pub mod session;
pub mod token_command;

use std::future::Future;
use std::pin::Pin;

pub use client::{Client, SendError};
pub use exchange::{Answer, Body, Exchange, NoAnswer, Request};

/// What a target is to the rest: something that answers a request. The client above it guards, paces and records.
pub trait Target: Send + Sync {
    /// Sends exactly one request: no redirect is followed, nothing is retried or decompressed.
    fn send<'a>(&'a self, request: &'a Request) -> Pin<Box<dyn Future<Output = Result<Answer, NoAnswer>> + Send + 'a>>;
}
