//! The readings of the documents, each by an exchange that shows it.
//!
//! A row of the tables here is a field of the `Policy`: the question that it answers, the readings that it can take,
//! and what one exchange comes to under each of them. Where nothing else is said the rest of the policy is that of mode
//! `rfc`. `document.rs` writes the rows into `docs/policies.md`.
#![allow(clippy::unwrap_used, reason = "a test may end where it stands")]

mod bulk;
mod choice;
#[path = "../client/mod.rs"]
mod client;
mod discovery;
mod document;
mod filters;
mod lists;
mod patch;
mod patch_values;
mod presets;
mod schemas;
mod shown;
mod wire;
mod writes;
