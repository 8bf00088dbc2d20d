//! The requirements of the RFCs, one after the other: what this server does about each.
//!
//! A file for each chapter of the catalogue. Above each test stand the ids of the requirements that it exercises, on
//! lines of their own; `document.rs` reads them from there, and writes `docs/conformance.md`. Where nothing else is
//! said the server is in mode `rfc`.
#![allow(clippy::unwrap_used, reason = "a test may end where it stands")]

mod bulk;
#[path = "../client/mod.rs"]
mod client;
mod cursor;
mod delete;
mod discovery;
mod document;
mod error;
mod etag;
mod events;
mod filter_grammar;
mod filter_values;
mod list;
mod me;
mod paging;
mod patch_message;
mod patch_operations;
mod patch_path;
mod projection;
mod put;
mod search;
mod sort;
mod tenancy;
