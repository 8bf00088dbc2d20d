//! A target in the same process: any HTTP service, called without a socket.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;

use ::http::header::AUTHORIZATION;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use tokio::time::Instant;
use tower::{Service, ServiceExt};

use super::Target;
use super::credentials::Credentials;
use super::exchange::{Answer, NoAnswer, Request};
use super::http::Limits;

/// A service, for instance an axum `Router`, as a target. Its time is tokio's, so that on a paused clock waits are free.
///
/// ```
/// # use std::convert::Infallible;
/// use scimprove::target::credentials::Credentials;
/// use scimprove::target::http::Limits;
/// use scimprove::target::service::ServiceTarget;
/// use scimprove::target::{Request, Target};
/// use http_body_util::Full;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(async {
/// let service = tower::service_fn(|request: http::Request<Full<bytes::Bytes>>| async move {
///     Ok::<_, Infallible>(http::Response::new(Full::from(request.uri().path().to_string())))
/// });
/// let target = ServiceTarget::new(service, "/scim/v2", Credentials::Anonymous, Limits::default());
/// let answer = target.send(&Request::get("/Users")).await.expect("an answer");
/// assert_eq!(answer.body, "/scim/v2/Users");
/// # });
/// ```
pub struct ServiceTarget<S> {
    service: S,
    base_path: String,
    credentials: Credentials,
    limits: Limits,
}

impl<S> ServiceTarget<S> {
    /// A target below `base_path` of a service.
    pub fn new(service: S, base_path: &str, credentials: Credentials, limits: Limits) -> ServiceTarget<S> {
        ServiceTarget { service, base_path: base_path.trim_end_matches('/').into(), credentials, limits }
    }

    fn request(&self, request: &Request) -> Result<::http::Request<Full<Bytes>>, NoAnswer> {
        let path = format!("{}{}", self.base_path, request.path_and_query());
        let mut outgoing = ::http::Request::builder().method(request.method.clone()).uri(path);
        for (name, value) in &request.headers {
            outgoing = outgoing.header(name, value);
        }
        if let Some(value) = self.credentials.authorization(&request.login)? {
            outgoing = outgoing.header(AUTHORIZATION, value);
        }
        outgoing.body(Full::new(request.body_bytes())).map_err(|error| NoAnswer::Protocol(error.to_string()))
    }
}

impl<S, B> Target for ServiceTarget<S>
where
    S: Service<::http::Request<Full<Bytes>>, Response = ::http::Response<B>, Error = Infallible> + Clone + Send + Sync,
    S::Future: Send,
    B: ::http_body_util::BodyExt<Data = Bytes> + Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    fn send<'a>(&'a self, request: &'a Request) -> Pin<Box<dyn Future<Output = Result<Answer, NoAnswer>> + Send + 'a>> {
        let exchange = async move {
            let start = Instant::now();
            let response = match self.service.clone().oneshot(self.request(request)?).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            let (head, body) = response.into_parts();
            let headers = head.headers.iter().map(|(name, value)| {
                (name.as_str().to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            });
            let headers = headers.collect();
            let whole = Limited::new(body, self.limits.body).collect().await.map_err(|error| match error
                .downcast_ref::<LengthLimitError>(
            ) {
                Some(_) => NoAnswer::TooLarge(self.limits.body),
                None => NoAnswer::Closed(error.to_string()),
            })?;
            Ok(Answer::new(head.status.as_u16(), headers, whole.to_bytes(), start.elapsed()))
        };
        Box::pin(async move {
            let answer = tokio::time::timeout(self.limits.time, exchange).await;
            answer.unwrap_or(Err(NoAnswer::Timeout(self.limits.time)))
        })
    }
}
