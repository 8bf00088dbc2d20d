//! What a run created, on disk before it exists at the target, so that nothing is ever lost to a crash.
//!
//! One JSON object a line. The first names the run; then an intent before each create and each removal leaves, and its
//! outcome after. No secret is ever written.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The first line of a ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// The version of this format.
    pub ledger: u32,
    /// The random word that marks everything the run creates.
    pub key: String,
    /// The base URL of the target, without credentials.
    pub base: String,
    /// When the run began, RFC 3339.
    pub at: String,
}

/// Something that the run may have left at the target.
#[derive(Debug, Clone, PartialEq)]
pub struct Created {
    /// `/Users` or `/Groups`.
    pub collection: String,
    /// The natural key that was sent: userName, displayName or externalId.
    pub name: Value,
    /// The id that the target gave; `None` while the outcome is unknown or was an error.
    pub id: Option<String>,
    /// How the create was answered; `None` if no answer is known.
    pub status: Option<u16>,
    /// Whether the target has confirmed that it is gone.
    pub gone: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Intent { n: u64, create: String, name: Value },
    Outcome { n: u64, status: Option<u16>, id: Option<String> },
    Gone { gone: u64 },
    Fixture { fixture: String, was: Value },
}

/// The record of one run: in memory, and on disk unless the target dies with the run.
pub struct Ledger {
    state: Mutex<State>,
    path: Option<PathBuf>,
    sync: bool,
}

#[derive(Default)]
struct State {
    file: Option<File>,
    next: u64,
    created: BTreeMap<u64, Created>,
    fixture: Option<(String, Value)>,
}

/// A ledger that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file system refused.
    #[error("ledger {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
    /// The file is none of ours, or damaged in the middle.
    #[error("ledger {} line {line}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}

impl Ledger {
    /// A ledger in memory only, for a target that dies with this process.
    pub fn in_memory() -> Ledger {
        Ledger { state: Mutex::default(), path: None, sync: false }
    }

    /// Begins `scimprove-ledger-<key>.jsonl` in `folder`. `sync`: each line is on the disk before the request leaves.
    pub fn create(folder: &Path, head: &Head, sync: bool) -> Result<Ledger, LedgerError> {
        let path = folder.join(format!("scimprove-ledger-{}.jsonl", head.key));
        let open = || -> io::Result<File> {
            let mut file = OpenOptions::new().create_new(true).append(true).open(&path)?;
            file.write_all(line(head).as_bytes())?;
            Ok(file)
        };
        let file = open().map_err(|source| LedgerError::Io { path: path.clone(), source })?;
        let state = State { file: Some(file), ..State::default() };
        Ok(Ledger { state: Mutex::new(state), path: Some(path), sync })
    }

    /// Reads a ledger back and goes on writing to it. A last line cut short by a crash is taken as not written, and cut
    /// off, so that what follows can be read again: the request that it announced had not left.
    pub fn open(path: &Path) -> Result<(Head, Ledger), LedgerError> {
        let io = |source| LedgerError::Io { path: path.to_path_buf(), source };
        let unreadable = |line, reason: String| LedgerError::Unreadable { path: path.to_path_buf(), line, reason };
        let bytes = std::fs::read(path).map_err(io)?;
        let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').enumerate().peekable();
        let (_, first) = lines.next().ok_or_else(|| unreadable(1, "the file is empty".into()))?;
        let head: Head = serde_json::from_slice(first)
            .map_err(|error| unreadable(1, format!("this is no scimprove ledger ({error})")))?;
        let mut state = State::default();
        let mut whole = first.len();
        while let Some((at, text)) = lines.next() {
            match serde_json::from_slice(text) {
                Ok(line) => state.apply(line),
                Err(_) if text.trim_ascii().is_empty() => {}
                Err(_) if lines.peek().is_none() => break,
                Err(error) => return Err(unreadable(at + 1, error.to_string())),
            }
            whole += text.len();
        }
        let mut file = OpenOptions::new().append(true).open(path).map_err(io)?;
        file.set_len(whole as u64).map_err(io)?;
        if bytes[..whole].last() != Some(&b'\n') {
            file.write_all(b"\n").map_err(io)?;
        }
        state.file = Some(file);
        Ok((head, Ledger { state: Mutex::new(state), path: Some(path.to_path_buf()), sync: false }))
    }

