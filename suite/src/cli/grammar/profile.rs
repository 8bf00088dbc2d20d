//! `profile` and its commands.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `profile`.
#[derive(Debug, Args)]
pub struct ProfileOptions {
    /// What to do.
    #[command(subcommand)]
    pub command: ProfileCommand,
}

/// What can be done with a profile.
#[derive(Debug, Subcommand)]
pub enum ProfileCommand {
    /// Say what is wrong with a profile, by line and column
    Lint(LintOptions),
}

/// `profile lint`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scimprove profile lint acme.toml

Exit code 1 if anything is wrong, 2 if the file can't be read.")]
pub struct LintOptions {
    /// The file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}
