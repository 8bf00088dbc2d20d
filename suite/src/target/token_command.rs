//! The command that prints a bearer token.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};

use super::oauth::LoginError;
use super::redact::{Redactor, SHORT};
use super::session::Issued;

/// How long it may take: it may have to ask another machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// How much of what it prints is looked at.
const MOST_PRINTED: usize = 64 << 10;
/// How much of what it complains about is shown.
const MOST_SHOWN: usize = 300;

/// A shell command, run anew for each token.
pub struct TokenCommand {
    command: String,
    redactor: Redactor,
}

impl TokenCommand {
    /// The command, and who has to know the tokens.
    pub fn new(command: impl Into<String>, redactor: Redactor) -> TokenCommand {
        TokenCommand { command: command.into(), redactor }
    }

    /// Runs it and gives what it has printed. What it complains about is shown if it fails.
    pub(super) async fn run(&self) -> Result<Issued, LoginError> {
        let failed = |what: String| LoginError::Command(what);
        let child = tokio::process::Command::new("sh")
            .args(["-c", &self.command])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn();
        let mut child = child.map_err(|error| failed(format!("could not be run: {error}")))?;
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let ran = async { tokio::join!(beginning(out), beginning(err), child.wait()) };
        let Ok((printed, complaint, status)) = tokio::time::timeout(PATIENCE, ran).await else {
            return Err(failed(format!("was not done after {PATIENCE:?}")));
        };
        let status = status.map_err(|error| failed(format!("was lost: {error}")))?;
        let token = printed.trim();
        if !status.success() {
            // It may stand in the complaint, too.
            printed.split_whitespace().filter(|word| word.len() >= SHORT).for_each(|word| self.redactor.learn(word));
            let complaint = self.redactor.text(complaint.trim());
            let complaint = crate::clean::cut(&complaint, MOST_SHOWN);
            let said = if complaint.is_empty() { String::new() } else { format!(": {complaint}") };
            return Err(failed(format!("failed with {status}{said}")));
        }
        if token.is_empty() {
            return Err(failed("has printed nothing; it must print the token to standard output".into()));
        }
        Issued::new(token, None).map_err(|why| failed(format!("has printed no token: {why}")))
    }
}

/// Reads to the end, so that the command is not kept waiting, and keeps the beginning.
async fn beginning(stream: Option<impl AsyncRead + Unpin>) -> String {
    let mut kept = Vec::new();
    if let Some(mut stream) = stream {
        let mut piece = [0; 4096];
        while let Ok(read @ 1..) = stream.read(&mut piece).await {
            kept.extend_from_slice(&piece[..read.min(MOST_PRINTED - kept.len())]);
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn run(command: &str) -> Result<String, String> {
        let ran = TokenCommand::new(command, Redactor::default()).run().await;
        ran.map(|issued| issued.token).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn what_it_prints_is_the_token() {
        assert_eq!(run("echo; echo ' a-token '").await, Ok("a-token".into()));
        for (odd, word) in
            [("true", "nothing"), ("echo a; echo b", "no token"), ("head -c 20000 /dev/zero", "no token")]
        {
            let error = run(odd).await.expect_err(odd);
            assert!(error.contains(word), "{error}");
        }
    }

    #[tokio::test]
    async fn a_complaint_is_shown_and_the_token_is_not() {
        let error =
            run("echo s3cret-token; echo 'vault: s3cret-token is sealed' >&2; exit 3").await.expect_err("it fails");
        assert!(error.contains("exit status: 3") && error.contains("is sealed"), "{error}");
        assert!(!error.contains("s3cret-token"), "{error}");
    }

    #[tokio::test]
    async fn endless_output_is_read_and_not_kept() {
        let error = run("head -c 3000000 /dev/zero | tr '\\0' x").await.expect_err("it is too long");
        assert!(error.contains("no token"), "{error}");
    }
}
