//! The program as its users meet it: arguments in, words and exit code out.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

const CHILD: &str = "SCIMPROVE_SNAPSHOTS_CHILD";

/// Columns of the terminal that the program believes to write to.
pub(crate) const COLUMNS: &str = "100";

/// Whether this process shall be the program.
pub(crate) fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// The command line, what it says, and how it ends.
pub(crate) fn screen(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(std::env::current_exe().expect("this binary"));
    for name in ["SCIM_BASE_URL", "SCIM_TOKEN", "NO_COLOR", "CLICOLOR_FORCE", "RUST_BACKTRACE"] {
        command.env_remove(name);
    }
    command.arg0("scimprove").env(CHILD, "yes").env("COLUMNS", COLUMNS);
    let output = command.args(arguments).current_dir(folder).stdin(Stdio::null()).output().expect("it starts");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).expect("UTF-8");
    let code = output.status.code().map_or("none".into(), |code| code.to_string());
    let typed: Vec<String> = arguments.iter().map(|argument| quoted(argument)).collect();
    // Lines that only an editor shows would be lost at the next touch.
    let said: Vec<&str> = said.trim_end().lines().map(str::trim_end).collect();
    format!("$ scimprove {}\n{}\n[exit code {code}]\n", typed.join(" "), said.join("\n"))
}

/// As it would be typed.
fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,@…".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) { argument.into() } else { format!("'{argument}'") }
}
