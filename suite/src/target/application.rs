//! The application behind SCIM, where the user gave the way to it: what an administrator sees and does there. Only that
//! shows what a SCIM answer cannot, like mail that was sent, or a switch that is off.

use std::fmt;
use std::sync::Arc;

use super::{Answer, NoAnswer, Request, Target};

/// The pages of the application as JSON, below an address of their own and with a key of their own.
#[derive(Clone)]
pub struct Application(Arc<dyn Target>);

impl Application {
    /// The pages below a target's base, which carries the key.
    pub fn new(target: Arc<dyn Target>) -> Application {
        Application(target)
    }

    /// Sends one request, as `GET /outbox`.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn send(&self, request: &Request) -> Result<Answer, NoAnswer> {
        self.0.send(request).await
    }
}

/// An organisation that is there to be thrown away: only the built-in server has one. Whatever is asked of it is asked
/// there, past the guard, and changes nothing that anybody else uses.
#[derive(Clone)]
pub struct Spare {
    target: Arc<dyn Target>,
    /// Its address, below which everything of it is.
    pub address: String,
    /// The key of its application.
    pub key: String,
    /// Name and password of the account that may consent in its name.
    pub administrator: (String, String),
}

impl Spare {
    /// An organisation at an address; the target sends to it, without credentials of its own.
    pub fn new(target: Arc<dyn Target>, address: String, key: String, administrator: (String, String)) -> Spare {
        Spare { target, address, key, administrator }
    }

    /// Sends one request, below the address.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn send(&self, request: &Request) -> Result<Answer, NoAnswer> {
        self.target.send(request).await
    }
}

impl fmt::Debug for Spare {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Spare").field("address", &self.address).finish_non_exhaustive()
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Application")
    }
}
