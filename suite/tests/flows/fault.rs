//! A product that is right at first, and wrong from a request on.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::Method;
use scimprove::target::{Answer, NoAnswer, Request, Target};
use serde_json::{Value, json};

/// How it is wrong, and from which request on, counted from 0.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// Not at all.
    None,
    /// Whatever is written is answered 500.
    Refuses(usize),
    /// Whatever is written is confirmed, and nothing is done.
    Ignores(usize),
    /// The last of each list is missing.
    Loses(usize),
}

/// A target with a fault. It counts the requests that it gets.
pub(crate) struct Faulty<T> {
    pub(crate) target: T,
    pub(crate) fault: Fault,
    pub(crate) requests: Arc<AtomicUsize>,
}

impl<T: Target> Target for Faulty<T> {
    fn send<'a>(&'a self, request: &'a Request) -> Pin<Box<dyn Future<Output = Result<Answer, NoAnswer>> + Send + 'a>> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let reads = request.method == Method::GET;
        Box::pin(async move {
            match self.fault {
                Fault::Refuses(from) if number >= from && !reads => Ok(answer(500, &json!({"detail": "a fault"}))),
                Fault::Ignores(from) if number >= from && !reads => self.confirmed(request).await,
                Fault::Loses(from) if number >= from && reads => Ok(shortened(self.target.send(request).await?)),
                _ => self.target.send(request).await,
            }
        })
    }
}

impl<T: Target> Faulty<T> {
    /// The answer to a write that was carried out.
    async fn confirmed(&self, request: &Request) -> Result<Answer, NoAnswer> {
        match request.method {
            Method::DELETE => Ok(answer(204, &Value::Null)),
            Method::POST => {
                let mut made = request.body_json().unwrap_or_default();
                made["id"] = "made-up".into();
                Ok(answer(201, &made))
            }
            _ => self.target.send(&Request::get(request.path.clone())).await,
        }
    }
}

fn shortened(whole: Answer) -> Answer {
    let Some(mut body) = whole.json.clone().filter(|body| body["Resources"].is_array()) else { return whole };
    if let Some(rows) = body["Resources"].as_array_mut() {
        rows.pop();
        let count = rows.len();
        body["totalResults"] = count.into();
    }
    answer(200, &body)
}

fn answer(status: u16, body: &Value) -> Answer {
    let text = if body.is_null() { String::new() } else { body.to_string() };
    let headers = vec![("content-type".to_string(), "application/scim+json".to_string())];
    Answer::new(status, headers, text.into(), Duration::ZERO)
}
