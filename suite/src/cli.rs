//! The command line: grammar, a file a subcommand, exit codes. Only `embedded` knows the reference server.

pub mod check;
mod cleanup;
pub mod embedded;
mod explain;
pub mod grammar;
mod guide;
mod init;
mod list;
mod login;
pub mod okta;
mod profile;
mod progress;
mod serve;
pub mod target;
mod tls;
mod told;

use std::process::ExitCode;

use clap::Parser;

use crate::clean;
use grammar::{Arguments, Command};

/// The longest message on standard error: a target may have written it.
const LONGEST_MESSAGE: usize = 1500;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The target conforms; warnings are allowed.
    Conforms,
    /// Something failed.
    Failed,
    /// The command line cannot be used.
    Usage,
    /// The target is unreachable, is no SCIM service, or refuses the credentials.
    Unreachable,
    /// Nothing was selected, or nothing could be decided.
    Nothing,
    /// Our own bug.
    Bug,
}

impl Exit {
    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Exit::Conforms => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Unreachable => 3,
            Exit::Nothing => 4,
            Exit::Bug => 70,
        }
    }
}

/// A reason to stop, with the exit code that it means.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// The exit code.
    pub exit: Exit,
    /// Whose fault it is and what to try, in one line.
    pub message: String,
}

impl Fault {
    /// The user's command line is at fault.
    pub fn usage(message: impl ToString) -> Fault {
        Fault { exit: Exit::Usage, message: message.to_string() }
    }

    /// The target is at fault, or the way to it.
    pub fn unreachable(message: impl ToString) -> Fault {
        Fault { exit: Exit::Unreachable, message: message.to_string() }
    }

    /// We are at fault.
    pub fn bug(message: impl ToString) -> Fault {
        Fault { exit: Exit::Bug, message: message.to_string() }
    }
}

/// Reads the command line, does what it says, and gives the exit code.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // What a target sent may be in the message.
    std::panic::set_hook(Box::new(|panic| {
        let message = clean::line(&clean::cut(&panic.to_string(), LONGEST_MESSAGE));
        eprintln!("scimprove: this is a bug of ours, please report it: {message}");
    }));
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("scimprove: could not start: {error}");
            return ExitCode::from(Exit::Bug.code());
        }
    };
    let end = runtime.block_on(async {
        match arguments.command {
            None => check::check(arguments.check).await,
            Some(Command::Check(options)) => check::check(*options).await,
            Some(Command::Serve(options)) => serve::serve(*options).await,
            Some(Command::Okta(options)) => okta::okta(options).await,
            Some(Command::Init(options)) => init::init(*options).await,
            Some(Command::Profile(options)) => profile::profile(options),
            Some(Command::Guide(options)) => guide::guide(&options),
            Some(Command::List(options)) => list::list(&options),
            Some(Command::Explain(options)) => explain::explain(&options),
            Some(Command::Cleanup(options)) => cleanup::cleanup(*options).await,
        }
    });
    // A login probe or a server that still runs must not hold the program back.
    runtime.shutdown_background();
    match end {
        Ok(exit) => ExitCode::from(exit.code()),
        Err(fault) => {
            anstream::eprintln!("scimprove: {}", clean::line(&clean::cut(&fault.message, LONGEST_MESSAGE)));
            ExitCode::from(fault.exit.code())
        }
    }
}
