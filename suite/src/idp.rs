//! What identity providers send, and what they make of the answers. Pure: whoever plays them sends the requests.

pub mod emulator;
pub mod entra;
pub mod google;
pub mod okta;
