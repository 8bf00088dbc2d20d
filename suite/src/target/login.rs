//! Whether a user can log in at the product: the proof that a status code cannot give.

use std::fmt;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt;

use super::Target;
use super::exchange::{Login, Request};

/// Asks the product whether a user name and password open it.
///
/// Where an answer of 200 is JSON with an `access_token`, that is the person's own bearer token.
#[derive(Clone)]
pub enum LoginProbe {
    /// POST them as JSON to a URL: 200 lets in, 401 refuses.
    Url(String),
    /// Give them as JSON to a shell command's standard input: exit 0 lets in, 1 refuses.
    Command(String),
    /// POST them as JSON to this path of a target in the same process: 200 lets in, 401 refuses.
    Service(Arc<dyn Target>, String),
}

/// The longest answer of a login that is read.
const MOST_BYTES: usize = 16 << 10;

/// What the product said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Door {
    /// The user gets in.
    Open,
    /// The user is refused.
    Shut,
    /// Neither, so nothing can be said.
    Unclear(String),
}

impl fmt::Debug for LoginProbe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoginProbe::Url(url) => f.debug_tuple("Url").field(url).finish(),
            LoginProbe::Command(command) => f.debug_tuple("Command").field(command).finish(),
            LoginProbe::Service(_, path) => f.debug_tuple("Service").field(path).finish(),
        }
    }
}

impl LoginProbe {
    /// A URL if it looks like one, else a command.
    pub fn new(text: &str) -> LoginProbe {
        if text.starts_with("http://") || text.starts_with("https://") {
            LoginProbe::Url(text.into())
        } else {
            LoginProbe::Command(text.into())
        }
    }

    /// Tries the door. The credentials are always those of a user that this run has created.
    pub async fn knock(&self, user_name: &str, password: &str, limit: Duration) -> Door {
        self.sign_in(user_name, password, limit).await.0
    }

    /// Tries the door, and tells the token that the person is given, if any.
    pub async fn sign_in(&self, user_name: &str, password: &str, limit: Duration) -> (Door, Option<String>) {
        let credentials = json!({"userName": user_name, "password": password}).to_string();
        let sign_in = async {
            match self {
                LoginProbe::Url(url) => post(url, credentials).await,
                LoginProbe::Command(command) => (run(command, credentials).await, None),
                LoginProbe::Service(target, path) => ask(target.as_ref(), path, credentials).await,
            }
        };
        match tokio::time::timeout(limit, sign_in).await {
            Ok(answer) => answer,
            Err(_) => (Door::Unclear(format!("the login probe gave no answer within {limit:?}")), None),
        }
    }
}

async fn post(url: &str, credentials: String) -> (Door, Option<String>) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build();
    let answer = match client {
        Ok(client) => client.post(url).header("Content-Type", "application/json").body(credentials).send().await,
        Err(error) => return (Door::Unclear(format!("the login probe could not be set up: {error}")), None),
    };
    let mut answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            return (Door::Unclear(format!("the login probe did not answer: {}", error.without_url())), None);
        }
    };
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await
        && body.len() + chunk.len() <= MOST_BYTES
    {
        body.extend_from_slice(&chunk);
    }
    (door(answer.status().as_u16()), access_token(&body))
}

async fn ask(target: &dyn Target, path: &str, credentials: String) -> (Door, Option<String>) {
    let request = Request::new(http::Method::POST, path).raw("application/json", credentials).login(Login::None);
    match target.send(&request).await {
        Ok(answer) => (door(answer.status), access_token(&answer.body)),
        Err(error) => (Door::Unclear(format!("the login probe did not answer: {error}")), None),
    }
}

/// What a login was answered with beside its status, in the word of OAuth (RFC 6749 §5.1).
fn access_token(body: &[u8]) -> Option<String> {
    let answer: serde_json::Value = serde_json::from_slice(body).ok()?;
    let token = answer.get("access_token")?.as_str()?;
    let is_header = (1..=MOST_BYTES).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic());
    is_header.then(|| token.to_string())
}

fn door(status: u16) -> Door {
    match status {
        200 => Door::Open,
        401 => Door::Shut,
        other => Door::Unclear(format!("the login probe answered {other}; 200 lets in, 401 refuses")),
    }
}

async fn run(command: &str, credentials: String) -> Door {
    let child = tokio::process::Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => return Door::Unclear(format!("the login probe could not be started: {error}")),
    };
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read its input may still answer.
        let _ = stdin.write_all(credentials.as_bytes()).await;
    }
    match child.wait().await.map(|status| status.code()) {
        Ok(Some(0)) => Door::Open,
        Ok(Some(1)) => Door::Shut,
        Ok(code) => Door::Unclear(format!("the login probe ended with {code:?}; 0 lets in, 1 refuses")),
        Err(error) => Door::Unclear(format!("the login probe was lost: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn commands_answer_by_their_exit_code() {
        let limit = Duration::from_secs(5);
        let knock = async |command: &str| LoginProbe::new(command).knock("ann", "pw", limit).await;
        assert_eq!(knock("grep -q '\"userName\":\"ann\"'").await, Door::Open);
        assert_eq!(knock("exit 1").await, Door::Shut);
        assert!(matches!(knock("exit 7").await, Door::Unclear(_)));
    }
}
