//! One connection: HTTP/1.1, with an eye on clients that are slow, silent, or gone.
//!
//! What is no HTTP is answered by hyper: 400, or 431 and 414 for what is far beyond the limits, without a body.

use super::counted::Counted;
use crate::limits::Limits;
use crate::scim::ScimError;
use crate::service::Service;
use axum::body::Body;
use axum::http::Request;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy, sink};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// Bytes by which a head may be too large and still get a SCIM error.
const HEAD_ROOM: usize = 16 * 1024;
/// Header fields that hyper has room for, unless told otherwise.
const USUAL_FIELDS: usize = 100;
/// Time for somebody new to say what is wanted, before being told to go.
const YOUTH: Duration = Duration::from_millis(500);
/// Time, and bytes, for a client to see that the answer has come and stop sending.
const FAREWELL: Duration = Duration::from_secs(2);
const FAREWELL_BYTES: u64 = 16 * 1024 * 1024;

/// Serves a connection until it ends, or until it is told to and nothing is under way.
pub(super) async fn serve<S>(stream: S, service: &Service, limits: &Limits, mut told: watch::Receiver<()>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    // Odd while a request is being answered; every write adds two.
    let steps = &AtomicUsize::new(0);
    let service = service_fn(|request: Request<Incoming>| {
        steps.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            let answer = service.answer(request.map(body)).await;
            steps.fetch_add(1, Ordering::Relaxed);
            Ok::<_, Infallible>(answer)
        })
    });
    let stream = TokioIo::new(Counted::new(stream, steps));
    let mut connection = builder(limits).serve_connection(stream, service);
    let begun = Instant::now();
    let mut told = pin!(async {
        let _ = told.changed().await;
        if steps.load(Ordering::Relaxed) == 0 {
            sleep_until(begun + YOUTH).await;
        }
    });
    let mut is_told = false;
    // One timer for the connection, not one for each request: it looks whether anything has happened since it last did.
    let mut look = pin!(sleep(limits.idle));
    let mut seen = 0;
    let end = loop {
        tokio::select! {
            biased;
            end = poll_fn(|context| connection.poll_without_shutdown(context)) => break Some(end),
            () = &mut told, if !is_told => {
                is_told = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
            () = &mut look => {
                let now = steps.load(Ordering::Relaxed);
                if now == seen && now.is_multiple_of(2) {
                    break None;
                }
                seen = now;
                look.as_mut().reset(Instant::now() + limits.idle);
            }
        }
    };
    let parts = connection.into_parts();
    let stream = parts.io.into_inner();
    let late = ScimError::new(408, format!("the request did not arrive within {} s", limits.idle.as_secs()));
    match end {
        None if parts.read_buf.is_empty() || stream.is_stuck() => {}
        None => part(stream, &in_full(&late)).await,
        Some(Ok(())) if is_told => {}
        Some(_) => part(stream, &[]).await,
    }
}

/// Most requests have none, and nothing is set up for it.
fn body(incoming: Incoming) -> Body {
    if incoming.is_end_stream() { Body::empty() } else { Body::new(incoming) }
}

fn builder(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    // The timer above does it.
    builder.header_read_timeout(None);
    // A client may end its side and wait for the answer.
    builder.half_close(true);
    builder.max_header_size(limits.url + limits.header_bytes + HEAD_ROOM);
    if limits.headers >= USUAL_FIELDS {
        builder.max_headers(2 * limits.headers);
    }
    builder
}

/// Says a last word, shuts our side, and reads what still comes: a socket that is closed before takes the answer away
/// from a client that has not done sending.
async fn part(mut stream: impl AsyncRead + AsyncWrite + Unpin, word: &[u8]) {
    let farewell = async {
        stream.write_all(word).await?;
        stream.shutdown().await?;
        copy(&mut stream.take(FAREWELL_BYTES), &mut sink()).await
    };
    let _ = timeout(FAREWELL, farewell).await;
}

/// An answer where there is nobody but us to write it.
fn in_full(error: &ScimError) -> Vec<u8> {
    let (status, body) = (error.status, error.body().to_string());
    let reason = axum::http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    format!(
        "HTTP/1.1 {status} {}\r\nconnection: close\r\ncontent-type: application/scim+json\r\ncontent-length: {}\r\n\r\n{body}",
        reason.unwrap_or_default(),
        body.len()
    )
    .into_bytes()
}
