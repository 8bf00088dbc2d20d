//! Where a person's browser comes back to: one request to this machine (RFC 8252 §7.3).

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::{Host, Url};

use super::LoginError;

/// How long a person may take.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long a connection may take to ask for something: browsers open some that they never use.
const MOMENT: Duration = Duration::from_secs(5);
/// The longest head of a request that is read.
const LONGEST_HEAD: usize = 16 << 10;

/// A port of this machine that waits for a browser.
pub struct Loopback {
    listener: TcpListener,
    redirect: Url,
}

impl Loopback {
    /// Listens where this redirect URI leads; without one, at a free port.
    ///
    /// # Errors
    /// It leads elsewhere, or the port is taken.
    pub fn bind(redirect: Option<&Url>) -> Result<Loopback, LoginError> {
        let bad = |why: String| LoginError::BadUrl { option: "--oauth-redirect-uri", why };
        let port = match redirect {
            None => 0,
            Some(url) => {
                let is_here = match url.host() {
                    Some(Host::Domain(name)) => name == "localhost",
                    Some(Host::Ipv4(address)) => address == Ipv4Addr::LOCALHOST,
                    _ => false,
                };
                if url.scheme() != "http" || !is_here {
                    let why = "leads away from this machine, where the answer would be lost. Register one like \
                               http://127.0.0.1:8976/callback, or give an account with --oauth-user";
                    return Err(bad(why.into()));
                }
                url.port().unwrap_or(80)
            }
        };
        let listen = || -> io::Result<(TcpListener, u16)> {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
            listener.set_nonblocking(true)?;
            let port = listener.local_addr()?.port();
            Ok((listener, port))
        };
        let (listener, free) = listen().map_err(|error| bad(format!("can't be listened at: {error}")))?;
        let redirect = match redirect {
            Some(url) => url.clone(),
            None => Url::parse(&format!("http://127.0.0.1:{free}/callback")).map_err(|_| LoginError::Broken)?,
        };
        Ok(Loopback { listener, redirect })
    }

    /// The redirect URI.
    pub fn redirect(&self) -> &Url {
        &self.redirect
    }

    /// Waits for the one request to the redirect URI, tells its sender whether it was well, and gives its address.
    pub(super) async fn wait(&self, is_well: impl Fn(&Url) -> bool) -> Result<Url, LoginError> {
        let listen = || tokio::net::TcpListener::from_std(self.listener.try_clone()?);
        let listener = listen().map_err(|_| LoginError::Broken)?;
        let wait = async {
            let mut asking = tokio::task::JoinSet::new();
            loop {
                tokio::select! {
                    accepted = listener.accept() => match accepted {
                        Ok((stream, _)) => _ = asking.spawn(tokio::time::timeout(MOMENT, head(stream))),
                        // Out of sockets: some will be free in a while.
                        Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
                    },
                    Some(asked) = asking.join_next() => {
                        let Ok(Ok(Some((mut stream, target)))) = asked else { continue };
                        let Some(reached) = self.reached(&target) else {
                            answer(&mut stream, "404 Not Found", "There is nothing here.").await;
                            continue;
                        };
                        let (status, words) = match is_well(&reached) {
                            true => ("200 OK", "scimprove has got its answer. You can close this window."),
                            false => ("400 Bad Request", "scimprove can't use this answer, and says why in its terminal."),
                        };
                        answer(&mut stream, status, words).await;
                        return reached;
                    }
                }
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.map_err(|_| LoginError::Nobody(PATIENCE))
    }

    /// The address of a request target, if it is the redirect URI.
    fn reached(&self, target: &str) -> Option<Url> {
        let target = target.strip_prefix('/').map(|_| target)?;
        let origin = self.redirect.origin().ascii_serialization();
        let url = Url::parse(&format!("{origin}{target}")).ok()?;
        (url.path() == self.redirect.path()).then_some(url)
    }
}

/// Reads the head of a request, and gives the target of a GET.
async fn head(mut stream: TcpStream) -> Option<(TcpStream, String)> {
    let mut read = Vec::new();
    let mut piece = [0; 2048];
    while !read.windows(4).any(|end| end == b"\r\n\r\n") {
        let count = stream.read(&mut piece).await.ok().filter(|count| *count > 0)?;
        read.extend_from_slice(&piece[..count]);
        if read.len() > LONGEST_HEAD {
            return None;
        }
    }
    let line = String::from_utf8(read).ok()?.lines().next()?.to_string();
    let target = line.strip_prefix("GET ")?.split(' ').next()?.to_string();
    Some((stream, target))
}

/// Nothing of what was asked comes back in it.
async fn answer(stream: &mut TcpStream, status: &str, words: &str) {
    let head = "Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer";
    let length = words.len();
    let text = format!("HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{words}");
    // A browser that does not want to know is none of our business.
    let _ = tokio::time::timeout(MOMENT, async {
        let _ = stream.write_all(text.as_bytes()).await;
        let _ = stream.shutdown().await;
    })
    .await;
}
