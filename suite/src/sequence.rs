//! Sequences of operations whose references are bound to what earlier ones were answered with: the grammar that the
//! fuzzer walks, its two written forms, and how it becomes requests. All of it pure; [`crate::runner::sequence`] plays.
//!
//! ```text
//! bytes ─codec─┐
//!              ├─► Seq ──bind──► requests        values: what is written;  pool: what has been created
//! .scimseq ─text┘
//! ```

mod bend;
pub mod bind;
pub mod codec;
pub mod filter;
pub mod op;
pub mod pool;
mod query;
pub mod text;
pub mod values;

pub use op::{Op, Seq};
