//! The requirements of the RFCs, one after the other: what this server does about each.
//!
//! A file for each chapter of the catalogue. Above each test stand the ids of the requirements that it exercises, on
//! lines of their own; `document.rs` reads them from there, and writes `docs/conformance.md`. Where nothing else is
//! said the server is in mode `rfc`.
#![allow(clippy::unwrap_used, reason = "a test may end where it stands")]

mod auth;
mod bulk;
mod characteristics;
#[path = "../client/mod.rs"]
mod client;
mod config;
mod create;
mod cursor;
mod delete;
mod document;
mod envelope;
mod error;
mod etag;
mod events;
mod extension;
mod filter_grammar;
mod filter_values;
mod group;
mod list;
mod me;
mod media;
mod paging;
mod patch_message;
mod patch_operations;
mod patch_path;
mod projection;
mod put;
mod resource_types;
mod retrieve;
mod sample;
mod schemas;
mod search;
mod security;
mod served;
mod sort;
mod strings;
mod tenancy;
#[cfg(feature = "tls")]
mod tls;
mod user;
mod values;
mod walk;
