//! What the fuzz targets do, as functions over bytes: each target of `fuzz_targets/` is one of them, and
//! `tests/replay.rs` plays seeds and old crashes through the same.
//!
//! `ops_*` and the canary take a sequence in either of its forms, bytes or text (see [`scimprove::sequence`]).

pub mod dictionary;
mod filter;
mod http;
mod inproc;
mod mutate;
mod patch;
mod remote;
mod samples;

pub use filter::filter_parse;
pub use http::{http_raw, statuses};
pub use inproc::{canary, ops_inproc, played};
pub use mutate::mutate;
pub use patch::patch_apply;
pub use remote::{ops_remote, reach};
