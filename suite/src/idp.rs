//! What identity providers send, as pure functions.

pub mod okta;
