//! The program as its users run it: as a child process, in a folder of its own, with nothing from our environment.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// The program with these arguments, ready to be started in `folder`.
pub(crate) fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scimprove"));
    for name in ["SCIM_BASE_URL", "SCIM_TOKEN", "NO_COLOR", "CLICOLOR_FORCE", "RUST_BACKTRACE"] {
        command.env_remove(name);
    }
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command
}

/// How a run ended.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// Runs the program to its end.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Ran {
    program(folder, arguments).output().expect("the program starts").into()
}

/// The reference server as a child; it ends with this value.
pub(crate) struct Served {
    child: Child,
    /// Kept open: the server may have more to say.
    out: BufReader<std::process::ChildStdout>,
    pub(crate) url: String,
    pub(crate) token: String,
    pub(crate) lines: Vec<String>,
}

impl Served {
    /// Starts it on a free port.
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Served {
        Served::of(program(folder, &["serve"]).args(arguments))
    }

    /// Starts what serves on a free port.
    pub(crate) fn of(command: &mut Command) -> Served {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("serve starts");
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        let lines: Vec<String> = out.by_ref().lines().take(3).map(|line| line.expect("a line")).collect();
        let value = |at: usize| lines[at].split_whitespace().last().expect("a value").to_string();
        Served { child, out, url: value(0), token: value(1), lines: lines.clone() }
    }

    /// What it says next: a word, and what follows.
    pub(crate) fn says(&mut self) -> (String, String) {
        let mut line = String::new();
        self.out.read_line(&mut line).expect("a line");
        let (word, rest) = line.trim_end().split_once(' ').expect("a word and more");
        (word.into(), rest.trim_start().into())
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Host and port.
    pub(crate) fn host(&self) -> &str {
        let rest = self.url.split_once("://").expect("a scheme").1;
        rest.split_once('/').expect("a base path").0
    }

    /// Asks it to end.
    #[cfg(unix)]
    pub(crate) fn terminate(&self) {
        let ended = Command::new("kill").args(["-TERM", &self.id().to_string()]).status().expect("kill starts");
        assert!(ended.success());
    }

    /// Waits until it has ended, and gives its exit code and what it wrote to standard error, where that is piped.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let mut said = String::new();
        if let Some(mut err) = self.child.stderr.take() {
            err.read_to_string(&mut said).expect("text");
        }
        (self.child.wait().expect("it has started").code(), said)
    }

    /// A plain request; gives the status and the body.
    pub(crate) fn http(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let rest = self.url.strip_prefix("http://").expect("plain HTTP");
        let (host, base) = rest.split_once('/').expect("a base path");
        let mut stream = TcpStream::connect(host).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("set");
        let head = format!(
            "{method} /{base}{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\nConnection: close\r\nContent-Type: application/scim+json\r\nContent-Length: {}\r\n\r\n",
            self.token,
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP answer");
        (head.split(' ').nth(1).expect("a status").parse().expect("a number"), body.to_string())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The ledger that a run left in this folder.
pub(crate) fn ledger(folder: &Path) -> Option<std::path::PathBuf> {
    let files = std::fs::read_dir(folder).expect("a folder").filter_map(|entry| entry.ok().map(|entry| entry.path()));
    files
        .into_iter()
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("scimprove-ledger-")))
}
