//! The protocol by itself: schemas, resources, filters, PATCH, projection, sorting, messages.
//!
//! Everything here is a pure function over values. No I/O, clock, async or randomness, and no knowledge of how
//! resources are kept; it is meant to be read beside the RFCs.

pub mod bulk;
pub mod error;
pub mod etag;
pub mod filter;
pub mod fold;
pub mod immutable;
pub mod json;
pub mod list;
pub mod named;
pub mod patch;
pub mod path;
pub mod plain;
pub mod projection;
pub mod resource;
pub mod schema;
pub mod sort;
pub mod time;
pub mod value;

pub use error::{ScimError, ScimType};
