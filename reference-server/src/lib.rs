//! A SCIM 2.0 service provider in memory that does what the RFCs, Okta and Entra describe.
//!
//! ```text
//! serving ─► http, defects ─► provider ─► store, scim        policy, auth beside provider
//! ```
//! [`service`] gives the whole server as one value, [`router`] the same to whoever wants it of axum.

mod application;
mod auth;
mod config;
pub mod defects;
mod http;
mod limits;
pub mod policy;
mod population;
mod product;
pub mod provider;
mod rules;
pub mod scim;
mod service;
mod serving;
mod store;
pub mod variants;

pub use config::{Account, Administrator, Clock, Config, Forward, OAuthClient, Randomness, Tenancy, Tenant};
pub use defects::Defect;
pub use limits::Limits;
pub use policy::Policy;
pub use population::Population;
pub use product::{Console, Credentials, LastingToken, Organisation, Product};
pub use service::Service;
pub use serving::{Door, Log, LogFormat, serve, serve_stream, serve_until};
pub use variants::Variant;

/// Path under which SCIM is served. The login door stands beside it, and the endpoints of OAuth under [`OAUTH_PATH`].
pub const BASE_PATH: &str = "/scim/v2";

/// Path of `/token`, `/authorize` and `/revoke`, where the product that is played has them.
pub const OAUTH_PATH: &str = "/oauth";

/// The server as a service, with an empty store of its own.
pub fn service(config: Config) -> Service {
    Service::new(http::Server::new(config))
}

/// The same as an axum `Router`.
pub fn router(config: Config) -> axum::Router {
    axum::Router::new().fallback_service(service(config))
}
