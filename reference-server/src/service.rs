//! The server as a service, an HTTP request in and an answer out: the same value is served, tested and fuzzed.

use crate::http::{Server, panicked};
use crate::product::Console;
use crate::serving::Journal;
use axum::body::Body;
use axum::http::{Request, Response};
use bytes::Bytes;
use futures::FutureExt;
use http_body_util::Full;
use std::convert::Infallible;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// The server. Its clones are the same server.
#[derive(Clone)]
pub struct Service(Arc<Part>);

enum Part {
    Server(Box<Server>),
    Logged(Journal, Service),
}

impl Service {
    pub(crate) fn new(server: Server) -> Self {
        Self(Arc::new(Part::Server(Box::new(server))))
    }

    /// The same service, with each request written down.
    pub(crate) fn logged(self, journal: Journal) -> Self {
        Self(Arc::new(Part::Logged(journal, self)))
    }

    /// The pages of an organisation in the product that is played: the first is 0, then come the tenants.
    #[must_use]
    pub fn console(&self, organisation: usize) -> Option<Console> {
        match &*self.0 {
            Part::Server(server) => server.console(organisation),
            Part::Logged(_, service) => service.console(organisation),
        }
    }

    /// The ids of the accounts that own the first organisation, in the order in which they were given.
    #[must_use]
    pub fn owners(&self) -> Vec<String> {
        match &*self.0 {
            Part::Server(server) => server.owners(),
            Part::Logged(_, service) => service.owners(),
        }
    }

    /// The answer to a request. What panics on the way there is answered, too.
    pub async fn answer(&self, request: Request<Body>) -> Response<Full<Bytes>> {
        match &*self.0 {
            Part::Server(server) => {
                let answer = AssertUnwindSafe(server.answer(request)).catch_unwind();
                answer.await.unwrap_or_else(|_| panicked())
            }
            Part::Logged(journal, service) => Box::pin(journal.answer(service, request)).await,
        }
    }
}

impl tower::Service<Request<Body>> for Service {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move { Ok(service.answer(request).await) })
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Service").finish_non_exhaustive()
    }
}
