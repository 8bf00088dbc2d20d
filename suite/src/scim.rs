//! Our own reading of SCIM: names, filters, PATCH bodies and sample resources. Pure; shares nothing with any server.

pub mod additions;
pub mod bulk;
pub mod filter;
pub mod patch;
pub mod sample;
pub mod time;
pub mod urn;
