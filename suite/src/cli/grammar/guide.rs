//! `guide`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `guide`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scimprove guide --profile reftab
  scimprove guide --profile acme.toml --output guide.html
  scimprove check --url https://app.example.com/scim/v2 --json run.json
  scimprove guide --profile acme.toml --report run.json --output guide.html

With --report each claimed feature that the run has proven is stamped with its date, the version of
scimprove, and the target. Where the run has disproved a claim nothing is written: exit code 1, with
the reason.")]
pub struct GuideOptions {
    /// The product: one of `scimprove list profiles`, or a file
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: String,
    /// What a run has found: the JSON report of `check`
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// How it is written [default: html if FILE ends so, else markdown]
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub format: Option<GuideFormat>,
    /// Write it to FILE (- for standard output, which is the default)
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Ways to write a guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GuideFormat {
    /// Markdown, for a repository or a wiki
    Markdown,
    /// One HTML file, without script, that also prints
    Html,
}
