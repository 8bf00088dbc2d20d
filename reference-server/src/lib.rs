//! A SCIM 2.0 service provider in memory that does what the RFCs, Okta and Entra describe.
//!
//! ```text
//! http, defects ─► provider ─► store, scim        policy, auth beside provider
//! ```
//! [`router`] gives the whole server as one axum `Router`: the same value is served, tested and fuzzed.

mod auth;
mod config;
pub mod defects;
mod http;
pub mod policy;
mod population;
pub mod provider;
pub mod scim;
mod store;
pub mod variants;

pub use config::{Account, Clock, Config, Limits, Randomness, Tenancy, Tenant};
pub use defects::Defect;
pub use policy::Policy;
pub use population::Population;
pub use variants::Variant;

use axum::serve::ListenerExt;

/// Path under which SCIM is served. The login door stands beside it.
pub const BASE_PATH: &str = "/scim/v2";

/// The server as a service, with an empty store of its own.
pub fn router(config: Config) -> axum::Router {
    http::router(config)
}

/// Serves until the task is dropped.
///
/// # Errors
/// What the listener reports.
pub async fn serve(listener: tokio::net::TcpListener, config: Config) -> std::io::Result<()> {
    // Small answers to small requests: waiting for more to send would only add delay.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, router(config)).await
}
