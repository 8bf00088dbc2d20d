//! Servers as processes of their own, on a core of their own, and what they use.

use anyhow::{Context, bail};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running server; it ends with this value.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Process {
    /// Starts a program on one core, gives it its input, and waits until it says where it listens, as `scimprove serve`
    /// does in its first line.
    pub(crate) fn start<A: AsRef<OsStr>>(core: &str, program: &Path, words: &[A], input: &str) -> anyhow::Result<Self> {
        let mut child = Command::new("taskset")
            .args(["-c", core])
            .arg(program)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("could not start taskset, which pins a process to a core")?;
        if let Some(mut pipe) = child.stdin.take() {
            pipe.write_all(input.as_bytes())?;
        }
        let mut said = String::new();
        let mut output = BufReader::new(child.stdout.take().context("the output is a pipe")?);
        while output.read_line(&mut said)? > 0 && !said.lines().any(|line| line.starts_with("SCIM")) {}
        let address = said.split_once("http://").and_then(|(_, rest)| rest.split('/').next()?.parse().ok());
        // What it says later is nobody's business, and must not make it wait.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        match address {
            Some(address) => Ok(Self { child, address }),
            None => {
                child.kill()?;
                bail!("the server did not start: {said}");
            }
        }
    }

    /// Processor time so far, the kernel's on its behalf included. The kernel counts in hundredths of a second.
    pub(crate) fn processor_time(&self) -> anyhow::Result<Duration> {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let fields = text.rsplit_once(')').context("a program's name ends")?.1;
        let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
        Ok(Duration::from_millis(10 * ticks))
    }

    /// Bytes of memory that are in use.
    pub(crate) fn resident(&self) -> anyhow::Result<u64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("a process has a size")?;
        let number = line.trim().split(' ').next().unwrap_or_default();
        Ok(1024 * number.parse::<u64>()?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It is over either way.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
