//! Serving over sockets: the accept loop. Connections come, are served beside each other, and go; none holds up another.

mod connection;
mod counted;
mod log;

pub(crate) use log::Journal;
pub use log::{Log, LogFormat};

use crate::config::Config;
use crate::limits::Limits;
use crate::service::Service;
use std::io::{Error, ErrorKind};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// How long the door stays shut when the system has no more sockets to give.
const PAUSE: Duration = Duration::from_millis(100);

/// What is spoken on the wire.
#[derive(Clone, Default)]
pub enum Door {
    /// HTTP as it is.
    #[default]
    Http,
    /// HTTP within TLS.
    #[cfg(feature = "tls")]
    Https(Arc<tokio_rustls::rustls::ServerConfig>),
}

/// Serves over HTTP until the task is dropped.
pub async fn serve(listener: TcpListener, config: Config) {
    let limits = config.limits;
    serve_until(listener, crate::service(config), limits, Door::Http, std::future::pending()).await;
}

/// Serves until `stop`: then no more connections are taken, requests under way get their answers within the time that
/// [`Limits::grace`] gives them, and all is closed. Whatever goes wrong on the way there, it goes on serving.
pub async fn serve_until(
    listener: TcpListener,
    service: Service,
    limits: Limits,
    door: Door,
    stop: impl Future<Output = ()>,
) {
    let house = Arc::new(House { service, limits, door, close_idle: watch::Sender::new(()) });
    // Dropped with this future, and every connection with it.
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    'open: loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) if is_of_one_client(&error) => continue,
            Err(_) => {
                house.close_idle.send_replace(());
                sleep(PAUSE).await;
                continue;
            }
        };
        while connections.try_join_next().is_some() {}
        while connections.len() >= limits.connections.max(1) {
            house.close_idle.send_replace(());
            tokio::select! {
                () = &mut stop => break 'open,
                _ = connections.join_next() => {}
            }
        }
        connections.spawn(house.clone().welcome(stream, house.close_idle.subscribe()));
    }
    drop(listener);
    house.close_idle.send_replace(());
    let all_gone = async { while connections.join_next().await.is_some() {} };
    let _ = timeout(limits.grace, all_gone).await;
}

/// Serves a single connection, over whatever there is.
pub async fn serve_stream<S>(stream: S, service: Service, limits: &Limits)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (_never, told) = watch::channel(());
    connection::serve(stream, &service, limits, told).await;
}

/// What all connections share.
struct House {
    service: Service,
    limits: Limits,
    door: Door,
    /// Tells connections to end as soon as they have nothing under way.
    close_idle: watch::Sender<()>,
}

impl House {
    async fn welcome(self: Arc<Self>, stream: TcpStream, told: watch::Receiver<()>) {
        // Small answers to small requests: waiting for more to send would only add delay.
        let _ = stream.set_nodelay(true);
        match &self.door {
            Door::Http => self.converse(stream, told).await,
            #[cfg(feature = "tls")]
            Door::Https(tls) => {
                let handshake = tokio_rustls::TlsAcceptor::from(tls.clone()).accept(stream);
                if let Ok(Ok(stream)) = timeout(self.limits.idle, handshake).await {
                    self.converse(stream, told).await;
                }
            }
        }
    }

    async fn converse<S>(&self, stream: S, told: watch::Receiver<()>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        connection::serve(stream, &self.service, &self.limits, told).await;
    }
}

/// A client that was gone before it was let in; the others are well.
fn is_of_one_client(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionReset
            | ErrorKind::Interrupted
    )
}
