//! The other end of the connection: reads a request, and does with the connection what a script says.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What is done with the connection, one after the other; then the next request is read from it.
pub(crate) enum Act {
    /// These bytes.
    Send(Vec<u8>),
    /// These bytes again and again, with a pause between them.
    Forever(Vec<u8>, Duration),
    /// Nothing, for ever.
    Hang,
    /// The end of the connection.
    Close,
    /// The end of the connection, and no other is taken.
    Shut,
    /// The end of the connection, in the way that throws away what is under way.
    Reset,
}

/// A request as it came.
pub(crate) struct Asked {
    /// Its number, from 0.
    pub(crate) number: usize,
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    /// Everything before the body.
    pub(crate) head: String,
    pub(crate) body: String,
}

/// Says what to do about a request.
pub(crate) type Script = Box<dyn FnMut(&Asked) -> Vec<Act> + Send>;

/// A peer that follows a script, and what it was asked.
pub(crate) struct Peer {
    pub(crate) url: String,
    pub(crate) asked: Arc<AtomicUsize>,
    /// What no client should have sent.
    pub(crate) complaints: Arc<Mutex<Vec<String>>>,
    serving: tokio::task::JoinHandle<()>,
}

/// An answer of JSON or whatever else.
pub(crate) fn answer(status: &str, kind: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

impl Peer {
    /// Follows the script on a port of its own.
    pub(crate) async fn start(script: Script) -> Peer {
        Peer::on(TcpListener::bind("127.0.0.1:0").await.unwrap(), script)
    }

    pub(crate) fn on(listener: TcpListener, script: Script) -> Peer {
        let url = format!("http://{}/scim/v2", listener.local_addr().unwrap());
        let (script, asked) = (Arc::new(Mutex::new(script)), Arc::new(AtomicUsize::new(0)));
        let complaints = Arc::new(Mutex::new(Vec::new()));
        let (count, all) = (asked.clone(), complaints.clone());
        let serving = tokio::spawn(async move {
            let shut = Arc::new(Notify::new());
            loop {
                tokio::select! {
                    () = shut.notified() => return,
                    accepted = listener.accept() => {
                        let Ok((stream, _)) = accepted else { return };
                        let (script, count, all, shut) = (script.clone(), count.clone(), all.clone(), shut.clone());
                        tokio::spawn(async move { serve(stream, script, count, all, &shut).await });
                    }
                }
            }
        });
        Peer { url, asked, complaints, serving }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    script: Arc<Mutex<Script>>,
    count: Arc<AtomicUsize>,
    complaints: Arc<Mutex<Vec<String>>>,
    shut: &Notify,
) -> Option<()> {
    let mut unread = Vec::new();
    loop {
        let asked = request(&mut stream, &mut unread, &count).await?;
        complaints.lock().unwrap().extend(complaint(&asked));
        let acts = (script.lock().unwrap())(&asked);
        for act in acts {
            match act {
                Act::Send(bytes) => stream.write_all(&bytes).await.ok()?,
                Act::Forever(bytes, pause) => loop {
                    stream.write_all(&bytes).await.ok()?;
                    if pause.is_zero() { tokio::task::yield_now().await } else { tokio::time::sleep(pause).await }
                },
                Act::Hang => std::future::pending().await,
                Act::Close => return None,
                Act::Shut => {
                    shut.notify_one();
                    return None;
                }
                Act::Reset => {
                    // With what was sent still unread by the other side, this makes a reset of the end.
                    stream.set_zero_linger().ok()?;
                    return None;
                }
            }
        }
    }
}

fn is_discovery(path: &str) -> bool {
    let path = path.strip_prefix("/scim/v2/").unwrap_or_default();
    path == "ServiceProviderConfig" || path == "ResourceTypes/User" || path.starts_with("Schemas/urn%3A")
}

/// What a client must never send, whatever the answers were.
fn complaint(asked: &Asked) -> Option<String> {
    let head = asked.head.to_ascii_lowercase();
    let name = ["\r\ncookie:", "\r\naccept-encoding:", "\r\nupgrade:", "\r\nexpect:"]
        .into_iter()
        .find(|name| head.contains(name));
    let path = asked.path.split('?').next().unwrap_or_default();
    let id = path.strip_prefix("/scim/v2/Users").or_else(|| path.strip_prefix("/scim/v2/Groups"));
    let plain = |id: &str| !id.contains('/') && !["", ".", ".."].contains(&id) && id.len() < 2000;
    let changes = !matches!(asked.method.as_str(), "GET" | "HEAD" | "OPTIONS");
    let single = matches!(asked.method.as_str(), "PUT" | "PATCH" | "DELETE");
    let fits = match id.map(|id| id.strip_prefix('/')) {
        Some(None) => !single && id == Some(""),
        Some(Some(id)) => {
            plain(id)
                && !["%2f", "%5c", "%0d", "%0a", "%00", "%23", "%3f", "%25"]
                    .iter()
                    .any(|odd| id.to_ascii_lowercase().contains(odd))
        }
        // A PUT of what discovery shows already changes nothing; that it says the same is tested with the guard.
        None => asked.method == "POST" || (asked.method == "PUT" && is_discovery(path)),
    };
    let wrong = name.map(String::from).or((changes && !fits).then(|| "a change of what is no single resource".into()));
    wrong.map(|wrong| format!("{wrong}: {} {}", asked.method, asked.path))
}

/// Reads one request; `None` at the end of the connection.
async fn request(stream: &mut TcpStream, unread: &mut Vec<u8>, count: &AtomicUsize) -> Option<Asked> {
    let mut buffer = [0; 1 << 14];
    loop {
        if let Some(end) = unread.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&unread[..end]).into_owned();
            let lower = head.to_ascii_lowercase();
            let length =
                lower.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok());
            let whole = end + 4 + length.unwrap_or(0);
            if unread.len() >= whole {
                let body = String::from_utf8_lossy(&unread[end + 4..whole]).into_owned();
                unread.drain(..whole);
                let mut words = head.split(' ').map(String::from);
                let (method, path) = (words.next()?, words.next()?);
                return Some(Asked { number: count.fetch_add(1, Ordering::SeqCst), method, path, head, body });
            }
        }
        match stream.read(&mut buffer).await {
            Ok(length) if length > 0 => unread.extend_from_slice(&buffer[..length]),
            _ => return None,
        }
    }
}