    /// The file, if there is one.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Announces a create; must be called before it leaves. Gives the number to report the outcome under.
    pub fn intend(&self, collection: &str, body: &Value) -> Result<u64, LedgerError> {
        let name = ["userName", "displayName", "externalId"]
            .iter()
            .find_map(|wanted| body.as_object()?.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)))
            .map_or(Value::Null, |(name, value)| serde_json::json!({ name.as_str(): value }));
        let mut state = self.lock();
        let n = state.next;
        self.write(&mut state, Line::Intent { n, create: collection.into(), name })?;
        Ok(n)
    }

    /// Records how a create ended: the status, or none if no answer came, and the id that the answer gave.
    pub fn outcome(&self, n: u64, status: Option<u16>, id: Option<String>) -> Result<(), LedgerError> {
        self.write(&mut self.lock(), Line::Outcome { n, status, id })
    }

    /// Records that the target no longer has the resource.
    pub fn gone(&self, n: u64) -> Result<(), LedgerError> {
        self.write(&mut self.lock(), Line::Gone { gone: n })
    }

    /// Keeps how the fixture user looked before anything was changed.
    pub fn keep_fixture(&self, id: &str, was: Value) -> Result<(), LedgerError> {
        self.write(&mut self.lock(), Line::Fixture { fixture: id.into(), was })
    }

    /// The fixture user as it was.
    pub fn fixture(&self) -> Option<(String, Value)> {
        self.lock().fixture.clone()
    }

    /// Everything that may still be at the target, by its number.
    pub fn open_entries(&self) -> Vec<(u64, Created)> {
        self.lock().created.iter().filter(|(_, entry)| !entry.gone).map(|(n, entry)| (*n, entry.clone())).collect()
    }

    /// The number under which this resource was created, if it may still be there.
    pub fn number_of(&self, collection: &str, id: &str) -> Option<u64> {
        let state = self.lock();
        let mut found = state.created.iter().filter(|(_, entry)| !entry.gone);
        found.find(|(_, entry)| entry.collection == collection && entry.id.as_deref() == Some(id)).map(|(n, _)| *n)
    }

    /// How many creates were announced.
    pub fn announced(&self) -> u64 {
        self.lock().next
    }

    /// Deletes the file once nothing is left to clean up.
    pub fn close(&self) -> Result<(), LedgerError> {
        self.lock().file = None;
        match &self.path {
            Some(path) => std::fs::remove_file(path).map_err(|source| LedgerError::Io { path: path.clone(), source }),
            None => Ok(()),
        }
    }

    fn write(&self, state: &mut State, entry: Line) -> Result<(), LedgerError> {
        if let (Some(file), Some(path)) = (&mut state.file, &self.path) {
            let mut put = || -> io::Result<()> {
                file.write_all(line(&entry).as_bytes())?;
                if self.sync { file.sync_data() } else { Ok(()) }
            };
            put().map_err(|source| LedgerError::Io { path: path.clone(), source })?;
        }
        state.apply(entry);
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}

impl State {
    fn apply(&mut self, line: Line) {
        match line {
            Line::Intent { n, create, name } => {
                self.next = self.next.max(n.saturating_add(1));
                self.created.insert(n, Created { collection: create, name, id: None, status: None, gone: false });
            }
            Line::Outcome { n, status, id } => {
                if let Some(entry) = self.created.get_mut(&n) {
                    entry.id = id;
                    entry.status = status;
                }
            }
            Line::Gone { gone } => {
                if let Some(entry) = self.created.get_mut(&gone) {
                    entry.gone = true;
                }
            }
            Line::Fixture { fixture, was } => self.fixture = Some((fixture, was)),
        }
    }
}

fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).map(|text| text + "\n").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn head() -> Head {
        Head { ledger: 1, key: "k3yk3yk3yk3y".into(), base: "http://localhost".into(), at: "now".into() }
    }

    #[test]
    fn a_ledger_is_read_back_as_it_was_also_when_its_last_line_is_cut() {
        let folder = tempfile::tempdir().expect("a folder");
        let ledger = Ledger::create(folder.path(), &head(), true).expect("a ledger");
        let a = ledger.intend("/Users", &json!({"USERNAME": "a"})).expect("written");
        let b = ledger.intend("/Groups", &json!({"displayName": "b"})).expect("written");
        ledger.outcome(a, Some(201), Some("1".into())).expect("written");
        ledger.gone(a).expect("written");
        let path = ledger.path().expect("a path").to_path_buf();
        let expected = ledger.open_entries();
        drop(ledger);
        OpenOptions::new().append(true).open(&path).expect("open").write_all(br#"{"n":9,"cre"#).expect("written");

        let (read, ledger) = Ledger::open(&path).expect("readable");
        assert_eq!(read, head());
        assert_eq!(ledger.open_entries(), expected);
        let lost = Created {
            collection: "/Groups".into(),
            name: json!({"displayName": "b"}),
            id: None,
            status: None,
            gone: false,
        };
        assert_eq!(expected, [(b, lost)]);
        assert_eq!(ledger.number_of("/Users", "1"), None, "it is gone");
        ledger.outcome(b, Some(500), None).expect("written");
        drop(ledger);
        let (_, ledger) = Ledger::open(&path).expect("readable again");
        assert_eq!(ledger.open_entries()[0].1.status, Some(500), "what was written after the cut line counts");
        ledger.close().expect("closed");
        assert!(!path.exists());
    }

    #[test]
    fn a_foreign_file_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x");
        std::fs::write(&path, "hello\n").expect("written");
        assert!(matches!(Ledger::open(&path), Err(LedgerError::Unreadable { line: 1, .. })));
    }
}
