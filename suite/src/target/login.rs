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
#[derive(Clone)]
pub enum LoginProbe {
    /// POST them as JSON to a URL: 200 lets in, 401 refuses.
    Url(String),
    /// Give them as JSON to a shell command's standard input: exit 0 lets in, 1 refuses.
    Command(String),
    /// POST them as JSON to this path of a target in the same process: 200 lets in, 401 refuses.
    Service(Arc<dyn Target>, String),
}

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
        let credentials = json!({"userName": user_name, "password": password}).to_string();
        let knock = async {
            match self {
                LoginProbe::Url(url) => post(url, credentials).await,
                LoginProbe::Command(command) => run(command, credentials).await,
                LoginProbe::Service(target, path) => ask(target.as_ref(), path, credentials).await,
            }
        };
        match tokio::time::timeout(limit, knock).await {
            Ok(door) => door,
            Err(_) => Door::Unclear(format!("the login probe gave no answer within {limit:?}")),
        }
    }
}

async fn post(url: &str, credentials: String) -> Door {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build();
    let answer = match client {
        Ok(client) => client.post(url).header("Content-Type", "application/json").body(credentials).send().await,
        Err(error) => return Door::Unclear(format!("the login probe could not be set up: {error}")),
    };
    match answer {
        Ok(answer) => door(answer.status().as_u16()),
        Err(error) => Door::Unclear(format!("the login probe did not answer: {}", error.without_url())),
    }
}

async fn ask(target: &dyn Target, path: &str, credentials: String) -> Door {
    let request = Request::new(http::Method::POST, path).raw("application/json", credentials).login(Login::None);
    match target.send(&request).await {
        Ok(answer) => door(answer.status),
        Err(error) => Door::Unclear(format!("the login probe did not answer: {error}")),
    }
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
