//! `okta`, with its help texts.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::TargetOptions;

/// `okta`.
#[derive(Debug, Clone, Args)]
pub struct OktaOptions {
    /// What to do as Okta.
    #[command(subcommand)]
    pub command: OktaCommand,
}

/// The commands of `okta`.
#[derive(Debug, Clone, Subcommand)]
pub enum OktaCommand {
    /// Play one of the tests that Okta publishes as Runscope (BlazeMeter) exports
    Runscope(Box<RunscopeOptions>),
}

/// `okta runscope`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  scimprove okta runscope Okta-SCIM-20-SPEC-Test.json
  scimprove okta runscope Okta-SCIM-20-SPEC-Test.json --url https://app.example.com/scim/v2
  scimprove okta runscope Entitlements.json --url … --variable EntitlementEndpoint=/Roles

Okta's guide \"Build your SCIM API service\" has the files. Pauses are left out. What the initial
scripts set comes by itself, with this run's random word in the names; base URL and credentials
are those of the target. What is created is removed at the end.
Exit code 1 if anything that the test asks is not so, 2 if it asks what is not known here.")]
pub struct RunscopeOptions {
    /// The export: a JSON file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The value of a variable that the export names and nobody sets (repeatable)
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable, help_heading = "Test")]
    pub variable: Vec<(String, String)>,
    /// Write the report as JSON to FILE (- for standard output)
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    pub json: Option<PathBuf>,
    /// Leave what was created, and print the line that cleans it up
    #[arg(long, help_heading = "Behaviour")]
    pub keep: bool,
    /// Where nothing can be deleted: leave deactivated users behind
    #[arg(long, help_heading = "Behaviour")]
    pub allow_leftovers: bool,
    /// The target.
    #[command(flatten)]
    pub target: TargetOptions,
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.into(), value.into())),
        _ => Err("it must be a name and a value, like EntitlementEndpoint=/Roles".into()),
    }
}
