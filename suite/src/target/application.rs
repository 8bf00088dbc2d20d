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

impl fmt::Debug for Application {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Application")
    }
}
